"""Let faults befall the calls of every scenario of the demo, and show those that make a verdict but MANUAL.

    python -m tests.wire.long_run 100 [SEED]

tries so many faults a scenario, drawn from all of them; exit status 1 when one did harm.
"""

import collections
import os
import random
import sys
import time

import pytest
from moto import mock_aws

from prowler_cis_monitoring.demo.scenarios import SCENARIOS
from tests.shared_session import SESSION
from tests.wire.harm import all_paths, complaint, harms, scan
from tests.wire.wire import Wire


def tell(line):
    """Show a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(number, seed):
    """Try the faults; return how many did harm."""
    draws, tried, found = random.Random(seed), collections.Counter(), 0
    with pytest.MonkeyPatch.context() as monkeypatch:
        wire = Wire(monkeypatch)
        for scenario in SCENARIOS:
            with mock_aws():
                wire.clear()
                scenario.blueprint().build(SESSION)
                wire.clear()
                whole = scan(scenario)
                known, faults = all_paths(), list(harms(wire))
                for harm in draws.sample(faults, min(number, len(faults))):
                    wire.harm(harm.action, harm.number, harm.fault)
                    finding = scan(scenario)
                    tried[whole.status, finding.status] += 1
                    told = complaint(harm, whole, finding, known)
                    if told is not None:
                        found += 1
                        tell(f"{scenario.slug}: {harm}: {told}\n    {finding.status_extended}")
    for (before, after), count in sorted(tried.items()):
        tell(f"{before:>6} -> {after:<6} {count}")
    return found


if __name__ == "__main__":
    os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION="us-east-1")
    began = time.monotonic()
    harmful = main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    tell(f"{harmful} did harm; {time.monotonic() - began:.0f} s")
    sys.exit(bool(harmful))
