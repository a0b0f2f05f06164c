"""States of scans of parts of a fleet, put together as if one scan had written them; or refused, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.scan.manifest import FAILURES, MANIFEST, Manifest, as_saved
from prowler_cis_monitoring.scan.problems import by_problem, named
from prowler_cis_monitoring.scan.shard import Shard
from prowler_cis_monitoring.scan.state import State, StateError, differences

# What of two manifests must be the same: who asked, and for which reports.
_ALIKE = ("frameworks", "scanned_from", "partition")


@dataclass(frozen=True)
class Part:
    """What one scan left.

    Attributes:
        name: where it is, as the user named it.
        state: its results.
        manifest: what was asked of it.
        failures: why single accounts could not be scanned.
    """

    name: str
    state: State
    manifest: Manifest
    failures: Mapping[str, str]

    @classmethod
    def read(cls, name: str, state: State) -> Part:
        """Return what a state tells.

        Raises:
            StateError: it does not tell what was asked.
        """
        state.read()
        try:
            failures = as_saved(dict[str, str], state.notes.get(FAILURES, {}))
            return cls(name, state, Manifest.read(state.notes.pop(MANIFEST, None)), failures)
        except ValueError as error:
            raise StateError(f"{name}: {error}") from None

    def __str__(self) -> str:
        return f"{self.name} (shard {self.manifest.shard})" if self.manifest.shard else self.name


class Parts:
    """The parts of one fleet, which were asked the same, and no account of which is in two.

    Attributes:
        parts: at least one, those of low numbers first.
        asked: the accounts of the fleet, in order.
    """

    def __init__(self, parts: Iterable[Part], asked: Sequence[str] | None = None) -> None:
        """Put parts together.

        Args:
            parts: what scans left, at least one of them.
            asked: the accounts of the fleet, None for those that the parts were asked for.

        Raises:
            StateError: they are of scans with different options, or an account is in two of them.
        """
        self.parts = tuple(sorted(parts, key=_order))
        for other in self.parts[1:]:
            _check_alike(self.parts[0], other)
        everybody = dict.fromkeys(account for part in self.parts for account in part.manifest.asked)
        self.asked = tuple(everybody if asked is None else asked)
        self._check_single()

    @cached_property
    def _holders(self) -> dict[str, Part]:
        return {account: part for part in self.parts for account in part.state.finished}

    def _check_single(self) -> None:
        asked = set(self.asked)
        first: dict[str, Part] = {}
        twice: dict[str, list[str]] = {}
        for part in self.parts:
            for account in sorted(part.state.finished & asked):
                if account in first:
                    twice.setdefault(f"{first[account]} and {part}", []).append(account)
                first.setdefault(account, part)
        if twice:
            told = "; ".join(f"{named(accounts)} in {places}" for places, accounts in twice.items())
            raise StateError(f"accounts are in two states: {told}; leave one of them out")

    def lines(self, accounts: Iterable[str]) -> Iterator[str]:
        """Yield the results of those of `accounts` that are finished, in the order given."""
        for account in accounts:
            if account in self._holders:
                yield from self._holders[account].state.lines([account])

    def missing(self) -> dict[str, str]:
        """Return why accounts that were asked for are in no state, by account."""
        return {account: self._why(account) for account in self.asked if account not in self._holders}

    def told(self, missing: Iterable[str]) -> list[str]:
        """Return where accounts are missing and what to do about each, a line a place."""
        places = by_problem({account: self._way_out(account) for account in missing})
        return [f"{named(accounts)}: {way_out}" for way_out, accounts in places.items()]

    def _why(self, account: str) -> str:
        part = self._home(account)
        return part.failures.get(account, "its scan did not come to it") if part else "no scan of it is here"

    def _way_out(self, account: str) -> str:
        if part := self._home(account):
            failed = part.failures.get(account)
            why = f" ({failed})" if failed else ""
            return f"not finished in {part}{why}; run that scan again with --resume"
        if shard := self._absent_shard(account):
            return f"of shard {shard}, of which no state is here; name it, or scan with --shard {shard}"
        return "no state is of a scan that was asked for them; name it, or scan them"

    def _home(self, account: str) -> Part | None:
        """Return the part to which an account belongs, though its scan may have been told of other accounts."""
        shards = (Shard.holding(account, count) for count in self._counts)
        return self._owners.get(account) or next((self._by_shard[s] for s in shards if s in self._by_shard), None)

    @cached_property
    def _owners(self) -> Mapping[str, Part]:
        """The parts by the accounts that they were asked for; each list is divided once for all shards of it."""
        lists: dict[tuple[tuple[str, ...], int], dict[Shard | None, Part]] = {}
        for part in self.parts:
            shard = part.manifest.part
            lists.setdefault((part.manifest.asked, shard.count if shard else 0), {}).setdefault(shard, part)
        found: dict[str, Part] = {}
        for (asked, count), parts in lists.items():
            for account in asked:
                owner = parts.get(Shard.holding(account, count) if count else None)
                if owner is not None:
                    found.setdefault(account, owner)
        return found

    @cached_property
    def _by_shard(self) -> Mapping[Shard, Part]:
        return {part.manifest.part: part for part in reversed(self.parts) if part.manifest.part}

    @cached_property
    def _counts(self) -> tuple[int, ...]:
        """Into how many shards fleets were divided, that of the first part first."""
        shards = (part.manifest.part for part in self.parts)
        return tuple(dict.fromkeys(shard.count for shard in shards if shard))

    def _absent_shard(self, account: str) -> Shard | None:
        return Shard.holding(account, self._counts[0]) if self._counts else None


def _order(part: Part) -> tuple[int, str]:
    shard = part.manifest.part
    return shard.number if shard else 0, part.name


def _check_alike(one: Part, other: Part) -> None:
    described = [
        {**part.state.scan, **{name: getattr(part.manifest, name) for name in _ALIKE}} for part in (one, other)
    ]
    if difference := differences(*described):
        raise StateError(
            f"{other} is of a scan with other options than {one}: {difference}; merge scans with the same options"
        )
