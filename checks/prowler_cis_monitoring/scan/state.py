"""What a scan of many accounts has finished: one line an account, so that an interrupted scan can go on."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

SUFFIX = ".accounts.jsonl"


class StateError(ValueError):
    """The state of an earlier scan cannot be used; the message names the file."""


class State:
    """The finished accounts of a scan; safe to use from several threads.

    The first line says which scan it is, so that a scan with other options does not go on with its results.
    """

    def __init__(self, path: Path, scan: Mapping[str, Any]) -> None:
        """Open `path` for the scan that `scan` describes, JSON values only; `start` or `resume` comes next."""
        self.path = path
        self._scan = json.loads(json.dumps(scan))
        self._offsets: dict[str, int] = {}
        self._lock = threading.Lock()

    @property
    def finished(self) -> frozenset[str]:
        """The ids of the accounts whose results are in the file."""
        return frozenset(self._offsets)

    def start(self) -> None:
        """Begin anew; what an earlier scan left is gone."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self._scan) + "\n", encoding="utf-8")

    def resume(self) -> None:
        """Take over what an earlier scan finished.

        Raises:
            StateError: it was a scan with other options, or the file is none of ours.
        """
        with self.path.open("rb+") as file:
            try:
                described = json.loads(file.readline())
            except ValueError:
                raise StateError(f"{self.path} is no state of a scan") from None
            if described != self._scan:
                raise StateError(f"{self.path} is of a scan with other options: {_difference(described, self._scan)}")
            while line := file.readline():
                if not line.endswith(b"\n"):
                    # The scan was interrupted while it wrote this line.
                    file.seek(-len(line), os.SEEK_CUR)
                    file.truncate()
                    break
                self._offsets[json.loads(line)["account"]] = file.tell() - len(line)

    def add(self, account: str, line: str) -> None:
        """Append the results of an account."""
        with self._lock, self.path.open("ab") as file:
            self._offsets[account] = file.tell()
            file.write(line.encode() + b"\n")

    def lines(self, accounts: Iterable[str]) -> Iterator[str]:
        """Yield the results of those of `accounts` that are finished, in the order given."""
        with self.path.open("rb") as file:
            for account in accounts:
                if account in self._offsets:
                    file.seek(self._offsets[account])
                    yield file.readline().decode()


def find_state(directory: Path, name: str | None) -> Path:
    """Return the state file to resume.

    Args:
        directory: the output directory of the earlier scan.
        name: its output file name; None where there is only one scan to resume.

    Raises:
        StateError: there is none, or more than one.
    """
    if name is not None:
        path = directory / f"{name}{SUFFIX}"
        if not path.is_file():
            raise StateError(f"{path}: there is no such scan to resume")
        return path
    found = sorted(directory.glob(f"*{SUFFIX}"))
    if not found:
        raise StateError(f"{directory} holds no scan to resume")
    if len(found) > 1:
        names = ", ".join(path.name.removesuffix(SUFFIX) for path in found)
        raise StateError(f"{directory} holds several scans to resume; choose one with --output-filename: {names}")
    return found[0]


def _difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    names = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
    return ", ".join(f"{name} was {before.get(name)!r}, is {now.get(name)!r}" for name in names)
