"""Filters that match the same event: together they may ring an alarm, raise a composite one, or keep it silent."""

import pytest

from prowler_cis_monitoring.alert_path.verdict import Status
from tests.alert_path.builders import alarm, composite, metric_filter
from tests.alert_path.test_verdict import DELETES, GROUP_ARN, group, resources, rules, verdict

SAME = "{ $.eventName = *Vpc }"
PART = "{ $.eventName = DeleteVpc }"
APART = "{ $.eventName = StopLogging }"


def main_filter(**changes):
    return metric_filter(pattern=DELETES, **changes)


def other_filter(pattern, **changes):
    return metric_filter(**{"name": "beside", "pattern": pattern, **changes})


@pytest.mark.parametrize(
    ("beside", "status"), [(SAME, Status.PASS), (PART, Status.FAIL), (APART, Status.FAIL), ("{ oops", Status.MANUAL)]
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


def test_filters_of_other_metrics_do_not_matter():
    found = verdict(resources(main_filter(), other_filter(SAME, metric_name="Other"), alarms=(alarm(threshold=2.0),)))
    assert found.status is Status.FAIL
    assert "filter-beside-others" not in rules(found)


def test_filters_of_other_log_groups_do_not_matter():
    elsewhere = group(other_filter(SAME), arn=f"{GROUP_ARN}-of-a-team", name="of-a-team")
    groups = {GROUP_ARN: group(main_filter()), elsewhere.arn: elsewhere}
    found = verdict(resources(log_groups=groups, alarms=(alarm(threshold=2.0),)))
    assert found.status is Status.FAIL
    assert "filter-beside-others" not in rules(found)


@pytest.mark.parametrize(
    "changes",
    [
        {"field_selection": '@aws.account = "777788889999"'},
        {"on_transformed_logs": True},
        {"value": "$.n"},
        {"dimensions": {"Name": "$.eventName"}},
    ],
)
def test_filters_that_may_not_publish_reach_no_threshold(changes):
    found = verdict(resources(main_filter(), other_filter(SAME, **changes), alarms=(alarm(threshold=2.0),)))
    assert found.status is not Status.PASS


def test_an_alarm_of_one_dimension_is_not_moved_by_every_event():
    second = alarm("second", metric_name="Second", dimensions={"Name": "DeleteVpc"}, alarm_actions=())
    beside = other_filter(SAME, metric_name="Second", dimensions={"Name": "$.eventName"})
    parent = composite(rule='ALARM("root-usage") AND ALARM("second")')
    found = verdict(resources(main_filter(), beside, alarms=(alarm(alarm_actions=()), second), parents=(parent,)))
    assert found.status is Status.FAIL


def test_a_filter_for_everyday_events_is_noise_in_every_share():
    noisy = other_filter("{ $.eventName = * }")
    assert verdict(resources(main_filter(), noisy, alarms=(alarm(threshold=2.0),))).status is Status.FAIL


@pytest.mark.parametrize(
    ("rule", "suppressor"),
    [('ALARM("root-usage") AND NOT ALARM("second")', None), ('ALARM("root-usage")', "second")],
)
@pytest.mark.parametrize("changes", [{"statistic": "p90"}, {"statistic": "tm90"}])
def test_an_alarm_of_which_nobody_knows_whether_it_rings_may_hold_back_the_parent(changes, rule, suppressor):
    alarms = (alarm(alarm_actions=()), alarm("second", alarm_actions=(), **changes))
    found = verdict(
        resources(main_filter(default=0.0), alarms=alarms, parents=(composite(rule=rule, suppressor=suppressor),))
    )
    assert found.status is Status.MANUAL


def test_alarms_that_tell_somebody_themselves_need_no_parent():
    names = [f"f{number}" for number in range(6)]
    filters = [metric_filter(name=name, pattern=SAME, metric_name=name) for name in names]
    alarms = [alarm(f"on-{name}", metric_name=name) for name in names]
    children = ", ".join(f'"on-{name}"' for name in names)
    found = verdict(resources(*filters, alarms=alarms, parents=(composite(rule=f"AT_LEAST(2, ALARM, ({children}))"),)))
    assert found.status is Status.PASS
    assert found.sentence.count("→ alarm") == 1


def test_a_parent_that_needs_an_alarm_which_no_filter_moves_is_broken_in_every_share():
    names = [f"f{number}" for number in range(6)]
    filters = [metric_filter(name=name, pattern=SAME, metric_name=name) for name in names]
    alarms = [alarm(f"on-{name}", metric_name=name, alarm_actions=()) for name in (*names, "x")]
    rule = " AND ".join(f'ALARM("on-{name}")' for name in (*names, "x"))
    assert verdict(resources(*filters, alarms=alarms, parents=(composite(rule=rule),))).status is Status.FAIL


def test_shares_that_work_that_cannot_be_seen_and_that_are_missing_are_told_as_failure():
    filters = (
        metric_filter(pattern="{ $.eventName = CreateVpc || $.eventName = DeleteVpc }"),
        other_filter("{ $.eventName = DeleteVpc }", value="$.n"),
    )
    names = " || ".join(f"$.eventName = {name}" for name in ("CreateVpc", "DeleteVpc", "ModifyVpcAttribute"))
    found = verdict(resources(*filters), f"{{ $.eventSource = ec2.amazonaws.com && ({names}) }}")
    assert found.status is Status.FAIL
    assert found.missed_event["eventName"] == "ModifyVpcAttribute"


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
