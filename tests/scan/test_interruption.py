"""What a scan says when a signal ends it is true of what it leaves, wherever the signal meets it."""

import signal
import subprocess
import sys

import pytest

_ENDED = """
import os, signal, sys, threading, time
from pathlib import Path
from prowler_cis_monitoring.scan.interruption import ending_at_signals, saying
from prowler_cis_monitoring.scan.state import State

state = State(Path(sys.argv[1]))
state.start()
interrupt = lambda: os.kill(os.getpid(), signal.SIGINT)
fsync = os.fsync

def keep_adding():
    number = 0
    while True:
        state.add(str(number), '{"account": "%d"}' % number)
        number += 1

def left():
    counted = len(state.finished)
    time.sleep(0.2)  # for the threads that are still at work
    return f"{counted} are finished"

with ending_at_signals(), saying(left):
    match sys.argv[2]:
        case "while the main thread adds":
            os.fsync = lambda file: (fsync(file), interrupt())
            keep_adding()
        case "while another thread adds":
            os.fsync = lambda file: (fsync(file), interrupt(), time.sleep(0.2))
            threading.Thread(target=keep_adding, daemon=True).start()
        case "between what other threads add":
            threading.Thread(target=keep_adding, daemon=True).start()
            time.sleep(0.2)
            interrupt()
    time.sleep(30)
"""


@pytest.mark.parametrize(
    "moment", ["while the main thread adds", "while another thread adds", "between what other threads add"]
)
def test_accounts_that_are_said_to_be_finished_are_those_in_the_state(moment, tmp_path):
    path = tmp_path / "found.accounts.jsonl"
    ended = subprocess.run(
        [sys.executable, "-c", _ENDED, str(path), moment], capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 128 + signal.SIGINT, ended.stderr
    finished = path.read_bytes().count(b"\n") - 1
    assert finished
    assert ended.stderr == f"cis-monitoring scan: interrupted; {finished} are finished\n"
