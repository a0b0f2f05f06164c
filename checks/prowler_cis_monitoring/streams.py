"""The standard streams as a user gives them: closed, full, without a reader, or of an encoding that lacks characters.

Whatever they are, a command comes to its end and its files are whole. Only output that could not be written, where
somebody wanted it, is a failure of the command: of a closed stream, or one whose reader has enough, nobody wants more.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

_STANDARD = ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY))
_PLAINLY = "cis_monitoring_plainly"
# What our own texts and tables hold, for encodings without it.
_LOOKALIKES = {
    "→": ">",
    "…": "...",
    "✓": "+",
    "✗": "x",
    "·": "-",
    "─": "-",
    "═": "=",
    "│": "|",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    **dict.fromkeys("╭╮╰╯├┤┬┴┼╞╪╡", "+"),
    # Of bars that show progress.
    "█": "#",
    **dict.fromkeys("▁▂▃▄▅▆▇▏▎▍▌▋▊▉", "-"),
}


class _Patient:
    """A stream that is written to as long as it takes anything; after that, what is written is forgotten."""

    def __init__(self, stream: TextIO, *, closed: bool) -> None:
        self._stream = stream
        self._closed = closed
        self._written = False
        self._problem: OSError | None = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        self._written = True
        if self._problem is None:
            try:
                self._stream.write(text)
            except OSError as error:
                self._give_up(error)
        return len(text)

    def writelines(self, lines: Iterator[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        if self._problem is None:
            try:
                self._stream.flush()
            except OSError as error:
                self._give_up(error)

    @property
    def lost(self) -> str | None:
        """Why something that was written is lost; None where nothing is, or where a reader wanted no more."""
        if self._closed:
            return "it is closed" if self._written else None
        return None if self._problem is None or isinstance(self._problem, BrokenPipeError) else self._problem.strerror

    @property
    def failed(self) -> bool:
        """Whether something that was written is lost though somebody wanted it."""
        self.flush()
        return not self._closed and self.lost is not None

    def _give_up(self, error: OSError) -> None:
        self._problem = error
        # What waits in buffers must go somewhere, or Python complains when it ends.
        with suppress(OSError), Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), self._stream.fileno())


@contextmanager
def standard_streams() -> Iterator[Callable[[], bool]]:
    """Let the block write to standard output and error without ever failing; say in the end what is lost.

    Yields:
        What tells whether standard output has not taken all that was written to it.
    """
    before = sys.stdout, sys.stderr
    closed = _fill_closed()
    streams = [_patient(stream, closed=number in closed) for number, stream in enumerate(before, start=1)]
    sys.stdout, sys.stderr = streams
    try:
        yield lambda: streams[0].failed
    finally:
        streams[0].flush()
        if problem := streams[0].lost:
            streams[1].write(f"cis-monitoring: standard output: {problem}; what it would have shown is lost\n")
        streams[1].flush()
        sys.stdout, sys.stderr = before


def _patient(stream: TextIO | None, *, closed: bool) -> _Patient:
    if stream is None:  # as Python has it when it was started with a closed stream
        return _Patient(open(os.devnull, "w", encoding="utf-8"), closed=True)  # noqa: PTH123 - until the end
    codecs.register_error(_PLAINLY, _plainly)
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors=_PLAINLY)
    return _Patient(stream, closed=closed)


def _fill_closed() -> set[int]:
    """Open what is closed: the next file would get its number, and with it what is meant for the terminal."""
    closed = {number: flags for number, flags in _STANDARD if not _is_open(number)}
    for number, flags in closed.items():
        opened = os.open(os.devnull, flags)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)
    return set(closed)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _plainly(error: UnicodeError) -> tuple[str, int]:
    r"""Write what an encoding lacks by a character that looks like it, or by its number, as in `\u2192`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    plain = (_LOOKALIKES.get(char) or char.encode("ascii", "backslashreplace").decode() for char in lacking)
    return "".join(plain), error.end
