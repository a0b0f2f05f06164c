"""The accounts that benchmarks scan: the demo's healthy paths, among as many unrelated resources as wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import boto3
from moto.backends import get_backend

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.demo.blueprint import ACCOUNT, LOG_GROUP, LOG_GROUP_ARN, REGION, TOPIC, healthy_path

# Those that every account has without opting in.
REGIONS = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
    *("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3"),
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
)


@dataclass(frozen=True)
class Size:
    """How much there is in an account.

    Attributes:
        trails: each with a log group of its own; the first carries the fifteen alert paths.
        alarms_on_paths: alarms on the metrics of the first trail's filters.
        topics_on_paths: topics that those alarms name.
        log_groups: without a trail, each with a metric filter.
        alarms: on other metrics.
        topics: that no alarm names.
    """

    trails: int = 1
    alarms_on_paths: int = 15
    topics_on_paths: int = 1
    log_groups: int = 0
    alarms: int = 0
    topics: int = 0

    def with_unrelated(self, number: int) -> Size:
        """Return the size with `number` unrelated log groups and as many alarms."""
        return replace(self, log_groups=number, alarms=number)


SMALL = Size()
LARGE = Size(trails=12, alarms_on_paths=30, topics_on_paths=10, log_groups=988, alarms=470, topics=190)


def fill(size: Size, account: str = ACCOUNT) -> None:
    """Fill an empty account; moto must be active."""
    session = _session(account)
    for region in REGIONS:
        # moto makes a Region's backend at its first call, and does not expect two first calls at the same time.
        _ = get_backend("cloudtrail")[account][region]
    for place, control in enumerate(CONTROLS.values()):
        path = _in_account(healthy_path(control), account)
        if place:
            path = path.changed(trail=None, log_group=None, topic=None)
        path.build(session)
    _add_alarms_on_paths(session, account, size)
    _add_trails(session, account, size.trails - 1)
    _add_unrelated(account, size)


class _OneClientEach(boto3.Session):
    """Blueprints ask for their clients again and again, and making them takes longer than using them."""

    def client(self, service, region_name=REGION):
        kept = self.__dict__.setdefault("kept", {})
        if (service, region_name) not in kept:
            kept[service, region_name] = super().client(service, region_name=region_name)
        return kept[service, region_name]


def _session(account):
    if account == ACCOUNT:
        return _OneClientEach(region_name=REGION)
    role = f"arn:aws:iam::{account}:role/Builder"
    credentials = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="build")["Credentials"]
    return _OneClientEach(
        credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"], region_name=REGION
    )


def _in_account(value, account):
    if isinstance(value, str):
        return value.replace(ACCOUNT, account).replace("trail-of-the-demo", f"trail-{account}")
    if isinstance(value, Mapping):
        return {key: _in_account(item, account) for key, item in value.items()}
    if isinstance(value, list):
        return [_in_account(item, account) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return replace(value, **{name: _in_account(getattr(value, name), account) for name in ("trail", "alarm")})
    return value


def _add_alarms_on_paths(session, account, size):
    sns, cloudwatch = session.client("sns"), session.client("cloudwatch")
    for number in range(1, size.topics_on_paths):
        topic = sns.create_topic(Name=f"{TOPIC}-{number}")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="security@example.com")
    for number in range(15, size.alarms_on_paths):
        alarm = _in_account(healthy_path(list(CONTROLS.values())[number % 15]), account).alarm
        topic = f"{alarm['AlarmActions'][0]}-{1 + number % (size.topics_on_paths - 1)}"
        cloudwatch.put_metric_alarm(**{**alarm, "AlarmName": f"second-{number}", "AlarmActions": [topic]})


def _add_trails(session, account, number):
    s3 = session.client("s3")
    for place in range(number):
        region = REGIONS[place % len(REGIONS)]
        cloudtrail = session.client("cloudtrail", region_name=region)
        name, group = f"team-{place}", f"{LOG_GROUP}-{place}"
        session.client("logs", region_name=region).create_log_group(logGroupName=group)
        s3.create_bucket(Bucket=f"trail-{place}-{account}")
        cloudtrail.create_trail(
            Name=name,
            S3BucketName=f"trail-{place}-{account}",
            CloudWatchLogsLogGroupArn=f"{_in_account(LOG_GROUP_ARN, account).replace(REGION, region)}-{place}:*",
            CloudWatchLogsRoleArn=f"arn:aws:iam::{account}:role/TrailToLogs",
        )
        cloudtrail.start_logging(Name=name)


def _add_unrelated(account, size):
    """Straight into moto's backends: ten thousand API calls would take minutes."""
    logs, cloudwatch, sns = (get_backend(name)[account][REGION] for name in ("logs", "cloudwatch", "sns"))
    for number in range(size.log_groups):
        name = f"/aws/lambda/function-{number}"
        logs.create_log_group(name, tags={})
        logs.filters.add_filter(
            f"errors-{number}",
            "ERROR",
            name,
            [{"metricName": f"errors-{number}", "metricNamespace": "Teams", "metricValue": "1"}],
        )
    for number in range(size.alarms):
        _put_alarm(cloudwatch, f"unrelated-{number}")
    for number in range(size.topics):
        sns.create_topic(f"unrelated-{number}", attributes={}, tags={})


def _put_alarm(cloudwatch, name):
    put = partial(
        cloudwatch.put_metric_alarm,
        namespace="Teams",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=3,
        period=60,
        threshold=10.0,
        statistic="Sum",
        description="",
        dimensions=[],
        alarm_actions=[],
    )
    put(name=name, metric_name=name)
