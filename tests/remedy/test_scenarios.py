"""Every FAIL of every scenario has a remedy that the judgement confirms, or a reason why a person must act."""

import pytest

from prowler_cis_monitoring.alert_path.verdict import Status
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.demo.scenarios import SCENARIOS, find
from prowler_cis_monitoring.remedy import propose, propose_all
from prowler_cis_monitoring.remedy.changes import PutMetricAlarm, PutMetricFilter, apply_all
from prowler_cis_monitoring.remedy.proof import Judged, worse
from tests.cross_account.scenarios import ROWS
from tests.scenario_accounts import each_row, each_scenario, of_row, of_scenario

ROOT = "root_usage"
ADDRESS = "security@example.com"
_FAILING = [scenario for scenario in SCENARIOS if scenario.verdict == "FAIL"]
_FAILING_ROWS = [row for row in ROWS if row.status == "FAIL"]
# What no change of ours can do, with a word of the reason that is told.
BY_A_PERSON = {
    "delivery-failing": "service control policy",
    "delivery-stopped": "service control policy",
    "log-group-infrequent-access": "class of a log group",
    "log-group-class": "class of a log group",
    "in-alarm-for-days": "look at the events",
    "single-region-without-role": "was not read",
}


def fix_of(account):
    return propose(account.resources, ROOT, settings=account.settings, alternatives=account.alternatives, email=ADDRESS)


def after(account, changes):
    return Judged(apply_all(account.resources, tuple(changes)), account.settings, account.alternatives)


def check(name, account):
    """Decide the account anew, with and without each change: the judgement is the oracle, not what the fix says."""
    fix = fix_of(account)
    if name in BY_A_PERSON:
        assert BY_A_PERSON[name] in fix.reason
        assert not fix.changes
        assert fix.steps
        assert fix.after is None
        return
    everything = (*fix.changes, *fix.by_person)
    assert everything, fix.reason
    assert not fix.reason
    mended = after(account, everything)
    assert mended.verdict(ROOT).status is Status.PASS
    assert worse(account, mended) == ()
    for left_out in everything:
        rest = [change for change in everything if change is not left_out]
        assert after(account, rest).verdict(ROOT).status is not Status.PASS, left_out.says
    assert all(change.mends for change in everything)
    assert fix == fix_of(account)


@each_scenario(_FAILING)
def test_a_failing_scenario_is_mended_or_a_person_is_told_why(scenario):
    check(scenario.slug, of_scenario(scenario))


@each_row(_FAILING_ROWS)
def test_a_failing_account_of_an_organization_is_mended_or_a_person_is_told_why(row):
    check(row.name, of_row(row))


@pytest.mark.parametrize("slug", ["pattern-everything", "metric-value-zero", "noise-in-another-region"])
def test_an_alarm_beside_one_that_somebody_hears_tells_the_same_topic(slug):
    kinds = [type(change) for change in fix_of(of_scenario(find(slug))).changes]
    assert kinds == [PutMetricFilter, PutMetricAlarm]


def test_no_reason_is_kept_for_a_scenario_that_is_gone():
    assert set(BY_A_PERSON) <= {one.slug for one in _FAILING} | {one.name for one in _FAILING_ROWS}


@pytest.mark.parametrize("verdict", ["PASS", "MANUAL"])
def test_nothing_is_proposed_where_nothing_is_known_to_be_broken(verdict):
    scenario = next(one for one in SCENARIOS if one.verdict == verdict)
    fix = fix_of(of_scenario(scenario))
    assert fix.reason
    assert fix.changes == ()
    assert not fix.mends


def test_what_is_created_has_names_and_patterns_that_aws_takes():
    for scenario in _FAILING[::7]:
        for change in fix_of(of_scenario(scenario)).changes:
            if isinstance(change, PutMetricFilter):
                assert len(change.pattern) <= 1024
                assert len(change.name) <= 512
            if isinstance(change, PutMetricAlarm):
                assert len(change.name) <= 255
                assert change.description.endswith(f"({CONTROLS[ROOT].check_id}).")


def test_an_account_is_judged_once_after_changes_that_are_all_needed(monkeypatch):
    account, made = of_scenario(find("actions-disabled")), []
    as_it_is = Judged.after
    monkeypatch.setattr(Judged, "after", lambda self, changes: made.append(tuple(changes)) or as_it_is(self, changes))
    (fix,) = propose_all(account.resources, [ROOT], settings=account.settings, alternatives=account.alternatives)
    assert made.count(fix.changes) == 1
    assert () not in made
