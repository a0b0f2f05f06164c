"""One row a scenario: what is changed on a healthy path, and the verdict that a user then sees."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import ACCOUNT, LOG_GROUP, REGION, TOPIC_ARN, TRAIL, Blueprint, healthy_path

if TYPE_CHECKING:
    from boto3.session import Session

OTHER_REGION = "eu-west-1"


@dataclass(frozen=True)
class Scenario:
    """A change of the healthy path.

    Attributes:
        slug: the name by which a user asks for it.
        says: what is changed, for a list.
        verdict: PASS, FAIL or MANUAL.
        reason: words that the finding must contain.
        changes: see `Blueprint.changed`.
    """

    slug: str
    says: str
    verdict: str
    reason: str
    changes: Mapping[str, Any] = field(default_factory=dict)

    def blueprint(self, healthy: Blueprint | None = None) -> Blueprint:
        """Return the changed blueprint of the root-usage control, or of `healthy`."""
        return (healthy or healthy_path()).changed(**self.changes)


def _scenario(slug: str, says: str, verdict: str, reason: str, **changes: Any) -> Scenario:  # noqa: ANN401
    return Scenario(slug, says, verdict, reason, changes)


def _pattern(text: str) -> dict[str, Any]:
    return {"metric_filter": {"filterPattern": text}}


def _basic(**selector: Any) -> dict[str, Any]:  # noqa: ANN401
    whole = {"ReadWriteType": "All", "IncludeManagementEvents": True, **selector}
    return {"selectors": {"EventSelectors": [whole]}}


def _advanced(*selectors: Mapping[str, Mapping[str, list[str]]]) -> dict[str, Any]:
    return {
        "selectors": {
            "AdvancedEventSelectors": [
                {
                    "Name": f"selector {number}",
                    "FieldSelectors": [{"Field": name, **test} for name, test in fields.items()],
                }
                for number, fields in enumerate(selectors, start=1)
            ]
        }
    }


_MANAGEMENT = {"eventCategory": {"Equals": ["Management"]}}
_ROOT = '$.userIdentity.type = "Root"'
_NOT_INVOKED = "$.userIdentity.invokedBy NOT EXISTS"
_NO_SERVICE_EVENT = '$.eventType != "AwsServiceEvent"'
_CANONICAL = f"{_ROOT} && {_NOT_INVOKED} && {_NO_SERVICE_EVENT}"


def _delete_topic(session: Session) -> None:
    session.client("sns", region_name=REGION).delete_topic(TopicArn=TOPIC_ARN)


def _delete_log_group(session: Session) -> None:
    session.client("logs", region_name=REGION).delete_log_group(logGroupName=LOG_GROUP)


def _subscribe_many(session: Session) -> None:
    sns = session.client("sns", region_name=REGION)
    for number in range(150):
        sns.subscribe(TopicArn=TOPIC_ARN, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:queue-{number:03}")
    sns.subscribe(TopicArn=TOPIC_ARN, Protocol="email", Endpoint="security@example.com")


def _another_trail(**changes: Any) -> Callable[[Session], None]:  # noqa: ANN401
    def build(session: Session) -> None:
        session.client("s3", region_name=REGION).create_bucket(Bucket="another-trail-of-the-demo")
        cloudtrail = session.client("cloudtrail", region_name=REGION)
        trail = {"Name": "another-trail", "S3BucketName": "another-trail-of-the-demo", "IsMultiRegionTrail": True}
        cloudtrail.create_trail(**{**trail, **changes})
        cloudtrail.start_logging(Name="another-trail")

    return build


def _another_filter(pattern: str, metric: str = "Other", log_group: str = LOG_GROUP) -> Callable[[Session], None]:
    def build(session: Session) -> None:
        session.client("logs", region_name=REGION).put_metric_filter(
            logGroupName=log_group,
            filterName=f"filter-of-{metric}",
            filterPattern=pattern,
            metricTransformations=[{"metricName": metric, "metricNamespace": "CISBenchmark", "metricValue": "1"}],
        )

    return build


def _another_alarm(**changes: Any) -> Callable[[Session], None]:  # noqa: ANN401
    def build(session: Session) -> None:
        alarm = {**(healthy_path().alarm or {}), "AlarmName": "another-alarm", **changes}
        session.client("cloudwatch", region_name=REGION).put_metric_alarm(**alarm)

    return build


SCENARIOS: tuple[Scenario, ...] = (
    _scenario("healthy", "every link holds", "PASS", "email"),
    # The trail
    _scenario("no-trail", "there is no trail", "FAIL", "no trail", trail=None),
    _scenario(
        "single-region-trail",
        "the trail records its home Region only",
        "FAIL",
        "IsMultiRegionTrail is false",
        trail={"IsMultiRegionTrail": False},
    ),
    _scenario("trail-not-logging", "logging is stopped", "FAIL", "IsLogging is false", logging=False),
    _scenario(
        "trail-without-log-group",
        "the trail delivers to no log group",
        "FAIL",
        "no log group",
        trail={"CloudWatchLogsLogGroupArn": None, "CloudWatchLogsRoleArn": None},
    ),
    _scenario(
        "write-only", "the trail records write events only", "FAIL", "missed event", **_basic(ReadWriteType="WriteOnly")
    ),
    _scenario(
        "read-only", "the trail records read events only", "FAIL", "missed event", **_basic(ReadWriteType="ReadOnly")
    ),
    _scenario(
        "no-management-events",
        "the trail records no management events",
        "FAIL",
        "no management events",
        **_basic(IncludeManagementEvents=False),
    ),
    _scenario(
        "kms-events-excluded",
        "the trail leaves KMS events out",
        "FAIL",
        "kms.amazonaws.com",
        **_basic(ExcludeManagementEventSources=["kms.amazonaws.com"]),
    ),
    _scenario(
        "two-basic-selectors",
        "one selector records reads, another writes",
        "PASS",
        "email",
        selectors={
            "EventSelectors": [
                {"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True},
                {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True},
            ]
        },
    ),
    _scenario(
        "advanced-all", "an advanced selector records all management events", "PASS", "email", **_advanced(_MANAGEMENT)
    ),
    _scenario(
        "advanced-read-and-write",
        "one advanced selector records reads, another writes",
        "PASS",
        "email",
        **_advanced(
            {**_MANAGEMENT, "readOnly": {"Equals": ["true"]}},
            {**_MANAGEMENT, "readOnly": {"Equals": ["false"]}},
        ),
    ),
    _scenario(
        "advanced-write-only",
        "an advanced selector records writes only",
        "FAIL",
        "missed event",
        **_advanced({**_MANAGEMENT, "readOnly": {"Equals": ["false"]}}),
    ),
    _scenario(
        "advanced-kms-excluded",
        "an advanced selector leaves KMS events out",
        "FAIL",
        "kms.amazonaws.com",
        **_advanced({**_MANAGEMENT, "eventSource": {"NotEquals": ["kms.amazonaws.com"]}}),
    ),
    _scenario(
        "advanced-data-only",
        "advanced selectors record data events only",
        "FAIL",
        "no management events",
        **_advanced({"eventCategory": {"Equals": ["Data"]}, "resources.type": {"Equals": ["AWS::S3::Object"]}}),
    ),
    _scenario(
        "delivery-failing",
        "CloudTrail may not write to the log group any more",
        "FAIL",
        "InvalidCloudWatchLogsRoleArn",
        afterwards=(
            lambda _: moto_gaps.set_trail_status(
                TRAIL, {"LatestCloudWatchLogsDeliveryError": "InvalidCloudWatchLogsRoleArn"}, REGION
            ),
        ),
    ),
    _scenario(
        "two-trails",
        "a second trail delivers to no log group",
        "PASS",
        "email",
        afterwards=(_another_trail(),),
    ),
    # The log group
    _scenario(
        "log-group-deleted", "the trail's log group is gone", "FAIL", "does not exist", afterwards=(_delete_log_group,)
    ),
    _scenario(
        "log-group-infrequent-access",
        "the log group's class has no metric filters",
        "FAIL",
        "INFREQUENT_ACCESS",
        afterwards=(lambda _: moto_gaps.set_log_group_class(LOG_GROUP, "INFREQUENT_ACCESS", REGION),),
    ),
    # The metric filter
    _scenario("no-filter", "the log group has no metric filter", "FAIL", "no metric filter", metric_filter=None),
    _scenario(
        "pattern-reordered",
        "the conditions stand in another order",
        "PASS",
        "email",
        **_pattern(f"{{ {_NO_SERVICE_EVENT} && {_ROOT} && {_NOT_INVOKED} }}"),
    ),
    _scenario("pattern-broader", "the filter matches all use of root", "PASS", "email", **_pattern(f"{{ {_ROOT} }}")),
    _scenario(
        "pattern-in-parentheses",
        "each condition stands in parentheses",
        "PASS",
        "email",
        **_pattern(f"{{ (({_ROOT}) && ({_NOT_INVOKED}) && ({_NO_SERVICE_EVENT})) }}"),
    ),
    _scenario(
        "pattern-unquoted",
        "values stand without quotes",
        "PASS",
        "email",
        **_pattern("{$.userIdentity.type=Root&&$.userIdentity.invokedBy NOT EXISTS&&$.eventType!=AwsServiceEvent}"),
    ),
    _scenario(
        "pattern-over-lines",
        "the pattern stands on several lines",
        "PASS",
        "email",
        **_pattern(f"{{ {_ROOT} &&\n  $.userIdentity.invokedBy NOT\n  EXISTS &&\n  {_NO_SERVICE_EVENT} }}"),
    ),
    _scenario(
        "pattern-with-others",
        "the filter matches other events too",
        "PASS",
        "email",
        **_pattern(f"{{ ({_CANONICAL}) || ($.eventName = StopLogging) }}"),
    ),
    _scenario(
        "pattern-without-sign-in",
        "the filter leaves console sign-ins out",
        "FAIL",
        "ConsoleLogin",
        **_pattern(f"{{ {_CANONICAL} && $.eventName != ConsoleLogin }}"),
    ),
    _scenario(
        "pattern-one-address",
        "the filter matches one source address only",
        "FAIL",
        "missed event",
        **_pattern(f"{{ {_CANONICAL} && $.sourceIPAddress = 10.0.0.1 }}"),
    ),
    _scenario(
        "pattern-misspelt",
        "the filter looks for RootX",
        "FAIL",
        "missed event",
        **_pattern(f'{{ $.userIdentity.type = "RootX" && {_NOT_INVOKED} && {_NO_SERVICE_EVENT} }}'),
    ),
    _scenario(
        "pattern-contradiction",
        "the filter can match nothing",
        "FAIL",
        "missed event",
        **_pattern(f'{{ {_CANONICAL} && $.userIdentity.type != "Root" }}'),
    ),
    _scenario(
        "pattern-phrase",
        "the filter looks for the pattern's own text",
        "FAIL",
        "none of its",
        **_pattern('"userIdentity.type = Root"'),
    ),
    _scenario(
        "pattern-everything",
        "the filter matches every event, so its alarm is always on",
        "FAIL",
        "everyday",
        **_pattern(""),
    ),
    _scenario(
        "split-filters",
        "two filters share the events, each with an alarm",
        "PASS",
        "email",
        **_pattern(f"{{ {_CANONICAL} && $.eventName = ConsoleLogin }}"),
        afterwards=(
            _another_filter(f"{{ {_CANONICAL} && $.eventName != ConsoleLogin }}"),
            _another_alarm(MetricName="Other"),
        ),
    ),
    _scenario(
        "filter-on-another-group",
        "the filter stands on a log group that no trail feeds",
        "FAIL",
        "no metric filter",
        metric_filter=None,
        afterwards=(
            lambda s: s.client("logs", region_name=REGION).create_log_group(logGroupName="copy"),
            _another_filter(f"{{ {_CANONICAL} }}", "RootUsage", "copy"),
        ),
    ),
    # The metric
    _scenario("metric-value-zero", "the filter publishes 0", "FAIL", "0", transformation={"metricValue": "0"}),
    # The alarm
    _scenario("no-alarm", "nothing watches the metric", "FAIL", "no alarm", alarm=None),
    _scenario(
        "wrong-namespace", "the alarm watches another namespace", "FAIL", "Elsewhere", alarm={"Namespace": "Elsewhere"}
    ),
    _scenario("wrong-metric", "the alarm watches another metric", "FAIL", "no alarm", alarm={"MetricName": "Other"}),
    _scenario(
        "alarm-in-another-region",
        "the alarm watches another Region's metric",
        "FAIL",
        "no alarm",
        alarm_region=OTHER_REGION,
    ),
    _scenario("threshold-1000", "a thousand events are needed", "FAIL", "1000", alarm={"Threshold": 1000.0}),
    _scenario(
        "less-than-threshold",
        "the alarm rings when nothing happens",
        "FAIL",
        "LessThanThreshold",
        alarm={"ComparisonOperator": "LessThanThreshold"},
    ),
    _scenario(
        "greater-than-zero",
        "the alarm rings above 0",
        "PASS",
        "email",
        alarm={"ComparisonOperator": "GreaterThanThreshold", "Threshold": 0.0},
    ),
    _scenario(
        "actions-disabled",
        "the alarm's actions are switched off",
        "FAIL",
        "ActionsEnabled is false",
        alarm={"ActionsEnabled": False},
    ),
    _scenario("no-action", "the alarm has no action", "FAIL", "no action", alarm={"AlarmActions": []}),
    # The topic
    _scenario("topic-deleted", "the topic is gone", "FAIL", "does not exist", afterwards=(_delete_topic,)),
    _scenario("no-subscription", "nobody is subscribed", "FAIL", "no subscription", subscription=None),
    _scenario(
        "pending-subscription",
        "the subscription was never confirmed",
        "FAIL",
        "confirm",
        afterwards=(lambda _: moto_gaps.leave_subscription_pending(TOPIC_ARN, REGION),),
    ),
    _scenario(
        "many-subscriptions",
        "the person comes after 150 queues",
        "PASS",
        "email",
        subscription=None,
        afterwards=(_subscribe_many,),
    ),
    _scenario(
        "topic-policy-refuses",
        "the topic's policy does not let CloudWatch publish",
        "FAIL",
        "policy",
        topic={
            "Policy": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                            "Action": "sns:Publish",
                            "Resource": TOPIC_ARN,
                        }
                    ],
                }
            )
        },
    ),
)


def find(slug: str) -> Scenario:
    """Return the scenario of this name; raises KeyError when there is none."""
    return {scenario.slug: scenario for scenario in SCENARIOS}[slug]
