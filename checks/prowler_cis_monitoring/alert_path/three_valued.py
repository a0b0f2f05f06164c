"""Kleene's logic over `bool | None`: None says that nobody can know."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def all_hold(values: Iterable[bool | None]) -> bool | None:
    """False as soon as one value is False, else None if one is unknown, else True."""
    unknown = False
    for value in values:
        if value is False:
            return False
        unknown |= value is None
    return None if unknown else True


def any_holds(values: Iterable[bool | None]) -> bool | None:
    """True as soon as one value is True, else None if one is unknown, else False."""
    unknown = False
    for value in values:
        if value is True:
            return True
        unknown |= value is None
    return None if unknown else False


def negation(value: bool | None) -> bool | None:  # noqa: FBT001 - a truth value is the operand
    """The opposite; what is unknown stays unknown."""
    return None if value is None else not value
