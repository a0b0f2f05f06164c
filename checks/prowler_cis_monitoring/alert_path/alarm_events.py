"""Would an EventBridge rule tell somebody that an alarm went into ALARM, where the alarm's own actions tell nobody?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from prowler_cis_monitoring.alert_path.accounts import may_match
from prowler_cis_monitoring.alert_path.event_rules import ENABLED_STATES, RuleJudgement, ends_of
from prowler_cis_monitoring.alert_path.languages.event_pattern import ALARM_STATE_CHANGE, hears
from prowler_cis_monitoring.alert_path.languages.filter_policy import Unforeseen
from prowler_cis_monitoring.alert_path.paths import ARROW, AlertPath, AlertPaths, State
from prowler_cis_monitoring.alert_path.resources import (
    Alarms,
    Alternatives,
    Arn,
    CompositeAlarm,
    MetricAlarm,
    MetricStat,
)
from prowler_cis_monitoring.alert_path.rules import Effect
from prowler_cis_monitoring.alert_path.verdict import Demand
from prowler_cis_monitoring.filter_pattern import FilterPattern
from prowler_cis_monitoring.foreign_text import shown

# What stands in the way of an alarm's own actions does not stand in the way of its state.
_OF_ACTIONS = (
    "-without-actions",
    "-actions-disabled",
    "-action-not-a-topic",
    "-action-failed",
    "-action-failed-before",
)
_BEHIND_ALARMS = {"topic", "subscription"}
_STATES = ("OK", "INSUFFICIENT_DATA")


def followed(paths: AlertPaths, demand: Demand) -> tuple[AlertPath, ...]:
    """Return all paths of the account, as a control asks about them."""
    return paths.follow(demand.events, demand.delay_limit)


def rules_on_alarms(paths: AlertPaths, demand: Demand, alternatives: Alternatives) -> Iterator[RuleJudgement]:
    """Yield what rules would do when alarms ring that a control's events move, as far as is known.

    Source: CloudWatch User Guide, "Alarm events and EventBridge".
    """
    alarms, work = _alarms(paths), paths.allowance(demand).overlaps
    seen: set[tuple[str, FilterPattern, State]] = set()
    for path in followed(paths, demand):
        alarm, state = alarms.get(_notifier(path)), _state_to_alarm(path)
        if alarm is None or (alarm.arn, path.events, state) in seen or state is State.BROKEN:
            continue
        seen.add((alarm.arn, path.events, state))
        if may_match(demand.events_demanded, path.events, work):
            yield from (_rung(one, state) for one in _hearing(alarm, path.events, alternatives))


def _alarms(paths: AlertPaths) -> dict[str, MetricAlarm | CompositeAlarm]:
    by_arn: dict[str, MetricAlarm | CompositeAlarm] = {}
    for found in paths.resources.alarms.values():
        if isinstance(found, Alarms):
            by_arn.update((alarm.arn, alarm) for alarm in found.metric_alarms)
            by_arn.update((alarm.arn, alarm) for alarm in found.composite_alarms)
    return by_arn


def _notifier(path: AlertPath) -> str:
    """The ARN of the alarm whose actions end the path, empty when no alarm is reached."""
    return next((link.arn for link in reversed(path.links) if link.kind in ("alarm", "composite alarm")), "")


def _state_to_alarm(path: AlertPath) -> State:
    """Whether the path holds down to its alarm."""
    before = (
        found
        for found in path.remarks
        if found.rule.link not in _BEHIND_ALARMS and not found.rule.slug.endswith(_OF_ACTIONS)
    )
    effects = {found.effect for found in before}
    if Effect.BROKEN in effects:
        return State.BROKEN
    return State.UNSEEN if Effect.UNSEEN in effects else State.LIVE


def _rung(judged: RuleJudgement, state: State) -> RuleJudgement:
    """What a rule does, where its alarm rings or only may."""
    if state is State.LIVE or judged.state is not State.LIVE:
        return judged
    why = "whether that alarm rings was not seen"
    return replace(judged, state=State.UNSEEN, reason="; ".join(filter(None, (why, judged.reason))))


def _hearing(
    alarm: MetricAlarm | CompositeAlarm, events: FilterPattern, alternatives: Alternatives
) -> Iterator[RuleJudgement]:
    changes = [_state_change(alarm, before) for before in _STATES]
    for rule in alternatives.rules:
        if (rule.account, rule.region) != (alarm.account, alarm.region):
            continue
        heard = {hears(rule.pattern, change) for change in changes}
        if heard == {False}:
            continue
        known_state = rule.state in ENABLED_STATES
        for end in ends_of(rule, alternatives.topics):
            told = f"alarm {shown(alarm.name)}{ARROW}{end.told}"
            if heard == {True} and known_state:
                yield replace(end, told=told, heard=events)
            else:
                unsure = "whether it hears of that alarm's state is not certain"
                why = unsure if known_state else f"its state {shown(rule.state)} is not known"
                yield replace(end, told=told, state=State.UNSEEN, reason="; ".join(filter(None, (why, end.reason))))


def _state_change(alarm: MetricAlarm | CompositeAlarm, before: str) -> dict[str, Any]:
    """The event that CloudWatch sends when the alarm goes into ALARM."""
    arn = Arn.parse(alarm.arn)
    return {
        "version": "0",
        "id": Unforeseen.VALUE,
        "detail-type": ALARM_STATE_CHANGE,
        "source": "aws.cloudwatch",
        "account": arn.account if arn else alarm.account,
        "time": Unforeseen.VALUE,
        "region": alarm.region,
        "resources": [alarm.arn],
        "detail": {
            "alarmName": alarm.name,
            "configuration": _configuration(alarm),
            "previousState": _state(before),
            "state": _state("ALARM"),
            **dict.fromkeys(("alarmTags", "alarmTagsStatus", "muteDetail", "alarmContributor"), Unforeseen.PERHAPS),
        },
    }


def _state(value: str) -> dict[str, Any]:
    perhaps = ("reasonData", "evaluationState", "actionsSuppressedBy", "actionsSuppressedReason")
    known = {"value": value, "reason": Unforeseen.VALUE, "timestamp": Unforeseen.VALUE}
    return {**known, **dict.fromkeys(perhaps, Unforeseen.PERHAPS)}


def _configuration(alarm: MetricAlarm | CompositeAlarm) -> dict[str, Any]:
    told: dict[str, Any] = {"description": alarm.description or Unforeseen.PERHAPS}
    if isinstance(alarm, CompositeAlarm):
        suppression = ("actionsSuppressor", "actionsSuppressorWaitPeriod", "actionsSuppressorExtensionPeriod")
        return {**told, "alarmRule": alarm.rule, **dict.fromkeys(suppression, Unforeseen.PERHAPS)}
    if alarm.metric_name:
        stat = _stat(alarm.namespace, alarm.metric_name, alarm.dimensions, alarm.period, alarm.statistic)
        return {**told, "metrics": [{"id": Unforeseen.VALUE, "metricStat": stat, "returnData": True}]}
    return {**told, "metrics": [_query(query.id, query.expression, query.metric) for query in alarm.queries]}


def _query(name: str, expression: str | None, metric: MetricStat | None) -> dict[str, Any]:
    told: dict[str, Any] = {"id": name, "label": Unforeseen.PERHAPS, "returnData": Unforeseen.PERHAPS}
    if metric:
        stat = _stat(metric.namespace, metric.metric_name, metric.dimensions, metric.period, metric.statistic)
        return {**told, "metricStat": stat}
    return {**told, "expression": expression or Unforeseen.PERHAPS}


def _stat(
    namespace: str | None, name: str, dimensions: Mapping[str, str], period: int | None, statistic: str | None
) -> dict[str, Any]:
    return {
        "metric": {"namespace": namespace, "name": name, "dimensions": dict(dimensions)},
        "period": period if period is not None else Unforeseen.PERHAPS,
        "stat": statistic or Unforeseen.PERHAPS,
        "unit": Unforeseen.PERHAPS,
    }
