"""A scenario's account in memory, its script run by the real AWS CLI, and the account read again after each run.

    python -m tests.fix.played [SCENARIO …]

runs the scripts of all failing scenarios, those of an organisation included (organization/NAME), each with the
credentials of its account, or of those named, and prints how many calls they made and what is not as it should be.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass

import boto3
from moto import mock_aws

from prowler_cis_monitoring.alert_path.resources import CompositeAlarm
from prowler_cis_monitoring.alert_path.verdict import Status
from prowler_cis_monitoring.demo.organization import ACCOUNTS, healthy_organization
from prowler_cis_monitoring.demo.scenarios import SCENARIOS
from prowler_cis_monitoring.remedy import propose
from prowler_cis_monitoring.remedy.forms import FORMS
from prowler_cis_monitoring.remedy.parts import parts_of
from prowler_cis_monitoring.settings import KEY
from prowler_cis_monitoring.snapshot import dump
from tests.cross_account.conftest import WITH_ROLE
from tests.cross_account.scenarios import ROWS
from tests.fix.aws_command import AwsCommand
from tests.scenario_accounts import judged
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

    def credentials(self, account):
        return None


@dataclass
class MemberAccount:
    """The account from which a row of the organisation's scenarios looks, in moto's memory."""

    row: object

    def build(self):
        self.sessions = healthy_organization().changed(**self.row.changes).build(boto3.Session())
        self.known = {account: self.sessions.credentials(account) for account in ACCOUNTS}

    def read(self):
        config = WITH_ROLE if self.row.role else None
        provider = StandInProvider({"us-east-1"}, self.row.account, self.sessions.of(self.row.account), config)
        return judged(provider, (config or {}).get(KEY))

    def credentials(self, account):
        return self.known[account]


def configuration_of(account):
    """All that is read of an account, without times."""
    return _timeless(dump(account.read().resources)["resources"])


def _timeless(value):
    if isinstance(value, dict):
        return {name: _timeless(one) for name, one in value.items() if name not in _TIMES}
    return [_timeless(one) for one in value] if isinstance(value, (list, tuple)) else value


def fix_of(account):
    return propose(account.resources, ROOT, settings=account.settings, alternatives=account.alternatives, email=ADDRESS)


def scripts_of(fix):
    """The script for each account in which something is changed."""
    parts = [part for part in parts_of([fix], by_region=False) if part.changes]
    return {part.account: FORMS["cli"].write(part, "what was read") for part in parts}


def script_of(fix):
    (script,) = scripts_of(fix).values()
    return script


def problems(account, command, *, may_be_denied=False):
    """Yield what is not as it should be when a fix's scripts are run, run again, taken back and taken back again."""
    account.build()
    before, as_built = account.read(), configuration_of(account)
    fix = fix_of(before)
    # moto has no PutCompositeAlarm.
    if not fix.changes or any(isinstance(getattr(one, "before", None), CompositeAlarm) for one in fix.changes):
        return
    scripts = scripts_of(fix)

    def run(owners, *words):
        ran = [command.run(scripts[owner], *words, credentials=account.credentials(owner)) for owner in owners]
        return max(status for status, _ in ran), "".join(said for _, said in ran)

    forth, back = tuple(scripts), tuple(reversed(scripts))
    status, said = run(forth)
    mended = account.read().verdict(ROOT)
    if status != 0 or (mended.status is not Status.PASS and not may_be_denied):
        yield f"the script ended with {status}, {said}; {mended.sentence}"
    made = configuration_of(account)
    status, said = run(forth)
    if status != 0 or "\ndone: " in f"\n{said}" or configuration_of(account) != made:
        yield f"run again, it ended with {status}, {said}"
    for how in ("taking back", "taking back again"):
        status, said = run(back, "rollback")
        if status != 0 or configuration_of(account) != as_built:
            yield f"{how} ended with {status}, {said}"


def main(slugs):
    os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
    failed = played = 0
    accounts = {one.slug: Account(one) for one in SCENARIOS if one.verdict == "FAIL"}
    accounts |= {f"organization/{one.name}": MemberAccount(one) for one in ROWS if one.status == "FAIL"}
    for slug, account in accounts.items():
        if slugs and slug not in slugs:
            continue
        with mock_aws(), tempfile.TemporaryDirectory() as folder:
            command = AwsCommand(folder)
            for problem in problems(account, command, may_be_denied=slug.startswith("denied")):
                failed += 1
                print(f"{slug}: {problem}", flush=True)  # noqa: T201
            played += bool(command.calls)
            print(f"{slug}: {len(command.calls)} calls", flush=True)  # noqa: T201
            command.close()
    print(f"{played} played, {failed} problems")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
