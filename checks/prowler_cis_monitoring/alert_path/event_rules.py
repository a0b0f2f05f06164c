"""Where does an EventBridge rule lead? Its targets, judged as far as they can be seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prowler_cis_monitoring.alert_path.paths import ARROW, State
from prowler_cis_monitoring.alert_path.resources import Arn, EventRule, EventTarget, Topic, Unread
from prowler_cis_monitoring.alert_path.rules import Effect, unread_remark
from prowler_cis_monitoring.alert_path.topic import judge_topic
from prowler_cis_monitoring.filter_pattern import FilterPattern
from prowler_cis_monitoring.foreign_text import shown
from prowler_cis_monitoring.records import dataclass

# EventBridge API, Rule.State: which of CloudTrail's events each of them hears is another matter.
ENABLED_STATES = ("ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")


@dataclass(frozen=True)
class RuleJudgement:
    """What an EventBridge rule would do with the events of a control, by one of its targets.

    Attributes:
        rule: the rule.
        told: the way from the rule to somebody, in words.
        state: LIVE when somebody is told of them, BROKEN when certainly nobody is.
        reason: why it is not live, or not understood; empty otherwise.
        heard: the CloudTrail events of which it certainly hears; None when that cannot be said.
    """

    rule: EventRule
    told: str
    state: State
    reason: str = ""
    heard: FilterPattern | None = None


def ends_of(rule: EventRule, topics: Mapping[str, Topic | Unread | None]) -> Iterator[RuleJudgement]:
    """Judge each target of a rule, whatever the rule hears.

    Args:
        rule: the rule.
        topics: by ARN, of every topic that a rule names; None says that the topic does not exist.
    """
    name = f"rule {shown(rule.name)}"
    if isinstance(rule.targets, Unread):
        yield RuleJudgement(rule, name, State.UNSEEN, unread_remark("topic", rule.name, rule.targets).sentence)
    elif not rule.targets:
        yield RuleJudgement(rule, name, State.BROKEN, "it has no target")
    else:
        for target in rule.targets:
            yield RuleJudgement(rule, *_target(rule, target, topics))


def _target(
    rule: EventRule, target: EventTarget, topics: Mapping[str, Topic | Unread | None]
) -> tuple[str, State, str]:
    """Where a target leads in words, whether it tells somebody, and why not."""
    arn = Arn.parse(target.arn)
    if arn is None or arn.service != "sns":
        return (
            f"rule {shown(rule.name)}{ARROW}{shown(target.arn)}",
            State.UNSEEN,
            "look whether that target tells somebody",
        )
    told, topic = f"rule {shown(rule.name)}{ARROW}topic {shown(arn.resource)}", topics.get(target.arn)
    if arn.region != rule.region:
        return (
            told,
            State.BROKEN,
            f"it is in Region {shown(arn.region)}, and a rule reaches topics of its own Region only",
        )
    if topic is None:
        return told, State.BROKEN, f"topic {shown(target.arn)} does not exist"
    if isinstance(topic, Unread):
        return told, State.UNSEEN, unread_remark("topic", arn.resource, topic).sentence
    if target.role_arn:
        return told, State.UNSEEN, f"it publishes with role {shown(target.role_arn)}, which was not read"
    judged = judge_topic(topic, rule)
    reasons = "; ".join(found.sentence for found in judged.remarks if found.effect is not Effect.NOTE)
    if judged.broken:
        return told, State.BROKEN, reasons
    if not judged.delivers:
        return told, State.UNSEEN, reasons
    protocols = ", ".join(sorted({shown(heard.protocol) for heard in judged.reached}))
    plural = "s" if len(judged.reached) != 1 else ""
    return f"{told}{ARROW}{len(judged.reached)} confirmed subscription{plural} ({protocols})", State.LIVE, ""
