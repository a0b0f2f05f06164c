"""Which questions to the event history hold a control's events."""

import pytest

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.filter_pattern import parse, without
from prowler_cis_monitoring.proof.lookups import Lookup, lookups_for
from tests.simulator.records import required

MOST = 25  # questions a control, in each Region


def _answers(lookup, record):
    fields = {
        "EventName": record["eventName"],
        "EventSource": record["eventSource"],
        "Username": "root" if record["userIdentity"]["type"] == "Root" else record["userIdentity"].get("userName"),
    }
    return not lookup.key or fields[lookup.key] == lookup.value


@pytest.mark.parametrize("slug", CONTROLS)
def test_every_required_event_is_among_the_answers(slug):
    lookups = lookups_for(parse(CONTROLS[slug].required_pattern))
    assert len(lookups) <= MOST
    for record in required(slug):
        fitting = [one for one in lookups if _answers(one, record)]
        assert fitting
        assert all(record["awsRegion"] in one.regions(["us-east-1", "eu-west-1", "ap-southeast-2"]) for one in fitting)


def test_the_root_user_is_asked_for_by_name():
    assert lookups_for(parse(CONTROLS["root_usage"].required_pattern)) == (Lookup("Username", "root"),)


def test_calls_of_a_global_service_are_asked_for_in_one_region():
    lookups = lookups_for(parse(CONTROLS["iam_policy_changes"].required_pattern))
    assert {one.regions(["us-east-1", "eu-west-1"]) for one in lookups} == {("us-east-1",)}


def test_exclusions_ask_for_no_more():
    required_events = parse("{ $.eventName = StopLogging }")
    assert lookups_for(without(required_events, parse("{ $.awsRegion = eu-west-1 }"))) == (
        Lookup("EventName", "StopLogging"),
    )


def test_what_no_attribute_narrows_is_asked_for_as_a_whole():
    assert lookups_for(parse("{ $.errorCode = AccessDenied }")) == (Lookup(),)
