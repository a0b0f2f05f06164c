"""What every run that yields reports does with them: files, terminal, exit status."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.benchmarks import is_benchmark
from prowler_cis_monitoring.file_errors import refusal
from prowler_cis_monitoring.scan.destination import Destination
from prowler_cis_monitoring.scan.exit_status import Exit, exit_status
from prowler_cis_monitoring.scan.findings import AccountReports, Checks
from prowler_cis_monitoring.scan.fleet_reports import FleetReports
from prowler_cis_monitoring.scan.fleet_table import FleetRow
from prowler_cis_monitoring.scan.frameworks import requirement_numbers
from prowler_cis_monitoring.scan.interruption import removed_when_ended
from prowler_cis_monitoring.scan.options import Options
from prowler_cis_monitoring.scan.problems import by_problem, named
from prowler_cis_monitoring.scan.report_files import ReportFiles
from prowler_cis_monitoring.scan.report_folder import ReportError, ReportFolder, reserve
from prowler_cis_monitoring.scan.s3_address import S3Address, S3Error
from prowler_cis_monitoring.scan.terminal import (
    as_json,
    complain,
    print_accounts_as_json,
    say,
    say_account,
    say_causes,
    say_files,
    say_fleet,
)
from prowler_cis_monitoring.snapshot import SnapshotError, write_snapshots
from prowler_cis_monitoring.snapshot.unfinished import unfinished

if TYPE_CHECKING:
    from prowler.lib.check.compliance_models import ComplianceFramework
    from prowler.lib.outputs.finding import Finding

    from prowler_cis_monitoring.scan.pictures import Insight


class Reporting:
    """A run that yields reports.

    Attributes:
        command: the name of the subcommand, for what is said.
        checks: make reports and findings; set before anything is reported.
        frameworks: by name, those to report on; likewise.
        unwritten: whether a file could not be written.
    """

    command = "scan"
    checks: Checks
    frameworks: Mapping[str, ComplianceFramework]

    def __init__(self, options: Options, destination: Destination) -> None:
        """Report as `options` say, into files that go to `destination`."""
        self.options = options
        self.outputs = options.outputs
        self.destination = destination
        self.unwritten = False

    def complain(self, text: str) -> None:
        """Print one line on standard error."""
        complain(text, self.command)

    def _lament(self, error: Exception) -> None:
        """Say that a file could not be written; what was found is shown all the same."""
        self.complain(refusal(error))
        self.unwritten = True

    def reserved(self, what: str) -> AbstractContextManager[ReportFolder | None]:
        """Reserve the name of the reports, if there are any, before AWS is asked for hours."""
        if not self.outputs.formats:
            return nullcontext()
        return reserve(self.destination.directory, self.outputs.filename, default_name(what))

    def write(  # noqa: PLR0913 - all that reports tell of
        self,
        folder: ReportFolder | None,
        batches: Iterable[list[Finding]],
        provider: Any,  # noqa: ANN401 - Prowler's, or as much of one as report writers read
        counted: list[Any],
        *,
        insight: Insight | None = None,
        accounts: int = 1,
    ) -> list[Path | S3Address]:
        """Write the reports and send them to where they belong; return where they are.

        Args:
            folder: where to make them, None where none are wanted.
            batches: the findings of each account.
            provider: whose identity they show.
            counted: as much of all findings as Prowler's statistics read.
            insight: what pictures tell of a single account besides.
            accounts: how many accounts there are.
        """
        if folder is None:
            return []
        from prowler.lib.outputs.outputs import extract_findings_statistics  # noqa: PLC0415 - loaded meanwhile

        files = ReportFiles(
            folder=folder,
            formats=self.outputs.formats,
            frameworks=self.frameworks,
            provider=provider,
            statistics=_with_manual(extract_findings_statistics(counted), counted),
            insight=insight,
            accounts=accounts,
        )
        try:
            return list(self.destination.deliver(files.write(batches)))
        except (ReportError, S3Error, OSError) as error:
            self._lament(error)
            return []

    def save(self, found: Iterable[AccountReports]) -> list[Path]:
        """Save what was read of the accounts, where that is wanted; return where it is."""
        if self.options.save is None:
            return []
        try:
            with removed_when_ended(unfinished(self.options.save)):
                write_snapshots(self.options.save, (one.snapshot for one in found if one.snapshot is not None))
        except SnapshotError as error:
            self._lament(error)
            return []
        return [self.options.save]

    def say_account(self, found: AccountReports) -> None:
        """Print the findings of an account."""
        outputs = self.outputs
        say_account(found, self._titles(), self.numbers(), color=outputs.color, everything=outputs.everything)

    def print_as_json(
        self, accounts: Iterable[AccountReports], files: Iterable[Path | S3Address], failures: Mapping[str, str]
    ) -> None:
        """Print the findings of accounts for a program."""
        requirements = {name: requirement_numbers(framework) for name, framework in self.frameworks.items()}
        rest = {"failures": failures, "files": [str(path) for path in files]}
        print_accounts_as_json((as_json(found, requirements) for found in accounts), rest)

    def show_many(
        self,
        accounts: Callable[[], Iterable[AccountReports]],
        rows: Callable[[], Sequence[FleetRow]],
        files: Sequence[Path | S3Address],
        failures: Mapping[str, str],
    ) -> None:
        """Print many accounts, as the user wants them shown.

        Args:
            accounts: gives their reports, each time anew: all of them may be large.
            rows: gives the row of each.
            files: where the files are.
            failures: why single accounts could not be scanned.
        """
        if self.outputs.as_json:
            self.print_as_json(accounts(), files, failures)
        elif not self.outputs.quiet:
            if self.outputs.everything:
                for found in accounts():
                    self.say_account(found)
                    say("")
            say_fleet(rows(), self.numbers(), color=self.outputs.color)
            say_causes(accounts(), everything=self.outputs.everything)
            say_files(files)

    def say_many(self, fleet: FleetReports, files: Sequence[Path | S3Address], way_out: str) -> None:
        """Print what is said of many accounts.

        Args:
            fleet: their reports.
            files: where the files are.
            way_out: what to do about accounts that could not be scanned.
        """
        failures = fleet.failures
        self.show_many(fleet.finished, fleet.rows, files, failures)
        if failures:
            self.complain(f"{len(failures)} of {len(fleet.accounts)} accounts could not be scanned; {way_out}:")
        for problem, accounts in by_problem(failures).items():
            self.complain(f"  {named(accounts)}: {problem}")

    def numbers(self) -> dict[str, dict[str, str]]:
        """Return, by benchmark, its numbers by check id."""
        # In a crosswalk a control stands for many requirements.
        benchmarks = [each for name, each in self.frameworks.items() if is_benchmark(name)]
        return {each.version: requirement_numbers(each) for each in benchmarks}

    def _titles(self) -> list[str]:
        return [f"{each.framework} {each.version}" if each.version else name for name, each in self.frameworks.items()]

    def status(self, scanned: Iterable[AccountReports]) -> int:
        """Return the exit status."""
        if self.unwritten:
            return Exit.NOT_DONE
        accounts = ((found.reports, found.undecided) for found in scanned)
        return exit_status(accounts, self.options.ignored_statuses, self.options.failing)


def default_name(what: str) -> str:
    """Return what the names of files begin with where the user has no name for them."""
    from prowler.config.config import output_file_timestamp  # noqa: PLC0415 - set when Prowler is loaded

    return f"prowler-output-{what}-{output_file_timestamp}"


def _with_manual(statistics: Mapping[str, Any], counted: list[Any]) -> dict[str, Any]:
    """Return Prowler's statistics with all findings counted: Prowler leaves out what is MANUAL."""
    manual = sum(finding.status == "MANUAL" for finding in counted)
    total = f"{len(counted)}, {manual} of them MANUAL" if manual else len(counted)
    return {**statistics, "findings_count": total}
