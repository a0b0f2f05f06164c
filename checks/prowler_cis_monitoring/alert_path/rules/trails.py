"""Rules of trails: a table and nothing else."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.rules.rule import AUDIT, Effect, Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "no-region",
        "account",
        Effect.UNSEEN,
        "none of the audited Regions has CloudTrail, so no trail could be listed",
        AUDIT,
    ),
    Rule(
        "trail-single-region",
        "trail",
        Effect.BROKEN,
        "it records events of {region} only (IsMultiRegionTrail is false)",
        AUDIT,
    ),
    Rule("trail-not-logging", "trail", Effect.BROKEN, "logging is stopped (IsLogging is false)", AUDIT),
    Rule(
        "trail-delivery-failing",
        "trail",
        Effect.BROKEN,
        "its last delivery to CloudWatch Logs failed (LatestCloudWatchLogsDeliveryError is {error})",
        "CloudTrail API, GetTrailStatus.LatestCloudWatchLogsDeliveryError",
    ),
    Rule(
        "trail-delivery-old",
        "trail",
        Effect.NOTE,
        "it last delivered to CloudWatch Logs on {at:%Y-%m-%d}, more than a day before this scan",
        "CloudTrail API, GetTrailStatus.LatestCloudWatchLogsDeliveryTime",
    ),
    Rule(
        "trail-no-management-events",
        "trail",
        Effect.BROKEN,
        "its event selectors record no management events",
        AUDIT,
    ),
    Rule(
        "trail-selector-unknown",
        "trail",
        Effect.UNSEEN,
        "an advanced event selector tests {field}, which management events of trails are not known to have",
        "CloudTrail API, AdvancedFieldSelector.Field",
    ),
    Rule(
        "organization-covered",
        "trail",
        Effect.NOTE,
        "it is an organisation trail, and the alert holds for every account of the organisation",
        "CloudTrail User Guide, Creating a trail for an organization",
    ),
    Rule(
        "organization-not-covered",
        "trail",
        Effect.NOTE,
        "it is an organisation trail, but the alert holds for account {account} and not for every other account: "
        "{difference}",
        "CloudTrail User Guide, Creating a trail for an organization",
    ),
    Rule(
        "organization-trail-foreign",
        "trail",
        Effect.UNSEEN,
        "it runs through account {account}, which this scan does not read: scan account {account}, or name a role to "
        "read it with (cross_account_role); seen from here, the trail {seen}",
        "CloudTrail User Guide, Creating a trail for an organization",
    ),
    Rule("trail-without-log-group", "trail", Effect.BROKEN, "it delivers to no log group", AUDIT),
    Rule(
        "trail-without-role",
        "trail",
        Effect.BROKEN,
        "it has no role to write to its log group with (CloudWatchLogsRoleArn is empty)",
        "CloudTrail API, Trail.CloudWatchLogsRoleArn",
    ),
    Rule(
        "trail-gap",
        "trail",
        Effect.BROKEN,
        "its event selectors do not record every event asked for; missed event: {missed}",
        "CloudTrail API, PutEventSelectors",
    ),
)
