"""A slow simulation of an alarm on one metric filter, minute by minute, that shares no code with the package.

Minutes are real: each publishes the event's value, the default, or nothing. Periods are cut at a given alignment,
statistics are taken from plain lists, and states follow the tables of the CloudWatch User Guide.
"""

from __future__ import annotations

COMPARE = {
    "GreaterThanOrEqualToThreshold": lambda x, t: x >= t,
    "GreaterThanThreshold": lambda x, t: x > t,
    "LessThanThreshold": lambda x, t: x < t,
    "LessThanOrEqualToThreshold": lambda x, t: x <= t,
}


def take(statistic, samples):
    if not samples:
        return None
    ordered = sorted(samples)
    if statistic == "Sum":
        return sum(ordered)
    if statistic == "SampleCount":
        return len(ordered)
    if statistic == "Average":
        return sum(ordered) / len(ordered)
    if statistic == "Minimum":
        return ordered[0]
    if statistic == "Maximum":
        return ordered[-1]
    percent = float(statistic[1:])
    return next(x for i, x in enumerate(ordered, 1) if i * 100 >= percent * len(ordered))


def state_of(points, n, m, treat, before):
    """`points`: newest last, as long as the evaluation range; None is missing."""
    real = [p for p in points if p is not None]
    bad = len([p for p in real if p])
    if len(real) >= n:
        return "ALARM" if len([p for p in real[len(real) - n :] if p]) >= m else "OK"
    if treat == "breaching":
        return "ALARM" if bad + (n - len(real)) >= m else "OK"
    if treat == "notBreaching":
        return "ALARM" if bad >= m else "OK"
    if not real:
        return before if treat == "ignore" else "INSUFFICIENT_DATA"
    if bad >= m:
        return "ALARM"
    if bad != len(real):
        return "OK"
    newest_first = list(reversed(points))
    age = max(i for i, p in enumerate(newest_first) if p is not None) + 1
    if age < m:
        return before
    return "ALARM" if treat == "missing" else before


def run(minutes, event_at, *, k, alignment, statistic, compare, threshold, n, m, treat):
    """Judge one timeline of minutes, each a list of published values.

    Returns:
        Whether it was in ALARM before the event's period, periods until it rings, whether it is in ALARM at the end.
    """
    first = alignment
    periods = [minutes[at : at + k] for at in range(first, len(minutes) - k + 1, k)]
    event_period = (event_at - first) // k
    reach = n + max(n // 3, 2)
    points, states, state = [], [], "INSUFFICIENT_DATA"
    for period in periods:
        value = take(statistic, [x for minute in period for x in minute])
        points.append(None if value is None else COMPARE[compare](value, threshold))
        window = ([None] * reach + points)[-reach:]
        state = state_of(window, n, m, treat, state)
        states.append(state)
    stuck = states[event_period - 1] == "ALARM"
    rings = next((i for i, s in enumerate(states[event_period:]) if s == "ALARM"), None)
    return stuck, None if stuck else rings, states[-1] == "ALARM"
