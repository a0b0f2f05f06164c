"""CloudWatch Logs: the log group that a trail delivers to, and its metric filters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prowler_cis_monitoring.alert_path.resources import Arn, LogGroup, LogSubscription, MetricFilter, Scope, Unread
from prowler_cis_monitoring.services.answers import UNITS
from prowler_cis_monitoring.services.path_service import PathService
from prowler_cis_monitoring.services.reading import (
    Record,
    flag,
    milliseconds,
    number,
    one_of,
    some_text,
    text,
    text_map,
    texts,
)

_LOG_GROUP = "log-group:"
_NOT_FOUND = "ResourceNotFoundException"
# Of metric filters that are named to help only, 50 a page.
_MOST_PAGES = 4


def log_group_name(arn: str) -> str | None:
    """Return the name in a log group's ARN, None when it is no such ARN."""
    parsed = Arn.parse(arn)
    if parsed is None or not parsed.resource.startswith(_LOG_GROUP):
        return None
    return parsed.resource.removeprefix(_LOG_GROUP).removesuffix(":*")


class Logs(PathService):
    """Reads single log groups, and the metric filters of others where one of a trail has none."""

    name = "logs"

    def description(self, arn: str, name: str, scope: Scope) -> LogGroup | Unread | None:
        """Return a log group without its metric filters, None when there is none of exactly this name."""

        def read(answer: Record) -> LogGroup | Unread | None:
            nameless = None
            for group in answer.apart("logGroups"):
                found = group.required("logGroupName", some_text, "")
                if found == name:
                    made = _log_group(arn, name, scope, group)
                    return self.flaw("describe_log_groups", scope, name, group) or made
                nameless = nameless or self.flaw("describe_log_groups", scope, name, group)
            return nameless

        # Names come sorted, so the group stands before all longer names that begin like it: one page is enough.
        return self.call("describe_log_groups", scope, name, read=read, most_pages=1, logGroupNamePrefix=name)

    def metric_filters(self, name: str, scope: Scope) -> tuple[MetricFilter, ...] | Unread | None:
        """Return the metric filters of a log group, None when AWS says that there is no such group."""

        def read(answer: Record) -> tuple[MetricFilter, ...]:
            records = answer.apart("metricFilters")
            return tuple(made for record in records for made in self._metric_filters(record, name, scope))

        found = self.call("describe_metric_filters", scope, name, read=read, logGroupName=name)
        return None if isinstance(found, Unread) and found.error == _NOT_FOUND else found

    def _metric_filters(self, record: Record, log_group: str, scope: Scope) -> Iterator[MetricFilter]:
        of_all: dict[str, Any] = {
            "name": record.required("filterName", some_text, ""),
            "log_group": log_group,
            "pattern": record.required("filterPattern", text, ""),
            "system_dimensions": record.optional("emitSystemFieldDimensions", texts, ()),
            "field_selection": record.optional("fieldSelectionCriteria", text, "") or None,
            "created": record.optional("creationTime", milliseconds, None),
            "on_transformed_logs": record.optional("applyOnTransformedLogs", flag, False),  # noqa: FBT003
        }
        transformations = [_transformation(one) for one in record.records("metricTransformations")]
        if not transformations:
            record.lacks("metricTransformations")
            transformations = [{"metric_name": "", "namespace": ""}]
        unread = self.flaw("describe_metric_filters", scope, of_all["name"] or log_group, record)
        for transformation in transformations:
            yield MetricFilter(**of_all, **transformation, unread=unread)

    def other_filters(self, scope: Scope) -> tuple[MetricFilter, ...] | Unread:
        """Return metric filters of a Region, as many as four pages hold, whatever log group they stand on."""

        def read(answer: Record) -> tuple[MetricFilter, ...]:
            records = answer.apart("metricFilters")
            named = ((record, record.optional("logGroupName", some_text, "")) for record in records)
            return tuple(made for record, name in named if name for made in self._metric_filters(record, name, scope))

        return self.call("describe_metric_filters", scope, read=read, most_pages=_MOST_PAGES)

    def subscriptions(self, name: str, scope: Scope) -> tuple[LogSubscription, ...] | Unread:
        """Return where a log group sends its events on to; none for a group that does not exist."""

        def read(answer: Record) -> tuple[LogSubscription, ...]:
            return tuple(_subscription(record, name) for record in answer.records("subscriptionFilters"))

        found = self.call("describe_subscription_filters", scope, name, read=read, logGroupName=name)
        return () if isinstance(found, Unread) and found.error == _NOT_FOUND else found


def make_log_group(
    arn: str, described: LogGroup | Unread | None, filters: tuple[MetricFilter, ...] | Unread | None
) -> LogGroup | Unread | None:
    """Join what DescribeLogGroups and DescribeMetricFilters said of one log group."""
    parsed, name = Arn.parse(arn), log_group_name(arn)
    if parsed is None or name is None:
        return None
    if described is None or filters is None:
        gone = (described is None or isinstance(described, Unread)) and (filters is None or isinstance(filters, Unread))
        return None if gone else _contradiction(parsed, name)
    if isinstance(described, LogGroup):
        return described.model_copy(update={"metric_filters": filters})
    if isinstance(filters, Unread):
        return filters
    return LogGroup(
        arn=arn.removesuffix(":*"),
        name=name,
        region=parsed.region,
        account=parsed.account,
        # The filters were read, so the group is of a class that has them.
        log_class="UNREAD",
        data_protection=described,
        metric_filters=filters,
    )


def _contradiction(arn: Arn, name: str) -> Unread:
    """One call knows the log group, the other says that there is none."""
    return Unread(
        action="logs:DescribeLogGroups",
        region=arn.region,
        account=arn.account,
        resource=name,
        error="OtherThanDescribeMetricFilters",
        cause="answer",
    )


def _log_group(arn: str, name: str, scope: Scope, group: Record) -> LogGroup:
    return LogGroup(
        arn=arn,
        name=name,
        region=scope.region,
        account=scope.account,
        # CloudWatch Logs API, CreateLogGroup: a group whose class nobody named is of this one.
        log_class=group.optional("logGroupClass", some_text, "STANDARD"),
        data_protection=group.optional("dataProtectionStatus", some_text, None),
        inherited_properties=group.optional("inheritedProperties", texts, ()),
        created=group.optional("creationTime", milliseconds, None),
    )


def _transformation(transformation: Record) -> dict[str, Any]:
    return {
        "metric_name": transformation.required("metricName", some_text, ""),
        "namespace": transformation.required("metricNamespace", some_text, ""),
        "value": transformation.required("metricValue", some_text, ""),
        "default": transformation.optional("defaultValue", number, None),
        "unit": transformation.optional("unit", one_of(UNITS), None),
        "dimensions": transformation.optional("dimensions", text_map, {}),
    }


def _subscription(record: Record, log_group: str) -> LogSubscription:
    return LogSubscription(
        name=record.required("filterName", some_text, ""),
        log_group=log_group,
        pattern=record.required("filterPattern", text, ""),
        destination=record.required("destinationArn", some_text, ""),
    )
