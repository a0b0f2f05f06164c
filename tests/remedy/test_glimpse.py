"""A first look at a control finds what judging the whole account finds, and sees without it what does not pass."""

import pytest

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.verdict import Status, answer, may_pass
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import demand_of
from prowler_cis_monitoring.remedy.proof import Judged
from prowler_cis_monitoring.settings import Settings
from tests.alert_path.test_verdict import resources
from tests.remedy.worlds import broken_account
from tests.simulator.accounts import account
from tests.simulator.draws import Draws

SETTINGS = Settings()


@pytest.mark.parametrize("make", [account, broken_account])
def test_it_is_what_all_paths_say(make):
    found = set()
    for number in range(15):
        slug, made = make(Draws.by_dice(f"a first look {number}"))
        for asked in {slug, "root_usage"}:
            demand = demand_of(CONTROLS[asked], SETTINGS)
            status = answer(AlertPaths(made), demand)[0]
            assert may_pass(AlertPaths(made), demand) is (status is Status.PASS), (number, asked)
            found.add(status)
    assert found == set(Status)


def test_it_spends_nothing_of_what_the_verdict_may_spend():
    paths, demand = AlertPaths(resources()), demand_of(CONTROLS["root_usage"], SETTINGS)
    may_pass(paths, demand)
    work = paths.allowance(demand)
    assert (work.overlaps.spent, work.coverages.spent, work.likeness.spent) == (0, 0, 0)


def test_what_does_not_pass_is_seen_before_all_is_followed(monkeypatch):
    judged = Judged(resources())
    monkeypatch.setattr(AlertPaths, "follow", None)
    assert not any(map(judged.passes, CONTROLS))
