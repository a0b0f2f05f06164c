"""Joins the links: do the alert paths of an account catch a control's events, and which sentence says so?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any

from prowler_cis_monitoring.alert_path.accounts import coverage_everywhere, coverage_in
from prowler_cis_monitoring.alert_path.paths import AlertPath, AlertPaths, State
from prowler_cis_monitoring.alert_path.resources import AccountResources, Arn
from prowler_cis_monitoring.alert_path.rules import Effect, Remark, listed, remark, unread_remark
from prowler_cis_monitoring.filter_pattern import Coverage, FilterPattern, overlaps


class Status(Enum):
    """Prowler's statuses."""

    PASS = "PASS"  # noqa: S105 - a verdict, no password
    FAIL = "FAIL"
    MANUAL = "MANUAL"


@dataclass(frozen=True)
class Demand:
    """What a control asks for.

    Attributes:
        event: the event in words, as the end of "somebody is told when …".
        required: the events that must reach somebody.
        events: how many such events, within the delay limit, may pass before the alarm rings.
        delay_limit: seconds that may pass between the event and the alarm.
    """

    event: str
    required: FilterPattern
    events: int = 1
    delay_limit: int = 3600


@dataclass(frozen=True)
class Subject:
    """What a finding is about: its resource name, ARN and Region."""

    name: str
    arn: str
    region: str


@dataclass(frozen=True)
class Verdict:
    """The answer for one control and account.

    Attributes:
        status: PASS, FAIL or MANUAL.
        sentence: for a person: the path, and each broken link.
        paths: the paths that the verdict rests on.
        missed_event: a CloudTrail record that would reach nobody, None when no event pattern is the cause.
    """

    status: Status
    sentence: str
    paths: tuple[AlertPath, ...] = ()
    missed_event: dict[str, Any] | None = field(default=None, hash=False)

    def evidence(self) -> dict[str, Any]:
        """Return the verdict's grounds as JSON values."""
        return {
            "paths": [path.evidence() for path in self.paths],
            "missed_event": self.missed_event,
        }


def subject_of(resources: AccountResources) -> Subject | None:
    """Return the log group that findings about the account are attached to, None when no trail names one.

    It depends on the trails alone, not on what is found behind them, so that a finding keeps its identity when its
    verdict changes: the first trail by how close it is to what CIS asks for, then by ARN.
    """
    delivering = [trail for trail in resources.trails if trail.log_group_arn]
    if not delivering:
        return None
    chosen = min(delivering, key=lambda t: (t.account != resources.account, not t.multi_region, t.arn))
    arn = (chosen.log_group_arn or "").removesuffix(":*")
    parsed = Arn.parse(arn)
    return Subject(parsed.resource.removeprefix("log-group:") if parsed else arn, arn, chosen.home_region)


def judge(paths: AlertPaths, demand: Demand) -> Verdict:
    """Decide whether the events that `demand` requires reach somebody.

    PASS when live paths cover them together; MANUAL when they would with the help of paths that could not be seen to
    the end; FAIL otherwise, with the nearest path.
    """
    return _Judgement(paths, demand).verdict()


@dataclass(frozen=True)
class _Judgement:
    followed: AlertPaths
    demand: Demand

    def verdict(self) -> Verdict:
        live = [path for path in self.paths if path.state is State.LIVE]
        hoped = [path for path in self.paths if path.state is not State.BROKEN]
        by_live = self.coverage(live)
        if by_live.verdict == "covered":
            return self.passed(self.fewest(live))
        if self.unlisted:
            return self.unknown((), [_clause(found) for found in self.unlisted])
        by_hoped = self.coverage(hoped)
        if by_hoped.verdict == "covered":
            return self.unseen(self.fewest(hoped))
        if by_hoped.verdict == "unknown":
            return self.undecided(hoped, by_hoped)
        return self.failed(by_live if by_live.verdict == "gap" else by_hoped)

    @cached_property
    def paths(self) -> tuple[AlertPath, ...]:
        """The paths whose filters match at least one required event, whatever their trails record."""
        everything = self.followed.follow(self.demand.events, self.demand.delay_limit)
        return tuple(path for path in everything if _may_match(self.demand.required, path.matched))

    @cached_property
    def unlisted(self) -> tuple[Remark, ...]:
        """Why no trail is known. One Region that answered lists every multi-Region trail, shadow trails included."""
        resources = self.followed.resources
        if resources.listed_regions:
            return ()
        if not resources.unread:
            return (remark("no-region", resources.account),)
        return tuple(unread_remark("account", resources.account, unread) for unread in resources.unread)

    def coverage(self, paths: Iterable[AlertPath]) -> Coverage:
        patterns = tuple(dict.fromkeys(path.events for path in paths))
        return coverage_in(self.followed.resources.account, self.demand.required, patterns)

    def fewest(self, paths: Sequence[AlertPath]) -> tuple[AlertPath, ...]:
        """Return paths none of which can be left out: one where one is enough, live ones before others."""
        ordered = sorted(paths, key=lambda path: (path.state is not State.LIVE, len(path.links), path.names))
        for path in ordered:
            if self.coverage([path]).verdict == "covered":
                return (path,)
        needed = list(ordered)
        for path in reversed(ordered):
            rest = [other for other in needed if other is not path]
            if self.coverage(rest).verdict == "covered":
                needed = rest
        return tuple(needed)

    def passed(self, paths: tuple[AlertPath, ...]) -> Verdict:
        notes = [_clause(found) for path in paths for found in path.having(Effect.NOTE)]
        notes += [_clause(found) for found in self.organization_remarks(paths)]
        told = "; and ".join(path.whole for path in paths)
        return Verdict(Status.PASS, f"Somebody is told when {self.demand.event}: {told}.{_notes(notes)}", paths)

    def organization_remarks(self, paths: Iterable[AlertPath]) -> Iterator[Remark]:
        """Say of the organisation trails that the audited account owns whether the alert holds for all accounts."""
        account = self.followed.resources.account
        for path in paths:
            owners = {arn.account for link in path.links[:2] if (arn := Arn.parse(link.arn))}
            if not path.from_organization_trail or account not in owners:
                continue
            others = [other for other in self.paths if other.state is State.LIVE and other.organization]
            everywhere = coverage_everywhere(self.demand.required, tuple(dict.fromkeys(p.events for p in others)))
            if everywhere.verdict == "covered":
                yield remark("organization-covered", path.links[0].name)
            else:
                difference = "; ".join(everywhere.differences) or "its filter selects log events by account"
                yield remark("organization-not-covered", path.links[0].name, account=account, difference=difference)

    def unseen(self, paths: tuple[AlertPath, ...]) -> Verdict:
        return self.unknown(paths, [_told(path, Effect.UNSEEN) for path in paths if path.state is State.UNSEEN])

    def undecided(self, paths: Sequence[AlertPath], by_hoped: Coverage) -> Verdict:
        told = [f"{path.until('metric filter')}: {by_hoped.reason}" for path in self.nearest_first(paths)[:1]]
        return self.unknown(tuple(paths), told)

    def unknown(self, paths: tuple[AlertPath, ...], reasons: Sequence[str]) -> Verdict:
        told = ". ".join(dict.fromkeys(reasons))
        return Verdict(
            Status.MANUAL, f"Nobody can say whether anybody is told when {self.demand.event}: {told}.", paths
        )

    def failed(self, gap: Coverage) -> Verdict:
        nearest = self.nearest_first([*self.paths, *self.without_filter])
        if not nearest:
            return Verdict(Status.FAIL, f"Nobody is told when {self.demand.event}: there is no trail.")
        path = nearest[0]
        if path.state is not State.BROKEN:
            path, missed = self.with_gap(path, gap), gap.missed_event
            return Verdict(
                Status.FAIL,
                f"Not always is somebody told when {self.demand.event}: {_told(path, Effect.BROKEN)}.",
                (path,),
                missed,
            )
        own = self.coverage([path])
        missed = own.missed_event if own.verdict == "gap" and path in self.paths else None
        if missed is not None:
            path = self.with_gap(path, own)
        return Verdict(
            Status.FAIL, f"Nobody is told when {self.demand.event}: {_told(path, Effect.BROKEN)}.", (path,), missed
        )

    @cached_property
    def without_filter(self) -> tuple[AlertPath, ...]:
        """The paths that end in a log group none of whose filters matches a required event."""
        carrying = {path.links[1].arn for path in self.paths if len(path.links) > 1}
        found = []
        for stem in self.followed.stems:
            group = stem.links[-1]
            if group.arn in carrying:
                continue
            filters = self.followed.filters_of(stem)
            none = remark("no-matching-filter", group.name, filters=listed(filters)) if filters else None
            found.append(stem.then(None, none or remark("no-metric-filter", group.name)))
        return tuple(found)

    def nearest_first(self, paths: Iterable[AlertPath]) -> list[AlertPath]:
        """Return paths by how little is missing: breaks, then how much they catch, then how far they come."""

        def distance(path: AlertPath) -> tuple[int, bool, int, tuple[str, ...]]:
            partial = self.coverage([path]).verdict == "gap"
            return len(path.having(Effect.BROKEN)) + partial, partial, -len(path.links), path.names

        return sorted(paths, key=distance)

    def with_gap(self, path: AlertPath, gap: Coverage) -> AlertPath:
        """Return the path with a remark on the link at which the missed event is lost."""
        event = gap.missed_event or {}
        missed = _in_words(event)
        if not path.recorded.matches(event):
            return path.then(None, remark("trail-gap", path.links[0].name, missed=missed))
        names = path.name_of("metric filter")
        difference = "; ".join(gap.differences) or "it does not match every such event"
        return path.then(None, remark("filter-gap", names, difference=difference, missed=missed))


@lru_cache(maxsize=65536)
def _may_match(required: FilterPattern, matched: FilterPattern) -> bool:
    return overlaps(required, matched)


def _told(path: AlertPath, effect: Effect) -> str:
    """Return the path up to the first link with a remark of this effect, and all such remarks."""
    remarks = _with_one_for_all_accounts(path.having(effect))
    first = remarks[0]
    here = [found for found in remarks if (found.rule.link, found.resource) == (first.rule.link, first.resource)]
    # Of what another account owns, all that is known is said.
    place = path.until("") if first.closed_account else path.until(first.rule.link, first.resource)
    told = f"{place}: {'; '.join(found.sentence for found in here)}"
    further = [_clause(found) for found in remarks if found not in here]
    return ". Also, ".join([told, *further])


def _with_one_for_all_accounts(remarks: Sequence[Remark]) -> list[Remark]:
    """Join the remarks on accounts that are not read into the first of them: what helps is the same for all."""
    foreign = [found for found in remarks if found.rule.slug.endswith("-foreign")]
    accounts = " and account ".join(dict.fromkeys(found.closed_account for found in foreign))
    return [
        replace(found, values={**found.values, "account": accounts}) if found in foreign else found
        for found in remarks
        if found not in foreign[1:]
    ]


def _clause(found: Remark) -> str:
    return f"{found.rule.link} {found.resource}: {found.sentence}"


def _notes(notes: Sequence[str]) -> str:
    return "".join(f" Note: {note}." for note in dict.fromkeys(notes))


def _in_words(event: Mapping[str, Any]) -> str:
    """Name an event by what a person looks for in CloudTrail."""
    who = (event.get("userIdentity") or {}).get("type", "somebody")
    return f"{event.get('eventName')} of {event.get('eventSource')} by {who} in {event.get('awsRegion')}"
