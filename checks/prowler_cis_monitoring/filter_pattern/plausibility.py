"""Would CloudTrail write this record? What is shown as a missed event must be one that a person can come upon.

Stricter than the facts: a fact must be certain, because filters pass on its strength; here whatever AWS's samples never
show is left out, because a filter that misses nothing else is not blamed but looked at (`unknown`). Names that somebody
wrote into a pattern may be newer than the tables here; names that were made up must stand in them.
"""

from __future__ import annotations

import re
from datetime import datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

from prowler_cis_monitoring.filter_pattern import api_calls
from prowler_cis_monitoring.filter_pattern.facts import (
    IDENTIFIERS,
    RECORD_CONTENTS,
    SERVICE_AUTHORIZATION,
    SERVICE_MODELS,
    SIGN_IN,
    USER_IDENTITY,
)
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    Record = Mapping[str, Any]

# AWS General Reference, AWS service endpoints.
REGIONS: Final = frozenset(
    (
        *("af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3"),
        *("ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4"),
        *("ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "cn-north-1"),
        *("cn-northwest-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2"),
        *("eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1"),
        *("mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1"),
        *("us-west-1", "us-west-2"),
    )
)
# Error codes of refused calls: errors of the service models, and EC2 API Reference, error codes.
REFUSALS: Final = (
    *("AccessDenied", "AccessDeniedException", "AccessDeniedFault", "AccessDeniedForDependencyException"),
    *("Client.UnauthorizedOperation", "UnauthorizedOperation"),
)
# Names under which services call that have no API of their own (CloudTrail User Guide, sourceIPAddress and invokedBy).
_OTHER_SERVICES: Final = frozenset(
    {"billingconsole.amazonaws.com", "delivery.logs.amazonaws.com", "ecs-tasks.amazonaws.com", "spot.amazonaws.com"}
)
# CloudTrail User Guide, AWS service events, and the KMS Developer Guide and Organizations User Guide on theirs.
SERVICE_EVENTS: Final[Mapping[str, str]] = {
    "RotateKey": "kms.amazonaws.com",
    "DeleteKey": "kms.amazonaws.com",
    "CreateAccountResult": "organizations.amazonaws.com",
}
# CloudTrail User Guide, AWS Management Console sign-in events.
SIGN_INS: Final = frozenset(
    {"ConsoleLogin", "CheckMfa", "SwitchRole", "ExitRole", "RenewRole", "GetSigninToken"}
    | {"PasswordRecoveryRequested", "PasswordRecoveryCompleted"}
)
# Billing User Guide, Logging billing events.
CONSOLE_ACTIONS: Final[Mapping[str, str]] = {"SetContactAddress": "billingconsole.amazonaws.com"}
_NO_CALLS: Final = {"AwsServiceEvent": SERVICE_EVENTS, "AwsConsoleAction": CONSOLE_ACTIONS}
_OF_EC2: Final = ("Client.", "Server.")  # EC2 API Reference, error codes, as CloudTrail records them
READING: Final = ("Describe", "List", "Head", "Lookup", "Search", "BatchGet", "Get")
WRITING: Final = (
    *("Accept", "Add", "Associate", "Attach", "Authorize", "Create", "Decline", "Delete", "Deregister", "Detach"),
    *(
        "Disable",
        "Disassociate",
        "Enable",
        "Modify",
        "Move",
        "Put",
        "Register",
        "Reject",
        "Remove",
        "Replace",
        "Revoke",
    ),
    *("Schedule", "Terminate", "Update"),
)
# IAM User Guide, IAM and AWS STS quotas: name requirements.
_NAME: Final = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)
_ARN: Final = re.compile(
    r"arn:aws[a-z-]*:(?:iam|sts)::(?P<account>[0-9]{12}):"
    r"(?P<kind>[a-z-]+)(?:/(?:(?P<role>[!-~]+)/)?(?P<name>[^/]+))?"
)
_TYPE_OF_ARN: Final[Mapping[str, str]] = {
    "root": "Root",
    "user": "IAMUser",
    "assumed-role": "AssumedRole",
    "federated-user": "FederatedUser",
    "role": "Role",
}
_UNIQUE: Final = "[A-Z0-9]{8,124}"
_NO_UNIQUE_ID: Final = "(?!A[A-Z]{2}A).+"
_ACCOUNT: Final = re.compile("[0-9]{12}")
# IAM User Guide, IAM identifiers; CloudTrail User Guide, CloudTrail userIdentity element.
_OF_CALLER: Final[Mapping[tuple[str, str], str]] = {
    ("arn", "Root"): ".+:root",
    ("arn", "IAMUser"): ".+:user/(?:[^/:]+/)*[^/:]+",
    ("arn", "AssumedRole"): ".+:sts::[0-9]{12}:assumed-role/[^/]+/[^/]+",
    ("arn", "FederatedUser"): ".+:sts::[0-9]{12}:federated-user/[^/]+",
    ("principalId", "Root"): _ACCOUNT.pattern,
    ("principalId", "IAMUser"): f"AIDA{_UNIQUE}",
    ("principalId", "Role"): f"AROA{_UNIQUE}",
    ("principalId", "AssumedRole"): f"AROA{_UNIQUE}:[^:]+",
    ("principalId", "FederatedUser"): f"{_ACCOUNT.pattern}:[^:]+",
    ("principalId", "AWSAccount"): f"AIDA{_UNIQUE}|AROA{_UNIQUE}(?::[^:]+)?|{_NO_UNIQUE_ID}",
    **{
        ("principalId", kind): _NO_UNIQUE_ID
        for kind in ("Directory", "IdentityCenterUser", "SAMLUser", "WebIdentityUser", "Unknown")
    },
}
_ISSUER_ARN: Final = re.compile(
    r"arn:aws[a-z-]*:iam::(?P<account>[0-9]{12}):(?:root|(?:user|role)/(?:[!-~]+/)?(?P<name>[^/]+))"
)
_OF_ISSUER: Final[Mapping[str, str]] = {
    "sessionContext.sessionIssuer.arn": _ISSUER_ARN.pattern,
    "sessionContext.sessionIssuer.userName": _NAME.pattern,
}
_ACCESS_KEY: Final = re.compile("(?P<kind>AKIA|ASIA)[A-Z0-9]{12,124}")


@dataclass(frozen=True)
class Rule:
    """Something that holds for every record that a person can come upon.

    Attributes:
        name: What is wrong with a record for which it does not hold.
        holds: Whether it holds for a record of which all facts hold.
        source: Where AWS says or shows so.
        field: The member of the record that must exist in a table, empty where the rule is about several.
    """

    name: str
    holds: Callable[[Record], bool]
    source: str
    field: str = ""


def objection(record: Record, named: Collection[str] = ()) -> str | None:
    """What speaks against a record of which all facts hold.

    Args:
        record: The parsed record.
        named: Texts that somebody who knows of them has written: they exist.

    Returns:
        The name of the first rule that it breaks, None when CloudTrail may write it.
    """
    return next((rule.name for rule in RULES if record.get(rule.field) not in named and not rule.holds(record)), None)


def _identity(record: Record) -> Mapping[str, Any]:
    found: Mapping[str, Any] = record["userIdentity"]
    return found


def _issuer(record: Record) -> Mapping[str, Any]:
    session = _identity(record).get("sessionContext") or {}
    found: Mapping[str, Any] = session.get("sessionIssuer") or {}
    return found


def _time_exists(record: Record) -> bool:
    try:
        datetime.fromisoformat(record["eventTime"].removesuffix("Z"))
    except ValueError:
        return False
    return True


def _region_exists(record: Record) -> bool:
    return record["awsRegion"] in REGIONS


def _is_service(name: str) -> bool:
    return name in api_calls.calls() or name in _OTHER_SERVICES


def _address_exists(record: Record) -> bool:
    address = record["sourceIPAddress"]
    if address == "AWS Internal" or _is_service(address):
        return True
    try:
        return not ip_address(address).is_unspecified
    except ValueError:
        return False


def _service_exists(record: Record) -> bool:
    return _is_service(record["eventSource"])


def _event_exists(record: Record) -> bool:
    name = record["eventName"]
    return bool(api_calls.sources_of(name)) or name in SERVICE_EVENTS or name in CONSOLE_ACTIONS


def _service_has_the_event(record: Record) -> bool:
    source, name, kind = record["eventSource"], record["eventName"], record["eventType"]
    if kind in _NO_CALLS:
        return _NO_CALLS[kind].get(name, source) == source and not api_calls.sources_of(name)
    known = api_calls.sources_of(name)
    return (not known or source in known) and (name in SIGN_INS) is (kind == "AwsConsoleSignIn")


def _service_events_name_the_account_alone(record: Record) -> bool:
    return record["eventType"] != "AwsServiceEvent" or _identity(record).keys() <= {"type", "accountId", "invokedBy"}


def _reads_what_its_name_says(record: Record) -> bool:
    name, reads = record["eventName"], record.get("readOnly")
    return not (reads is False and name.startswith(READING)) and not (reads is True and name.startswith(WRITING))


def _error_exists(record: Record) -> bool:
    code = record.get("errorCode", "")
    if code.startswith("AccessDenied") or code.endswith("UnauthorizedOperation"):
        return code in REFUSALS
    return not code or re.fullmatch(r"[A-Za-z][A-Za-z0-9.:_-]*", code) is not None


def _error_is_of_a_call(record: Record) -> bool:
    code, kind = record.get("errorCode"), record["eventType"]
    if code is None:
        return kind == "AwsConsoleSignIn" or record.get("errorMessage") is None
    return kind in ("AwsApiCall", "AwsConsoleAction") and (
        not code.startswith(_OF_EC2) or record["eventSource"] == "ec2.amazonaws.com"
    )


def _sign_in_fails_with_a_message(record: Record) -> bool:
    if record["eventName"] != "ConsoleLogin":
        return True
    failed = (record.get("responseElements") or {}).get("ConsoleLogin") == "Failure"
    return failed is (record.get("errorMessage") is not None) and record.get("errorCode") is None


def _caller_has_its_members(record: Record) -> bool:
    identity = _identity(record)
    wanted: tuple[str, ...] = ()
    if identity.get("type") in ("Root", "AssumedRole", "FederatedUser"):
        wanted = ("accountId", "arn", "principalId")
    elif identity.get("type") == "IAMUser":
        # A sign-in with a user name that does not exist knows no more of the user.
        wanted = ("accountId",) if record["eventName"] == "ConsoleLogin" else ("accountId", "arn", "principalId")
    return all(identity.get(name) for name in wanted)


def _caller_is_one_identity(record: Record) -> bool:
    identity, issuer = _identity(record), _issuer(record)
    if "arn" not in identity:
        return True
    kind, arn = identity.get("type"), _ARN.fullmatch(identity["arn"])
    if arn is None or arn["account"] != identity.get("accountId", arn["account"]):
        return False
    if kind in ("AWSAccount", "Unknown"):
        return True
    if kind != _TYPE_OF_ARN.get(arn["kind"], kind) or (kind == "IAMUser" and arn["name"] != identity["userName"]):
        return False
    if kind == "Root":
        return bool(identity["principalId"] == arn["account"])
    if kind == "FederatedUser":
        # GetFederationToken is called by users and root users.
        of_role = ":role/" in issuer.get("arn", "")
        return bool(identity["principalId"] == f"{arn['account']}:{arn['name']}") and not of_role
    if kind != "AssumedRole":
        return True
    of_issuer = _ISSUER_ARN.fullmatch(issuer["arn"])
    role_id, _, session = identity["principalId"].partition(":")
    return (
        of_issuer is not None
        and issuer["userName"] == of_issuer["name"] == arn["role"]
        and (issuer["principalId"], session) == (role_id, arn["name"])
        and issuer["accountId"] == of_issuer["account"] == arn["account"]
    )


def _unique_id_is_one(record: Record) -> bool:
    identity = _identity(record)
    return fits_caller("principalId", str(identity.get("type")), identity.get("principalId", ""))


def fits_caller(field: str, kind: str, text: str) -> bool:
    """Whether a kind of caller may have a text.

    Args:
        field: A member of the ``userIdentity``, such as ``arn`` or ``sessionContext.sessionIssuer.arn``.
        kind: Its type.
        text: The text; an empty one is not looked at.

    Returns:
        Whether it may, as far as the type alone tells.
    """
    form = _OF_CALLER.get((field, kind)) or _OF_ISSUER.get(field)
    return not text or form is None or re.fullmatch(form, text) is not None


def _account_is_one(record: Record) -> bool:
    # Whoever needs no account to call is named in words.
    identity = _identity(record)
    account = identity.get("accountId")
    return account is None or identity.get("type") == "AWSAccount" or _ACCOUNT.fullmatch(account) is not None


def _own_callers_belong_to_the_account(record: Record) -> bool:
    identity, account = _identity(record), record.get("recipientAccountId")
    own = identity.get("type") in ("Root", "IAMUser") and account is not None
    return not own or identity.get("accountId") == account


def partition_of(region: str) -> str:
    """The partition of a Region.

    Args:
        region: Its name.

    Returns:
        The partition as ARNs name it (AWS General Reference, Amazon Resource Names).
    """
    return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(region.rsplit("-", 2)[0], "aws")


def _partition_is_one(record: Record) -> bool:
    names = (_identity(record).get("arn"), _issuer(record).get("arn"))
    return all(name is None or name.split(":")[1:2] == [partition_of(record["awsRegion"])] for name in names)


def _sessions_are_issued(record: Record) -> bool:
    # A session of the root user may be issued to who assumes root (IAM User Guide, sts:AssumeRoot).
    issued = _identity(record).get("type") in ("AssumedRole", "FederatedUser")
    return issued or _root_is_assumed(record) or not _issuer(record)


def _root_is_assumed(record: Record) -> bool:
    return bool((_identity(record).get("sessionContext") or {}).get("assumedRoot") == "true")


def _session_says_when_it_began(record: Record) -> bool:
    session = _identity(record).get("sessionContext") or {}
    return not _root_is_assumed(record) or bool(session.get("attributes"))


def _names_can_be_given(record: Record) -> bool:
    names = (_identity(record).get("userName"), _issuer(record).get("userName"))
    return all(name is None or _NAME.fullmatch(name) for name in names)


def _key_is_of_its_kind(record: Record) -> bool:
    identity = _identity(record)
    key = identity.get("accessKeyId")
    if not key:
        return True
    found = _ACCESS_KEY.fullmatch(key)
    temporary = identity.get("type") in ("AssumedRole", "FederatedUser") or _root_is_assumed(record)
    return found is not None and not (temporary and found["kind"] == "AKIA")


def _federation_only_assumes_roles(record: Record) -> bool:
    name = {"SAMLUser": "AssumeRoleWithSAML", "WebIdentityUser": "AssumeRoleWithWebIdentity"}
    kind = _identity(record).get("type")
    return kind not in name or record["eventName"] == name[kind]


def _services_are_named(record: Record) -> bool:
    invoked_by = _identity(record).get("invokedBy")
    return invoked_by is None or invoked_by == "AWS Internal" or _is_service(invoked_by)


def _only_callers_sign_in(record: Record) -> bool:
    if record["eventType"] != "AwsConsoleSignIn":
        return True
    identity, kinds = _identity(record), ("Root", "IAMUser", "AssumedRole", "FederatedUser")
    by_hand = identity.get("invokedBy") is None and not record["sourceIPAddress"].startswith("AWS")
    return by_hand and identity.get("type") in kinds and not _is_service(record["sourceIPAddress"])


def _texts_say_something(record: Record) -> bool:
    texts = [value for value in record.values() if isinstance(value, str)]
    texts += [value for name, value in _identity(record).items() if isinstance(value, str) and name != "accessKeyId"]
    return all(text and text.isprintable() for text in texts)


RULES: Final = (
    Rule("an empty text", _texts_say_something, RECORD_CONTENTS),
    Rule("a time that does not exist", _time_exists, RECORD_CONTENTS),
    Rule("a Region that does not exist", _region_exists, RECORD_CONTENTS, "awsRegion"),
    Rule("an address that does not exist", _address_exists, RECORD_CONTENTS),
    Rule("a service that does not exist", _service_exists, SERVICE_MODELS, "eventSource"),
    Rule("an event that does not exist", _event_exists, SERVICE_MODELS, "eventName"),
    Rule("an event that its service does not have", _service_has_the_event, SERVICE_MODELS),
    Rule("a service event by a caller", _service_events_name_the_account_alone, USER_IDENTITY),
    Rule("a reading call that writes, or the reverse", _reads_what_its_name_says, SERVICE_AUTHORIZATION),
    Rule("an error that does not exist", _error_exists, RECORD_CONTENTS, "errorCode"),
    Rule("an error where there is none", _error_is_of_a_call, RECORD_CONTENTS),
    Rule("a sign-in whose outcome and message differ", _sign_in_fails_with_a_message, SIGN_IN),
    Rule("a sign-in by what does not sign in", _only_callers_sign_in, SIGN_IN),
    Rule("a caller of whom too little is said", _caller_has_its_members, USER_IDENTITY),
    Rule("a caller who is two identities", _caller_is_one_identity, USER_IDENTITY),
    Rule("a caller of another partition", _partition_is_one, USER_IDENTITY),
    Rule("a user of another account", _own_callers_belong_to_the_account, USER_IDENTITY),
    Rule("an issuer of what is no session", _sessions_are_issued, USER_IDENTITY),
    Rule("an account that does not exist", _account_is_one, USER_IDENTITY),
    Rule("a session that never began", _session_says_when_it_began, USER_IDENTITY),
    Rule("an id of another kind", _unique_id_is_one, IDENTIFIERS),
    Rule("a name that IAM does not allow", _names_can_be_given, USER_IDENTITY),
    Rule("an access key of another kind", _key_is_of_its_kind, IDENTIFIERS),
    Rule("a federated user who does not assume a role", _federation_only_assumes_roles, USER_IDENTITY),
    Rule("a calling service that does not exist", _services_are_named, USER_IDENTITY),
)
