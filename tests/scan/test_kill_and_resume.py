"""A scan of a fleet that is ended in the middle goes on where it was, and leaves nothing but its state."""

import signal
import subprocess

import pytest

from tests.benchmarks.accounts import SMALL
from tests.benchmarks.server import running
from tests.scan.kill_and_resume import ACCOUNTS, SIGNALS, Fleet, end_in_the_middle, files, resumed

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("killed fleets")]
AT_ONCE = 1.0
WORDS = {signal.SIGTERM: "terminated", signal.SIGINT: "interrupted"}
EXIT = {signal.SIGKILL: -9, signal.SIGTERM: 143, signal.SIGINT: 130}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fleet")
    with running(SMALL, ACCOUNTS, 0.05) as server:
        made = Fleet(folder, server.environment())
        process = made.scan(folder / "whole")
        _, said = process.communicate()
        assert process.returncode == 0, said
        yield made


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


@pytest.mark.parametrize("redirection", ["> /dev/full", "| head -n 1"])
def test_streams_that_are_of_no_use_cost_no_file_and_no_exit_status(fleet, redirection):
    output = fleet.folder / f"stream {len(redirection)}"
    process = fleet.scan(output)
    process.kill()
    process.communicate()
    quoted = " ".join(f"'{word}'" for word in process.args)
    command = f"{quoted} {redirection}; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], env=fleet.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert files(output) == files(fleet.folder / "whole")
