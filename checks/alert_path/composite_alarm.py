"""Which composite alarms would notify when one of their children goes into ALARM?

The other alarms are taken twice: as they are now, and at rest (OK). A parent counts only when it goes into ALARM both
times; otherwise the remark names the alarm that stands in the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prowler_cis_monitoring.alert_path import alarm_rule
from prowler_cis_monitoring.alert_path.rules import Effect, Remark, remark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prowler_cis_monitoring.alert_path.resources import Alarms, CompositeAlarm, MetricAlarm


@dataclass(frozen=True)
class Parent:
    """A composite alarm that depends on the child, directly or through others.

    Attributes:
        alarm: the composite alarm.
        via: names of the alarms between the child and this one, nearest to the child first.
        remarks: why it does not go into ALARM with the child, why its actions are suppressed, or why nobody can know;
            whether it has actions and whom they tell is not looked at.
    """

    alarm: CompositeAlarm
    via: tuple[str, ...]
    remarks: tuple[Remark, ...]

    @property
    def rises(self) -> bool:
        """Whether the parent goes into ALARM with the child and its actions are not suppressed."""
        return all(found.effect is Effect.NOTE for found in self.remarks)


def notifying_parents(child: MetricAlarm | CompositeAlarm, alarms: Alarms) -> tuple[Parent, ...]:
    """Judge every composite alarm that depends on `child`.

    Args:
        child: the alarm that goes into ALARM.
        alarms: all alarms of the child's account and Region; composite alarms see no others.

    Returns:
        One `Parent` for each composite alarm whose rule refers to the child, or to an alarm that depends on it;
        nearest first, then by name.

    Source: CloudWatch API, PutCompositeAlarm; CloudWatch User Guide, "Composite alarms".
    """
    family = _Family.of(child, alarms)
    now, at_rest = family.propagate(resting=False), family.propagate(resting=True)
    return tuple(
        Parent(ancestor, family.via[name], tuple(_remarks(ancestor, family, now, at_rest)))
        for name, ancestor in family.ancestors.items()
    )


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
        states: present state of every alarm by name.
        names: ARN to name.
        rules: rule of every composite alarm, as far as it can be read.
        ancestors: the composite alarms that depend on the child, nearest first.
        via: for each ancestor the alarms between the child and it.
        cyclic: ancestors that depend on themselves.
    """

    child: str
    states: Mapping[str, str]
    names: Mapping[str, str]
    rules: Mapping[str, alarm_rule.Rule | _Unreadable]
    ancestors: Mapping[str, CompositeAlarm]
    via: Mapping[str, tuple[str, ...]]
    cyclic: frozenset[str]

    @classmethod
    def of(cls, child: MetricAlarm | CompositeAlarm, alarms: Alarms) -> _Family:
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
            states={alarm.name: alarm.state for alarm in everyone},
            names=names,
            rules=rules,
            ancestors={name: composites[name] for name in via},
            via=via,
            cyclic=frozenset(name for name in via if name in _climb(name, parents)),
        )

    def propagate(self, *, resting: bool, moved: Mapping[str, str] | None = None) -> _Wave:
        """Let the child go into ALARM.

        Args:
            resting: take the other alarms as OK, instead of in their present state.
            moved: other alarms that are taken in a state of their own.
        """
        before: dict[str, str | None] = {name: "OK" if resting else state for name, state in self.states.items()}
        before.update(moved or {})
        before[self.child] = "OK"
        after = {**before, self.child: "ALARM"}
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


def _remarks(alarm: CompositeAlarm, family: _Family, now: _Wave, at_rest: _Wave) -> list[Remark]:
    found = _rule_remarks(alarm, family, now, at_rest)
    suppressor = alarm.suppressor and family.names.get(alarm.suppressor, alarm.suppressor)
    if not suppressor:
        return found
    if suppressor not in family.states:
        found.append(remark("composite-suppressor-unseen", alarm.name, suppressor=suppressor))
    elif at_rest.rises(suppressor):
        found.append(remark("composite-suppresses-itself", alarm.name, suppressor=suppressor))
    elif family.states[suppressor] == "ALARM":
        found.append(remark("composite-suppressed-now", alarm.name, suppressor=suppressor))
    return found


def _rule_remarks(alarm: CompositeAlarm, family: _Family, now: _Wave, at_rest: _Wave) -> list[Remark]:
    """Why the rule does not go from false to true; none when it does."""
    rule = family.rules[alarm.name]
    if isinstance(rule, _Unreadable):
        return [remark("composite-rule-unreadable", alarm.name, rule=rule.text, error=rule.error)]
    if alarm.name in family.cyclic:
        return [remark("composite-cycle", alarm.name)]
    rises_now, rises_at_rest = now.rises(alarm.name), at_rest.rises(alarm.name)
    if rises_now and rises_at_rest:
        return []
    values = {"rule": alarm.rule, "child": family.child}
    if rises_now is None or rises_at_rest is None:
        unknown = sorted(name for name in family.references(alarm.name) if now.before.get(name) is None)
        return [remark("composite-unknown-child", alarm.name, others=", ".join(unknown), **values)]
    if rises_at_rest:
        slug = "composite-already-in-alarm" if now.before[alarm.name] == "ALARM" else "composite-held-back"
        others = _decisive(alarm.name, family, lambda moved: family.propagate(resting=False, moved=moved), "OK")
        return [remark(slug, alarm.name, others=_with_states(others, family), **values)]
    if at_rest.before[alarm.name] == "ALARM":
        return [remark("composite-always-in-alarm", alarm.name, **values)]
    others = _decisive(alarm.name, family, lambda moved: family.propagate(resting=True, moved=moved), "ALARM")
    if not others:
        return [remark("composite-ignores-child", alarm.name, **values)]
    return [remark("composite-needs-another", alarm.name, others=" or ".join(others), **values)]


def _decisive(name: str, family: _Family, wave: Callable[[Mapping[str, str]], _Wave], state: str) -> list[str]:
    """The alarms beneath a composite alarm of which each alone, in another state, would let it rise."""
    beneath: set[str] = set()
    for between in (name, *family.via[name]):
        beneath |= family.references(between)
    others = sorted(beneath & set(family.states) - set(family.ancestors) - {family.child})
    return [other for other in others if wave({other: state}).rises(name)]


def _with_states(names: list[str], family: _Family) -> str:
    return ", ".join(f"{name} ({family.states[name]})" for name in names) or "other alarms"
