"""Follows every way from a trail to a subscription and collects the remarks of the links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from itertools import product

from prowler_cis_monitoring.alert_path.alarm import Ring, near_miss, opaque
from prowler_cis_monitoring.alert_path.composite_alarm import Parent
from prowler_cis_monitoring.alert_path.metric import Publication
from prowler_cis_monitoring.alert_path.outcomes import MOST_ALIKE, Outcome, Outcomes, meaning_of
from prowler_cis_monitoring.alert_path.path import AlertPath, Link
from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Arn,
    CompositeAlarm,
    LogGroup,
    MetricAlarm,
    Scope,
    Trail,
    Unread,
)
from prowler_cis_monitoring.alert_path.rules import Effect, Remark, joined, listed, remark, unread_remark
from prowler_cis_monitoring.alert_path.sources import Feed, Source, Sources
from prowler_cis_monitoring.alert_path.topic import ActionJudgement, judge_actions
from prowler_cis_monitoring.alert_path.trail import events_in_reach, judge_log_group, judge_trail, recorded_events
from prowler_cis_monitoring.filter_pattern import FilterPattern, all_of, without
from prowler_cis_monitoring.foreign_text import shown
from prowler_cis_monitoring.records import dataclass

_RECENTLY = timedelta(days=1)
# Filters beside which the events of one are told apart, by every choice of those that match.
_MOST_BESIDE = 3
# Alarms that are followed on one filter's metric and on those of all filters; of like ones a few.
_MOST_WATCHING = 100
_MOST_WATCHING_ALL = 2000


def stems_of(trail: Trail, resources: AccountResources) -> Iterator[tuple[AlertPath, LogGroup | None]]:
    """Yield the beginning of a trail's paths, with the log group unless its metric filters are out of reach."""
    link = Link("trail", trail.name, trail.arn)
    start = AlertPath(
        (),
        account=resources.account,
        organization=trail.organization,
        from_organization_trail=trail.organization,
        recorded=recorded_events(trail.selectors),
        reach=events_in_reach(trail),
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


@dataclass(frozen=True, eq=False)
class Followed:
    """The paths through one metric filter, or to where no filter is known.

    Attributes:
        matched: the events that the filter matches; those of each path are among them.
        follow: follows them.
    """

    matched: FilterPattern
    follow: Callable[[], Iterable[AlertPath]]

    @cached_property
    def paths(self) -> tuple[AlertPath, ...]:
        """The paths, followed once."""
        return tuple(self.follow())


@dataclass(frozen=True)
class Follower:
    """Follows the paths of one account for one question.

    Attributes:
        sources: where the account's metrics come from.
        outcomes: what events do to its alarms.
        suspected: what they do if trails that were not read to the end record all that they may; None where all were.
    """

    sources: Sources
    outcomes: Outcomes
    suspected: Outcomes | None = None

    @property
    def resources(self) -> AccountResources:
        """The account."""
        return self.sources.resources

    def paths(self) -> Iterator[AlertPath]:
        """Yield every path."""
        for followed in self.by_filter():
            yield from followed.paths

    def by_filter(self) -> Iterator[Followed]:
        """Yield where every path begins; nothing is followed before its paths are asked for."""
        for trail in self.resources.trails:
            for stem, group in stems_of(trail, self.resources):
                if group is None:
                    yield Followed(stem.matched, partial(iter, (stem,)))
                    continue
                for feed in self.sources.feeds[group.arn]:
                    yield Followed(feed.matched, partial(self._from_filter, stem, feed))

    def _from_filter(self, stem: AlertPath, feed: Feed) -> Iterator[AlertPath]:
        name = feed.metric_filter.name
        metric = Link("metric", feed.published.metric)
        path = stem.then(
            Link("metric filter", name),
            *feed.published.remarks,
            *feed.unclear,
            matched=feed.matched,
            metric=metric.name,
            # Whom field selection criteria admit is judged for one account only.
            organization=stem.organization and not feed.metric_filter.field_selection,
        )
        alarms = self.resources.alarms.get(feed.published.scope)
        if isinstance(alarms, Unread):
            yield path.then(metric, unread_remark("metric", metric.name, alarms))
            return
        if feed.metric_filter.unread and self.sources.may_be_read(feed):
            yield path
            return
        read = [(source, self.sources.readers[source]) for source in self.sources.by_feed[feed]]
        followed = [(source, alarm) for source, readers in read for alarm in self.outcomes.few_alike(readers)]
        querying = [one for one in self._querying.get(feed.published.scope, ()) if _could_watch(one, feed.published)]
        if not followed and not querying:
            yield path.then(metric, remark("no-alarm", metric.name, nearest=self._nearest_alarm(feed.published)))
        most = min(_MOST_WATCHING, max(MOST_ALIKE, _MOST_WATCHING_ALL // self.sources.watched))
        for source, alarm in followed[:most]:
            yield from self._from_alarm(path, source, alarm)
        watching = self.sources.series_beyond(feed)
        if len(followed) > most and not watching:
            watching = f"{sum(len(readers) for _, readers in read)} alarms watch it"
        if watching:
            yield path.then(metric, remark("alarms-too-many", metric.name, watching=watching))
        for alarm in querying[:_MOST_WATCHING]:
            at_alarm = path.then(Link("alarm", alarm.name, alarm.arn), *self.outcomes.ring(alarm, frozenset()).remarks)
            yield from self._from_notifier(at_alarm, alarm)

    @cached_property
    def _querying(self) -> Mapping[Scope, list[MetricAlarm]]:
        """The alarms of which nobody can tell which metrics they read, by account and Region."""
        return {
            scope: [
                alarm
                for alarm in self.sources.alarms(scope).metric_alarms
                if not alarm.metric_name and opaque(alarm) is not None
            ]
            for scope in self.resources.alarms
        }

    def _nearest_alarm(self, published: Publication) -> str:
        """Say which alarm would watch the metric if one thing about it were different; those in use are left out."""
        told = []
        for scope in self.resources.alarms:
            for alarm in self.sources.alarms(scope).metric_alarms:
                if self.sources.of(alarm):
                    continue
                differences = near_miss(alarm, published)
                if len(differences) == 1:
                    other_name = differences[0].rule.slug == "alarm-other-metric-name"
                    told.append((other_name, shown(alarm.name), differences[0].sentence))
        return "; alarm {1}: {2}".format(*min(told)) if told else ""

    def _from_alarm(self, path: AlertPath, source: Source, alarm: MetricAlarm) -> Iterator[AlertPath]:
        link = Link("alarm", alarm.name, alarm.arn)
        suspected = self._suspected(source, alarm)
        for start, found in self._outcomes(path, source, alarm):
            outcome = found if suspected is None else _broken_in_both(found, suspected)
            ring = outcome.ring
            seen = source.narrowing
            reached = start.then(link, *seen.remarks, watched=seen.condition, delay=ring.delay)
            at_alarm = reached.then(None, *ring.remarks, *self._noise(source, alarm, ring.noise))
            if suspected is not None:
                unseen = tuple(self._noise_unseen(alarm))
                reached, at_alarm = (one.then(None, *unseen) for one in (reached, at_alarm))
            beside = tuple(self.sources.unread_beside(source, alarm, has_parents=bool(outcome.parents)))
            reached, at_alarm = reached.then(None, *beside), at_alarm.then(None, *beside)
            if outcome.own:
                yield from self._from_notifier(at_alarm, alarm, ring.rests)
            for parent in _few_alike_parents(outcome.parents):
                # What keeps the alarm silent does not matter to a parent that rings all the same.
                notes = [found for found in at_alarm.remarks if found.effect is Effect.NOTE]
                below = reached.then(None, *notes) if parent.rises and parent.delay is not None else at_alarm
                parent_link = Link("composite alarm", parent.alarm.name, parent.alarm.arn)
                at_parent = below.then(parent_link, *parent.remarks, delay=parent.delay)
                yield from self._from_notifier(at_parent, parent.alarm)

    def _noise_unseen(self, alarm: MetricAlarm) -> Iterator[Remark]:
        """Say that trails which were not read may keep an alarm on, by what hides them."""
        for account in self.sources.accounts_not_asked:
            yield remark("alarm-noise-foreign", alarm.name, account=account)
        if not self.sources.accounts_not_asked:
            yield remark("alarm-noise-unseen", alarm.name)

    def _suspected(self, source: Source, alarm: MetricAlarm) -> Outcome | None:
        """What everyday events that trails may record, though nobody knows, make of an outcome; None for the same."""
        if self.suspected is None:
            return None
        matched = frozenset([source])
        found = self.suspected.outcome(alarm, matched)
        return None if found.meaning == self.outcomes.outcome(alarm, matched).meaning else found

    def _outcomes(self, path: AlertPath, source: Source, alarm: MetricAlarm) -> Iterator[tuple[AlertPath, Outcome]]:
        """Say what the filter's events do to an alarm and its parents, apart where other filters that match decide."""
        alone = self.outcomes.outcome(alarm, frozenset([source]))
        beside = self.outcomes.beside(source, alarm)
        if not beside:
            # Filters that match all of its events take part in what is said of them.
            together = frozenset([source]) if alone.ring.certain else self.outcomes.together(source, alarm)
            yield path, self.outcomes.outcome(alarm, together)
            return
        if self.outcomes.left < 0:
            yield self._undecided(path, source, "filter-beside-many", beside), _nothing_known(alone.parents)
            return
        yield from self._apart(path, source, alarm, alone, beside)

    def _apart(
        self, path: AlertPath, source: Source, alarm: MetricAlarm, alone: Outcome, beside: Sequence[Source]
    ) -> Iterator[tuple[AlertPath, Outcome]]:
        """Say what the filter's events do, by which of the filters beside it match them too."""
        alike = {self.outcomes.kind(other): other for other in beside}.values()
        choices = [frozenset([source, other]) for other in alike] + [frozenset([source, *beside])]
        if len(beside) <= _MOST_BESIDE:
            choices = [frozenset([source, *_picked(beside, choice)]) for choice in _every_choice(len(beside))]
        outcomes = {choice: self.outcomes.outcome(alarm, choice) for choice in choices}
        own = any(outcome.ring_meaning != alone.ring_meaning for outcome in outcomes.values())
        sure = {
            place
            for place, parent in enumerate(alone.parents)
            if all(meaning_of(outcome.parents[place]) == meaning_of(parent) for outcome in outcomes.values())
        }
        if not own:
            yield path, replace(alone, parents=tuple(alone.parents[place] for place in sorted(sure)))

        def open_parents(outcome: Outcome) -> tuple[Parent, ...]:
            return tuple(parent for place, parent in enumerate(outcome.parents) if own or place not in sure)

        doubtful = [other for other in beside if other.doubtful or self._may_hear(source, other)]
        if doubtful or len(beside) > _MOST_BESIDE:
            slug = "filter-beside-doubtful" if doubtful else "filter-beside-many"
            unseen = self._undecided(path, source, slug, doubtful or beside)
            yield unseen, _nothing_known(open_parents(alone), own=own)
            return
        for choice in _every_choice(len(beside)):
            matching = _picked(beside, choice)
            outcome = outcomes[frozenset([source, *matching])]
            silent = [other for other in beside if other not in matching]
            among = self._among(path, source, matching, silent)
            if self.outcomes.may_happen(among.matched):
                yield among, Outcome(outcome.ring, open_parents(outcome), own)

    @staticmethod
    def _undecided(path: AlertPath, source: Source, slug: str, others: Iterable[Source]) -> AlertPath:
        """Return the path of events of which it is not decided what they do beside other filters."""
        filters = listed(sorted({other.name for other in others}))
        return path.then(None, remark(slug, source.name, filters=filters))

    def _among(
        self, path: AlertPath, source: Source, matching: Sequence[Source], silent: Sequence[Source]
    ) -> AlertPath:
        """Return the path of the events that some other filters match too and others do not."""
        matched = without(
            all_of(path.matched, *(self.sources.events_beside(source, other) for other in matching)),
            *(self.sources.events_beside(source, other) for other in silent),
        )
        also = [f"{shown(one.name)} matches too" for one in matching]
        also += [f"{shown(one.name)} leaves out" for one in silent]
        said = remark("filter-beside-others", source.name, others=joined(also))
        return path.then(None, said, matched=matched)

    def _may_hear(self, source: Source, other: Source) -> bool:
        """Whether nobody knows that another source's log group takes in the events of a source in another group."""
        group = other.published.log_group
        return group != source.published.log_group and self.sources.may_arrive(group)

    def _noise(self, source: Source, alarm: MetricAlarm, noise: frozenset[int]) -> Iterator[Remark]:
        """Say which filters everyday events make publish so that the alarm is always on."""
        read = self.sources.of(alarm)
        # An alarm may read several series of one filter, of which everyday events feed another.
        if everyday := self.sources.everyday_of(noise, (one for one in read if one.feed is source.feed)):
            yield remark("filter-everyday", source.name, everyday=joined(everyday))
        for other in read:
            if other.feed is not source.feed and id(other.published) in noise:
                yield remark("alarm-fed-by-noise", alarm.name, filter=other.name)

    @cached_property
    def _judged(self) -> dict[tuple[str, frozenset[str]], tuple[ActionJudgement, ...]]:
        return {}

    def _actions(self, alarm: MetricAlarm | CompositeAlarm, rests: frozenset[str]) -> tuple[ActionJudgement, ...]:
        """Return what an alarm's actions come to, whichever trail and filter lead to it."""
        key = (alarm.arn, rests)
        if key not in self._judged:
            self._judged[key] = judge_actions(alarm, self.resources.topics, rests)
        return self._judged[key]

    def _from_notifier(
        self, path: AlertPath, alarm: MetricAlarm | CompositeAlarm, rests: frozenset[str] = frozenset()
    ) -> Iterator[AlertPath]:
        for action in self._actions(alarm, rests):
            link = Link("topic", action.topic, action.arn) if action.topic else None
            failed = _failed_actions(alarm, action.arn, self.resources.read_at)
            yield path.then(link, *failed, *action.remarks, hears=action.reached)


def _nothing_known(parents: Iterable[Parent], *, own: bool = True) -> Outcome:
    """Return the outcome of events of which only the remark on their path tells something."""
    return Outcome(Ring(None, latches=False, remarks=()), tuple(replace(one, remarks=()) for one in parents), own)


def _broken_in_both(outcome: Outcome, suspected: Outcome) -> Outcome:
    """Return an outcome without what breaks it only if trails that were not read record nothing."""
    ring = outcome.ring
    if not suspected.ring.noise:
        ring = replace(ring, remarks=_certain(ring.remarks, suspected.ring.remarks))
    perhaps = {parent.alarm.arn: parent.remarks for parent in suspected.parents}
    parents = (replace(one, remarks=_certain(one.remarks, perhaps.get(one.alarm.arn, ()))) for one in outcome.parents)
    return replace(outcome, ring=ring, parents=tuple(parents))


def _certain(remarks: Sequence[Remark], perhaps: Sequence[Remark]) -> tuple[Remark, ...]:
    broken = any(found.effect is Effect.BROKEN for found in perhaps)
    return tuple(found for found in remarks if broken or found.effect is not Effect.BROKEN)


def _every_choice(size: int) -> Iterator[tuple[bool, ...]]:
    yield from product((False, True), repeat=size)


def _picked(sources: Sequence[Source], choice: Sequence[bool]) -> list[Source]:
    return [source for source, taken in zip(sources, choice, strict=True) if taken]


def _few_alike_parents(parents: Sequence[Parent]) -> Iterator[Parent]:
    """Leave out composite alarms that several others stand for: as live or as broken, with the same actions."""
    counts: dict[object, int] = {}
    for parent in parents:
        alarm = parent.alarm
        slugs = tuple(found.rule.slug for found in parent.remarks)
        key = (slugs, alarm.alarm_actions, alarm.actions_enabled, isinstance(alarm.history, tuple) and alarm.history)
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= MOST_ALIKE:
            yield parent


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
    expressions = [query.expression for query in alarm.queries if query.expression]
    return not alarm.queries or any(published.name in expression for expression in expressions)
