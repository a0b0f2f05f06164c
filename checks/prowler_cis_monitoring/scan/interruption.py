"""How a scan ends when it is told to: at once. Threads that wait for AWS are not waited for.

Nothing that a scan has finished is lost by that: results are on the disk before they count, reports are renamed when
they are whole.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

_WORDS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}
_SHOW_CURSOR = "\x1b[?25h\n"
_BASE = 128


class _Ending:
    def __init__(self) -> None:
        self.temporary: dict[Path, None] = {}
        self.left: Callable[[], str] = lambda: "nothing was written"
        self.command = "scan"
        self.gate = threading.RLock()
        self.held = 0
        self.waiting: int | None = None

    def end(self, number: int, _frame: FrameType | None = None) -> None:
        # Blocks of other threads end first, and none begins any more: what is said must be true of what is left.
        with self.gate:
            if self.held:  # by this thread, which stands in the block
                self.waiting = number
            else:
                self._end(number)

    def _end(self, number: int) -> None:
        left = ""
        with suppress(OSError):
            # What is left may have to be rescued from a temporary folder, or kept there.
            left = self.left()
        for path in self.temporary:
            shutil.rmtree(path, ignore_errors=True)
            with suppress(OSError):
                path.unlink()
        # A progress bar hides the cursor.
        shown = _SHOW_CURSOR if os.isatty(2) else ""
        with suppress(OSError):
            os.write(2, f"{shown}cis-monitoring {self.command}: {_WORDS[signal.Signals(number)]}; {left}\n".encode())
        os._exit(_BASE + number)


_ENDING = _Ending()


@contextmanager
def ending_at_signals(command: str = "scan") -> Iterator[None]:
    """Let SIGINT and SIGTERM end the process while the block runs, with what is `removed_when_ended` removed.

    Args:
        command: the name of the subcommand, for what is said then.
    """
    _ENDING.command = command
    if threading.current_thread() is not threading.main_thread():
        yield  # Python lets no other thread have signals.
        return
    before = {number: signal.signal(number, _ENDING.end) for number in _WORDS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def removed_when_ended(path: Path) -> Iterator[None]:
    """Have a file or folder removed when a signal ends the process in the block."""
    _ENDING.temporary[path] = None
    try:
        yield
    finally:
        _ENDING.temporary.pop(path, None)


def kept_when_ended(path: Path) -> None:
    """Have a file or folder stay after all, because what it holds is nowhere else."""
    _ENDING.temporary.pop(path, None)


@contextmanager
def saying(left: Callable[[], str]) -> Iterator[None]:
    """Say `left()`, what is left and how to go on, when a signal ends the process in the block."""
    before, _ENDING.left = _ENDING.left, left
    try:
        yield
    finally:
        _ENDING.left = before


@contextmanager
def unbroken() -> Iterator[None]:
    """Let a signal wait until the block, which is short, is done; one thread at a time is in such a block."""
    with _ENDING.gate:
        _ENDING.held += 1
        try:
            yield
        finally:
            _ENDING.held -= 1
            if _ENDING.waiting is not None and not _ENDING.held:
                _ENDING.end(_ENDING.waiting)
