"""The state of a metric alarm, from its most recent datapoints.

Source: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data" and "Avoiding premature
transitions to alarm state".
"""

import math
from collections import Counter

from tests.simulator import metric_math

ALARM, OK, INSUFFICIENT_DATA = "ALARM", "OK", "INSUFFICIENT_DATA"
_BREACHES = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}


def statistic_of(name, values, *, upper):
    """A statistic of samples, given how often each value occurs.

    `upper` chooses which neighbour a percentile takes that falls between two samples.
    """
    count, total = sum(values.values()), sum(value * times for value, times in values.items())
    simple = {"Sum": total, "Minimum": min(values), "Maximum": max(values), "SampleCount": count}
    if name in simple:
        return float(simple[name])
    if name == "Average":
        return total / count
    assert name.startswith("p"), name
    place = float(name[1:]) / 100 * (count - 1)
    left = math.ceil(place) if upper else math.floor(place)
    for value in sorted(values):
        left -= values[value]
        if left < 0:
            return value
    raise AssertionError(name)


def samples_needed(name):
    """How many samples make a percentile statistically significant."""
    part = float(name[1:]) / 100
    return 10 / (1 - part) if part >= 0.5 else 10 / part


def next_state(points, alarm, state, choices):
    """The state that follows `state`; `points` are True (breaching), False or None (missing), the newest first."""
    needed = alarm.datapoints_to_alarm or alarm.evaluation_periods
    missing = alarm.treat_missing_data
    real = [point for point in points if point is not None]
    lacking = alarm.evaluation_periods - len(real)
    if lacking <= 0:
        return ALARM if sum(real[: alarm.evaluation_periods]) >= needed else OK
    if missing in ("breaching", "notBreaching"):
        filled = [*real, *[missing == "breaching"] * lacking]
        return ALARM if sum(filled) >= needed else OK
    if not real:
        return state if missing == "ignore" else INSUFFICIENT_DATA
    if sum(real) >= needed:
        return ALARM
    if not all(real):
        return OK
    age = 1 + max(number for number, point in enumerate(points) if point is not None)
    if age >= needed:
        return state if missing == "ignore" else ALARM
    return state if choices.young_keeps_state else OK


class Watched:
    """What a metric alarm watches: makes its datapoints from the minutes so far."""

    def __init__(self, alarm, choices):
        self.alarm, self.choices = alarm, choices
        self.points = alarm.evaluation_periods + choices.extra_points
        self.kept = {}
        self.breaches = _BREACHES[alarm.comparison]
        self.ignores = alarm.low_sample_percentile == "ignore"
        if not alarm.queries:
            self.period = alarm.period
            self.sources = {
                "": (alarm.namespace, alarm.metric_name, alarm.dimensions, alarm.statistic, alarm.unit),
            }
            return
        stats = {query.id: query.metric for query in alarm.queries if query.metric}
        (self.period,) = {stat.period for stat in stats.values()}
        self.sources = {
            key: (stat.namespace, stat.metric_name, stat.dimensions, stat.statistic, stat.unit)
            for key, stat in stats.items()
        }

    def state(self, minutes, before):
        """The state at the end of the last of `minutes`, `before` being the state until then."""
        width = self.period // 60
        ends = range(len(minutes), len(minutes) - self.points * width, -width)
        windows = tuple(minutes.counts(max(end - width, 0), max(end, 0)) for end in ends)
        if windows not in self.kept:
            self.kept[windows] = self.judged(windows, minutes.kinds)
        points = self.kept[windows]
        return before if points is None else next_state(points, self.alarm, before, self.choices)

    def judged(self, windows, kinds):
        """For each window whether its datapoint breaches, None for none; None for all when one has too few samples."""
        series = {
            key: [self.datapoint(source, window, kinds) for window in windows] for key, source in self.sources.items()
        }
        if any(point == "too few" for points in series.values() for point in points):
            return None
        values = self.computed(series)
        return [None if value is None else self.breaches(value, self.alarm.threshold) for value in values]

    def computed(self, series):
        """The values that are compared with the threshold."""
        if not self.alarm.queries:
            return series[""]
        (returned,) = [query for query in self.alarm.queries if query.return_data]
        if not returned.expression:
            return series[returned.id]
        expressions = {query.id: query.expression for query in self.alarm.queries if query.expression}
        return metric_math.evaluate(
            returned.expression,
            series,
            expressions,
            period=self.period,
            points=self.points,
            gaps_are_zero=self.choices.gaps_are_zero,
        )

    def datapoint(self, source, window, kinds):
        """One datapoint of one metric: the statistic of all samples in a window, None where none has the unit."""
        namespace, name, dimensions, statistic, unit = source
        metric = (self.alarm.account, self.alarm.region, namespace, name, frozenset(dimensions.items()))
        samples = Counter()
        for kind, times in zip(kinds, window, strict=False):
            for sample, often in kind.get(metric, {}).items() if times else ():
                samples[sample] += often * times
        if unit is None and len({seen for kind in kinds for _, seen in kind.get(metric, ())}) > 1:
            unit = self.choices.unit
        values = Counter()
        for (value, seen), often in samples.items():
            if unit in (None, seen):
                values[value] += often
        if not values:
            return None
        if self.ignores and statistic.startswith("p") and values.total() < samples_needed(statistic):
            return "too few"
        return statistic_of(statistic, values, upper=self.choices.upper_neighbour)
