"""Does a filter pattern match an event? The value semantics of CloudWatch Logs, field by field.

Rules come from the CloudWatch Logs User Guide, "Filter pattern syntax", and, where it is silent, from what third
parties measured with ``TestMetricFilter``. What nobody documents is a field of ``Reading``, so that a decision can be
made under every reading.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from prowler_cis_monitoring.filter_pattern.automata import Glob
from prowler_cis_monitoring.filter_pattern.regex import compile_regex
from prowler_cis_monitoring.filter_pattern.syntax import (
    ACCEPT,
    ORDERINGS,
    Columns,
    Condition,
    Form,
    Leaf,
    MessageRegex,
    Operator,
    Program,
    Selector,
    Step,
    Terms,
    Value,
    Wildcard,
)
from prowler_cis_monitoring.filter_pattern.work import kept
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from prowler_cis_monitoring.filter_pattern.syntax import Column, ColumnTest
    from prowler_cis_monitoring.filter_pattern.work import Work


@dataclass(frozen=True)
class Reading:
    """One choice for everything that AWS does not document. The defaults are the most plausible choices.

    Attributes:
        booleans_are_text: ``=`` and ``!=`` compare a JSON boolean as the text true or false. The documentation allows
            only strings and numbers as values, so the default is that such a condition never matches a boolean.
        quoted_booleans: With ``booleans_are_text``, a quoted value compares so too, not only a bare one.
        texts_have_size: ``<`` and its kin compare a string that looks like a number.
        missing_under_null: ``NOT EXISTS`` holds for a member of a null parent.
        leftmost_wildcards: Wildcards are matched without ever reconsidering, as seen about 2019.
        every_node: With a wildcard selector, ``!=`` and ``IS`` must hold for all selected nodes, not for one.
        absent_somewhere: With a wildcard selector, ``NOT EXISTS`` holds as soon as one element lacks the member.
    """

    booleans_are_text: bool = False
    quoted_booleans: bool = True
    texts_have_size: bool = False
    missing_under_null: bool = True
    leftmost_wildcards: bool = False
    every_node: bool = False
    absent_somewhere: bool = False


PLAUSIBLE: Final = Reading()


class Absence:
    """A selector that leads nowhere; ``under_null`` when a parent is null."""

    def __init__(self, *, under_null: bool) -> None:
        """Make a kind of absence.

        Args:
            under_null: Whether a parent of the selected field is null.
        """
        self.under_null = under_null

    def __repr__(self) -> str:
        return "missing under null" if self.under_null else "missing"


MISSING: Final = Absence(under_null=False)
UNDER_NULL: Final = Absence(under_null=True)


_PARENTS: Final = (dict, list, Mapping)


@dataclass(frozen=True)
class Number:
    """A number of an event, with the text that text comparisons see.

    Attributes:
        text: Its text; without needless zeros behind the point, since nobody documents what becomes of them.
    """

    text: str

    @property
    def value(self) -> Decimal:
        """The number itself."""
        return Decimal(self.text)


_CHILDLESS: Final = (str, Number, Absence, int, float)


def _number(literal: str) -> Number:
    if "." in literal and "e" not in literal.lower():
        whole, _, fraction = literal.partition(".")
        literal = f"{whole}.{fraction.rstrip('0') or '0'}"
    return Number(literal)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


class Message:
    """A log event: its text and, if it is JSON, its document."""

    def __init__(self, event: Mapping[str, Any] | str) -> None:
        """Wrap an event.

        Args:
            event: The raw line, or the parsed record.
        """
        self._event = event

    @cached_property
    def text(self) -> str:
        """The line as it is logged; a record is written without blanks, as CloudTrail does."""
        return (
            self._event
            if isinstance(self._event, str)
            else json.dumps(self._event, separators=(",", ":"), ensure_ascii=False)
        )

    @cached_property
    def document(self) -> object:
        """The JSON document, or None when the whole line is not one; a prefixed line is not one either."""
        if not isinstance(self._event, str):
            return self._event
        try:
            return json.loads(self._event, parse_int=_number, parse_float=_number, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            return None


def kind_of(node: object) -> str:
    """The kind of a node, in the words of ``facts.FieldFact``.

    Args:
        node: The value of a field, or an ``Absence``.

    Returns:
        Its kind; a member of a null parent is missing too.
    """
    if isinstance(node, Absence):
        return "missing"
    if node is None:
        return "null"
    if isinstance(node, bool):
        return "true" if node else "false"
    if isinstance(node, str):
        return "string"
    return "object" if isinstance(node, Mapping) else "array" if isinstance(node, list) else "number"


def matches(
    program: Program,
    event: Mapping[str, Any] | str | Message,
    reading: Reading = PLAUSIBLE,
    work: Work | None = None,
) -> bool:
    """Whether a compiled expression matches an event.

    Args:
        program: The compiled filter pattern.
        event: The raw log line or the parsed record, or a message of them.
        reading: What to assume where AWS documents nothing.
        work: What many questions may take together; None for as much as it takes.

    Returns:
        Whether it matches.

    Raises:
        TooHardError: There is not so much work left.
    """
    message = event if isinstance(event, Message) else Message(event)
    at, code = program
    done = 0
    while at >= 0:
        leaf, if_true, if_false = code[at]
        done += leaf.effort
        at = if_true if _leaf_matches(leaf, message, reading) else if_false
    if work is not None:
        # Once for all: no program is longer than a pattern.
        work.spend(done)
    return at == ACCEPT


def _leaf_matches(leaf: Leaf, message: Message, reading: Reading) -> bool:
    if not isinstance(leaf, Condition):
        return text_matches(leaf, message.text)
    node = message.document
    if not isinstance(node, _PARENTS):
        return False
    selector = leaf.selector
    if selector.wildcard_at is not None:
        return holds_for(leaf, select(selector, node), reading)
    for step in selector.steps:
        node = _child(node, step)
    return holds(leaf.operator, leaf.value, node, reading)


# --- Conditions -------------------------------------------------------------------------------------------------------


def holds_for(condition: Condition, nodes: list[object], reading: Reading) -> bool:
    """Whether a condition with a wildcard selector holds for the nodes that it selects.

    Args:
        condition: The condition.
        nodes: One node, possibly missing, for every element that the wildcard stands for.
        reading: What to assume where AWS documents nothing.

    Returns:
        Whether it holds: for ``=`` and sizes when some node fits (the examples of the guide).
    """
    if condition.operator is Operator.NOT_EXISTS:
        lacking = [holds(Operator.NOT_EXISTS, None, node, reading) for node in nodes]
        return any(lacking) or not nodes if reading.absent_somewhere else all(lacking)
    if reading.every_node and condition.operator in SPREADING:
        nodes = [node for node in nodes if not isinstance(node, Absence)]
        return bool(nodes) and all(holds(condition.operator, condition.value, node, reading) for node in nodes)
    return any(holds(condition.operator, condition.value, node, reading) for node in nodes)


SPREADING: Final = (Operator.UNEQUAL, Operator.IS_NULL, Operator.IS_TRUE, Operator.IS_FALSE)


def select(selector: Selector, document: object) -> list[object]:
    """The nodes that a selector leads to.

    Args:
        selector: The path.
        document: The document.

    Returns:
        Exactly one node, possibly ``MISSING``, without a wildcard; any number with one.
    """
    nodes = [document]
    for step in selector.steps:
        if isinstance(step, Wildcard):
            nodes = [child for node in nodes for child in _children(node, step)]
        else:
            nodes = [_child(node, step) for node in nodes]
    return nodes


def _children(node: object, step: Wildcard) -> list[object]:
    if step is Wildcard.MEMBERS:
        return list(node.values()) if isinstance(node, Mapping) else []
    return list(node) if isinstance(node, list) else []


def _child(node: object, step: Step) -> object:
    # What is frequent and cheap to ask first: a mapping that is no dict is seldom, and dear to tell.
    if isinstance(node, dict):
        return node.get(step, MISSING) if isinstance(step, str) else MISSING
    if node is None or node is UNDER_NULL:
        return UNDER_NULL
    if isinstance(node, _CHILDLESS):
        return MISSING
    if isinstance(node, list):
        return node[step] if isinstance(step, int) and step < len(node) else MISSING
    return node.get(step, MISSING) if isinstance(node, Mapping) and isinstance(step, str) else MISSING


def holds(operator: Operator, value: Value | None, node: object, reading: Reading) -> bool:
    """Whether a test holds for one node.

    ``!=`` is no negation: on a missing, null, object or array node neither ``=`` nor ``!=`` holds (missing and null
    tested by third parties, the rest documented), and only ``NOT EXISTS`` sees a missing node, only ``IS NULL`` a
    null one.

    Args:
        operator: The test.
        value: What to compare with.
        node: The value of the field, or an ``Absence``.
        reading: What to assume where AWS documents nothing.

    Returns:
        Whether it holds.
    """
    if isinstance(node, str):
        if operator is Operator.EQUAL or operator is Operator.UNEQUAL:
            return value is not None and text_equals(value, node, reading) is (operator is Operator.EQUAL)
        return value is not None and reading.texts_have_size and _text_ordered(operator, value, node)
    if isinstance(node, Absence):
        return operator is Operator.NOT_EXISTS and (reading.missing_under_null or not node.under_null)
    if node is None:
        return operator is Operator.IS_NULL
    if isinstance(node, bool):
        if operator is (Operator.IS_TRUE if node else Operator.IS_FALSE):
            return True
        return value is not None and operator not in ORDERINGS and _boolean_compares(operator, value, node, reading)
    if value is None or isinstance(node, (dict, list)):
        return False
    if not isinstance(node, _CHILDLESS) and isinstance(node, Mapping):
        return False
    number = node if isinstance(node, Number) else _number(str(node))
    if operator in ORDERINGS:
        return _ordered(operator, value, number.value)
    # A bare number compares by size (12 equals 12.0), everything else by text (tested by third parties).
    equal = number.value == value.number if value.number is not None else text_equals(value, number.text, reading)
    return equal is (operator is Operator.EQUAL)


def _boolean_compares(operator: Operator, value: Value, node: bool, reading: Reading) -> bool:  # noqa: FBT001 - it is the operand
    if not reading.booleans_are_text or (value.form is not Form.BARE and not reading.quoted_booleans):
        return False
    return text_equals(value, "true" if node else "false", reading) is (operator is Operator.EQUAL)


_LOOKS_LIKE_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.(?:0|[0-9]*[1-9]))?")


def _text_ordered(operator: Operator, value: Value, text: str) -> bool:
    return bool(_LOOKS_LIKE_NUMBER.fullmatch(text)) and _ordered(operator, value, Decimal(text))


def _ordered(operator: Operator, value: Value, size: Decimal) -> bool:
    number = value.number
    if number is None or not size.is_finite():
        return False
    if operator is Operator.LESS:
        return size < number
    if operator is Operator.LESS_OR_EQUAL:
        return size <= number
    return size > number if operator is Operator.GREATER else size >= number


def text_equals(value: Value, text: str, reading: Reading) -> bool:
    """Whether a value equals a text.

    Args:
        value: The value: a text with stars, or a regular expression that is searched.
        text: The text.
        reading: How wildcards are matched.

    Returns:
        Whether it does.
    """
    if value.is_exact:
        return value.text == text
    language = value.language
    if reading.leftmost_wildcards and isinstance(language, Glob):
        language = Glob(language.pieces, leftmost=True)
    return language.contains(text)


# --- Whole messages ---------------------------------------------------------------------------------------------------


def text_matches(leaf: Terms | MessageRegex | Columns, text: str) -> bool:
    """Whether a pattern that does not look at JSON fields matches a line.

    Args:
        leaf: The pattern.
        text: The line.

    Returns:
        Whether it does.
    """
    if isinstance(leaf, Terms):
        return _terms_match(leaf, text)
    if isinstance(leaf, MessageRegex):
        return compile_regex(leaf.text).contains(text)
    return _columns_match(leaf.columns, text)


def _terms_match(leaf: Terms, text: str) -> bool:
    demands = leaf.demands
    if not demands:
        return any(term.text in text for term in leaf.terms)
    # A plain loop: lines are asked for thousands of terms.
    for term, contained in demands:  # noqa: SIM110
        if (term in text) is not contained:
            return False
    return True


_BYTES_OF_A_CHARACTER: Final = 4
_BYTES_OF_A_TOKEN: Final = 60
_TOKEN: Final = re.compile(r'"([^"]*)"|\[([^\]]*)\]|([^ \t]+)')


@kept(lambda key, tokens: _BYTES_OF_A_CHARACTER * len(key[0]) + _BYTES_OF_A_TOKEN * len(tokens))
def _tokens(text: str) -> tuple[str, ...]:
    """Split at blanks and tabs; quotes and brackets hold a column together (tested by third parties)."""
    return tuple(quoted or bracketed or bare for quoted, bracketed, bare in _TOKEN.findall(text))


def _columns_match(columns: tuple[Column, ...], text: str) -> bool:
    tokens = _tokens(text)
    ellipsis = next((at for at, column in enumerate(columns) if column.is_ellipsis), None)
    if ellipsis is None:
        # The guide shows a two-column pattern that matches a line of seven words, though it once demanded all columns.
        return len(tokens) >= len(columns) and all(map(_column_matches, columns, tokens))
    before, after = columns[:ellipsis], columns[ellipsis + 1 :]
    if len(tokens) < len(before) + len(after):
        return False
    return all(map(_column_matches, before, tokens)) and all(map(_column_matches, reversed(after), reversed(tokens)))


def _column_matches(column: Column, token: str) -> bool:
    return any(all(_test_holds(test, token) for test in tests) for tests in column.alternatives)


def _test_holds(test: ColumnTest, token: str) -> bool:
    if test.operator in ORDERINGS:
        return _text_ordered(test.operator, test.value, token)
    return text_equals(test.value, token, PLAUSIBLE) is (test.operator is Operator.EQUAL)
