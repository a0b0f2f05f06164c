"""Proof of a remedy: its changes are made on what is known of the account, and the account is judged again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.resources import AccountResources, Alternatives
from prowler_cis_monitoring.alert_path.verdict import Answer, Status, Verdict, may_pass
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decision, demand_of
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.remedy.changes import Change, apply_all
from prowler_cis_monitoring.settings import Settings

_ORDER = (Status.FAIL, Status.MANUAL, Status.PASS)


@dataclass(frozen=True)
class Judged:
    """An account with the verdicts on it, each made when somebody asks for it."""

    resources: AccountResources
    settings: Settings = field(default_factory=Settings)
    alternatives: Alternatives | None = None
    _answers: dict[str, Answer] = field(default_factory=dict, init=False, repr=False, compare=False)
    _verdicts: dict[str, Verdict] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def paths(self) -> AlertPaths:
        """The alert paths of the account."""
        return AlertPaths(self.resources)

    def verdict(self, slug: str) -> Verdict:
        """Return the verdict of a control."""
        if slug not in self._verdicts:
            self._verdicts[slug] = self._answer(slug)[1]()
        return self._verdicts[slug]

    def status(self, slug: str) -> Status:
        """Return the status of a control, without words for it."""
        return self._answer(slug)[0]

    def passes(self, slug: str) -> bool:
        """Whether a control is PASS: most attempts at mending it are seen to fail before all paths are followed."""
        if slug not in self._answers and self._nothing_else_counts:
            return may_pass(self.paths, demand_of(CONTROLS[slug], self.settings)) and self.status(slug) is Status.PASS
        return self.status(slug) is Status.PASS

    @property
    def _nothing_else_counts(self) -> bool:
        """Whether no control can be PASS but by its alert paths."""
        return self.alternatives is None or self.settings.accept_alternatives != "pass"

    def _answer(self, slug: str) -> Answer:
        if slug not in self._answers:
            self._answers[slug] = decision(CONTROLS[slug], self.paths, self.settings, self.alternatives)
        return self._answers[slug]

    @cached_property
    def verdicts(self) -> Mapping[str, Verdict]:
        """The verdicts of all controls."""
        return {slug: self.verdict(slug) for slug in CONTROLS}

    def after(self, changes: Sequence[Change]) -> Judged:
        """Return the account with changes made."""
        return Judged(apply_all(self.resources, tuple(changes)), self.settings, self.alternatives)


def worse(before: Judged, after: Judged) -> tuple[str, ...]:
    """Return the controls whose verdict got worse."""
    return tuple(
        slug
        for slug in CONTROLS
        if before.status(slug) is not Status.FAIL
        and _ORDER.index(after.status(slug)) < _ORDER.index(before.status(slug))
    )


def proved(before: Judged, changes: Sequence[Change], slug: str) -> Judged | None:
    """Return the account after changes if a control is PASS there and no control is worse than before; else None.

    An alarm that everyday events ring is no live path: a PASS says that there is one which they leave alone.
    """
    after = before.after(changes)
    return after if after.passes(slug) and not worse(before, after) else None


def minimal(before: Judged, changes: Sequence[Change], slug: str, after: Judged) -> tuple[tuple[Change, ...], Judged]:
    """Return as few of some proved changes as prove the same, and the account after them.

    Leaving out any one of them proves nothing.

    Args:
        before: the account as it is, where the control is not PASS.
        changes: what was proved.
        slug: the control.
        after: the account after all of them.
    """
    needed = list(changes)
    for change in sorted(changes, key=lambda one: -one.weight):
        rest = [other for other in needed if other is not change]
        # Without any change the control is what it is.
        without = proved(before, rest, slug) if rest else None
        if without is not None:
            needed, after = rest, without
    return tuple(needed), after
