"""Joins the links: do the alert paths of an account catch a control's events, and which sentence says so?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field, replace
from enum import Enum
from itertools import islice
from typing import Any, TypeAlias

from prowler_cis_monitoring.alert_path.accounts import coverage_everywhere, matches_each
from prowler_cis_monitoring.alert_path.failure import Failure
from prowler_cis_monitoring.alert_path.paths import AlertPath, AlertPaths, State
from prowler_cis_monitoring.alert_path.question import Demand, Glimpse, Question
from prowler_cis_monitoring.alert_path.resources import AccountResources, Arn, EventRule
from prowler_cis_monitoring.alert_path.rules import Effect, Remark, remark, unread_remarks
from prowler_cis_monitoring.alert_path.telling import Sentence, Told, clause, told_of, whole
from prowler_cis_monitoring.filter_pattern import Coverage, FilterPattern
from prowler_cis_monitoring.filter_pattern.work import SpentError
from prowler_cis_monitoring.records import dataclass

__all__ = ["Answer", "Demand", "Status", "Subject", "Verdict", "answer", "judge", "may_pass", "subject_of"]


# Filters of which it is asked whether one of them alone catches all that a control requires, before anything else.
_MOST_TRIED_ALONE = 3


class Status(Enum):
    """Prowler's statuses."""

    PASS = "PASS"  # noqa: S105 - a verdict, no password
    FAIL = "FAIL"
    MANUAL = "MANUAL"


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
        alternatives: what else tells somebody, or may, as whole sentences.
        parts: what `sentence` was made of, None when it was written as a whole.
        proof: what the past proves of it, as JSON values; None when nobody asked.
    """

    status: Status
    sentence: str
    paths: tuple[AlertPath, ...] = ()
    missed_event: dict[str, Any] | None = field(default=None, hash=False)
    rules: tuple[EventRule, ...] = ()
    alternatives: tuple[str, ...] = ()
    parts: Sentence | None = field(default=None, compare=False)
    proof: dict[str, Any] | None = field(default=None, hash=False)

    @classmethod
    def saying(cls, status: Status, parts: Sentence, paths: tuple[AlertPath, ...] = (), **grounds: Any) -> Verdict:  # noqa: ANN401
        """Return a verdict with its sentence made of `parts`; `grounds` are further attributes."""
        return cls(status, str(parts), paths, parts=parts, **grounds)

    def hinting(self, hint: str) -> Verdict:
        """Return the verdict with a whole sentence at its end on where there is more help."""
        if self.parts is None:
            return replace(self, sentence=f"{self.sentence} {hint}")
        parts = replace(self.parts, hint=hint)
        return replace(self, sentence=str(parts), parts=parts)

    def evidence(self) -> dict[str, Any]:
        """Return the verdict's grounds as JSON values."""
        return {
            "paths": [path.evidence() for path in self.paths],
            "missed_event": self.missed_event,
            "event_rules": [{"name": rule.name, "region": rule.region, "arn": rule.arn} for rule in self.rules],
            "alternatives": list(self.alternatives),
            "told": None if self.parts is None else self.parts.evidence(),
            **({} if self.proof is None else {"proof": self.proof}),
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


Answer: TypeAlias = tuple[Status, Callable[[], Verdict]]
"""A status, and what makes the verdict of it: to find the words takes longer than to decide."""


def judge(paths: AlertPaths, demand: Demand) -> Verdict:
    """Decide whether the events that `demand` requires reach somebody, and say so."""
    return answer(paths, demand)[1]()


def answer(paths: AlertPaths, demand: Demand) -> Answer:
    """Decide whether the events that `demand` requires reach somebody.

    PASS when live paths cover them together; MANUAL when they would with the help of paths that could not be seen to
    the end; FAIL otherwise, with the nearest path.
    """
    question = Question(paths, demand)
    if tell := _passing(question):
        return Status.PASS, tell
    if unlisted := _unlisted(question):
        told = Told("; ".join(clause(found) for found in unlisted))
        return Status.MANUAL, lambda: _unknown(question, (), told)
    by_hoped = question.coverage(question.hoped)
    if by_hoped.verdict == "covered":
        return Status.MANUAL, lambda: _unseen(question, _fewest(question, question.hoped))
    if by_hoped.verdict == "unknown":
        return Status.MANUAL, lambda: _undecided(question, by_hoped)
    return Status.FAIL, lambda: _failed(question)


def may_pass(paths: AlertPaths, demand: Demand) -> bool:
    """Whether the events that `demand` requires may reach somebody; that they do not is found before `answer` finds it.

    False is certain but for accounts that are too hard to be followed whole.
    """
    return _passing(Glimpse(paths, demand)) is not None


def _passing(question: Question) -> Callable[[], Verdict] | None:
    """Return what makes the verdict if live paths carry all that is required."""
    if enough := _first_enough(question):
        return lambda: _passed(question, (enough,))
    if question.coverage(question.live).verdict == "covered":
        return lambda: _passed(question, _fewest(question, question.live))
    return None


def _first_enough(question: Question) -> AlertPath | None:
    """Return the first live path that alone carries all that is required, if it is among the likeliest.

    Of an account that is in order nothing else need be asked: what other filters have to do with the control takes
    longer to tell.
    """
    work, likeliest = question.allowance.likeness, dict[FilterPattern, AlertPath]()
    for path in sorted((one for one in question.everything if one.state is State.LIVE), key=_rank):
        likeliest.setdefault(path.events, path)
    required = question.demand.events_demanded
    likely = (path for pattern, path in likeliest.items() if matches_each(work, pattern, required))
    tried = islice(likely, _MOST_TRIED_ALONE)
    try:
        return next((path for path in tried if question.coverage([path]).verdict == "covered"), None)
    except SpentError:
        return None


def _unlisted(question: Question) -> tuple[Remark, ...]:
    """Why no trail is known. One Region that answered lists every multi-Region trail, shadow trails included."""
    resources = question.resources
    if resources.listed_regions:
        return ()
    if not resources.unread:
        return (remark("no-region", resources.account),)
    return tuple(unread_remarks("account", resources.account, resources.unread))


def _fewest(question: Question, paths: Sequence[AlertPath]) -> tuple[AlertPath, ...]:
    """Return paths none of which can be left out: one where one is enough."""
    ordered = sorted(paths, key=_rank)
    for path in ordered:
        if question.is_covered([path]):
            return (path,)
    needed: list[AlertPath] = []

    def is_enough(count: int) -> bool:
        return question.is_covered([*ordered[:count], *needed])

    while ordered and not is_enough(0):
        # Of as many of the first as it takes, the last cannot be left out.
        last = bisect_left(range(len(ordered)), x=True, lo=1, key=is_enough) - 1
        needed.insert(0, ordered[last])
        del ordered[last:]
    return tuple(needed)


def _rank(path: AlertPath) -> tuple[object, ...]:
    """Sort live paths before others, then those of which only calls that failed hide something, then those seen."""
    return path.state is not State.LIVE, _is_dim(path), not path.hears, len(path.links), path.names


def _is_dim(path: AlertPath) -> bool:
    """Whether more than a call that failed hides where a path leads: such a path is named after the others."""
    return any(found.effect is Effect.UNSEEN and found.rule.hidden_by is None for found in path.remarks)


def _passed(question: Question, paths: tuple[AlertPath, ...]) -> Verdict:
    notes = [found for path in paths for found in path.having(Effect.NOTE)]
    notes += _organization_remarks(question, paths)
    further = tuple(dict.fromkeys(f"Note: {clause(found)}." for found in notes))
    opening = f"Somebody is told when {question.demand.event}"
    way = whole(paths)
    parts = Sentence(opening, Told(way, further, way=way), question.demand.concessions)
    return Verdict.saying(Status.PASS, parts, paths)


def _organization_remarks(question: Question, paths: Iterable[AlertPath]) -> Iterator[Remark]:
    """Say of the organisation trails that the audited account owns whether the alert holds for all accounts."""
    account, partition = question.resources.account, question.resources.partition
    for path in paths:
        owners = {arn.account for link in path.links[:2] if (arn := Arn.parse(link.arn))}
        if not path.from_organization_trail or account not in owners:
            continue
        others = [other for other in question.live if other.organization]
        events = tuple(dict.fromkeys(other.events for other in others))
        everywhere = coverage_everywhere(
            question.demand.events_demanded, events, partition, question.allowance.coverages
        )
        if everywhere.verdict == "covered":
            yield remark("organization-covered", path.links[0].name)
        else:
            difference = "; ".join(everywhere.differences) if others else "its filter selects log events by account"
            yield remark("organization-not-covered", path.links[0].name, account=account, difference=difference)


def _unseen(question: Question, paths: tuple[AlertPath, ...]) -> Verdict:
    return _unknown(question, paths, told_of([p for p in paths if p.state is State.UNSEEN], Effect.UNSEEN))


def _undecided(question: Question, by_hoped: Coverage) -> Verdict:
    nearest = [path for path in Failure(question).nearest if path.state is not State.BROKEN][:1]
    way = "".join(path.until("metric filter") for path in nearest)
    main = f"{way}: {by_hoped.reason}" if way else by_hoped.reason
    step = "To be certain, let the filter have the control's required pattern as it stands."
    return _unknown(question, tuple(nearest), Told(main, next_step=step, way=way))


def _unknown(question: Question, paths: tuple[AlertPath, ...], told: Told) -> Verdict:
    opening = f"Unknown whether somebody is told when {question.demand.event}"
    return Verdict.saying(Status.MANUAL, Sentence(opening, told, question.demand.concessions), paths)


def _failed(question: Question) -> Verdict:
    explained = Failure(question).explained()
    opening = f"{explained.opening} {question.demand.event}"
    parts = Sentence(opening, explained.told, (*_only_newer(question), *question.demand.concessions))
    paths = () if explained.path is None else (explained.path,)
    return Verdict.saying(Status.FAIL, parts, paths, missed_event=explained.missed_event)


def _only_newer(question: Question) -> tuple[str, ...]:
    """Say if all is well by an earlier version of the benchmark."""
    earlier = question.demand.earlier
    if earlier is None or question.coverage_of(earlier, question.live).verdict != "covered":
        return ()
    return (f"Nothing but {question.demand.newer} is missing.",)
