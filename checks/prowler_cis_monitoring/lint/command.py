"""`cis-monitoring lint`: reads what the command line names, judges it and says what was found."""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from prowler_cis_monitoring.benchmarks import controls_by_number
from prowler_cis_monitoring.broken_lines import fitting
from prowler_cis_monitoring.controls import CONTROLS, Control
from prowler_cis_monitoring.file_errors import UnreadableFileError, read_bytes
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.lint.findings import Level, findings_of
from prowler_cis_monitoring.lint.judging import Request, judge_files
from prowler_cis_monitoring.lint.outcome import Outcome
from prowler_cis_monitoring.lint.output import FORMATS
from prowler_cis_monitoring.near_names import NotKnownError, controls_named, is_control, is_there
from prowler_cis_monitoring.settings import KEY, Settings, SettingsError
from prowler_cis_monitoring.templates.declared import Place
from prowler_cis_monitoring.templates.files import Files, read_files
from prowler_cis_monitoring.templates.values import Position, TemplateError
from prowler_cis_monitoring.user_files import MOST_OF_A_FILE, UserFileError, check_section, read_yaml

if TYPE_CHECKING:
    from prowler_cis_monitoring.snapshot import Snapshot

NOTHING_BROKEN, INVALID_INPUT, BROKEN = 0, 2, 3
_MOST_OF_A_COMPLAINT = 2_000
# Their list changes and needs botocore.
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]")


class _AccountError(ValueError):
    """The saved account cannot be read, or is none."""


def lint(parsed: argparse.Namespace) -> int:
    """Judge the files that the command line names; return the exit status that `--help` explains."""
    try:
        controls = _controls(parsed.control)
        snapshot = _snapshot(parsed.account) if parsed.account else None
        files = read_files(
            parsed.paths, _place(parsed, snapshot), parsed.parameters, skip_others=parsed.skip_other_files
        )
        outcome = _outcome(parsed, files, snapshot, controls)
    except (TemplateError, SettingsError, _AccountError) as error:
        print(fitting(harmless(f"cis-monitoring lint: {error}", _MOST_OF_A_COMPLAINT), sys.stderr), file=sys.stderr)  # noqa: T201
        return INVALID_INPUT
    print(FORMATS[parsed.format](outcome))  # noqa: T201 - what a command line program is for
    failing = {Level.BROKEN, Level.DEPENDS} if parsed.strict else {Level.BROKEN}
    return BROKEN if any(finding.level in failing for finding in outcome.findings) else NOTHING_BROKEN


def divide(paths: list[Path], named: list[str] | None) -> tuple[list[Path], list[str] | None]:
    """Return the paths and the controls of a command line: `--control 5.3 a.yaml` has taken the path for a control.

    From the first word on that is a file or folder and no control, the words are paths.
    """
    words = named or []
    place = len(words)
    for number, word in enumerate(words):
        if number and is_there(word) and not is_control(word, controls_by_number()):
            place = number
            break
    return [*paths, *map(Path, words[place:])], words[:place] if named else named


def _outcome(
    parsed: argparse.Namespace, files: Files, snapshot: Snapshot | None, controls: tuple[Control, ...]
) -> Outcome:
    skipped = tuple(str(path) for path in files.skipped)
    request = Request(
        settings=_settings(parsed.config_file, snapshot),
        trail_known=parsed.trail != "unknown",
        base=snapshot.resources if snapshot else None,
        alternatives=snapshot.alternatives if snapshot else None,
        controls=controls,
    )
    report = judge_files(files, request)
    names = [str(template.path) for template in files.templates] + [plan.at.file for plan in files.plans]
    if not names:
        return Outcome(replace(report, judged=()), (), skipped)
    return Outcome(report, findings_of(report, names, absent_fails=parsed.all), skipped)


def _place(parsed: argparse.Namespace, snapshot: Snapshot | None) -> Place:
    place = Place()
    if snapshot is not None:
        resources = snapshot.resources
        regions = [trail.home_region for trail in resources.trails if trail.log_group_arn]
        region = regions[0] if regions else snapshot.default_region
        place = Place(resources.partition, resources.account, region, said=True)
    if parsed.region is None:
        return place
    region = parsed.region.lower()
    if not _REGION.fullmatch(region):
        raise TemplateError(f"{parsed.region!r}: no Region has such a name; as in eu-west-1", Position("--region"))
    return replace(place, region=region, said=True)


def _snapshot(path: Path) -> Snapshot:
    from prowler_cis_monitoring.snapshot import SnapshotError, read_snapshots  # noqa: PLC0415 - only for --account

    try:
        snapshots = list(read_snapshots(path))
    except SnapshotError as error:
        raise _AccountError(str(error)) from None
    if len(snapshots) != 1:
        raise _AccountError(f"{path}: holds {len(snapshots)} accounts where one is expected")
    return snapshots[0]


def _settings(path: Path | None, snapshot: Snapshot | None) -> Settings:
    """Return what stands in Prowler's configuration file; without one what the saved account was judged with."""
    if path is None:
        return Settings.read({KEY: snapshot.settings}) if snapshot else Settings.read(None)
    try:
        document = read_yaml("--config-file", path, read_bytes(path, MOST_OF_A_FILE))
        check_section(f"--config-file {path}", document)
    except UnreadableFileError as error:
        raise SettingsError(f"--config-file {error}") from None
    except UserFileError as error:
        raise SettingsError(str(error)) from None
    section = document.get("aws") if isinstance(document, dict) else None
    return Settings.read(section if isinstance(section, dict) else None)


def _controls(named: list[str] | None) -> tuple[Control, ...]:
    try:
        slugs = controls_named(named, controls_by_number()) if named else CONTROLS
    except NotKnownError as error:
        raise TemplateError(str(error), Position("--control")) from None
    return tuple(CONTROLS[slug] for slug in slugs)
