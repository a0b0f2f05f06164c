"""Would somebody be told without a metric filter and an alarm? EventBridge rules, decided with the same engine.

CIS audits the metric filter, the alarm and the topic only. So an alternative is named in a finding, and counts no more
than the user's configuration says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from prowler_cis_monitoring.alert_path.accounts import (
    coverage_in,
    coverage_of_facts,
    everyday_events,
    may_match,
    own_facts,
)
from prowler_cis_monitoring.alert_path.alarm_events import followed, rules_on_alarms
from prowler_cis_monitoring.alert_path.event_rules import RuleJudgement, ends_of
from prowler_cis_monitoring.alert_path.failure import NO_ALARM, NOBODY
from prowler_cis_monitoring.alert_path.languages.event_pattern import EventPatternError, heard_events
from prowler_cis_monitoring.alert_path.likeness import alike
from prowler_cis_monitoring.alert_path.paths import AlertPath, AlertPaths, State
from prowler_cis_monitoring.alert_path.resources import (
    Alarms,
    Alternatives,
    Arn,
    EventRule,
    LogGroup,
    LogSubscription,
    Trail,
    TrailStatus,
    Unread,
)
from prowler_cis_monitoring.alert_path.rules import Effect, joined, listed
from prowler_cis_monitoring.alert_path.telling import Sentence, Told
from prowler_cis_monitoring.alert_path.trail import EVERY_EVENT, are_too_long, events_of_trail
from prowler_cis_monitoring.alert_path.verdict import Demand, Status, Verdict
from prowler_cis_monitoring.filter_pattern import (
    NOTHING,
    FilterPattern,
    FilterPatternError,
    all_of,
    any_of,
    parse,
)
from prowler_cis_monitoring.filter_pattern.work import Work, kept
from prowler_cis_monitoring.foreign_text import harmless, shown

MOST_OF_ALL_PATTERNS = 20_000
"""Characters of different event patterns that are decided of one account (count)."""
Acceptance = Literal["named", "manual", "pass"]
# EventBridge User Guide, "Receiving read-only management events": the state ENABLED leaves them out. Of sign-ins, which
# write nothing, the records say readOnly false.
_BY_STATE = {
    "ENABLED": parse("{ $.readOnly IS FALSE }"),
    "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS": EVERY_EVENT,
}
_BYTES_OF_A_CHARACTER = 4
_METRICS, _LOG_GROUPS = "AWS::CloudWatch::Metric", "AWS::Logs::LogGroup"
_VALUE = re.compile(r"(?<![$\w.])[A-Za-z][\w.]+")


def consider(
    verdict: Verdict, demand: Demand, paths: AlertPaths, alternatives: Alternatives, accept: Acceptance
) -> Verdict:
    """Name what else may tell somebody of a control's events, and count it as the user says.

    Args:
        verdict: the verdict on the alert paths, FAIL or MANUAL.
        demand: what the control asks for.
        paths: the account's alert paths: rules hear of the alarms on them, and of API calls while a trail logs them.
        alternatives: what was read of EventBridge, of shared metrics and of logs that are sent on.
        accept: what a rule that certainly tells of every event makes of the verdict.

    Returns:
        The verdict with a sentence more. Its status changes only where rules demonstrably cover the control, or where
        the alarm may stand in an account that sees the metric.
    """
    judged = tuple(_judgements(demand, paths, alternatives))
    live = [one for one in judged if one.state is State.LIVE and one.heard is not None]
    if live and alternatives.everywhere and _covers(demand, paths, alternatives.regions, live):
        return _covered(verdict, demand, live, accept)
    of_alarms = tuple(rules_on_alarms(paths, demand, alternatives))
    ringing = [one for one in of_alarms if one.state is State.LIVE]
    if ringing and _covers_by_alarm(demand, paths, ringing):
        return _covered(verdict, demand, ringing, accept)
    relevant = (*judged, *of_alarms)
    shared: tuple[str, ...] = (_METRICS, _LOG_GROUPS)
    if verdict.status is Status.FAIL and _alarm_may_stand_elsewhere(demand, paths, alternatives):
        verdict = _manual(verdict, demand, " ".join(_shared(alternatives, (_METRICS,))))
        shared = (_LOG_GROUPS,)
    queries = tuple(_on_queries(demand, paths))
    if verdict.status is Status.FAIL and queries:
        verdict, queries = _manual(verdict, demand, queries[0]), ()
    meant = [one for one in relevant if one in of_alarms or _mentions(one.rule, demand)]
    unseen = any(one.state is State.UNSEEN for one in meant)
    if verdict.status is Status.FAIL and accept != "named" and (unseen or alternatives.unread):
        what = "what one of them does was not seen" if unseen else "not all of them could be read"
        verdict = _manual(verdict, demand, f"accept_alternatives counts EventBridge rules, and {what}")
    told = (
        *_partial(meant),
        *map(_capital, _shared(alternatives, shared)),
        *_sent_on(demand, paths, alternatives),
        *map(_capital, queries),
        *_on_other_groups(demand, paths, alternatives),
        *_unread(alternatives),
    )
    if any(one.state is not State.BROKEN for one in relevant) or _is_more_than_rules(told, alternatives):
        verdict = _not_nobody(verdict)
    return _also(verdict, told)


def _is_more_than_rules(told: Sequence[str], alternatives: Alternatives) -> bool:
    """Whether something is said that may tell somebody and is no rule."""
    return bool(told) and bool(alternatives.links or alternatives.log_subscriptions or alternatives.unread)


def not_judged(verdict: Verdict, error: str) -> Verdict:
    """Return the verdict where alternatives could not be judged, for what is left of it.

    Args:
        verdict: the verdict on the alert paths.
        error: the type of what went wrong.
    """
    return _also(_not_nobody(verdict), (f"Alternatives could not be judged ({error}).",))


def _not_nobody(verdict: Verdict) -> Verdict:
    """Say no more than that no alarm tells anybody."""
    parts = verdict.parts
    if parts is None or not parts.opening.startswith(NOBODY):
        return verdict
    return _said(verdict, replace(parts, opening=NO_ALARM + parts.opening.removeprefix(NOBODY)))


def _also(verdict: Verdict, told: tuple[str, ...]) -> Verdict:
    """Say more, before what there is to do; what does not fit is in the evidence."""
    if not told:
        return verdict
    verdict = replace(verdict, alternatives=told)
    if verdict.parts is None:
        return replace(verdict, sentence=" ".join([verdict.sentence, *told]))
    before = verdict.parts.told
    return _said(verdict, replace(verdict.parts, told=replace(before, further=(*told, *before.further))))


def _said(verdict: Verdict, parts: Sentence) -> Verdict:
    return replace(verdict, sentence=str(parts), parts=parts)


def _manual(verdict: Verdict, demand: Demand, elsewhere: str) -> Verdict:
    """Make a verdict MANUAL for a reason that stands before what was seen here."""
    parts = Sentence(f"Unknown whether somebody is told when {demand.event}", Told(elsewhere.rstrip(".")))
    if verdict.parts is None:
        parts = replace(parts, told=replace(parts.told, further=(f"Seen from here: {verdict.sentence}",)))
    else:
        seen = verdict.parts.told
        further = (f"Seen from here: {seen.main}.", *seen.further)
        parts = replace(parts, told=Told(parts.told.main, further), terms=verdict.parts.terms)
    return _said(replace(verdict, status=Status.MANUAL), parts)


def _covers_by_alarm(demand: Demand, paths: AlertPaths, ringing: Sequence[RuleJudgement]) -> bool:
    """Whether every required event is told of by an alarm, or by a rule that hears of one."""
    live = [path.events for path in followed(paths, demand) if path.state is State.LIVE]
    heard = [one.heard for one in ringing if one.heard is not None]
    return _all_covered(demand, paths, [*live, *heard])


def _alarm_may_stand_elsewhere(demand: Demand, paths: AlertPaths, alternatives: Alternatives) -> bool:
    """Whether nothing but alarms is missing, on metrics that another account sees.

    Source: CloudWatch User Guide, "CloudWatch cross-account observability": a monitoring account can create alarms on
    metrics of the accounts that are linked to it.
    """
    account = paths.resources.account
    shared = {link.region for link in alternatives.links if link.may_share(_METRICS)}

    def watched_elsewhere(path: AlertPath) -> bool:
        broken = path.having(Effect.BROKEN)
        group = Arn.parse(next((link.arn for link in path.links if link.kind == "log group"), ""))
        here = group is not None and group.account == account and group.region in shared
        return here and bool(broken) and all(found.rule.slug == "no-alarm" for found in broken)

    found = followed(paths, demand)
    hoped = [path.events for path in found if path.state is not State.BROKEN or watched_elsewhere(path)]
    return any(map(watched_elsewhere, found)) and _all_covered(demand, paths, hoped)


def _all_covered(demand: Demand, paths: AlertPaths, events: Sequence[FilterPattern]) -> bool:
    patterns, resources = tuple(dict.fromkeys(events)), paths.resources
    work = paths.allowance(demand).coverages
    covered = coverage_in(resources.account, demand.events_demanded, patterns, resources.partition, work)
    return covered.verdict == "covered"


def _covered(verdict: Verdict, demand: Demand, live: Sequence[RuleJudgement], accept: Acceptance) -> Verdict:
    # Of rules that are the same in each Region, one stands for all.
    ways = joined(tuple(dict.fromkeys(one.told for one in live)))
    regions = listed(sorted({one.rule.region for one in live}))
    where = f"{ways} (in {regions})"
    if accept == "pass":
        opening = f"Somebody is told when {demand.event} by EventBridge, which accept_alternatives counts and the "
        terms = (f"By alarms alone it would be {verdict.status.value}.", *demand.concessions)
        parts = Sentence(f"{opening}benchmark's audit does not", Told(where), terms)
        # What the alarms miss is no longer missed: the rules are the grounds of this verdict.
        return Verdict.saying(Status.PASS, parts, rules=tuple(one.rule for one in live))
    said = f"But EventBridge tells somebody of every such event, which the benchmark's audit does not count: {where}."
    status = Status.MANUAL if accept == "manual" else verdict.status
    return _also(_not_nobody(replace(verdict, status=status)), (said,))


def _partial(judged: Sequence[RuleJudgement]) -> Iterator[str]:
    """Name the rules that hear some of the events, or may."""
    said: dict[tuple[str, str], list[str]] = {}
    for one in judged:
        said.setdefault((one.told, one.reason), []).append(one.rule.region)
    for (told, reason), regions in sorted(said.items())[:3]:
        what = reason or "it tells of some such events; that it tells of every one is not certain"
        yield f"EventBridge, which the benchmark's audit does not count: {told} (in {listed(sorted(regions))}): {what}."


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _shared(alternatives: Alternatives, kinds: Sequence[str]) -> Iterator[str]:
    """Say which accounts see what alarms may stand on."""
    for kind in kinds:
        what = "metrics" if kind == _METRICS else "log groups"
        accounts = sorted({link.account for link in alternatives.links if link.may_share(kind)})
        if accounts:
            yield (
                f"the account shares its {what} with monitoring account {listed(accounts)}, where an alarm on them may "
                "stand that cannot be seen from here: look there."
            )


def _sent_on(demand: Demand, paths: AlertPaths, alternatives: Alternatives) -> Iterator[str]:
    """Name the subscription filters that send required events on, to where somebody may be told."""
    work = paths.allowance(demand).overlaps
    sent = [one for one in alternatives.log_subscriptions if _may_be_sent(demand, one, work)]
    ways = [f"{shown(one.name)} on log group {shown(one.log_group)} to {shown(one.destination)}" for one in sent]
    if ways:
        yield (
            f"Subscription filters send such events on, which the benchmark's audit does not count: {joined(ways)}; "
            "look whether what receives them tells somebody."
        )


def _on_other_groups(demand: Demand, paths: AlertPaths, alternatives: Alternatives) -> Iterator[str]:
    """Name the metric filters that are meant for the control and stand where no trail delivers."""
    work = paths.allowance(demand).likeness
    found = []
    for one in alternatives.other_filters:
        with suppress(FilterPatternError):
            if one.unread is None and alike(demand.required, parse(one.pattern), work):
                found.append(f"{shown(one.name)} on log group {shown(one.log_group)}")
    if found:
        yield f"No trail delivers to where metric filters for such events stand: {joined(found)}."


def _on_queries(demand: Demand, paths: AlertPaths) -> Iterator[str]:
    """Name the log alarms whose query over a trail's log group is meant for the control.

    Source: CloudWatch API, LogAlarm: an alarm on the results of a scheduled query.
    """
    resources = paths.resources
    groups = {name: group.arn for group in resources.log_groups.values() if isinstance(group, LogGroup)
              for name in (group.name, group.arn, f"{group.arn}:*")}  # fmt: skip
    words = _values_asked_for(str(demand.required))
    named = [
        f"{shown(alarm.name)} in {shown(alarm.region)}"
        for found in resources.alarms.values()
        if isinstance(found, Alarms)
        for alarm in found.log_alarms
        if alarm.actions_enabled
        and alarm.alarm_actions
        and any(group in groups for group in alarm.log_groups)
        and any(word in alarm.query for word in words)
    ]
    if named:
        yield (
            f"log alarms run queries over what a trail delivers, which this program does not decide: {joined(named)}; "
            "look whether they ring for such events."
        )


def _may_be_sent(demand: Demand, subscription: LogSubscription, work: Work) -> bool:
    try:
        return may_match(demand.events_demanded, parse(subscription.pattern), work)
    except FilterPatternError:
        return True


def _unread(alternatives: Alternatives) -> Iterator[str]:
    said = dict.fromkeys((unread.action, unread.error) for unread in alternatives.unread)
    for action, error in said:
        yield f"Alternatives were not looked at as a whole: {shown(action)} gave {shown(error)}."


def _judgements(demand: Demand, paths: AlertPaths, alternatives: Alternatives) -> Iterator[RuleJudgement]:
    work = paths.allowance(demand).overlaps
    decided = _patterns_decided(alternatives)
    for rule in alternatives.rules:
        matched, reason = None, "its pattern was not decided, as there are too many of them"
        if rule.pattern in decided:
            matched, reason = _matched(rule.pattern, rule.state, rule.account, rule.region)
        # Asked without the Region: rules are mostly the same in all of them, and the answer is kept.
        relevant = _mentions(rule, demand) if matched is None else may_match(demand.events_demanded, matched, work)
        if not relevant:
            continue
        heard = None if matched is None else _heard(matched, rule.state, rule.region)
        for end in ends_of(rule, alternatives.topics):
            yield replace(end, heard=heard, reason="; ".join(filter(None, (reason, end.reason))))


def _patterns_decided(alternatives: Alternatives) -> frozenset[str]:
    """The patterns that are decided, the shortest first, so that no account's rules can hold up a scan."""
    decided, left = set(), MOST_OF_ALL_PATTERNS
    for pattern in sorted({rule.pattern for rule in alternatives.rules}, key=lambda text: (len(text), text)):
        left -= len(pattern)
        if left < 0:
            break
        decided.add(pattern)
    return frozenset(decided)


@kept(lambda key, found: _BYTES_OF_A_CHARACTER * len(key[0]) + (0 if found[0] is None else _bytes_of(found[0])))
def _matched(pattern: str, state: str, account: str, region: str) -> tuple[FilterPattern | None, str]:
    """The events that a rule's pattern matches, none if it also matches everyday ones; or why nobody knows."""
    if state not in _BY_STATE:
        return None, f"its state {shown(state)} is not known"
    try:
        matched = heard_events(pattern, account, region)
    except EventPatternError as error:
        return None, harmless(str(error))
    if any(matched.matches(event.record) for event in everyday_events(account) if _delivered(event.record, state)):
        # A rule that speaks all day says nothing.
        return NOTHING, ""
    return matched, ""


@kept(lambda _key, heard: _bytes_of(heard))
def _heard(matched: FilterPattern, state: str, region: str) -> FilterPattern:
    """The events that a rule hears, given its state and Region."""
    return all_of(matched, _BY_STATE[state], parse(f'{{ $.awsRegion = "{region}" }}'))


def _bytes_of(pattern: FilterPattern) -> int:
    return _BYTES_OF_A_CHARACTER * len(pattern.text)


def _delivered(record: Mapping[str, object], state: str) -> bool:
    return state != "ENABLED" or record.get("readOnly") is False


def _mentions(rule: EventRule, demand: Demand) -> bool:
    """Whether a rule speaks of something that the control asks for: the others are not meant for it."""
    return any(f'"{word}' in rule.pattern for word in _values_asked_for(str(demand.required)))


@lru_cache(maxsize=64)
def _values_asked_for(required: str) -> frozenset[str]:
    return frozenset(word for word in _VALUE.findall(required) if word not in ("NOT", "EXISTS"))


def _covers(demand: Demand, paths: AlertPaths, regions: Sequence[str], live: Sequence[RuleJudgement]) -> bool:
    """Whether rules hear every event that can happen, given that a trail logs it."""
    resources = paths.resources
    logged = tuple(_logged(trail) for trail in resources.trails)
    delivered = any_of(*logged) if logged else NOTHING
    somewhere = any_of(*(parse(f'{{ $.awsRegion = "{region}" }}') for region in regions))
    required = all_of(demand.events_demanded, somewhere, parse(f'{{ $.recipientAccountId = "{resources.account}" }}'))
    heard = tuple(dict.fromkeys(all_of(one.heard, delivered) for one in live if one.heard is not None))
    facts = own_facts(resources.account, resources.partition)
    return coverage_of_facts(required, heard, facts, paths.allowance(demand).coverages).verdict == "covered"


def _logged(trail: Trail) -> FilterPattern:
    """What a trail certainly logs; EventBridge hears of nothing else.

    Source: EventBridge User Guide, "AWS service events delivered via AWS CloudTrail".
    """
    if not isinstance(trail.status, TrailStatus) or not trail.status.is_logging or isinstance(trail.selectors, Unread):
        return NOTHING
    if are_too_long(trail.selectors):
        return NOTHING
    return events_of_trail(trail)
