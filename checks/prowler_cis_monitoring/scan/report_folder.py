"""Where the files of a scan are made and how they come to be where the user wants them: whole, or not at all.

A scan has its name in a folder for itself. Its files are made in a private folder beside them, and renamed when they
are complete and on the disk; no link is followed or replaced. A folder that a killed scan left is used again.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from prowler_cis_monitoring.scan.interruption import removed_when_ended, unbroken

_SUFFIX = ".partial"
_PRIVATE = 0o700
_OF_OTHERS = 0o077


class ReportError(RuntimeError):
    """Files could not be written; the message names them."""


class ReportFolder:
    """The right to write the files whose names begin with `name` in `directory`.

    Attributes:
        directory: where the files will be.
        name: what all their names begin with.
        private: the folder in which to make them, with the same folders inside.
    """

    def __init__(self, directory: Path, name: str) -> None:
        """Describe the folder that `reserve` made."""
        self.directory = directory
        self.name = name
        self.private = _private_folder(directory, name)

    def deliver(self, files: Iterable[Path]) -> list[Path]:
        """Rename files of the private folder to where the user wants them; regular files of these names are replaced.

        Raises:
            ReportError: something that is no regular file has the name of one; then none is renamed.
            OSError: the file system refused.
        """
        files = list(files)
        for path in files:
            _save(path)
        wanted = [self.target(path) for path in files]
        for path in wanted:
            _make_folder(path.parent, self.directory)
            if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
                raise ReportError(f"{path} is no regular file, and is not replaced")
        with unbroken():
            for path, target in zip(files, wanted, strict=True):
                path.rename(target)
        for folder in {path.parent for path in wanted}:
            _save(folder)
        return wanted

    def target(self, path: Path) -> Path:
        """Return where a file of the private folder is going to be."""
        return self.directory / path.relative_to(self.private)


@contextmanager
def reserve(directory: Path, name: str | None, default: str) -> Iterator[ReportFolder]:
    """Reserve a name in a folder, which is made where there is none; what was made but not delivered is removed.

    Args:
        directory: where the files will be.
        name: what all their names begin with; None for one that no file has.
        default: what such a name begins with.

    Raises:
        ReportError: another scan has the name.
        OSError: the folder cannot be made or written to.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for candidate in _candidates(default) if name is None else (name,):
        private = _private_folder(directory, candidate)
        with _locked(private) as locked:
            if locked and (name is not None or not _has_files(directory, candidate)):
                with removed_when_ended(private):
                    yield ReportFolder(directory, candidate)
                return
    raise ReportError(f"{directory / (name or default)}: another scan is writing files of this name")


def _candidates(default: str) -> Iterator[str]:
    yield default
    for number in count(2):
        yield f"{default}-{number}"


def _private_folder(directory: Path, name: str) -> Path:
    return directory / f".{name}{_SUFFIX}"


def _has_files(directory: Path, name: str) -> bool:
    return any(path.name.startswith(f"{name}.") for path in directory.iterdir())


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Make a private folder, empty, and remove it in the end; the block is told whether it is locked by this scan."""
    descriptor = _opened(folder)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Where its owner removed the folder before it was locked, this is another one.
        locked = folder.exists() and folder.stat().st_ino == os.fstat(descriptor).st_ino
    except BlockingIOError:
        locked = False
    try:
        if locked:
            _empty(folder)
        yield locked
    finally:
        if locked:
            shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _opened(folder: Path) -> int:
    folder.mkdir(mode=_PRIVATE, exist_ok=True)
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise ReportError(f"{folder}: {error.strerror}; remove it") from None
    found = os.fstat(descriptor)
    if found.st_uid != os.geteuid() or found.st_mode & _OF_OTHERS:
        os.close(descriptor)
        raise ReportError(f"{folder} is open to others; remove it")
    return descriptor


def _empty(folder: Path) -> None:
    for left in folder.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()


def _make_folder(folder: Path, inside: Path) -> None:
    if folder == inside:
        return
    folder.mkdir(exist_ok=True)
    if folder.is_symlink():
        raise ReportError(f"{folder} is a link, and is not followed")


def _save(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
