"""What CloudWatch would publish to a topic when an alarm goes into ALARM, as far as it can be foretold.

The fields are those of notifications seen in public code and tests, from 2013 to 2024; AWS documents no schema.
Such notifications carry no message attributes.
"""

from __future__ import annotations

from typing import Any

from prowler_cis_monitoring.alert_path.languages.filter_policy import Unforeseen
from prowler_cis_monitoring.alert_path.resources import CompositeAlarm, MetricAlarm

_UNFORESEEN = Unforeseen.VALUE
ATTRIBUTES: dict[str, Any] = {}
"""The message attributes of an alarm notification: none."""


def body(alarm: MetricAlarm | CompositeAlarm) -> dict[str, Any]:
    """The notification's body; `Unforeseen.VALUE` stands for a field whose value is not known beforehand."""
    common = {
        "AlarmName": alarm.name,
        "AlarmDescription": _UNFORESEEN,
        "AWSAccountId": alarm.account,
        "AlarmConfigurationUpdatedTimestamp": _UNFORESEEN,
        "NewStateValue": "ALARM",
        "NewStateReason": _UNFORESEEN,
        "StateChangeTime": _UNFORESEEN,
        "Region": _UNFORESEEN,  # the Region's long name, for example US East (N. Virginia)
        "AlarmArn": alarm.arn,
        "OldStateValue": _UNFORESEEN,  # OK or INSUFFICIENT_DATA
        "OKActions": _UNFORESEEN,
        "AlarmActions": list(alarm.alarm_actions),
        "InsufficientDataActions": _UNFORESEEN,
    }
    if isinstance(alarm, CompositeAlarm):
        return {**common, "AlarmRule": alarm.rule, "TriggeringChildren": _UNFORESEEN}
    return {**common, "Trigger": _trigger(alarm) if alarm.metric_name else _UNFORESEEN}


def _trigger(alarm: MetricAlarm) -> dict[str, Any]:
    """The part about the metric; that of metric-math alarms has another form and is not foretold."""
    return {
        "MetricName": alarm.metric_name,
        "Namespace": alarm.namespace,
        "StatisticType": _UNFORESEEN,
        "Statistic": _UNFORESEEN,
        "ExtendedStatistic": _UNFORESEEN,
        "Unit": alarm.unit,
        "Dimensions": [{"name": name, "value": value} for name, value in sorted(alarm.dimensions.items())],
        "Period": alarm.period,
        "EvaluationPeriods": alarm.evaluation_periods,
        "DatapointsToAlarm": _UNFORESEEN,
        "ComparisonOperator": alarm.comparison,
        "Threshold": alarm.threshold,
        "TreatMissingData": _UNFORESEEN,
        "EvaluateLowSampleCountPercentile": _UNFORESEEN,
    }
