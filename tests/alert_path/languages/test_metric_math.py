from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prowler_cis_monitoring.alert_path.languages.metric_math import (
    AT_REST,
    IN_MOTION,
    METRICS,
    Assumption,
    Unanalysed,
    parse,
    series_of,
    value_of,
)

VALUES = {"m1": 3.0, "m2": 4.0, "zero": 0.0, "none": None}
CAUTIOUS = Assumption(None, None)
GENEROUS = Assumption(0.0, 0.0)


def value(text, assumption=CAUTIOUS):
    return value_of(parse(text), VALUES.__getitem__, lambda: list(VALUES.values()), assumption)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("m1", 3.0),
        ("none", None),
        ("2", 2.0),
        (".5", 0.5),
        ("1.5e1", 15.0),
        ("-m1", -3.0),
        ("--m1", 3.0),
        ("m1 + m2", 7.0),
        ("m1 - m2 - 1", -2.0),
        ("m1 + m2 * 2", 11.0),
        ("(m1 + m2) * 2", 14.0),
        ("m2 / 2 / 2", 1.0),
        ("m1 / zero", None),
        ("2 ^ m1", 8.0),
        ("-1 ^ 0.5", None),
        ("10 ^ 400", None),
        ("9 ^ 999 * 9 ^ 999", None),
        ("m1 * (1 / 2)", 1.5),
        ("none * 2", None),
        ("none * (1 + 1)", None),
        ("ABS(-m1)", 3.0),
        ("CEIL(m1 / 2)", 2.0),
        ("FLOOR(m1 / 2)", 1.0),
        ("ABS(none)", None),
        ("m1 > 2", 1.0),
        ("m1 >= 3", 1.0),
        ("m1 < 3", 0.0),
        ("m1 <= 3", 1.0),
        ("m1 == 3", 1.0),
        ("m1 != 3", 0.0),
        ("m1 > 2 && m2 > 9", 0.0),
        ("m1 > 2 AND m2 > 2", 1.0),
        ("m1 > 9 OR m2 > 2", 1.0),
        ("m1 > 9 || m2 > 9", 0.0),
        ("m1 > 9 || m1 > 2 && m2 > 2", 1.0),
        ("SUM([m1, m2])", 7.0),
        ("SUM([m1, none])", 3.0),
        ("SUM([none])", None),
        ("SUM([])", None),
        ("AVG([m1, m2])", 3.5),
        ("AVG([m1, none])", 3.0),
        ("MIN([m1, m2])", 3.0),
        ("MAX([m1, m2])", 4.0),
        ("SUM(METRICS())", 7.0),
        ("MAX(METRICS())", 4.0),
        ("FILL(m1, 0)", 3.0),
        ("FILL(none, 0)", 0.0),
        ("FILL(none, -1)", -1.0),
        ("SUM(FILL([none, m1], 1))", 4.0),
        ("SUM(FILL(METRICS(), 5))", 12.0),
        ("IF(m1 > 2, 10, 20)", 10.0),
        ("IF(m1 > 9, 10, 20)", 20.0),
        ("IF(m1 > 9, m2)", None),
        ("IF(m1, m2)", 4.0),
        ("IF(none, 1, 2)", None),
    ],
)
def test_expression_has_a_value(text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("m1 + none", 3.0),
        ("none + m1", 3.0),
        ("none - m1", -3.0),
        ("none + none", None),
        ("none * 2", None),
        ("-none", None),
        ("(none * 2) + m1", 3.0),
        ("IF(none, 1, 2)", 2.0),
        ("IF(none > 0, 1, 2)", 2.0),
        ("IF(none, 1)", None),
    ],
)
def test_missing_operand_may_count_as_zero(text, expected):
    assert value(text, GENEROUS) == expected


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("", r"column 0 \(an operand expected\)"),
        ("m1 +", r"column 4 \(an operand expected\)"),
        ("m1 m2", r"column 3 \(the end expected\)"),
        ("(m1", r"column 3 \(\) expected\)"),
        ("[m1", r"column 3 \(\] expected\)"),
        ("SUM(m1", r"column 6 \(\) expected\)"),
        ("m1 % 2", r"column 3 \(the end expected\)"),
        ("'text'", r"column 0 \(an operand expected\)"),
        ("RUNNING_SUM(m1)", "RUNNING_SUM"),
        ("SEARCH('x')", "SEARCH"),
        ("SUM(m1)", "SUM of a single time series"),
        ("SUM([m1], [m2])", "SUM of a single time series"),
        ("MAX()", "MAX of a single time series"),
        ("AVG(5)", "AVG of a single time series"),
        ("[m1]", "several time series where one is expected"),
        ("METRICS() * 2", "several time series where one is expected"),
        ("SUM([[m1]])", "several time series where one is expected"),
        ("SUM(METRICS('m'))", r"column 12 \(an operand expected\)"),
        ("METRICS(m1)", "METRICS with 1 operands"),
        ("FILL(m1)", "FILL with anything but a number"),
        ("FILL(m1, REPEAT)", "FILL with anything but a number"),
        ("FILL(m1, 0, 1)", "FILL with anything but a number"),
        ("IF(m1)", "IF with 1 operands"),
        ("IF(m1, 1, 2, 3)", "IF with 4 operands"),
        ("ABS(m1, m2)", "ABS with 2 operands"),
        ("m1 = 3", r"column 3 \(the end expected\)"),
        (")", r"column 0 \(an operand expected\)"),
        ("(" * 10_000, r"column 101 \(nested too deeply\)"),
        ("-" * 150 + "m1", r"column 101 \(nested too deeply\)"),
        ("1+" * 1000 + "1", r"column 202 \(too many operators\)"),
    ],
)
def test_what_is_not_analysed_is_named(text, met):
    with pytest.raises(Unanalysed, match=f"^{met}$"):
        value(text)


def test_longest_chain_is_evaluated():
    assert value("+".join(["m1"] * 101)) == 303.0
    with pytest.raises(Unanalysed):
        value("+".join(["m1"] * 102))


def test_deepest_nesting_is_evaluated():
    assert value("(" * 100 + "m1" + ")" * 100) == 3.0
    with pytest.raises(Unanalysed):
        value("(" * 101 + "m1" + ")" * 101)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("1", []),
        ("m1 + m2 * m1", ["m1", "m2", "m1"]),
        ("IF(m1 > 0, FILL(m2, 0))", ["m1", "m2"]),
        ("SUM(METRICS()) + e1", [METRICS, "e1"]),
    ],
)
def test_expression_names_what_it_reads(text, ids):
    assert list(series_of(parse(text))) == ids


def test_assumptions_cover_rest_and_motion_with_both_readings_of_missing_operands():
    assert {(one.other, one.missing) for one in AT_REST} == {(None, None), (None, 0.0), (0.0, None), (0.0, 0.0)}
    assert {one.other for one in IN_MOTION} == {1.0, -1.0, 1e6, -1e6}
    assert {one.missing for one in IN_MOTION} == {None, 0.0}


NUMBERS = st.integers(-5, 5)


@given(
    st.recursive(
        NUMBERS.map(str) | st.sampled_from(["m1", "m2"]),
        lambda inner: st.tuples(inner, st.sampled_from(["+", "-", "*", "<", ">=", "=="]), inner).map(
            lambda parts: "(" + "".join(parts) + ")"
        ),
        max_leaves=8,
    )
)
def test_arithmetic_agrees_with_python(text):
    expected = eval(text, {"m1": 3.0, "m2": 4.0})
    assert math.isclose(value(text), float(expected))


@given(st.text("m12+-*/()[], SUMFILIF&|<>=", max_size=20))
def test_any_text_has_a_value_or_is_not_analysed(text):
    try:
        series = value_of(parse(text), lambda _: 1.0, lambda: [1.0], GENEROUS)
    except Unanalysed:
        return
    assert series is None or math.isfinite(series)
