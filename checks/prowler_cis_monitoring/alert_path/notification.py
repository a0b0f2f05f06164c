"""What CloudWatch would publish to a topic when an alarm goes into ALARM, as far as it can be foretold.

The fields are those of notifications seen in public code and tests, from 2013 to 2026; AWS documents no schema.
Such notifications carry no message attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

from prowler_cis_monitoring.alert_path.languages.filter_policy import Unforeseen
from prowler_cis_monitoring.alert_path.resources import CompositeAlarm, MetricAlarm, MetricQuery

ATTRIBUTES: dict[str, Any] = {}
"""The message attributes of an alarm notification: none."""
_STATES = ("INSUFFICIENT_DATA", "OK")
_STATISTICS = {"Sum": "SUM", "Average": "AVERAGE", "Minimum": "MINIMUM", "Maximum": "MAXIMUM"}
# AWS General Reference, AWS service endpoints. Notifications have been seen with "EU" and with "Europe".
_REGION_NAMES: Mapping[str, str] = {
    "af-south-1": "Africa (Cape Town)",
    "ap-east-1": "Asia Pacific (Hong Kong)",
    "ap-east-2": "Asia Pacific (Taipei)",
    "ap-northeast-1": "Asia Pacific (Tokyo)",
    "ap-northeast-2": "Asia Pacific (Seoul)",
    "ap-northeast-3": "Asia Pacific (Osaka)",
    "ap-south-1": "Asia Pacific (Mumbai)",
    "ap-south-2": "Asia Pacific (Hyderabad)",
    "ap-southeast-1": "Asia Pacific (Singapore)",
    "ap-southeast-2": "Asia Pacific (Sydney)",
    "ap-southeast-3": "Asia Pacific (Jakarta)",
    "ap-southeast-4": "Asia Pacific (Melbourne)",
    "ap-southeast-5": "Asia Pacific (Malaysia)",
    "ap-southeast-7": "Asia Pacific (Thailand)",
    "ca-central-1": "Canada (Central)",
    "ca-west-1": "Canada West (Calgary)",
    "eu-central-1": "Europe (Frankfurt)",
    "eu-central-2": "Europe (Zurich)",
    "eu-north-1": "Europe (Stockholm)",
    "eu-south-1": "Europe (Milan)",
    "eu-south-2": "Europe (Spain)",
    "eu-west-1": "Europe (Ireland)",
    "eu-west-2": "Europe (London)",
    "eu-west-3": "Europe (Paris)",
    "il-central-1": "Israel (Tel Aviv)",
    "me-central-1": "Middle East (UAE)",
    "me-south-1": "Middle East (Bahrain)",
    "mx-central-1": "Mexico (Central)",
    "sa-east-1": "South America (Sao Paulo)",
    "us-east-1": "US East (N. Virginia)",
    "us-east-2": "US East (Ohio)",
    "us-west-1": "US West (N. California)",
    "us-west-2": "US West (Oregon)",
}


def bodies(alarm: MetricAlarm | CompositeAlarm, rests: Iterable[str] = ()) -> tuple[dict[str, Any], ...]:
    """Return the bodies that the notification may have.

    Args:
        alarm: the alarm that goes into ALARM.
        rests: the states that it may be in before; none says that they are not known.

    Returns:
        A body for each state before and each spelling of the Region; `Unforeseen` stands for other open values.
    """
    # PutCompositeAlarm: a composite alarm has too little data only after it was created, until its first evaluation.
    before = ("OK",) if isinstance(alarm, CompositeAlarm) else tuple(sorted(rests)) or _STATES
    return tuple(_body(alarm, state, region) for state, region in product(before, _region_names(alarm.region)))


def _region_names(region: str) -> tuple[object, ...]:
    name = _REGION_NAMES.get(region)
    if name is None:
        return (Unforeseen.VALUE,)
    return tuple(dict.fromkeys((name, name.replace("Europe", "EU"))))


def _body(alarm: MetricAlarm | CompositeAlarm, before: str, region: object) -> dict[str, Any]:
    common = {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": alarm.account,
        "AlarmConfigurationUpdatedTimestamp": Unforeseen.VALUE,
        "NewStateValue": "ALARM",
        "NewStateReason": Unforeseen.VALUE,
        "StateChangeTime": Unforeseen.VALUE,
        "Region": region,
        "AlarmArn": alarm.arn,
        "OldStateValue": before,
        "OKActions": list(alarm.ok_actions),
        "AlarmActions": list(alarm.alarm_actions),
        "InsufficientDataActions": list(alarm.insufficient_data_actions),
    }
    if isinstance(alarm, CompositeAlarm):
        return {**common, "AlarmRule": alarm.rule, "TriggeringChildren": Unforeseen.PERHAPS}
    return {**common, "Trigger": _trigger(alarm)}


def _trigger(alarm: MetricAlarm) -> dict[str, Any]:
    """The part about the metric, or about the elements of metric math."""
    common = {
        "Period": alarm.period if alarm.period is not None else Unforeseen.PERHAPS,
        "EvaluationPeriods": alarm.evaluation_periods,
        "DatapointsToAlarm": alarm.datapoints_to_alarm or Unforeseen.PERHAPS,
        "ComparisonOperator": alarm.comparison,
        "Threshold": alarm.threshold if alarm.threshold is not None else Unforeseen.PERHAPS,
        # Older notifications have a sentence there.
        "TreatMissingData": Unforeseen.VALUE,
        "EvaluateLowSampleCountPercentile": alarm.low_sample_percentile or "",
    }
    if not alarm.metric_name:
        return {**common, "Metrics": [_element(query) for query in alarm.queries] or Unforeseen.PERHAPS}
    statistic = _STATISTICS.get(alarm.statistic or "")
    plain = {"StatisticType": "Statistic", "Statistic": statistic, "ExtendedStatistic": Unforeseen.PERHAPS}
    unknown = dict.fromkeys(plain, Unforeseen.PERHAPS)
    return {
        **common,
        **(plain if statistic else unknown),
        "MetricName": alarm.metric_name,
        "Namespace": alarm.namespace,
        "Unit": alarm.unit,
        "Dimensions": _dimensions(alarm.dimensions),
    }


def _element(query: MetricQuery) -> dict[str, Any]:
    told: dict[str, Any] = {"Id": query.id, "Label": Unforeseen.PERHAPS, "ReturnData": query.return_data}
    for name, value in (("Expression", query.expression), ("Period", query.period), ("AccountId", query.account)):
        told[name] = value if value is not None else Unforeseen.PERHAPS
    if query.metric:
        told["MetricStat"] = {
            "Metric": {
                "Dimensions": _dimensions(query.metric.dimensions),
                "MetricName": query.metric.metric_name,
                "Namespace": query.metric.namespace,
            },
            "Period": query.metric.period,
            "Stat": query.metric.statistic,
            "Unit": query.metric.unit or Unforeseen.PERHAPS,
        }
    return told


def _dimensions(dimensions: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in sorted(dimensions.items())]
