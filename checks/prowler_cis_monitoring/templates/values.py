"""Values of templates: each with its place in a file, and either known or outside these files.

An outside value is a text in which a token stands for what nobody can know before it is deployed. The token is made of
the value's name, so that two values of one name are the same value and two of different names are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from prowler_cis_monitoring.records import dataclass

Scalar = str | int | float | bool | None
_NO_PART_OF_A_NAME = re.compile(r"[^A-Za-z0-9-]+")
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


@dataclass(frozen=True, order=True)
class Position:
    """A place in a file; line and column count from 1, and are 0 where only the file is known."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class TemplateError(ValueError):
    """A file that cannot be read as a template; the message begins with the file and, where there is one, the line."""

    def __init__(self, message: str, at: Position) -> None:
        """Say `message` of the place `at`."""
        super().__init__(f"{at}: {message}")
        self.at = at


@dataclass(frozen=True)
class Outside:
    """Why a value is not in these files.

    Attributes:
        name: what tells it from other outside values, for example a parameter's name.
        reason: a phrase for a sentence, for example `parameter Topic has no default`.
    """

    name: str
    reason: str

    @property
    def token(self) -> str:
        """What stands for the value: allowed in names, ARNs and alarm rules."""
        return f"__{_NO_PART_OF_A_NAME.sub('-', self.name)[:80]}__"


@dataclass(frozen=True)
class Value:
    """A value of a template.

    Attributes:
        data: a scalar, a tuple of values, or values by key.
        at: where it stands.
        outside: what of a scalar is not known; its text then holds a token for each.
    """

    data: Scalar | tuple[Value, ...] | Mapping[str, Value]
    at: Position
    outside: tuple[Outside, ...] = field(default=())

    def get(self, key: str) -> Value | None:
        """Return the value under a key; None when there is none, or when this holds no keys."""
        found = self.data.get(key) if isinstance(self.data, Mapping) else None
        return None if found is None or (found.data is None and not found.outside) else found

    @property
    def items(self) -> tuple[Value, ...]:
        """The values of a list; a single value counts as a list of one, as CloudFormation takes it."""
        if isinstance(self.data, tuple):
            return self.data
        return () if self.data is None and not self.outside else (self,)


def unknown(outside: Outside, at: Position) -> Value:
    """Return a value that is wholly outside."""
    return Value(outside.token, at, (outside,))


def reasons(value: Value | None) -> tuple[Outside, ...]:
    """Return what of a value, at any depth, is not known."""
    return () if value is None else tuple(dict.fromkeys(_reasons(value)))


def _reasons(value: Value) -> Iterator[Outside]:
    yield from value.outside
    inner = value.data
    for each in inner.values() if isinstance(inner, Mapping) else inner if isinstance(inner, tuple) else ():
        yield from _reasons(each)


def items(value: Value | None) -> tuple[Value, ...]:
    """Return the elements of a value; none of one that is absent."""
    return () if value is None else value.items


def text(value: Value | None, default: str = "") -> str:
    """Return a scalar as AWS's API would take it as text; containers give the default."""
    if value is None or value.data is None or isinstance(value.data, tuple | Mapping):
        return default
    if isinstance(value.data, bool):
        return "true" if value.data else "false"
    if isinstance(value.data, float) and value.data.is_integer() and abs(value.data) < 1e15:  # noqa: PLR2004
        return str(int(value.data))
    return str(value.data)


def number(value: Value | None) -> float | None:
    """Return a number, which templates also write as text; None for what is none."""
    try:
        return None if value is None or isinstance(value.data, bool) else float(text(value, "none"))
    except ValueError:
        return None


def whole(value: Value | None) -> int | None:
    """Return a whole number; None for what is none."""
    found = number(value)
    return int(found) if found is not None and found == found and abs(found) < 1e15 else None  # noqa: PLR0124, PLR2004


def boolean(value: Value | None, *, default: bool) -> bool:
    """Return a truth value, which templates also write as text."""
    told = text(value).lower()
    return default if told not in (*_TRUE, *_FALSE) else told in _TRUE


def plain(value: Value | None) -> Any:  # noqa: ANN401 - JSON values
    """Return a value as JSON values."""
    if value is None:
        return None
    if isinstance(value.data, tuple):
        return [plain(item) for item in value.data]
    if isinstance(value.data, Mapping):
        return {key: plain(item) for key, item in value.data.items()}
    return value.data
