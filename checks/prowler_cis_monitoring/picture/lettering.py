"""How much room text takes, without a font at hand, and how a name is broken into lines.

Widths are those of DejaVu Sans, which is wider than what most systems show in its place, so that text that fits here
fits everywhere.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from prowler_cis_monitoring.foreign_text import harmless

# Advance widths in em.
_NARROW: Final = dict.fromkeys("ijlI.,:;|!'` ", 0.34) | dict.fromkeys('frt()[]{}-/\\"', 0.46)
_WIDE: Final = dict.fromkeys("mwMWQOG@%&", 0.99)
_DIGITS_AND_LOWER, _UPPER, _FULL, _OTHER = 0.636, 0.77, 1.05, 1.0
# Where a name may be broken: after a sign, and before a capital letter that follows a small one.
_PIECES: Final = re.compile(r"[^-_/.:@ ]+?(?:[-_/.:@ ]|(?<=[a-z])(?=[A-Z])|$)|[-_/.:@ ]")
_ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"
_MOST_READ: Final = 256
_MOST_BEGUN: Final = 80


def width(text: str, size: float) -> float:
    """Return how wide a text is at most, in the unit of `size`, the font's size."""
    return size * sum(map(_advance, text))


def _advance(character: str) -> float:
    if character in _NARROW:
        return _NARROW[character]
    if character in _WIDE:
        return _WIDE[character]
    if character.isascii():
        return _UPPER if character.isupper() else _DIGITS_AND_LOWER
    return _FULL if unicodedata.east_asian_width(character) in "WF" else _OTHER


def named(name: str) -> str:
    """Return a foreign name for a place of its own."""
    return harmless(" ".join(name.split(" ")), _MOST_READ) if name.strip() else f"(no name: {len(name)} blanks)"


def begun(name: str) -> str:
    """Return the beginning of a foreign name, for lists beside a box that has the whole one."""
    return harmless(named(name), _MOST_BEGUN)


def label(name: str, room: float, size: float, most: int) -> tuple[str, ...]:
    """Break a foreign name into lines.

    Args:
        name: the name.
        room: how wide a line may be, in the unit of `size`.
        size: the font's size.
        most: how many lines there are at most (count).

    Returns:
        The lines; where a name is too long for them its middle is left out, since names differ at their end.
    """
    text = named(name)
    lines = _broken(text, room, size)
    kept = len(text)
    while len(lines) > most:
        kept = min(kept - 1, int(kept * 0.9))
        head = kept // 3
        lines = _broken(f"{text[:head]}{_ELLIPSIS}{text[len(text) - (kept - head) :]}", room, size)
    return tuple(lines)


def wrapped(text: str, room: float, size: float) -> tuple[str, ...]:
    """Break a sentence of ours into as many lines as it needs."""
    return tuple(_broken(text, room, size, re.compile(r"\S*\s?")))


def _broken(text: str, room: float, size: float, pieces: re.Pattern[str] = _PIECES) -> list[str]:
    lines, line = [], ""
    for piece in pieces.findall(text):
        if line and width(f"{line}{piece}".rstrip(), size) > room:
            lines.append(line.rstrip())
            line = ""
        line += piece
        while width(line.rstrip(), size) > room:
            cut = next(at for at in range(len(line), 0, -1) if at == 1 or width(line[:at], size) <= room)
            lines.append(line[:cut].rstrip())
            line = line[cut:]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines
