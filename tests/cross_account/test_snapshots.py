from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decide
from prowler_cis_monitoring.settings import KEY, Settings
from prowler_cis_monitoring.snapshot import Snapshot, read_snapshots, write_snapshots
from tests.cross_account.conftest import WITH_ROLE
from tests.scenario_accounts import each_row, of_row


def said(snapshot):
    settings = Settings.read({KEY: snapshot.settings})
    verdict = decide(CONTROLS["root_usage"], AlertPaths(snapshot.resources), settings, snapshot.alternatives)
    return verdict.status, verdict.sentence, verdict.evidence()


@each_row()
def test_what_was_read_of_several_accounts_is_judged_alike_from_a_file(row, tmp_path):
    account, settings = of_row(row), WITH_ROLE[KEY] if row.role else {}
    live = Snapshot(resources=account.resources, alternatives=account.alternatives, settings=settings)
    write_snapshots(tmp_path / "account.json", [live])
    (found,) = read_snapshots(tmp_path / "account.json")
    assert said(found) == said(live)
