"""Scenarios of the metric: what does a match add to it, and is it the metric that the alarm watches?"""

from __future__ import annotations

from typing import Any

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import ACCOUNT, NAMESPACE, REGION, TOPIC_ARN
from prowler_cis_monitoring.demo.scenarios.scenario import (
    ALARM,
    CANONICAL,
    METRIC,
    NO_SERVICE_EVENT,
    NOT_INVOKED,
    OTHER_REGION,
    ROOT,
    another_alarm,
    another_filter,
    fails,
    passes,
    unseen,
)


def _dimension(field: str, value: str, **transformation: object) -> dict[str, Any]:
    return {
        "transformation": {"dimensions": {"Who": field}, **transformation},
        "alarm": {"Dimensions": [{"Name": "Who", "Value": value}]},
    }


_VALUES = (
    fails(
        "metric-value-zero",
        "the filter publishes 0 for every event",
        "publishes 0 for each event, which never brings Sum to its threshold 1",
        shows=("metric-value-zero", "alarm-fed-zeros"),
        transformation={"metricValue": "0"},
    ),
    passes(
        "metric-value-zero-counted",
        "the filter publishes 0 for every event, and the alarm counts the datapoints",
        "publishes 0",
        transformation={"metricValue": "0"},
        alarm={"Statistic": "SampleCount"},
    ),
    passes(
        "metric-value-large",
        "the filter publishes 10 for every event, and the threshold is 5",
        transformation={"metricValue": "10"},
        alarm={"Threshold": 5.0},
    ),
    unseen(
        "metric-value-of-a-field",
        "the filter publishes a number that it takes from the event",
        "$.bytesTransferredOut",
        shows=("metric-value-of-a-field", "alarm-value-unknown"),
        transformation={"metricValue": "$.bytesTransferredOut"},
    ),
    unseen(
        "metric-value-no-number",
        "the filter publishes a word",
        "not a number",
        shows=("metric-value-no-number",),
        transformation={"metricValue": "one"},
    ),
    fails(
        "metric-fed-by-noise",
        "a second filter, for every event there is, publishes to the same metric",
        "feeds its metric too",
        shows=("alarm-fed-by-noise",),
        afterwards=(another_filter("", METRIC),),
    ),
    passes(
        "metric-default-zero",
        "the filter publishes 0 for minutes without a match, and the alarm adds up",
        transformation={"defaultValue": 0.0},
    ),
    passes(
        "metric-dimension-root",
        "the metric has a dimension, and the alarm watches the value that root events have",
        **_dimension("$.userIdentity.type", "Root"),
    ),
    fails(
        "metric-dimension-of-others",
        "the metric has a dimension, and the alarm watches a value that root events never have",
        "see only events that match",
        shows=("alarm-sees-some-events",),
        **_dimension("$.userIdentity.type", "IAMUser"),
    ),
    fails(
        "metric-dimension-of-some",
        "the metric has a dimension, and the alarm watches one event name only",
        "missed event",
        **_dimension("$.eventName", "ConsoleLogin"),
    ),
    fails(
        "metric-dimension-missing",
        "the metric has a dimension, and the alarm names none",
        "no alarm watches it",
        shows=("alarm-other-dimensions",),
        transformation={"dimensions": {"Who": "$.userIdentity.type"}},
    ),
    fails(
        "alarm-dimension-extra",
        "the alarm names a dimension that the filter does not publish",
        "it watches the metric with Who",
        alarm={"Dimensions": [{"Name": "Who", "Value": "Root"}]},
    ),
    passes(
        "metric-dimension-and-default",
        "the filter has a dimension and a default value (which AWS refuses)",
        "never published",
        shows=("metric-default-with-dimensions",),
        **_dimension("$.userIdentity.type", "Root", defaultValue=0.0),
    ),
    unseen(
        "metric-dimension-not-comparable",
        "the alarm watches a dimension value that no pattern can spell",
        "cannot be written as a condition",
        shows=("metric-dimension-unreadable",),
        **_dimension("$.userAgent", "Mozilla/*"),
    ),
    unseen(
        "metric-system-dimension",
        "the filter publishes the account as a dimension",
        "@aws.account",
        shows=("metric-system-dimension",),
        alarm={"Dimensions": [{"Name": "@aws.account", "Value": ACCOUNT}]},
        afterwards=(
            lambda _: moto_gaps.set_metric_filter_fields(
                ALARM, {"emitSystemFieldDimensions": ["@aws.account"]}, REGION
            ),
        ),
    ),
    fails("no-alarm", "nothing watches the metric", "no alarm", shows=("no-alarm",), alarm=None),
    fails(
        "wrong-namespace",
        "the alarm watches another namespace",
        "Elsewhere",
        shows=("alarm-other-namespace",),
        alarm={"Namespace": "Elsewhere"},
    ),
    fails(
        "wrong-metric",
        "the alarm watches another metric",
        "watches metric Other",
        shows=("alarm-other-metric-name",),
        alarm={"MetricName": "Other"},
    ),
    fails(
        "alarm-in-another-region",
        "the alarm watches another Region's metric",
        "no alarm",
        alarm_region=OTHER_REGION,
    ),
    fails(
        "alarm-of-another-accounts-metric",
        "the alarm watches a metric of the same name in another account",
        "it watches a metric of account 999999999999",
        shows=("alarm-other-account",),
        alarm={
            "MetricName": None,
            "Namespace": None,
            "Statistic": None,
            "Period": None,
            "Metrics": [
                {
                    "Id": "m1",
                    "ReturnData": True,
                    "MetricStat": {
                        "Metric": {"Namespace": "CISBenchmark", "MetricName": METRIC},
                        "Period": 300,
                        "Stat": "Sum",
                    },
                }
            ],
        },
        afterwards=(lambda _: moto_gaps.set_metric_account(ALARM, "m1", "999999999999", REGION),),
    ),
    fails(
        "only-alarms-of-others",
        "the alarm is missing, and other filters have theirs",
        "no alarm watches it.",
        alarm=None,
        afterwards=(another_filter("ERROR"), another_alarm(MetricName="Other")),
    ),
    fails(
        "unit-differs",
        "the alarm asks for datapoints in seconds, the filter publishes none in that unit",
        "Seconds",
        shows=("alarm-unit-differs",),
        alarm={"Unit": "Seconds"},
    ),
    passes(
        "unit-agrees",
        "filter and alarm both say Count",
        transformation={"unit": "Count"},
        alarm={"Unit": "Count"},
    ),
    passes(
        "two-filters-reach-the-threshold",
        "a second filter for the same events publishes to the same metric, and the threshold is 2",
        "matches too",
        shows=("filter-beside-others",),
        alarm={"Threshold": 2.0},
        afterwards=(another_filter(f"{{ {CANONICAL} }}", METRIC),),
    ),
    unseen(
        "five-filters-reach-the-threshold",
        "five filters for the same events publish to the same metric, and the threshold is 2",
        "depends on which other filters match the same event",
        shows=("filter-beside-many",),
        alarm={"Threshold": 2.0},
        afterwards=tuple(another_filter(f"{{ {CANONICAL} }}", METRIC, name=f"copy-{copy}") for copy in range(1, 5)),
    ),
    unseen(
        "units-mixed",
        "two filters publish to one metric in different units, and the alarm names none",
        "Bytes and None",
        shows=("alarm-units-mixed",),
        afterwards=(another_filter(f"{{ {CANONICAL} }}", METRIC, unit="Bytes"),),
    ),
)


def _series(*values: str) -> list[dict[str, Any]]:
    return [
        {
            "Id": f"m{number}",
            "ReturnData": False,
            "MetricStat": {
                "Metric": {
                    "Namespace": NAMESPACE,
                    "MetricName": METRIC,
                    "Dimensions": [{"Name": "Who", "Value": value}],
                },
                "Period": 300,
                "Stat": "Sum",
            },
        }
        for number, value in enumerate(values)
    ]


def _sum_of(field: str, pattern: str, *values: str) -> dict[str, Any]:
    plain = {"MetricName": None, "Namespace": None, "Statistic": None, "Period": None}
    ids = ", ".join(f"m{number}" for number in range(len(values)))
    total = {"Id": "e1", "Expression": f"SUM([{ids}])", "ReturnData": True}
    return {
        "metric_filter": {"filterPattern": pattern},
        "transformation": {"dimensions": {"Who": field}},
        "alarm": {**plain, "Metrics": [total, *_series(*values)]},
    }


_SERIES = (
    passes(
        "metric-two-series",
        "the metric has a series for every type of user, and the alarm adds those of root and of users",
        **_sum_of("$.userIdentity.type", f"{{ {NOT_INVOKED} && {NO_SERVICE_EVENT} }}", "Root", "IAMUser"),
    ),
    fails(
        "metric-series-of-some-events",
        "the metric has a series for every event name, and the alarm adds up five of them",
        "missed event",
        **_sum_of("$.eventName", f"{{ {CANONICAL} }}", "ConsoleLogin", "CreateUser", "A", "B", "C"),
    ),
    passes(
        "metric-suppressor-on-another-series",
        "the suppressor watches another series of the metric, which root events never touch",
        "composite alarm security",
        **{
            **_dimension("$.userIdentity.type", "Root"),
            "alarm": {"Dimensions": [{"Name": "Who", "Value": "Root"}], "AlarmActions": []},
        },
        afterwards=(
            another_alarm(
                "users", Dimensions=[{"Name": "Who", "Value": "IAMUser"}], MetricName=METRIC, AlarmActions=[]
            ),
            lambda _: moto_gaps.put_composite_alarm(
                "security", f"ALARM({ALARM})", [TOPIC_ARN], REGION, suppressor="users", suppressor_wait=60
            ),
        ),
    ),
)
_NOISE = (
    fails(
        "noise-while-little-goes-on",
        "the alarm is on an average, which everyday events that a second filter counts reach alone, and which those of "
        "a third bring down again",
        "everyday events alone give 1, which keeps it on until other events go on as well",
        shows=("alarm-noise-at-times",),
        transformation={"metricValue": "100000"},
        alarm={"Statistic": "Average"},
        afterwards=(
            another_filter("{ $.eventName = DescribeInstances }", METRIC, name="reads", metricValue="2"),
            another_filter("", METRIC, name="all", metricValue="0"),
        ),
    ),
    passes(
        "noise-of-value-zero",
        "a second filter on the metric publishes 0 for every event",
        afterwards=(another_filter("", METRIC, metricValue="0"),),
    ),
    passes(
        "noise-below-the-threshold",
        "a second filter publishes 1 for every event, and the alarm looks for a largest value of 100",
        transformation={"metricValue": "100"},
        alarm={"Statistic": "Maximum", "Threshold": 100.0},
        afterwards=(another_filter("", METRIC),),
    ),
    passes(
        "noise-of-another-unit",
        "a second filter publishes for every event in another unit than the alarm asks for",
        transformation={"unit": "Count"},
        alarm={"Unit": "Count"},
        afterwards=(another_filter("", METRIC, unit="Bytes"),),
    ),
    fails(
        "noise-in-another-region",
        "a second filter publishes for everyday events of one Region only",
        "matches everyday events",
        afterwards=(another_filter("{ $.awsRegion = eu-west-1 }", METRIC),),
    ),
    unseen(
        "filter-beside-doubtful",
        "two events are needed, and what a second filter publishes for the same event is not known",
        "$.n",
        shows=("filter-beside-doubtful",),
        alarm={"Threshold": 2.0},
        afterwards=(another_filter(f"{{ {ROOT} }}", METRIC, metricValue="$.n"),),
    ),
)
SCENARIOS = (*_VALUES, *_SERIES, *_NOISE)
