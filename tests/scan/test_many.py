import gc
import json
from collections import Counter

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError
from moto.iam.models import get_account_id_from

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.scan.state import State
from prowler_cis_monitoring.services.path_service import PathService
from tests.benchmarks.accounts import SMALL, fill
from tests.scan.conftest import files_no_larger_than

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


def scanned(done):
    """The rows of accounts that could be scanned: the others have rows that say so."""
    return [row for row in done.rows() if ": not scanned: " not in row["STATUS_EXTENDED"]]


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
    cells = {line.split()[0]: line.split()[1:] for line in lines if line[:12] in ACCOUNTS}
    assert cells["111111111111"] == ["✓✓✓✓✓", "✓✓✓✓✓", "✓✓✓✓✓", str(ALL), "0", "0"]
    assert cells["333333333333"] == ["✗✗✗✗✗", "✗✗✗✗✗", "✗✗✗✗✗", "0", str(ALL), "0"]
    (total,) = [line.split() for line in lines if line.startswith("3 accounts")]
    assert total == ["3", "accounts", str(2 * ALL), str(ALL), "0"]


def test_the_same_role_is_assumed_in_each_account(scan, fleet, refused_accounts):
    _, assumed = refused_accounts
    scan(*fleet, "--external-id", "secret", "--role-session-name", "night", "--session-duration", "900")
    assert sorted(call["RoleArn"] for call in assumed) == [
        f"arn:aws:iam::{account}:role/audit/Auditor" for account in ACCOUNTS
    ]
    assert {(call["ExternalId"], call["RoleSessionName"], call["DurationSeconds"]) for call in assumed} == {
        ("secret", "night", 900)
    }


def test_the_command_of_a_finding_names_the_role_in_its_account_and_no_external_id(scan, fleet):
    done = scan(*fleet, "--external-id", "of-ours/only", "-M", "csv")
    (told,) = (
        row["STATUS_EXTENDED"] for row in done.rows() if row["STATUS"] == "FAIL" and "root_usage" in row["CHECK_ID"]
    )
    role = "--role arn:aws:iam::333333333333:role/audit/Auditor --external-id EXTERNAL_ID"
    assert f"Run cis-monitoring fix {role} --region eu-west-1 us-east-1 --control root_usage for" in told


def test_a_fleet_says_how_what_hangs_on_one_resource_is_shown(scan, fleet):
    told = "--all tells everything; of each account what hangs on one resource alone, too"
    asked = (*fleet, "--control", "root_usage", "-M")
    done = scan(*asked, "--what-if")
    assert told in " ".join(done.out.split())
    assert " alone: " not in done.out
    assert " alone: " in scan(*asked, "--what-if", "--all").out
    assert "alone" not in scan(*asked).out


def test_the_command_of_a_finding_names_the_version_that_was_judged_by(scan, fleet):
    done = scan(*fleet, "--benchmark", "1.4", "-M", "csv")
    told = [row["STATUS_EXTENDED"] for row in done.rows() if row["STATUS"] == "FAIL"]
    assert told
    assert all(" --benchmark 1.4 --region " in one for one in told)


def test_an_account_that_cannot_be_scanned_costs_no_other_and_is_tried_again_on_resume(scan, fleet, refused_accounts):
    refused, assumed = refused_accounts
    refused.add(ACCOUNTS[1])
    first = scan(*fleet)
    assert first.status == 4
    assert "1 of 3 accounts could not be scanned" in first.err
    assert f"{ACCOUNTS[1]}: the role cannot be assumed (AccessDenied: " in first.err
    assert "look whether there is such a role" in first.err
    assert len(scanned(first)) == 2 * ALL

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


def test_an_organisation_without_an_active_account_is_no_scan_in_which_nothing_failed(scan, failures):
    failures.answer("ListAccounts", {"Accounts": []})
    done = scan("--organization", "--role", "Auditor", *REGIONS)
    assert (done.status, done.out) == (1, "")
    assert done.err == "cis-monitoring scan: organizations:ListAccounts: the organization has no active account\n"


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


class Unreachable:
    """What AWS answers to members of a fleet, by account: an error code, or None for no answer at all."""

    def __init__(self, monkeypatch):
        self.members, self.base = {}, None
        original = BaseClient._make_api_call

        def call(client, operation, parameters):
            account = get_account_id_from(client._request_signer._credentials.access_key)
            refused = self.base if account == "123456789012" else self.members.get(account, "")
            if refused is None and account in self.members:
                raise EndpointConnectionError(endpoint_url="https://aws.example.com")
            if refused:
                raise ClientError({"Error": {"Code": refused, "Message": "no"}}, operation)
            return original(client, operation, parameters)

        monkeypatch.setattr(BaseClient, "_make_api_call", call)


@pytest.fixture
def unreachable(monkeypatch):
    return Unreachable(monkeypatch)


@pytest.mark.parametrize(
    "error", [None, "ExpiredToken", "RequestTimeTooSkewed", "ThrottlingException", "InternalFailure", "503"]
)
def test_an_account_that_was_not_reached_is_not_scanned_but_listed_and_tried_again(scan, fleet, unreachable, error):
    unreachable.members[ACCOUNTS[1]] = error
    first = scan(*fleet, "--output-formats", "csv")
    assert first.status == 4
    assert "scan again" in first.err
    assert f"{ACCOUNTS[1]}: it could not be reached ({error or 'EndpointConnectionError'})" in first.err
    assert {row["ACCOUNT_UID"] for row in scanned(first)} == {ACCOUNTS[0], ACCOUNTS[2]}
    unreachable.members.clear()
    second = scan(*fleet, "--output-formats", "csv", "--resume")
    assert second.status == 3, second.err
    assert list(dict.fromkeys(row["ACCOUNT_UID"] for row in second.rows())) == list(ACCOUNTS)


def test_an_account_that_refuses_to_be_read_is_scanned_and_undecided(scan, fleet, unreachable):
    unreachable.members.update(dict.fromkeys(ACCOUNTS, "AccessDeniedException"))
    done = scan(*fleet, "--output-formats", "csv")
    assert done.status == 5
    assert {row["STATUS"] for row in done.rows()} == {"MANUAL"}


def test_a_permission_that_is_missing_in_an_account_is_no_way_that_is_blocked(scan, fleet, failures):
    failures.refuse("DescribeMetricFilters")
    done = scan(*fleet, "--output-formats", "csv")
    assert done.err == ""
    hidden = [row for row in done.rows() if row["STATUS"] == "MANUAL"]
    assert hidden
    assert all("allow logs:DescribeMetricFilters to the" in row["STATUS_EXTENDED"] for row in hidden)


@pytest.mark.parametrize("error", ["ExpiredToken", "SignatureDoesNotMatch"])
def test_credentials_that_expire_stop_a_fleet_with_one_message(scan, fleet, unreachable, monkeypatch, error):
    original = State.add

    def add(state, account, result):
        original(state, account, result)
        unreachable.base = error

    monkeypatch.setattr(State, "add", add)
    first = scan(*fleet, "--output-formats", "csv", "--parallel", "1")
    assert first.status == 4
    (message,) = first.err.splitlines()
    assert f"the credentials of the scan are no longer good ({error}); 1 of 3 accounts are finished" in message
    monkeypatch.setattr(State, "add", original)
    unreachable.base = None
    second = scan(*fleet, "--output-formats", "csv", "--resume")
    assert second.status == 3, second.err
    assert list(dict.fromkeys(row["ACCOUNT_UID"] for row in second.rows())) == list(ACCOUNTS)


def test_a_state_that_cannot_be_written_stops_a_fleet_and_loses_no_account(scan, fleet):
    state = scan(*fleet, "--output-formats", "--parallel", "1").folder / "found.accounts.jsonl"
    two_lines = b"".join(state.read_bytes().splitlines(keepends=True)[:2])
    with files_no_larger_than(len(two_lines) + 10):
        first = scan(*fleet, "--output-formats", "csv", "--parallel", "1")
    assert first.status == 1
    assert first.err.count("File too large") == 1
    assert "--resume goes on" in first.err
    assert "Traceback" not in first.err
    second = scan(*fleet, "--output-formats", "csv", "--resume")
    assert second.status == 3, second.err
    assert list(dict.fromkeys(row["ACCOUNT_UID"] for row in second.rows())) == list(ACCOUNTS)


def test_an_external_id_is_in_no_file_and_no_message(scan, fleet, tmp_path, caplog):
    config = tmp_path / "config.yaml"
    role = "arn:aws:iam::{account}:role/Reader"
    config.write_text(
        f"aws:\n  cis_monitoring:\n    cross_account_role: '{role}'\n    cross_account_external_id: secret-one\n"
    )
    secrets = ("--external-id", "secret-two", "--config-file", config)
    common = (*fleet, *secrets, "--log-level", "DEBUG", "--save", tmp_path / "saved.jsonl")
    told = [scan(*common), scan(*common, "--resume"), scan(*common, "--resume", "--control", "root_usage")]
    assert [done.status for done in told] == [3, 3, 2]
    refused = scan(*fleet, "--external-id", "secret-two with blanks")
    said = "".join(done.out + done.err for done in [*told, refused]) + caplog.text
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path != config]
    said += "".join(path.read_text(encoding="utf-8") for path in files)
    assert "found.accounts.jsonl" in {path.name for path in files}
    assert "secret-one" not in said
    assert "secret-two" not in said
