"""What happens to a verdict when a part of the account could not be read."""

from prowler_cis_monitoring.alert_path.resources import Unread
from prowler_cis_monitoring.alert_path.verdict import Status
from tests.simulator.records import ACCOUNT, LEADER


def unread(action, resource=""):
    """A call that was refused."""
    return Unread(action=action, region=LEADER, account=ACCOUNT, resource=resource, error="AccessDenied")


def _replaced(mapping, key, value):
    return {**mapping, key: value}


def may_say(whole, partial, kind):
    """Whether a verdict that knows less may be what it is: the same, or unknown.

    Metric filters that were not read may feed an alarm of another path with noise. A path is judged by what was read
    of it, so that then a verdict may be better than with all that is known.
    """
    if kind in ("filters", "group") and partial is Status.PASS:
        return True
    return whole is Status.MANUAL or partial in (whole, Status.MANUAL)


def hidden(draws, resources):
    """What is missing, and the account with that one answer missing."""
    kind = draws.one_of(
        ("topic", "subscriptions", "attributes", "key", "filters", "group", "alarms", "status", "selectors")
    )
    return kind, _hidden(draws, kind, resources)


def _hidden(draws, kind, resources):
    if kind in ("topic", "subscriptions", "attributes", "key") and resources.topics:
        arn = draws.one_of(tuple(resources.topics))
        topic = _without(draws, kind, resources.topics[arn], arn)
        return resources.model_copy(update={"topics": _replaced(resources.topics, arn, topic)})
    if kind in ("filters", "group"):
        arn = draws.one_of(tuple(resources.log_groups))
        group = resources.log_groups[arn]
        missing = unread("logs:DescribeMetricFilters" if kind == "filters" else "logs:DescribeLogGroups", arn)
        if kind == "filters" and group is not None:
            missing = group.model_copy(update={"metric_filters": missing})
        return resources.model_copy(update={"log_groups": _replaced(resources.log_groups, arn, missing)})
    if kind == "alarms":
        (scope,) = resources.alarms
        return resources.model_copy(update={"alarms": {scope: unread("cloudwatch:DescribeAlarms")}})
    at = draws.below(len(resources.trails))
    trail = resources.trails[at]
    action = "cloudtrail:GetEventSelectors" if kind == "selectors" else "cloudtrail:GetTrailStatus"
    field = kind if kind == "selectors" else "status"
    changed = trail.model_copy(update={field: unread(action, trail.arn)})
    return resources.model_copy(update={"trails": (*resources.trails[:at], changed, *resources.trails[at + 1 :])})


def _without(draws, kind, topic, arn):
    if kind == "topic" or topic is None:
        return unread("sns:GetTopicAttributes", arn)
    if kind == "key" and topic.key is not None:
        return topic.model_copy(update={"key": unread("kms:DescribeKey", topic.key.arn)})
    if kind == "attributes" and topic.subscriptions:
        at = draws.below(len(topic.subscriptions))
        one = topic.subscriptions[at]
        if not one.arn.startswith("arn:"):
            return topic
        changed = one.model_copy(update={"attributes": unread("sns:GetSubscriptionAttributes", one.arn)})
        return topic.model_copy(
            update={"subscriptions": (*topic.subscriptions[:at], changed, *topic.subscriptions[at + 1 :])}
        )
    return topic.model_copy(update={"subscriptions": unread("sns:ListSubscriptionsByTopic", topic.arn)})
