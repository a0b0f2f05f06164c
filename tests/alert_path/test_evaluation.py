"""AWS gives tables in "Configuring how CloudWatch alarms treat missing data"; they are repeated here."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prowler_cis_monitoring.alert_path.evaluation import Course, Evaluation, course, next_state
from tests.alert_path import reference_alarm

KEEP = "the state before"
POINTS = {"0": False, "-": None, "X": True}


@pytest.mark.parametrize(
    ("window", "missing", "ignore", "breaching", "not_breaching"),
    [
        ("0-X-X", "OK", "OK", "OK", "OK"),
        ("0----", "OK", "OK", "OK", "OK"),
        ("-----", "INSUFFICIENT_DATA", KEEP, "ALARM", "OK"),
        ("0XX-X", "ALARM", "ALARM", "ALARM", "ALARM"),
        ("--X--", "ALARM", KEEP, "ALARM", "OK"),
    ],
)
def test_three_out_of_three(window, missing, ignore, breaching, not_breaching):
    check(Evaluation(3, 3, ""), window, missing, ignore, breaching, not_breaching)


@pytest.mark.parametrize(
    ("window", "missing", "ignore", "breaching", "not_breaching"),
    [
        ("0-X-X", "ALARM", "ALARM", "ALARM", "ALARM"),
        ("00X0X", "ALARM", "ALARM", "ALARM", "ALARM"),
        ("0-X--", "OK", "OK", "ALARM", "OK"),
        ("----0", "OK", "OK", "ALARM", "OK"),
        ("---X-", "ALARM", KEEP, "ALARM", "OK"),
    ],
)
def test_two_out_of_three(window, missing, ignore, breaching, not_breaching):
    check(Evaluation(3, 2, ""), window, missing, ignore, breaching, not_breaching)


def test_lone_breaching_datapoint_that_is_too_young_changes_nothing():
    check(Evaluation(3, 2, ""), "----X", KEEP, KEEP, "ALARM", "OK")


def check(evaluation, window, *expected):
    points = [POINTS[point] for point in window]
    for treatment, state in zip(("missing", "ignore", "breaching", "notBreaching"), expected, strict=True):
        treated = Evaluation(evaluation.periods, evaluation.datapoints, treatment)
        assert next_state(treated, points, KEEP) == state, treatment


@pytest.mark.parametrize(("periods", "reach"), [(1, 3), (2, 4), (3, 5), (6, 8), (9, 12), (240, 320)])
def test_evaluation_range_is_longer_than_the_evaluation_periods(periods, reach):
    assert Evaluation(periods, periods, "missing").range == reach


@pytest.mark.parametrize(
    ("periods", "datapoints", "missing", "base", "expected"),
    [
        (1, 1, "missing", None, (False, 0, False)),
        (1, 1, "notBreaching", None, (False, 0, False)),
        (1, 1, "ignore", None, (False, 0, True)),
        (1, 1, "breaching", None, (True, None, False)),
        (1, 1, "missing", False, (False, 0, False)),
        (1, 1, "ignore", False, (False, 0, False)),
        (1, 1, "breaching", False, (False, 0, False)),
        (1, 1, "missing", True, (True, None, False)),
        (3, 3, "missing", None, (False, 2, False)),
        (3, 2, "missing", None, (False, 1, False)),
        (3, 3, "ignore", None, (False, None, False)),
        (3, 3, "notBreaching", None, (False, None, False)),
        (3, 1, "notBreaching", None, (False, 0, False)),
        (3, 3, "missing", False, (False, None, False)),
        (3, 1, "missing", False, (False, 0, False)),
        (240, 240, "missing", None, (False, 239, False)),
    ],
)
def test_course_of_an_alarm_through_one_breaching_period(periods, datapoints, missing, base, expected):
    followed = course(Evaluation(periods, datapoints, missing), event=True, base=base)
    assert (followed.stuck, followed.rings_after, followed.latches) == expected


@pytest.mark.parametrize(
    ("missing", "base", "rest"),
    [
        ("missing", None, "INSUFFICIENT_DATA"),
        ("missing", False, "OK"),
        ("notBreaching", None, "OK"),
        ("breaching", False, "OK"),
        ("breaching", None, "ALARM"),
        ("ignore", False, "OK"),
    ],
)
def test_state_in_which_an_alarm_rests(missing, base, rest):
    assert course(Evaluation(1, 1, missing), event=True, base=base).rest == rest


@pytest.mark.parametrize("idle", ["OK", "INSUFFICIENT_DATA", "ALARM"])
def test_alarm_that_ignores_missing_data_rests_in_any_state(idle):
    assert course(Evaluation(1, 1, "ignore"), event=True, base=None, idle=idle).rest == idle


def test_course_of_an_alarm_whose_event_does_not_breach():
    followed = course(Evaluation(1, 1, "missing"), event=False, base=None)
    assert followed == Course("INSUFFICIENT_DATA", ((0, "OK"), (3, "INSUFFICIENT_DATA")))
    assert followed.rings_after is None


def test_course_of_an_alarm_whose_event_gives_no_datapoint():
    assert course(Evaluation(1, 1, "breaching"), event=None, base=False) == Course("OK", ())


def test_lone_breaching_period_is_seen_for_as_long_as_the_evaluation_range():
    assert course(Evaluation(1, 1, "notBreaching"), event=True, base=None).steps == ((0, "ALARM"), (3, "OK"))
    assert course(Evaluation(1, 1, "notBreaching"), event=True, base=False).steps == ((0, "ALARM"), (1, "OK"))


def test_longest_evaluation_is_followed_quickly_enough():
    assert course(Evaluation(1440, 1440, "missing"), event=True, base=None).rings_after == 1439


@st.composite
def configurations(draw):
    periods = draw(st.integers(1, 6))
    treatment = draw(st.sampled_from(["missing", "ignore", "breaching", "notBreaching"]))
    return Evaluation(periods, draw(st.integers(1, periods)), treatment)


@given(configurations(), st.data(), st.sampled_from(["OK", "ALARM", "INSUFFICIENT_DATA"]))
def test_state_agrees_with_the_reference(evaluation, data, before):
    size = evaluation.range
    window = data.draw(st.lists(st.sampled_from([True, False, None]), min_size=size, max_size=size))
    expected = reference_alarm.state_of(window, evaluation.periods, evaluation.datapoints, evaluation.missing, before)
    assert next_state(evaluation, window, before) == expected


@given(
    configurations(),
    st.sampled_from([True, False, None]),
    st.sampled_from([True, False, None]),
    st.sampled_from(["OK", "INSUFFICIENT_DATA"]),
)
def test_course_agrees_with_the_reference_in_every_period(evaluation, event, base, idle):
    def state_of(timeline, before):
        window = ([None] * evaluation.range + timeline)[-evaluation.range :]
        return reference_alarm.state_of(window, evaluation.periods, evaluation.datapoints, evaluation.missing, before)

    state, timeline, states = idle, [], []
    for point in [base] * 24 + [event] + [base] * 24:
        timeline.append(point)
        state = state_of(timeline, state)
        states.append(state)
    followed = course(evaluation, event=event, base=base, idle=idle)
    if base is not None or evaluation.missing != "ignore":
        assert followed.rest == states[23]
    reached = [next((s for after, s in reversed(followed.steps) if after <= age), followed.rest) for age in range(25)]
    assert reached == states[24:]
