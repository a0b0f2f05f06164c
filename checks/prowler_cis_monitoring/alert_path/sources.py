"""Where an account's metrics come from: what each filter publishes to each series of its metric that an alarm reads.

A filter with dimensions publishes a series for every combination of their values; each series has a condition of its
own. Here stands which alarms read which series, which trails feed them, and which everyday events do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from itertools import chain
from typing import TypeAlias

from prowler_cis_monitoring.alert_path.accounts import may_match
from prowler_cis_monitoring.alert_path.activity import Kind, Surroundings
from prowler_cis_monitoring.alert_path.allowance import UNITS_OF_DEFAULTS
from prowler_cis_monitoring.alert_path.everyday import (
    Happening,
    affordable,
    happenings,
    matched_everywhere,
    tells_callers,
)
from prowler_cis_monitoring.alert_path.metric import Narrowing, Publication, narrowing, publication
from prowler_cis_monitoring.alert_path.reading import Metric, is_published, metrics_read
from prowler_cis_monitoring.alert_path.resources import (
    FOREIGN_ACCOUNT,
    AccountResources,
    Alarms,
    Arn,
    LogGroup,
    MetricAlarm,
    MetricFilter,
    Scope,
    Trail,
    Unread,
)
from prowler_cis_monitoring.alert_path.rules import Effect, Remark, listed, remark
from prowler_cis_monitoring.alert_path.trail import (
    EVERY_EVENT,
    are_too_long,
    events_of_trail,
    judge_log_group,
    judge_trail,
)
from prowler_cis_monitoring.filter_pattern import FilterPattern, FilterPatternError, all_of, any_of, parse, without
from prowler_cis_monitoring.filter_pattern.work import Work
from prowler_cis_monitoring.records import dataclass

# What tells alarms apart that are alike.
_OWN = ("name", "arn", "configuration_updated")
MOST_SERIES = 10_000
"""Of all filters together (count): each has as many as there are values of its dimensions that alarms read."""
# What is wrong with a trail that delivers all the same, though not every event.
_DELIVERS_ALL_THE_SAME = {"trail-single-region", "trail-without-global-events", "trail-no-management-events"}


@dataclass(frozen=True, eq=False)
class Feed:
    """A metric filter with what it publishes.

    Attributes:
        metric_filter: the filter.
        published: what it publishes.
        pattern: its parsed pattern, None where nobody can say what it matches.
        unclear: why nobody can say it.
    """

    metric_filter: MetricFilter
    published: Publication
    pattern: FilterPattern | None
    unclear: tuple[Remark, ...] = ()

    @property
    def matched(self) -> FilterPattern:
        """The events that the filter matches; every event where nobody can say."""
        return EVERY_EVENT if self.pattern is None else self.pattern


@dataclass(frozen=True, eq=False)
class Source:
    """What one filter publishes to one series of its metric.

    Attributes:
        feed: the filter.
        published: the publication, with the dimension values of the series.
        narrowing: which of the filter's events it publishes to this series.
    """

    feed: Feed
    published: Publication
    narrowing: Narrowing

    @property
    def name(self) -> str:
        """The filter's name."""
        return self.feed.metric_filter.name

    @cached_property
    def events(self) -> FilterPattern:
        """The events that are published to this series."""
        parts = [part for part in (self.feed.matched, self.narrowing.condition) if part not in (None, EVERY_EVENT)]
        return all_of(*(part for part in parts if part is not None)) if parts else EVERY_EVENT

    @cached_property
    def doubtful(self) -> bool:
        """Whether nobody can say for which events the filter publishes, or what."""
        remarks = (*self.published.remarks, *self.narrowing.remarks)
        return self.feed.pattern is None or any(r.effect is Effect.UNSEEN for r in remarks)

    @cached_property
    def mute(self) -> bool:
        """Whether the filter certainly never publishes."""
        return any(found.effect is Effect.BROKEN for found in self.published.remarks)

    @cached_property
    def likeness(self) -> tuple[object, ...]:
        """What tells sources apart that do different things to alarms; of equal ones only the number matters."""
        published = self.published
        values = tuple(sorted((published.values or {}).items()))
        series = (published.scope, published.namespace, published.name, values)
        return series, published.log_group, published.value, published.default, published.unit, self.doubtful


_Hearing: TypeAlias = "dict[int | None, list[Source]]"
"""The sources of a log group by the everyday events that their filters match; None where each event is asked about."""


def _key_of(published: Publication) -> object:
    """What publications to the same series have in common."""
    return published.scope, published.namespace, published.name, frozenset(published.dimension_names)


def metric_filters(group: LogGroup) -> tuple[MetricFilter, ...]:
    """Return the metric filters of a log group; none when they were not read."""
    return () if isinstance(group.metric_filters, Unread) else group.metric_filters


@dataclass(frozen=True)
class Sources:
    """The sources of an account's metrics."""

    resources: AccountResources

    @cached_property
    def feeds(self) -> Mapping[str, tuple[Feed, ...]]:
        """The metric filters by the ARN of their log group."""
        groups = [group for group in self.resources.log_groups.values() if isinstance(group, LogGroup)]
        return {group.arn: tuple(self._feed(one, group) for one in metric_filters(group)) for group in groups}

    def _feed(self, metric_filter: MetricFilter, group: LogGroup) -> Feed:
        published = publication(metric_filter, group, self.resources.account)
        if metric_filter.unread:
            return Feed(metric_filter, published, None)
        pattern = self._patterns[metric_filter.pattern]
        if isinstance(pattern, FilterPatternError):
            slug, said = "filter-pattern-unparsed", {"column": pattern.position, "problem": pattern.expected}
            return Feed(metric_filter, published, None, (remark(slug, metric_filter.name, **said),))
        if pattern not in self._affordable[0]:
            return Feed(metric_filter, published, None, (remark("filter-pattern-too-hard", metric_filter.name),))
        if published.default is not None and not self._leaves_out(pattern):
            published = replace(published, default=None)
        return Feed(metric_filter, published, pattern)

    def _leaves_out(self, pattern: FilterPattern) -> bool:
        """Whether a pattern may not match some record: a default value is for minutes in which none matches.

        Source: CloudWatch Logs User Guide, "Creating metrics from log events using filters".
        """
        return may_match(without(EVERY_EVENT, pattern), EVERY_EVENT, self._defaults)

    @cached_property
    def _defaults(self) -> Work:
        return Work(UNITS_OF_DEFAULTS)

    @cached_property
    def _patterns(self) -> Mapping[str, FilterPattern | FilterPatternError]:
        """The patterns of all metric filters by their text, each read once; what is wrong with those that are none."""
        groups = (group for group in self.resources.log_groups.values() if isinstance(group, LogGroup))
        return {text: _read(text) for text in {one.pattern for group in groups for one in metric_filters(group)}}

    @cached_property
    def _affordable(self) -> tuple[frozenset[FilterPattern], tuple[str, ...]]:
        """The patterns that are matched with everyday events, and the Regions in which these happen."""
        patterns = (one for one in self._patterns.values() if isinstance(one, FilterPattern))
        recorded = chain.from_iterable(self.recorded.values())
        homes = (trail.home_region for trail in self.resources.trails)
        return affordable(patterns, recorded, homes, self.resources.partition)

    def alarms(self, scope: Scope) -> Alarms:
        """Return the alarms of an account and Region; none when they were not read."""
        found = self.resources.alarms.get(scope)
        return found if isinstance(found, Alarms) else Alarms()

    @cached_property
    def _metrics(self) -> Mapping[tuple[str, str], list[tuple[MetricAlarm, Metric]]]:
        """The alarms with each metric that they read, by its namespace and name."""
        found: dict[tuple[str, str], list[tuple[MetricAlarm, Metric]]] = {}
        for scope in self.resources.alarms:
            for alarm in self.alarms(scope).metric_alarms:
                for metric in metrics_read(alarm).values():
                    found.setdefault((metric.stat.namespace, metric.stat.metric_name), []).append((alarm, metric))
        return found

    def _on(self, published: Publication) -> list[tuple[MetricAlarm, Metric]]:
        return self._metrics.get((published.namespace, published.name), [])

    @cached_property
    def _readers_of_series(self) -> Mapping[object, list[tuple[MetricAlarm, Metric]]]:
        """The same by namespace, name and dimensions."""
        found: dict[object, list[tuple[MetricAlarm, Metric]]] = {}
        for (namespace, name), reading in self._metrics.items():
            for alarm, metric in reading:
                key = namespace, name, frozenset(metric.stat.dimensions.items())
                found.setdefault(key, []).append((alarm, metric))
        return found

    @cached_property
    def by_feed(self) -> Mapping[Feed, tuple[Source, ...]]:
        """The series of each filter's metric that alarms read."""
        return {feed: tuple(self._series(feed)) for feeds in self.feeds.values() for feed in feeds}

    @cached_property
    def watched(self) -> int:
        """How many filters have a metric that alarms read (count); at least one."""
        return max(1, sum(map(bool, self.by_feed.values())))

    @cached_property
    def _looks(self) -> dict[str, bytes]:
        return {}

    def looks(self, alarm: MetricAlarm) -> bytes:
        """Return what like alarms share: a digest of all of an alarm but its name, which may be very long."""
        if alarm.arn not in self._looks:
            told = {key: value for key, value in alarm.__dict__.items() if key not in _OWN}
            # What is not printable, lone surrogates among it, stands escaped in the text.
            self._looks[alarm.arn] = sha256(ascii(told).encode()).digest()
        return self._looks[alarm.arn]

    @cached_property
    def _narrowings(self) -> dict[object, Narrowing]:
        return {}

    def _narrowing(self, published: Publication, values: Mapping[str, str]) -> Narrowing | None:
        """Which of a filter's events reach a series; filters with like dimensions share the condition."""
        key = frozenset(published.dimensions.items()), published.system_dimensions, frozenset(values.items())
        if key in self._narrowings:
            return self._narrowings[key]
        found = narrowing(published, values)
        if found is not None and not found.remarks:
            self._narrowings[key] = found
        return found

    @cached_property
    def _values_read(self) -> dict[object, list[Mapping[str, str]]]:
        return {}

    @cached_property
    def _most_of_a_metric(self) -> int:
        """How many series of one metric are followed (count): the same ones for all filters that publish to it."""
        return max(1, MOST_SERIES // max(1, sum(map(len, self.feeds.values()))))

    def beyond(self, feed: Feed) -> int:
        """How many series of a filter's metric are read by alarms, and not followed (count)."""
        return max(0, len(self._values_read.get(_key_of(feed.published), ())) - self._most_of_a_metric)

    def series_beyond(self, feed: Feed) -> str:
        """Say how many series of a filter's metric alarms read; empty where all of them are followed."""
        beyond = self.beyond(feed)
        return _read_of(beyond + self._most_of_a_metric) if beyond else ""

    @cached_property
    def _metrics_beyond(self) -> tuple[Remark, ...]:
        """What is to be said of the metrics that have more series than are followed."""
        told = {feed.published.metric: count for feed in self.by_feed if (count := self.beyond(feed))}
        return tuple(
            remark("alarms-too-many", metric, watching=_read_of(count + self._most_of_a_metric))
            for metric, count in told.items()
        )

    def _series(self, feed: Feed) -> Iterator[Source]:
        published = feed.published
        key = _key_of(published)
        if published.values is not None or key not in self._values_read:
            read = {
                tuple(sorted(metric.stat.dimensions.items())): metric.stat.dimensions
                for alarm, metric in self._on(published)
                if is_published(alarm, metric, published)
            }
            self._values_read[key] = list(read.values())
        for values in self._values_read[key][: self._most_of_a_metric]:
            found = self._narrowing(feed.published, values)
            if found is not None:
                yield Source(feed, feed.published.of_series(values), found)

    @cached_property
    def readers(self) -> Mapping[Source, tuple[MetricAlarm, ...]]:
        """The alarms that read each series."""
        by_series: dict[object, tuple[MetricAlarm, ...]] = {}
        found = {}
        for source in (source for sources in self.by_feed.values() for source in sources):
            series, published = source.likeness[0], source.published
            if series not in by_series:
                key = published.namespace, published.name, frozenset((published.values or {}).items())
                reading = self._readers_of_series.get(key, ())
                read = {a.arn: a for a, m in reading if is_published(a, m, published)}
                by_series[series] = tuple(read.values())
            found[source] = by_series[series]
        return found

    @cached_property
    def _by_alarm(self) -> Mapping[str, tuple[Source, ...]]:
        found: dict[str, list[Source]] = {}
        for source, alarms in self.readers.items():
            for alarm in alarms:
                found.setdefault(alarm.arn, []).append(source)
        return {arn: tuple(sources) for arn, sources in found.items()}

    def of(self, alarm: MetricAlarm) -> tuple[Source, ...]:
        """Return the sources of the metrics that an alarm reads."""
        return self._by_alarm.get(alarm.arn, ())

    def may_be_read(self, feed: Feed) -> bool:
        """Whether any alarm reads what a filter publishes, or may do so because the metric's name is not known."""
        return not (feed.published.namespace and feed.published.name) or bool(self._on(feed.published))

    def unread_beside(self, source: Source, alarm: MetricAlarm, *, has_parents: bool) -> Iterator[Remark]:
        """Say which other filters may feed what an alarm reads, though nobody knows what they match.

        Where composite alarms stand above it, a filter on any alarm's metric matters. Filters of which not even the
        metrics are known may feed every alarm.
        """
        read = {(metric.stat.namespace, metric.stat.metric_name) for metric in metrics_read(alarm).values()}
        for feed in self._unread_feeds:
            published = feed.published
            here = published.scope == source.published.scope and feed is not source.feed
            matters = (published.namespace, published.name) in read or not (published.namespace and published.name)
            if here and (matters or (has_parents and self._on(published))):
                yield from published.remarks
        groups = self._unread_groups.get(source.published.scope)
        if groups:
            names, why = listed(tuple(groups)), next(iter(groups.values()))
            yield remark("alarm-noise-filters-unread", alarm.name, groups=names, call=why.action, error=why.error)
        if has_parents:
            yield from self._metrics_beyond

    @cached_property
    def _unread_groups(self) -> Mapping[Scope, Mapping[str, Unread]]:
        """The log groups that trails deliver to and whose metric filters were not read, by name, with the reason."""
        found: dict[Scope, dict[str, Unread]] = {}
        for arn in self.recorded:
            group, parsed = self.resources.log_groups.get(arn), Arn.parse(arn)
            why = group.metric_filters if isinstance(group, LogGroup) else group
            if parsed is not None and isinstance(why, Unread):
                scope = Scope(account=parsed.account, region=parsed.region)
                found.setdefault(scope, {})[parsed.resource.removeprefix("log-group:")] = why
        return found

    @cached_property
    def _unread_feeds(self) -> tuple[Feed, ...]:
        return tuple(feed for feeds in self.feeds.values() for feed in feeds if feed.metric_filter.unread)

    def watches(self, alarm: MetricAlarm, feed: Feed) -> bool:
        """Whether an alarm reads any series of a filter's metric."""
        return any(source.feed is feed for source in self.of(alarm))

    # --- what feeds them -------------------------------------------------------------------------------------------

    @cached_property
    def recorded(self) -> Mapping[str, tuple[FilterPattern, ...]]:
        """What the trails record that deliver to each log group, by its ARN."""
        return self._recorded_by(self.resources.trails)

    def _recorded_by(self, trails: Iterable[Trail]) -> Mapping[str, tuple[FilterPattern, ...]]:
        found: dict[str, tuple[FilterPattern, ...]] = {}
        for trail in trails:
            if trail.log_group_arn is not None and self._delivers(trail):
                arn = trail.log_group_arn.removesuffix(":*")
                found[arn] = (*found.get(arn, ()), events_of_trail(trail))
        return found

    def _delivers(self, trail: Trail) -> bool:
        arn = (trail.log_group_arn or "").removesuffix(":*")
        remarks = [
            *judge_trail(trail, self.resources.read_at),
            *judge_log_group(arn, self.resources.log_groups.get(arn)),
        ]
        broken = [found.rule.slug for found in remarks if found.effect is Effect.BROKEN]
        return _DELIVERS_ALL_THE_SAME.issuperset(broken)

    def arriving(self, group: str) -> FilterPattern | None:
        """Return the events that any trail delivers to a log group; None when no trail delivers."""
        patterns = self.recorded.get(group, ())
        if not patterns or EVERY_EVENT in patterns:
            return EVERY_EVENT if patterns else None
        return any_of(*patterns)

    def events_beside(self, source: Source, other: Source) -> FilterPattern:
        """Return the events of a source's log group that another source publishes: those that reach its own too."""
        arriving = self.arriving(other.published.log_group)
        same = other.published.log_group == source.published.log_group
        return other.events if same or arriving in (None, EVERY_EVENT) else all_of(other.events, arriving)

    def may_arrive(self, group: str) -> bool:
        """Whether trails that were not read to the end may deliver to a log group more than others certainly do."""
        return self.recorded.get(group) != self._certainly_recorded.get(group)

    @cached_property
    def surroundings(self) -> Surroundings:
        """What goes on in the account's log groups besides the events that are asked about."""
        return self._surroundings(self._certainly_recorded, self.everyday)

    @cached_property
    def suspected(self) -> Surroundings | None:
        """What may go on as well, because a trail was not read to the end; None where all were."""
        read = [trail for trail in self.resources.trails if not _is_unread(trail)]
        if len(read) == len(self.resources.trails):
            return None
        return self._surroundings(self.recorded, self._made_everyday(self.recorded))

    @cached_property
    def accounts_not_asked(self) -> tuple[str, ...]:
        """The accounts whose trails hide what arrives in log groups; none if anything else hides it too."""
        delivering = [t for t in self.resources.trails if (t.log_group_arn or "").removesuffix(":*") in self.feeds]
        unread = [trail for trail in delivering if _is_unread(trail)]
        return tuple(sorted({trail.account for trail in unread})) if all(map(_is_not_asked, unread)) else ()

    @staticmethod
    def _surroundings(groups: Iterable[str], everyday: Mapping[str, Mapping[Kind, None]]) -> Surroundings:
        return Surroundings(tuple(sorted(groups)), tuple(dict.fromkeys(chain.from_iterable(everyday.values()))))

    @cached_property
    def _certainly_recorded(self) -> Mapping[str, tuple[FilterPattern, ...]]:
        return self._recorded_by(trail for trail in self.resources.trails if not _is_unread(trail))

    @cached_property
    def everyday(self) -> Mapping[str, Mapping[Kind, None]]:
        """What everyday events make filters publish, by the event's name: all sets of publications of one."""
        return self._made_everyday(self._certainly_recorded)

    def _made_everyday(self, recorded: Mapping[str, tuple[FilterPattern, ...]]) -> Mapping[str, Mapping[Kind, None]]:
        found: dict[str, dict[Kind, None]] = {}
        hearing = [(patterns, self._hearing(group)) for group, patterns in recorded.items()]
        for event in happenings(self.resources.account, self._affordable[1], self.resources.partition):
            made = [source for heard in hearing for source in _publishing(event, *heard)]
            # Others than the caller of our record make the same call.
            by_anybody = [source for source in made if not tells_callers(source.feed.matched)]
            for sources in (made, by_anybody):
                if sources:
                    kind = frozenset(id(source.published) for source in sources)
                    found.setdefault(event.name, {})[kind] = None
        return found

    def _hearing(self, group: str) -> _Hearing:
        feeds = [feed for feed in self.feeds.get(group, ()) if feed.pattern is not None and self.by_feed[feed]]
        heard: _Hearing = {}
        for feed in feeds:
            sources = [source for source in self.by_feed[feed] if not source.mute]
            for number in (None,) if (matched := matched_everywhere(feed.matched)) is None else matched:
                heard.setdefault(number, []).extend(sources)
        return heard

    def everyday_of(self, noise: frozenset[int], sources: Iterable[Source]) -> list[str]:
        """Return the names of the everyday events with which sources take part in noise."""
        keys = noise.intersection(id(source.published) for source in sources)
        return [name for name, kinds in self.everyday.items() if any(map(keys.intersection, kinds))]


def _read(pattern: str) -> FilterPattern | FilterPatternError:
    try:
        return parse(pattern)
    except FilterPatternError as error:
        return error


def _publishing(event: Happening, recorded: Sequence[FilterPattern], hearing: _Hearing) -> Iterator[Source]:
    """The sources to which an everyday event is published in one log group, of which trails record something."""
    certain, asked = hearing.get(event.number, ()), hearing.get(None, ())
    if not (certain or asked) or not any(map(event.matches, recorded)):
        return
    for source in chain(certain, (one for one in asked if event.matches(one.feed.matched))):
        condition = source.narrowing.condition
        if condition is None or event.matches(condition):
            yield source


def _is_not_asked(trail: Trail) -> bool:
    """Whether a trail was not read because nobody asked for its account."""
    reasons = [why for why in (trail.unread, trail.status, trail.selectors) if isinstance(why, Unread)]
    return bool(reasons) and all(why.error == FOREIGN_ACCOUNT for why in reasons)


def _is_unread(trail: Trail) -> bool:
    unread = trail.unread is not None or isinstance(trail.selectors, Unread) or isinstance(trail.status, Unread)
    return unread or are_too_long(trail.selectors)


def _read_of(series: int) -> str:
    return f"{series} of its series are read by alarms"
