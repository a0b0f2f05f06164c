"""Would SNS deliver an alarm's notification to somebody?

May CloudWatch publish to the topic, can it use the topic's key, who has confirmed a subscription, and do filter
policies let an alarm's notification through.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from prowler_cis_monitoring.alert_path.callers import Sender, call_of, service_of
from prowler_cis_monitoring.alert_path.languages.access_policy import Access, Decision, decide
from prowler_cis_monitoring.alert_path.resources import (
    Arn,
    CompositeAlarm,
    EventRule,
    Key,
    MetricAlarm,
    Subscription,
    Topic,
    Unread,
)
from prowler_cis_monitoring.alert_path.rules import Effect, Remark, listed, remark, unread_remark
from prowler_cis_monitoring.alert_path.subscriptions import subscriptions_reached
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

# Account ids and topic names as AWS gives them out (SNS API, CreateTopic.Name).
_ACCOUNT = re.compile(r"[0-9]{12}")
_TOPIC_NAME = re.compile(r"[A-Za-z0-9_-]{1,251}(\.fifo)?")
# The calls themselves: a policy may allow or deny them with a wildcard.
_KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")
# A state in which KMS refuses to encrypt and decrypt (KMS Developer Guide, "Key states").
_UNUSABLE_KEY_STATES = {
    "Disabled",
    "PendingDeletion",
    "PendingImport",
    "PendingReplicaDeletion",
    "Unavailable",
    "Creating",
}
_LINKS = {"alarm": "alarm", "composite": "composite alarm"}


@dataclass(frozen=True)
class TopicJudgement:
    """Whether a topic carries an alarm's notification to somebody.

    Attributes:
        remarks: what is broken, unseen or worth a note.
        reached: the subscriptions that would be told.
    """

    remarks: tuple[Remark, ...]
    reached: tuple[Subscription, ...]

    @property
    def broken(self) -> bool:
        """Whether something is certainly broken."""
        return any(found.effect is Effect.BROKEN for found in self.remarks)

    @property
    def delivers(self) -> bool:
        """Whether somebody is told for certain."""
        return bool(self.reached) and all(found.effect is Effect.NOTE for found in self.remarks)


@dataclass(frozen=True)
class ActionJudgement:
    """One action of an alarm, with what becomes of it.

    Attributes:
        arn: the action's ARN; empty when the alarm has no action at all.
        topic: name of the topic that it publishes to; empty when it goes elsewhere.
        remarks: what is broken, unseen or worth a note, of the alarm as well as of the topic.
        reached: the subscriptions that would be told.
    """

    arn: str
    topic: str
    remarks: tuple[Remark, ...]
    reached: tuple[Subscription, ...]


def judge_actions(
    alarm: MetricAlarm | CompositeAlarm,
    topics: Mapping[str, Topic | Unread | None],
    rests: Collection[str] = (),
) -> tuple[ActionJudgement, ...]:
    """Judge every action that an alarm takes when it goes into ALARM.

    Args:
        alarm: the alarm that goes into ALARM.
        topics: by ARN; None says that the topic does not exist, a missing entry that nobody asked.
        rests: the states that the alarm may be in before; none says that they are not known.

    Returns:
        One judgement an action; for an alarm without actions a single one that says so.

    Source: CloudWatch API, PutMetricAlarm.AlarmActions and ActionsEnabled.
    """
    kind = "composite" if isinstance(alarm, CompositeAlarm) else "alarm"
    if alarm.unread:
        return (ActionJudgement("", "", (unread_remark(_LINKS[kind], alarm.name, alarm.unread),), ()),)
    if not alarm.alarm_actions:
        return (ActionJudgement("", "", (remark(f"{kind}-without-actions", alarm.name),), ()),)
    disabled: tuple[Remark, ...] = ()
    if not alarm.actions_enabled:
        names = listed([_resource_name(arn) for arn in alarm.alarm_actions])
        disabled = (remark(f"{kind}-actions-disabled", alarm.name, topics=names),)
    judged = []
    for arn in alarm.alarm_actions:
        parsed = Arn.parse(arn)
        if parsed is None or parsed.service != "sns":
            service = parsed.service if parsed else "something that is no ARN"
            elsewhere = remark(f"{kind}-action-not-a-topic", alarm.name, action=arn, service=service)
            judged.append(ActionJudgement(arn, "", (*disabled, elsewhere), ()))
        else:
            topic = topics.get(arn)
            if isinstance(topic, Topic):
                told = judge_topic(topic, alarm, rests)
            else:
                told = _judge_by_arn(arn, parsed, alarm, topics)
            judged.append(ActionJudgement(arn, parsed.resource, (*disabled, *told.remarks), told.reached))
    return tuple(judged)


def _judge_by_arn(
    arn: str, parsed: Arn, alarm: MetricAlarm | CompositeAlarm, topics: Mapping[str, Topic | Unread | None]
) -> TopicJudgement:
    """Judge a topic of which only the ARN is known."""
    name, topic = parsed.resource, topics.get(arn)
    if not _ACCOUNT.fullmatch(parsed.account) or not _TOPIC_NAME.fullmatch(name):
        found = remark("topic-arn-impossible", name or arn, arn=arn, alarm=alarm.name)
    elif parsed.region != alarm.region:
        found = remark("topic-in-other-region", name, region=parsed.region, alarm_region=alarm.region)
    elif isinstance(topic, Unread):
        found = unread_remark("topic", name, topic)
    elif arn in topics:
        found = remark("topic-missing", name, arn=arn, alarm=alarm.name)
    else:
        found = remark("topic-not-asked-for", name, arn=arn)
    return TopicJudgement((found,), ())


def judge_topic(topic: Topic, sender: Sender, rests: Collection[str] = ()) -> TopicJudgement:
    """Judge whether what an alarm or an EventBridge rule sends to a topic reaches a subscriber.

    Args:
        topic: the topic.
        sender: the alarm that goes into ALARM, or the rule that hears an event.
        rests: the states that the alarm may be in before; none says that they are not known.

    Source: SNS Developer Guide, "Amazon SNS message delivery", "Encrypting SNS with KMS" and "Message filtering";
    CloudWatch User Guide, "Notifying users on alarm changes".
    """
    remarks = [*_form_remarks(topic, sender), *_policy_remarks(topic, sender), *_key_remarks(topic, sender)]
    subscription_remarks, reached = subscriptions_reached(topic, sender, rests)
    return TopicJudgement((*remarks, *subscription_remarks), reached)


def _resource_name(arn: str) -> str:
    parsed = Arn.parse(arn)
    return parsed.resource if parsed else arn


def _form_remarks(topic: Topic, sender: Sender) -> Iterator[Remark]:
    if topic.region != sender.region:
        yield remark("topic-in-other-region", topic.name, region=topic.region, alarm_region=sender.region)
    if topic.fifo or topic.name.endswith(".fifo"):
        yield remark("topic-is-fifo", topic.name)


def _service(sender: Sender) -> str:
    return "EventBridge" if isinstance(sender, EventRule) else "CloudWatch"


def _publisher(sender: Sender) -> str:
    return "EventBridge" if isinstance(sender, EventRule) else "CloudWatch alarms"


def _policy_remarks(topic: Topic, sender: Sender) -> Iterator[Remark]:
    if isinstance(topic.policy, Unread):
        yield unread_remark("topic", topic.name, topic.policy)
        return
    if topic.policy is None:
        yield remark("topic-policy-unread", topic.name)
        return
    decision = decide(topic.policy, call_of(sender, "sns:Publish", topic.arn, topic.arn))
    if decision.access is Access.DENIED:
        values = {
            "sender": _publisher(sender),
            "reason": decision.reason,
            "cure": _cure(decision, sender, "sns:Publish"),
        }
        yield remark("topic-refuses-cloudwatch", topic.name, **values)
    elif decision.access is Access.UNKNOWN:
        yield remark("topic-policy-undecided", topic.name, sender=_publisher(sender), reason=decision.reason)


def _key_remarks(topic: Topic, sender: Sender) -> Iterator[Remark]:
    """Whether CloudWatch can encrypt what it publishes; the default key of SNS never lets it."""
    if not topic.kms_key_id:
        return
    key, arn = topic.key, Arn.parse(topic.kms_key_id)
    if arn is not None and (arn.service, arn.region) != ("kms", topic.region):
        yield remark("topic-key-elsewhere", topic.name, key=topic.kms_key_id, region=topic.region)
    elif topic.kms_key_id.endswith("alias/aws/sns") or (isinstance(key, Key) and key.manager == "AWS"):
        yield remark("topic-key-of-aws", topic.name, sender=_service(sender), key=topic.kms_key_id)
    elif key is None:
        yield remark("topic-key-not-asked-for", topic.name, key=topic.kms_key_id)
    elif isinstance(key, Unread):
        yield unread_remark("topic", topic.name, key)
    else:
        yield from _customer_key_remarks(topic, key, sender)


def _customer_key_remarks(topic: Topic, key: Key, sender: Sender) -> Iterator[Remark]:
    if key.state == "Deleted":
        yield remark("topic-key-deleted", topic.name, key=key.arn)
        return
    if key.state in _UNUSABLE_KEY_STATES:
        yield remark("topic-key-unusable", topic.name, key=key.arn, state=key.state)
    elif key.state not in ("Enabled", "Updating"):
        yield remark("topic-key-state-unknown", topic.name, key=key.arn, state=key.state)
    if isinstance(key.policy, Unread):
        yield unread_remark("topic", topic.name, key.policy)
        return
    if key.policy is None:
        yield remark("topic-key-not-asked-for", topic.name, key=key.arn)
        return
    for action in _KEY_ACTIONS:
        decision = decide(key.policy, call_of(sender, action, key.arn, topic.arn))
        if decision.access is not Access.ALLOWED:
            denied = decision.access is Access.DENIED
            slug = "topic-key-refuses-cloudwatch" if denied else "topic-key-undecided"
            cure = {"cure": _cure(decision, sender, "kms:Decrypt and kms:GenerateDataKey*")} if denied else {}
            values = {"sender": _service(sender), "key": key.arn, "action": action, "reason": decision.reason, **cure}
            yield remark(slug, topic.name, **values)
            return


def _cure(decision: Decision, sender: Sender, actions: str) -> str:
    """What would let the service through: a deny has to spare it, without an allow it has to be let in."""
    if decision.by_condition:
        return 'add "Bool": {"aws:PrincipalIsAWSService": "false"} to that condition, and it spares AWS services'
    if decision.denied_by_statement:
        return f"let that statement spare {service_of(sender)}"
    return f"allow {actions} to {service_of(sender)}"


def default_policy(arn: str, account: str) -> str:
    """Return the policy of a new topic (SNS Developer Guide, "Overview of managing access in Amazon SNS")."""
    actions = ("GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic")
    more = ("Subscribe", "ListSubscriptionsByTopic", "Publish")
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in (*actions, *more)],
        "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
    }
    return json.dumps({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]})
