"""What was found in files, for all the forms in which it is told."""

from __future__ import annotations

from functools import cached_property

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.lint.findings import Finding
from prowler_cis_monitoring.lint.judging import Report, State
from prowler_cis_monitoring.records import dataclass


@dataclass(frozen=True)
class Outcome:
    """What was found in the files."""

    report: Report
    findings: tuple[Finding, ...]
    skipped: tuple[str, ...] = ()

    def controls(self, state: State) -> tuple[str, ...]:
        """Return the controls of which this is said."""
        return tuple(one.control.slug for one in self.report.judged if one.state is state)

    @cached_property
    def provided(self) -> tuple[str, ...]:
        """The log groups that a trail is assumed to deliver to where something holds."""
        holding = (one for one in self.report.judged if one.state in (State.HOLDS, State.DEPENDS))
        return tuple(sorted({group for one in holding for group in one.provided}))


def message_of(finding: Finding) -> str:
    """Return what a finding says where its place stands elsewhere, with its combination and its controls."""
    when = f" (when {finding.when})" if finding.when else ""
    controls = f" Controls: {controls_of(finding)}." if finding.controls else ""
    also = "".join(f" {sentence}" for sentence in finding.also)
    return f"{finding.message}{when}.{controls}{also}"


def controls_of(finding: Finding) -> str:
    """Return the controls that a finding concerns, in words."""
    return "all" if len(finding.controls) == len(CONTROLS) else ", ".join(finding.controls)
