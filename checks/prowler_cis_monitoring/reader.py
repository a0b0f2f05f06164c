"""One way to read the small languages in which AWS resources are written: a text, a place in it, what may come next.

Knows no language. A language gives its patterns, its operators and its error; recursion happens in parentheses only,
and those are counted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

_BLANKS = re.compile(r"\s*")
# Far beyond what people nest; at five calls a level still far below what Python's stack holds.
_DEEPEST = 100


class Reader:
    """Reads a text from left to right; blanks between what is read do not count.

    Args:
        text: the text.
        error: makes the exception for a message and the 0-based column to which it belongs.
    """

    def __init__(self, text: str, error: Callable[[str, int], Exception]) -> None:
        """Begin at the first character that is no blank."""
        self.text = text
        self._error = error
        self._depth = 0
        self.at = self._after_blanks(0)

    def _after_blanks(self, at: int) -> int:
        found = _BLANKS.match(self.text, at)
        return found.end() if found else at

    @property
    def ended(self) -> bool:
        """Whether nothing but blanks is left."""
        return self.at == len(self.text)

    def next(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Read what `pattern` matches here, or read nothing and return None."""
        found = pattern.match(self.text, self.at)
        if found:
            self.at = self._after_blanks(found.end())
        return found

    def take(self, literal: str) -> bool:
        """Read `literal` if it stands here."""
        found = self.text.startswith(literal, self.at)
        if found:
            self.at = self._after_blanks(self.at + len(literal))
        return found

    def expect(self, literal: str) -> None:
        """Read `literal`.

        Raises:
            Exception: the language's error, when something else stands here.
        """
        if not self.take(literal):
            raise self.error(f"{literal} expected")

    def error(self, message: str) -> Exception:
        """Return the language's error for what stands here."""
        return self._error(message, self.at)

    def enclosed(self, read: Callable[[], T], end: str) -> T:
        """Read what stands between a parenthesis that has been read and its counterpart `end`.

        Raises:
            Exception: the language's error, when `end` is missing or parentheses are nested too deeply.
        """
        value = self.nested(read)
        self.expect(end)
        return value

    def nested(self, read: Callable[[], T]) -> T:
        """Read something that may hold more of its kind; this is where depth is counted.

        Raises:
            Exception: the language's error, when it is nested too deeply.
        """
        if self._depth == _DEEPEST:
            raise self.error("nested too deeply")
        self._depth += 1
        value = read()
        self._depth -= 1
        return value

    def listed(self, read: Callable[[], T], end: str) -> tuple[T, ...]:
        """Read values with commas between them, at least one, up to and with `end`."""
        values = [read()]
        while self.take(","):
            values.append(read())
        self.expect(end)
        return tuple(values)

    def joined(
        self,
        operand: Callable[[], T],
        operator: Callable[[], str | None],
        strengths: Mapping[str, int],
        join: Callable[[str, list[T]], T],
    ) -> T:
        """Read operands with operators between them, as many as there are, without recursion.

        Args:
            operand: reads an operand.
            operator: reads an operator and returns its name, or returns None and reads nothing.
            strengths: how closely each operator binds; of equal ones the left comes first.
            join: makes one value of operands with the same operator between them.
        """
        values = [operand()]
        waiting: list[str] = []

        def reduce() -> None:
            last = waiting[-1]
            run = 1
            while waiting and waiting[-1] == last:
                waiting.pop()
                run += 1
            values[-run:] = [join(last, values[-run:])]

        while (name := operator()) is not None:
            while waiting and waiting[-1] != name and strengths[waiting[-1]] >= strengths[name]:
                reduce()
            waiting.append(name)
            values.append(operand())
        while waiting:
            reduce()
        return values[0]
