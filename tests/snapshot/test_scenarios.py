"""Every account of the demo, and those that several accounts share: judged from a file as it is judged live."""

import json

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decide
from prowler_cis_monitoring.settings import KEY, Settings
from prowler_cis_monitoring.snapshot import Snapshot, dump, read_snapshots, write_snapshots
from prowler_cis_monitoring.snapshot.redaction import redacted
from tests.scenario_accounts import each_scenario, of_scenario

ROOT = CONTROLS["root_usage"]


def verdict_of(snapshot):
    settings = Settings.read({KEY: snapshot.settings})
    return decide(ROOT, AlertPaths(snapshot.resources), settings, snapshot.alternatives)


def said(verdict):
    return json.loads(json.dumps([verdict.status.value, verdict.sentence, verdict.evidence()]))


@each_scenario()
def test_a_saved_account_is_judged_as_the_live_one(scenario, tmp_path):
    account = of_scenario(scenario)
    live = Snapshot(resources=account.resources, alternatives=account.alternatives, settings=scenario.settings)
    path = tmp_path / "account.json"
    write_snapshots(path, [live])
    (found,) = read_snapshots(path)
    assert said(verdict_of(found)) == said(verdict_of(live))

    hidden = redacted(live)
    assert verdict_of(hidden).status is verdict_of(live).status
    assert live.account not in json.dumps(dump(hidden))
