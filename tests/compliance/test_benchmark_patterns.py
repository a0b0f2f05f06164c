"""Every pattern that a version of the benchmark prescribes, against what its control requires.

`benchmark_patterns.json` holds the distinct patterns of versions 1.2.0 to 7.0 with the versions whose audit or
remediation text gives them. All catch what is required but one: before 5.0 nobody asked for ModifySecurityGroupRules.
The pattern of unauthorized API calls in 1.3 to 1.5 covers because it matches nearly everything, and is the one that
everyday events set off too.
"""

import json
import re
from pathlib import Path

import pytest

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.filter_pattern import EVERYDAY_EVENTS, coverage, parse

PRESCRIBED = json.loads(Path(__file__).with_name("benchmark_patterns.json").read_text(encoding="utf-8"))
EVERY_PATTERN = pytest.mark.parametrize(
    "prescribed", PRESCRIBED, ids=[f"{one['slug']}, {one['where']}" for one in PRESCRIBED]
)
EVERY_CONTROL = pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)

ROOT = {"eventSource": "s3.amazonaws.com", "eventType": "AwsApiCall", "userIdentity": {"type": "Root"}}
SIGN_IN = {
    "eventSource": "signin.amazonaws.com",
    "eventName": "ConsoleLogin",
    "eventType": "AwsConsoleSignIn",
    "userIdentity": {"type": "IAMUser", "userName": "alice"},
}
REFUSED = {"eventSource": "ec2.amazonaws.com", "eventName": "RunInstances", "sourceIPAddress": "203.0.113.7"}
OTHER_EVENTS = {
    "root_usage": [
        ROOT | {"eventName": "ListBuckets", "readOnly": True},
        ROOT | {"eventName": "ConsoleLogin", "eventType": "AwsConsoleSignIn"},
    ],
    "console_signin_without_mfa": [
        SIGN_IN | {"additionalEventData": {"MFAUsed": "No"}, "responseElements": {"ConsoleLogin": "Success"}}
    ],
    "console_authentication_failures": [
        SIGN_IN | {"errorMessage": "Failed authentication", "responseElements": {"ConsoleLogin": "Failure"}}
    ],
    "unauthorized_api_calls": [
        REFUSED | {"errorCode": "Client.UnauthorizedOperation"},
        REFUSED | {"errorCode": "AccessDenied"},
        REFUSED | {"errorCode": "AccessDeniedException"},
    ],
}


def call_names(control):
    return re.findall(r'\$\.eventName = "?(\w+)"?', control.required_pattern)


def events(control):
    """One event of each kind that the control requires."""
    if control.slug in OTHER_EVENTS:
        return OTHER_EVENTS[control.slug]
    (source,) = re.findall(r"\$\.eventSource = ([\w.]+)", control.required_pattern)
    return [{"eventSource": source, "eventName": name} for name in call_names(control)]


@EVERY_CONTROL
def test_the_required_pattern_matches_its_events(control):
    required = parse(control.required_pattern)
    assert [event for event in events(control) if not required.matches(event)] == []


@pytest.mark.parametrize("slug", [slug for slug in CONTROLS if slug not in {"root_usage", "unauthorized_api_calls"}])
def test_the_required_pattern_leaves_the_calls_of_other_services_out(slug):
    control = CONTROLS[slug]
    required = parse(control.required_pattern)
    foreign = [event | {"eventSource": "elsewhere.amazonaws.com"} for event in events(control)]
    assert [event for event in foreign if required.matches(event)] == []


@EVERY_PATTERN
def test_a_prescribed_pattern_misses_only_what_its_version_does_not_ask_for(prescribed):
    control, pattern = CONTROLS[prescribed["slug"]], parse(prescribed["pattern"])
    missed = [event["eventName"] for event in events(control) if not pattern.matches(event)]
    assert missed == ([] if prescribed["covers"] else list(control.newer_events))


@pytest.mark.parametrize(
    ("slug", "event"),
    [
        ("unauthorized_api_calls", REFUSED | {"errorCode": "AccessDenied", "eventName": "HeadBucket"}),
        (
            "unauthorized_api_calls",
            REFUSED | {"errorCode": "AccessDenied", "sourceIPAddress": "delivery.logs.amazonaws.com"},
        ),
        ("console_signin_without_mfa", SIGN_IN | {"additionalEventData": {"MFAUsed": "Yes"}}),
        ("root_usage", ROOT | {"userIdentity": {"type": "Root", "invokedBy": "support.amazonaws.com"}}),
        ("root_usage", ROOT | {"eventType": "AwsServiceEvent"}),
        ("root_usage", ROOT | {"userIdentity": {"type": "IAMUser"}}),
    ],
)
def test_events_that_the_benchmark_excludes_are_not_required(slug, event):
    assert not parse(CONTROLS[slug].required_pattern).matches(event)


@EVERY_PATTERN
def test_a_prescribed_pattern_covers_its_control_unless_it_predates_an_event(prescribed):
    control = CONTROLS[prescribed["slug"]]
    found = coverage(parse(control.required_pattern), [parse(prescribed["pattern"])])
    if prescribed["covers"]:
        assert found.verdict == "covered"
    else:
        assert found.verdict == "gap"
        assert found.missed_event["eventName"] in control.newer_events
        assert coverage(parse(control.earlier_pattern), [parse(prescribed["pattern"])]).verdict == "covered"


@EVERY_PATTERN
def test_only_the_pattern_of_1_3_to_1_5_matches_everyday_events(prescribed):
    pattern = parse(prescribed["pattern"])
    noisy = any(pattern.matches(everyday.record) for everyday in EVERYDAY_EVENTS)
    assert noisy == ("1.3 to 1.5" in prescribed["where"])


@EVERY_CONTROL
def test_what_the_remediation_installs_covers_the_control_and_is_quiet(control):
    suggested = parse(control.suggested_pattern)
    assert coverage(parse(control.required_pattern), [suggested]).verdict == "covered"
    assert not any(suggested.matches(everyday.record) for everyday in EVERYDAY_EVENTS)


def filter_of(names):
    return "{ " + " || ".join(f"($.eventName = {name})" for name in names) + " }"


@pytest.mark.parametrize("slug", [slug for slug in CONTROLS if slug not in OTHER_EVENTS])
def test_a_filter_that_lacks_one_call_misses_just_that_call(slug):
    control = CONTROLS[slug]
    names = call_names(control)
    for missing in names:
        found = coverage(parse(control.required_pattern), [parse(filter_of(set(names) - {missing} or {"Nothing"}))])
        assert (found.verdict, found.missed_event["eventName"]) == ("gap", missing)


@pytest.mark.parametrize("slug", [slug for slug in CONTROLS if slug not in OTHER_EVENTS])
def test_a_filter_per_call_covers_as_well_as_one_filter_with_all_calls(slug):
    control = CONTROLS[slug]
    filters = [parse(filter_of([name])) for name in call_names(control)]
    assert coverage(parse(control.required_pattern), filters).verdict == "covered"


SIGN_IN_PATTERN = "($.eventName = ConsoleLogin)"
BOTH_CODES = '($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*")'
EXCLUSIONS = '($.sourceIPAddress != "delivery.logs.amazonaws.com") && ($.eventName != "HeadBucket")'


@pytest.mark.parametrize(
    ("slug", "pattern", "verdict"),
    [
        ("console_signin_without_mfa", f'{{ {SIGN_IN_PATTERN} && ($.additionalEventData.MFAUsed = "No") }}', "covered"),
        ("console_signin_without_mfa", f"{{ {SIGN_IN_PATTERN} }}", "covered"),
        ("console_signin_without_mfa", f'{{ {SIGN_IN_PATTERN} && ($.userIdentity.type = "Root") }}', "gap"),
        ("unauthorized_api_calls", f"{{ ({BOTH_CODES}) && {EXCLUSIONS} }}", "covered"),
        ("unauthorized_api_calls", f"{{ {BOTH_CODES} && {EXCLUSIONS} }}", "covered"),
        ("unauthorized_api_calls", '{ $.errorCode = "AccessDenied*" }', "gap"),
        ("root_usage", '{ $.userIdentity.type = "Root" }', "covered"),
        ("root_usage", '{ $.userIdentity.type = "Root" && $.eventName != "ConsoleLogin" }', "gap"),
        ("root_usage", '{ $.userIdentity.type = "RootX" }', "gap"),
        ("kms_key_disable_or_deletion", "{ ($.eventName = DisableKey) || ($.eventName = Schedule*) }", "covered"),
        ("console_authentication_failures", f'{{ {SIGN_IN_PATTERN} && ($.errorMessage = "Failed*") }}', "covered"),
    ],
)
def test_other_spellings(slug, pattern, verdict):
    assert coverage(parse(CONTROLS[slug].required_pattern), [parse(pattern)]).verdict == verdict
