"""Everyday CloudTrail events. A filter that matches one of them has an alarm that is always on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from prowler_cis_monitoring.filter_pattern.events import ACCOUNT, ROLE, record
from prowler_cis_monitoring.records import dataclass


@dataclass(frozen=True)
class EverydayEvent:
    """One kind of event that every account records all day.

    Attributes:
        name: What happens, as the end of "also matches ...".
        record: A complete record of it.
    """

    name: str
    record: Mapping[str, Any]


def _service(name: str) -> dict[str, str]:
    return {"type": "AWSService", "invokedBy": name}


def _by_service(
    service: str, identity: Mapping[str, Any], source: str, event: str, **changes: object
) -> dict[str, Any]:
    return record(source, event, identity, sourceIPAddress=service, userAgent=service, readOnly=True, **changes)


_CONFIG_ROLE: Final = {
    **ROLE,
    "principalId": "AROAEXAMPLECONFIG23K4:AWSConfig-Describe",
    "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSServiceRoleForConfig/AWSConfig-Describe",
    "sessionContext": {
        **ROLE["sessionContext"],
        "sessionIssuer": {
            "type": "Role",
            "principalId": "AROAEXAMPLECONFIG23K4",
            "arn": f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
            "accountId": ACCOUNT,
            "userName": "AWSServiceRoleForConfig",
        },
    },
    "invokedBy": "config.amazonaws.com",
}

# What inventories read of each control's nouns, in every account and Region: AWS Config's recorder, the controls of
# Security Hub, the consoles of the services, and Prowler's own daily run. A filter `*Noun*` matches them as well.
# Sources: AWS Config Developer Guide, "Supported resource types" (it describes each type that it records); Security Hub
# User Guide, "Controls reference"; the `*_service.py` of Prowler.
_READ_BY_INVENTORIES: Final[Mapping[str, tuple[str, ...]]] = {
    "ec2": (
        "DescribeSecurityGroups",
        "DescribeSecurityGroupRules",
        "DescribeVpcs",
        "DescribeVpcAttribute",
        "DescribeVpcPeeringConnections",
        "DescribeVpcClassicLink",
        "DescribeNetworkAcls",
        "DescribeRouteTables",
        "DescribeInternetGateways",
        "DescribeCustomerGateways",
    ),
    "iam": (
        "GetPolicy",
        "GetPolicyVersion",
        "ListPolicies",
        "GetRolePolicy",
        "ListAttachedRolePolicies",
        "GetUserPolicy",
        "ListAttachedUserPolicies",
        "GetGroupPolicy",
        "ListAttachedGroupPolicies",
    ),
    "cloudtrail": ("GetTrailStatus", "GetEventSelectors"),
    "config": ("DescribeDeliveryChannels", "DescribeConfigurationRecorderStatus"),
    "s3": (
        "GetBucketPolicy",
        "GetBucketCors",
        "GetBucketLifecycle",
        "GetBucketReplication",
        "GetBucketLogging",
    ),
    "kms": ("DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListKeys"),
    "organizations": (
        "ListAccounts",
        "DescribeAccount",
        "DescribePolicy",
        "ListTargetsForPolicy",
        "DescribeOrganizationalUnit",
        "ListOrganizationalUnitsForParent",
        "ListHandshakesForAccount",
    ),
}

EVERYDAY_EVENTS: Final[tuple[EverydayEvent, ...]] = (
    EverydayEvent(
        "a service assuming a role",
        _by_service(
            "lambda.amazonaws.com",
            _service("lambda.amazonaws.com"),
            "sts.amazonaws.com",
            "AssumeRole",
            requestParameters={"roleArn": f"arn:aws:iam::{ACCOUNT}:role/function", "roleSessionName": "function"},
            responseElements={"assumedRoleUser": {"arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/function/function"}},
        ),
    ),
    EverydayEvent(
        "DescribeInstances by an assumed role", record("ec2.amazonaws.com", "DescribeInstances", ROLE, readOnly=True)
    ),
    EverydayEvent(
        "GetCallerIdentity by an assumed role", record("sts.amazonaws.com", "GetCallerIdentity", ROLE, readOnly=True)
    ),
    EverydayEvent(
        "Decrypt with a key by a service",
        _by_service(
            "secretsmanager.amazonaws.com",
            {**ROLE, "invokedBy": "secretsmanager.amazonaws.com"},
            "kms.amazonaws.com",
            "Decrypt",
            requestParameters={"encryptionAlgorithm": "SYMMETRIC_DEFAULT"},
        ),
    ),
    EverydayEvent(
        "GenerateDataKey by an assumed role",
        record(
            "kms.amazonaws.com",
            "GenerateDataKey",
            ROLE,
            readOnly=True,
            requestParameters={"keyId": "alias/aws/s3", "keySpec": "AES_256"},
        ),
    ),
    EverydayEvent("ListBuckets by an assumed role", record("s3.amazonaws.com", "ListBuckets", ROLE, readOnly=True)),
    EverydayEvent(
        "GetBucketAcl by AWS Config",
        _by_service(
            "config.amazonaws.com",
            _CONFIG_ROLE,
            "s3.amazonaws.com",
            "GetBucketAcl",
            requestParameters={"bucketName": "amzn-s3-demo-bucket", "acl": ""},
        ),
    ),
    EverydayEvent(
        "GetBucketAcl by CloudTrail's own delivery",
        _by_service(
            "cloudtrail.amazonaws.com", _service("cloudtrail.amazonaws.com"), "s3.amazonaws.com", "GetBucketAcl"
        ),
    ),
    EverydayEvent(
        "DescribeTrails by an assumed role", record("cloudtrail.amazonaws.com", "DescribeTrails", ROLE, readOnly=True)
    ),
    EverydayEvent(
        "DescribeConfigurationRecorders by an assumed role",
        record("config.amazonaws.com", "DescribeConfigurationRecorders", ROLE, readOnly=True),
    ),
    EverydayEvent("ListRoles by an assumed role", record("iam.amazonaws.com", "ListRoles", ROLE, readOnly=True)),
    EverydayEvent(
        "DescribeOrganization by a service",
        _by_service("config.amazonaws.com", _CONFIG_ROLE, "organizations.amazonaws.com", "DescribeOrganization"),
    ),
    EverydayEvent(
        "CreateLogStream by a function",
        record(
            "logs.amazonaws.com",
            "CreateLogStream",
            ROLE,
            requestParameters={
                "logGroupName": "/aws/lambda/function",
                "logStreamName": "2026/03/02/[$LATEST]0123456789abcdef",
            },
        ),
    ),
    *(
        EverydayEvent(f"{name} by an assumed role", record(f"{service}.amazonaws.com", name, ROLE, readOnly=True))
        for service, names in _READ_BY_INVENTORIES.items()
        for name in names
    ),
)
