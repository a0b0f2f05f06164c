"""Rules of metric alarms: a table and nothing else."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.rules.rule import Effect, Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "alarm-history-unread",
        "alarm",
        Effect.NOTE,
        "whether its last notification failed is not known: {action} in {region} gave {error}",
        "CloudWatch API, DescribeAlarmHistory",
    ),
    Rule(
        "alarm-action-failed",
        "alarm",
        Effect.BROKEN,
        "its last notification failed on {at}: {summary}",
        "CloudWatch API, DescribeAlarmHistory",
    ),
    Rule(
        "alarm-action-failed-before",
        "alarm",
        Effect.UNSEEN,
        "its last notification failed on {at}: {summary}; none was sent since, so test the alarm to see whether it is "
        "mended",
        "CloudWatch API, DescribeAlarmHistory",
    ),
    Rule(
        "alarm-fed-by-noise",
        "alarm",
        Effect.BROKEN,
        "the metric filter {filter} feeds its metric too and matches everyday events, so it is always on",
        "verdict rule: an alarm that never rests is no alert",
    ),
    Rule(
        "alarm-actions-disabled",
        "alarm",
        Effect.BROKEN,
        "its actions are disabled (ActionsEnabled is false), so {topics} is never told",
        "CloudWatch API, PutMetricAlarm.ActionsEnabled",
    ),
    Rule(
        "alarm-without-actions",
        "alarm",
        Effect.BROKEN,
        "it has no action for the state ALARM, so it tells nobody",
        "CloudWatch API, PutMetricAlarm.AlarmActions",
    ),
    Rule(
        "alarm-other-account",
        "alarm",
        Effect.BROKEN,
        "it watches a metric of account {watched}, the filter {filter} publishes in account {published}",
        "CloudWatch API, PutMetricAlarm.Metrics, AccountId",
    ),
    Rule(
        "alarm-other-region",
        "alarm",
        Effect.BROKEN,
        "it stands in Region {watched}, the filter {filter} publishes in Region {published}",
        "CloudWatch User Guide, Metrics: metrics exist only in the Region in which they are created",
    ),
    Rule(
        "alarm-other-namespace",
        "alarm",
        Effect.BROKEN,
        "it watches namespace {watched}, the filter {filter} publishes to {published}",
        "CloudWatch API, PutMetricAlarm.Namespace",
    ),
    Rule(
        "alarm-other-metric-name",
        "alarm",
        Effect.BROKEN,
        "it watches metric {watched}, the filter {filter} publishes to {published}",
        "CloudWatch API, PutMetricAlarm.MetricName",
    ),
    Rule(
        "alarm-other-dimensions",
        "alarm",
        Effect.BROKEN,
        "it watches the metric with {watched}, the filter {filter} publishes it with {published}",
        "CloudWatch User Guide, Dimensions: every set of dimensions is a metric of its own",
    ),
    Rule(
        "alarm-sees-some-events",
        "alarm",
        Effect.BROKEN,
        "its dimensions let it see only events that match {watched}; missed event: {missed}",
        "CloudWatch User Guide, Dimensions: every set of dimensions is a metric of its own",
    ),
    Rule(
        "alarm-not-fed",
        "alarm",
        Effect.BROKEN,
        "it watches no metric that a filter matching the event publishes to",
        "CloudWatch API, PutMetricAlarm.MetricName",
    ),
    Rule(
        "alarm-unit-differs",
        "alarm",
        Effect.BROKEN,
        "it asks for datapoints in the unit {units}, the filter {filter} publishes them in the unit {published}, so "
        "the alarm never sees one",
        "CloudWatch API, PutMetricAlarm.Unit",
    ),
    Rule(
        "alarm-units-mixed",
        "alarm",
        Effect.UNSEEN,
        "it names no unit while its filters publish in {units}: AWS does not define what it then does",
        "CloudWatch API, PutMetricAlarm.Unit",
    ),
    Rule(
        "alarm-evaluation-error",
        "alarm",
        Effect.BROKEN,
        "it cannot be evaluated (EvaluationState is EVALUATION_ERROR)",
        "CloudWatch API, MetricAlarm.EvaluationState",
    ),
    Rule(
        "alarm-evaluation-partial",
        "alarm",
        Effect.NOTE,
        "it was last evaluated with the state {state}",
        "CloudWatch API, MetricAlarm.EvaluationState",
    ),
    Rule(
        "alarm-anomaly-detection",
        "alarm",
        Effect.UNSEEN,
        "it compares with an anomaly detection band, which is no reliable detector of a single rare event",
        "CloudWatch User Guide, Using CloudWatch anomaly detection",
    ),
    Rule(
        "alarm-metrics-insights",
        "alarm",
        Effect.UNSEEN,
        "it watches a Metrics Insights query, which is not analysed",
        "CloudWatch User Guide, Alarms on Metrics Insights queries",
    ),
    Rule(
        "alarm-search",
        "alarm",
        Effect.UNSEEN,
        "it watches a search expression, which is not analysed",
        "CloudWatch User Guide, Using math expressions with CloudWatch metrics",
    ),
    Rule(
        "alarm-watches-nothing-known",
        "alarm",
        Effect.UNSEEN,
        "it names neither a metric nor metric queries, as an alarm on a PromQL query does: look at what it watches",
        "CloudWatch API, PutMetricAlarm.EvaluationCriteria",
    ),
    Rule(
        "alarm-incomplete",
        "alarm",
        Effect.UNSEEN,
        "it lacks a threshold, a period, a statistic or its one returned metric in what AWS answered",
        "CloudWatch API, PutMetricAlarm",
    ),
    Rule(
        "alarm-comparison-unanalysed",
        "alarm",
        Effect.UNSEEN,
        "it compares by {comparison}, which is not analysed",
        "CloudWatch API, PutMetricAlarm.ComparisonOperator",
    ),
    Rule(
        "alarm-statistic-unanalysed",
        "alarm",
        Effect.UNSEEN,
        "it uses the statistic {statistic}, which is not analysed",
        "CloudWatch API, PutMetricAlarm.ExtendedStatistic",
    ),
    Rule(
        "alarm-percentile-ignored",
        "alarm",
        Effect.BROKEN,
        "it ignores periods with too few samples, and {statistic} needs {needed} of them: one event never "
        "changes its state",
        "CloudWatch User Guide, Percentile-based CloudWatch alarms and low data samples",
    ),
    Rule(
        "alarm-period-below-a-minute",
        "alarm",
        Effect.UNSEEN,
        "it has a period of {period} seconds while metric filters publish by the minute, so it often sees no data",
        "CloudWatch API, PutMetricAlarm.Period",
    ),
    Rule(
        "alarm-periods-differ",
        "alarm",
        Effect.UNSEEN,
        "it joins metrics with periods of {periods} seconds, which is not analysed",
        "CloudWatch User Guide, Using math expressions with CloudWatch metrics",
    ),
    Rule(
        "alarm-value-unknown",
        "alarm",
        Effect.UNSEEN,
        "it depends on the value that the filter {filter} publishes, which is no constant number",
        "CloudWatch Logs API, MetricTransformation.metricValue",
    ),
    Rule(
        "alarm-across-accounts",
        "alarm",
        Effect.UNSEEN,
        "it stands in account {own} and watches a metric of account {other}: look whether that account shares it",
        "CloudWatch User Guide, Cross-account cross-Region CloudWatch console",
    ),
    Rule(
        "alarm-fills-newest",
        "alarm",
        Effect.UNSEEN,
        "it fills the newest minute before its datapoint arrives ({expression}), which can hold it in OK",
        "CloudWatch User Guide, Using math expressions with CloudWatch metrics",
    ),
    Rule(
        "alarm-metric-math-unanalysed",
        "alarm",
        Effect.UNSEEN,
        "it watches the expression {expression}, of which {met} is not analysed",
        "CloudWatch User Guide, Using math expressions with CloudWatch metrics",
    ),
    Rule(
        "alarm-metric-math-depends",
        "alarm",
        Effect.UNSEEN,
        "it watches the expression {expression}, whose value also depends on {others}",
        "CloudWatch User Guide, Using math expressions with CloudWatch metrics",
    ),
    Rule(
        "alarm-percentile-between",
        "alarm",
        Effect.UNSEEN,
        "its statistic {statistic} can fall between two samples that lie on either side of the threshold, and what "
        "CloudWatch then takes is not documented",
        "CloudWatch User Guide, Percentile-based CloudWatch alarms and low data samples",
    ),
    Rule(
        "alarm-stuck-without-data",
        "alarm",
        Effect.BROKEN,
        "it treats missing data as {missing}, so it is in ALARM whenever nothing happens and has nowhere to go "
        "when something does",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
    ),
    Rule(
        "alarm-stuck-on-default",
        "alarm",
        Effect.BROKEN,
        "it is in ALARM before anything happened: without the event its datapoint is {base}, which already "
        "breaches {comparison} {threshold}",
        "CloudWatch User Guide, Using Amazon CloudWatch alarms",
    ),
    Rule(
        "alarm-stuck-when-quiet",
        "alarm",
        Effect.BROKEN,
        "it treats missing data as {missing}, so it is in ALARM already while the log group takes in no events",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
    ),
    Rule(
        "alarm-stuck-when-busy",
        "alarm",
        Effect.BROKEN,
        "it is in ALARM already while the log group takes in other events: its datapoint is then {base}, which "
        "breaches {comparison} {threshold}",
        "CloudWatch User Guide, Using Amazon CloudWatch alarms",
    ),
    Rule(
        "alarm-threshold-out-of-reach",
        "alarm",
        Effect.BROKEN,
        "its threshold is {threshold} with {comparison} on {statistic}: "
        "{events} gives {point} and never rings it{hint}",
        "CloudWatch User Guide, Using Amazon CloudWatch alarms",
    ),
    Rule(
        "alarm-diluted",
        "alarm",
        Effect.BROKEN,
        "its threshold is {threshold} with {comparison} on {statistic} over {period} seconds: {events} gives "
        "{point}, depending on how many other log events make the filter publish its default value",
        "CloudWatch User Guide, Using Amazon CloudWatch alarms",
    ),
    Rule(
        "alarm-needs-more-datapoints",
        "alarm",
        Effect.BROKEN,
        "it needs {datapoints} breaching datapoints in {periods} periods of {period} seconds and treats missing "
        "data as {missing}: {events} breaches one period, so it never rings",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
    ),
    Rule(
        "alarm-unreliable",
        "alarm",
        Effect.BROKEN,
        "it needs {datapoints} breaching datapoints in {periods} periods of {period} seconds and treats missing "
        "data as {missing}: {events} makes it ring only at times, as the other periods give {base}",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
    ),
    Rule(
        "alarm-late",
        "alarm",
        Effect.BROKEN,
        "it rings {delay} seconds after the event (it waits for {datapoints} of {periods} periods of {period} "
        "seconds), later than the {limit} seconds allowed",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
    ),
    Rule(
        "alarm-latched",
        "alarm",
        Effect.BROKEN,
        "it is in ALARM now and, treating missing data as {missing}, stays there: a new event is silent until "
        "somebody resets it",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
    ),
    Rule(
        "alarm-in-alarm-now",
        "alarm",
        Effect.NOTE,
        "it is in ALARM now: a new event is silent until it has left that state",
        "CloudWatch User Guide, Using Amazon CloudWatch alarms",
    ),
    Rule(
        "alarm-latches",
        "alarm",
        Effect.NOTE,
        "it treats missing data as {missing}, so it stays in ALARM after it has rung: later events are silent "
        "until somebody resets it",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
    ),
    Rule(
        "alarm-latches-when-quiet",
        "alarm",
        Effect.NOTE,
        "it treats missing data as {missing}, so it stays in ALARM after it has rung for as long as the log "
        "group takes in no events",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
    ),
    Rule(
        "alarm-long-period",
        "alarm",
        Effect.NOTE,
        "it has a period of {period} seconds: it stays in ALARM about that long, and further events in it are silent",
        "CloudWatch User Guide, Using Amazon CloudWatch alarms",
    ),
    Rule(
        "alarm-action-not-a-topic",
        "alarm",
        Effect.UNSEEN,
        "its action {action} goes to {service} and not to an SNS topic: look whether that tells somebody",
        "CloudWatch API, PutMetricAlarm.AlarmActions",
    ),
)
