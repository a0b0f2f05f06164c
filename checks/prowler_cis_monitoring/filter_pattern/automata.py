"""Languages of texts as small automata: wildcards, finite sets, sizes of numbers, and walks over several of them.

Every language is read one character at a time from a hashable state, in constant or linear time of its own length a
character, so matching is linear in the text. Several languages are compared by walking them side by side
(``witnesses``).
"""

from __future__ import annotations

import string
from bisect import bisect_left
from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Final, Protocol, TypeAlias

from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence
    from decimal import Decimal

    from prowler_cis_monitoring.filter_pattern.work import Work

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

    def contains(self, text: str) -> bool:
        """Whether a text belongs to the language, in time linear in the text."""

    @property
    def effort(self) -> int:
        """Units of work that reading a character takes."""

    def character_sets(self) -> Iterable[Ranges]:
        """Sets of characters such that characters in the same sets are interchangeable."""


def in_ranges(code_point: int, ranges: Ranges) -> bool:
    """Whether a character lies in some ranges."""
    return any(low <= code_point <= high for low, high in ranges)


def walked(language: Language, text: str) -> bool:
    """Whether a text belongs to a language, read character by character.

    Args:
        language: The language.
        text: The text.

    Returns:
        Whether it does.
    """
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

    effort: ClassVar[int] = 1
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


# --- Finite sets and numbers ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OneOf:
    """A finite set of texts."""

    effort: ClassVar[int] = 1
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
        ordered = _ordered(self.texts)
        at = bisect_left(ordered, text)
        return text if at < len(ordered) and ordered[at].startswith(text) else DEAD

    def accepts(self, state: State) -> bool:
        """Whether what was read is one of the texts.

        Args:
            state: What was read.

        Returns:
            Whether it is.
        """
        return state in self.texts

    def contains(self, text: str) -> bool:
        """Whether a text is one of the set.

        Args:
            text: The text.

        Returns:
            Whether it is.
        """
        return text in self.texts

    def character_sets(self) -> Iterable[Ranges]:
        """Every character that occurs, alone.

        Returns:
            The sets.
        """
        return [((ord(character), ord(character)),) for character in sorted(set("".join(self.texts)))]


@lru_cache(maxsize=16)
def _ordered(texts: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(texts))


# Languages of which one unit of work reads the states that were reached before.
_LANGUAGES_IN_A_UNIT: Final = 8
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

    effort: ClassVar[int] = 2
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

    def contains(self, text: str) -> bool:
        """Whether a text is a number that compares as wanted.

        Args:
            text: The text.

        Returns:
            Whether it is.
        """
        return walked(self, text)

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


_PREFERRED: Final = (
    "x" + string.ascii_lowercase + string.ascii_uppercase + string.digits + "-_./:@ " + string.punctuation
)
_SURROGATES: Final = range(0xD800, 0xE000)


def witnesses(languages: tuple[Language, ...], within: Language | None, work: Work) -> tuple[str, ...]:
    """One text for every way in which texts belong to some of the languages and not to the others.

    Args:
        languages: The languages.
        within: Consider only texts of this language; None for all texts.
        work: How much may be done: a unit for each language and character in each combined state.

    Returns:
        The texts, shortest first; for every text there is one here that belongs to exactly the same languages.

    Raises:
        TooHardError: There are too many combined states.
    """
    everyone = languages if within is None else (*languages, within)
    alphabet = _representatives(everyone, work)
    readers = [_Reader(language, alphabet, work) for language in everyone]
    effort = len(alphabet) * (1 + len(everyone) // _LANGUAGES_IN_A_UNIT)
    start = tuple(reader.start for reader in readers)
    found: dict[tuple[bool, ...], str] = {}
    seen = {start}
    queue = deque([(start, "")])
    while queue:
        states, text = queue.popleft()
        work.spend(effort)
        rows = [reader[state] for reader, state in zip(readers, states, strict=True)]
        if within is None or readers[-1].accepting[states[-1]]:
            pairs = zip(readers[: len(languages)], states, strict=False)
            found.setdefault(tuple([reader.accepting[state] for reader, state in pairs]), text)
        for character, after in zip(alphabet, zip(*rows, strict=True), strict=True):
            if after in seen or (within is not None and after[-1] == _NOWHERE):
                continue
            seen.add(after)
            queue.append((after, text + character))
    return tuple(found.values())


# The number of the state that accepts nothing ever after.
_NOWHERE: Final = -1


class _Reader(dict[int, "tuple[int, ...]"]):
    """The steps of one language from each state, for every character of an alphabet.

    States are numbered as they are reached: combined states are compared much more often than they are read.
    """

    def __init__(self, language: Language, alphabet: Sequence[str], work: Work) -> None:
        super().__init__()
        self._language = language
        self._alphabet = alphabet
        self._work = work
        self._effort = len(alphabet) * language.effort
        self._states: list[State] = []
        self._numbers: dict[State, int] = {DEAD: _NOWHERE}
        self.accepting: dict[int, bool] = {}
        self.start = self._number(language.start)

    def _number(self, state: State) -> int:
        number = self._numbers.get(state)
        if number is None:
            number = self._numbers[state] = len(self._states)
            self._states.append(state)
        return number

    def __missing__(self, number: int) -> tuple[int, ...]:
        self._work.spend(self._effort)
        state = DEAD if number == _NOWHERE else self._states[number]
        self.accepting[number] = self._language.accepts(state)
        row = self[number] = tuple(self._number(self._language.step(state, each)) for each in self._alphabet)
        return row


def _representatives(languages: Sequence[Language], work: Work) -> list[str]:
    """One character, a readable one where possible, for every set of interchangeable characters."""
    sets = {ranges for language in languages for ranges in language.character_sets()}
    single = {chr(ranges[0][0]) for ranges in sets if len(ranges) == 1 and ranges[0][0] == ranges[0][1]}
    wide = sorted(ranges for ranges in sets if len(ranges) != 1 or ranges[0][0] != ranges[0][1])
    borders = {border for ranges in sets for low, high in ranges for border in (low, high + 1)}
    candidates = [ord(character) for character in _PREFERRED] + [
        border for border in sorted({0} | borders) if border <= LAST_CODE_POINT and border not in _SURROGATES
    ]
    work.spend(len(candidates) * (1 + sum(map(len, wide))))
    chosen: dict[tuple[str, tuple[bool, ...]], str] = {}
    for code_point in candidates:
        character = chr(code_point)
        signature = (character if character in single else "", tuple(in_ranges(code_point, ranges) for ranges in wide))
        chosen.setdefault(signature, character)
    return list(chosen.values())
