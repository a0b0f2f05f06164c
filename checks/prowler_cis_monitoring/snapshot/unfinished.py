"""Files that are being written beside their place: one a process, locked while it lives, removed when it was killed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such locks: there, what a killed process left stays.
    fcntl = None  # type: ignore[assignment]

_NOT_FOLLOWING = getattr(os, "O_NOFOLLOW", 0)


def unfinished(path: Path) -> Path:
    """Return where this process writes a file before it is renamed to `path`."""
    return path.with_name(f".{path.name}.{os.getpid()}")


def opened_beside(path: Path) -> int:
    """Open `unfinished(path)` anew, for this process and its owner alone; what killed processes left is removed.

    Returns:
        The descriptor.

    Raises:
        OSError: the file cannot be made.
    """
    _remove_left(path)
    beside = unfinished(path)
    while True:
        opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOT_FOLLOWING, 0o600)
        if fcntl is None or not _lock(opened) or beside.exists():
            return opened
        # Another process took it for one that was left before it was locked.
        os.close(opened)


def _remove_left(path: Path) -> None:
    begins = f".{path.name}."
    for left in path.parent.iterdir() if fcntl is not None else ():
        process = left.name.removeprefix(begins)
        if left.name.startswith(begins) and process.isascii() and process.isdecimal():
            _remove_unlocked(left)


def _remove_unlocked(left: Path) -> None:
    try:
        # A pipe of that name is not waited for.
        opened = os.open(left, os.O_RDONLY | os.O_NONBLOCK | _NOT_FOLLOWING)
    except OSError:
        return  # Not ours to read, or a link.
    try:
        if stat.S_ISREG(os.fstat(opened).st_mode) and _lock(opened, fcntl.LOCK_NB):
            left.unlink(missing_ok=True)
    finally:
        os.close(opened)


def _lock(opened: int, how: int = 0) -> bool:
    """Whether a file could be locked: another process has it, or the file system knows no locks."""
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | how)
    except OSError:
        return False
    return True
