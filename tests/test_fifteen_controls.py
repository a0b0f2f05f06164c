"""All controls at once: built with the benchmark's own commands, then with one link broken at a time."""

import json
import shlex
from pathlib import Path

import pytest
from awscli.clidriver import create_clidriver
from prowler.providers.common.provider import Provider

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import LOG_GROUP, REGION, TOPIC, TOPIC_ARN, TRAIL, healthy_path
from tests.benchmark_controls import BENCHMARK
from tests.findings import finding_of
from tests.shared_session import SESSION
from tests.stand_in_provider import StandInProvider

PATTERNS = json.loads((Path(__file__).parent / "compliance" / "benchmark_patterns.json").read_text())
# The newest pattern in the remediation step of each control.
NEWEST = {row["slug"]: row["pattern"] for row in PATTERNS if "7.0" in row["where"].rpartition("remediation")[2]}


def aws_cli(command):
    status = create_clidriver().main(shlex.split(command)[1:])
    assert status == 0, command


def build_as_the_benchmark_says():
    """The commands of the benchmark's remediation steps, with names filled in."""
    common = healthy_path().changed(metric_filter=None, alarm=None, topic=None)
    common.build(SESSION)
    aws_cli(f"aws sns create-topic --name {TOPIC}")
    aws_cli(f"aws sns subscribe --topic-arn {TOPIC_ARN} --protocol email --notification-endpoint security@example.com")
    for slug in BENCHMARK:
        metric = slug.replace("_", "-")
        aws_cli(
            f"aws logs put-metric-filter --log-group-name {LOG_GROUP} --filter-name {metric} --metric-transformations "
            f"metricName={metric},metricNamespace='CISBenchmark',metricValue=1 --filter-pattern '{NEWEST[slug]}'"
        )
        aws_cli(
            f"aws cloudwatch put-metric-alarm --alarm-name {metric} --metric-name {metric} --statistic Sum "
            "--period 300 --threshold 1 --comparison-operator GreaterThanOrEqualToThreshold --evaluation-periods 1 "
            f"--namespace 'CISBenchmark' --alarm-actions {TOPIC_ARN}"
        )


def build_healthy_paths():
    for number, control in enumerate(BENCHMARK.values()):
        shared = {} if number == 0 else {"trail": None, "log_group": None, "topic": None}
        healthy_path(control).changed(**shared).build(SESSION)


def findings():
    Provider.set_global_provider(StandInProvider({REGION}))
    return {slug: finding_of(slug) for slug in BENCHMARK}


def change_alarms(**changes):
    cloudwatch = SESSION.client("cloudwatch")
    for alarm in cloudwatch.describe_alarms()["MetricAlarms"]:
        kept = {name: alarm[name] for name in healthy_path().alarm}
        cloudwatch.put_metric_alarm(**{**kept, **changes})


def change_filters(**changes):
    logs = SESSION.client("logs")
    for found in logs.describe_metric_filters(logGroupName=LOG_GROUP)["metricFilters"]:
        logs.delete_metric_filter(logGroupName=LOG_GROUP, filterName=found["filterName"])
        (transformation,) = found["metricTransformations"]
        logs.put_metric_filter(
            logGroupName=LOG_GROUP,
            filterName=found["filterName"],
            filterPattern=changes.get("pattern", found["filterPattern"]),
            metricTransformations=[{**transformation, **changes.get("transformation", {})}],
        )


BREAKS = {
    "logging stopped": lambda: SESSION.client("cloudtrail").stop_logging(Name=TRAIL),
    "trail of one Region": lambda: SESSION.client("cloudtrail").update_trail(Name=TRAIL, IsMultiRegionTrail=False),
    "no management events": lambda: SESSION.client("cloudtrail").put_event_selectors(
        TrailName=TRAIL, EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": False}]
    ),
    "log group deleted": lambda: SESSION.client("logs").delete_log_group(logGroupName=LOG_GROUP),
    "filters narrowed": lambda: change_filters(pattern="{ $.awsRegion = sa-east-1 && $.sourceIPAddress = 10.0.0.1 }"),
    "filters publish nothing": lambda: change_filters(transformation={"metricValue": "0"}),
    "filters publish elsewhere": lambda: change_filters(transformation={"metricNamespace": "Elsewhere"}),
    "threshold of a thousand": lambda: change_alarms(Threshold=1000.0),
    "actions disabled": lambda: change_alarms(ActionsEnabled=False),
    "no actions": lambda: change_alarms(AlarmActions=[]),
    "topic deleted": lambda: SESSION.client("sns").delete_topic(TopicArn=TOPIC_ARN),
    "subscription pending": lambda: moto_gaps.leave_subscription_pending(TOPIC_ARN, REGION),
}


@pytest.fixture
def account(aws):
    yield
    Provider.set_global_provider(None)


def test_the_benchmarks_own_commands_pass_all_fifteen_controls(account):
    build_as_the_benchmark_says()
    found = findings()
    assert {slug: finding.status for slug, finding in found.items()} == dict.fromkeys(BENCHMARK, "PASS")


@pytest.mark.parametrize("broken", BREAKS)
def test_one_broken_link_fails_all_fifteen_controls(broken, account):
    build_healthy_paths()
    BREAKS[broken]()
    found = findings()
    assert {slug: finding.status for slug, finding in found.items()} == dict.fromkeys(BENCHMARK, "FAIL")
