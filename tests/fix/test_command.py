"""The command: what it prints, where, and how it ends."""

import json
import subprocess
import sys

import pytest
from moto import mock_aws

from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.demo import scenarios
from prowler_cis_monitoring.demo.blueprint import healthy_path
from prowler_cis_monitoring.demo.estate import build_estate
from prowler_cis_monitoring.services.account_resources import resources_of
from prowler_cis_monitoring.snapshot import Snapshot, read_snapshots, write_snapshots
from prowler_cis_monitoring.snapshot.redaction import redacted
from tests.cross_account.scenarios import ROWS
from tests.fix.played import Account
from tests.scenario_accounts import of_row
from tests.shared_session import SESSION
from tests.stand_in_provider import StandInProvider


@pytest.fixture
def saved(tmp_path):
    """Saves the account of a scenario; returns the file."""

    def saved(slug):
        with mock_aws():
            account = Account(scenarios.find(slug))
            account.build()
            judged = account.read()
        path = tmp_path / f"{slug}.json"
        write_snapshots(path, [Snapshot(resources=judged.resources, alternatives=judged.alternatives)])
        return str(path)

    return saved


def run(capsys, *words):
    status = main(["fix", *words])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_a_script_is_printed_and_what_it_does_is_said_beside(saved, capsys):
    status, out, said = run(capsys, "--from", saved("actions-disabled"), "--control", "root_usage")
    assert status == 0
    assert out.startswith("#!/usr/bin/env bash")
    assert "enable-alarm-actions" in out
    assert said == "root_usage: 1 change, then it passes\n"


def test_where_a_person_must_act_nothing_is_printed_and_the_status_says_so(saved, capsys):
    status, out, said = run(capsys, "--from", saved("log-group-infrequent-access"), "--control", "root_usage")
    assert (status, out) == (3, "")
    assert "root_usage: nothing to apply: the class of a log group cannot be changed" in said


def test_a_control_that_passes_needs_nothing(saved, capsys):
    path = saved("healthy")
    status, out, said = run(capsys, "--from", path, "--control", "cloudwatch_alerting_root_usage")
    assert (status, out, said) == (0, "", "1 of 1 pass already\n")


def test_all_controls_share_a_topic(saved, capsys):
    words = ["--from", saved("no-trail"), "--email", "security@example.com", "--format", "json"]
    status, out, _ = run(capsys, *words)
    document = json.loads(out)
    kinds = [change["change"] for control in document["controls"] for change in control["changes"]]
    assert status == 0
    assert {control["after"] for control in document["controls"]} == {"PASS"}
    assert [kinds.count(kind) for kind in ("CreateTrail", "CreateTopic", "Subscribe")] == [1, 1, 1]
    assert kinds.count("PutMetricAlarm") == len(document["controls"])


@pytest.fixture
def two_controls(tmp_path):
    """Saves the demo account with a trail that is stopped and two controls; returns the file."""
    with mock_aws():
        account = Account(scenarios.find("trail-not-logging"))
        account.build()
        healthy_path(CONTROLS["vpc_changes"]).changed(trail=None, log_group=None, topic=None).build(SESSION)
        judged = account.read()
    path = tmp_path / "two.json"
    write_snapshots(path, [Snapshot(resources=judged.resources)])
    return str(path)


def test_what_mends_one_control_is_told_of_another_that_needs_nothing_else(two_controls, capsys):
    words = ["--from", two_controls, "--control", "root_usage", "vpc_changes"]
    status, _, said = run(capsys, *words)
    assert (status, said.splitlines()) == (
        0,
        ["root_usage: 1 change, then it passes", "vpc_changes: no change but those above, then it passes"],
    )
    root, vpc = json.loads(run(capsys, *words, "--format", "json")[1])["controls"]
    assert (root["before"], root["after"], len(root["changes"])) == ("FAIL", "PASS", 1)
    assert (vpc["before"], vpc["after"], vpc["changes"], vpc["reason"]) == ("FAIL", "PASS", [], None)
    assert "logging is stopped" in vpc["finding"]


def test_a_step_is_told_of_the_controls_that_wait_for_it_and_of_no_other(tmp_path, capsys):
    with mock_aws():
        build_estate(SESSION)
        resources = resources_of(StandInProvider(regions={"us-east-1"}))
    path = tmp_path / "estate.json"
    write_snapshots(path, [Snapshot(resources=resources)])
    words = ["--from", str(path), "--email", "a@example.com", "--format", "json"]
    words += ["--control", "network_acl_changes", "route_table_changes"]
    _, out, said = run(capsys, *words)
    waiting, free = json.loads(out)["controls"]
    assert (len(waiting["steps"]), free["steps"]) == (1, [])
    assert "route_table_changes: 1 change, then it passes\n" in said


def test_a_step_that_all_controls_wait_for_is_told_of_each(saved, capsys):
    words = ["--from", saved("no-trail"), "--email", "a@example.com", "--control", "root_usage", "vpc_changes"]
    _, out, said = run(capsys, *words, "--format", "json")
    assert [len(control["steps"]) for control in json.loads(out)["controls"]] == [1, 1]
    assert said.count("by a person: ") == 1


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--control", "root"], "there is no such control"),
        (["--email", "nobody"], "an e-mail address is expected"),
        (["--email", "a@b.example\nx"], "an e-mail address is expected"),
        (["--control", "root_usage"], "--email ADDRESS is missing"),
    ],
)
def test_what_cannot_be_meant_is_named(words, complaint, saved, capsys):
    status, out, said = run(capsys, "--from", saved("no-filter"), *words)
    assert (status, out) == (2, "")
    assert complaint in said


def test_a_missing_snapshot_is_named(tmp_path, capsys):
    status, _, said = run(capsys, "--from", str(tmp_path / "gone.json"))
    assert status == 2
    assert "gone.json" in said


def test_a_redacted_snapshot_is_refused(saved, tmp_path, capsys):
    (plain,) = read_snapshots(saved("actions-disabled"))
    path = tmp_path / "redacted.json"
    write_snapshots(path, [redacted(plain)])
    status, out, said = run(capsys, "--from", str(path), "--control", "root_usage", "--format", "json")
    assert (status, out) == (2, "")
    assert f"--from {path}: it is redacted" in said
    assert "without --redact" in said


def test_a_control_that_is_misspelt_is_guessed(saved, capsys):
    status, _, said = run(capsys, "--from", saved("healthy"), "--control", "rot_usage")
    assert status == 2
    assert "--control rot_usage: there is no such control; did you mean root_usage?" in said


def test_each_account_gets_a_file_of_its_own(tmp_path, capsys):
    resources = of_row(next(row for row in ROWS if row.name == "trail-not-logging")).resources
    archive = resources.model_copy(update={"topics": dict.fromkeys(resources.topics)})
    path = tmp_path / "organization.json"
    write_snapshots(path, [Snapshot(resources=archive)])
    words = ["--from", str(path), "--control", "root_usage", "--email", "a@example.com"]
    status, out, said = run(capsys, *words)
    assert (status, out) == (2, "")
    assert "--output FILE is missing: there are changes in 111111111111 and 222222222222" in said
    status, out, _ = run(capsys, *words, "--output", str(tmp_path / "fix.sh"))
    assert (status, out) == (0, "")
    assert "start-logging" in (tmp_path / "fix-111111111111.sh").read_text()
    assert "create-topic" in (tmp_path / "fix-222222222222.sh").read_text()


def test_it_needs_neither_prowler_nor_boto3_for_a_snapshot(saved):
    words = ["fix", "--from", saved("actions-disabled"), "--control", "root_usage"]
    code = f"import sys; from prowler_cis_monitoring.cli import main; main({words!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded.isdisjoint({"boto3", "botocore", "prowler", "moto"})


def test_what_cannot_be_written_is_said_before_anything_is_promised(saved, capsys):
    status, out, err = run(capsys, "--from", saved("actions-disabled"), "--control", "5.3", "--output", "/dev/full")
    assert (status, out) == (1, "")
    assert err == "cis-monitoring fix: --output /dev/full: No space left on device; make room, or name another place\n"


def test_it_judges_by_the_version_that_is_asked_for_and_takes_its_numbers(tmp_path, capsys):
    with mock_aws():
        build_estate(SESSION)
        read = resources_of(StandInProvider(("us-east-1", "eu-west-1")))
    write_snapshots(tmp_path / "a.json", [Snapshot(resources=read)])
    asked = ("--from", str(tmp_path / "a.json"), "--format", "json")
    status, out, _ = run(capsys, *asked, "--control", "5.10")
    assert (status, len(json.loads(out)["controls"][0]["changes"])) == (0, 1)
    status, out, err = run(capsys, *asked, "--control", "4.10", "--benchmark", "1.4")
    assert status == 0
    assert err == "1 of 1 pass already\n"
