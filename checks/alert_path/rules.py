"""What can be wrong with a link of an alert path: one row a rule, with the sentence a person reads and its source.

A judgement names a rule and the values of its sentence; nothing else in this package writes prose about a link.
"""

from __future__ import annotations

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
        "none of its metric filters ({filters}) matches such an event",
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
        "filter-gap",
        "metric filter",
        Effect.BROKEN,
        "{difference}; missed event: {missed}",
        "CIS AWS Foundations Benchmark, Monitoring, audit step 3",
    ),
    Rule(
        "filter-undecided",
        "metric filter",
        Effect.UNSEEN,
        "whether it matches every such event cannot be decided: {reason}",
        "CloudWatch Logs User Guide, Filter pattern syntax",
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
        "actions are disabled (ActionsEnabled is false), so {topics} is never told",
        "CloudWatch API, PutMetricAlarm.ActionsEnabled",
    ),
)

_LINKS = (
    "trail",
    "log group",
    "metric filter",
    "metric",
    "alarm",
    "composite alarm",
    "topic",
    "subscription",
    "account",
)
_UNREAD = tuple(
    Rule(
        f"{link.replace(' ', '-')}-unread",
        link,
        Effect.UNSEEN,
        "{action} in {region} gave {error}; allow {action} to the scanning role",
        "the call's own answer",
    )
    for link in _LINKS
)
_FOREIGN = tuple(
    Rule(
        f"{link.replace(' ', '-')}-foreign",
        link,
        Effect.UNSEEN,
        "it belongs to account {account}, which this scan does not read; scan that account too",
        "the owner in its ARN",
    )
    for link in _LINKS
)

RULES: dict[str, Rule] = {rule.slug: rule for rule in (*_ROWS, *_UNREAD, *_FOREIGN)}


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
    return remark(f"{slug}-unread", resource, action=unread.action, region=unread.region, error=unread.error)
