"""What reading the past costs, and what is left of it when calls are refused, throttled or over the budget."""

import re
from collections import Counter
from itertools import combinations

import pytest
from prowler.providers.common.provider import Provider

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import REGION
from prowler_cis_monitoring.demo.past import ago
from prowler_cis_monitoring.demo.scenarios import find
from prowler_cis_monitoring.services import history_calls
from prowler_cis_monitoring.services.history_calls import BUDGET, Budget, Pace
from prowler_cis_monitoring.services.path_service import once_for
from tests.findings import finding_of
from tests.root import ROOT
from tests.shared_session import SESSION
from tests.stand_in_provider import StandInProvider

OPERATIONS = {
    "LookupEvents": "lookup_events",
    "DescribeAlarmHistory": "describe_alarm_history",
    "GetMetricData": "get_metric_data",
    "FilterLogEvents": "filter_log_events",
    "TestMetricFilter": "test_metric_filter",
}
REFUSALS = [set(some) for size in (1, 2, 3) for some in combinations(list(OPERATIONS)[:3], size)]


def build(provider, slug, **settings):
    scenario = find(slug)
    provider.audit_config = {"cis_monitoring": {**scenario.configuration["cis_monitoring"], **settings}}
    scenario.blueprint().build(SESSION)


def test_without_the_setting_nothing_of_the_past_is_read(provider, failures):
    find("proved-last-week").blueprint().build(SESSION)
    finding = finding_of()
    assert "proof" not in finding.resource
    assert not {operation for _, operation, _ in failures.calls} & set(OPERATIONS)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
@pytest.mark.parametrize("refused", REFUSALS, ids=lambda refused: "+".join(sorted(refused)))
@pytest.mark.parametrize("slug", ["proved-last-week", "happened-on-a-broken-path", "drilled-last-week"])
def test_a_refused_call_proves_less_and_changes_no_verdict(slug, refused, code, provider, failures):
    build(provider, slug)
    for operation in refused:
        failures.refuse(operation, code)
    finding = finding_of()
    assert finding.status == find(slug).verdict
    proof = finding.resource["proof"]
    assert proof["grade"] in ("rang", "never seen", "drilled")
    assert proof["nobody_was_told"] is None
    assert f"({code})" in " ".join(proof["unread"])
    assert "Not read for the proof" in finding.status_extended


@pytest.mark.parametrize("refused", REFUSALS, ids=lambda refused: "+".join(sorted(refused)))
def test_who_may_not_look_says_nothing_unexpected(refused, provider, failures):
    build(provider, "happened-and-told-nobody")
    for operation in refused:
        failures.refuse(operation)
    assert finding_of().status == "PASS"


@pytest.mark.parametrize("region", ["eu-west-1", None])
def test_a_call_that_fails_makes_no_better_verdict_of_what_happened(region, provider, failures):
    build(provider, "happened-and-told-nobody")
    assert finding_of().status == "MANUAL"
    for operation in sorted({operation for _, operation, _ in failures.calls} - set(OPERATIONS)):
        again = StandInProvider({REGION, "eu-west-1"}, config=provider.audit_config)
        once_for(again, Pace, lambda _: Pace(0))
        Provider.set_global_provider(again)
        failures.restore()
        failures.refuse(operation, region=region)
        assert finding_of().status == "MANUAL", operation


def test_a_trail_whose_listing_lacks_its_arn_makes_no_better_verdict(provider, failures):
    build(provider, "happened-and-told-nobody")

    def nameless(answer):
        return {**answer, "trailList": [{**answer["trailList"][0], "TrailARN": None}, *answer["trailList"]]}

    failures.change("DescribeTrails", nameless)
    finding = finding_of()
    assert finding.status == "MANUAL"
    assert finding.resource["proof"]["no_alarm_read_told"]["ends_at"] == "action"


def test_a_region_that_does_not_list_its_trails_takes_nothing_from_the_proof(provider, failures):
    build(provider, "proved-last-week")
    failures.refuse("DescribeTrails", region="eu-west-1")
    proof = finding_of().resource["proof"]
    assert (proof["grade"], proof["unchanged_since"]) == ("proved", True)


def test_a_region_that_refuses_a_lookup_is_not_asked_again_and_again(provider, failures):
    build(provider, "proved-last-week")
    failures.refuse("LookupEvents", region="eu-west-1")
    assert finding_of().resource["proof"]["grade"] == "proved"
    asked = Counter(region for _, operation, region in failures.calls if operation == "LookupEvents")
    assert asked["eu-west-1"] < asked[REGION] / 2


def without(member, kind=None):
    """The embedded account's histories, an answer of which lacks a member of its records."""

    def answer(response):
        for told in (*response.get("AlarmHistoryItems", ()), *response.get("Events", ())):
            if kind in {None, told.get("HistoryItemType")}:
                told.pop(member, None)
        return response

    return answer


@pytest.mark.parametrize(
    ("slug", "operation", "answer", "error"),
    [
        ("proved-last-week", "DescribeAlarmHistory", without("HistoryData", "StateUpdate"), "AnswerWithoutHistoryData"),
        ("proved-last-week", "DescribeAlarmHistory", without("HistoryItemType"), "AnswerWithoutHistoryItemType"),
        ("proved-last-week", "DescribeAlarmHistory", without("Timestamp"), "AnswerWithoutTimestamp"),
        ("proved-last-week", "LookupEvents", without("CloudTrailEvent"), "AnswerWithoutCloudTrailEvent"),
        ("happened-before-the-metric", "DescribeAlarmHistory", without("HistoryItemType"), None),
    ],
)
def test_records_that_cannot_be_read_are_not_none(slug, operation, answer, error, provider, failures):  # noqa: PLR0917
    build(provider, slug)
    failures.change(operation, answer)
    finding = finding_of()
    proof = finding.resource["proof"]
    assert finding.status == find(slug).verdict
    assert proof["grade"] != "proved"
    assert (error is None) or f"({error})" in finding.status_extended
    assert proof["nobody_was_told"] is None or error is None


def test_a_data_of_an_action_that_is_missing_takes_nothing(provider, failures):
    build(provider, "proved-last-week")
    failures.change("DescribeAlarmHistory", without("HistoryData", "Action"))
    assert finding_of().resource["proof"]["grade"] == "proved"


@pytest.mark.parametrize(("kind", "told"), [("Update", "a change of its configuration"), ("Create", "its creation")])
def test_a_change_in_the_alarms_history_voids_the_proof(kind, told, provider):
    build(provider, "proved-last-week")
    where = {"at": ago(days=1), "region": REGION}
    moto_gaps.add_alarm_history("root-usage", "ConfigurationUpdate", "Alarm updated", {"type": kind}, **where)
    proof = finding_of().resource["proof"]
    assert (proof["grade"], proof["void"]["changed"], proof["void"]["by"]) == ("never seen", "alarm", told)


@pytest.mark.parametrize("refused", ["FilterLogEvents", "TestMetricFilter"])
def test_a_refused_matcher_compares_less(refused, provider, failures):
    build(provider, "filters-agree")
    failures.refuse(refused)
    finding = finding_of()
    assert finding.status == "PASS"
    assert finding.resource["proof"]["matching"]["compared"] > 0
    assert f"Not read for the proof: logs:{refused}" in finding.status_extended


def test_a_defect_of_the_proof_takes_nothing_from_the_verdict(provider, monkeypatch):
    build(provider, "proved-last-week")
    monkeypatch.setattr(history_calls, "PERIOD", None)
    finding = finding_of()
    assert finding.status == "PASS"
    assert "could not be judged (TypeError)" in finding.status_extended


def test_all_controls_together_stay_within_the_budget(provider, failures):
    build(provider, "proved-last-week", proof_filters=True)
    for slug in CONTROLS:
        finding_of(slug)
    calls = Counter(OPERATIONS[name] for _, name, _ in failures.calls if name in OPERATIONS)
    assert set(calls) == set(BUDGET)
    assert all(calls[name] <= BUDGET[name] for name in BUDGET)
    in_one_region = [region for _, name, region in failures.calls if name == "LookupEvents" and region == REGION]
    assert len(in_one_region) <= 120


def test_the_documentation_states_the_budget():
    stated = {}
    for line in (ROOT / "docs" / "proof.md").read_text(encoding="utf-8").split("## Calls and cost")[1].splitlines():
        if line.startswith("| `"):
            calls, number = line.split("|")[1:3]
            for call in re.findall(r":(\w+)`", calls):
                stated[OPERATIONS[call]] = int(re.match(r" ([\d,]+)", number)[1].replace(",", ""))
    assert stated == BUDGET


def test_no_question_is_put_twice(provider, failures):
    build(provider, "proved-last-week")
    for _ in range(2):
        finding_of()
    asked = Counter(operation for _, operation, _ in failures.calls)
    assert asked["GetMetricData"] == 1
    assert asked["DescribeAlarmHistory"] == 1


@pytest.mark.parametrize("spent", list(OPERATIONS.values())[:3])
def test_what_is_over_the_budget_is_not_known(spent, provider):
    once_for(provider, Budget, lambda _: Budget({**BUDGET, spent: 0}))
    build(provider, "proved-last-week")
    finding = finding_of()
    assert finding.status == "PASS"
    assert finding.resource["proof"]["grade"] != "proved"
    assert "(CallBudgetSpent)" in finding.status_extended


def test_calls_start_half_a_second_apart_in_a_region_and_at_once_in_two(monkeypatch):
    slept = []
    monkeypatch.setattr(history_calls.time, "sleep", slept.append)
    monkeypatch.setattr(history_calls.time, "monotonic", lambda: 100.0)
    pace = Pace()
    for region in ("us-east-1", "us-east-1", "eu-west-1", "us-east-1"):
        pace.wait(history_calls.Scope(account="111122223333", region=region))
    assert slept == [0.0, 0.5, 0.0, 1.0]


def test_an_event_that_newer_ones_of_its_name_hide_is_found_around_the_ringing(provider, monkeypatch):
    monkeypatch.setattr(history_calls, "MOST_EVENTS", 1)
    build(provider, "proof-of-a-busy-root-user")
    assert finding_of().resource["proof"]["grade"] == "proved"
