"""Scenarios of alarms that watch metric queries and expressions."""

from __future__ import annotations

from typing import Any

from prowler_cis_monitoring.demo.blueprint import NAMESPACE
from prowler_cis_monitoring.demo.scenarios.scenario import METRIC, another_filter, fails, passes, unseen

_INSIGHTS = f'SELECT SUM({METRIC}) FROM "{NAMESPACE}"'  # noqa: S608 - CloudWatch's language
_NO_PLAIN_METRIC = {"MetricName": None, "Namespace": None, "Statistic": None, "Period": None}


def _metric(name: str = METRIC, query: str = "m1", *, returned: bool = False, **stat: object) -> dict[str, Any]:
    return {
        "Id": query,
        "ReturnData": returned,
        "MetricStat": {
            "Metric": {"Namespace": NAMESPACE, "MetricName": name},
            "Period": 300,
            "Stat": "Sum",
            **stat,
        },
    }


def _expression(text: str, **query: object) -> dict[str, Any]:
    return {"Id": "e1", "Expression": text, "ReturnData": True, **query}


def _watching(*queries: dict[str, Any], **alarm: object) -> dict[str, Any]:
    return {"alarm": {**_NO_PLAIN_METRIC, "Metrics": list(queries), **alarm}}


_OTHER = _metric("Other", "m2")
SCENARIOS = (
    passes("math-plain-query", "the alarm watches the metric by a query", **_watching(_metric(returned=True))),
    fails(
        "math-wrong-namespace",
        "the alarm watches by a query a metric of another namespace",
        "Elsewhere",
        **_watching(_metric(returned=True, Metric={"Namespace": "Elsewhere", "MetricName": METRIC})),
    ),
    passes(
        "math-sum",
        "the alarm watches the sum of the metric and another",
        **_watching(_expression("SUM([m1, m2])"), _metric(), _OTHER),
        afterwards=(another_filter("ERROR"),),
    ),
    passes(
        "math-sum-of-all",
        "the alarm watches the sum of all its metrics",
        **_watching(_expression("SUM(METRICS())"), _metric(), _OTHER),
        afterwards=(another_filter("ERROR"),),
    ),
    passes(
        "math-if",
        "the alarm watches whether there was an event",
        **_watching(_expression("IF(m1 > 0, 1, 0)"), _metric()),
    ),
    passes(
        "math-fill",
        "the alarm watches the metric with zeros in its gaps",
        **_watching(_expression("FILL(m1, 0)"), _metric()),
    ),
    unseen(
        "math-fill-by-the-minute",
        "the alarm watches single minutes, of which the newest is filled before its datapoint arrives",
        "fills the newest minute",
        shows=("alarm-fills-newest",),
        **_watching(_expression("FILL(m1, 0)"), _metric(Period=60)),
    ),
    passes(
        "math-plus",
        "the alarm watches the metric plus another one, of which neither need have data",
        **_watching(_expression("m1 + m2"), _metric(), _OTHER),
        afterwards=(another_filter("{ $.eventName = StopLogging }"),),
    ),
    fails(
        "math-average-of-two",
        "the alarm watches the average of two metrics, in which missing data counts as 0",
        "gives 0.5",
        **_watching(_expression("AVG([m1, m2])"), _metric(), _OTHER),
        afterwards=(another_filter("ERROR"),),
    ),
    passes(
        "math-per-second",
        "the alarm watches the events per second, times 300",
        **_watching(_expression("m1 / PERIOD(m1) * 300"), _metric()),
    ),
    passes(
        "math-some-of-the-metrics",
        "the alarm watches the sum of the metrics whose id has a word in it",
        **_watching(_expression('SUM(METRICS("root") * 1)'), _metric(query="root1"), _OTHER),
    ),
    passes(
        "math-only-while-there-is-traffic",
        "the alarm watches the metric while all traffic is counted",
        **_watching(_expression("IF(m2 > 0, m1, 0)"), _metric(), _OTHER),
        afterwards=(another_filter(""),),
    ),
    fails(
        "math-half",
        "the alarm watches half of the metric",
        "2 events in one period would be needed",
        **_watching(_expression("m1 / 2"), _metric()),
    ),
    fails(
        "math-always-on",
        "the alarm watches an expression that is 1 without any event",
        "in ALARM before anything happened",
        **_watching(_expression("FILL(m1, 0) + 1"), _metric()),
    ),
    unseen(
        "math-depends-on-another-metric",
        "the alarm watches the share of the metric in another one",
        "depends on m2",
        shows=("alarm-metric-math-depends",),
        **_watching(_expression("m1 / m2"), _metric(), _metric("AllCalls", "m2")),
    ),
    unseen(
        "math-rate",
        "the alarm watches a rate of change",
        "RATE is not analysed",
        shows=("alarm-metric-math-unanalysed",),
        **_watching(_expression("RATE(m1)"), _metric()),
    ),
    unseen(
        "math-periods-differ",
        "the alarm joins metrics with different periods",
        "60, 300",
        shows=("alarm-periods-differ",),
        **_watching(_expression("m1 + m2"), _metric(), _metric("Other", "m2", Period=60)),
    ),
    unseen(
        "math-two-results",
        "two elements of the alarm return data (which AWS refuses)",
        "one returned metric",
        shows=("alarm-incomplete",),
        **_watching(_metric(returned=True), _metric("Other", "m2", returned=True)),
    ),
    unseen(
        "math-anomaly-detection",
        "the alarm compares with an anomaly detection band",
        "anomaly detection band",
        shows=("alarm-anomaly-detection",),
        **_watching(
            _expression("ANOMALY_DETECTION_BAND(m1, 2)"),
            _metric(returned=True),
            Threshold=None,
            ThresholdMetricId="e1",
            ComparisonOperator="GreaterThanUpperThreshold",
        ),
    ),
    unseen(
        "math-metrics-insights",
        "the alarm watches a Metrics Insights query",
        "Metrics Insights",
        shows=("alarm-metrics-insights",),
        **_watching(_expression(_INSIGHTS, Period=300)),
    ),
    unseen(
        "math-search",
        "the alarm watches a search expression (which AWS refuses)",
        "search expression",
        shows=("alarm-search",),
        **_watching(_expression(f"MAX(SEARCH('{{{NAMESPACE}}} MetricName=\"{METRIC}\"', 'Sum', 300))")),
    ),
)
