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
