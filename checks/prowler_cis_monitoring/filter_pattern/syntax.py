"""The syntax tree of a filter pattern: its nodes, the walks over it, and its canonical text.

Every walk keeps its own stack, so that nesting costs no recursion.
"""

from __future__ import annotations

import re
from dataclasses import field
from decimal import Decimal
from enum import Enum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from prowler_cis_monitoring.filter_pattern.automata import Language, glob
from prowler_cis_monitoring.filter_pattern.regex import compile_regex
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAXIMUM_LENGTH = 1024
# What reading a record of usual size takes: nodes that a wildcard selects, units of work for all its characters.
_NODES = 8
_CHARACTERS = 256
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_BARE_TERM = re.compile(r"[A-Za-z0-9_]+")
_TO_ESCAPE = re.compile(r'"|\\(?=["\\]|\Z)')


class Wildcard(Enum):
    """A step that selects several nodes."""

    MEMBERS = ".*"
    ITEMS = "[*]"


Step: TypeAlias = "str | int | Wildcard"


@dataclass(frozen=True)
class Selector:
    """A path from the root of the event, e.g. ``$.userIdentity.type`` or ``$.resources[0].ARN``.

    Attributes:
        steps: Member names, array indexes and at most one wildcard.
        wildcard_at: Index of the wildcard step, if there is one.
    """

    steps: tuple[Step, ...]
    wildcard_at: int | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        wildcards = (at for at, step in enumerate(self.steps) if isinstance(step, Wildcard))
        object.__setattr__(self, "wildcard_at", next(wildcards, None))

    def __str__(self) -> str:
        return selector_text(self.steps)


@lru_cache(maxsize=8192)
def selector_text(steps: tuple[Step, ...]) -> str:
    """Write a selector.

    Args:
        steps: Its steps.

    Returns:
        The text that ``PutMetricFilter`` takes.
    """
    return "$" + "".join(map(_step_text, steps))


def _step_text(step: Step) -> str:
    if isinstance(step, Wildcard):
        return step.value
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _PLAIN_NAME.fullmatch(step) else f".['{step}']"


class Form(Enum):
    """How a value is written; a bare number and a quoted one differ on numeric fields."""

    BARE = "bare"
    QUOTED = "quoted"
    REGEX = "regex"


@dataclass(frozen=True)
class Value:
    """What a condition compares with.

    Attributes:
        text: The value without its quotes, escapes or percent signs.
        form: How it was written.
        number: The number that a bare value denotes, if it denotes one.
        is_exact: Whether exactly one text equals the value.
    """

    text: str
    form: Form
    number: Decimal | None = field(init=False, compare=False, repr=False)
    is_exact: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        is_number = self.form is Form.BARE and _NUMBER.fullmatch(self.text)
        object.__setattr__(self, "number", Decimal(self.text) if is_number else None)
        object.__setattr__(self, "is_exact", self.form is not Form.REGEX and "*" not in self.text)

    @property
    def language(self) -> Language:
        """The texts that equal this value."""
        return compile_regex(self.text) if self.form is Form.REGEX else glob(self.text)

    def __str__(self) -> str:
        if self.form is Form.BARE:
            return self.text
        if self.form is Form.REGEX:
            return f"%{self.text}%"
        return _quoted(self.text)


class Operator(Enum):
    """The tests of the language. There is no negation, no ``EXISTS`` and no ``IS NOT``."""

    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    IS_NULL = "IS NULL"
    IS_TRUE = "IS TRUE"
    IS_FALSE = "IS FALSE"
    NOT_EXISTS = "NOT EXISTS"


ORDERINGS = (Operator.LESS, Operator.LESS_OR_EQUAL, Operator.GREATER, Operator.GREATER_OR_EQUAL)


@dataclass(frozen=True)
class Condition:
    """One test of one field of a JSON event.

    Attributes:
        selector: The field.
        operator: The test.
        value: What to compare with; None for the tests written in words.
    """

    selector: Selector
    operator: Operator
    value: Value | None = None

    @cached_property
    def effort(self) -> int:
        """Units of work that matching a record takes."""
        nodes = 1 if self.selector.wildcard_at is None else _NODES
        return nodes * (1 if self.value is None or self.value.is_exact else 2 * self.value.language.effort)

    @cached_property
    def readable(self) -> str:
        """As it is written with blanks; patterns that share conditions write them once."""
        return self._text(" ")

    @cached_property
    def dense(self) -> str:
        """As it is written with no more blanks than needed."""
        return self._text("")

    def _text(self, blank: str) -> str:
        if self.value is None:
            return f"{self.selector} {self.operator.value}"
        return f"{self.selector}{blank}{self.operator.value}{blank}{self.value}"

    @cached_property
    def _hash(self) -> int:
        return hash((self.selector, self.operator, self.value))

    def __hash__(self) -> int:
        return self._hash


class Sign(Enum):
    """What a term of an unstructured pattern asks for."""

    PRESENT = ""
    ABSENT = "-"
    OPTIONAL = "?"


@dataclass(frozen=True)
class Term:
    """One term of an unstructured pattern: a case-sensitive substring of the message."""

    text: str
    sign: Sign


@dataclass(frozen=True)
class Terms:
    """An unstructured pattern, e.g. ``ERROR -timeout ?"try again"``."""

    terms: tuple[Term, ...]

    @cached_property
    def demands(self) -> tuple[tuple[str, bool], ...]:
        """What is decisive beside optional terms: each text with whether a line has to contain it.

        The guide: beside terms that are required or excluded, optional terms are ignored.
        """
        return tuple((term.text, term.sign is Sign.PRESENT) for term in self.terms if term.sign is not Sign.OPTIONAL)

    @property
    def effort(self) -> int:
        """Units of work that matching a record takes."""
        # A term is searched in the whole line.
        return 2 + 2 * len(self.terms)


@dataclass(frozen=True)
class MessageRegex:
    """A stand-alone regular expression, searched in the whole message."""

    text: str

    @cached_property
    def effort(self) -> int:
        """Units of work that matching a record takes."""
        return _CHARACTERS * compile_regex(self.text).effort


@dataclass(frozen=True)
class ColumnTest:
    """One comparison of one column of a space-delimited pattern."""

    operator: Operator
    value: Value


@dataclass(frozen=True)
class Column:
    """One column of a space-delimited pattern: alternatives of conjunctions of tests, or the ellipsis."""

    name: str
    alternatives: tuple[tuple[ColumnTest, ...], ...] = ((),)

    @property
    def is_ellipsis(self) -> bool:
        """Whether this stands for any number of columns."""
        return self.name == "..."


@dataclass(frozen=True)
class Columns:
    """A space-delimited pattern."""

    columns: tuple[Column, ...]

    @property
    def effort(self) -> int:
        """Units of work that matching a record takes."""
        return 2 + len(self.columns)


Leaf: TypeAlias = "Condition | Terms | MessageRegex | Columns"


@dataclass(frozen=True)
class AllOf:
    """Every part matches; no part at all means everything."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class AnyOf:
    """Some part matches; no part at all means nothing."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Not:
    """The part does not match. AWS has no spelling for it; exclusions need it."""

    part: Expression


Expression: TypeAlias = "Leaf | AllOf | AnyOf | Not"
T = TypeVar("T")

EVERYTHING = AllOf(())
NOTHING = AnyOf(())


def fold(expression: Expression, leaf: Callable[[Leaf], T], join: Callable[[AllOf | AnyOf | Not, list[T]], T]) -> T:
    """Compute a value bottom-up without recursion.

    Args:
        expression: The tree.
        leaf: The value of a leaf.
        join: The value of an inner node from the values of its parts.

    Returns:
        The value of the root.
    """
    done: list[T] = []
    todo: list[tuple[Expression, bool]] = [(expression, False)]
    while todo:
        node, visited = todo.pop()
        if not isinstance(node, (AllOf, AnyOf, Not)):
            done.append(leaf(node))
            continue
        parts: tuple[Expression, ...] = (node.part,) if isinstance(node, Not) else node.parts
        if not visited:
            todo.append((node, True))
            todo.extend((part, False) for part in reversed(parts))
            continue
        at = len(done) - len(parts)
        values = done[at:]
        del done[at:]
        done.append(join(node, values))
    return done.pop()


Program: TypeAlias = "tuple[int, tuple[tuple[Leaf, int, int], ...]]"
ACCEPT = -1
REJECT = -2


def program(expression: Expression) -> Program:
    """Compile an expression to leaves with two exits each: evaluated without recursion and no further than needed.

    Args:
        expression: The tree.

    Returns:
        The entry, and for every leaf where to go when it matches and when it does not: another leaf, ``ACCEPT`` or
        ``REJECT``.
    """
    code: list[tuple[Leaf, int, int]] = []
    entry = ACCEPT
    todo: list[tuple[Expression, int | None, int | None]] = [(expression, ACCEPT, REJECT)]
    while todo:
        # Parts are compiled from last to first; None stands for the entry of the part behind.
        node, exit_true, exit_false = todo.pop()
        if_true = entry if exit_true is None else exit_true
        if_false = entry if exit_false is None else exit_false
        if isinstance(node, Not):
            todo.append((node.part, if_false, if_true))
        elif isinstance(node, AllOf):
            entry = if_true
            todo.extend((part, None, if_false) for part in node.parts)
        elif isinstance(node, AnyOf):
            entry = if_false
            todo.extend((part, if_true, None) for part in node.parts)
        else:
            entry = len(code)
            code.append((node, if_true, if_false))
    return entry, tuple(code)


def conjunction(parts: Sequence[Expression]) -> Expression:
    """Join expressions that must all match, without needless nesting.

    Args:
        parts: The expressions.

    Returns:
        One expression; everything when there are no parts.
    """
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, AllOf) else (part,))]
    if any(isinstance(part, AnyOf) and not part.parts for part in flat):
        return NOTHING
    return flat[0] if len(flat) == 1 else AllOf(tuple(flat))


def disjunction(parts: Sequence[Expression]) -> Expression:
    """Join expressions of which one must match, without needless nesting.

    Args:
        parts: The expressions.

    Returns:
        One expression; nothing when there are no parts.
    """
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, AnyOf) else (part,))]
    if any(isinstance(part, AllOf) and not part.parts for part in flat):
        return EVERYTHING
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))


# --- Writing ----------------------------------------------------------------------------------------------------------


def expression_text(expression: Expression) -> str:
    """Write an expression so that reading it again gives the same tree.

    Blanks make it readable where the length limit allows, so that a pattern at the limit still fits.

    Args:
        expression: The tree; one that ``parse_expression`` made can be read again, a combined one only where AWS
        could express it.

    Returns:
        The canonical text.
    """
    readable = _text(expression, " ")
    return readable if len(readable) <= MAXIMUM_LENGTH else _text(expression, "")


def _text(expression: Expression, blank: str) -> str:
    if isinstance(expression, Terms):
        return _terms_text(expression.terms, blank)
    if isinstance(expression, MessageRegex):
        return f"%{expression.text}%"
    if isinstance(expression, Columns):
        return "[" + f",{blank}".join(_column_text(column, blank) for column in expression.columns) + "]"
    if expression == EVERYTHING:
        return ""
    if expression == NOTHING:
        return "{}"
    return f"{{{blank}{_json_text(expression, blank)}{blank}}}"


def _json_text(expression: Expression, blank: str) -> str:
    """Write a tree without recursion: what is still to be written waits in reverse order."""
    written: list[str] = []
    todo: list[str | Expression] = [expression]
    while todo:
        node = todo.pop()
        if isinstance(node, Condition):
            written.append(node.readable if blank else node.dense)
        elif isinstance(node, str):
            written.append(node)
        elif isinstance(node, Not):
            todo += [")", node.part, "!("]
        elif isinstance(node, (AllOf, AnyOf)):
            if not node.parts:
                written.append("everything" if isinstance(node, AllOf) else "nothing")
                continue
            joint = f"{blank}&&{blank}" if isinstance(node, AllOf) else f"{blank}||{blank}"
            for part in reversed(node.parts):
                todo += [")", part, "("] if isinstance(node, AllOf) and isinstance(part, AnyOf) else [part]
                todo.append(joint)
            todo.pop()
        else:
            written.append(f"message matches <{_text(node, blank)}>")
    return "".join(written)


def _terms_text(terms: tuple[Term, ...], blank: str) -> str:
    text = ""
    for term in terms:
        # Where every character counts, an excluded word may follow a word without a blank, as it may have been written.
        follows = not blank and term.sign is Sign.ABSENT and text[-1:] != '"'
        text += ("" if follows or not text else " ") + term.sign.value + _term_text(term.text)
    return text


def _term_text(text: str) -> str:
    return text if _BARE_TERM.fullmatch(text) else _quoted(text)


def _column_text(column: Column, blank: str) -> str:
    if column.alternatives == ((),):
        return column.name
    return f"{blank}||{blank}".join(
        f"{blank}&&{blank}".join(f"{column.name}{blank}{test.operator.value}{blank}{test.value}" for test in tests)
        for tests in column.alternatives
    )


def _quoted(text: str) -> str:
    escaped = _TO_ESCAPE.sub(lambda found: "\\" + found[0], text)
    return f'"{escaped}"'
