import botocore.session
import pytest

from prowler_cis_monitoring.filter_pattern import FACTS
from prowler_cis_monitoring.filter_pattern.api_calls import calls
from prowler_cis_monitoring.filter_pattern.events import (
    ACCOUNT,
    BY_AWS,
    IDENTITIES,
    OTHERS,
    ROLE,
    ROOT,
    USER,
    record,
    templates,
)
from prowler_cis_monitoring.filter_pattern.plausibility import READING, REGIONS, RULES, WRITING, objection, partition_of
from tests.filter_pattern import generators

CALL = record("kms.amazonaws.com", "Decrypt", USER, readOnly=True)
SIGN_IN = templates()[0]
FAILED = {**SIGN_IN, "responseElements": {"ConsoleLogin": "Failure"}, "errorMessage": "Failed authentication"}
ISSUER = ROLE["sessionContext"]["sessionIssuer"]
ASSUMED_ROOT = {**ROOT, "sessionContext": {**ROLE["sessionContext"], "assumedRoot": "true"}}


def by(identity, **changes):
    return {"userIdentity": {**identity, **changes}}


def without_arn(identity):
    return {"userIdentity": {name: value for name, value in identity.items() if name != "arn"}}


def issued(**changes):
    return by(ROLE, sessionContext={**ROLE["sessionContext"], "sessionIssuer": {**ISSUER, **changes}})


@pytest.mark.parametrize("event", [*generators.RECORDS, *OTHERS])
def test_every_sample_record_is_plausible(event):
    assert [fact for fact in FACTS if not fact.allows(event)] == []
    assert objection(event) is None


@pytest.mark.parametrize("kind", sorted(IDENTITIES.keys() - {"SAMLUser", "WebIdentityUser"}))
def test_every_kind_of_caller_may_call(kind):
    assert objection({**CALL, "userIdentity": IDENTITIES[kind]}) is None


IMPLAUSIBLE = [
    (CALL, {"userAgent": ""}, "an empty text"),
    (CALL, {"userAgent": "curl\x1b[31m"}, "an empty text"),
    (CALL, by(USER, principalId=""), "an empty text"),
    (CALL, {"eventTime": "2026-02-30T10:15:30Z"}, "a time that does not exist"),
    (CALL, {"awsRegion": "x-x-0"}, "a Region that does not exist"),
    (CALL, {"sourceIPAddress": "10."}, "an address that does not exist"),
    (CALL, {"sourceIPAddress": "10.0.0.256"}, "an address that does not exist"),
    (CALL, {"sourceIPAddress": "0.0.0.0"}, "an address that does not exist"),
    (CALL, {"sourceIPAddress": "10.amazonaws.com"}, "an address that does not exist"),
    (CALL, {"eventSource": "x.amazonaws.com"}, "a service that does not exist"),
    (CALL, {"eventName": "Decryptx"}, "an event that does not exist"),
    (CALL, {"eventSource": "signin.amazonaws.com"}, "an event that its service does not have"),
    (CALL, {"eventSource": "iam.amazonaws.com"}, "an event that its service does not have"),
    (CALL, {"eventType": "AwsServiceEvent"}, "an event that its service does not have"),
    (CALL, {"eventType": "AwsConsoleSignIn"}, "an event that its service does not have"),
    (SIGN_IN, {"eventType": "AwsApiCall"}, "an event that its service does not have"),
    (BY_AWS, {"eventSource": "s3.amazonaws.com"}, "an event that its service does not have"),
    (BY_AWS, by(USER), "a service event by a caller"),
    (CALL, {"eventName": "DescribeKey", "readOnly": False}, "a reading call that writes, or the reverse"),
    (CALL, {"eventName": "CreateKey", "readOnly": True}, "a reading call that writes, or the reverse"),
    (CALL, {"errorCode": "AccessDeniedx"}, "an error that does not exist"),
    (CALL, {"errorCode": "xUnauthorizedOperation"}, "an error that does not exist"),
    (CALL, {"errorCode": "not a code"}, "an error that does not exist"),
    (CALL, {"errorCode": "Client.UnauthorizedOperation"}, "an error where there is none"),
    (CALL, {"errorMessage": "refused"}, "an error where there is none"),
    (FAILED, {"errorCode": "AccessDenied"}, "an error where there is none"),
    (BY_AWS, {"errorCode": "AccessDenied"}, "an error where there is none"),
    (SIGN_IN, {"errorMessage": "Failed authentication"}, "a sign-in whose outcome and message differ"),
    (SIGN_IN, {"responseElements": {"ConsoleLogin": "Failure"}}, "a sign-in whose outcome and message differ"),
    (SIGN_IN, {"sourceIPAddress": "AWS Internal"}, "a sign-in by what does not sign in"),
    (SIGN_IN, {"sourceIPAddress": "s3.amazonaws.com"}, "a sign-in by what does not sign in"),
    (SIGN_IN, by(ROOT, invokedBy="AWS Internal"), "a sign-in by what does not sign in"),
    (SIGN_IN, by(IDENTITIES["AWSService"]), "a sign-in by what does not sign in"),
    (
        CALL,
        by({name: value for name, value in USER.items() if name != "accountId"}),
        "a caller of whom too little is said",
    ),
    (CALL, by({name: value for name, value in USER.items() if name != "arn"}), "a caller of whom too little is said"),
    (CALL, by(ROOT, accountId="444455556666"), "a caller who is two identities"),
    (CALL, by(USER, userName="bob"), "a caller who is two identities"),
    (CALL, by(USER, arn=f"arn:aws:iam::{ACCOUNT}:user/bob"), "a caller who is two identities"),
    (CALL, by(USER, arn="alice"), "a caller who is two identities"),
    (CALL, by(ROLE, principalId="AROAEXAMPLE2ADMIN23K4:carol"), "a caller who is two identities"),
    (CALL, by(ROLE, arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/Build/bob"), "a caller who is two identities"),
    (CALL, issued(userName="Build"), "a caller who is two identities"),
    (CALL, issued(arn=f"arn:aws:iam::{ACCOUNT}:role/Build"), "a caller who is two identities"),
    (CALL, {"awsRegion": "cn-north-1"}, "a caller of another partition"),
    (CALL, by(USER, arn=f"arn:aws-us-gov:iam::{ACCOUNT}:user/alice"), "a caller of another partition"),
    (CALL, issued(arn=f"arn:aws-cn:iam::{ACCOUNT}:role/Admin"), "a caller of another partition"),
    (CALL, {"recipientAccountId": "444455556666"}, "a user of another account"),
    (CALL, by({**USER, "type": "Role"}), "a caller who is two identities"),
    (CALL, by(USER, sessionContext={"sessionIssuer": {"arn": ISSUER["arn"]}}), "an issuer of what is no session"),
    (CALL, by(ROOT, sessionContext={"sessionIssuer": {"userName": "Admin"}}), "an issuer of what is no session"),
    (CALL, by(IDENTITIES["Role"], sessionContext={"sessionIssuer": ISSUER}), "an issuer of what is no session"),
    (CALL, by(IDENTITIES["AWSAccount"], sessionContext={"sessionIssuer": ISSUER}), "an issuer of what is no session"),
    (CALL, by(IDENTITIES["FederatedUser"], sessionContext={"sessionIssuer": ISSUER}), "a caller who is two identities"),
    (CALL, by(IDENTITIES["FederatedUser"], principalId=f"{ACCOUNT}:dave"), "a caller who is two identities"),
    (CALL, by(ROOT, principalId="444455556666"), "a caller who is two identities"),
    (CALL, issued(principalId="AROAEXAMPLE2BUILD23K4"), "a caller who is two identities"),
    (CALL, issued(accountId="444455556666"), "a caller who is two identities"),
    (CALL, by(IDENTITIES["Unknown"], accountId="other"), "an account that does not exist"),
    (CALL, by(ROOT, sessionContext={"assumedRoot": "true"}), "a session that never began"),
    (CALL, by(IDENTITIES["Role"], principalId="AIDAEXAMPLE2ALICE23K4"), "an id of another kind"),
    (CALL, by(USER, principalId="AROAEXAMPLE2ADMIN23K4"), "an id of another kind"),
    (CALL, by(USER, principalId="AIDAEXAMPLE2ALICE23K4:alice"), "an id of another kind"),
    (CALL, by(IDENTITIES["Directory"], principalId="AROAEXAMPLE2ADMIN23K4:bob"), "an id of another kind"),
    (
        CALL,
        {"userIdentity": {**issued(principalId="x")["userIdentity"], "principalId": "x:bob"}},
        "an id of another kind",
    ),
    (CALL, by(USER, userName="a b", arn=f"arn:aws:iam::{ACCOUNT}:user/a b"), "a name that IAM does not allow"),
    (CALL, by(USER, accessKeyId="other"), "an access key of another kind"),
    (CALL, by(ROLE, accessKeyId=USER["accessKeyId"]), "an access key of another kind"),
    (CALL, by(ASSUMED_ROOT, accessKeyId=USER["accessKeyId"]), "an access key of another kind"),
    (CALL, by(IDENTITIES["SAMLUser"]), "a federated user who does not assume a role"),
    (CALL, by(IDENTITIES["WebIdentityUser"]), "a federated user who does not assume a role"),
    (CALL, by(ROLE, invokedBy="other"), "a calling service that does not exist"),
]


@pytest.mark.parametrize(("event", "changes", "name"), IMPLAUSIBLE)
def test_a_record_that_cloudtrail_does_not_write_meets_an_objection(event, changes, name):
    assert objection({**event, **changes}) == name


def test_every_rule_is_shown_by_a_record_and_names_its_source():
    assert {name for _, _, name in IMPLAUSIBLE} == {rule.name for rule in RULES}
    publications = (
        "CloudTrail User Guide, ",
        "IAM User Guide, ",
        "Service Authorization Reference, ",
        "operation names of ",
    )
    assert all(rule.source.startswith(publications) for rule in RULES)


@pytest.mark.parametrize(
    "changes",
    [
        {"sourceIPAddress": "2001:db8::7"},
        {"sourceIPAddress": "cloudformation.amazonaws.com", **by(ROLE, invokedBy="cloudformation.amazonaws.com")},
        {"sourceIPAddress": "delivery.logs.amazonaws.com"},
        {"sourceIPAddress": "AWS Internal", **by(ROLE, invokedBy="AWS Internal")},
        {"errorCode": "AccessDenied", "errorMessage": "refused"},
        {"errorCode": "AccessDeniedException"},
        {"errorCode": "ThrottlingException"},
        {"eventSource": "ec2.amazonaws.com", "eventName": "RunInstances", "errorCode": "Client.UnauthorizedOperation"},
        {"awsRegion": "cn-north-1", **by(USER, arn=f"arn:aws-cn:iam::{ACCOUNT}:user/alice")},
        {"awsRegion": "us-gov-west-1", **by(USER, arn=f"arn:aws-us-gov:iam::{ACCOUNT}:user/alice")},
        by(USER, arn=f"arn:aws:iam::{ACCOUNT}:user/staff/europe/alice"),
        by(USER, accessKeyId=""),
        by(ROOT, userName="our-alias"),
        by(ASSUMED_ROOT),
        by({"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}, principalId="anonymous"),
        by(USER, sessionContext={"sessionIssuer": {}, "attributes": {"mfaAuthenticated": "true"}}),
        issued(arn=f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/Admin"),
        {"recipientAccountId": "444455556666", **by(ROLE)},
    ],
)
def test_what_cloudtrail_writes_meets_none(changes):
    event = {**CALL, **changes}
    event["readOnly"] = event["eventName"] == "Decrypt"
    assert objection(event) is None


@pytest.mark.parametrize(
    "changes", [{"eventName": "BrandNewCall"}, {"errorCode": "AccessDeniedBrandNew"}, {"awsRegion": "x-x-0"}]
)
def test_what_somebody_has_written_may_be_newer_than_the_tables(changes):
    assert objection({**CALL, **changes}) is not None
    assert objection({**CALL, **changes}, set(changes.values())) is None


def test_a_known_call_is_of_its_service_whoever_has_written_what():
    assert objection({**CALL, "eventSource": "signin.amazonaws.com"}, {"Decrypt", "signin.amazonaws.com"}) is not None


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_the_regions_that_the_sdk_knows_exist(partition):
    regions = botocore.session.Session().get_available_regions("ec2", partition, allow_non_regional=False)
    assert regions
    assert [region for region in regions if partition_of(region) != partition] == []
    assert [region for region in regions if region not in REGIONS] == []


def test_each_verb_begins_some_call():
    names = [name for names in calls().values() for name in names]
    for verb in (*READING, *WRITING):
        assert any(name.startswith(verb) for name in names), verb
    assert [name for name in ("CreateVpc", "PutBucketPolicy", "DetachPolicy") if not name.startswith(WRITING)] == []
