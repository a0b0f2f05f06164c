"""Which everyday events filters match, in every Region; only filters that are cheap enough are asked.

Whoever may create metric filters chooses what matching them takes. The cheapest are asked first, so that the others
take nothing from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from prowler_cis_monitoring.alert_path.accounts import everyday_events
from prowler_cis_monitoring.alert_path.allowance import UNITS_OF_EVERYDAY
from prowler_cis_monitoring.filter_pattern import EVERYDAY_EVENTS, FilterPattern
from prowler_cis_monitoring.filter_pattern.facts import GLOBAL_REGION, GLOBAL_SOURCES
from prowler_cis_monitoring.filter_pattern.matching import Message
from prowler_cis_monitoring.filter_pattern.syntax import Condition
from prowler_cis_monitoring.filter_pattern.work import kept

MOST_REGIONS = 60
"""Regions in which everyday events are looked at (count); AWS has fewer."""
_REGION = re.compile(r"\b[a-z]{2}(?:-[a-z]+)+-\d\b")
_FIELD = "awsRegion"
_BYTES_OF_A_CHARACTER = 4


def affordable(
    patterns: Iterable[FilterPattern], recorded: Iterable[FilterPattern], home_regions: Iterable[str]
) -> tuple[frozenset[FilterPattern], tuple[str, ...]]:
    """Choose the patterns that are matched with everyday events.

    Args:
        patterns: the patterns of an account's filters.
        recorded: what its trails record, which each event is matched with first.
        home_regions: the Regions of its trails.

    Returns:
        The patterns, the cheapest of all, and the Regions that trails or these patterns name: they stand for all
        others, since everyday events happen in every Region.
    """
    cheapest = sorted(dict.fromkeys(patterns), key=lambda pattern: (_cost(pattern, 1), pattern.text))
    regions = set(home_regions)
    naming: list[FilterPattern] = []
    for pattern in cheapest:
        named = set(_REGION.findall(pattern.text))
        if named <= regions or len(regions | named) <= MOST_REGIONS:
            regions |= named
            naming.append(pattern)
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


@dataclass(frozen=True)
class Happening:
    """One everyday event in one Region, asked of many patterns.

    Attributes:
        name: the event's name.
        region: where it happens.
    """

    name: str
    region: str
    _message: Message = field(repr=False)
    _everywhere: dict[FilterPattern, bool] = field(repr=False)

    def matches(self, pattern: FilterPattern) -> bool:
        """Whether a pattern matches it; decided once for all Regions where they make no difference."""
        known = self._everywhere.get(pattern)
        if known is None:
            known = pattern.matches(self._message)
            if not _tells_regions(pattern):
                self._everywhere[pattern] = known
        return known


def happenings(account: str, regions: Sequence[str], partition: str = "aws") -> Iterator[Happening]:
    """Yield the everyday events of an account in each Region, those of global services where they are recorded."""
    sources = GLOBAL_SOURCES if partition == "aws" else ()
    for event in everyday_events(account):
        everywhere: dict[FilterPattern, bool] = {}
        for region in (GLOBAL_REGION,) if event.record["eventSource"] in sources else regions:
            record: Mapping[str, object] = {**event.record, _FIELD: region}
            yield Happening(event.name, region, Message(record), everywhere)
