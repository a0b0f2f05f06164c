"""What to ask of CloudTrail's event history: LookupEvents takes one attribute a call, a filter pattern has many.

The answers hold more than the pattern asks for and are matched with it afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable

from prowler_cis_monitoring.filter_pattern import FilterPattern
from prowler_cis_monitoring.filter_pattern.facts import GLOBAL_REGION, GLOBAL_SOURCES
from prowler_cis_monitoring.filter_pattern.syntax import AllOf, AnyOf, Condition, Leaf, Not, Operator, fold
from prowler_cis_monitoring.records import dataclass

_ATTRIBUTES = {"$.eventName": "EventName", "$.eventSource": "EventSource", "$.userIdentity.userName": "Username"}
# Which attribute leaves the fewest events that are not meant.
_ORDER = ("EventName", "Username", "EventSource", "")


@dataclass(frozen=True, order=True)
class Lookup:
    """One question: a LookupAttribute's key and value, both empty for every event; `source` if it is known too."""

    key: str = ""
    value: str = ""
    source: str = ""

    def regions(self, regions: Iterable[str]) -> tuple[str, ...]:
        """Return the Regions, of those given, whose event history can hold such events.

        Source: CloudTrail User Guide, "CloudTrail concepts", global service events (standard partition).
        """
        known = tuple(regions)
        return (GLOBAL_REGION,) if self.source in GLOBAL_SOURCES and GLOBAL_REGION in known else known


EVERYTHING = Lookup()
_Lookups = frozenset[Lookup]


def lookups_for(pattern: FilterPattern) -> tuple[Lookup, ...]:
    """Return questions whose answers together hold every event that a pattern matches.

    Source: CloudTrail API, LookupEvents; the user name of the root user is `root` in the event history.
    """
    found: _Lookups = fold(pattern.expression, _of_leaf, _joined)
    return tuple(sorted(found))


def _of_leaf(leaf: Leaf) -> _Lookups:
    if not isinstance(leaf, Condition) or leaf.operator is not Operator.EQUAL or leaf.value is None:
        return frozenset([EVERYTHING])
    field, value = str(leaf.selector), leaf.value
    if field == "$.userIdentity.type" and value.text == "Root":
        return frozenset([Lookup("Username", "root")])
    if not value.is_exact or field not in _ATTRIBUTES:
        return frozenset([EVERYTHING])
    return frozenset([Lookup(_ATTRIBUTES[field], value.text)])


def _joined(node: AllOf | AnyOf | Not, parts: list[_Lookups]) -> _Lookups:
    if isinstance(node, Not):
        return frozenset([EVERYTHING])
    if isinstance(node, AnyOf):
        found = frozenset[Lookup]().union(*parts)
        return frozenset([EVERYTHING]) if EVERYTHING in found else found
    best = min(parts, key=_cost, default=frozenset([EVERYTHING]))
    sources = {one.value for part in parts if len(part) == 1 for one in part if one.key == "EventSource"}
    if len(sources) == 1:
        (source,) = sources
        return frozenset(Lookup(one.key, one.value, source) for one in best)
    return best


def _cost(lookups: _Lookups) -> tuple[int, int]:
    return max((_ORDER.index(one.key) for one in lookups), default=0), len(lookups)
