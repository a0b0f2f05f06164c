"""CloudTrail records of the simulated account: what a control asks for, and what happens every day."""

import re

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.filter_pattern import parse
from tests.filter_pattern import naive

ACCOUNT = "111122223333"
LEADER = "us-east-1"
REGIONS = (LEADER, "eu-west-1", "ap-southeast-2")
GLOBAL = ("iam.amazonaws.com", "organizations.amazonaws.com")

ROOT = {
    "type": "Root",
    "principalId": ACCOUNT,
    "arn": f"arn:aws:iam::{ACCOUNT}:root",
    "accountId": ACCOUNT,
    "accessKeyId": "",
}
USER = {
    "type": "IAMUser",
    "principalId": "AIDAEXAMPLE2CAROL23K4",
    "arn": f"arn:aws:iam::{ACCOUNT}:user/carol",
    "accountId": ACCOUNT,
    "accessKeyId": "AKIAI44QH8DHBEXAMPLE",
    "userName": "carol",
}
SESSION = {
    "type": "AssumedRole",
    "principalId": "AROAEXAMPLE2BUILD23K4:dave",
    "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/Build/dave",
    "accountId": ACCOUNT,
    "accessKeyId": "ASIAI44QH8DHBEXAMPLE",
    "sessionContext": {
        "sessionIssuer": {
            "type": "Role",
            "principalId": "AROAEXAMPLE2BUILD23K4",
            "arn": f"arn:aws:iam::{ACCOUNT}:role/Build",
            "accountId": ACCOUNT,
            "userName": "Build",
        },
        "attributes": {"creationDate": "2026-04-01T07:00:00Z", "mfaAuthenticated": "true"},
    },
}
FEDERATED = {
    "type": "FederatedUser",
    "principalId": f"{ACCOUNT}:erin",
    "arn": f"arn:aws:sts::{ACCOUNT}:federated-user/erin",
    "accountId": ACCOUNT,
    "accessKeyId": "ASIAI44QH8DHBEXAMPLE",
    "sessionContext": {
        "sessionIssuer": {**USER, "type": "IAMUser"},
        "attributes": {"creationDate": "2026-04-01T07:00:00Z", "mfaAuthenticated": "false"},
    },
}
SERVICE = {"type": "AWSService", "invokedBy": "cloudformation.amazonaws.com"}
IDENTITIES = (ROOT, USER, SESSION, FEDERATED, SERVICE)


def call(source, name, identity, region, **changes):
    """A record of one API call."""
    return {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": "2026-04-01T08:30:00Z",
        "eventSource": source,
        "eventName": name,
        "awsRegion": LEADER if source in GLOBAL else region,
        "sourceIPAddress": "198.51.100.23",
        "userAgent": "aws-cli/2.27.5",
        "requestParameters": None,
        "responseElements": None,
        "requestID": "0d2a4a0e-2f0e-4c57-9f5b-2f5c5b7f3d11",
        "eventID": "5b0f6f0c-8f51-4d0e-b7b0-5d0f4a3c2b1a",
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
        **changes,
    }


def sign_in(identity, outcome, mfa, **changes):
    """A record of a sign-in to the console."""
    return call(
        "signin.amazonaws.com",
        "ConsoleLogin",
        identity,
        LEADER,
        eventType="AwsConsoleSignIn",
        responseElements={"ConsoleLogin": outcome},
        additionalEventData={"LoginTo": "https://console.aws.amazon.com/", "MobileVersion": "No", "MFAUsed": mfa},
        **changes,
    )


def _refused(code, source, name, identity, region, *, reads):
    message = "User is not authorized to perform this action"
    return call(source, name, identity, region, errorCode=code, errorMessage=message, readOnly=reads)


_FAILED = {"errorMessage": "Failed authentication"}
_SPECIAL = {
    "unauthorized_api_calls": (
        _refused("AccessDenied", "iam.amazonaws.com", "ListUsers", SESSION, LEADER, reads=True),
        _refused("AccessDenied", "s3.amazonaws.com", "DeleteBucket", USER, "eu-west-1", reads=False),
        _refused("Client.UnauthorizedOperation", "ec2.amazonaws.com", "RunInstances", SESSION, LEADER, reads=False),
        _refused(
            "Client.UnauthorizedOperation", "ec2.amazonaws.com", "DescribeVpcs", USER, "ap-southeast-2", reads=True
        ),
        _refused(
            "AccessDeniedException", "secretsmanager.amazonaws.com", "ListSecrets", SESSION, "eu-west-1", reads=True
        ),
        _refused("AccessDenied", "sts.amazonaws.com", "AssumeRole", ROOT, LEADER, reads=True),
        _refused("AccessDenied", "sqs.amazonaws.com", "ListQueues", FEDERATED, LEADER, reads=True),
    ),
    # Users other than root may sign in at the endpoint of any Region.
    "console_signin_without_mfa": (
        sign_in(USER, "Success", "No"),
        sign_in(USER, "Success", "No", awsRegion="eu-west-1"),
    ),
    "root_usage": (
        sign_in(ROOT, "Success", "Yes"),
        sign_in(ROOT, "Failure", "No", **_FAILED),
        call("iam.amazonaws.com", "CreateAccessKey", ROOT, LEADER),
        call("s3.amazonaws.com", "ListBuckets", ROOT, LEADER, readOnly=True),
        call("cloudtrail.amazonaws.com", "StopLogging", ROOT, "eu-west-1"),
        call("ec2.amazonaws.com", "DescribeInstances", ROOT, "ap-southeast-2", readOnly=True),
    ),
    "console_authentication_failures": (
        sign_in(USER, "Failure", "No", **_FAILED),
        sign_in(USER, "Failure", "Yes", awsRegion="eu-west-1", **_FAILED),
        sign_in(ROOT, "Failure", "No", **_FAILED),
    ),
}


def names_of(control):
    """The event names that a control's pattern lists, with the service that it guards them with."""
    pattern = CONTROLS[control].required_pattern
    source = re.search(r"\$\.eventSource = \"?([\w.]+)", pattern)
    return (source and source.group(1)), re.findall(r"\$\.eventName = (\w+)", pattern)


def required(control):
    """Records that must reach somebody: each event name, by several identities and in several Regions."""
    pattern = parse(CONTROLS[control].required_pattern).expression
    if control in _SPECIAL:
        made = _SPECIAL[control]
    else:
        source, names = names_of(control)
        made = tuple(
            call(source, name, IDENTITIES[(number + turn) % 5], REGIONS[(number + 2 * turn) % 3])
            for number, name in enumerate(names)
            for turn in range(5)
        )
    assert all(naive.matches(pattern, record) for record in made), control
    return made


def _by_role(source, name, region, *, reads=True):
    return call(source, name, SESSION, region, readOnly=reads)


# What is recorded in every minute of a busy account.
EVERYDAY = (
    call("ec2.amazonaws.com", "DescribeInstances", USER, LEADER, readOnly=True),
    call("logs.amazonaws.com", "CreateLogStream", USER, LEADER, readOnly=False),
    *(_by_role("ec2.amazonaws.com", "DescribeInstances", region) for region in REGIONS),
    *(_by_role("logs.amazonaws.com", "CreateLogStream", region, reads=False) for region in REGIONS),
    *(_by_role("kms.amazonaws.com", "GenerateDataKey", region) for region in REGIONS),
    # What keeps an inventory looks at everything.
    *(_by_role("cloudtrail.amazonaws.com", "GetTrailStatus", region) for region in REGIONS),
    *(_by_role("config.amazonaws.com", "DescribeDeliveryChannels", region) for region in REGIONS),
    *(_by_role("s3.amazonaws.com", "GetBucketPolicy", region) for region in REGIONS),
    call("s3.amazonaws.com", "GetObject", SESSION, LEADER, readOnly=True, managementEvent=False, eventCategory="Data"),
    _by_role("organizations.amazonaws.com", "ListAccounts", LEADER),
    _by_role("iam.amazonaws.com", "ListRoles", LEADER),
    _by_role("sts.amazonaws.com", "GetCallerIdentity", LEADER),
)
