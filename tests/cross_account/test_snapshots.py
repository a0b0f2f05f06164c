import pytest

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decide
from prowler_cis_monitoring.services.account_resources import resources_of
from prowler_cis_monitoring.services.alternatives import alternatives_of
from prowler_cis_monitoring.settings import KEY, Settings
from prowler_cis_monitoring.snapshot import Snapshot, read_snapshots, write_snapshots
from tests.cross_account.conftest import WITH_ROLE
from tests.cross_account.scenarios import ROWS


def said(snapshot):
    settings = Settings.read({KEY: snapshot.settings})
    verdict = decide(CONTROLS["root_usage"], AlertPaths(snapshot.resources), settings, snapshot.alternatives)
    return verdict.status, verdict.sentence, verdict.evidence()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_was_read_of_several_accounts_is_judged_alike_from_a_file(row, build, tmp_path):
    config = WITH_ROLE if row.role else {}
    provider = build(**row.changes).provider(row.account, config)
    live = Snapshot(
        resources=resources_of(provider), alternatives=alternatives_of(provider), settings=config.get(KEY, {})
    )
    write_snapshots(tmp_path / "account.json", [live])
    (found,) = read_snapshots(tmp_path / "account.json")
    assert said(found) == said(live)
