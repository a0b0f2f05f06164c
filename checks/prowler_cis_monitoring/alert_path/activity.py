"""What goes on in log groups besides one event: nothing, other log events, everyday events that filters match.

A filter publishes its default value in each minute in which its log group takes in events of which it matches none;
what it publishes for everyday events counts as well. How busy an account is nobody knows, so the extremes are followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from itertools import chain, combinations, product
from typing import TYPE_CHECKING

from prowler_cis_monitoring.alert_path.evaluation import INSUFFICIENT_DATA, OK
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from prowler_cis_monitoring.alert_path.metric import Publication

# Beyond this many log groups they are taken to be quiet and busy together.
_MOST_GROUPS = 3
# Beyond this many kinds of everyday events they are taken to happen together.
_MOST_KINDS = 3
# As many everyday events of a kind as a busy account takes in within a minute.
_MANY = 1000

Kind = frozenset[int]
"""The publications, by `id`, that one kind of everyday events makes."""


@dataclass(frozen=True)
class Activity:
    """What log groups take in within one period of an alarm besides the event.

    Attributes:
        busy: ARNs of the log groups that take in anything.
        all_minutes: whether they do so in every minute of a period, or in one.
        kinds: the kinds of everyday events that are among it in each of these minutes.
        times: how many of each kind.
    """

    busy: frozenset[str] = frozenset()
    all_minutes: bool = False
    kinds: tuple[Kind, ...] = ()
    times: int = 0

    def minutes(self, group: str, available: int) -> int:
        """Return in how many of the `available` minutes of a period a log group takes in anything."""
        if group not in self.busy or available < 1:
            return 0
        return available if self.all_minutes else 1

    def matched(self, published: Publication) -> int:
        """Return how many everyday events a filter matches in one of these minutes."""
        return sum(id(published) in kind for kind in self.kinds) * self.times if self.kinds else 0


NOTHING = Activity()


@dataclass(frozen=True)
class World:
    """One supposition about all that is not known.

    Attributes:
        base: what goes on in every period but the event's own.
        during: what goes on in the event's period besides the event.
        idle: the state of alarms that nothing moves.
    """

    base: Activity = NOTHING
    during: Activity = NOTHING
    idle: str = INSUFFICIENT_DATA

    @property
    def noisy(self) -> bool:
        """Whether everyday events are supposed."""
        return bool(self.base.kinds or self.during.kinds)


@dataclass(frozen=True)
class Surroundings:
    """What can go on in an account's log groups.

    Attributes:
        groups: ARNs of log groups that take in events and whose filters publish for others than the event asked about.
        kinds: the kinds of everyday events that any filter matches, by the publications they make.
    """

    groups: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    _worlds: dict[tuple[tuple[str, ...], tuple[Kind, ...]], tuple[World, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def concerning(self, publications: Iterable[Publication]) -> tuple[World, ...]:
        """Return the worlds that make a difference to what these publications publish."""
        known = {id(published): published for published in publications}
        kinds = tuple(dict.fromkeys(heard for kind in self.kinds if (heard := kind.intersection(known))))
        noisy = frozenset[int]().union(*kinds)
        groups = {p.log_group for key, p in known.items() if p.default is not None or key in noisy}
        key = (tuple(group for group in self.groups if group in groups), kinds)
        if key not in self._worlds:
            self._worlds[key] = tuple(_worlds(*key))
        return self._worlds[key]


def _worlds(groups: Sequence[str], kinds: Sequence[Kind]) -> Iterator[World]:
    busy = [frozenset(some) for some in _subsets(groups)] if len(groups) <= _MOST_GROUPS else [frozenset(groups)]
    plain = [Activity(some, all_minutes) for some in busy for all_minutes in (False, True)]
    noise = list(_noise(frozenset(groups), kinds))
    bases = [NOTHING, *plain, *noise]
    duties = [NOTHING, *(one for one in plain if one.all_minutes), *noise]
    for base, during, idle in product(bases, duties, (INSUFFICIENT_DATA, OK)):
        yield World(base, during, idle)


def _noise(busy: frozenset[str], kinds: Sequence[Kind]) -> Iterator[Activity]:
    if not kinds:
        return
    single = kinds if len(kinds) <= _MOST_KINDS else (frozenset[int]().union(*kinds),)
    for kind in single:
        yield Activity(busy, all_minutes=False, kinds=(kind,), times=1)
    yield Activity(busy, all_minutes=True, kinds=tuple(kinds), times=_MANY)


def _subsets(groups: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every choice of at least one group."""
    return chain.from_iterable(combinations(groups, size) for size in range(1, len(groups) + 1))
