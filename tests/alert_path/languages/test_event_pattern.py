"""Event patterns as filter patterns, against moto's own matcher of event patterns."""

import contextlib
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.events.models import EventPattern

from prowler_cis_monitoring.alert_path.languages.event_pattern import (
    MOST_CHARACTERS,
    EventPatternError,
    heard_events,
    hears,
)
from prowler_cis_monitoring.alert_path.languages.filter_policy import Unforeseen
from prowler_cis_monitoring.filter_pattern import overlaps, parse

ACCOUNT, REGION = "111111111111", "us-east-1"
TYPES = {
    "AwsApiCall": "AWS API Call via CloudTrail",
    "AwsServiceEvent": "AWS Service Event via CloudTrail",
    "AwsConsoleSignIn": "AWS Console Sign In via CloudTrail",
}
SERVICES = ("iam", "ec2", "signin", "s3")

# Eleven choices of two beside each other; fields with wildcards; choices within choices.
CHOICES = json.dumps({"detail": {f"f{n}": {"$or": [{"a": ["x"]}, {"b": ["y"]}]} for n in range(11)}})
WIDE = {f"f{n}": [{"wildcard": f"*{n}*a*"}, {"numeric": [">", n]}] for n in range(60)}
NESTED: dict = {"eventName": [{"wildcard": "*a*b*"}]}
for _ in range(5):
    NESTED = {"$or": [{"errorCode": [{"anything-but": {"wildcard": "*x*"}}], **NESTED}, {**NESTED, "a": ["x"]}]}

texts = st.text(alphabet="aAb*.\\^$[ -", max_size=4)
numbers = st.integers(-3, 3)
affixes = st.one_of(
    texts.map(lambda text: {"prefix": text}),
    texts.map(lambda text: {"suffix": text}),
    texts.map(lambda text: {"equals-ignore-case": text}),
    st.text(alphabet="aAb*.", max_size=4).map(lambda text: {"wildcard": text}),
)
matchers = st.one_of(
    texts,
    affixes,
    st.booleans(),
    st.none(),
    st.booleans().map(lambda wanted: {"exists": wanted}),
    texts.map(lambda text: {"prefix": {"equals-ignore-case": text}}),
    texts.map(lambda text: {"suffix": {"equals-ignore-case": text}}),
    texts.map(lambda text: {"anything-but": text}),
    st.lists(texts, min_size=1, max_size=3).map(lambda several: {"anything-but": several}),
    affixes.map(lambda one: {"anything-but": one}),
    st.tuples(st.sampled_from(["<", "<=", ">", ">=", "="]), numbers).map(lambda test: {"numeric": list(test)}),
)
leaves = st.lists(matchers, min_size=1, max_size=3)


def patterns_of(fields):
    members = st.dictionaries(st.sampled_from(fields), leaves, min_size=1, max_size=3)
    with_or = st.lists(members, min_size=1, max_size=2).map(lambda several: {"$or": several})
    return st.one_of(members, with_or, st.tuples(members, with_or).map(lambda both: {**both[0], **both[1]}))


details = st.builds(
    lambda parameters, members: {**members, **({"requestParameters": parameters} if parameters else {})},
    patterns_of(["a", "b"]) | st.none(),
    patterns_of(["eventName", "errorCode"]),
)
envelopes = st.fixed_dictionaries(
    {"detail": details},
    optional={
        "source": st.lists(st.sampled_from(SERVICES).map("aws.{}".format), min_size=1, max_size=2),
        "detail-type": st.lists(
            st.sampled_from(list(TYPES.values())) | st.sampled_from([{"suffix": "CloudTrail"}, {"prefix": "AWS API"}]),
            min_size=1,
            max_size=2,
        ),
        "account": st.sampled_from([[ACCOUNT], ["999999999999"], [{"prefix": "1"}]]),
        "region": st.sampled_from([[REGION], ["eu-west-1"], [{"anything-but": REGION}]]),
    },
)
odd_values = st.one_of(texts, numbers, st.booleans(), st.none(), st.lists(texts, max_size=2))


def records_of(value):
    return st.builds(
        lambda service, kind, members, parameters: {
            "eventSource": f"{service}.amazonaws.com",
            "eventType": kind,
            **members,
            "requestParameters": {"c": 1, **parameters},
        },
        st.sampled_from(SERVICES),
        st.sampled_from(list(TYPES)),
        st.dictionaries(st.sampled_from(["eventName", "errorCode"]), texts),
        st.dictionaries(st.sampled_from(["a", "b"]), value),
    )


def delivered(record):
    """The event that carries a CloudTrail record on the bus."""
    return {
        "version": "0",
        "source": f"aws.{record['eventSource'].split('.')[0]}",
        "detail-type": TYPES[record["eventType"]],
        "account": ACCOUNT,
        "region": REGION,
        "detail": record,
    }


def translated(pattern):
    try:
        return heard_events(json.dumps(pattern), ACCOUNT, REGION)
    except EventPatternError:
        return None


@settings(max_examples=400, deadline=None)
@given(pattern=envelopes, record=records_of(texts))
def test_translation_agrees_with_an_independent_matcher_on_texts(pattern, record):
    heard = translated(pattern)
    if heard is not None:
        assert heard.matches(record) is EventPattern.load(json.dumps(pattern)).matches_event(delivered(record)), str(
            heard
        )


@settings(max_examples=400, deadline=None)
@given(pattern=envelopes, record=records_of(odd_values))
def test_translation_never_hears_what_the_rule_does_not(pattern, record):
    heard = translated(pattern)
    if heard is not None and heard.matches(record):
        assert EventPattern.load(json.dumps(pattern)).matches_event(delivered(record)), str(heard)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("{", "no JSON"),
        ("[]", "no object"),
        ("{}", "no object"),
        ('{"detail": {"eventName": "CreateUser"}}', "no list"),
        ('{"detail": {"eventName": []}}', "no list"),
        ('{"detail": {"sourceIPAddress": [{"cidr": "10.0.0.0/8"}]}}', "cidr"),
        ('{"detail": {"eventName": [{"prefix": "a", "suffix": "b"}]}}', "several operators"),
        ('{"detail": {"eventName": [{"anything-but": {"exists": true}}]}}', "anything-but"),
        ('{"detail": {"eventName": [{"prefix": 1}]}}', "no text"),
        ('{"detail": {"eventName": [["a"]]}}', "no text, number"),
        ('{"detail": {"a": [{"numeric": [">"]}]}}', "numeric"),
        ('{"detail": {"a": [{"numeric": []}]}}', "numeric test that cannot be read"),
        ('{"detail": {"a": [{"numeric": 1}]}}', "numeric test that cannot be read"),
        ('{"detail": {"a": [{"numeric": ["!", 1]}]}}', "a has a numeric test that cannot be read"),
        ('{"detail": {"a": [{"numeric": [["="], 1]}]}}', "numeric test that cannot be read"),
        ('{"detail": {"a": [{"numeric": ["=", true]}]}}', "numeric test that cannot be read"),
        ('{"detail": {"a": [{"numeric": ["=", "1"]}]}}', "numeric test that cannot be read"),
        ('{"detail": {"a": [{"numeric": [">", 1e400]}]}}', "no plain number"),
        ('{"detail": {"a": [1e400]}}', "no plain number"),
        ('{"detail": {"a": [{"exists": 1}]}}', "a is tested with exists"),
        ('{"detail": {"a": {"b": [{"near": 1}]}}}', "a.b is tested with near"),
        ('{"detail": {"a": [{"prefix": {"suffix": "b"}}]}}', "a is tested with prefix and no text"),
        ('{"detail": {"a": [{"prefix": {"equals-ignore-case": 1}}]}}', "no text"),
        ('{"detail": {"a": [{"wildcard": {"equals-ignore-case": "b"}}]}}', "no text"),
        ('{"detail": {"a": [{"anything-but": {"prefix": "a", "suffix": "b"}}]}}', "a has an anything-but"),
        ('{"detail": {"a": {"b": [{"anything-but": {"prefix": 1}}]}}}', "a.b is tested with prefix and no text"),
        ('{"detail": {"a": {"b": "c"}}}', "a.b has no list"),
        ('{"detail": {"a": {"b": [["c"]]}}}', "a.b has a value that is no text"),
        ('{"detail": {"a": {"b": [{"prefix": "c", "suffix": "d"}]}}}', "a.b has a matcher with several operators"),
        ('{"detail": {"a": {"b": [{"numeric": 1}]}}}', "a.b has a numeric"),
        ('{"detail": {"a": {"b": [1e400]}}}', "a.b is compared with inf"),
        ('{"detail": {"a": [{}]}}', "several operators"),
        ('{"detail": {"a": {}}}', "no object"),
        ('{"detail": []}', "no object"),
        ('{"$or": []}', "no list of patterns"),
        ('{"source": "aws.iam"}', "value has no list"),
        ('{"detail": {"a": [{"prefix": "\u00e9"}]}}', "letter"),
        ('{"resources": ["a"]}', "not part of the CloudTrail record"),
        ('{"$or": {"a": ["b"]}}', "no list of patterns"),
        (json.dumps({"detail": {"eventName": ["a"] * 501}}), "more than 500"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "longer than 4096 characters"),
        ('{"a":' * 400 + "1" + "}" * 400, "nested too deeply"),
        ('{"detail": {"a": [NaN]}}', "no JSON"),
        (CHOICES, "combinations, which EventBridge refuses"),
    ],
)
def test_pattern_that_cannot_be_translated_says_why(pattern, words):
    with pytest.raises(EventPatternError, match=words):
        heard_events(pattern, ACCOUNT, REGION)


def test_copied_misspelling_of_the_sign_in_event_hears_nothing():
    heard = heard_events('{"detail-type": ["AWS Console Signin via CloudTrail"]}', ACCOUNT, REGION)
    assert not heard.matches({"eventType": "AwsConsoleSignIn", "eventName": "ConsoleLogin"})


def heard_of(detail):
    return heard_events(json.dumps({"detail": detail}), ACCOUNT, REGION)


PARTS = [
    ("a", ["x"], ["x"]),
    ("a", ["1"], ["1"]),
    ("a", ["x*"], ["x*"]),
    ("a", [""], [""]),
    ("a", [None], [None]),
    ("a", [True], [True]),
    ("a", [False], [False]),
    ("a", [1], [1]),
    ("a", [0.5], [0.5]),
    ("a", ["x", 1, None], ["x", 1, None]),
    ("a", [{"exists": True}], ["x", "X", "xy", "yx", "y", "x*", "x y", "", "1", 1, 2, 0.5, True, False, None]),
    ("a", [{"exists": False}], []),
    ("a", [{"prefix": "x"}], ["x", "xy", "x*", "x y"]),
    ("a", [{"suffix": "x"}], ["x", "yx"]),
    ("a", [{"prefix": {"equals-ignore-case": "x"}}], ["x", "X", "xy", "x*", "x y"]),
    ("a", [{"suffix": {"equals-ignore-case": "X"}}], ["x", "X", "yx"]),
    ("a", [{"equals-ignore-case": "X"}], ["x", "X"]),
    ("a", [{"wildcard": "x*"}], ["x", "xy", "x*", "x y"]),
    ("a", [{"wildcard": "*x*"}], ["x", "xy", "yx", "x*", "x y"]),
    ("a", [{"wildcard": "x\\*"}], ["x*"]),
    ("a", [{"wildcard": "x\\**"}], ["x*"]),
    ("a", [{"wildcard": "\\x"}], ["x"]),
    ("a", [{"wildcard": "x\\\\*"}], []),
    ("a", [{"prefix": "x "}], ["x y"]),
    ("a", [{"numeric": ["=", 1]}], [1]),
    ("a", [{"numeric": [">", 0.5, "<", 2]}], [1]),
    ("a", [{"numeric": [">=", 1]}], [1, 2]),
    ("a", [{"numeric": ["<=", 1]}], [1, 0.5]),
    ("a", [{"anything-but": {"wildcard": "*x*"}}], ["X", "y", "", "1"]),
    ("a", [{"anything-but": ["x", "y", "xy", "yx", "x*", "x y", "X"]}], ["", "1"]),
    ("a", [{"anything-but": {"equals-ignore-case": ["x", "y"]}}], ["xy", "yx", "x*", "x y", "", "1"]),
]
VALUES = ("x", "X", "xy", "yx", "y", "x*", "x y", "", "1", 1, 2, 0.5, True, False, None)


@pytest.mark.parametrize(("field", "matchers", "expected"), PARTS)
def test_matchers_on_one_field(field, matchers, expected):
    heard = heard_of({field: matchers})
    texts_of = [json.dumps(value) for value in VALUES if heard.matches({field: value})]
    # A number that is not refused is a text to a filter pattern.
    numbers_let_in = {json.dumps(one) for one in (1, 2, 0.5)} if "anything-but" in str(matchers) else set()
    assert set(texts_of) - numbers_let_in == {json.dumps(value) for value in expected}


def test_missing_field_is_heard_only_where_it_is_asked_for():
    assert heard_of({"a": [{"exists": False}]}).matches({"b": "x"})
    for matcher in ("x", None, {"exists": True}, {"anything-but": "y"}, {"numeric": ["<", 1]}):
        assert not heard_of({"a": [matcher]}).matches({"b": "x"})


@pytest.mark.parametrize("wanted", [{"anything-but": "x"}, {"exists": True}])
def test_objects_and_lists_are_no_leaves(wanted):
    heard = heard_of({"a": [wanted]})
    assert not heard.matches({"a": {"b": "y"}})


def test_nested_fields_and_or():
    heard = heard_of({"a": {"b": ["x"], "$or": [{"c": ["y"]}, {"d": ["z"]}]}})
    assert heard.matches({"a": {"b": "x", "c": "y"}})
    assert heard.matches({"a": {"b": "x", "d": "z"}})
    assert not heard.matches({"a": {"b": "x", "c": "z"}})
    assert not heard.matches({"a": {"c": "y", "d": "z"}})
    assert not heard.matches({"b": "x", "c": "y"})


CALL = {"eventSource": "iam.amazonaws.com", "eventType": "AwsApiCall", "eventName": "CreateUser"}
SERVICE_EVENT = {**CALL, "eventType": "AwsServiceEvent"}
CONSOLE_ACTION = {**CALL, "eventType": "AwsConsoleAction"}
SIGNED_IN = {"eventSource": "signin.amazonaws.com", "eventType": "AwsConsoleSignIn", "eventName": "ConsoleLogin"}
UNHEARD_OF = {**CALL, "eventSource": "newest.amazonaws.com"}
RECORDS = {
    "call": CALL,
    "service": SERVICE_EVENT,
    "action": CONSOLE_ACTION,
    "sign-in": SIGNED_IN,
    "unheard-of": UNHEARD_OF,
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"detail-type": ["AWS API Call via CloudTrail"]}, "call unheard-of"),
        ({"detail-type": ["AWS Service Event via CloudTrail"]}, "service"),
        ({"detail-type": ["AWS Console Action via CloudTrail"]}, "action"),
        ({"detail-type": ["AWS Console Sign In via CloudTrail"]}, "sign-in"),
        ({"detail-type": [{"prefix": "AWS Console"}]}, "action sign-in"),
        ({"source": ["aws.iam"]}, "call service action"),
        ({"source": ["aws.signin"]}, "sign-in"),
        ({"source": ["iam.amazonaws.com"]}, ""),
        ({"source": [{"prefix": "aws."}]}, "call service action sign-in unheard-of"),
        ({"source": [{"prefix": "aw"}]}, "call service action sign-in unheard-of"),
        ({"source": [{"prefix": "aws.i"}]}, "call service action"),
        ({"source": ["aws.signin", {"exists": True}]}, "call service action sign-in unheard-of"),
        ({"source": [{"exists": False}]}, ""),
        ({"source": [{"suffix": "signin"}]}, "sign-in"),
        ({"account": [ACCOUNT], "source": ["aws.signin"]}, "sign-in"),
        ({"account": ["2"], "source": ["aws.signin"]}, ""),
        ({"region": [REGION], "source": ["aws.signin"]}, "sign-in"),
        ({"region": ["eu-west-1"], "source": ["aws.signin"]}, ""),
        ({"version": ["0"], "source": ["aws.signin"]}, "sign-in"),
        ({"version": ["1"], "source": ["aws.signin"]}, ""),
        ({"$or": [{"source": ["aws.signin"]}, {"detail": {"eventType": ["AwsServiceEvent"]}}]}, "service sign-in"),
        ({"detail": {"eventName": ["CreateUser"]}, "source": [{"prefix": ""}]}, "call service action unheard-of"),
    ],
)
def test_envelope_chooses_records(pattern, expected):
    heard = heard_events(json.dumps(pattern), ACCOUNT, REGION)
    assert [name for name, record in RECORDS.items() if heard.matches(record)] == expected.split()


def test_sources_are_those_of_known_services():
    assert not heard_events('{"source": ["aws.newest"]}', ACCOUNT, REGION).matches(UNHEARD_OF)


def test_five_hundred_values_can_be_read():
    values = [str(number) for number in range(500)]
    assert heard_of({"eventName": values}).matches({"eventName": "499"})
    with pytest.raises(EventPatternError, match="more than 500"):
        heard_of({"eventName": values[:400], "errorCode": values[:101]})


def test_text_fields_are_compared_without_a_look_at_numbers():
    assert str(heard_of({"eventName": ["CreateUser"]})) == '{ ($.eventName = "CreateUser") }'
    assert not heard_of({"requestParameters": {"a": ["7"]}}).matches({"requestParameters": {"a": 7}})


def test_star_of_a_plain_value_is_a_star_and_keeps_its_case():
    heard = heard_of({"a": ["x*"]})
    assert [text for text in ("x*", "X*", "xy") if heard.matches({"a": text})] == ["x*"]


def test_of_a_key_that_stands_twice_the_last_one_counts():
    pattern = heard_events('{"detail": {"eventName": ["A"], "eventName": ["B"]}}', ACCOUNT, REGION)
    assert pattern.matches({"eventName": "B"})
    assert not pattern.matches({"eventName": "A"})


@pytest.mark.parametrize("pattern", [CHOICES, json.dumps({"detail": WIDE}), json.dumps({"detail": NESTED})])
def test_hard_pattern_is_decided_or_too_hard_soon(pattern):
    assert len(pattern) <= MOST_CHARACTERS
    required = parse("{ $.eventName = DeleteVpc }")
    began = time.process_time()
    with contextlib.suppress(EventPatternError):
        overlaps(required, heard_events(pattern, ACCOUNT, REGION))
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"source": ["aws.cloudwatch"]}, True),
        ({"detail": {"state": {"value": ["OK"]}}}, False),
        ({"detail": {"state": {"value": [{"anything-but": "OK"}]}}}, True),
        ({"detail": {"reason": ["x"]}}, None),
        ({"$or": [{"source": ["x"]}, {"detail": {"state": {"value": ["ALARM"]}}}]}, True),
        ("{", None),
        ([], None),
    ],
)
def test_rule_hears_an_event_or_not_or_nobody_knows(pattern, expected):
    event = {"source": "aws.cloudwatch", "detail": {"state": {"value": "ALARM"}, "reason": Unforeseen.VALUE}}
    text = pattern if isinstance(pattern, str) else json.dumps(pattern)
    assert hears(text, event) is expected
