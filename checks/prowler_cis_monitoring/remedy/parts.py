"""Fixes as the parts in which they are applied: each in the account that owns what it changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.remedy.candidates import joined
from prowler_cis_monitoring.remedy.changes import Change
from prowler_cis_monitoring.remedy.plan import Fix


@dataclass(frozen=True)
class Part:
    """What is changed in one account, or in one Region of it.

    Attributes:
        account: the account.
        region: the Region, empty for all of them.
        changes: in the order in which they are made.
        by_person: what only a person can do afterwards.
        stacks: by ARN, the CloudFormation stacks of resources that are changed, as far as they are known.
    """

    account: str
    region: str
    changes: tuple[Change, ...]
    by_person: tuple[Change, ...] = ()
    stacks: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def steps(self) -> tuple[str, ...]:
        """What only a person can do afterwards, as sentences."""
        return tuple(f"{step.says}." for step in self.by_person)


def parts_of(fixes: Sequence[Fix], *, by_region: bool, stacks: Mapping[str, str] | None = None) -> tuple[Part, ...]:
    """Return the parts of fixes, those of one account and Region together, in the order in which they are needed.

    Args:
        fixes: what `propose_all` returned.
        by_region: whether each Region is a part of its own.
        stacks: by ARN, the stacks of resources that are changed.
    """
    changes = joined(*(fix.changes for fix in fixes))
    steps = joined(*(fix.by_person for fix in fixes))
    places = dict.fromkeys(_place(change, by_region=by_region) for change in (*changes, *steps))
    return tuple(
        Part(*place, _in(place, changes, by_region=by_region), _in(place, steps, by_region=by_region), stacks or {})
        for place in places
    )


def _place(change: Change, *, by_region: bool) -> tuple[str, str]:
    return change.account, change.region if by_region else ""


def _in(place: tuple[str, str], changes: Iterable[Change], *, by_region: bool) -> tuple[Change, ...]:
    return tuple(change for change in changes if _place(change, by_region=by_region) == place)
