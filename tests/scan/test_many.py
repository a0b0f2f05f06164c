import gc
import json
from collections import Counter

import boto3
import pytest
from botocore.client import BaseClient

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.services.path_service import PathService
from tests.benchmarks.accounts import SMALL, fill

ALL = len(CONTROLS)

ACCOUNTS = ("111111111111", "222222222222", "333333333333")
REGIONS = ("--region", "us-east-1", "eu-west-1")


@pytest.fixture
def accounts_file(tmp_path):
    path = tmp_path / "accounts.txt"
    path.write_text("# ours\n" + "\n".join(f"{account}  # team" for account in ACCOUNTS) + "\n111111111111\n")
    return path


@pytest.fixture
def fleet(aws, accounts_file):
    """Three accounts: two with fifteen alert paths, one without any."""
    for account in ACCOUNTS[:2]:
        fill(SMALL, account)
    return ("--accounts", accounts_file, "--role", "audit/Auditor", *REGIONS)


@pytest.fixture
def refused_accounts(monkeypatch):
    """Accounts whose role cannot be assumed, and a record of the others' roles."""
    refused, assumed = set(), []
    original = BaseClient._make_api_call

    def call(client, operation, parameters):
        if operation == "AssumeRole":
            assumed.append(parameters)
            if parameters["RoleArn"].split(":")[4] in refused:
                error = {"Error": {"Code": "AccessDenied", "Message": "no"}}
                raise client.exceptions.from_code("AccessDenied")(error, operation)
        return original(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    return refused, assumed


def test_all_accounts_are_in_one_set_of_files_in_the_order_of_the_list(scan, fleet):
    done = scan(*fleet, "--output-formats", "csv", "json-ocsf", "html", "json-asff")

    assert done.status == 3, done.err
    rows = done.rows()
    assert list(dict.fromkeys(row["ACCOUNT_UID"] for row in rows)) == list(ACCOUNTS)
    assert Counter(row["STATUS"] for row in rows) == {"PASS": 2 * ALL, "FAIL": ALL}
    ocsf = done.json("found.ocsf.json")
    assert len(ocsf) == 3 * ALL
    assert len({finding["unmapped"]["scan_id"] for finding in ocsf}) == 3
    assert len(done.json("found.asff.json")) == 3 * ALL
    assert (done.folder / "found.html").read_text().count("cloudwatch<wbr />_alerting<wbr />_root<wbr />_usage") == 3
    assert len(done.rows("compliance/found_cis_monitoring_7.0_aws.csv")) == 45
    assert len(done.json("compliance/found_cis_monitoring_7.0_aws.ocsf.json")) == 45
    assert done.files().count("found.accounts.jsonl") == 1


def test_a_summary_counts_the_verdicts_of_each_account(scan, fleet):
    lines = scan(*fleet, "--output-formats").out.splitlines()
    cells = {line.split()[1]: line.replace("│", " ").split()[1:] for line in lines if any(a in line for a in ACCOUNTS)}
    assert cells["111111111111"] == [str(ALL), "0", "0", "0"]
    assert cells["333333333333"] == ["0", str(ALL), "0", "0"]


def test_the_same_role_is_assumed_in_each_account(scan, fleet, refused_accounts):
    _, assumed = refused_accounts
    scan(*fleet, "--external-id", "secret", "--role-session-name", "night", "--session-duration", "900")
    assert sorted(call["RoleArn"] for call in assumed) == [
        f"arn:aws:iam::{account}:role/audit/Auditor" for account in ACCOUNTS
    ]
    assert {(call["ExternalId"], call["RoleSessionName"], call["DurationSeconds"]) for call in assumed} == {
        ("secret", "night", 900)
    }


def test_an_account_that_cannot_be_scanned_costs_no_other_and_is_tried_again_on_resume(scan, fleet, refused_accounts):
    refused, assumed = refused_accounts
    refused.add(ACCOUNTS[1])
    first = scan(*fleet)
    assert first.status == 4
    assert "1 of 3 accounts could not be scanned" in first.err
    assert f"{ACCOUNTS[1]}: An error occurred (AccessDenied)" in first.err
    assert len(first.rows()) == 2 * ALL

    refused.clear()
    assumed.clear()
    second = scan(*fleet, "--resume", named=False)
    assert second.status == 3, second.err
    assert [call["RoleArn"].split(":")[4] for call in assumed] == [ACCOUNTS[1]]
    assert list(dict.fromkeys(row["ACCOUNT_UID"] for row in second.rows())) == list(ACCOUNTS)
    assert len(second.json("found.ocsf.json")) == 3 * ALL


def test_a_scan_that_stopped_in_the_middle_of_a_line_is_resumed(scan, fleet, refused_accounts):
    done = scan(*fleet)
    whole = done.rows()
    state = done.folder / "found.accounts.jsonl"
    lines = state.read_bytes().splitlines(keepends=True)
    state.write_bytes(b"".join(lines[:3]) + lines[3][:100])
    _, assumed = refused_accounts
    assumed.clear()
    again = scan(*fleet, "--resume")
    assert len(assumed) == 1

    def lasting(rows):
        return [{name: value for name, value in row.items() if name != "TIMESTAMP"} for row in rows]

    assert lasting(again.rows()) == lasting(whole)


def test_a_scan_with_other_options_is_not_resumed(scan, fleet):
    scan(*fleet, "--control", "root_usage")
    done = scan(*fleet, "--control", "vpc_changes", "--resume")
    assert done.status == 2
    assert "other options" in done.err
    assert "root_usage" in done.err


def test_resume_needs_a_scan_to_resume(scan, accounts_file, no_aws, tmp_path):
    arguments = ("--accounts", accounts_file, "--role", "Auditor", "--resume")
    assert "no scan to resume" in scan(*arguments, named=False).err
    (tmp_path / "output").mkdir()
    assert "no such scan" in scan(*arguments).err
    for name in ("a", "b"):
        (tmp_path / "output" / f"{name}.accounts.jsonl").write_text("")
    done = scan(*arguments, named=False)
    assert done.status == 2
    assert "several scans" in done.err


def test_a_state_that_is_none_is_refused(scan, fleet, tmp_path):
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "found.accounts.jsonl").write_text("hello\n")
    done = scan(*fleet, "--resume")
    assert done.status == 2
    assert "no state of a scan" in done.err


def test_json_of_many_accounts_is_one_document(scan, fleet, refused_accounts):
    refused_accounts[0].add(ACCOUNTS[2])
    document = json.loads(scan(*fleet, "--json", "--output-formats").out)
    assert [account["account"] for account in document["accounts"]] == list(ACCOUNTS[:2])
    assert {finding["verdict"] for finding in document["accounts"][0]["findings"]} == {"PASS"}
    assert list(document["failures"]) == [ACCOUNTS[2]]


def test_the_organisations_active_accounts_are_scanned_its_own_without_a_role(scan, aws, refused_accounts):
    organizations = boto3.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    ids = [
        organizations.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]["AccountId"]
        for name in ("one", "two", "gone")
    ]
    organizations.close_account(AccountId=ids.pop())
    done = scan("--organization", "--role", "Auditor", *REGIONS)
    assert sorted({row["ACCOUNT_UID"] for row in done.rows()}) == sorted([*ids, "123456789012"])
    assert {row["ACCOUNT_NAME"] for row in done.rows()} == {"one", "two", "master"}
    assert sorted(call["RoleArn"].split(":")[4] for call in refused_accounts[1]) == sorted(ids)


def test_a_list_that_the_organisation_refuses_is_said(scan, failures):
    failures.refuse("ListAccounts")
    done = scan("--organization", "--role", "Auditor", *REGIONS)
    assert done.status == 1
    assert "ListAccounts" in done.err


def test_a_mutelist_mutes_in_the_accounts_it_names(scan, fleet, tmp_path):
    mutelist = tmp_path / "mutelist.yaml"
    mutelist.write_text(
        "Mutelist:\n  Accounts:\n    '333333333333':\n      Checks:\n        '*':\n"
        "          Regions: ['*']\n          Resources: ['*']\n"
    )
    done = scan(*fleet, "--mutelist-file", mutelist)
    assert done.status == 0
    assert {row["ACCOUNT_UID"] for row in done.rows() if row["MUTED"] == "True"} == {ACCOUNTS[2]}


def test_nothing_of_an_account_is_kept_when_it_is_done(scan, fleet):
    def kept():
        gc.collect()
        return sum(isinstance(found, PathService) for found in gc.get_objects())

    before = kept()
    scan(*fleet)
    assert kept() <= before
