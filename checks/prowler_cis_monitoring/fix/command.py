"""The run of `cis-monitoring fix`: an account in, changes and what there is to say about them out."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prowler_cis_monitoring.alert_path.rules import joined
from prowler_cis_monitoring.benchmarks import NEWEST, controls_by_number
from prowler_cis_monitoring.broken_lines import fitting
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.file_errors import refusal
from prowler_cis_monitoring.fix.arguments import DONE, INVALID_INPUT, NOT_ALL, NOT_READ
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.near_names import NotKnownError, controls_named
from prowler_cis_monitoring.remedy import Fix, propose_all
from prowler_cis_monitoring.remedy.changes import Subscribe
from prowler_cis_monitoring.remedy.forms import FORMS, as_json
from prowler_cis_monitoring.remedy.forms.by_hand import subject_of
from prowler_cis_monitoring.remedy.parts import parts_of
from prowler_cis_monitoring.scan.wanted import judged_by, section_of
from prowler_cis_monitoring.settings import KEY, Settings, SettingsError
from prowler_cis_monitoring.snapshot import Snapshot, SnapshotError, read_snapshots

_ADDRESS = re.compile(r"[\x21-\x3f\x41-\x7e]+@[\x21-\x3f\x41-\x7e]+", re.ASCII)
_MOST_SAID = 2000


class FixError(ValueError):
    """What was asked for cannot be meant; the message says why."""


def fix(parsed: argparse.Namespace) -> int:
    """Print what mends the account that the command line names; return the exit status that `--help` explains."""
    try:
        version = judged_by(parsed)
        slugs = _slugs(parsed.control, version)
        address = _address(parsed.email)
        _check_output(parsed.output)
        snapshot, session = _snapshot(parsed)
        settings = Settings.read(section_of(snapshot.settings, version))
        fixes = propose_all(
            snapshot.resources, slugs, settings=settings, alternatives=snapshot.alternatives, email=address
        )
        texts = _texts(parsed, snapshot, fixes, _stacks(session, snapshot, fixes))
    except (FixError, NotKnownError, SnapshotError, SettingsError) as error:
        _say(f"cis-monitoring fix: {error}")
        return INVALID_INPUT
    except _NotReadError as error:
        _say(f"cis-monitoring fix: {error}")
        return NOT_READ
    try:
        written = _written(texts, parsed.output) if parsed.output else []
    except OSError as error:
        _say(f"cis-monitoring fix: --output {refusal(error, parsed.output)}")
        return NOT_READ
    for line in (*_told(fixes), *(f"written: {path}" for path in written)):
        _say(line)
    if not parsed.output:
        sys.stdout.write("".join(texts.values()))
    return NOT_ALL if any(_is_open(one) for one in fixes) else DONE


class _NotReadError(Exception):
    """The account could not be read."""


def _slugs(named: list[str] | None, version: str | None) -> list[str]:
    """Return the slugs of the controls to mend; their numbers are those of the version that is judged by."""
    try:
        return list(controls_named(named, controls_by_number(version or NEWEST)) if named else CONTROLS)
    except NotKnownError as error:
        raise FixError(f"--control {error}") from None


def _address(email: str | None) -> str | None:
    if email is not None and not _ADDRESS.fullmatch(email):
        raise FixError(f"--email {email!r}: an e-mail address is expected")
    return email


def _check_output(output: Path | None) -> None:
    """Say before an account is read what would keep a file from being written after it."""
    if output is None:
        return
    if output.is_dir():
        raise FixError(f"--output {output}: is a folder; name a file in it, as in {output / 'fix.sh'}")
    if not output.parent.is_dir():
        raise FixError(f"--output {output}: there is no folder {output.parent}")


def _saved(path: Path, account: str | None) -> Snapshot:
    """Return the saved account that is meant."""
    held: dict[str, Snapshot] = {}
    for snapshot in read_snapshots(path):
        if snapshot.account in held and account in {None, snapshot.account}:
            raise FixError(f"--from {path}: holds account {snapshot.account} twice; name the file that is meant")
        held[snapshot.account] = snapshot
    if account is None:
        if len(held) != 1:
            raise FixError(f"--from {path}: holds {len(held)} accounts; name one with --account ({joined(list(held))})")
        return next(iter(held.values()))
    if account not in held:
        raise FixError(f"--account {account}: is not in {path}, which holds {joined(list(held))}")
    return held[account]


def _snapshot(parsed: argparse.Namespace) -> tuple[Snapshot, Any]:
    """Return the account, and a session of it where it was read just now."""
    if parsed.source is None:
        if parsed.account is not None:
            raise FixError(f"--account {parsed.account}: is for --from; an account of AWS is named by its credentials")
        return _live(parsed)
    snapshot = _saved(parsed.source, parsed.account)
    if snapshot.redacted:
        raise FixError(
            f"--from {parsed.source}: it is redacted, so changes would name what does not exist; take a snapshot that "
            "was saved without --redact, or the account itself"
        )
    if parsed.config_file is None:
        return snapshot, None
    from prowler_cis_monitoring.fix.live import options_of  # noqa: PLC0415 - loads Prowler
    from prowler_cis_monitoring.scan.options import OptionError  # noqa: PLC0415 - likewise

    try:
        settings = options_of(parsed).audit_config.get(KEY) or {}
    except OptionError as error:
        raise FixError(str(error)) from None
    return snapshot.model_copy(update={"settings": settings}), None


def _live(parsed: argparse.Namespace) -> tuple[Snapshot, Any]:
    from prowler_cis_monitoring.scan.loading import loading_what_is_used  # noqa: PLC0415 - loads botocore

    with loading_what_is_used():
        from prowler_cis_monitoring.fix.live import NotReadError, read_account  # noqa: PLC0415 - loads Prowler
        from prowler_cis_monitoring.scan.options import OptionError  # noqa: PLC0415 - likewise

        try:
            return read_account(parsed)
        except OptionError as error:
            raise FixError(str(error)) from None
        except NotReadError as error:
            raise _NotReadError(str(error)) from None


def _stacks(session: Any, snapshot: Snapshot, fixes: Sequence[Fix]) -> Mapping[str, str]:  # noqa: ANN401 - boto3's session
    if session is None:
        return {}
    from prowler_cis_monitoring.fix.stacks import stacks_of  # noqa: PLC0415 - loads botocore

    return stacks_of(session, snapshot.account, (subject_of(change) for one in fixes for change in one.changes))


def _texts(
    parsed: argparse.Namespace, snapshot: Snapshot, fixes: Sequence[Fix], stacks: Mapping[str, str]
) -> dict[str, str]:
    """Return what is printed, by what a file of it is named after; empty where there is one file."""
    if any(isinstance(change, Subscribe) and not change.address for one in fixes for change in one.changes):
        raise FixError("--email ADDRESS is missing: a topic has nobody who hears it, and somebody has to be subscribed")
    if parsed.format == "json":
        return {"": json.dumps(as_json.document(snapshot.account, fixes), indent=2) + "\n"}
    form = FORMS[parsed.format]
    parts = [part for part in parts_of(fixes, by_region=form.by_region, stacks=stacks) if part.changes]
    if len(parts) > 1 and parsed.output is None:
        where = " and ".join(f"{part.account} {part.region}".strip() for part in parts)
        raise FixError(f"--output FILE is missing: there are changes in {where}, and a file is written for each")
    source = _source(snapshot)
    written = {f"{part.account}-{part.region}".strip("-"): form.write(part, source) for part in parts}
    return {"": "".join(written.values())} if len(written) == 1 else written


def _source(snapshot: Snapshot) -> str:
    read_at = snapshot.resources.read_at
    when = f"{read_at:%Y-%m-%d %H:%M} UTC" if read_at else "a time that is not known"
    return f"what was read of account {snapshot.account} at {when}"


def _written(texts: dict[str, str], output: Path) -> list[Path]:
    written = []
    for name, text in texts.items():
        written.append(output.with_name(f"{output.stem}-{name}{output.suffix}") if name else output)
        written[-1].write_text(text, encoding="utf-8")
    return written


def _is_open(one: Fix) -> bool:
    return not one.mends and one.before.status.value != "PASS"


def _told(fixes: Sequence[Fix]) -> list[str]:
    """Say of each control what happens to it; of all that pass already in one line."""
    lines, steps, nothing = [], {}, "nothing to apply"
    for one in fixes:
        if one.mends:
            number = len(one.changes)
            steps.update(dict.fromkeys(one.steps))
            what = f"{number} change{'s' if number != 1 else ''}" if number else nothing
            nothing = "no change but those above" if number else nothing
            rest = " once a person has done the rest" if one.steps else ""
            lines.append(f"{one.control}: {what}, then it passes{rest}")
        elif _is_open(one):
            lines.append(f"{one.control}: nothing to apply: {one.reason}")
            lines += [f"  {step}" for step in one.steps]
    passing = sum(one.before.status.value == "PASS" for one in fixes)
    lines += [f"{passing} of {len(fixes)} pass already"] if passing else []
    return [*lines, *(f"by a person: {step}" for step in steps)]


def _say(text: str) -> None:
    print(fitting(harmless(text, _MOST_SAID), sys.stderr), file=sys.stderr)  # noqa: T201 - what a command line program is for
