"""What AWS documents of every CloudTrail management event, so that a decision need not consider impossible records.

Two tables: the kinds of value that a field may have, and implications between fields. Each row has its source.
Service names follow the service models that AWS publishes with its SDKs: a name that several services use
(CreateRoute, CreatePolicy, ...) is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from prowler_cis_monitoring.filter_pattern.matching import kind_of, select
from prowler_cis_monitoring.filter_pattern.parser import interned_selector
from prowler_cis_monitoring.filter_pattern.pattern import FilterPattern, parse
from prowler_cis_monitoring.filter_pattern.syntax import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

RECORD_CONTENTS: Final = "CloudTrail User Guide, CloudTrail record contents"
USER_IDENTITY: Final = "CloudTrail User Guide, CloudTrail userIdentity element"
SIGN_IN: Final = "CloudTrail User Guide, AWS Management Console sign-in events"
SERVICE_MODELS: Final = "operation names of all service models that AWS publishes in botocore"
GLOBAL_SERVICES: Final = "CloudTrail User Guide, CloudTrail concepts, global service events (standard partition)"
SERVICE_AUTHORIZATION: Final = "Service Authorization Reference, access level of the action"

STRING: Final = frozenset({"string"})
OPTIONAL_STRING: Final = frozenset({"string", "missing"})
OBJECT: Final = frozenset({"object"})
OBJECT_OR_NULL: Final = frozenset({"object", "null", "missing"})
OPTIONAL_OBJECT: Final = frozenset({"object", "missing"})


@dataclass(frozen=True, eq=False)
class FieldFact:
    """The values that a field may have in every record.

    Attributes:
        selector: The field.
        kinds: Some of missing, null, object, array, true, false, number, string.
        source: Where AWS says so.
        texts: The only strings that occur; None when any may.
    """

    selector: str
    kinds: frozenset[str]
    source: str
    texts: tuple[str, ...] | None = None

    @property
    def path(self) -> tuple[Step, ...]:
        """The steps to the field."""
        return interned_selector(self.selector).steps

    def allows(self, record: Mapping[str, Any]) -> bool:
        """Whether a record can be one of CloudTrail's as far as this fact is concerned.

        Args:
            record: The parsed record.

        Returns:
            Whether it can.
        """
        (node,) = select(interned_selector(self.selector), record)
        return kind_of(node) in self.kinds and (self.texts is None or not isinstance(node, str) or node in self.texts)


@dataclass(frozen=True, eq=False)
class EventFact:
    """An implication that holds for every record.

    Attributes:
        when: Records that this is about.
        then: What is true of them.
        source: Where AWS says so.
    """

    when: FilterPattern
    then: FilterPattern
    source: str

    def allows(self, record: Mapping[str, Any]) -> bool:
        """Whether a record can be one of CloudTrail's as far as this fact is concerned.

        Args:
            record: The parsed record.

        Returns:
            Whether it can.
        """
        return self.then.matches(record) or not self.when.matches(record)


Fact = FieldFact | EventFact

FIELDS: Final = (
    *(
        FieldFact(f"$.{name}", STRING, RECORD_CONTENTS)
        for name in (
            "eventVersion",
            "eventTime",
            "eventSource",
            "eventName",
            "awsRegion",
            "sourceIPAddress",
            "eventID",
        )
    ),
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
            "userAgent",
            "errorCode",
            "errorMessage",
            "requestID",
            "apiVersion",
            "recipientAccountId",
            "sharedEventID",
            "vpcEndpointId",
        )
    ),
    FieldFact("$.requestParameters", OBJECT_OR_NULL, RECORD_CONTENTS),
    FieldFact("$.responseElements", OBJECT_OR_NULL, RECORD_CONTENTS),
    FieldFact("$.additionalEventData", OBJECT_OR_NULL, RECORD_CONTENTS),
    FieldFact("$.serviceEventDetails", OBJECT_OR_NULL, RECORD_CONTENTS),
    FieldFact("$.tlsDetails", OPTIONAL_OBJECT, RECORD_CONTENTS),
    FieldFact("$.resources", frozenset({"array", "missing"}), RECORD_CONTENTS),
    FieldFact("$.userIdentity", OBJECT, USER_IDENTITY),
    *(
        FieldFact(f"$.userIdentity.{name}", OPTIONAL_STRING, USER_IDENTITY)
        for name in (
            "type",
            "userName",
            "principalId",
            "arn",
            "accountId",
            "accessKeyId",
            "invokedBy",
            "identityProvider",
        )
    ),
    FieldFact("$.userIdentity.sessionContext", OPTIONAL_OBJECT, USER_IDENTITY),
    FieldFact("$.userIdentity.sessionContext.attributes", OPTIONAL_OBJECT, USER_IDENTITY),
    FieldFact("$.userIdentity.sessionContext.sessionIssuer", OPTIONAL_OBJECT, USER_IDENTITY),
    FieldFact(
        "$.userIdentity.sessionContext.attributes.mfaAuthenticated", OPTIONAL_STRING, USER_IDENTITY, ("true", "false")
    ),
    FieldFact("$.userIdentity.sessionContext.attributes.creationDate", OPTIONAL_STRING, USER_IDENTITY),
    *(
        FieldFact(f"$.userIdentity.sessionContext.sessionIssuer.{name}", OPTIONAL_STRING, USER_IDENTITY)
        for name in ("type", "userName", "principalId", "arn", "accountId")
    ),
    FieldFact("$.additionalEventData.MFAUsed", OPTIONAL_STRING, SIGN_IN, ("Yes", "No")),
    FieldFact("$.additionalEventData.SamlProviderArn", OPTIONAL_STRING, SIGN_IN),
)


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


def _about(when: str, then: str, source: str) -> EventFact:
    return EventFact(parse(f"{{ {when} }}"), parse(f"{{ {then} }}"), source)


def _chunks(names: list[str]) -> list[list[str]]:
    return [names[at : at + 16] for at in range(0, len(names), 16)]


_WRITES = sorted({*SERVICE_OF, *SEVERAL_SERVICES} - {"ConsoleLogin"})

EVENTS: Final = (
    *(
        _about(_named(chunk), f'$.eventSource = "{source}"', SERVICE_MODELS)
        for source in sorted(set(SERVICE_OF.values()))
        for chunk in _chunks([name for name, owner in SERVICE_OF.items() if owner == source])
    ),
    *(_about(_named(chunk), "$.readOnly IS FALSE", SERVICE_AUTHORIZATION) for chunk in _chunks(_WRITES)),
    _about("$.eventName = ConsoleLogin", "$.eventType = AwsConsoleSignIn", SIGN_IN),
    _about("$.eventName = ConsoleLogin", "$.readOnly IS FALSE", SIGN_IN),
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
)
GLOBAL_SOURCES: Final = ("iam.amazonaws.com", "organizations.amazonaws.com")
GLOBAL_REGION: Final = "us-east-1"
_STANDARD_PARTITION: Final = (
    _about(
        " || ".join(f'$.eventSource = "{source}"' for source in GLOBAL_SOURCES),
        f'$.awsRegion = "{GLOBAL_REGION}"',
        GLOBAL_SERVICES,
    ),
)

FACTS: Final[tuple[Fact, ...]] = (*FIELDS, *EVENTS, *_STANDARD_PARTITION)
_ELSEWHERE: Final[tuple[Fact, ...]] = (*FIELDS, *EVENTS)


def facts_in(partition: str) -> tuple[Fact, ...]:
    """What is true of every record of a partition.

    Args:
        partition: ``aws``, ``aws-us-gov`` or ``aws-cn``; where global services record their events in the latter two
            is not taken for known.

    Returns:
        The same tuple at every call.
    """
    return FACTS if partition == "aws" else _ELSEWHERE
