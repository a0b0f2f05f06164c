import pytest

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.verdict import Status
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decide
from prowler_cis_monitoring.settings import Settings
from prowler_cis_monitoring.snapshot.inventory import items, without
from prowler_cis_monitoring.snapshot.weak_points import weak_points
from tests.alert_path.builders import TOPIC_ARN, alarm, composite, metric_filter, subscription, topic
from tests.alert_path.test_trail import trail
from tests.alert_path.test_verdict import resources
from tests.simulator.accounts import account
from tests.simulator.draws import Draws

ROOT = CONTROLS["root_usage"]
ONLY_ROOT = {"root_usage": ROOT}
OTHER_ARN = f"{TOPIC_ARN}-too"


def one_path(**changes):
    return resources(metric_filter(pattern=ROOT.suggested_pattern), **changes)


def told(found, controls=ONLY_ROOT):
    return {str(point.item): point.controls for point in weak_points(found, Settings(), controls)}


def test_of_one_path_every_resource_is_a_weak_point():
    assert told(one_path()) == dict.fromkeys(
        (
            "trail all",
            "log group trail",
            "metric filter root",
            "alarm root-usage",
            "topic alerts",
            "subscription email security@example.com",
        ),
        ("root_usage",),
    )


def test_what_there_is_twice_is_no_weak_point():
    both = one_path(topics={TOPIC_ARN: topic(subscription(), subscription("sms", arn=f"{TOPIC_ARN}:2", endpoint="+1"))})
    assert not any(name.startswith("subscription") for name in told(both))
    assert "topic alerts" in told(both)


def test_a_control_that_fails_hangs_on_nothing():
    assert told(one_path(alarms=(alarm(actions_enabled=False),))) == {}


def test_a_composite_alarm_is_one():
    found = one_path(alarms=(alarm(alarm_actions=()),), parents=(composite(),))
    assert told(found)["composite alarm parent"] == ("root_usage",)


def test_those_on_which_most_controls_hang_stand_first():
    filters = [
        metric_filter(name=one.slug, pattern=one.suggested_pattern, metric_name=one.slug) for one in CONTROLS.values()
    ]
    alarms = tuple(alarm(one.slug, metric_name=one.slug) for one in CONTROLS.values())
    points = weak_points(resources(*filters, alarms=alarms), Settings())
    assert len(points[0].controls) == len(CONTROLS)
    assert [len(point.controls) for point in points] == sorted((len(point.controls) for point in points), reverse=True)


@pytest.mark.parametrize("kind", ["trail", "log group", "metric filter", "alarm", "topic", "subscription"])
def test_an_account_without_a_resource_lacks_it_and_nothing_else(kind):
    found = one_path()
    (gone,) = [item for item in items(found) if item.kind == kind]
    left = {item.key: item.value for item in items(without(found, gone))}
    assert left.get(gone.key) is None
    beneath = {"log group": {"metric filter"}, "topic": {"subscription"}}.get(kind, set())
    for item in items(found):
        if item.key != gone.key and item.kind not in beneath and (kind, item.kind) not in NESTED:
            assert left[item.key] == item.value


NESTED = {("metric filter", "log group"), ("subscription", "topic")}


@pytest.mark.parametrize("seed", range(40))
def test_weak_points_are_those_that_leaving_out_each_resource_shows(seed):
    slug, found = account(Draws.by_dice(seed))
    control = CONTROLS[slug]

    def passes(resources_):
        return decide(control, AlertPaths(resources_), Settings(), None).status is Status.PASS

    expected = {item.key for item in items(found) if passes(found) and not passes(without(found, item))}
    assert {point.item.key for point in weak_points(found, Settings(), {slug: control})} == expected


def test_a_second_trail_takes_the_first_ones_place():
    second = trail(name="second", arn=trail().arn.replace("all", "second"))
    assert not any(name.startswith("trail") for name in told(one_path(trails=(trail(), second))))
