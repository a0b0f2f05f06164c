"""Rules of metric filters and their metrics: a table and nothing else."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.rules.rule import Effect, Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "filter-pattern-unparsed",
        "metric filter",
        Effect.UNSEEN,
        "its pattern could not be understood (column {column}: {problem})",
        "CloudWatch Logs User Guide, Filter pattern syntax",
    ),
    Rule(
        "filter-everyday",
        "metric filter",
        Effect.BROKEN,
        "it also matches everyday events ({everyday}), so its alarm is always on and says nothing",
        "verdict rule: an alarm that never rests is no alert",
    ),
    Rule(
        "filter-beside-others",
        "metric filter",
        Effect.NOTE,
        "this holds for those of its events that {others}",
        "CloudWatch User Guide, Dimensions: filters of one metric add to the same datapoints",
    ),
    Rule(
        "filter-beside-many",
        "metric filter",
        Effect.UNSEEN,
        "whether its alarm tells anybody depends on which other filters match the same event: {filters}",
        "CloudWatch User Guide, Dimensions: filters of one metric add to the same datapoints",
    ),
    Rule(
        "filter-gap",
        "metric filter",
        Effect.BROKEN,
        "{difference}; missed event: {missed}",
        "CIS AWS Foundations Benchmark, Monitoring, audit step 3",
    ),
    Rule(
        "no-alarm",
        "metric",
        Effect.BROKEN,
        "no alarm watches it{nearest}",
        "CIS AWS Foundations Benchmark, Monitoring, audit step 5",
    ),
    Rule(
        "metric-filter-on-transformed-logs",
        "metric filter",
        Effect.UNSEEN,
        "it reads the transformed log events of {log_group}, and its transformer was not read: look whether the "
        "pattern fits them",
        "CloudWatch Logs API, PutMetricFilter.applyOnTransformedLogs",
    ),
    Rule(
        "metric-filter-selection-unreadable",
        "metric filter",
        Effect.UNSEEN,
        "it selects log events by {criteria}, which could not be read ({error})",
        "CloudWatch Logs API, PutMetricFilter.fieldSelectionCriteria",
    ),
    Rule(
        "metric-filter-selection-admits",
        "metric filter",
        Effect.NOTE,
        "it selects log events by {criteria}, which admits account {account}",
        "CloudWatch Logs API, PutMetricFilter.fieldSelectionCriteria",
    ),
    Rule(
        "metric-filter-selection-of-others",
        "metric filter",
        Effect.BROKEN,
        "it selects log events by {criteria}, which leaves out account {account} and the owner of the log group "
        "(account {owner})",
        "CloudWatch Logs API, PutMetricFilter.fieldSelectionCriteria",
    ),
    Rule(
        "metric-filter-selection-by-account",
        "metric filter",
        Effect.UNSEEN,
        "it selects log events by {criteria}; whether that looks at account {owner}, which owns the log group, or at "
        "account {account}, whose event it is, is not documented",
        "CloudWatch Logs API, PutMetricFilter.fieldSelectionCriteria",
    ),
    Rule(
        "metric-filter-selection-by-region",
        "metric filter",
        Effect.UNSEEN,
        "it selects log events by {criteria}; whether that looks at the Region of the log group ({region}) or of "
        "the event is not documented",
        "CloudWatch Logs API, PutMetricFilter.fieldSelectionCriteria",
    ),
    Rule(
        "metric-filter-selection-elsewhere",
        "metric filter",
        Effect.UNSEEN,
        "it selects log events by {criteria}, which leaves out what is logged in account {account}, Region {region}",
        "CloudWatch Logs API, PutMetricFilter.fieldSelectionCriteria",
    ),
    Rule(
        "metric-value-of-a-field",
        "metric filter",
        Effect.UNSEEN,
        "it publishes the number in {value} instead of a constant, and nobody knows whether the event carries one",
        "CloudWatch Logs API, MetricTransformation.metricValue",
    ),
    Rule(
        "metric-value-no-number",
        "metric filter",
        Effect.UNSEEN,
        "it publishes {value!r}, which is not a number",
        "CloudWatch Logs API, MetricTransformation.metricValue",
    ),
    Rule(
        "metric-value-zero",
        "metric filter",
        Effect.NOTE,
        "it publishes 0 for every event, which only the statistic SampleCount can tell from nothing",
        "CloudWatch Logs API, MetricTransformation.metricValue",
    ),
    Rule(
        "metric-default-with-dimensions",
        "metric filter",
        Effect.NOTE,
        "it has dimensions, so its default value {default:g} is never published",
        "CloudWatch Logs User Guide, Creating metrics from log events using filters",
    ),
    Rule(
        "metric-system-dimension",
        "metric filter",
        Effect.UNSEEN,
        "it publishes {dimension} as a dimension, and which events carry {value} there is not documented",
        "CloudWatch Logs API, PutMetricFilter.emitSystemFieldDimensions",
    ),
    Rule(
        "metric-dimension-unreadable",
        "metric filter",
        Effect.UNSEEN,
        "it takes the dimension {dimension} from {field}, and which events carry {value} there cannot be written "
        "as a condition",
        "CloudWatch Logs API, MetricTransformation.dimensions",
    ),
)
