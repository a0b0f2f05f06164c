"""Event patterns as filter patterns, against moto's own matcher of event patterns."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.events.models import EventPattern
from prowler_cis_monitoring.alert_path.event_pattern import EventPatternError, heard_events

ACCOUNT, REGION = "111111111111", "us-east-1"
TYPES = {
    "AwsApiCall": "AWS API Call via CloudTrail",
    "AwsServiceEvent": "AWS Service Event via CloudTrail",
    "AwsConsoleSignIn": "AWS Console Sign In via CloudTrail",
}
SERVICES = ("iam", "ec2", "signin", "s3")

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
        ('{"detail": {"a": [{"numeric": [">", 1e400]}]}}', "no plain number"),
        ('{"resources": ["a"]}', "not part of the CloudTrail record"),
        ('{"$or": {"a": ["b"]}}', "no list of patterns"),
        (json.dumps({"detail": {"eventName": ["a"] * 501}}), "more than 500"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "nested too deeply"),
    ],
)
def test_pattern_that_cannot_be_translated_says_why(pattern, words):
    with pytest.raises(EventPatternError, match=words):
        heard_events(pattern, ACCOUNT, REGION)


def test_copied_misspelling_of_the_sign_in_event_hears_nothing():
    heard = heard_events('{"detail-type": ["AWS Console Signin via CloudTrail"]}', ACCOUNT, REGION)
    assert not heard.matches({"eventType": "AwsConsoleSignIn", "eventName": "ConsoleLogin"})
