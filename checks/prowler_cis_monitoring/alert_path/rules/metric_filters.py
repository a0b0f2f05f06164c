"""Rules of metric filters and their metrics: a table and nothing else."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.rules.rule import Effect, Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "filter-pattern-unparsed",
        "metric filter",
        Effect.UNSEEN,
        "its pattern could not be understood (column {column}: {problem:prose})",
        "CloudWatch Logs User Guide, Filter pattern syntax",
        meaning="The pattern uses something that this program does not know, so what it matches is not known.",
        remedy="Compare the pattern with the filter pattern syntax, or test it with aws logs test-metric-filter.",
    ),
    Rule(
        "filter-pattern-too-hard",
        "metric filter",
        Effect.UNSEEN,
        "its pattern takes too much work to be decided beside the account's other filters",
        "limit of this program, so that no account can hold up a scan",
        meaning=(
            "What an account's filters match is found out within a bounded amount of work, the simplest patterns "
            "first. What is left over is not known."
        ),
        remedy="Simplify the pattern: fewer wildcards and repetitions, conditions on fields instead of the whole text.",
    ),
    Rule(
        "filter-everyday",
        "metric filter",
        Effect.BROKEN,
        "it also matches everyday events ({everyday:prose}), so its alarm is always on and says nothing",
        "verdict rule: an alarm that never rests is no alert",
        meaning=(
            "An alarm that everyday events keep in ALARM changes its state for no new event, and its messages "
            "are read by nobody."
        ),
        remedy="Narrow the pattern to the events that the control asks for.",
    ),
    Rule(
        "filter-beside-others",
        "metric filter",
        Effect.NOTE,
        "this holds for those of its events that {others:prose}",
        "CloudWatch User Guide, Dimensions: filters of one metric add to the same datapoints",
        meaning=(
            "Several filters publish to one metric; what the alarm sees depends on which of them match the same event."
        ),
        remedy="Give each filter a metric of its own, or join their patterns in one filter.",
    ),
    Rule(
        "filter-beside-many",
        "metric filter",
        Effect.UNSEEN,
        "whether its alarm tells anybody depends on which other filters match the same event: {filters:prose}",
        "CloudWatch User Guide, Dimensions: filters of one metric add to the same datapoints",
        meaning=(
            "So many filters publish to one metric that the combinations in which they match one event are not "
            "all followed."
        ),
        remedy="Give each filter a metric of its own, or join their patterns in one filter.",
    ),
    Rule(
        "filter-gap",
        "metric filter",
        Effect.BROKEN,
        "{difference:prose}; missed event: {missed:prose}",
        "CIS AWS Foundations Benchmark, Monitoring, audit step 3",
        meaning="The pattern is narrower than what the control asks for: the event shown would not be counted.",
        remedy="Replace the pattern by the control's required pattern, or add what it misses.",
    ),
    Rule(
        "filters-gap",
        "metric filter",
        Effect.BROKEN,
        "none of the {count} metric filters for such events (it, {others:prose}) matches the missed event: "
        "{missed:prose}",
        "CIS AWS Foundations Benchmark, Monitoring, audit step 3",
        meaning="Several filters share what the control asks for, and the event shown is counted by none of them.",
        remedy="Add a metric filter for the missed event, or replace them by one with the control's required pattern.",
    ),
    Rule(
        "filter-is-text",
        "metric filter",
        Effect.BROKEN,
        "its pattern is searched as text, because it begins with {first} instead of {{; missed event: {missed:prose}",
        "CloudWatch Logs User Guide, Filter pattern syntax",
        meaning="Selectors such as $.eventName mean fields in a pattern in braces only; elsewhere they are plain text.",
        remedy="Put the pattern in braces and leave out what stands around it.",
    ),
    Rule(
        "no-alarm",
        "metric",
        Effect.BROKEN,
        "no alarm watches it{nearest:prose}",
        "CIS AWS Foundations Benchmark, Monitoring, audit step 5",
        meaning="The events are counted, but nothing looks at the count.",
        remedy=(
            "Create an alarm on this metric: Sum, at least 1 in 300 seconds, missing data not breaching, with "
            "a topic as its action."
        ),
    ),
    Rule(
        "metric-filter-on-transformed-logs",
        "metric filter",
        Effect.UNSEEN,
        "it reads the transformed log events of {log_group}, and its transformer was not read",
        "CloudWatch Logs API, PutMetricFilter.applyOnTransformedLogs",
        meaning=(
            "The filter reads log events after a transformer has changed them, so the fields in its pattern "
            "may have other names."
        ),
        remedy="Look at the log group's transformer and test the pattern on a transformed event.",
    ),
    Rule(
        "metric-filter-selection-unreadable",
        "metric filter",
        Effect.UNSEEN,
        "it selects log events by {criteria:160}, which could not be read ({error})",
        "CloudWatch Logs API, PutMetricFilter.fieldSelectionCriteria",
        meaning="The filter chooses log events by criteria that this program does not understand.",
        remedy="Look whether the criteria admit the events of this account, or remove them.",
    ),
    Rule(
        "metric-filter-selection-admits",
        "metric filter",
        Effect.NOTE,
        "it selects log events by {criteria:160}, which admits account {account}",
        "CloudWatch Logs API, PutMetricFilter.fieldSelectionCriteria",
        meaning="The filter reads the log events of some accounts or Regions only; this account's are among them.",
        remedy="Leave it as it is.",
    ),
    Rule(
        "metric-filter-selection-of-others",
        "metric filter",
        Effect.BROKEN,
        "it selects log events by {criteria:160}, which leaves out account {account} and the owner of the log group "
        "(account {owner})",
        "CloudWatch Logs API, PutMetricFilter.fieldSelectionCriteria",
        meaning="The filter reads the log events of other accounts only, so nothing of this account is counted.",
        remedy="Add this account to the filter's field selection criteria, or remove them.",
    ),
    Rule(
        "metric-filter-selection-by-account",
        "metric filter",
        Effect.UNSEEN,
        "it selects log events by {criteria:160}; whether that looks at account {owner}, which owns the log "
        "group, or at "
        "account {account}, whose event it is, is not documented",
        "CloudWatch Logs API, PutMetricFilter.fieldSelectionCriteria",
        meaning=(
            "AWS does not say which account the criteria compare when a trail carries events of many accounts "
            "into one log group."
        ),
        remedy="Remove the field selection criteria, or test the path with an event of this account.",
    ),
    Rule(
        "metric-filter-selection-by-region",
        "metric filter",
        Effect.UNSEEN,
        "it selects log events by {criteria:160}; whether that looks at the Region of the log group ({region}) or of "
        "the event is not documented",
        "CloudWatch Logs API, PutMetricFilter.fieldSelectionCriteria",
        meaning=(
            "AWS does not say which Region the criteria compare when a trail carries events of many Regions "
            "into one log group."
        ),
        remedy="Remove the field selection criteria, or test the path with an event of another Region.",
    ),
    Rule(
        "metric-filter-selection-elsewhere",
        "metric filter",
        Effect.UNSEEN,
        "it selects log events by {criteria:160}, which leaves out what is logged in account {account}, "
        "Region {region}",
        "CloudWatch Logs API, PutMetricFilter.fieldSelectionCriteria",
        meaning=(
            "The filter leaves out log events of this log group's own account and Region, and what else they "
            "may carry is not documented."
        ),
        remedy="Remove the field selection criteria, or test the path with a real event.",
    ),
    Rule(
        "metric-value-of-a-field",
        "metric filter",
        Effect.UNSEEN,
        "it publishes the number in {value} instead of a constant, and nobody knows whether the event carries one",
        "CloudWatch Logs API, MetricTransformation.metricValue",
        meaning=(
            "The filter publishes what the event carries in a field; without a number there, it publishes nothing."
        ),
        remedy="Let the filter publish the constant 1.",
    ),
    Rule(
        "metric-value-no-number",
        "metric filter",
        Effect.UNSEEN,
        "it publishes {value}, which is not a number",
        "CloudWatch Logs API, MetricTransformation.metricValue",
        meaning="A value that is no number gives no datapoint.",
        remedy="Let the filter publish the constant 1.",
    ),
    Rule(
        "metric-value-zero",
        "metric filter",
        Effect.NOTE,
        "it publishes 0 for every event, which only the statistic SampleCount can tell from nothing",
        "CloudWatch Logs API, MetricTransformation.metricValue",
        meaning="The sum of zeros is zero: only an alarm that counts samples can tell an event from silence.",
        remedy="Let the filter publish the constant 1.",
    ),
    Rule(
        "metric-default-with-dimensions",
        "metric filter",
        Effect.NOTE,
        "it has dimensions, so its default value {default:g} is never published",
        "CloudWatch Logs User Guide, Creating metrics from log events using filters",
        meaning="CloudWatch publishes default values only for metrics without dimensions.",
        remedy="Remove the default value or the dimensions.",
    ),
    Rule(
        "metric-system-dimension",
        "metric filter",
        Effect.UNSEEN,
        "it publishes {dimension} as a dimension, and which events carry {value} there is not documented",
        "CloudWatch Logs API, PutMetricFilter.emitSystemFieldDimensions",
        meaning=(
            "The metric is divided by a value that CloudWatch Logs adds itself, and which value an event gets "
            "is not documented."
        ),
        remedy="Remove the system field dimension, or test the path with a real event.",
    ),
    Rule(
        "metric-dimension-unreadable",
        "metric filter",
        Effect.UNSEEN,
        "it takes the dimension {dimension} from {field}, and which events carry {value} there cannot be written "
        "as a condition",
        "CloudWatch Logs API, MetricTransformation.dimensions",
        meaning="The metric is divided by a field of the event in a way that this program cannot follow.",
        remedy="Take the dimension from a plain field, or remove it.",
    ),
    Rule(
        "filter-beside-doubtful",
        "metric filter",
        Effect.UNSEEN,
        "whether its alarm tells anybody depends on what {filters:prose} publishes for the same event, which nobody "
        "can say",
        "CloudWatch User Guide, Dimensions: filters of one metric add to the same datapoints",
        meaning="Another filter that cannot be read to the end may move the same alarm, or one that it is joined with.",
        remedy="Mend the other filter, or give each its own metric.",
    ),
    Rule(
        "alarms-too-many",
        "metric",
        Effect.UNSEEN,
        "{watching:prose}, more than are followed for one filter",
        "this program's own bound",
        meaning="Only the first alarms on a metric are followed, and of a metric with dimensions the first series that "
        "alarms read; of the others nobody knows whether they would ring.",
        remedy="Watch the metric with fewer alarms, or fewer of its series.",
    ),
)
