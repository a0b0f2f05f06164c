"""Plans that a real terraform made, and what `cdk synth` leaves behind."""

import json
from pathlib import Path

import pytest

from prowler_cis_monitoring.cli import main
from tests.lint.templates import GOOD, written

PLAN = Path(__file__).parents[1] / "templates" / "plans" / "alarms.json"


def linted(capsys, path, *controls):
    status = main(["lint", str(path), "--control", *controls, "--format", "json"])
    out, err = capsys.readouterr()
    assert err == ""
    said = json.loads(out)
    return status, {one["control"]: one["state"] for one in said["controls"]}, said["findings"]


def test_a_plan_of_modules_holds_where_it_is_whole_and_says_what_is_missed(capsys):
    status, states, findings = linted(capsys, PLAN, "root_usage", "vpc_changes")
    assert (status, states) == (3, {"root_usage": "holds", "vpc_changes": "broken"})
    (gap,) = findings
    assert "ModifyVpcAttribute" in gap["message"]
    assert 'module.alarms["vpc"].aws_cloudwatch_log_metric_filter.this' in gap.values()


@pytest.mark.parametrize(
    ("type_", "changes", "state"),
    [
        ("aws_cloudtrail", {"is_multi_region_trail": False}, "broken"),
        ("aws_cloudtrail", {"enable_logging": False}, "broken"),
        ("aws_cloudwatch_metric_alarm", {"threshold": 5}, "broken"),
        ("aws_cloudwatch_metric_alarm", {"actions_enabled": False}, "broken"),
        ("aws_cloudwatch_metric_alarm", {"statistic": "Maximum"}, "holds"),
    ],
)
def test_one_argument_of_a_plan_decides(type_, changes, state, tmp_path, capsys):
    plan = json.loads(PLAN.read_text(encoding="utf-8"))
    modules = [plan["planned_values"]["root_module"]]
    for module in modules:
        modules += module.get("child_modules", ())
        for resource in module.get("resources", ()):
            if resource["type"] == type_:
                resource["values"].update(changes)
    changed = tmp_path / "plan.json"
    changed.write_text(json.dumps(plan), encoding="utf-8")
    assert linted(capsys, changed, "root_usage")[1] == {"root_usage": state}


def test_a_cdk_folder_is_read_with_its_environment(tmp_path, capsys):
    template = written(tmp_path, GOOD)
    assembly = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://111122223333/eu-west-1",
        "properties": {"templateFile": template.name},
    }
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"version": "36.0.0", "artifacts": {"Stack": assembly}}), encoding="utf-8")
    status, states, findings = linted(capsys, tmp_path, "root_usage")
    assert (status, states, findings) == (0, {"root_usage": "holds"}, [])
