"""What of the benchmark a command line names: versions and controls, in the forms in which people write them."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from typing import Any

from prowler_cis_monitoring.benchmarks import (
    NEWEST,
    controls_by_number,
    framework_names,
    framework_of,
    is_benchmark,
    newest,
    version_of,
)
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.near_names import NotKnownError, controls_named, parts, suggestion
from prowler_cis_monitoring.settings import KEY, Settings, SettingsError
from prowler_cis_monitoring.snapshot import read_snapshots

# What says whom to ask at AWS, and how.
_OF_AWS = (
    *("profile", "role", "external_id", "mfa", "organizations_role", "accounts", "organization", "resume"),
    *("resume_or_start", "shard", "deadline"),
    *("region", "excluded_region", "aws_retries_max_attempts", "aws_connect_timeout", "aws_read_timeout"),
    *("proof", "proof_events", "proof_filters"),
)


class OfflineError(ValueError):
    """An option is about asking AWS where nothing is asked of it."""


def check_offline(parsed: argparse.Namespace) -> None:
    """Refuse what has no meaning beside `--from`.

    Raises:
        OfflineError: such an option is given.
    """
    given = [f"--{name.replace('_', '-')}" for name in _OF_AWS if getattr(parsed, name)]
    if given:
        raise OfflineError(f"{given[0]} is not for --from {parsed.source}: nothing is asked of AWS then")


def frameworks_wanted(parsed: argparse.Namespace, chosen: str | None = None) -> tuple[str, ...]:
    """Return Prowler's names of the frameworks that `--benchmark` names.

    Args:
        parsed: the command line.
        chosen: the version that the settings name, for a command line that names none.

    Raises:
        NotKnownError: there is no such version.
    """
    named = parts(parsed.benchmark or [chosen or NEWEST])
    if not named:
        raise NotKnownError(f"--benchmark '': a version is expected; there are {', '.join(framework_names())}")
    return tuple(dict.fromkeys(_framework(version) for version in named))


def judged_by(parsed: argparse.Namespace) -> str | None:
    """Return the newest version of the benchmark that `--benchmark` names, None where it names none.

    Raises:
        NotKnownError: there is no such version.
    """
    if not parsed.benchmark:
        return None
    return newest(version_of(name) for name in frameworks_wanted(parsed) if is_benchmark(name))


def section_of(saved: Mapping[str, Any], version: str | None) -> dict[str, Any]:
    """Return the settings of a saved account, judged by the benchmark's version that is asked for, if one is."""
    return {KEY: {**saved, **({} if version is None else {"benchmark": version})}}


def version_saved(parsed: argparse.Namespace) -> str | None:
    """Return the version that the settings of the first saved account name, None if they or the command line need none.

    Raises:
        SnapshotError: the file cannot be read or is no snapshot.
        SettingsError: its settings cannot be meant.
    """
    first = None if parsed.benchmark else next(read_snapshots(parsed.source), None)
    try:
        return None if first is None else Settings.read(section_of(first.settings, None)).benchmark
    except SettingsError as error:
        raise SettingsError(f"{parsed.source}, settings: {error}") from None


def _framework(version: str) -> str:
    try:
        return framework_of(version)
    except KeyError:
        known = framework_names()
        advice = suggestion(version, known) if not version[:1].isdigit() else f"there are {', '.join(known)}"
        raise NotKnownError(f"--benchmark {version}: there is no such version; {advice}") from None


def controls_wanted(parsed: argparse.Namespace, frameworks: Iterable[str]) -> list[str]:
    """Return the slugs of the controls that `--control` names, all without it, in Prowler's order of checks.

    Args:
        parsed: the command line.
        frameworks: whose numbers count: those of the first version of the benchmark among them, or of the newest.

    Raises:
        NotKnownError: there is no such control.
    """
    if not parsed.control:
        return sorted(CONTROLS, key=lambda slug: CONTROLS[slug].check_id)
    versions = [version_of(name) for name in frameworks if is_benchmark(name)]
    try:
        slugs = controls_named(parsed.control, controls_by_number(*versions[:1]))
    except NotKnownError as error:
        raise NotKnownError(f"--control {error}") from None
    return sorted(slugs, key=lambda slug: CONTROLS[slug].check_id)
