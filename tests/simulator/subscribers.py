"""Who hears an alarm: topics, their policies and keys, and subscriptions, in the forms that made-up accounts have."""

import json

from prowler_cis_monitoring.alert_path.resources import Key, Topic
from tests.simulator.records import ACCOUNT

HUMAN = ("email", "email-json", "sms", "https", "http")


def _policy(principal, effect="Allow", condition=None):
    statement = {"Effect": effect, "Principal": principal, "Action": "sns:Publish", "Resource": "*"}
    return statement | ({"Condition": condition} if condition else {})


def _text(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


_OWNER = _policy({"AWS": "*"}, condition={"StringEquals": {"AWS:SourceOwner": ACCOUNT}})
_SERVICE = _policy({"Service": "cloudwatch.amazonaws.com"})
# Text of a topic's policy, and whether CloudWatch may publish by it.
POLICIES = {
    _text(_OWNER): True,
    _text(_SERVICE): True,
    _text(_policy({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})): False,
    _text(_policy({"Service": "events.amazonaws.com"})): False,
    _text(_OWNER, _policy("*", "Deny")): False,
}


def _key_policy(principal):
    use = {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*"}
    return _text({**use, "Principal": principal})


# Text of a key's policy, and whether CloudWatch may use the key by it.
KEY_POLICIES = {
    _key_policy({"Service": "cloudwatch.amazonaws.com"}): True,
    _key_policy({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}): False,
}
# Filter policy and scope, and whether the notification of an alarm that goes into ALARM passes.
FILTERS = {
    (None, "MessageAttributes"): True,
    (json.dumps({"NewStateValue": ["ALARM"]}), "MessageBody"): True,
    (json.dumps({"NewStateValue": ["OK"]}), "MessageBody"): False,
    (json.dumps({"severity": ["high"]}), "MessageAttributes"): False,
}


def hears(resources, alarm):
    """The subscriptions of people that are told when `alarm` takes its actions for the state ALARM."""
    if not alarm.actions_enabled:
        return frozenset()
    return frozenset(
        subscription.arn
        for arn in alarm.alarm_actions
        if (topic := resources.topics.get(arn)) is not None and _accepts(topic, alarm)
        for subscription in topic.subscriptions
        if _is_told(subscription)
    )


def _accepts(topic, alarm):
    assert isinstance(topic, Topic)
    key = topic.key
    usable = key is None or (
        isinstance(key, Key) and key.state == "Enabled" and _lets_in(key.policy, KEY_POLICIES, "kms:Decrypt")
    )
    let_in = _lets_in(topic.policy, POLICIES, "sns:Publish")
    return topic.region == alarm.region and not topic.fifo and usable and let_in


def _lets_in(policy, known, action):
    """Whether CloudWatch may do something by a known policy, one with a statement more, or that of a new topic."""
    if policy in known:
        return known[policy]
    statements = json.loads(policy)["Statement"]
    if any(one["Effect"] == "Deny" for one in statements):
        return False
    return any(
        one["Principal"] in ({"AWS": "*"}, {"Service": "cloudwatch.amazonaws.com"}) and action in _actions(one)
        for one in statements
    )


def _actions(statement):
    actions = statement["Action"]
    return [one.replace("SNS:", "sns:") for one in ([actions] if isinstance(actions, str) else actions)]


def _is_told(subscription):
    confirmed = subscription.arn.startswith("arn:")
    if not confirmed or subscription.protocol not in HUMAN:
        return False
    return FILTERS[subscription.attributes.filter_policy, subscription.attributes.filter_policy_scope]
