"""The language of a composite alarm's AlarmRule: text to syntax tree, tree to text, tree and states to truth.

Source: CloudWatch API, PutCompositeAlarm.AlarmRule; CloudWatch User Guide, "Composite alarms".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prowler_cis_monitoring.alert_path.three_valued import all_hold, any_holds, negation
from prowler_cis_monitoring.reader import Reader
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STATES = ("ALARM", "OK", "INSUFFICIENT_DATA")
_PERCENT = 100


class AlarmRuleError(ValueError):
    """A text that is no AlarmRule; `position` is the 0-based column where reading stopped."""

    def __init__(self, message: str, position: int) -> None:
        """Keep the message and the column."""
        super().__init__(f"{message} at column {position}")
        self.position = position


@dataclass(frozen=True)
class Constant:
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True)
class InState:
    """ALARM(…), OK(…) or INSUFFICIENT_DATA(…) of an alarm's name or ARN."""

    state: str
    alarm: str


@dataclass(frozen=True)
class Negation:
    """NOT and a rule."""

    operand: Rule


@dataclass(frozen=True)
class Conjunction:
    """Rules joined by AND."""

    operands: tuple[Rule, ...]


@dataclass(frozen=True)
class Disjunction:
    """Rules joined by OR."""

    operands: tuple[Rule, ...]


@dataclass(frozen=True)
class AtLeast:
    """AT_LEAST: `count` alarms, or `count` percent of them, are in the state, or are not in it when `negated`."""

    count: int
    percent: bool
    state: str
    negated: bool
    alarms: tuple[str, ...]


Rule = Constant | InState | Negation | Conjunction | Disjunction | AtLeast


def parse(text: str) -> Rule:
    """Read an AlarmRule. NOT binds closer than AND, AND closer than OR.

    Raises:
        AlarmRuleError: the text is no AlarmRule, or is nested deeper than any that AWS accepts.
    """
    return _Reader(text, AlarmRuleError).whole()


def alarms_of(rule: Rule) -> Iterator[str]:
    """The names or ARNs that a rule refers to, in the order of the text."""
    if isinstance(rule, InState):
        yield rule.alarm
    elif isinstance(rule, AtLeast):
        yield from rule.alarms
    elif isinstance(rule, Negation):
        yield from alarms_of(rule.operand)
    elif isinstance(rule, (Conjunction, Disjunction)):
        for operand in rule.operands:
            yield from alarms_of(operand)


def renamed(rule: Rule, naming: Callable[[str], str]) -> Rule:
    """The same rule about alarms of other names; `naming` gives the new name or ARN for the old one."""
    if isinstance(rule, InState):
        return InState(rule.state, naming(rule.alarm))
    if isinstance(rule, AtLeast):
        return AtLeast(rule.count, rule.percent, rule.state, rule.negated, tuple(map(naming, rule.alarms)))
    if isinstance(rule, Negation):
        return Negation(renamed(rule.operand, naming))
    if isinstance(rule, (Conjunction, Disjunction)):
        return type(rule)(tuple(renamed(operand, naming) for operand in rule.operands))
    return rule


def holds(rule: Rule, state_of: Callable[[str], str | None]) -> bool | None:
    """Whether a rule is true.

    Args:
        rule: the rule.
        state_of: the state of the alarm of a name or ARN; None when it is not known.

    Returns:
        None where the answer depends on an alarm whose state is not known.
    """
    if isinstance(rule, Constant):
        return rule.value
    if isinstance(rule, InState):
        return _is_in(rule.alarm, rule.state, state_of)
    if isinstance(rule, Negation):
        return negation(holds(rule.operand, state_of))
    if isinstance(rule, Conjunction):
        return all_hold(holds(operand, state_of) for operand in rule.operands)
    if isinstance(rule, Disjunction):
        return any_holds(holds(operand, state_of) for operand in rule.operands)
    return _at_least(rule, state_of)


def _is_in(alarm: str, state: str, state_of: Callable[[str], str | None]) -> bool | None:
    actual = state_of(alarm)
    return None if actual is None else actual == state


def _at_least(rule: AtLeast, state_of: Callable[[str], str | None]) -> bool | None:
    matching = [_is_in(alarm, rule.state, state_of) for alarm in rule.alarms]
    if rule.negated:
        matching = [negation(match) for match in matching]
    certain, possible = matching.count(True), len(matching) - matching.count(False)
    scale, needed = (_PERCENT, rule.count * len(matching)) if rule.percent else (1, rule.count)
    if certain * scale >= needed:
        return True
    return None if possible * scale >= needed else False


def text_of(rule: Rule) -> str:
    """Write a rule so that `parse` reads the same rule again."""
    if isinstance(rule, Constant):
        return str(rule.value).upper()
    if isinstance(rule, InState):
        return f"{rule.state}({_quoted(rule.alarm)})"
    if isinstance(rule, Negation):
        return f"NOT {_enclosed(rule.operand)}"
    if isinstance(rule, Conjunction):
        return " AND ".join(_enclosed(operand) for operand in rule.operands)
    if isinstance(rule, Disjunction):
        return " OR ".join(_enclosed(operand) for operand in rule.operands)
    count = f"{rule.count}{'%' if rule.percent else ''}"
    state = f"{'NOT ' if rule.negated else ''}{rule.state}"
    return f"AT_LEAST({count}, {state}, ({', '.join(map(_quoted, rule.alarms))}))"


def _enclosed(rule: Rule) -> str:
    return f"({text_of(rule)})" if isinstance(rule, (Conjunction, Disjunction)) else text_of(rule)


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


_WORD = re.compile(r"[A-Z_]+", re.IGNORECASE)
_COUNT = re.compile(r"(\d+)\s*(%?)")
_QUOTED_NAME = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_BARE_NAME = re.compile(r'[^\s"(),](?:[^"(),]*[^\s"(),])?')
_STRENGTHS = {"OR": 0, "AND": 1}


class _Reader(Reader):
    """The grammar, one method a kind of operand."""

    def whole(self) -> Rule:
        rule = self.rule()
        if not self.ended:
            raise self.error("AND, OR or the end expected")
        return rule

    def rule(self) -> Rule:
        return self.joined(self.operand, self.operator, _STRENGTHS, _joined)

    def operator(self) -> str | None:
        return next((word for word in _STRENGTHS if self.take_word(word)), None)

    def operand(self) -> Rule:
        if self.take_word("NOT"):
            return Negation(self.nested(self.operand))
        if self.take("("):
            return self.enclosed(self.rule, ")")
        return self.constant() or self.at_least() or self.in_state()

    def constant(self) -> Rule | None:
        for word, value in (("TRUE", True), ("FALSE", False)):
            if self.take_word(word):
                return Constant(value)
        return None

    def in_state(self) -> Rule:
        state = self.state()
        self.expect("(")
        return InState(state, self.enclosed(self.name, ")"))

    def at_least(self) -> Rule | None:
        if not self.take_word("AT_LEAST"):
            return None
        self.expect("(")
        count = self.next(_COUNT)
        if count is None:
            raise self.error("a number or a percentage expected")
        self.expect(",")
        negated = self.take_word("NOT")
        state = self.state()
        self.expect(",")
        self.expect("(")
        alarms = self.listed(self.name, ")")
        self.expect(")")
        return AtLeast(int(count[1]), bool(count[2]), state, negated, alarms)

    def state(self) -> str:
        for state in _STATES:
            if self.take_word(state):
                return state
        raise self.error("TRUE, FALSE, ALARM, OK, INSUFFICIENT_DATA or AT_LEAST expected")

    def name(self) -> str:
        if quoted := self.next(_QUOTED_NAME):
            return re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL)
        if bare := self.next(_BARE_NAME):
            return bare[0]
        raise self.error("an alarm's name or ARN expected")

    def take_word(self, word: str) -> bool:
        found = _WORD.match(self.text, self.at)
        return found is not None and found[0].upper() == word and self.next(_WORD) is not None


def _joined(operator: str, operands: list[Rule]) -> Rule:
    return Conjunction(tuple(operands)) if operator == "AND" else Disjunction(tuple(operands))
