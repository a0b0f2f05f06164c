"""Every account of the demo, and those that several accounts share: judged from a file as it is judged live."""

import json

import pytest

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decide
from prowler_cis_monitoring.demo.scenarios import SCENARIOS
from prowler_cis_monitoring.services.account_resources import resources_of
from prowler_cis_monitoring.services.alternatives import alternatives_of
from prowler_cis_monitoring.settings import KEY, Settings
from prowler_cis_monitoring.snapshot import Snapshot, dump, read_snapshots, write_snapshots
from prowler_cis_monitoring.snapshot.redaction import redacted
from tests.shared_session import SESSION

ROOT = CONTROLS["root_usage"]


def verdict_of(snapshot):
    settings = Settings.read({KEY: snapshot.settings})
    return decide(ROOT, AlertPaths(snapshot.resources), settings, snapshot.alternatives)


def said(verdict):
    return json.loads(json.dumps([verdict.status.value, verdict.sentence, verdict.evidence()]))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.slug)
def test_a_saved_account_is_judged_as_the_live_one(scenario, provider, tmp_path):
    provider.audit_config = scenario.configuration
    scenario.blueprint().build(SESSION)
    live = Snapshot(
        resources=resources_of(provider), alternatives=alternatives_of(provider), settings=scenario.settings
    )
    path = tmp_path / "account.json"
    write_snapshots(path, [live])
    (found,) = read_snapshots(path)
    assert said(verdict_of(found)) == said(verdict_of(live))

    hidden = redacted(live)
    assert verdict_of(hidden).status is verdict_of(live).status
    assert live.account not in json.dumps(dump(hidden))
