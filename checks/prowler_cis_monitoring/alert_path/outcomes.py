"""What one event does to alarms, given which filters match it; and when it matters which others match it too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from itertools import product

from prowler_cis_monitoring.alert_path.accounts import may_match
from prowler_cis_monitoring.alert_path.activity import Surroundings, World
from prowler_cis_monitoring.alert_path.alarm import Ring, changed_lately, judged
from prowler_cis_monitoring.alert_path.allowance import UNITS_OF_PAIRS
from prowler_cis_monitoring.alert_path.composite_alarm import Motion, Parent, too_hard
from prowler_cis_monitoring.alert_path.evaluation import ALARM
from prowler_cis_monitoring.alert_path.graph import AlarmGraph
from prowler_cis_monitoring.alert_path.languages import metric_math
from prowler_cis_monitoring.alert_path.obstacles import obstacles
from prowler_cis_monitoring.alert_path.reading import MOST_CHARACTERS, Reading
from prowler_cis_monitoring.alert_path.resources import MetricAlarm, Scope
from prowler_cis_monitoring.alert_path.rules import Effect, Remark
from prowler_cis_monitoring.alert_path.sources import Source, Sources
from prowler_cis_monitoring.alert_path.timeline import UNKNOWN, Timeline
from prowler_cis_monitoring.alert_path.trail import EVERY_EVENT
from prowler_cis_monitoring.filter_pattern import FilterPattern, all_of, without
from prowler_cis_monitoring.filter_pattern.work import Work
from prowler_cis_monitoring.records import dataclass

Matched = frozenset[Source]
_Likeness = frozenset[tuple[object, int]]

MOST_ALIKE = 3
"""Alarms that differ in their name only and are followed (count)."""
# Pairs of filters of which it is asked whether one event matches both; beyond them it is taken for possible.
_MOST_PAIRS = 3000
# Log groups in which not every event arrives, and pairs of a filter and one of them, of which it is asked whether all
# events of the filter come there too; beyond them it is not taken for certain.
_MOST_LIMITED = 20
_MOST_REACHED = 3000
# Outcomes for which it is looked at whether other filters that match the same event make a difference.
_MOST_OUTCOMES = 3000
# Series that are followed to see how an event moves the alarms that composite alarms decide by, counted for each such
# alarm and each set of filters that one event matches; beyond them nobody knows how those alarms move.
_MOST_READ = 20_000
# Judgements of composite alarms, one for each alarm beneath and each set of filters that one event matches.
_MOST_JUDGED = 2_000
# An outcome counts for one more for each so many series that its alarm reads.
_SERIES_OF_A_STEP = 10
# Characters of long expressions that are computed, counted for each alarm and each set of filters that one event
# matches; beyond them nobody knows what long expressions amount to. Those that people write are short.
_MOST_CHARACTERS = 200_000
_SHORT = 300
# Choices of filters that match an event together; beyond them only the extremes are looked at.
_MOST_CHOICES = 64
# Seconds that an alarm is in ALARM which is only supposed to ring.
_WHILE = 900


@dataclass(frozen=True)
class Outcome:
    """What an event does to an alarm and to its parents.

    Attributes:
        ring: what it does to the alarm.
        parents: what it does to the composite alarms above it.
        own: whether the alarm's own actions are meant too, not only those of its parents.
    """

    ring: Ring
    parents: tuple[Parent, ...]
    own: bool = True

    @property
    def ring_meaning(self) -> object:
        """What happens to the alarm, as far as it matters to whoever is to be told."""
        if self.ring.certain:
            return self.ring.delay
        return _effects(self.ring.remarks), bool(self.ring.noise)

    @property
    def meaning(self) -> object:
        """What happens to the alarm and to its parents."""
        return self.ring_meaning, [meaning_of(parent) for parent in self.parents]


def meaning_of(parent: Parent) -> object:
    """Return what happens to a composite alarm, as far as it matters to whoever is to be told."""
    return parent.alarm.name, _effects(parent.remarks)


def _effects(remarks: Iterable[Remark]) -> frozenset[tuple[Effect, str]]:
    """What remarks do to a path; never and not always are told apart."""
    return frozenset((found.effect, found.opening) for found in remarks)


@dataclass
class Outcomes:
    """The outcomes of an account's events; what is equal for several filters, alarms or parents is decided once.

    Attributes:
        sources: where the account's metrics come from.
        surroundings: what goes on in its log groups besides.
        events: how many events, within the delay limit, may pass before an alarm rings (count).
        delay_limit: how long an alarm may take to ring (seconds).
    """

    sources: Sources
    surroundings: Surroundings
    events: int
    delay_limit: int
    left: int = field(default=_MOST_OUTCOMES, init=False, repr=False)
    _judged: int = field(default=0, init=False, repr=False)
    _read: int = field(default=0, init=False, repr=False)
    _computed: int = field(default=0, init=False, repr=False)
    _graphs: dict[Scope, AlarmGraph] = field(default_factory=dict, init=False, repr=False)
    _rings: dict[tuple[str, _Likeness], Ring] = field(default_factory=dict, init=False, repr=False)
    _lines: dict[tuple[str, _Likeness], Sequence[Timeline] | None] = field(default_factory=dict, init=False, repr=False)
    _motions: dict[tuple[Scope, _Likeness, str], Motion] = field(default_factory=dict, init=False, repr=False)
    _worlds: dict[Scope, tuple[World, ...]] = field(default_factory=dict, init=False, repr=False)
    _dataless: dict[Scope, Mapping[str, str]] = field(default_factory=dict, init=False, repr=False)
    _work: Work = field(default_factory=lambda: Work(UNITS_OF_PAIRS), init=False, repr=False)
    _few: dict[int, Sequence[MetricAlarm]] = field(default_factory=dict, init=False, repr=False)
    _kinds: dict[Source, int] = field(default_factory=dict, init=False, repr=False)
    _kinds_by_likeness: dict[object, int] = field(default_factory=dict, init=False, repr=False)
    _pairs: dict[tuple[Source, Source], bool] = field(default_factory=dict, init=False, repr=False)
    _reached: dict[tuple[Source, str], bool] = field(default_factory=dict, init=False, repr=False)
    _delivered: dict[Source, int] = field(default_factory=dict, init=False, repr=False)
    _outcomes: dict[tuple[str, _Likeness], Outcome] = field(default_factory=dict, init=False, repr=False)
    _concerned: dict[str, tuple[Source, ...]] = field(default_factory=dict, init=False, repr=False)

    def outcome(self, alarm: MetricAlarm, matched: Matched) -> Outcome:
        """Return what an event does that exactly these filters match."""
        concerned = self._concerning(alarm)
        read = matched.intersection(concerned) | matched.intersection(self.sources.of(alarm))
        key = (alarm.arn, self._likeness(read))
        if key not in self._outcomes:
            self.left -= 1 + len(self.sources.of(alarm)) // _SERIES_OF_A_STEP
            ring = self.ring(alarm, matched)
            self._outcomes[key] = Outcome(ring, self._parents(alarm, ring, matched))
        return self._outcomes[key]

    def ring(self, alarm: MetricAlarm, matched: Matched) -> Ring:
        """Return what an event does to an alarm that exactly these filters match."""
        key = (alarm.arn, self._likeness(matched))
        if key not in self._rings:
            reading = self._reading(alarm, matched)
            read_at = self.sources.resources.read_at
            self._rings[key] = judged(reading, self.surroundings, self.delay_limit, read_at)
        return self._rings[key]

    def _reading(self, alarm: MetricAlarm, matched: Matched) -> Reading:
        read = [source for source in self.sources.of(alarm) if not source.mute or source in matched]
        reading = Reading(
            alarm,
            tuple(source.published for source in read),
            frozenset(id(source.published) for source in matched),
            self.events,
            self._taking_in(alarm, matched),
            max(map(self._copies, matched), default=1),
        )
        if reading.characters <= _SHORT:
            return reading
        self._computed += min(reading.characters, MOST_CHARACTERS)
        return reading if self._computed <= _MOST_CHARACTERS else replace(reading, affordable=False)

    def _taking_in(self, alarm: MetricAlarm, matched: Matched) -> frozenset[str]:
        """The log groups that an event which these filters match certainly reaches, as far as the alarm cares."""
        groups = {source.published.log_group for source in matched}
        caring = {one.published.log_group for one in self.sources.of(alarm) if one.published.default is not None}
        return frozenset(groups).union(
            group for group in caring - groups if any(self._reaches(source, group) for source in matched)
        )

    @cached_property
    def _certain(self) -> Mapping[str, FilterPattern]:
        """What certainly arrives in the log groups where an event counts though no filter matches it, by their ARN."""
        read = (source.published for sources in self.sources.by_feed.values() for source in sources)
        groups = sorted({published.log_group for published in read if published.default is not None})
        arriving = {group: self.sources.arriving(group) for group in groups if not self.sources.may_arrive(group)}
        return {group: events for group, events in arriving.items() if events is not None}

    @cached_property
    def _limited(self) -> tuple[str, ...]:
        """Those of them in which not every event arrives, as many as are looked at."""
        return tuple(group for group, events in self._certain.items() if events != EVERY_EVENT)[:_MOST_LIMITED]

    def _reaches(self, source: Source, group: str) -> bool:
        """Whether each event of a source certainly comes into a log group of another trail, too."""
        if group not in self._limited:
            return self._certain.get(group) == EVERY_EVENT
        key = (source, group)
        if key not in self._reached:
            asked = len(self._reached) < _MOST_REACHED
            self._reached[key] = asked and not self.may_happen(without(source.events, self._certain[group]))
        return self._reached[key]

    def _copies(self, source: Source) -> int:
        """How many trails may deliver the same event of a source to its log group (count)."""
        if source not in self._delivered:
            recorded = self.sources.recorded.get(source.published.log_group, ())
            limited = [one for one in recorded if one != EVERY_EVENT]
            together = not limited or (len(recorded) > 1 and self.may_happen(all_of(source.events, *limited)))
            self._delivered[source] = len(recorded) if together else max(1, len(recorded) - len(limited))
        return self._delivered[source]

    def _likeness(self, matched: Iterable[Source]) -> _Likeness:
        counts: dict[object, int] = {}
        for source in matched:
            kind = self.kind(source)
            counts[kind] = counts.get(kind, 0) + 1
        return frozenset(counts.items())

    def kind(self, source: Source) -> int:
        """Return a number that equal sources share, whose events also count in the same log groups."""
        if source not in self._kinds:
            others = (group for group in self._limited if group != source.published.log_group)
            reached = frozenset(group for group in others if self._reaches(source, group))
            likeness = source.likeness, reached, self._copies(source)
            self._kinds[source] = self._kinds_by_likeness.setdefault(likeness, len(self._kinds_by_likeness))
        return self._kinds[source]

    def few_alike(self, alarms: tuple[MetricAlarm, ...]) -> Sequence[MetricAlarm]:
        """Leave out the readers of a series that differ from several others in their name only."""
        if id(alarms) not in self._few:
            counts: dict[bytes, int] = {}
            found = []
            for alarm in alarms:
                if self.graph(alarm).parents(alarm.name):
                    found.append(alarm)
                    continue
                looks = self.sources.looks(alarm)
                counts[looks] = counts.get(looks, 0) + 1
                if counts[looks] <= MOST_ALIKE:
                    found.append(alarm)
            self._few[id(alarms)] = found
        return self._few[id(alarms)]

    # --- composite alarms ------------------------------------------------------------------------------------------

    def graph(self, alarm: MetricAlarm) -> AlarmGraph:
        """Return the alarms among which an alarm stands."""
        scope = Scope.model_construct(account=alarm.account, region=alarm.region)
        if scope not in self._graphs:
            self._graphs[scope] = AlarmGraph(self.sources.alarms(scope))
        return self._graphs[scope]

    def _parents(self, alarm: MetricAlarm, ring: Ring, matched: Matched) -> tuple[Parent, ...]:
        graph = self.graph(alarm)
        above = list(graph.above(alarm.name).via)
        if not above:
            return ()
        self._judged += len(above)
        if self._judged > _MOST_JUDGED:
            return (too_hard(graph.composites[above[0]]),)
        real = self._motion(alarm, matched, "").parents(alarm.name)
        if ring.certain:
            return real
        # What would still stand in the way if the alarm rang is told besides why it does not.
        supposed = self._motion(alarm, matched, alarm.name).parents(alarm.name)
        told = (replace(other, delay=None) for other in supposed)
        return tuple(one if one.rises else other for one, other in zip(real, told, strict=True))

    def _motion(self, alarm: MetricAlarm, matched: Matched, supposed: str) -> Motion:
        scope = Scope.model_construct(account=alarm.account, region=alarm.region)
        key = (scope, self._likeness(matched), supposed)
        if key not in self._motions:
            graph = self.graph(alarm)
            worlds = self._worlds_of(scope, graph)
            heeded = (one for one in graph.alarms.metric_alarms if one.name in graph.heeded)
            lines = {one.name: self._moved(one, matched, worlds) for one in heeded if self.sources.of(one)}
            moves = {name: found for name, found in lines.items() if found is not None}
            # Nobody follows what a query finds in the event.
            moves |= {one.name: [UNKNOWN] * len(worlds) for one in graph.alarms.log_alarms if one.name in graph.heeded}
            if supposed:
                rests = [line.rest if line.rest not in (None, ALARM) else "OK" for line in moves.get(supposed, ())]
                moves[supposed] = [Timeline(r, ((0, ALARM), (_WHILE, r))) for r in rests or ["OK"] * len(worlds)]
            idles = [world.idle for world in worlds]
            read_at = self.sources.resources.read_at
            self._motions[key] = Motion(
                graph, moves, idles, self.delay_limit, read_at, self._without_data(scope, graph)
            )
        return self._motions[key]

    def _moved(self, alarm: MetricAlarm, matched: Matched, worlds: Sequence[World]) -> Sequence[Timeline] | None:
        self._read += len(self.sources.of(alarm))
        if self._read > _MOST_READ:
            return [UNKNOWN] * len(worlds)
        return self._timelines(alarm, matched, worlds)

    def _worlds_of(self, scope: Scope, graph: AlarmGraph) -> tuple[World, ...]:
        if scope not in self._worlds:
            heeded = (one for one in graph.alarms.metric_alarms if one.name in graph.heeded)
            publications = (source.published for one in heeded for source in self.sources.of(one))
            self._worlds[scope] = self.surroundings.concerning(publications)
        return self._worlds[scope]

    def _without_data(self, scope: Scope, graph: AlarmGraph) -> Mapping[str, str]:
        """The states that alarms which no filter feeds come to without data; settled ones are left out."""
        if scope not in self._dataless:
            read_at = self.sources.resources.read_at
            unfed = [
                one
                for one in graph.alarms.metric_alarms
                if one.name in graph.heeded and changed_lately(one, read_at) and not self.sources.of(one)
            ]
            found = {one.name: _timelines(self._reading(one, frozenset()), [World(idle=one.state)]) for one in unfed}
            self._dataless[scope] = {name: lines[0].rest for name, lines in found.items() if lines and lines[0].rest}
        return self._dataless[scope]

    def _timelines(self, alarm: MetricAlarm, matched: Matched, worlds: Sequence[World]) -> Sequence[Timeline] | None:
        """The states of an alarm in each world; None when it is not known to move with the filters."""
        concerned = matched.intersection(self.sources.of(alarm))
        besides = (("in", group, 0) for group in self._taking_in(alarm, matched))
        key = (alarm.arn, self._likeness(concerned) | frozenset((tuple(one), 1) for one in besides))
        if key not in self._lines:
            self._lines[key] = _timelines(self._reading(alarm, matched), worlds)
        return self._lines[key]

    # --- filters that match the same event -------------------------------------------------------------------------

    def beside(self, source: Source, alarm: MetricAlarm) -> tuple[Source, ...]:
        """Return the sources that may match the same event and make a difference to the alarm or to its parents."""
        pool = [other for other in self._concerning(alarm) if other is not source and self._coincide(source, other)]
        alike: dict[object, list[Source]] = {}
        for other in pool:
            alike.setdefault(self.kind(other), []).append(other)
        groups = list(alike.values())
        if self.left < 0:
            return tuple(pool)
        meanings = {}
        for counts in _choices([len(group) for group in groups]):
            meanings[counts] = self.outcome(alarm, frozenset([source, *_chosen(groups, counts)])).meaning
            if self.left < 0:
                return tuple(pool)
        alone = meanings[(0,) * len(groups)]
        if all(meaning == alone for meaning in meanings.values()):
            return ()
        mattering = [place for place in range(len(groups)) if _matters(place, meanings)]
        return tuple(other for place in mattering for other in groups[place])

    def together(self, source: Source, alarm: MetricAlarm) -> Matched:
        """Return the source with all others that make a difference to the alarm and publish each of its events too."""
        others = (other for other in self.sources.of(alarm) if other is not source and self._coincide(source, other))
        return frozenset([source, *(other for other in others if self._always(source, other))])

    def _always(self, source: Source, other: Source) -> bool:
        """Whether each event of a source is certainly published to another one."""
        if other.mute or other.doubtful or self.sources.may_arrive(other.published.log_group):
            return False
        return not self.may_happen(without(source.events, self.sources.events_beside(source, other)))

    def may_happen(self, events: FilterPattern) -> bool:
        """Whether any record of CloudTrail may be among `events`."""
        return may_match(events, EVERY_EVENT, self._work)

    def _concerning(self, alarm: MetricAlarm) -> tuple[Source, ...]:
        """The sources that feed an alarm, or one by which a composite alarm above it decides."""
        if alarm.arn not in self._concerned:
            graph = self.graph(alarm)
            above = graph.above(alarm.name).via
            suppressors = {graph.name_of(s) for name in above if (s := graph.composites[name].suppressor)}
            names = suppressors.union(*(graph.beneath(name) for name in (*above, *suppressors)))
            others = (one for one in graph.alarms.metric_alarms if one.name in names and one.name != alarm.name)
            found = {source: None for one in (alarm, *others) for source in self.sources.of(one) if not source.mute}
            self._concerned[alarm.arn] = tuple(found)
        return self._concerned[alarm.arn]

    def _coincide(self, one: Source, other: Source) -> bool:
        """Whether one event may be published to both series."""
        if one.feed is other.feed:
            return False
        pair = (one, other) if id(one) < id(other) else (other, one)
        if pair not in self._pairs:
            self._pairs[pair] = len(self._pairs) >= _MOST_PAIRS or self._overlap(one, other)
        return self._pairs[pair]

    def _overlap(self, one: Source, other: Source) -> bool:
        groups = {one.published.log_group, other.published.log_group}
        arriving = [self.sources.arriving(group) for group in groups] if len(groups) > 1 else []
        if None in arriving:
            return False
        narrowed = [one.events, *(pattern for pattern in arriving if pattern is not None)]
        return may_match(all_of(*narrowed) if len(narrowed) > 1 else one.events, other.events, self._work)


def _timelines(reading: Reading, worlds: Sequence[World]) -> Sequence[Timeline] | None:
    if reading.alarm.evaluation_state == "EVALUATION_ERROR":
        return None  # It stays as it is.
    found = list(obstacles(reading))
    if any(one.effect is Effect.UNSEEN for one in found):
        return [UNKNOWN] * len(worlds) if reading.fed else None
    if any(one.rule.slug.startswith("alarm-percentile") for one in found):
        return None
    try:
        lines = [reading.timelines(worlds, assumption) for assumption in reading.assumptions]
    except metric_math.Unanalysed:
        return [UNKNOWN] * len(worlds) if reading.fed else None
    if all(line == lines[0] for line in lines) or not reading.fed:
        return lines[0]
    return [UNKNOWN] * len(worlds)


def _choices(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield how many of each group match an event: every choice, or where there are too many none, all and each."""
    total = 1
    for size in sizes:
        total *= size + 1
    if total <= _MOST_CHOICES:
        yield from product(*(range(size + 1) for size in sizes))
        return
    none, all_of_them = (0,) * len(sizes), tuple(sizes)
    yield none
    yield all_of_them
    for place, size in enumerate(sizes[:_MOST_CHOICES]):
        for count in {1, size}:
            yield (*none[:place], count, *none[place + 1 :])
            yield (*all_of_them[:place], size - count, *all_of_them[place + 1 :])


def _chosen(groups: Sequence[Sequence[Source]], counts: Sequence[int]) -> Iterator[Source]:
    for group, count in zip(groups, counts, strict=True):
        yield from group[:count]


def _matters(place: int, meanings: dict[tuple[int, ...], object]) -> bool:
    """Whether two choices that differ in one group only differ in what they mean."""
    seen: dict[tuple[int, ...], object] = {}
    for counts, meaning in meanings.items():
        rest = (*counts[:place], *counts[place + 1 :])
        if seen.setdefault(rest, meaning) != meaning:
            return True
    return False
