from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prowler_cis_monitoring.alert_path.statistics import (
    is_known,
    percentile,
    samples_for_significance,
    statistic_of,
)
from tests.alert_path.reference_alarm import take


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        ("Sum", 4.0),
        ("SampleCount", 4.0),
        ("Average", 1.0),
        ("Minimum", 0.0),
        ("Maximum", 3.0),
        ("p0", 0.0),
        ("p50", 0.0),
        ("p75", 1.0),
        ("p75.1", 1.0),
        ("p100", 3.0),
    ],
)
def test_statistic_of_two_zeros_a_one_and_a_three(statistic, expected):
    assert statistic_of(statistic, [(1.0, 1), (3.0, 1), (0.0, 2), (9.0, 0)]) == expected


@pytest.mark.parametrize("statistic", ["Sum", "SampleCount", "Average", "p90"])
def test_period_without_samples_has_no_datapoint(statistic):
    assert statistic_of(statistic, []) is None
    assert statistic_of(statistic, [(1.0, 0)]) is None


@given(
    st.sampled_from(["Sum", "SampleCount", "Average", "Minimum", "Maximum", "p1", "p33.3", "p50", "p99", "p100"]),
    st.lists(st.tuples(st.integers(-4, 4).map(float), st.integers(0, 4))),
)
def test_statistics_agree_with_the_reference(statistic, samples):
    expected = take(statistic, [value for value, count in samples for _ in range(count)])
    lower, upper = (statistic_of(statistic, samples, upward=upward) for upward in (False, True))
    if expected is None or not statistic.startswith("p"):
        assert lower == upper == expected
    else:
        assert lower <= expected <= upper


@pytest.mark.parametrize(
    ("statistic", "lower", "upper"),
    [("p0", 1.0, 1.0), ("p10", 1.0, 2.0), ("p25", 2.0, 2.0), ("p99", 4.0, 5.0), ("p50", 3.0, 3.0), ("p100", 5.0, 5.0)],
)
def test_percentile_between_two_of_five_samples(statistic, lower, upper):
    samples = [(float(number), 1) for number in range(1, 6)]
    assert (statistic_of(statistic, samples), statistic_of(statistic, samples, upward=True)) == (lower, upper)


@pytest.mark.parametrize(
    ("statistic", "percentage"),
    [
        ("p99", 99.0),
        ("p99.9", 99.9),
        ("p0", 0.0),
        ("p100", 100.0),
        ("p100.1", None),
        ("p", None),
        ("tm99", None),
        ("Sum", None),
    ],
)
def test_percentage_of_a_percentile(statistic, percentage):
    assert percentile(statistic) == percentage


@pytest.mark.parametrize(
    ("statistic", "known"),
    [
        ("Sum", True),
        ("SampleCount", True),
        ("Average", True),
        ("Minimum", True),
        ("Maximum", True),
        ("p50", True),
        ("sum", False),
        ("tm90", False),
        ("IQM", False),
        ("PR(1:2)", False),
        ("p101", False),
    ],
)
def test_statistics_that_can_be_computed(statistic, known):
    assert is_known(statistic) is known


@pytest.mark.parametrize(
    ("percentage", "needed"), [(50, 20), (90, 100), (10, 100), (99, 1000), (100, math.inf), (0, math.inf)]
)
def test_samples_that_make_a_percentile_significant(percentage, needed):
    assert samples_for_significance(percentage) == pytest.approx(needed)
