"""The criteria by which a metric filter selects log events of certain accounts and Regions.

Source: CloudWatch Logs API, PutMetricFilter.fieldSelectionCriteria: `=`, `!=`, `IN`, `NOT IN`, `AND`, `OR`. AWS gives
two examples and no grammar; parentheses and quotes are read as in those examples, AND binds closer than OR.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prowler_cis_monitoring.alert_path.three_valued import all_hold, any_holds, negation

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = ("@aws.account", "@aws.region")
_MAX_DEPTH = 100
_TOKEN = re.compile(
    r"""\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<sign>!=|[=\[\](),])|(?P<word>[^\s"'!=\[\](),]+))"""
)


class SelectionError(ValueError):
    """Criteria that could not be read."""


def admits(criteria: str, known: Mapping[str, str]) -> bool | None:
    """Whether criteria admit a log event.

    Args:
        criteria: the text, for example `@aws.account IN ["123456789012"] AND @aws.region != "us-east-1"`.
        known: system field to its value; fields that are not in it are unknown.

    Returns:
        None where the answer depends on an unknown field.

    Raises:
        SelectionError: the text could not be read.
    """
    reader = _Reader(criteria, known)
    admitted = reader.disjunction(0)
    if reader.tokens:
        raise SelectionError(f"{reader.tokens[0][1]} was not expected")
    return admitted


class _Reader:
    """Reads and evaluates in one go: criteria are small and used once."""

    def __init__(self, criteria: str, known: Mapping[str, str]) -> None:
        self.known = known
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while criteria[at:].strip():
            found = _TOKEN.match(criteria, at)
            if found is None:
                raise SelectionError(f"unreadable at column {at}")
            kind = str(found.lastgroup)
            self.tokens.append(("text" if kind in ("double", "single") else kind, found[kind]))
            at = found.end()

    def disjunction(self, depth: int) -> bool | None:
        operands = [self.conjunction(depth)]
        while self.take("word", "OR"):
            operands.append(self.conjunction(depth))
        return any_holds(operands)

    def conjunction(self, depth: int) -> bool | None:
        operands = [self.operand(depth)]
        while self.take("word", "AND"):
            operands.append(self.operand(depth))
        return all_hold(operands)

    def operand(self, depth: int) -> bool | None:
        if not self.take("sign", "("):
            return self.comparison()
        if depth == _MAX_DEPTH:
            raise SelectionError("nested too deeply")
        admitted = self.disjunction(depth + 1)
        self.expect("sign", ")")
        return admitted

    def comparison(self) -> bool | None:
        field = self.next("word", "a system field").lower()
        if field not in FIELDS:
            raise SelectionError(f"{field} is no system field")
        negated = False
        if self.take("sign", "="):
            values = [self.value()]
        elif self.take("sign", "!="):
            negated, values = True, [self.value()]
        else:
            negated = self.take("word", "NOT")
            self.expect("word", "IN")
            values = self.values()
        if field not in self.known:
            return None
        admitted = self.known[field] in values
        return negation(admitted) if negated else admitted

    def values(self) -> list[str]:
        self.expect("sign", "[")
        values = [self.value()]
        while self.take("sign", ","):
            values.append(self.value())
        self.expect("sign", "]")
        return values

    def value(self) -> str:
        return self.next("text", "a value in quotes")

    def next(self, kind: str, wanted: str) -> str:
        if not self.tokens or self.tokens[0][0] != kind:
            raise SelectionError(f"{wanted} expected")
        return self.tokens.pop(0)[1]

    def take(self, kind: str, text: str) -> bool:
        found = bool(self.tokens) and self.tokens[0][0] == kind and self.tokens[0][1].upper() == text
        if found:
            self.tokens.pop(0)
        return found

    def expect(self, kind: str, text: str) -> None:
        if not self.take(kind, text):
            raise SelectionError(f"{text} expected")
