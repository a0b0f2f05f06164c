"""What moto cannot be told through the AWS API, set in its backend: the one place that reaches into moto."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID


def _backend(service: str, region: str, account: str = DEFAULT_ACCOUNT_ID) -> Any:  # noqa: ANN401 - moto is untyped
    backends = get_backend(service)
    return backends[account][region]


def leave_subscription_pending(topic_arn: str, region: str, account: str = DEFAULT_ACCOUNT_ID) -> None:
    """Undo the confirmation that moto gives every subscription of a topic at once."""
    _rename_subscriptions(topic_arn, region, account, "PendingConfirmation")


def delete_subscription(topic_arn: str, region: str, account: str = DEFAULT_ACCOUNT_ID) -> None:
    """Leave the traces that AWS shows for two days after somebody unsubscribed."""
    _rename_subscriptions(topic_arn, region, account, "Deleted")


def _rename_subscriptions(topic_arn: str, region: str, account: str, arn: str) -> None:
    for subscription in _backend("sns", region, account).subscriptions.values():
        if subscription.topic.arn == topic_arn:
            subscription.arn = arn
            subscription.attributes["PendingConfirmation"] = "true"


def set_log_group_class(name: str, log_class: str, region: str, account: str = DEFAULT_ACCOUNT_ID) -> None:
    """Give a log group a class: moto takes logGroupClass and forgets it."""
    group = _backend("logs", region, account).groups[name]
    describe = group.to_describe_dict
    group.to_describe_dict = lambda: {**describe(), "logGroupClass": log_class}


def set_metric_filter_fields(name: str, fields: dict[str, Any], region: str, account: str = DEFAULT_ACCOUNT_ID) -> None:
    """Set fields of a metric filter that moto drops, for example `applyOnTransformedLogs`."""
    for metric_filter in _backend("logs", region, account).filters.metric_filters:
        if metric_filter["filterName"] == name:
            metric_filter.update(fields)


def set_trail_status(name: str, status: dict[str, Any], region: str, account: str = DEFAULT_ACCOUNT_ID) -> None:
    """Add fields to GetTrailStatus' answer, for example `LatestCloudWatchLogsDeliveryError`."""
    trail = _backend("cloudtrail", region, account).trails[name]
    describe = trail.status.description
    trail.status.description = lambda: {**describe(), **status}


def show_organization_trail(name: str, owner: str, members: Iterable[str], region: str) -> None:
    """Let DescribeTrails show an organisation trail in member accounts, as AWS does."""
    trail = _backend("cloudtrail", region, owner).trails[name]
    for member in members:
        _backend("cloudtrail", region, member).trails[name] = trail


def put_composite_alarm(name: str, rule: str, actions: list[str], region: str, *, enabled: bool = True) -> None:
    """Create a composite alarm: moto describes them and has no PutCompositeAlarm."""
    _backend("cloudwatch", region).put_metric_alarm(
        name=name,
        rule=rule,
        alarm_actions=actions,
        actions_enabled=enabled,
        dimensions=[],
        **dict.fromkeys(
            (
                "namespace",
                "metric_name",
                "comparison_operator",
                "evaluation_periods",
                "period",
                "threshold",
                "statistic",
            )
        ),
        description=None,
    )
