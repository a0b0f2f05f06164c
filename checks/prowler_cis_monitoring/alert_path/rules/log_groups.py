"""Rules of log groups: a table and nothing else."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.rules.rule import Effect, Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "log-group-missing",
        "log group",
        Effect.BROKEN,
        "it does not exist, although the trail delivers to it",
        "CloudWatch Logs API, DescribeLogGroups",
        meaning="The trail names a log group that is gone; its events are lost on the way.",
        remedy="Create the log group again, or let the trail deliver to one that exists.",
    ),
    Rule(
        "log-group-class",
        "log group",
        Effect.BROKEN,
        "log groups of class {log_class} have no metric filters",
        "CloudWatch Logs API, LogGroup.logGroupClass",
        meaning="Metric filters exist in log groups of the Standard class only.",
        remedy="Let the trail deliver to a log group of the Standard class.",
    ),
    Rule(
        "log-group-class-unknown",
        "log group",
        Effect.UNSEEN,
        "whether log groups of class {log_class} have metric filters is not known",
        "CloudWatch Logs API, LogGroup.logGroupClass",
        meaning="AWS answered with a log class that is newer than this program.",
        remedy="Look in the AWS documentation whether log groups of that class have metric filters.",
    ),
    Rule(
        "log-group-masked",
        "log group",
        Effect.UNSEEN,
        "its data protection policy masks what metric filters see (dataProtectionStatus is {status})",
        "CloudWatch Logs User Guide, Help protect sensitive log data with masking: masked at all egress points, metric "
        "filters included",
        meaning="Values that the policy takes for sensitive reach metric filters as asterisks, so that a filter which "
        "compares such a value does not match. AWS does not document what its identifiers exactly find.",
        remedy="Look whether the data protection policy masks a value that the filter compares, or remove it from the "
        "trail's log group.",
    ),
    Rule(
        "log-group-masked-by-account",
        "log group",
        Effect.UNSEEN,
        "it inherits the account's data protection policy, which masks what metric filters see",
        "CloudWatch Logs User Guide, Help protect sensitive log data with masking: masked at all egress points, metric "
        "filters included",
        meaning="Values that the account's policy takes for sensitive reach metric filters as asterisks, so that a "
        "filter which compares such a value does not match. AWS does not document what its identifiers exactly find.",
        remedy="Look whether the account's data protection policy masks a value that the filter compares, or leave the "
        "trail's log group out of it.",
    ),
    Rule(
        "no-metric-filter",
        "log group",
        Effect.BROKEN,
        "it has no metric filter",
        "CIS AWS Foundations Benchmark, Monitoring, audit step 2",
        meaning="The events arrive in the log group, but nothing looks at them.",
        remedy="Create a metric filter with the control's pattern on this log group, and an alarm on its metric.",
    ),
    Rule(
        "no-matching-filter",
        "log group",
        Effect.BROKEN,
        "none of its metric filters ({filters:prose}) is meant for such events",
        "CIS AWS Foundations Benchmark, Monitoring, audit step 3",
        meaning="The log group has metric filters, but each was written for something else.",
        remedy="Create a metric filter with the control's pattern on this log group, and an alarm on its metric.",
    ),
)
