"""The criteria by which a metric filter selects log events of certain accounts and Regions.

Source: CloudWatch Logs API, PutMetricFilter.fieldSelectionCriteria: `=`, `!=`, `IN`, `NOT IN`, `AND`, `OR`. AWS gives
two examples and no grammar; parentheses and quotes are read as in those examples, AND binds closer than OR.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prowler_cis_monitoring.alert_path.three_valued import all_hold, any_holds, negation
from prowler_cis_monitoring.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = ("@aws.account", "@aws.region")
_WORD = re.compile(r"""[^\s"'!=\[\](),]+""")
_QUOTED = re.compile(r"""\"(?P<double>[^"]*)\"|'(?P<single>[^']*)'""")
_STRENGTHS = {"OR": 0, "AND": 1}


class SelectionError(ValueError):
    """Criteria that could not be read; `position` is the 0-based column where reading stopped."""

    def __init__(self, message: str, position: int) -> None:
        """Keep the message and the column."""
        super().__init__(f"{message} at column {position}")
        self.position = position


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
    return _Reader(criteria, known).whole()


class _Reader(Reader):
    """Reads and evaluates in one go: criteria are small and used once."""

    def __init__(self, criteria: str, known: Mapping[str, str]) -> None:
        super().__init__(criteria, SelectionError)
        self.known = known

    def whole(self) -> bool | None:
        admitted = self.criteria()
        if not self.ended:
            raise self.error("AND, OR or the end expected")
        return admitted

    def criteria(self) -> bool | None:
        return self.joined(self.operand, self.operator, _STRENGTHS, _joined)

    def operator(self) -> str | None:
        return next((word for word in _STRENGTHS if self.take_word(word)), None)

    def operand(self) -> bool | None:
        return self.enclosed(self.criteria, ")") if self.take("(") else self.comparison()

    def comparison(self) -> bool | None:
        field = self.field()
        values: tuple[str, ...]
        if self.take("="):
            negated, values = False, (self.value(),)
        elif self.take("!="):
            negated, values = True, (self.value(),)
        else:
            negated = self.take_word("NOT")
            if not self.take_word("IN"):
                raise self.error("=, !=, IN or NOT IN expected")
            self.expect("[")
            values = self.listed(self.value, "]")
        if field not in self.known:
            return None
        admitted = self.known[field] in values
        return negation(admitted) if negated else admitted

    def field(self) -> str:
        found = _WORD.match(self.text, self.at)
        if found is None or found[0].lower() not in FIELDS:
            raise self.error(f"a system field ({' or '.join(FIELDS)}) expected")
        self.next(_WORD)
        return found[0].lower()

    def value(self) -> str:
        found = self.next(_QUOTED)
        if found is None:
            raise self.error("a value in quotes expected")
        return str(found["double"] if found["single"] is None else found["single"])

    def take_word(self, word: str) -> bool:
        found = _WORD.match(self.text, self.at)
        return found is not None and found[0].upper() == word and self.next(_WORD) is not None


def _joined(operator: str, operands: list[bool | None]) -> bool | None:
    return all_hold(operands) if operator == "AND" else any_holds(operands)
