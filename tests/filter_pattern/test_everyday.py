import re

import pytest

from prowler_cis_monitoring.filter_pattern import EVERYDAY_EVENTS, parse

EVENT_NAMES = {
    "iam": "DeleteGroupPolicy DeleteRolePolicy PutUserPolicy CreatePolicy AttachRolePolicy DetachGroupPolicy",
    "cloudtrail": "CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging",
    "kms": "DisableKey ScheduleKeyDeletion",
    "s3": "PutBucketAcl PutBucketPolicy PutBucketCors DeleteBucketPolicy DeleteBucketLifecycle",
    "config": "StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel PutConfigurationRecorder",
    "ec2": "AuthorizeSecurityGroupIngress CreateNetworkAcl AttachInternetGateway CreateRoute CreateVpc",
    "organizations": "AcceptHandshake CreateAccount MoveAccount UpdatePolicy",
}
CONTROLS = [
    '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
    '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }',
    '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
    '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
    *("{ " + " || ".join(f"$.eventName = {name}" for name in names.split()) + " }" for names in EVENT_NAMES.values()),
]


@pytest.mark.parametrize("event", EVERYDAY_EVENTS, ids=lambda event: event.name)
def test_no_control_asks_for_an_everyday_event(event):
    assert not any(parse(control).matches(event.record) for control in CONTROLS)


@pytest.mark.parametrize("event", EVERYDAY_EVENTS, ids=lambda event: event.name)
def test_the_unauthorized_call_pattern_joined_by_or_matches_every_everyday_event(event):
    loose = parse(
        '{ $.errorCode = "*UnauthorizedOperation" || $.errorCode = "AccessDenied*"'
        ' || $.sourceIPAddress != "delivery.logs.amazonaws.com" || $.eventName != "HeadBucket" }'
    )
    assert loose.matches(event.record)


def test_everyday_events_are_successful_and_not_by_root():
    for event in EVERYDAY_EVENTS:
        assert "errorCode" not in event.record
        assert event.record["userIdentity"]["type"] != "Root"
        assert event.record["managementEvent"] is True


def test_everyday_events_have_different_names():
    assert len({event.name for event in EVERYDAY_EVENTS}) == len(EVERYDAY_EVENTS) > 10


@pytest.mark.parametrize("event", EVERYDAY_EVENTS, ids=lambda event: event.name)
def test_the_name_of_an_everyday_event_tells_its_call_and_its_caller(event):
    call, caller = event.record["eventName"], event.record["userIdentity"]["type"]
    identity = event.record["userIdentity"]
    by = (
        "function"
        if "LogStream" in call
        else "an assumed role"
        if "invokedBy" not in identity
        else "service|Config|Cloud"
    )
    assert event.name.startswith((f"{call} by ", f"{call} with ", "a service assuming a role"))
    assert re.search(by, event.name)
    assert caller == ("AWSService" if set(identity) == {"type", "invokedBy"} else "AssumedRole")


@pytest.mark.parametrize("event", EVERYDAY_EVENTS, ids=lambda event: event.name)
def test_only_calls_that_change_nothing_are_read_only(event):
    assert event.record["readOnly"] is (event.record["eventName"] != "CreateLogStream")


SERVICES = [
    "cloudtrail",
    "config",
    "ec2",
    "iam",
    "kms",
    "lambda",
    "logs",
    "organizations",
    "s3",
    "secretsmanager",
    "sts",
]


def members(node):
    for name, value in node.items():
        yield name, value
        if isinstance(value, dict):
            yield from members(value)


@pytest.mark.parametrize("event", EVERYDAY_EVENTS, ids=lambda event: event.name)
def test_everyday_events_look_like_records(event):
    for name, value in members(event.record):
        assert re.fullmatch("[a-z]+([A-Z][a-z]*|ID|IP)*", name)
        if name in ("arn", "roleArn"):
            assert re.fullmatch(r"arn:aws:(iam|sts)::[0-9]{12}:(assumed-)?role/[A-Za-z./-]+", value)
        if name in ("invokedBy", "eventSource"):
            assert value.removesuffix(".amazonaws.com") in SERVICES
    identity = event.record["userIdentity"]
    if event.record["eventName"] == "AssumeRole":
        session = event.record["requestParameters"]["roleSessionName"]
        assert event.record["responseElements"]["assumedRoleUser"]["arn"].endswith(f"/{session}")
    if "invokedBy" in identity:
        assert event.record["sourceIPAddress"] == event.record["userAgent"] == identity["invokedBy"]
    if "principalId" in identity:
        assert identity["arn"].rpartition("/")[2] == identity["principalId"].partition(":")[2]
        assert identity["principalId"].startswith("AROA")
