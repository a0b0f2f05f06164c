"""The run of `cis-monitoring merge`: states of many scans in, the reports of one scan out."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.file_errors import refusal
from prowler_cis_monitoring.scan.accounts import AccountsFileError, accounts_listed
from prowler_cis_monitoring.scan.arguments import add_arguments
from prowler_cis_monitoring.scan.destination import Destination, destination
from prowler_cis_monitoring.scan.exit_status import Exit
from prowler_cis_monitoring.scan.findings import Checks
from prowler_cis_monitoring.scan.fleet_reports import FleetReports
from prowler_cis_monitoring.scan.frameworks import load_frameworks
from prowler_cis_monitoring.scan.interruption import removed_when_ended
from prowler_cis_monitoring.scan.log_level import set_log_level
from prowler_cis_monitoring.scan.manifest import Description
from prowler_cis_monitoring.scan.options import OptionError, Options, accounts_named, read
from prowler_cis_monitoring.scan.report_folder import ReportError
from prowler_cis_monitoring.scan.reporting import Reporting
from prowler_cis_monitoring.scan.s3_address import AddressError, S3Address, S3Error, file_in_s3, folder_in_s3, is_in_s3
from prowler_cis_monitoring.scan.state import SUFFIX, State, StateError
from prowler_cis_monitoring.scan.states import Part, Parts
from prowler_cis_monitoring.scan.terminal import complain

if TYPE_CHECKING:
    from boto3.session import Session

    from prowler_cis_monitoring.scan.bucket import Bucket

_COMMAND = "merge"


def merge(parsed: argparse.Namespace) -> int:
    """Merge what the command line names; return the exit status that `--help` explains."""
    set_log_level(parsed.log_level)
    try:
        with ExitStack() as stack:
            return _merged(parsed, stack)
    except (OptionError, AddressError, AccountsFileError, StateError) as error:
        complain(str(error), _COMMAND)
        return Exit.INVALID_INPUT
    except (ReportError, S3Error, OSError) as error:
        complain(refusal(error), _COMMAND)
        return Exit.NOT_DONE


def _merged(parsed: argparse.Namespace, stack: ExitStack) -> int:
    source = _Source(parsed.profile, stack)
    asked = source.accounts(parsed.accounts)
    parts = Parts(source.parts(parsed.states), asked)
    made_by = parts.parts[0].state.scan.get("made_by")
    if made_by != version("prowler-cis-monitoring"):
        raise StateError(f"the scans were made by version {made_by}; merge with that version, or scan anew")
    options = _options_of(parsed, parts)
    checks = Checks(options)
    for part in parts.parts:
        part.state.keep(checks.can_restore)
        if part.state.damaged:
            complain(f"{part}: {part.state.damaged} damaged lines are left out", _COMMAND)
    missing = parts.missing()
    if missing and not parsed.allow_missing:
        are = "is" if len(missing) == 1 else "are"
        complain(
            f"{len(missing)} of {len(parts.asked)} accounts {are} missing, and no report is written (--allow-missing "
            f"reports {'it' if len(missing) == 1 else 'them'} as not scanned):",
            _COMMAND,
        )
        for line in parts.told(missing):
            complain(f"  {line}", _COMMAND)
        return Exit.NOT_ALL_SCANNED
    place = stack.enter_context(destination(options.outputs.directory))
    if place.is_elsewhere:
        place.connect(source.session())
    return _Merge(options, place, checks).run(parts, missing)


def _options_of(parsed: argparse.Namespace, parts: Parts) -> Options:
    """Return the options of the one scan whose reports are to be written."""
    first = parts.parts[0]
    try:
        scan = Description.read(first.state.scan)
    except ValueError as error:
        raise StateError(f"{first}: {error}") from None
    saves, _, what_if = scan.saves
    if parsed.save is not None and not saves:
        raise OptionError(f"--save {parsed.save}: these scans kept no snapshots; scan with --save")
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    defaults = vars(parser.parse_args([]))
    given = {**vars(parsed), "accounts": ",".join(parts.asked), "role": scan.role}
    options = read(argparse.Namespace(**{**defaults, **given}))
    return replace(
        options,
        frameworks=first.manifest.frameworks,
        check_ids=scan.checks,
        statuses=scan.statuses,
        what_if=what_if,
    )


class _Source:
    """Where states and lists are read from; AWS is asked only for what is there."""

    def __init__(self, profile: str | None, stack: ExitStack) -> None:
        self._profile, self._stack = profile, stack
        self._bucket: Bucket | None = None
        self._temporary: Path | None = None

    def session(self) -> Session:
        from boto3.session import Session  # noqa: PLC0415 - only for S3

        return Session(profile_name=self._profile)

    def accounts(self, named: str | None) -> tuple[str, ...] | None:
        if named is None:
            return None
        try:
            if is_in_s3(named):
                return accounts_listed(named, self._s3().read(file_in_s3(named)))
            return accounts_named(named)
        except (AccountsFileError, AddressError) as error:
            raise OptionError(f"--accounts {error}") from None

    def parts(self, names: Sequence[str]) -> Iterator[Part]:
        files = dict.fromkeys(found for name in names for found in self._files(name))
        for number, file in enumerate(files):
            path = self._fetched(file, number) if isinstance(file, S3Address) else file
            state = self._stack.enter_context(closing(State(path)))
            yield Part.read(str(file), state)

    def _files(self, name: str) -> list[Path] | list[S3Address]:
        if is_in_s3(name):
            if name.endswith(SUFFIX):
                return [file_in_s3(name)]
            found: list[Any] = self._s3().files(folder_in_s3(name), SUFFIX)
        elif Path(name).is_dir():
            found = sorted(Path(name).glob(f"*{SUFFIX}"))
        else:
            return [Path(name)]
        if not found:
            raise StateError(f"{name} holds no state of a scan, which is called *{SUFFIX}")
        return found

    def _fetched(self, address: S3Address, number: int) -> Path:
        path = self._folder() / f"{number}{SUFFIX}"
        self._s3().fetch(address, path)
        return path

    def _folder(self) -> Path:
        if self._temporary is None:
            made = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="cis-monitoring-"))
            self._stack.enter_context(removed_when_ended(Path(made)))
            self._temporary = Path(made)
        return self._temporary

    def _s3(self) -> Bucket:
        if self._bucket is None:
            from prowler_cis_monitoring.scan.bucket import Bucket  # noqa: PLC0415 - only for S3

            self._bucket = Bucket(self.session())
        return self._bucket


class _Merge(Reporting):
    command = _COMMAND

    def __init__(self, options: Options, place: Destination, checks: Checks) -> None:
        super().__init__(options, place)
        self.checks = checks
        self.frameworks = load_frameworks(options.frameworks)

    def run(self, parts: Parts, missing: dict[str, str]) -> int:
        manifest = parts.parts[0].manifest
        fleet = FleetReports(
            parts.asked, parts.lines, self.checks, missing, manifest.partition, manifest.default_region
        )
        with self.reserved("accounts") as folder:
            findings = (self.checks.findings(found) for found in fleet.all())
            provider, counted = manifest.as_provider(), fleet.as_statistics()
            files = self.write(folder, findings, provider, counted, accounts=len(parts.asked))
            files += self.save(fleet.finished())
            self.say_many(fleet, files, "scan them with --resume and merge again")
            status = self.status(fleet.finished())
        return Exit.NOT_ALL_SCANNED if missing and not self.unwritten else status
