"""EventBridge rules of templates: alternatives, as in a scan."""

import json

import pytest

from prowler_cis_monitoring.cli import main
from tests.lint.templates import GOOD, written

RULE = """\
  Rule:
    Type: AWS::Events::Rule
    Properties:
      Name: network
      State: %(state)s
      EventPattern:
        source: [aws.ec2]
        detail-type: [AWS API Call via CloudTrail]
        detail: %(detail)s
      Targets: [{Id: topic, Arn: %(target)s}]
  Rules:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Heard]
      PolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: "sns:Publish", Resource: "*"}
  Heard:
    Type: AWS::SNS::Topic
    Properties: {Subscription: [{Protocol: email, Endpoint: a@example.com}]}
"""
EVERY = "{eventSource: [ec2.amazonaws.com]}"


def linted(capsys, tmp_path, text, *arguments):
    path = written(tmp_path, text)
    status = main(["lint", str(path), "--control", "vpc_changes", "--format", "json", *map(str, arguments)])
    out, err = capsys.readouterr()
    assert err == ""
    said = json.loads(out)
    return status, said["controls"][0]["state"], said["findings"]


def with_rule(state="ENABLED", detail=EVERY, target="!Ref Heard"):
    broken = GOOD.replace("Threshold: 1", "Threshold: 5")
    return broken.rstrip("\n") + "\n" + RULE % {"state": state, "detail": detail, "target": target}


def counting(tmp_path, how):
    settings = tmp_path / "settings.yaml"
    settings.write_text(f"aws:\n  cis_monitoring:\n    accept_alternatives: {how}\n", encoding="utf-8")
    return ("--config-file", settings)


def test_a_rule_of_the_same_files_is_named_and_changes_nothing(capsys, tmp_path):
    status, state, findings = linted(capsys, tmp_path, with_rule(), "--all")
    assert (status, state) == (3, "absent")
    assert "rule network → topic Heard → 1 confirmed subscription (email)" in findings[0]["also"][0]


@pytest.mark.parametrize("how", ["manual", "pass"])
def test_a_rule_that_counts_depends_on_other_regions(capsys, tmp_path, how):
    status, state, findings = linted(capsys, tmp_path, with_rule(), "--all", *counting(tmp_path, how))
    assert (status, state) == (0, "depends")
    assert "which EventBridge rules other Regions have is not in these files" in findings[0]["message"]


@pytest.mark.parametrize(
    "changes",
    [{"state": "DISABLED"}, {"detail": "{eventSource: [s3.amazonaws.com]}"}],
    ids=["disabled", "other events"],
)
def test_a_rule_that_hears_nothing_of_it_is_not_named(capsys, tmp_path, changes):
    status, state, findings = linted(capsys, tmp_path, with_rule(**changes), "--all")
    assert (status, state, findings[0]["also"]) == (3, "absent", [])


def test_a_rule_on_another_bus_hears_no_calls(capsys, tmp_path):
    text = with_rule().replace("Name: network", "Name: network\n      EventBusName: own")
    assert linted(capsys, tmp_path, text, "--all")[2][0]["also"] == []


def test_a_rule_whose_pattern_is_outside_leaves_open_what_counts(capsys, tmp_path):
    text = with_rule(detail="{eventSource: [!Ref Email]}")
    status, state, findings = linted(capsys, tmp_path, text, "--all", *counting(tmp_path, "pass"))
    assert (status, state) == (0, "depends")
    assert any("parameter Email has no default" in found["message"] for found in findings)


def test_an_alarm_without_action_of_which_a_rule_hears_tells_somebody(capsys, tmp_path):
    text = GOOD.replace("AlarmActions: [!Ref Topic]", "AlarmDescription: quiet")
    assert text != GOOD
    path = written(tmp_path, text)
    main(["lint", str(path), "--control", "root_usage"])
    assert "alarm-without-action" in capsys.readouterr().out
    heard = with_rule().replace("Threshold: 5", "Threshold: 1").replace(EVERY, "{state: {value: [ALARM]}}")
    heard = heard.replace("AlarmActions: [!Ref Topic]", "AlarmDescription: quiet")
    heard = heard.replace("[AWS API Call via CloudTrail]", "[CloudWatch Alarm State Change]").replace(
        "ec2]", "cloudwatch]"
    )
    main(["lint", str(written(tmp_path, heard)), "--control", "root_usage"])
    said = capsys.readouterr().out
    assert "alarm-without-action]" not in said
    assert "also: But EventBridge tells somebody of every such event" in said
