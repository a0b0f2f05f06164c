"""Joins the links: do the alert paths of an account catch a control's events, and which sentence says so?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any

from prowler_cis_monitoring.alert_path.accounts import coverage_everywhere, coverage_in
from prowler_cis_monitoring.alert_path.paths import ARROW, AlertPath, AlertPaths, State
from prowler_cis_monitoring.alert_path.resources import AccountResources, Arn, EventRule
from prowler_cis_monitoring.alert_path.rules import Effect, Remark, listed, remark, unread_remark
from prowler_cis_monitoring.filter_pattern import (
    EVERYTHING,
    NOTHING,
    Coverage,
    FilterPattern,
    all_of,
    overlaps,
    parse,
    without,
)

# From which likeness on a filter counts as a try at what the control asks for.
_ALIKE_ENOUGH = 0.3
_NEEDED_LINKS = {"trail", "log group", "metric filter", "alarm", "topic"}
_EVENT_NAME = re.compile(r'\$\.eventName = "?(\w+)')
_WORD = re.compile(r"[\w$.*]+")


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
        exclusions: events that the user has approved to pass unnoticed.
        events: how many such events, within the delay limit, may pass before the alarm rings.
        delay_limit: seconds that may pass between the event and the alarm.
        earlier: what earlier versions of the benchmark demanded, None when that is the same.
        newer: what the newer versions add, in words.
    """

    event: str
    required: FilterPattern
    exclusions: tuple[FilterPattern, ...] = ()
    events: int = 1
    delay_limit: int = 3600
    earlier: FilterPattern | None = None
    newer: str = ""

    @cached_property
    def events_demanded(self) -> FilterPattern:
        """The required events without the approved exclusions."""
        return without(self.required, *self.exclusions) if self.exclusions else self.required


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
        rules: the EventBridge rules that it rests on, where the user lets them count.
    """

    status: Status
    sentence: str
    paths: tuple[AlertPath, ...] = ()
    missed_event: dict[str, Any] | None = field(default=None, hash=False)
    rules: tuple[EventRule, ...] = ()

    def evidence(self) -> dict[str, Any]:
        """Return the verdict's grounds as JSON values."""
        return {
            "paths": [path.evidence() for path in self.paths],
            "missed_event": self.missed_event,
            "event_rules": [{"name": rule.name, "region": rule.region, "arn": rule.arn} for rule in self.rules],
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
class _Distance:
    """How far a path is from one that works: broken or missing links, missed events, likeness to what is asked for."""

    breaks: int
    partial: bool
    alike_in_words: float
    alike_in_deeds: float

    @property
    def meant(self) -> bool:
        """Whether the path is a try at what is asked for, or catches all of it."""
        return not self.partial or max(self.alike_in_words, self.alike_in_deeds) >= _ALIKE_ENOUGH

    @property
    def rank(self) -> tuple[int, float, bool]:
        return self.breaks + self.partial, -self.alike_in_words, self.partial


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
        return self.failed(hoped)

    @cached_property
    def everything(self) -> tuple[AlertPath, ...]:
        """All paths, those of other controls included."""
        return self.followed.follow(self.demand.events, self.demand.delay_limit)

    @cached_property
    def paths(self) -> tuple[AlertPath, ...]:
        """The paths whose filters match at least one required event, whatever their trails record."""
        return tuple(path for path in self.everything if _may_match(self.demand.events_demanded, path.matched))

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
        resources = self.followed.resources
        return coverage_in(resources.account, self.demand.events_demanded, patterns, resources.partition)

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
        sentence = f"Somebody is told when {self.demand.event}: {told}.{_notes(notes)}{self.concessions}"
        return Verdict(Status.PASS, sentence, paths)

    def organization_remarks(self, paths: Iterable[AlertPath]) -> Iterator[Remark]:
        """Say of the organisation trails that the audited account owns whether the alert holds for all accounts."""
        account = self.followed.resources.account
        for path in paths:
            owners = {arn.account for link in path.links[:2] if (arn := Arn.parse(link.arn))}
            if not path.from_organization_trail or account not in owners:
                continue
            others = [other for other in self.paths if other.state is State.LIVE and other.organization]
            everywhere = coverage_everywhere(
                self.demand.events_demanded,
                tuple(dict.fromkeys(p.events for p in others)),
                self.followed.resources.partition,
            )
            if everywhere.verdict == "covered":
                yield remark("organization-covered", path.links[0].name)
            else:
                by_account = "its filter selects log events by account"
                difference = "; ".join(everywhere.differences) if others else by_account
                yield remark("organization-not-covered", path.links[0].name, account=account, difference=difference)

    def unseen(self, paths: tuple[AlertPath, ...]) -> Verdict:
        return self.unknown(paths, [_told(path, Effect.UNSEEN) for path in paths if path.state is State.UNSEEN])

    def undecided(self, paths: Sequence[AlertPath], by_hoped: Coverage) -> Verdict:
        nearest = self.nearest_first(paths)[:1]
        return self.unknown(tuple(nearest), [f"{path.until('metric filter')}: {by_hoped.reason}" for path in nearest])

    def unknown(self, paths: tuple[AlertPath, ...], reasons: Sequence[str]) -> Verdict:
        told = ". ".join(dict.fromkeys(reasons))
        sentence = f"Unknown whether somebody is told when {self.demand.event}: {told}.{self.concessions}"
        return Verdict(Status.MANUAL, sentence, paths)

    def failed(self, hoped: Sequence[AlertPath]) -> Verdict:
        nearest = self.nearest_first([*self.everything, *self.without_filter])
        if not nearest:
            return Verdict(Status.FAIL, f"Nobody is told when {self.demand.event}: there is no trail.")
        path = nearest[0]
        # What one path misses, another may catch: the gap that counts is what all miss, this one mended.
        # One that works is among them, or matches nothing that is asked for.
        gap = self.coverage([*hoped, *([] if path.state is State.LIVE else [path])])
        missed = gap.missed_event
        of_share = ""
        if missed is not None and path not in self.without_filter:
            shares = [other for other in nearest if _is_other_share(path, other) and other.events.matches(missed)]
            path = shares[0] if shares else self.with_gap(path, missed, self.coverage([path]).differences)
            of_share = f" Missed event: {_in_words(missed)}." if shares else ""
        works = any(self.catches_something(other) for other in self.paths)
        opening = "Somebody is not always told" if works else "Nobody is told"
        told = f"{_told(path, Effect.BROKEN)}.{of_share}{self.only_newer}{self.concessions}"
        return Verdict(Status.FAIL, f"{opening} when {self.demand.event}: {told}", (path,), missed)

    def catches_something(self, path: AlertPath) -> bool:
        """Whether a path works for some required events, and is meant to."""
        catches = path.state is State.LIVE and _may_match(self.demand.events_demanded, path.events)
        return catches and self.distance(path).meant

    @property
    def concessions(self) -> str:
        """What the user's configuration allows, in words: a reader must see on which terms the verdict stands."""
        demand = self.demand
        excluded = ", ".join(str(exclusion) for exclusion in demand.exclusions)
        return (f" Approved exclusions: {excluded}." if excluded else "") + (
            f" {demand.events} events may pass before the alarm rings." if demand.events > 1 else ""
        )

    @property
    def only_newer(self) -> str:
        """Whether all is well by an earlier version of the benchmark, in words."""
        live = tuple(dict.fromkeys(path.events for path in self.paths if path.state is State.LIVE))
        earlier = self.demand.earlier
        resources = self.followed.resources
        if earlier is None or coverage_in(resources.account, earlier, live, resources.partition).verdict != "covered":
            return ""
        return f" Nothing but {self.demand.newer} is missing."

    @cached_property
    def without_filter(self) -> tuple[AlertPath, ...]:
        """The beginnings of paths, to say that the log group has no filter that is meant for the control."""
        found = []
        nearest = sorted(self.followed.stems, key=lambda found: (len(found[0].having(Effect.BROKEN)), found[0].names))
        for stem, filters in nearest:
            group = stem.links[-1]
            none = remark("no-matching-filter", group.name, filters=listed(filters)) if filters else None
            found.append(stem.then(None, none or remark("no-metric-filter", group.name)))
        return tuple(found)

    def nearest_first(self, paths: Iterable[AlertPath]) -> list[AlertPath]:
        """Return the paths that are meant for the control by how little is missing on them."""
        measured = [(self.distance(path), path) for path in paths]
        meant = [(measure.rank, path.names, path) for measure, path in measured if measure.meant]
        return [path for _, _, path in sorted(meant, key=lambda found: found[:2])]

    def distance(self, path: AlertPath) -> _Distance:
        broken = path.having(Effect.BROKEN)
        # A filter for everything has to be replaced, one that misses something only mended.
        noisy = any(found.rule.slug == "filter-everyday" for found in broken)
        return _Distance(
            breaks=len({(found.rule.link, found.resource) for found in broken})
            + noisy
            + len(_NEEDED_LINKS - {link.kind for link in path.links}),
            partial=path.matched != EVERYTHING and self.coverage([path]).verdict == "gap",
            alike_in_words=_alike_in_words(self.demand.required, path.matched),
            alike_in_deeds=_alike_in_deeds(self.demand.required, path.matched),
        )

    def with_gap(self, path: AlertPath, event: Mapping[str, Any], differences: Sequence[str]) -> AlertPath:
        """Return the path with a remark on the link at which the missed event is lost."""
        missed = _in_words(event)
        if path.recorded == NOTHING:
            return path
        if not path.recorded.matches(event):
            return path.then(None, remark("trail-gap", path.links[0].name, missed=missed))
        if path.watched is not None and path.matched.matches(event) and not path.watched.matches(event):
            narrow = remark("alarm-sees-some-events", path.name_of("alarm"), watched=path.watched, missed=missed)
            return path.then(None, narrow)
        names = path.name_of("metric filter")
        difference = "; ".join(differences) or "it does not match every such event"
        return path.then(None, remark("filter-gap", names, difference=difference, missed=missed))


def _is_other_share(path: AlertPath, other: AlertPath) -> bool:
    """Whether two paths carry different events over the same links, told apart by what other filters match."""
    return path.names == other.names and path.matched != other.matched


@lru_cache(maxsize=4096)
def _alike_in_words(required: FilterPattern, matched: FilterPattern) -> float:
    """Return the share of common selectors and values, from 0 to 1.

    Likeness only chooses which path a finding speaks of, never the verdict.
    """
    wanted, meant = _words(required), _words(matched)
    return len(wanted & meant) / len(wanted | meant)


@lru_cache(maxsize=4096)
def _alike_in_deeds(required: FilterPattern, matched: FilterPattern) -> float:
    """Return the share of sample events that a filter catches, from 0 to 1."""
    samples = _samples(required)
    return sum(matched.matches(event) for event in samples) / len(samples) if samples else 0.0


@lru_cache(maxsize=64)
def _samples(required: FilterPattern) -> tuple[dict[str, Any], ...]:
    """Return a required event for each event name in the pattern, or one event when it names none."""
    names = dict.fromkeys(_EVENT_NAME.findall(str(required)))
    narrowed = [all_of(required, parse(f"{{ $.eventName = {name} }}")) for name in names] or [required]
    events = (coverage_everywhere(one, ()).missed_event for one in narrowed)
    return tuple(event for event in events if event is not None)


@lru_cache(maxsize=4096)
def _words(pattern: FilterPattern) -> frozenset[str]:
    """Return the selectors and values of a pattern, by which one sees what it was written for."""
    return frozenset(_WORD.findall(str(pattern)))


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
    if first.rule.link == "subscription":  # no link of its own: one subscription that works is enough
        place = f"{place}{ARROW}subscription {first.resource}"
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
