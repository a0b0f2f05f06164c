"""Scenarios of the alarm: does one event move it into ALARM, in time, and not for good?"""

from __future__ import annotations

from typing import Any

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import ACCOUNT, REGION, TOPIC_ARN
from prowler_cis_monitoring.demo.scenarios.scenario import (
    ALARM,
    another_alarm,
    fails,
    passes,
    scenario,
    unseen,
)

_DEFAULT_ZERO: dict[str, Any] = {"transformation": {"defaultValue": 0.0}}


def _state(state: str) -> dict[str, Any]:
    return {"afterwards": (lambda _: moto_gaps.set_alarm_fields(ALARM, {"state_value": state}, REGION),)}


def _fields(**fields: object) -> dict[str, Any]:
    return {"afterwards": (lambda _: moto_gaps.set_alarm_fields(ALARM, fields, REGION),)}


_THRESHOLDS = (
    fails(
        "threshold-1000",
        "a thousand events are needed",
        "1000",
        shows=("alarm-threshold-out-of-reach",),
        alarm={"Threshold": 1000.0},
    ),
    fails(
        "threshold-3",
        "three events in five minutes are needed",
        "3 events in one period would be needed",
        alarm={"Threshold": 3.0},
    ),
    scenario(
        "threshold-approved",
        "five events in five minutes are needed, and the configuration approves of that",
        "PASS",
        "5 events may pass",
        alarm={"Threshold": 5.0},
        settings={"controls": {"root_usage": {"events": 5}}},
    ),
    fails(
        "greater-than-one",
        "the alarm rings above 1",
        "2 events in one period would be needed",
        alarm={"ComparisonOperator": "GreaterThanThreshold"},
    ),
    passes(
        "greater-than-zero",
        "the alarm rings above 0",
        alarm={"ComparisonOperator": "GreaterThanThreshold", "Threshold": 0.0},
    ),
    fails(
        "less-than-threshold",
        "the alarm rings when nothing happens",
        "LessThanThreshold",
        alarm={"ComparisonOperator": "LessThanThreshold"},
    ),
    passes("statistic-maximum", "the alarm looks at the largest value", alarm={"Statistic": "Maximum"}),
    passes("statistic-sample-count", "the alarm counts datapoints", alarm={"Statistic": "SampleCount"}),
    passes("statistic-average", "the alarm looks at the average of matches", alarm={"Statistic": "Average"}),
    fails(
        "average-with-default-zero",
        "the alarm looks at the average of matches and of zeros for minutes without one",
        "0.2 or 1",
        shows=("alarm-diluted",),
        **_DEFAULT_ZERO,
        alarm={"Statistic": "Average"},
    ),
    fails(
        "minimum-with-default-zero",
        "the alarm looks at the smallest of matches and of zeros for minutes without one",
        "0 or 1",
        **_DEFAULT_ZERO,
        alarm={"Statistic": "Minimum"},
    ),
    passes(
        "average-with-default-zero-by-the-minute",
        "the alarm looks at the average of a minute, in which a match leaves no room for a zero",
        **_DEFAULT_ZERO,
        alarm={"Statistic": "Average", "Period": 60},
    ),
    fails(
        "sample-count-with-default-zero",
        "the alarm counts datapoints, and there is one for each minute without a match",
        "in ALARM already while the log group takes in other events",
        shows=("alarm-stuck-when-busy",),
        **_DEFAULT_ZERO,
        alarm={"Statistic": "SampleCount"},
    ),
    passes(
        "percentile",
        "the alarm looks at a percentile, also of few samples",
        alarm={"Statistic": None, "ExtendedStatistic": "p90"},
    ),
    fails(
        "percentile-ignores-few-samples",
        "the alarm looks at a percentile and ignores periods with few samples",
        "needs 100 of them",
        shows=("alarm-percentile-ignored",),
        alarm={"Statistic": None, "ExtendedStatistic": "p90", "EvaluateLowSampleCountPercentile": "ignore"},
    ),
    unseen(
        "percentile-with-default-zero",
        "the alarm looks at a high percentile of one match among the zeros of the other minutes",
        "what CloudWatch then takes is not documented",
        shows=("alarm-percentile-between",),
        **_DEFAULT_ZERO,
        alarm={"Statistic": None, "ExtendedStatistic": "p90"},
    ),
    unseen(
        "statistic-trimmed-mean",
        "the alarm looks at a trimmed mean",
        "tm90",
        shows=("alarm-statistic-unanalysed",),
        **_fields(statistic=None, extended_statistic="tm90"),
    ),
)
_PERIODS = (
    passes("period-a-minute", "the alarm looks at single minutes", alarm={"Period": 60}),
    passes(
        "period-a-day",
        "the alarm looks at whole days",
        "period of 86400 seconds",
        shows=("alarm-long-period",),
        alarm={"Period": 86400},
    ),
    unseen(
        "period-30-seconds",
        "the alarm looks at half minutes, and filters publish by the minute",
        "period of 30 seconds",
        shows=("alarm-period-below-a-minute",),
        alarm={"Period": 30},
    ),
    passes(
        "one-of-twelve",
        "one breaching period among twelve is enough",
        alarm={"EvaluationPeriods": 12, "DatapointsToAlarm": 1},
    ),
    fails(
        "two-of-two",
        "two breaching periods in a row are needed",
        "2 breaching datapoints in 2 periods",
        shows=("alarm-needs-more-datapoints",),
        alarm={"EvaluationPeriods": 2},
    ),
    fails(
        "two-of-three",
        "two breaching periods among three are needed",
        "2 breaching datapoints in 3 periods",
        alarm={"EvaluationPeriods": 3, "DatapointsToAlarm": 2},
    ),
    passes(
        "two-of-two-missing",
        "two breaching periods are needed, and missing data are left out, so that the alarm rings a period late",
        alarm={"EvaluationPeriods": 2, "TreatMissingData": "missing"},
    ),
    fails(
        "two-of-two-missing-with-default-zero",
        "two breaching periods are needed, and other log events publish zeros in between",
        "only at times",
        shows=("alarm-unreliable",),
        **_DEFAULT_ZERO,
        alarm={"EvaluationPeriods": 2, "TreatMissingData": "missing"},
    ),
    fails(
        "two-of-two-ignore",
        "two breaching periods are needed, and missing data keep the state",
        "never rings",
        alarm={"EvaluationPeriods": 2, "TreatMissingData": "ignore"},
    ),
    fails(
        "delay-240-periods",
        "the alarm waits for 240 periods, most of a day",
        "71700 seconds after the event",
        shows=("alarm-late",),
        alarm={"EvaluationPeriods": 240, "TreatMissingData": "missing"},
    ),
    scenario(
        "delay-approved",
        "the alarm waits for 240 periods, and the configuration allows a day",
        "PASS",
        "confirmed subscription",
        alarm={"EvaluationPeriods": 240, "TreatMissingData": "missing"},
        settings={"delay_limit_seconds": 86400},
    ),
)
_MISSING_DATA = (
    passes("missing-data-missing", "periods without data are left out", alarm={"TreatMissingData": "missing"}),
    passes(
        "missing-data-ignore",
        "periods without data keep the state, so the alarm rings once and stays",
        "stays in ALARM after it has rung",
        shows=("alarm-latches",),
        alarm={"TreatMissingData": "ignore"},
    ),
    passes(
        "missing-data-ignore-with-default-zero",
        "periods without data keep the state until other log events publish a zero",
        "for as long as the log group takes in no events",
        shows=("alarm-latches-when-quiet",),
        **_DEFAULT_ZERO,
        alarm={"TreatMissingData": "ignore"},
    ),
    fails(
        "missing-data-breaching",
        "periods without data count as breaching, so the alarm is always on",
        "treats missing data as breaching",
        shows=("alarm-stuck-without-data",),
        alarm={"TreatMissingData": "breaching"},
    ),
    fails(
        "missing-data-breaching-with-default-zero",
        "periods without data count as breaching, and there are some when nothing is logged",
        "while the log group takes in no events",
        shows=("alarm-stuck-when-quiet",),
        **_DEFAULT_ZERO,
        alarm={"TreatMissingData": "breaching"},
    ),
    fails(
        "below-one-or-missing",
        "the alarm rings below 1 and when there is no data, so it is always on",
        "in ALARM before anything happened",
        shows=("alarm-stuck-on-default",),
        **_DEFAULT_ZERO,
        alarm={"ComparisonOperator": "LessThanThreshold", "TreatMissingData": "breaching"},
    ),
    fails(
        "at-least-zero-with-default-zero",
        "the alarm rings from 0 on, and minutes without a match give 0",
        "in ALARM already while the log group takes in other events",
        **_DEFAULT_ZERO,
        alarm={"Threshold": 0.0},
    ),
    fails(
        "in-alarm-for-good",
        "the alarm rang once and stays in ALARM",
        "stays there",
        shows=("alarm-latched",),
        alarm={"TreatMissingData": "ignore"},
        **_state("ALARM"),
    ),
    passes(
        "in-alarm-now",
        "the alarm is in ALARM at the moment",
        "it is in ALARM now",
        shows=("alarm-in-alarm-now",),
        **_state("ALARM"),
    ),
    fails(
        "in-alarm-for-days",
        "the alarm has been in ALARM for two days",
        "has been in ALARM since",
        shows=("alarm-in-alarm-long",),
        afterwards=(lambda _: moto_gaps.leave_in_alarm(ALARM, REGION, hours=48),),
    ),
    passes(
        "in-alarm-for-hours",
        "the alarm has been in ALARM for three hours",
        "it is in ALARM now",
        afterwards=(lambda _: moto_gaps.leave_in_alarm(ALARM, REGION, hours=3),),
    ),
)
_KINDS = (
    unseen(
        "alarm-warming-up",
        "the alarm is in its warm-up period",
        "IN_WARM_UP",
        shows=("alarm-warming-up",),
        **_fields(evaluation_state="IN_WARM_UP"),
    ),
    fails(
        "percentile-of-negative-values",
        "the alarm looks at a percentile, and the metric has a negative default value",
        "of which there are no percentiles",
        shows=("alarm-percentile-negative",),
        transformation={"defaultValue": -1.0},
        alarm={"Statistic": None, "ExtendedStatistic": "p99"},
    ),
    fails(
        "evaluation-error",
        "CloudWatch cannot evaluate the alarm",
        "EVALUATION_ERROR",
        shows=("alarm-evaluation-error",),
        **_fields(evaluation_state="EVALUATION_ERROR"),
    ),
    passes(
        "evaluation-partial",
        "CloudWatch evaluated the alarm on part of the data",
        "PARTIAL_DATA",
        shows=("alarm-evaluation-partial",),
        **_fields(evaluation_state="PARTIAL_DATA"),
    ),
    unseen(
        "alarm-on-a-promql-query",
        "the alarm watches a PromQL query, of which DescribeAlarms tells nothing to this version of boto3",
        "neither a metric nor metric queries",
        shows=("alarm-watches-nothing-known",),
        **_fields(metric_name=None, namespace=None, statistic=None, period=None, threshold=None, dimensions=[]),
    ),
    unseen(
        "comparison-with-a-band-that-is-missing",
        "the alarm compares with a band and names none (which AWS refuses)",
        "GreaterThanUpperThreshold",
        shows=("alarm-comparison-unanalysed",),
        **_fields(comparison_operator="GreaterThanUpperThreshold"),
    ),
)
_ACTIONS = (
    fails(
        "actions-disabled",
        "the alarm's actions are switched off",
        "ActionsEnabled is false",
        shows=("alarm-actions-disabled",),
        alarm={"ActionsEnabled": False},
    ),
    fails(
        "no-action",
        "the alarm has no action",
        "no action",
        shows=("alarm-without-actions",),
        alarm={"AlarmActions": []},
    ),
    fails(
        "action-on-recovery-only",
        "the alarm tells the topic when it returns to OK, and not when it rings",
        "no action",
        alarm={"AlarmActions": [], "OKActions": [TOPIC_ARN]},
    ),
    unseen(
        "action-is-a-function",
        "the alarm calls a Lambda function",
        "lambda",
        shows=("alarm-action-not-a-topic",),
        alarm={"AlarmActions": [f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:page-the-duty-officer"]},
    ),
    passes(
        "function-and-topic",
        "the alarm calls a Lambda function and tells the topic",
        alarm={"AlarmActions": [f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:collect", TOPIC_ARN]},
    ),
    passes(
        "second-alarm-works",
        "one alarm needs a thousand events, a second one on the same metric needs one",
        "another-alarm",
        alarm={"Threshold": 1000.0},
        afterwards=(another_alarm(),),
    ),
    fails(
        "two-alarms-broken",
        "one alarm needs a thousand events, a second one is switched off",
        "ActionsEnabled is false",
        alarm={"Threshold": 1000.0},
        afterwards=(another_alarm(ActionsEnabled=False),),
    ),
    scenario(
        "last-action-failed",
        "the alarm's history tells that its last notification failed",
        "FAIL",
        "not authorized to access the SNS topic encryption key",
        shows=("alarm-action-failed",),
        afterwards=(
            lambda _: moto_gaps.let_action_fail(
                ALARM,
                TOPIC_ARN,
                '"CloudWatch Alarms is not authorized to access the SNS topic encryption key."',
                REGION,
            ),
        ),
        settings={"alarm_history": True},
    ),
    unseen(
        "last-action-failed-days-ago",
        "the alarm's history tells that its last notification failed three days ago",
        "none was sent since. Test the alarm",
        shows=("alarm-action-failed-before",),
        afterwards=(lambda _: moto_gaps.let_action_fail(ALARM, TOPIC_ARN, '"Denied"', REGION, days_ago=3),),
        settings={"alarm_history": True},
    ),
    scenario(
        "action-of-another-topic-failed",
        "the alarm's history tells that it could not notify a topic that it has left since",
        "PASS",
        "confirmed subscription",
        afterwards=(
            lambda _: moto_gaps.let_action_fail(ALARM, f"{TOPIC_ARN}-of-old", '"Topic does not exist"', REGION),
        ),
        settings={"alarm_history": True},
    ),
)
SCENARIOS = (*_THRESHOLDS, *_PERIODS, *_MISSING_DATA, *_KINDS, *_ACTIONS)
