"""What can be wrong with a link of an alert path: one row a rule, with the sentence a person reads and its source.

A judgement names a rule and the values of its sentence; nothing else in this package writes prose about a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from prowler_cis_monitoring.alert_path.resources import FOREIGN_ACCOUNT, Unread


class Effect(Enum):
    """What a remark does to the path that it stands on."""

    BROKEN = "broken"
    UNSEEN = "unseen"
    NOTE = "note"


@dataclass(frozen=True)
class Rule:
    """One way in which a link can be broken or stay unseen.

    Attributes:
        link: trail, log group, metric filter, metric, alarm, composite alarm, topic or subscription.
        effect: what it does to the path.
        sentence: template of the clause that follows "<link> <name>: "; no capital, no full stop.
        source: where AWS or CIS says so.
    """

    slug: str
    link: str
    effect: Effect
    sentence: str
    source: str


@dataclass(frozen=True)
class Remark:
    """A rule that applies to one resource, with the values that fill its sentence."""

    rule: Rule
    resource: str
    values: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def effect(self) -> Effect:
        """What the remark does to its path."""
        return self.rule.effect

    @property
    def closed_account(self) -> str:
        """The account that could not be read as a whole and is the reason of the remark; empty for another reason."""
        closed = self.rule.slug.endswith(("-foreign", "-locked"))
        return str(self.values["account"]) if closed else ""

    @property
    def sentence(self) -> str:
        """The clause with its values filled in."""
        return self.rule.sentence.format(resource=self.resource, **self.values)


_AUDIT = "CIS AWS Foundations Benchmark, Monitoring, audit step 1"

_ROWS: tuple[Rule, ...] = (
    Rule(
        "no-region",
        "account",
        Effect.UNSEEN,
        "none of the audited Regions has CloudTrail, so no trail could be listed",
        _AUDIT,
    ),
    Rule(
        "trail-single-region",
        "trail",
        Effect.BROKEN,
        "it records events of {region} only (IsMultiRegionTrail is false)",
        _AUDIT,
    ),
    Rule("trail-not-logging", "trail", Effect.BROKEN, "logging is stopped (IsLogging is false)", _AUDIT),
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
        "alarm-history-unread",
        "alarm",
        Effect.NOTE,
        "whether its last notification failed is not known: {action} in {region} gave {error}",
        "CloudWatch API, DescribeAlarmHistory",
    ),
    Rule(
        "composite-history-unread",
        "composite alarm",
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
        "composite-action-failed",
        "composite alarm",
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
        "composite-action-failed-before",
        "composite alarm",
        Effect.UNSEEN,
        "its last notification failed on {at}: {summary}; none was sent since, so test the alarm to see whether it is "
        "mended",
        "CloudWatch API, DescribeAlarmHistory",
    ),
    Rule(
        "trail-no-management-events",
        "trail",
        Effect.BROKEN,
        "its event selectors record no management events",
        _AUDIT,
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
    Rule("trail-without-log-group", "trail", Effect.BROKEN, "it delivers to no log group", _AUDIT),
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
        "alarm-fed-by-noise",
        "alarm",
        Effect.BROKEN,
        "the metric filter {filter} feeds its metric too and matches everyday events, so it is always on",
        "verdict rule: an alarm that never rests is no alert",
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
        "alarm-actions-disabled",
        "alarm",
        Effect.BROKEN,
        "its actions are disabled (ActionsEnabled is false), so {topics} is never told",
        "CloudWatch API, PutMetricAlarm.ActionsEnabled",
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
    Rule(
        "alarm-without-actions",
        "alarm",
        Effect.BROKEN,
        "it has no action for the state ALARM, so it tells nobody",
        "CloudWatch API, PutMetricAlarm.AlarmActions",
    ),
    Rule(
        "composite-actions-disabled",
        "composite alarm",
        Effect.BROKEN,
        "its actions are disabled (ActionsEnabled is false), so {topics} is never told",
        "CloudWatch API, PutCompositeAlarm.ActionsEnabled",
    ),
    Rule(
        "composite-without-actions",
        "composite alarm",
        Effect.BROKEN,
        "it has no action for the state ALARM, so it tells nobody",
        "CloudWatch API, PutCompositeAlarm.AlarmActions",
    ),
    Rule(
        "composite-action-not-a-topic",
        "composite alarm",
        Effect.UNSEEN,
        "its action {action} goes to {service} and not to an SNS topic: look whether that tells somebody",
        "CloudWatch API, PutCompositeAlarm.AlarmActions",
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
        "composite-suppressor-unseen",
        "composite alarm",
        Effect.UNSEEN,
        "its actions are suppressed by {suppressor}, which was not found",
        "CloudWatch API, PutCompositeAlarm.ActionsSuppressor",
    ),
    Rule(
        "composite-suppresses-itself",
        "composite alarm",
        Effect.BROKEN,
        "its actions are suppressed by {suppressor}, which goes into ALARM with the very event",
        "CloudWatch API, PutCompositeAlarm.ActionsSuppressor",
    ),
    Rule(
        "composite-waits",
        "composite alarm",
        Effect.BROKEN,
        "its actions wait {wait} seconds for its suppressor {suppressor}: somebody is told {delay} seconds after "
        "the event, later than the {limit} seconds allowed",
        "CloudWatch API, PutCompositeAlarm.ActionsSuppressorWaitPeriod",
    ),
    Rule(
        "composite-may-suppress-itself",
        "composite alarm",
        Effect.UNSEEN,
        "its actions are suppressed by {suppressor}, which may go into ALARM with the very event",
        "CloudWatch API, PutCompositeAlarm.ActionsSuppressor",
    ),
    Rule(
        "composite-moved-together",
        "composite alarm",
        Effect.BROKEN,
        "its rule {rule} does not become true when {child} goes into ALARM, because the same event moves {others}",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
    ),
    Rule(
        "composite-suppressed-now",
        "composite alarm",
        Effect.UNSEEN,
        "its actions are suppressed while {suppressor} is in ALARM, as it is now",
        "CloudWatch API, PutCompositeAlarm.ActionsSuppressor",
    ),
    Rule(
        "composite-rule-unreadable",
        "composite alarm",
        Effect.UNSEEN,
        "its rule {rule} could not be read ({error})",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
    ),
    Rule(
        "composite-cycle",
        "composite alarm",
        Effect.BROKEN,
        "it depends on itself through its rule, and CloudWatch stops evaluating such alarms",
        "CloudWatch API, PutCompositeAlarm",
    ),
    Rule(
        "composite-unknown-child",
        "composite alarm",
        Effect.UNSEEN,
        "its rule {rule} depends on alarms that were not found: {others}",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
    ),
    Rule(
        "composite-already-in-alarm",
        "composite alarm",
        Effect.UNSEEN,
        "its rule {rule} is true already because of {others}, so {child} changes nothing until that has passed",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
    ),
    Rule(
        "composite-held-back",
        "composite alarm",
        Effect.UNSEEN,
        "its rule {rule} stays false when {child} goes into ALARM because of {others}",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
    ),
    Rule(
        "composite-always-in-alarm",
        "composite alarm",
        Effect.BROKEN,
        "its rule {rule} is true before anything happened, so {child} changes nothing",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
    ),
    Rule(
        "composite-ignores-child",
        "composite alarm",
        Effect.BROKEN,
        "its rule {rule} never becomes true because {child} goes into ALARM",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
    ),
    Rule(
        "composite-needs-another",
        "composite alarm",
        Effect.BROKEN,
        "its rule {rule} needs {others} in ALARM besides {child}",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
    ),
    Rule(
        "alarm-action-not-a-topic",
        "alarm",
        Effect.UNSEEN,
        "its action {action} goes to {service} and not to an SNS topic: look whether that tells somebody",
        "CloudWatch API, PutMetricAlarm.AlarmActions",
    ),
    Rule(
        "topic-in-other-region",
        "topic",
        Effect.BROKEN,
        "it is in Region {region}, the alarm in {alarm_region}: an alarm can only notify topics of its own Region",
        "CloudWatch API, PutMetricAlarm.AlarmActions",
    ),
    Rule(
        "topic-not-asked-for",
        "topic",
        Effect.UNSEEN,
        "it was not read ({arn})",
        "SNS API, GetTopicAttributes",
    ),
    Rule(
        "topic-missing",
        "topic",
        Effect.BROKEN,
        "it does not exist ({arn}), though the alarm {alarm} names it",
        "SNS API, GetTopicAttributes",
    ),
    Rule(
        "topic-is-fifo",
        "topic",
        Effect.BROKEN,
        "it is a FIFO topic, which delivers neither to email nor to SMS nor to HTTPS endpoints",
        "SNS Developer Guide, Amazon SNS FIFO topics",
    ),
    Rule(
        "topic-policy-unread",
        "topic",
        Effect.UNSEEN,
        "its access policy was not read",
        "SNS API, GetTopicAttributes",
    ),
    Rule(
        "topic-refuses-cloudwatch",
        "topic",
        Effect.BROKEN,
        "its access policy does not let {sender} publish ({reason})",
        "AWS re:Post, Why didn't I receive an SNS notification for my CloudWatch alarm trigger?",
    ),
    Rule(
        "topic-policy-undecided",
        "topic",
        Effect.UNSEEN,
        "whether its access policy lets {sender} publish cannot be decided ({reason})",
        "AWS re:Post, Why didn't I receive an SNS notification for my CloudWatch alarm trigger?",
    ),
    Rule(
        "topic-key-of-aws",
        "topic",
        Effect.BROKEN,
        "it is encrypted with {key}, a key managed by AWS whose policy never lets {sender} use it",
        "AWS re:Post, Why didn't I receive an SNS notification for my CloudWatch alarm trigger?",
    ),
    Rule(
        "topic-key-not-asked-for",
        "topic",
        Effect.UNSEEN,
        "it is encrypted with {key}, whose policy was not read",
        "KMS API, GetKeyPolicy",
    ),
    Rule(
        "topic-key-deleted",
        "topic",
        Effect.BROKEN,
        "it is encrypted with {key}, which does not exist any more",
        "KMS Developer Guide, Deleting AWS KMS keys",
    ),
    Rule(
        "topic-key-unusable",
        "topic",
        Effect.BROKEN,
        "it is encrypted with {key}, which is {state}",
        "KMS Developer Guide, Key states of AWS KMS keys",
    ),
    Rule(
        "topic-key-state-unknown",
        "topic",
        Effect.UNSEEN,
        "it is encrypted with {key}, which is {state}",
        "KMS Developer Guide, Key states of AWS KMS keys",
    ),
    Rule(
        "topic-key-refuses-cloudwatch",
        "topic",
        Effect.BROKEN,
        "it is encrypted with {key}, whose policy does not let {sender} call {action} ({reason})",
        "AWS re:Post, Why didn't I receive an SNS notification for my CloudWatch alarm trigger?",
    ),
    Rule(
        "topic-key-undecided",
        "topic",
        Effect.UNSEEN,
        "it is encrypted with {key}, and whether its policy lets {sender} call {action} cannot be decided ({reason})",
        "AWS re:Post, Why didn't I receive an SNS notification for my CloudWatch alarm trigger?",
    ),
    Rule(
        "topic-subscriptions-silent",
        "topic",
        Effect.NOTE,
        "{silent} of its {total} subscriptions do not count: not confirmed, filtered, not read, or ending at a machine",
        "SNS API, ListSubscriptionsByTopic",
    ),
    Rule(
        "topic-nobody-confirmed",
        "topic",
        Effect.BROKEN,
        "it has no confirmed subscription (waiting for confirmation: {pending}, deleted: {deleted})",
        "SNS API, ListSubscriptionsByTopic",
    ),
    Rule(
        "topic-without-subscriptions",
        "topic",
        Effect.BROKEN,
        "it has no subscription, so nobody is told",
        "SNS API, ListSubscriptionsByTopic",
    ),
    Rule(
        "subscription-filters-out",
        "subscription",
        Effect.BROKEN,
        "its filter policy {policy} on {scope} drops the notifications of this alarm",
        "SNS Developer Guide, Amazon SNS subscription filter policies",
    ),
    Rule(
        "subscription-filter-undecided",
        "subscription",
        Effect.UNSEEN,
        "whether its filter policy {policy} on {scope} lets the alarm's notification through cannot be decided",
        "SNS Developer Guide, Amazon SNS subscription filter policies",
    ),
    Rule(
        "subscription-of-a-machine",
        "subscription",
        Effect.UNSEEN,
        "it ends at {protocol}: look whether what runs there tells somebody",
        "SNS API, ListSubscriptionsByTopic",
    ),
    Rule(
        "subscription-not-asked-for",
        "subscription",
        Effect.UNSEEN,
        "its filter policy was not read",
        "SNS API, GetSubscriptionAttributes",
    ),
)

# Where a call can fail, and where a path can cross into an account that stays closed: one that was entered stays open.
_READ_LINKS = ("trail", "log group", "metric", "topic", "subscription", "account")
_FOREIGN_LINKS = ("log group", "topic")  # a trail tells more: organization-trail-foreign
_LOCKED_LINKS = ("trail", "log group", "topic")
_UNREAD = tuple(
    Rule(
        f"{link.replace(' ', '-')}-unread",
        link,
        Effect.UNSEEN,
        "{action} in {region} gave {error}; allow {action} to the scanning role",
        "the call's own answer",
    )
    for link in _READ_LINKS
)
_FOREIGN = tuple(
    Rule(
        f"{link.replace(' ', '-')}-foreign",
        link,
        Effect.UNSEEN,
        "it runs through account {account}, which this scan does not read: scan account {account}, or name a role to "
        "read it with (cross_account_role)",
        "the owner in its ARN",
    )
    for link in _FOREIGN_LINKS
)
_LOCKED = tuple(
    Rule(
        f"{link.replace(' ', '-')}-locked",
        link,
        Effect.UNSEEN,
        "it runs through account {account}, whose role {role} could not be assumed (sts:AssumeRole in {region} gave "
        "{error}): let the scan assume that role, or scan account {account}",
        "STS API, AssumeRole",
    )
    for link in _LOCKED_LINKS
)

RULES: dict[str, Rule] = {rule.slug: rule for rule in (*_ROWS, *_UNREAD, *_FOREIGN, *_LOCKED)}


def remark(slug: str, resource: str, **values: Any) -> Remark:  # noqa: ANN401 - anything that formats
    """Apply the rule `slug` to `resource`; raises KeyError for an unknown rule or a value the sentence lacks."""
    made = Remark(RULES[slug], resource, values)
    made.sentence  # noqa: B018 - a missing value must fail where the remark is made
    return made


def unread_remark(link: str, resource: str, unread: Unread) -> Remark:
    """Say that a call on `resource` gave no answer, or was not made because another account owns it."""
    slug = link.replace(" ", "-")
    if unread.error == FOREIGN_ACCOUNT:
        return remark(f"{slug}-foreign", resource, account=unread.account)
    if unread.action == "sts:AssumeRole":
        values = {"account": unread.account, "role": unread.resource, "region": unread.region, "error": unread.error}
        return remark(f"{slug}-locked", resource, **values)
    return remark(f"{slug}-unread", resource, action=unread.action, region=unread.region, error=unread.error)


def listed(names: Sequence[str], most: int = 3) -> str:
    """Join names for a sentence, at most `most` (count) of them."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
