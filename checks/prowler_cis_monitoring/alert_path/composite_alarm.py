"""Which composite alarms take their actions when an event moves the alarms beneath them?

All alarms that the event moves go through their states together, in each world that may be (see `activity`). The
others are taken as they rest, and as they are now. A composite alarm counts only when it goes into ALARM every time
and its actions are not suppressed for good; otherwise the remark names the alarm that stands in the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from prowler_cis_monitoring.alert_path.alarm import stays_in_alarm
from prowler_cis_monitoring.alert_path.evaluation import ALARM, INSUFFICIENT_DATA, OK
from prowler_cis_monitoring.alert_path.graph import AlarmGraph, TooHardError, Truth
from prowler_cis_monitoring.alert_path.rules import Effect, Remark, joined, listed, remark, unread_remark
from prowler_cis_monitoring.alert_path.timeline import UNKNOWN, Timeline
from prowler_cis_monitoring.foreign_text import shown
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from prowler_cis_monitoring.alert_path.resources import CompositeAlarm

# Alarms of which each is tried in another state, to name the one that stands in the way.
_MOST_TRIED = 200
_ALWAYS_ON = Timeline(ALARM)


@dataclass(frozen=True)
class Parent:
    """A composite alarm that depends on the child, directly or through others.

    Attributes:
        alarm: the composite alarm.
        via: names of the alarms between the child and this one, nearest to the child first.
        remarks: why it does not go into ALARM with the child, why its actions are suppressed, or why nobody can know;
            whether it has actions and whom they tell is not looked at.
        delay: seconds from the event's datapoint until its actions are taken; None when they are not.
    """

    alarm: CompositeAlarm
    via: tuple[str, ...]
    remarks: tuple[Remark, ...]
    delay: int | None = None

    @property
    def rises(self) -> bool:
        """Whether the parent goes into ALARM and its actions are taken."""
        return all(found.effect is Effect.NOTE for found in self.remarks)


class _Others(Enum):
    """In which state the alarms are taken that the event does not move."""

    AT_REST = "at rest"
    CALM = "as now, but not in ALARM"
    NOW = "as now"
    WITHOUT_DATA = "at rest, but unfed ones that changed lately have no data"


@dataclass(frozen=True)
class _Supposition:
    """A column of moments: a world, what is supposed of other alarms, and one alarm that is taken otherwise."""

    world: int
    others: _Others
    tried: tuple[str, str] | None = None


class _Fate(Enum):
    RISES = "rises"
    ON = "in ALARM before"
    SILENT = "never in ALARM"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class _Told:
    """When a composite alarm's actions are taken: a second, or why they are not."""

    second: int | None
    reason: str = ""


def too_hard(alarm: CompositeAlarm) -> Parent:
    """Return that a composite alarm is not judged, because the account has too many."""
    return Parent(alarm, (), (remark("composite-too-hard", alarm.name),), None)


@dataclass(frozen=True, eq=False)
class Motion:
    """What one event does to the alarms of a graph.

    Attributes:
        graph: the alarms.
        moves: for the alarms that filters feed, by name, their timeline in each world; `UNKNOWN` where nobody knows.
        idles: for each world the state of alarms that nothing moves; worlds that differ in it only are alternatives of
            which one is true, all others happen at times.
        delay_limit: seconds that may pass until somebody is told.
        read_at: when the alarms were read.
        without_data: for alarms that no filter feeds and that have changed their state lately, by name: the state that
            they come to if their metric has no data.
    """

    graph: AlarmGraph
    moves: Mapping[str, Sequence[Timeline]]
    idles: Sequence[str] = (OK,)
    delay_limit: int = 3600
    read_at: datetime | None = None
    without_data: Mapping[str, str] = field(default_factory=dict)

    def parents(self, child: str) -> tuple[Parent, ...]:
        """Judge every composite alarm that depends on an alarm, nearest first; one may stand for too many."""
        above = self.graph.above(child)
        judged = [self.judge(name, child, via) for name, via in above.via.items()]
        if above.further is not None:
            judged.append(too_hard(self.graph.composites[above.further]))
        return tuple(judged)

    def judge(self, name: str, child: str, via: tuple[str, ...] = ()) -> Parent:
        """Judge one composite alarm that depends on `child`.

        Source: CloudWatch API, PutCompositeAlarm; CloudWatch User Guide, "Composite alarms".
        """
        alarm = self.graph.composites[name]
        try:
            remarks, delay = self._judged(alarm, child)
        except TooHardError:
            remarks, delay = [remark("composite-too-hard", name)], None
        notes = tuple(self._notes(alarm))
        return Parent(alarm, via, (*remarks, *notes), delay)

    def _notes(self, alarm: CompositeAlarm) -> Iterator[Remark]:
        if stays_in_alarm(alarm, self.read_at):
            yield remark("composite-in-alarm-long", alarm.name, since=alarm.state_transitioned)
        elif alarm.state == ALARM and alarm.state_transitioned is not None:
            yield remark("composite-in-alarm-now", alarm.name)

    # --- suppositions and moments ----------------------------------------------------------------------------------

    @cached_property
    def _seconds(self) -> tuple[int, ...]:
        """When anything changes; the first moment of a column is the one before the event."""
        return tuple(sorted({s for lines in self.moves.values() for line in lines for s, _ in line.steps}))

    @cached_property
    def _moved(self) -> frozenset[str]:
        return frozenset(
            name for name, lines in self.moves.items() if any(one.steps or one.rest is None for one in lines)
        )

    @cached_property
    def _suppositions(self) -> tuple[_Supposition, ...]:
        found: dict[object, _Supposition] = {}
        worlds = list(zip(*self.moves.values(), strict=True)) or [()] * len(self.idles)
        for world, (idle, lines) in enumerate(zip(self.idles, worlds, strict=True)):
            found.setdefault((idle if len(set(self.idles)) > 1 else OK, lines), _Supposition(world, _Others.AT_REST))
        at_rest = tuple(found.values())
        differing = [others for others in (_Others.CALM, _Others.NOW, _Others.WITHOUT_DATA) if self._differs(others)]
        return (*at_rest, *(_Supposition(one.world, others) for others in differing for one in at_rest))

    def _differs(self, others: _Others) -> bool:
        return any(
            self._timeline(name, _Supposition(world, others))
            != self._timeline(name, _Supposition(world, _Others.AT_REST))
            for name in self.graph.heeded
            for world in range(len(self.idles))
        )

    def _timeline(self, name: str, supposition: _Supposition) -> Timeline:
        if supposition.tried is not None and supposition.tried[0] == name:
            return Timeline(supposition.tried[1])
        alarm = self.graph.known.get(name)
        if alarm is None or alarm.unread:
            return UNKNOWN
        if supposition.others is _Others.WITHOUT_DATA and name in self.without_data:
            return Timeline(self.without_data[name])
        now = supposition.others is _Others.NOW
        if name in self.moves:
            return Timeline(alarm.state) if now and name not in self._moved else self.moves[name][supposition.world]
        if now or (supposition.others is _Others.CALM and alarm.state != ALARM):
            return Timeline(alarm.state)
        since = alarm.state_transitioned
        settled = since is not None and self.read_at is not None and (self.read_at - since).days >= 1
        return Timeline(alarm.state if settled else OK)

    def _truths(self, names: Iterable[str], columns: Sequence[_Supposition]) -> dict[str, Truth]:
        size = len(self._seconds) + 1
        masks = self._known_masks if columns is self._suppositions else {}

        def leaf(state: str, name: str) -> Truth:
            if name not in masks:
                masks[name] = self._masks(name, columns, size)
            states, unknown = masks[name]
            certain = states.get(state, 0)
            return Truth(certain, certain | unknown)

        return self.graph.truths(names, leaf, size * len(columns))

    def _masks(self, name: str, columns: Sequence[_Supposition], size: int) -> tuple[dict[str, int], int]:
        """The moments in which an alarm is in each state, and those in which nobody knows its state."""
        states: dict[str | None, int] = {}
        bits: dict[Timeline, dict[str | None, int]] = {}
        for place, column in enumerate(columns):
            line = self._timeline(name, column)
            if line not in bits:
                bits[line] = self._bits(line)
            for state, mask in bits[line].items():
                states[state] = states.get(state, 0) | mask << place * size
        unknown = states.pop(None, 0)
        return {str(state): mask for state, mask in states.items()}, unknown

    def _bits(self, line: Timeline) -> dict[str | None, int]:
        if not line.steps:
            return {line.rest: (1 << len(self._seconds) + 1) - 1}
        found: dict[str | None, int] = {line.rest: 1}
        for place, second in enumerate(self._seconds, 1):
            state = line.at(second)
            found[state] = found.get(state, 0) | 1 << place
        return found

    @cached_property
    def _triable(self) -> dict[_Supposition, frozenset[str]]:
        """The alarms whose state may be supposed to be another: those that the event does not move, or that are on."""
        return {}

    @cached_property
    def _known_masks(self) -> dict[str, tuple[dict[str, int], int]]:
        return {}

    @cached_property
    def _known_truths(self) -> dict[str, Truth]:
        return {}

    def _truth(self, name: str) -> Truth:
        """When a composite alarm is in ALARM, in all suppositions; what is computed for one is kept for the others."""
        if name not in self._known_truths:
            self._known_truths.update(self._truths([name], self._suppositions))
        return self._known_truths[name]

    def _columns(self, truth: Truth) -> list[tuple[int, int]]:
        """The truth in each supposition: bits for certain and as far as anybody knows, the first before the event."""
        size = len(self._seconds) + 1
        ones = (1 << size) - 1
        return [
            (truth.certain >> place * size & ones, truth.possible >> place * size & ones)
            for place in range(len(self._suppositions))
        ]

    # --- judgement -------------------------------------------------------------------------------------------------

    def _judged(self, alarm: CompositeAlarm, child: str) -> tuple[list[Remark], int | None]:
        name = alarm.name
        if alarm.unread:
            return [unread_remark("composite alarm", name, alarm.unread)], None
        rule = self.graph.rules[name]
        if rule.rule is None:
            return [remark("composite-rule-unreadable", name, rule=alarm.rule, error=rule.error)], None
        if name in self.graph.cyclic:
            return [remark("composite-cycle", name)], None
        columns = self._columns(self._truth(name))
        fates = dict(zip(self._suppositions, map(_fate, columns), strict=True))
        if found := self._not_rising(alarm, child, fates):
            broken = found.effect is Effect.BROKEN
            return [replace(found, at_times=broken and self._is_told_at_times(alarm, columns))], None
        return self._acting(alarm, columns)

    def _not_rising(self, alarm: CompositeAlarm, child: str, fates: Mapping[_Supposition, _Fate]) -> Remark | None:
        """Why the composite alarm does not go into ALARM in every supposition; None when it does."""
        values = {"rule": alarm.rule, "child": child}
        at_rest = [one for one in fates if one.others is _Others.AT_REST]
        failing = [one for one in at_rest if fates[one] is not _Fate.RISES]
        now = [one for one in fates if one.others is _Others.NOW and fates[one] is not _Fate.RISES]
        unknown = [one for one in fates if fates[one] is _Fate.UNKNOWN]
        lately = _against({one: _Fate.SILENT if fate is _Fate.ON else fate for one, fate in fates.items()})
        certainly = [one for one in failing if one not in unknown and one not in lately]
        idles = {self.idles[one.world] for one in at_rest}
        if certainly and {self.idles[one.world] for one in certainly} == idles:
            return self._broken(alarm, values, certainly, fates)
        if unknown:
            return self._unknown(alarm, values, unknown[0])
        if certainly:
            return self._depending_on_idle(alarm, values, fates[certainly[0]])
        if lately:
            return remark("composite-child-unsettled", alarm.name, others=self._unsettled(alarm.name), **values)
        if now:
            slug = "composite-already-in-alarm" if fates[now[0]] is _Fate.ON else "composite-held-back"
            others = self._decisive(alarm.name, now[0], OK)
            told = joined([f"{shown(n)} ({self.graph.known[n].state})" for n in others]) or "other alarms"
            return remark(slug, alarm.name, others=told, **values)
        return None

    def _broken(
        self,
        alarm: CompositeAlarm,
        values: Mapping[str, str],
        failing: Sequence[_Supposition],
        fates: Mapping[_Supposition, _Fate],
    ) -> Remark:
        name, first = alarm.name, failing[0]
        at_times = any(fate is _Fate.RISES for one, fate in fates.items() if one.others is _Others.AT_REST)
        if fates[first] is _Fate.ON:
            others = self._decisive(name, first, OK)
            because = f", because {_any_of(others)} is in ALARM{' at times' if at_times else ''}" if others else ""
            return remark("composite-always-in-alarm", name, because=because, **values)
        calm = [fates[one] for one in fates if one.others is _Others.CALM]
        if calm and all(fate is _Fate.RISES for fate in calm):
            leaning = [n for n in self._beneath(name, first) if self.graph.known[n].state == INSUFFICIENT_DATA]
            told = joined([f"{shown(other)} (unless {INSUFFICIENT_DATA})" for other in leaning])
            return remark("composite-held-back", name, others=told, **values)
        if others := self._decisive(name, first, OK):
            told = joined([f"{shown(o)} (which rests in {self._timeline(o, first).rest})" for o in others])
            return remark("composite-held-back-at-rest", name, others=told, **values)
        if others := self._decisive(name, first, ALARM):
            return remark("composite-needs-another", name, others=_any_of(others), **values)
        if at_times:
            return remark("composite-unreliable", name, **values)
        together = sorted(self.graph.beneath(name) & self._moved - {values["child"]})
        if together:
            return remark("composite-moved-together", name, others=listed(together), **values)
        return remark("composite-ignores-child", name, **values)

    def _unknown(self, alarm: CompositeAlarm, values: Mapping[str, str], first: _Supposition) -> Remark:
        beneath = sorted(self.graph.beneath(alarm.name))
        missing = [name for name in beneath if name not in self.graph.known]
        if missing:
            return remark("composite-unknown-child", alarm.name, others=listed(missing), **values)
        unread = [name for name in beneath if self.graph.known[name].unread]
        if unread:
            return remark("composite-unread-child", alarm.name, others=listed(unread), **values)
        doubtful = [name for name in beneath if name in self._moved and self._timeline(name, first) == UNKNOWN]
        told = [f"{shown(name)} (of which nobody can tell whether the same event moves it)" for name in doubtful]
        return remark("composite-held-back", alarm.name, others=joined(told) or "other alarms", **values)

    def _depending_on_idle(self, alarm: CompositeAlarm, values: Mapping[str, str], fate: _Fate) -> Remark:
        resting = [
            f"{shown(name)} (which rests in OK or in INSUFFICIENT_DATA)"
            for name in sorted(self.graph.beneath(alarm.name))
            if name in self.moves and len({line.rest for line in self.moves[name]}) > 1
        ]
        slug = "composite-already-in-alarm" if fate is _Fate.ON else "composite-held-back"
        return remark(slug, alarm.name, others=joined(resting), **values)

    def _unsettled(self, name: str) -> str:
        """Tell the alarms that a composite alarm depends on and of which nobody knows where they rest."""
        told = [
            f"{shown(other)} ({state} when its metric has no data)"
            for other, state in sorted(self.without_data.items())
            if other in self.graph.beneath(name) or other == name
        ]
        return joined(told)

    def _beneath(self, name: str, supposition: _Supposition) -> list[str]:
        """The alarms that a composite alarm depends on and that the event does not move, as many as are tried."""
        if supposition not in self._triable:
            metric = [n for n in self.graph.known if n not in self.graph.composites]
            self._triable[supposition] = frozenset(
                n for n in metric if n not in self._moved or self._timeline(n, supposition) == _ALWAYS_ON
            )
        return sorted(self.graph.beneath(name) & self._triable[supposition])[:_MOST_TRIED]

    def _decisive(self, name: str, supposition: _Supposition, state: str) -> list[str]:
        """The alarms beneath a composite alarm of which each alone, in another state, would let it rise."""
        tried = [n for n in self._beneath(name, supposition) if self._timeline(n, supposition).rest != state]
        columns = [_Supposition(supposition.world, supposition.others, (other, state)) for other in tried]
        if not columns:
            return []
        size = len(self._seconds) + 1
        truth = self._truths([name], columns)[name]
        ones = (1 << size) - 1
        bits = [(truth.certain >> k * size & ones, truth.possible >> k * size & ones) for k in range(len(columns))]
        return [other for other, column in zip(tried, bits, strict=True) if _fate(column) is _Fate.RISES]

    # --- actions ---------------------------------------------------------------------------------------------------

    def _acting(self, alarm: CompositeAlarm, columns: Sequence[tuple[int, int]]) -> tuple[list[Remark], int | None]:
        """What becomes of the actions of a composite alarm that goes into ALARM."""
        suppressor = alarm.suppressor and self.graph.name_of(alarm.suppressor)
        if suppressor and suppressor not in self.graph.known:
            return [remark("composite-suppressor-unseen", alarm.name, suppressor=suppressor)], None
        return self._joined(alarm, suppressor or "", self._told(alarm, suppressor, columns))

    def _told(
        self, alarm: CompositeAlarm, suppressor: str | None, columns: Sequence[tuple[int, int]]
    ) -> dict[_Supposition, _Told]:
        """When the actions are taken in each supposition."""
        told: dict[_Supposition, _Told] = {}
        suppressing = self._suppressing(suppressor) if suppressor else [(0, 0)] * len(columns)
        for supposition, column, (held, perhaps) in zip(self._suppositions, columns, suppressing, strict=True):
            if _fate(column) is not _Fate.RISES:
                told[supposition] = _Told(None)
            elif held != perhaps:
                told[supposition] = _Told(None, "composite-may-suppress-itself")
            else:
                told[supposition] = self._taken(alarm, self._intervals(column[0]), self._intervals(held))
        return told

    def _is_told_at_times(self, alarm: CompositeAlarm, columns: Sequence[tuple[int, int]]) -> bool:
        """Whether actions are certainly taken in some world, for a composite alarm that does not always rise."""
        suppressor = alarm.suppressor and self.graph.name_of(alarm.suppressor)
        if suppressor and suppressor not in self.graph.known:
            return False
        try:
            return self._in_some_world(self._told(alarm, suppressor, columns))
        except TooHardError:
            return False

    def _in_some_world(self, told: Mapping[_Supposition, _Told]) -> bool:
        """Whether actions are taken in some world, in whichever state alarms rest that nothing moves."""
        at_rest = {one: found for one, found in told.items() if one.others is _Others.AT_REST}
        taken = {self.idles[one.world] for one, found in at_rest.items() if found.second is not None}
        return taken == {self.idles[one.world] for one in at_rest}

    def _suppressing(self, suppressor: str) -> list[tuple[int, int]]:
        if suppressor in self.graph.composites:
            return self._columns(self._truth(suppressor))
        states, unknown = self._masks(suppressor, self._suppositions, len(self._seconds) + 1)
        in_alarm = states.get(ALARM, 0)
        return self._columns(Truth(in_alarm, in_alarm | unknown))

    def _intervals(self, bits: int) -> list[tuple[float, float]]:
        """The times in ALARM, from one second up to another; what was so before the event began long ago."""
        found: list[tuple[float, float]] = []
        starts = (float("-inf"), *self._seconds)
        since: float | None = None
        for place, second in enumerate(starts):
            on = bits >> place & 1
            if on and since is None:
                since = second
            elif not on and since is not None:
                found.append((since, second))
                since = None
        return [*found, (since, float("inf"))] if since is not None else found

    @classmethod
    def _taken(
        cls, alarm: CompositeAlarm, risen: Sequence[tuple[float, float]], suppressed: Sequence[tuple[float, float]]
    ) -> _Told:
        """When actions are taken: after the WaitPeriod, or after the ExtensionPeriod once the suppressor has let go.

        A suppressor that is in ALARM before the WaitPeriod ends discards it, and none begins while it is in ALARM.
        Source: CloudWatch User Guide, "Suppressing composite alarm actions".
        """
        found = cls._taken_if(alarm, risen, suppressed, lets_go_first=False)
        otherwise = cls._taken_if(alarm, risen, suppressed, lets_go_first=True)
        if (found.second is None) != (otherwise.second is None):
            return _Told(None, "composite-suppressor-lets-go")
        return found

    @staticmethod
    def _taken_if(
        alarm: CompositeAlarm,
        risen: Sequence[tuple[float, float]],
        suppressed: Sequence[tuple[float, float]],
        *,
        lets_go_first: bool,
    ) -> _Told:
        """The same, given what comes first when the suppressor leaves ALARM as the composite alarm goes there."""
        reason = ""
        for start, end in risen:
            at = start + alarm.suppressor_wait if alarm.suppressor else start
            held = False
            for since, until in sorted(suppressed):
                if since <= at and (until > start or (until == start and not lets_go_first)):
                    at, held = until + alarm.suppressor_extension, True
            if at < end:
                return _Told(int(at))
            if held:
                reason = "composite-suppresses-itself" if at < float("inf") else "composite-suppressed-for-good"
            else:
                reason = "composite-wait-outlasts" if at > end else "composite-wait-ends-with-alarm"
        return _Told(None, reason)

    def _joined(
        self, alarm: CompositeAlarm, suppressor: str, told: Mapping[_Supposition, _Told]
    ) -> tuple[list[Remark], int | None]:
        at_rest = [found for supposition, found in told.items() if supposition.others is _Others.AT_REST]
        values = {"suppressor": suppressor, "wait": alarm.suppressor_wait, "extension": alarm.suppressor_extension}
        lately = _against({supposition: found.second is not None for supposition, found in told.items()})
        for supposition, found in told.items():
            if supposition.others is _Others.AT_REST and found.second is None and supposition not in lately:
                made = remark(found.reason, alarm.name, **values)
                at_times = made.effect is Effect.BROKEN and self._in_some_world(told)
                return [replace(made, at_times=at_times)], None
        if lately:
            others = self._unsettled(suppressor)
            return [remark("composite-suppressor-unsettled", alarm.name, others=others, **values)], None
        for supposition, found in told.items():
            if supposition.others is _Others.NOW and found.second is None:
                slug = found.reason if found.reason == "composite-may-suppress-itself" else "composite-suppressed-now"
                return [remark(slug, alarm.name, **values)], None
        delay = max(found.second or 0 for found in at_rest)
        if delay <= self.delay_limit:
            return [], delay
        slug = "composite-waits" if alarm.suppressor_wait else "composite-late"
        return [remark(slug, alarm.name, delay=delay, limit=self.delay_limit, **values)], delay


def _fate(column: tuple[int, int]) -> _Fate:
    certain, possible = column
    if certain & 1:
        return _Fate.ON
    if possible & 1:
        return _Fate.UNKNOWN
    if certain:
        return _Fate.RISES
    return _Fate.UNKNOWN if possible else _Fate.SILENT


def _against(works: Mapping[_Supposition, object]) -> set[_Supposition]:
    """The suppositions at rest of which the opposite comes true if alarms that changed lately have no data."""
    others = {one: replace(one, others=_Others.WITHOUT_DATA) for one in works if one.others is _Others.AT_REST}
    return {one for one, other in others.items() if works.get(other, works[one]) != works[one]}


def _any_of(names: Sequence[str], most: int = 3) -> str:
    told = " or ".join(shown(name) for name in names[:most])
    return f"{told} or {len(names) - most} more" if len(names) > most else told
