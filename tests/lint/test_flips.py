"""One property flipped in a good template: that link is named, at that line, in YAML and in JSON."""

import json

import pytest

from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.templates.reading import read_value
from prowler_cis_monitoring.templates.values import plain
from tests.lint.templates import GOOD, written

POLICY = """\
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument: {Statement: [{Effect: Deny, Principal: "*", Action: "*", Resource: "*"}]}
"""
KEY = """\
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:root"}, Action: "kms:*", Resource: "*"}]
"""
COMPOSITE = """\
  Composite:
    Type: AWS::CloudWatch::CompositeAlarm
    Properties:
      AlarmName: composite
      AlarmRule: %s
      AlarmActions: [!Ref Topic]
"""
QUIET = ("      AlarmActions: [!Ref Topic]\n", "      AlarmName: quiet\n")
ALARM = "      EvaluationPeriods: 1\n"
# The rule, what is written instead of what, and the resource and property that are named.
FLIPS = [
    ("trail-single-region", [("IsMultiRegionTrail: true", "IsMultiRegionTrail: false")], "Trail", "IsMultiRegionTrail"),
    (
        "trail-without-global-events",
        [("IsMultiRegionTrail: true", "IsMultiRegionTrail: false\n      IncludeGlobalServiceEvents: false")],
        "Trail",
        "IsMultiRegionTrail",
    ),
    ("trail-not-logging", [("IsLogging: true", "IsLogging: false")], "Trail", "IsLogging"),
    ("trail-without-role", [("      CloudWatchLogsRoleArn: !GetAtt Role.Arn\n", "")], "Trail", ""),
    (
        "trail-no-management-events",
        [
            (
                "      IsLogging: true\n",
                "      IsLogging: true\n      EventSelectors: [{IncludeManagementEvents: false}]\n",
            )
        ],
        "Trail",
        "EventSelectors",
    ),
    (
        "log-group-class",
        [
            (
                "    Type: AWS::Logs::LogGroup\n",
                "    Type: AWS::Logs::LogGroup\n    Properties: {LogGroupClass: DELIVERY}\n",
            )
        ],
        "Group",
        "LogGroupClass",
    ),
    ("filter-gap", [('type = "Root" &&', 'type = "Root" && $.awsRegion = us-east-1 &&')], "Filter", "FilterPattern"),
    ("pattern-rejected", [('type = "Root" &&', "type = &&")], "Filter", "FilterPattern"),
    ("alarm-threshold-out-of-reach", [("Threshold: 1", "Threshold: 5")], "Alarm", "Threshold"),
    ("alarm-actions-disabled", [(ALARM, f"{ALARM}      ActionsEnabled: false\n")], "Alarm", "ActionsEnabled"),
    ("alarm-without-actions", [("      AlarmActions: [!Ref Topic]\n", "")], "Alarm", ""),
    (
        "alarm-action-not-a-topic",
        [("[!Ref Topic]", '["arn:aws:automate:us-east-1:ec2:stop"]')],
        "Alarm",
        "AlarmActions",
    ),
    (
        "alarm-on-unpublished-metric",
        [("MetricName: RootUsage\n      Names", "MetricName: Root\n      Names")],
        "Alarm",
        "MetricName",
    ),
    ("alarm-on-unpublished-metric", [('!Join ["/", [!Ref Prefix, CIS]]', "Other")], "Alarm", "Namespace"),
    ("alarm-unit", [(ALARM, f"{ALARM}      Unit: Bytes\n")], "Alarm", "Unit"),
    ("alarm-needs-more-datapoints", [("EvaluationPeriods: 1", "EvaluationPeriods: 3")], "Alarm", "EvaluationPeriods"),
    (
        "topic-key-of-aws",
        [("      Subscription:", "      KmsMasterKeyId: alias/aws/sns\n      Subscription:")],
        "Topic",
        "KmsMasterKeyId",
    ),
    (
        "topic-key",
        [
            ("      Subscription:", "      KmsMasterKeyId: !Ref Key\n      Subscription:"),
            ("Resources:\n", f"Resources:\n{KEY}"),
        ],
        "Topic",
        "KmsMasterKeyId",
    ),
    ("topic-refuses-cloudwatch", [("Resources:\n", f"Resources:\n{POLICY}")], "Policy", "PolicyDocument"),
    (
        "topic-without-subscriptions",
        [("      Subscription:\n        - {Protocol: email, Endpoint: !Ref Email}\n", "      DisplayName: alerts\n")],
        "Topic",
        "",
    ),
    ("topic-is-fifo", [("      Subscription:", "      FifoTopic: true\n      Subscription:")], "Topic", "FifoTopic"),
    (
        "composite-",
        [QUIET, ("  Topic:\n", COMPOSITE % "ALARM(quiet) AND ALARM(other)" + "  Topic:\n")],
        "Composite",
        "AlarmRule",
    ),
]


def flipped(changes):
    text = GOOD
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    return text


def findings(capsys, path):
    main(["lint", str(path), "--control", "root_usage", "--format", "json"])
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)["findings"]


@pytest.mark.parametrize("form", ["yaml", "json"])
@pytest.mark.parametrize("flip", FLIPS, ids=lambda flip: flip[0])
def test_one_flip_is_told_of_its_link_at_its_line(flip, form, tmp_path, capsys):
    rule, changes, resource, name = flip
    text = flipped(changes)
    if form == "json":
        text = json.dumps(plain(read_value(text, "template")), indent=2)
    found = findings(capsys, written(tmp_path, text, f"template.{form}"))
    # Of a filter whose metric no alarm reads both sides are told.
    beside = ["no-alarm"] if rule == "alarm-on-unpublished-metric" else []
    assert [one["rule"] for one in found if not one["rule"].startswith(rule)] == beside
    (own,) = [one for one in found if one["rule"] not in beside]
    assert (own["resource"], own["property"]) == (resource, name)
    line = text.splitlines()[own["line"] - 1].strip()
    assert line.strip('"').startswith(name or resource) or f"{{{name}" in line, line
