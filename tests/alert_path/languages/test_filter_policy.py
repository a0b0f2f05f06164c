from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.sns.utils import FilterPolicyMatcher

from prowler_cis_monitoring.alert_path.languages.filter_policy import Unforeseen, passes

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
        ({"state": [{"anything-but": {"wildcard": "*"}}]}, None),
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
        ({"state": [{"wildcard": "A*"}]}, None),
        ({"severity": [{"wildcard": "A*"}]}, None),
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
        ({"state": "ALARM"}, None),
    ],
)
def test_policy_lets_a_message_through_drops_it_or_depends(policy, expected):
    assert passes(json.dumps(policy), MESSAGE) is expected


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "[]", "null"])
def test_text_that_is_no_filter_policy_is_unknown(text):
    assert passes(text, MESSAGE) is None


def test_message_without_attributes_passes_only_exists_false():
    assert passes('{"severity": [{"exists": false}]}', {}) is True
    assert passes('{"severity": ["high"]}', {}) is False


NAMES = st.sampled_from(["a", "b", "c"])
TEXTS = st.text("xy", max_size=2)
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


@given(st.dictionaries(NAMES, LEAVES, max_size=2), st.dictionaries(NAMES, TEXTS | st.integers(0, 3)))
def test_flat_policies_agree_with_moto(policy, body):
    if mixed_types(policy, body):
        return
    # moto gives up on a field at the first value that the message lacks, whatever rules follow.
    ordered = {
        name: sorted(rules, key=lambda rule: not (isinstance(rule, dict) and "exists" in rule))
        for name, rules in policy.items()
    }
    expected = FilterPolicyMatcher(ordered, "MessageBody").matches(None, json.dumps(body))
    assert passes(json.dumps(policy), body) is expected
