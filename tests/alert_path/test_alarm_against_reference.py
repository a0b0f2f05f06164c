from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from prowler_cis_monitoring.alert_path.alarm import rings
from tests.alert_path import reference_alarm
from tests.alert_path.builders import alarm, feed

VALUES = st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0, 5.0])


@st.composite
def configurations(draw):
    n = draw(st.integers(1, 6))
    return {
        "k": draw(st.integers(1, 5)),
        "statistic": draw(
            st.sampled_from(["Sum", "Average", "Minimum", "Maximum", "SampleCount", "p50", "p90", "p100"])
        ),
        "compare": draw(st.sampled_from(sorted(reference_alarm.COMPARE))),
        "threshold": draw(VALUES),
        "n": n,
        "m": draw(st.integers(1, n)),
        "treat": draw(st.sampled_from(["missing", "notBreaching", "breaching", "ignore"])),
    }


def judged(configuration, value, default, delay_limit=10**9):
    published = feed(value=str(value), default=default)
    under_test = alarm(
        statistic=configuration["statistic"],
        comparison=configuration["compare"],
        threshold=configuration["threshold"],
        period=60 * configuration["k"],
        evaluation_periods=configuration["n"],
        datapoints_to_alarm=configuration["m"],
        treat_missing_data=configuration["treat"],
    )
    return rings(under_test, [published], [published], delay_limit=delay_limit)


def simulated(configuration, value, default, *, alignment, busy, spare):
    """One event; `busy` tells for each minute whether other log events come in."""
    k = configuration["k"]
    event_at = alignment + spare * k + busy["minute"] % k
    length = event_at + spare * k + k
    minutes = []
    for at in range(length):
        if at == event_at:
            minutes.append([value])
        else:
            minutes.append([default] if default is not None and busy["at"](at, event_at) else [])
    return reference_alarm.run(minutes, event_at, alignment=alignment, **configuration)


def has_no_percentile(configuration, value, default):
    return configuration["statistic"].startswith("p") and min(value, default or 0.0) < 0


def spare_periods(configuration):
    n = configuration["n"]
    return n + max(n // 3, 2) + 3


@given(configurations(), VALUES, st.none() | VALUES)
@settings(max_examples=300, deadline=None)
def test_alarm_agrees_with_the_reference_at_every_minute_and_alignment(configuration, value, default):
    assume(not has_no_percentile(configuration, value, default))
    ring = judged(configuration, value, default)
    k, spare = configuration["k"], spare_periods(configuration)
    # Quiet: no other log event. Near: only around the event, in its own period. Busy: in every minute.
    kinds = {
        "quiet": lambda at, event: False,
        "busy": lambda at, event: True,
        "one a period": lambda at, event: at % k == (event + 1) % k,
    }
    runs = [
        simulated(configuration, value, default, alignment=alignment, busy={"minute": minute, "at": kind}, spare=spare)
        for minute in range(k)
        for alignment in range(k)
        for kind in kinds.values()
    ]
    if ring.certain:
        assert all(not stuck and rung is not None for stuck, rung, _ in runs)
        assert ring.delay == max(rung for _, rung, _ in runs) * k * 60
    if ring.delay is None:
        assert any(stuck or rung is None for stuck, rung, _ in runs) or default is not None
    if default is None:
        (one,) = set(runs)
        assert ring.certain is (one[1] is not None)
        assert ring.latches is (one[1] is not None and one[2])


@given(configurations(), VALUES, VALUES, st.lists(st.booleans(), min_size=64, max_size=64), st.data())
@settings(max_examples=300, deadline=None)
def test_alarm_that_rings_for_certain_rings_in_any_mix_of_quiet_and_busy_minutes(
    configuration, value, default, mix, data
):
    ring = judged(configuration, value, default)
    if not ring.certain:
        return
    k, spare = configuration["k"], spare_periods(configuration)
    alignment, minute = data.draw(st.integers(0, k - 1)), data.draw(st.integers(0, k - 1))
    busy = {"minute": minute, "at": lambda at, _: mix[at % len(mix)]}
    stuck, rung, _ = simulated(configuration, value, default, alignment=alignment, busy=busy, spare=spare)
    assert not stuck
    assert rung is not None
    assert rung * k * 60 <= ring.delay
