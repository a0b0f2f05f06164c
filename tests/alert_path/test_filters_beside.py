"""Filters that match the same event: together they may ring an alarm, raise a composite one, or keep it silent."""

import pytest
from prowler_cis_monitoring.alert_path.verdict import Status

from tests.alert_path.builders import alarm, composite, metric_filter
from tests.alert_path.test_verdict import DELETES, resources, rules, verdict

SAME = "{ $.eventName = *Vpc }"
PART = "{ $.eventName = DeleteVpc }"
APART = "{ $.eventName = StopLogging }"


def main_filter(**changes):
    return metric_filter(pattern=DELETES, **changes)


def other_filter(pattern, **changes):
    return metric_filter(**{"name": "beside", "pattern": pattern, **changes})


@pytest.mark.parametrize(
    ("beside", "status"), [(SAME, Status.PASS), (PART, Status.FAIL), (APART, Status.FAIL), ("{ oops", Status.FAIL)]
)
def test_two_filters_that_match_one_event_reach_a_threshold_of_two(beside, status):
    found = verdict(resources(main_filter(), other_filter(beside), alarms=(alarm(threshold=2.0),)))
    assert found.status is status
    assert ("matches too" in found.sentence) is (status is Status.PASS)


def test_what_one_filter_counts_and_the_other_does_not_is_the_missed_event():
    found = verdict(resources(main_filter(), other_filter(PART), alarms=(alarm(threshold=2.0),)))
    assert found.missed_event["eventName"] == "CreateVpc"
    assert found.sentence.startswith("Somebody is not always told")


def test_a_filter_that_takes_away_what_another_adds_silences_what_both_match():
    found = verdict(resources(main_filter(), other_filter(PART, value="-1")))
    assert found.status is Status.FAIL
    assert found.missed_event["eventName"] == "DeleteVpc"


def test_filters_of_other_log_groups_and_of_other_metrics_do_not_matter():
    found = verdict(resources(main_filter(), other_filter(SAME, metric_name="Other"), alarms=(alarm(threshold=2.0),)))
    assert found.status is Status.FAIL
    assert "filter-beside-others" not in rules(found)


def test_filters_that_change_nothing_are_not_told():
    found = verdict(resources(main_filter(), other_filter(SAME)))
    assert found.status is Status.PASS
    assert rules(found) == []


def test_too_many_filters_are_unseen():
    names = ("a", "b", "c", "d")
    few, many = ([metric_filter(name=name, pattern=SAME, value="0.5") for name in some] for some in (names[:3], names))
    half = {"value": "0.5"}
    assert verdict(resources(main_filter(**half), *few, alarms=(alarm(),))).status is Status.PASS
    found = verdict(resources(main_filter(**half), *many, alarms=(alarm(),)))
    assert found.status is Status.MANUAL
    assert "match the same event: b, c, d and 1 more" in found.sentence


@pytest.mark.parametrize(
    ("rule", "beside", "status"),
    [
        ('ALARM("root-usage") AND ALARM("second")', SAME, Status.PASS),
        ('ALARM("root-usage") AND ALARM("second")', PART, Status.FAIL),
        ('ALARM("root-usage") AND ALARM("second")', APART, Status.FAIL),
        ('ALARM("root-usage") OR ALARM("second")', PART, Status.PASS),
        ('ALARM("root-usage") AND NOT ALARM("second")', APART, Status.PASS),
        ('ALARM("root-usage") AND NOT ALARM("second")', PART, Status.FAIL),
        ('ALARM("root-usage") AND NOT ALARM("second")', SAME, Status.FAIL),
    ],
)
def test_alarms_of_two_filters_under_one_parent(rule, beside, status):
    alarms = (alarm(alarm_actions=()), alarm("second", metric_name="Second", alarm_actions=()))
    found = verdict(
        resources(
            main_filter(), other_filter(beside, metric_name="Second"), alarms=alarms, parents=(composite(rule=rule),)
        )
    )
    assert found.status is status


@pytest.mark.parametrize(("beside", "status"), [(SAME, Status.FAIL), (PART, Status.FAIL), (APART, Status.PASS)])
def test_alarm_of_another_filter_that_suppresses_the_parent(beside, status):
    alarms = (alarm(alarm_actions=()), alarm("second", metric_name="Second", alarm_actions=()))
    parent = composite(suppressor="second")
    found = verdict(
        resources(main_filter(), other_filter(beside, metric_name="Second"), alarms=alarms, parents=(parent,))
    )
    assert found.status is status


def test_one_parent_over_many_alarms_is_one_path():
    names = [f"f{number}" for number in range(6)]
    filters = [metric_filter(name=name, pattern=SAME, metric_name=name) for name in names]
    alarms = [alarm(f"on-{name}", metric_name=name, alarm_actions=()) for name in names]
    rule = " OR ".join(f'ALARM("on-{name}")' for name in names)
    found = verdict(resources(*filters, alarms=alarms, parents=(composite(rule=rule),)))
    assert found.status is Status.PASS
    assert rules(found) == []
