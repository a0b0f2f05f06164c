"""Whatever JSON stands in a policy or a pattern: it is decided or not, and nothing else happens."""

import contextlib
import json

from hypothesis import given
from hypothesis import strategies as st

from prowler_cis_monitoring.alert_path.languages.access_policy import Access, Request, decide
from prowler_cis_monitoring.alert_path.languages.event_pattern import EventPatternError, heard_events, hears
from prowler_cis_monitoring.alert_path.languages.filter_policy import passes
from tests.alert_path.builders import ACCOUNT, REGION, TOPIC_ARN

REQUEST = Request("cloudwatch.amazonaws.com", "sns:Publish", TOPIC_ARN, {"aws:sourceaccount": (ACCOUNT,)})
MESSAGE = {"detail": {"state": "ALARM", "number": 1}, "source": "aws.cloudwatch", "list": ["a", {"b": None}]}
ELEMENTS = [
    "Statement",
    "Effect",
    "Allow",
    "Deny",
    "Principal",
    "NotPrincipal",
    "AWS",
    "Action",
    "Resource",
    "Condition",
]
CONDITIONS = ["StringEquals", "Bool", "Null", "aws:SourceAccount", "*", "${x}", "sns:Publish"]
OPERATORS = ["$or", "prefix", "suffix", "anything-but", "numeric", "cidr", "wildcard", "exists", "equals-ignore-case"]
FIELDS = ["detail", "source", "detail-type", "state", "number", "list", "account", "region"]
WORDS = st.sampled_from([*ELEMENTS, *CONDITIONS, *OPERATORS, *FIELDS])
LEAVES = st.one_of(WORDS, st.text(max_size=3), st.integers(-9, 9), st.floats(), st.booleans(), st.none())
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=2), inner, max_size=4),
    max_leaves=25,
)


def statement(parts):
    return {"Effect": "Allow", "Principal": "*", "Action": "sns:*", "Resource": "*", **parts}


@given(VALUES)
def test_any_json_is_decided_or_unknown_as_an_access_policy(value):
    assert isinstance(decide(json.dumps(value), REQUEST).access, Access)


@given(st.dictionaries(WORDS, VALUES, max_size=4))
def test_any_element_is_decided_or_unknown_in_a_statement(parts):
    assert isinstance(decide(json.dumps({"Statement": [statement(parts)]}), REQUEST).access, Access)


@given(VALUES)
def test_any_json_is_decided_or_unknown_as_a_filter_policy(value):
    assert passes(json.dumps(value), MESSAGE) in (True, False, None)


@given(VALUES)
def test_any_json_is_decided_or_says_why_not_as_an_event_pattern(value):
    text = json.dumps(value)
    assert hears(text, MESSAGE) in (True, False, None)
    with contextlib.suppress(EventPatternError):
        heard_events(text, ACCOUNT, REGION)


@given(st.text())
def test_any_text_is_decided_or_unknown(text):
    assert isinstance(decide(text, REQUEST).access, Access)
    assert passes(text, MESSAGE) in (True, False, None)
    assert hears(text, MESSAGE) in (True, False, None)
