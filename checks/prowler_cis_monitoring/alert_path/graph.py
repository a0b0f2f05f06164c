"""The alarms of one account and Region as a graph: composite alarms above what their rules refer to.

Each rule is read once, the graph is ordered once. The truth of rules is computed for many moments together: bit k of
an integer says what holds in moment k, so that one walk through a rule serves every supposition and every minute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from prowler_cis_monitoring.alert_path.languages import alarm_rule
from prowler_cis_monitoring.filter_pattern.work import kept
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from prowler_cis_monitoring.alert_path.resources import Alarms, CompositeAlarm, LogAlarm, MetricAlarm

    AnyAlarm: TypeAlias = MetricAlarm | CompositeAlarm | LogAlarm

_PERCENT = 100
_BYTES_OF_AN_OPERAND = 300
# Characters of rules that are read in one Region's account; as many alarms as AWS allows, with short rules.
_MOST_TEXT = 2_000_000
# Operands of rules that are looked at for one account.
_MOST_OPERANDS = 1_000_000
# Composite alarms above one alarm that are judged, and such pairs in one account. CloudWatch lets an alarm be the child
# of 150 composite alarms (quota of composite alarms).
_MOST_ABOVE = 500
_MOST_PAIRS = 20_000
# Names of alarms that are kept by the composite alarm above them, for the next question (count, of some 60 bytes).
_MOST_KEPT = 500_000
# Rules that cannot be read and are searched for the names of alarms.
_MOST_UNREADABLE = 20


@dataclass(frozen=True)
class Above:
    """The composite alarms that depend on an alarm.

    Attributes:
        via: those to be judged, nearest first, with the alarms in between.
        further: one of those that are too many to be judged, None when there are none.
    """

    via: Mapping[str, tuple[str, ...]]
    further: str | None = None


class TooHardError(Exception):
    """The account's composite alarms are more than this module decides."""


@dataclass(frozen=True)
class Truth:
    """What holds in which moments, a bit each: for certain, and as far as anybody knows."""

    certain: int
    possible: int


@dataclass(frozen=True)
class ReadRule:
    """An AlarmRule that was read, or the reason why it was not.

    Attributes:
        rule: its syntax tree, None when it could not be read.
        alarms: the names and ARNs that it refers to.
        size: the operands that have to be looked at to evaluate it (count).
        error: why it could not be read.
    """

    rule: alarm_rule.Rule | None
    alarms: tuple[str, ...] = ()
    size: int = 0
    error: str = ""


@kept(lambda key, read: len(key[0]) + _BYTES_OF_AN_OPERAND * (1 + read.size))
def read_rule(text: str) -> ReadRule:
    """Read an AlarmRule; equal rules are read once."""
    try:
        rule = alarm_rule.parse(text)
    except alarm_rule.AlarmRuleError as error:
        return ReadRule(None, error=str(error))
    alarms = list(alarm_rule.alarms_of(rule))
    return ReadRule(rule, tuple(dict.fromkeys(alarms)), len(alarms) + 1)


def may_refer(text: str, alarm: AnyAlarm) -> bool:
    """Whether a rule refers to an alarm, or cannot be read and may mean it."""
    read = read_rule(text)
    if read.rule is not None:
        return alarm.name in read.alarms or alarm.arn in read.alarms
    escaped = alarm.name.replace("\\", "\\\\").replace('"', '\\"')
    return any(name in text for name in (alarm.name, escaped, alarm.arn))


@dataclass
class AlarmGraph:
    """The alarms of one account and Region; composite alarms see no others."""

    alarms: Alarms
    operands_left: int = field(default=_MOST_OPERANDS, init=False)
    _pairs_left: int = field(default=_MOST_PAIRS, init=False)
    _above: dict[str, Above] = field(default_factory=dict, init=False)
    _doubtful: dict[str, set[str]] = field(default_factory=dict, init=False)
    _beneath: dict[str, frozenset[str]] = field(default_factory=dict, init=False)
    _names_left: int = field(default=_MOST_KEPT, init=False)

    @cached_property
    def known(self) -> Mapping[str, AnyAlarm]:
        """Every alarm by name."""
        found: dict[str, AnyAlarm] = {alarm.name: alarm for alarm in self.alarms.log_alarms}
        found |= {alarm.name: alarm for alarm in self.alarms.metric_alarms}
        return found | {alarm.name: alarm for alarm in self.alarms.composite_alarms}

    @cached_property
    def composites(self) -> Mapping[str, CompositeAlarm]:
        """The composite alarms by name."""
        return {alarm.name: alarm for alarm in sorted(self.alarms.composite_alarms, key=lambda alarm: alarm.name)}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {alarm.arn: alarm.name for alarm in self.known.values()}

    def name_of(self, reference: str) -> str:
        """Return the name of an alarm that a rule refers to by name or ARN; an ARN of an unknown alarm stays one."""
        return reference if reference in self.known else self._names.get(reference, reference)

    @cached_property
    def rules(self) -> Mapping[str, ReadRule]:
        """The rule of each composite alarm, as far as it can be read."""
        found, left = {}, _MOST_TEXT
        seen: set[str] = set()
        for name, composite in self.composites.items():
            left -= 0 if composite.rule in seen else len(composite.rule)
            seen.add(composite.rule)
            found[name] = read_rule(composite.rule) if left >= 0 else ReadRule(None, error="too many long rules")
        return found

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """The alarms that each composite alarm's rule refers to, by name."""
        return {
            name: tuple(dict.fromkeys(self.name_of(alarm) for alarm in read.alarms))
            for name, read in self.rules.items()
        }

    @cached_property
    def _parents(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, children in self.children.items():
            for child in children:
                found.setdefault(child, []).append(name)
        return found

    @cached_property
    def _unreadable(self) -> tuple[str, ...]:
        return tuple(name for name, read in self.rules.items() if read.rule is None)

    @cached_property
    def _ruleless(self) -> tuple[str, ...]:
        """The composite alarms whose rule AWS's answer lacks: they may refer to any alarm."""
        return tuple(name for name, alarm in self.composites.items() if alarm.unread and not alarm.rule)

    def parents(self, name: str) -> list[str]:
        """Return the composite alarms whose rules refer to an alarm, or cannot be read and may mean it."""
        if name not in self._doubtful:
            alarm = self.known.get(name)
            searched, others = self._unreadable[:_MOST_UNREADABLE], self._unreadable[_MOST_UNREADABLE:]
            doubtful = [p for p in searched if alarm and p != name and may_refer(self.composites[p].rule, alarm)]
            self._doubtful[name] = {*doubtful, *others[:1], *(p for p in self._ruleless if p != name)}
        return sorted({*self._parents.get(name, ()), *self._doubtful[name]})

    def above(self, name: str) -> Above:
        """Return the composite alarms that depend on an alarm; asked again, the same."""
        if name not in self._above:
            self._above[name] = self._found_above(name, min(_MOST_ABOVE, self._pairs_left))
            self._pairs_left -= len(self._above[name].via)
        return self._above[name]

    def _found_above(self, name: str, most: int) -> Above:
        found: dict[str, tuple[str, ...]] = {}
        level: list[tuple[str, tuple[str, ...]]] = [(name, ())]
        while level:
            further: list[tuple[str, tuple[str, ...]]] = []
            for below, between in level:
                for parent in self.parents(below):
                    if parent not in found:
                        if len(found) == most:
                            return Above(found, parent)
                        found[parent] = between
                        further.append((parent, (*between, parent)))
            level = further
        return Above(found)

    def beneath(self, name: str) -> frozenset[str]:
        """Return every alarm that a composite alarm depends on through rules, itself left out."""
        found = self._beneath.get(name)
        if found is None:
            found = frozenset(self._reached([name])) - {name}
            self._names_left -= len(found)
            if self._names_left >= 0:
                self._beneath[name] = found
        return found

    def _reached(self, names: Iterable[str]) -> dict[str, None]:
        found = dict.fromkeys(names)
        waiting = list(found)
        while waiting:
            for child in self.children.get(waiting.pop(), ()):
                if child not in found:
                    found[child] = None
                    waiting.append(child)
        return found

    @cached_property
    def heeded(self) -> frozenset[str]:
        """The alarms by whose state any composite alarm's state or actions are decided."""
        suppressors = [self.name_of(alarm.suppressor) for alarm in self.composites.values() if alarm.suppressor]
        return frozenset().union(*self.children.values(), suppressors)

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each composite alarm after those that it refers to; none for those that depend on themselves."""
        inner = self.composites.keys() - self.cyclic
        waiting = {name: sum(child in inner for child in self.children[name]) for name in sorted(inner)}
        ready = [name for name, count in waiting.items() if count == 0]
        found: dict[str, int] = {}
        while ready:
            name = ready.pop()
            found[name] = len(found)
            for parent in self._parents.get(name, ()):
                if parent in inner:
                    waiting[parent] -= 1
                    if waiting[parent] == 0:
                        ready.append(parent)
        return found

    @cached_property
    def cyclic(self) -> frozenset[str]:
        """The composite alarms that depend on themselves."""
        return frozenset(_on_cycles(list(self.composites), self.children))

    def truths(self, names: Iterable[str], leaf: Callable[[str, str], Truth], moments: int) -> dict[str, Truth]:
        """Return when composite alarms are in ALARM.

        Args:
            names: the composite alarms.
            leaf: when an alarm that is no composite alarm is in a state.
            moments: how many moments there are (count).

        Returns:
            The answer for these and for all composite alarms beneath them.

        Raises:
            TooHardError: there are more operands than are looked at for one account.
        """
        everywhere = (1 << moments) - 1
        unknown = Truth(0, everywhere)
        wanted = [name for name in self._reached(names) if name in self.composites]
        ordered = sorted((name for name in wanted if name in self.order), key=self.order.__getitem__)
        # CloudWatch stops evaluating alarms that depend on themselves: they stay as they are.
        stuck = {name: self.composites[name].state == "ALARM" for name in wanted if name in self.cyclic}
        found = {name: Truth(everywhere, everywhere) if on else Truth(0, 0) for name, on in stuck.items()}
        found.update({name: unknown for name in stuck if self.composites[name].unread})

        def in_state(state: str, reference: str) -> Truth:
            name = self.name_of(reference)
            if name not in self.composites:
                return leaf(state, name)
            truth = found[name]
            if state == "ALARM":
                return truth
            # A composite alarm has data as soon as it has been evaluated.
            return _opposite(truth, everywhere) if state == "OK" else Truth(0, 0)

        for name in ordered:
            read = self.rules[name]
            self.operands_left -= read.size
            if self.operands_left < 0:
                raise TooHardError
            found[name] = unknown if read.rule is None else _truth(read.rule, in_state, everywhere)
        return found


def _on_cycles(suspects: list[str], children: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the names from which a walk downwards leads back to themselves (Tarjan's components, without recursion)."""
    among = set(suspects)
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    open_names: set[str] = set()
    for root in suspects:
        work = [(root, iter(children[root]))] if root not in number else []
        while work:
            name, rest = work[-1]
            if name not in number:
                number[name] = low[name] = len(number)
                path.append(name)
                open_names.add(name)
            child = next((child for child in rest if child in among), None)
            if child is not None:
                if child not in number:
                    work.append((child, iter(children[child])))
                elif child in open_names:
                    low[name] = min(low[name], number[child])
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[name])
            if low[name] == number[name]:
                component = path[path.index(name) :]
                del path[path.index(name) :]
                open_names.difference_update(component)
                if len(component) > 1 or name in children[name]:
                    yield from component


def _opposite(truth: Truth, everywhere: int) -> Truth:
    return Truth(everywhere ^ truth.possible, everywhere ^ truth.certain)


def _truth(rule: alarm_rule.Rule, in_state: Callable[[str, str], Truth], everywhere: int) -> Truth:
    """When a rule is true; as deep as its parentheses are nested."""
    if isinstance(rule, alarm_rule.InState):
        return in_state(rule.state, rule.alarm)
    if isinstance(rule, alarm_rule.Constant):
        return Truth(everywhere, everywhere) if rule.value else Truth(0, 0)
    if isinstance(rule, alarm_rule.Negation):
        return _opposite(_truth(rule.operand, in_state, everywhere), everywhere)
    if isinstance(rule, alarm_rule.Conjunction):
        certain = possible = everywhere
        for operand in rule.operands:
            truth = _truth(operand, in_state, everywhere)
            certain &= truth.certain
            possible &= truth.possible
            if not possible:
                break
        return Truth(certain, possible)
    if isinstance(rule, alarm_rule.Disjunction):
        certain = possible = 0
        for operand in rule.operands:
            truth = _truth(operand, in_state, everywhere)
            certain |= truth.certain
            possible |= truth.possible
            if certain == everywhere:
                break
        return Truth(certain, possible)
    return _at_least(rule, in_state, everywhere)


def _at_least(rule: alarm_rule.AtLeast, in_state: Callable[[str, str], Truth], everywhere: int) -> Truth:
    truths = [in_state(rule.state, alarm) for alarm in rule.alarms]
    if rule.negated:
        truths = [_opposite(truth, everywhere) for truth in truths]
    needed = -(-rule.count * len(truths) // _PERCENT) if rule.percent else rule.count
    certain = _counted([truth.certain for truth in truths], needed, everywhere)
    return Truth(certain, _counted([truth.possible for truth in truths], needed, everywhere))


def _counted(masks: list[int], needed: int, everywhere: int) -> int:
    """In which moments at least `needed` of the masks have their bit set: binary numbers, a list of bit columns."""
    columns: list[int] = []
    for mask in masks:
        carry = mask
        for place, column in enumerate(columns):
            columns[place], carry = column ^ carry, column & carry
        if carry:
            columns.append(carry)
    if needed >> len(columns):
        return 0
    equal, greater = everywhere, 0
    for place in reversed(range(len(columns))):
        if needed >> place & 1:
            equal &= columns[place]
        else:
            greater |= equal & columns[place]
            equal &= everywhere ^ columns[place]
    return equal | greater
