"""Languages of texts as small automata: wildcards, the AWS subset of regular expressions, sizes of numbers.

Every language is read one character at a time from a hashable state, in constant or linear time of its own length a
character, so matching is linear in the text. Several languages are compared by walking them side by side
(``witnesses``).
"""

from __future__ import annotations

import re
import string
from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence
    from decimal import Decimal

State: TypeAlias = "Hashable"
Ranges: TypeAlias = "tuple[tuple[int, int], ...]"  # sorted, disjoint, inclusive code points

DEAD: Final = None
LAST_CODE_POINT: Final = 0x10FFFF


class Language(Protocol):
    """A set of texts that can be read character by character; the state ``DEAD`` accepts nothing ever after."""

    @property
    def start(self) -> State:
        """State before the first character."""

    def step(self, state: State, character: str) -> State:
        """State after one more character."""

    def accepts(self, state: State) -> bool:
        """Whether the text read so far belongs to the language."""

    def character_sets(self) -> Iterable[Ranges]:
        """Sets of characters such that characters in the same sets are interchangeable."""


def contains(language: Language, text: str) -> bool:
    """Whether a text belongs to a language, in time linear in the text.

    Args:
        language: The language.
        text: The text.

    Returns:
        Whether it does.
    """
    if isinstance(language, Glob):
        return language.contains(text)
    state = language.start
    for character in text:
        state = language.step(state, character)
        if state is DEAD:
            return False
    return language.accepts(state)


# --- Wildcards --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Glob:
    """A value in which ``*`` stands for any characters, none included.

    Attributes:
        pieces: The texts between the stars.
        leftmost: Read as a matcher that takes every piece, the last one too, where it first occurs and never
            reconsiders. Third parties saw the service do that about 2019: ``*111.111.111`` did not match
            111.111.111.111.
    """

    pieces: tuple[str, ...]
    leftmost: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether there is no star."""
        return len(self.pieces) == 1

    @property
    def depends_on_matcher(self) -> bool:
        """Whether the two readings of wildcards differ on some text."""
        return not self.is_exact and self.pieces[-1] != ""

    def contains(self, text: str) -> bool:
        """Whether a text matches.

        Args:
            text: The text.

        Returns:
            Whether it does.
        """
        first, last = self.pieces[0], self.pieces[-1]
        if self.is_exact:
            return text == first
        if not text.startswith(first):
            return False
        at = len(first)
        for piece in self.pieces[1:-1]:
            found = text.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        if self.leftmost and last:
            found = text.find(last, at)
            return found >= 0 and found + len(last) == len(text)
        return len(text) - at >= len(last) and text.endswith(last)

    @property
    def start(self) -> State:
        """State before the first character: the piece that is being read and how much of it is seen."""
        return self._settled(0, 0)

    def _settled(self, piece: int, seen: int) -> State:
        final = len(self.pieces) - 1
        while piece < final and seen == len(self.pieces[piece]):
            piece, seen = piece + 1, 0
        return piece, seen

    def step(self, state: State, character: str) -> State:
        """Read one more character.

        Args:
            state: Where the reading stands.
            character: What comes next.

        Returns:
            Where it stands then.
        """
        if not isinstance(state, tuple):
            return DEAD
        piece, seen = state
        text = self.pieces[piece]
        if piece == 0:
            return self._settled(0, seen + 1) if seen < len(text) and text[seen] == character else DEAD
        if self.leftmost and text and piece == len(self.pieces) - 1 and seen == len(text):
            return DEAD
        failure = _failures(text)
        if seen == len(text):
            seen = failure[seen]
        while seen > 0 and text[seen] != character:
            seen = failure[seen]
        return self._settled(piece, seen + (seen < len(text) and text[seen] == character))

    def accepts(self, state: State) -> bool:
        """Whether the text read so far matches.

        Args:
            state: Where the reading stands.

        Returns:
            Whether it does.
        """
        return state == (len(self.pieces) - 1, len(self.pieces[-1]))

    def character_sets(self) -> Iterable[Ranges]:
        """Every character that is written in the value, alone.

        Returns:
            The sets.
        """
        return [((ord(character), ord(character)),) for character in sorted(set("".join(self.pieces)))]


@lru_cache(maxsize=4096)
def glob(text: str) -> Glob:
    """The language of a value with stars.

    Args:
        text: The value.

    Returns:
        The language; runs of stars mean the same as one.
    """
    pieces = text.split("*")
    return Glob((pieces[0], *filter(None, pieces[1:-1]), pieces[-1]) if len(pieces) > 1 else (text,))


@lru_cache(maxsize=4096)
def _failures(text: str) -> tuple[int, ...]:
    """For each length of a prefix, the longest shorter prefix that ends it (Knuth, Morris and Pratt)."""
    failure = [0] * (len(text) + 1)
    for end in range(2, len(text) + 1):
        seen = failure[end - 1]
        while seen > 0 and text[seen] != text[end - 1]:
            seen = failure[seen]
        failure[end] = seen + (text[seen] == text[end - 1])
    return tuple(failure)


# --- Regular expressions ----------------------------------------------------------------------------------------------

MAXIMUM_REPETITION = 1000
MAXIMUM_POSITIONS = 4096
_MAXIMUM_REMEMBERED = 20_000
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


def _in_ranges(code_point: int, ranges: Ranges) -> bool:
    return any(low <= code_point <= high for low, high in ranges)


@dataclass(frozen=True)
class _Item:
    """One place of a sequence: characters that may stand there, or an anchor (``^`` or ``$``)."""

    characters: Ranges
    anchor: str = ""
    optional: bool = False
    repeats: bool = False


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
        required = [item] * low
        if high is None:
            return [*required, _Item(item.characters, optional=True, repeats=True)]
        return required + [_Item(item.characters, optional=True)] * (high - low)

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
        self._items: list[_Item | None] = []
        first_places = 0
        for sequence in _RegexReader(text).read():
            first_places |= 1 << len(self._items)
            self._items.extend((*sequence, None))
        self._first = first_places
        self._found = sum(1 << at for at, item in enumerate(self._items) if item is None)
        self._repeats = sum(1 << at for at, item in enumerate(self._items) if item and item.repeats)
        optional = sum(1 << at for at, item in enumerate(self._items) if item and item.optional)
        starts = sum(1 << at for at, item in enumerate(self._items) if item and item.anchor == "^")
        ends = sum(1 << at for at, item in enumerate(self._items) if item and item.anchor == "$")
        self._inside = _Skips(optional)
        self._at_start = _Skips(optional | starts)
        self._at_end = _Skips(optional | ends)
        self._empty = _Skips(optional | starts | ends)
        self._unread = 1 << len(self._items)  # marks the state before the first character
        self._reading: dict[str, int] = {}
        self._steps: dict[tuple[int, int], int] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Regex) and self.text == other.text

    def __hash__(self) -> int:
        return hash((Regex, self.text))

    @property
    def start(self) -> State:
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
        if not isinstance(state, int) or state & self._found:
            return state
        reading = self._reading.get(character)
        if reading is None:
            reading = self._reading[character] = self._places_reading(ord(character))
        key = (state, reading)
        after = self._steps.get(key)
        if after is None:
            read = state & reading
            after = self._settled(self._inside.closure((read << 1) | (read & self._repeats) | self._first))
            if len(self._steps) > _MAXIMUM_REMEMBERED:
                self._steps.clear()
            self._steps[key] = after
        return after

    def _places_reading(self, code_point: int) -> int:
        return sum(1 << at for at, item in enumerate(self._items) if item and _in_ranges(code_point, item.characters))

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
        return {item.characters for item in self._items if item}


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


@lru_cache(maxsize=1024)
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


# --- Finite sets and numbers ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OneOf:
    """A finite set of texts."""

    texts: frozenset[str]

    @property
    def start(self) -> State:
        """Nothing read yet."""
        return "" if self.texts else DEAD

    def step(self, state: State, character: str) -> State:
        """Read one more character.

        Args:
            state: What was read.
            character: What comes next.

        Returns:
            What is read then, as long as some text begins so.
        """
        if not isinstance(state, str):
            return DEAD
        text = state + character
        return text if text in _beginnings(self.texts) else DEAD

    def accepts(self, state: State) -> bool:
        """Whether what was read is one of the texts.

        Args:
            state: What was read.

        Returns:
            Whether it is.
        """
        return state in self.texts

    def character_sets(self) -> Iterable[Ranges]:
        """Every character that occurs, alone.

        Returns:
            The sets.
        """
        return [((ord(character), ord(character)),) for character in sorted(set("".join(self.texts)))]


@lru_cache(maxsize=256)
def _beginnings(texts: frozenset[str]) -> frozenset[str]:
    return frozenset(text[:end] for text in texts for end in range(len(text) + 1))


MAXIMUM_DIGITS = 400
_DIGIT_SETS: Final = [((ord(digit), ord(digit)),) for digit in string.digits] + [((45, 45),), ((46, 46),)]
_COMPARE: Final[dict[str, Callable[[int], bool]]] = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
    "=": lambda sign: sign == 0,
}


class TooManyDigitsError(ValueError):
    """A number whose plain decimal text is too long to be read digit by digit."""


@dataclass(frozen=True)
class Number:
    """Texts of numbers that compare in a given way with a constant.

    The texts are plain decimals as JSON writers print them: no exponent, no needless zero but one behind the point.

    Attributes:
        comparison: ``<``, ``<=``, ``>``, ``>=`` or ``=``.
        constant: What the number is compared with; None for every number.
    """

    comparison: str = "="
    constant: Decimal | None = None

    @property
    def start(self) -> State:
        """No minus, the phase, how many digits of a part are read, the order of the magnitudes so far."""
        return (False, "sign", 0, 0)

    def step(self, state: State, character: str) -> State:
        """Read one more character.

        Args:
            state: Where the reading stands.
            character: What comes next.

        Returns:
            Where it stands then.
        """
        if not isinstance(state, tuple):
            return DEAD
        negative, phase, read, order = state
        whole, fraction = _digits(self.constant)
        if character == "-":
            return (True, "minus", 0, 0) if phase == "sign" else DEAD
        if character == ".":
            if phase not in ("zero", "whole"):
                return DEAD
            length = (read > len(whole)) - (read < len(whole))
            return (negative, "point", 0, length or order)
        if not "0" <= character <= "9":
            return DEAD
        if phase == "zero":
            return DEAD
        if phase in ("sign", "minus", "whole"):
            order = order or (_sign(character, whole[read]) if read < len(whole) else 0)
            after = "zero" if character == "0" and phase != "whole" else "whole"
            return (negative, after, min(read + 1, len(whole) + 1), order)
        order = order or _sign(character, fraction[read] if read < len(fraction) else "0")
        zero = "first zero" if phase == "point" else "zeros"
        ending = zero if character == "0" else "fraction"
        return (negative, ending, min(read + 1, len(fraction)), order)

    def accepts(self, state: State) -> bool:
        """Whether the text read so far is a number that compares as wanted.

        Args:
            state: Where the reading stands.

        Returns:
            Whether it is.
        """
        if not isinstance(state, tuple) or state[1] not in ("zero", "whole", "first zero", "fraction"):
            return False
        if self.constant is None:
            return True
        negative, phase, read, order = state
        whole, fraction = _digits(self.constant)
        if phase in ("zero", "whole"):
            order = (read > len(whole)) - (read < len(whole)) or order
            read = 0
        if order == 0 and read < len(fraction):
            order = -1
        return _COMPARE[self.comparison](_signed(order, negative=negative, constant=self.constant))

    def character_sets(self) -> Iterable[Ranges]:
        """The digits, the sign and the point, each alone.

        Returns:
            The sets.
        """
        return _DIGIT_SETS


def _sign(digit: str, other: str) -> int:
    return (digit > other) - (digit < other)


def _signed(order: int, *, negative: bool, constant: Decimal) -> int:
    """Order of the numbers from the order of their magnitudes."""
    if constant == 0:
        return -order if negative else order
    if negative != (constant < 0):
        return -1 if negative else 1
    return -order if negative else order


@lru_cache(maxsize=1024)
def _digits(constant: Decimal | None) -> tuple[str, str]:
    """Whole and fractional digits of a magnitude, without needless zeros."""
    if constant is None:
        return "0", ""
    if constant and not -MAXIMUM_DIGITS < constant.adjusted() < MAXIMUM_DIGITS:
        raise TooManyDigitsError(f"{constant} has more than {MAXIMUM_DIGITS} digits")
    whole, _, fraction = f"{abs(constant):f}".partition(".")
    return whole.lstrip("0") or "0", fraction.rstrip("0")


# --- Walking several languages side by side ---------------------------------------------------------------------------


class TooHardError(Exception):
    """A question that would take more work than allowed."""


_PREFERRED: Final = (
    "x" + string.ascii_lowercase + string.ascii_uppercase + string.digits + "-_./:@ " + string.punctuation
)
_SURROGATES: Final = range(0xD800, 0xE000)


@lru_cache(maxsize=2048)
def witnesses(languages: tuple[Language, ...], within: Language | None, limit: int) -> tuple[str, ...]:
    """One text for every way in which texts belong to some of the languages and not to the others.

    Args:
        languages: The languages.
        within: Consider only texts of this language; None for all texts.
        limit: How many combined states may be visited.

    Returns:
        The texts, shortest first; for every text there is one here that belongs to exactly the same languages.

    Raises:
        TooHardError: There are more combined states than the limit.
    """
    everyone = languages if within is None else (*languages, within)
    alphabet = _representatives(everyone)
    readers = [_Reader(language, alphabet) for language in everyone]
    start = tuple(language.start for language in everyone)
    found: dict[tuple[bool, ...], str] = {}
    seen = {start}
    queue = deque([(start, "")])
    while queue:
        states, text = queue.popleft()
        if within is None or within.accepts(states[-1]):
            membership = tuple(language.accepts(state) for language, state in zip(languages, states, strict=False))
            found.setdefault(membership, text)
        rows = [reader[state] for reader, state in zip(readers, states, strict=True)]
        for character, after in zip(alphabet, zip(*rows, strict=True), strict=True):
            if after in seen or (within is not None and after[-1] is DEAD):
                continue
            seen.add(after)
            queue.append((after, text + character))
        if len(seen) > limit:
            raise TooHardError(f"{len(languages)} overlapping wildcards or regular expressions")
    return tuple(found.values())


class _Reader(dict[State, "tuple[State, ...]"]):
    """The steps of one language from each state, for every character of an alphabet."""

    def __init__(self, language: Language, alphabet: Sequence[str]) -> None:
        super().__init__()
        self._language = language
        self._alphabet = alphabet

    def __missing__(self, state: State) -> tuple[State, ...]:
        row = self[state] = tuple(self._language.step(state, character) for character in self._alphabet)
        return row


def _representatives(languages: Sequence[Language]) -> list[str]:
    """One character, a readable one where possible, for every set of interchangeable characters."""
    sets = {ranges for language in languages for ranges in language.character_sets()}
    single = {chr(ranges[0][0]) for ranges in sets if len(ranges) == 1 and ranges[0][0] == ranges[0][1]}
    wide = sorted(ranges for ranges in sets if len(ranges) != 1 or ranges[0][0] != ranges[0][1])
    borders = {border for ranges in sets for low, high in ranges for border in (low, high + 1)}
    candidates = [ord(character) for character in _PREFERRED] + [
        border for border in sorted({0} | borders) if border <= LAST_CODE_POINT and border not in _SURROGATES
    ]
    chosen: dict[tuple[str, tuple[bool, ...]], str] = {}
    for code_point in candidates:
        character = chr(code_point)
        signature = (character if character in single else "", tuple(_in_ranges(code_point, ranges) for ranges in wide))
        chosen.setdefault(signature, character)
    return list(chosen.values())
