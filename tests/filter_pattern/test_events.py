import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prowler_cis_monitoring.filter_pattern import (
    FACTS,
    FieldFact,
    all_of,
    any_of,
    coverage,
    parse,
    without,
)
from prowler_cis_monitoring.filter_pattern.domains import ARRAY, OBJECT
from prowler_cis_monitoring.filter_pattern.events import in_other_order, record, tell, telling, templates
from prowler_cis_monitoring.filter_pattern.matching import MISSING, UNDER_NULL, Number
from tests.filter_pattern import generators

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
        ("$.requestParameters.ports[*] > 21", ["$.requestParameters.ports[0] > 80"], {}),
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


ALLOW = ("eventName",), "AuthorizeSecurityGroupIngress"
ITEMS = ("requestParameters", "ipPermissions", "items")
RULE = {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}}


def told(required, *fields):
    pattern = parse(f"{{ {required} }}")
    return tell(telling(pattern), fields, pattern.matches, FACTS, whole=False)


@pytest.mark.parametrize(
    ("required", "fields", "made"),
    [
        ("$.made.list[2].n = 4.5", [(("made", "list", 2, "n"), Number("4.5"))], {"list": [{}, {}, {"n": 4.5}]}),
        ("$.made[0] = x && $.made[2] = y", [(("made", 0), "x"), (("made", 2), "y")], ["x", {}, "y"]),
        ("$.made[0] = x", [(("made", 0), "x"), (("made", 1), MISSING)], ["x"]),
        ("$.made[0] = x", [(("made", "a"), MISSING), (("made", 0), "x")], ["x"]),
        ("$.made.a = 4", [(("made",), OBJECT), (("made", "a"), Number("4"))], {"a": 4}),
        ("$.made = x", [(("made", "a"), MISSING), (("made",), "x")], "x"),
        ("$.eventName = X", [(("eventName",), "X"), (("made",), ARRAY)], []),
        ("$.eventName = X", [(("eventName",), "X"), (("made",), OBJECT)], {}),
    ],
)
def test_fields_are_written_with_what_is_around_them(required, fields, made):
    assert json.dumps(told(required, *fields)["made"]) == json.dumps(made)


@pytest.mark.parametrize(
    ("required", "path", "value", "items"),
    [
        ("[0].toPort = 23", (0, "toPort"), Number("23"), [{**RULE, "toPort": 23}]),
        ("[1].toPort = 23", (1, "toPort"), Number("23"), [RULE, {"toPort": 23}]),
        ("[0] NOT EXISTS", (0,), MISSING, []),
        ("[1] NOT EXISTS", (1,), MISSING, [RULE]),
        ("[1].a NOT EXISTS", (1, "a"), MISSING, [RULE]),
        (".a NOT EXISTS", ("a",), MISSING, [RULE]),
        ("[0].ipRanges[0] NOT EXISTS", (0, "ipRanges", 0), MISSING, [RULE]),
        (" NOT EXISTS", (), MISSING, None),
    ],
)
def test_fields_are_put_into_a_record_of_the_same_name(required, path, value, items):
    condition = f"$.made = x && $.eventName = {ALLOW[1]} && $.requestParameters.ipPermissions.items{required}"
    event = told(condition, ALLOW, ((*ITEMS, *path), value), (("made",), "x"))
    assert (event["eventName"], event["eventSource"], event["readOnly"]) == (ALLOW[1], "ec2.amazonaws.com", False)
    assert event["requestParameters"]["groupId"] == "sg-0123456789abcdef0"
    assert event["requestParameters"]["ipPermissions"].get("items") == items


def test_the_service_follows_the_name_unless_it_is_asked_for():
    name = ("eventName",), "CreateTrail"
    assert told("$.eventName = CreateTrail && $.made = x", name, (("made",), "x"))["eventSource"] == (
        "cloudtrail.amazonaws.com"
    )
    service = ("eventSource",), "x"
    asked = told("$.eventName = CreateTrail && $.eventSource = x", name, service)
    assert (asked["eventSource"], asked["eventID"]) == ("x", "a9c3d1e0-52a6-4a5b-9c3e-0f1d2b3c4d5e")


def test_the_region_follows_the_service_unless_it_is_asked_for():
    user = (("eventName",), "CreateUser"), (("eventSource",), "iam.amazonaws.com")
    assert told("$.eventName = CreateUser", *user)["awsRegion"] == "us-east-1"
    asked = told("$.awsRegion = eu-west-1 && $.eventName = CreateUser", *user, (("awsRegion",), "eu-west-1"))
    assert (asked["awsRegion"], set(asked) >= COMPLETE) == ("eu-west-1", True)


def test_the_service_follows_the_name_in_a_record_of_another_event():
    sign_in = parse("{ $.eventName = ConsoleLogin }")
    required = all_of(any_of(sign_in, parse("{ $.eventName = CreateTrail }")), parse("MFAUsed"))
    missed_by = without(required, sign_in)
    event = tell(telling(required), [(("eventName",), "CreateTrail")], missed_by.matches, (), whole=True)
    assert (event["eventSource"], event["additionalEventData"]["MFAUsed"]) == ("cloudtrail.amazonaws.com", "No")


def test_what_is_known_of_an_object_or_array_stays_in_it():
    condition = f"$.made = x && $.eventName = {ALLOW[1]}"
    kept = told(condition, ALLOW, (("made",), "x"), (("requestParameters", "ipPermissions"), OBJECT), (ITEMS, ARRAY))
    assert kept["requestParameters"]["ipPermissions"]["items"] == [RULE]
    emptied = told(condition, ALLOW, (("made",), "x"), (("requestParameters", "ipPermissions"), ARRAY))
    assert emptied["requestParameters"]["ipPermissions"] == []


def test_a_record_of_the_fields_alone_is_the_last_resort():
    bare = told("$.made = x && $.eventID NOT EXISTS && $.eventName = CreateTrail", (("made",), "x"), ALLOW)
    assert bare is None
    name = ("eventName",), "CreateTrail"
    assert told("$.made = x && $.eventID NOT EXISTS && $.eventSource NOT EXISTS", (("made",), "x"), name) == {
        "made": "x",
        "eventName": "CreateTrail",
    }


def test_a_record_that_obeys_the_facts_is_preferred_and_where_the_text_counts_demanded():
    required, fields = parse("{ $.made = x }"), [(("made",), "x")]
    possible = FieldFact("$.made", frozenset({"string"}), "here")
    impossible = FieldFact("$.made", frozenset({"number"}), "here")
    for whole in (False, True):
        assert tell(telling(required), fields, required.matches, [possible], whole=whole)["made"] == "x"
        assert tell(telling(required), fields, lambda _: False, [possible], whole=whole) is None
    assert tell(telling(required), fields, required.matches, [impossible], whole=False)["made"] == "x"
    assert tell(telling(required), fields, required.matches, [impossible], whole=True) is None
    sign_in = (("eventName",), "ConsoleLogin")
    event = told("$.eventName = ConsoleLogin && $.made = x", sign_in, (("made",), "x"))
    assert all(fact.allows(event) for fact in FACTS)


def test_a_member_that_is_missing_has_no_null_parent():
    parent = ("responseElements",)
    missing = ((*parent, "x"), MISSING)
    assert told("$.made = x", (("made",), "x"), missing)["responseElements"] == {}
    assert told("$.made = x", (("made",), "x"), ((*parent, 0), MISSING))["responseElements"] == []
    assert (
        told("$.made = x", (("made",), "x"), (parent, None), ((*parent, "x"), UNDER_NULL))["responseElements"] is None
    )
    assert "other" not in told("$.made = x", (("made",), "x"), (("other", "x"), MISSING))
    event = missed("$.responseElements.ConsoleLogin NOT EXISTS")
    assert event["responseElements"] == {}


@given(st.integers(0, 2**32))
def test_the_event_of_a_gap_obeys_every_fact(seed):
    required, filters = generators.record_question(random.Random(seed))
    event = coverage(parse(required), [parse(each) for each in filters]).missed_event
    if event is not None:
        assert [fact for fact in FACTS if not fact.allows(event)] == []


@given(st.integers(0, 2**32))
def test_no_record_that_obeys_the_facts_is_missed_where_all_are_covered(seed):
    dice = random.Random(seed)
    required, filters = generators.record_question(dice)
    wanted, caught = parse(required), [parse(each) for each in filters]
    if coverage(wanted, caught).verdict == "covered":
        changed = [
            {**record, field: value}
            for record in generators.RECORDS
            for field in [dice.choice(("eventName", "eventSource", "awsRegion", "readOnly", "errorCode"))]
            for value in [dice.choice((*generators.RECORD_VALUES, True, False))]
        ]
        for record in [*generators.RECORDS, *changed]:
            missed_here = wanted.matches(record) and not any(each.matches(record) for each in caught)
            assert not (missed_here and all(fact.allows(record) for fact in FACTS))


def test_another_order_is_another_text_of_the_same_record():
    event = {"a": 1, "b": {"c": [{"d": 2, "e": 3}], "f": None}}
    other = in_other_order(event)
    assert other == event
    assert json.dumps(other) == '{"b": {"f": null, "c": [{"e": 3, "d": 2}]}, "a": 1}'


@pytest.mark.parametrize(
    ("control", "members"),
    [
        (
            "$.eventName = ConsoleLogin && $.errorMessage = *",
            ["userAgent", "errorMessage", "requestParameters", "responseElements", "additionalEventData", "eventID"],
        ),
        (
            "$.errorCode = AccessDenied && $.tlsDetails.tlsVersion = x",
            ["userAgent", "errorCode", "requestParameters", "eventCategory", "tlsDetails"],
        ),
    ],
)
def test_members_are_in_the_order_of_cloudtrail(control, members):
    event = missed(control)
    assert [name for name in event if name in members] == members


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


@pytest.mark.parametrize(
    ("source", "region"),
    [
        ("iam.amazonaws.com", "us-east-1"),
        ("organizations.amazonaws.com", "us-east-1"),
        ("ec2.amazonaws.com", "eu-west-1"),
        ("s3.amazonaws.com", "eu-west-1"),
    ],
)
def test_a_record_of_one_call(source, region):
    identity = {"type": "Root"}
    made = record(source, "SomeCall", identity, readOnly=True, extra=[1])
    assert made == {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": "2026-03-02T10:15:30Z",
        "eventSource": source,
        "eventName": "SomeCall",
        "awsRegion": region,
        "sourceIPAddress": "203.0.113.64",
        "userAgent": "aws-cli/2.27.5 Python/3.13.3 Linux/6.8.0",
        "requestParameters": None,
        "responseElements": None,
        "requestID": "6f3f2b0c-7d0d-4a51-8f4e-1c5d9c0a7e21",
        "eventID": "a9c3d1e0-52a6-4a5b-9c3e-0f1d2b3c4d5e",
        "readOnly": True,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "extra": [1],
    }
    assert made["userIdentity"] is not identity


def test_a_record_of_a_sign_in():
    event = missed("$.eventName = ConsoleLogin && $.errorMessage = *")
    assert event["additionalEventData"] == {
        "LoginTo": "https://console.aws.amazon.com/console/home",
        "MobileVersion": "No",
        "MFAUsed": "No",
    }
    assert event["awsRegion"] == "us-east-1"
    assert event["userAgent"] == "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0"


def test_sign_ins_are_no_calls_and_the_rest_are():
    for template in templates():
        is_sign_in = template["eventName"] == "ConsoleLogin"
        assert template["eventType"] == ("AwsConsoleSignIn" if is_sign_in else "AwsApiCall")
        assert is_sign_in is ("additionalEventData" in template)
        assert template["readOnly"] is template["eventName"].startswith(("List", "Describe"))


def test_refused_calls_say_so():
    refused = {template["errorCode"]: template["errorMessage"] for template in templates() if "errorCode" in template}
    assert set(refused) == {"AccessDenied", "Client.UnauthorizedOperation", "AccessDeniedException"}
    arn = "arn:aws:sts::111122223333:assumed-role/Admin/bob"
    assert set(refused.values()) == {f"User: {arn} is not authorized to perform this action"}


def test_failed_sign_ins_say_so():
    outcomes = {
        (template["responseElements"]["ConsoleLogin"], template.get("errorMessage"))
        for template in templates()
        if template["eventName"] == "ConsoleLogin"
    }
    assert outcomes == {("Success", None), ("Failure", "Failed authentication")}
