"""A scan of a fleet that is ended in the middle goes on where it was, and leaves nothing but its state."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks.accounts import SMALL
from tests.benchmarks.server import running
from tests.scan.kill_and_resume import (
    ACCOUNTS,
    SIGNALS,
    Fleet,
    end_in_the_middle,
    files,
    processes_of,
    resumed,
    wait_for,
)

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("killed fleets")]
AT_ONCE = 1.0
WORDS = {signal.SIGTERM: "terminated", signal.SIGINT: "interrupted"}
EXIT = {signal.SIGKILL: -9, signal.SIGTERM: 143, signal.SIGINT: 130}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fleet")
    with running(SMALL, ACCOUNTS[0], 0.05) as server:
        made = Fleet(folder, server.environment())
        process = made.scan(folder / "whole")
        _, said = process.communicate()
        assert process.returncode == 0, said
        yield made


needs_processes = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) == 1, reason="one core is one process"
)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_it_is_as_if_nobody_had_disturbed_it(fleet, number):
    output = fleet.folder / number.name
    ended = end_in_the_middle(fleet, output, number, finished=2, delay=0.1)
    assert ended.status == EXIT[number]
    assert 2 <= ended.finished < len(ACCOUNTS)
    if number is not signal.SIGKILL:
        assert ended.seconds < AT_ONCE
        assert [path.name for path in output.iterdir()] == ["found.accounts.jsonl"]
        (said,) = ended.said.splitlines()
        assert said.startswith(
            f"cis-monitoring scan: {WORDS[number]}; {ended.finished} of {len(ACCOUNTS)} accounts are finished"
        )
    assert resumed(fleet, output) == files(fleet.folder / "whole")


@needs_processes
def test_processes_end_with_the_first_whatever_ends_it(fleet):
    process = fleet.scan(fleet.folder / "left alone")
    wait_for(lambda: len(processes_of(process)) > 1)
    others = processes_of(process)
    process.kill()
    process.communicate()
    killed = time.monotonic()
    wait_for(lambda: not any(_is_running(other) for other in others))
    assert time.monotonic() - killed < AT_ONCE


@needs_processes
def test_a_process_that_is_killed_costs_the_accounts_that_it_was_scanning(fleet):
    output = fleet.folder / "one of two"
    process = fleet.scan(output)
    wait_for(lambda: len(processes_of(process)) > 1)
    os.kill(processes_of(process)[0], signal.SIGKILL)
    _, said = process.communicate()
    assert process.returncode == 4
    assert f"1 of {len(ACCOUNTS)} accounts could not be scanned" in said
    assert "the process that scanned it ended by SIGKILL" in said
    assert resumed(fleet, output) == files(fleet.folder / "whole")


@needs_processes
def test_accounts_that_no_process_is_left_for_are_told(fleet):
    output = fleet.folder / "none"
    process = fleet.scan(output)
    wait_for(lambda: len(processes_of(process)) > 1)
    for other in processes_of(process):
        os.kill(other, signal.SIGKILL)
    _, said = process.communicate()
    assert process.returncode == 4
    assert f"{len(ACCOUNTS)} of {len(ACCOUNTS)} accounts could not be scanned" in said
    assert "not begun: the process that scanned it ended by SIGKILL" in said
    assert "Traceback" not in said


def _is_running(number):
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"  # whoever has adopted it may take its time


@pytest.mark.parametrize(("redirection", "status"), [("> /dev/full", 1), ("| head -n 1", 0), (">&-", 0)])
def test_streams_that_are_of_no_use_cost_no_file(fleet, redirection, status):
    output = fleet.folder / f"stream {len(redirection)}"
    process = fleet.scan(output)
    process.kill()
    process.communicate()
    quoted = " ".join(f"'{word}'" for word in process.args)
    command = f"{quoted} {redirection}; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], env=fleet.environment, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert files(output) == files(fleet.folder / "whole")
