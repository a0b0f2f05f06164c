"""Which composite alarms would notify when one of their children goes into ALARM?

The child, and every alarm that the same event moves, goes from each state that it may rest in to ALARM. The other
alarms are taken twice: as they are now, and at rest (OK). A parent counts only when it goes into ALARM every time;
otherwise the remark names the alarm that stands in the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from prowler_cis_monitoring.alert_path.languages import alarm_rule
from prowler_cis_monitoring.alert_path.rules import Effect, Remark, remark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prowler_cis_monitoring.alert_path.resources import Alarms, CompositeAlarm, MetricAlarm


@dataclass(frozen=True)
class Parent:
    """A composite alarm that depends on the child, directly or through others.

    Attributes:
        alarm: the composite alarm.
        via: names of the alarms between the child and this one, nearest to the child first.
        remarks: why it does not go into ALARM with the child, why its actions are suppressed, or why nobody can know;
            whether it has actions and whom they tell is not looked at.
        heeds: names of the alarms below it and of its suppressor, by which its state and its actions are decided.
    """

    alarm: CompositeAlarm
    via: tuple[str, ...]
    remarks: tuple[Remark, ...]
    heeds: frozenset[str] = frozenset()

    @property
    def rises(self) -> bool:
        """Whether the parent goes into ALARM with the child and its actions are not suppressed."""
        return all(found.effect is Effect.NOTE for found in self.remarks)


@dataclass(frozen=True)
class Motion:
    """How an event moves an alarm into ALARM.

    Attributes:
        rests: the states that the alarm may be in before.
        in_step: whether it goes into ALARM for certain, and at the same time as the child.
        doubtful: whether nobody can say that it goes into ALARM at all.
    """

    rests: frozenset[str] = frozenset({"OK"})
    in_step: bool = True
    doubtful: bool = False


def notifying_parents(
    child: MetricAlarm | CompositeAlarm,
    alarms: Alarms,
    *,
    rests: frozenset[str] = frozenset({"OK"}),
    moved: Mapping[str, Motion] = MappingProxyType({}),
) -> tuple[Parent, ...]:
    """Judge every composite alarm that depends on `child`.

    Args:
        child: the alarm that goes into ALARM.
        alarms: all alarms of the child's account and Region; composite alarms see no others.
        rests: the states that the child may be in before.
        moved: the other metric alarms, by name, that the same event moves into ALARM.

    Returns:
        One `Parent` for each composite alarm whose rule refers to the child, or to an alarm that depends on it;
        nearest first, then by name.

    Source: CloudWatch API, PutCompositeAlarm; CloudWatch User Guide, "Composite alarms".
    """
    family = _Family.of(child, alarms, {**moved, child.name: Motion(rests)})
    cases = [_Case.of(family, start) for start in family.starts()]
    return tuple(
        Parent(ancestor, family.via[name], tuple(_remarks(ancestor, family, cases)), _heeded(name, family))
        for name, ancestor in family.ancestors.items()
    )


@dataclass(frozen=True)
class _Start:
    """What is supposed of the alarms that the event moves.

    Attributes:
        rest: the state that they are in before, where they may be in it.
        all_move: whether those that are not in step with the child are in ALARM when it is.
    """

    rest: str
    all_move: bool


@dataclass(frozen=True)
class _Unreadable:
    """An AlarmRule that could not be parsed."""

    text: str
    error: str


@dataclass(frozen=True)
class _Wave:
    """What a child's transition does to its ancestors under one assumption about the other alarms.

    Attributes:
        before: state of every alarm by name before the transition, None where it is not known.
        after: the same after it.
    """

    before: Mapping[str, str | None]
    after: Mapping[str, str | None]

    def rises(self, name: str) -> bool | None:
        """Whether the alarm goes into ALARM; None where nobody can know."""
        before, after = self.before.get(name), self.after.get(name)
        if before == "ALARM" or after not in ("ALARM", None):
            return False
        return None if before is None or after is None else True


@dataclass(frozen=True)
class _Family:
    """A child and the composite alarms that depend on it.

    Attributes:
        child: name of the child.
        moved: how the event moves the child and other alarms, by name.
        states: present state of every alarm by name.
        names: ARN to name.
        rules: rule of every composite alarm, as far as it can be read.
        ancestors: the composite alarms that depend on the child, nearest first.
        via: for each ancestor the alarms between the child and it.
        cyclic: ancestors that depend on themselves.
    """

    child: str
    moved: Mapping[str, Motion]
    states: Mapping[str, str]
    names: Mapping[str, str]
    rules: Mapping[str, alarm_rule.Rule | _Unreadable]
    ancestors: Mapping[str, CompositeAlarm]
    via: Mapping[str, tuple[str, ...]]
    cyclic: frozenset[str]

    @classmethod
    def of(cls, child: MetricAlarm | CompositeAlarm, alarms: Alarms, moved: Mapping[str, Motion]) -> _Family:
        """Read all rules and follow them upwards from the child."""
        everyone = [*alarms.metric_alarms, *alarms.composite_alarms, child]
        names = {alarm.arn: alarm.name for alarm in everyone}
        rules = {composite.name: _parsed(composite.rule) for composite in alarms.composite_alarms}
        parents: dict[str, list[str]] = {}
        for composite in sorted(rules):
            for name in _references(rules[composite], names):
                parents.setdefault(name, []).append(composite)
        via = _climb(child.name, parents)
        composites = {composite.name: composite for composite in alarms.composite_alarms}
        return cls(
            child=child.name,
            moved=moved,
            states={alarm.name: alarm.state for alarm in everyone},
            names=names,
            rules=rules,
            ancestors={name: composites[name] for name in via},
            via=via,
            cyclic=frozenset(name for name in via if name in _climb(name, parents)),
        )

    def starts(self) -> list[_Start]:
        """Everything that may have to be supposed; alarms on one metric are taken to rest in the same state."""
        rests = frozenset[str]().union(*(motion.rests for motion in self.moved.values()))
        in_step = all(motion.in_step for motion in self.moved.values())
        return [_Start(rest, move) for rest in sorted(rests) for move in ([True] if in_step else [True, False])]

    def propagate(self, start: _Start, *, resting: bool, others: Mapping[str, str] | None = None) -> _Wave:
        """Let the child go into ALARM.

        Args:
            start: what is supposed of the alarms that the event moves.
            resting: take the other alarms as OK, instead of in their present state.
            others: alarms that are taken in a state of their own.
        """
        before: dict[str, str | None] = {name: "OK" if resting else state for name, state in self.states.items()}
        before.update(others or {})
        for name, motion in self.moved.items():
            before[name] = start.rest if start.rest in motion.rests else min(motion.rests)
        ringing = (name for name, motion in self.moved.items() if motion.in_step or start.all_move)
        after = {**before, **dict.fromkeys(ringing, "ALARM")}
        for name in self._upwards():
            before[name], after[name] = (self._state(name, states) for states in (before, after))
        return _Wave(before, after)

    def _upwards(self) -> list[str]:
        """The ancestors, each after the ancestors that it refers to; those that depend on themselves are left out."""
        ordered: list[str] = []
        waiting = [name for name in self.ancestors if name not in self.cyclic]
        while waiting:
            ready = [name for name in waiting if not self.references(name) & set(waiting)]
            ordered += ready
            waiting = [name for name in waiting if name not in ready]
        return ordered

    def references(self, name: str) -> frozenset[str]:
        """Names of the alarms that a composite alarm's rule refers to; an ARN of an unknown alarm stays an ARN."""
        return frozenset(_references(self.rules[name], self.names))

    def _state(self, name: str, states: Mapping[str, str | None]) -> str | None:
        rule = self.rules[name]
        if isinstance(rule, _Unreadable):
            return None
        truth = alarm_rule.holds(rule, lambda alarm: states.get(self.names.get(alarm, alarm)))
        return None if truth is None else ("ALARM" if truth else "OK")


@dataclass(frozen=True)
class _Case:
    """What the child's transition does under one supposition, with the other alarms as they are now and at rest."""

    start: _Start
    now: _Wave
    at_rest: _Wave

    @classmethod
    def of(cls, family: _Family, start: _Start) -> _Case:
        return cls(start, family.propagate(start, resting=False), family.propagate(start, resting=True))


def _parsed(text: str) -> alarm_rule.Rule | _Unreadable:
    try:
        return alarm_rule.parse(text)
    except alarm_rule.AlarmRuleError as error:
        return _Unreadable(text, str(error))


def _references(rule: alarm_rule.Rule | _Unreadable, names: Mapping[str, str]) -> list[str]:
    """The alarms of a rule by name. A rule that cannot be read may mean every alarm whose name stands in it."""
    if isinstance(rule, _Unreadable):
        return [name for arn, name in names.items() if name in rule.text or arn in rule.text]
    return [names.get(alarm, alarm) for alarm in alarm_rule.alarms_of(rule)]


def _climb(start: str, parents: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """Every alarm above `start`, nearest first, with the alarms in between."""
    found: dict[str, tuple[str, ...]] = {}
    level: list[tuple[str, tuple[str, ...]]] = [(start, ())]
    while level:
        above: list[tuple[str, tuple[str, ...]]] = []
        for name, between in level:
            for parent in parents.get(name, []):
                if parent not in found:
                    found[parent] = between
                    above.append((parent, (*between, parent)))
        level = above
    return found


def _remarks(alarm: CompositeAlarm, family: _Family, cases: list[_Case]) -> list[Remark]:
    found = _joined([_rule_remarks(alarm, family, case) for case in cases], alarm, family)
    suppressor = alarm.suppressor and family.names.get(alarm.suppressor, alarm.suppressor)
    if not suppressor:
        return found
    if suppressor not in family.states:
        found.append(remark("composite-suppressor-unseen", alarm.name, suppressor=suppressor))
    elif suppressor in family.moved and family.moved[suppressor].doubtful:
        found.append(remark("composite-may-suppress-itself", alarm.name, suppressor=suppressor))
    elif any(case.at_rest.after[suppressor] == "ALARM" for case in cases):
        found.append(remark("composite-suppresses-itself", alarm.name, suppressor=suppressor))
    elif family.states[suppressor] == "ALARM":
        found.append(remark("composite-suppressed-now", alarm.name, suppressor=suppressor))
    return found


def _joined(judged: list[list[Remark]], alarm: CompositeAlarm, family: _Family) -> list[Remark]:
    """One judgement for all cases; where they differ and not all are broken, nobody can know."""
    if all(found and found[0].effect is Effect.BROKEN for found in judged) or all(f == judged[0] for f in judged):
        return judged[0]
    for found in judged:
        if found and found[0].effect is Effect.UNSEEN:
            return found
    values = {"rule": alarm.rule, "child": family.child}
    broken = {one.rule.slug for found in judged for one in found}
    if "composite-always-in-alarm" in broken:
        resting = sorted(name for name, motion in family.moved.items() if len(motion.rests) > 1)
        others = ", ".join(f"{name} (which rests in OK or in INSUFFICIENT_DATA)" for name in resting)
        return [remark("composite-already-in-alarm", alarm.name, others=others, **values)]
    late = sorted(name for name, motion in family.moved.items() if not motion.in_step)
    others = ", ".join(f"{name} (which the same event moves at another time)" for name in late)
    return [remark("composite-held-back", alarm.name, others=others, **values)]


def _rule_remarks(alarm: CompositeAlarm, family: _Family, case: _Case) -> list[Remark]:
    """Why the rule does not go from false to true; none when it does."""
    rule = family.rules[alarm.name]
    if isinstance(rule, _Unreadable):
        return [remark("composite-rule-unreadable", alarm.name, rule=rule.text, error=rule.error)]
    if alarm.name in family.cyclic:
        return [remark("composite-cycle", alarm.name)]
    now, at_rest = case.now, case.at_rest
    rises_now, rises_at_rest = now.rises(alarm.name), at_rest.rises(alarm.name)
    if rises_now and rises_at_rest:
        return []
    values = {"rule": alarm.rule, "child": family.child}
    if rises_now is None or rises_at_rest is None:
        unknown = sorted(name for name in family.references(alarm.name) if now.before.get(name) is None)
        return [remark("composite-unknown-child", alarm.name, others=", ".join(unknown), **values)]
    if rises_at_rest:
        slug = "composite-already-in-alarm" if now.before[alarm.name] == "ALARM" else "composite-held-back"
        others = _decisive(alarm.name, family, case.start, "OK", resting=False)
        return [remark(slug, alarm.name, others=_with_states(others, family), **values)]
    if rises_now and (leaning := _leans_on(alarm.name, family, case.start)):
        others = [f"{name} (unless {family.states[name]})" for name in leaning]
        return [remark("composite-held-back", alarm.name, others=", ".join(others), **values)]
    if at_rest.before[alarm.name] == "ALARM":
        return [remark("composite-always-in-alarm", alarm.name, **values)]
    others = _decisive(alarm.name, family, case.start, "ALARM", resting=True)
    together = sorted(_referred(alarm.name, family) & set(family.moved) - {family.child})
    if not others and together:
        return [remark("composite-moved-together", alarm.name, others=", ".join(together), **values)]
    if not others:
        return [remark("composite-ignores-child", alarm.name, **values)]
    return [remark("composite-needs-another", alarm.name, others=" or ".join(others), **values)]


def _leans_on(name: str, family: _Family, start: _Start) -> list[str]:
    """The alarms without data that let a composite alarm rise now, when it takes no alarm in ALARM to do so."""
    calm = {other: "OK" for other, state in family.states.items() if state == "ALARM"}
    if not family.propagate(start, resting=False, others=calm).rises(name):
        return []
    return [other for other in _beneath(name, family) if family.states[other] == "INSUFFICIENT_DATA"]


def _decisive(name: str, family: _Family, start: _Start, state: str, *, resting: bool) -> list[str]:
    """The alarms beneath a composite alarm of which each alone, in another state, would let it rise."""
    return [
        other
        for other in _beneath(name, family)
        if family.propagate(start, resting=resting, others={other: state}).rises(name)
    ]


def _beneath(name: str, family: _Family) -> list[str]:
    """The alarms that a composite alarm depends on and that the event does not move."""
    return sorted(_referred(name, family) & set(family.states) - set(family.ancestors) - set(family.moved))


def _referred(name: str, family: _Family) -> frozenset[str]:
    return frozenset[str]().union(*(family.references(between) for between in (name, *family.via[name])))


def _heeded(name: str, family: _Family) -> frozenset[str]:
    suppressor = family.ancestors[name].suppressor
    return _referred(name, family) | ({family.names.get(suppressor, suppressor)} if suppressor else set())


def _with_states(names: list[str], family: _Family) -> str:
    return ", ".join(f"{name} ({family.states[name]})" for name in names) or "other alarms"
