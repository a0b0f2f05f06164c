"""What is done about each rule that breaks a path: one row a rule.

A break is mended in place where something can be completed, or left as it is while something of ours is put beside it,
or it takes a person, for the reason that the row states. Which of the possible remedies is proposed is not decided
here: the proof decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prowler_cis_monitoring.alert_path.path import AlertPath
from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Alarms,
    Arn,
    CompositeAlarm,
    EventSelectors,
    Key,
    MetricAlarm,
    Scope,
    Topic,
    Trail,
    Unread,
)
from prowler_cis_monitoring.alert_path.rules import Remark
from prowler_cis_monitoring.alert_path.telling import clause
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.remedy import names
from prowler_cis_monitoring.remedy.changes import (
    AddEventSelector,
    Change,
    ConfirmSubscription,
    CreateLogGroup,
    DeliverToLogGroup,
    EnableAlarmActions,
    PutKeyPolicy,
    RecordEveryRegion,
    SetTopicPolicy,
    StartLogging,
    Subscribe,
)
from prowler_cis_monitoring.remedy.policies import key_policy, topic_policy

# CloudTrail User Guide, "Quotas in AWS CloudTrail": event selectors of a trail.
MOST_SELECTORS = 5


@dataclass(frozen=True)
class Place:
    """Where a rule applies, and what is needed to mend it there.

    Attributes:
        resources: the account.
        path: the path that is broken.
        address: the e-mail address that is to be told, None where nobody has named one.
        alarm: what would publish to the topic: the path's last alarm, or one that is still to be created.
    """

    resources: AccountResources
    path: AlertPath
    address: str | None = None
    alarm: MetricAlarm | CompositeAlarm | None = None

    def arn_of(self, kind: str) -> str:
        """Return the ARN of the path's link of a kind, empty when it has none."""
        return next((link.arn for link in self.path.links if link.kind == kind), "")

    @property
    def trail(self) -> Trail | None:
        """The path's trail."""
        arn = self.arn_of("trail")
        return next((trail for trail in self.resources.trails if trail.arn == arn), None)

    @property
    def topic(self) -> Topic | None:
        """The path's topic, unless it does not exist or was not read."""
        found = self.resources.topics.get(self.arn_of("topic"))
        return found if isinstance(found, Topic) else None


Mend = Callable[[Place], "tuple[Change, ...] | None"]


@dataclass(frozen=True)
class Strategy:
    """What is done about a rule.

    Attributes:
        mend: the changes that mend it in place; None where they cannot be made here.
        beside: what of ours is put beside what is broken, empty for nothing.
        person: why a person must act where neither helps.
    """

    mend: Mend | None = None
    beside: str = ""
    person: str = ""


def mended(found: Remark, place: Place) -> tuple[Change, ...] | None:
    """Return the changes that mend a broken link in place; None when there are none."""
    strategy = STRATEGIES.get(found.rule.slug)
    changes = strategy.mend(place) if strategy and strategy.mend else None
    return None if changes is None else tuple(change.for_reasons(clause(found)) for change in changes)


def _start_logging(place: Place) -> tuple[Change, ...] | None:
    trail = place.trail
    if trail is None:
        return None
    return (StartLogging(account=trail.account, region=trail.home_region, trail=trail.arn, name=trail.name),)


def _record_every_region(place: Place) -> tuple[Change, ...] | None:
    trail = place.trail
    if trail is None:
        return None
    wider = RecordEveryRegion(
        account=trail.account,
        region=trail.home_region,
        trail=trail.arn,
        name=trail.name,
        global_events=trail.global_events,
    )
    return (wider,)


def add_event_selector(place: Place) -> tuple[Change, ...] | None:
    """Let the path's trail record all management events."""
    trail = place.trail
    if trail is None or not isinstance(trail.selectors, EventSelectors):
        return None
    advanced = bool(trail.selectors.advanced)
    if not advanced and len(trail.selectors.basic) >= MOST_SELECTORS:
        return None
    added = AddEventSelector(
        account=trail.account, region=trail.home_region, trail=trail.arn, name=trail.name, advanced=advanced
    )
    return (added,)


def _deliver_to_new_group(place: Place) -> tuple[Change, ...] | None:
    trail = place.trail
    if trail is None:
        return None
    group = new_log_group(place.resources, trail.account, trail.home_region)
    return group, _deliver(trail, group.arn, place.resources.partition)


def _deliver(trail: Trail, log_group: str, partition: str) -> DeliverToLogGroup:
    return DeliverToLogGroup(
        account=trail.account,
        region=trail.home_region,
        trail=trail.arn,
        name=trail.name,
        log_group=log_group,
        role=names.ROLE,
        partition=partition,
        had_log_group=trail.log_group_arn is not None,
    )


def new_log_group(resources: AccountResources, account: str, region: str) -> CreateLogGroup:
    """Return the creation of a log group under a name that is free."""
    scope = Scope(account=account, region=region)
    name = names.free(names.LOG_GROUP, names.log_groups_in(resources, scope))
    arn = f"arn:{resources.partition}:logs:{region}:{account}:log-group:{name}"
    return CreateLogGroup(account=account, region=region, arn=arn, name=name)


def _deliver_with_role(place: Place) -> tuple[Change, ...] | None:
    trail = place.trail
    if trail is None or trail.log_group_arn is None:
        return None
    group = trail.log_group_arn.removesuffix(":*")
    # The role is created where the trail is: another account's log group would need that account's consent.
    if (arn := Arn.parse(group)) is None or arn.account != trail.account:
        return None
    return (_deliver(trail, group, place.resources.partition),)


def _explained_by_the_rest(place: Place) -> tuple[Change, ...] | None:
    """Mend nothing where a log group or a role is missing, without which nothing can be delivered."""
    slugs = {found.rule.slug for found in place.path.remarks}
    return () if slugs & {"log-group-missing", "trail-without-role"} else None


def _create_log_group(place: Place) -> tuple[Change, ...] | None:
    arn = place.arn_of("log group")
    parsed = Arn.parse(arn)
    if parsed is None:
        return None
    name = parsed.resource.removeprefix("log-group:")
    return (CreateLogGroup(account=parsed.account, region=parsed.region, arn=arn, name=name),)


def _enable_actions(place: Place) -> tuple[Change, ...] | None:
    alarm = place.alarm
    if alarm is None:
        return None
    return (EnableAlarmActions(account=alarm.account, region=alarm.region, alarm=alarm.arn, name=alarm.name),)


def _set_topic_policy(place: Place) -> tuple[Change, ...] | None:
    topic, alarm = place.topic, place.alarm
    if topic is None or alarm is None or not isinstance(topic.policy, str):
        return None
    changed = topic_policy(topic, alarm)
    if changed is None:
        return None
    after, sid = changed
    let_in = SetTopicPolicy(
        account=topic.account, region=topic.region, topic=topic.arn, before=topic.policy, after=after, sid=sid
    )
    return (let_in,)


def _put_key_policy(place: Place) -> tuple[Change, ...] | None:
    key = place.topic and place.topic.key
    if not isinstance(key, Key) or not isinstance(key.policy, str):
        return None
    changed, arn = key_policy(key.policy), Arn.parse(key.arn)
    if changed is None or arn is None:
        return None
    after, sid = changed
    let_in = PutKeyPolicy(account=key.account, region=arn.region, key=key.arn, before=key.policy, after=after, sid=sid)
    return (let_in,)


def _confirm_or_subscribe(place: Place) -> tuple[Change, ...] | None:
    """Let whoever has been asked already confirm, or subscribe the address that the user has named."""
    topic = place.topic
    if topic is None or isinstance(topic.subscriptions, Unread):
        return None
    waiting = sorted(
        one.endpoint for one in topic.subscriptions if one.protocol == "email" and one.arn == "PendingConfirmation"
    )
    if place.address is None and waiting:
        return (_confirm(topic, waiting[0]),)
    return subscribe(topic, place.address)


def _subscribe(place: Place) -> tuple[Change, ...] | None:
    return subscribe(place.topic, place.address) if place.topic else None


def subscribe(topic: Topic, address: str | None) -> tuple[Change, ...]:
    """Subscribe an address to a topic, and let its owner confirm."""
    wanted = address or ""
    subscribed = Subscribe(account=topic.account, region=topic.region, topic=topic.arn, address=wanted)
    return subscribed, _confirm(topic, wanted)


def _confirm(topic: Topic, address: str) -> ConfirmSubscription:
    return ConfirmSubscription(account=topic.account, region=topic.region, topic=topic.arn, address=address)


def alarm_of(path: AlertPath, resources: AccountResources) -> MetricAlarm | CompositeAlarm | None:
    """Return the last alarm of a path: the one that publishes to its topic."""
    links = [link for link in path.links if link.kind in ("alarm", "composite alarm")]
    arn = links[-1].arn if links else ""
    return next((alarm for alarm in all_alarms(resources) if alarm.arn == arn), None)


def all_alarms(resources: AccountResources) -> tuple[MetricAlarm | CompositeAlarm, ...]:
    """Return the alarms that were read, composite alarms last in each Region."""
    found: list[MetricAlarm | CompositeAlarm] = []
    for alarms in resources.alarms.values():
        if isinstance(alarms, Alarms):
            found += [*alarms.metric_alarms, *alarms.composite_alarms]
    return tuple(found)


_FILTER = Strategy(beside="a metric filter and an alarm of its own")
_ALARM = Strategy(beside="an alarm of its own")
_TOPIC = Strategy(beside="a topic of its own")
_NO_DELIVERY = Strategy(
    _explained_by_the_rest,
    person="why CloudTrail cannot write to the log group stands in its role, in its policies or in a service control "
    "policy, none of which is read",
)
_STILL_RINGING = Strategy(
    beside="an alarm of its own, unless it would be on for the same reason",
    person="the alarm has been on for more than a day, and one beside it would be on too: somebody has to look at the "
    "events that keep it there",
)

STRATEGIES: Mapping[str, Strategy] = {
    "trail-single-region": Strategy(_record_every_region),
    "trail-without-global-events": Strategy(_record_every_region),
    "trail-not-logging": Strategy(_start_logging),
    "trail-delivery-failing": _NO_DELIVERY,
    "trail-delivery-stopped": _NO_DELIVERY,
    "trail-no-management-events": Strategy(add_event_selector),
    "trail-gap": Strategy(add_event_selector),
    "trail-without-log-group": Strategy(_deliver_to_new_group),
    "trail-without-role": Strategy(_deliver_with_role),
    "log-group-missing": Strategy(_create_log_group),
    "log-group-class": Strategy(
        person="the class of a log group cannot be changed: the owner of the trail has to choose another log group"
    ),
    "no-metric-filter": _FILTER,
    "no-matching-filter": _FILTER,
    "filter-everyday": _FILTER,
    "filter-gap": Strategy(beside="a metric filter for what is missing"),
    "filters-gap": Strategy(beside="a metric filter for what is missing"),
    "filter-is-text": _FILTER,
    "metric-filter-selection-of-others": _FILTER,
    "no-alarm": _ALARM,
    "alarm-action-failed": Strategy(beside="a topic of its own, as its next message to this one may fail too"),
    "alarm-fed-by-noise": _FILTER,
    "alarm-fed-zeros": _FILTER,
    "alarm-actions-disabled": Strategy(_enable_actions),
    "alarm-without-actions": Strategy(beside="an action, for a topic that somebody hears"),
    "alarm-other-account": _ALARM,
    "alarm-other-region": _ALARM,
    "alarm-other-namespace": _ALARM,
    "alarm-other-metric-name": _ALARM,
    "alarm-other-dimensions": _ALARM,
    "alarm-not-fed": _ALARM,
    "alarm-sees-some-events": _FILTER,
    "alarm-unit-differs": _ALARM,
    "alarm-evaluation-error": _ALARM,
    "alarm-percentile-ignored": _ALARM,
    "alarm-percentile-negative": _FILTER,
    "alarm-stuck-without-data": _ALARM,
    "alarm-stuck-on-default": _ALARM,
    "alarm-stuck-when-quiet": _ALARM,
    "alarm-stuck-when-busy": _ALARM,
    "alarm-threshold-out-of-reach": _ALARM,
    "alarm-needs-copies": _ALARM,
    "alarm-diluted": _ALARM,
    "alarm-noise-at-times": _FILTER,
    "alarm-needs-more-datapoints": _ALARM,
    "alarm-unreliable": _ALARM,
    "alarm-late": _ALARM,
    "alarm-latched": _ALARM,
    "alarm-in-alarm-long": _STILL_RINGING,
    "composite-action-failed": Strategy(beside="a topic of its own, as its next message to this one may fail too"),
    "composite-actions-disabled": Strategy(_enable_actions),
    "composite-without-actions": Strategy(beside="an action, for a topic that somebody hears"),
    "composite-suppresses-itself": _ALARM,
    "composite-waits": _ALARM,
    "composite-moved-together": _ALARM,
    "composite-cycle": _ALARM,
    "composite-always-in-alarm": _ALARM,
    "composite-ignores-child": _ALARM,
    "composite-needs-another": _ALARM,
    "composite-in-alarm-long": _STILL_RINGING,
    "composite-held-back-at-rest": _ALARM,
    "composite-unreliable": _ALARM,
    "composite-suppressed-for-good": _ALARM,
    "composite-wait-outlasts": _ALARM,
    "composite-late": _ALARM,
    "topic-in-other-region": _TOPIC,
    "topic-missing": _TOPIC,
    "topic-arn-impossible": _TOPIC,
    "topic-is-fifo": _TOPIC,
    "topic-refuses-cloudwatch": Strategy(_set_topic_policy, beside=_TOPIC.beside),
    "topic-key-of-aws": _TOPIC,
    "topic-key-elsewhere": _TOPIC,
    "topic-key-deleted": _TOPIC,
    "topic-key-unusable": _TOPIC,
    "topic-key-refuses-cloudwatch": Strategy(_put_key_policy, beside=_TOPIC.beside),
    "topic-nobody-hears": Strategy(_subscribe, beside=_TOPIC.beside),
    "topic-nobody-confirmed": Strategy(_confirm_or_subscribe),
    "topic-without-subscriptions": Strategy(_subscribe),
    "subscription-filters-out": Strategy(_subscribe, beside=_TOPIC.beside),
}
