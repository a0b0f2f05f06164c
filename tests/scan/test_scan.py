import importlib
import json
import shutil
from pathlib import Path

import pytest

from prowler_cis_monitoring.controls import CONTROLS

REGIONS = ("--region", "us-east-1", "eu-west-1")


@pytest.mark.usefixtures("estate")
def test_a_scan_decides_all_controls_and_writes_prowlers_files(scan):
    done = scan(*REGIONS, "--output-formats", "csv", "json-ocsf", "html", "json-asff")

    assert done.status == 3, done.err
    assert {row["CHECK_ID"] for row in done.rows()} == {control.check_id for control in CONTROLS.values()}
    assert done.files() == [
        "compliance/found_cis_monitoring_7.0_aws.csv",
        "compliance/found_cis_monitoring_7.0_aws.ocsf.json",
        "found.asff.json",
        "found.csv",
        "found.html",
        "found.ocsf.json",
    ]
    for path in done.files():
        assert f"written: {done.folder / path}" in done.out
    assert len(done.json("found.ocsf.json")) == len(CONTROLS)
    assert {row["REQUIREMENTS_ID"] for row in done.rows("compliance/found_cis_monitoring_7.0_aws.csv")} == {
        f"5.{number}" for number in range(1, 16)
    }


@pytest.mark.usefixtures("estate")
def test_each_control_is_shown_with_its_number_severity_verdict_and_rule(scan):
    done = scan(*REGIONS, "--output-formats")
    lines = done.out.splitlines()
    assert any(line.startswith("PASS    5.3 root_usage · high") for line in lines)
    assert any(line.startswith("FAIL    5.15 organizations_changes · high") for line in lines)
    assert "[alarm-actions-disabled]" in done.out
    assert "10 FAIL by 10 causes, 1 MANUAL by 1 cause, 4 PASS" in lines
    assert "\x1b" not in done.out
    assert "\nwritten:" not in done.out
    assert not done.folder.exists()


@pytest.mark.usefixtures("estate")
def test_chosen_controls_only_are_decided(scan):
    done = scan(*REGIONS, "--control", "vpc_changes", "--control", "root_usage", "--output-formats", "csv")
    assert [row["CHECK_ID"].removeprefix("cloudwatch_alerting_") for row in done.rows()] == [
        "root_usage",
        "vpc_changes",
    ]


@pytest.mark.usefixtures("estate")
def test_chosen_verdicts_only_are_reported(scan):
    done = scan(*REGIONS, "--status", "PASS", "--output-formats", "csv")
    assert {row["STATUS"] for row in done.rows()} == {"PASS"}
    assert done.status == 0


@pytest.mark.usefixtures("estate")
def test_no_finding_to_report_is_no_error_and_no_file(scan):
    done = scan(*REGIONS, "--control", "root_usage", "--status", "FAIL")
    assert (done.status, done.files()) == (0, [])


@pytest.mark.usefixtures("estate")
def test_json_for_machines_holds_verdict_sentence_and_evidence(scan):
    done = scan(*REGIONS, "--json", "--control", "network_acl_changes", "--benchmark", "5.0", "7.0")
    document = json.loads(done.out)
    (account,) = document["accounts"]
    (finding,) = account["findings"]
    assert (account["account"], finding["control"], finding["verdict"]) == (
        "123456789012",
        "network_acl_changes",
        "FAIL",
    )
    assert finding["requirements"] == {"cis_monitoring_5.0_aws": "4.11", "cis_monitoring_7.0_aws": "5.11"}
    assert "no confirmed subscription" in finding["sentence"]
    assert finding["evidence"]["paths"][0]["state"] == "broken"
    assert str(done.folder / "found.csv") in document["files"]


@pytest.mark.usefixtures("estate")
def test_a_muted_failure_is_no_failure(scan, tmp_path):
    mutelist = tmp_path / "mutelist.yaml"
    mutelist.write_text(
        "Mutelist:\n  Accounts:\n    '*':\n      Checks:\n        'cloudwatch_alerting_*':\n"
        "          Regions: ['*']\n          Resources: ['*']\n"
    )
    done = scan(*REGIONS, "--mutelist-file", mutelist, "--control", "route_table_changes")
    assert done.status == 0
    assert "MUTED (FAIL)" in done.out
    assert [row["MUTED"] for row in done.rows()] == ["True"]


@pytest.mark.usefixtures("estate")
def test_exit_status_three_can_be_ignored(scan):
    assert scan(*REGIONS, "--ignore-exit-code-3", "--quiet").status == 0


@pytest.mark.usefixtures("estate")
def test_quiet_says_nothing(scan):
    done = scan(*REGIONS, "--quiet")
    assert (done.out, done.err) == ("", "")
    assert "found.csv" in done.files()


@pytest.mark.usefixtures("estate")
def test_a_second_scan_of_the_same_name_replaces_the_files(scan):
    scan(*REGIONS, "--control", "root_usage")
    done = scan(*REGIONS, "--control", "vpc_changes")
    assert [row["CHECK_ID"] for row in done.rows()] == ["cloudwatch_alerting_vpc_changes"]
    assert len(done.json("found.ocsf.json")) == 1


@pytest.mark.usefixtures("aws")
def test_all_manual_findings_leave_valid_json(scan, failures):
    failures.refuse("DescribeTrails")
    done = scan(*REGIONS, "--output-formats", "json-asff", "csv")
    assert {row["STATUS"] for row in done.rows()} == {"MANUAL"}
    assert done.json("found.asff.json") == []
    assert done.status == 5


@pytest.mark.usefixtures("aws")
def test_throttling_that_does_not_end_is_manual(scan, failures):
    failures.refuse("DescribeTrails", "ThrottlingException")
    done = scan(*REGIONS, "--control", "root_usage")
    (row,) = done.rows()
    assert row["STATUS"] == "MANUAL"
    assert "ThrottlingException" in row["STATUS_EXTENDED"]


@pytest.mark.usefixtures("aws")
def test_credentials_that_aws_refuses_are_said_and_nothing_is_written(scan, failures):
    failures.refuse("GetCallerIdentity", "ExpiredToken")
    done = scan(*REGIONS)
    assert done.status == 1
    assert "ExpiredToken" in done.err
    assert not done.folder.exists()


@pytest.mark.usefixtures("aws")
def test_an_unknown_profile_is_said(scan):
    done = scan("--profile", "nobody")
    assert done.status == 1
    assert "nobody" in done.err


@pytest.mark.usefixtures("estate")
def test_a_role_is_assumed(scan, failures):
    done = scan(*REGIONS, "--role", "arn:aws:iam::999999999999:role/Auditor", "--control", "root_usage")
    (row,) = done.rows()
    assert row["ACCOUNT_UID"] == "999999999999"
    assert "AssumeRole" in {operation for _, operation, _ in failures.calls}


@pytest.mark.usefixtures("estate")
def test_the_crosswalk_is_a_framework_like_others(scan):
    done = scan(*REGIONS, "--benchmark", "crosswalk", "1.4", "--output-formats", "csv")
    assert done.files() == [
        "compliance/found_cis_monitoring_1.4_aws.csv",
        "compliance/found_cis_monitoring_1.4_aws.ocsf.json",
        "compliance/found_monitoring_crosswalk_aws.csv",
        "compliance/found_monitoring_crosswalk_aws.ocsf.json",
        "found.csv",
    ]


def test_each_benchmark_has_its_number(estate, scan):
    out = scan("--benchmark", "5.0", "7.0", "crosswalk", "--region", "us-east-1", "--no-color").out
    assert "CIS-Monitoring 5.0 and CIS-Monitoring 7.0 and Monitoring-Crosswalk 1.0" in " ".join(out.split())
    assert "PASS    4.3 / 5.3 root_usage · high" in out


def test_a_crosswalk_alone_has_no_numbers(estate, scan):
    assert "PASS    root_usage · high" in scan("--benchmark", "crosswalk", "--region", "us-east-1", "--no-color").out


@pytest.mark.usefixtures("estate")
def test_a_control_that_no_requirement_asks_for_has_its_findings_and_no_compliance_file(scan, tmp_path, monkeypatch):
    package = importlib.import_module("prowler_cis_monitoring_compliance.universal")
    folder = Path(shutil.copytree(package.__path__[0], tmp_path / "frameworks"))
    monkeypatch.setattr(package, "__path__", [str(folder)])
    file = folder / "cis_monitoring_7.0_aws.json"
    framework = json.loads(file.read_text(encoding="utf-8"))
    root = CONTROLS["root_usage"].check_id
    framework["requirements"] = [one for one in framework["requirements"] if root not in one["checks"]["aws"]]
    file.write_text(json.dumps(framework), encoding="utf-8")
    done = scan(*REGIONS, "--benchmark", "7.0", "--control", "root_usage", "--output-formats", "csv")
    assert done.status == 0, done.err
    assert done.files() == ["found.csv"]
    assert [row["CHECK_ID"] for row in done.rows()] == [root]
    lines = scan(*REGIONS, "--benchmark", "7.0", "--output-formats", "csv", "--no-color").out.splitlines()
    passed = [line.split()[1] for line in lines if line.startswith("PASS")]
    assert passed[-1] == "root_usage"
