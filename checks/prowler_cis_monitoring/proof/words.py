"""Says in a finding what the past proves: sentence and evidence. Only an event that was lost may touch the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from prowler_cis_monitoring.alert_path.resources import Unread
from prowler_cis_monitoring.alert_path.telling import Sentence, Told
from prowler_cis_monitoring.alert_path.verdict import Status, Verdict
from prowler_cis_monitoring.foreign_text import shown
from prowler_cis_monitoring.proof.histories import MADE, Event
from prowler_cis_monitoring.proof.matchers import Matching
from prowler_cis_monitoring.proof.proof import Grade, Lost, Proof, Void
from prowler_cis_monitoring.proof.traces import End, Trace

_MINUTE, _HOUR = 60, 3600
_MOST_UNREAD = 2
_WHERE = {
    End.DELIVERY: "the trail's log group took nothing in then",
    End.FILTER: "the metric filter published nothing then",
    End.ALARM: "the alarm did not ring",
    End.ACTION: "the alarm rang and its action was not taken",
    End.TOPIC: "the topic delivered nothing",
}


def with_proof(verdict: Verdict, event: str, proof: Proof, *, contents: bool = False) -> Verdict:
    """Return a verdict that says what the past proves of it.

    Args:
        verdict: the verdict on the account as it is.
        event: the control's event in words, as the end of "somebody is told when …".
        proof: what the past proves.
        contents: whether the evidence holds the CloudTrail records as a whole.

    Returns:
        The verdict with whole sentences more. PASS by alert paths becomes MANUAL where a required event reached nobody
        on them although it should have; no other status changes.
    """
    told = tuple(_told(proof, verdict.status))
    found = replace(verdict, proof=_evidence(proof, contents=contents))
    parts = found.parts
    if parts is None:
        return replace(found, sentence=" ".join([found.sentence, *told]))
    if proof.lost is not None and verdict.status is Status.PASS and not verdict.rules:
        opening = f"Unknown whether somebody is told when {event}"
        main = f"unexpected, for all links hold: {parts.told.main}"
        parts = Sentence(opening, Told(main, parts.told.further, _next_step(proof.lost)), parts.terms)
        found = replace(found, status=Status.MANUAL)
    parts = replace(parts, terms=(*told, *parts.terms))
    return replace(found, parts=parts, sentence=str(parts))


def not_proved(verdict: Verdict, error: str) -> Verdict:
    """Return the verdict where what is left of the past could not be judged; `error` is the type of what went wrong."""
    told = f"What is left of the past could not be judged ({error})."
    if verdict.parts is None:
        return replace(verdict, sentence=f"{verdict.sentence} {told}")
    parts = replace(verdict.parts, terms=(told, *verdict.parts.terms))
    return replace(verdict, parts=parts, sentence=str(parts))


def _told(proof: Proof, status: Status) -> Iterator[str]:
    if proof.lost is not None:
        yield _lost(proof.lost, status)
    if proof.trace is not None:
        yield _graded(proof.grade, proof.trace)
        if not proof.unchanged:
            yield "Whether its filter, topic and subscriptions have changed since is not known."
    if proof.void is not None:
        yield _void(proof.void)
    if proof.grade is Grade.NEVER and proof.void is None and status is not Status.FAIL:
        yield "No alert of it is on record." if not proof.unread else "What is on record could not all be read."
    if proof.matching is not None:
        yield from _matched(proof.matching)
    unread = (*proof.unread, *(proof.matching.unread if proof.matching else ()))
    if unread:
        calls = dict.fromkeys(map(_call, unread))
        more = f" and {len(calls) - _MOST_UNREAD} more" if len(calls) > _MOST_UNREAD else ""
        yield f"Not read for the proof: {', '.join(list(calls)[:_MOST_UNREAD])}{more}."


def _matched(matching: Matching) -> Iterator[str]:
    for wrong in matching.disagreements[:1]:
        by = f"metric filter {shown(wrong.filter_name)}" if wrong.filter_name else "the required pattern"
        verb = "matches" if wrong.matched_by_aws else "does not match"
        more = f" and {len(matching.disagreements) - 1} more" if len(matching.disagreements) > 1 else ""
        yield (
            f"AWS's own matcher disagrees: by it {by} {verb} {_named(wrong.record)}{more}; please report it, and trust "
            "AWS's."
        )
    if matching.compared and not matching.disagreements:
        yield f"AWS's own matcher agrees on {matching.compared} answers."
    if matching.unmatched:
        more = f" and {len(matching.unmatched) - 1} more" if len(matching.unmatched) > 1 else ""
        yield f"In the last day no metric filter matched {_named(matching.unmatched[0])}{more}."


def _named(record: Mapping[str, Any]) -> str:
    return f"{shown(str(record.get('eventName', '')))} (event {shown(str(record.get('eventID', '')))})"


def _lost(lost: Lost, status: Status) -> str:
    where = f"; {_WHERE[lost.end]}" if lost.end is not None and status is not Status.FAIL else ""
    whom = "no alarm" if lost.certain else "no alarm that was read"
    return f"It has happened, and {whom} told anybody: {_event(lost.event, f'on {_minute(lost.event.at)}')}{where}."


def _next_step(lost: Lost) -> str:
    link = (lost.end or End.FILTER).value
    return f"Look at the {link} around {_minute(lost.event.at)}."


def _graded(grade: Grade, trace: Trace) -> str:
    rung = trace.transition
    if rung is None:
        raise ValueError("a graded trace has a ringing")
    alarm = shown(trace.way.notifier.name)
    if grade is Grade.DRILLED:
        return (
            f"Drilled on {rung.at:%Y-%m-%d}: alarm {alarm} was set by hand and {_delivered(trace)}; this proves the "
            "links from the alarm on only."
        )
    if grade is Grade.PROVED and trace.event is not None:
        return (
            f"Last proved on {trace.event.at:%Y-%m-%d}: {_event(trace.event, f'at {trace.event.at:%H:%M} UTC')}"
            f"{_or_another(trace)}, alarm {alarm} rang "
            f"{_duration(trace.seconds or 0)} later and {_delivered(trace)}."
        )
    return f"Alarm {alarm} last rang on {_minute(rung.at)} and its action was taken; {'; '.join(_lacking(trace))}."


def _or_another(trace: Trace) -> str:
    number = len(trace.others)
    return f" or one of {number} shortly before" if number > 1 else " or one shortly before" if number else ""


def _lacking(trace: Trace) -> Iterator[str]:
    if trace.event is None:
        yield "the event behind it was not found"
    if trace.delivery is None:
        yield "whether the topic delivered it is not known"
    elif not trace.delivery.is_clean:
        amounts = {"failed": trace.delivery.failed, "was filtered out": trace.delivery.filtered}
        counted = [f"{amount:.0f} {how}" for how, amount in amounts.items() if amount]
        yield f"of the topic's deliveries then {' and '.join(counted) or 'none is certain'}"


def _delivered(trace: Trace) -> str:
    number = trace.delivery.delivered if trace.delivery else 0
    return f"the topic delivered {number:.0f} notification{'' if number == 1 else 's'}"


def _void(void: Void) -> str:
    change = void.change
    was = f"What was {void.grade.value} on {void.trace.began:%Y-%m-%d} is void"
    if change.how == MADE:
        return f"{was}: the {change.kind} was made on {_minute(change.at)}."
    return f"{was}: {shown(change.how)} on {_minute(change.at)} changed the {change.kind}."


def _event(event: Event, when: str) -> str:
    who, where = shown(event.actor), shown(event.region)
    return f"{shown(event.name)} by {who} in {where} {when} (event {shown(event.id)})"


def _call(unread: Unread) -> str:
    return f"{unread.action} in {shown(unread.region)} ({shown(unread.error)})"


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _duration(seconds: int) -> str:
    if seconds < _MINUTE:
        return f"{max(seconds, 0)} seconds"
    if seconds < 2 * _HOUR:
        minutes = round(seconds / _MINUTE)
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"{round(seconds / _HOUR)} hours"


# --- evidence ------------------------------------------------------------------------------------------------


def _evidence(proof: Proof, *, contents: bool) -> dict[str, Any]:
    """Return a proof as JSON values."""
    trace, lost, void = proof.trace, proof.lost, proof.void
    return {
        "grade": proof.grade.value,
        "trace": None if trace is None else _trace(trace, contents=contents),
        "unchanged_since": proof.unchanged if trace is not None else None,
        "void": None
        if void is None
        else {
            "grade": void.grade.value,
            "at": _text(void.trace.began),
            "changed_at": _text(void.change.at),
            "changed": void.change.kind,
            "by": void.change.how,
        },
        "nobody_was_told": _lost_event(lost, contents=contents) if lost and lost.certain else None,
        "no_alarm_read_told": _lost_event(lost, contents=contents) if lost and not lost.certain else None,
        **({} if proof.matching is None else {"matching": _matching(proof.matching, contents=contents)}),
        "unread": [_call(unread) for unread in proof.unread],
    }


def _lost_event(lost: Lost, *, contents: bool) -> dict[str, Any]:
    return {**_record(lost.event, contents=contents), "ends_at": lost.end.value if lost.end else None}


def _matching(matching: Matching, *, contents: bool) -> dict[str, Any]:
    def told(record: Mapping[str, Any]) -> dict[str, Any]:
        return dict(record) if contents else {name: record.get(name) for name in ("eventTime", "eventName", "eventID")}

    return {
        "compared": matching.compared,
        "disagreements": [
            {
                "metric_filter": one.filter_name or None,
                "pattern": one.pattern,
                "matched_by_aws": one.matched_by_aws,
                "record": told(one.record),
            }
            for one in matching.disagreements
        ],
        "unmatched": [told(record) for record in matching.unmatched],
        "unread": [_call(unread) for unread in matching.unread],
    }


def _trace(trace: Trace, *, contents: bool) -> dict[str, Any]:
    delivery = trace.delivery
    counted = None
    if delivery is not None:
        counted = {name: getattr(delivery, name) for name in ("published", "delivered", "failed", "filtered")}
    return {
        "path": [str(link) for link in trace.way.path.links],
        "event": None if trace.event is None else _record(trace.event, contents=contents),
        "or": [_record(event, contents=contents) for event in trace.others],
        "datapoint": None if trace.datapoint is None else _text(trace.datapoint.at),
        "rang": None if trace.transition is None else _text(trace.transition.at),
        "action": None if trace.action is None else _text(trace.action.at),
        "topic": counted,
        "seconds_after_event": trace.seconds,
        "seconds_expected": trace.way.path.delay,
    }


def _record(event: Event, *, contents: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "time": _text(event.at),
        "name": event.name,
        "actor": event.actor,
        "id": event.id,
        "region": event.region,
    }
    record: Mapping[str, Any] = event.record
    return {**told, "record": dict(record)} if contents else told


def _text(at: datetime) -> str:
    return at.isoformat()
