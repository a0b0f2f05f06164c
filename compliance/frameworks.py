"""Prowler's framework files for the Monitoring section, made from the benchmark and controls tables.

Each benchmark version becomes two files of one name, because Prowler reads them in two places: the legacy form puts the
control's number into every finding (column COMPLIANCE, `unmapped.compliance`), the universal form makes the table, the
CSV and the OCSF compliance file. The universal attributes are named as the legacy ones, so that the CSV has exactly the
columns of Prowler's own CIS reports.

The framework is called "CIS-Monitoring", not "CIS": Prowler adds up its own CIS tables over all frameworks of that name
whose version matches, and ours would be counted in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.controls import CONTROLS

from . import metadata, remediation
from .benchmark import SECURITY_HUB, requirements

if TYPE_CHECKING:
    from prowler_cis_monitoring.controls import Control

    from .benchmark import Requirement

FRAMEWORK = "CIS-Monitoring"

_ATTRIBUTES = (
    "Section",
    "SubSection",
    "Profile",
    "AssessmentStatus",
    "Description",
    "RationaleStatement",
    "ImpactStatement",
    "RemediationProcedure",
    "AuditProcedure",
    "AdditionalInformation",
    "DefaultValue",
    "References",
)
_LEVELS = ["Level 1", "Level 2"]
_TABLE_NOTE = (
    "* MANUAL findings, which a person has to look at, are in no column of this table; the CSV gives their reasons."
)

_SECURITY_HUB_TITLE = "AWS Security Hub is switched on"
_SECURITY_HUB_PAGE = "https://docs.aws.amazon.com/securityhub/latest/userguide/what-is-securityhub.html"


def name(version: str) -> str:
    """The framework's name on Prowler's command line, which is its file name."""
    return f"cis_monitoring_{version}_aws"


def _title(version: str) -> str:
    return f"CIS AWS Foundations Benchmark {version}, Monitoring section: do the alerts reach somebody?"


def _description(version: str) -> str:
    return (
        f"The Monitoring controls of CIS AWS Foundations Benchmark {version}, decided along the whole alert path: "
        "trail, log group, metric filter, metric, alarm, topic, confirmed subscription. All texts are this project's "
        "own; the benchmark itself is published by the Center for Internet Security."
    )


def _audit(control: Control) -> str:
    return f"""\
The check {control.check_id} does these steps in every Region, for every path. By hand, follow one:
1. aws cloudtrail describe-trails: take a trail with IsMultiRegionTrail true and a CloudWatchLogsLogGroupArn. Ask its \
home Region for everything that follows.
2. aws cloudtrail get-trail-status --name TRAIL: IsLogging is true and LatestCloudWatchLogsDeliveryError is absent.
3. aws cloudtrail get-event-selectors --trail-name TRAIL: management events, reads and writes, none excluded.
4. aws logs describe-metric-filters --log-group-name LOG_GROUP: the filters together match every event of \
{control.required_pattern} and each adds at least 1 to its metric.
5. aws cloudwatch describe-alarms: an alarm on that metric, same namespace and name, goes to ALARM after one event; \
ActionsEnabled is true and AlarmActions names a topic.
6. aws sns get-topic-attributes --topic-arn TOPIC: the topic exists and its policy lets CloudWatch publish.
7. aws sns list-subscriptions-by-topic --topic-arn TOPIC: one SubscriptionArn is an ARN, not PendingConfirmation."""


def _additional_information(requirement: Requirement, control: Control) -> str:
    sentences = [control.reading]
    if control.newer_events and _older(requirement.version, control.newer_since):
        names = ", ".join(control.newer_events)
        sentences.append(
            f"Version {requirement.version} does not ask for {names}; the check does, and says so when nothing else is "
            f"missing. The setting benchmark: '{requirement.version}' judges by what this version asks for."
        )
    if requirement.prowler_differs:
        sentences.append(
            f"Prowler's own cis_{requirement.version}_aws repeats version 1.5 here; this level and assessment are "
            f"those of {requirement.version}."
        )
    return " ".join(sentences)


def _older(version: str, other: str) -> bool:
    return [int(part) for part in version.split(".")] < [int(part) for part in other.split(".")]


def _control_attributes(requirement: Requirement) -> dict[str, str]:
    control = CONTROLS[requirement.slug]
    return {
        "Description": (
            f"Somebody is told when {control.event}. The events, as a CloudWatch Logs filter pattern: "
            f"{control.required_pattern}"
        ),
        "RationaleStatement": control.risk,
        "ImpactStatement": (
            "The alarm notifies when it goes to ALARM and is silent while it stays there: a burst of events sends one "
            "message. Somebody has to read it."
        ),
        "RemediationProcedure": f"{remediation.recommendation(control)}\n{remediation.cli(control)}",
        "AuditProcedure": _audit(control),
        "AdditionalInformation": _additional_information(requirement, control),
        "DefaultValue": "A new AWS account has no trail, no metric filter and no alarm.",
        "References": ", ".join(metadata.pages(control)),
    }


def _security_hub_attributes() -> dict[str, str]:
    return {
        "Description": "Security Hub is enabled in the account, in every Region in use.",
        "RationaleStatement": (
            "Security Hub gathers the findings of GuardDuty, Inspector, Macie, AWS Config and others in one list. "
            "Without it each service keeps its own, and the one that nobody opens is the one that has the finding."
        ),
        "ImpactStatement": "Security Hub needs AWS Config and is billed by checks and findings.",
        "RemediationProcedure": "aws securityhub enable-security-hub --enable-default-standards --region REGION",
        "AuditProcedure": (
            "Prowler's own check securityhub_enabled decides this requirement. By hand: "
            "aws securityhub describe-hub --region REGION returns a HubArn."
        ),
        "AdditionalInformation": "This control is no event kind and has no alert path.",
        "DefaultValue": "Security Hub is off.",
        "References": _SECURITY_HUB_PAGE,
    }


def _attributes(requirement: Requirement) -> dict[str, str]:
    own = _security_hub_attributes() if requirement.slug == SECURITY_HUB else _control_attributes(requirement)
    values = {
        "Section": requirement.section,
        "SubSection": "",
        "Profile": f"Level {requirement.level}",
        "AssessmentStatus": requirement.assessment,
        **own,
    }
    return {key: values[key] for key in _ATTRIBUTES}


def _requirement_title(requirement: Requirement) -> str:
    return _SECURITY_HUB_TITLE if requirement.slug == SECURITY_HUB else CONTROLS[requirement.slug].title


def legacy(version: str) -> dict[str, Any]:
    """Content of the file for the entry-point group `prowler.compliance`.

    Source of the form: `Compliance` and `CIS_Requirement_Attribute` in `prowler.lib.check.compliance_models`.
    """
    return {
        "Framework": FRAMEWORK,
        "Name": _title(version),
        "Version": version,
        "Provider": "AWS",
        "Description": _description(version),
        "Requirements": [
            {
                "Id": requirement.number,
                "Description": _requirement_title(requirement),
                "Checks": [requirement.check_id],
                "Attributes": [_attributes(requirement)],
            }
            for requirement in requirements(version)
        ],
    }


def _attribute_metadata(key: str) -> dict[str, Any]:
    enums = {"Profile": _LEVELS, "AssessmentStatus": ["Automated", "Manual"]}
    described: dict[str, Any] = {"key": key, "type": "str", "required": True}
    if key in enums:
        described["enum"] = enums[key]
    return described


def universal(version: str) -> dict[str, Any]:
    """Content of the file for the entry-point group `prowler.compliance.universal`.

    Source of the form: `ComplianceFramework` in `prowler.lib.check.compliance_models`.
    """
    return {
        "framework": FRAMEWORK,
        "name": _title(version),
        "version": version,
        "provider": "AWS",
        "description": _description(version),
        "attributes_metadata": [_attribute_metadata(key) for key in _ATTRIBUTES],
        "outputs": {
            "table_config": {
                "group_by": "Section",
                "split_by": {"field": "Profile", "values": _LEVELS},
                "labels": {"footer_note": _TABLE_NOTE},
            }
        },
        "requirements": [
            {
                "id": requirement.number,
                "name": _requirement_title(requirement),
                "description": _requirement_title(requirement),
                "attributes": _attributes(requirement),
                "checks": {"aws": [requirement.check_id]},
            }
            for requirement in requirements(version)
        ],
    }
