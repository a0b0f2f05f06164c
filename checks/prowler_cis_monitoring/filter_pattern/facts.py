"""What AWS documents of every CloudTrail management event, so that a decision need not consider impossible records.

Two tables: the values that a field may have, and implications between fields. Each row has its source, and says whether
AWS writes so or whether it is inferred from AWS's own samples. Service names follow the service models that AWS
publishes with its SDKs: a name that several services use (CreateRoute, CreatePolicy, ...) is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, Literal

from prowler_cis_monitoring.filter_pattern.matching import kind_of, select
from prowler_cis_monitoring.filter_pattern.parser import interned_selector
from prowler_cis_monitoring.filter_pattern.pattern import FilterPattern, parse
from prowler_cis_monitoring.filter_pattern.regex import Regex, compile_regex
from prowler_cis_monitoring.filter_pattern.syntax import Step, selector_text
from prowler_cis_monitoring.records import dataclass

Tier = Literal["documented", "inferred"]

RECORD_CONTENTS: Final = "CloudTrail User Guide, CloudTrail record contents"
USER_IDENTITY: Final = "CloudTrail User Guide, CloudTrail userIdentity element"
IDENTIFIERS: Final = "IAM User Guide, IAM identifiers, unique identifiers"
PRIVILEGED_TASKS: Final = "IAM User Guide, Track privileged tasks in AWS CloudTrail"
SIGN_IN: Final = "CloudTrail User Guide, AWS Management Console sign-in events"
SERVICE_MODELS: Final = "operation names of all service models that AWS publishes in botocore"
GLOBAL_SERVICES: Final = "CloudTrail User Guide, CloudTrail concepts, global service events (standard partition)"
_ORGANIZATIONS_GUIDE: Final = "AWS Organizations User Guide, Logging AWS Organizations API calls with AWS CloudTrail"
_NOTICE: Final = "notice of AWS on global service events, in force since 22 November 2021"
SERVICE_AUTHORIZATION: Final = "Service Authorization Reference, access level of the action"

STRING: Final = frozenset({"string"})
OPTIONAL_STRING: Final = frozenset({"string", "missing"})
OBJECT: Final = frozenset({"object"})
OBJECT_OR_NULL: Final = frozenset({"object", "null", "missing"})
OPTIONAL_OBJECT: Final = frozenset({"object", "missing"})
_COMPARED: Final = frozenset({"string", "number", "missing"})
_CONTAINERS: Final = frozenset({"object", "array"})
_BOOLEANS: Final = frozenset({"true", "false"})


@dataclass(frozen=True, eq=False)
class FieldFact:
    """The values that a field may have in every record.

    Attributes:
        selector: The field.
        kinds: Some of missing, null, object, array, true, false, number, string.
        source: Where AWS says so.
        texts: The only strings that occur; None when any may.
        shape: Regular expression of the only strings that occur, in the language of filter patterns; None when any may.
        tier: Whether AWS writes so, or it is inferred from what AWS shows there.
    """

    selector: str
    kinds: frozenset[str]
    source: str
    texts: tuple[str, ...] | None = None
    shape: str | None = None
    tier: Tier = "documented"

    @property
    def path(self) -> tuple[Step, ...]:
        """The steps to the field."""
        return interned_selector(self.selector).steps

    @property
    def language(self) -> Regex | None:
        """The strings of this shape."""
        return None if self.shape is None else compile_regex(self.shape)

    def allows_text(self, text: str) -> bool:
        """Whether the field may be a string.

        Args:
            text: The string.

        Returns:
            Whether it may.
        """
        language = self.language
        return (self.texts is None or text in self.texts) and (language is None or language.contains(text))

    def allows(self, record: Mapping[str, Any]) -> bool:
        """Whether a record can be one of CloudTrail's as far as this fact is concerned.

        Args:
            record: The parsed record.

        Returns:
            Whether it can.
        """
        (node,) = select(interned_selector(self.selector), record)
        return kind_of(node) in self.kinds and (not isinstance(node, str) or self.allows_text(node))


@dataclass(frozen=True, eq=False)
class EventFact:
    """An implication that holds for every record.

    Attributes:
        when: Records that this is about.
        then: What is true of them.
        source: Where AWS says so.
        tier: Whether AWS writes so, or it is inferred from what AWS shows there.
    """

    when: FilterPattern
    then: FilterPattern
    source: str
    tier: Tier = "documented"

    def allows(self, record: Mapping[str, Any]) -> bool:
        """Whether a record can be one of CloudTrail's as far as this fact is concerned.

        Args:
            record: The parsed record.

        Returns:
            Whether it can.
        """
        return self.then.matches(record) or not self.when.matches(record)


@dataclass(frozen=True, eq=False)
class UnlistedFact:
    """What is true of every field that no other fact lists: null only where AWS says so.

    Whoever compares such a field takes it for a text or a number, whoever tests ``IS TRUE`` for a boolean, and whoever
    selects its members for an object or an array. Nothing else is read into it.

    Attributes:
        listed: The selectors of the other fields.
        source: Where AWS lists them.
        tier: Whether AWS writes so, or it is inferred from what AWS shows there.
    """

    listed: frozenset[str]
    source: str
    tier: Tier = "inferred"

    def fact_of(self, path: tuple[Step, ...], *, has_members: bool, is_boolean: bool) -> FieldFact:
        """What is known of an unlisted field.

        Args:
            path: The steps to the field.
            has_members: Whether members or elements of it are selected.
            is_boolean: Whether it is tested for true or false.

        Returns:
            The values that it may have.
        """
        return _unlisted(
            selector_text(path),
            _COMPARED | (_CONTAINERS if has_members else frozenset()) | (_BOOLEANS if is_boolean else frozenset()),
            self.source,
        )

    def allows(self, record: Mapping[str, Any]) -> bool:
        """Whether a record can be one of CloudTrail's as far as this fact is concerned.

        Args:
            record: The parsed record.

        Returns:
            Whether it can.
        """
        return all(selector_text(path) in self.listed for path in _nulls(record, ()))


@lru_cache(maxsize=4096)
def _unlisted(selector: str, kinds: frozenset[str], source: str) -> FieldFact:
    return FieldFact(selector, kinds, source, tier="inferred")


def _nulls(node: object, path: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    if node is None:
        yield path
    members = node.items() if isinstance(node, Mapping) else enumerate(node) if isinstance(node, list) else ()
    for step, child in members:
        yield from _nulls(child, (*path, step))


Fact = FieldFact | EventFact | UnlistedFact

_GUID: Final = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$"
_ACCOUNT_ID: Final = "^[0-9]{12}$"
# One name or two: ec2.amazonaws.com, delivery.logs.amazonaws.com.
_SERVICE: Final = r"^[a-z0-9-]+\.amazonaws\.com$|^[a-z0-9-]+\.[a-z0-9-]+\.amazonaws\.com$"
# AWS General Reference, partitions.
_PARTITIONS: Final = ("aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc")
_IP_ADDRESS: Final = r"^[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}$|^[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*:[0-9A-Fa-f.]*$"

IDENTITY_TYPES: Final = (
    *("Root", "IAMUser", "AssumedRole", "Role", "FederatedUser", "Directory", "AWSAccount", "AWSService"),
    *("IdentityCenterUser", "SAMLUser", "WebIdentityUser", "Unknown"),
)

FIELDS: Final = (
    FieldFact("$.eventVersion", STRING, RECORD_CONTENTS, shape=r"^[0-9]+\.[0-9]+$"),
    FieldFact(
        "$.eventTime",
        STRING,
        RECORD_CONTENTS,
        shape="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        tier="inferred",
    ),
    FieldFact("$.eventSource", STRING, RECORD_CONTENTS, shape=_SERVICE),
    FieldFact("$.eventName", STRING, RECORD_CONTENTS, shape="^[A-Za-z][A-Za-z0-9_.:-]*$", tier="inferred"),
    FieldFact("$.sourceIPAddress", STRING, RECORD_CONTENTS, shape=f"{_IP_ADDRESS}|{_SERVICE}|^AWS Internal$"),
    FieldFact("$.eventID", STRING, RECORD_CONTENTS, shape=_GUID),
    FieldFact(
        "$.eventType",
        STRING,
        RECORD_CONTENTS,
        ("AwsApiCall", "AwsConsoleSignIn", "AwsConsoleAction", "AwsServiceEvent"),
    ),
    FieldFact("$.eventCategory", STRING, RECORD_CONTENTS, ("Management",)),
    FieldFact("$.managementEvent", frozenset({"true"}), RECORD_CONTENTS),
    FieldFact("$.readOnly", frozenset({"true", "false", "missing"}), RECORD_CONTENTS),
    *(
        FieldFact(f"$.{name}", OPTIONAL_STRING, RECORD_CONTENTS)
        for name in (
            *("userAgent", "errorCode", "errorMessage", "requestID", "apiVersion", "vpcEndpointId"),
            *("sessionCredentialFromConsole", "vpcEndpointAccountId"),
        )
    ),
    FieldFact("$.recipientAccountId", OPTIONAL_STRING, RECORD_CONTENTS, shape=_ACCOUNT_ID),
    FieldFact("$.sharedEventID", OPTIONAL_STRING, RECORD_CONTENTS, shape=_GUID),
    *(
        FieldFact(f"$.{name}", OBJECT_OR_NULL, RECORD_CONTENTS)
        for name in ("requestParameters", "responseElements", "additionalEventData", "serviceEventDetails")
    ),
    *(
        FieldFact(f"$.{name}", OPTIONAL_OBJECT, RECORD_CONTENTS)
        for name in ("tlsDetails", "addendum", "edgeDeviceDetails", "insightDetails", "eventContext")
    ),
    *(
        FieldFact(f"$.tlsDetails.{name}", OPTIONAL_STRING, RECORD_CONTENTS)
        for name in ("tlsVersion", "cipherSuite", "clientProvidedHostHeader")
    ),
    FieldFact("$.resources", frozenset({"array", "missing"}), RECORD_CONTENTS),
    FieldFact("$.userIdentity", OBJECT, USER_IDENTITY),
    FieldFact("$.userIdentity.type", OPTIONAL_STRING, USER_IDENTITY, IDENTITY_TYPES),
    *(
        FieldFact(f"$.userIdentity.{name}", OPTIONAL_STRING, USER_IDENTITY)
        for name in (
            *("userName", "principalId", "arn", "accountId", "accessKeyId", "invokedBy", "identityProvider"),
            "credentialId",
        )
    ),
    *(
        FieldFact(f"$.userIdentity.{name}", OPTIONAL_OBJECT, USER_IDENTITY)
        for name in (
            *("sessionContext", "sessionContext.attributes", "sessionContext.sessionIssuer"),
            *("sessionContext.webIdFederationData", "onBehalfOf", "inScopeOf"),
        )
    ),
    *(
        FieldFact(f"$.userIdentity.onBehalfOf.{name}", OPTIONAL_STRING, USER_IDENTITY)
        for name in ("userId", "identityStoreArn")
    ),
    FieldFact(
        "$.userIdentity.sessionContext.attributes.mfaAuthenticated", OPTIONAL_STRING, USER_IDENTITY, ("true", "false")
    ),
    *(
        FieldFact(f"$.userIdentity.sessionContext.{name}", OPTIONAL_STRING, USER_IDENTITY)
        for name in ("attributes.creationDate", "sourceIdentity")
    ),
    # Only "true" is written there; that sessions of other kinds lack the field or have "false" stays open.
    FieldFact(
        "$.userIdentity.sessionContext.assumedRoot", OPTIONAL_STRING, USER_IDENTITY, ("true", "false"), tier="inferred"
    ),
    FieldFact("$.userIdentity.sessionContext.ec2RoleDelivery", OPTIONAL_STRING, USER_IDENTITY, ("1.0", "2.0")),
    *(
        FieldFact(f"$.userIdentity.sessionContext.sessionIssuer.{name}", OPTIONAL_STRING, USER_IDENTITY)
        for name in ("type", "userName", "principalId", "arn", "accountId")
    ),
    # The samples of the IAM User Guide have YES as well.
    FieldFact("$.additionalEventData.MFAUsed", OPTIONAL_STRING, SIGN_IN, ("Yes", "No", "YES")),
    FieldFact("$.additionalEventData.SamlProviderArn", OPTIONAL_STRING, SIGN_IN),
    FieldFact("$.responseElements.ConsoleLogin", OPTIONAL_STRING, SIGN_IN, ("Success", "Failure")),
)
_REGION: Final = "$.awsRegion"
UNLISTED: Final = UnlistedFact(frozenset({_REGION, *(fact.selector for fact in FIELDS)}), RECORD_CONTENTS)


def _words(text: str) -> list[str]:
    return text.split()


_EC2 = _words("""
AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress RevokeSecurityGroupEgress
CreateSecurityGroup DeleteSecurityGroup ModifySecurityGroupRules CreateNetworkAcl CreateNetworkAclEntry
DeleteNetworkAcl DeleteNetworkAclEntry ReplaceNetworkAclEntry ReplaceNetworkAclAssociation CreateCustomerGateway
DeleteCustomerGateway AttachInternetGateway CreateInternetGateway DeleteInternetGateway DetachInternetGateway
CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation DeleteRouteTable DisassociateRouteTable CreateVpc DeleteVpc
ModifyVpcAttribute AcceptVpcPeeringConnection RejectVpcPeeringConnection AttachClassicLinkVpc DetachClassicLinkVpc
DisableVpcClassicLink EnableVpcClassicLink
""")
_IAM = _words("""
DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy PutUserPolicy AttachRolePolicy
DetachRolePolicy AttachUserPolicy DetachUserPolicy AttachGroupPolicy DetachGroupPolicy
""")
_CLOUDTRAIL = ["CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"]
_KMS = ["DisableKey", "ScheduleKeyDeletion"]
_S3 = ["PutBucketAcl", "PutBucketCors", "PutBucketLifecycle", "DeleteBucketCors", "DeleteBucketLifecycle"]
_CONFIG = ["StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel", "PutConfigurationRecorder"]
_ORGANIZATIONS = _words("""
AcceptHandshake CreateOrganizationalUnit DeclineHandshake DeleteOrganizationalUnit DisablePolicyType EnablePolicyType
InviteAccountToOrganization LeaveOrganization MoveAccount RemoveAccountFromOrganization UpdateOrganizationalUnit
""")

SERVICE_OF: Final = {
    name: f"{service}.amazonaws.com"
    for service, names in (
        ("ec2", _EC2),
        ("iam", _IAM),
        ("cloudtrail", _CLOUDTRAIL),
        ("kms", _KMS),
        ("s3", _S3),
        ("config", _CONFIG),
        ("organizations", _ORGANIZATIONS),
        ("signin", ["ConsoleLogin"]),
    )
    for name in names
}
SEVERAL_SERVICES: Final = {
    "CreateRoute": "ec2.amazonaws.com",
    "DeleteRoute": "ec2.amazonaws.com",
    "CreateVpcPeeringConnection": "ec2.amazonaws.com",
    "DeleteVpcPeeringConnection": "ec2.amazonaws.com",
    "CreatePolicy": "iam.amazonaws.com",
    "DeletePolicy": "iam.amazonaws.com",
    "CreatePolicyVersion": "iam.amazonaws.com",
    "DeletePolicyVersion": "iam.amazonaws.com",
    "PutBucketPolicy": "s3.amazonaws.com",
    "PutBucketReplication": "s3.amazonaws.com",
    "DeleteBucketPolicy": "s3.amazonaws.com",
    "DeleteBucketReplication": "s3.amazonaws.com",
    "AttachPolicy": "organizations.amazonaws.com",
    "CreateAccount": "organizations.amazonaws.com",
    "DeleteOrganization": "organizations.amazonaws.com",
    "DetachPolicy": "organizations.amazonaws.com",
    "UpdatePolicy": "organizations.amazonaws.com",
}


def _named(names: list[str]) -> str:
    return " || ".join(f"$.eventName = {name}" for name in names)


def _arn(service: str, resource: str) -> str:
    forms = (f"^arn:{partition}:{service}::[0-9]{{12}}:{resource}" for partition in _PARTITIONS)
    return f"%{'|'.join(forms)}%"


def _about(when: str, then: str, source: str, tier: Tier = "documented") -> EventFact:
    return EventFact(parse(f"{{ {when} }}"), parse(f"{{ {then} }}"), source, tier)


def _chunks(names: list[str]) -> list[list[str]]:
    return [names[at : at + 16] for at in range(0, len(names), 16)]


_CALLS = sorted({*SERVICE_OF, *SEVERAL_SERVICES} - {"ConsoleLogin"})
_ISSUER = "$.userIdentity.sessionContext.sessionIssuer"
# The forms of a field by the type of the caller; where the field may be missing, only if "NOT EXISTS" is one of them.
_ACCOUNT: Final = f"%{_ACCOUNT_ID}%"
_IDS: Final = (
    ("Root", "$.userIdentity.principalId", (_ACCOUNT,), IDENTIFIERS),
    # A sign-in with a name that does not exist has no id.
    ("IAMUser", "$.userIdentity.principalId", ("NOT EXISTS", "%^AIDA[A-Z0-9]+$%"), IDENTIFIERS),
    ("Role", "$.userIdentity.principalId", ("NOT EXISTS", "%^AROA[A-Z0-9]+$%"), IDENTIFIERS),
    ("AssumedRole", "$.userIdentity.principalId", ("%^AROA[A-Z0-9]+:.%",), IDENTIFIERS),
    ("AssumedRole", f"{_ISSUER}.principalId", ("%^AROA[A-Z0-9]+$%",), IDENTIFIERS),
    ("AssumedRole", f"{_ISSUER}.accountId", (_ACCOUNT,), USER_IDENTITY),
    ("AssumedRole", "$.userIdentity.accessKeyId", ("NOT EXISTS", '= ""', "%^ASIA[A-Z0-9]+$%"), IDENTIFIERS),
    ("FederatedUser", "$.userIdentity.accessKeyId", ("NOT EXISTS", '= ""', "%^ASIA[A-Z0-9]+$%"), IDENTIFIERS),
    *((kind, "$.userIdentity.accountId", (_ACCOUNT,), USER_IDENTITY) for kind in ("Root", "IAMUser", "AssumedRole")),
)


def _one_of(selector: str, forms: tuple[str, ...]) -> str:
    return " || ".join(f"{selector} {'= ' if form.startswith('%') else ''}{form}" for form in forms)


EVENTS: Final = (
    *(
        _about(_named(chunk), f'$.eventSource = "{source}"', SERVICE_MODELS)
        for source in sorted(set(SERVICE_OF.values()))
        for chunk in _chunks([name for name, owner in SERVICE_OF.items() if owner == source])
    ),
    *(_about(_named(chunk), "$.readOnly IS FALSE", SERVICE_AUTHORIZATION) for chunk in _chunks(_CALLS)),
    *(_about(_named(chunk), "$.eventType = AwsApiCall", RECORD_CONTENTS) for chunk in _chunks(_CALLS)),
    _about("$.eventName = ConsoleLogin", "$.eventType = AwsConsoleSignIn", SIGN_IN),
    _about("$.eventType = AwsConsoleSignIn", "$.eventSource = signin.amazonaws.com", SIGN_IN, "inferred"),
    _about("$.eventName = ConsoleLogin", "$.readOnly IS FALSE", SIGN_IN),
    _about("$.eventName = ConsoleLogin", "$.responseElements.ConsoleLogin = *", SIGN_IN),
    # Who signs in does so by hand, and what goes wrong has a message but no code.
    _about("$.eventType = AwsConsoleSignIn", "$.userIdentity.invokedBy NOT EXISTS", SIGN_IN, "inferred"),
    _about("$.eventType = AwsConsoleSignIn", "$.errorCode NOT EXISTS", SIGN_IN, "inferred"),
    # An error code is the answer to a request, and a service event has none.
    _about("$.eventType = AwsServiceEvent", "$.errorCode NOT EXISTS", RECORD_CONTENTS, "inferred"),
    _about(
        '$.eventName = ConsoleLogin && $.errorMessage = "Failed authentication"',
        "$.responseElements.ConsoleLogin = Failure",
        SIGN_IN,
    ),
    _about(
        '$.eventName = ConsoleLogin && ($.userIdentity.type = "IAMUser" || $.userIdentity.type = "Root")',
        "$.additionalEventData.MFAUsed = *",
        SIGN_IN,
    ),
    # The provider is named where an identity provider vouched for the user; an IAM user has a password of its own.
    _about(
        '$.eventName = ConsoleLogin && $.userIdentity.type = "IAMUser"',
        "$.additionalEventData.SamlProviderArn NOT EXISTS",
        SIGN_IN,
    ),
    # Events that a service writes of its own accord name the account alone.
    _about("$.eventType != AwsServiceEvent", "$.userIdentity.type = *", USER_IDENTITY),
    _about("$.userIdentity.type = AssumedRole", f"{_ISSUER}.userName = *", USER_IDENTITY),
    _about("$.userIdentity.type = AssumedRole", f"{_ISSUER}.type = Role", USER_IDENTITY),
    _about("$.userIdentity.type = AssumedRole", f"{_ISSUER}.arn = {_arn('iam', 'role/.')}", USER_IDENTITY),
    _about("$.userIdentity.type = AssumedRole", "$.userIdentity.userName NOT EXISTS", USER_IDENTITY),
    _about("$.userIdentity.type = IAMUser", "$.userIdentity.userName = *", USER_IDENTITY),
    *(
        _about("$.userIdentity.type = IAMUser", f"{_ISSUER}.{name} NOT EXISTS", USER_IDENTITY, "inferred")
        for name in ("userName", "principalId", "arn")
    ),
    *(
        _about(f"$.userIdentity.type = {kind}", _one_of(selector, forms), source, "inferred")
        for kind, selector, forms, source in _IDS
    ),
    # Only credentials of a root user come from a call of AssumeRoot; the call itself has the field as well.
    _about(
        "$.userIdentity.sessionContext.assumedRoot = true && $.eventName != AssumeRoot",
        "$.userIdentity.type = Root",
        PRIVILEGED_TASKS,
        "inferred",
    ),
    _about("$.userIdentity.type = SAMLUser", "$.eventName = AssumeRoleWithSAML", USER_IDENTITY),
    _about("$.userIdentity.type = WebIdentityUser", "$.eventName = AssumeRoleWithWebIdentity", USER_IDENTITY),
    _about("$.userIdentity.type = AWSService", "$.userIdentity.invokedBy = *", USER_IDENTITY, "inferred"),
    _about(
        "$.userIdentity.identityProvider = *",
        "$.userIdentity.type = SAMLUser || $.userIdentity.type = WebIdentityUser",
        USER_IDENTITY,
    ),
    _about(
        "$.userIdentity.type = Root",
        f"$.userIdentity.arn = {_arn('iam', 'root$')}",
        USER_IDENTITY,
        "inferred",
    ),
    # A sign-in with a name that does not exist has no ARN.
    _about(
        "$.userIdentity.type = IAMUser",
        f"$.userIdentity.arn NOT EXISTS || $.userIdentity.arn = {_arn('iam', 'user/.')}",
        USER_IDENTITY,
        "inferred",
    ),
    _about(
        "$.userIdentity.type = AssumedRole",
        f"$.userIdentity.arn = {_arn('sts', 'assumed-role/.')}",
        USER_IDENTITY,
        "inferred",
    ),
)
GLOBAL_REGION: Final = "us-east-1"


@dataclass(frozen=True)
class GlobalService:
    """A service that has a global endpoint, whose events CloudTrail records in `GLOBAL_REGION`.

    Attributes:
        event_source: The service.
        elsewhere: Whether it has endpoints in other Regions too, which record their events there.
        left_out: Whether a trail of that Region alone leaves its events out if IncludeGlobalServiceEvents is false.
        source: Where AWS says so.
        tier: Whether AWS writes so, or it is inferred from what AWS shows there.
    """

    event_source: str
    elsewhere: bool
    left_out: bool
    source: str
    tier: Tier = "documented"


GLOBAL: Final = (
    GlobalService("iam.amazonaws.com", elsewhere=False, left_out=True, source=GLOBAL_SERVICES),
    GlobalService("cloudfront.amazonaws.com", elsewhere=False, left_out=True, source=GLOBAL_SERVICES),
    # Not one of those that the setting is documented for: recorded in its Region like any other service.
    GlobalService(
        "organizations.amazonaws.com", elsewhere=False, left_out=False, source=_ORGANIZATIONS_GUIDE, tier="inferred"
    ),
    # What the endpoint of the Region itself takes in looks the same in a record.
    GlobalService("sts.amazonaws.com", elsewhere=True, left_out=True, source=GLOBAL_SERVICES),
    GlobalService("signin.amazonaws.com", elsewhere=True, left_out=True, source=_NOTICE),
)
GLOBAL_SOURCES: Final = tuple(one.event_source for one in GLOBAL if not one.elsewhere)
_STANDARD_PARTITION: Final = (
    _about(
        " || ".join(f'$.eventSource = "{source}"' for source in GLOBAL_SOURCES),
        f'$.awsRegion = "{GLOBAL_REGION}"',
        GLOBAL_SERVICES,
    ),
    _about("$.eventName = ConsoleLogin && $.userIdentity.type = Root", f'$.awsRegion = "{GLOBAL_REGION}"', SIGN_IN),
)

# AWS General Reference, Regions of each partition.
_REGIONS: Final = {
    "aws": "^[abd-z][a-z]-[a-z]+-[0-9]+$|^c[a-mo-z]-[a-z]+-[0-9]+$",
    "aws-cn": "^cn-[a-z]+-[0-9]+$",
    "aws-us-gov": "^us-gov-[a-z]+-[0-9]+$",
}


def _in(partition: str) -> tuple[Fact, ...]:
    shape = _REGIONS.get(partition, "^[a-z]+-[a-z-]+-[0-9]+$")
    region = FieldFact(_REGION, STRING, RECORD_CONTENTS, shape=shape)
    return (region, *FIELDS, UNLISTED, *EVENTS, *(_STANDARD_PARTITION if partition == "aws" else ()))


_BY_PARTITION: Final = {partition: _in(partition) for partition in (*_REGIONS, "")}
FACTS: Final = _BY_PARTITION["aws"]


def facts_in(partition: str) -> tuple[Fact, ...]:
    """What is true of every record of a partition.

    Args:
        partition: ``aws``, ``aws-us-gov`` or ``aws-cn``; where global services record their events in the latter two
            is not taken for known, and of others nor are the names of their Regions.

    Returns:
        The same tuple at every call.
    """
    return _BY_PARTITION.get(partition, _BY_PARTITION[""])
