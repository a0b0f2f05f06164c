"""CPU seconds and memory that all controls take on accounts which somebody filled to hold a scan up.

    python -m tests.benchmarks.test_hostile_accounts [NAME]

measures all of them, or one; the tests a few, so that the command keeps working.
Never fails on a time: how much work it is, `tests/test_hostile_accounts.py` bounds.
"""

import resource
import subprocess
import sys
from collections import Counter

import pytest

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decide
from prowler_cis_monitoring.settings import Settings
from tests.hostile_accounts import BESIDE, WORST

pytestmark = pytest.mark.benchmark
_MEGABYTE = 1024  # in the kilobytes that Linux gives


def say(line):
    sys.stdout.write(f"{line}\n")


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _MEGABYTE


def measure(name):
    """Measure one account in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.test_hostile_accounts", name]
    say(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())


@pytest.mark.parametrize("name", sorted(WORST)[::12])
def test_all_controls_on_a_hostile_account(name):
    measure(name)


def main(name):
    """Decide one account and print what that took."""
    account, beside = WORST[name](), BESIDE.get(name, lambda: None)()
    before, _ = used()
    paths = AlertPaths(account)
    verdicts = [decide(control, paths, Settings(), beside).status.value for control in CONTROLS.values()]
    after, megabytes = used()
    say(f"{name:28} {after - before:6.2f} s {megabytes:5.0f} MB  {dict(Counter(verdicts))}")


if __name__ == "__main__":
    if sys.argv[1:]:
        main(sys.argv[1])
    else:
        for each in WORST:
            measure(each)
