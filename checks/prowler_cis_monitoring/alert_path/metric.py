"""Which metric does a metric filter publish, with which value, default, unit and dimensions?

Says also under which extra condition an event's datapoint lands in the one metric that an alarm watches.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from prowler_cis_monitoring.alert_path.languages.selection import SelectionError, admits
from prowler_cis_monitoring.alert_path.resources import LogGroup, MetricFilter, Scope
from prowler_cis_monitoring.alert_path.rules import Remark, remark, unread_remark
from prowler_cis_monitoring.filter_pattern import FilterPattern, FilterPatternError, all_of, parse
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

SYSTEM_FIELDS = ("@aws.account", "@aws.region")
# A dimension's value is written between quotes in a condition, where these would mean something else.
_NOT_LITERAL = re.compile(r'["\\*%]')


@dataclass(frozen=True)
class Publication:
    """The metric that a metric filter feeds.

    Attributes:
        filter_name: name of the metric filter.
        scope: account and Region of the log group, hence of the metric.
        log_group: ARN of the log group; filters of one group share its quiet and its busy minutes.
        namespace: namespace of the metric.
        name: name of the metric.
        dimensions: dimension name to the `$.field` whose value it takes.
        system_dimensions: names of system fields that are published as dimensions.
        value: what one event adds; None when it is the number in a field of the event.
        default: what is published for a minute in which log events came in and none matched; None for nothing.
        unit: the unit of the datapoints, `None` (the word) when the filter names none.
        remarks: what is to be said of the metric itself.
        values: dimension name to value, of one series of the metric; None for the metric with all its series.
    """

    filter_name: str
    scope: Scope
    log_group: str
    namespace: str
    name: str
    dimensions: Mapping[str, str]
    system_dimensions: tuple[str, ...]
    value: float | None
    default: float | None
    unit: str
    remarks: tuple[Remark, ...]
    values: Mapping[str, str] | None = None

    def of_series(self, values: Mapping[str, str]) -> Publication:
        """Return what the filter publishes to the one series of its metric that has these dimensions."""
        return replace(self, values=MappingProxyType(dict(values)))

    @property
    def metric(self) -> str:
        """The metric as sentences name it, NAMESPACE/NAME."""
        return f"{self.namespace}/{self.name}"

    @property
    def dimension_names(self) -> frozenset[str]:
        """The dimensions that make up the metric's identity."""
        return frozenset(self.dimensions) | frozenset(self.system_dimensions)


@dataclass(frozen=True)
class Narrowing:
    """Which of a filter's events an alarm on given dimensions sees.

    Attributes:
        condition: what an event must satisfy beyond the filter pattern; None for nothing more.
        remarks: what cannot be expressed as a condition on the event.
    """

    condition: FilterPattern | None = None
    remarks: tuple[Remark, ...] = ()


def publication(metric_filter: MetricFilter, log_group: LogGroup, account: str = "") -> Publication:
    """The metric that `metric_filter` of `log_group` publishes.

    Args:
        metric_filter: a filter on the log group.
        log_group: the log group.
        account: the account whose events are asked about; empty for the log group's own.

    Source: CloudWatch Logs API, MetricTransformation and PutMetricFilter; CloudWatch Logs User Guide, "Creating
    metrics from log events using filters" (a filter with dimensions has no default value).
    """
    value = None if metric_filter.unread else _number(metric_filter.value)
    impossible_default = metric_filter.default is not None and bool(metric_filter.dimensions)
    return Publication(
        filter_name=metric_filter.name,
        scope=Scope.model_construct(account=log_group.account, region=log_group.region),
        log_group=log_group.arn,
        namespace=metric_filter.namespace,
        name=metric_filter.metric_name,
        dimensions=MappingProxyType(dict(metric_filter.dimensions)),
        system_dimensions=metric_filter.system_dimensions,
        value=value,
        default=None if impossible_default else metric_filter.default,
        unit=metric_filter.unit or "None",
        remarks=tuple(_remarks(metric_filter, log_group, value, account or log_group.account)),
    )


def _remarks(metric_filter: MetricFilter, log_group: LogGroup, value: float | None, account: str) -> list[Remark]:
    name = metric_filter.name
    if metric_filter.unread:
        return [unread_remark("metric filter", name, metric_filter.unread)]
    found = []
    if metric_filter.on_transformed_logs:
        found.append(remark("metric-filter-on-transformed-logs", name, log_group=log_group.name))
    if value is None:
        slug = "metric-value-of-a-field" if metric_filter.value.startswith("$") else "metric-value-no-number"
        found.append(remark(slug, name, value=metric_filter.value))
    elif value == 0:
        found.append(remark("metric-value-zero", name))
    if metric_filter.default is not None and metric_filter.dimensions:
        found.append(remark("metric-default-with-dimensions", name, default=metric_filter.default))
    if metric_filter.field_selection:
        found.extend(_selection_remarks(metric_filter.field_selection, metric_filter.name, log_group, account))
    return found


def _number(text: str) -> float | None:
    """The number a metric value stands for; CloudWatch takes neither infinity nor NaN."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _selection_remarks(criteria: str, name: str, log_group: LogGroup, account: str) -> list[Remark]:
    """Whether field selection criteria admit what a trail writes into the log group about `account`.

    The system fields tell where a log event was ingested first. For a trail that is the log group itself. Whether
    they then name the account and Region of the group or of the recorded event is not documented, so that criteria
    are only relied upon where both readings agree.
    """
    accounts = tuple(dict.fromkeys((log_group.account, account)))
    try:
        admitted = [admits(criteria, {"@aws.account": owner}) for owner in accounts]
        here = [admits(criteria, {"@aws.account": owner, "@aws.region": log_group.region}) for owner in accounts]
    except SelectionError as error:
        return [remark("metric-filter-selection-unreadable", name, criteria=criteria, error=error)]
    told = {"criteria": criteria, "account": account}
    if all(admitted):
        return [remark("metric-filter-selection-admits", name, **told)]
    if all(answer is False for answer in admitted):
        return [remark("metric-filter-selection-of-others", name, owner=log_group.account, **told)]
    if len(accounts) > 1 and admitted[0] is not admitted[1]:
        return [remark("metric-filter-selection-by-account", name, owner=log_group.account, **told)]
    slug = "metric-filter-selection-by-region" if all(here) else "metric-filter-selection-elsewhere"
    return [remark(slug, name, region=log_group.region, **told)]


def narrowing(published: Publication, alarm_dimensions: Mapping[str, str]) -> Narrowing | None:
    """Which events of a filter reach the metric with exactly these dimensions.

    Args:
        published: the filter's metric.
        alarm_dimensions: dimension name to value, as the alarm lists them.

    Returns:
        None when the filter never publishes a metric with these dimension names; else the condition that an event's
        fields must satisfy, for example `{ $.userIdentity.type = "Root" }` for a dimension `type` taken from
        `$.userIdentity.type` and watched with the value Root.

    Source: CloudWatch User Guide, "Dimensions" (each set of dimensions is a metric of its own); CloudWatch Logs API,
    PutMetricFilter.emitSystemFieldDimensions.
    """
    if published.dimension_names != frozenset(alarm_dimensions):
        return None
    remarks = []
    conditions = []
    for dimension in sorted(alarm_dimensions):
        value = alarm_dimensions[dimension]
        if dimension in published.system_dimensions:
            remarks.append(remark("metric-system-dimension", published.filter_name, dimension=dimension, value=value))
            continue
        condition = _equals(published.dimensions[dimension], value)
        if condition is None:
            values = {"dimension": dimension, "field": published.dimensions[dimension], "value": value}
            remarks.append(remark("metric-dimension-unreadable", published.filter_name, **values))
        else:
            conditions.append(condition)
    return Narrowing(all_of(*conditions) if conditions else None, tuple(remarks))


def _equals(field: str, value: str) -> FilterPattern | None:
    """The pattern `{ field = "value" }`, or None when a pattern cannot say that."""
    if _NOT_LITERAL.search(value):
        return None
    try:
        return parse(f'{{ {field} = "{value}" }}')
    except FilterPatternError:
        return None
