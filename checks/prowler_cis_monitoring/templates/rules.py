"""Rules of single resources of a template, beside those of links: one row a rule, with its sentence and its source."""

from __future__ import annotations

from prowler_cis_monitoring.records import dataclass

_PUT_FILTER = "CloudWatch Logs API, PutMetricFilter"


@dataclass(frozen=True)
class TemplateRule:
    """A way in which a resource of a template is wrong whatever control it is for.

    Attributes:
        slug: its permanent name.
        kind: what kind of resource it is about.
        sentence: template of the clause that follows the resource's name.
        source: where AWS says so.
        meaning: what it means, as a whole sentence.
        remedy: what to do, as a whole sentence in the imperative.
        certain: whether it breaks something; otherwise that depends on what is not in these files.
        also: the link rules that say the same of the same resource, and then stand for it.
        replaces: whether it stands for these link rules instead, because it says more.
    """

    slug: str
    kind: str
    sentence: str
    source: str
    meaning: str
    remedy: str
    certain: bool = True
    also: tuple[str, ...] = ()
    replaces: bool = False


_TABLE = (
    TemplateRule(
        "pattern-rejected",
        "metric filter",
        "its pattern is none: {why}",
        "CloudWatch Logs User Guide, Filter pattern syntax",
        "AWS rejects the pattern, so that the deployment fails and nothing is told.",
        "Correct the pattern at the marked column.",
        also=("filter-pattern-unparsed",),
        replaces=True,
    ),
    TemplateRule(
        "pattern-too-long",
        "metric filter",
        "its pattern has {length} characters, of which {most} are allowed",
        f"{_PUT_FILTER}.filterPattern",
        "AWS rejects a pattern that is so long.",
        "Shorten the pattern, or write several filters on the same metric.",
    ),
    TemplateRule(
        "several-transformations",
        "metric filter",
        "it has {count} metric transformations, of which one is allowed",
        f"{_PUT_FILTER}.metricTransformations",
        "AWS rejects a filter with more than one transformation.",
        "Write a metric filter for each transformation.",
    ),
    TemplateRule(
        "default-with-dimensions",
        "metric filter",
        "its transformation has a default value as well as dimensions",
        "CloudWatch Logs API, MetricTransformation.defaultValue",
        "AWS publishes no default value for a metric with dimensions.",
        "Leave out the default value, or the dimensions.",
        also=("metric-default-with-dimensions",),
    ),
    TemplateRule(
        "filter-on-infrequent-access",
        "metric filter",
        "its log group {group} is of the class {kind}, which has no metric filters",
        "CloudWatch Logs User Guide, Log classes",
        "A log group of this class takes no metric filter, so that the deployment fails.",
        "Make the log group one of the class STANDARD.",
        also=("log-group-class",),
    ),
    TemplateRule(
        "alarm-on-unpublished-metric",
        "alarm",
        "no filter of these files publishes {namespace}/{metric}",
        "CloudWatch User Guide, Using Amazon CloudWatch alarms",
        "The alarm shares a namespace or a metric's name with filters of these files, but none publishes its metric.",
        "Write namespace and name of the metric as the filter has them.",
        certain=False,
        also=("alarm-other-metric-name",),
    ),
    TemplateRule(
        "alarm-without-action",
        "alarm",
        "it tells nobody: it has no alarm action, and no composite alarm of these files names it",
        "CloudWatch API, PutMetricAlarm.AlarmActions",
        "The alarm changes its state and no one hears of it.",
        "Give the alarm a topic with subscribers as an alarm action.",
        also=("alarm-without-actions",),
    ),
    TemplateRule(
        "topic-policy-replaces-default",
        "topic policy",
        "it replaces the policy of topic {topic}, and does not let CloudWatch alarms publish",
        "SNS Developer Guide, Allow CloudWatch alarms to publish",
        "A topic policy takes the place of the default one, under which alarms of the account may publish.",
        "Let the service principal cloudwatch.amazonaws.com publish, on the condition of aws:SourceAccount.",
        also=("topic-refuses-cloudwatch",),
    ),
    TemplateRule(
        "topic-with-key-of-aws",
        "topic",
        "it is encrypted with {key}, whose policy does not let CloudWatch use it",
        "CloudWatch User Guide, Notifying users on alarm changes",
        "No alarm can publish to a topic that is encrypted with the key that AWS manages.",
        "Use a customer managed key that cloudwatch.amazonaws.com may use.",
        also=("topic-key-of-aws",),
    ),
    TemplateRule(
        "outside-value",
        "any resource",
        "{name} is not in these files: {reason}",
        "the template",
        "Whether the path holds depends on a value that is given elsewhere.",
        "Give the value with --parameters, or lint the files together that belong together.",
        certain=False,
    ),
)
TEMPLATE_RULES = {rule.slug: rule for rule in _TABLE}
