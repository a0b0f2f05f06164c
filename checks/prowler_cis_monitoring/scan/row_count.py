"""How many findings a written report holds: it is read again, as a program that takes it up would read it."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable, Iterator
from json import JSONDecodeError, JSONDecoder
from pathlib import Path
from typing import Any, TextIO

_PIECE = 1 << 20
_DECODER = JSONDecoder()
_NOT_BLANK = re.compile(r"\s*").match
_ROW, _END = '<tr class="', "</html>"


class UnreadableError(ValueError):
    """The file is none of its format."""


def rows_in(path: Path, ending: str) -> int:
    """Return the number of findings in a report.

    Args:
        path: the report.
        ending: `.csv`, `.json` or `.html`.

    Raises:
        UnreadableError: the file ends too early, or is damaged.
    """
    with path.open(encoding="utf-8", newline="") as file:
        try:
            return _COUNTS[ending](file)
        except (UnicodeDecodeError, csv.Error) as error:
            raise UnreadableError(str(error)) from None


def _csv(file: TextIO) -> int:
    csv.field_size_limit(sys.maxsize)
    rows = csv.reader(file, delimiter=";", strict=True)
    columns = next(rows, [])
    number = 0
    for number, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            raise UnreadableError(f"row {number} has {len(row)} columns")
    return number


def _html(file: TextIO) -> int:
    number, end = 0, ""
    # What AWS said is escaped: no row begins within a row. The table's head has no such row.
    for line in file:
        number += line.count(_ROW)
        end = line.strip() or end
    if not end.endswith(_END):
        raise UnreadableError("it ends too early")
    return number


def _json(file: TextIO) -> int:
    return sum(1 for _ in elements(file))


_COUNTS: dict[str, Callable[[TextIO], int]] = {".csv": _csv, ".html": _html, ".json": _json}


def elements(file: TextIO, piece: int = _PIECE) -> Iterator[dict[str, Any]]:
    """Yield the elements of a JSON array of objects, one after the other: all of them may be large.

    Args:
        file: the text.
        piece: how much is read at a time (characters).

    Raises:
        UnreadableError: it is no such array, or goes on after it.
    """
    array = _Array(file, piece)
    if not array.goes_on_with("["):
        raise UnreadableError("it is no JSON array")
    more = not array.goes_on_with("]")
    while more:
        yield array.element()
        more = array.goes_on_with(",")
        if not more and not array.goes_on_with("]"):
            raise UnreadableError("it ends too early")
    if not array.ends():
        raise UnreadableError("it goes on after its end")


class _Array:
    """A text that is read as far as needed."""

    def __init__(self, file: TextIO, piece: int) -> None:
        self._file, self._piece = file, piece
        self._text, self._position = "", 0

    def goes_on_with(self, character: str) -> bool:
        """Whether that is the next character; it is passed then."""
        found = not self.ends() and self._text[self._position] == character
        self._position += found
        return found

    def ends(self) -> bool:
        """Whether nothing but blanks is left."""
        while True:
            self._position = _NOT_BLANK(self._text, self._position).end()  # type: ignore[union-attr]
            if self._position < len(self._text):
                return False
            if not self._read():
                return True

    def element(self) -> dict[str, Any]:
        if self.ends():
            raise UnreadableError("it ends too early")
        while True:
            try:
                found, self._position = _DECODER.raw_decode(self._text, self._position)
            except JSONDecodeError:
                if not self._read():
                    raise UnreadableError("it ends too early, or is damaged") from None
                continue
            if not isinstance(found, dict):
                raise UnreadableError("an element is no object")
            return found

    def _read(self) -> bool:
        """Read as much again as waits, so that a large element is tried a few times only."""
        waiting = self._text[self._position :]
        piece = self._file.read(max(self._piece, len(waiting)))
        self._text, self._position = waiting + piece, 0
        return bool(piece)
