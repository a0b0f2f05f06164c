"""The patterns that are installed: no more than is missing, without approved exclusions, within AWS's limits."""

import pytest

from prowler_cis_monitoring.alert_path.resources import BasicEventSelector, EventSelectors, MetricFilter
from prowler_cis_monitoring.alert_path.verdict import Status
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.filter_pattern import any_of, parse
from prowler_cis_monitoring.remedy import propose
from prowler_cis_monitoring.remedy.changes import PutMetricFilter, apply_all
from prowler_cis_monitoring.remedy.patterns import has_regex, narrowed
from prowler_cis_monitoring.remedy.proof import Judged
from prowler_cis_monitoring.settings import KEY, Settings
from tests.simulator.accounts import Plan, _group, _trail
from tests.simulator.records import ACCOUNT

ADDRESS = "security@example.com"


def account(*patterns):
    """An account whose log group has filters with these patterns, and no alarm."""
    plan = Plan("root_usage", trails=[_trail("all", "trail")], groups=[("trail", _group("trail"))])
    plan.filters = [
        (0, MetricFilter(name=f"f{n}", log_group="trail", pattern=text, metric_name=f"M{n}", namespace="Theirs"))
        for n, text in enumerate(patterns)
    ]
    return plan.resources()


def excluding(control, *exclusions):
    return Settings.read({KEY: {"controls": {control: {"exclusions": list(exclusions)}}}})


def installed(control, resources, settings=None):
    """The patterns of the filters that a proved fix creates."""
    fix = propose(resources, control, settings=settings, email=ADDRESS)
    after = Judged(apply_all(resources, (*fix.changes, *fix.by_person)), settings or Settings())
    assert fix.mends, fix.reason
    assert after.verdict(control).status is Status.PASS
    return [change.pattern for change in fix.changes if isinstance(change, PutMetricFilter)]


ROOT_EVENT = {
    "eventType": "AwsApiCall",
    "eventName": "CreateUser",
    "sourceIPAddress": "192.0.2.7",
    "userAgent": "console",
    "userIdentity": {"type": "Root", "arn": f"arn:aws:iam::{ACCOUNT}:root"},
}


@pytest.mark.parametrize(
    ("exclusion", "also_rings_for"),
    [
        ("{ $.sourceIPAddress = 192.0.2.7 }", {"sourceIPAddress": "192.0.2.8"}),
        ('{ ($.sourceIPAddress = 192.0.2.7) && ($.userAgent = "con*") }', {"userAgent": "aws-cli"}),
        ("{ $.sourceIPAddress = %192\\.0\\.2\\.[0-9]% }", {"sourceIPAddress": "198.51.100.1"}),
        ('{ ($.userAgent = "console") || ($.sourceIPAddress = 198.51.*) }', {"userAgent": "aws-cli"}),
        ("{ $.sourceIPAddress != 198.51.100.1 }", {"sourceIPAddress": "198.51.100.1"}),
    ],
)
def test_the_installed_pattern_leaves_alone_what_the_user_has_approved(exclusion, also_rings_for):
    (text,) = installed("root_usage", account(), excluding("root_usage", exclusion))
    assert not parse(text).matches(ROOT_EVENT)
    assert parse(text).matches({**ROOT_EVENT, **also_rings_for})


def test_an_exclusion_that_the_language_cannot_turn_into_its_opposite_leaves_the_pattern_whole():
    (text,) = installed("root_usage", account(), excluding("root_usage", "{ $.readOnly IS TRUE }"))
    assert text == CONTROLS["root_usage"].suggested_pattern


def test_exclusions_for_which_there_is_no_room_leave_the_pattern_whole():
    arns = (f'($.userIdentity.arn = "arn:aws:iam::{ACCOUNT}:role/deploy-{number}")' for number in range(14))
    (text,) = installed("vpc_changes", account(), excluding("vpc_changes", f"{{ {' || '.join(arns)} }}"))
    assert text == CONTROLS["vpc_changes"].suggested_pattern


def test_a_log_group_with_five_regular_expressions_gets_no_sixth():
    five = account(*(f"{{ $.eventName = %Never{number}% }}" for number in range(5)))
    exclusion = excluding("root_usage", "{ $.sourceIPAddress = %192\\.0\\.2\\.[0-9]% }")
    (text,) = installed("root_usage", five, exclusion)
    assert not has_regex(text)


def test_a_log_group_with_a_hundred_filters_gets_no_more():
    full = account(*(f"{{ $.eventName = Never{number} }}" for number in range(100)))
    fix = propose(full, "root_usage", email=ADDRESS)
    assert not any(isinstance(change, PutMetricFilter) for change in fix.changes)
    assert not fix.mends
    assert fix.reason == "log group trail has 100 metric filters, which is all that AWS allows"
    assert fix.steps[0].startswith("Delete a metric filter of log group trail")


def test_a_trail_with_five_event_selectors_gets_no_more():
    found = account()
    selectors = EventSelectors(basic=(BasicEventSelector(read_write_type="WriteOnly"),) * 5)
    trails = tuple(trail.model_copy(update={"selectors": selectors}) for trail in found.trails)
    fix = propose(found.model_copy(update={"trails": trails}), "root_usage", email=ADDRESS)
    assert not fix.mends
    assert "has 5 event selectors, which is all that AWS allows" in fix.reason
    assert fix.steps[0].startswith("Let one of the event selectors of trail")


def test_a_log_group_with_room_for_one_filter_gets_one():
    assert len(installed("root_usage", account(*(f"{{ $.eventName = Never{n} }}" for n in range(99))))) == 1


def test_what_does_not_fit_into_one_pattern_becomes_several():
    names = [f"SomeVeryLongNameOfAnEventNumber{number}" for number in range(60)]
    whole = any_of(*(parse(f"{{ $.eventName = {name} }}") for name in names))
    texts = narrowed(whole, lambda piece: True)
    assert len(texts) == 3
    assert all(len(text) <= 1024 for text in texts)
    for name in names:
        assert sum(parse(text).matches({"eventName": name}) for text in texts) == 1


def test_what_all_alternatives_have_in_common_is_written_once():
    exclusion = excluding("organizations_changes", '{ $.userIdentity.arn = "*/deploy-by-the-pipeline" }')
    some = account("{ ($.eventSource = organizations.amazonaws.com) && ($.eventName = CreateAccount) }")
    (text,) = installed("organizations_changes", some, exclusion)
    assert text.count("deploy-by-the-pipeline") == 1


@pytest.mark.parametrize("control", CONTROLS.values(), ids=lambda control: control.slug)
def test_what_is_suggested_is_within_the_limits_of_aws(control):
    assert len(control.suggested_pattern) <= 1024
    assert not has_regex(control.suggested_pattern)


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("{ $.a = %x% }", True),
        ("%x%", True),
        ("[a, b = %x%]", True),
        ("{ ($.a = 1) && ($.b != %x%) }", True),
        ('{ $.a = "%x%" }', False),
        ("ERROR", False),
        ("{ broken", False),
    ],
)
def test_regular_expressions_are_found_wherever_they_stand(text, has):
    assert has_regex(text) is has
