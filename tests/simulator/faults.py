"""Faults that people put into their accounts, each a small change of one resource."""

from prowler_cis_monitoring.alert_path.resources import (
    AdvancedEventSelector,
    BasicEventSelector,
    EventSelectors,
    FieldSelector,
    TrailStatus,
)
from tests.simulator.subscribers import FILTERS, KEY_POLICIES, POLICIES


def put_in(draws, plan):
    """Spoil one thing."""
    kinds = ["alarm"] * 8 + ["trail"] * 3 + ["filter"] * 5 + ["topic"] * 2 + ["group"]
    kinds += ["composite"] * 3 if plan.composites else []
    {
        "alarm": _alarm,
        "trail": _trail,
        "filter": _filter,
        "topic": _topic,
        "group": _group,
        "composite": _composite,
    }[draws.one_of(kinds)](draws, plan)


def _change(parts, at, **changes):
    parts[at] = parts[at].model_copy(update=changes)


_ALARM_CHANGES = (
    {"threshold": 2.0},
    {"actions_enabled": False},
    {"alarm_actions": ()},
    {"treat_missing_data": "missing"},
    {"treat_missing_data": "ignore"},
    {"treat_missing_data": "breaching"},
    {"period": 60},
    {"period": 600},
    {"period": 900},
    {"period": 3600},
    {"evaluation_periods": 2},
    {"evaluation_periods": 3},
    {"evaluation_periods": 3, "datapoints_to_alarm": 2},
    {"evaluation_periods": 5, "datapoints_to_alarm": 1},
    {"evaluation_periods": 2, "treat_missing_data": "missing"},
    {"evaluation_periods": 3, "datapoints_to_alarm": 2, "treat_missing_data": "missing"},
    {"evaluation_periods": 12, "treat_missing_data": "missing"},
    {"statistic": "Average"},
    {"statistic": "Minimum"},
    {"statistic": "Maximum"},
    {"statistic": "SampleCount"},
    {"statistic": "p50"},
    {"statistic": "p99"},
    {"statistic": "p99", "low_sample_percentile": "ignore"},
    {"threshold": 0.0},
    {"threshold": 0.5},
    {"threshold": 100.0},
    {"comparison": "GreaterThanThreshold"},
    {"comparison": "GreaterThanThreshold", "threshold": 0.0},
    {"comparison": "LessThanThreshold"},
    {"comparison": "LessThanOrEqualToThreshold"},
    {"unit": "Count"},
    {"unit": "Seconds"},
    {"metric_name": "Other"},
    {"namespace": "Other"},
    {"dimensions": {"Type": "Root"}},
    {"evaluation_state": "EVALUATION_ERROR"},
)
_OF_THE_METRIC = ("statistic", "period", "unit", "metric_name", "namespace", "dimensions")


def _alarm(draws, plan):
    at = draws.below(len(plan.alarms))
    changes = dict(draws.one_of(_ALARM_CHANGES))
    one = plan.alarms[at]
    if one.queries:
        stat = {key: changes.pop(key) for key in _OF_THE_METRIC if key in changes}
        changes["queries"] = tuple(
            query if query.metric is None else query.model_copy(update={"metric": query.metric.model_copy(update=stat)})
            for query in one.queries
        )
    _change(plan.alarms, at, **changes)


def _trail(draws, plan):
    at = draws.below(len(plan.trails))
    basic = {"include_management_events": True, "excluded_sources": ()}
    management = FieldSelector(field="eventCategory", equals=("Management",))

    def selectors(**changes):
        return {"selectors": EventSelectors(basic=(BasicEventSelector(**{**basic, **changes}),))}

    def advanced(**condition):
        fields = (management, FieldSelector(**condition))
        return {"selectors": EventSelectors(advanced=(AdvancedEventSelector(fields=fields),))}

    def status(**changes):
        return {"status": plan.trails[at].status.model_copy(update=changes)}

    changes = draws.one_of(
        (
            {"multi_region": False},
            {"multi_region": False, "home_region": "eu-west-1"},
            {"multi_region": False, "global_events": False},
            {"multi_region": False, "home_region": "eu-west-1", "global_events": False},
            status(is_logging=False),
            status(log_delivery_error="AccessDenied"),
            {"log_group_arn": None},
            {"role_arn": None},
            selectors(read_write_type="WriteOnly"),
            selectors(read_write_type="ReadOnly"),
            selectors(include_management_events=False),
            selectors(excluded_sources=("kms.amazonaws.com",)),
            advanced(field="readOnly", equals=("false",)),
            advanced(field="eventSource", not_equals=("kms.amazonaws.com", "rdsdata.amazonaws.com")),
        )
    )
    assert isinstance(plan.trails[at].status, TrailStatus)
    _change(plan.trails, at, **changes)


def _filter(draws, plan):
    at = draws.below(len(plan.filters))
    group, one = plan.filters[at]
    inside = one.pattern.strip("{} ") or "$.eventName = *"
    changes = draws.one_of(
        (
            {"pattern": f'{{ ({inside}) && ($.awsRegion = "us-east-1") }}'},
            {"pattern": f'{{ ({inside}) && ($.userIdentity.type = "Root") }}'},
            {"pattern": f'{{ ({inside}) && ($.userIdentity.type != "Root") }}'},
            {"pattern": f'{{ ({inside}) && ($.userIdentity.arn != "*Build*") }}'},
            {"pattern": "{ $.eventName = * }"},
            {"pattern": f"{{ ({inside}) || ($.eventName = DescribeInstances) }}"},
            {"pattern": "{ $.eventName = NobodyCallsThis }"},
            {"metric_name": "Other"},
            {"namespace": "Other"},
            {"value": "0"},
            {"value": "100"},
            {"default": 0.0},
            {"default": 1.0},
            {"default": None},
            {"unit": "Count"},
            {"unit": "Seconds"},
            {"dimensions": {"Type": "$.userIdentity.type"}, "default": None},
        )
    )
    if one.dimensions:
        changes.pop("default", None)
    plan.filters[at] = (group, one.model_copy(update=changes))


def _group(draws, plan):
    at = draws.below(len(plan.groups))
    name, group = plan.groups[at]
    if group is not None:
        changed = draws.one_of((None, group.model_copy(update={"log_class": "INFREQUENT_ACCESS"})))
        plan.groups[at] = (name, changed)


def _topic(draws, plan):
    at = draws.below(len(plan.topics))
    topic = plan.topics[at]
    subscriptions = list(topic.subscriptions)
    which = draws.below(max(len(subscriptions), 1))
    kind = draws.one_of(("policy", "key", "fifo", "missing", "nobody", "pending", "filter", "deleted"))
    if kind == "missing":
        plan.gone.add(topic.arn)
    elif kind == "policy":
        policy = draws.one_of([text for text, allows in POLICIES.items() if not allows])
        _change(plan.topics, at, policy=policy)
    elif kind == "key" and topic.key is not None:
        policy = draws.one_of([text for text, allows in KEY_POLICIES.items() if not allows])
        _change(plan.topics, at, key=topic.key.model_copy(update={"policy": policy}))
    elif kind == "fifo":
        _change(plan.topics, at, fifo=True)
    elif kind == "nobody" or not subscriptions:
        _change(plan.topics, at, subscriptions=())
    else:
        changes = {"arn": {"pending": "PendingConfirmation", "deleted": "Deleted"}.get(kind), "attributes": None}
        if changes["arn"] is None:
            text, scope = draws.one_of([known for known, passes in FILTERS.items() if not passes])
            attributes = {"filter_policy": text, "filter_policy_scope": scope}
            changed = topic.subscriptions[which].attributes
            changes = {"attributes": changed and changed.model_copy(update=attributes)}
        subscriptions[which] = subscriptions[which].model_copy(update=changes)
        _change(plan.topics, at, subscriptions=tuple(subscriptions))


def _composite(draws, plan):
    at = draws.below(len(plan.composites))
    one = plan.composites[at]
    alarms = [each.name for each in plan.alarms]
    another = draws.one_of(alarms).replace("\\", "\\\\").replace('"', '\\"')
    changes = draws.one_of(
        (
            {"actions_enabled": False},
            {"alarm_actions": ()},
            {"rule": f'{one.rule} AND NOT ALARM("{alarms[0]}")'},
            {"rule": f"NOT ({one.rule})"},
            {"rule": f'ALARM("{one.name}") OR {one.rule}'},
            {"rule": "FALSE"},
            {"rule": f'({one.rule}) AND ALARM("{another}")'},
            {"suppressor": draws.one_of(alarms), "suppressor_wait": 60, "suppressor_extension": 60},
            {"suppressor": draws.one_of(alarms), "suppressor_wait": 1800, "suppressor_extension": 60},
        )
    )
    _change(plan.composites, at, **changes)
