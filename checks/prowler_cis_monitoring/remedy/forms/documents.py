"""What all forms write alike: the policies of what is created, and comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prowler_cis_monitoring.alert_path.resources import CompositeAlarm, MetricAlarm
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.remedy.changes import Change, CreateTrail, DeliverToLogGroup, PutMetricAlarm
from prowler_cis_monitoring.remedy.parts import Part

TAG = ("CreatedBy", "cis-monitoring")
CLOUDTRAIL = "cloudtrail.amazonaws.com"
_MOST_OF_A_COMMENT = 1000


def comment(change: Change) -> Iterator[str]:
    """Yield the lines that stand above a change: what it does, and each broken link that it mends."""
    yield f"{harmless(change.says, _MOST_OF_A_COMMENT)}."
    for clause in change.mends:
        yield f"mends: {harmless(clause, _MOST_OF_A_COMMENT)}"


def head(part: Part, source: str) -> list[str]:
    """Return the comment at the beginning of a file."""
    return [
        f"# What mends the alert paths of account {harmless(part.account)} in {harmless(part.region)}, planned on",
        f"# {harmless(source)}.",
    ]


def tag() -> dict[str, str]:
    """Return the tag of what is created, as CloudFormation writes it."""
    key, value = TAG
    return {"Key": key, "Value": value}


def trust() -> dict[str, Any]:
    """Return the trust policy of the role by which CloudTrail writes to a log group."""
    statement = {"Effect": "Allow", "Principal": {"Service": CLOUDTRAIL}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def delivery(change: DeliverToLogGroup | CreateTrail) -> dict[str, Any]:
    """Return the policy of that role. Source: CloudTrail User Guide, "Role policy document for CloudTrail"."""
    statement = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"{change.log_group}:log-stream:*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def bucket_policy(change: CreateTrail) -> dict[str, Any]:
    """Return the policy of a trail's bucket.

    Source: CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail".
    """
    bucket = f"arn:{change.partition}:s3:::{change.bucket}"
    common = {"Effect": "Allow", "Principal": {"Service": CLOUDTRAIL}}
    of_trail = {"aws:SourceArn": change.arn}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadAcl",
                **common,
                "Action": "s3:GetBucketAcl",
                "Resource": bucket,
                "Condition": {"StringEquals": of_trail},
            },
            {
                "Sid": "WriteRecords",
                **common,
                "Action": "s3:PutObject",
                "Resource": f"{bucket}/AWSLogs/{change.account}/*",
                "Condition": {"StringEquals": {**of_trail, "s3:x-amz-acl": "bucket-owner-full-control"}},
            },
        ],
    }


def alarm_parameters(alarm: MetricAlarm | CompositeAlarm) -> dict[str, Any]:
    """Return the parameters of PutMetricAlarm or PutCompositeAlarm that make an alarm as it is."""
    common = {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "ActionsEnabled": alarm.actions_enabled,
        "OKActions": list(alarm.ok_actions),
        "AlarmActions": list(alarm.alarm_actions),
        "InsufficientDataActions": list(alarm.insufficient_data_actions),
    }
    if isinstance(alarm, CompositeAlarm):
        own: dict[str, Any] = {"AlarmRule": alarm.rule}
        if alarm.suppressor:
            own["ActionsSuppressor"] = alarm.suppressor
            own["ActionsSuppressorWaitPeriod"] = alarm.suppressor_wait
            own["ActionsSuppressorExtensionPeriod"] = alarm.suppressor_extension
    else:
        plain = alarm.statistic in ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
        own = {
            "MetricName": alarm.metric_name,
            "Namespace": alarm.namespace,
            "Statistic" if plain else "ExtendedStatistic": alarm.statistic,
            "Dimensions": [{"Name": name, "Value": value} for name, value in sorted(alarm.dimensions.items())],
            "Period": alarm.period,
            "Unit": alarm.unit,
            "EvaluationPeriods": alarm.evaluation_periods,
            "DatapointsToAlarm": alarm.datapoints_to_alarm,
            "Threshold": alarm.threshold,
            "ComparisonOperator": alarm.comparison,
            "TreatMissingData": alarm.treat_missing_data,
            "EvaluateLowSampleCountPercentile": alarm.low_sample_percentile,
        }
    return {name: value for name, value in {**common, **own}.items() if value not in (None, [])}


def filter_transformation(namespace: str, metric: str, unit: str | None) -> dict[str, str]:
    """Return the transformation of a metric filter by the API's names."""
    made = {"metricNamespace": namespace, "metricName": metric, "metricValue": "1"}
    return {**made, "unit": unit} if unit else made


def created_alarm(change: PutMetricAlarm) -> dict[str, Any]:
    """Return the parameters of PutMetricAlarm for an alarm that is created."""
    return alarm_parameters(change.made)
