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
    ),
    Rule(
        "log-group-class",
        "log group",
        Effect.BROKEN,
        "log groups of class {log_class} have no metric filters",
        "CloudWatch Logs API, LogGroup.logGroupClass",
    ),
    Rule(
        "log-group-class-unknown",
        "log group",
        Effect.UNSEEN,
        "whether log groups of class {log_class} have metric filters is not known",
        "CloudWatch Logs API, LogGroup.logGroupClass",
    ),
    Rule(
        "no-metric-filter",
        "log group",
        Effect.BROKEN,
        "it has no metric filter",
        "CIS AWS Foundations Benchmark, Monitoring, audit step 2",
    ),
    Rule(
        "no-matching-filter",
        "log group",
        Effect.BROKEN,
        "none of its metric filters ({filters}) is meant for such events",
        "CIS AWS Foundations Benchmark, Monitoring, audit step 3",
    ),
)
