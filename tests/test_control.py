"""`cis-monitoring control`, `completion` and `python -m`: help that needs neither AWS nor Prowler."""

import json
import subprocess
import sys

import pytest
import yaml

from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.scan.exit_status import Exit, Failing, exit_status
from tests.scan.test_exit_status import report


@pytest.mark.parametrize("named", ["root_usage", "5.3", "cloudwatch_alerting_root_usage", "Root-Usage"])
def test_a_control_is_shown_with_all_that_is_known_of_it(named, capsys):
    assert main(["control", named]) == 0
    told = capsys.readouterr().out
    control = CONTROLS["root_usage"]
    for part in ("root_usage · high", control.required_pattern, control.suggested_pattern, "5.3 in 7.0", "4.3 in 1.4"):
        assert part in told
    for form in ("aws logs put-metric-filter", "AWS::Logs::MetricFilter", "aws_cloudwatch_log_metric_filter"):
        assert form in told


def test_several_controls_are_shown_in_one_go(capsys):
    assert main(["control", "5.4", "5.3"]) == 0
    told = capsys.readouterr().out
    assert told.index("root_usage · high") < told.index("\n\niam_policy_changes · high")
    assert main(["control", "--list", "5.3", "vpc*"]) == 0
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()] == [
        ["5.3", "root_usage"],
        ["5.14", "vpc_changes"],
    ]


@pytest.mark.parametrize("slug", CONTROLS)
def test_the_remediation_can_be_had_alone(slug, capsys):
    main(["control", slug, "--only", "cloudformation"])
    template = yaml.load(capsys.readouterr().out, Loader=yaml.BaseLoader)
    (pattern,) = [
        one["Properties"]["FilterPattern"] for one in template["Resources"].values() if "Filter" in one["Type"]
    ]
    assert pattern == CONTROLS[slug].suggested_pattern


def test_all_controls_are_one_json_document(capsys):
    assert main(["control", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["schema_version"] == 1
    assert [one["control"] for one in said["controls"]] == list(CONTROLS)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh"])
def test_a_shell_completes_commands_options_and_names(shell, capsys):
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for word in (
        "explain",
        "benchmark",
        "root_usage",
        "alarm-actions-disabled",
        "json-ocsf",
        "MANUAL",
        "4.0.1",
        "no-trail",
        "outside-value",
    ):
        assert word in script


def test_bash_takes_its_script_and_completes_a_control(tmp_path, capsys):
    main(["completion", "bash"])
    (tmp_path / "completion").write_text(capsys.readouterr().out, encoding="utf-8")
    asked = (
        "source completion; COMP_WORDS=(cis-monitoring scan --control root_); COMP_CWORD=3; _shtab_cis_monitoring; "
        'echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["root_usage"], done.stderr


def test_the_package_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "prowler_cis_monitoring", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("cis-monitoring ")


def judged(status, severity, *, muted=False):
    one = report(status, muted=muted)
    one.check_metadata = type("Metadata", (), {"Severity": type("Severity", (), {"value": severity})})
    return one


@pytest.mark.parametrize(
    ("words", "status", "severity", "fails"),
    [
        ([], "FAIL", "low", True),
        ([], "MANUAL", "critical", False),
        (["FAIL"], "FAIL", "low", True),
        (["MANUAL"], "MANUAL", "low", True),
        (["MANUAL"], "FAIL", "low", True),
        (["high"], "FAIL", "medium", False),
        (["high"], "FAIL", "high", True),
        (["high"], "FAIL", "critical", True),
        (["high"], "MANUAL", "high", False),
        (["MANUAL", "high"], "MANUAL", "high", True),
        (["MANUAL", "high"], "MANUAL", "low", False),
        (["critical", "medium"], "FAIL", "medium", True),
        (["MANUAL"], "PASS", "high", False),
    ],
)
def test_what_counts_as_failed_is_chosen(words, status, severity, fails):
    found = exit_status([([judged(status, severity)], False)], failing=Failing.named(words))
    assert found == (Exit.FAILED if fails else Exit.NOTHING_FAILED)


def test_what_is_muted_never_counts():
    accounts = [([judged("FAIL", "high", muted=True)], False)]
    assert exit_status(accounts, failing=Failing.named(["MANUAL"])) == Exit.NOTHING_FAILED


def test_json_holds_the_form_alone_that_is_asked_for(capsys):
    assert main(["control", "5.3", "--only", "terraform", "--json"]) == 0
    (control,) = json.loads(capsys.readouterr().out)["controls"]
    assert list(control["remediation"]) == ["terraform"]
