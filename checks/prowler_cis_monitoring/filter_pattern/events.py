"""Realistic CloudTrail records: the templates that missed events are told with."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from prowler_cis_monitoring.filter_pattern.facts import (
    GLOBAL_REGION,
    GLOBAL_SOURCES,
    SERVICE_OF,
    SEVERAL_SERVICES,
)
from prowler_cis_monitoring.filter_pattern.matching import Absence, Message, Number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from prowler_cis_monitoring.filter_pattern.facts import Fact
    from prowler_cis_monitoring.filter_pattern.formulas import Path
    from prowler_cis_monitoring.filter_pattern.pattern import FilterPattern

ACCOUNT: Final = "111122223333"
Record = dict[str, Any]

ROOT: Final[Mapping[str, Any]] = {
    "type": "Root",
    "principalId": ACCOUNT,
    "arn": f"arn:aws:iam::{ACCOUNT}:root",
    "accountId": ACCOUNT,
    "accessKeyId": "",
}
USER: Final[Mapping[str, Any]] = {
    "type": "IAMUser",
    "principalId": "AIDAEXAMPLE2ALICE23K4",
    "arn": f"arn:aws:iam::{ACCOUNT}:user/alice",
    "accountId": ACCOUNT,
    "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
    "userName": "alice",
}
ROLE: Final[Mapping[str, Any]] = {
    "type": "AssumedRole",
    "principalId": "AROAEXAMPLE2ADMIN23K4:bob",
    "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/bob",
    "accountId": ACCOUNT,
    "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
    "sessionContext": {
        "sessionIssuer": {
            "type": "Role",
            "principalId": "AROAEXAMPLE2ADMIN23K4",
            "arn": f"arn:aws:iam::{ACCOUNT}:role/Admin",
            "accountId": ACCOUNT,
            "userName": "Admin",
        },
        "attributes": {"creationDate": "2026-03-02T09:12:44Z", "mfaAuthenticated": "false"},
    },
}
SESSION: Final = {"creationDate": "2026-03-02T09:12:44Z", "mfaAuthenticated": "false"}
_FEDERATED: Final = "arn:aws:sts::111122223333:federated-user/carol"
IDENTITIES: Final[Mapping[str, Mapping[str, Any]]] = {
    "Root": ROOT,
    "IAMUser": USER,
    "AssumedRole": ROLE,
    "Role": {"type": "Role", "principalId": "AROAEXAMPLE2ADMIN23K4", "arn": f"arn:aws:iam::{ACCOUNT}:role/Admin"},
    "FederatedUser": {
        "type": "FederatedUser",
        "principalId": f"{ACCOUNT}:carol",
        "arn": _FEDERATED,
        "accountId": ACCOUNT,
        "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "sessionContext": {
            "sessionIssuer": {name: value for name, value in USER.items() if name != "accessKeyId"},
            "attributes": {"creationDate": "2026-03-02T09:12:44Z", "mfaAuthenticated": "false"},
        },
    },
    "Directory": {"type": "Directory", "principalId": "d-1234567890", "accountId": ACCOUNT, "userName": "carol"},
    "AWSAccount": {"type": "AWSAccount", "principalId": "AIDAEXAMPLE2OTHER23K4", "accountId": "444455556666"},
    "AWSService": {"type": "AWSService", "invokedBy": "cloudformation.amazonaws.com"},
    "IdentityCenterUser": {
        "type": "IdentityCenterUser",
        "accountId": ACCOUNT,
        "onBehalfOf": {
            "userId": "544894e8-80c1-707f-60e3-3ba6510dfac1",
            "identityStoreArn": f"arn:aws:identitystore::{ACCOUNT}:identitystore/d-9067642ac7",
        },
        "credentialId": "EXAMPLEVHULjJdTUdPJfofVa1sufHDoj7aYcOYcxFVllWR_Whr1fEXAMPLE",
    },
    "SAMLUser": {
        "type": "SAMLUser",
        "principalId": "SampleUkh1i4+ExamplexL/jEvs=:carol",
        "userName": "carol",
        "identityProvider": "SampleUkh1i4+ExamplexL/jEvs=",
    },
    "WebIdentityUser": {
        "type": "WebIdentityUser",
        "principalId": "accounts.google.com:application.apps.googleusercontent.com:carol",
        "userName": "carol",
        "identityProvider": "accounts.google.com",
    },
    "Unknown": {"type": "Unknown", "accountId": ACCOUNT},
}
_CONSOLE: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0"
_CLI: Final = "aws-cli/2.27.5 Python/3.13.3 Linux/6.8.0"


def copied(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A deep copy of a record.

    Args:
        value: The record, or a value in it.

    Returns:
        The copy.
    """
    if isinstance(value, dict):
        return {name: copied(member) for name, member in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


# As CloudTrail's sample records have them.
_ORDER: Final = (
    *("eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress"),
    *("userAgent", "errorCode", "errorMessage", "requestParameters", "responseElements", "additionalEventData"),
    *("requestID", "eventID", "readOnly", "resources", "eventType", "managementEvent", "recipientAccountId"),
    *("sharedEventID", "vpcEndpointId", "eventCategory"),
)


def in_order(event: Record) -> Record:
    """A record with its members in CloudTrail's order.

    Args:
        event: The record.

    Returns:
        One that shares its members; those that CloudTrail's samples do not have stand last.
    """
    return {name: event[name] for name in dict.fromkeys((*_ORDER, *event)) if name in event}


def record(source: str, name: str, identity: Mapping[str, Any], **changes: object) -> Record:
    """Make a record of one API call.

    Args:
        source: The service, e.g. ``ec2.amazonaws.com``.
        name: The event name.
        identity: The ``userIdentity``.
        **changes: Other top-level fields, or other values for them.

    Returns:
        A complete record that obeys the facts of ``facts.py``.
    """
    made: Record = copied(
        {
            "eventVersion": "1.11",
            "userIdentity": dict(identity),
            "eventTime": "2026-03-02T10:15:30Z",
            "eventSource": source,
            "eventName": name,
            "awsRegion": GLOBAL_REGION if source in GLOBAL_SOURCES else "eu-west-1",
            "sourceIPAddress": "203.0.113.64",
            "userAgent": _CLI,
            "requestParameters": None,
            "responseElements": None,
            "requestID": "6f3f2b0c-7d0d-4a51-8f4e-1c5d9c0a7e21",
            "eventID": "a9c3d1e0-52a6-4a5b-9c3e-0f1d2b3c4d5e",
            "readOnly": False,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": ACCOUNT,
            "eventCategory": "Management",
            **changes,
        }
    )
    return in_order(made)


def _sign_in(identity: Mapping[str, Any], outcome: str, mfa: str, **changes: object) -> Record:
    return record(
        "signin.amazonaws.com",
        "ConsoleLogin",
        identity,
        # Every sign-in of a root user is recorded there (CloudTrail User Guide, console sign-in events).
        awsRegion="us-east-1",
        userAgent=_CONSOLE,
        eventType="AwsConsoleSignIn",
        responseElements={"ConsoleLogin": outcome},
        additionalEventData={
            "LoginTo": "https://console.aws.amazon.com/console/home",
            "MobileVersion": "No",
            "MFAUsed": mfa,
        },
        **changes,
    )


def _denied(code: str, source: str, name: str) -> Record:
    message = f"User: {ROLE['arn']} is not authorized to perform this action"
    return record(source, name, ROLE, errorCode=code, errorMessage=message, readOnly=True)


# What a call asks for, by event name; the others are shown without parameters.
_PARAMETERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "AuthorizeSecurityGroupIngress": {
        "groupId": "sg-0123456789abcdef0",
        "ipPermissions": {
            "items": [
                {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}}
            ]
        },
    },
    "AttachRolePolicy": {"roleName": "Build", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
    "AttachUserPolicy": {"userName": "alice", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
    "StopLogging": {"name": f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/management-events"},
    "DeleteTrail": {"name": f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/management-events"},
    "ScheduleKeyDeletion": {
        "keyId": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "pendingWindowInDays": 7,
    },
    "DisableKey": {"keyId": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"},
    "PutBucketPolicy": {"bucketName": "amzn-s3-demo-bucket", "Host": "amzn-s3-demo-bucket.s3.eu-west-1.amazonaws.com"},
    "DeleteBucketPolicy": {
        "bucketName": "amzn-s3-demo-bucket",
        "Host": "amzn-s3-demo-bucket.s3.eu-west-1.amazonaws.com",
    },
    "StopConfigurationRecorder": {"configurationRecorderName": "default"},
    "ModifySecurityGroupRules": {"ModifySecurityGroupRulesRequest": {"GroupId": "sg-0123456789abcdef0"}},
    "DeleteVpc": {"vpcId": "vpc-0123456789abcdef0"},
    "CreateRoute": {
        "routeTableId": "rtb-0123456789abcdef0",
        "destinationCidrBlock": "0.0.0.0/0",
        "gatewayId": "igw-0123456789abcdef0",
    },
    "MoveAccount": {"accountId": "444455556666", "sourceParentId": "r-a1b2", "destinationParentId": "ou-a1b2-c3d4e5f6"},
}
_FAILED: Final = {"errorMessage": "Failed authentication"}


@lru_cache(maxsize=1)
def templates() -> tuple[Record, ...]:
    """All records to tell a missed event with.

    Returns:
        Records, the most telling first; not to be changed.
    """
    return (
        _sign_in(ROOT, "Success", "No"),
        record("iam.amazonaws.com", "CreateAccessKey", ROOT),
        record("cloudtrail.amazonaws.com", "StopLogging", ROOT, requestParameters=dict(_PARAMETERS["StopLogging"])),
        _sign_in(ROOT, "Success", "Yes"),
        record("s3.amazonaws.com", "ListBuckets", ROOT, readOnly=True),
        record("iam.amazonaws.com", "CreateAccessKey", {**ROOT, "sessionContext": {"attributes": SESSION}}),
        _sign_in(USER, "Success", "No"),
        _sign_in(USER, "Failure", "No", **_FAILED),
        _sign_in(USER, "Failure", "Yes", **_FAILED),
        _sign_in(ROOT, "Failure", "No", **_FAILED),
        _sign_in(ROLE, "Success", "No"),
        _denied("AccessDenied", "iam.amazonaws.com", "ListUsers"),
        _denied("Client.UnauthorizedOperation", "ec2.amazonaws.com", "DescribeInstances"),
        _denied("AccessDeniedException", "secretsmanager.amazonaws.com", "ListSecrets"),
        *(
            record(source, name, identity, requestParameters=dict(_PARAMETERS[name]) if name in _PARAMETERS else None)
            for identity in (USER, ROLE, ROOT)
            for name, source in {**SERVICE_OF, **SEVERAL_SERVICES}.items()
            if name != "ConsoleLogin"
        ),
    )


PLAIN: Final = record("ec2.amazonaws.com", "DescribeInstances", USER, readOnly=True)
# As the CloudTrail User Guide has it (AWS service events).
BY_AWS: Final = record(
    "kms.amazonaws.com",
    "RotateKey",
    {"accountId": ACCOUNT, "invokedBy": "AWS Internal"},
    eventType="AwsServiceEvent",
    sourceIPAddress="AWS Internal",
    userAgent="AWS Internal",
    serviceEventDetails={"keyId": "1234abcd-12ab-34cd-56ef-1234567890ab"},
)
# Records of the other kinds of events and callers that there are.
OTHERS: Final = (
    PLAIN,
    record("sts.amazonaws.com", "AssumeRoleWithSAML", IDENTITIES["SAMLUser"], readOnly=True),
    record("sts.amazonaws.com", "AssumeRoleWithWebIdentity", IDENTITIES["WebIdentityUser"], readOnly=True),
    BY_AWS,
    record("billingconsole.amazonaws.com", "SetContactAddress", ROOT, eventType="AwsConsoleAction"),
)


@lru_cache(maxsize=256)
def telling(required: FilterPattern) -> tuple[Record, ...]:
    """The templates that a required pattern matches.

    Args:
        required: The pattern.

    Returns:
        Records, the most telling first; not to be changed.
    """
    names = required.texts.get("$.eventName")
    named = (one for one in templates() if names is None or one["eventName"] in names)
    return tuple(one for one in named if required.matches(logged(one)))


def recorded_in(event: Record, region: str) -> Record:
    """A template as it is recorded in a Region of the standard partition.

    Args:
        event: The template.
        region: The Region.

    Returns:
        A record, not to be changed; of global services and sign-ins the same one, since they stay where they are.
    """
    stays = event["eventSource"] in GLOBAL_SOURCES or event["eventName"] == "ConsoleLogin"
    return event if stays else {**event, "awsRegion": region}


@lru_cache(maxsize=2)
def _logged(*, backwards: bool) -> dict[int, Message]:
    """The templates as log events, by identity: they live as long as the program, and are asked of very often."""
    return {id(one): Message(in_other_order(one) if backwards else one) for one in templates()}


def logged(event: Record, *, backwards: bool = False) -> Message:
    """A record as a log event.

    Args:
        event: The record.
        backwards: Whether the members of all objects stand in the opposite order.

    Returns:
        The message; of a template always the same one, so that its text is written once.
    """
    known = _logged(backwards=backwards).get(id(event))
    return known or Message(in_other_order(event) if backwards else event)


# Values that people know, for fields whose value is open.
NATURAL: Final[Mapping[str, tuple[str, ...]]] = {
    "$.eventName": ("CreateAccessKey", "RunInstances", "UpdateAssumeRolePolicy", "DeleteFlowLogs", "ConsoleLogin"),
    "$.eventSource": ("ec2.amazonaws.com", "iam.amazonaws.com", "sts.amazonaws.com"),
    "$.awsRegion": (
        *("us-east-1", "eu-west-1", "us-west-2", "ap-southeast-2", "sa-east-1", "ca-central-1", "me-central-1"),
        *("cn-north-1", "cn-northwest-1", "us-gov-west-1", "us-gov-east-1"),
    ),
    "$.sourceIPAddress": ("203.0.113.64", "198.51.100.7", "2001:db8::7", "cloudformation.amazonaws.com"),
    "$.userAgent": (_CLI, "console.amazonaws.com"),
    "$.errorCode": (
        *("AccessDenied", "Client.UnauthorizedOperation", "AccessDeniedException", "UnauthorizedOperation"),
        *("AccessDeniedForDependencyException", "AccessDeniedFault"),
    ),
    "$.errorMessage": ("Failed authentication", "You are not authorized to perform this operation."),
    "$.userIdentity.type": ("IAMUser", "AssumedRole", "Root"),
    "$.userIdentity.userName": ("alice", "bob"),
    "$.userIdentity.arn": (str(USER["arn"]), str(ROLE["arn"]), str(ROOT["arn"])),
    "$.userIdentity.accountId": (ACCOUNT, "444455556666"),
    "$.userIdentity.principalId": (str(USER["principalId"]), str(ROLE["principalId"]), ACCOUNT, "444455556666"),
    "$.userIdentity.invokedBy": ("cloudformation.amazonaws.com", "AWS Internal"),
    "$.userIdentity.sessionContext.sessionIssuer.userName": ("Admin", "Build"),
    "$.userIdentity.sessionContext.sessionIssuer.arn": (f"arn:aws:iam::{ACCOUNT}:role/Admin",),
    "$.recipientAccountId": (ACCOUNT, "444455556666", "777788889999"),
    "$.responseElements.ConsoleLogin": ("Success", "Failure"),
    "$.eventTime": ("2026-03-02T10:15:30Z",),
    "$.eventVersion": ("1.11",),
}
_MAXIMUM_BASES: Final = 24


def tell(
    known: Sequence[Record],
    fields: Sequence[tuple[Path, object]],
    confirms: Callable[[Record], bool],
    facts: Sequence[Fact],
    *,
    whole: bool,
) -> Record | None:
    """Write an event of a gap down as a record, and confirm it.

    Args:
        known: The templates that what is required matches.
        fields: Values of fields that make it so.
        confirms: Whether a record is in the gap.
        facts: What is true of every record.
        whole: Whether more than the fields is looked at, so that only a record that obeys all facts is one.

    Returns:
        The most telling record that is confirmed, one that obeys the facts if there is one, or None when none is.
    """
    doubtful = None
    # The templates obey what AWS documents; only where the text counts, all that is asked must hold of them.
    for records, obeyed in ((known, facts if whole else ()), (_made(known, fields), facts)):
        for event in filter(confirms, records):
            if all(fact.allows(event) for fact in obeyed):
                told: Record = copied(event)
                return told
            doubtful = doubtful or event
    return None if whole else doubtful


def in_other_order(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The same record as another text: the members of all objects in the opposite order.

    Args:
        value: The record, or a value in it.

    Returns:
        An equal one.
    """
    if isinstance(value, dict):
        return {name: in_other_order(member) for name, member in reversed(value.items())}
    return [in_other_order(item) for item in value] if isinstance(value, list) else value


def _made(known: Sequence[Record], fields: Sequence[tuple[Path, object]]) -> Iterator[Record]:
    name = next((value for path, value in fields if path == ("eventName",)), None)
    bases = sorted([*known[:_MAXIMUM_BASES], *_named(name), PLAIN, BY_AWS], key=lambda base: base["eventName"] != name)
    for base in bases:
        yield _with_fields(base, fields)
    yield _with_fields({}, fields)


def _named(name: object) -> list[Record]:
    return [template for template in templates() if template["eventName"] == name][:_MAXIMUM_BASES]


def _with_fields(base: Record, fields: Sequence[tuple[Path, object]]) -> Record:
    """A copy of a record in which fields have given values; service follows name, Region follows service."""
    event: Record = copied(base)
    kind = next((value for path, value in fields if path == ("userIdentity", "type")), None)
    if base and isinstance(kind, str) and kind in IDENTITIES and event["userIdentity"].get("type") != kind:
        event["userIdentity"] = copied(IDENTITIES[kind])
    for path, value in sorted(fields, key=lambda item: (isinstance(item[1], Absence), len(item[0]))):
        if isinstance(value, Absence):
            remove(event, path, under_null=value.under_null)
        else:
            put(event, path, value)
    given = {path for path, _ in fields}
    service = {**SERVICE_OF, **SEVERAL_SERVICES}.get(str(event.get("eventName")))
    if base and service and ("eventSource",) not in given:
        event["eventSource"] = service
    if base and event.get("eventSource") in GLOBAL_SOURCES and ("awsRegion",) not in given:
        event["awsRegion"] = GLOBAL_REGION
    return in_order(event)


def remove(event: Record, path: Path, *, under_null: bool) -> None:
    """Take a field out of a record.

    Args:
        event: The record.
        path: The steps to the field.
        under_null: Leave a parent that is null as it is; otherwise it becomes an empty one.
    """
    parent: Any = event
    for step, following in itertools.pairwise(path):
        child = _get(parent, step)
        if child is None and not under_null and isinstance(parent, dict) and step in parent:
            child = parent[step] = {} if isinstance(following, str) else []
        parent = child
    if isinstance(parent, dict) and isinstance(path[-1], str):
        parent.pop(path[-1], None)
    elif isinstance(parent, list) and isinstance(path[-1], int):
        del parent[path[-1] :]


def _get(parent: object, step: object) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(parent, dict) and isinstance(step, str):
        return parent.get(step)
    if isinstance(parent, list) and isinstance(step, int) and step < len(parent):
        return parent[step]
    return None


def put(event: Record, path: Path, value: object) -> None:
    """Write a field into a record.

    Args:
        event: The record.
        path: The steps to the field; parents that cannot hold it become ones that can.
        value: What it is to be; an empty object or array leaves one that is there.
    """
    parent: Any = event
    for step, following in itertools.pairwise(path):
        child = _get(parent, step)
        fitting = dict if isinstance(following, str) else list
        if not isinstance(child, fitting):
            child = fitting()
            _set(parent, step, child)
        parent = child
    current = _get(parent, path[-1])
    if isinstance(value, (dict, list)) and isinstance(current, dict if isinstance(value, dict) else list):
        return
    _set(parent, path[-1], _plain(value))


def _set(parent: Any, step: Any, value: object) -> None:  # noqa: ANN401 - any JSON container and its key
    if isinstance(parent, list):
        parent.extend({} for _ in range(step + 1 - len(parent)))
    parent[step] = value


def _plain(value: object) -> object:
    if isinstance(value, Number):
        return float(value.text) if "." in value.text else int(value.text)
    return {} if isinstance(value, dict) else [] if isinstance(value, list) else value
