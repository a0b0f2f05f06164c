"""How many AWS calls all fifteen checks together may make; the README states the same numbers."""

from collections import Counter
from dataclasses import replace

import boto3
import pytest

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.demo.blueprint import LOG_GROUP
from prowler_cis_monitoring.services.account_resources import resources_of
from tests.benchmarks.accounts import LARGE, REGIONS, SMALL, fill
from tests.findings import finding_of
from tests.stand_in_provider import StandInProvider

# Page sizes of moto; AWS gives 50 filters and 100 alarms a page at most.
_FILTERS_A_PAGE, _ALARMS_A_PAGE = 50, 100


@pytest.fixture
def calls_of(aws, failures, monkeypatch):
    """Count the calls, by name, of all fifteen checks on an account of a size; each page is a call."""

    def count(size, *, disabled=(), expected=frozenset({"PASS"})):
        fill(size)
        boto3.client("cloudwatch").disable_alarm_actions(AlarmNames=list(disabled))
        provider = StandInProvider(REGIONS)
        monkeypatch.setattr("prowler.providers.common.provider.Provider._global", provider)
        failures.calls.clear()
        statuses = {finding_of(slug).status for slug in CONTROLS}
        assert statuses == expected
        return Counter(operation for _, operation, _ in failures.calls), provider

    return count


def test_a_large_account_costs_no_more_than_the_budget(calls_of):
    calls, provider = calls_of(LARGE)
    topics = len(resources_of(provider).topics)
    assert topics == LARGE.topics_on_paths
    regions_with_trails = min(LARGE.trails - 1, len(REGIONS))
    budget = {
        "DescribeTrails": len(REGIONS),
        "GetTrailStatus": LARGE.trails,
        "GetEventSelectors": LARGE.trails,
        "DescribeLogGroups": LARGE.trails,
        "DescribeMetricFilters": LARGE.trails - 1 + -(-15 // _FILTERS_A_PAGE),
        "DescribeAlarms": regions_with_trails - 1 + -(-(LARGE.alarms + LARGE.alarms_on_paths) // _ALARMS_A_PAGE),
        "GetTopicAttributes": topics,
        "ListSubscriptionsByTopic": topics,
        "GetSubscriptionAttributes": topics,
        "DescribeKey": topics,
        "GetKeyPolicy": topics,
    }
    assert set(calls) <= set(budget)
    assert {name: number for name, number in calls.items() if number > budget[name]} == {}


@pytest.mark.parametrize("more", [{"log_groups": 300}, {"topics": 150}, {"log_groups": 80, "alarms": 60}])
def test_unrelated_resources_cost_nothing(more, calls_of):
    # One page of alarms holds 100: those of the Region are read, whatever they watch.
    calls, _ = calls_of(replace(SMALL, **more))
    assert calls == {
        "DescribeTrails": len(REGIONS),
        **dict.fromkeys(("GetTrailStatus", "GetEventSelectors", "DescribeLogGroups", "DescribeMetricFilters"), 1),
        **dict.fromkeys(("DescribeAlarms", "GetTopicAttributes", "ListSubscriptionsByTopic"), 1),
        "GetSubscriptionAttributes": 1,
    }


@pytest.mark.parametrize("unrelated_rules", [0, 40])
def test_a_control_that_fails_costs_a_look_at_event_rules_in_each_region(unrelated_rules, calls_of):
    events = boto3.client("events", region_name=REGIONS[0])
    pattern = '{"source": ["aws.ec2"], "detail-type": ["EC2 Instance State-change Notification"]}'
    for number in range(unrelated_rules):
        events.put_rule(Name=f"of-team-{number}", EventPattern=pattern)
    calls, _ = calls_of(SMALL, disabled=["root-usage"], expected={"PASS", "FAIL"})
    assert calls["ListRules"] == len(REGIONS)
    assert calls["ListLinks"] == 1
    assert calls["DescribeSubscriptionFilters"] == 1
    assert calls["ListTargetsByRule"] == 0
    assert sum(calls.values()) == len(REGIONS) + 8 + len(REGIONS) + 2


def test_log_groups_whose_names_begin_like_the_trails_cost_nothing(calls_of):
    for number in range(120):
        boto3.client("logs").create_log_group(logGroupName=f"{LOG_GROUP}-of-team-{number}")
    calls, _ = calls_of(SMALL)
    assert calls["DescribeLogGroups"] == 1


def test_the_second_to_the_fifteenth_check_make_no_call(calls_of, failures):
    calls_of(SMALL)
    made = len(failures.calls)
    for slug in CONTROLS:
        finding_of(slug)
    assert len(failures.calls) == made
