"""What the file system refuses, in words: where, what and what to do; and how any file is read that a user names.

Such a file may be of any size, or have no end: what is read has a bound.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from prowler_cis_monitoring.foreign_text import harmless

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of a file that is read as a whole, unless its reader says otherwise."""
_A_MEGABYTE: Final = 1024 * 1024
_BOM: Final = b"\xef\xbb\xbf"

_ANOTHER = "name another place"
_WAYS_OUT = {
    errno.EACCES: f"let this user read and write there, or {_ANOTHER}",
    errno.EPERM: f"let this user read and write there, or {_ANOTHER}",
    errno.EROFS: _ANOTHER,
    errno.ENOENT: f"make the folder first, or {_ANOTHER}",
    errno.ENOTDIR: f"what stands there is no folder; {_ANOTHER}",
    errno.EISDIR: f"a folder stands there; {_ANOTHER}",
    errno.EEXIST: f"remove what stands there, or {_ANOTHER}",
    errno.ELOOP: f"no link is followed there; remove it, or {_ANOTHER}",
    errno.ENOSPC: f"make room, or {_ANOTHER}",
    errno.EDQUOT: f"make room, or {_ANOTHER}",
    errno.ENAMETOOLONG: "choose a shorter name",
}


def refusal(error: Exception, place: object = None) -> str:
    """Return one sentence on what could not be read or written.

    Args:
        error: of the file system; any other says itself what is wrong.
        place: where, as the user named it; None for what the error names.
    """
    if not isinstance(error, OSError):
        return str(error)
    named = error.filename if place is None else place
    where = "" if named is None else f"{harmless(str(named))}: "
    way_out = _WAYS_OUT.get(error.errno or 0)
    return f"{where}{error.strerror or error}{f'; {way_out}' if way_out else ''}"


# --- Reading ----------------------------------------------------------------------------------------------------------

_ANOTHER_FILE = "name another file"
_WAYS_TO_READ = {
    errno.EACCES: f"let this user read it, or {_ANOTHER_FILE}",
    errno.EPERM: f"let this user read it, or {_ANOTHER_FILE}",
    errno.ENOENT: "name a file that is there",
    errno.ENOTDIR: "what stands before it is no folder; name a file that is there",
    errno.EISDIR: "a folder stands there; name a file",
    errno.ELOOP: "no link is followed there; name the file itself",
    errno.ENXIO: "nobody writes to it; name a file",
    errno.ENAMETOOLONG: "name a file that is there",
}


class UnreadableFileError(ValueError):
    """A file cannot be read.

    Attributes:
        problem: what is wrong and what to do, as a clause.
    """

    def __init__(self, place: object, cause: str, way_out: str) -> None:
        """Say what is wrong where.

        Args:
            place: the file, as the user named it.
            cause: what is wrong, as a clause.
            way_out: what to do, likewise; may be empty.
        """
        self._place, self._cause = harmless(str(place)), cause
        self.problem = "; ".join(filter(None, (cause, way_out)))
        super().__init__(f"{self._place}: {self.problem}")

    @classmethod
    def of(cls, place: object, error: OSError) -> UnreadableFileError:
        """Return what the file system says, in words."""
        return cls(place, error.strerror or str(error), _WAYS_TO_READ.get(error.errno or 0, ""))

    def instead(self, way_out: str | None) -> str:
        """Return the sentence with a better way out, unless there is none."""
        return f"{self._place}: {self._cause}; {way_out}" if way_out else str(self)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file that a user named, for reading.

    Raises:
        UnreadableFileError: the file system refuses it, then or later.
    """
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise UnreadableFileError.of(path, error) from None
    except ValueError as error:
        if isinstance(error, UnreadableFileError) or "\0" not in str(path):
            raise
        raise UnreadableFileError(path, "no file has such a name", "name one that is there") from None


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """Return what a file holds.

    Args:
        path: the file, which may be a pipe.
        most: how long it may be (bytes).

    Raises:
        UnreadableFileError: it cannot be read, or is longer.
    """
    with opened(path) as file:
        return bounded(file, path, most)


def bounded(file: BinaryIO, place: object, most: int = MOST_BYTES) -> bytes:
    """Return the rest of an open file; arguments and error as in `read_bytes`."""
    content = file.read(most + 1)
    if len(content) > most:
        raise UnreadableFileError(place, f"larger than {most // _A_MEGABYTE} MB", _ANOTHER_FILE)
    return content


def as_text(content: bytes, place: object) -> str:
    """Return what a file holds as text, without the mark at its beginning.

    Raises:
        UnreadableFileError: it is no text in UTF-8.
    """
    mark = len(_BOM) if content.startswith(_BOM) else 0
    try:
        return content[mark:].decode()
    except UnicodeDecodeError as error:
        byte = error.start + mark + 1
        raise UnreadableFileError(place, f"no text in UTF-8 (byte {byte:,})", "save it as such") from None


def read_text(path: Path, most: int = MOST_BYTES) -> str:
    """Return the text of a file, as `read_bytes` and `as_text` do."""
    return as_text(read_bytes(path, most), path)
