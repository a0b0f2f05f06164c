"""The calls that are really made are those that README asks permission for."""

import boto3

from prowler_cis_monitoring.demo.scenarios import find
from tests.shared_session import SESSION
from tests.test_readme import permissions
from tests.wire.harm import scan
from tests.wire.wire import Wire

# Together they lead to every call: a key, the history of an alarm, and what is looked at when no path is live.
_SCENARIOS = ("topic-key-suitable", "last-action-failed", "no-alarm")


def test_exactly_the_permissions_of_the_readme_are_used(provider, monkeypatch):
    wire = Wire(monkeypatch)
    used = set()
    boto3.client("events").put_rule(Name="root", EventPattern='{"source": ["aws.signin"]}')
    for slug in _SCENARIOS:
        scenario = find(slug)
        _forget_all()
        scenario.blueprint().build(SESSION)
        wire.clear()
        scan(scenario)
        used |= {action for action, _ in wire.calls}
    assert used == permissions()


def _forget_all():
    """Let the account have no path."""
    for trail in SESSION.client("cloudtrail").describe_trails()["trailList"]:
        SESSION.client("cloudtrail").delete_trail(Name=trail["Name"])
    for group in SESSION.client("logs").describe_log_groups()["logGroups"]:
        SESSION.client("logs").delete_log_group(logGroupName=group["logGroupName"])
    names = [alarm["AlarmName"] for alarm in SESSION.client("cloudwatch").describe_alarms()["MetricAlarms"]]
    SESSION.client("cloudwatch").delete_alarms(AlarmNames=names)
    for bucket in SESSION.client("s3").list_buckets()["Buckets"]:
        SESSION.client("s3").delete_bucket(Bucket=bucket["Name"])
