"""Where a remark belongs in a template: the resource of its link, and the property that its rule speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prowler_cis_monitoring.alert_path.path import AlertPath
from prowler_cis_monitoring.alert_path.rules import Remark
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.templates import declared as types
from prowler_cis_monitoring.templates.declared import Declared
from prowler_cis_monitoring.templates.values import Position, items

_TYPES = {
    "trail": (types.TRAIL,),
    "log group": (types.LOG_GROUP,),
    "metric filter": (types.METRIC_FILTER,),
    "metric": (types.METRIC_FILTER,),
    "alarm": (types.ALARM,),
    "composite alarm": (types.COMPOSITE_ALARM,),
    "topic": (types.TOPIC,),
    "subscription": (types.SUBSCRIPTION, types.TOPIC),
}
# Properties by the beginning of a rule's slug, the most telling first; the first that is set is the place.
_PROPERTIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("trail-single-region", ("IsMultiRegionTrail",)),
    ("trail-without-global-events", ("IsMultiRegionTrail", "IncludeGlobalServiceEvents")),
    ("trail-not-logging", ("IsLogging",)),
    ("trail-no-management-events", ("EventSelectors", "AdvancedEventSelectors")),
    ("trail-selector", ("EventSelectors", "AdvancedEventSelectors")),
    ("trail-gap", ("EventSelectors", "AdvancedEventSelectors")),
    ("trail-without-role", ("CloudWatchLogsRoleArn",)),
    ("log-group-class", ("LogGroupClass",)),
    ("log-group-masked", ("DataProtectionPolicy",)),
    ("filter", ("FilterPattern",)),
    ("metric-filter-selection", ("FieldSelectionCriteria",)),
    ("metric-filter-on-transformed-logs", ("ApplyOnTransformedLogs",)),
    ("metric-value", ("MetricValue",)),
    ("metric-default", ("DefaultValue",)),
    ("metric-dimension", ("Dimensions",)),
    ("no-alarm", ("MetricName", "MetricTransformations")),
    ("alarm-actions-disabled", ("ActionsEnabled",)),
    ("alarm-without-actions", ("AlarmActions",)),
    ("alarm-action", ("AlarmActions",)),
    ("alarm-other-namespace", ("Namespace", "Metrics")),
    ("alarm-other-metric-name", ("MetricName", "Metrics")),
    ("alarm-other-dimensions", ("Dimensions", "MetricName")),
    ("alarm-unit", ("Unit",)),
    ("alarm-not-fed", ("MetricName", "Metrics")),
    ("alarm-stuck-on-default", ("Threshold",)),
    ("alarm-stuck", ("TreatMissingData", "Threshold")),
    ("alarm-threshold-out-of-reach", ("Threshold",)),
    ("alarm-needs-copies", ("Threshold",)),
    ("alarm-diluted", ("Statistic", "Threshold")),
    ("alarm-percentile", ("ExtendedStatistic", "EvaluateLowSampleCountPercentile")),
    ("alarm-statistic", ("Statistic", "ExtendedStatistic")),
    ("alarm-needs-more-datapoints", ("DatapointsToAlarm", "EvaluationPeriods", "Threshold")),
    ("alarm-unreliable", ("DatapointsToAlarm", "EvaluationPeriods", "Period", "Threshold")),
    ("alarm-late", ("Period", "EvaluationPeriods")),
    ("alarm-period", ("Period",)),
    ("alarm-comparison", ("ComparisonOperator",)),
    ("alarm-metric-math", ("Metrics",)),
    ("alarm-latch", ("TreatMissingData",)),
    ("composite-without-actions", ("AlarmActions",)),
    ("composite-actions-disabled", ("ActionsEnabled",)),
    ("composite-action", ("AlarmActions",)),
    ("composite-s", ("ActionsSuppressor", "AlarmRule")),
    ("composite-wait", ("ActionsSuppressorWaitPeriod",)),
    ("composite-held", ("ActionsSuppressorWaitPeriod", "ActionsSuppressor")),
    ("composite", ("AlarmRule",)),
    ("topic-key", ("KmsMasterKeyId",)),
    ("topic-is-fifo", ("FifoTopic", "TopicName")),
    ("topic-nobody", ("Subscription",)),
    ("topic-without-subscriptions", ("Subscription",)),
    ("subscription-filter", ("FilterPolicy", "Subscription")),
    ("subscription-of-a-machine", ("Protocol", "Subscription")),
)
# What names a resource that is not in these files.
_NAMED_BY = {
    "log group": ("LogGroupName", "CloudWatchLogsLogGroupArn"),
    "topic": ("AlarmActions",),
    "subscription": ("AlarmActions",),
    "metric": ("MetricTransformations",),
}


@dataclass(frozen=True)
class Spot:
    """A place in a template with the resource that it belongs to."""

    at: Position
    address: str = ""
    property_name: str = ""


def spot_of(remark: Remark, path: AlertPath | None, declared: Sequence[Declared]) -> Spot | None:
    """Return where a remark belongs; None when these files hold no part of its path."""
    names = next((names for prefix, names in _PROPERTIES if remark.rule.slug.startswith(prefix)), ())
    one = _owner(remark, declared, path)
    if remark.rule.slug == "topic-refuses-cloudwatch" and one is not None:
        policy = _policy_of(one, declared)
        return _spot(policy, ("PolicyDocument",)) if policy is not None else _spot(one, ())
    if remark.rule.link == "subscription" and one is not None:
        own = [each for each in _subscriptions(one, declared) if each.get("FilterPolicy")]
        return _spot(own[0], names) if own else _spot(one, names)
    if one is not None:
        return _spot(one, names)
    return _before(remark, path, declared)


def spot_of_property(one: Declared, name: str) -> Spot:
    """Return where a property of a resource stands."""
    return _spot(one, (name,))


def _owner(remark: Remark, declared: Sequence[Declared], path: AlertPath | None) -> Declared | None:
    kinds = _TYPES.get(remark.rule.link, ())
    arns = {link.arn for link in path.links if link.name == remark.resource} if path is not None else set()
    found = [one for one in declared if one.type in kinds and one.name == remark.resource]
    found += [one for one in declared if one.type in kinds and remark.resource in (one.arn, one.address)]
    if not found and remark.rule.link == "metric":
        name = path.name_of("metric filter") if path is not None else ""
        found = [one for one in declared if one.type == types.METRIC_FILTER and one.name == name]
    if not found and remark.rule.link == "subscription" and path is not None:
        topic = path.name_of("topic")
        found = [one for one in declared if one.type == types.TOPIC and one.name == topic]
    exact = [one for one in found if one.arn and one.arn in arns]
    return next(iter(exact or found), None)


def _policy_of(topic: Declared, declared: Iterable[Declared]) -> Declared | None:
    for one in declared:
        if one.type in (types.TOPIC_POLICY, types.TOPIC_INLINE_POLICY):
            named = [*items(one.get("Topics")), *items(one.get("TopicArn"))]
            if any(item.data == topic.arn for item in named):
                return one
    return None


def _subscriptions(topic: Declared, declared: Iterable[Declared]) -> list[Declared]:
    return [
        one
        for one in declared
        if one.type == types.SUBSCRIPTION and (arn := one.get("TopicArn")) is not None and arn.data == topic.arn
    ]


def _before(remark: Remark, path: AlertPath | None, declared: Sequence[Declared]) -> Spot | None:
    """The last resource of the path that these files hold: what is missing or outside is named by it."""
    if path is None:
        return None
    names = _NAMED_BY.get(remark.rule.link, ())
    for link in reversed(path.links):
        for one in declared:
            if one.type in _TYPES.get(link.kind, ()) and one.name == link.name:
                return _spot(one, names)
    return None


def _spot(one: Declared, names: Sequence[str]) -> Spot:
    for name in names:
        value = one.get(name)
        if value is not None:
            return Spot(value.at if value.at.line else one.at, one.address, name)
        for item in items(one.get("MetricTransformations")):
            inner = item.get(name)
            if inner is not None:
                return Spot(inner.at if inner.at.line else one.at, one.address, name)
    return Spot(one.at, one.address, "")
