"""What a scan saves, judged again without AWS: the same findings and reports."""

import json
import re
import shlex
import subprocess
import sys

import boto3
import pytest
from botocore.client import BaseClient

from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.demo.organization import ACCOUNTS, ROLE, healthy_organization
from tests.scan.test_same_as_prowler import lasting, of_any_source

REGIONS = ("--region", "us-east-1", "eu-west-1")
FORMATS = ("-M", "csv", "json-ocsf", "html", "json-asff")


def unwrapped(said):
    """What is said without what was written where, and however its lines are broken."""
    return " ".join(" ".join(line for line in said.splitlines() if not line.startswith("written: ")).split())


VOLATILE = {"TIMESTAMP", "ASSESSMENTDATE"}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "account.json"


def command_for(slug, said):
    """The words of the command that a block on a terminal names for a control, as a shell reads its lines."""
    (command,) = re.findall(rf"Fix:  ((?:.*\\\n)*.*--control {slug})$", said, re.MULTILINE)
    return shlex.split(command.replace("\\\n", ""))


def files_of(done):
    """Every report, but for times and scan ids."""
    found = {}
    for name in done.files():
        if name.endswith(".json"):
            found[name] = lasting(done.json(name))
        elif name.endswith(".csv"):
            rows = [{key: value for key, value in row.items() if key not in VOLATILE} for row in done.rows(name)]
            found[name] = [{key: value for key, value in row.items() if key != "FINDING_UID"} for row in rows]
        elif name.endswith(".html"):
            lines = (done.folder / name).read_text().splitlines()
            found[name] = [line for line in lines if not re.search(r"20\d\d-\d\d-\d\d", line)]
    return found


def refuse_aws(monkeypatch):
    def refuse(client, operation, parameters):
        pytest.fail(f"{operation} was called")

    monkeypatch.setattr(BaseClient, "_make_api_call", refuse)


@pytest.mark.usefixtures("estate")
def test_an_account_is_judged_from_its_file_as_it_was_live_in_every_report(scan, file, monkeypatch):
    live = scan(*REGIONS, *FORMATS, "--save", file)
    reports = files_of(live)
    assert len(reports) == 6
    refuse_aws(monkeypatch)
    again = scan(*FORMATS, "--from", file)
    assert again.status == live.status == 3, again.err
    assert of_any_source(files_of(again)) == of_any_source(reports)
    assert of_any_source(unwrapped(again.out)) in of_any_source(unwrapped(live.out))


@pytest.mark.usefixtures("estate")
def test_json_and_table_are_the_same_without_reports(scan, file, monkeypatch):
    live = scan(*REGIONS, "-M", "--save", file)
    live_json = scan(*REGIONS, "-M", "--json")
    refuse_aws(monkeypatch)
    assert of_any_source(unwrapped(scan("-M", "--from", file).out)) in of_any_source(unwrapped(live.out))
    again = json.loads(scan("-M", "--json", "--from", file).out)
    assert of_any_source(again) == of_any_source(json.loads(live_json.out))
    one = scan("-M", "--json", "--from", file, "--control", "root_usage", "--status", "FAIL")
    assert (one.status, json.loads(one.out)["accounts"][0]["findings"]) == (0, [])


@pytest.mark.usefixtures("estate")
def test_where_no_report_is_asked_for_nothing_is_imported_that_only_others_need(scan, file):
    scan(*REGIONS, "-M", "--save", file)
    own = "prowler_cis_monitoring"
    # What draws, mends and reads templates takes as long to load as to judge an account.
    others = {"prowler", "boto3", "botocore", "yaml", f"{own}.picture", f"{own}.remedy", f"{own}.templates"}
    for command in (["scan", "-M", "--from", str(file)], ["diff", str(file), str(file)]):
        code = (
            "import sys; from prowler_cis_monitoring.cli import main; status = main(sys.argv[1:]); "
            f"assert not {others} & set(sys.modules); sys.exit(status)"
        )
        done = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=False)
        assert done.returncode in (0, 3), done.stderr


@pytest.mark.usefixtures("estate")
def test_a_redacted_file_has_the_same_verdicts_and_no_names(scan, file):
    live = json.loads(scan(*REGIONS, "-M", "--json", "--save", file, "--redact").out)
    again = json.loads(scan("-M", "--json", "--from", file).out)

    def verdicts(said):
        return {finding["control"]: finding["verdict"] for finding in said["accounts"][0]["findings"]}

    assert verdicts(again) == verdicts(live)
    assert "security-alerts" not in file.read_text()
    assert live["accounts"][0]["account"] not in file.read_text()


@pytest.mark.usefixtures("estate")
def test_weak_points_are_told_with_the_controls_that_hang_on_them(scan, file):
    live = scan(*REGIONS, "-M", "--what-if", "--save", file)
    assert "hang on trail org-trail alone: " in live.out
    points = json.loads(scan("-M", "--json", "--what-if", "--from", file).out)["accounts"][0]["weak_points"]
    assert points[0]["controls"]
    told = scan(*FORMATS, "--what-if", "--from", file).out
    assert f"{len(points[0]['controls'])} hang on {points[0]['resource']} alone" in told


def test_a_fleet_is_saved_one_account_a_line_and_judged_again(aws, scan, tmp_path, monkeypatch):
    healthy_organization().build(boto3.Session())
    accounts, configuration = tmp_path / "accounts.txt", tmp_path / "configuration.yaml"
    accounts.write_text("\n".join(ACCOUNTS) + "\n")
    configuration.write_text(f"aws:\n  cis_monitoring:\n    cross_account_role: {ROLE}\n")
    fleet = tmp_path / "fleet.jsonl"
    common = ("--control", "root_usage", "-M", "csv")
    options = ("--accounts", accounts, "--role", "ProwlerScan", "--config-file", configuration, "--region", "us-east-1")
    live = scan(*common, *options, "--save", fleet)
    rows = files_of(live)
    assert len(fleet.read_text().splitlines()) == len(ACCOUNTS)
    refuse_aws(monkeypatch)
    again = scan(*common, "--from", fleet)
    assert again.status == live.status
    said = files_of(again)["found.csv"]
    failed = [row for row in said if row["STATUS"] == "FAIL"]
    for row in failed:
        named = f"cis-monitoring fix --from {fleet} --account {row['ACCOUNT_UID']} --control root_usage"
        assert named in row["STATUS_EXTENDED"]
    assert of_any_source(said) == of_any_source(rows["found.csv"])


@pytest.mark.usefixtures("estate")
def test_the_command_that_a_finding_names_works_as_it_is_printed(scan, tmp_path, capsys):
    file = tmp_path / "of monday.json"
    live = scan(*REGIONS, "-M", "--save", file)
    assert f"written: {file}" in live.out.splitlines()
    assert f"--from {file}" not in live.out
    for formats in (("-M",), ("-M", "csv")):
        command = command_for("route_table_changes", scan(*formats, "--from", file).out)
        assert main([*command[1:], "--email", "a@example.com"]) == 0
        assert "put-metric-alarm" in capsys.readouterr().out


@pytest.mark.usefixtures("estate")
def test_the_command_of_a_live_scan_reads_the_same_account_as_it_does(scan, tmp_path, monkeypatch, capsys):
    (tmp_path / "aws").write_text("[profile 'audit of all']\naws_access_key_id = x\naws_secret_access_key = y\n")
    (tmp_path / "prowler's.yaml").write_text("aws:\n  cis_monitoring:\n    delay_limit_seconds: 3600\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "aws"))
    asked = ["--profile", "audit of all", "--role", "arn:aws:iam::123456789012:role/team/Auditor"]
    asked += ["--role-session-name", "monday", "--config-file", str(tmp_path / "prowler's.yaml"), "--region"]
    asked += ["eu-west-1", "us-east-1", "--excluded-region", "eu-west-3"]
    live = scan(*asked, "-M")
    assert live.status == 3, live.err
    command = command_for("route_table_changes", live.out)
    assert command == ["cis-monitoring", "fix", *asked, "--control", "route_table_changes"]
    assumed = []
    original = BaseClient._make_api_call

    def call(client, operation, parameters):
        assumed.extend([parameters["RoleArn"]] if operation == "AssumeRole" else [])
        return original(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    assert main([*command[1:], "--email", "a@example.com"]) == 0
    assert "put-metric-alarm" in capsys.readouterr().out
    assert assumed == ["arn:aws:iam::123456789012:role/team/Auditor"]


@pytest.mark.usefixtures("estate")
def test_of_a_redacted_file_the_command_asks_the_account(scan, file):
    scan(*REGIONS, "-M", "--save", file, "--redact")
    assert "Fix:  cis-monitoring fix --control route_table_changes" in scan("-M", "--from", file).out
    assert "Fix:  cis-monitoring fix --control route_table_changes" in scan("-M", "csv", "--from", file).out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "{file}", "--profile", "x"], "--profile is not for --from"),
        (["--from", "{file}", "--region", "us-east-1"], "--region is not for --from"),
        (["--from", "nothing.json", "-M"], "nothing.json: No such file or directory"),
        (["--from", "nothing.json"], "nothing.json: No such file or directory"),
        (["--redact"], "--redact is for --save FILE"),
        (["--save", "no/such/folder.json"], "there is no folder no/such"),
        (["--accounts", "{accounts}", "--role", "A", "--save", "x.json"], "name the file *.jsonl"),
        (["--from", "{file}", "-M", "--control", "rot_usage"], "--control rot_usage: there is no such control"),
        (["--from", "{file}", "-M", "--benchmark", "9"], "--benchmark 9: there is no such version"),
        (["--from", "{file}", "--mutelist-file", "s3://bucket/key"], "with --from a local file is expected"),
    ],
)
@pytest.mark.usefixtures("estate")
def test_what_cannot_be_meant_is_told_with_status_2(scan, file, tmp_path, arguments, message):
    accounts = tmp_path / "accounts.txt"
    accounts.write_text("123456789012\n")
    scan(*REGIONS, "-M", "--save", file)
    done = scan(*(argument.format(file=file, accounts=accounts) for argument in arguments))
    assert (done.status, message in done.err) == (2, True), done.err


@pytest.mark.usefixtures("estate")
def test_a_mutelist_and_other_settings_count_for_a_saved_account_too(scan, file, tmp_path):
    scan(*REGIONS, "-M", "--save", file)
    muted, settings = tmp_path / "mute.yaml", tmp_path / "configuration.yaml"
    muted.write_text("Mutelist: {Accounts: {'*': {Checks: {'*': {Regions: ['*'], Resources: ['*']}}}}}\n")
    settings.write_text("aws:\n  cis_monitoring:\n    controls:\n      unauthorized_api_calls: {events: 100}\n")
    assert scan("-M", "csv", "--from", file, "--mutelist-file", muted).status == 0
    verdicts = {
        row["CHECK_ID"]: row["STATUS"] for row in scan("-M", "csv", "--from", file, "--config-file", settings).rows()
    }
    assert verdicts[CONTROLS["unauthorized_api_calls"].check_id] == "PASS"


@pytest.mark.usefixtures("estate")
def test_numbers_and_reports_are_of_the_version_that_a_saved_account_was_judged_by(scan, file, tmp_path):
    settings = tmp_path / "configuration.yaml"
    settings.write_text("aws:\n  cis_monitoring:\n    benchmark: '1.4'\n")
    scan(*REGIONS, "-M", "--config-file", settings, "--save", file)
    shown, reported = scan("-M", "--from", file, "--control", "4.3"), scan("-M", "csv", "--from", file)
    assert ("Monitoring 1.4" in shown.out, "Monitoring 7.0" in shown.out) == (True, False), shown.out
    assert any("cis_monitoring_1.4_aws" in name for name in files_of(reported)), files_of(reported)
    asked = scan("-M", "--from", file, "--benchmark", "7.0", "--control", "5.3")
    assert ("Monitoring 7.0" in asked.out, "Monitoring 1.4" in asked.out) == (True, False), asked.out
