"""The reports of many accounts, as a state holds them: read again account by account wherever they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.scan.findings import AccountReports, Checks
from prowler_cis_monitoring.scan.fleet_table import FleetRow


@dataclass(frozen=True)
class FleetReports:
    """The reports of a fleet.

    Attributes:
        accounts: which were to be scanned, in order.
        lines: gives the results of those of these accounts that are finished, in the order given.
        checks: make reports of the results.
        failures: why single accounts could not be scanned.
        partition: that of the scan.
        region: its default Region.
    """

    accounts: tuple[str, ...]
    lines: Callable[[Iterable[str]], Iterator[str]]
    checks: Checks
    failures: Mapping[str, str]
    partition: str
    region: str

    def finished(self) -> Iterator[AccountReports]:
        """Yield the reports of the finished accounts, in order."""
        for line in self.lines(self.accounts):
            yield self.checks.restored(line)

    def all(self) -> Iterator[AccountReports]:
        """Yield the reports of all accounts, in order; an account that could not be scanned has them too."""
        finished = self.finished()
        for account in self.accounts:
            if account in self.failures:
                yield self.checks.not_scanned(account, self.partition, self.region, self.failures[account])
            elif (found := next(finished, None)) is not None:
                yield found

    def rows(self) -> list[FleetRow]:
        """Return the row of each account."""
        return [FleetRow.of(found, scanned=found.scanned.account not in self.failures) for found in self.all()]

    def as_statistics(self) -> list[Any]:
        """Return as much of all findings as Prowler's statistics read, without what makes findings large."""
        return [
            SimpleNamespace(
                resource_uid=report.resource_arn,
                status=report.status,
                muted=report.muted,
                metadata=report.check_metadata,
            )
            for found in self.all()
            for report in found.reports
        ]
