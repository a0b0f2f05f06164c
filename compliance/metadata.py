"""Prowler's metadata file of each check, made from the controls table.

Source of the form: `CheckMetadata` of Prowler, whose validators reject a title over 150 characters, a description or
risk over 400, a `RelatedUrl`, a recommendation's `Url` outside of hub.prowler.com, and any value outside of its lists
of check types, categories and resource groups.
"""

from __future__ import annotations

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


def pages(control: Control) -> list[str]:
    """AWS documentation of the control's events and of the alert path."""
    return [f"{_AWS_DOCS}/{control.page}", *PATH_PAGES]


def _numbers(control: Control) -> list[str]:
    """The control's number in the newest version of the benchmark; none where that does not ask for it."""
    return [found.number for found in requirements(VERSIONS[-1]) if found.slug == control.slug]


def _asked_for(control: Control) -> str:
    for number in _numbers(control):
        return f"match every event that CIS AWS Foundations Benchmark {VERSIONS[-1]} lists under {number}."
    return "match every event of the control's required pattern, which the CIS benchmark does not ask for."


def metadata(control: Control) -> dict[str, Any]:
    """The content of the control's `.metadata.json`, in the order in which Prowler's own files list their fields."""
    return {
        "Provider": "aws",
        "CheckID": control.check_id,
        "CheckTitle": control.title,
        "CheckType": [_CIS, control.threat] if _numbers(control) else [control.threat],
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
            f"{_asked_for(control)}"
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
            # Prowler takes no address but its own in `Url`, and shows links of the text.
            "Recommendation": {
                "Text": f"{remediation.recommendation(control)} {remediation.read_on(control, pages(control)[0])}",
                "Url": "",
            },
        },
        # Not "threat-detection": Prowler leaves that category out of a run that does not ask for it.
        "Categories": ["logging"],
        "DependsOn": [],
        "RelatedTo": [control.built_in] if control.built_in else [],
        "Notes": control.reading,
    }
