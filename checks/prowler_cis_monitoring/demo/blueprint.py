"""A blueprint of an alert path as AWS API parameters, and how it is built: change one parameter, break one link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.controls import CONTROLS, Control
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from boto3.session import Session

Parameters = Mapping[str, Any]
ACCOUNT = "123456789012"
REGION = "us-east-1"
TRAIL = "org-trail"
LOG_GROUP = "CloudTrail/logs"
TOPIC = "security-alerts"
NAMESPACE = "CISBenchmark"
TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:{TOPIC}"
LOG_GROUP_ARN = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{LOG_GROUP}"


@dataclass(frozen=True)
class Blueprint:
    """API parameters of every resource on one control's path; None leaves a resource out.

    Attributes:
        trail: CreateTrail; `logging` says whether StartLogging follows.
        selectors: PutEventSelectors without the trail's name; empty for the trail's default.
        log_group: CreateLogGroup.
        metric_filter: PutMetricFilter without the transformation, which is `transformation`.
        alarm: PutMetricAlarm; `alarm_region` is where.
        topic: CreateTopic's attributes; `subscription` is Subscribe's parameters.
        afterwards: changes that no API call makes, applied last.
    """

    trail: Parameters | None
    metric_filter: Parameters | None
    transformation: Parameters
    alarm: Parameters | None
    logging: bool = True
    selectors: Parameters = field(default_factory=dict)
    log_group: Parameters | None = field(default_factory=lambda: {"logGroupName": LOG_GROUP})
    topic: Parameters | None = field(default_factory=dict)
    topic_region: str = REGION
    subscription: Parameters | None = field(
        default_factory=lambda: {"Protocol": "email", "Endpoint": "security@example.com"}
    )
    alarm_region: str = REGION
    afterwards: tuple[Callable[[Session], None], ...] = ()

    def changed(self, **changes: Any) -> Blueprint:  # noqa: ANN401 - any field's value
        """Return the blueprint with `changes`: parameters are merged into those there are, all else is replaced."""
        merged: dict[str, Any] = {}
        for name, change in changes.items():
            before = getattr(self, name)
            if isinstance(before, Mapping) and isinstance(change, Mapping):
                merged[name] = {key: value for key, value in {**before, **change}.items() if value is not None}
            elif name == "afterwards":
                merged[name] = (*before, *change)
            else:
                merged[name] = change
        return replace(self, **merged)

    def build(self, session: Session) -> None:
        """Create the resources with the clients of `session`, whose endpoint must be a moto server's or mock."""
        self._build_trail(session)
        logs = session.client("logs", region_name=REGION)
        if self.log_group is not None:
            logs.create_log_group(**self.log_group)
        if self.metric_filter is not None:
            logs.put_metric_filter(**self.metric_filter, metricTransformations=[dict(self.transformation)])
        if self.alarm is not None:
            session.client("cloudwatch", region_name=self.alarm_region).put_metric_alarm(**self.alarm)
        if self.topic is not None:
            sns = session.client("sns", region_name=self.topic_region)
            topic_arn = sns.create_topic(Name=TOPIC, Attributes=dict(self.topic))["TopicArn"]
            if self.subscription is not None:
                sns.subscribe(TopicArn=topic_arn, **self.subscription)
        for change in self.afterwards:
            change(session)

    def _build_trail(self, session: Session) -> None:
        if self.trail is None:
            return
        bucket = self.trail["S3BucketName"]
        session.client("s3", region_name=REGION).create_bucket(Bucket=bucket)
        cloudtrail = session.client("cloudtrail", region_name=REGION)
        cloudtrail.create_trail(**self.trail)
        if self.logging:
            cloudtrail.start_logging(Name=self.trail["Name"])
        if self.selectors:
            cloudtrail.put_event_selectors(TrailName=self.trail["Name"], **self.selectors)


def healthy_path(control: Control = CONTROLS["root_usage"]) -> Blueprint:
    """Return a path on which every link holds, with the names of the control's own filter, metric and alarm."""
    name = control.slug.replace("_", "-")
    metric = "".join(word.capitalize() for word in control.slug.split("_"))
    return Blueprint(
        trail={
            "Name": TRAIL,
            "S3BucketName": "trail-of-the-demo",
            "IsMultiRegionTrail": True,
            "CloudWatchLogsLogGroupArn": f"{LOG_GROUP_ARN}:*",
            "CloudWatchLogsRoleArn": f"arn:aws:iam::{ACCOUNT}:role/TrailToLogs",
        },
        metric_filter={
            "logGroupName": LOG_GROUP,
            "filterName": name,
            "filterPattern": control.suggested_pattern,
        },
        transformation={"metricName": metric, "metricNamespace": NAMESPACE, "metricValue": "1"},
        alarm={
            "AlarmName": name,
            "MetricName": metric,
            "Namespace": NAMESPACE,
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 1.0,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
            "ActionsEnabled": True,
            "AlarmActions": [TOPIC_ARN],
        },
    )
