"""Would one event move a metric alarm into ALARM, how late, and for good?

The event falls into one period. What else is published in that period and in the others depends on what else goes on:
the extremes are followed, and an alarm that rings in one and not in the other cannot be relied on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from prowler_cis_monitoring.alert_path.activity import Surroundings
from prowler_cis_monitoring.alert_path.evaluation import ALARM, INSUFFICIENT_DATA, OK
from prowler_cis_monitoring.alert_path.languages import metric_math
from prowler_cis_monitoring.alert_path.obstacles import obstacle, opaque
from prowler_cis_monitoring.alert_path.reading import Prospect, Reading, differences, is_published, metrics_read
from prowler_cis_monitoring.alert_path.resources import CompositeAlarm, MetricAlarm
from prowler_cis_monitoring.alert_path.rules import Effect, Remark, listed, remark
from prowler_cis_monitoring.alert_path.statistics import percentile
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from prowler_cis_monitoring.alert_path.metric import Publication

__all__ = ["DELAY_LIMIT", "Ring", "events_needed", "near_miss", "opaque", "rings", "watches"]

DELAY_LIMIT = 3600
"""Seconds after which a notification is too late to count, unless the caller says otherwise."""
LONG_IN_ALARM = timedelta(days=1)
"""An alarm that has been in ALARM for longer rings for nothing new."""

_LONG_PERIOD = 3600
_MOST_EVENTS = 1_000_000


@dataclass(frozen=True)
class Ring:
    """What one event does to an alarm.

    Attributes:
        delay: seconds between the event's datapoint and the transition into ALARM; None when the alarm does not ring
            or nobody can know.
        latches: whether the alarm then stays in ALARM, so that later events are silent.
        remarks: what is broken, unseen or worth a note.
        rests: the states, other than ALARM, that the alarm may be in before the event.
        noise: the publications, by `id`, with which everyday events keep the alarm in ALARM.
    """

    delay: int | None
    latches: bool
    remarks: tuple[Remark, ...]
    rests: frozenset[str] = frozenset({OK, INSUFFICIENT_DATA})
    noise: frozenset[int] = frozenset()

    @property
    def certain(self) -> bool:
        """Whether the alarm rings for certain, and in time."""
        heard = all(found.effect is Effect.NOTE for found in self.remarks)
        return self.delay is not None and heard and not self.noise


def rings(  # noqa: PLR0913 - one event, and all that may be supposed beside it
    alarm: MetricAlarm,
    feeds: Sequence[Publication],
    event_feeds: Sequence[Publication],
    *,
    delay_limit: int = DELAY_LIMIT,
    events: int = 1,
    surroundings: Surroundings | None = None,
    read_at: datetime | None = None,
) -> Ring:
    """Judge whether an event moves an alarm into ALARM.

    Args:
        alarm: the alarm.
        feeds: what filters publish to metrics that the alarm watches.
        event_feeds: those of them that the event matches.
        delay_limit: seconds that may pass until the alarm rings.
        events: how many such events happen together, in one period of the alarm.
        surroundings: what else goes on; None for other log events in every log group, none of them an everyday event.
        read_at: when the alarm was read; None leaves out how long it has been in its state.

    Source: CloudWatch User Guide, "Using Amazon CloudWatch alarms"; CloudWatch API, PutMetricAlarm.
    """
    reading = Reading.of(alarm, feeds, event_feeds, events)
    return judged(reading, surroundings or _busy(reading), delay_limit, read_at)


def _busy(reading: Reading) -> Surroundings:
    return Surroundings(tuple(sorted({feed.log_group for feed in reading.feeds})))


def judged(reading: Reading, surroundings: Surroundings, delay_limit: int, read_at: datetime | None) -> Ring:
    """Judge a reading, as `rings` does."""
    notes = tuple(_notes(reading.alarm, read_at))
    if found := obstacle(reading):
        further = _breaks_besides(found, reading, surroundings, delay_limit)
        return Ring(None, latches=False, remarks=(*notes, found, *further))
    try:
        found_in = [_ring(reading, reading.prospects(surroundings, one), delay_limit) for one in reading.assumptions]
        # What stays silent while other metrics rest may ring when they do not: then nobody can call it broken.
        moved = reading.others and any(_always_rings(reading, surroundings, one) for one in metric_math.IN_MOTION)
    except metric_math.Unanalysed as met:
        unseen = remark("alarm-metric-math-unanalysed", reading.alarm.name, expression=reading.text, met=met)
        return Ring(None, latches=False, remarks=(*notes, unseen))
    if len({ring.certain for ring in found_in}) > 1 or (moved and not found_in[0].certain):
        return Ring(None, latches=False, remarks=(*notes, _undecided(reading)))
    rests = frozenset[str]().union(*(ring.rests for ring in found_in))
    return replace(found_in[0], remarks=(*notes, *found_in[0].remarks), rests=rests)


def _undecided(reading: Reading) -> Remark:
    if not reading.text:
        return remark("alarm-percentile-between", reading.alarm.name, statistic=reading.statistic)
    percentiles = [f"how {s.stat.statistic} falls" for s in reading.series.values() if percentile(s.stat.statistic)]
    others = ", ".join([*reading.others, *percentiles])
    return remark("alarm-metric-math-depends", reading.alarm.name, expression=reading.text, others=others)


def _without_units(alarm: MetricAlarm) -> MetricAlarm:
    queries = tuple(
        query.model_copy(update={"metric": query.metric.model_copy(update={"unit": None})}) if query.metric else query
        for query in alarm.queries
    )
    return alarm.model_copy(update={"unit": None, "queries": queries})


def _warmed_up(alarm: MetricAlarm) -> MetricAlarm:
    return alarm.model_copy(update={"evaluation_state": None})


# What an alarm is without an obstacle behind which it can be followed.
_WITHOUT: Mapping[str, Callable[[MetricAlarm], MetricAlarm]] = {
    "alarm-unit-differs": _without_units,
    "alarm-warming-up": _warmed_up,
}


def _breaks_besides(
    found: Remark, reading: Reading, surroundings: Surroundings, delay_limit: int
) -> tuple[Remark, ...]:
    """What is broken in an alarm even without the obstacle that was found first."""
    if found.rule.slug not in _WITHOUT:
        return ()
    mended = replace(reading, alarm=_WITHOUT[found.rule.slug](reading.alarm))
    ring = judged(mended, surroundings, delay_limit, None)
    known = {one.rule.slug for one in _notes(reading.alarm, None)}
    return tuple(one for one in ring.remarks if one.effect is Effect.BROKEN and one.rule.slug not in known)


def events_needed(alarm: MetricAlarm, feeds: Sequence[Publication]) -> int | None:
    """How many events together, in one period, would make an alarm ring.

    Args:
        alarm: the alarm.
        feeds: the metric filters that the events match.

    Returns:
        The smallest number, 1 when one event is enough; None when no number up to a million would do.
    """
    return _needed(Reading.of(alarm, feeds, feeds))


def _needed(reading: Reading) -> int | None:
    surroundings = _busy(reading)

    def enough(events: int) -> bool:
        many = replace(reading, events=events)
        if obstacle(many):
            return False
        try:
            return all(_always_rings(many, surroundings, assumption) for assumption in many.assumptions)
        except metric_math.Unanalysed:
            return False

    too_few, many = 0, 1
    while not enough(many):
        if many == _MOST_EVENTS:
            return None
        too_few, many = many, min(many * 2, _MOST_EVENTS)
    while many - too_few > 1:
        middle = (too_few + many) // 2
        too_few, many = (too_few, middle) if enough(middle) else (middle, many)
    return many


def watches(alarm: MetricAlarm, published: Publication) -> bool:
    """Whether an alarm's state depends on exactly the metric that a filter publishes."""
    return any(is_published(alarm, metric, published) for metric in metrics_read(alarm).values())


def near_miss(alarm: MetricAlarm, published: Publication) -> tuple[Remark, ...]:
    """What keeps an alarm from watching a filter's metric: for the metric that comes nearest, each difference.

    Returns:
        Nothing when the alarm watches the metric, and nothing when it reads no metric by name.
    """
    candidates = [differences(alarm, metric, published) for metric in metrics_read(alarm).values()]
    nearest: list[Remark] = min(candidates, key=len, default=[])
    return tuple(nearest)


def _notes(alarm: MetricAlarm, read_at: datetime | None) -> Iterator[Remark]:
    if alarm.evaluation_state == "EVALUATION_ERROR":
        yield remark("alarm-evaluation-error", alarm.name)
    elif alarm.evaluation_state and alarm.evaluation_state != "IN_WARM_UP":
        yield remark("alarm-evaluation-partial", alarm.name, state=alarm.evaluation_state)
    if stays_in_alarm(alarm, read_at):
        yield remark("alarm-in-alarm-long", alarm.name, since=alarm.state_transitioned)


def stays_in_alarm(alarm: MetricAlarm | CompositeAlarm, read_at: datetime | None) -> bool:
    """Whether an alarm has been in ALARM for so long that a new event changes nothing.

    Source: CloudWatch User Guide, "Alarm actions": actions are taken when the state changes.
    """
    since = alarm.state_transitioned
    return alarm.state == ALARM and since is not None and read_at is not None and read_at - since > LONG_IN_ALARM


def changed_lately(alarm: MetricAlarm | CompositeAlarm, read_at: datetime | None) -> bool:
    """Whether an alarm has changed its state so lately that the state does not tell where it rests."""
    since = alarm.state_transitioned
    return since is not None and read_at is not None and read_at - since < LONG_IN_ALARM


# --- following an alarm --------------------------------------------------------------------------------------------


def _always_rings(reading: Reading, surroundings: Surroundings, assumption: metric_math.Assumption) -> bool:
    prospects = reading.prospects(surroundings, assumption)
    return all(prospect.course.rings_after is not None for prospect in prospects)


def _ring(reading: Reading, prospects: Sequence[Prospect], delay_limit: int) -> Ring:
    """Join the prospects of all worlds into one judgement."""
    calm = [prospect for prospect in prospects if not prospect.world.noisy]
    ring = _ring_when(reading, calm, delay_limit)
    noisy = [prospect for prospect in prospects if prospect.world.noisy]
    stuck = [prospect.world.base.kinds for prospect in noisy if prospect.course.stuck]
    if any(prospect.course.stuck for prospect in calm):
        return ring
    if stuck:
        kinds = min(stuck, key=len)
        more = [prospect for prospect in noisy if set(kinds) <= set(prospect.world.base.kinds)]
        if ring.certain and any(p.course.rings_after is not None and not p.course.stuck for p in more):
            values = _sentence_values(reading, [prospect for prospect in more if prospect.course.stuck])
            return replace(ring, delay=None, remarks=(remark("alarm-noise-at-times", reading.alarm.name, **values),))
        return replace(ring, noise=frozenset[int]().union(*kinds))
    if ring.certain and any(prospect.course.rings_after is None for prospect in noisy):
        silent = _silent(reading, prospects, _sentence_values(reading, prospects))
        return replace(ring, delay=None, remarks=(silent,))
    return ring


def _ring_when(reading: Reading, prospects: Sequence[Prospect], delay_limit: int) -> Ring:
    """Judge the alarm by prospects without everyday events."""
    values = _sentence_values(reading, prospects)
    name = reading.alarm.name
    courses = [prospect.course for prospect in prospects]
    if any(course.stuck for course in courses):
        breaching = {prospect.base for prospect in prospects if prospect.course.stuck}
        values["base"] = _shown(breaching - {None} or breaching)
        return Ring(None, latches=False, remarks=(remark(_stuck_slug(prospects), name, **values),))
    rests = frozenset(course.rest for course in courses)
    if any(course.rings_after is None for course in courses):
        return Ring(None, latches=False, remarks=(_silent(reading, prospects, values),), rests=rests)
    delay = max(course.rings_after or 0 for course in courses) * reading.period + reading.late
    latches = all(course.latches for course in courses)
    remarks = []
    if delay > delay_limit:
        remarks.append(remark("alarm-late", name, delay=delay, limit=delay_limit, **values))
    if reading.alarm.state == ALARM:
        remarks.append(remark("alarm-latched" if latches else "alarm-in-alarm-now", name, **values))
    elif any(course.latches for course in courses):
        remarks.append(remark("alarm-latches" if latches else "alarm-latches-when-quiet", name, **values))
    if reading.period >= _LONG_PERIOD:
        remarks.append(remark("alarm-long-period", name, **values))
    return Ring(delay, latches, tuple(remarks), rests)


def _sentence_values(reading: Reading, prospects: Sequence[Prospect]) -> dict[str, object]:
    alarm, evaluation = reading.alarm, reading.evaluation
    return {
        "threshold": f"{alarm.threshold:g}",
        "comparison": alarm.comparison,
        "statistic": reading.statistic,
        "period": reading.period,
        "periods": evaluation.periods,
        "datapoints": evaluation.datapoints,
        "missing": evaluation.missing,
        "events": "one event" if reading.events == 1 else f"{reading.events} events",
        "point": _shown({prospect.event for prospect in prospects}),
        "base": _shown({prospect.base for prospect in prospects}),
    }


def _shown(points: set[float | None]) -> str:
    numbers = sorted(point for point in points if point is not None)
    shown = [f"{number:g}" for number in numbers]
    return " or ".join([*shown, "no datapoint"] if None in points else shown)


def _stuck_slug(prospects: Sequence[Prospect]) -> str:
    stuck = {prospect.base for prospect in prospects if prospect.course.stuck}
    if stuck != {prospect.base for prospect in prospects}:
        return "alarm-stuck-when-quiet" if None in stuck else "alarm-stuck-when-busy"
    return "alarm-stuck-without-data" if stuck == {None} else "alarm-stuck-on-default"


def _may_ring(reading: Reading) -> bool:
    if obstacle(reading):
        return False
    surroundings = _busy(reading)
    try:
        courses = [one.course for a in reading.assumptions for one in reading.prospects(surroundings, a)]
    except metric_math.Unanalysed:
        return True
    return any(course.rings_after is not None for course in courses)


def _silent(reading: Reading, prospects: Sequence[Prospect], values: Mapping[str, object]) -> Remark:
    """Why an alarm stays silent, at least at times."""
    name = reading.alarm.name
    events = {prospect.event for prospect in prospects}
    breaching = {event for event in events if reading.breaches(event)}
    if not breaching:
        if reading.fed and all(feed.value == 0 for feed in reading.fed):
            filters = listed(sorted({feed.filter_name for feed in reading.fed}))
            return remark("alarm-fed-zeros", name, filter=filters, **values)
        if reading.copies > 1 and _may_ring(replace(reading, events=reading.events * reading.copies)):
            return remark("alarm-needs-copies", name, copies=reading.copies, **values)
        needed = _needed(replace(reading, feeds=reading.fed))
        hint = f" ({needed} events in one period would be needed)" if needed else ""
        return remark("alarm-threshold-out-of-reach", name, hint=hint, **values)
    if all(prospect.course.rings_after is None for prospect in prospects):
        return remark("alarm-needs-more-datapoints", name, **values)
    return remark("alarm-diluted" if breaching != events else "alarm-unreliable", name, **values)
