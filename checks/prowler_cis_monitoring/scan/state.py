"""What a scan of many accounts has finished: one line an account, so that an interrupted scan can go on.

Each line holds the digest of its result and is on the disk before the account counts as finished: whatever ends the
scan, the lines before are good. A line that is damaged, or that this version cannot use, is an account not finished.
The first line says which scan it is and what was asked of it; notes between the results say what has changed of that.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from prowler_cis_monitoring.file_errors import UnreadableFileError, refusal
from prowler_cis_monitoring.scan.interruption import unbroken
from prowler_cis_monitoring.scan.shard import Shard, shard_in

SUFFIX = ".accounts.jsonl"
MOST_OF_A_LINE = 64 * 1024 * 1024
"""Of a line (bytes), far more than the results of an account take: what is longer is not read into memory."""
_FORMAT, _VERSION = "accounts of cis-monitoring scan", 2
_PRIVATE = 0o600
_BLOCK = 1 << 20
# A line is this, the digest of what follows, a mark, and the result or the note.
_DIGEST, _RESULT, _NOTE, _END = b'{"sha256": "', b'", "result": ', b'", "note": ', b"}\n"
_DIGITS = 64


class StateError(ValueError):
    """The state of an earlier scan cannot be used; the message names the file."""


class NoStateError(StateError):
    """There is no earlier scan."""


class UnsavedError(RuntimeError):
    """A result could not be saved; the message names the file. Those that were saved before are good."""


class State:
    """The finished accounts of a scan; safe to use from several threads, and locked against other scans.

    The first line says which scan it is, so that a scan with other options does not go on with its results.

    Attributes:
        path: of the file.
        damaged: how many lines hold neither a result that can be used nor a note.
        scan: which scan it is, as JSON values; another one cannot go on with it.
        notes: the last note of each kind, as JSON values.
    """

    def __init__(
        self, path: Path, scan: Mapping[str, Any] | None = None, notes: Mapping[str, Any] | None = None
    ) -> None:
        """Describe the file of the scan that `scan` tells of, JSON values only; `start`, `resume` or `read` comes next.

        Args:
            path: of the file.
            scan: what must be the same for another scan to go on with it; None where it is only read.
            notes: what is told of it besides, such as what was asked of it.
        """
        self.path = path
        self.damaged = 0
        self.scan: dict[str, Any] = json.loads(json.dumps(scan or {}))
        self.notes: dict[str, Any] = json.loads(json.dumps(notes or {}))
        self._places: dict[str, tuple[int, int]] = {}
        self._descriptor = -1
        self._end = 0

    @property
    def finished(self) -> frozenset[str]:
        """The ids of the accounts whose results are in the file."""
        return frozenset(self._places)

    def start(self) -> None:
        """Begin anew; what an earlier scan left is gone.

        Raises:
            StateError: the file is no regular file, or another scan uses it.
            UnsavedError: it cannot be written.
        """
        self._open(os.O_RDWR | os.O_CREAT)
        os.ftruncate(self._descriptor, 0)
        header = {"format": _FORMAT, "version": _VERSION, "scan": self.scan, "notes": self.notes}
        self._append(json.dumps(header).encode() + b"\n")
        folder = os.open(self.path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def resume(self, usable: Callable[[str], bool]) -> None:
        """Take over what an earlier scan finished; `damaged` counts the lines that are no such result.

        Args:
            usable: whether a result can be used.

        Raises:
            StateError: it was a scan with other options or of a newer version, or the file is none of ours.
        """
        self._open(os.O_RDWR)
        wanted, self.notes = self.notes, {}
        with os.fdopen(os.dup(self._descriptor), "rb") as file:
            before = self._header(file.readline(MOST_OF_A_LINE))
            if before != self.scan:
                difference = differences(before, self.scan)
                raise StateError(f"{self.path} is of a scan with other options: {difference}")
            self._take(file, usable)
        os.ftruncate(self._descriptor, self._end)
        for kind, note in wanted.items():
            self.note(kind, note)

    def read(self) -> None:
        """Take over what a scan finished, to be read and not to be gone on with; `scan` and `notes` tell of it.

        Raises:
            StateError: a scan is using the file, it is of a newer version, or none of ours.
        """
        self._open(os.O_RDONLY)
        with os.fdopen(os.dup(self._descriptor), "rb") as file:
            self.scan = self._header(file.readline(MOST_OF_A_LINE))
            self._take(file, lambda _: True)

    def keep(self, usable: Callable[[str], bool]) -> None:
        """Leave out the results that cannot be used; `damaged` counts them."""
        for account, (start, length) in list(self._places.items()):
            if not usable(os.pread(self._descriptor, length, start).decode()):
                del self._places[account]
                self.damaged += 1

    def note(self, kind: str, note: Any) -> None:  # noqa: ANN401 - JSON values
        """Append a note, in place of an earlier one of its kind; nothing is written where it is the same.

        Raises:
            UnsavedError: it could not be written.
        """
        same = json.loads(json.dumps(note))
        if self.notes.get(kind) == same:
            return
        content = json.dumps({kind: same}).encode()
        with unbroken():
            self._append(_DIGEST + sha256(content).hexdigest().encode() + _NOTE + content + _END)
        self.notes[kind] = same

    def add(self, account: str, result: str) -> None:
        """Append the results of an account, one line of JSON.

        Raises:
            UnsavedError: they could not be written.
        """
        content = result.encode()
        before = _DIGEST + sha256(content).hexdigest().encode() + _RESULT
        # A signal between the two would end the scan with a message that does not count the account.
        with unbroken():
            start = self._append(before + content + _END)
            self._places[account] = (start + len(before), len(content))

    def lines(self, accounts: Iterable[str]) -> Iterator[str]:
        """Yield the results of those of `accounts` that are finished, in the order given."""
        for account in accounts:
            if account in self._places:
                start, length = self._places[account]
                yield os.pread(self._descriptor, length, start).decode()

    def close(self) -> None:
        """Let other scans use the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self, flags: int) -> None:
        try:
            opened = os.open(self.path, os.O_NOFOLLOW | os.O_NONBLOCK | flags, _PRIVATE)
        except OSError as error:
            is_read = flags == os.O_RDONLY
            told = UnreadableFileError.of(self.path, error) if is_read else refusal(error, self.path)
            raise StateError(str(told)) from None
        self._descriptor = opened
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise StateError(f"{self.path} is no regular file")
        is_written = flags & os.O_RDWR
        try:
            fcntl.flock(opened, (fcntl.LOCK_EX if is_written else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StateError(f"{self.path} is in use by another scan") from None
        if is_written:
            with suppress(PermissionError):  # its owner is somebody else, who lets us write
                os.fchmod(opened, _PRIVATE)

    def _header(self, line: bytes) -> dict[str, Any]:
        """Take over the notes of the first line, and return which scan it is of."""
        self._end = len(line)
        if len(line) == MOST_OF_A_LINE:
            most = f"{MOST_OF_A_LINE:,}"
            raise StateError(f"{self.path}: line 1 has more than {most} bytes, so no scan wrote it; scan anew")
        described = _value(line)
        if not isinstance(described, dict) or described.get("format") != _FORMAT:
            raise StateError(f"{self.path} is no state of a scan, which is called *{SUFFIX}")
        scan, notes = described.get("scan"), described.get("notes")
        if described.get("version") != _VERSION or not isinstance(scan, dict) or not isinstance(notes, dict):
            raise StateError(f"{self.path} is of another version of the plug-in; scan anew")
        self.notes = notes
        return scan

    def _take(self, file: BinaryIO, usable: Callable[[str], bool]) -> None:
        while line := file.readline(MOST_OF_A_LINE):
            start, self._end = self._end, self._end + len(line)
            if len(line) == MOST_OF_A_LINE and not line.endswith(b"\n"):
                line = self._pass_over(file)
            result = _content(line, _RESULT)
            account = _account(result, usable) if result is not None else None
            note = _content(line, _NOTE)
            told = _value(note) if note is not None else None
            if account is not None and result is not None:
                self._places[account] = (start + len(line) - len(_END) - len(result), len(result))
            elif isinstance(told, dict):
                self.notes.update(told)
            else:
                self.damaged += 1
                if not line.endswith(b"\n"):
                    self._end = start  # The scan was killed while it wrote this line.

    def _pass_over(self, file: BinaryIO) -> bytes:
        """Go on to the end of a line that is too long to be read; return the last of it."""
        part = b""
        while part[-1:] != b"\n" and (more := file.readline(_BLOCK)):
            part = more
            self._end += len(more)
        return part

    def _append(self, line: bytes) -> int:
        """Write a line so that it is on the disk; return where it begins."""
        start, written = self._end, 0
        try:
            while written < len(line):
                written += os.pwrite(self._descriptor, line[written:], start + written)
            os.fsync(self._descriptor)
        except OSError as error:
            with suppress(OSError):  # half a line counts as none, and the next is written over it
                os.ftruncate(self._descriptor, start)
            raise UnsavedError(refusal(error, self.path)) from None
        self._end = start + written
        return start


def find_state(directory: Path, name: str | None, shard: Shard | None = None) -> Path:
    """Return the state file to resume.

    Args:
        directory: the output directory of the earlier scan.
        name: its output file name; None where there is only one scan to resume.
        shard: which part of the accounts it scanned, None for all.

    Raises:
        StateError: there is none, or more than one.
    """
    if name is not None:
        path = directory / f"{name}{SUFFIX}"
        if not path.is_file():
            raise NoStateError(f"{path}: there is no such scan to resume")
        return path
    return directory / only_state(directory, (path.name for path in directory.glob(f"*{SUFFIX}")), shard)


def only_state(directory: object, names: Iterable[str], shard: Shard | None) -> str:
    """Return the name of the one state that can be meant.

    Args:
        directory: where they are, for the message.
        names: of the states there.
        shard: which part of the accounts it must be of, None for all.

    Raises:
        StateError: there is none, or more than one.
    """
    found = sorted(name for name in names if shard_in(name) == shard)
    if not found:
        raise NoStateError(f"{directory} holds no scan{f' of shard {shard}' if shard else ''} to resume")
    if len(found) > 1:
        scans = ", ".join(name.removesuffix(SUFFIX) for name in found)
        raise StateError(f"{directory} holds several scans to resume; choose one with --output-filename: {scans}")
    return found[0]


def _content(line: bytes, mark: bytes) -> bytes | None:
    """Return what a line of this mark holds, None where it is damaged or of another."""
    digits = line[len(_DIGEST) : len(_DIGEST) + _DIGITS]
    before = _DIGEST + digits + mark
    if not line.startswith(before) or not line.endswith(_END):
        return None
    content = line[len(before) : -len(_END)]
    return content if sha256(content).hexdigest().encode() == digits else None


def _account(result: bytes, usable: Callable[[str], bool]) -> str | None:
    """Return whose result it is, None where it cannot be used: a digest keeps off accidents and not people."""
    found = _value(result)
    account = found.get("account") if isinstance(found, dict) else None
    return account if isinstance(account, str) and usable(result.decode()) else None


def _value(line: bytes) -> Any:  # noqa: ANN401 - a JSON value
    """Return what a line holds, None where it is no JSON or nested too deeply."""
    try:
        return json.loads(line.decode())
    except (ValueError, RecursionError):
        return None


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Return in what two scans differ."""
    names = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
    return ", ".join(f"{name} was {before.get(name)!r}, is {now.get(name)!r}" for name in names)
