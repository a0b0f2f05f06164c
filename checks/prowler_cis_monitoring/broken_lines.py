"""Text in lines that fit the terminal; what no terminal shows keeps its lines, for programs that look for them."""

from __future__ import annotations

import shutil
from textwrap import fill
from typing import Final, TextIO

_EASY_TO_READ: Final = 110
_NARROWEST: Final = 20
_INDENT: Final = 4


def columns() -> int:
    """Return the width of the terminal; what is not shown on one is as wide as a text is easy to read."""
    return min(shutil.get_terminal_size((_EASY_TO_READ, 24)).columns, _EASY_TO_READ)


def wrapped(text: str, *, hanging: int = 0) -> str:
    """Break a paragraph between its words.

    Args:
        text: the paragraph; what it is indented by stays.
        hanging: how far its second and further lines are indented, in columns.
    """
    return fill(
        text.lstrip(" "),
        columns(),
        initial_indent=" " * _indent(text),
        subsequent_indent=" " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def fitting(text: str, stream: TextIO) -> str:
    """Return a text as `stream` shows it: its lines broken on a terminal, and as they are elsewhere."""
    if not stream.isatty():
        return text
    return "\n".join(wrapped(line, hanging=_indent(line) + 2) for line in text.splitlines())


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def row(before: str, text: str, stream: TextIO) -> str:
    """Return a line of a list, whose last column goes on below itself, or stands below where it has no room.

    Args:
        before: the columns before the last one, filled up to their widths.
        text: the last column.
        stream: where the list is shown.
    """
    if not stream.isatty():
        return f"{before}{text}"
    if columns() - len(before) >= _NARROWEST:
        return wrapped(f"{before}{text}", hanging=len(before))
    return f"{before.rstrip()}\n{wrapped(' ' * _INDENT + text.lstrip(), hanging=_INDENT)}"
