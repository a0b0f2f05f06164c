"""What an alarm reads: the metrics and expressions that its state depends on, and their datapoints in one period."""

from __future__ import annotations

import operator
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from prowler_cis_monitoring.alert_path.activity import Activity, Surroundings, World
from prowler_cis_monitoring.alert_path.evaluation import INSUFFICIENT_DATA, OK, Course, Evaluation, course
from prowler_cis_monitoring.alert_path.languages import metric_math
from prowler_cis_monitoring.alert_path.resources import MetricAlarm, MetricQuery, MetricStat
from prowler_cis_monitoring.alert_path.rules import Remark, listed, remark
from prowler_cis_monitoring.alert_path.statistics import percentile, statistic_of
from prowler_cis_monitoring.alert_path.timeline import Timeline
from prowler_cis_monitoring.filter_pattern.work import kept
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from prowler_cis_monitoring.alert_path.metric import Publication

MINUTE = 60
COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
WALL_CLOCK = "WallClockWindow"
_BYTES_OF_AN_EXPRESSION = 60  # besides its text, which the alarm holds
MOST_CHARACTERS = 5_000
"""Of all expressions that an alarm's state depends on, together, so that a datapoint takes a bounded time (count)."""


@dataclass(frozen=True)
class Metric:
    """A metric that an alarm reads, and the account that it belongs to."""

    stat: MetricStat
    account: str


def queries_read(alarm: MetricAlarm) -> dict[str, MetricQuery]:
    """Return the metrics and expressions that an alarm's state depends on, by id; a plain metric is one of its own.

    Of an alarm on more than `MOST_CHARACTERS` of expressions, whose state is not computed, all that it names.
    """
    if alarm.metric_name:
        stat = MetricStat.model_construct(
            namespace=alarm.namespace or "",
            metric_name=alarm.metric_name,
            dimensions=alarm.dimensions,
            period=alarm.period or 0,
            statistic=alarm.statistic or "",
            unit=alarm.unit,
        )
        return {"m1": MetricQuery.model_construct(id="m1", metric=stat)}
    queries = {query.id: query for query in alarm.queries}
    metrics = [query.id for query in alarm.queries if query.metric]
    wanted = deque(query.id for query in alarm.queries if query.return_data)
    read: dict[str, MetricQuery] = {}
    characters = 0
    while wanted:
        query = queries.get(wanted.popleft())
        if query and query.id not in read:
            read[query.id] = query
            characters += len(query.expression or "")
            if characters > MOST_CHARACTERS:
                return queries
            wanted += _ids_in(query, queries, metrics)
    return read


def _ids_in(query: MetricQuery, queries: Mapping[str, MetricQuery], metrics: list[str]) -> list[str]:
    """The ids that a query's expression refers to; all of them when the expression cannot be read."""
    if not query.expression:
        return []
    try:
        return metric_math.ids_read(query.expression, metrics)
    except metric_math.Unanalysed:
        return list(queries)


def metrics_read(alarm: MetricAlarm) -> dict[str, Metric]:
    """Return the metrics among what an alarm reads, by id."""
    return _metrics_among(alarm, queries_read(alarm))


def _metrics_among(alarm: MetricAlarm, queries: Mapping[str, MetricQuery]) -> dict[str, Metric]:
    return {key: Metric(query.metric, query.account or alarm.account) for key, query in queries.items() if query.metric}


@kept(lambda key, text: 2 * len(text) + _BYTES_OF_AN_EXPRESSION * len(key[0]))
def _written(expressions: tuple[str, ...]) -> str:
    """Several expressions as one text, which all readings of an alarm share."""
    return "; ".join(expressions)


def is_published(alarm: MetricAlarm, metric: Metric, published: Publication) -> bool:
    """Whether a filter publishes to a metric that an alarm reads, whatever the unit."""
    stat = metric.stat
    if stat.metric_name != published.name or stat.namespace != published.namespace:
        return False
    if metric.account != published.scope.account or alarm.region != published.scope.region:
        return False
    if published.values is None:
        return stat.dimensions.keys() == published.dimension_names
    return stat.dimensions == published.values


def differences(alarm: MetricAlarm, metric: Metric, published: Publication) -> list[Remark]:
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
class Series:
    """One metric that an alarm reads, with the filters that feed it in a unit that the alarm asks for."""

    stat: MetricStat
    feeds: tuple[Publication, ...]


@dataclass(frozen=True)
class Reading:
    """An alarm together with the filters that feed it and those that the event matches.

    Attributes:
        alarm: the alarm.
        feeds: what filters publish to the metrics that the alarm reads, and perhaps to others.
        matched: those of them that the event matches, by `id`.
        events: how many such events happen together.
        groups: ARNs of the log groups that take the event in.
        copies: how many trails may each deliver the event to one of these groups (count).
        affordable: whether there is work left to compute what its expressions amount to.
    """

    alarm: MetricAlarm
    feeds: tuple[Publication, ...]
    matched: frozenset[int]
    events: int
    groups: frozenset[str]
    copies: int = 1
    affordable: bool = True

    @classmethod
    def of(
        cls, alarm: MetricAlarm, feeds: Iterable[Publication], event_feeds: Sequence[Publication], events: int = 1
    ) -> Reading:
        """Make the reading of an event that `event_feeds` match."""
        known = {id(feed): feed for feed in (*feeds, *event_feeds)}
        groups = frozenset(feed.log_group for feed in event_feeds)
        return cls(alarm, tuple(known.values()), frozenset(map(id, event_feeds)), events, groups)

    @cached_property
    def queries(self) -> Mapping[str, MetricQuery]:
        """What the alarm's state depends on, by id."""
        return queries_read(self.alarm)

    @cached_property
    def metrics(self) -> Mapping[str, Metric]:
        """The metrics among the queries, by id."""
        return _metrics_among(self.alarm, self.queries)

    @cached_property
    def fed(self) -> tuple[Publication, ...]:
        """What the event makes filters publish to metrics of the alarm, whatever the unit."""
        return tuple(feed for feed in self.heeded if id(feed) in self.matched)

    @cached_property
    def heeded(self) -> tuple[Publication, ...]:
        """What filters publish to metrics of the alarm, whatever the unit."""
        metrics = self.metrics.values()
        return tuple(f for f in self.feeds if any(is_published(self.alarm, metric, f) for metric in metrics))

    @cached_property
    def series(self) -> Mapping[str, Series]:
        """The metrics by id, with the filters that feed them in a unit that the alarm asks for."""
        return {
            key: Series(
                metric.stat,
                tuple(
                    feed
                    for feed in self.heeded
                    if metric.stat.unit in (None, feed.unit) and is_published(self.alarm, metric, feed)
                ),
            )
            for key, metric in self.metrics.items()
        }

    @cached_property
    def characters(self) -> int:
        """How long the expressions are together (count)."""
        return sum(len(query.expression or "") for query in self.queries.values())

    @property
    def text(self) -> str:
        """The expression as its author wrote it; empty for a plain metric."""
        return _written(tuple(query.expression for query in self.queries.values() if query.expression))

    @property
    def statistic(self) -> str:
        """What is compared with the threshold, as a person would name it."""
        return self.text or next(iter(self.series.values())).stat.statistic

    @property
    def period(self) -> int:
        """Seconds of one period."""
        return next(iter(self.series.values())).stat.period

    @property
    def late(self) -> int:
        """Seconds that may pass before the event's period is looked at: a wall clock window waits for its end."""
        return self.period if self.alarm.evaluation_window == WALL_CLOCK else 0

    @property
    def others(self) -> list[str]:
        """Ids of metrics that no known filter feeds."""
        return [key for key, series in self.series.items() if not series.feeds]

    @property
    def assumptions(self) -> tuple[metric_math.Assumption, ...]:
        """Without other metrics there is nothing to suppose but on which side a percentile falls."""
        supposed = metric_math.AT_REST if self.others else metric_math.AT_REST[:1]
        if all(percentile(series.stat.statistic) is None for series in self.series.values()):
            return supposed
        return (*supposed, *(metric_math.Assumption(one.other, upward=True) for one in supposed))

    @property
    def evaluation(self) -> Evaluation:
        """The part of the configuration that decides about the state."""
        periods = self.alarm.evaluation_periods
        return Evaluation(periods, self.alarm.datapoints_to_alarm or periods, self.alarm.treat_missing_data)

    def idle(self, supposed: str) -> str:
        """Return the state in which the alarm stays while nothing moves it: `supposed`, if it can come back to that.

        Source: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data": `ignore` keeps the
        state, and only a new alarm is in INSUFFICIENT_DATA.
        """
        evaluated = self.alarm.state_transitioned is not None and self.alarm.state != INSUFFICIENT_DATA
        kept = self.alarm.treat_missing_data == "ignore" and evaluated
        return OK if kept and supposed == INSUFFICIENT_DATA else supposed

    def breaches(self, value: float | None) -> bool | None:
        """Whether a datapoint breaches the threshold; None when there is none."""
        compare = COMPARISONS[str(self.alarm.comparison)]
        return None if value is None else compare(value, float(self.alarm.threshold or 0))

    def prospects(self, surroundings: Surroundings, assumption: metric_math.Assumption) -> list[Prospect]:
        """Return what becomes of the alarm in each world that makes a difference to it.

        Raises:
            metric_math.Unanalysed: an expression cannot be decided.
        """
        worlds = surroundings.concerning(self.heeded)
        points = _Points(self, assumption)
        return [points.prospect(world) for world in worlds]

    def timelines(self, worlds: Iterable[World], assumption: metric_math.Assumption) -> list[Timeline]:
        """Return the alarm's states in these worlds.

        Raises:
            metric_math.Unanalysed: an expression cannot be decided.
        """
        points = _Points(self, assumption)
        return [Timeline.of(points.prospect(world).course, self.period, self.late) for world in worlds]


@dataclass(frozen=True)
class Prospect:
    """What becomes of an alarm in one world: datapoints of the event's and of every other period, and its course."""

    world: World
    event: float | None
    base: float | None
    course: Course


class _Points:
    """The datapoints of one alarm under one assumption, computed once an activity."""

    def __init__(self, reading: Reading, assumption: metric_math.Assumption) -> None:
        self.reading = reading
        self.assumption = assumption
        self.known: dict[tuple[Activity, bool], float | None] = {}
        if reading.characters > MOST_CHARACTERS:
            raise metric_math.Unanalysed(f"more than {MOST_CHARACTERS:,} characters of expressions")
        if not reading.affordable:
            raise metric_math.Unanalysed("longer expressions than one account is given work for")

    def prospect(self, world: World) -> Prospect:
        event, base = self.point(world.during, during_event=True), self.point(world.base, during_event=False)
        breaches = self.reading.breaches
        followed = course(
            self.reading.evaluation, event=breaches(event), base=breaches(base), idle=self.reading.idle(world.idle)
        )
        return Prospect(world, event, base, followed)

    def point(self, activity: Activity, *, during_event: bool) -> float | None:
        key = (activity, during_event)
        if key not in self.known:
            self.known[key] = _Period(self.reading, self.assumption, activity, during_event).datapoint()
        return self.known[key]


class _Period:
    """One period of an alarm, as metric math asks for it."""

    def __init__(
        self,
        reading: Reading,
        assumption: metric_math.Assumption,
        activity: Activity,
        during_event: bool,  # noqa: FBT001
    ) -> None:
        self.reading = reading
        self.assumption = assumption
        self.activity = activity
        self.during_event = during_event
        self.values: dict[str, float | None] = {}
        self.chosen: dict[str, list[float | None]] = {}

    def datapoint(self) -> float | None:
        """The value that is compared with the threshold; expressions are computed after those that they refer to."""
        returned = next(query.id for query in self.reading.queries.values() if query.return_data)
        waiting, opened = [returned], set[str]()
        while waiting:
            key = waiting[-1]
            query = self.reading.queries.get(key)
            expression = query.expression if query else None
            if key in self.values or not expression:
                waiting.pop()
            elif key in opened:
                self.values[key] = metric_math.value_of(expression, self)
                waiting.pop()
            else:
                opened.add(key)
                further = metric_math.ids_read(expression, self.reading.metrics)
                if any(other in opened and other not in self.values for other in further):
                    raise metric_math.Unanalysed(key)
                waiting += [other for other in further if other not in self.values]
        return self.value(returned)

    def value(self, key: str) -> float | None:
        """The value of an element whose expression, if it has one, has been computed."""
        if key not in self.values:
            if key not in self.reading.series:
                raise metric_math.Unanalysed(key)
            self.values[key] = self.measured(key)
        return self.values[key]

    def metrics(self, part: str) -> list[float | None]:
        """The values of METRICS."""
        if part not in self.chosen:
            self.chosen[part] = [self.value(key) for key in self.reading.metrics if part in key]
        return self.chosen[part]

    def period(self, key: str) -> int:
        """The value of PERIOD."""
        if key not in self.reading.metrics:
            raise metric_math.Unanalysed(f"PERIOD({key})")
        return self.reading.metrics[key].stat.period

    def measured(self, key: str) -> float | None:
        """The statistic of a metric."""
        series = self.reading.series[key]
        if series.feeds:
            return statistic_of(series.stat.statistic, self.samples(series), upward=self.assumption.upward)
        metric = self.reading.metrics[key]
        fed = any(is_published(self.reading.alarm, metric, feed) for feed in self.reading.heeded)
        return None if fed else self.assumption.other

    def samples(self, series: Series) -> list[tuple[float, int]]:
        """What the filters publish to one metric in this period."""
        found: list[tuple[float, int]] = []
        activity, heard = self.activity, self.reading.matched
        available = series.stat.period // MINUTE - self.during_event
        busy = {group: activity.minutes(group, available) for group in {feed.log_group for feed in series.feeds}}
        for feed in series.feeds:
            if feed.default is None and not activity.kinds and id(feed) not in heard:
                continue
            matched = self.during_event and id(feed) in heard
            minutes = busy[feed.log_group]
            of_a_minute = activity.matched(feed) if activity.kinds else 0
            # Everyday events happen in the event's own minute too, which may be the only one of the period.
            own = bool(of_a_minute) and self.during_event and (activity.all_minutes or not minutes)
            everyday = of_a_minute * (minutes + own)
            if matched or everyday:
                found.append((float(feed.value or 0), matched * self.reading.events + everyday))
            if feed.default is not None:
                # In the event's own minute a filter of the same log group that does not match publishes its default.
                missed = self.during_event and not (matched or own) and feed.log_group in self.reading.groups
                found.append((feed.default, (0 if everyday else minutes) + missed))
        return found
