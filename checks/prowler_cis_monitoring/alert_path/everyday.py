"""Which everyday events filters match, in every Region; only filters that are cheap enough are asked.

Whoever may create metric filters chooses what matching them takes. The cheapest are asked first, so that the others
take nothing from them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cache

from prowler_cis_monitoring.alert_path.accounts import everyday_events
from prowler_cis_monitoring.alert_path.allowance import UNITS_OF_EVERYDAY
from prowler_cis_monitoring.filter_pattern import EVERYDAY_EVENTS, FilterPattern
from prowler_cis_monitoring.filter_pattern.events import ACCOUNT as EXAMPLE_ACCOUNT
from prowler_cis_monitoring.filter_pattern.events import NATURAL
from prowler_cis_monitoring.filter_pattern.facts import GLOBAL_REGION, GLOBAL_SOURCES, FieldFact, facts_in
from prowler_cis_monitoring.filter_pattern.matching import Message
from prowler_cis_monitoring.filter_pattern.syntax import Condition, Leaf, Step
from prowler_cis_monitoring.filter_pattern.work import kept
from prowler_cis_monitoring.records import dataclass

MOST_REGIONS = 60
"""Regions in which everyday events are looked at (count); AWS has fewer."""
_REGION = re.compile(r"\b[a-z]{2}(?:-[a-z]+)+-\d\b")
_FIELD, _CALLER = "awsRegion", "userIdentity"
_BYTES_OF_A_CHARACTER, _BYTES_OF_A_NUMBER = 4, 60


def affordable(
    patterns: Iterable[FilterPattern],
    recorded: Iterable[FilterPattern],
    home_regions: Iterable[str],
    partition: str = "aws",
) -> tuple[frozenset[FilterPattern], tuple[str, ...]]:
    """Choose the patterns that are matched with everyday events.

    Args:
        patterns: the patterns of an account's filters.
        recorded: what its trails record, which each event is matched with first.
        home_regions: the Regions of its trails.
        partition: the account's partition.

    Returns:
        The patterns, the cheapest of all, and the Regions that trails or these patterns name, with one that stands for
        all others: everyday events happen in every Region. Where a pattern names a part of Regions' names, several do.
    """
    cheapest = sorted(dict.fromkeys(patterns), key=lambda pattern: (_cost(pattern, 1), pattern.text))
    regions = set(home_regions)
    naming: list[FilterPattern] = []
    for pattern in cheapest:
        named = set(_REGION.findall(pattern.text))
        if named <= regions or len(regions | named) <= MOST_REGIONS:
            regions |= named
            naming.append(pattern)
    others = [one for one in _regions_of(partition) if one not in regions]
    regions.update(others if any(map(_names_a_part_of_regions, naming)) else others[:1])
    left, found = UNITS_OF_EVERYDAY - sum(_cost(one, len(regions)) for one in recorded), set()
    for pattern in sorted(naming, key=lambda one: (_cost(one, len(regions)), one.text)):
        left -= _cost(pattern, len(regions))
        if left < 0:
            break
        found.add(pattern)
    return frozenset(found), tuple(sorted(regions))


def _cost(pattern: FilterPattern, regions: int) -> int:
    return pattern.effort * len(EVERYDAY_EVENTS) * (regions if _tells_regions(pattern) else 1)


@kept(lambda key, _tells: _BYTES_OF_A_CHARACTER * len(key[0].text))
def _tells_regions(pattern: FilterPattern) -> bool:
    """Whether a pattern may match an event in one Region and not in another."""
    return any(
        not isinstance(leaf, Condition) or leaf.selector.wildcard_at is not None or _FIELD in leaf.selector.steps
        for leaf, _, _ in pattern.program[1]
    )


@kept(lambda key, _tells: _BYTES_OF_A_CHARACTER * len(key[0].text))
def tells_callers(pattern: FilterPattern) -> bool:
    """Whether a pattern may match the same call of one caller and not of another."""
    return any(isinstance(leaf, Condition) and _CALLER in leaf.selector.steps for leaf, _, _ in pattern.program[1])


@kept(lambda key, _names: _BYTES_OF_A_CHARACTER * len(key[0].text))
def _names_a_part_of_regions(pattern: FilterPattern) -> bool:
    """Whether a pattern may tell Regions apart without their whole names."""
    return any(_names_a_part(leaf, pattern.text) for leaf, _, _ in pattern.program[1])


def _names_a_part(leaf: Leaf, text: str) -> bool:
    if not isinstance(leaf, Condition):
        return "-" in text
    in_part = _FIELD in leaf.selector.steps and leaf.value is not None and not leaf.value.is_exact
    return in_part or leaf.selector.wildcard_at is not None


@cache
def _regions_of(partition: str) -> tuple[str, ...]:
    """Regions of a partition, of several beginnings."""
    (shape,) = (one.shape or "" for one in facts_in(partition) if isinstance(one, FieldFact) and one.path == (_FIELD,))
    return tuple(one for one in NATURAL[f"$.{_FIELD}"] if re.search(shape, one))


def _places_of_the_account(value: object, steps: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Yield the places of an event, as selectors name them, at which the account's id is a part of what is there."""
    if EXAMPLE_ACCOUNT not in json.dumps(value):
        return
    yield steps
    if isinstance(value, Mapping):
        members: Iterable[tuple[Step, object]] = value.items()
    else:
        members = enumerate(value) if isinstance(value, list) else ()
    for step, member in members:
        yield from _places_of_the_account(member, (*steps, step))


@cache
def _places_that_tell_accounts() -> frozenset[tuple[Step, ...]]:
    return frozenset(steps for event in EVERYDAY_EVENTS for steps in _places_of_the_account(event.record))


@kept(lambda key, found: _BYTES_OF_A_CHARACTER * len(key[0].text) + _BYTES_OF_A_NUMBER * len(found or ()))
def matched_everywhere(pattern: FilterPattern) -> frozenset[int] | None:
    """Return the numbers of the events that a pattern matches; None where Region or account may make a difference.

    All accounts of a fleet have the same filters, more often than not.
    """
    leaves = (leaf for leaf, _, _ in pattern.program[1])
    if _tells_regions(pattern) or any(
        not isinstance(leaf, Condition) or leaf.selector.steps in _places_that_tell_accounts() for leaf in leaves
    ):
        return None
    return frozenset(n for n, event in enumerate(EVERYDAY_EVENTS) if pattern.matches(Message(event.record)))


@dataclass(frozen=True)
class Happening:
    """One everyday event in one Region, asked of many patterns.

    Attributes:
        name: the event's name.
        region: where it happens.
        number: that of `matched_everywhere`.
    """

    name: str
    region: str
    number: int
    _message: Message = field(repr=False)
    _everywhere: dict[FilterPattern, bool] = field(repr=False)

    def matches(self, pattern: FilterPattern) -> bool:
        """Whether a pattern matches it; decided once for all Regions where they make no difference."""
        if (matched := matched_everywhere(pattern)) is not None:
            return self.number in matched
        known = self._everywhere.get(pattern)
        if known is None:
            known = pattern.matches(self._message)
            if not _tells_regions(pattern):
                self._everywhere[pattern] = known
        return known


def happenings(account: str, regions: Sequence[str], partition: str = "aws") -> Iterator[Happening]:
    """Yield the everyday events of an account in each Region, those of global services where they are recorded."""
    sources = GLOBAL_SOURCES if partition == "aws" else ()
    for number, event in enumerate(everyday_events(account)):
        everywhere: dict[FilterPattern, bool] = {}
        for region in (GLOBAL_REGION,) if event.record["eventSource"] in sources else regions:
            record: Mapping[str, object] = {**event.record, _FIELD: region}
            yield Happening(event.name, region, number, Message(record), everywhere)
