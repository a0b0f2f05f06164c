"""Kleene's logic over `bool | None`: None says that nobody can know."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def all_hold(values: Iterable[bool | None]) -> bool | None:
    """False as soon as one value is False, else None if one is unknown, else True."""
    known = list(values)
    if False in known:
        return False
    return None if None in known else True


def any_holds(values: Iterable[bool | None]) -> bool | None:
    """True as soon as one value is True, else None if one is unknown, else False."""
    known = list(values)
    if True in known:
        return True
    return None if None in known else False


def negation(value: bool | None) -> bool | None:  # noqa: FBT001 - a truth value is the operand
    """The opposite; what is unknown stays unknown."""
    return None if value is None else not value
