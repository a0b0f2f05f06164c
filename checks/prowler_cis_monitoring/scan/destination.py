"""Where the files of a scan go: a folder, or a folder in S3, for which they are made in a temporary one."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread, get_ident
from typing import TYPE_CHECKING, Final

from prowler.lib.logger import logger

from prowler_cis_monitoring.scan.interruption import kept_when_ended, removed_when_ended
from prowler_cis_monitoring.scan.s3_address import NoSuchFileError, S3Address, S3Error
from prowler_cis_monitoring.scan.state import SUFFIX, NoStateError, only_state

if TYPE_CHECKING:
    from boto3.session import Session

    from prowler_cis_monitoring.scan.bucket import Bucket
    from prowler_cis_monitoring.scan.shard import Shard

# Seconds between two copies of a state; a copy that takes long is made more seldom.
_BETWEEN_COPIES: Final = 15.0
_SHARE: Final = 0.1
# Whoever ends a container gives it some seconds.
_LAST_SECONDS: Final = 8.0
_BLOCK: Final = 1 << 20


class Destination:
    """A folder of the file system: files are made in it, and that is all.

    Attributes:
        directory: where files are made.
        is_elsewhere: whether they are sent away from there.
    """

    is_elsewhere = False

    def __init__(self, directory: Path) -> None:
        """Describe the folder; it need not exist."""
        self.directory = directory

    def connect(self, session: Session) -> None:
        """Take the credentials with which files are sent away, where they are."""

    def fetch_state(self, name: str | None, shard: Shard | None) -> None:
        """Bring the state of an earlier scan into `directory`, where it is elsewhere.

        Args:
            name: what the names of its files begin with, None where there is only one.
            shard: which part of the accounts it scanned, None for all.

        Raises:
            prowler_cis_monitoring.scan.state.NoStateError: there is none.
            S3Error: it cannot be read.
        """

    def deliver(self, files: Sequence[Path]) -> Sequence[Path | S3Address]:
        """Send files of `directory` to where they belong, and return where they are then.

        Raises:
            S3Error: one could not be sent; all are left where they were made, and the message says where.
        """
        return files

    @contextmanager
    def copying(self, state: Path) -> Iterator[None]:  # noqa: ARG002 - for a folder elsewhere
        """Keep the copy of a growing file current while the block runs, and in its end.

        Raises:
            S3Error: it cannot be sent at the beginning, or in the end.
        """
        yield

    def at_signal(self, state: Path) -> str:  # noqa: ARG002 - likewise
        """Rescue a file when the process is about to end; return what is to be said of it."""
        return ""


class S3Destination(Destination):
    """A folder in S3.

    The names of files are those that they have in a local folder, and so is what stands in the folder inside.
    """

    is_elsewhere = True

    def __init__(self, folder: S3Address) -> None:
        """Make a temporary folder, which nobody else may read."""
        super().__init__(Path(tempfile.mkdtemp(prefix="cis-monitoring-")))
        self._folder = folder
        self._bucket: Bucket | None = None
        self._unsent: set[Path] = set()

    def connect(self, session: Session) -> None:
        """Take the credentials with which files are sent."""
        from prowler_cis_monitoring.scan.bucket import Bucket  # noqa: PLC0415 - only for S3

        self._bucket = Bucket(session)

    def fetch_state(self, name: str | None, shard: Shard | None) -> None:
        """Bring the state here."""
        if name is not None:
            state = f"{name}{SUFFIX}"
        else:
            state = only_state(self._folder, (one.name for one in self._s3.files(self._folder, SUFFIX)), shard)
        try:
            self._s3.fetch(self._folder / state, self.directory / state)
        except NoSuchFileError as error:
            raise NoStateError(f"{error}, so no such scan to resume") from None

    def deliver(self, files: Sequence[Path]) -> Sequence[Path | S3Address]:
        """Send files."""
        return [self._put(path, path) for path in files]

    @contextmanager
    def copying(self, state: Path) -> Iterator[None]:
        """Send the state at once, so that a bucket that cannot be written to is told before hours of work."""
        self._copy(state)
        ended = Event()
        copier = Thread(target=self._keep_copying, args=(state, ended), name="copying the state", daemon=True)
        copier.start()
        try:
            yield
        finally:
            ended.set()
            copier.join()
            self._copy(state)

    def at_signal(self, state: Path) -> str:
        """Send the state once more, in a thread of its own: the main thread stands where the signal met it."""
        copier = Thread(target=self._try_to_copy, args=(state,), daemon=True)
        copier.start()
        copier.join(_LAST_SECONDS)
        if copier.is_alive() or self._unsent:
            kept_when_ended(self.directory)
            return f"; the last results are in {self.directory}"
        self.close()
        return ""

    def close(self) -> None:
        """Remove the temporary folder, unless something in it could not be sent."""
        if not self._unsent:
            shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def _s3(self) -> Bucket:
        if self._bucket is None:
            raise RuntimeError("connect comes first")
        return self._bucket

    def _put(self, path: Path, named: Path) -> S3Address:
        address = self._folder / str(named.relative_to(self.directory))
        try:
            self._s3.put(path, address)
        except S3Error as error:
            self._unsent.add(named)
            kept_when_ended(self.directory)
            raise S3Error(f"{error}; the files are kept in {self.directory}") from None
        self._unsent.discard(named)
        return address

    def _keep_copying(self, state: Path, ended: Event) -> None:
        pause, size = _BETWEEN_COPIES, -1
        while not ended.wait(pause):
            if state.stat().st_size == size:
                continue
            size, begun = state.stat().st_size, time.monotonic()
            self._try_to_copy(state)
            pause = max(_BETWEEN_COPIES, (time.monotonic() - begun) / _SHARE)

    def _try_to_copy(self, state: Path) -> None:
        try:
            self._copy(state)
        except (S3Error, OSError) as error:
            # The next copy holds what this one would have held.
            logger.error(f"{type(error).__name__}: {error}")

    def _copy(self, state: Path) -> None:
        """Send the whole lines of a file to which another thread may be appending."""
        # At a signal another thread may be sending a copy, which must not change meanwhile.
        copy = state.with_name(f".{state.name}.{get_ident()}.copy")
        try:
            shutil.copyfile(state, copy)
            _cut_to_whole_lines(copy)
            self._put(copy, state)
        finally:
            copy.unlink(missing_ok=True)


def _cut_to_whole_lines(path: Path) -> None:
    with path.open("r+b") as file:
        end = file.seek(0, 2)
        while end:
            start = max(end - _BLOCK, 0)
            file.seek(start)
            newline = file.read(end - start).rfind(b"\n")
            end = start + newline + 1 if newline >= 0 else start
            if newline >= 0:
                break
        file.truncate(end)


@contextmanager
def destination(directory: Path | S3Address) -> Iterator[Destination]:
    """Return where files go to; what was only for the way is removed after the block."""
    if not isinstance(directory, S3Address):
        yield Destination(directory)
        return
    made = S3Destination(directory)
    with removed_when_ended(made.directory):
        try:
            yield made
        finally:
            made.close()
