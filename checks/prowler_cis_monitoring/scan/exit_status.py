"""How a scan ends: the one table of exit statuses, of which `--help` and the README are made, and what decides them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any

from prowler_cis_monitoring.records import dataclass

_SEVERITIES = ("informational", "low", "medium", "high", "critical")


class Exit(IntEnum):
    """The exit statuses of `cis-monitoring scan`."""

    NOTHING_FAILED = 0
    NOT_DONE = 1
    INVALID_INPUT = 2
    FAILED = 3
    NOT_ALL_SCANNED = 4
    UNDECIDED = 5
    INTERRUPTED = 130
    TERMINATED = 143


MEANINGS: dict[Exit, str] = {
    Exit.NOTHING_FAILED: "no control failed, or every failure is muted",
    Exit.NOT_DONE: "the scan could not start, for example for want of credentials, or its files or its "
    "output could not be written",
    Exit.INVALID_INPUT: "invalid input",
    Exit.FAILED: "a control failed, or is what --fail-on names (as in Prowler; --ignore-exit-code-3 makes it 0)",
    Exit.NOT_ALL_SCANNED: "with several accounts: some could not be scanned; --resume tries those again",
    Exit.UNDECIDED: "no control failed, but nothing could be decided of an account: all is MANUAL because calls failed "
    "(--ignore-exit-code-5 makes it 0)",
    Exit.INTERRUPTED: "interrupted (SIGINT); with several accounts --resume goes on",
    Exit.TERMINATED: "terminated (SIGTERM); likewise",
}


def ignored_statuses(parsed: Namespace) -> frozenset[Exit]:
    """Return the statuses that the command line wants to be 0."""
    wanted = {Exit.FAILED: parsed.ignore_exit_code_3, Exit.UNDECIDED: parsed.ignore_exit_code_5}
    return frozenset(status for status, ignored in wanted.items() if ignored)


@dataclass(frozen=True)
class Failing:
    """Which reports count as failed: those of these verdicts, from this severity on."""

    verdicts: frozenset[str] = frozenset({"FAIL"})
    severity: str = "informational"

    @classmethod
    def named(cls, words: Iterable[str]) -> Failing:
        """Return what `--fail-on` names: FAIL or MANUAL, which includes FAIL, and severities, of which the lowest."""
        given = set(words)
        verdicts = frozenset({"FAIL", "MANUAL"} if "MANUAL" in given else {"FAIL"})
        return cls(verdicts, next((word for word in _SEVERITIES if word in given), _SEVERITIES[0]))

    def __call__(self, report: Any) -> bool:  # noqa: ANN401 - a report in Prowler's form
        """Whether a report counts as failed; what is muted never does."""
        if report.muted or report.status not in self.verdicts:
            return False
        if self.severity == _SEVERITIES[0]:
            return True
        return _SEVERITIES.index(report.check_metadata.Severity.value) >= _SEVERITIES.index(self.severity)


def exit_status(
    accounts: Iterable[tuple[Sequence[Any], bool]], ignored: Iterable[int] = (), failing: Failing | None = None
) -> Exit:
    """Return the status of a scan that came to its end.

    Args:
        accounts: of each account its reports, and whether it is undecided.
        ignored: the statuses that the user wants to be 0.
        failing: which reports count as failed, None for those with the verdict FAIL.
    """
    failed = failing or Failing()
    found = {
        status
        for reports, undecided in accounts
        for status, holds in (
            (Exit.FAILED, any(map(failed, reports))),
            (Exit.UNDECIDED, undecided),
        )
        if holds
    }
    return min(found.difference(ignored), default=Exit.NOTHING_FAILED)
