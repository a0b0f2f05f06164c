"""From the verdict on a control to the fewest changes that mend it, proved; or to the reason why there are none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from prowler_cis_monitoring.alert_path.path import AlertPath
from prowler_cis_monitoring.alert_path.resources import AccountResources, Alternatives, EventSelectors, LogGroup
from prowler_cis_monitoring.alert_path.rules import Effect, Remark
from prowler_cis_monitoring.alert_path.telling import clause
from prowler_cis_monitoring.alert_path.verdict import Status, Verdict
from prowler_cis_monitoring.controls import CONTROLS, Control
from prowler_cis_monitoring.foreign_text import shown
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.remedy.candidates import MOST_FILTERS, joined, remedies
from prowler_cis_monitoring.remedy.changes import Change, ConfirmSubscription, is_writable
from prowler_cis_monitoring.remedy.proof import Judged, minimal, proved
from prowler_cis_monitoring.remedy.strategies import MOST_SELECTORS, STRATEGIES, Place
from prowler_cis_monitoring.settings import Settings

_MOST_PROOFS = 60


@dataclass(frozen=True)
class Fix:
    """What mends a control, or why nothing is proposed.

    Attributes:
        control: the control's slug.
        before: the verdict as it is.
        changes: what has to be changed, in this order; proved, and none of them can be left out.
        steps: what a person has to do then, as sentences.
        reason: why there are no changes; empty where there are some, or where a step or the changes of other fixes are
            enough.
        after: the verdict once all is done; None where nothing is proposed.
        by_person: the steps as changes, as they were proved.
    """

    control: str
    before: Verdict
    changes: tuple[Change, ...] = ()
    steps: tuple[str, ...] = ()
    reason: str = ""
    after: Verdict | None = None
    by_person: tuple[Change, ...] = ()

    @property
    def mends(self) -> bool:
        """Whether the control is PASS once the changes are made and the steps are done."""
        return self.after is not None


def propose(
    resources: AccountResources,
    control: Control | str,
    *,
    settings: Settings | None = None,
    alternatives: Alternatives | None = None,
    email: str | None = None,
) -> Fix:
    """Find the fewest changes that mend a control.

    Args:
        resources: what is known of the account.
        control: the control or its slug.
        settings: what the user approves of; None for the defaults.
        alternatives: what else may tell somebody; None when nobody looked.
        email: the address to subscribe where a topic has nobody who hears; None leaves it open.
    """
    wanted = CONTROLS[control] if isinstance(control, str) else control
    return _propose(Judged(resources, settings or Settings(), alternatives), wanted, email)[0]


def propose_all(
    resources: AccountResources,
    controls: Iterable[Control | str] = CONTROLS,
    *,
    settings: Settings | None = None,
    alternatives: Alternatives | None = None,
    email: str | None = None,
) -> tuple[Fix, ...]:
    """Find the fewest changes that mend controls one after the other: what is created for one serves the next.

    The arguments are those of `propose`; the changes of a later fix count on those of the earlier ones, and it has none
    where those are enough.
    """
    read = judged = Judged(resources, settings or Settings(), alternatives)
    fixes: list[Fix] = []
    done: tuple[Change, ...] = ()
    for control in controls:
        own, judged = _propose(judged, CONTROLS[control] if isinstance(control, str) else control, email)
        steps = joined(*(fix.by_person for fix in fixes))
        done = (*done, *own.changes, *own.by_person)
        fixes.append(_beside_others(own, read, done, steps))
    return tuple(fixes)


def _beside_others(fix: Fix, read: Judged, done: Sequence[Change], steps: Sequence[Change]) -> Fix:
    """Return a fix that was planned on an account with others made, for the account as it was read.

    Args:
        fix: what was planned.
        read: the account as it was read.
        done: all changes and steps until then, those of the fix included.
        steps: the steps of the others: those that the fix counts on become its own too.
    """
    before, after = read.verdict(fix.control), fix.after
    if before.status is Status.PASS:
        return fix
    if fix.before.status is Status.PASS:
        after = fix.before
    if after is None:
        return replace(fix, before=before)
    needed = [step for step in steps if not _passes_without(step, read, done, fix.control)]
    by_person = joined(needed, fix.by_person)
    return replace(
        fix,
        before=before,
        after=after,
        reason="",
        by_person=by_person,
        steps=tuple(f"{step.says}." for step in by_person),
    )


def _passes_without(step: Change, read: Judged, done: Sequence[Change], control: str) -> bool:
    rest = [change for change in done if change != step]
    return read.after(rest).passes(control)


def _propose(judged: Judged, control: Control, email: str | None) -> tuple[Fix, Judged]:
    """Return what mends a control, and the account once that is done."""
    before = judged.verdict(control.slug)
    if before.status is Status.PASS:
        return Fix(control.slug, before, reason="somebody is told already"), judged
    if before.status is Status.MANUAL:
        reason = "whether somebody is told is not known, so nothing can be proved"
        return Fix(control.slug, before, reason=reason), judged
    for remedy in remedies(judged, control, email)[:_MOST_PROOFS]:
        after = proved(judged, remedy, control.slug) if all(map(is_writable, remedy)) else None
        if after is None:
            continue
        needed, after = minimal(judged, remedy, control.slug, after)
        steps = tuple(change for change in needed if isinstance(change, ConfirmSubscription))
        fix = Fix(
            control.slug,
            before,
            changes=tuple(change for change in needed if change not in steps),
            steps=tuple(f"{step.says}." for step in steps),
            after=after.verdict(control.slug),
            by_person=steps,
        )
        return fix, after
    return _without_changes(control, judged), judged


def _without_changes(control: Control, judged: Judged) -> Fix:
    """Say why a person must act, and what there is to do, by the links that are broken."""
    before = judged.verdict(control.slug)
    broken = [found for path in before.paths for found in path.having(Effect.BROKEN)]
    reasons = dict.fromkeys(reason for found in broken if (reason := _person(found)))
    closed = sorted({found.closed_account for path in before.paths for found in path.remarks} - {""})
    reasons.update(dict.fromkeys(f"account {shown(one)} owns a part of the path and was not read" for one in closed))
    unseen = [found for path in before.paths for found in path.having(Effect.UNSEEN) if not found.closed_account]
    reasons.update(dict.fromkeys(f"whether the rest works could not be seen ({clause(found)})" for found in unseen))
    full = dict(limit for path in before.paths for limit in _limits(path, judged))
    reasons.update(dict.fromkeys(full))
    return Fix(
        control.slug,
        before,
        steps=tuple(dict.fromkeys((*full.values(), *(found.next_step for found in broken if found.next_step)))),
        reason="; ".join(reasons) or "nothing that only adds to what exists, or completes it, was proved to be enough",
    )


def _limits(path: AlertPath, judged: Judged) -> Iterator[tuple[str, str]]:
    """Yield the quotas of AWS that leave no room for what would mend a path, each with what there is to do."""
    place = Place(judged.resources, path)
    group, trail = judged.resources.log_groups.get(place.arn_of("log group")), place.trail
    found = group.metric_filters if isinstance(group, LogGroup) else ()
    if isinstance(group, LogGroup) and isinstance(found, tuple) and len(found) >= MOST_FILTERS:
        name = shown(group.name)
        yield (
            f"log group {name} has {len(found)} metric filters, which is all that AWS allows",
            f"Delete a metric filter of log group {name} that nobody needs, then run cis-monitoring fix again.",
        )
    basic = trail.selectors.basic if trail and isinstance(trail.selectors, EventSelectors) else ()
    if trail and len(basic) >= MOST_SELECTORS:
        name = shown(trail.name)
        yield (
            f"trail {name} has {len(basic)} event selectors, which is all that AWS allows",
            f"Let one of the event selectors of trail {name} record all management events, or delete one.",
        )


def _person(found: Remark) -> str:
    strategy = STRATEGIES.get(found.rule.slug)
    return strategy.person if strategy else ""
