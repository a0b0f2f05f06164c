"""A scan of all accounts of an organisation whose alert path runs through two of them."""

from collections import Counter

import boto3
import pytest

from prowler_cis_monitoring.demo.organization import ACCOUNTS, ARCHIVE, MANAGEMENT, ROLE, healthy_organization
from tests.aws_failures import Failures


@pytest.fixture
def arguments(aws, tmp_path):
    healthy_organization().build(boto3.Session())
    accounts, configuration = tmp_path / "accounts.txt", tmp_path / "configuration.yaml"
    accounts.write_text("\n".join(ACCOUNTS) + "\n")
    configuration.write_text(f"aws:\n  cis_monitoring:\n    cross_account_role: {ROLE}\n")
    return (
        *("--accounts", accounts, "--role", "ProwlerScan", "--config-file", configuration),
        *("--control", "root_usage", "--region", "us-east-1"),
    )


def test_owners_are_read_once_for_themselves_and_once_for_all_others(scan, arguments, monkeypatch):
    calls = Failures(monkeypatch)
    done = scan(*arguments)
    assert {row["ACCOUNT_UID"]: row["STATUS"] for row in done.rows()} == dict.fromkeys(ACCOUNTS, "PASS"), done.rows()
    made = Counter((account, operation) for account, _, operation in calls.called)
    assert made[ARCHIVE, "DescribeAlarms"] == made[ARCHIVE, "DescribeMetricFilters"] == 2
    assert made[MANAGEMENT, "GetTrailStatus"] == 2


def test_a_shard_reads_the_owners_of_a_path_though_they_are_of_other_shards(scan, merge, arguments):
    parts = [scan(*arguments, "-M", "--shard", f"{number}/5") for number in range(1, 6)]
    done = merge(parts[0].folder, "-M", "csv")
    assert {row["ACCOUNT_UID"]: row["STATUS"] for row in done.rows()} == dict.fromkeys(ACCOUNTS, "PASS"), done.err
