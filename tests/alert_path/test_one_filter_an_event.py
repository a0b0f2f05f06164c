"""Each control shared among one filter an event, as landing zones do it: what is said when one of them breaks."""

import re

import pytest

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.telling import MOST_OF_A_SENTENCE
from prowler_cis_monitoring.alert_path.verdict import Status
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decide
from prowler_cis_monitoring.filter_pattern import parse
from prowler_cis_monitoring.settings import Settings
from tests.alert_path.builders import TOPIC_ARN, alarm, metric_filter, policy, statement, subscription, topic
from tests.alert_path.test_verdict import resources

SILENT_ARN = f"{TOPIC_ARN}-silent"
# How controls are shared that do not list event names.
_SHARES = {
    "unauthorized_api_calls": ('($.errorCode = "*UnauthorizedOperation")', '($.errorCode = "AccessDenied*")'),
    "console_signin_without_mfa": ('($.awsRegion = "us-east-1")', '($.awsRegion != "us-east-1")'),
    "root_usage": ('($.awsRegion = "us-east-1")', '($.awsRegion != "us-east-1")'),
    "console_authentication_failures": ('($.awsRegion = "us-east-1")', '($.awsRegion != "us-east-1")'),
}


def shares(control):
    """The patterns that share the control, by the name of their filter."""
    names = re.findall(r"\$\.eventName = (\w+)", control.required_pattern)
    if control.slug not in _SHARES:
        return {name: f"{{ $.eventName = {name} }}" for name in names}
    body = control.required_pattern.strip("{} ")
    return {f"share-{n}": f"{{ ({body}) && {part} }}" for n, part in enumerate(_SHARES[control.slug], 1)}


def account(patterns, broken=None, how=None):
    filters = [
        metric_filter(name=name, pattern=pattern, metric_name=name)
        for name, pattern in patterns.items()
        if (name, how) != (broken, "filter")
    ]
    alarms = []
    for name in patterns:
        changes = BREAKS[how][0] if name == broken and how != "filter" else {}
        alarms.append(alarm(f"on-{name}", metric_name=name, **changes))
    silent = topic(subscription(arn="PendingConfirmation"), arn=SILENT_ARN, policy=policy(statement(resource="*")))
    topics = {TOPIC_ARN: topic(), SILENT_ARN: silent}
    return resources(*filters, alarms=tuple(alarms), topics=topics)


BREAKS = {
    "filter": ({}, "filter"),
    "action": ({"alarm_actions": ()}, "it has no action for the state ALARM"),
    "muted": ({"actions_enabled": False}, "ActionsEnabled is false"),
    "threshold": ({"threshold": 5.0}, "its threshold is 5"),
    "subscriber": ({"alarm_actions": (SILENT_ARN,)}, "confirmed"),
}


SHARED = [control for control in CONTROLS.values() if len(shares(control)) > 1]


def verdict(control, found):
    return decide(control, AlertPaths(found), Settings(), None)


def test_each_of_the_controls_can_be_shared():
    assert [control.slug for control in SHARED] == list(CONTROLS)


@pytest.mark.parametrize("control", SHARED, ids=lambda control: control.slug)
def test_all_shares_together_tell_and_stand_in_one_line(control):
    patterns = shares(control)
    found = verdict(control, account(patterns))
    assert found.status is Status.PASS
    assert f"{len(patterns)} metric filters" in found.sentence
    assert len(found.sentence) <= MOST_OF_A_SENTENCE


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("control", SHARED, ids=lambda control: control.slug)
def test_a_broken_share_is_named_with_its_event_and_its_cause(control, how):
    patterns = shares(control)
    broken = max(patterns)
    found = verdict(control, account(patterns, broken, how))
    assert found.status is Status.FAIL
    assert found.sentence.startswith("Somebody is not always told when")
    assert parse(patterns[broken]).matches(found.missed_event)
    assert found.missed_event["eventName"] in found.sentence
    assert "Nobody" not in found.sentence
    assert "is meant for such events" not in found.sentence
    assert len(found.sentence) <= MOST_OF_A_SENTENCE
    if how != "filter":
        assert f"metric filter {broken} → alarm on-{broken}" in found.sentence
        assert BREAKS[how][1] in found.sentence
