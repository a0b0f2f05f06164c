"""Alarms and composite alarms of templates."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Alarms,
    Arn,
    CompositeAlarm,
    MetricAlarm,
    MetricQuery,
    MetricStat,
    Scope,
    Unread,
)
from prowler_cis_monitoring.templates import declared as types
from prowler_cis_monitoring.templates.building.filters import metrics_of_filters
from prowler_cis_monitoring.templates.building.guesses import Guess, World, hoped, open_values
from prowler_cis_monitoring.templates.declared import Declared, Place
from prowler_cis_monitoring.templates.values import Value, boolean, items, number, plain, reasons, text, whole

# What an alarm whose settings are outside is supposed to be: one that rings.
_CANONICAL: Mapping[str, Any] = {
    "statistic": "Sum",
    "unit": None,
    "period": 60,
    "evaluation_periods": 1,
    "datapoints_to_alarm": None,
    "threshold": 1.0,
    "comparison": "GreaterThanOrEqualToThreshold",
    "treat_missing_data": "notBreaching",
    "low_sample_percentile": None,
    "dimensions": {},
    "queries": (),
    "threshold_metric_id": None,
}


def alarms_of(world: World, base: AccountResources) -> dict[Scope, Alarms | Unread]:
    """Return the alarms by account and Region, with those of the account that the templates are deployed on."""
    metric: dict[Scope, dict[str, MetricAlarm]] = {}
    composite: dict[Scope, dict[str, CompositeAlarm]] = {}
    for one in world.of(types.ALARM):
        scope = Scope.model_construct(account=one.place.account, region=one.place.region)
        for made in _metric_alarms(world, one):
            metric.setdefault(scope, {})[made.name] = made
    for one in world.of(types.COMPOSITE_ALARM):
        scope = Scope.model_construct(account=one.place.account, region=one.place.region)
        children = list(metric.get(scope, ()))
        composite.setdefault(scope, {})[one.name] = _composite(world, one, children)
    found: dict[Scope, Alarms | Unread] = dict(base.alarms)
    for scope in {*metric, *composite}:
        before = base.alarms.get(scope)
        if isinstance(before, Alarms):
            metric[scope] = {**{each.name: each for each in before.metric_alarms}, **metric.get(scope, {})}
            composite[scope] = {
                **{each.name: each for each in before.composite_alarms},
                **composite.get(scope, {}),
            }
        found[scope] = Alarms.model_construct(
            metric_alarms=tuple(metric.get(scope, {}).values()),
            composite_alarms=tuple(composite.get(scope, {}).values()),
            log_alarms=before.log_alarms if isinstance(before, Alarms) else (),
        )
    return found


def _metric_alarms(world: World, one: Declared) -> Iterator[MetricAlarm]:
    namespace, name = text(one.get("Namespace")), text(one.get("MetricName"))
    made = MetricAlarm.model_construct(
        **_of_any_alarm(world, one),
        namespace=namespace or None,
        metric_name=name or None,
        dimensions=_alarm_dimensions(one.get("Dimensions")),
        statistic=text(one.get("Statistic")) or text(one.get("ExtendedStatistic")) or None,
        unit=text(one.get("Unit")) or None,
        period=whole(one.get("Period")) or None,
        evaluation_periods=whole(one.get("EvaluationPeriods")) or 1,
        datapoints_to_alarm=whole(one.get("DatapointsToAlarm")) or None,
        threshold=number(one.get("Threshold")),
        comparison=text(one.get("ComparisonOperator")) or None,
        treat_missing_data=text(one.get("TreatMissingData")) or "missing",
        low_sample_percentile=text(one.get("EvaluateLowSampleCountPercentile")) or None,
        queries=tuple(_query(query) for query in items(one.get("Metrics"))),
        threshold_metric_id=text(one.get("ThresholdMetricId")) or None,
    )
    hoped = set(open_values(one)) - {"ActionsEnabled"}
    if hoped:
        of_query = next((query.metric for query in made.queries if query.metric is not None), None)
        metric = {} if of_query is None else {"namespace": of_query.namespace, "metric_name": of_query.metric_name}
        # What is known of its series stays: another series gets other events.
        kept = {name: getattr(made, name) for name in ("unit", "dimensions") if name.capitalize() not in hoped}
        made = made.model_copy(update={**_CANONICAL, **kept, **metric})
    yield made
    outside = reasons(one.get("Namespace")) or reasons(one.get("MetricName")) or reasons(one.get("Metrics"))
    if outside and world.options.meets:
        for number_, (space, metric_name) in enumerate(metrics_of_filters(world)):
            right = (
                not namespace or reasons(one.get("Namespace")) or space == namespace,
                not name or reasons(one.get("MetricName")) or metric_name == name,
            )
            if all(right) and (space, metric_name) != (namespace, name):
                label = {"name": f"{made.name}-{number_}", "arn": f"{made.arn}-{number_}"}
                yield made.model_copy(update={**label, "namespace": space, "metric_name": metric_name})


def _composite(world: World, one: Declared, children: Sequence[str]) -> CompositeAlarm:
    rule, suppressor = one.get("AlarmRule"), one.get("ActionsSuppressor")
    written = text(rule)
    known = {*children, *(each.name for each in world.declared if each.type in (types.ALARM, types.COMPOSITE_ALARM))}
    if any(outside.token not in " ".join(known) for outside in reasons(rule)):
        quoted = (name.replace("\\", "\\\\").replace('"', '\\"') for name in children)
        written = " OR ".join(f'ALARM("{name}")' for name in quoted) or "TRUE"
    return CompositeAlarm.model_construct(
        **_of_any_alarm(world, one),
        rule=written,
        suppressor=None if reasons(suppressor) else text(suppressor) or None,
        suppressor_wait=whole(one.get("ActionsSuppressorWaitPeriod")) or 0,
        suppressor_extension=whole(one.get("ActionsSuppressorExtensionPeriod")) or 0,
    )


def _alarm_dimensions(value: Value | None) -> dict[str, str]:
    return {text(item.get("Name")): text(item.get("Value")) for item in items(value)}


def _description(world: World, one: Declared) -> str | None:
    """Return an alarm's description; one that is outside may be what a subscription's filter policy asks for."""
    written = one.get("AlarmDescription")
    if reasons(written) and world.options.guess is not Guess.ABSENT:
        policies = (_as_structure(each.get("FilterPolicy")) for each in world.of(types.SUBSCRIPTION))
        asked = (policy.get("AlarmDescription") for policy in policies if isinstance(policy, Mapping))
        return next((_heard(found[0]) for found in asked if isinstance(found, list) and found), None)
    return text(written) or None


def _as_structure(policy: Value | None) -> object:
    written = plain(policy)
    try:
        return json.loads(written) if isinstance(written, str) else written
    except ValueError:
        return None  # The subscription tells what is wrong with it.


def _heard(condition: object) -> str:
    """Return a text that a condition of a filter policy lets through: its own, or its prefix, suffix or the like."""
    value = next(iter(condition.values()), None) if isinstance(condition, Mapping) else condition
    return value if isinstance(value, str) else "-"


def _of_any_alarm(world: World, one: Declared) -> dict[str, Any]:
    def actions(name: str) -> tuple[str, ...]:
        return tuple(_action(item, one.place) for item in items(one.get(name)) if text(item))

    return {
        "arn": one.arn,
        "name": one.name,
        "region": one.place.region,
        "account": one.place.account,
        "actions_enabled": hoped(one.get("ActionsEnabled"), default=True),
        "alarm_actions": actions("AlarmActions"),
        "ok_actions": actions("OKActions"),
        "insufficient_data_actions": actions("InsufficientDataActions"),
        "description": _description(world, one),
        "state": "OK",
    }


def _action(item: Value, place: Place) -> str:
    """Return an action's ARN; one that is outside may be a topic, and that is all that is known of it."""
    written = text(item)
    if not item.outside or Arn.parse(written) is not None:
        return written
    return place.arn("sns", written)


def _query(query: Value) -> MetricQuery:
    stat = query.get("MetricStat")
    metric = None
    if stat is not None:
        named = stat.get("Metric") or stat
        metric = MetricStat.model_construct(
            namespace=text(named.get("Namespace")),
            metric_name=text(named.get("MetricName")),
            dimensions=_alarm_dimensions(named.get("Dimensions")),
            period=whole(stat.get("Period")) or 60,
            statistic=text(stat.get("Stat")),
            unit=text(stat.get("Unit")) or None,
        )
    return MetricQuery.model_construct(
        id=text(query.get("Id")),
        expression=text(query.get("Expression")) or None,
        metric=metric,
        return_data=boolean(query.get("ReturnData"), default=True),
        period=whole(query.get("Period")),
        account=text(query.get("AccountId")) or None,
    )
