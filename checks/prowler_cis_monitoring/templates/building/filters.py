"""Metric filters of templates, on the log groups that they name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from prowler_cis_monitoring.alert_path.metric import SYSTEM_FIELDS
from prowler_cis_monitoring.alert_path.resources import (
    LogGroup,
    MetricFilter,
    Unread,
)
from prowler_cis_monitoring.templates import declared as types
from prowler_cis_monitoring.templates.building.guesses import EVERY_RECORD, Guess, World
from prowler_cis_monitoring.templates.building.log_groups import Groups, ensure_group
from prowler_cis_monitoring.templates.declared import Declared
from prowler_cis_monitoring.templates.values import TemplateError, Value, boolean, items, number, reasons, text

MOST_MEETING = 5_000
"""Metric filters, with those on every log group and metric that outside names may be (count)."""


def attach_filters(world: World, groups: Groups) -> None:
    """Add the metric filters to their log groups."""
    found: dict[str, list[MetricFilter]] = {}
    metrics, left = _metrics_of_alarms(world), MOST_MEETING
    for one in world.of(types.METRIC_FILTER):
        written = one.get("LogGroupName")
        own = one.place.arn("logs", f"log-group:{text(written)}")
        ensure_group(world, groups, own, one.place)
        arns = [own]
        if written is not None and reasons(written) and world.options.meets:
            arns += [arn for arn, group in groups.items() if isinstance(group, LogGroup) and arn != own]
        for arn in arns:
            made = list(islice(_filters(world, one, groups[arn], metrics), left + 1))
            left -= len(made)
            if left < 0:
                raise TemplateError(f"outside names may make more than {MOST_MEETING:,} metric filters", one.at)
            found.setdefault(arn, []).extend(made)
    for arn, filters in found.items():
        group = groups[arn]
        if isinstance(group, LogGroup):
            before = () if isinstance(group.metric_filters, Unread) else group.metric_filters
            names = {each.name for each in filters}
            kept = [each for each in before if each.name not in names]
            groups[arn] = group.model_copy(update={"metric_filters": (*kept, *filters)})


def _system_dimensions(world: World, value: Value | None) -> tuple[str, ...]:
    """Return the fields that are dimensions; where that is outside, those that alarms ask for."""
    if not reasons(value):
        return tuple(text(each) for each in items(value))
    dimensions = (each for one in world.of(types.ALARM) for each in items(one.get("Dimensions")))
    asked = {text(each.get("Name")) for each in dimensions}
    return tuple(field for field in SYSTEM_FIELDS if field in asked)


def _filters(
    world: World, one: Declared, group: LogGroup | Unread | None, metrics: Sequence[tuple[str, str]]
) -> Iterator[MetricFilter]:
    pattern = one.get("FilterPattern")
    transformations = one.get("MetricTransformations")
    for item in _transformations(transformations):
        value, default = item.get("MetricValue"), item.get("DefaultValue")
        # An outside condition on the system fields selects whatever the path needs.
        selection = one.get("FieldSelectionCriteria")
        made = MetricFilter.model_construct(
            name=one.name,
            log_group=group.name if isinstance(group, LogGroup) else "",
            pattern=_pattern(world, pattern),
            metric_name=text(item.get("MetricName")),
            namespace=text(item.get("MetricNamespace")),
            value="1" if reasons(value) else text(value),
            default=None if reasons(default) else number(default),
            unit=text(item.get("Unit")) or None if not reasons(item.get("Unit")) else None,
            dimensions=_filter_dimensions(item.get("Dimensions")),
            system_dimensions=_system_dimensions(world, one.get("EmitSystemFieldDimensions")),
            field_selection=None if reasons(selection) else text(selection) or None,
            on_transformed_logs=boolean(one.get("ApplyOnTransformedLogs"), default=False),
        )
        yield made
        if world.options.meets and (reasons(item.get("MetricName")) or reasons(item.get("MetricNamespace"))):
            yield from _meeting_filters(metrics, made, item)


def _pattern(world: World, written: Value | None) -> str:
    if not reasons(written):
        return text(written)
    return EVERY_RECORD if world.options.guess is Guess.NOISY else world.options.pattern


def _meeting_filters(metrics: Sequence[tuple[str, str]], made: MetricFilter, item: Value) -> Iterator[MetricFilter]:
    """The filter on each metric that an alarm reads and that its outside name may be."""
    for namespace, name in metrics:
        right = (
            reasons(item.get("MetricNamespace")) or namespace == made.namespace,
            reasons(item.get("MetricName")) or name == made.metric_name,
        )
        if all(right) and (namespace, name) != (made.namespace, made.metric_name):
            yield made.model_copy(update={"namespace": namespace, "metric_name": name})


def _metrics_of_alarms(world: World) -> list[tuple[str, str]]:
    found = [(text(one.get("Namespace")), text(one.get("MetricName"))) for one in world.of(types.ALARM)]
    for one in world.of(types.ALARM):
        for query in items(one.get("Metrics")):
            metric = (query.get("MetricStat") or query).get("Metric")
            found.append((text(metric.get("Namespace")), text(metric.get("MetricName"))) if metric else ("", ""))
    return [each for each in dict.fromkeys(found) if all(each)]


def metrics_of_filters(world: World) -> list[tuple[str, str]]:
    """Return the metrics that filters publish, by namespace and name."""
    found = [
        (text(item.get("MetricNamespace")), text(item.get("MetricName")))
        for one in world.of(types.METRIC_FILTER)
        for item in items(one.get("MetricTransformations"))
    ]
    return list(dict.fromkeys(found))


def _transformations(value: Value | None) -> tuple[Value, ...]:
    """Return a filter's transformations; of one that is outside as a whole the names are, too."""
    if value is not None and value.outside:
        return (Value({"MetricName": value, "MetricNamespace": value}, value.at),)
    return items(value)


def _filter_dimensions(value: Value | None) -> dict[str, str]:
    return {text(item.get("Key")): text(item.get("Value")) for item in items(value)} if not reasons(value) else {}
