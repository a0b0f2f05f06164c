"""Follows one event, or one ringing of an alarm, through the records of a way: how far does the trace lead?

Sources: CloudTrail User Guide, "Sending events to CloudWatch Logs" (events come after a few minutes); CloudWatch API,
DescribeAlarmHistory; Amazon SNS Developer Guide, "Monitoring topics using CloudWatch" (what a topic counts).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum

from prowler_cis_monitoring.proof.histories import (
    ALARM,
    NOT_READ,
    Action,
    Datapoint,
    Delivery,
    Event,
    Histories,
    Item,
    Kept,
    Transition,
)
from prowler_cis_monitoring.proof.ways import Way
from prowler_cis_monitoring.records import dataclass

ARRIVAL = timedelta(minutes=20)
"""How long CloudTrail may take to bring an event into a log group: AWS says about five minutes on average."""
SLACK = timedelta(minutes=5)
"""What clocks, evaluations and counters may differ by."""
MOMENT = timedelta(seconds=5)
"""What records of one evaluation may differ by."""
RETRIES = timedelta(hours=1)
"""How long a topic may go on trying: Amazon SNS Developer Guide, "Amazon SNS message delivery retries"."""


class End(Enum):
    """The link at which a trace ends: what should have come next left no record."""

    DELIVERY = "delivery"
    FILTER = "metric filter"
    ALARM = "alarm"
    ACTION = "action"
    TOPIC = "topic"


@dataclass(frozen=True)
class Trace:
    """What an event or a ringing left on a way.

    Attributes:
        way: the way.
        event: the CloudTrail record, None where none was found.
        others: earlier events that may be behind the ringing as well: nobody records when which of them arrived.
        datapoint: what the filter published, likewise.
        transition: the transition into ALARM of the alarm that notifies, likewise.
        action: the notification of the way's topic, likewise.
        delivery: what the topic counted then, likewise.
        end: the link that certainly left no record although it should; None when the trace does not end.
        unknown: the link whose records could not be looked at; None when all could.
        joined: whether the alarm rang for an earlier event and had not come back.
    """

    way: Way
    event: Event | None = None
    others: tuple[Event, ...] = ()
    datapoint: Datapoint | None = None
    transition: Transition | None = None
    action: Action | None = None
    delivery: Delivery | None = None
    end: End | None = None
    unknown: End | None = None
    joined: bool = False

    @property
    def began(self) -> datetime:
        """When the trace began: its event, or else its ringing.

        Raises:
            ValueError: the trace has neither, so that it is not graded.
        """
        first = self.event or self.transition
        if first is None:
            raise ValueError("a graded trace has a ringing")
        return first.at

    @property
    def is_told(self) -> bool:
        """Whether somebody was told, or nobody can say that nobody was."""
        return self.end is None

    @property
    def is_whole(self) -> bool:
        """Whether every link left its record."""
        links = (self.event, self.datapoint, self.transition, self.action, self.delivery)
        open_ = self.end is not None or self.unknown is not None or self.joined
        return all(links) and not open_ and self.delivery is not None and self.delivery.is_clean

    @property
    def seconds(self) -> int | None:
        """How long after the event the alarm rang."""
        if self.event is None or self.transition is None:
            return None
        return round((self.transition.at - self.event.at).total_seconds())


@dataclass(frozen=True)
class Tracer:
    """Follows traces in the histories of an account.

    Attributes:
        histories: what was read of the past.
        delay_limit: how late an alarm may ring (seconds).
    """

    histories: Histories
    delay_limit: int

    # --- from an event on ----------------------------------------------------------------------------------------

    def forth(self, way: Way, event: Event) -> Trace:
        """Follow an event that the way's filter matches."""
        start = Trace(way, event)
        kept = [self.histories.datapoints.get(metric, NOT_READ) for metric in way.metrics]
        if not way.counts or not kept or not all(one.cover(event.at - SLACK) for one in kept):
            return _unknown(start, End.FILTER)
        points = [
            point
            for one in kept
            for point in one.items
            if point.value > 0 and _end(point) > event.at - SLACK and point.at <= event.at + ARRIVAL
        ]
        if not points:
            return _ended(start, self._before_the_filter(way, event))
        traces = [self._from_datapoint(replace(start, datapoint=point), point) for point in sorted(points, key=_time)]
        # What one of the datapoints shows counts: the others may be of other events.
        return max(traces, key=_reach)

    def _before_the_filter(self, way: Way, event: Event) -> End:
        arrived = self.histories.datapoints.get(way.incoming, NOT_READ)
        if not arrived.cover(event.at - SLACK):
            return End.FILTER
        window = (p for p in arrived.items if p.value > 0 and _end(p) > event.at and p.at <= event.at + ARRIVAL)
        return End.FILTER if any(window) else End.DELIVERY

    def _from_datapoint(self, trace: Trace, point: Datapoint) -> Trace:
        way = trace.way
        metric_alarm = self._moves(self.histories.transitions, way.alarm.arn)
        notifier = self._moves(self.histories.transitions, way.notifier.arn)
        if not metric_alarm.cover(point.at) or not notifier.cover(point.at):
            return _unknown(trace, End.ALARM)
        if self._in_alarm(way, notifier, point):
            return replace(trace, joined=True)
        below = self._rung(way, metric_alarm, point)
        rung = [one for one in self._rung(way, notifier, point) if any(other.at <= one.at + MOMENT for other in below)]
        if not rung:
            return _ended(trace, End.ALARM)
        return max((self.from_transition(replace(trace, transition=one)) for one in rung), key=_reach)

    def _rung(self, way: Way, kept: Kept[Transition], point: Datapoint) -> list[Transition]:
        until = _end(point) + self._delay(way) + SLACK
        return [one for one in kept.items if _rings(one) and not one.by_hand and point.at <= one.at <= until]

    def _delay(self, way: Way) -> timedelta:
        delay = way.path.delay
        return timedelta(seconds=self.delay_limit if delay is None else delay)

    @staticmethod
    def _in_alarm(way: Way, kept: Kept[Transition], point: Datapoint) -> bool:
        """Whether the alarm was in ALARM already when the datapoint came."""
        moves = sorted(kept.items, key=_time)
        before = [one for one in moves if one.at < point.at]
        if before:
            return before[-1].state == ALARM
        return moves[0].before == ALARM if moves else way.notifier.state == ALARM

    # --- from a ringing on ---------------------------------------------------------------------------------------

    def from_transition(self, trace: Trace) -> Trace:
        """Follow a transition of the alarm that notifies to its topic."""
        way, rung = trace.way, trace.transition
        if rung is None or way.topic is None:
            return _ended(trace, End.ACTION)
        kept = self._moves(self.histories.actions, way.notifier.arn)
        until = rung.at + SLACK + timedelta(seconds=way.wait)
        taken = [one for one in kept.items if one.target == way.topic and rung.at - MOMENT <= one.at <= until]
        worked = [one for one in taken if one.succeeded]
        if not worked:
            return _ended(trace, End.ACTION) if kept.cover(rung.at) else _unknown(trace, End.ACTION)
        action = min(worked, key=_time)
        return self._delivered(replace(trace, action=action), action)

    def _delivered(self, trace: Trace, action: Action) -> Trace:
        kept = self.histories.deliveries.get(trace.way.topic or "", NOT_READ)
        if not kept.cover(action.at - SLACK):
            return _unknown(trace, End.TOPIC)
        counted = [one for one in kept.items if _end(one) > action.at and one.at <= action.at + SLACK]
        delivery = Delivery(
            min((one.at for one in counted), default=action.at),
            published=sum(one.published for one in counted),
            delivered=sum(one.delivered for one in counted),
            failed=sum(one.failed for one in counted),
            filtered=sum(one.filtered for one in counted),
        )
        found = replace(trace, delivery=delivery)
        if delivery.published and delivery.delivered:
            return found
        # What is delivered late may be this notification or another one.
        late = any(one.delivered for one in kept.items if action.at < _end(one) and one.at <= action.at + RETRIES)
        return _unknown(found, End.TOPIC) if late else _ended(found, End.TOPIC)

    def ringings(self, way: Way) -> Iterator[Trace]:
        """Yield what each ringing of a way shows, back to the event behind it, the newest first."""
        kept = self._moves(self.histories.transitions, way.notifier.arn)
        for rung in sorted((one for one in kept.items if _rings(one)), key=_time, reverse=True):
            below = self._below(way, rung)
            if below is None:
                continue  # Another alarm made it ring.
            if below.by_hand:
                yield self.from_transition(Trace(way, transition=replace(rung, by_hand=True)))
            else:
                yield self._behind(self.from_transition(Trace(way, transition=rung)), below)

    def _below(self, way: Way, rung: Transition) -> Transition | None:
        """The transition of the alarm on the metric that made the notifying alarm ring: of one alarm the same."""
        if way.alarm.arn == way.notifier.arn or rung.by_hand:
            return rung
        kept = self._moves(self.histories.transitions, way.alarm.arn)
        earliest = rung.at - self._delay(way) - SLACK
        before = [one for one in kept.items if _rings(one) and earliest <= one.at <= rung.at + MOMENT]
        return max(before, key=_time, default=None)

    def _behind(self, trace: Trace, below: Transition) -> Trace:
        """Add the datapoint and the event for which an alarm rang."""
        way = trace.way
        points = [
            point
            for metric in way.metrics
            for point in self.histories.datapoints.get(metric, NOT_READ).items
            if way.counts and point.value > 0 and below in self._rung(way, Kept((below,)), point)
        ]
        notifier = self._moves(self.histories.transitions, way.notifier.arn)
        # An alarm that was in ALARM before came back to it after the event.
        moving = [point for point in sorted(points, key=_time) if not self._in_alarm(way, notifier, point)]
        found = {
            event.id: (event, point)
            for point in moving
            for event in self.histories.events.items
            if event.at < min(_end(point), below.at) and point.at <= event.at + ARRIVAL
        }
        latest = sorted(found.values(), key=lambda pair: pair[0].at, reverse=True)
        own = next((pair for pair in latest if way.path.events.matches(pair[0].record)), None)
        if own is not None:
            others = tuple(event for event, _ in latest if event is not own[0])
            return replace(trace, event=own[0], datapoint=own[1], others=others)
        known = way.counts and all(
            self.histories.datapoints.get(metric, NOT_READ).cover(below.at - self._delay(way)) for metric in way.metrics
        )
        if not points:
            return _ended(trace, End.FILTER) if known else trace
        return replace(trace, datapoint=max(points, key=_time))

    @staticmethod
    def _moves(histories: Mapping[str, Kept[Item]], alarm: str) -> Kept[Item]:
        return histories.get(alarm, NOT_READ)


def _rings(one: Transition) -> bool:
    return one.state == ALARM and one.before != ALARM


def _ended(trace: Trace, end: End) -> Trace:
    return replace(trace, end=end)


def _unknown(trace: Trace, link: End) -> Trace:
    return replace(trace, unknown=link)


def _time(one: Datapoint | Transition | Action) -> datetime:
    return one.at


def _end(one: Datapoint | Delivery) -> datetime:
    return one.at + timedelta(seconds=one.seconds)


def _reach(trace: Trace) -> int:
    """How far a trace leads; one that does not end leads further than all that do."""
    links = list(End)
    return len(links) if trace.end is None else links.index(trace.end)
