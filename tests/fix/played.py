"""A scenario's account in memory, its script run by the real AWS CLI, and the account read again after each run.

    python -m tests.fix.played [SCENARIO …]

runs the scripts of all failing scenarios, or of those named, and prints what is not as it should be.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass

from moto import mock_aws

from prowler_cis_monitoring.alert_path.resources import CompositeAlarm
from prowler_cis_monitoring.alert_path.verdict import Status
from prowler_cis_monitoring.demo.scenarios import SCENARIOS
from prowler_cis_monitoring.remedy import propose
from prowler_cis_monitoring.remedy.forms import FORMS
from prowler_cis_monitoring.remedy.parts import parts_of
from prowler_cis_monitoring.snapshot import dump
from tests.fix.aws_command import AwsCommand
from tests.remedy.accounts import judged
from tests.shared_session import SESSION
from tests.stand_in_provider import StandInProvider

ROOT = "root_usage"
ADDRESS = "security@example.com"
# What AWS sets by itself when something is changed and changed back.
_TIMES = (
    *("read_at", "state_transitioned", "configuration_updated"),
    *("latest_log_delivery", "latest_bucket_delivery", "logging_since"),
)


@dataclass
class Account:
    """The account of a scenario, in moto's memory."""

    scenario: object

    def build(self):
        self.scenario.blueprint().build(SESSION)

    def read(self):
        provider = StandInProvider(regions={"us-east-1", "eu-west-1"})
        provider.audit_config = self.scenario.configuration
        return judged(provider, self.scenario.settings)

    def configuration(self):
        """All that was read, without times."""
        return _timeless(dump(self.read().resources)["resources"])


def _timeless(value):
    if isinstance(value, dict):
        return {name: _timeless(one) for name, one in value.items() if name not in _TIMES}
    return [_timeless(one) for one in value] if isinstance(value, (list, tuple)) else value


def fix_of(account):
    return propose(account.resources, ROOT, settings=account.settings, alternatives=account.alternatives, email=ADDRESS)


def script_of(fix):
    (part,) = parts_of([fix], by_region=False)
    return FORMS["cli"].write(part, "what was read")


def problems(scenario, command):
    """Yield what is not as it should be when a scenario's script is run, run again, taken back and taken back again."""
    account = Account(scenario)
    account.build()
    before, as_built = account.read(), account.configuration()
    fix = fix_of(before)
    # moto has no PutCompositeAlarm.
    if not fix.changes or any(isinstance(getattr(one, "before", None), CompositeAlarm) for one in fix.changes):
        return
    script = script_of(fix)
    status, said = command.run(script)
    mended = account.read().verdict(ROOT)
    if status != 0 or (mended.status is not Status.PASS and not scenario.slug.startswith("denied")):
        yield f"the script ended with {status}, {said}; {mended.sentence}"
    made = account.configuration()
    status, said = command.run(script)
    if status != 0 or "\ndone: " in f"\n{said}" or account.configuration() != made:
        yield f"run again, it ended with {status}, {said}"
    status, said = command.run(script, "rollback")
    if status != 0 or account.configuration() != as_built:
        yield f"taking back ended with {status}, {said}"
    status, said = command.run(script, "rollback")
    if status != 0 or account.configuration() != as_built:
        yield f"taking back again ended with {status}, {said}"


def main(slugs):
    os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
    failed = 0
    for scenario in SCENARIOS:
        if scenario.verdict != "FAIL" or (slugs and scenario.slug not in slugs):
            continue
        with mock_aws(), tempfile.TemporaryDirectory() as folder:
            command = AwsCommand(folder)
            for problem in problems(scenario, command):
                failed += 1
                print(f"{scenario.slug}: {problem}", flush=True)  # noqa: T201
            command.close()
    print(f"{failed} problems")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
