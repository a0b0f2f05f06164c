"""EventBridge rules beside a broken alert path."""

import json

import boto3
import pytest

from prowler_cis_monitoring.demo.blueprint import ACCOUNT, LOG_GROUP, REGION, TOPIC_ARN, healthy_path
from prowler_cis_monitoring.services.events.events_service import MOST_RULES
from prowler_cis_monitoring.services.path_service import forget
from tests.findings import finding_of
from tests.stand_in_provider import StandInProvider

ALL = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
ROOT = {"detail": {"userIdentity": {"type": ["Root"]}}}
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": TOPIC_ARN,
            }
        ],
    }
)


def rule(pattern=ROOT, state=ALL, target=TOPIC_ARN, region=REGION, name="root-rule"):
    events = boto3.client("events", region_name=region)
    events.put_rule(Name=name, EventPattern=json.dumps(pattern), State=state)
    if target:
        events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": target}])


@pytest.fixture
def broken(provider):
    """Nobody is told by alarm; the topic takes what EventBridge publishes."""
    provider._enabled_regions = {REGION}
    provider.identity.audited_regions = {REGION}
    healthy_path().changed(alarm={"ActionsEnabled": False}, topic={"Policy": POLICY}).build(boto3.Session())
    return provider


def accepting(provider, value):
    provider.audit_config = {"cis_monitoring": {"accept_alternatives": value}}


@pytest.mark.parametrize(
    ("accept", "status", "words"),
    [
        ("named", "FAIL", "does not count: rule root-rule"),
        ("manual", "MANUAL", "does not count: rule root-rule"),
        ("pass", "PASS", "by EventBridge"),
    ],
)
def test_rule_that_covers_the_control_counts_as_the_user_says(accept, status, words, broken):
    rule()
    accepting(broken, accept)
    finding = finding_of()
    assert (finding.status, words in finding.status_extended) == (status, True), finding.status_extended
    assert "1 confirmed subscription (email)" in finding.status_extended
    by_alarms = "By alarms alone it would be FAIL" if status == "PASS" else "ActionsEnabled is false"
    assert by_alarms in finding.status_extended


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": "ENABLED"}, "not certain"),
        ({"pattern": {"source": ["aws.iam"], **ROOT}}, "not certain"),
        ({"pattern": {"detail-type": ["AWS API Call via CloudTrail"], **ROOT}}, "not certain"),
        ({"target": None}, "it has no target"),
        ({"target": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:page"}, "look whether that target tells somebody"),
        ({"target": f"{TOPIC_ARN}-gone"}, "does not exist"),
        (
            {"pattern": {"detail": {"userIdentity": {"type": ["Root"]}, "sourceIPAddress": [{"cidr": "10.0.0.0/8"}]}}},
            "cidr",
        ),
    ],
)
def test_rule_that_does_not_cover_the_control_is_named_and_never_counts(changes, words, broken):
    rule(**changes)
    accepting(broken, "pass")
    finding = finding_of()
    # What a function does cannot be seen: where rules count, that leaves the control open.
    status = "MANUAL" if ":lambda:" in str(changes.get("target")) else "FAIL"
    assert (finding.status, words in finding.status_extended) == (status, True), finding.status_extended


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "DISABLED"},
        {"pattern": {"detail": {"userIdentity": {"type": ["AssumedRole"]}}}},
        {"pattern": {"source": [{"prefix": "aws."}], "detail": {"eventSource": [{"exists": True}]}}},
    ],
)
def test_rule_that_hears_no_such_event_is_not_named(changes, broken):
    rule(**changes)
    finding = finding_of()
    assert finding.status == "FAIL"
    assert "EventBridge" not in finding.status_extended


def test_topic_that_refuses_eventbridge_is_said(broken):
    boto3.client("sns").set_topic_attributes(
        TopicArn=TOPIC_ARN,
        AttributeName="Policy",
        AttributeValue=POLICY.replace("events.amazonaws.com", "cloudwatch.amazonaws.com"),
    )
    rule()
    accepting(broken, "pass")
    finding = finding_of()
    assert finding.status == "FAIL"
    assert "does not let EventBridge publish" in finding.status_extended


def test_a_rule_is_needed_in_every_enabled_region(broken):
    rule()
    broken._enabled_regions = {REGION, "eu-west-1"}
    broken.identity.audited_regions = {REGION, "eu-west-1"}
    accepting(broken, "pass")
    assert finding_of().status == "FAIL"


def test_rules_in_every_region_cover_together(broken):
    topic = TOPIC_ARN.replace(REGION, "eu-west-1")
    sns = boto3.client("sns", region_name="eu-west-1")
    sns.create_topic(Name="security-alerts", Attributes={"Policy": POLICY.replace(TOPIC_ARN, topic)})
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="security@example.com")
    rule()
    rule(region="eu-west-1", target=topic)
    broken._enabled_regions = broken.identity.audited_regions = {REGION, "eu-west-1"}
    accepting(broken, "pass")
    assert finding_of().status == "PASS"


def test_regions_that_were_not_scanned_may_lack_a_rule(broken):
    rule()
    broken._enabled_regions = {REGION, "eu-west-1"}
    accepting(broken, "pass")
    finding = finding_of()
    assert finding.status == "FAIL"
    assert "root-rule" in finding.status_extended


def test_without_a_trail_eventbridge_hears_nothing(broken):
    rule()
    boto3.client("cloudtrail").stop_logging(Name="org-trail")
    accepting(broken, "pass")
    assert finding_of().status == "FAIL"


def test_rule_for_iam_policies_covers_calls(broken):
    calls = ["*Policy", "*PolicyVersion"]
    rule({
        "source": ["aws.iam"],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {"eventSource": ["iam.amazonaws.com"], "eventName": [{"wildcard": call} for call in calls]},
    }, state="ENABLED")  # fmt: skip
    accepting(broken, "pass")
    finding = finding_of("iam_policy_changes")
    assert finding.status == "PASS", finding.status_extended


def test_refused_listing_is_mentioned_and_asked_for_once(broken, failures):
    broken._enabled_regions = broken.identity.audited_regions = {REGION, "eu-west-1"}
    failures.refuse("ListRules")
    finding = finding_of()
    assert finding.status == "FAIL"
    assert "events:ListRules gave AccessDeniedException" in finding.status_extended
    assert [operation for _, operation, _ in failures.calls].count("ListRules") == 1


def test_healthy_account_is_not_asked_for_alternatives(provider, failures):
    healthy_path().build(boto3.Session())
    assert finding_of().status == "PASS"
    assert not {"ListRules", "ListLinks"} & {operation for _, operation, _ in failures.calls}


def test_unknown_provider_regions_are_never_all(provider):
    healthy_path().changed(alarm={"ActionsEnabled": False}, topic={"Policy": POLICY}).build(boto3.Session())
    rule()
    accepting(provider, "pass")
    assert isinstance(provider, StandInProvider)
    assert finding_of().status == "FAIL"


def shared(failures, *kinds):
    sink = f"arn:aws:oam:{REGION}:999999999999:sink/abcd"
    failures.answer("ListLinks", {"Items": [{"SinkArn": sink, "Label": "central", "ResourceTypes": list(kinds)}]})


def test_link_to_a_monitoring_account_is_named(broken, failures):
    shared(failures, "AWS::Logs::LogGroup")
    finding = finding_of()
    assert finding.status == "FAIL"
    assert "shares its log groups with monitoring account 999999999999" in finding.status_extended


def test_metrics_that_another_account_sees_may_have_their_alarm_there(provider, failures):
    healthy_path().changed(alarm=None).build(boto3.Session())
    assert finding_of().status == "FAIL"
    forget(provider)
    shared(failures, "AWS::CloudWatch::Metric")
    finding = finding_of()
    assert finding.status == "MANUAL", finding.status_extended
    assert "shares its metrics with monitoring account 999999999999" in finding.status_extended


def test_subscription_filters_of_the_trails_log_group_are_named(broken):
    boto3.client("kinesis").create_stream(StreamName="to-siem", ShardCount=1)
    stream = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/to-siem"
    boto3.client("logs").put_subscription_filter(
        logGroupName=LOG_GROUP, filterName="siem", filterPattern="", destinationArn=stream
    )
    finding = finding_of()
    assert finding.status == "FAIL"
    assert f"siem on log group CloudTrail/logs to {stream}" in finding.status_extended


def test_refused_listing_of_subscription_filters_is_mentioned(broken, failures):
    failures.refuse("DescribeSubscriptionFilters")
    assert "logs:DescribeSubscriptionFilters gave AccessDeniedException" in finding_of().status_extended


ON_ALARMS = {"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"]}


@pytest.mark.parametrize(("accept", "status"), [("named", "FAIL"), ("manual", "MANUAL"), ("pass", "PASS")])
def test_rule_on_alarm_state_changes_counts_as_the_user_says(accept, status, broken):
    rule(ON_ALARMS, "ENABLED")
    accepting(broken, accept)
    finding = finding_of()
    assert finding.status == status, finding.status_extended
    assert "alarm root-usage → rule root-rule → topic security-alerts → 1 confirmed" in finding.status_extended


def test_rules_are_asked_for_targets_within_a_bound(broken, failures):
    for number in range(MOST_RULES + 20):
        rule({**ROOT, "source": [f"aws.x{number}"]}, name=f"rule-{number:03}", target=None)
    finding = finding_of()
    assert [operation for _, operation, _ in failures.calls].count("ListTargetsByRule") == MOST_RULES
    assert "targets of 100 of 120 rules" in finding.status_extended


def test_refused_listing_of_links_is_mentioned(broken, failures):
    failures.refuse("ListLinks")
    assert "oam:ListLinks gave AccessDeniedException" in finding_of().status_extended
