"""Prowler's metadata file of each check, made from the controls table.

Source of the form: `CheckMetadata` of Prowler, whose validators reject a title over 150 characters, a description or
risk over 400, a `RelatedUrl`, and any value outside of its lists of check types, categories and resource groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import remediation
from .benchmark import VERSIONS, requirements

if TYPE_CHECKING:
    from prowler_cis_monitoring.controls import Control

_CIS = "Software and Configuration Checks/Industry and Regulatory Standards/CIS AWS Foundations Benchmark"

_AWS_DOCS = "https://docs.aws.amazon.com"
PATH_PAGES = (
    f"{_AWS_DOCS}/awscloudtrail/latest/userguide/cloudwatch-alarms-for-cloudtrail.html",
    f"{_AWS_DOCS}/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html",
    f"{_AWS_DOCS}/sns/latest/dg/SubscribeTopic.html",
)
"""AWS documentation of the alert path itself."""


@dataclass(frozen=True)
class _Facts:
    """What only Prowler wants to know of a control.

    Attributes:
        threat: the kind of finding in AWS Security Hub's taxonomy, besides the benchmark.
        page: AWS documentation of the events.
        built_in: Prowler's own check of the same control.
    """

    threat: str
    page: str
    built_in: str


_SIGN_IN_PAGE = f"{_AWS_DOCS}/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html"
_VPC_GUIDE = f"{_AWS_DOCS}/vpc/latest/userguide"

_FACTS = {
    "unauthorized_api_calls": _Facts(
        "TTPs/Discovery",
        f"{_AWS_DOCS}/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html",
        "cloudwatch_log_metric_filter_unauthorized_api_calls",
    ),
    "console_signin_without_mfa": _Facts(
        "TTPs/Initial Access/Valid Accounts", _SIGN_IN_PAGE, "cloudwatch_log_metric_filter_sign_in_without_mfa"
    ),
    "root_usage": _Facts(
        "TTPs/Privilege Escalation",
        f"{_AWS_DOCS}/IAM/latest/UserGuide/id_root-user.html",
        "cloudwatch_log_metric_filter_root_usage",
    ),
    "iam_policy_changes": _Facts(
        "TTPs/Privilege Escalation",
        f"{_AWS_DOCS}/IAM/latest/UserGuide/cloudtrail-integration.html",
        "cloudwatch_log_metric_filter_policy_changes",
    ),
    "cloudtrail_configuration_changes": _Facts(
        "TTPs/Defense Evasion",
        f"{_AWS_DOCS}/awscloudtrail/latest/userguide/best-practices-security.html",
        "cloudwatch_log_metric_filter_and_alarm_for_cloudtrail_configuration_changes_enabled",
    ),
    "console_authentication_failures": _Facts(
        "TTPs/Credential Access", _SIGN_IN_PAGE, "cloudwatch_log_metric_filter_authentication_failures"
    ),
    "kms_key_disable_or_deletion": _Facts(
        "Effects/Data Destruction",
        f"{_AWS_DOCS}/kms/latest/developerguide/deleting-keys.html",
        "cloudwatch_log_metric_filter_disable_or_scheduled_deletion_of_kms_cmk",
    ),
    "s3_bucket_policy_changes": _Facts(
        "Effects/Data Exposure",
        f"{_AWS_DOCS}/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html",
        "cloudwatch_log_metric_filter_for_s3_bucket_policy_changes",
    ),
    "config_configuration_changes": _Facts(
        "TTPs/Defense Evasion",
        f"{_AWS_DOCS}/config/latest/developerguide/log-api-calls.html",
        "cloudwatch_log_metric_filter_and_alarm_for_aws_config_configuration_changes_enabled",
    ),
    "security_group_changes": _Facts(
        "Software and Configuration Checks/AWS Security Best Practices/Network Security",
        f"{_VPC_GUIDE}/vpc-security-groups.html",
        "cloudwatch_log_metric_filter_security_group_changes",
    ),
    "network_acl_changes": _Facts(
        "Software and Configuration Checks/AWS Security Best Practices/Network Security",
        f"{_VPC_GUIDE}/vpc-network-acls.html",
        "cloudwatch_changes_to_network_acls_alarm_configured",
    ),
    "network_gateway_changes": _Facts(
        "Effects/Data Exfiltration",
        f"{_VPC_GUIDE}/VPC_Internet_Gateway.html",
        "cloudwatch_changes_to_network_gateways_alarm_configured",
    ),
    "route_table_changes": _Facts(
        "Effects/Data Exfiltration",
        f"{_VPC_GUIDE}/VPC_Route_Tables.html",
        "cloudwatch_changes_to_network_route_tables_alarm_configured",
    ),
    "vpc_changes": _Facts(
        "Software and Configuration Checks/AWS Security Best Practices/Network Reachability",
        f"{_AWS_DOCS}/vpc/latest/peering/what-is-vpc-peering.html",
        "cloudwatch_changes_to_vpcs_alarm_configured",
    ),
    "organizations_changes": _Facts(
        "TTPs/Defense Evasion",
        f"{_AWS_DOCS}/organizations/latest/userguide/orgs_manage_policies_scps.html",
        "cloudwatch_log_metric_filter_aws_organizations_changes",
    ),
}


def pages(control: Control) -> list[str]:
    """AWS documentation of the control's events and of the alert path."""
    return [_FACTS[control.slug].page, *PATH_PAGES]


def built_in_check(control: Control) -> str:
    """Id of the check that Prowler itself has for the control."""
    return _FACTS[control.slug].built_in


def _number(control: Control) -> str:
    newest = requirements(VERSIONS[-1])
    return next(requirement.number for requirement in newest if requirement.slug == control.slug)


def metadata(control: Control) -> dict[str, Any]:
    """The content of the control's `.metadata.json`, in the order in which Prowler's own files list their fields."""
    facts = _FACTS[control.slug]
    return {
        "Provider": "aws",
        "CheckID": control.check_id,
        "CheckTitle": control.title,
        "CheckType": [_CIS, facts.threat],
        "CheckAliases": [],
        "ServiceName": "cloudwatch",
        "SubServiceName": "",
        "ResourceIdTemplate": "",
        "Severity": control.severity,
        "ResourceType": "AwsLogsLogGroup",
        "ResourceGroup": "monitoring",
        "Description": (
            f"Decides whether somebody would be told when {control.event}. Follows every path from a trail over log "
            "group, metric filter, metric, alarm and topic to a confirmed subscription, and asks whether the filters "
            f"match every event that CIS AWS Foundations Benchmark {VERSIONS[-1]} lists under {_number(control)}."
        ),
        "Risk": control.risk,
        "RelatedUrl": "",
        "AdditionalURLs": pages(control),
        "Remediation": {
            "Code": {
                "CLI": remediation.cli(control),
                "NativeIaC": f"```yaml\n{remediation.cloudformation(control)}\n```",
                "Other": remediation.console(control),
                "Terraform": f"```hcl\n{remediation.terraform(control)}\n```",
            },
            "Recommendation": {"Text": remediation.recommendation(control), "Url": ""},
        },
        # Not "threat-detection": Prowler leaves that category out of a run that does not ask for it.
        "Categories": ["logging"],
        "DependsOn": [],
        "RelatedTo": [facts.built_in],
        "Notes": control.reading,
    }
