from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.sns.utils import FilterPolicyMatcher

from prowler_cis_monitoring.alert_path.languages.filter_policy import (
    MOST_CHARACTERS,
    MOST_TESTS,
    Budget,
    Unforeseen,
    passes,
)

MESSAGE = {
    "state": "ALARM",
    "account": "111122223333",
    "threshold": 1.5,
    "count": 3,
    "enabled": True,
    "nothing": None,
    "address": "10.1.2.3",
    "tags": ["prod", "root"],
    "empty": [],
    "trigger": {"namespace": "CIS", "dimensions": [{"name": "type", "value": "Root"}], "time": Unforeseen.VALUE},
    "reason": Unforeseen.VALUE,
    "perhaps": Unforeseen.PERHAPS,
}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({}, True),
        ({"state": ["ALARM"]}, True),
        ({"state": ["OK", "ALARM"]}, True),
        ({"state": ["OK"]}, False),
        ({"state": []}, False),
        ({"severity": ["high"]}, False),
        ({"state": ["ALARM"], "severity": ["high"]}, False),
        ({"reason": ["x"]}, None),
        ({"reason": ["x"], "state": ["OK"]}, False),
        ({"reason": [{"exists": True}]}, True),
        ({"reason": [{"exists": False}]}, False),
        ({"severity": [{"exists": False}]}, True),
        ({"severity": [{"exists": True}]}, False),
        ({"severity": [{"exists": "no"}]}, None),
        ({"trigger": [{"exists": True}]}, None),
        ({"state": [{"prefix": "AL"}]}, True),
        ({"state": [{"prefix": "al"}]}, False),
        ({"count": [{"prefix": "3"}]}, False),
        ({"state": [{"prefix": 3}]}, None),
        ({"state": [{"suffix": "RM"}]}, True),
        ({"state": [{"suffix": "AL"}]}, False),
        ({"severity": [{"prefix": ""}]}, False),
        ({"state": [{"equals-ignore-case": "alarm"}]}, True),
        ({"state": [{"equals-ignore-case": "ok"}]}, False),
        ({"state": [{"equals-ignore-case": "aaa"}]}, False),
        ({"state": [{"anything-but": "OK"}]}, True),
        ({"state": [{"anything-but": ["OK", "ALARM"]}]}, False),
        ({"state": [{"anything-but": {"prefix": "AL"}}]}, False),
        ({"state": [{"anything-but": {"suffix": "OK"}}]}, True),
        ({"state": [{"anything-but": {"wildcard": "*"}}]}, False),
        ({"state": [{"anything-but": {"wildcard": "*OK*"}}]}, True),
        ({"state": [{"anything-but": {"prefix": ["O", "AL"]}}]}, False),
        ({"state": [{"anything-but": {"equals-ignore-case": "alarm"}}]}, False),
        ({"state": [{"anything-but": {"numeric": [">", 1]}}]}, None),
        ({"state": [{"anything-but": {}}]}, None),
        ({"tags": [{"anything-but": "root"}]}, None),
        ({"tags": [{"anything-but": "stage"}]}, True),
        ({"tags": [{"anything-but": ["prod", "root"]}]}, False),
        ({"severity": [{"anything-but": "low"}]}, False),
        ({"count": [3]}, True),
        ({"count": [3.0]}, True),
        ({"count": ["3"]}, False),
        ({"count": [{"numeric": ["=", 3]}]}, True),
        ({"count": [{"numeric": [">", 0, "<=", 3]}]}, True),
        ({"count": [{"numeric": [">=", 4]}]}, False),
        ({"count": [{"numeric": [">", 0, "<", 3]}]}, False),
        ({"state": [{"numeric": [">", 0]}]}, False),
        ({"enabled": [{"numeric": [">", 0]}]}, False),
        ({"count": [{"numeric": [">"]}]}, None),
        ({"count": [{"numeric": []}]}, None),
        ({"count": [{"numeric": ["~", 3]}]}, None),
        ({"count": [{"numeric": [">", "3"]}]}, None),
        ({"count": [{"numeric": 3}]}, None),
        ({"enabled": [True]}, True),
        ({"enabled": [1]}, False),
        ({"count": [True]}, False),
        ({"nothing": [None]}, True),
        ({"nothing": ["x"]}, False),
        ({"address": [{"cidr": "10.0.0.0/8"}]}, True),
        ({"address": [{"cidr": "10.1.2.9/24"}]}, True),
        ({"address": [{"cidr": "192.168.0.0/16"}]}, False),
        ({"state": [{"cidr": "10.0.0.0/8"}]}, False),
        ({"address": [{"cidr": "ten"}]}, None),
        ({"state": [{"wildcard": "A*M"}]}, True),
        ({"state": [{"wildcard": "A*N"}]}, False),
        ({"state": [{"wildcard": "A\\\\*"}]}, None),
        ({"state": [{"wildcard": 3}]}, None),
        ({"severity": [{"wildcard": "A*"}]}, False),
        ({"state": [{"unheard-of": "A*"}]}, None),
        ({"severity": [{"unheard-of": "A*"}]}, None),
        ({"nothing": [{"exists": True}]}, False),
        ({"nothing": [{"exists": False}]}, None),
        ({"empty": [{"exists": True}]}, False),
        ({"perhaps": [{"exists": True}]}, None),
        ({"perhaps": ["x"]}, None),
        ({"state": [{"prefix": "A", "suffix": "M"}]}, None),
        ({"state": [{}]}, None),
        ({"tags": ["root"]}, True),
        ({"tags": ["stage"]}, False),
        ({"tags": [{"prefix": "pr"}]}, True),
        ({"empty": ["x"]}, False),
        ({"trigger": {"namespace": ["CIS"]}}, True),
        ({"trigger": {"namespace": ["AWS/EC2"]}}, False),
        ({"trigger": {"time": ["now"]}}, None),
        ({"trigger": {"dimensions": {"value": ["Root"]}}}, True),
        ({"trigger": {"dimensions": {"value": ["IAMUser"]}}}, False),
        ({"reason": {"code": ["x"]}}, None),
        ({"state": {"code": ["x"]}}, False),
        ({"missing": {"code": ["x"]}}, False),
        ({"missing": {"code": [{"exists": False}]}}, True),
        ({"$or": [{"state": ["OK"]}, {"account": ["111122223333"]}]}, True),
        ({"$or": [{"state": ["OK"]}, {"account": ["1"]}]}, False),
        ({"$or": [{"state": ["OK"]}, {"reason": ["1"]}]}, None),
        ({"$or": ["x"]}, False),
        ({"$or": [{"state": ["ALARM"]}]}, None),
        ({"$or": [{"prefix": "A"}, {"suffix": "M"}]}, False),
        ({"$or": [{"state": ["OK"]}, {}]}, None),
        ({"state": "ALARM"}, None),
    ],
)
def test_policy_lets_a_message_through_drops_it_or_depends(policy, expected):
    assert passes(json.dumps(policy), MESSAGE) is expected


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "[]", "null"])
def test_text_that_is_no_filter_policy_is_unknown(text):
    assert passes(text, MESSAGE) is None


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("{}", True), ('{"severity": [{"exists": false}]}', False), ('{"severity": ["high"]}', False), ("{", None)],
)
def test_message_without_any_attribute_passes_no_policy_but_the_empty_one(policy, expected):
    assert passes(policy, {}) is expected


@pytest.mark.parametrize(
    "text",
    [
        '{"a":' * 3_000 + "1" + "}" * 3_000,
        '{"a":' * 40 + '["x"]' + "}" * 40,
        '{"state": ["ALARM"], "state": ["OK"]}',
        '{"state": [Infinity]}',
        json.dumps({"state": ["x" * MOST_CHARACTERS]}),
        json.dumps({"state": ["x"] * (MOST_TESTS + 1)}),
        json.dumps({"tags": [{"prefix": "x"}] * (MOST_TESTS // 2)}),
    ],
)
def test_policy_that_is_too_deep_too_long_or_takes_too_many_tests_is_unknown(text):
    began = time.process_time()
    assert passes(text, MESSAGE) is None
    assert time.process_time() - began < 1


def test_decisions_may_share_a_budget():
    budget = Budget(3)
    policy = json.dumps({"state": ["OK", "ALARM"]})
    assert passes(policy, MESSAGE, budget) is True
    assert passes(policy, MESSAGE, budget) is None


def test_wildcards_and_nested_choices_that_multiply_end_soon():
    choice = {"state": [{"wildcard": "*A" * 2_000}]}
    for _ in range(12):
        choice = {"$or": [choice, choice]}
    began = time.process_time()
    assert passes(json.dumps(choice), {"state": "A" * 1_000}) is None
    assert time.process_time() - began < 1


NAMES = st.sampled_from(["a", "b", "c"])
TEXTS = st.text("xy", max_size=2)
# Of an empty text "exists" says neither that it is there nor that it is not; moto says that it is.
FILLED = st.text("xy", min_size=1, max_size=2)
RULES = st.one_of(
    TEXTS,
    st.integers(0, 3),
    TEXTS.map(lambda text: {"prefix": text}),
    TEXTS.map(lambda text: {"suffix": text}),
    st.booleans().map(lambda flag: {"exists": flag}),
    st.lists(TEXTS, min_size=1, max_size=2).map(lambda texts: {"anything-but": texts}),
    st.integers(0, 3).map(lambda bound: {"numeric": [">=", bound]}),
)
LEAVES = st.lists(RULES, min_size=1, max_size=2)


def mixed_types(policy, body):
    """moto compares a text with a number or finds a text within a text, where SNS keeps types apart."""
    for name, rules in policy.items():
        value = body.get(name)
        for rule in rules:
            operator, operand = next(iter(rule.items())) if isinstance(rule, dict) else ("", rule)
            wanted = {"prefix": str, "suffix": str, "numeric": int, "anything-but": str}.get(operator, type(operand))
            if name in body and operator != "exists" and not isinstance(value, wanted):
                return True
    return False


@given(st.dictionaries(NAMES, LEAVES, max_size=2), st.dictionaries(NAMES, FILLED | st.integers(0, 3)))
def test_flat_policies_agree_with_moto(policy, body):
    # SNS drops what carries no attribute at all; moto does not.
    if mixed_types(policy, body) or not body:
        return
    # moto gives up on a field at the first value that the message lacks, whatever rules follow.
    ordered = {
        name: sorted(rules, key=lambda rule: not (isinstance(rule, dict) and "exists" in rule))
        for name, rules in policy.items()
    }
    expected = FilterPolicyMatcher(ordered, "MessageBody").matches(None, json.dumps(body))
    assert passes(json.dumps(policy), body) is expected
