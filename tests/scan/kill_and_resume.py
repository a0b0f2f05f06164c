"""Ends scans of a fleet in the middle, by any signal, and resumes them: `python -m tests.scan.kill_and_resume 50 SEED`.

All accounts must be there exactly once, and the files what a scan that nobody disturbed writes, but for times and ids.
"""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.accounts import SMALL
from tests.benchmarks.server import running

ACCOUNTS = tuple(f"{number:012}" for number in range(111111111111, 111111111117))
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
_OURS = "import sys; from prowler_cis_monitoring.cli import main; sys.exit(main())"
VARYING = (
    re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?(\+00:00|Z)?"),
    re.compile(r'(?<="(?:time)": )\d+|(?<="created_time": )\d+'),
    re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
)


@dataclass(frozen=True)
class Fleet:
    """Accounts on a server, and a folder to work in."""

    folder: Path
    environment: dict[str, str]

    def scan(self, output: Path, *arguments: str) -> subprocess.Popen:
        """Start a scan of all accounts; its files go to `output`."""
        accounts = self.folder / "accounts.txt"
        accounts.write_text("\n".join(ACCOUNTS))
        command = [sys.executable, "-c", _OURS, "scan", "--accounts", str(accounts), "--role", "Auditor"]
        command += ["--region", "us-east-1", "--parallel", "2", "--output-directory", str(output), "-F", "found"]
        command += ["--save", str(output.parent / f"{output.name}.jsonl"), *arguments]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )


@dataclass(frozen=True)
class Ended:
    """How a scan ended: its status, the seconds that took, how many accounts were finished, and standard error."""

    status: int
    seconds: float
    finished: int
    said: str


def files(output: Path) -> dict[str, str]:
    """Return the files of a scan, the state but for the order of its lines, without what varies."""
    found = {}
    for path in sorted([*output.rglob("*"), output.parent / f"{output.name}.jsonl"]):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            for varying in VARYING:
                text = varying.sub("?", text)
            name = str(path.relative_to(output)) if output in path.parents else "saved"
            found[name] = (
                "".join(sorted(account_of(line) for line in text.splitlines())) if "accounts" in name else text
            )
    return found


def account_of(line: str) -> str:
    """Return the account of a line of the state."""
    found = re.search(r'"account": "(\d{12})"', line)
    return found[1] if found else ""


def end_in_the_middle(fleet: Fleet, output: Path, number: signal.Signals, finished: int, delay: float) -> Ended:
    """Start a scan and end it `delay` seconds after it finished so many accounts."""
    state = output / "found.accounts.jsonl"
    process = fleet.scan(output)
    while process.poll() is None and _lines(state) <= finished:
        time.sleep(0.01)
    time.sleep(delay)
    sent = time.monotonic()
    process.send_signal(number)
    _, said = process.communicate()
    if "Traceback" in said:
        raise AssertionError(said)
    return Ended(process.returncode, time.monotonic() - sent, max(_lines(state) - 1, 0), said)


def processes_of(process: subprocess.Popen) -> list[int]:
    """Return the processes that a scan has started and that are running."""
    try:
        return [int(number) for number in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def wait_for(happened: Callable[[], bool]) -> None:
    """Wait until it has happened, half a minute at most."""
    end = time.monotonic() + 30
    while not happened():
        if time.monotonic() > end:
            raise AssertionError("it did not happen")
        time.sleep(0.01)


def resumed(fleet: Fleet, output: Path) -> dict[str, str]:
    """Resume a scan, and return its files."""
    process = fleet.scan(output, "--resume")
    _, said = process.communicate()
    if process.returncode != 0:
        raise AssertionError(said)
    return files(output)


def _lines(state: Path) -> int:
    return state.read_bytes().count(b"\n") if state.exists() else 0


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(times: int, seed: int) -> int:
    """Run so many rounds; return 1 when one was not as it must be."""
    draw = random.Random(seed)
    with running(SMALL, ACCOUNTS[0], 0.02) as server, tempfile.TemporaryDirectory() as folder:
        fleet = Fleet(Path(folder), server.environment())
        fleet.scan(Path(folder) / "whole").communicate()
        whole, wrong, slowest = files(Path(folder) / "whole"), 0, 0.0
        for round_number in range(times):
            output = Path(folder) / f"round-{round_number}"
            number = draw.choice(SIGNALS)
            ended = end_in_the_middle(fleet, output, number, draw.randrange(len(ACCOUNTS) + 1), draw.random())
            slowest = max(slowest, ended.seconds)
            good = resumed(fleet, output) == whole
            wrong += not good
            result = "as undisturbed" if good else "NOT as undisturbed"
            say(f"{number.name} after {ended.finished} accounts, ended in {ended.seconds:.2f} s: {result}")
    say(f"{times} rounds (seed {seed}), {wrong} wrong, slowest end {slowest:.2f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:3])))
