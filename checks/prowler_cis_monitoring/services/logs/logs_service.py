"""CloudWatch Logs: the log group that a trail delivers to, and its metric filters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prowler_cis_monitoring.alert_path.resources import Arn, LogGroup, LogSubscription, MetricFilter, Scope, Unread
from prowler_cis_monitoring.services.path_service import PathService

_LOG_GROUP = "log-group:"
_NOT_FOUND = "ResourceNotFoundException"


def log_group_name(arn: str) -> str | None:
    """Return the name in a log group's ARN, None when it is no such ARN."""
    parsed = Arn.parse(arn)
    if parsed is None or not parsed.resource.startswith(_LOG_GROUP):
        return None
    return parsed.resource.removeprefix(_LOG_GROUP).removesuffix(":*")


class Logs(PathService):
    """Reads single log groups; never lists those that no trail delivers to."""

    name = "logs"

    def description(self, name: str, scope: Scope) -> dict[str, Any] | Unread | None:
        """Return DescribeLogGroups' element, None when there is no log group of exactly this name."""
        # Names come sorted, so the group stands before all longer names that begin like it: one page is enough.
        first = {"MaxItems": 50}
        answer = self.call("describe_log_groups", scope, name, logGroupNamePrefix=name, PaginationConfig=first)
        if isinstance(answer, Unread):
            return answer
        for group in answer.get("logGroups", ()):
            if group["logGroupName"] == name:
                return dict(group)
        return None

    def metric_filters(self, name: str, scope: Scope) -> tuple[MetricFilter, ...] | Unread | None:
        """Return the metric filters of a log group, None when AWS says that there is no such group."""
        answer = self.call("describe_metric_filters", scope, name, logGroupName=name)
        if isinstance(answer, Unread):
            return None if answer.error == _NOT_FOUND else answer
        return tuple(made for described in answer.get("metricFilters", ()) for made in _metric_filters(described, name))

    def subscriptions(self, name: str, scope: Scope) -> tuple[LogSubscription, ...] | Unread:
        """Return where a log group sends its events on to; none for a group that does not exist."""
        answer = self.call("describe_subscription_filters", scope, name, logGroupName=name)
        if isinstance(answer, Unread):
            return () if answer.error == _NOT_FOUND else answer
        if "subscriptionFilters" not in answer:
            return self.lacking("describe_subscription_filters", scope, name, "SubscriptionFilters")
        return tuple(
            LogSubscription(
                name=described.get("filterName", ""),
                log_group=name,
                pattern=described.get("filterPattern") or "",
                destination=described.get("destinationArn", ""),
            )
            for described in answer["subscriptionFilters"]
        )


def make_log_group(
    arn: str, described: dict[str, Any] | Unread | None, filters: tuple[MetricFilter, ...] | Unread | None
) -> LogGroup | Unread | None:
    """Join what DescribeLogGroups and DescribeMetricFilters said of one log group."""
    parsed, name = Arn.parse(arn), log_group_name(arn)
    if described is None or filters is None or parsed is None or name is None:
        return None
    if isinstance(described, Unread) and isinstance(filters, Unread):
        return filters
    unread = isinstance(described, Unread)
    known: dict[str, Any] = {} if isinstance(described, Unread) else described
    return LogGroup(
        arn=arn.removesuffix(":*"),
        name=name,
        region=parsed.region,
        account=parsed.account,
        # The filters were read, so the group is of a class that has them.
        log_class="UNREAD" if unread else str(known.get("logGroupClass", "STANDARD")),
        data_protection=described if isinstance(described, Unread) else known.get("dataProtectionStatus"),
        inherited_properties=tuple(known.get("inheritedProperties") or ()),
        metric_filters=filters,
    )


def _metric_filters(described: dict[str, Any], log_group: str) -> Iterator[MetricFilter]:
    for transformation in described.get("metricTransformations") or ():
        yield MetricFilter(
            name=described.get("filterName", ""),
            log_group=log_group,
            pattern=described.get("filterPattern") or "",
            metric_name=transformation.get("metricName", ""),
            namespace=transformation.get("metricNamespace", ""),
            value=str(transformation.get("metricValue", "")),
            default=transformation.get("defaultValue"),
            unit=transformation.get("unit"),
            dimensions=transformation.get("dimensions") or {},
            system_dimensions=tuple(described.get("emitSystemFieldDimensions") or ()),
            field_selection=described.get("fieldSelectionCriteria") or None,
            on_transformed_logs=bool(described.get("applyOnTransformedLogs")),
        )
