"""Reads an answer of AWS's member by member: what is well formed is kept, the first thing that is not is told.

A member that AWS documents has no default here: where it is absent, of another type or of an unknown value the record
has a `problem`, and what is returned in its place stands for nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timezone
from typing import Any, TypeVar

Value = TypeVar("Value")
Other = TypeVar("Other")
Kind = Callable[[Any], Value]

_LARGEST_COUNT = 2**31 - 1
"""The largest integer of AWS's service models."""


class WrongError(ValueError):
    """A member is not of the kind that AWS documents."""


class Record:
    """One structure of an answer.

    The records inside it share its problem, except those that stand `apart`.
    """

    def __init__(self, members: Mapping[str, Any], problems: list[str] | None = None) -> None:
        """Read `members`; `problems` collects what is wrong with them."""
        self._members = members
        self._problems: list[str] = [] if problems is None else problems

    @property
    def problem(self) -> str | None:
        """What was found wrong first, as the name of an error; None when all that was read is well formed."""
        return self._problems[0] if self._problems else None

    def has(self, member: str) -> bool:
        """Whether a member is there."""
        return self.member(member) is not None

    def member(self, name: str) -> Any:  # noqa: ANN401 - as AWS sent it
        """Return a member as it is; None when it is absent or null. All readers take members here."""
        return self._members.get(name)

    def required(self, member: str, kind: Kind[Value], instead: Other) -> Value | Other:
        """Return a member; where it is absent or not of its kind there is a problem, and `instead` is returned."""
        found = self.optional(member, kind, instead)
        if not self.has(member):
            self.lacks(member)
        return found

    def optional(self, member: str, kind: Kind[Value], absent: Other) -> Value | Other:
        """Return a member, `absent` where AWS leaves it out; there is a problem where it is not of its kind."""
        value = self.member(member)
        if value is None:
            return absent
        try:
            return kind(value)
        except WrongError as error:
            self._problems.append(f"AnswerWith{error}{_capital(member)}")
            return absent

    def records(self, member: str) -> tuple[Record, ...]:
        """Return a list of structures, empty where AWS leaves it out; what is wrong with one is wrong with this."""
        return tuple(Record(members, self._problems) for members in self.optional(member, structures, ()))

    def record(self, member: str) -> Record:
        """Return a structure inside this one; where it is absent there is a problem."""
        return Record(self.required(member, structure, {}), self._problems)

    def apart(self, member: str) -> tuple[Record, ...]:
        """Return a list of structures each of which has its own problem; where the list is absent this one has."""
        return tuple(Record(members) for members in self.required(member, structures, ()))

    def apart_if_any(self, member: str) -> tuple[Record, ...]:
        """Return the same of a list that AWS may leave out."""
        return tuple(Record(members) for members in self.optional(member, structures, ()))

    def lacks(self, member: str) -> None:
        """Say that a member is absent though AWS documents it."""
        self._problems.append(f"AnswerWithout{_capital(member)}")


def _capital(member: str) -> str:
    return member[:1].upper() + member[1:]


def text(value: Any) -> str:  # noqa: ANN401 - as AWS sent it; so are the following
    """A text."""
    if not isinstance(value, str):
        raise WrongError("Wrong")
    return value


def some_text(value: Any) -> str:  # noqa: ANN401
    """A text that is not empty: a name or an ARN."""
    if not text(value):
        raise WrongError("Empty")
    return str(value)


def flag(value: Any) -> bool:  # noqa: ANN401
    """True or false."""
    if not isinstance(value, bool):
        raise WrongError("Wrong")
    return value


def count(value: Any) -> int:  # noqa: ANN401
    """A whole number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST_COUNT:
        raise WrongError("Wrong")
    return value


def number(value: Any) -> float:  # noqa: ANN401
    """A number that can be compared with others."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise WrongError("Wrong")
    try:
        found = float(value)
    except OverflowError:
        raise WrongError("Wrong") from None
    if not math.isfinite(found):
        raise WrongError("Wrong")
    return found


def moment(value: Any) -> datetime:  # noqa: ANN401
    """A time with its zone, as botocore makes it."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise WrongError("Wrong")
    return value


def milliseconds(value: Any) -> datetime:  # noqa: ANN401
    """A time in milliseconds since 1970."""
    try:
        return datetime.fromtimestamp(number(value) / 1000, timezone.utc)
    except (OverflowError, OSError, ValueError):
        raise WrongError("Wrong") from None


def moments(value: Any) -> tuple[datetime, ...]:  # noqa: ANN401
    """A list of times."""
    return tuple(moment(each) for each in _list(value))


def numbers(value: Any) -> tuple[float, ...]:  # noqa: ANN401
    """A list of numbers."""
    return tuple(number(each) for each in _list(value))


def one_of(known: Collection[str]) -> Kind[str]:
    """Return the kind of the words that AWS documents."""

    def kind(value: Any) -> str:  # noqa: ANN401
        if text(value) not in known:
            raise WrongError("Unknown")
        return str(value)

    return kind


def texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401
    """A list of texts."""
    return tuple(text(each) for each in _list(value))


def some_of(known: Collection[str]) -> Kind[tuple[str, ...]]:
    """Return the kind of lists of the words that AWS documents."""
    word = one_of(known)

    def kind(value: Any) -> tuple[str, ...]:  # noqa: ANN401
        return tuple(word(each) for each in _list(value))

    return kind


def text_map(value: Any) -> dict[str, str]:  # noqa: ANN401
    """Texts by name."""
    return {text(name): text(each) for name, each in structure(value).items()}


def structure(value: Any) -> dict[str, Any]:  # noqa: ANN401
    """A structure."""
    if not isinstance(value, dict):
        raise WrongError("Wrong")
    return value


def structures(value: Any) -> tuple[dict[str, Any], ...]:  # noqa: ANN401
    """A list of structures."""
    return tuple(structure(each) for each in _list(value))


def _list(value: Any) -> list[Any]:  # noqa: ANN401
    if not isinstance(value, list):
        raise WrongError("Wrong")
    return value
