"""Rules of metric alarms: a table and nothing else."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.rules.rule import NOT_ALWAYS, Effect, Hidden, Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "alarm-history-unread",
        "alarm",
        Effect.NOTE,
        "whether its last notification failed is not known: {action} in {region} gave {error}",
        "CloudWatch API, DescribeAlarmHistory",
        meaning=(
            "The alarm's history would tell whether its last notification failed; the call for it gave no answer."
        ),
        remedy="Allow cloudwatch:DescribeAlarmHistory to the scanning role.",
    ),
    Rule(
        "alarm-action-failed",
        "alarm",
        Effect.BROKEN,
        "its last notification failed on {at}: {summary:200}",
        "CloudWatch API, DescribeAlarmHistory",
        meaning="The alarm rang and its message was not delivered; the next one would fail in the same way.",
        remedy="Mend what the alarm's history names, often the topic's policy or key, and test the alarm.",
    ),
    Rule(
        "alarm-action-failed-before",
        "alarm",
        Effect.UNSEEN,
        "its last notification failed on {at}: {summary:200}; none was sent since",
        "CloudWatch API, DescribeAlarmHistory",
        meaning=(
            "The last message that this alarm tried to send was not delivered, and nobody knows whether that "
            "has been mended since."
        ),
        remedy="Test the alarm, for example with aws cloudwatch set-alarm-state.",
    ),
    Rule(
        "alarm-fed-by-noise",
        "alarm",
        Effect.BROKEN,
        "the metric filter {filter} feeds its metric too and matches everyday events, so it is always on",
        "verdict rule: an alarm that never rests is no alert",
        meaning="Another filter publishes everyday events to the same metric, so the alarm never rests.",
        remedy="Give the noisy filter a metric of its own.",
    ),
    Rule(
        "alarm-actions-disabled",
        "alarm",
        Effect.BROKEN,
        "its actions are disabled (ActionsEnabled is false), so {topics:prose} is never told",
        "CloudWatch API, PutMetricAlarm.ActionsEnabled",
        meaning="The alarm changes its state and nobody is told.",
        remedy="Enable the alarm's actions.",
    ),
    Rule(
        "alarm-without-actions",
        "alarm",
        Effect.BROKEN,
        "it has no action for the state ALARM, so it tells nobody",
        "CloudWatch API, PutMetricAlarm.AlarmActions",
        meaning="The alarm changes its state and nobody is told.",
        remedy="Give the alarm an SNS topic as its action for the state ALARM.",
    ),
    Rule(
        "alarm-other-account",
        "alarm",
        Effect.BROKEN,
        "it watches a metric of account {watched}, the filter {filter} publishes in account {published}",
        "CloudWatch API, PutMetricAlarm.Metrics, AccountId",
        meaning=(
            "Metrics of the same name in two accounts are two metrics: this alarm never sees the filter's datapoints."
        ),
        remedy="Let the alarm watch the metric of the account in which the filter publishes.",
    ),
    Rule(
        "alarm-other-region",
        "alarm",
        Effect.BROKEN,
        "it stands in Region {watched}, the filter {filter} publishes in Region {published}",
        "CloudWatch User Guide, Metrics: metrics exist only in the Region in which they are created",
        meaning=(
            "Metrics of the same name in two Regions are two metrics: this alarm never sees the filter's datapoints."
        ),
        remedy="Create the alarm in the Region of the log group.",
    ),
    Rule(
        "alarm-other-namespace",
        "alarm",
        Effect.BROKEN,
        "it watches namespace {watched}, the filter {filter} publishes to {published}",
        "CloudWatch API, PutMetricAlarm.Namespace",
        meaning=(
            "Metrics of the same name in two namespaces are two metrics: this alarm never sees the filter's datapoints."
        ),
        remedy="Let the alarm watch the namespace that the filter publishes to.",
    ),
    Rule(
        "alarm-other-metric-name",
        "alarm",
        Effect.BROKEN,
        "it watches metric {watched}, the filter {filter} publishes to {published}",
        "CloudWatch API, PutMetricAlarm.MetricName",
        meaning="The alarm watches a metric of another name and never sees the filter's datapoints.",
        remedy="Let the alarm watch the metric that the filter publishes.",
    ),
    Rule(
        "alarm-other-dimensions",
        "alarm",
        Effect.BROKEN,
        "it watches the metric with {watched:prose}, the filter {filter} publishes it with {published:prose}",
        "CloudWatch User Guide, Dimensions: every set of dimensions is a metric of its own",
        meaning="A metric with other dimensions is another metric: this alarm never sees the filter's datapoints.",
        remedy="Let the alarm name exactly the dimensions that the filter publishes.",
    ),
    Rule(
        "alarm-sees-some-events",
        "alarm",
        Effect.BROKEN,
        "its dimensions let it see only events that match {watched}; missed event: {missed:prose}",
        "CloudWatch User Guide, Dimensions: every set of dimensions is a metric of its own",
        meaning="The metric is divided by a dimension, and the alarm watches only a part of it.",
        remedy="Remove the dimension from the filter, or create an alarm for each of its values.",
    ),
    Rule(
        "alarm-not-fed",
        "alarm",
        Effect.BROKEN,
        "it watches no metric that a filter matching the event publishes to",
        "CloudWatch API, PutMetricAlarm.MetricName",
        meaning="No filter that matches the event publishes to a metric of this alarm.",
        remedy="Let the alarm watch the metric that the filter publishes.",
    ),
    Rule(
        "alarm-unit-differs",
        "alarm",
        Effect.BROKEN,
        "it asks for datapoints in the unit {units:prose}, the filter {filter} publishes them in the unit "
        "{published}, so "
        "the alarm never sees one",
        "CloudWatch API, PutMetricAlarm.Unit",
        meaning="An alarm that asks for one unit never sees datapoints of another.",
        remedy="Remove the unit from the alarm, or let it name the filter's unit.",
    ),
    Rule(
        "alarm-units-mixed",
        "alarm",
        Effect.UNSEEN,
        "it names no unit while its filters publish in {units:prose}: AWS does not define what it then does",
        "CloudWatch API, PutMetricAlarm.Unit",
        meaning=(
            "Datapoints of several units are several series, and which of them an alarm without a unit sees is "
            "not documented."
        ),
        remedy="Let all filters of the metric publish in the same unit.",
    ),
    Rule(
        "alarm-evaluation-error",
        "alarm",
        Effect.BROKEN,
        "it cannot be evaluated (EvaluationState is EVALUATION_ERROR)",
        "CloudWatch API, MetricAlarm.EvaluationState",
        meaning="CloudWatch cannot evaluate the alarm, so its state never changes.",
        remedy="Mend what the alarm watches until CloudWatch can evaluate it.",
    ),
    Rule(
        "alarm-evaluation-partial",
        "alarm",
        Effect.NOTE,
        "it was last evaluated with the state {state}",
        "CloudWatch API, MetricAlarm.EvaluationState",
        meaning="CloudWatch could not read all data when it last evaluated the alarm.",
        remedy="Let the alarm watch less data.",
    ),
    Rule(
        "alarm-anomaly-detection",
        "alarm",
        Effect.UNSEEN,
        "it compares with an anomaly detection band, which is no reliable detector of a single rare event",
        "CloudWatch User Guide, Using CloudWatch anomaly detection",
        meaning="What the band allows is learned from the past, so nobody can say whether one event leaves it.",
        remedy="Let the alarm compare with a fixed threshold of 1.",
    ),
    Rule(
        "alarm-metrics-insights",
        "alarm",
        Effect.UNSEEN,
        "it watches a Metrics Insights query, which is not analysed",
        "CloudWatch User Guide, Alarms on Metrics Insights queries",
        meaning="What the query returns is not followed by this program.",
        remedy="Let the alarm watch the filter's metric itself, or test it with a real event.",
    ),
    Rule(
        "alarm-search",
        "alarm",
        Effect.UNSEEN,
        "it watches a search expression, which is not analysed",
        "CloudWatch User Guide, Using math expressions with CloudWatch metrics",
        meaning="What the search returns is not followed by this program.",
        remedy="Let the alarm watch the filter's metric itself, or test it with a real event.",
    ),
    Rule(
        "alarm-watches-nothing-known",
        "alarm",
        Effect.UNSEEN,
        "it names neither a metric nor metric queries, as an alarm on a PromQL query does",
        "CloudWatch API, PutMetricAlarm.EvaluationCriteria",
        meaning="What the alarm watches is written in a language that this program does not follow.",
        remedy="Look whether the alarm watches the filter's metric, or create one that does.",
    ),
    Rule(
        "alarm-incomplete",
        "alarm",
        Effect.UNSEEN,
        "it lacks a threshold, a period, a statistic or its one returned metric in what AWS answered",
        "CloudWatch API, PutMetricAlarm",
        meaning="AWS's answer lacks what is needed to say when the alarm rings.",
        remedy="Look at the alarm in the CloudWatch console.",
    ),
    Rule(
        "alarm-comparison-unanalysed",
        "alarm",
        Effect.UNSEEN,
        "it compares by {comparison}, which is not analysed",
        "CloudWatch API, PutMetricAlarm.ComparisonOperator",
        meaning="How the alarm compares is not followed by this program.",
        remedy="Let the alarm compare with GreaterThanOrEqualToThreshold, or test it with a real event.",
    ),
    Rule(
        "alarm-statistic-unanalysed",
        "alarm",
        Effect.UNSEEN,
        "it uses the statistic {statistic}, which is not analysed",
        "CloudWatch API, PutMetricAlarm.ExtendedStatistic",
        meaning="How the statistic is calculated is not followed by this program.",
        remedy="Let the alarm use the statistic Sum, or test it with a real event.",
    ),
    Rule(
        "alarm-percentile-ignored",
        "alarm",
        Effect.BROKEN,
        "it ignores periods with too few samples, and {statistic} needs {needed:prose} of them: one event never "
        "changes its state",
        "CloudWatch User Guide, Percentile-based CloudWatch alarms and low data samples",
        meaning="With so few samples CloudWatch does not evaluate the percentile at all.",
        remedy="Let the alarm use the statistic Sum.",
    ),
    Rule(
        "alarm-period-below-a-minute",
        "alarm",
        Effect.UNSEEN,
        "it has a period of {period} seconds while metric filters publish by the minute, so it often sees no data",
        "CloudWatch API, PutMetricAlarm.Period",
        meaning="Metric filters publish once a minute at most, so most of the alarm's shorter periods hold no data.",
        remedy="Give the alarm a period of 60 seconds or more.",
    ),
    Rule(
        "alarm-periods-differ",
        "alarm",
        Effect.UNSEEN,
        "it joins metrics with periods of {periods:prose} seconds, which is not analysed",
        "CloudWatch User Guide, Using math expressions with CloudWatch metrics",
        meaning="How metrics of different periods are joined is not followed by this program.",
        remedy="Give all metrics of the alarm the same period.",
    ),
    Rule(
        "alarm-value-unknown",
        "alarm",
        Effect.UNSEEN,
        "it depends on the value that the filter {filter} publishes, which is no constant number",
        "CloudWatch Logs API, MetricTransformation.metricValue",
        meaning="Whether the alarm rings depends on a number that stands in the event.",
        remedy="Let the filter publish the constant 1.",
    ),
    Rule(
        "alarm-across-accounts",
        "alarm",
        Effect.UNSEEN,
        "it stands in account {own} and watches a metric of account {other}",
        "CloudWatch User Guide, Cross-account cross-Region CloudWatch console",
        meaning="An alarm on a metric of another account works only while that account shares its metrics.",
        remedy="Look whether the other account shares its metrics with this one.",
    ),
    Rule(
        "alarm-fills-newest",
        "alarm",
        Effect.UNSEEN,
        "it fills the newest minute before its datapoint arrives ({expression:160}), which can hold it in OK",
        "CloudWatch User Guide, Using math expressions with CloudWatch metrics",
        meaning="The expression replaces data that has not arrived yet, so a late datapoint may come too late.",
        remedy="Remove the function that fills missing values from the expression.",
    ),
    Rule(
        "alarm-metric-math-unanalysed",
        "alarm",
        Effect.UNSEEN,
        "it watches the expression {expression:160}, of which {met:prose} is not analysed",
        "CloudWatch User Guide, Using math expressions with CloudWatch metrics",
        meaning="What the expression gives is not followed by this program.",
        remedy="Let the alarm watch the filter's metric itself, or test it with a real event.",
    ),
    Rule(
        "alarm-metric-math-depends",
        "alarm",
        Effect.UNSEEN,
        "it watches the expression {expression:160}, whose value also depends on {others:prose}",
        "CloudWatch User Guide, Using math expressions with CloudWatch metrics",
        meaning="The expression also reads metrics of which nothing is known.",
        remedy="Let the alarm watch the filter's metric alone.",
    ),
    Rule(
        "alarm-percentile-between",
        "alarm",
        Effect.UNSEEN,
        "its statistic {statistic} can fall between two samples that lie on either side of the threshold, and what "
        "CloudWatch then takes is not documented",
        "CloudWatch User Guide, Percentile-based CloudWatch alarms and low data samples",
        meaning="The percentile lies between two samples, one below and one above the threshold.",
        remedy="Let the alarm use the statistic Sum or Maximum.",
    ),
    Rule(
        "alarm-stuck-without-data",
        "alarm",
        Effect.BROKEN,
        "it treats missing data as {missing}, so it is in ALARM whenever nothing happens and has nowhere to go "
        "when something does",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
        meaning=("Actions are taken when the state changes; an alarm that is always in ALARM never changes its state."),
        remedy="Let the alarm treat missing data as not breaching.",
    ),
    Rule(
        "alarm-stuck-on-default",
        "alarm",
        Effect.BROKEN,
        "it is in ALARM before anything happened: without the event its datapoint is {base:prose}, which already "
        "breaches {comparison} {threshold}",
        "CloudWatch User Guide, Using Amazon CloudWatch alarms",
        meaning=("Actions are taken when the state changes; an alarm that is always in ALARM never changes its state."),
        remedy=(
            "Raise the threshold above what the filter publishes when nothing happens, or set its default value to 0."
        ),
    ),
    Rule(
        "alarm-stuck-when-quiet",
        "alarm",
        Effect.BROKEN,
        "it treats missing data as {missing}, so it is in ALARM already while the log group takes in no events",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
        meaning=(
            "Actions are taken when the state changes; while the log group is quiet this alarm is in ALARM and "
            "cannot change to it."
        ),
        remedy="Let the alarm treat missing data as not breaching.",
    ),
    Rule(
        "alarm-stuck-when-busy",
        "alarm",
        Effect.BROKEN,
        "it is in ALARM already while the log group takes in other events: its datapoint is then {base:prose}, which "
        "breaches {comparison} {threshold}",
        "CloudWatch User Guide, Using Amazon CloudWatch alarms",
        meaning=(
            "Actions are taken when the state changes; while other events come in this alarm is in ALARM and "
            "cannot change to it."
        ),
        remedy=(
            "Raise the threshold above what the filter publishes when nothing matches, or set its default value to 0."
        ),
    ),
    Rule(
        "alarm-threshold-out-of-reach",
        "alarm",
        Effect.BROKEN,
        "its threshold is {threshold} with {comparison} on {statistic}: "
        "{events:prose} gives {point:prose} and never rings it{hint:prose}",
        "CloudWatch User Guide, Using Amazon CloudWatch alarms",
        meaning="One event does not move the alarm, so a single event that matters passes unnoticed.",
        remedy="Let the alarm ring at one event: statistic Sum, GreaterThanOrEqualToThreshold, threshold 1.",
    ),
    Rule(
        "alarm-needs-copies",
        "alarm",
        Effect.BROKEN,
        "its threshold is {threshold} with {comparison} on {statistic}, and {events:prose} gives {point:prose}: it "
        "rings only when the copies that {copies} trails deliver to the log group fall into one period",
        "CloudTrail User Guide, How CloudTrail works: when an event is delivered is not guaranteed",
        meaning="Each trail delivers in its own time; a period that takes in one copy alone does not ring the alarm.",
        remedy="Let the alarm ring at one event: statistic Sum, GreaterThanOrEqualToThreshold, threshold 1.",
        opening=NOT_ALWAYS,
    ),
    Rule(
        "alarm-fed-zeros",
        "alarm",
        Effect.BROKEN,
        "the filter {filter:prose} publishes 0 for each event, which never brings {statistic} to its threshold "
        "{threshold} with {comparison}",
        "CloudWatch Logs API, MetricTransformation.metricValue",
        meaning="The metric stays at 0 however many such events happen, so the alarm does not move.",
        remedy="Let the filter publish 1 for each event.",
    ),
    Rule(
        "alarm-diluted",
        "alarm",
        Effect.BROKEN,
        "its threshold is {threshold} with {comparison} on {statistic} over {period} seconds: {events:prose} gives "
        "{point:prose}, depending on which other log events come in meanwhile",
        "CloudWatch User Guide, Using Amazon CloudWatch alarms",
        meaning=(
            "What filters publish for other log events, their default values included, pulls the value down: while "
            "much goes on the event does not move the alarm."
        ),
        remedy="Let the alarm watch the Sum of this filter's metric alone, and remove the filter's default value.",
        opening=NOT_ALWAYS,
    ),
    Rule(
        "alarm-noise-at-times",
        "alarm",
        Effect.BROKEN,
        "its threshold is {threshold} with {comparison}, and everyday events alone give {base:prose}, which keeps it "
        "on until other events go on as well: an event meanwhile changes nothing",
        "CloudWatch User Guide, Alarm actions: actions are taken when the state changes",
        meaning=(
            "How much everyday events give depends on what else is counted in the same period. While they alone are "
            "counted the alarm is on, and a new event changes nothing."
        ),
        remedy="Let the alarm watch the Sum of a filter's metric that everyday events do not feed.",
        opening=NOT_ALWAYS,
    ),
    Rule(
        "alarm-needs-more-datapoints",
        "alarm",
        Effect.BROKEN,
        "it needs {datapoints} breaching datapoints in {periods} periods of {period} seconds and treats missing "
        "data as {missing}: {events:prose} breaches one period, so it never rings",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
        meaning="One event breaches one period, and the alarm waits for more of them.",
        remedy="Let one datapoint be enough: one evaluation period and one datapoint to alarm.",
    ),
    Rule(
        "alarm-unreliable",
        "alarm",
        Effect.BROKEN,
        "it needs {datapoints} breaching datapoints in {periods} periods of {period} seconds and treats missing "
        "data as {missing}: {events:prose} makes it ring only at times, as the other periods give {base:prose}",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
        meaning="Whether the alarm rings depends on what else happens in the periods around the event.",
        remedy="Let one datapoint be enough: one evaluation period and one datapoint to alarm.",
        opening=NOT_ALWAYS,
    ),
    Rule(
        "alarm-late",
        "alarm",
        Effect.BROKEN,
        "it rings {delay} seconds after the event (it waits for {datapoints} of {periods} periods of {period} "
        "seconds), later than the {limit} seconds allowed",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
        meaning="The alarm rings when it may be too late to act.",
        remedy=(
            "Shorten the alarm's period or its number of evaluation periods, or raise delay_limit_seconds if "
            "the delay is acceptable."
        ),
        opening="Somebody is told too late when",
    ),
    Rule(
        "alarm-latched",
        "alarm",
        Effect.BROKEN,
        "it is in ALARM now and, treating missing data as {missing}, stays there: a new event is silent until "
        "somebody resets it",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
        meaning="Actions are taken when the state changes; this alarm has rung and does not return by itself.",
        remedy="Let the alarm treat missing data as not breaching, and set its state to OK.",
    ),
    Rule(
        "alarm-in-alarm-now",
        "alarm",
        Effect.NOTE,
        "it is in ALARM now: a new event is silent until it has left that state",
        "CloudWatch User Guide, Using Amazon CloudWatch alarms",
        meaning="Actions are taken when the state changes; until the alarm is back in OK a new event is silent.",
        remedy="Look why the alarm rang.",
    ),
    Rule(
        "alarm-latches",
        "alarm",
        Effect.NOTE,
        "it treats missing data as {missing}, so it stays in ALARM after it has rung: later events are silent "
        "until somebody resets it",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
        meaning="After it has rung once, the alarm stays in ALARM and is silent for all that follows.",
        remedy="Let the alarm treat missing data as not breaching.",
    ),
    Rule(
        "alarm-latches-when-quiet",
        "alarm",
        Effect.NOTE,
        "it treats missing data as {missing}, so it stays in ALARM after it has rung for as long as the log "
        "group takes in no events",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
        meaning=(
            "After it has rung, the alarm stays in ALARM until other log events come in, and is silent for all "
            "that follows."
        ),
        remedy="Let the alarm treat missing data as not breaching.",
    ),
    Rule(
        "alarm-long-period",
        "alarm",
        Effect.NOTE,
        "it has a period of {period} seconds: it stays in ALARM about that long, and further events in it are silent",
        "CloudWatch User Guide, Using Amazon CloudWatch alarms",
        meaning="One long period holds many events and raises one message.",
        remedy="Give the alarm a period of 300 seconds.",
    ),
    Rule(
        "alarm-action-not-a-topic",
        "alarm",
        Effect.UNSEEN,
        "its action {action} goes to {service:prose} and not to an SNS topic",
        "CloudWatch API, PutMetricAlarm.AlarmActions",
        meaning="The action reaches something that may or may not tell a person.",
        remedy="Look where the action ends, or add an SNS topic with a confirmed subscription.",
    ),
    Rule(
        "alarm-in-alarm-long",
        "alarm",
        Effect.BROKEN,
        "it has been in ALARM since {since:%Y-%m-%d}, and actions are taken when the state changes: a new event is "
        "silent",
        "CloudWatch User Guide, Alarm actions",
        meaning=(
            "Actions are taken when the state changes. An alarm that has been in ALARM for more than a day tells "
            "nobody of anything new."
        ),
        remedy="Look what keeps the alarm in ALARM, and let the filter leave that out or treat missing data otherwise.",
    ),
    Rule(
        "alarm-warming-up",
        "alarm",
        Effect.UNSEEN,
        "it is in its warm-up period (EvaluationState is IN_WARM_UP) and is not evaluated until that has passed"
        "{until:prose}",
        "CloudWatch User Guide, Alarm warm-up periods",
        meaning="An alarm that warms up takes no actions; afterwards it works as it is configured.",
        remedy="Scan again when the warm-up period has passed.",
    ),
    Rule(
        "alarm-window-unanalysed",
        "alarm",
        Effect.UNSEEN,
        "it is evaluated over {window}, which is not analysed",
        "CloudWatch API, EvaluationWindow",
        meaning="The alarm looks at its datapoints over an evaluation window that this program does not know.",
        remedy="Look whether one event makes it ring, for example by a test event.",
    ),
    Rule(
        "alarm-percentile-negative",
        "alarm",
        Effect.BROKEN,
        "its statistic is {statistic}, and its metric has negative values ({value:g}), of which there are no "
        "percentiles",
        "CloudWatch Logs User Guide, Creating metrics from log events using filters",
        meaning="Percentiles exist only for metrics none of whose values is negative, so the alarm never has data.",
        remedy="Use the statistic Sum, or let the filters publish values that are not negative.",
    ),
    Rule(
        "alarm-noise-unseen",
        "alarm",
        Effect.UNSEEN,
        "everyday events keep it on if the trails that were not read to the end record them",
        "verdict rule: an alarm that never rests is no alert",
        meaning="Filters that feed the alarm match everyday events, and whether a trail records those is not known.",
        remedy="Allow the calls that read the trail, or let the filters match fewer events.",
        hidden_by=Hidden.CALL,
    ),
    Rule(
        "alarm-noise-filters-unread",
        "alarm",
        Effect.UNSEEN,
        "everyday events keep it on if metric filters of log group {groups:prose} count them in its metric, and those "
        "were not read ({call} gave {error})",
        "verdict rule: an alarm that never rests is no alert",
        meaning=(
            "Filters of several log groups may feed one metric. Those of another log group that a trail delivers to "
            "could not be read, so whether they keep the alarm on is not known."
        ),
        remedy="Allow the call that lists the log group's metric filters, and scan again.",
        hidden_by=Hidden.CALL,
    ),
    Rule(
        "alarm-noise-foreign",
        "alarm",
        Effect.UNSEEN,
        "everyday events keep it on if the trails of account {account:prose} record them, which this scan does not "
        "read: scan account {account:prose}, or name it and a role to read it with (cross_account_accounts, "
        "cross_account_role)",
        "verdict rule: an alarm that never rests is no alert",
        meaning=(
            "Filters that feed the alarm match everyday events, and a trail of another account, where nothing was "
            "asked, may deliver those to their log group."
        ),
        remedy="Scan that account, or name it and a role to read it with (cross_account_accounts, cross_account_role).",
        hidden_by=Hidden.OWNER,
        advises=True,
    ),
)
