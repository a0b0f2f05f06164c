"""The fifteen monitoring controls of the CIS AWS Foundations Benchmark: which events must raise an alert.

A table and nothing else. It knows the filter-pattern language only as text, and imports nothing that is slow to import.

The required pattern of a control is the weakest reading of the newest benchmark version (7.0): the smallest set of
events that an alert path must catch. Filters that catch more pass; a filter that catches less fails with the event it
misses. Two rules keep that set small. An API call is required only from its own service, because the same event name
can exist in several services: with the guard on our side, filters with and without a guard both pass. A condition that
the benchmark gives with an alternative counts in its narrowest form.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Control:
    """One event kind of the benchmark's Monitoring section.

    Attributes:
        slug: our name of the control.
        title: what is true of an account that passes, at most 150 characters.
        event: the event as the end of "…when": "somebody uses the root user".
        risk: what goes unnoticed without the alert, at most 400 characters.
        severity: critical, high, medium or low.
        threat: the kind of finding in AWS Security Hub's taxonomy.
        page: AWS documentation of the events, below docs.aws.amazon.com.
        built_in: Prowler's own check of the same control; empty where it has none.
        required_pattern: filter pattern of the events that must raise an alert.
        suggested_pattern: the pattern that the remediation installs: the audit text of benchmark version 7.0, so that
            tools which look for the benchmark's own wording are content too. It covers `required_pattern`.
        reading: which reading of the benchmark `required_pattern` is, and why.
        newer_events: event names that only the newer benchmark versions demand.
        newer_since: the first version that demands them.
        earlier_pattern: `required_pattern` without `newer_events`; empty when there are none.
    """

    slug: str
    title: str
    event: str
    risk: str
    severity: str
    threat: str
    page: str
    required_pattern: str
    suggested_pattern: str
    reading: str
    built_in: str = ""
    newer_events: tuple[str, ...] = ()
    newer_since: str = ""
    earlier_pattern: str = ""

    @property
    def check_id(self) -> str:
        """Id of the Prowler check that decides this control."""
        return f"cloudwatch_alerting_{self.slug}"


def _any_of(*event_names: str) -> str:
    return " || ".join(f"($.eventName = {name})" for name in event_names)


def _calls(service: str, *event_names: str) -> str:
    return f"{{ ($.eventSource = {service}.amazonaws.com) && ({_any_of(*event_names)}) }}"


_IAM_POLICY_CALLS = (
    "DeleteGroupPolicy",
    "DeleteRolePolicy",
    "DeleteUserPolicy",
    "PutGroupPolicy",
    "PutRolePolicy",
    "PutUserPolicy",
    "CreatePolicy",
    "DeletePolicy",
    "CreatePolicyVersion",
    "DeletePolicyVersion",
    "AttachRolePolicy",
    "DetachRolePolicy",
    "AttachUserPolicy",
    "DetachUserPolicy",
    "AttachGroupPolicy",
    "DetachGroupPolicy",
)
_TRAIL_CALLS = ("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging")
_KEY_CALLS = ("DisableKey", "ScheduleKeyDeletion")
_BUCKET_CALLS = (
    "PutBucketAcl",
    "PutBucketPolicy",
    "PutBucketCors",
    "PutBucketLifecycle",
    "PutBucketReplication",
    "DeleteBucketPolicy",
    "DeleteBucketCors",
    "DeleteBucketLifecycle",
    "DeleteBucketReplication",
)
_CONFIG_CALLS = ("StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel", "PutConfigurationRecorder")
_SECURITY_GROUP_CALLS = (
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
    "CreateSecurityGroup",
    "DeleteSecurityGroup",
)
_NETWORK_ACL_CALLS = (
    "CreateNetworkAcl",
    "CreateNetworkAclEntry",
    "DeleteNetworkAcl",
    "DeleteNetworkAclEntry",
    "ReplaceNetworkAclEntry",
    "ReplaceNetworkAclAssociation",
)
_GATEWAY_CALLS = (
    "CreateCustomerGateway",
    "DeleteCustomerGateway",
    "AttachInternetGateway",
    "CreateInternetGateway",
    "DeleteInternetGateway",
    "DetachInternetGateway",
)
_ROUTE_CALLS = (
    "CreateRoute",
    "CreateRouteTable",
    "ReplaceRoute",
    "ReplaceRouteTableAssociation",
    "DeleteRouteTable",
    "DeleteRoute",
    "DisassociateRouteTable",
)
_VPC_CALLS = (
    "CreateVpc",
    "DeleteVpc",
    "ModifyVpcAttribute",
    "AcceptVpcPeeringConnection",
    "CreateVpcPeeringConnection",
    "DeleteVpcPeeringConnection",
    "RejectVpcPeeringConnection",
    "AttachClassicLinkVpc",
    "DetachClassicLinkVpc",
    "DisableVpcClassicLink",
    "EnableVpcClassicLink",
)
_ORGANIZATIONS_CALLS = (
    "AcceptHandshake",
    "AttachPolicy",
    "CreateAccount",
    "CreateOrganizationalUnit",
    "CreatePolicy",
    "DeclineHandshake",
    "DeleteOrganization",
    "DeleteOrganizationalUnit",
    "DeletePolicy",
    "DetachPolicy",
    "DisablePolicyType",
    "EnablePolicyType",
    "InviteAccountToOrganization",
    "LeaveOrganization",
    "MoveAccount",
    "RemoveAccountFromOrganization",
    "UpdatePolicy",
    "UpdateOrganizationalUnit",
)

_ROWS: tuple[Control, ...] = (
    Control(
        slug="unauthorized_api_calls",
        title="API calls refused for lack of permission alert somebody",
        event="an API call is refused for lack of permission",
        risk=(
            "Whoever holds stolen credentials first tries what they allow, and most of those tries are refused. "
            "Unseen refusals give the intruder all the time needed to find the permission that works; "
            "seen early, they are the cheapest sign of a break-in."
        ),
        severity="medium",
        threat="TTPs/Discovery",
        page="awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html",
        built_in="cloudwatch_log_metric_filter_unauthorized_api_calls",
        required_pattern=(
            '{ (($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*"))'
            ' && ($.sourceIPAddress != "delivery.logs.amazonaws.com") && ($.eventName != "HeadBucket") }'
        ),
        suggested_pattern=(
            '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*")'
            ' && ($.sourceIPAddress != "delivery.logs.amazonaws.com") && ($.eventName != "HeadBucket") }'
        ),
        reading=(
            "Since 2.0 the benchmark excludes log delivery and HeadBucket, but without parentheses: && binds tighter "
            "than ||, so its text excludes them for AccessDenied* only. Here both exclusions apply to both error "
            "codes, so that filters with and without the parentheses pass. Versions 1.3 to 1.5 join the exclusions "
            "with ||: that matches everything asked for and nearly every other event too, so that the alarm is "
            "always on and the check does not accept it."
        ),
    ),
    Control(
        slug="console_signin_without_mfa",
        title="Console sign-ins without MFA alert somebody",
        event="an IAM user signs in to the console without MFA",
        risk=(
            "A sign-in without a second factor shows that a password alone opens the account. Nobody can tell the "
            "owner of the password from the person who guessed, bought or phished it, and the session that follows "
            "has all the rights of the user."
        ),
        severity="medium",
        threat="TTPs/Initial Access/Valid Accounts",
        page="awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html",
        built_in="cloudwatch_log_metric_filter_sign_in_without_mfa",
        required_pattern=(
            '{ ($.eventSource = signin.amazonaws.com) && ($.eventName = "ConsoleLogin")'
            ' && ($.additionalEventData.MFAUsed = "No") && ($.userIdentity.type = "IAMUser")'
            ' && ($.responseElements.ConsoleLogin = "Success") }'
        ),
        suggested_pattern='{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }',
        reading=(
            "Since 1.4 the benchmark accepts two patterns: every sign-in without MFA, or only successful ones of IAM "
            "users, because federated users bring their MFA from elsewhere. The second, narrower one is required "
            'here. CloudTrail writes MFAUsed as "Yes" or "No", so a filter may ask for = "No" as well as for != '
            '"Yes".'
        ),
    ),
    Control(
        slug="root_usage",
        title="Use of the root user alerts somebody",
        event="somebody uses the root user",
        risk=(
            "The root user can do anything, and no IAM policy limits it. Legitimate use is rare, so every "
            "use deserves a question. Without the alert a stolen root password or key can close the account, delete "
            "backups or lock out its owners before anyone looks."
        ),
        severity="high",
        threat="TTPs/Privilege Escalation",
        page="IAM/latest/UserGuide/id_root-user.html",
        built_in="cloudwatch_log_metric_filter_root_usage",
        required_pattern=(
            '{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS)'
            ' && ($.eventType != "AwsServiceEvent") }'
        ),
        suggested_pattern=(
            '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS'
            ' && $.eventType != "AwsServiceEvent" }'
        ),
        reading=(
            "The benchmark's conditions, the same in every version: any call of the root user, in any service, "
            "except calls that AWS services make on its behalf and events that AWS itself writes."
        ),
    ),
    Control(
        slug="iam_policy_changes",
        title="Changes of IAM policies alert somebody",
        event="an IAM policy is created, deleted, attached, detached or rewritten",
        risk=(
            "IAM policies decide who may do what. One attached policy turns an ordinary user into an administrator, "
            "and one inline policy leaves a quiet way back in. Unseen, the new rights look like everybody else's "
            "when somebody finally reads them."
        ),
        severity="high",
        threat="TTPs/Privilege Escalation",
        page="IAM/latest/UserGuide/cloudtrail-integration.html",
        built_in="cloudwatch_log_metric_filter_policy_changes",
        required_pattern=_calls("iam", *_IAM_POLICY_CALLS),
        suggested_pattern=f"{{ {_any_of(*_IAM_POLICY_CALLS)} }}",
        reading=(
            "The sixteen calls of the benchmark, demanded of IAM only: AWS Organizations, AWS IoT and others have "
            "calls of the same name. The benchmark's own unguarded pattern passes too."
        ),
    ),
    Control(
        slug="cloudtrail_configuration_changes",
        title="Changes of CloudTrail's configuration alert somebody",
        event="a trail is created, changed, deleted, started or stopped",
        risk=(
            "Switching off the log is the natural first step of somebody who does not want to be seen. Every other "
            "alert of this section feeds on the trail: once it is stopped or points elsewhere, all of them fall "
            "silent together, and silence looks like calm."
        ),
        severity="high",
        threat="TTPs/Defense Evasion",
        page="awscloudtrail/latest/userguide/best-practices-security.html",
        built_in="cloudwatch_log_metric_filter_and_alarm_for_cloudtrail_configuration_changes_enabled",
        required_pattern=_calls("cloudtrail", *_TRAIL_CALLS),
        suggested_pattern=f"{{ {_any_of(*_TRAIL_CALLS)} }}",
        reading=(
            "The five calls of the benchmark, demanded of CloudTrail only. PutEventSelectors, which also changes "
            "what a trail records, is in no benchmark version and therefore not required."
        ),
    ),
    Control(
        slug="console_authentication_failures",
        title="Failed console sign-ins alert somebody",
        event="a console sign-in fails",
        risk=(
            "Guessing a password leaves a row of failed sign-ins. Unseen, the guessing goes on until it succeeds, "
            "and the address and user name that would have told where it came from are read only afterwards."
        ),
        severity="medium",
        threat="TTPs/Credential Access",
        page="awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html",
        built_in="cloudwatch_log_metric_filter_authentication_failures",
        required_pattern=(
            '{ ($.eventSource = signin.amazonaws.com) && ($.eventName = "ConsoleLogin")'
            ' && ($.errorMessage = "Failed authentication") }'
        ),
        suggested_pattern='{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
        reading=(
            "The benchmark's conditions, the same in every version. A filter may look at the result of the sign-in in "
            "another way as long as it matches every event that carries this message."
        ),
    ),
    Control(
        slug="kms_key_disable_or_deletion",
        title="Disabling or scheduled deletion of KMS keys alerts somebody",
        event="a KMS key is disabled or scheduled for deletion",
        risk=(
            "Data encrypted with a disabled key cannot be read, and after the key is deleted it never can be again. A "
            "deletion has a waiting period of 7 to 30 days, during which it can be cancelled, provided that somebody "
            "knows about it."
        ),
        severity="high",
        threat="Effects/Data Destruction",
        page="kms/latest/developerguide/deleting-keys.html",
        built_in="cloudwatch_log_metric_filter_disable_or_scheduled_deletion_of_kms_cmk",
        required_pattern=_calls("kms", *_KEY_CALLS),
        suggested_pattern=_calls("kms", *_KEY_CALLS),
        reading=(
            "The two calls of the benchmark, with its own guard on KMS. The benchmark speaks of customer-created "
            "keys; calls of these names can concern no others, because AWS managed keys can be neither disabled nor "
            "deleted."
        ),
    ),
    Control(
        slug="s3_bucket_policy_changes",
        title="Changes of S3 bucket policies alert somebody",
        event="the policy, ACL, CORS, lifecycle or replication rule of a bucket changes",
        risk=(
            "One call can open a bucket to the world, copy it to a foreign account or let a lifecycle rule empty it. "
            "The data leaves or expires without another event that names it; the change of the rule is the moment at "
            "which it could still be stopped."
        ),
        severity="medium",
        threat="Effects/Data Exposure",
        page="AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html",
        built_in="cloudwatch_log_metric_filter_for_s3_bucket_policy_changes",
        required_pattern=_calls("s3", *_BUCKET_CALLS),
        suggested_pattern=_calls("s3", *_BUCKET_CALLS),
        reading=(
            "The nine calls of the benchmark, with its own guard on S3. Calls that it does not name, such as the "
            "block on public access, are not required."
        ),
    ),
    Control(
        slug="config_configuration_changes",
        title="Changes of AWS Config's configuration alert somebody",
        event="AWS Config's recorder or delivery channel is changed, stopped or deleted",
        risk=(
            "AWS Config is the memory of how each resource looked and when it changed. With the recorder stopped or "
            "the channel gone, rules no longer evaluate and later questions of what was changed, and back to what, "
            "have no answer."
        ),
        severity="medium",
        threat="TTPs/Defense Evasion",
        page="config/latest/developerguide/log-api-calls.html",
        built_in="cloudwatch_log_metric_filter_and_alarm_for_aws_config_configuration_changes_enabled",
        required_pattern=_calls("config", *_CONFIG_CALLS),
        suggested_pattern=_calls("config", *_CONFIG_CALLS),
        reading=(
            "The four calls of the benchmark, with its own guard on AWS Config. DeleteConfigurationRecorder is in no "
            "benchmark version and therefore not required."
        ),
    ),
    Control(
        slug="security_group_changes",
        title="Changes of security groups alert somebody",
        event="a security group or one of its rules is created, changed or deleted",
        risk=(
            "A security group is the firewall of an instance. One rule opens a database or an administration port to "
            "the whole internet, where scanners find it within minutes; without the alert it stays open until the "
            "next review."
        ),
        severity="medium",
        threat="Software and Configuration Checks/AWS Security Best Practices/Network Security",
        page="vpc/latest/userguide/vpc-security-groups.html",
        built_in="cloudwatch_log_metric_filter_security_group_changes",
        required_pattern=_calls("ec2", *_SECURITY_GROUP_CALLS, "ModifySecurityGroupRules"),
        suggested_pattern=f"{{ {_any_of(*_SECURITY_GROUP_CALLS, 'ModifySecurityGroupRules')} }}",
        reading=(
            "The seven calls of version 5.0 and later, demanded of EC2 only. ModifySecurityGroupRules is new in 5.0: a "
            "filter written for an older version misses rules that are rewritten in place."
        ),
        newer_events=("ModifySecurityGroupRules",),
        newer_since="5.0",
        earlier_pattern=_calls("ec2", *_SECURITY_GROUP_CALLS),
    ),
    Control(
        slug="network_acl_changes",
        title="Changes of network ACLs alert somebody",
        event="a network ACL or one of its entries is created, replaced or deleted",
        risk=(
            "A network ACL guards a whole subnet. A replaced entry can let traffic in that every security group "
            "behind it was never written for, or cut the subnet off; both look like a network fault to those who "
            "were not told."
        ),
        severity="medium",
        threat="Software and Configuration Checks/AWS Security Best Practices/Network Security",
        page="vpc/latest/userguide/vpc-network-acls.html",
        built_in="cloudwatch_changes_to_network_acls_alarm_configured",
        required_pattern=_calls("ec2", *_NETWORK_ACL_CALLS),
        suggested_pattern=f"{{ {_any_of(*_NETWORK_ACL_CALLS)} }}",
        reading="The six calls of the benchmark, the same in every version, demanded of EC2 only.",
    ),
    Control(
        slug="network_gateway_changes",
        title="Changes of network gateways alert somebody",
        event="a customer gateway or internet gateway is created, attached, detached or deleted",
        risk=(
            "A gateway is a door between a VPC and another network. A new internet gateway takes a private network "
            "to the internet, a new customer gateway to an unknown site; unseen, either is a way out for data."
        ),
        severity="medium",
        threat="Effects/Data Exfiltration",
        page="vpc/latest/userguide/VPC_Internet_Gateway.html",
        built_in="cloudwatch_changes_to_network_gateways_alarm_configured",
        required_pattern=_calls("ec2", *_GATEWAY_CALLS),
        suggested_pattern=f"{{ {_any_of(*_GATEWAY_CALLS)} }}",
        reading=(
            "The six calls of the benchmark, the same in every version, demanded of EC2 only. NAT, transit and virtual "
            "private gateways are in no benchmark version and therefore not required."
        ),
    ),
    Control(
        slug="route_table_changes",
        title="Changes of route tables alert somebody",
        event="a route or route table is created, replaced, disassociated or deleted",
        risk=(
            "A route decides where packets go. One replaced route sends the traffic of a subnet past the firewall or "
            "through a machine that reads along, and everything still works, so that nobody looks."
        ),
        severity="medium",
        threat="Effects/Data Exfiltration",
        page="vpc/latest/userguide/VPC_Route_Tables.html",
        built_in="cloudwatch_changes_to_network_route_tables_alarm_configured",
        required_pattern=_calls("ec2", *_ROUTE_CALLS),
        suggested_pattern=f"{{ ($.eventSource = ec2.amazonaws.com) && {_any_of(*_ROUTE_CALLS)} }}",
        reading=(
            "The seven calls of the benchmark, demanded of EC2 only. From 3.0 on the audit text carries a guard on "
            "EC2 that, for lack of parentheses, holds for the first call alone, and the remediation text has none; "
            "API Gateway and App Mesh have a CreateRoute of their own. Filters with a full, a partial and no guard "
            "all pass."
        ),
    ),
    Control(
        slug="vpc_changes",
        title="Changes of VPCs and their peerings alert somebody",
        event="a VPC, a VPC peering or a ClassicLink is created, changed or deleted",
        risk=(
            "A peering joins two networks that were apart, perhaps across companies; a new VPC lies outside of "
            "whatever watches the old ones. Unseen, the border that every other network control relies on has moved."
        ),
        severity="medium",
        threat="Software and Configuration Checks/AWS Security Best Practices/Network Reachability",
        page="vpc/latest/peering/what-is-vpc-peering.html",
        built_in="cloudwatch_changes_to_vpcs_alarm_configured",
        required_pattern=_calls("ec2", *_VPC_CALLS),
        suggested_pattern=f"{{ {_any_of(*_VPC_CALLS)} }}",
        reading=(
            "The eleven calls of the benchmark, the same in every version, demanded of EC2 only: GameLift has "
            "peering calls of the same name. AWS has retired ClassicLink, but the newest version still lists its "
            "four calls, so they are still required."
        ),
    ),
    Control(
        slug="organizations_changes",
        title="Changes of AWS Organizations alert somebody",
        event="an account, organizational unit, policy or invitation of the organization changes",
        risk=(
            "The organization holds the guard rails of all its accounts. Detaching one policy, or moving an account "
            "out from under it, lifts limits that no account can see being lifted; an account that leaves takes its "
            "data with it."
        ),
        severity="high",
        threat="TTPs/Defense Evasion",
        page="organizations/latest/userguide/orgs_manage_policies_scps.html",
        built_in="cloudwatch_log_metric_filter_aws_organizations_changes",
        required_pattern=_calls("organizations", *_ORGANIZATIONS_CALLS),
        suggested_pattern=(
            "{ ($.eventSource = organizations.amazonaws.com) && ("
            + " || ".join(f'($.eventName = "{name}")' for name in _ORGANIZATIONS_CALLS)
            + ") }"
        ),
        reading=(
            "The eighteen calls of the benchmark, with its own guard on AWS Organizations. CancelHandshake, "
            "CreateOrganization and EnableAllFeatures, which some tools also ask for, are in no benchmark version."
        ),
    ),
)

CONTROLS: Mapping[str, Control] = MappingProxyType({control.slug: control for control in _ROWS})
"""The fifteen controls by slug, in the order of the benchmark."""
