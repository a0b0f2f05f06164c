"""Follows every way from a trail to a subscription and collects the remarks of the links: the account's alert paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

from prowler_cis_monitoring.alert_path.accounts import everyday_events
from prowler_cis_monitoring.alert_path.alarm import (
    Ring,
    metrics_of,
    near_miss,
    opaque,
    rings,
    watched_dimensions,
    watches,
)
from prowler_cis_monitoring.alert_path.composite_alarm import Motion, Parent, notifying_parents
from prowler_cis_monitoring.alert_path.metric import Narrowing, Publication, narrowing, publication
from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Alarms,
    Arn,
    CompositeAlarm,
    LogGroup,
    MetricAlarm,
    MetricFilter,
    Subscription,
    Trail,
    Unread,
)
from prowler_cis_monitoring.alert_path.rules import Effect, Remark, joined, listed, remark, unread_remark
from prowler_cis_monitoring.alert_path.topic import judge_actions
from prowler_cis_monitoring.alert_path.trail import EVERY_EVENT, judge_log_group, judge_trail, recorded_events
from prowler_cis_monitoring.filter_pattern import (
    FilterPattern,
    FilterPatternError,
    all_of,
    overlaps,
    parse,
    without,
)
from prowler_cis_monitoring.foreign_text import shown

SECONDS_TO_RING = 3600
_RECENTLY = timedelta(days=1)
# Filters beside which the events of one are told apart, by every choice of those that match.
_MOST_BESIDE = 3
ARROW = " \N{RIGHTWARDS ARROW} "


class State(Enum):
    """What can be said of a path: it works, it is broken, or nobody could see it to the end."""

    LIVE = "live"
    UNSEEN = "unseen"
    BROKEN = "broken"


@dataclass(frozen=True)
class Link:
    """One resource on a path; `kind` is one of the links that rules speak of."""

    kind: str
    name: str
    arn: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {shown(self.name)}"


@dataclass(frozen=True)
class AlertPath:
    """One way from a trail towards a person, as far as it goes.

    Attributes:
        links: the resources in order, trail first.
        account: the account whose events are asked about; links of other accounts are named with theirs.
        organization: whether the events of all accounts of an organisation travel this path.
        from_organization_trail: whether they reach its log group.
        remarks: what is to be said of them.
        recorded: the events that the trail records.
        matched: the events that the metric filter matches.
        watched: the events whose datapoints the alarm sees, None for all.
        hears: the confirmed subscriptions at its end.
        delay: seconds until the alarm rings, None where that is not known.
    """

    links: tuple[Link, ...]
    account: str = ""
    organization: bool = False
    from_organization_trail: bool = False
    remarks: tuple[Remark, ...] = ()
    recorded: FilterPattern = EVERY_EVENT
    matched: FilterPattern = EVERY_EVENT
    watched: FilterPattern | None = None
    hears: tuple[Subscription, ...] = ()
    delay: int | None = None

    def then(self, link: Link | None, *remarks: Remark, **changes: Any) -> AlertPath:  # noqa: ANN401 - any field
        """Return the path with one link more, what is to be said of it, and other fields changed."""
        links = self.links if link is None else (*self.links, link)
        said = list(self.remarks)
        for found in remarks:
            # Two calls on one resource can fail for one reason, and a closed account hides all that follows in it.
            closed = found.closed_account and found.closed_account in {other.closed_account for other in said}
            if not closed and found not in said:
                said.append(found)
        return replace(self, links=links, remarks=tuple(said), **changes)

    @cached_property
    def events(self) -> FilterPattern:
        """The events that travel this path: recorded, matched and watched."""
        parts = [part for part in (self.recorded, self.matched, self.watched) if part not in (None, EVERY_EVENT)]
        return _all_of(tuple(part for part in parts if part is not None))

    @property
    def state(self) -> State:
        """Whether the path works."""
        effects = {found.effect for found in self.remarks}
        if Effect.BROKEN in effects:
            return State.BROKEN
        return State.UNSEEN if Effect.UNSEEN in effects else State.LIVE

    def having(self, effect: Effect) -> tuple[Remark, ...]:
        """Return the remarks of one effect, in the order of the links."""
        order = {(link.kind, link.name): place for place, link in enumerate(self.links)}
        found = [remark for remark in self.remarks if remark.effect is effect]
        return tuple(sorted(found, key=lambda r: order.get((r.rule.link, r.resource), len(order))))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the links, by which paths are put in an order that no run changes."""
        return tuple(link.name for link in self.links)

    @property
    def whole(self) -> str:
        """The whole path in words, down to who hears."""
        protocols = ", ".join(sorted({shown(heard.protocol) for heard in self.hears}))
        heard = f"{len(self.hears)} confirmed subscription{'s' if len(self.hears) != 1 else ''} ({protocols})"
        return ARROW.join([*self.words(self.links), heard])

    def until(self, kind: str, name: str | None = None) -> str:
        """Return the path in words down to the link of this kind and name, or the whole of it without such a link."""
        reached = []
        for link in self.links:
            reached.append(link)
            if link.kind == kind and name in (None, link.name):
                break
        return ARROW.join(self.words(reached))

    def words(self, links: Iterable[Link]) -> list[str]:
        """Return the names of links, each with its account where the path enters another one."""
        words, here = [], self.account
        for link in links:
            arn = Arn.parse(link.arn)
            enters = arn is not None and here != "" and arn.account not in ("", here)
            words.append(f"{link} of account {shown(arn.account)}" if arn and enters else str(link))
            here = arn.account if arn and enters else here
        return words

    def name_of(self, kind: str) -> str:
        """Return the name of the first link of this kind, empty when there is none."""
        return next((link.name for link in self.links if link.kind == kind), "")

    def evidence(self) -> dict[str, Any]:
        """Return the path as JSON values."""
        return {
            "state": self.state.value,
            "organization": self.organization,
            "pattern": str(self.matched),
            "links": [{"kind": link.kind, "name": link.name, "arn": link.arn} for link in self.links],
            "subscriptions": [{"arn": heard.arn, "protocol": heard.protocol} for heard in self.hears],
            "seconds_to_ring": self.delay,
            "remarks": [
                {
                    "rule": found.rule.slug,
                    "link": found.rule.link,
                    "resource": found.resource,
                    "effect": found.effect.value,
                    "sentence": found.sentence,
                    "source": found.rule.source,
                }
                for found in self.remarks
            ],
        }


@lru_cache(maxsize=4096)
def _may_coincide(one: FilterPattern, other: FilterPattern) -> bool:
    return overlaps(one, other)


@lru_cache(maxsize=4096)
def _all_of(patterns: tuple[FilterPattern, ...]) -> FilterPattern:
    return all_of(*patterns) if patterns else EVERY_EVENT


@lru_cache(maxsize=4096)
def _parse(text: str) -> FilterPattern | FilterPatternError:
    try:
        return parse(text)
    except FilterPatternError as error:
        return error


@dataclass(frozen=True)
class _Feed:
    """A metric filter with its log group, the metric that it publishes and its parsed pattern."""

    metric_filter: MetricFilter
    published: Publication
    pattern: FilterPattern | FilterPatternError


@dataclass(frozen=True)
class _Outcome:
    """What an event does to an alarm and to its parents."""

    ring: Ring
    parents: tuple[Parent, ...]
    own: bool = True
    """Whether the alarm's own actions are meant too, not only those of its parents."""

    def alike(self, other: _Outcome) -> bool:
        """Whether two events mean the same for whoever is to be told."""
        return self._meaning == other._meaning

    @property
    def _meaning(self) -> object:
        return self.ring_meaning, [_meaning_of(parent) for parent in self.parents]

    @property
    def ring_meaning(self) -> object:
        """What happens to the alarm itself."""
        return self.ring.delay if self.ring.certain else frozenset(found.effect for found in self.ring.remarks)


def _meaning_of(parent: Parent) -> tuple[str, frozenset[Effect]]:
    return parent.alarm.name, frozenset(found.effect for found in parent.remarks)


def _among(path: AlertPath, feed: _Feed, matching: Sequence[_Feed], silent: Sequence[_Feed]) -> AlertPath:
    """Return the path of the events that some other filters match too and others do not."""
    patterns = [
        [one.pattern for one in feeds if isinstance(one.pattern, FilterPattern)] for feeds in (matching, silent)
    ]
    matched = without(all_of(path.matched, *patterns[0]), *patterns[1])
    also = [f"{shown(one.metric_filter.name)} matches too" for one in matching]
    also += [f"{shown(one.metric_filter.name)} leaves out" for one in silent]
    said = remark("filter-beside-others", feed.metric_filter.name, others=joined(also))
    return path.then(None, said, matched=matched)


@dataclass
class AlertPaths:
    """All alert paths of an account; each question's paths are followed once and kept for the other controls."""

    resources: AccountResources
    _followed: dict[tuple[int, int], tuple[AlertPath, ...]] = field(default_factory=dict, init=False, repr=False)

    def follow(self, events: int = 1, delay_limit: int = SECONDS_TO_RING) -> tuple[AlertPath, ...]:
        """Return the paths.

        Args:
            events: how many events, within the delay limit, may pass before an alarm rings (count).
            delay_limit: how long an alarm may take to ring (seconds).
        """
        key = (events, delay_limit)
        if key not in self._followed:
            self._followed[key] = tuple(_Follower(self.resources, self._feeds, events, delay_limit).paths())
        return self._followed[key]

    @cached_property
    def stems(self) -> tuple[tuple[AlertPath, tuple[str, ...]], ...]:
        """The beginning of each path that ends in a log group whose metric filters were read, with their names."""
        return tuple(
            (stem, tuple(sorted({metric_filter.name for metric_filter in _metric_filters(group)})))
            for trail in self.resources.trails
            for stem, group in _stems(trail, self.resources)
            if group is not None
        )

    @cached_property
    def _feeds(self) -> tuple[_Feed, ...]:
        return tuple(
            _Feed(
                metric_filter,
                publication(metric_filter, group, self.resources.account),
                _parse(metric_filter.pattern),
            )
            for group in self.resources.log_groups.values()
            if isinstance(group, LogGroup)
            for metric_filter in _metric_filters(group)
        )


def _metric_filters(group: LogGroup) -> tuple[MetricFilter, ...]:
    return () if isinstance(group.metric_filters, Unread) else group.metric_filters


def _stems(trail: Trail, resources: AccountResources) -> Iterator[tuple[AlertPath, LogGroup | None]]:
    """Yield the beginning of a trail's paths, with the log group unless its metric filters are out of reach."""
    link = Link("trail", trail.name, trail.arn)
    start = AlertPath(
        (),
        account=resources.account,
        organization=trail.organization,
        from_organization_trail=trail.organization,
        recorded=recorded_events(trail.selectors),
    ).then(link, *judge_trail(trail, resources.read_at))
    if trail.log_group_arn is None:
        yield start, None
        return
    arn = trail.log_group_arn.removesuffix(":*")
    parsed = Arn.parse(arn)
    name = parsed.resource.removeprefix("log-group:") if parsed else arn
    group = resources.log_groups.get(arn)
    stem = start.then(Link("log group", name, arn), *judge_log_group(name, group))
    readable = isinstance(group, LogGroup) and not isinstance(group.metric_filters, Unread)
    yield stem, group if readable and isinstance(group, LogGroup) else None


@dataclass(frozen=True)
class _Follower:
    resources: AccountResources
    feeds: tuple[_Feed, ...]
    events: int
    delay_limit: int
    _rung: dict[tuple[str, tuple[int, ...]], Ring] = field(default_factory=dict, init=False, repr=False)
    _watching: dict[int, tuple[MetricAlarm, ...]] = field(default_factory=dict, init=False, repr=False)
    _metrics: dict[str, frozenset[tuple[str, str]]] = field(default_factory=dict, init=False, repr=False)

    def _watches(self, alarm: MetricAlarm, published: Publication) -> bool:
        """Whether the alarm depends on exactly the metric; most of an account's alarms are told apart by its name."""
        if alarm.arn not in self._metrics:
            self._metrics[alarm.arn] = metrics_of(alarm)
        return (published.namespace, published.name) in self._metrics[alarm.arn] and watches(alarm, published)

    def paths(self) -> Iterator[AlertPath]:
        for trail in self.resources.trails:
            for stem, group in _stems(trail, self.resources):
                if group is None:
                    yield stem
                    continue
                for feed in self.feeds:
                    if feed.published.log_group == group.arn:
                        yield from self._from_filter(stem, feed)

    def _from_filter(self, stem: AlertPath, feed: _Feed) -> Iterator[AlertPath]:
        name = feed.metric_filter.name
        remarks = list(feed.published.remarks)
        matched = EVERY_EVENT
        if isinstance(feed.pattern, FilterPatternError):
            remarks.append(
                remark("filter-pattern-unparsed", name, column=feed.pattern.position, problem=feed.pattern.expected)
            )
        else:
            matched = feed.pattern
        path = stem.then(
            Link("metric filter", name),
            *remarks,
            matched=matched,
            # Whom field selection criteria admit is judged for one account only.
            organization=stem.organization and not feed.metric_filter.field_selection,
        )
        alarms = self.resources.alarms.get(feed.published.scope)
        metric = Link("metric", f"{feed.published.namespace}/{feed.published.name}")
        if isinstance(alarms, Unread):
            yield path.then(metric, unread_remark("metric", metric.name, alarms))
            return
        alarms = alarms or Alarms()
        watching = [
            alarm
            for alarm in alarms.metric_alarms
            if self._watches(alarm, feed.published) or _could_watch(alarm, feed.published)
        ]
        if not watching:
            yield path.then(metric, remark("no-alarm", metric.name, nearest=self._nearest_alarm(feed.published)))
        for alarm in watching:
            yield from self._from_alarm(path, feed, alarm, alarms)

    def _nearest_alarm(self, published: Publication) -> str:
        """Say which alarm would watch the metric if one thing about it were different; those in use are left out."""
        told = []
        for alarms in self.resources.alarms.values():
            for alarm in alarms.metric_alarms if isinstance(alarms, Alarms) else ():
                differences = near_miss(alarm, published)
                if len(differences) == 1 and not any(self._watches(alarm, other.published) for other in self.feeds):
                    other_name = differences[0].rule.slug == "alarm-other-metric-name"
                    told.append((other_name, shown(alarm.name), differences[0].sentence))
        return "; alarm {1}: {2}".format(*min(told)) if told else ""

    def _from_alarm(self, path: AlertPath, feed: _Feed, alarm: MetricAlarm, alarms: Alarms) -> Iterator[AlertPath]:
        seen = narrowing(feed.published, watched_dimensions(alarm, feed.published)) or Narrowing()
        link = Link("alarm", alarm.name, alarm.arn)
        for start, outcome in self._outcomes(path, feed, alarm, alarms):
            ring = outcome.ring
            at_alarm = start.then(link, *seen.remarks, *ring.remarks, watched=seen.condition, delay=ring.delay)
            at_alarm = at_alarm.then(None, *self._noise(at_alarm, feed, alarm))
            if outcome.own:
                yield from self._from_notifier(at_alarm, alarm, ring.rests)
            for parent in outcome.parents:
                yield from self._from_notifier(self._at_parent(at_alarm, parent), parent.alarm)

    def _at_parent(self, at_alarm: AlertPath, parent: Parent) -> AlertPath:
        """Return the path up to a composite alarm, which may wait before it acts."""
        alarm = parent.alarm
        link = Link("composite alarm", alarm.name, alarm.arn)
        if alarm.suppressor is None or at_alarm.delay is None:
            return at_alarm.then(link, *parent.remarks)
        delay = at_alarm.delay + alarm.suppressor_wait
        told = {
            "wait": alarm.suppressor_wait,
            "suppressor": alarm.suppressor,
            "delay": delay,
            "limit": self.delay_limit,
        }
        late = (remark("composite-waits", alarm.name, **told),) if delay > self.delay_limit >= at_alarm.delay else ()
        return at_alarm.then(link, *parent.remarks, *late, delay=delay)

    def _outcomes(
        self, path: AlertPath, feed: _Feed, alarm: MetricAlarm, alarms: Alarms
    ) -> Iterator[tuple[AlertPath, _Outcome]]:
        """Say what the filter's events do to an alarm and its parents, apart where other filters that match decide."""
        alone = self._outcome((feed,), alarm, alarms)
        beside = self._beside(feed, alarm, alarms, alone.parents)
        # The extremes and each filter on its own show whether any of them matters.
        sample = [beside, *((other,) for other in beside)] if beside else []
        outcomes = [self._outcome((feed, *others), alarm, alarms) for others in sample]
        if all(outcome.alike(alone) for outcome in outcomes):
            yield path, alone
            return
        own = any(outcome.ring_meaning != alone.ring_meaning for outcome in outcomes)
        sure = {
            place
            for place, parent in enumerate(alone.parents)
            if all(_meaning_of(outcome.parents[place]) == _meaning_of(parent) for outcome in outcomes)
        }
        if not own:
            yield path, replace(alone, parents=tuple(alone.parents[place] for place in sorted(sure)))

        def doubtful(outcome: _Outcome) -> tuple[Parent, ...]:
            return tuple(parent for place, parent in enumerate(outcome.parents) if own or place not in sure)

        if len(beside) > _MOST_BESIDE:
            filters = listed(sorted(other.metric_filter.name for other in beside))
            open_parents = tuple(replace(parent, remarks=()) for parent in doubtful(alone))
            unseen = remark("filter-beside-many", feed.metric_filter.name, filters=filters)
            yield path.then(None, unseen), _Outcome(Ring(None, latches=False, remarks=()), open_parents, own)
        else:
            for choice in product((False, True), repeat=len(beside)):
                matching = tuple(other for other, matches in zip(beside, choice, strict=True) if matches)
                silent = tuple(other for other, matches in zip(beside, choice, strict=True) if not matches)
                outcome = self._outcome((feed, *matching), alarm, alarms)
                share = _Outcome(outcome.ring, doubtful(outcome), own)
                yield _among(path, feed, matching, silent), share

    def _beside(self, feed: _Feed, alarm: MetricAlarm, alarms: Alarms, parents: Iterable[Parent]) -> tuple[_Feed, ...]:
        """Return the other filters that may match the same event and feed the alarm, or one that its parents heed."""
        heeded = frozenset[str]().union(*(parent.heeds for parent in parents)) - {alarm.name}
        concerned = [alarm, *(other for other in alarms.metric_alarms if other.name in heeded)]
        return tuple(
            other
            for other in self.feeds
            if other is not feed
            and other.published.log_group == feed.published.log_group
            and not other.published.dimension_names
            and all(found.effect is Effect.NOTE for found in other.published.remarks)
            and any(self._watches(one, other.published) for one in concerned)
            and isinstance(feed.pattern, FilterPattern)
            and isinstance(other.pattern, FilterPattern)
            and _may_coincide(feed.pattern, other.pattern)
        )

    def _outcome(self, feeds: tuple[_Feed, ...], alarm: MetricAlarm, alarms: Alarms) -> _Outcome:
        """Say what an event that these filters match does to an alarm and its parents."""
        ring = self._ring(alarm, feeds)
        moved = self._moved_with(alarm, ring, feeds, alarms)
        return _Outcome(ring, notifying_parents(alarm, alarms, rests=ring.rests, moved=moved))

    def _ring(self, alarm: MetricAlarm, feeds: tuple[_Feed, ...]) -> Ring:
        """Say what an event that these filters match does to the alarm; the same is followed once."""
        key = (alarm.arn, tuple(map(id, feeds)))
        if key not in self._rung:
            siblings = [other.published for other in self.feeds if self._watches(alarm, other.published)]
            matching = [feed.published for feed in feeds]
            ring = rings(alarm, siblings, matching, delay_limit=self.delay_limit, events=self.events)
            self._rung[key] = ring
        return self._rung[key]

    def _moved_with(
        self, alarm: MetricAlarm, ring: Ring, feeds: tuple[_Feed, ...], alarms: Alarms
    ) -> dict[str, Motion]:
        """Return the other alarms that the filters' events move; only composite alarms have to know them."""
        if not alarms.composite_alarms:
            return {}
        moved = {}
        watching = {other.arn: other for feed in feeds for other in self._watching_it(feed, alarms)}
        for other in watching.values():
            found = self._ring(other, feeds)
            doubtful = any(one.effect is Effect.UNSEEN for one in found.remarks)
            if other.name != alarm.name and (found.delay is not None or doubtful):
                in_step = found.certain and ring.delay in (None, found.delay)
                moved[other.name] = Motion(found.rests, in_step=in_step, doubtful=doubtful)
        return moved

    def _watching_it(self, feed: _Feed, alarms: Alarms) -> tuple[MetricAlarm, ...]:
        if id(feed) not in self._watching:
            watching = tuple(other for other in alarms.metric_alarms if self._watches(other, feed.published))
            self._watching[id(feed)] = watching
        return self._watching[id(feed)]

    def _noise(self, path: AlertPath, feed: _Feed, alarm: MetricAlarm) -> Iterator[Remark]:
        """Say that everyday events keep the alarm on: those that travel this path, or feed its metric beside it."""
        understood = not isinstance(feed.pattern, FilterPatternError)
        events = everyday_events(self.resources.account)
        # Of a share of a filter's events too: the alarm is moved by the whole filter.
        whole = replace(path, matched=feed.pattern if isinstance(feed.pattern, FilterPattern) else EVERY_EVENT)
        everyday = [event.name for event in events if whole.events.matches(event.record)]
        if everyday and understood:
            yield remark("filter-everyday", feed.metric_filter.name, everyday=joined(everyday))
        for other in self._noisy_feeds:
            if other is not feed and self._watches(alarm, other.published):
                yield remark("alarm-fed-by-noise", alarm.name, filter=other.metric_filter.name)

    @cached_property
    def _noisy_feeds(self) -> tuple[_Feed, ...]:
        return tuple(feed for feed in self.feeds if self._is_noisy(feed))

    def _is_noisy(self, feed: _Feed) -> bool:
        """Whether everyday events that some trail records make the filter publish."""
        if isinstance(feed.pattern, FilterPatternError) or feed.published.dimensions:
            return False
        recorded = [
            recorded_events(trail.selectors)
            for trail in self.resources.trails
            if (trail.log_group_arn or "").removesuffix(":*") == feed.published.log_group
        ]
        return any(
            feed.pattern.matches(event.record) and any(trail.matches(event.record) for trail in recorded)
            for event in everyday_events(self.resources.account)
        )

    def _from_notifier(
        self, path: AlertPath, alarm: MetricAlarm | CompositeAlarm, rests: frozenset[str] = frozenset()
    ) -> Iterator[AlertPath]:
        for action in judge_actions(alarm, self.resources.topics, rests):
            link = Link("topic", action.topic, action.arn) if action.topic else None
            failed = _failed_actions(alarm, action.arn, self.resources.read_at)
            yield path.then(link, *failed, *action.remarks, hears=action.reached)


def _failed_actions(alarm: MetricAlarm | CompositeAlarm, action: str, read_at: datetime | None) -> Iterator[Remark]:
    """Say that an action failed when it was last taken, unless the alarm has been changed since.

    What failed long ago may have been mended outside the alarm, in the policy of its topic for example.
    """
    kind = "composite" if isinstance(alarm, CompositeAlarm) else "alarm"
    if isinstance(alarm.history, Unread):
        unread = alarm.history
        yield remark(
            f"{kind}-history-unread", alarm.name, action=unread.action, region=unread.region, error=unread.error
        )
    if not isinstance(alarm.history, tuple):
        return
    changed = alarm.configuration_updated
    for failure in alarm.history:
        if failure.action == action and (changed is None or failure.at > changed):
            at = f"{failure.at:%Y-%m-%d %H:%M %Z}".strip()
            before = "-before" if read_at is not None and read_at - failure.at > _RECENTLY else ""
            yield remark(f"{kind}-action-failed{before}", alarm.name, at=at, summary=failure.summary)


def _could_watch(alarm: MetricAlarm, published: Publication) -> bool:
    """Whether an alarm that names no metric (a query language's, as AWS describes it here) may watch this one."""
    if alarm.metric_name or opaque(alarm) is None:
        return False
    expressions = [query.expression for query in alarm.queries if query.expression]
    return not alarm.queries or any(published.name in expression for expression in expressions)
