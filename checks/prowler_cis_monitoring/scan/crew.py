"""Who scans the accounts of a fleet: threads of this process, or processes with threads, one for each core.

A process is a fork of this one: what is loaded is there at once and in memory once, and credentials go nowhere. It gets
account ids through a pipe and answers with results, and this process alone writes. Whatever becomes of this process,
`kill -9` included, its end of the pipe is closed then, and that ends the others at once.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import field, replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import Protocol

from prowler_cis_monitoring.records import dataclass

_THREADS = 8
"""Accounts that one process scans at a time, unless the user wants it otherwise: enough to keep a core busy (count)."""
_FEWEST = 3
"""Accounts for which a process of their own is worth while (count)."""
_MOST = 4
"""Processes at most: each takes about 100 MB, and one alone writes the reports of all (count)."""


@dataclass(frozen=True)
class Told:
    """What became of one account.

    Attributes:
        account: its id.
        result: one line of JSON, None where it could not be scanned.
        problem: why it could not.
        fatal: what would happen to all others as well.
    """

    account: str
    result: str | None = None
    problem: str | None = None
    fatal: BaseException | None = None


class Crew(Protocol):
    """Scans accounts side by side."""

    def told(self, accounts: Iterable[str], keep: Callable[[Told], None]) -> Iterator[Told]:
        """Scan accounts; yield what became of each as soon as that is known.

        Args:
            accounts: their ids.
            keep: is given what became of each account that was scanned before that is yielded, without its result.
        """


def threads_for(accounts: int, parallel: int | None) -> tuple[int, ...]:
    """Return how many threads each process has, as is good for so many accounts.

    Args:
        accounts: their number.
        parallel: how many are scanned at a time in all, None for as many as is good.
    """
    processes = max(1, min(_cores(), _MOST, accounts // _FEWEST, parallel or accounts))
    if parallel is None:
        return (_THREADS,) * processes
    return tuple(parallel // processes + (number < parallel % processes) for number in range(processes))


def _cores() -> int:
    """Return how many processes may run at a time; one where forking is not safe."""
    # On macOS system libraries that botocore's proxies ask do not bear it; another thread may hold a lock for good.
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))


@contextmanager
def crew(threads: Sequence[int], scan: Callable[[str], Told]) -> Iterator[Crew]:
    """Give the block those who scan, and let go of them after it.

    Args:
        threads: of each process; more than one process only where no other thread is running.
        scan: scans one account; safe to use from several threads, and of several processes each has its own.
    """
    processes = _Processes()
    try:
        if len(threads) == 1:
            yield _Threads(threads[0], scan)
        else:
            for number in threads:
                processes.start(scan, number)
            yield processes
    finally:
        processes.end()


@dataclass(frozen=True)
class _Threads:
    """Scans in threads of this process."""

    number: int
    scan: Callable[[str], Told]
    _fatal: list[BaseException] = field(default_factory=list, init=False)

    def told(self, accounts: Iterable[str], keep: Callable[[Told], None]) -> Iterator[Told]:
        with ThreadPoolExecutor(self.number, thread_name_prefix="account") as pool:
            started = [pool.submit(self._kept, account, keep) for account in accounts]
            try:
                for done in as_completed(started):
                    yield done.result()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _kept(self, account: str, keep: Callable[[Told], None]) -> Told:
        if self._fatal:  # Whoever takes the results has not seen it yet.
            raise self._fatal[0]
        told = self.scan(account)
        if told.fatal is not None:
            self._fatal.append(told.fatal)
        return _kept(told, keep)


@dataclass
class _Process:
    """A process that scans, and the accounts that it was given and has not told of."""

    number: int
    pipe: Connection
    threads: int
    given: dict[str, None] = field(default_factory=dict)


class _Processes:
    """Scans in processes; an account is given to the one that has a thread free, so that none waits for another."""

    def __init__(self) -> None:
        self._processes: list[_Process] = []

    def start(self, scan: Callable[[str], Told], threads: int) -> None:
        """Start one more."""
        here, there = Pipe()
        number = os.fork()
        if number:
            there.close()
            self._processes.append(_Process(number, here, threads))
            return
        status = 1
        try:
            # While a copy of it is open elsewhere, a pipe does not end when this process ends.
            for pipe in (here, *(other.pipe for other in self._processes)):
                pipe.close()
            _work(there, scan, threads)
            status = 0
        finally:
            os._exit(status)

    def end(self) -> None:
        """End all of them."""
        for process in list(self._processes):
            self._let_go(process)

    def told(self, accounts: Iterable[str], keep: Callable[[Told], None]) -> Iterator[Told]:
        waiting, at_work = deque(accounts), list(self._processes)
        self._give_all(at_work, waiting)
        ending = ""
        while busy := [process for process in at_work if process.given]:
            ready = wait([process.pipe for process in busy])
            for process in (one for one in busy if one.pipe in ready):
                try:
                    told = process.pipe.recv()
                except (EOFError, OSError):
                    at_work.remove(process)
                    ending = f"the process that scanned it ended {self._let_go(process)}"
                    yield from (Told(account, problem=ending) for account in process.given)
                    process.given.clear()
                    # Others may have had nothing left to do.
                    self._give_all(at_work, waiting)
                    continue
                del process.given[told.account]
                self._give(process, waiting)
                yield _kept(told, keep)
        yield from (Told(account, problem=f"not begun: {ending}") for account in waiting)

    def _give_all(self, processes: Sequence[_Process], waiting: deque[str]) -> None:
        for _ in range(max((process.threads for process in processes), default=0)):
            for process in processes:
                self._give(process, waiting)

    @staticmethod
    def _give(process: _Process, waiting: deque[str]) -> None:
        if waiting and len(process.given) < process.threads:
            account = waiting.popleft()
            process.given[account] = None
            with suppress(OSError):  # It has ended, which is seen when it is listened to.
                process.pipe.send(account)

    def _let_go(self, process: _Process) -> str:
        """Wait for the end of a process, which comes with the end of its pipe; return how it ended."""
        process.pipe.close()
        if process not in self._processes:
            return ""
        self._processes.remove(process)
        _, status = os.waitpid(process.number, 0)
        code = os.waitstatus_to_exitcode(status)
        return f"by {signal.Signals(-code).name}" if code < 0 else f"with status {code}"


def _work(pipe: Connection, scan: Callable[[str], Told], threads: int) -> None:
    """Scan the accounts that come through `pipe` until it ends."""
    # A signal from the terminal goes to all processes: the first one says what is to be said, and ends this one.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    lock = threading.Lock()

    def tell(account: str) -> None:
        told = scan(account)
        with lock, suppress(OSError):  # Nobody listens any more: the main thread sees that as well.
            pipe.send(told)

    pool = ThreadPoolExecutor(threads, thread_name_prefix="account")
    with suppress(EOFError, OSError):
        while True:
            pool.submit(tell, pipe.recv())


def _kept(told: Told, keep: Callable[[Told], None]) -> Told:
    if told.fatal is not None:
        raise told.fatal
    if told.result is not None:
        keep(told)
    return replace(told, result=None)
