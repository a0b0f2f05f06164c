"""Reads a filter pattern: text to syntax tree.

Knows the four kinds of pattern (JSON, unstructured terms, space-delimited, stand-alone regular expression), what AWS
rejects and where. Reading is linear and keeps its own stack, so nesting is bounded by the length limit alone. Rules
are those of the CloudWatch Logs User Guide, "Filter pattern syntax", unless a comment names another witness.
"""

from __future__ import annotations

import re
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING

from prowler_cis_monitoring.filter_pattern.regex import RegexError, compile_regex
from prowler_cis_monitoring.filter_pattern.syntax import (
    EVERYTHING,
    MAXIMUM_LENGTH,
    ORDERINGS,
    Column,
    Columns,
    ColumnTest,
    Condition,
    Expression,
    Form,
    MessageRegex,
    Operator,
    Selector,
    Sign,
    Step,
    Term,
    Terms,
    Value,
    Wildcard,
    conjunction,
    disjunction,
)
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

MAXIMUM_WILDCARD_SELECTORS = 3
MAXIMUM_REGEXES = 2
_OPERATORS = {operator.value: operator for operator in Operator}
_BLANKS = " \t\r\n"
_BLANK = re.compile(r"[ \t\r\n]*")
_SELECTOR = re.compile(r"\$(?:\.(?:[A-Za-z0-9_-]+|\*|\['[^']+'\])|\[(?:[0-9]+|\*)\])+")
_STEP = re.compile(r"\.(?:([A-Za-z0-9_-]+)|(\*)|\['([^']+)'\])|\[(?:([0-9]+)|(\*))\]")
_COMPARISON = re.compile(r"[ \t\r\n]*(!=|<=|>=|=|<|>)[ \t\r\n]*")
_WORDS = re.compile(
    r"[ \t\r\n]+(?:(IS)[ \t\r\n]+(NULL|TRUE|FALSE)|(NOT)[ \t\r\n]+(EXISTS))(?![A-Za-z0-9_])", re.IGNORECASE
)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
# The documentation wants every character but letters, digits and "_" quoted, yet writes bare dots and stars itself; the
# other characters here occur bare in filters that people run.
_BARE = re.compile(r"[A-Za-z0-9_.*/:@+,\-]+")
_BARE_COLUMN = re.compile(r"[A-Za-z0-9_.*/:@+\-]+")
_REGEX = re.compile(r"%([^%]*)%")
_BARE_TERM = re.compile(r"[A-Za-z0-9_]+")
_COLUMN_NAME = re.compile(r"\.\.\.|[A-Za-z0-9_]*")
_ESCAPED = re.compile(r'\\(["\\])')


class FilterPatternError(ValueError):
    """A text that CloudWatch Logs rejects as a filter pattern.

    Attributes:
        position: 0-based column of the first character that cannot stand where it stands.
        expected: What could have stood there.
    """

    def __init__(self, position: int, expected: str, found: str = "") -> None:
        """Make the error of one column.

        Args:
            position: 0-based column.
            expected: What was expected there.
            found: The rest of the text from that column on; its beginning is quoted.
        """
        seen = f", found {found[:20]!r}" if found else ""
        super().__init__(f"column {position + 1}: expected {expected}{seen}")
        self.position = position
        self.expected = expected

    def __reduce__(self) -> tuple[Callable[[str, int, str], FilterPatternError], tuple[str, int, str]]:
        return _restore_error, (str(self), self.position, self.expected)


def _restore_error(message: str, position: int, expected: str) -> FilterPatternError:
    error = FilterPatternError(position, expected)
    error.args = (message,)
    return error


def parse_expression(text: str) -> Expression:
    """Read a filter pattern.

    Args:
        text: The pattern as given to ``PutMetricFilter``.

    Returns:
        Its syntax tree.

    Raises:
        FilterPatternError: The text is not a filter pattern.
    """
    if len(text) > MAXIMUM_LENGTH:
        # PutMetricFilter API reference: "Length Constraints: Maximum length of 1024".
        raise FilterPatternError(MAXIMUM_LENGTH, f"at most {MAXIMUM_LENGTH} characters")
    stripped = text.strip(_BLANKS)
    if stripped in ("", '" "'):
        return EVERYTHING
    if text[0] == "{":
        return _JsonReader(text).read()
    if text[0] == "[":
        return _read_columns(text)
    if text[0] == "%":
        return _read_message_regex(text)
    return _read_terms(text)


def _value_at(text: str, at: int, bare: re.Pattern[str]) -> tuple[Value, int]:
    """Read a value; the caller checks what follows it."""
    if found := bare.match(text, at):
        return _interned_value(found[0], Form.BARE), found.end()
    if found := _QUOTED.match(text, at):
        content = found[1]
        return _interned_value(_ESCAPED.sub(r"\1", content) if "\\" in content else content, Form.QUOTED), found.end()
    if text[at : at + 1] == '"':
        raise FilterPatternError(len(text), "a closing quote")
    if found := _REGEX.match(text, at):
        return _regex_value(found[1], at + 1), found.end()
    if text[at : at + 1] == "%":
        raise FilterPatternError(len(text), "a closing percent sign")
    raise FilterPatternError(
        at, "a value: a word, a number, a text in double quotes or a %regular expression%", text[at:]
    )


def _regex_value(content: str, at: int) -> Value:
    if not content:
        raise FilterPatternError(at, "a regular expression between the percent signs")
    try:
        compile_regex(content)
    except RegexError as error:
        raise FilterPatternError(at + error.position, error.expected, content[error.position :]) from None
    return _interned_value(content, Form.REGEX)


@lru_cache(maxsize=4096)
def _interned_value(text: str, form: Form) -> Value:
    return Value(text, form)


@lru_cache(maxsize=1024)
def interned_selector(text: str) -> Selector:
    """Read a selector that is known to be one.

    Args:
        text: The selector, e.g. ``$.userIdentity.type``.

    Returns:
        The selector.
    """
    steps: list[Step] = []
    for name, member, quoted, index, item in _STEP.findall(text):
        if member or item:
            steps.append(Wildcard.MEMBERS if member else Wildcard.ITEMS)
        else:
            steps.append(int(index) if index else name or quoted)
    return Selector(tuple(steps))


@lru_cache(maxsize=8192)
def _interned_condition(selector: Selector, operator: Operator, value: Value | None) -> Condition:
    return Condition(selector, operator, value)


@dataclass
class _Group:
    """An open parenthesis: the finished alternatives and the conjunction that is being read."""

    alternatives: list[Expression] = field(default_factory=list)
    conjuncts: list[Expression] = field(default_factory=list)

    def next_alternative(self) -> None:
        self.alternatives.append(conjunction(self.conjuncts))
        self.conjuncts = []

    def close(self) -> Expression:
        self.next_alternative()
        return disjunction(self.alternatives)


class _JsonReader:
    """Reads ``{ ... }`` once from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text.rstrip(_BLANKS)
        self.wildcards = 0
        self.regexes = 0

    def read(self) -> Expression:
        text = self.text
        if text[-1] != "}":
            raise FilterPatternError(len(text), "} because the pattern starts with {")
        groups = [_Group()]
        at = 1
        while True:
            at = self._open_groups(groups, at)
            condition, at = self._condition(at)
            groups[-1].conjuncts.append(condition)
            at = self._close_groups(groups, at)
            joint = text[at : at + 2]
            if joint == "&&":
                at += 2
            elif joint == "||":
                groups[-1].next_alternative()
                at += 2
            elif joint == "}" and at == len(text) - 1 and len(groups) == 1:
                return groups[0].close()
            else:
                wanted = "&&, || or )" if len(groups) > 1 else "&&, || or } at the end"
                raise FilterPatternError(at, wanted, text[at:])

    def _skip(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def _open_groups(self, groups: list[_Group], at: int) -> int:
        at = self._skip(at)
        while self.text[at : at + 1] == "(":
            groups.append(_Group())
            at = self._skip(at + 1)
        return at

    def _close_groups(self, groups: list[_Group], at: int) -> int:
        at = self._skip(at)
        while len(groups) > 1 and self.text[at : at + 1] == ")":
            closed = groups.pop().close()
            groups[-1].conjuncts.append(closed)
            at = self._skip(at + 1)
        return at

    def _condition(self, at: int) -> tuple[Condition, int]:
        text = self.text
        found = _SELECTOR.match(text, at)
        if not found:
            raise FilterPatternError(at, "( or a selector such as $.eventName", text[at:])
        selector = self._selector(found[0], at)
        after = found.end()
        if comparison := _COMPARISON.match(text, after):
            return self._comparison(selector, _OPERATORS[comparison[1]], comparison.end())
        if words := _WORDS.match(text, after):
            operator = _OPERATORS[f"{words[1] or words[3]} {words[2] or words[4]}".upper()]
            return _interned_condition(selector, operator, None), words.end()
        after = self._skip(after)
        raise FilterPatternError(
            after, "an operator: = != < <= > >= IS NULL, IS TRUE, IS FALSE or NOT EXISTS", text[after:]
        )

    def _selector(self, text: str, at: int) -> Selector:
        selector = interned_selector(text)
        wildcards = text.count("*") and sum(isinstance(step, Wildcard) for step in selector.steps)
        self.wildcards += wildcards
        if wildcards > 1:
            raise FilterPatternError(at, "one wildcard in a selector", text)
        if self.wildcards > MAXIMUM_WILDCARD_SELECTORS:
            raise FilterPatternError(at, f"at most {MAXIMUM_WILDCARD_SELECTORS} selectors with a wildcard", text)
        return selector

    def _comparison(self, selector: Selector, operator: Operator, at: int) -> tuple[Condition, int]:
        value, end = _value_at(self.text, at, _BARE)
        if operator in ORDERINGS and value.number is None:
            # Even a quoted number is rejected (tested by third parties with TestMetricFilter).
            raise FilterPatternError(at, f"a bare number after {operator.value}", self.text[at:])
        if value.form is Form.REGEX:
            self.regexes += 1
            if self.regexes > MAXIMUM_REGEXES:
                raise FilterPatternError(at, f"at most {MAXIMUM_REGEXES} regular expressions", self.text[at:])
        return _interned_condition(selector, operator, value), end


def _read_message_regex(text: str) -> Expression:
    text = text.rstrip(_BLANKS)
    found = _REGEX.match(text)
    if not found:
        raise FilterPatternError(len(text), "a closing percent sign")
    if found.end() != len(text):
        raise FilterPatternError(found.end(), "the end of the pattern", text[found.end() :])
    return MessageRegex(_regex_value(found[1], 1).text)


def _read_terms(text: str) -> Expression:
    terms: list[Term] = []
    at = 0
    while True:
        at = _skip_blanks(text, at)
        if at == len(text):
            return Terms(tuple(terms))
        sign = Sign.PRESENT
        if text[at] in "-?":
            sign = Sign(text[at])
            at += 1
        if found := _QUOTED.match(text, at):
            if not found[1]:
                raise FilterPatternError(at, "a term that is not empty", text[at:])
            terms.append(Term(_ESCAPED.sub(r"\1", found[1]), sign))
        elif found := _BARE_TERM.match(text, at):
            terms.append(Term(found[0], sign))
        elif text[at : at + 1] == '"':
            raise FilterPatternError(len(text), "a closing quote")
        else:
            raise FilterPatternError(at, "a term: letters, digits and _, or a text in double quotes", text[at:])
        at = found.end()
        # A bare hyphen inside a word starts an excluded term: a filter `normalizer-error` was accepted and found no
        # line that contains both words (tested by a third party).
        if at < len(text) and text[at] not in _BLANKS and not (text[at] == "-" and text[at - 1] != '"'):
            raise FilterPatternError(at, "a blank between terms; quote a term with other characters", text[at:])


def _skip_blanks(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _read_columns(text: str) -> Expression:
    text = text.rstrip(_BLANKS)
    if text[-1] != "]":
        raise FilterPatternError(len(text), "] because the pattern starts with [")
    columns: list[Column] = []
    at = _skip_blanks(text, 1)
    if at == len(text) - 1:
        return Columns(())
    regexes = 0
    while True:
        start = at
        column, at = _read_column(text, at)
        if column.name and any(column.name == other.name for other in columns):
            raise FilterPatternError(start, "every column name only once", text[start:])
        regexes += sum(test.value.form is Form.REGEX for tests in column.alternatives for test in tests)
        if regexes > MAXIMUM_REGEXES:
            raise FilterPatternError(start, f"at most {MAXIMUM_REGEXES} regular expressions", text[start:])
        columns.append(column)
        if text[at] == "]" and at == len(text) - 1:
            return Columns(tuple(columns))
        if text[at] != ",":
            raise FilterPatternError(at, "a comma, && or || or ] at the end", text[at:])
        at = _skip_blanks(text, at + 1)


def _read_column(text: str, at: int) -> tuple[Column, int]:
    found = _COLUMN_NAME.match(text, at)
    name = found[0] if found else ""
    at = _skip_blanks(text, at + len(name))
    if not name or name == "..." or not _COMPARISON.match(text, at):
        return Column(name), at
    alternatives: list[tuple[ColumnTest, ...]] = []
    tests: list[ColumnTest] = []
    while True:
        comparison = _COMPARISON.match(text, at)
        if not comparison:
            raise FilterPatternError(at, "an operator: = != < <= > >=", text[at:])
        operator = _OPERATORS[comparison[1]]
        value, after = _value_at(text, comparison.end(), _BARE_COLUMN)
        if operator in ORDERINGS and value.number is None:
            raise FilterPatternError(
                comparison.end(), f"a bare number after {operator.value}", text[comparison.end() :]
            )
        tests.append(ColumnTest(operator, value))
        at = _skip_blanks(text, after)
        joint = text[at : at + 2]
        if joint == "||":
            alternatives.append(tuple(tests))
            tests = []
        elif joint != "&&":
            return Column(name, (*alternatives, tuple(tests))), at
        at = _skip_blanks(text, at + 2)
        again = _COLUMN_NAME.match(text, at)
        if not again or again[0] != name:
            # Reported against the documentation's own `status_code = 4* && bytes > 1000`.
            raise FilterPatternError(at, f"another test of the same column, {name}", text[at:])
        at = again.end()
