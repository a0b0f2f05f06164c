"""What the past proves of a control: when somebody was last told, and which event nobody was told of.

Histories in, proof out. The past decides nothing by itself: it says what was, and only of what has not changed since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum
from itertools import islice

from prowler_cis_monitoring.alert_path.obstacles import opaque
from prowler_cis_monitoring.alert_path.path import AlertPath, State
from prowler_cis_monitoring.alert_path.question import Demand
from prowler_cis_monitoring.alert_path.reading import metrics_read
from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Alarms,
    LogGroup,
    MetricAlarm,
    MetricFilter,
    Unread,
)
from prowler_cis_monitoring.alert_path.sources import metric_filters
from prowler_cis_monitoring.filter_pattern import FilterPatternError, parse
from prowler_cis_monitoring.proof.histories import MADE, RECONFIGURED, Action, Change, Event, Histories, Transition
from prowler_cis_monitoring.proof.matchers import Matching
from prowler_cis_monitoring.proof.traces import ARRIVAL, SLACK, End, Trace, Tracer
from prowler_cis_monitoring.proof.ways import Way
from prowler_cis_monitoring.records import dataclass

MOST_SUSPECTS = 3
"""Events that nobody seems to have been told of, the newest, that are looked at closely (count)."""
_MOST_EVENTS = 50
_MOST_RINGINGS = 50


class Grade(Enum):
    """What the past proves of a control, the most first."""

    PROVED = "proved"
    RANG = "rang"
    DRILLED = "drilled"
    NEVER = "never seen"


@dataclass(frozen=True)
class Void:
    """What a change took away: the grade, the trace that it rested on, and the change."""

    grade: Grade
    trace: Trace
    change: Change


@dataclass(frozen=True)
class Lost:
    """A required event of which no alarm told anybody.

    Attributes:
        event: the event.
        end: the link at which its trace ends, the furthest of all ways; None when it is on no way.
        certain: whether it is certain that no other alarm did. Where it is not, that cannot be known, because something
            was not read.
        undelivered: alarms and topics whose notification reached nobody.
    """

    event: Event
    end: End | None
    certain: bool = True
    undelivered: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Proof:
    """What the past proves of a control.

    Attributes:
        grade: the best that still holds.
        trace: the newest trace of that grade; None when there is none.
        unchanged: whether it is known that trail, filter, topic and subscriptions have not changed since.
        void: what would be better than `grade` if nothing had changed, None where nothing is.
        lost: the newest required event that no alarm told anybody of, or else no alarm that was read; None where none
            is known.
        matching: what AWS's own matcher says of filters and records; None when it was not asked.
        unread: the calls that gave no answer.
    """

    grade: Grade
    trace: Trace | None = None
    unchanged: bool = True
    void: Void | None = None
    lost: Lost | None = None
    matching: Matching | None = None
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True)
class Inquiry:
    """A control on an account, and the past.

    Attributes:
        demand: what the control asks for.
        passes: whether the verdict is that somebody is told by the live ones of `ways`.
        grounds: the paths that the verdict rests on: only there a ringing without its event says something, for the
            filters of other controls match some events of this one as well.
        ways: the alert paths on which required events may travel.
        resources: the account.
        histories: what was read of the past.
        now: when it was read.
    """

    demand: Demand
    passes: bool
    grounds: Sequence[AlertPath]
    ways: Sequence[Way]
    resources: AccountResources
    histories: Histories
    now: datetime

    @property
    def tracer(self) -> Tracer:
        """Follows traces in these histories."""
        return Tracer(self.histories, self.demand.delay_limit)

    def prove(self) -> Proof:
        """Return what the past proves."""
        held, void = self._best()
        silent = [(one, self._others_told(one)) for one in self.suspects()]
        lost = next((one for one, told in silent if told is False), None)
        if lost is None:
            # Nothing that was not read may make good what the records of the ways show.
            doubtful = (one for one, told in silent if told is None and one.end is not None)
            lost = next((replace(one, certain=False) for one in doubtful), None)
        grade, trace = held or (Grade.NEVER, None)
        unchanged = trace is None or self.histories.changes.cover(trace.began)
        unread = self.histories.unread
        if lost is not None and not lost.certain:
            unread = tuple(dict.fromkeys((*unread, *self._unread(lost.event))))
        return Proof(grade, trace, unchanged, void, lost, unread=unread)

    # --- what was told ---------------------------------------------------------------------------------------------

    def _best(self) -> tuple[tuple[Grade, Trace] | None, Void | None]:
        graded = sorted(self._graded(), key=lambda found: (_rank(found[0]), -found[1].began.timestamp()))
        held, void = None, None
        for grade, trace in graded:
            change = self._changed(trace.way, trace.began)
            if change is None:
                held = grade, trace
                break
            void = void or Void(grade, trace, change)
        better = void is not None and (held is None or _rank(void.grade) < _rank(held[0]))
        return held, void if better else None

    def _graded(self) -> Iterator[tuple[Grade, Trace]]:
        grounds = {path.names for path in self.grounds}
        traces = [trace for way in self.ways for trace in islice(self.tracer.ringings(way), _MOST_RINGINGS)]
        for trace in _with_others(traces):
            grade = _grade(trace, self.demand)
            if grade is Grade.PROVED or (grade is not Grade.NEVER and trace.way.path.names in grounds):
                yield grade, trace

    def _changed(self, way: Way, since: datetime) -> Change | None:
        """The latest change of a link of a way since then; None when none is known."""
        known = (*self.histories.changes.items, *self.histories.trail_changes.items)
        found = [change for change in known if change.at > since and _touches(change, way)]
        configured = ((one.arn, one.configuration_updated) for one in way.heeded)
        found += [Change("alarm", arn, at, RECONFIGURED) for arn, at in configured if at is not None and at > since]
        named = {"log group": way.group, "metric filter": way.filter}
        found += [Change(kind, named[kind], at, MADE) for kind, at in way.made.items() if at > since]
        return max(found, key=lambda change: change.at, default=None)

    # --- what was not ----------------------------------------------------------------------------------------------

    def suspects(self) -> tuple[Lost, ...]:
        """Return the newest required events that by the records of the ways nobody was told of.

        Whether some other alarm told of them is left to `Histories.around`.
        """
        if self.demand.events > 1 or not self.resources.listed_regions:
            return ()
        events = sorted(self.histories.events.items, key=lambda event: event.at, reverse=True)[:_MOST_EVENTS]
        found = (self._suspect(event) for event in events if self.demand.events_demanded.matches(event.record))
        return tuple(one for one in found if one is not None)[:MOST_SUSPECTS]

    def _unread(self, event: Event) -> tuple[Unread, ...]:
        """Why some trail, log group, metric filter or alarm is not known that may have told of an event.

        A Region that does not list its trails hides none but those of this one Region: each Region lists the others.
        """
        known = self.resources
        groups = known.log_groups.values()
        filters = (group.metric_filters for group in groups if isinstance(group, LogGroup))
        parts = (*groups, *filters, *known.alarms.values())
        unlisted = (unread for unread in known.unread if unread.region == event.region)
        illegible = (trail.unread for trail in known.trails if trail.unread is not None)
        return (*unlisted, *illegible, *(part for part in parts if isinstance(part, Unread)))

    def _suspect(self, event: Event) -> Lost | None:
        ways = [way for way in self.ways if way.path.events.matches(event.record)]
        if self.now - event.at <= ARRIVAL + self._patience(ways):
            return None
        kept = self.histories.changes
        if not kept.cover(event.at) or any(self._changed(way, event.at) for way in self.ways):
            return None
        traces = [self.tracer.forth(way, event) for way in ways]
        ends = [trace.end for trace in traces if trace.end is not None]
        if len(ends) < len(traces) or (self.passes and not traces):
            return None
        undelivered = frozenset(
            (way.notifier.arn, way.topic or "") for way, end in zip(ways, ends, strict=True) if end is End.TOPIC
        )
        return Lost(event, max(ends, key=list(End).index, default=None), undelivered=undelivered)

    def _patience(self, ways: Sequence[Way]) -> timedelta:
        """How much longer than the event's arrival an alarm may take that the verdict relies on."""
        if not self.passes:
            return timedelta()
        delays = [way.path.delay or 0 for way in ways if way.path.state is State.LIVE]
        return SLACK + timedelta(seconds=max(delays, default=0))

    def _others_told(self, lost: Lost) -> bool | None:
        """Whether another alarm may have told of the event; None where that cannot be known.

        An event that was not looked at closely may have been told of.
        """
        event, changes = lost.event, self.histories.trail_changes
        around = self.histories.around.get(event.id)
        if around is None or any(change.at > event.at for change in changes.items):
            return True
        others = [one for one in around.items if one.succeeded and (one.alarm, one.target) not in lost.undelivered]
        if not all(self._is_unrelated(one, event) for one in others):
            return True
        whole = around.unread is None and changes.cover(event.at) and not self._unread(event)
        return False if whole else None

    def _is_unrelated(self, action: Action, event: Event) -> bool:
        """Whether an alarm certainly watched nothing that an event made when it happened."""
        alarm = self._metric_alarms.get(action.alarm)
        if alarm is None or opaque(alarm) is not None:
            return False
        if alarm.configuration_updated is None or alarm.configuration_updated > event.at:
            return False
        if any(one.kind == "metric filter" and one.at > event.at for one in self.histories.changes.items):
            return False
        read = {(one.stat.namespace, one.stat.metric_name) for one in metrics_read(alarm).values()}
        feeding = [one for one in self._metric_filters if (one.namespace, one.metric_name) in read]
        return bool(read) and not any(_may_match(one.pattern, event) for one in feeding)

    @property
    def _metric_alarms(self) -> dict[str, MetricAlarm]:
        found = self.resources.alarms.values()
        return {one.arn: one for alarms in found if isinstance(alarms, Alarms) for one in alarms.metric_alarms}

    @property
    def _metric_filters(self) -> list[MetricFilter]:
        groups = (group for group in self.resources.log_groups.values() if isinstance(group, LogGroup))
        return [one for group in groups for one in metric_filters(group)]


def _may_match(pattern: str, event: Event) -> bool:
    try:
        return parse(pattern).matches(event.record)
    except FilterPatternError:
        return True


def _with_others(traces: Sequence[Trace]) -> Iterator[Trace]:
    """Yield traces, each with the events of other ways that may be behind its ringing: an alarm may read several."""
    behind: dict[Transition | None, dict[str, Event]] = {}
    for trace in traces:
        if trace.event is not None:
            behind.setdefault(trace.transition, {}).update({one.id: one for one in (trace.event, *trace.others)})
    for trace in traces:
        if trace.event is None:
            yield trace
            continue
        others = (one for one in behind[trace.transition].values() if one.id != trace.event.id)
        yield replace(trace, others=tuple(sorted(others, key=lambda one: one.at, reverse=True)))


def _grade(trace: Trace, demand: Demand) -> Grade:
    if trace.transition is None or trace.action is None or trace.end is not None:
        return Grade.NEVER
    if trace.transition.by_hand:
        clean = trace.delivery is not None and trace.delivery.is_clean
        return Grade.DRILLED if clean and trace.unknown is None else Grade.NEVER
    event = trace.event
    is_required = event is not None and demand.events_demanded.matches(event.record)
    # What a topic delivers to machines alone tells nobody.
    return Grade.PROVED if trace.is_whole and is_required and trace.way.path.hears else Grade.RANG


def _rank(grade: Grade) -> int:
    return list(Grade).index(grade)


def _touches(change: Change, way: Way) -> bool:
    """Whether a change is of a link of a way, or nobody can say that it is not."""
    resource = change.resource
    if not resource:
        return True
    if change.kind in ("topic", "subscription"):
        return way.topic is not None and (resource == way.topic or resource.startswith(f"{way.topic}:"))
    return resource in (way.trail, way.filter, *(one.arn for one in way.heeded))
