"""Scenarios of the trail: does it record every event, and deliver it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import LOG_GROUP, LOG_GROUP_ARN, REGION, TRAIL
from prowler_cis_monitoring.demo.scenarios.scenario import (
    CANONICAL,
    METRIC,
    OTHER_ACCOUNT,
    OTHER_REGION,
    another_filter,
    fails,
    passes,
    role,
    unseen,
)

if TYPE_CHECKING:
    from boto3.session import Session

_MANAGEMENT = {"eventCategory": {"Equals": ["Management"]}}
_LONG_AGO = datetime(2024, 2, 29, 12, tzinfo=timezone.utc)


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


def _another_trail(
    *, logging: bool = True, region: str = REGION, selectors: Mapping[str, Any] | None = None, **changes: object
) -> Callable[[Session], None]:
    def build(session: Session) -> None:
        session.client("s3", region_name=REGION).create_bucket(Bucket="another-trail-of-the-demo")
        cloudtrail = session.client("cloudtrail", region_name=region)
        trail = {"Name": "another-trail", "S3BucketName": "another-trail-of-the-demo", "IsMultiRegionTrail": True}
        cloudtrail.create_trail(**{**trail, **changes})
        if logging:
            cloudtrail.start_logging(Name="another-trail")
        if selectors:
            cloudtrail.put_event_selectors(TrailName="another-trail", **selectors)

    return build


_TO_THE_SAME_GROUP: dict[str, Any] = {
    "CloudWatchLogsLogGroupArn": f"{LOG_GROUP_ARN}:*",
    "CloudWatchLogsRoleArn": role("TrailToLogs"),
}


def _noise_beside(**trail: Any) -> tuple[Callable[[Session], None], ...]:  # noqa: ANN401
    """Feed the alarm with everyday events from another log group, to which a trail of its own delivers."""
    to_audit = {**_TO_THE_SAME_GROUP, "CloudWatchLogsLogGroupArn": f"{LOG_GROUP_ARN.replace(LOG_GROUP, 'audit')}:*"}
    return (
        lambda s: s.client("logs", region_name=REGION).create_log_group(logGroupName="audit"),
        another_filter("{ $.eventName = DescribeInstances }", METRIC, log_group="audit"),
        _another_trail(**to_audit, **trail),
    )


def _status(**status: object) -> dict[str, Any]:
    return {"afterwards": (lambda _: moto_gaps.set_trail_status(TRAIL, status, REGION),)}


def _group_and_filter_in_other_region(session: Session) -> None:
    logs = session.client("logs", region_name=OTHER_REGION)
    logs.create_log_group(logGroupName=LOG_GROUP)
    logs.put_metric_filter(
        logGroupName=LOG_GROUP,
        filterName="root-usage-over-there",
        filterPattern=f"{{ {CANONICAL} }}",
        metricTransformations=[{"metricName": "RootUsage", "metricNamespace": "CISBenchmark", "metricValue": "1"}],
    )


SCENARIOS = (
    fails("no-trail", "there is no trail", "no trail", trail=None),
    fails(
        "single-region-trail",
        "the trail records its home Region only",
        "IsMultiRegionTrail is false",
        shows=("trail-single-region",),
        trail={"IsMultiRegionTrail": False},
    ),
    fails(
        "single-region-trail-without-global-events",
        "the trail records its home Region only, and leaves out what IAM and the console record there",
        "none of global services such as IAM",
        shows=("trail-without-global-events",),
        trail={"IsMultiRegionTrail": False, "IncludeGlobalServiceEvents": False},
    ),
    fails("trail-not-logging", "logging is stopped", "IsLogging is false", shows=("trail-not-logging",), logging=False),
    fails(
        "trail-without-log-group",
        "the trail delivers to no log group",
        "no log group",
        shows=("trail-without-log-group",),
        trail={"CloudWatchLogsLogGroupArn": None, "CloudWatchLogsRoleArn": None},
    ),
    fails(
        "trail-without-role",
        "the trail names a log group and no role to write to it with (which AWS refuses)",
        "CloudWatchLogsRoleArn is empty",
        shows=("trail-without-role",),
        trail={"CloudWatchLogsRoleArn": None},
    ),
    fails(
        "write-only",
        "the trail records write events only",
        "missed event",
        shows=("trail-gap",),
        **_basic(ReadWriteType="WriteOnly"),
    ),
    fails("read-only", "the trail records read events only", "missed event", **_basic(ReadWriteType="ReadOnly")),
    fails(
        "no-management-events",
        "the trail records no management events",
        "no management events",
        shows=("trail-no-management-events",),
        **_basic(IncludeManagementEvents=False),
    ),
    fails(
        "kms-events-excluded",
        "the trail leaves KMS events out",
        "kms.amazonaws.com",
        **_basic(ExcludeManagementEventSources=["kms.amazonaws.com"]),
    ),
    passes(
        "two-basic-selectors",
        "one selector records reads, another writes",
        selectors={
            "EventSelectors": [
                {"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True},
                {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True},
            ]
        },
    ),
    passes("advanced-all", "an advanced selector records all management events", **_advanced(_MANAGEMENT)),
    passes(
        "advanced-read-and-write",
        "one advanced selector records reads, another writes",
        **_advanced(
            {**_MANAGEMENT, "readOnly": {"Equals": ["true"]}},
            {**_MANAGEMENT, "readOnly": {"Equals": ["false"]}},
        ),
    ),
    passes(
        "advanced-management-and-data",
        "advanced selectors record management events and S3 data events",
        **_advanced(
            _MANAGEMENT, {"eventCategory": {"Equals": ["Data"]}, "resources.type": {"Equals": ["AWS::S3::Object"]}}
        ),
    ),
    fails(
        "advanced-write-only",
        "an advanced selector records writes only",
        "missed event",
        **_advanced({**_MANAGEMENT, "readOnly": {"Equals": ["false"]}}),
    ),
    fails(
        "advanced-kms-excluded",
        "an advanced selector leaves KMS events out",
        "kms.amazonaws.com",
        **_advanced({**_MANAGEMENT, "eventSource": {"NotEquals": ["kms.amazonaws.com"]}}),
    ),
    fails(
        "advanced-data-only",
        "advanced selectors record data events only",
        "no management events",
        **_advanced({"eventCategory": {"Equals": ["Data"]}, "resources.type": {"Equals": ["AWS::S3::Object"]}}),
    ),
    unseen(
        "advanced-unknown-field",
        "an advanced selector tests a field that AWS does not take for management events of trails",
        "vpcEndpointId",
        shows=("trail-selector-unknown",),
        **_advanced({**_MANAGEMENT, "vpcEndpointId": {"Equals": ["vpce-1"]}}),
    ),
    fails(
        "delivery-failing",
        "CloudTrail may not write to the log group any more",
        "InvalidCloudWatchLogsRoleArn",
        shows=("trail-delivery-failing",),
        **_status(LatestCloudWatchLogsDeliveryError="InvalidCloudWatchLogsRoleArn"),
    ),
    passes(
        "delivery-old",
        "the trail has delivered nothing since 2024, without an error",
        "last delivered to CloudWatch Logs on 2024-02-29",
        shows=("trail-delivery-old",),
        **_status(
            LatestCloudWatchLogsDeliveryTime=_LONG_AGO.timestamp(),
            LatestDeliveryTime=_LONG_AGO.timestamp(),
            StartLoggingTime=_LONG_AGO.timestamp(),
        ),
    ),
    passes(
        "delivery-never",
        "the trail has delivered nothing to its bucket since 2024, and to the log group never, without an error",
        "it has never delivered to CloudWatch Logs",
        shows=("trail-delivery-never",),
        **_status(LatestDeliveryTime=_LONG_AGO.timestamp(), StartLoggingTime=_LONG_AGO.timestamp()),
    ),
    fails(
        "delivery-stopped",
        "the trail delivers to its bucket, and to the log group not since 2024, without an error",
        "not to CloudWatch Logs (last: 2024-02-29)",
        shows=("trail-delivery-stopped",),
        **_status(
            LatestCloudWatchLogsDeliveryTime=_LONG_AGO.timestamp(),
            StartLoggingTime=_LONG_AGO.timestamp(),
        ),
    ),
    passes("two-trails", "a second trail delivers to no log group", afterwards=(_another_trail(),)),
    passes(
        "two-trails-share",
        "one trail records reads, another writes, both into one log group",
        **_basic(ReadWriteType="ReadOnly"),
        afterwards=(
            _another_trail(
                **_TO_THE_SAME_GROUP,
                selectors={"EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]},
            ),
        ),
    ),
    fails(
        "two-trails-two-copies",
        "two trails deliver each event, and the alarm rings at two",
        "when the copies that 2 trails deliver to the log group fall into one period",
        shows=("alarm-needs-copies",),
        alarm={"Threshold": 2.0},
        afterwards=(_another_trail(**_TO_THE_SAME_GROUP),),
    ),
    passes(
        "second-trail-works",
        "the first trail is stopped, a second one delivers to the same log group",
        "another-trail",
        logging=False,
        afterwards=(_another_trail(**_TO_THE_SAME_GROUP),),
    ),
    fails(
        "two-trails-stopped",
        "there are two trails, and neither logs",
        "IsLogging is false",
        logging=False,
        afterwards=(_another_trail(logging=False, **_TO_THE_SAME_GROUP),),
    ),
    passes(
        "organization-trail",
        "the account owns the trail of its organisation",
        shows=("organization-covered",),
        trail={"IsOrganizationTrail": True},
    ),
    passes(
        "organization-trail-of-a-delegated-administrator",
        "the organisation's trail is another account's, and delivers to a log group of this one",
        "every account of the organisation",
        trail={"IsOrganizationTrail": True},
        afterwards=(lambda _: moto_gaps.set_trail_owner(TRAIL, OTHER_ACCOUNT, REGION),),
    ),
    unseen(
        "organization-trail-beside-a-noisy-filter",
        "the organisation's trail delivers to a log group of this account too, whose filter feeds the alarm with "
        "everyday events, if the trail records them, which only its owner may tell",
        f"everyday events keep it on if the trails of account {OTHER_ACCOUNT} record them",
        shows=("alarm-noise-foreign",),
        afterwards=(
            *_noise_beside(IsOrganizationTrail=True),
            lambda _: moto_gaps.set_trail_owner("another-trail", OTHER_ACCOUNT, REGION),
            lambda _: moto_gaps.deny("cloudtrail:GetEventSelectors", REGION, of="another-trail"),
        ),
    ),
    unseen(
        "another-trail-to-denied-filters",
        "another trail delivers to a log group whose metric filters the scanning role may not list, so that nobody "
        "knows whether they feed the alarm with everyday events",
        "everyday events keep it on if metric filters of log group audit count them in its metric",
        shows=("alarm-noise-filters-unread",),
        afterwards=(
            *_noise_beside(),
            lambda _: moto_gaps.deny("logs:DescribeMetricFilters", REGION, of="audit"),
        ),
    ),
    unseen(
        "organization-trail-of-another-account",
        "the only trail is the organisation's, whose log group stands in the management account",
        OTHER_ACCOUNT,
        shows=("organization-trail-foreign",),
        trail={
            "IsOrganizationTrail": True,
            "CloudWatchLogsLogGroupArn": f"arn:aws:logs:{REGION}:{OTHER_ACCOUNT}:log-group:{LOG_GROUP}:*",
            "CloudWatchLogsRoleArn": role("TrailToLogs", OTHER_ACCOUNT),
        },
        afterwards=(lambda _: moto_gaps.set_trail_owner(TRAIL, OTHER_ACCOUNT, REGION),),
    ),
    fails(
        "alarm-in-the-region-of-another-trail",
        "a second trail logs in another Region, where the filter stands, and the alarm in the first",
        "it stands in Region us-east-1",
        shows=("alarm-other-region",),
        metric_filter=None,
        afterwards=(
            _group_and_filter_in_other_region,
            _another_trail(
                region=OTHER_REGION,
                CloudWatchLogsLogGroupArn=f"{LOG_GROUP_ARN.replace(REGION, OTHER_REGION)}:*",
                CloudWatchLogsRoleArn=role("TrailToLogs"),
            ),
        ),
    ),
    passes(
        "filters-of-two-log-groups",
        "two trails deliver to two log groups, and the filter on one of them works",
        afterwards=(
            lambda s: s.client("logs", region_name=REGION).create_log_group(logGroupName="audit"),
            another_filter("ERROR", log_group="audit"),
            _another_trail(
                CloudWatchLogsLogGroupArn=f"{LOG_GROUP_ARN.replace(LOG_GROUP, 'audit')}:*",
                CloudWatchLogsRoleArn=role("TrailToLogs"),
            ),
        ),
    ),
)
