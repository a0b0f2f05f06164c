import json

import pytest
from prowler_cis_monitoring.filter_pattern import FACTS, FieldFact, coverage, parse
from prowler_cis_monitoring.filter_pattern.events import templates

COMPLETE = {
    *("eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress"),
    *("userAgent", "requestParameters", "responseElements", "eventID", "eventType", "managementEvent", "readOnly"),
    *("recipientAccountId", "eventCategory"),
}


def missed(required, *filters):
    answer = coverage(parse(f"{{ {required} }}"), [parse(f"{{ {each} }}") for each in filters])
    assert answer.verdict == "gap"
    return answer.missed_event


def test_the_most_telling_root_event_is_a_sign_in():
    event = missed("$.userIdentity.type = Root")
    assert (event["eventName"], event["userIdentity"]["arn"]) == ("ConsoleLogin", "arn:aws:iam::111122223333:root")


def test_a_filter_on_sign_ins_misses_a_new_access_key_of_root():
    assert missed("$.userIdentity.type = Root", "$.eventName = ConsoleLogin")["eventName"] == "CreateAccessKey"


@pytest.mark.parametrize(
    ("required", "candidates", "expected"),
    [
        ("$.eventName = CreateVpc || $.eventName = DeleteVpc", ["$.eventName = CreateVpc"], {"eventName": "DeleteVpc"}),
        (
            "$.eventName = StopLogging",
            ["$.userIdentity.type = IAMUser || $.userIdentity.type = Root"],
            {"eventName": "StopLogging"},
        ),
        ("$.eventName = StopLogging", ["$.sourceIPAddress = 203.*"], {"sourceIPAddress": "198.51.100.7"}),
        ("$.eventName = RunInstances", [], {"eventName": "RunInstances"}),
        ("$.eventName = CreateFunction*", ["$.errorCode NOT EXISTS"], {}),
        (
            "$.errorCode = *UnauthorizedOperation || $.errorCode = AccessDenied*",
            ["$.errorCode = AccessDenied*"],
            {"errorCode": "Client.UnauthorizedOperation"},
        ),
        ("$.eventName = CreateTrail", ["$.errorCode NOT EXISTS"], {"eventSource": "cloudtrail.amazonaws.com"}),
        ("$.requestParameters.items[1].port = 22", [], {}),
        ("$.requestParameters.ports[*] > 21", ["$.requestParameters.ports[0] = *"], {}),
        ("$.requestParameters.ratio < 0.5", [], {}),
        ("$.responseElements.encrypted IS FALSE", [], {}),
        ("$.requestParameters IS NULL && $.eventName = StopLogging", [], {"requestParameters": None}),
        ("$.userIdentity.sessionContext.sessionIssuer.userName = robot", [], {}),
        ("$.userAgent = x* || $.userAgent IS NULL", [], {}),
        ("$.userIdentity.arn NOT EXISTS && $.eventName = CreateVpc", [], {"eventName": "CreateVpc"}),
    ],
)
def test_a_missed_event_is_a_complete_confirmed_record(required, candidates, expected):
    event = missed(required, *candidates)
    assert set(event) >= COMPLETE
    assert expected.items() <= event.items()
    assert parse(f"{{ {required} }}").matches(json.loads(json.dumps(event)))
    assert not any(parse(f"{{ {each} }}").matches(event) for each in candidates)


def test_a_missed_event_belongs_to_whoever_asked():
    first = missed("$.eventName = StopLogging")
    first["eventName"] = "changed"
    first["requestParameters"].clear()
    second = missed("$.eventName = StopLogging")
    assert second["eventName"] == "StopLogging"
    assert second["requestParameters"]


def test_templates_are_complete_records():
    for template in templates():
        assert set(template) >= COMPLETE
        assert template["recipientAccountId"] == "111122223333"


def paths(node, before=""):
    if not isinstance(node, dict):
        return {before}
    return {path for name, child in node.items() for path in paths(child, f"{before}.{name}")}


def test_templates_use_documented_fields_of_the_identity_only():
    documented = {fact.selector[1:] for fact in FACTS if isinstance(fact, FieldFact)}
    for template in templates():
        assert {path for path in paths(template) if path.startswith(".userIdentity.")} <= documented


def test_sign_ins_are_no_calls_and_the_rest_are():
    for template in templates():
        is_sign_in = template["eventName"] == "ConsoleLogin"
        assert template["eventType"] == ("AwsConsoleSignIn" if is_sign_in else "AwsApiCall")
        assert is_sign_in is ("additionalEventData" in template)
        assert template["readOnly"] is template["eventName"].startswith(("List", "Describe"))


def test_failed_sign_ins_say_so():
    outcomes = {
        (template["responseElements"]["ConsoleLogin"], template.get("errorMessage"))
        for template in templates()
        if template["eventName"] == "ConsoleLogin"
    }
    assert outcomes == {("Success", None), ("Failure", "Failed authentication")}
