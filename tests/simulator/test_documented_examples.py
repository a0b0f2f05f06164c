"""The simulator against the examples that AWS documents."""

from collections import Counter

import pytest

from tests.simulator import alarm_rules, metric_math
from tests.simulator.accounts import Plan, alarm, arn_of, composite
from tests.simulator.alarm_states import Watched, next_state, samples_needed, statistic_of
from tests.simulator.draws import Draws, shrunk
from tests.simulator.simulation import QUIET, Choices, Simulation, Suppression

TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
KEEPS = "the state before"
POINTS = {"0": False, "X": True, "-": None}


# CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data": 3 of 3, then 2 of 3; newest last.
@pytest.mark.parametrize(
    ("needed", "points", "states"),
    [
        (3, "0-X-X", ("OK", "OK", "OK", "OK")),
        (3, "0----", ("OK", "OK", "OK", "OK")),
        (3, "-----", ("INSUFFICIENT_DATA", KEEPS, "ALARM", "OK")),
        (3, "0XX-X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        (3, "--X--", ("ALARM", KEEPS, "ALARM", "OK")),
        (2, "0-X-X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        (2, "00X0X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        (2, "0-X--", ("OK", "OK", "ALARM", "OK")),
        (2, "----0", ("OK", "OK", "ALARM", "OK")),
        (2, "---X-", ("ALARM", KEEPS, "ALARM", "OK")),
    ],
)
@pytest.mark.parametrize("before", ["OK", "ALARM"])
def test_states_with_missing_data_are_as_documented(needed, points, states, before):
    newest_first = [POINTS[point] for point in reversed(points)]
    for treatment, state in zip(TREATMENTS, states, strict=True):
        found = alarm("a", (), evaluation_periods=3, datapoints_to_alarm=needed, treat_missing_data=treatment)
        assert next_state(newest_first, found, before, Choices()) == (before if state == KEEPS else state)


@pytest.mark.parametrize("points", ["----X", "---X-"])
def test_an_alarm_waits_with_a_young_datapoint(points):
    newest_first = [POINTS[point] for point in reversed(points)]
    found = alarm("a", (), evaluation_periods=3, treat_missing_data="missing")
    assert next_state(newest_first, found, "OK", Choices()) == "OK"


def suppressed(wait, extension, states, suppressor):
    """The actions taken, by time unit, for composite and suppressor states from t1 on ("." OK, "A" ALARM)."""
    found = Suppression(wait, extension, states[0], suppressor[0] == "A", Choices())
    moves = (
        (now, found.move(now, *each))
        for now, each in enumerate(zip(states, [s == "A" for s in suppressor], strict=True), 1)
    )
    return [(now, state) for now, taken in moves for state in taken]


# CloudWatch User Guide, "Suppressing composite alarm actions", examples 1 to 6: wait 2, extension 3 time units.
@pytest.mark.parametrize(
    ("states", "suppressor", "actions"),
    [
        (".AAAAA", "......", [(4, "A")]),
        (".AAAAA", "..AAAA", []),
        (".A....", "......", [(5, ".")]),
        (".AAAAA", "AAAAAA", []),
        (".AAAAAAAAA", "..AAA.....", [(9, "A")]),
        (".AAAAA....", "..AAA.....", [(9, ".")]),
    ],
)
def test_actions_are_suppressed_as_documented(states, suppressor, actions):
    # In the fifth and sixth example the suppressor is back at t6.
    assert suppressed(2, 3, states, suppressor) == actions


M1, M2, M3 = [1, 1, 0, 0, None], [30, None, 0, 0, 30], [0, 0, 20, None, 20]


# CloudWatch User Guide, "Using metric math": comparison and logical operators, and IF.
@pytest.mark.parametrize(
    ("expression", "metrics", "values"),
    [
        ("m1 < m2", ([30, 20, 0, 0], [20, None, 20, None]), [0, 0, 1, 0]),
        ("m1 >= 30", ([30, 20, 0, 0],), [1, 0, 0, 0]),
        ("m1 > 15 AND m2 > 15", ([30, 20, 0, 0], [20, None, 20, None]), [1, 0, 0, 0]),
        ("IF(m1, m2, m3)", (M1, M2, M3), [30, 0, 20, None, None]),
        ("IF(m1, 5, m3)", (M1, M2, M3), [5, 5, 20, None, None]),
        ("IF(m1, m2, 5)", (M1, M2, M3), [30, 0, 5, 5, None]),
        ("IF(m2 < 400, m2)", (M1, M2), [30, None, 0, 0, 30]),
        ("IF(m2 > 1, 10, 2)", (M1, M2), [10, None, 2, 2, 10]),
    ],
)
def test_metric_math_gives_the_documented_values(expression, metrics, values):
    series = {f"m{number}": list(one) for number, one in enumerate(metrics, 1)}
    assert metric_math.evaluate(expression, series, points=len(values)) == values


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("m1 + m2", [3, 1, None]),
        ("m1 - m2", [-1, 1, None]),
        ("AVG([m1, m2])", [1.5, 0.5, None]),
        ("SUM(METRICS())", [3, 1, None]),
        ('SUM(METRICS("2"))', [2, None, None]),
        ("MAX([m1, m2])", [2, 1, None]),
        ("m1 / m2", [0.5, None, None]),
        ("SUM([m1, m2]) / PERIOD(m1) * 60", [3, 1, None]),
        ("FILL(m2, 7)", [2, 7, 7]),
        ("SUM(100 * [m1, m2])", [300, 100, None]),
        ("-m1 + 2 * 3 ^ 2", [17, 17, None]),
        ("m1 > 0 OR m2 > 0", [1, 1, None]),
        ("ABS(m1 - 2)", [1, 1, None]),
        ("e + 1", [2, 2, None]),
        ("TIME_SERIES(4) + m2", [6, 4, 4]),
    ],
)
def test_missing_values_count_as_zero_where_another_metric_has_one(expression, values):
    series = {"m1": [1.0, 1.0, None], "m2": [2.0, None, None]}
    assert metric_math.evaluate(expression, series, {"e": "m1"}, points=3) == values


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("ALARM(a) AND NOT ALARM(b)", True),
        ("ALARM(b) OR ALARM(a) AND ALARM(b)", False),
        ('(ALARM("a") OR ALARM("b")) AND OK("b")', True),
        ("INSUFFICIENT_DATA(c)", True),
        ('ALARM("d \\"e\\"")', True),
        ("AT_LEAST(2, ALARM, (a, b, c))", False),
        ("AT_LEAST(50%, NOT ALARM, (a, b, c))", True),
        ("AT_LEAST(67%, NOT ALARM, (a, b, c))", False),
        ("NOT NOT TRUE AND NOT FALSE", True),
    ],
)
def test_rules_are_read_as_documented(rule, holds):
    states = {"a": "ALARM", "b": "OK", "c": "INSUFFICIENT_DATA", 'd "e"': "ALARM"}
    assert alarm_rules.is_true(rule, states.get) is holds
    assert set(alarm_rules.names_in(rule)) <= set(states)


def test_statistics_are_those_of_the_samples():
    samples = Counter([1.0, 0.0, 0.0, 0.0])
    found = {name: statistic_of(name, samples, upper=False) for name in ("Sum", "Average", "Minimum", "SampleCount")}
    assert found == {"Sum": 1.0, "Average": 0.25, "Minimum": 0.0, "SampleCount": 4.0}
    assert [statistic_of("p99", samples, upper=upper) for upper in (True, False)] == [1.0, 0.0]


def test_samples_that_make_a_percentile_significant_are_as_documented():
    assert round(samples_needed("p99")) == 1000
    assert round(samples_needed("p50")) == 20
    assert round(samples_needed("p10")) == 100


def test_an_alarm_keeps_the_state_of_its_last_datapoint_for_the_evaluation_range():
    published = alarm("a", (), metric_name="M", period=120)
    watched = Watched(published, Choices(extra_points=2))
    simulation = Simulation(Plan("root_usage", alarms=[published]).resources(), QUIET, Choices())
    metric = (published.account, published.region, published.namespace, "M", frozenset())
    simulation.minutes.add((), ("event",), lambda _: {metric: {(1.0, "None"): 1}})
    states = [watched.state(simulation.minutes, "OK")]
    for _ in range(6):
        simulation.minutes.add((), (), dict)
        states.append(watched.state(simulation.minutes, "OK"))
    assert states == ["ALARM"] * 6 + ["OK"]


def test_composite_alarms_follow_their_children_whatever_their_order():
    plan = Plan("root_usage", alarms=[alarm("a", (), metric_name="M", treat_missing_data="breaching")])
    plan.composites = [composite("top", 'ALARM("middle")', ()), composite("middle", 'ALARM("a")', ())]
    plan.composites.append(composite("round", 'ALARM("round") OR ALARM("a")', ()))
    simulation = Simulation(plan.resources(), QUIET, Choices())
    simulation.play(1)
    states = [simulation.states[arn_of("cloudwatch", f"alarm:{name}")] for name in ("a", "middle", "top", "round")]
    assert states == ["ALARM", "ALARM", "ALARM", "OK"]


def test_shrinking_leaves_the_choices_that_matter():
    def is_bad(made):
        draws = Draws.again(made)
        return [draws.below(100) > 40, draws.below(9) > 0, draws.below(9) == 8][::2] == [True, True]

    assert shrunk([73, 5, 8, 1, 1], is_bad) == [73, 0, 8]
