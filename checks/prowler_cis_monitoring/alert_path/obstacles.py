"""What keeps an alarm from being followed period by period: it never could ring, or nobody can tell how it would."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from prowler_cis_monitoring.alert_path.reading import COMPARISONS, MINUTE, WALL_CLOCK, Reading, metrics_read
from prowler_cis_monitoring.alert_path.resources import MetricAlarm
from prowler_cis_monitoring.alert_path.rules import Remark, remark, unread_remark
from prowler_cis_monitoring.alert_path.statistics import is_known, percentile, samples_for_significance
from prowler_cis_monitoring.filter_pattern.work import kept

SLIDING = "SlidingWindow"
# CloudWatch API, PutMetricAlarm.EvaluationPeriods: all periods together last seven days at most.
_LONGEST = 7 * 24 * 3600
_OPAQUE: Mapping[str, re.Pattern[str]] = {
    "alarm-metrics-insights": re.compile(r"\A\s*SELECT\s", re.IGNORECASE),
    "alarm-search": re.compile(r"\bSEARCH\s*\(", re.IGNORECASE),
    "alarm-anomaly-detection": re.compile(r"\bANOMALY_DETECTION_BAND\s*\(", re.IGNORECASE),
}
_OPAQUE_WORDS = ("SELECT", "SEARCH", "ANOMALY_DETECTION_BAND")


def obstacle(reading: Reading) -> Remark | None:
    """Return the first reason why an alarm need not or cannot be followed; what is broken comes first."""
    return next(obstacles(reading), None)


def obstacles(reading: Reading) -> Iterator[Remark]:
    """Yield all reasons why an alarm need not or cannot be followed; what is broken comes first."""
    if found := opaque(reading.alarm) or _incomplete(reading.alarm):
        yield found
        return
    yield from (found for test in _OBSTACLES if (found := test(reading)))


def opaque(alarm: MetricAlarm) -> Remark | None:
    """Return why nobody can tell from an alarm's configuration what it watches; None when one can."""
    if alarm.unread:
        return unread_remark("alarm", alarm.name, alarm.unread)
    if alarm.threshold_metric_id:
        return remark("alarm-anomaly-detection", alarm.name)
    if not alarm.metric_name and not alarm.queries:
        return remark("alarm-watches-nothing-known", alarm.name)
    slugs = (_opaque(query.expression) for query in alarm.queries if query.expression)
    return next((remark(slug, alarm.name) for slug in slugs if slug), None)


@kept(lambda key, _slug: len(key[0]))
def _opaque(expression: str) -> str:
    """The rule by which an expression cannot be told what it watches; empty when it can."""
    words = expression.upper()
    if not any(word in words for word in _OPAQUE_WORDS):
        # To look for a word is cheap, and there may be very many long expressions.
        return ""
    return next((slug for slug, written in _OPAQUE.items() if written.search(expression)), "")


def _incomplete(alarm: MetricAlarm) -> Remark | None:
    stats = [metric.stat for metric in metrics_read(alarm).values()]
    complete = (
        alarm.threshold is not None
        and 0 < alarm.evaluation_periods <= _LONGEST // MINUTE
        and sum(query.return_data for query in alarm.queries) == (0 if alarm.metric_name else 1)
        and stats
        and all(stat.period and stat.statistic for stat in stats)
    )
    if not complete:
        return remark("alarm-incomplete", alarm.name)
    if alarm.comparison not in COMPARISONS:
        return remark("alarm-comparison-unanalysed", alarm.name, comparison=alarm.comparison)
    return None


def _not_fed(reading: Reading) -> Remark | None:
    return None if reading.fed else remark("alarm-not-fed", reading.alarm.name)


def _unit_differs(reading: Reading) -> Remark | None:
    if not reading.fed:
        return None
    matched = reading.matched
    if any(id(feed) in matched for series in reading.series.values() for feed in series.feeds):
        return None
    units = sorted({str(series.stat.unit) for series in reading.series.values() if series.stat.unit})
    published = ", ".join(sorted({feed.unit for feed in reading.fed}))
    name = reading.fed[0].filter_name
    return remark("alarm-unit-differs", reading.alarm.name, units=", ".join(units), published=published, filter=name)


def _insignificant_percentile(reading: Reading) -> Remark | None:
    statistics = [series.stat.statistic for series in reading.series.values()]
    statistic = next((one for one in statistics if percentile(one) is not None), "")
    percentage = percentile(statistic)
    if reading.alarm.low_sample_percentile != "ignore" or percentage is None:
        return None
    if reading.text:
        met = "EvaluateLowSampleCountPercentile"
        return remark("alarm-metric-math-unanalysed", reading.alarm.name, expression=reading.text, met=met)
    needed = samples_for_significance(percentage)
    if reading.events >= needed:
        return None
    count = f"{needed:g}" if math.isfinite(needed) else "more than any number"
    return remark("alarm-percentile-ignored", reading.alarm.name, statistic=statistic, needed=count)


def _unknown_statistic(reading: Reading) -> Remark | None:
    unknown = [series.stat.statistic for series in reading.series.values() if not is_known(series.stat.statistic)]
    return remark("alarm-statistic-unanalysed", reading.alarm.name, statistic=unknown[0]) if unknown else None


def _odd_period(reading: Reading) -> Remark | None:
    if reading.period % MINUTE == 0:
        return None
    return remark("alarm-period-below-a-minute", reading.alarm.name, period=reading.period)


def _periods_differ(reading: Reading) -> Remark | None:
    periods = {series.stat.period for series in reading.series.values()}
    periods |= {query.period for query in reading.queries.values() if query.period}
    if len(periods) == 1:
        return None
    return remark("alarm-periods-differ", reading.alarm.name, periods=", ".join(map(str, sorted(periods))))


def _unknown_value(reading: Reading) -> Remark | None:
    unknown = [feed.filter_name for feed in reading.fed if feed.value is None]
    return remark("alarm-value-unknown", reading.alarm.name, filter=unknown[0]) if unknown else None


def _negative_percentile(reading: Reading) -> Remark | None:
    for series in reading.series.values():
        values = [value for feed in series.feeds for value in (feed.value, feed.default) if value is not None]
        if percentile(series.stat.statistic) is not None and min(values, default=0.0) < 0:
            statistic = series.stat.statistic
            return remark("alarm-percentile-negative", reading.alarm.name, statistic=statistic, value=min(values))
    return None


def _units_mixed(reading: Reading) -> Remark | None:
    for series in reading.series.values():
        units = sorted({feed.unit for feed in series.feeds})
        if len(units) > 1:
            return remark("alarm-units-mixed", reading.alarm.name, units=" and ".join(units))
    return None


def _across_accounts(reading: Reading) -> Remark | None:
    accounts = {feed.scope.account for feed in reading.fed} - {reading.alarm.account}
    if not accounts:
        return None
    values = {"own": reading.alarm.account, "other": ", ".join(sorted(accounts))}
    return remark("alarm-across-accounts", reading.alarm.name, **values)


def _newest_is_filled(reading: Reading) -> Remark | None:
    """A filled newest minute stands where a late datapoint belongs, unless fewer than all datapoints must breach."""
    fills = "FILL" in reading.text and reading.period == MINUTE
    if not fills or reading.evaluation.datapoints < reading.evaluation.periods:
        return None
    return remark("alarm-fills-newest", reading.alarm.name, expression=reading.text)


def _unknown_window(reading: Reading) -> Remark | None:
    window = reading.alarm.evaluation_window
    if window in (None, SLIDING, WALL_CLOCK):
        return None
    return remark("alarm-window-unanalysed", reading.alarm.name, window=window)


def _warming_up(reading: Reading) -> Remark | None:
    alarm = reading.alarm
    if alarm.evaluation_state != "IN_WARM_UP":
        return None
    until = ""
    if alarm.warm_up_minutes is not None and alarm.configuration_updated is not None:
        end = alarm.configuration_updated + timedelta(minutes=alarm.warm_up_minutes)
        until = f", at {end:%Y-%m-%d %H:%M %Z} at the latest".rstrip()
    return remark("alarm-warming-up", alarm.name, until=until)


_OBSTACLES: tuple[Callable[[Reading], Remark | None], ...] = (
    _not_fed,
    _unit_differs,
    _negative_percentile,
    _insignificant_percentile,
    _unknown_statistic,
    _odd_period,
    _periods_differ,
    _unknown_value,
    _units_mixed,
    _across_accounts,
    _newest_is_filled,
    _unknown_window,
    _warming_up,
)
