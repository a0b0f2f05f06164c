"""Rules of trails: a table and nothing else."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.rules.rule import AUDIT, Effect, Hidden, Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "no-region",
        "account",
        Effect.UNSEEN,
        "none of the audited Regions has CloudTrail, so no trail could be listed",
        AUDIT,
        meaning="None of the Regions that were scanned has CloudTrail, so nothing is known of the account's trails.",
        remedy="Scan at least one Region in which CloudTrail is available.",
    ),
    Rule(
        "trail-single-region",
        "trail",
        Effect.BROKEN,
        "it records events of {region} only (IsMultiRegionTrail is false)",
        AUDIT,
        meaning=(
            "A trail of one Region records nothing of what happens in the others, where an intruder may well "
            "prefer to work."
        ),
        remedy="Turn the trail into a multi-Region trail.",
        opening="Somebody is told only in {region} when",
    ),
    Rule(
        "trail-without-global-events",
        "trail",
        Effect.BROKEN,
        "it records events of {region} only, and of these none of global services such as IAM (IsMultiRegionTrail and "
        "IncludeGlobalServiceEvents are false)",
        "CloudTrail API, Trail.IncludeGlobalServiceEvents; CloudTrail User Guide, CloudTrail concepts, global service "
        "events",
        meaning=(
            "IAM, STS, CloudFront and console sign-ins record what happens at their global endpoints in us-east-1. A "
            "trail of that Region alone leaves this out if it is told to, and records nothing of other Regions."
        ),
        remedy="Turn the trail into a multi-Region trail, which includes the events of global services.",
        opening="Somebody is told only in {region}, and not of global services, when",
    ),
    Rule(
        "trail-not-logging",
        "trail",
        Effect.BROKEN,
        "logging is stopped (IsLogging is false)",
        AUDIT,
        meaning="A stopped trail records nothing, so nothing behind it can ever react.",
        remedy="Start logging on the trail.",
    ),
    Rule(
        "trail-delivery-failing",
        "trail",
        Effect.BROKEN,
        "its last delivery to CloudWatch Logs failed (LatestCloudWatchLogsDeliveryError is {error})",
        "CloudTrail API, GetTrailStatus.LatestCloudWatchLogsDeliveryError",
        meaning=(
            "CloudTrail could not write to the log group the last time it tried, so metric filters see no events."
        ),
        remedy="Mend the trail's role, its policy or the log group until CloudTrail delivers again.",
    ),
    Rule(
        "trail-delivery-stopped",
        "trail",
        Effect.BROKEN,
        "it delivers to its S3 bucket (last on {bucket:%Y-%m-%d %H:%M} UTC), but not to CloudWatch Logs (last: {last})",
        "CloudTrail API, GetTrailStatus.LatestDeliveryTime and LatestCloudWatchLogsDeliveryTime",
        meaning=(
            "The trail records events and keeps them in its bucket, but they no longer arrive in the log group, though "
            "CloudTrail tells no error."
        ),
        remedy="Mend the trail's role, its policy or the log group until CloudTrail delivers to CloudWatch Logs again.",
    ),
    Rule(
        "trail-delivery-old",
        "trail",
        Effect.NOTE,
        "it last delivered to CloudWatch Logs on {at:%Y-%m-%d}, more than a day before this scan",
        "CloudTrail API, GetTrailStatus.LatestCloudWatchLogsDeliveryTime",
        meaning=(
            "Nothing reached the log group for more than a day. In an account in which nothing happens that is "
            "as it should be."
        ),
        remedy="Look whether the account is really so quiet, or whether the delivery to CloudWatch Logs is broken.",
    ),
    Rule(
        "trail-delivery-never",
        "trail",
        Effect.NOTE,
        "it has never delivered to CloudWatch Logs, and to its S3 bucket last on {bucket:%Y-%m-%d}, more than a day "
        "before this scan",
        "CloudTrail API, GetTrailStatus.LatestDeliveryTime and LatestCloudWatchLogsDeliveryTime",
        meaning=(
            "Nothing has reached the log group yet. In an account in which nothing has happened since the trail was "
            "given that log group, that is as it should be."
        ),
        remedy="Look whether the account is really so quiet, or whether the delivery to CloudWatch Logs is broken.",
    ),
    Rule(
        "trail-no-management-events",
        "trail",
        Effect.BROKEN,
        "its event selectors record no management events",
        AUDIT,
        meaning="API calls and sign-ins are management events; a trail without them records data events at most.",
        remedy="Let the trail's event selectors record all management events.",
    ),
    Rule(
        "trail-selector-unknown",
        "trail",
        Effect.UNSEEN,
        "an advanced event selector tests {field}, which management events of trails are not known to have",
        "CloudTrail API, AdvancedFieldSelector.Field",
        meaning=(
            "The trail chooses its events by a field whose values in management events are not documented, so "
            "what it records is not known."
        ),
        remedy=(
            "Remove that condition from the advanced event selector, or look in CloudTrail whether such events arrive."
        ),
    ),
    Rule(
        "trail-selectors-too-long",
        "trail",
        Effect.UNSEEN,
        "its advanced event selectors name values of more than {most:,} characters together, and are not decided",
        "limit of this program: what an account holds must not hold up a scan",
        meaning="So many or so long values take too much work to decide, so what the trail records is not known.",
        remedy="Let the advanced event selectors name fewer or shorter values, or let them begin or end alike.",
    ),
    Rule(
        "organization-covered",
        "trail",
        Effect.NOTE,
        "it is an organisation trail, and the alert holds for every account of the organisation",
        "CloudTrail User Guide, Creating a trail for an organization",
        meaning=(
            "The trail carries the events of all accounts of the organisation, and the filter leaves none of them out."
        ),
        remedy="Leave it as it is.",
    ),
    Rule(
        "organization-not-covered",
        "trail",
        Effect.NOTE,
        "it is an organisation trail, but the alert holds for account {account} and not for every other account: "
        "{difference:prose}",
        "CloudTrail User Guide, Creating a trail for an organization",
        meaning=(
            "The trail carries the events of all accounts of the organisation, but the filter lets pass only "
            "those of some."
        ),
        remedy=(
            "Remove the condition on the account from the metric filter if the alert is meant for the whole "
            "organisation."
        ),
    ),
    Rule(
        "organization-trail-foreign",
        "trail",
        Effect.UNSEEN,
        "it runs through account {account:prose}, which this scan does not read: scan account "
        "{account:prose}, or name it and a role "
        "to read it with (cross_account_accounts, cross_account_role); seen from here, the trail {seen:prose}",
        "CloudTrail User Guide, Creating a trail for an organization",
        meaning="The trail belongs to another account, and what lies behind it cannot be seen from here.",
        remedy=(
            "Scan the account that owns the trail, or name it and a role to read it with (cross_account_accounts, "
            "cross_account_role)."
        ),
        hidden_by=Hidden.OWNER,
        advises=True,
    ),
    Rule(
        "trail-without-log-group",
        "trail",
        Effect.BROKEN,
        "it delivers to no log group",
        AUDIT,
        meaning="Metric filters read log groups; a trail that only writes to S3 feeds none.",
        remedy="Let the trail deliver to a CloudWatch Logs log group.",
    ),
    Rule(
        "trail-without-role",
        "trail",
        Effect.BROKEN,
        "it has no role to write to its log group with (CloudWatchLogsRoleArn is empty)",
        "CloudTrail API, Trail.CloudWatchLogsRoleArn",
        meaning="Without a role CloudTrail is not allowed to write to the log group.",
        remedy="Give the trail a role that may create log streams and put log events in its log group.",
    ),
    Rule(
        "trail-gap",
        "trail",
        Effect.BROKEN,
        "its event selectors do not record every event asked for; missed event: {missed:prose}",
        "CloudTrail API, PutEventSelectors",
        meaning=(
            "The trail leaves out some of the events that must raise an alert, so no filter behind it can match them."
        ),
        remedy="Let the trail's event selectors record all management events, read and write, of all sources.",
    ),
)
