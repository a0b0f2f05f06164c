"""The demo account: an estate as it grows in a company, with fifteen controls in different states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import (
    ACCOUNT,
    LOG_GROUP,
    REGION,
    Blueprint,
    healthy_path,
)
from prowler_cis_monitoring.demo.past import Past, ago, let_path_be_old

if TYPE_CHECKING:
    from boto3.session import Session

_PENDING_TOPIC = "network-team"
_PENDING_TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:{_PENDING_TOPIC}"

_CENTRAL_TOPIC_ARN = f"arn:aws:sns:{REGION}:999988887777:central-alerts"

# How each control differs from a healthy path; those not named here are healthy.
_DIFFERENCES: Mapping[str, Mapping[str, Any]] = {
    "unauthorized_api_calls": {"alarm": {"Threshold": 100.0}},
    "console_signin_without_mfa": {
        "metric_filter": {
            "filterPattern": '{ $.eventName = "ConsoleLogin" && $.additionalEventData.MFAUsed = "No" '
            '&& $.sourceIPAddress != "10.*" }'
        }
    },
    "cloudtrail_configuration_changes": {"alarm": {"ActionsEnabled": False}},
    "console_authentication_failures": {
        "metric_filter": {"filterPattern": '{ $.eventName = ConsoleLogin && $.errorMessage = "Failedauthentication" }'}
    },
    "config_configuration_changes": {"alarm": {"Namespace": "LogMetrics"}},
    "s3_bucket_policy_changes": {"alarm": {"AlarmActions": [_CENTRAL_TOPIC_ARN]}},
    "security_group_changes": {
        "metric_filter": {
            "filterPattern": "{ ($.eventName = AuthorizeSecurityGroup*) || ($.eventName = RevokeSecurityGroup*) "
            "|| ($.eventName = CreateSecurityGroup) || ($.eventName = DeleteSecurityGroup) }"
        }
    },
    "network_acl_changes": {"alarm": {"AlarmActions": [_PENDING_TOPIC_ARN]}},
    "route_table_changes": {"alarm": {"AlarmActions": []}},
    "vpc_changes": {"metric_filter": {"filterPattern": "{ $.eventName = *Vpc* }"}},
    "organizations_changes": {"metric_filter": None},
}


def build_estate(session: Session) -> None:
    """Create the estate with the clients of `session`, whose endpoint must be a moto server's or mock."""
    for place, (slug, control) in enumerate(CONTROLS.items()):
        path = healthy_path(control).changed(**_DIFFERENCES.get(slug, {}))
        (path if place == 0 else _without_common_resources(path)).build(session)
    _build_pending_topic(session)
    _build_neighbours(session)
    _let_a_day_have_passed(session)


def _without_common_resources(path: Blueprint) -> Blueprint:
    return path.changed(trail=None, log_group=None, topic=None)


def _build_pending_topic(session: Session) -> None:
    sns = session.client("sns", region_name=REGION)
    sns.create_topic(Name=_PENDING_TOPIC)
    sns.subscribe(TopicArn=_PENDING_TOPIC_ARN, Protocol="email", Endpoint="network@example.com")
    moto_gaps.leave_subscription_pending(_PENDING_TOPIC_ARN, REGION)


def _build_neighbours(session: Session) -> None:
    """Other teams' trails, filters and alarms, and an older try at watching root: none of them is on a working path."""
    session.client("s3", region_name=REGION).create_bucket(Bucket="trail-of-the-data-team")
    cloudtrail = session.client("cloudtrail", region_name="eu-west-1")
    cloudtrail.create_trail(Name="data-team", S3BucketName="trail-of-the-data-team", IsMultiRegionTrail=False)
    cloudtrail.start_logging(Name="data-team")
    logs = session.client("logs", region_name=REGION)
    cloudwatch = session.client("cloudwatch", region_name=REGION)
    logs.create_log_group(logGroupName="/aws/lambda/checkout")
    for log_group, name, pattern in (
        ("/aws/lambda/checkout", "checkout-errors", "?ERROR ?Exception"),
        (LOG_GROUP, "old-root-usage", '{ $.userIdentity.type = "Root" }'),
    ):
        logs.put_metric_filter(
            logGroupName=log_group,
            filterName=name,
            filterPattern=pattern,
            metricTransformations=[{"metricName": name, "metricNamespace": "Teams", "metricValue": "1"}],
        )
    cloudwatch.put_metric_alarm(
        AlarmName="checkout-errors",
        Namespace="Teams",
        MetricName="checkout-errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=3,
        Threshold=10.0,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[],
    )


def _let_a_day_have_passed(session: Session) -> None:
    """Leave behind what happened yesterday: alerts that came, and events of which nobody was told."""
    for slug in CONTROLS:
        if slug != "organizations_changes":
            let_path_be_old(slug)
    for slug, hours in (("root_usage", 26), ("iam_policy_changes", 25), ("kms_key_disable_or_deletion", 24)):
        day = Past(slug, ago(hours=hours))
        day.happened(session)
        day.published(session)
        day.rang()
        day.acted()
        day.delivered(session)
    # Its alarm rang, its actions are disabled.
    disabled = Past("cloudtrail_configuration_changes", ago(hours=22))
    disabled.happened(session)
    disabled.published(session)
    disabled.rang()
    # Its topic has nobody to tell.
    pending = Past("network_acl_changes", ago(hours=21), _PENDING_TOPIC_ARN)
    pending.happened(session)
    pending.published(session)
    pending.rang()
    pending.acted()
    pending.delivered(session, number=0)
    drill = Past("network_gateway_changes", ago(hours=20))
    drill.rang(by_hand=True)
    drill.acted()
    drill.delivered(session)
