"""The language of a composite alarm's AlarmRule: text to syntax tree, tree to text, tree and states to truth.

Source: CloudWatch API, PutCompositeAlarm.AlarmRule; CloudWatch User Guide, "Composite alarms".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prowler_cis_monitoring.alert_path.three_valued import all_hold, any_holds, negation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STATES = ("ALARM", "OK", "INSUFFICIENT_DATA")
_MAX_DEPTH = 100
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
    return _Reader(text).whole()


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


class _Reader:
    """Recursive descent over the text, one method a level of the grammar."""

    _word = re.compile(r"[A-Z_]+", re.IGNORECASE)
    _count = re.compile(r"(\d+)\s*(%?)")
    _quoted_name = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
    _bare_name = re.compile(r'[^\s"(),](?:[^"(),]*[^\s"(),])?')

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def whole(self) -> Rule:
        rule = self.disjunction()
        if self.skip_space() != len(self.text):
            raise self.error("AND, OR or the end expected")
        return rule

    def disjunction(self) -> Rule:
        operands = [self.conjunction()]
        while self.take_word("OR"):
            operands.append(self.conjunction())
        return operands[0] if len(operands) == 1 else Disjunction(tuple(operands))

    def conjunction(self) -> Rule:
        operands = [self.operand()]
        while self.take_word("AND"):
            operands.append(self.operand())
        return operands[0] if len(operands) == 1 else Conjunction(tuple(operands))

    def operand(self) -> Rule:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.error("nested too deeply")
        rule = self.negated() or self.enclosed() or self.constant() or self.at_least() or self.in_state()
        self.depth -= 1
        return rule

    def negated(self) -> Rule | None:
        return Negation(self.operand()) if self.take_word("NOT") else None

    def enclosed(self) -> Rule | None:
        if not self.take("("):
            return None
        rule = self.disjunction()
        self.expect(")")
        return rule

    def constant(self) -> Rule | None:
        for word, value in (("TRUE", True), ("FALSE", False)):
            if self.take_word(word):
                return Constant(value)
        return None

    def in_state(self) -> Rule:
        state = self.state()
        self.expect("(")
        alarm = self.name()
        self.expect(")")
        return InState(state, alarm)

    def at_least(self) -> Rule | None:
        if not self.take_word("AT_LEAST"):
            return None
        self.expect("(")
        self.skip_space()
        count = self._count.match(self.text, self.at)
        if count is None:
            raise self.error("a number or a percentage expected")
        self.at = count.end()
        self.expect(",")
        negated = self.take_word("NOT")
        state = self.state()
        self.expect(",")
        alarms = self.names()
        self.expect(")")
        return AtLeast(int(count[1]), bool(count[2]), state, negated, alarms)

    def names(self) -> tuple[str, ...]:
        self.expect("(")
        names = [self.name()]
        while self.take(","):
            names.append(self.name())
        self.expect(")")
        return tuple(names)

    def state(self) -> str:
        for state in _STATES:
            if self.take_word(state):
                return state
        raise self.error("TRUE, FALSE, ALARM, OK, INSUFFICIENT_DATA or AT_LEAST expected")

    def name(self) -> str:
        self.skip_space()
        quoted = self._quoted_name.match(self.text, self.at)
        found = quoted or self._bare_name.match(self.text, self.at)
        if found is None:
            raise self.error("an alarm's name or ARN expected")
        self.at = found.end()
        return re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL) if quoted else found[0]

    def skip_space(self) -> int:
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1
        return self.at

    def take(self, character: str) -> bool:
        found = self.text.startswith(character, self.skip_space())
        self.at += found
        return found

    def take_word(self, word: str) -> bool:
        found = self._word.match(self.text, self.skip_space())
        if found is None or found[0].upper() != word:
            return False
        self.at = found.end()
        return True

    def expect(self, character: str) -> None:
        if not self.take(character):
            raise self.error(f"{character} expected")

    def error(self, message: str) -> AlarmRuleError:
        return AlarmRuleError(message, self.skip_space())
