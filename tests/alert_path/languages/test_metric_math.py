from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prowler_cis_monitoring.alert_path.languages.metric_math import (
    AT_REST,
    IN_MOTION,
    Unanalysed,
    ids_read,
    value_of,
)

VALUES = {"m1": 3.0, "m2": 4.0, "zero": 0.0, "none": None}


class Elements:
    """Metrics with a period of five minutes."""

    def value(self, key):
        if key not in VALUES:
            raise Unanalysed(key)
        return VALUES[key]

    def metrics(self, part):
        return [value for key, value in VALUES.items() if part in key]

    def period(self, key):
        self.value(key)
        return 300


def value(text):
    return value_of(text, Elements())


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
        ("AVG([m1, none])", 1.5),
        ("MIN([m1, none])", 0.0),
        ("MAX([-m1, none])", 0.0),
        ("SUM([none, none])", None),
        ("SUM([METRICS('m'), zero])", 7.0),
        ('SUM(METRICS("m"))', 7.0),
        ('SUM(METRICS("m2"))', 4.0),
        ("AVG(METRICS('o'))", 0.0),
        ("SUM([m1, m2] * 2)", 14.0),
        ("SUM(12 / [m1, m2, zero])", 7.0),
        ("SUM(-[m1, m2])", -7.0),
        ("MAX(ABS([-m1, m2] - m2))", 7.0),
        ("SUM([m1, none] + m2)", 11.0),
        ("PERIOD(m1)", 300.0),
        ("m1 / PERIOD(m1)", 0.01),
        ("none / PERIOD(m1)", None),
        ("LOG10(m1 * 100 / 3)", 2.0),
        ("LOG(zero)", None),
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
        ("IF(none > 0, 1, 2)", None),
        ("IF(m1, none, 2)", 0.0),
        ("IF(zero, 1, none)", None),
        ("IF(1, none, m1)", None),
        ("IF(1 > 0, m1)", 3.0),
        ("FILL(none, m1)", 3.0),
        ("FILL(none, none)", None),
        ("FILL(none, PERIOD(m1))", 300.0),
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
        ("m1 > 0 OR none > 0", 1.0),
        ("none < m1", 1.0),
        ("none + 5", None),
    ],
)
def test_missing_operand_counts_as_zero_where_another_series_has_data(text, expected):
    assert value(text) == expected


def test_operators_agree_with_the_example_of_the_user_guide():
    """metric1 has 30, 20, 0, 0 and metric2 has 20, nothing, 20, nothing."""
    series = {"metric1": [30.0, 20.0, 0.0, 0.0], "metric2": [20.0, None, 20.0, None]}

    def at(text, place):
        class Now(Elements):
            def value(self, key):
                return series[key][place]

        return value_of(text, Now())

    assert [at("metric1 < metric2", place) for place in range(4)] == [0.0, 0.0, 1.0, 0.0]
    assert [at("metric1 >= 30", place) for place in range(4)] == [1.0, 0.0, 0.0, 0.0]
    assert [at("metric1 > 15 AND metric2 > 15", place) for place in range(4)] == [1.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IF(metric1, metric2, metric3)", [30, 0, 20, None, None]),
        ("IF(metric1, 5, metric3)", [5, 5, 20, None, None]),
        ("IF(metric1, metric2, 5)", [30, 0, 5, 5, None]),
    ],
)
def test_if_agrees_with_the_examples_of_the_user_guide(text, expected):
    series = {"metric1": [1, 1, 0, 0, None], "metric2": [30, None, 0, 0, 30], "metric3": [0, 0, 20, None, 20]}
    for place, there in enumerate(expected):

        class Now(Elements):
            def value(self, key, place=place):
                return series[key][place]

        assert value_of(text, Now()) == there


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
        ("'text'", 'the text "text"'),
        ("RUNNING_SUM(m1)", "RUNNING_SUM"),
        ("SEARCH('x')", "SEARCH"),
        ("SUM(m1)", "SUM of a single time series"),
        ("SUM([m1], [m2])", "SUM of a single time series"),
        ("MAX()", "MAX of a single time series"),
        ("AVG(5)", "AVG of a single time series"),
        ("[m1]", "several time series where one is expected"),
        ("METRICS() * 2", "several time series where one is expected"),
        ("[m1, m2] + [m1, m2]", r"\+ of several time series"),
        ("SUM([m1, m2] > 2)", "> of several time series"),
        ("METRICS(m1)", "METRICS of anything but a text"),
        ("PERIOD(m1 + m2)", "PERIOD of anything but a metric"),
        ("PERIOD()", "PERIOD of anything but a metric"),
        ("FILL(m1)", "FILL with 1 operands"),
        ("FILL(m1, REPEAT)", "REPEAT"),
        ("FILL(m1, [m1])", "FILL with several time series"),
        ("FILL(m1, 0, 1)", "FILL with 3 operands"),
        ("IF(m1)", "IF with 1 operands or several time series"),
        ("IF(m1, [m1])", "IF with 2 operands or several time series"),
        ("IF(m1, 1, 2, 3)", "IF with 4 operands or several time series"),
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
        ("m1 + m2 * m1", ["m1", "m2"]),
        ("IF(m1 > 0, FILL(m2, 0))", ["m1", "m2"]),
        ("SUM(METRICS()) + e1", ["m1", "m2", "n1", "e1"]),
        ("SUM(METRICS('m'))", ["m1", "m2"]),
        ('SUM(METRICS ( "m" )) AND PERIOD(n1) OR MAX ([1e5, 2.e3])', ["m1", "m2", "n1"]),
        ("METRICS(')') + m1", ["m1"]),
        ("+".join(["m1"] * 500), ["m1"]),
    ],
)
def test_expression_names_what_it_reads(text, ids):
    assert ids_read(text, ["m1", "m2", "n1"]) == ids


@pytest.mark.parametrize("text", ["SEARCH('m', 'Sum', 300)", "AVG(METRICS(m1))", "ANOMALY_DETECTION_BAND (m1)"])
def test_expression_may_read_more_than_it_names(text):
    with pytest.raises(Unanalysed):
        ids_read(text, ["m1", "m2"])


def test_assumptions_cover_rest_and_motion():
    assert [one.other for one in AT_REST] == [None, 0.0]
    assert {one.other for one in IN_MOTION} == {1.0, -1.0, 1e6, -1e6}


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


@given(st.text("m12+-*/()[], SUMFILIF&|<>='", max_size=20))
def test_any_text_has_a_value_or_is_not_analysed(text):
    try:
        series = value(text)
    except Unanalysed:
        return
    assert series is None or math.isfinite(series)
