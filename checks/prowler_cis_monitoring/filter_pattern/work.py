"""Work that decisions take, counted in units that are the same on every machine, and what is remembered of it.

The texts that are compared may be hostile, so every decision has a bound. It is a bound on counted work and not on
time: a verdict must not depend on the machine, on what ran before, or on what is still remembered.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, Final, Generic, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")

UNITS_OF_A_QUESTION: Final = 200_000
"""Of one question of coverage: roughly the steps of a walk through formulas, values and automata."""
MAXIMUM_BYTES: Final = 48 * 1024 * 1024
"""Of all that is remembered from one decision to the next, estimated."""
_MAXIMUM_SHARE: Final = 8
_BYTES_OF_AN_ANSWER: Final = 400


class TooHardError(Exception):
    """A question that would take more work than allowed."""


class SpentError(TooHardError):
    """No work is left for questions: the same question may be answered where there is."""


_SAID: Final = {
    TooHardError: f"a comparison that takes more than {UNITS_OF_A_QUESTION:,} steps",
    SpentError: "comparisons that take more steps together than one account is given",
}


class Work:
    """Units of work that may still be done."""

    __slots__ = ("_error", "answers", "asked", "left", "on_answers", "units")

    def __init__(self, units: int = UNITS_OF_A_QUESTION, error: type[TooHardError] = SpentError) -> None:
        """Allow for some work.

        Args:
            units: How much.
            error: What is raised when none is left.
        """
        self.units = self.left = units
        self.asked: set[object] = set()
        self.answers: dict[object, int] | None = None
        self.on_answers = 0
        self._error = error

    @property
    def is_spent(self) -> bool:
        """Whether more was asked for than there was."""
        return self.left < 0

    @property
    def spent(self) -> int:
        """Units of work that were done."""
        return self.units - self.left

    def spend(self, units: int = 1) -> None:
        """Take work off.

        Args:
            units: How much is done.

        Raises:
            TooHardError: There is not so much left.
        """
        self.left -= units
        if self.left < 0:
            raise self._error(_SAID[self._error])

    @contextmanager
    def part(self, units: int) -> Iterator[Work]:
        """Allow one question no more than a part of what is left.

        Args:
            units: How much at most. Who exceeds it is too hard; who exceeds what is left, has only come too late.

        Yields:
            The part, whose work is taken off here too.
        """
        part = Work(units, TooHardError) if units <= self.left else Work(max(self.left, 0), self._error)
        try:
            yield part
        finally:
            self.left -= part.spent

    @contextmanager
    def apart(self, *, paid: bool) -> Iterator[Work]:
        """Count what an answer takes by itself, and which other answers it takes.

        Args:
            paid: Whether it was given here before and has been forgotten since, so that nothing is taken off.

        Yields:
            All that is left.
        """
        part = Work(sys.maxsize if paid else max(self.left, 0), self._error)
        part.asked, part.answers = self.asked, {}
        try:
            yield part
        finally:
            self.left -= 0 if paid else part.spent


# --- What is remembered -----------------------------------------------------------------------------------------------


class _Memory(dict[Any, Any]):
    """All that is remembered, bounded in bytes: when it is full, everything is forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._bytes = 0

    def keep(self, key: object, value: object, weight: int) -> None:
        if weight > MAXIMUM_BYTES // _MAXIMUM_SHARE:
            return
        with self._lock:
            if self._bytes + weight > MAXIMUM_BYTES:
                self.forget()
            self._bytes += weight
            self[key] = value

    def forget(self) -> None:
        self.clear()
        self._bytes = 0


_MEMORY: Final = _Memory()
forget = _MEMORY.forget


class Same(Generic[T]):
    """A value that is known again by what it is, not by what it equals: for large ones of which results are kept."""

    __slots__ = ("value",)

    def __init__(self, value: T) -> None:
        """Hold a value, so that no other takes its place."""
        self.value = value

    def __hash__(self) -> int:
        """Return a number that no other living value has."""
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        """Whether the other is the very value."""
        return isinstance(other, Same) and other.value is self.value


def kept(weigh: Callable[[Any, Any], int]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Make a function keep its results; for functions whose work is linear in their arguments.

    Args:
        weigh: How many bytes the arguments, as a tuple, and a result take.

    Returns:
        What decorates the function, which then takes hashable arguments by position only.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def keeping(*args: P.args, **kwargs: P.kwargs) -> T:
            key = (function, args)
            found = _MEMORY.get(key)
            if found is None:
                found = (function(*args, **kwargs),)
                _MEMORY.keep(key, found, weigh(args, found[0]))
            return cast("T", found[0])

        return keeping

    return decorate


class Remembered(Generic[P, T]):
    """A function whose results are remembered with the work that they took.

    Each `Work` pays once for an answer, whoever asked for it first: what is left to one does not depend on what others
    asked before. An error is not remembered, so that a question which came too late is decided where work is left.
    """

    def __init__(self, function: Callable[Concatenate[Work, P], T], weigh: Callable[[Any, T], int]) -> None:
        """Remember the results of a function.

        Args:
            function: What takes the work and hashable arguments.
            weigh: How many bytes the arguments, as a tuple, and a result take.
        """
        self._function = function
        self._weigh = weigh

    def __call__(self, work: Work, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return the result for some arguments, by position only."""
        key = (self, args)
        found = _MEMORY.get(key)
        if found is None:
            paid = key in work.asked
            if work.is_spent and not paid:
                # Reading a question that is too late takes time as well, and there may be very many.
                work.spend()
            with work.apart(paid=paid) as apart:
                result = self._function(apart, *args, **kwargs)
            taken = {**(apart.answers or {}), key: apart.spent - apart.on_answers}
            _MEMORY.keep(key, (result, taken), self._weigh(args, result) + _BYTES_OF_AN_ANSWER * len(taken))
            work.on_answers += 0 if paid else apart.spent
        else:
            result, taken = cast("tuple[T, dict[object, int]]", found)
            due = sum(units for answer, units in taken.items() if answer not in work.asked)
            if due:
                work.spend(due)
            work.on_answers += due
        work.asked.update(taken)
        if work.answers is not None:
            work.answers.update(taken)
        return result


def remembered(
    weigh: Callable[[Any, Any], int],
) -> Callable[[Callable[Concatenate[Work, P], T]], Remembered[P, T]]:
    """Make a function remember its results; see `Remembered`.

    Args:
        weigh: How many bytes the arguments, as a tuple, and a result take.

    Returns:
        What decorates the function.
    """
    return lambda function: Remembered(function, weigh)
