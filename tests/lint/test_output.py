"""The forms in which lint tells what it found: SARIF and JSON against their schemas, text, GitHub annotations."""

import json
from pathlib import Path

import jsonschema
import pytest

from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.schemas import FOLDER
from tests.lint.templates import GOOD, written

SARIF = json.loads((Path(__file__).parent / "sarif.schema.json").read_text(encoding="utf-8"))
PLAN = Path(__file__).parents[1] / "templates" / "plans" / "alarms.json"
EVIL = "\u202e\x1b[31m\n::error::;%0A<b>"
BAD = GOOD.replace("Threshold: 1", "Threshold: 5").replace("IsLogging: true", "IsLogging: !Ref Email")
KINDS = {
    "good": GOOD,
    "broken": BAD,
    "outside": GOOD.replace("Threshold: 1", "Threshold: !Ref Email"),
    "rejected": GOOD.replace("'{ $.userIdentity", "'{ $.userIdentity ="),
    "hostile": BAD.replace(
        "  Alarm:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n",
        json.dumps(f"Alarm {EVIL}").join(
            ("  ", ":\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n      AlarmName: " + json.dumps(EVIL) + "\n")
        ),
    ),
}


def told(capsys, form, *arguments):
    main(["lint", *map(str, arguments), "--format", form])
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("everything", [[], ["--all"]], ids=["", "all"])
def test_sarif_is_what_its_standard_and_code_scanning_want(kind, everything, tmp_path, capsys):
    log = json.loads(told(capsys, "sarif", written(tmp_path, KINDS[kind]), PLAN, *everything))
    jsonschema.Draft202012Validator(SARIF).validate(log)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [result["ruleId"] for result in run["results"]]
    prints = [result["partialFingerprints"]["cisMonitoring/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)
    for result in run["results"]:
        level = result["properties"]["level"]
        assert result["level"] == {"broken": "error", "depends": "warning", "absent": "note"}[level]


def test_what_is_said_of_a_plan_names_the_resource_by_its_address(capsys):
    log = json.loads(told(capsys, "sarif", PLAN, "--control", "vpc_changes"))
    (result,) = log["runs"][0]["results"]
    address = 'module.alarms["vpc"].aws_cloudwatch_log_metric_filter.this'
    assert result["message"]["text"].startswith(f"{address}: ")
    assert result["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": address, "kind": "resource"}]


def fingerprints(capsys, *arguments):
    return {
        (found["rule"], found["resource"]): found["fingerprint"]
        for found in json.loads(told(capsys, "json", *arguments))["findings"]
    }


def test_fingerprints_stay_when_lines_move_and_messages_change(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = fingerprints(capsys, written(tmp_path, BAD).name)
    moved = BAD.replace("Resources:\n", "# A comment.\n\n\nResources:\n").replace("Threshold: 5", "Threshold: 6")
    assert fingerprints(capsys, written(tmp_path, moved).name) == before
    renamed = BAD.replace("  Alarm:", "  OtherAlarm:")
    after = fingerprints(capsys, written(tmp_path, renamed).name)
    rule = "alarm-threshold-out-of-reach"
    assert after[rule, "OtherAlarm"] != before[rule, "Alarm"]


def closed(content):
    for part in [content, *content.get("$defs", {}).values()]:
        if "properties" in part:
            part["additionalProperties"] = False
    return content


@pytest.mark.parametrize("kind", KINDS)
def test_json_is_what_its_schema_says(kind, tmp_path, capsys):
    schema = closed(json.loads((FOLDER / "lint.schema.json").read_text(encoding="utf-8")))
    said = json.loads(told(capsys, "json", written(tmp_path, KINDS[kind]), PLAN))
    jsonschema.validate(said, schema)
    assert said["schema_version"] == 1


@pytest.mark.parametrize("form", ["text", "github", "sarif", "json", "map", "svg", "mermaid"])
def test_no_form_lets_foreign_text_speak_for_it(form, tmp_path, capsys):
    said = told(capsys, form, written(tmp_path, KINDS["hostile"]), "--control", "root_usage")
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert not [line for line in said.splitlines() if line.startswith("::error::")]


def test_github_annotations_have_their_place_and_level(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = told(capsys, "github", written(tmp_path, BAD).name, "--control", "root_usage", "vpc_changes")
    lines = said.splitlines()
    line = next(number for number, text in enumerate(BAD.splitlines(), 1) if "Threshold: 5" in text)
    assert f"::error file=template.yaml,line={line},col=18,title=alarm-threshold-out-of-reach::" in said
    assert any(line.startswith("::notice file=template.yaml,title=vpc_changes::") for line in lines)
    assert lines[-2].startswith("As far as these files go")
