"""`cis-monitoring explain`: where its patterns come from, and what its exit status says of them."""

import io
import json
import sys

import pytest

from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.controls import CONTROLS

VPC = CONTROLS["vpc_changes"].suggested_pattern
ROOT_USER = CONTROLS["root_usage"].suggested_pattern
TERRAFORM = f"""\
resource "aws_cloudwatch_log_metric_filter" "root" {{
  name           = "root"
  pattern        = {json.dumps(ROOT_USER)}
  log_group_name = var.group
}}
resource "aws_cloudwatch_log_metric_filter" "vpc" {{
  name    = "vpc"
  pattern = <<PATTERN
{VPC}
PATTERN
}}
resource "aws_cloudwatch_log_metric_filter" "elsewhere" {{
  pattern = local.pattern
}}
resource "aws_sns_topic" "alerts" {{
  name = "alerts"
}}
"""
CLOUDFORMATION = f"""\
Resources:
  Root:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: trail
      FilterPattern: '{ROOT_USER}'
      MetricTransformations:
        - {{MetricNamespace: CIS, MetricName: root, MetricValue: "1"}}
  Vpc:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: trail
      FilterPattern: '{VPC}'
      MetricTransformations:
        - {{MetricNamespace: CIS, MetricName: vpc, MetricValue: "1"}}
"""
PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.9.0",
    "planned_values": {
        "root_module": {
            "resources": [
                {
                    "address": f"aws_cloudwatch_log_metric_filter.{name}",
                    "mode": "managed",
                    "type": "aws_cloudwatch_log_metric_filter",
                    "name": name,
                    "values": {
                        "name": name,
                        "pattern": pattern,
                        "log_group_name": "trail",
                        "metric_transformation": [{"namespace": "CIS", "name": name, "value": "1"}],
                    },
                }
                for name, pattern in (("root", ROOT_USER), ("vpc", VPC))
            ]
        }
    },
}
ANSWER = {"metricFilters": [{"filterName": "r", "filterPattern": ROOT_USER}, {"filterName": "v", "filterPattern": VPC}]}
FILES = {
    "main.tf": TERRAFORM,
    "template.yaml": CLOUDFORMATION,
    "plan.json": json.dumps(PLAN),
    "answer.json": json.dumps(ANSWER),
    "patterns.txt": f"{ROOT_USER}\n\n{VPC}\n",
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_decided_for_all_controls(name, tmp_path, capsys):
    (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    assert main(["explain", "--file", str(tmp_path / name), "--json"]) == 1
    found = {one["control"]: one for one in json.loads(capsys.readouterr().out)["explanations"]}
    assert [slug for slug, one in found.items() if one["verdict"] == "covered"] == ["root_usage", "vpc_changes"]
    assert name in found["vpc_changes"]["places"][0]
    assert found["iam_policy_changes"]["patterns"] == []


@pytest.mark.parametrize("name", FILES)
def test_a_control_of_a_file_is_decided_by_the_pattern_that_is_enough(name, tmp_path, capsys):
    (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    assert main(["explain", "5.14", "--file", str(tmp_path / name)]) == 0
    assert capsys.readouterr().out.startswith("Covered: every event that vpc_changes asks for")


def test_a_pattern_that_a_file_does_not_tell_is_named(tmp_path, capsys):
    (tmp_path / "main.tf").write_text(TERRAFORM, encoding="utf-8")
    main(["explain", "root_usage", "--file", str(tmp_path / "main.tf")])
    assert "aws_cloudwatch_log_metric_filter.elsewhere: is left out" in capsys.readouterr().err


def test_more_patterns_than_are_explained_together_are_refused(tmp_path, capsys):
    path = tmp_path / "many.txt"
    path.write_text("x\n" * 1334)
    assert main(["explain", "--file", str(path)]) == 2
    assert "1,334 patterns are more than the 1,333 that are explained together; name one" in capsys.readouterr().err


def test_patterns_of_standard_input_are_one_a_line(capsys, monkeypatch):
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{ $.eventName = CreateVpc }\n{ $.eventName = *Vpc* }\n"))
    )
    assert main(["explain", "vpc_changes", "-", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["places"] == ["standard input, line 1", "standard input, line 2"]


@pytest.mark.parametrize(
    ("pattern", "status", "says"),
    [
        (VPC, 0, "Covered: "),
        ("{ $.eventName = *Vpc* || $.eventName = *ClassicLink* }", 1, "Always on: "),
        ("{ $.eventName = CreateVpc }", 1, "Gap: "),
    ],
)
def test_a_pattern_that_is_always_on_is_not_well(pattern, status, says, capsys):
    assert main(["explain", "vpc_changes", pattern]) == status
    assert capsys.readouterr().out.startswith(says)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("main.tf", "resource {", "no valid Terraform"),
        ("main.tf", 'resource "aws_sns_topic" "a" {\n}\n', "holds no metric filter"),
        ("a.yaml", "just: text\n", "a.yaml"),
        ("deep.json", '{"metricFilters": ' + "[" * 100_000, "deep.json"),
        ("a.json", "[]", "a.json"),
        ("a.txt", "\n", "holds no metric filter"),
        ("a.txt", "{ $.a == b }\n", "a.txt, line 1 is invalid: column"),
        ("a.txt", None, "No such file"),
        ("a.txt", b"\xff\xfe\x00", "no text in UTF-8 (byte 1)"),
    ],
)
def test_a_file_without_patterns_is_refused_by_name(name, content, words, tmp_path, capsys):
    if content is not None:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert main(["explain", "root_usage", "--file", str(tmp_path / name)]) == 2
    assert words in capsys.readouterr().err


def test_the_suggested_patterns_of_all_controls_cover_all_controls(tmp_path, capsys):
    lines = "\n".join(control.suggested_pattern for control in CONTROLS.values())
    (tmp_path / "all.txt").write_text(lines, encoding="utf-8")
    assert main(["explain", "--file", str(tmp_path / "all.txt")]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in told] == [["covered", slug] for slug in CONTROLS]


def test_the_list_is_of_controls(capsys):
    for command in ("explain", "scan", "control"):
        assert main([command, "--list"]) == 0
        assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == list(CONTROLS)


def test_of_many_everyday_events_some_are_named_and_the_others_counted(capsys):
    assert main(["explain", "vpc_changes", "{ $.eventName = * }"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert main(["explain", "vpc_changes", "{ $.eventName = * }", "--json"]) == 1
    everyday = json.loads(capsys.readouterr().out)["everyday_events"]
    assert told[-9:-1] == [f"  {name}" for name in everyday[:8]]
    assert told[-1] == f"  and {len(everyday) - 8} more, which --json lists"
