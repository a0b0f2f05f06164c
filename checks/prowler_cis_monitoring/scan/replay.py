"""`cis-monitoring scan --from` without Prowler's reports: judges snapshots and shows the verdicts, or draws them.

Neither Prowler nor boto3 is loaded.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.verdict import Subject, subject_of
from prowler_cis_monitoring.benchmarks import is_benchmark, load_plain, numbers_in
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decide, evidence_of, with_fix
from prowler_cis_monitoring.file_errors import refusal
from prowler_cis_monitoring.foreign_text import standing_alone
from prowler_cis_monitoring.near_names import NotKnownError
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.scan.arguments import PICTURES
from prowler_cis_monitoring.scan.exit_status import Exit, Failing, exit_status, ignored_statuses
from prowler_cis_monitoring.scan.fleet_table import FleetRow
from prowler_cis_monitoring.scan.report_folder import ReportError, reserve
from prowler_cis_monitoring.scan.terminal import (
    as_json,
    complain,
    print_accounts_as_json,
    say_account,
    say_causes,
    say_files,
    say_fleet,
)
from prowler_cis_monitoring.scan.undecided import is_undecided
from prowler_cis_monitoring.scan.wanted import (
    OfflineError,
    check_offline,
    controls_wanted,
    frameworks_wanted,
    judged_by,
    section_of,
    version_saved,
)
from prowler_cis_monitoring.settings import Settings, SettingsError
from prowler_cis_monitoring.snapshot import Snapshot, SnapshotError, read_snapshots


@dataclass(frozen=True)
class Judged:
    """The verdicts on one saved account, in the form in which the terminal and JSON are written."""

    scanned: Any
    reports: list[Any]
    weak_points: list[dict[str, Any]] | None
    undecided: bool


def replay(parsed: argparse.Namespace) -> int:
    """Judge the snapshots that the command line names; return the exit status that `--help` explains."""
    try:
        check_offline(parsed)
        names = frameworks_wanted(parsed, version_saved(parsed))
        slugs = controls_wanted(parsed, names)
        frameworks = {name: load_plain(name) for name in names}
        judged, one = [], None
        for snapshot in read_snapshots(parsed.source):
            judged.append(_judged(snapshot, slugs, parsed))
            one = snapshot if len(judged) == 1 else None
        files = _draw(judged, one, parsed)
    except (SnapshotError, SettingsError, OfflineError, _NameError, NotKnownError) as error:
        complain(str(error))
        return Exit.INVALID_INPUT
    except (OSError, ReportError) as error:
        complain(refusal(error))
        return Exit.NOT_DONE
    if parsed.json:
        numbers = {name: numbers_in(framework) for name, framework in frameworks.items()}
        print_accounts_as_json(
            [as_json(found, numbers) for found in judged], {"failures": {}, "files": list(map(str, files))}
        )
    elif not parsed.quiet:
        _say(judged, frameworks, parsed)
        say_files(files)
    failing = Failing.named(parsed.fail_on)
    return exit_status(((found.reports, found.undecided) for found in judged), ignored_statuses(parsed), failing)


def _draw(judged: list[Judged], one: Snapshot | None, parsed: argparse.Namespace) -> list[Path]:
    """Write the pictures that were asked for, under the names that a scan would give them."""
    if not parsed.output_formats:
        return []
    from prowler_cis_monitoring.scan.pictures import Gathered, Insight, answers_of  # noqa: PLC0415 - only for pictures

    gathered = Gathered()
    for found in judged:
        gathered.add(found.scanned.account, "", answers_of(found.reports))
    what = judged[0].scanned.account if len(judged) == 1 else "accounts"
    default = f"prowler-output-{what}-{datetime.now().astimezone():%Y%m%d%H%M%S}"
    if "/" in (parsed.output_filename or default):
        raise _NameError(f"--output-filename {parsed.output_filename!r}: a name without folder is expected")
    insight = Insight()
    if one is not None:
        insight = Insight.into(one.resources, settings_of(one, judged_by(parsed)), one.alternatives)
    with reserve(parsed.output_directory, parsed.output_filename, default) as folder:
        made = []
        for output_format in dict.fromkeys(parsed.output_formats):
            made.append(folder.private / f"{folder.name}{PICTURES[output_format]}")
            made[-1].write_text(gathered.drawn(output_format, insight), encoding="utf-8")
        return folder.deliver(made)


class _NameError(ValueError):
    """An option names something that does not exist."""


def settings_of(snapshot: Snapshot, version: str | None) -> Settings:
    """Return what a saved account is judged with: its own settings, by the benchmark's version that is asked for."""
    return Settings.read(section_of(snapshot.settings, version))


def _judged(snapshot: Snapshot, slugs: list[str], parsed: argparse.Namespace) -> Judged:
    version = judged_by(parsed)
    settings = settings_of(snapshot, version)
    paths = AlertPaths(snapshot.resources)
    account, partition = snapshot.account, snapshot.resources.partition
    own = Subject(name=account, arn=f"arn:{partition}:iam::{account}:root", region=snapshot.default_region)
    subject = subject_of(snapshot.resources) or own
    reports = [_report(slug, paths, settings, snapshot, subject, parsed.source, version) for slug in slugs]
    kept = [report for report in reports if not parsed.status or report.status in parsed.status]
    points = None
    if parsed.what_if:
        from prowler_cis_monitoring.snapshot.weak_points import weak_points  # noqa: PLC0415 - only where it is asked for

        found = weak_points(snapshot.resources, settings)
        points = [{"resource": str(point.item), "controls": list(point.controls)} for point in found]
    return Judged(SimpleNamespace(account=account, partition=partition), kept, points, is_undecided(reports))


def _report(  # noqa: PLR0913, PLR0917 - all that a finding tells of
    slug: str,
    paths: AlertPaths,
    settings: Settings,
    snapshot: Snapshot,
    subject: Subject,
    path: Path,
    version: str | None,
) -> SimpleNamespace:
    control = CONTROLS[slug]
    verdict = with_fix(control, decide(control, paths, settings, snapshot.alternatives), snapshot.named(path, version))
    return SimpleNamespace(
        check_metadata=SimpleNamespace(CheckID=control.check_id, Severity=SimpleNamespace(value=control.severity)),
        status=verdict.status.value,
        status_extended=verdict.sentence,
        muted=False,
        region=standing_alone(subject.region),
        resource_id=standing_alone(subject.name),
        resource_arn=standing_alone(subject.arn),
        resource=evidence_of(control, verdict, settings),
    )


def _say(judged: list[Judged], frameworks: Mapping[str, Mapping[str, Any]], parsed: argparse.Namespace) -> None:
    color, everything = not parsed.no_color, parsed.everything
    numbers = {each["version"]: numbers_in(each) for name, each in frameworks.items() if is_benchmark(name)}
    titles = [f"{each['framework']} {each['version']}" if each.get("version") else n for n, each in frameworks.items()]
    if len(judged) == 1 or everything:
        for found in judged:
            say_account(found, titles, numbers, color=color, everything=everything)
    if len(judged) != 1:
        say_fleet([FleetRow.of(found) for found in judged], numbers, color=color)
        say_causes(judged, everything=everything)
