"""Would one event move a metric alarm into ALARM, how late, and for good?

The event falls into one period. What else is published in that period and in the others depends only on default
values: nothing in a minute without log events, the default in every other. Both extremes are followed, and an alarm
that rings in one and not in the other cannot be relied on.
"""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from prowler_cis_monitoring.alert_path.evaluation import ALARM, INSUFFICIENT_DATA, OK, Course, Evaluation, course
from prowler_cis_monitoring.alert_path.languages import metric_math
from prowler_cis_monitoring.alert_path.resources import MetricAlarm, MetricQuery, MetricStat
from prowler_cis_monitoring.alert_path.rules import Effect, Remark, listed, remark
from prowler_cis_monitoring.alert_path.statistics import (
    is_known,
    percentile,
    samples_for_significance,
    statistic_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from prowler_cis_monitoring.alert_path.metric import Publication

DELAY_LIMIT = 3600
"""Seconds after which a notification is too late to count, unless the caller says otherwise."""

_MINUTE = 60
_LONG_PERIOD = 3600
_MOST_EVENTS = 1_000_000
# Beyond this many log groups feeding one alarm, they are taken to be quiet and busy together.
_MOST_GROUPS = 4
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_OPAQUE: Mapping[str, re.Pattern[str]] = {
    "alarm-metrics-insights": re.compile(r"\s*SELECT\s", re.IGNORECASE),
    "alarm-search": re.compile(r".*\bSEARCH\s*\(", re.IGNORECASE | re.DOTALL),
    "alarm-anomaly-detection": re.compile(r".*\bANOMALY_DETECTION_BAND\s*\(", re.IGNORECASE | re.DOTALL),
}


@dataclass(frozen=True)
class Ring:
    """What one event does to an alarm.

    Attributes:
        delay: seconds between the event's datapoint and the transition into ALARM; None when the alarm does not ring
            or nobody can know.
        latches: whether the alarm then stays in ALARM, so that later events are silent.
        remarks: what is broken, unseen or worth a note.
        rests: the states, other than ALARM, that the alarm may be in before the event.
    """

    delay: int | None
    latches: bool
    remarks: tuple[Remark, ...]
    rests: frozenset[str] = frozenset({OK, INSUFFICIENT_DATA})

    @property
    def certain(self) -> bool:
        """Whether the alarm rings for certain, and in time."""
        return self.delay is not None and all(found.effect is Effect.NOTE for found in self.remarks)


def rings(
    alarm: MetricAlarm,
    feeds: Sequence[Publication],
    event_feeds: Sequence[Publication],
    *,
    delay_limit: int = DELAY_LIMIT,
    events: int = 1,
) -> Ring:
    """Judge whether an event moves an alarm into ALARM.

    Args:
        alarm: the alarm.
        feeds: all metric filters that publish to a metric the alarm watches.
        event_feeds: those of them that the event matches.
        delay_limit: seconds that may pass until the alarm rings.
        events: how many such events happen together, in one period of the alarm.

    Source: CloudWatch User Guide, "Using Amazon CloudWatch alarms"; CloudWatch API, PutMetricAlarm.
    """
    notes = tuple(_notes(alarm))
    if found := _obstacle(alarm, feeds, event_feeds, events):
        further = _breaks_besides_the_unit(alarm, feeds, event_feeds, delay_limit, events) if _is_unit(found) else ()
        return Ring(None, latches=False, remarks=(*notes, found, *further))
    reading = _Reading(alarm, tuple(feeds), tuple(event_feeds), events)
    try:
        judged = [_ring(reading, assumption, delay_limit) for assumption in reading.assumptions]
        # What stays silent while other metrics rest may ring when they do not: then nobody can call it broken.
        moved = reading.others and any(_always_rings(reading, motion) for motion in metric_math.IN_MOTION)
    except metric_math.Unanalysed as met:
        unseen = remark("alarm-metric-math-unanalysed", alarm.name, expression=reading.text, met=met)
        return Ring(None, latches=False, remarks=(*notes, unseen))
    if len({ring.certain for ring in judged}) > 1 or (moved and not judged[0].certain):
        return Ring(None, latches=False, remarks=(*notes, _undecided(reading)))
    rests = frozenset[str]().union(*(ring.rests for ring in judged))
    return replace(judged[0], remarks=(*notes, *judged[0].remarks), rests=rests)


def _undecided(reading: _Reading) -> Remark:
    if not reading.text:
        return remark("alarm-percentile-between", reading.alarm.name, statistic=reading.statistic)
    percentiles = [f"how {s.stat.statistic} falls" for s in reading.series.values() if percentile(s.stat.statistic)]
    others = ", ".join([*reading.others, *percentiles]) or "how missing datapoints count"
    return remark("alarm-metric-math-depends", reading.alarm.name, expression=reading.text, others=others)


def _is_unit(found: Remark) -> bool:
    return found.rule.slug == "alarm-unit-differs"


def _breaks_besides_the_unit(
    alarm: MetricAlarm,
    feeds: Sequence[Publication],
    event_feeds: Sequence[Publication],
    delay_limit: int,
    events: int,
) -> tuple[Remark, ...]:
    """What is broken in an alarm even when its unit is mended."""
    queries = tuple(
        query.model_copy(update={"metric": query.metric.model_copy(update={"unit": None})}) if query.metric else query
        for query in alarm.queries
    )
    mended = alarm.model_copy(update={"unit": None, "queries": queries})
    ring = rings(mended, feeds, event_feeds, delay_limit=delay_limit, events=events)
    known = {found.rule.slug for found in _notes(alarm)}
    return tuple(found for found in ring.remarks if found.effect is Effect.BROKEN and found.rule.slug not in known)


def events_needed(alarm: MetricAlarm, feeds: Sequence[Publication]) -> int | None:
    """How many events together, in one period, would make an alarm ring.

    Args:
        alarm: the alarm.
        feeds: the metric filters that the events match.

    Returns:
        The smallest number, 1 when one event is enough; None when no number up to a million would do.
    """

    def enough(events: int) -> bool:
        if _obstacle(alarm, feeds, feeds, events):
            return False
        reading = _Reading(alarm, tuple(feeds), tuple(feeds), events)
        try:
            return all(_always_rings(reading, assumption) for assumption in reading.assumptions)
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
    return any(not _differences(alarm, metric, published) for metric in _metrics_read(alarm).values())


def metrics_of(alarm: MetricAlarm) -> frozenset[tuple[str, str]]:
    """Namespace and name of each metric that an alarm's state depends on, whatever its account and dimensions."""
    return frozenset((metric.stat.namespace, metric.stat.metric_name) for metric in _metrics_read(alarm).values())


def watched_dimensions(alarm: MetricAlarm, published: Publication) -> Mapping[str, str]:
    """The dimensions, name to value, of the metric by which an alarm watches a filter, in an expression as well.

    Returns:
        Nothing for a metric without dimensions, and nothing when the alarm does not watch the filter's metric.
    """
    metrics = _metrics_read(alarm).values()
    return next((metric.stat.dimensions for metric in metrics if not _differences(alarm, metric, published)), {})


def near_miss(alarm: MetricAlarm, published: Publication) -> tuple[Remark, ...]:
    """What keeps an alarm from watching a filter's metric: for the metric that comes nearest, each difference.

    Returns:
        Nothing when the alarm watches the metric, and nothing when it reads no metric by name.
    """
    candidates = [_differences(alarm, metric, published) for metric in _metrics_read(alarm).values()]
    nearest: list[Remark] = min(candidates, key=len, default=[])
    return tuple(nearest)


def opaque(alarm: MetricAlarm) -> Remark | None:
    """Why nobody can tell from an alarm's configuration what it watches; None when one can."""
    if alarm.threshold_metric_id:
        return remark("alarm-anomaly-detection", alarm.name)
    if not alarm.metric_name and not alarm.queries:
        return remark("alarm-watches-nothing-known", alarm.name)
    for query in alarm.queries:
        for slug, expression in _OPAQUE.items():
            if expression.match(query.expression or ""):
                return remark(slug, alarm.name)
    return None


def _notes(alarm: MetricAlarm) -> Iterator[Remark]:
    if alarm.evaluation_state == "EVALUATION_ERROR":
        yield remark("alarm-evaluation-error", alarm.name)
    elif alarm.evaluation_state:
        yield remark("alarm-evaluation-partial", alarm.name, state=alarm.evaluation_state)


# --- what an alarm reads -------------------------------------------------------------------------------------------


def _queries_read(alarm: MetricAlarm) -> list[MetricQuery]:
    """The metrics and expressions that an alarm's state depends on; a plain metric becomes a query of its own."""
    if alarm.metric_name:
        stat = MetricStat(
            namespace=alarm.namespace or "",
            metric_name=alarm.metric_name,
            dimensions=alarm.dimensions,
            period=alarm.period or 0,
            statistic=alarm.statistic or "",
            unit=alarm.unit,
        )
        return [MetricQuery(id="m1", metric=stat)]
    queries = {query.id: query for query in alarm.queries}
    wanted = [query.id for query in alarm.queries if query.return_data]
    read: dict[str, MetricQuery] = {}
    while wanted:
        query = queries.get(wanted.pop(0))
        if query and query.id not in read:
            read[query.id] = query
            wanted += _ids_in(query, queries)
    return list(read.values())


def _ids_in(query: MetricQuery, queries: Mapping[str, MetricQuery]) -> list[str]:
    """The ids that a query's expression refers to; all of them when the expression cannot be read."""
    if not query.expression:
        return []
    try:
        ids = list(metric_math.series_of(metric_math.parse(query.expression)))
    except metric_math.Unanalysed:
        return list(queries)
    return [key for key, other in queries.items() if other.metric] if metric_math.METRICS in ids else ids


@dataclass(frozen=True)
class _Metric:
    """A metric that an alarm reads, and the account that it belongs to."""

    stat: MetricStat
    account: str


def _metrics_read(alarm: MetricAlarm) -> dict[str, _Metric]:
    """The metrics among what an alarm reads, by id."""
    return {
        query.id: _Metric(query.metric, query.account or alarm.account)
        for query in _queries_read(alarm)
        if query.metric
    }


def _differences(alarm: MetricAlarm, metric: _Metric, published: Publication) -> list[Remark]:
    """What tells a metric that an alarm reads from a filter's metric, one remark a difference."""
    stat = metric.stat
    watched_and_published = {
        "alarm-other-account": (metric.account, published.scope.account),
        "alarm-other-region": (alarm.region, published.scope.region),
        "alarm-other-namespace": (stat.namespace, published.namespace),
        "alarm-other-metric-name": (stat.metric_name, published.name),
        "alarm-other-dimensions": (
            listed(sorted(stat.dimensions)) or "no dimensions",
            listed(sorted(published.dimension_names)) or "no dimensions",
        ),
    }
    return [
        remark(slug, alarm.name, watched=watched, published=there, filter=published.filter_name)
        for slug, (watched, there) in watched_and_published.items()
        if watched != there
    ]


@dataclass(frozen=True)
class _Series:
    """One metric that an alarm reads, with the filters that feed it in a unit that the alarm asks for."""

    stat: MetricStat
    feeds: tuple[Publication, ...]
    event_feeds: tuple[Publication, ...]


@dataclass(frozen=True)
class _Reading:
    """An alarm together with the filters that feed it and those that the event matches."""

    alarm: MetricAlarm
    feeds: tuple[Publication, ...]
    event_feeds: tuple[Publication, ...]
    events: int

    @cached_property
    def queries(self) -> Mapping[str, MetricQuery]:
        """What the alarm's state depends on, by id."""
        return {query.id: query for query in _queries_read(self.alarm)}

    @cached_property
    def metrics(self) -> Mapping[str, _Metric]:
        """The metrics among the queries, by id."""
        return _metrics_read(self.alarm)

    def reads(self, metric: _Metric, feed: Publication) -> bool:
        """Whether a filter feeds a metric of the alarm, whatever the unit."""
        return not _differences(self.alarm, metric, feed)

    @cached_property
    def fed(self) -> tuple[Publication, ...]:
        """The filters that the event matches and that feed a metric of the alarm, whatever the unit."""
        return tuple(feed for feed in self.event_feeds if any(self.reads(m, feed) for m in self.metrics.values()))

    @cached_property
    def series(self) -> Mapping[str, _Series]:
        """The metrics by id, with the filters that feed them in a unit that the alarm asks for."""

        def heard(metric: _Metric, feeds: tuple[Publication, ...]) -> tuple[Publication, ...]:
            return tuple(f for f in feeds if self.reads(metric, f) and metric.stat.unit in (None, f.unit))

        return {
            key: _Series(metric.stat, heard(metric, self.feeds), heard(metric, self.event_feeds))
            for key, metric in self.metrics.items()
        }

    @property
    def text(self) -> str:
        """The expression as its author wrote it; empty for a plain metric."""
        return "; ".join(query.expression for query in self.queries.values() if query.expression)

    @property
    def statistic(self) -> str:
        """What is compared with the threshold, as a person would name it."""
        return self.text or next(iter(self.series.values())).stat.statistic

    @property
    def period(self) -> int:
        """Seconds of one period."""
        return next(iter(self.series.values())).stat.period

    @property
    def minutes(self) -> int:
        """Minutes of one period."""
        return self.period // _MINUTE

    @property
    def others(self) -> list[str]:
        """Ids of metrics that no known filter feeds."""
        return [key for key, series in self.series.items() if not series.feeds]

    @property
    def assumptions(self) -> tuple[metric_math.Assumption, ...]:
        """Without an expression there is nothing to suppose but on which side a percentile falls."""
        supposed = metric_math.AT_REST if self.text else metric_math.AT_REST[:1]
        if all(percentile(series.stat.statistic) is None for series in self.series.values()):
            return supposed
        return (*supposed, *(replace(one, upward=True) for one in supposed))

    @property
    def evaluation(self) -> Evaluation:
        """The part of the configuration that decides about the state."""
        periods = self.alarm.evaluation_periods
        return Evaluation(periods, self.alarm.datapoints_to_alarm or periods, self.alarm.treat_missing_data)

    def breaches(self, value: float | None) -> bool | None:
        """Whether a datapoint breaches the threshold; None when there is none."""
        compare = _COMPARISONS[str(self.alarm.comparison)]
        return None if value is None else compare(value, float(self.alarm.threshold or 0))


# --- what keeps an alarm from being followed -----------------------------------------------------------------------


def _obstacle(
    alarm: MetricAlarm, feeds: Sequence[Publication], event_feeds: Sequence[Publication], events: int
) -> Remark | None:
    """The first reason why an alarm need not or cannot be followed period by period; what is broken comes first."""
    if found := opaque(alarm) or _incomplete(alarm):
        return found
    reading = _Reading(alarm, tuple(feeds), tuple(event_feeds), events)
    return next((found for test in _OBSTACLES if (found := test(reading))), None)


def _incomplete(alarm: MetricAlarm) -> Remark | None:
    stats = [metric.stat for metric in _metrics_read(alarm).values()]
    complete = (
        alarm.threshold is not None
        and sum(query.return_data for query in alarm.queries) == (0 if alarm.metric_name else 1)
        and stats
        and all(stat.period and stat.statistic for stat in stats)
    )
    if not complete:
        return remark("alarm-incomplete", alarm.name)
    if alarm.comparison not in _COMPARISONS:
        return remark("alarm-comparison-unanalysed", alarm.name, comparison=alarm.comparison)
    return None


def _not_fed(reading: _Reading) -> Remark | None:
    return None if reading.fed else remark("alarm-not-fed", reading.alarm.name)


def _unit_differs(reading: _Reading) -> Remark | None:
    if any(series.event_feeds for series in reading.series.values()):
        return None
    units = sorted({str(series.stat.unit) for series in reading.series.values() if series.stat.unit})
    published = ", ".join(sorted({feed.unit for feed in reading.fed}))
    name = reading.fed[0].filter_name
    return remark("alarm-unit-differs", reading.alarm.name, units=", ".join(units), published=published, filter=name)


def _insignificant_percentile(reading: _Reading) -> Remark | None:
    statistic = next(iter(reading.series.values())).stat.statistic
    percentage = percentile(statistic)
    if reading.alarm.low_sample_percentile != "ignore" or reading.text or percentage is None:
        return None
    needed = samples_for_significance(percentage)
    if reading.events >= needed:
        return None
    count = f"{needed:g}" if math.isfinite(needed) else "more than any number"
    return remark("alarm-percentile-ignored", reading.alarm.name, statistic=statistic, needed=count)


def _unknown_statistic(reading: _Reading) -> Remark | None:
    unknown = [series.stat.statistic for series in reading.series.values() if not is_known(series.stat.statistic)]
    return remark("alarm-statistic-unanalysed", reading.alarm.name, statistic=unknown[0]) if unknown else None


def _odd_period(reading: _Reading) -> Remark | None:
    if reading.period % _MINUTE == 0:
        return None
    return remark("alarm-period-below-a-minute", reading.alarm.name, period=reading.period)


def _periods_differ(reading: _Reading) -> Remark | None:
    periods = {series.stat.period for series in reading.series.values()}
    periods |= {query.period for query in reading.queries.values() if query.period}
    if len(periods) == 1:
        return None
    return remark("alarm-periods-differ", reading.alarm.name, periods=", ".join(map(str, sorted(periods))))


def _unknown_value(reading: _Reading) -> Remark | None:
    unknown = [feed.filter_name for feed in reading.fed if feed.value is None]
    return remark("alarm-value-unknown", reading.alarm.name, filter=unknown[0]) if unknown else None


def _units_mixed(reading: _Reading) -> Remark | None:
    for series in reading.series.values():
        units = sorted({feed.unit for feed in series.feeds})
        if len(units) > 1:
            return remark("alarm-units-mixed", reading.alarm.name, units=" and ".join(units))
    return None


def _across_accounts(reading: _Reading) -> Remark | None:
    accounts = {feed.scope.account for feed in reading.fed} - {reading.alarm.account}
    if not accounts:
        return None
    values = {"own": reading.alarm.account, "other": ", ".join(sorted(accounts))}
    return remark("alarm-across-accounts", reading.alarm.name, **values)


def _newest_is_filled(reading: _Reading) -> Remark | None:
    """A filled newest minute stands where a late datapoint belongs, unless fewer than all datapoints must breach."""
    fills = "FILL" in reading.text and reading.period == _MINUTE
    if not fills or reading.evaluation.datapoints < reading.evaluation.periods:
        return None
    return remark("alarm-fills-newest", reading.alarm.name, expression=reading.text)


_OBSTACLES: tuple[Callable[[_Reading], Remark | None], ...] = (
    _not_fed,
    _unit_differs,
    _insignificant_percentile,
    _unknown_statistic,
    _odd_period,
    _periods_differ,
    _unknown_value,
    _units_mixed,
    _across_accounts,
    _newest_is_filled,
)


# --- following an alarm --------------------------------------------------------------------------------------------


def _always_rings(reading: _Reading, assumption: metric_math.Assumption) -> bool:
    courses = _courses(reading, assumption)
    return all(followed.rings_after is not None for followed in courses.values())


def _courses(reading: _Reading, assumption: metric_math.Assumption) -> dict[tuple[float | None, float | None], Course]:
    """What becomes of the alarm, by the datapoint of the event's period and that of every other period."""
    events = _datapoints(reading, assumption, during_event=True)
    bases = _datapoints(reading, assumption, during_event=False)
    return {
        (event, base): course(reading.evaluation, event=reading.breaches(event), base=reading.breaches(base))
        for event, base in product(events, bases)
    }


def _datapoints(reading: _Reading, assumption: metric_math.Assumption, *, during_event: bool) -> list[float | None]:
    """The datapoints that one period may have: with log events in none, one or all of its other minutes."""
    minutes = reading.minutes
    choices = sorted({0, minutes - 1} if during_event else {0, 1, minutes})
    groups = sorted({feed.log_group for feed in reading.feeds if feed.default is not None})
    if len(groups) > _MOST_GROUPS:
        combinations = [tuple(choice for _ in groups) for choice in choices]
    else:
        combinations = list(product(choices, repeat=len(groups)))
    points = []
    for combination in combinations:
        busy = dict(zip(groups, combination, strict=True))
        point = _Period(reading, assumption, busy, during_event).datapoint()
        if point not in points:
            points.append(point)
    return points


@dataclass(frozen=True)
class _Period:
    """One period of an alarm: `busy` tells for each log group in how many minutes it takes in unmatched events."""

    reading: _Reading
    assumption: metric_math.Assumption
    busy: Mapping[str, int]
    during_event: bool

    def datapoint(self) -> float | None:
        """The value that is compared with the threshold."""
        returned = next(query.id for query in self.reading.queries.values() if query.return_data)
        return self.value(returned, ())

    def value(self, key: str, opened: tuple[str, ...]) -> float | None:
        """The value of an id; `opened` are the expressions that led here."""
        series = self.reading.series.get(key)
        if series and series.feeds:
            return statistic_of(series.stat.statistic, self.samples(series), upward=self.assumption.upward)
        if series:
            return None if self.is_fed(key) else self.assumption.other
        query = self.reading.queries.get(key)
        if query is None or not query.expression or key in opened:
            raise metric_math.Unanalysed(key)
        return metric_math.value_of(
            metric_math.parse(query.expression),
            lambda other: self.value(other, (*opened, key)),
            lambda: [self.value(other, (*opened, key)) for other in self.reading.series],
            self.assumption,
        )

    def is_fed(self, key: str) -> bool:
        """Whether filters feed this metric, if only in a unit that the alarm does not ask for."""
        metric = self.reading.metrics[key]
        return any(self.reading.reads(metric, feed) for feed in self.reading.feeds)

    def samples(self, series: _Series) -> list[tuple[float, int]]:
        """What the filters publish to one metric in this period."""
        found: list[tuple[float, int]] = []
        event_groups = {feed.log_group for feed in self.reading.event_feeds}
        for feed in series.feeds:
            matched = self.during_event and feed in series.event_feeds
            if matched:
                found.append((float(feed.value or 0), self.reading.events))
            if feed.default is not None:
                # In the event's own minute a filter of the same log group that does not match publishes its default.
                missed = self.during_event and not matched and feed.log_group in event_groups
                found.append((feed.default, self.busy[feed.log_group] + missed))
        return found


def _ring(reading: _Reading, assumption: metric_math.Assumption, delay_limit: int) -> Ring:
    """Join the courses of all extremes into one judgement."""
    courses = _courses(reading, assumption)
    values = _sentence_values(reading, courses)
    found = list(courses.values())
    name = reading.alarm.name
    if any(followed.stuck for followed in found):
        return Ring(None, latches=False, remarks=(remark(_stuck_slug(courses), name, **values),))
    rests = frozenset[str]().union(*(followed.rests for followed in found))
    if any(followed.rings_after is None for followed in found):
        return Ring(None, latches=False, remarks=(_silent(reading, courses, values),), rests=rests)
    delay = max(followed.rings_after or 0 for followed in found) * reading.period
    latches = all(followed.latches for followed in found)
    remarks = []
    if delay > delay_limit:
        remarks.append(remark("alarm-late", name, delay=delay, limit=delay_limit, **values))
    if reading.alarm.state == ALARM:
        remarks.append(remark("alarm-latched" if latches else "alarm-in-alarm-now", name, **values))
    elif any(followed.latches for followed in found):
        remarks.append(remark("alarm-latches" if latches else "alarm-latches-when-quiet", name, **values))
    if reading.period >= _LONG_PERIOD:
        remarks.append(remark("alarm-long-period", name, **values))
    return Ring(delay, latches, tuple(remarks), rests)


def _sentence_values(
    reading: _Reading, courses: Mapping[tuple[float | None, float | None], Course]
) -> dict[str, object]:
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
        "point": _shown({event for event, _ in courses}),
        "base": _shown({base for _, base in courses}),
    }


def _shown(points: set[float | None]) -> str:
    numbers = sorted(point for point in points if point is not None)
    shown = [f"{number:g}" for number in numbers]
    return " or ".join([*shown, "no datapoint"] if None in points else shown)


def _stuck_slug(courses: Mapping[tuple[float | None, float | None], Course]) -> str:
    stuck = {base for (_, base), followed in courses.items() if followed.stuck}
    if stuck != {base for _, base in courses}:
        return "alarm-stuck-when-quiet" if None in stuck else "alarm-stuck-when-busy"
    return "alarm-stuck-without-data" if stuck == {None} else "alarm-stuck-on-default"


def _silent(
    reading: _Reading, courses: Mapping[tuple[float | None, float | None], Course], values: Mapping[str, object]
) -> Remark:
    """Why an alarm stays silent, at least at times."""
    name = reading.alarm.name
    breaching = {event for event, _ in courses if reading.breaches(event)}
    if not breaching:
        needed = events_needed(reading.alarm, reading.event_feeds)
        hint = f" ({needed} events in one period would be needed)" if needed else ""
        return remark("alarm-threshold-out-of-reach", name, hint=hint, **values)
    if breaching != {event for event, _ in courses}:
        return remark("alarm-diluted", name, **values)
    if any(followed.rings_after is not None for followed in courses.values()):
        return remark("alarm-unreliable", name, **values)
    return remark("alarm-needs-more-datapoints", name, **values)
