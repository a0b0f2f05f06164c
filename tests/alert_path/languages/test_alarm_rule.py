from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prowler_cis_monitoring.alert_path.languages import alarm_rule
from prowler_cis_monitoring.alert_path.languages.alarm_rule import (
    AlarmRuleError,
    AtLeast,
    Conjunction,
    Constant,
    Disjunction,
    InState,
    Negation,
    alarms_of,
    holds,
    parse,
    text_of,
)

A, B, C = (InState("ALARM", name) for name in "abc")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TRUE", Constant(True)),
        ("false", Constant(False)),
        ("ALARM(a)", A),
        ('ALARM("a")', A),
        (" ALARM ( a ) ", A),
        ("ALARM(root usage (prod)", None),
        ('ALARM("root usage (prod), \\"x\\" \\\\")', InState("ALARM", 'root usage (prod), "x" \\')),
        ("ALARM(root usage)", InState("ALARM", "root usage")),
        ("OK(a)", InState("OK", "a")),
        ("INSUFFICIENT_DATA(a)", InState("INSUFFICIENT_DATA", "a")),
        (
            "ALARM(arn:aws:cloudwatch:us-east-1:1:alarm:a)",
            InState("ALARM", "arn:aws:cloudwatch:us-east-1:1:alarm:a"),
        ),
        ("NOT ALARM(a)", Negation(A)),
        ("NOT NOT ALARM(a)", Negation(Negation(A))),
        ("NOT(ALARM(a))", Negation(A)),
        ("ALARM(a)AND ALARM(b)", Conjunction((A, B))),
        ("ALARM(a) AND ALARM(b) AND ALARM(c)", Conjunction((A, B, C))),
        ("ALARM(a) OR ALARM(b) AND ALARM(c)", Disjunction((A, Conjunction((B, C))))),
        ("ALARM(a) AND ALARM(b) OR ALARM(c)", Disjunction((Conjunction((A, B)), C))),
        ("(ALARM(a) OR ALARM(b)) AND ALARM(c)", Conjunction((Disjunction((A, B)), C))),
        ("NOT ALARM(a) AND ALARM(b)", Conjunction((Negation(A), B))),
        ("AT_LEAST(2, ALARM, (a, b, c))", AtLeast(2, False, "ALARM", False, ("a", "b", "c"))),
        ('AT_LEAST(60 %, NOT OK, ("a", "b"))', AtLeast(60, True, "OK", True, ("a", "b"))),
    ],
)
def test_rule_is_read(text, expected):
    if expected is None:
        with pytest.raises(AlarmRuleError):
            parse(text)
    else:
        assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("", 0, "TRUE, FALSE, ALARM, OK, INSUFFICIENT_DATA or AT_LEAST expected"),
        ("ALARM", 5, r"\( expected"),
        ("ALARM(", 6, "an alarm's name or ARN expected"),
        ("ALARM(a", 7, r"\) expected"),
        ('ALARM("a)', 6, "an alarm's name or ARN expected"),
        ("ALARM(a) ALARM(b)", 9, "AND, OR or the end expected"),
        ("ALARM(a) AND", 12, "expected"),
        ("(ALARM(a)", 9, r"\) expected"),
        ("ALARMED(a)", 0, "expected"),
        ("AT_LEAST(ALARM, (a))", 9, "a number or a percentage expected"),
        ("AT_LEAST(1 ALARM, (a))", 11, ", expected"),
        ("AT_LEAST(1, ALARM (a))", 18, ", expected"),
        ("AT_LEAST(1, TRUE, (a))", 12, "expected"),
        ("AT_LEAST(1, ALARM, a)", 19, r"\( expected"),
        ("AT_LEAST(1, ALARM, (a,))", 22, "an alarm's name or ARN expected"),
        ("AT_LEAST 1", 9, r"\( expected"),
        ("AT_LEAST(1, ALARM, (a) AND", 23, r"\) expected"),
    ],
)
def test_error_tells_the_column(text, position, message):
    with pytest.raises(AlarmRuleError, match=rf"{message} at column {position}$") as raised:
        parse(text)
    assert raised.value.position == position


def test_rule_nested_a_hundred_times_is_read_and_deeper_is_an_error():
    assert parse("NOT " * 100 + "TRUE")
    for deep in ("NOT " * 101 + "TRUE", "(" * 100_000, "NOT " * 100_000):
        with pytest.raises(AlarmRuleError, match="nested too deeply"):
            parse(deep)


def test_many_rules_side_by_side_are_not_nested():
    assert len(parse(" OR ".join(["(ALARM(a))"] * 300)).operands) == 300


STATES = st.sampled_from(["ALARM", "OK", "INSUFFICIENT_DATA"])
NAMES = st.text(min_size=1, max_size=4)
LEAVES = st.one_of(
    st.builds(Constant, st.booleans()),
    st.builds(InState, STATES, NAMES),
    st.builds(
        AtLeast, st.integers(1, 120), st.booleans(), STATES, st.booleans(), st.lists(NAMES, min_size=1).map(tuple)
    ),
)


def unlike(kind):
    """Two or more operands none of which is of the same kind: `parse` reads a chain as one rule."""
    return lambda inner: st.lists(inner.filter(lambda rule: not isinstance(rule, kind)), min_size=2, max_size=3).map(
        lambda operands: kind(tuple(operands))
    )


RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.builds(Negation, inner), unlike(Conjunction)(inner), unlike(Disjunction)(inner)),
    max_leaves=8,
)


@given(RULES)
def test_text_of_a_rule_is_read_as_the_same_rule(rule):
    assert parse(text_of(rule)) == rule


@given(st.text('ALRMOKTUEFS ()"\\,ND_a%1', max_size=30))
def test_any_text_is_read_or_is_an_error_within_it(text):
    try:
        rule = parse(text)
    except AlarmRuleError as error:
        position = error.position
        assert 0 <= position <= len(text)
    else:
        assert parse(text_of(rule)) == rule


def naive(rule, states):
    """A second opinion on the truth of a rule when every state is known."""
    match rule:
        case Constant(value):
            return value
        case InState(state, alarm):
            return states[alarm] == state
        case Negation(operand):
            return not naive(operand, states)
        case Conjunction(operands):
            return all(naive(operand, states) for operand in operands)
        case Disjunction(operands):
            return any(naive(operand, states) for operand in operands)
    matching = sum((states[alarm] == rule.state) is not rule.negated for alarm in rule.alarms)
    return matching / len(rule.alarms) >= rule.count / 100 if rule.percent else matching >= rule.count


FEW = st.sampled_from("abcd")
RULES_OF_FEW = st.recursive(
    st.one_of(
        st.builds(Constant, st.booleans()),
        st.builds(InState, STATES, FEW),
        st.builds(
            AtLeast,
            st.sampled_from([1, 2, 25, 50, 75, 100]),
            st.booleans(),
            STATES,
            st.booleans(),
            st.lists(FEW, min_size=1, max_size=4, unique=True).map(tuple),
        ),
    ),
    lambda inner: st.one_of(st.builds(Negation, inner), unlike(Conjunction)(inner), unlike(Disjunction)(inner)),
    max_leaves=6,
)


@given(RULES_OF_FEW, st.fixed_dictionaries(dict.fromkeys("abcd", STATES)))
def test_truth_agrees_with_a_second_opinion(rule, states):
    assert holds(rule, states.get) is naive(rule, states)


@given(RULES_OF_FEW, st.fixed_dictionaries(dict.fromkeys("abcd", STATES)), st.sets(FEW))
def test_known_truth_does_not_change_when_an_unknown_state_becomes_known(rule, states, hidden):
    seen = holds(rule, lambda name: None if name in hidden else states[name])
    assert seen is None or seen is naive(rule, states)


@pytest.mark.parametrize(
    ("text", "states", "expected"),
    [
        ("AT_LEAST(2, ALARM, (a, b, c))", {"a": "ALARM", "b": "ALARM", "c": "OK"}, True),
        ("AT_LEAST(2, ALARM, (a, b, c))", {"a": "ALARM", "b": "OK"}, None),
        ("AT_LEAST(2, ALARM, (a, b, c))", {"b": "OK", "c": "OK"}, False),
        ("AT_LEAST(2, NOT OK, (a, b, c))", {"a": "ALARM", "b": "INSUFFICIENT_DATA", "c": "OK"}, True),
        ("AT_LEAST(50%, ALARM, (a, b, c))", {"a": "ALARM", "b": "OK", "c": "OK"}, False),
        ("AT_LEAST(50%, ALARM, (a, b, c, d))", {"a": "ALARM", "b": "ALARM", "c": "OK", "d": "OK"}, True),
        ("ALARM(a) OR ALARM(b)", {"a": "ALARM"}, True),
        ("ALARM(a) AND ALARM(b)", {"a": "ALARM"}, None),
        ("NOT ALARM(a)", {}, None),
    ],
)
def test_rule_over_alarms_that_are_not_all_known(text, states, expected):
    assert holds(parse(text), states.get) is expected


def test_alarms_are_named_in_the_order_of_the_text():
    rule = parse("NOT OK(c) AND (TRUE OR ALARM(b)) AND AT_LEAST(1, OK, (a, b))")
    assert list(alarms_of(rule)) == ["c", "b", "a", "b"]


def test_error_is_a_value_error():
    assert issubclass(alarm_rule.AlarmRuleError, ValueError)
