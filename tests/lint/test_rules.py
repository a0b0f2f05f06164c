"""The rules of single resources: each with the template that breaks it, its place, its page and its documentation."""

import json

import pytest

from prowler_cis_monitoring.alert_path.rules import RULES
from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.rule import lint_page
from prowler_cis_monitoring.templates.rules import TEMPLATE_RULES
from tests.lint.templates import GOOD, written
from tests.root import ROOT

PATTERN = GOOD[GOOD.index("'{ $.userIdentity") : GOOD.index("      MetricTransformations")].rstrip()
TRANSFORMATION = GOOD[GOOD.index("        - MetricName: RootUsage") : GOOD.index("  Alarm:")]
POLICY = """\
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: "sns:Publish", Resource: "*"}
"""
# What is written instead of what, the text whose line is meant, and the property.
BROKEN = {
    "pattern-rejected": ((PATTERN, "'{ $.a = }'"), "'{ $.a = }'", "FilterPattern"),
    "pattern-too-long": ((PATTERN, f"'{{ $.a = {'x' * 1020} }}'"), "xxxx", "FilterPattern"),
    "several-transformations": (
        (TRANSFORMATION, TRANSFORMATION * 2),
        "      MetricTransformations:",
        "MetricTransformations",
    ),
    "default-with-dimensions": (
        (
            TRANSFORMATION,
            f"{TRANSFORMATION}          DefaultValue: 0\n          Dimensions: [{{Key: a, Value: $.a}}]\n",
        ),
        "DefaultValue: 0",
        "DefaultValue",
    ),
    "filter-on-infrequent-access": (
        (
            "    Type: AWS::Logs::LogGroup\n",
            "    Type: AWS::Logs::LogGroup\n    Properties: {LogGroupClass: INFREQUENT_ACCESS}\n",
        ),
        "LogGroupName: !Ref Group",
        "LogGroupName",
    ),
    "alarm-on-unpublished-metric": (
        ("  MetricName: RootUsage\n      Namespace", "  MetricName: RootUse\n      Namespace"),
        "MetricName: RootUse\n",
        "MetricName",
    ),
    "alarm-without-action": (("      AlarmActions: [!Ref Topic]\n", ""), "  Alarm:", "AlarmActions"),
    "topic-policy-replaces-default": (
        ("Resources:\n", f"Resources:\n{POLICY}"),
        "      PolicyDocument:",
        "PolicyDocument",
    ),
    "topic-with-key-of-aws": (
        ("      Subscription:", "      KmsMasterKeyId: alias/aws/sns\n      Subscription:"),
        "KmsMasterKeyId",
        "KmsMasterKeyId",
    ),
    "outside-value": (("Threshold: 1", "Threshold: !Ref Email"), "Threshold:", "Threshold"),
}


def told(capsys, path, control):
    status = main(["lint", str(path), "--control", control, "--format", "json"])
    out, err = capsys.readouterr()
    assert err == ""
    return status, json.loads(out)["findings"]


def template_of(rule):
    (before, after), marked, _ = BROKEN[rule]
    text = GOOD.replace(before, after)
    assert text != GOOD
    return text, next(number for number, line in enumerate(text.splitlines(keepends=True), 1) if marked in line)


def test_every_rule_has_a_template_that_breaks_it():
    assert BROKEN.keys() == TEMPLATE_RULES.keys()
    assert not TEMPLATE_RULES.keys() & RULES.keys()


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_is_told_where_it_is_broken(rule, tmp_path, capsys):
    text, line = template_of(rule)
    # Of a control that the files do try, the value on which it depends is told.
    control = "root_usage" if rule == "outside-value" else "vpc_changes"
    status, findings = told(capsys, written(tmp_path, text), control)
    (found,) = [found for found in findings if found["rule"] == rule]
    assert (found["line"], found["property"]) == (line, "" if rule == "alarm-without-action" else BROKEN[rule][2])
    assert found["level"] == ("broken" if TEMPLATE_RULES[rule].certain else "depends")
    assert status == (3 if TEMPLATE_RULES[rule].certain else 0)


@pytest.mark.parametrize("rule", [rule for rule in BROKEN if TEMPLATE_RULES[rule].also])
def test_what_a_controls_finding_says_already_is_not_said_twice(rule, tmp_path, capsys):
    text, _ = template_of(rule)
    _, findings = told(capsys, written(tmp_path, text), "root_usage")
    rules = [found["rule"] for found in findings]
    both = [one for one in rules if one == rule or one.startswith(TEMPLATE_RULES[rule].also)]
    assert len(both) == 1, rules
    assert len(set(rules)) == len(rules)


@pytest.mark.parametrize(
    "written_as",
    [
        "'{ $.a = }'",
        '"{ $.a = }"',
        "!Sub '{ $.a = }'",
        "'{ $.b = ''x'' && $.a = }'",
        '"{ $.b = \\"x\\" && $.a = }"',
    ],
)
def test_the_column_of_a_rejected_pattern_is_marked(written_as, tmp_path, capsys):
    text = GOOD.replace(PATTERN, written_as)
    main(["lint", str(written(tmp_path, text)), "--control", "vpc_changes"])
    shown = capsys.readouterr().out.splitlines()
    at = next(number for number, told in enumerate(shown) if "FilterPattern: " in told)
    # Where a value is expected; of single quotation marks the pattern itself has none.
    wanted = "''x''" if "''" in written_as else "= }"
    assert shown[at + 1].index("^") == shown[at].index(wanted) + (0 if "''" in written_as else 2)


def test_of_a_block_the_property_is_marked(tmp_path, capsys):
    text = GOOD.replace(PATTERN, "|\n        { $.a = }")
    main(["lint", str(written(tmp_path, text)), "--control", "vpc_changes"])
    shown = capsys.readouterr().out.splitlines()
    at = next(number for number, told in enumerate(shown) if "FilterPattern: " in told)
    assert shown[at + 1].index("^") == shown[at].index("|", shown[at].index("Pattern"))


@pytest.mark.parametrize("rule", TEMPLATE_RULES)
def test_a_rule_has_a_page(rule, capsys):
    assert main(["rule", rule]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{rule}\n")
    assert TEMPLATE_RULES[rule].remedy.replace("`", "") in said
    assert lint_page(TEMPLATE_RULES[rule]) in (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert f"[`{rule}`](rules.md#{rule})" in (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")


def test_a_rule_is_listed_and_near_names_are_found(capsys):
    main(["rule"])
    assert "template:" in capsys.readouterr().out
    assert main(["rule", "pattern-rejectd"]) == 2
    assert "did you mean pattern-rejected" in capsys.readouterr().err


def test_a_control_that_is_not_there_stands_on_no_line(tmp_path, capsys):
    other = written(tmp_path, "Resources: {Group: {Type: 'AWS::Logs::LogGroup'}}\n", "a.yaml")
    path = written(tmp_path, GOOD, "b.yaml")
    main(["lint", str(other), str(path), "--control", "vpc_changes", "--format", "json"])
    (found,) = json.loads(capsys.readouterr().out)["findings"]
    assert (found["file"], found["line"], found["column"]) == (str(path), None, None)


def test_good_templates_break_no_rule(tmp_path, capsys):
    assert told(capsys, written(tmp_path, GOOD), "root_usage") == (0, [])
