"""Matching everyday events takes bounded work, and who makes it hard takes nothing from others."""

import pytest

from prowler_cis_monitoring.alert_path.accounts import everyday_events
from prowler_cis_monitoring.alert_path.everyday import (
    MOST_REGIONS,
    _places_that_tell_accounts,
    affordable,
    happenings,
)
from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.verdict import Status
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decide
from prowler_cis_monitoring.filter_pattern import EVERYDAY_EVENTS, parse
from prowler_cis_monitoring.filter_pattern.events import ACCOUNT as EXAMPLE_ACCOUNT
from prowler_cis_monitoring.filter_pattern.facts import GLOBAL_SOURCES
from prowler_cis_monitoring.filter_pattern.pattern import any_of
from prowler_cis_monitoring.settings import Settings
from tests.alert_path.builders import ACCOUNT, alarm, metric_filter, slugs
from tests.alert_path.test_verdict import resources

HARD = [f"%a{{1000}}.{{1000}}b{{1000}}c{{1000}}{number}%" for number in range(100)]
ROOT = CONTROLS["root_usage"]


def judged(*patterns):
    filters = [metric_filter(name=f"f{n}", pattern=p, metric_name=f"m{n}") for n, p in enumerate(patterns)]
    alarms = tuple(alarm(f"on-{n}", metric_name=f.metric_name) for n, f in enumerate(filters))
    return AlertPaths(resources(*filters, alarms=alarms))


def test_an_alarm_that_works_passes_beside_a_hundred_hard_filters():
    paths = judged(*HARD[1:], ROOT.suggested_pattern)
    verdict = decide(ROOT, paths, Settings(), None)
    assert verdict.status is Status.PASS
    assert {path.name_of("metric filter") for path in verdict.paths} == {"f99"}


def test_a_filter_that_is_too_hard_is_said_to_be():
    verdict = decide(ROOT, judged(*HARD), Settings(), None)
    assert verdict.status is Status.MANUAL
    assert {slug for path in verdict.paths for slug in slugs(path)} == {"filter-pattern-too-hard"}
    assert "takes too much work to be decided" in verdict.sentence


def test_simple_patterns_are_asked_first_and_hard_ones_as_long_as_they_fit():
    simple = [parse(f'{{ $.eventName = "A{number}" }}') for number in range(100)]
    hard = [parse(text) for text in HARD]
    found, regions = affordable([*hard, *simple], [], ["eu-west-1"])
    assert found.issuperset(simple)
    assert 0 < len(found.intersection(hard)) < 20
    # One stands for those that nobody names.
    assert regions == ("eu-west-1", "us-east-1")


def test_what_trails_record_is_asked_first():
    simple = [parse('{ $.eventName = "A" }')]
    recorded = any_of(*(parse(text) for text in HARD))
    assert affordable(simple, [], ["eu-west-1"])[0]
    assert not affordable(simple, [recorded], ["eu-west-1"])[0]


def test_regions_that_nobody_has_take_nothing_from_others():
    made_up = [parse(f"{{ $.awsRegion = aa-{chr(97 + n % 26)}{chr(97 + n // 26)}-1 }}") for n in range(100)]
    several = parse('{ ($.awsRegion = "us-east-1") || ($.awsRegion = "ca-west-1") }')
    found, regions = affordable([*made_up, several], [], ["eu-west-1"])
    assert len(regions) == MOST_REGIONS + 1
    assert len(found) < 100


@pytest.mark.parametrize(
    ("partition", "pattern", "expected"),
    [
        ("aws", '{ $.awsRegion = "us-east-1" }', {"us-east-1", "eu-west-1"}),
        ("aws", "{ $.awsRegion = eu-* }", {"us-east-1", "us-west-2", "eu-west-1", "sa-east-1", "me-central-1"}),
        ("aws", '{ $.* = "eu-west-1" }', {"us-east-1", "us-west-2", "eu-west-1"}),
        ("aws", '"ap-"', {"us-east-1", "ap-southeast-2"}),
        ("aws-cn", "{ $.awsRegion = cn-northwest-1 }", {"cn-north-1", "cn-northwest-1"}),
        ("aws-us-gov", "{ $.eventName = A }", {"us-gov-west-1"}),
    ],
)
def test_a_region_that_nobody_names_stands_for_the_others(partition, pattern, expected):
    home = {"aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-east-1"}[partition]
    _, regions = affordable([parse(pattern)], [], [home], partition)
    assert expected <= set(regions)
    assert (len(regions) == 2) is (len(expected) < 3 and "ap-" not in pattern)


def test_a_pattern_that_tells_regions_apart_is_asked_in_each():
    here = parse('{ $.awsRegion = "eu-west-1" }')
    anywhere = parse("{ $.eventName = * }")
    found = list(happenings(ACCOUNT, ["eu-west-1", "us-east-1"]))
    of_one_region = [one for one in EVERYDAY_EVENTS if one.record["eventSource"] in GLOBAL_SOURCES]
    assert len(found) == 2 * len(EVERYDAY_EVENTS) - len(of_one_region)
    assert all(event.matches(here) is (event.region == "eu-west-1") for event in found)
    assert all(event.matches(anywhere) for event in found)


def test_everyday_events_of_global_services_are_recorded_in_one_region_of_the_standard_partition():
    iam = parse('{ $.eventSource = "iam.amazonaws.com" }')
    for partition, regions in (("aws", {"us-east-1"}), ("aws-us-gov", {"us-gov-west-1", "us-gov-east-1"})):
        found = happenings(ACCOUNT, ["us-gov-west-1", "us-gov-east-1"], partition)
        assert {event.region for event in found if event.matches(iam)} == regions


@pytest.mark.parametrize("account", [ACCOUNT, "444455556666"])
def test_what_is_decided_for_all_accounts_together_is_what_each_would_decide(account):
    asked = [parse(control.suggested_pattern) for control in CONTROLS.values()]
    asked += [
        parse(f'{{ ($.userIdentity.accountId = "{account}") && ($.eventName = "A*") }}'),
        parse(f'{{ $.userIdentity.arn = "*:{account}:*" }}'),
        parse(f'{{ $.recipientAccountId != "{account}" }}'),
        parse('{ $.userIdentity.sessionContext.sessionIssuer.userName = "*" }'),
        parse("{ $.requestParameters NOT EXISTS }"),
        parse(account),
    ]
    records = {event.name: event.record for event in everyday_events(account)}
    for event in happenings(account, ["eu-west-1"]):
        record = {**records[event.name], "awsRegion": event.region}
        assert [event.matches(one) for one in asked] == [one.matches(record) for one in asked]


def test_no_member_is_named_as_an_account():
    assert not any(EXAMPLE_ACCOUNT in str(step) for steps in _places_that_tell_accounts() for step in steps)
