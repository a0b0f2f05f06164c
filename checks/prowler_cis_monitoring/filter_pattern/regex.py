"""The AWS subset of regular expressions as an automaton: read, compile, search.

The subset has no groups, so an expression is a list of alternatives, each a sequence of places. Source: CloudWatch
Logs User Guide, "Supported regular expressions (regex) syntax".
"""

from __future__ import annotations

import re
import string
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from prowler_cis_monitoring.filter_pattern.automata import LAST_CODE_POINT, Ranges, State, in_ranges
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

MAXIMUM_REPETITION = 1000
MAXIMUM_POSITIONS = 4096
# Characters and steps of one expression that are remembered; steps only of expressions with few places.
_MAXIMUM_REMEMBERED: Final = 256
_MAXIMUM_STEPS: Final = 1024
_MAXIMUM_PLACES_REMEMBERED: Final = 256
# Places that one unit of work moves by a character.
_PLACES_IN_A_UNIT: Final = 256
_DIGITS: Final[Ranges] = ((48, 57),)
_WORDS: Final[Ranges] = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACES: Final[Ranges] = ((9, 13), (32, 32))
_LITERALS: Final = frozenset(string.ascii_letters + string.digits + ":_#=@/;,- ")
_REPETITION: Final = re.compile(r"\{([0-9]{1,4})(?:(,)([0-9]{0,4}))?\}")
_ESCAPABLE: Final = frozenset(":_#=@/;,- ^$?[]{}|\\*+.")
_CLASSES: Final[dict[str, Ranges]] = {"d": _DIGITS, "w": _WORDS, "s": _SPACES}


class RegexError(ValueError):
    """A regular expression outside the subset that CloudWatch Logs accepts."""

    def __init__(self, position: int, expected: str) -> None:
        """Make the error of one column.

        Args:
            position: 0-based column in the expression.
            expected: What was expected there.
        """
        super().__init__(expected)
        self.position = position
        self.expected = expected


def _complement(ranges: Ranges) -> Ranges:
    kept: list[tuple[int, int]] = []
    free = 0
    for low, high in ranges:
        if low > free:
            kept.append((free, low - 1))
        free = high + 1
    if free <= LAST_CODE_POINT:
        kept.append((free, LAST_CODE_POINT))
    return tuple(kept)


def _union(parts: Iterable[tuple[int, int]]) -> Ranges:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(parts):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


_ANY: Final = _complement(((10, 10),))


@dataclass(frozen=True)
class _Item:
    """Like places of a sequence: characters that may stand there, or an anchor (``^`` or ``$``)."""

    characters: Ranges
    anchor: str = ""
    optional: bool = False
    repeats: bool = False
    times: int = 1


class _RegexReader:
    """Reads the subset: no groups, so an expression is a list of sequences of items."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.positions = 0

    def read(self) -> tuple[tuple[_Item, ...], ...]:
        sequences: list[tuple[_Item, ...]] = []
        items: list[_Item] = []
        while self.at < len(self.text):
            if self.text[self.at] == "|":
                sequences.append(tuple(items))
                items = []
                self.at += 1
            else:
                items.extend(self._quantified())
        return (*sequences, tuple(items))

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _quantified(self) -> list[_Item]:
        at = self.at
        item = self._atom()
        low, high = self._bounds()
        if item.anchor and (low, high) != (1, 1):
            raise RegexError(at, "a quantifier after a character, not after ^ or $")
        if self._peek() in tuple("?*+{"):
            raise RegexError(self.at, "one quantifier only")
        self.positions += max(low, high or 0, 1)
        if self.positions > MAXIMUM_POSITIONS:
            raise RegexError(at, f"an expression of at most {MAXIMUM_POSITIONS} places")
        required = replace(item, times=low)
        if high is None:
            return [required, _Item(item.characters, optional=True, repeats=True)]
        return [required, _Item(item.characters, optional=True, times=high - low)]

    def _bounds(self) -> tuple[int, int | None]:
        character = self._peek()
        if character in tuple("?*+"):
            self.at += 1
            return {"?": (0, 1), "*": (0, None), "+": (1, None)}[character]
        if character != "{":
            return 1, 1
        found = _REPETITION.match(self.text, self.at)
        if not found:
            raise RegexError(self.at, f"a repetition such as {{2}}, {{2,}} or {{2,5}}, of at most {MAXIMUM_REPETITION}")
        low = int(found[1])
        high = int(found[3]) if found[3] else None if found[2] else low
        if max(low, high or 0) > MAXIMUM_REPETITION or (high is not None and high < low):
            raise RegexError(self.at, f"a repetition from 0 to {MAXIMUM_REPETITION}, the smaller number first")
        self.at = found.end()
        return low, high

    def _atom(self) -> _Item:
        character = self.text[self.at]
        if character in "^$":
            self.at += 1
            return _Item((), anchor=character)
        if character == ".":
            self.at += 1
            return _Item(_ANY)
        if character == "[":
            return _Item(self._bracket())
        if character == "\\":
            return _Item(self._escape())
        if character not in _LITERALS:
            raise RegexError(
                self.at, "a letter, a digit, one of : _ # = @ / ; , - or an operator of the regular expressions of AWS"
            )
        self.at += 1
        return _Item(((ord(character), ord(character)),))

    def _escape(self) -> Ranges:
        at = self.at
        character = self.text[at + 1 : at + 2]
        if character == "x":
            digits = self.text[at + 2 : at + 4]
            if len(digits) != 2 or not all(digit in string.hexdigits for digit in digits):  # noqa: PLR2004 - \xhh
                raise RegexError(at, "two hexadecimal digits after \\x")
            self.at += 4
            return ((int(digits, 16), int(digits, 16)),)
        self.at += 2
        if character.lower() in _CLASSES:
            ranges = _CLASSES[character.lower()]
            return ranges if character.islower() else _complement(ranges)
        if character not in _ESCAPABLE:
            raise RegexError(at, "one of \\d \\D \\s \\S \\w \\W \\xhh or an escaped symbol")
        return ((ord(character), ord(character)),)

    def _bracket(self) -> Ranges:
        opened = self.at
        self.at += 1
        negated = self._peek() == "^"
        self.at += negated
        parts: list[tuple[int, int]] = []
        while self._peek() != "]":
            if not self._peek():
                raise RegexError(opened, "a closing ]")
            parts.extend(self._bracket_part())
        if not parts:
            raise RegexError(opened, "a character between [ and ]")
        self.at += 1
        ranges = _union(parts)
        return _complement(ranges) if negated else ranges

    def _bracket_part(self) -> Ranges:
        at = self.at
        low = self._bracket_character()
        if self._peek() != "-" or self.text[self.at + 1 : self.at + 2] in ("]", ""):
            return low
        self.at += 1
        high = self._bracket_character()
        if (
            len(low) != 1
            or len(high) != 1
            or low[0][0] != low[0][1]
            or high[0][0] != high[0][1]
            or low[0][0] > high[0][0]
        ):
            raise RegexError(at, "a range from a smaller to a larger character")
        return ((low[0][0], high[0][0]),)

    def _bracket_character(self) -> Ranges:
        character = self._peek()
        if character == "\\":
            return self._escape()
        if character not in _LITERALS and character not in tuple("^$?{}|*+."):
            raise RegexError(self.at, "a letter, a digit or a symbol that the regular expressions of AWS allow")
        self.at += 1
        return ((ord(character), ord(character)),)


class Regex:
    """An expression that is searched for anywhere in the text.

    A state is the set of places reached, one bit each. Places of one sequence are consecutive; the bit behind its
    last item means "found". Once found without ``$``, the text belongs to the language whatever follows.
    """

    def __init__(self, text: str) -> None:
        """Compile an expression.

        Args:
            text: The expression between the percent signs.

        Raises:
            RegexError: It is outside the subset of AWS.
        """
        self.text = text
        self._sets: dict[Ranges, int] = {}
        self._first = self._found = self._repeats = 0
        optional = starts = ends = at = 0
        for sequence in _RegexReader(text).read():
            self._first |= 1 << at
            for item in sequence:
                places = ((1 << item.times) - 1) << at
                at += item.times
                if item.anchor:
                    starts |= places if item.anchor == "^" else 0
                    ends |= places if item.anchor == "$" else 0
                    continue
                self._sets[item.characters] = self._sets.get(item.characters, 0) | places
                optional |= places if item.optional else 0
                self._repeats |= places if item.repeats else 0
            self._found |= 1 << at
            at += 1
        self.places = at
        self.effort = 1 + at // _PLACES_IN_A_UNIT
        self._inside = _Skips(optional)
        self._at_start = _Skips(optional | starts)
        self._at_end = _Skips(optional | ends)
        self._empty = _Skips(optional | starts | ends)
        self._unread = 1 << at  # marks the state before the first character
        self._reading: dict[str, int] = {}
        self._rows: dict[int, dict[str, int]] = {}
        self._remembered = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Regex) and self.text == other.text

    def __hash__(self) -> int:
        return hash((Regex, self.text))

    @property
    def start(self) -> int:
        """Places before the first character; only here ``^`` holds."""
        return self._settled(self._at_start.closure(self._first) | self._unread)

    def _settled(self, places: int) -> int:
        return self._found if places & self._found else places

    def step(self, state: State, character: str) -> State:
        """Read one more character.

        Args:
            state: Places reached.
            character: What comes next.

        Returns:
            Places reached then.
        """
        return self._after(state, character) if isinstance(state, int) else state

    def _after(self, state: int, character: str) -> int:
        if state & self._found:
            return state
        reading = self._reading.get(character)
        if reading is None:
            if len(self._reading) >= _MAXIMUM_REMEMBERED:
                self._reading.clear()
            reading = self._reading[character] = self._places_reading(ord(character))
        read = state & reading
        return self._settled(self._inside.closure((read << 1) | (read & self._repeats) | self._first))

    def _places_reading(self, code_point: int) -> int:
        return sum(places for characters, places in self._sets.items() if in_ranges(code_point, characters))

    def contains(self, text: str) -> bool:
        """Whether the expression is found in a text, which is read no further than that.

        Args:
            text: The text.

        Returns:
            Whether it is.
        """
        state = self.start
        found = self._found
        if self.places > _MAXIMUM_PLACES_REMEMBERED:
            for character in text:
                if state & found:
                    return True
                state = self._after(state, character)
            return self.accepts(state)
        row = self._row(state)
        for character in text:
            after = row.get(character)
            if after is None:
                after = row[character] = self._after(state, character)
                self._remembered += 1
            if after != state:
                state = after
                if state & found:
                    return True
                row = self._row(state)
        return self.accepts(state)

    def _row(self, state: int) -> dict[str, int]:
        """The steps from a state that are remembered."""
        row = self._rows.get(state)
        if row is None:
            if self._remembered + len(self._rows) > _MAXIMUM_STEPS:
                self._rows.clear()
                self._remembered = 0
            row = self._rows[state] = {}
        return row

    def accepts(self, state: State) -> bool:
        """Whether the expression was found, the end of the text being here.

        Args:
            state: Places reached.

        Returns:
            Whether it was.
        """
        if not isinstance(state, int):
            return False
        skips = self._empty if state & self._unread else self._at_end
        return bool(skips.closure(state) & self._found)

    def character_sets(self) -> Iterable[Ranges]:
        """The character sets of all items.

        Returns:
            The sets.
        """
        return self._sets.keys()


class _Skips:
    """Places that may be passed without reading a character, in blocks of neighbours.

    One subtraction serves all blocks at once: the borrow runs from the first place of a block to its first reached
    place (Navarro and Raffinot, extended Shift-And).
    """

    def __init__(self, places: int) -> None:
        self._behind = (places << 1) & ~places
        self._first = places & ~(places << 1)
        self._blocks = places | self._behind

    def closure(self, reached: int) -> int:
        """Add every place that is reached by skipping."""
        marked = reached | self._behind
        return reached | (self._blocks & ~((marked - self._first) ^ marked))


@lru_cache(maxsize=256)
def compile_regex(text: str) -> Regex:
    """The language of a regular expression.

    Args:
        text: The expression between the percent signs.

    Returns:
        The language of the texts in which it is found.

    Raises:
        RegexError: It is outside the subset of AWS.
    """
    return Regex(text)
