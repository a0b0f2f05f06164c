"""CloudWatch: the alarms of a Region, with all that decides whether they ring."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from prowler_cis_monitoring.alert_path.resources import (
    Alarms,
    CompositeAlarm,
    FailedAction,
    MetricAlarm,
    MetricQuery,
    MetricStat,
    Scope,
    Unread,
)
from prowler_cis_monitoring.services.path_service import PathService

_ARN = re.compile(r"arn:[^\s\"]+")
# CloudWatch words a history item so when an action could not be taken.
_FAILED = "Failed to execute action"


class CloudWatch(PathService):
    """Reads alarms, composite alarms included."""

    name = "cloudwatch"

    def failed_actions(self, name: str, scope: Scope) -> tuple[FailedAction, ...] | Unread:
        """Return the actions of an alarm whose latest execution failed, at most one entry an action."""
        answer = self.call(
            "describe_alarm_history",
            scope,
            name,
            AlarmName=name,
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
            HistoryItemType="Action",
            ScanBy="TimestampDescending",
            PaginationConfig={"MaxItems": 100, "PageSize": 100},
        )
        if isinstance(answer, Unread):
            return answer
        latest: dict[str, dict[str, Any]] = {}
        for item in answer.get("AlarmHistoryItems", ()):
            action = _ARN.search(item.get("HistorySummary", ""))
            if action:
                # The ARN ends a sentence.
                latest.setdefault(action[0].rstrip(".,"), item)
        return tuple(
            FailedAction(action=action, at=item["Timestamp"], summary=item["HistorySummary"])
            for action, item in latest.items()
            if item["HistorySummary"].startswith(_FAILED)
        )

    def alarms(self, scope: Scope, on_page: Callable[[Alarms], None]) -> Alarms | Unread:
        """Return all metric and composite alarms of an account and Region; `on_page` is told of each page before."""
        # Without AlarmTypes, DescribeAlarms leaves composite alarms out; 100 is the largest page.
        answer = self.call(
            "describe_alarms",
            scope,
            on_page=lambda page: on_page(_alarms(page, scope)),
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
            MaxRecords=100,
        )
        return answer if isinstance(answer, Unread) else _alarms(answer, scope)


def _alarms(answer: dict[str, Any], scope: Scope) -> Alarms:
    return Alarms(
        metric_alarms=tuple(_metric_alarm(alarm, scope) for alarm in answer.get("MetricAlarms", ())),
        composite_alarms=tuple(_composite_alarm(alarm, scope) for alarm in answer.get("CompositeAlarms", ())),
    )


def _of_any_alarm(alarm: dict[str, Any], scope: Scope) -> dict[str, Any]:
    """Return what metric and composite alarms have in common."""
    return {
        "arn": alarm.get("AlarmArn", ""),
        "name": alarm.get("AlarmName", ""),
        "region": scope.region,
        "account": scope.account,
        "actions_enabled": alarm.get("ActionsEnabled", True),
        "alarm_actions": tuple(alarm.get("AlarmActions") or ()),
        "ok_actions": tuple(alarm.get("OKActions") or ()),
        "insufficient_data_actions": tuple(alarm.get("InsufficientDataActions") or ()),
        "description": alarm.get("AlarmDescription") or None,
        "state": alarm.get("StateValue") or "INSUFFICIENT_DATA",
        "state_transitioned": alarm.get("StateTransitionedTimestamp"),
        "configuration_updated": alarm.get("AlarmConfigurationUpdatedTimestamp"),
    }


def _metric_alarm(alarm: dict[str, Any], scope: Scope) -> MetricAlarm:
    return MetricAlarm(
        **_of_any_alarm(alarm, scope),
        namespace=alarm.get("Namespace"),
        metric_name=alarm.get("MetricName"),
        dimensions=_dimensions(alarm),
        statistic=alarm.get("Statistic") or alarm.get("ExtendedStatistic"),
        unit=alarm.get("Unit"),
        period=alarm.get("Period"),
        evaluation_periods=alarm.get("EvaluationPeriods") or 1,
        datapoints_to_alarm=alarm.get("DatapointsToAlarm"),
        threshold=alarm.get("Threshold"),
        comparison=alarm.get("ComparisonOperator"),
        treat_missing_data=alarm.get("TreatMissingData") or "missing",
        low_sample_percentile=alarm.get("EvaluateLowSampleCountPercentile"),
        queries=tuple(_query(query) for query in alarm.get("Metrics") or ()),
        threshold_metric_id=alarm.get("ThresholdMetricId"),
        evaluation_state=alarm.get("EvaluationState"),
    )


def _query(query: dict[str, Any]) -> MetricQuery:
    stat = query.get("MetricStat")
    return MetricQuery(
        id=query["Id"],
        expression=query.get("Expression"),
        metric=None
        if not stat
        else MetricStat(
            namespace=stat["Metric"].get("Namespace", ""),
            metric_name=stat["Metric"].get("MetricName", ""),
            dimensions=_dimensions(stat["Metric"]),
            period=stat["Period"],
            statistic=stat["Stat"],
            unit=stat.get("Unit"),
        ),
        # PutMetricAlarm: an element returns data unless it says otherwise.
        return_data=query.get("ReturnData", True),
        period=query.get("Period"),
        account=query.get("AccountId"),
    )


def _composite_alarm(alarm: dict[str, Any], scope: Scope) -> CompositeAlarm:
    return CompositeAlarm(
        **_of_any_alarm(alarm, scope),
        rule=alarm.get("AlarmRule") or "",
        suppressor=alarm.get("ActionsSuppressor"),
        suppressor_wait=alarm.get("ActionsSuppressorWaitPeriod") or 0,
        suppressor_extension=alarm.get("ActionsSuppressorExtensionPeriod") or 0,
    )


def _dimensions(holder: dict[str, Any]) -> dict[str, str]:
    return {dimension["Name"]: dimension["Value"] for dimension in holder.get("Dimensions") or ()}
