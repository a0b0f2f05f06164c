"""`cis-monitoring diff`: what got worse between two snapshots, or in a folder of them; without AWS and credentials."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from prowler_cis_monitoring.broken_lines import fitting
from prowler_cis_monitoring.settings import SettingsError
from prowler_cis_monitoring.snapshot import Snapshot, SnapshotError, read_snapshots
from prowler_cis_monitoring.snapshot.comparison import ControlChange, Turn, compare

NOTHING_WORSE, INVALID_INPUT, WORSE = 0, 2, 3
_MOST_REASONS = 5
Pairs = Mapping[str, tuple[Snapshot | None, Snapshot | None]]
Compared = Mapping[str, tuple[ControlChange, ...]]


def diff(parsed: argparse.Namespace) -> int:
    """Compare what the command line names; return the exit status that `--help` explains."""
    try:
        pairs = _pairs(parsed)
        compared = {account: compare(old, new) for account, (old, new) in pairs.items() if old and new}
    except (SnapshotError, SettingsError) as error:
        print(fitting(f"cis-monitoring diff: {error}", sys.stderr), file=sys.stderr)  # noqa: T201 - what a command line program is for
        return INVALID_INPUT
    told = _as_json(pairs, compared) if parsed.json else fitting(_as_text(pairs, compared), sys.stdout)
    print(told)  # noqa: T201 - likewise
    lost = any(new is None for _, new in pairs.values())
    return WORSE if lost or any(_having(changes, Turn.WORSE) for changes in compared.values()) else NOTHING_WORSE


def _pairs(parsed: argparse.Namespace) -> Pairs:
    if parsed.folder is not None:
        if parsed.old is not None:
            raise SnapshotError(f"{parsed.old}: OLD and NEW, or --from FOLDER, not both")
        return _two_newest(read_snapshots(parsed.folder), parsed.folder)
    if parsed.new is None:
        raise SnapshotError("OLD and NEW are expected, or --from FOLDER; `cis-monitoring scan --save FILE` writes them")
    old, new = (_by_account(read_snapshots(path), path) for path in (parsed.old, parsed.new))
    return {account: (old.get(account), new.get(account)) for account in sorted({*old, *new})}


def _by_account(snapshots: Iterable[Snapshot], path: Path) -> dict[str, Snapshot]:
    found: dict[str, Snapshot] = {}
    for snapshot in snapshots:
        if snapshot.account in found:
            raise SnapshotError(f"{path}: account {snapshot.account} is in it more than once; use --from {path}")
        found[snapshot.account] = snapshot
    return found


def _two_newest(snapshots: Iterable[Snapshot], folder: Path) -> Pairs:
    by_account: dict[str, list[Snapshot]] = {}
    for snapshot in snapshots:
        by_account.setdefault(snapshot.account, []).append(snapshot)
    pairs = {}
    for account, found in sorted(by_account.items()):
        if len(found) > 1:
            before, after = sorted(found, key=_taken)[-2:]
            pairs[account] = (before, after)
    if not pairs:
        raise SnapshotError(f"{folder}: no account is in it twice, so there is nothing to compare yet")
    return pairs


def _taken(snapshot: Snapshot) -> float:
    read_at = snapshot.resources.read_at
    return read_at.timestamp() if read_at else 0.0


def _having(changes: Iterable[ControlChange], turn: Turn) -> list[ControlChange]:
    return [change for change in changes if change.turn is turn]


def _as_text(pairs: Pairs, compared: Compared) -> str:
    parts = [_told_of_fleet(pairs, compared)] if len(pairs) > 1 else []
    for account, (old, new) in pairs.items():
        if old is None:
            parts.append(f"Account {account} is new.")
        elif new is None:
            parts.append(f"Account {account} is not looked at any more.")
        elif len(pairs) == 1 or any(change.turn is not Turn.SAME for change in compared[account]):
            parts.append(_told_of_account(old, new, compared[account]))
    return "\n\n".join(parts)


def _told_of_account(old: Snapshot, new: Snapshot, changes: Sequence[ControlChange]) -> str:
    lines = [f"Account {new.account}, {_when(old.resources.read_at)} and {_when(new.resources.read_at)}"]
    for turn, title in ((Turn.WORSE, "Worse"), (Turn.BETTER, "Better")):
        for change in _having(changes, turn):
            lines.append(f"{title}: {change.slug} was {change.before.status.value}, is {change.after.status.value}")
            lines += [f"  {reason}" for reason in change.reasons[:_MOST_REASONS]]
            if len(change.reasons) > _MOST_REASONS:
                lines.append(f"  and {len(change.reasons) - _MOST_REASONS} more changes")
            lines.append(f"  now: {change.after.sentence}")
    lines.append(f"{len(_having(changes, Turn.SAME))} controls as before.")
    return "\n".join(lines)


def _told_of_fleet(pairs: Pairs, compared: Compared) -> str:
    width = max(map(len, pairs))
    lines = [f"{'account':{width}}  worse  better  same"]
    for account, changes in compared.items():
        counts = Counter(change.turn for change in changes)
        row = (counts[Turn.WORSE], counts[Turn.BETTER], counts[Turn.SAME])
        lines.append(f"{account:{width}}  {row[0]:5}  {row[1]:6}  {row[2]:4}")
    causes = Counter(
        (change.reasons[0] if change.reasons else change.slug)
        for changes in compared.values()
        for change in _having(changes, Turn.WORSE)
    )
    lines += [f"{number} times: {cause}" for cause, number in causes.most_common(_MOST_REASONS) if number > 1]
    return "\n".join(lines)


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "at a time that is not known"


def _as_json(pairs: Pairs, compared: Compared) -> str:
    accounts = []
    for account, (old, new) in pairs.items():
        controls = [
            {
                "control": change.slug,
                "turn": change.turn.value,
                "before": change.before.status.value,
                "after": change.after.status.value,
                "reasons": list(change.reasons),
                "sentence": change.after.sentence,
            }
            for change in compared.get(account, ())
        ]
        times = {
            name: side.resources.read_at.isoformat() if side and side.resources.read_at else None
            for name, side in (("before", old), ("after", new))
        }
        accounts.append({"account": account, "in_old": bool(old), "in_new": bool(new), **times, "controls": controls})
    return json.dumps({"schema_version": 1, "accounts": accounts}, indent=2)
