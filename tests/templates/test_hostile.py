"""Files in which anything may stand anywhere: judged, or refused with a place; never an error of the program."""

import contextlib
import json
import random
from pathlib import Path

import pytest

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.lint.findings import findings_of
from prowler_cis_monitoring.lint.judging import Request, judge_files
from prowler_cis_monitoring.templates.declared import Place
from prowler_cis_monitoring.templates.files import read_files
from prowler_cis_monitoring.templates.reading import read_value
from prowler_cis_monitoring.templates.values import TemplateError, plain
from tests.lint.templates import GOOD

PLANS = Path(__file__).parent / "plans"
JUNK = (None, True, 0, -1, 1.5, "", "x", "\u202e\x1b", [], [1], ["x"], {}, {"a": 1}, {"Ref": "Alarm"}, [[]], [None])
DOCUMENTS = {
    "template": plain(read_value(GOOD, "good.yaml")),
    **{path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(PLANS.glob("*.json"))},
}


def places(value, found=()):
    """Every place in a document, as the containers and keys that lead to it."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from places(value[key], found)


def spoilt(dice, document):
    changed = json.loads(json.dumps(document))
    for _ in range(dice.randint(1, 3)):
        holder, key = dice.choice(list(places(changed)))
        holder[key] = dice.choice(JUNK)
    return changed


def judge(folder, document):
    path = folder / "template.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with contextlib.suppress(TemplateError):
        files = read_files([path], Place(), None)
        report = judge_files(files, Request(controls=(CONTROLS["root_usage"],)))
        findings_of(report, [str(path)], absent_fails=False)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_junk_anywhere_is_judged_or_refused(name, tmp_path):
    dice = random.Random(name)
    for _ in range(25):
        judge(tmp_path, spoilt(dice, DOCUMENTS[name]))


@pytest.mark.parametrize(
    "document",
    [
        {
            "resources": [1, {"type": 3}, {"address": None, "type": "aws_sns_topic", "values": [1]}],
            "child_modules": [1],
        },
        {"resources": 1, "child_modules": {"a": 1}},
        [],
    ],
    ids=["elements", "containers", "root"],
)
def test_a_plan_of_junk_holds_nothing(document, tmp_path):
    judge(tmp_path, {"format_version": "1.2", "planned_values": {"root_module": document}, "resource_changes": [1]})


def test_references_of_junk_lead_nowhere(tmp_path):
    plan = json.loads((PLANS / "references.json").read_text(encoding="utf-8"))
    for module in plan["configuration"]["root_module"]["module_calls"].values():
        for expression in module["expressions"].values():
            expression["references"] = 5
    judge(tmp_path, plan)


def test_tabs_are_named():
    with pytest.raises(TemplateError, match=r"tab\.yaml:2: no YAML: a tab stands where YAML wants blanks"):
        read_value("Resources:\n\tTopic: {}\n", "tab.yaml")


def test_outside_names_that_may_be_very_many_metrics_are_refused(tmp_path):
    """Each filter may be on each log group, and publish each metric that an alarm reads."""
    made = {"Parameters": {"P": {"Type": "String"}}, "Resources": {}}
    for number in range(80):
        transformation = {"MetricName": {"Ref": "P"}, "MetricNamespace": "n", "MetricValue": "1"}
        made["Resources"][f"F{number}"] = {
            "Type": "AWS::Logs::MetricFilter",
            "Properties": {"LogGroupName": "g", "FilterPattern": "", "MetricTransformations": [transformation]},
        }
        made["Resources"][f"A{number}"] = {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {"Namespace": "n", "MetricName": f"m{number}"},
        }
    path = tmp_path / "template.json"
    path.write_text(json.dumps(made), encoding="utf-8")
    files = read_files([path], Place(), None)
    with pytest.raises(TemplateError, match="outside names may make more than 5,000 metric filters"):
        judge_files(files, Request(controls=(CONTROLS["root_usage"],)))
