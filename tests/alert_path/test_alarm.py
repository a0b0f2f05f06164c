from __future__ import annotations

from datetime import datetime, timezone

import pytest

from prowler_cis_monitoring.alert_path.alarm import events_needed, near_miss, opaque, rings, watches
from prowler_cis_monitoring.alert_path.resources import MetricQuery
from prowler_cis_monitoring.alert_path.rules import Effect
from tests.alert_path.builders import (
    ACCOUNT,
    OTHER_ACCOUNT,
    alarm,
    feed,
    log_group,
    math_alarm,
    slugs,
    stat,
)

LESS, AT_MOST = "LessThanThreshold", "LessThanOrEqualToThreshold"
MORE = "GreaterThanThreshold"

NOW = datetime(2026, 3, 2, tzinfo=timezone.utc)


def ring_of(under_test, *feeds, **options):
    feeds = feeds or (feed(),)
    return rings(under_test, feeds, feeds[:1], **options)


@pytest.mark.parametrize(
    ("changes", "published"),
    [
        ({}, {}),  # CIS default, trussworks, nozaq
        ({"treat_missing_data": "notBreaching", "period": 86400}, {}),  # cloudposse
        ({"comparison": MORE, "threshold": 0.0}, {}),  # widdix
        ({}, {"default": 0.0}),  # terraform-aws-modules
        (
            {"evaluation_periods": 12, "datapoints_to_alarm": 1, "treat_missing_data": "notBreaching", "unit": "Count"},
            {"unit": "Count"},
        ),  # automated-security-response-on-aws
        ({"statistic": "SampleCount", "comparison": MORE, "threshold": 0.0, "period": 60}, {}),  # older gists
        ({"threshold": 0.5}, {}),
        ({"statistic": "Average"}, {}),
        ({"statistic": "Average", "period": 60}, {"default": 0.0}),
        ({"statistic": "Minimum"}, {}),
        ({"statistic": "Maximum"}, {"default": 0.0}),
        ({"statistic": "p99"}, {}),
        ({"statistic": "p100"}, {"default": 0.0}),
        ({"statistic": "p50", "low_sample_percentile": "evaluate"}, {}),
        ({"statistic": "SampleCount"}, {"value": "0"}),
        ({"threshold": 100.0}, {"value": "100"}),
        ({"evaluation_periods": 5, "datapoints_to_alarm": 1}, {}),
        ({"treat_missing_data": "ignore"}, {"default": 0.0}),
        ({"unit": "None"}, {}),
        ({"comparison": LESS, "threshold": 0.0}, {"value": "-1"}),
        ({"comparison": AT_MOST, "threshold": -1.0}, {"value": "-1", "default": 0.0}),
        ({"low_sample_percentile": "ignore"}, {}),
        ({"state": "OK"}, {}),
    ],
)
def test_alarm_rings_at_once(changes, published):
    ring = ring_of(alarm(**changes), feed(**published))
    assert ring.certain
    assert ring.delay == 0
    assert not ring.latches
    assert all(found.effect is Effect.NOTE for found in ring.remarks)


@pytest.mark.parametrize(
    ("changes", "published", "slug", "told"),
    [
        (
            {"threshold": 1000.0},
            {},
            "alarm-threshold-out-of-reach",
            (
                "its threshold is 1000 with GreaterThanOrEqualToThreshold on Sum: one event gives 1 and never rings it "
                "(1000 events in one period would be needed)"
            ),
        ),
        ({"comparison": MORE}, {}, "alarm-threshold-out-of-reach", "(2 events in one period would be needed)"),
        ({"threshold": 3.0}, {"default": 0.0}, "alarm-threshold-out-of-reach", "gives 1 and never rings it (3 events"),
        ({"threshold": 1.0}, {"value": "0"}, "alarm-fed-zeros", "publishes 0 for each event, which never brings Sum"),
        (
            {"statistic": "Maximum", "threshold": 2.0},
            {},
            "alarm-threshold-out-of-reach",
            "Maximum: one event gives 1 and never rings it",
        ),
        ({"comparison": LESS}, {}, "alarm-threshold-out-of-reach", "with LessThanThreshold on Sum: one event gives 1"),
        (
            {"comparison": AT_MOST, "threshold": 0.0, "treat_missing_data": "notBreaching"},
            {},
            "alarm-threshold-out-of-reach",
            "LessThanOrEqualToThreshold",
        ),
        (
            {"evaluation_periods": 2, "treat_missing_data": "notBreaching"},
            {},
            "alarm-needs-more-datapoints",
            "needs 2 breaching datapoints in 2 periods of 300 seconds and treats missing data as notBreaching",
        ),
        (
            {"evaluation_periods": 3, "datapoints_to_alarm": 2, "treat_missing_data": "ignore"},
            {},
            "alarm-needs-more-datapoints",
            "needs 2 breaching datapoints in 3 periods",
        ),
        (
            {"evaluation_periods": 2, "period": 60, "treat_missing_data": "notBreaching"},
            {"default": 0.0},
            "alarm-needs-more-datapoints",
            "one event breaches one period, so it never rings",
        ),
        (
            {"evaluation_periods": 2},
            {"default": 0.0},
            "alarm-unreliable",
            "makes it ring only at times, as the other periods give 0 or no datapoint",
        ),
        ({"statistic": "Average"}, {"default": 0.0}, "alarm-diluted", "one event gives 0.2 or 1, depending"),
        (
            {"statistic": "Minimum"},
            {"default": 0.0},
            "alarm-diluted",
            "on Minimum over 300 seconds: one event gives 0 or 1",
        ),
        ({"statistic": "p50"}, {"default": 0.0}, "alarm-diluted", "on p50"),
        (
            {"treat_missing_data": "breaching"},
            {},
            "alarm-stuck-without-data",
            "treats missing data as breaching, so it is in ALARM whenever nothing happens",
        ),
        (
            {"treat_missing_data": "breaching"},
            {"default": 0.0},
            "alarm-stuck-when-quiet",
            "in ALARM already while the log group takes in no events",
        ),
        (
            {"statistic": "SampleCount"},
            {"default": 0.0},
            "alarm-stuck-when-busy",
            "its datapoint is then 1 or 5, which breaches GreaterThanOrEqualToThreshold 1",
        ),
        ({"threshold": 0.0}, {"default": 0.0}, "alarm-stuck-when-busy", "in ALARM already while"),
        (
            {"threshold": 0.0, "treat_missing_data": "breaching"},
            {"default": 0.0},
            "alarm-stuck-on-default",
            "without the event its datapoint is 0, which already breaches",
        ),
        ({"comparison": LESS}, {"default": 0.0}, "alarm-stuck-when-busy", "LessThanThreshold 1"),
        (
            {"unit": "Seconds"},
            {},
            "alarm-unit-differs",
            "datapoints in the unit Seconds, the filter root publishes them in the unit None",
        ),
        (
            {"unit": "None"},
            {"unit": "Count"},
            "alarm-unit-differs",
            "in the unit None, the filter root publishes them in the unit Count",
        ),
        (
            {"statistic": "p99", "low_sample_percentile": "ignore"},
            {},
            "alarm-percentile-ignored",
            "p99 needs 1000 of them",
        ),
        (
            {"statistic": "p100", "low_sample_percentile": "ignore"},
            {},
            "alarm-percentile-ignored",
            "p100 needs more than any number of them",
        ),
        ({"metric_name": "Other"}, {}, "alarm-not-fed", "watches no metric that a filter"),
        (
            {"state": "ALARM", "treat_missing_data": "ignore"},
            {},
            "alarm-latched",
            "is in ALARM now and, treating missing data as ignore, stays there",
        ),
        ({"evaluation_state": "EVALUATION_ERROR"}, {}, "alarm-evaluation-error", "EVALUATION_ERROR"),
    ],
)
def test_alarm_is_broken(changes, published, slug, told):
    ring = ring_of(alarm(**changes), feed(**published))
    found = ring.remarks[0]
    assert not ring.certain
    assert found.rule.slug == slug
    assert found.effect is Effect.BROKEN
    assert found.resource == "root-usage"
    assert told in found.sentence


@pytest.mark.parametrize(
    ("changes", "published", "slug", "told"),
    [
        ({"metric_name": None}, {}, "alarm-watches-nothing-known", "neither a metric nor metric queries"),
        ({"threshold_metric_id": "ad1"}, {}, "alarm-anomaly-detection", "anomaly detection band"),
        ({"statistic": "tm90"}, {}, "alarm-statistic-unanalysed", "the statistic tm90"),
        ({"statistic": None}, {}, "alarm-incomplete", "lacks a threshold"),
        ({"threshold": None}, {}, "alarm-incomplete", "lacks a threshold"),
        ({"period": None}, {}, "alarm-incomplete", "a period"),
        ({"comparison": "GreaterThanUpperThreshold"}, {}, "alarm-comparison-unanalysed", "GreaterThanUpperThreshold"),
        ({"comparison": None}, {}, "alarm-comparison-unanalysed", "compares by None"),
        ({"period": 10}, {}, "alarm-period-below-a-minute", "a period of 10 seconds"),
        ({"period": 90}, {}, "alarm-period-below-a-minute", "90 seconds"),
        ({}, {"value": "$.count"}, "alarm-value-unknown", "the value that the filter root publishes"),
    ],
)
def test_alarm_that_cannot_be_followed_is_unseen(changes, published, slug, told):
    ring = ring_of(alarm(**changes), feed(**published))
    assert slugs(ring) == [slug]
    assert ring.remarks[0].effect is Effect.UNSEEN
    assert told in ring.remarks[0].sentence
    assert ring.delay is None
    assert not ring.certain


@pytest.mark.parametrize(
    ("changes", "published", "expected"),
    [
        ({"state": "ALARM"}, {}, ["alarm-in-alarm-now"]),
        ({"state": "ALARM", "treat_missing_data": "ignore"}, {"default": 0.0}, ["alarm-in-alarm-now"]),
        ({"treat_missing_data": "ignore"}, {}, ["alarm-latches"]),
        ({"treat_missing_data": "ignore"}, {"default": 0.0}, ["alarm-latches-when-quiet"]),
        ({"period": 3600}, {}, ["alarm-long-period"]),
        ({"period": 3540}, {}, []),
        ({"evaluation_state": "PARTIAL_DATA"}, {}, ["alarm-evaluation-partial"]),
        ({"evaluation_state": "EVALUATION_FAILURE"}, {}, ["alarm-evaluation-partial"]),
        (
            {"evaluation_state": "PARTIAL_DATA", "state": "ALARM", "period": 86400},
            {},
            ["alarm-evaluation-partial", "alarm-in-alarm-now", "alarm-long-period"],
        ),
    ],
)
def test_alarm_that_rings_may_have_notes(changes, published, expected):
    ring = ring_of(alarm(**changes), feed(**published))
    assert slugs(ring) == expected
    assert ring.certain


def test_latching_alarm_says_so():
    assert ring_of(alarm(treat_missing_data="ignore")).latches
    assert not ring_of(alarm(treat_missing_data="ignore"), feed(default=0.0)).latches


@pytest.mark.parametrize(
    ("changes", "rests"),
    [
        ({"state": "OK", "state_transitioned": NOW}, {"OK"}),
        ({"state": "ALARM", "state_transitioned": NOW}, {"OK"}),
        ({"state": "INSUFFICIENT_DATA", "state_transitioned": NOW}, {"OK", "INSUFFICIENT_DATA"}),
        # Not deployed yet.
        ({"state": "OK"}, {"OK", "INSUFFICIENT_DATA"}),
        ({"state": "OK", "state_transitioned": NOW, "treat_missing_data": "missing"}, {"INSUFFICIENT_DATA"}),
    ],
)
def test_alarm_that_keeps_its_state_without_data_never_rests_in_insufficient_data_again(changes, rests):
    assert ring_of(alarm(**{"treat_missing_data": "ignore", **changes})).rests == rests


def test_evaluation_error_is_told_beside_what_else_is_wrong():
    ring = ring_of(alarm(evaluation_state="EVALUATION_ERROR", unit="Seconds"))
    assert slugs(ring) == ["alarm-evaluation-error", "alarm-unit-differs"]


@pytest.mark.parametrize(
    ("periods", "period", "limit", "delay", "late"),
    [
        (2, 300, 3600, 300, False),
        (13, 300, 3600, 3600, False),
        (14, 300, 3600, 3900, True),
        (240, 300, 3600, 71700, True),
        (240, 300, 71700, 71700, False),
        (2, 60, 59, 60, True),
    ],
)
def test_lone_datapoint_rings_once_it_is_old_enough(periods, period, limit, delay, late):
    ring = ring_of(alarm(evaluation_periods=periods, period=period), delay_limit=limit)
    assert ring.delay == delay
    assert slugs(ring) == (["alarm-late"] if late else [])
    if late:
        told = (
            f"rings {delay} seconds after the event (it waits for {periods} of {periods} periods of {period} seconds)"
        )
        assert told in ring.remarks[0].sentence
        assert f"the {limit} seconds allowed" in ring.remarks[0].sentence


def test_old_alarm_that_aws_fixed_is_broken_by_its_unit_and_by_its_periods():
    ring = ring_of(alarm(evaluation_periods=240, unit="Seconds", statistic="Sum"))
    assert slugs(ring) == ["alarm-unit-differs", "alarm-late"]


# --- several events, several filters -------------------------------------------------------------------------------


@pytest.mark.parametrize(("events", "certain"), [(1, False), (2, False), (3, True), (10, True)])
def test_several_events_together_may_reach_the_threshold(events, certain):
    assert ring_of(alarm(threshold=3.0), events=events).certain is certain


def test_sentence_counts_the_events():
    ring = ring_of(alarm(threshold=3.0), events=2)
    assert "2 events gives 2" in ring.remarks[0].sentence


def test_enough_events_make_a_percentile_significant():
    under_test = alarm(statistic="p50", low_sample_percentile="ignore")
    assert not ring_of(under_test, events=19).certain
    assert ring_of(under_test, events=20).certain


@pytest.mark.parametrize(
    ("changes", "published", "needed"),
    [
        ({}, {}, 1),
        ({"threshold": 3.0}, {}, 3),
        ({"comparison": MORE, "threshold": 3.0}, {}, 4),
        ({"threshold": 1000.0}, {}, 1000),
        ({"threshold": 1_000_000.0}, {}, 1_000_000),
        ({"threshold": 1_000_001.0}, {}, None),
        ({"threshold": 3.0}, {"value": "2"}, 2),
        ({"statistic": "Maximum", "threshold": 2.0}, {}, None),
        ({"statistic": "Average", "threshold": 0.5}, {"default": 0.0}, 4),
        ({"statistic": "Average"}, {"default": 0.0}, None),
        ({"statistic": "SampleCount", "threshold": 7.0}, {}, 7),
        ({"evaluation_periods": 2, "treat_missing_data": "notBreaching"}, {}, None),
        ({"unit": "Seconds"}, {}, None),
        ({"treat_missing_data": "breaching"}, {}, None),
        ({"statistic": "p90", "low_sample_percentile": "ignore"}, {}, 100),
    ],
)
def test_events_that_would_be_needed(changes, published, needed):
    assert events_needed(alarm(**changes), [feed(**published)]) == needed


def test_events_needed_for_an_expression():
    assert events_needed(math_alarm("m1 * 2", threshold=10.0), [feed()]) == 5
    assert events_needed(math_alarm("RUNNING_SUM(m1)"), [feed()]) is None
    assert events_needed(math_alarm("SUM(m1)"), [feed()]) is None


@pytest.mark.parametrize(
    ("changes", "first", "second", "certain"),
    [
        ({}, {}, {}, True),
        ({"statistic": "Average"}, {}, {"default": 0.0}, False),
        ({"statistic": "Maximum"}, {}, {"default": 0.0}, True),
        ({"statistic": "SampleCount", "comparison": MORE}, {}, {"default": 0.0}, False),
        ({"threshold": 2.0}, {}, {"default": 1.0}, False),
        ({"unit": "Count"}, {"unit": "Count"}, {"unit": "Seconds"}, True),
    ],
)
def test_other_filter_that_feeds_the_metric_counts_with_its_default(changes, first, second, certain):
    ring = ring_of(alarm(**changes), feed(**first), feed(name="other", **second))
    assert ring.certain is certain


def test_filter_that_does_not_match_publishes_its_default_in_the_very_minute_of_the_event():
    under_test = alarm(statistic="Average", period=60)
    assert not ring_of(under_test, feed(), feed(name="other", default=0.0)).certain
    elsewhere = feed(log_group("elsewhere"), name="other", default=0.0)
    assert slugs(ring_of(under_test, feed(), elsewhere)) == []


def test_two_filters_that_match_one_event_add_up():
    feeds = [feed(), feed(name="other")]
    assert rings(alarm(threshold=2.0), feeds, feeds).certain
    assert not rings(alarm(threshold=2.0), feeds, feeds[:1]).certain


def test_filters_of_one_metric_in_several_units_are_unseen_without_a_unit():
    ring = ring_of(alarm(), feed(), feed(name="other", unit="Count"))
    assert slugs(ring) == ["alarm-units-mixed"]
    assert "publish in Count and None" in ring.remarks[0].sentence


def test_log_groups_are_quiet_and_busy_each_by_itself():
    feeds = [feed(default=0.0), feed(log_group("second"), name="other", default=-1.0)]
    ring = ring_of(alarm(period=120), *feeds)
    assert slugs(ring) == ["alarm-diluted"]
    assert "one event gives 0 or 1" in ring.remarks[0].sentence


def test_many_log_groups_are_followed_quiet_and_busy_together():
    feeds = [feed(log_group(f"group-{number}"), name=f"f{number}", default=0.0) for number in range(12)]
    ring = ring_of(alarm(statistic="Average"), *feeds)
    assert slugs(ring) == ["alarm-diluted"]


@pytest.mark.parametrize(
    ("defaults", "expected"), [([1.0, -1.0, 0.0], ["alarm-stuck-when-busy"]), ([1.0, -1.0, 1.0, -1.0], [])]
)
def test_three_log_groups_are_followed_each_by_itself(defaults, expected):
    """The defaults cancel each other out unless one log group is busy and another quiet; four count as one."""
    others = [feed(log_group(f"g{i}"), name=f"f{i}", default=default) for i, default in enumerate(defaults)]
    ring = ring_of(alarm(period=60, comparison=MORE, threshold=0.0), feed(), *others)
    assert slugs(ring) == expected


def test_no_event_matches_no_filter():
    assert slugs(rings(alarm(), [feed()], [])) == ["alarm-not-fed"]


# --- metric math ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "others"),
    [
        ("m1", []),
        ("m1 * 2", []),
        ("m1 / 1", []),
        ("m1 + m2", ["m2"]),
        ("m1 > 0 OR m2 > 0", ["m2"]),
        ("IF(m1, 5)", []),
        ("m1 / PERIOD(m1) * 300", []),
        ('SUM(METRICS("m1"))', ["m2"]),
        ("SUM(METRICS() * 2)", ["m2"]),
        ("MAX([m1, m2])", ["m2"]),
        ("SUM([m1])", []),
        ("SUM([m1, m2])", ["m2"]),
        ("SUM(METRICS())", ["m2"]),
        ("FILL(m1, 0)", []),
        ("FILL(m1, 0) + FILL(m2, 0)", ["m2"]),
        ("IF(m1 >= 1, 1, 0)", []),
        ("IF(FILL(m1, 0) > 0, 1, 0)", []),
        ("m1 > 0 OR m1 > 5", []),
    ],
)
def test_alarm_on_an_expression_rings(expression, others):
    ring = ring_of(math_alarm(expression, *others))
    assert slugs(ring) == []
    assert ring.certain


@pytest.mark.parametrize(
    ("expression", "others", "slug", "told"),
    [
        (
            "m1 * 0.5",
            [],
            "alarm-threshold-out-of-reach",
            'on "m1 * 0.5": one event gives 0.5 and never rings it (2 events',
        ),
        ("m2", ["m2"], "alarm-not-fed", "watches no metric"),
        ("MIN([FILL(m1, 0), FILL(m2, 0), 0])", ["m2"], "alarm-threshold-out-of-reach", "gives 0 and never rings it"),
        ("IF(FILL(m1, 0) > 0, 0, 1)", [], "alarm-stuck-on-default", "its datapoint is 1"),
        ("m1 / 0", [], "alarm-threshold-out-of-reach", "gives no datapoint"),
        ("m1 - 1 - m2", ["m2"], "alarm-threshold-out-of-reach", "gives 0 and never rings it"),
    ],
)
def test_alarm_on_an_expression_is_broken(expression, others, slug, told):
    ring = ring_of(math_alarm(expression, *others))
    assert slugs(ring) == [slug]
    assert told in ring.remarks[0].sentence


@pytest.mark.parametrize(
    ("expression", "others", "slug", "told"),
    [
        ("m1 * m2", ["m2"], "alarm-metric-math-depends", '"m1 * m2", whose value also depends on m2'),
        ("IF(m2 > 900000, m1, 0)", ["m2"], "alarm-metric-math-depends", "depends on m2"),
        ("IF(m2 < -900000, m1, 0)", ["m2"], "alarm-metric-math-depends", "depends on m2"),
        ("MIN([FILL(m1, 0), FILL(m2, 0)])", ["m2"], "alarm-metric-math-depends", "depends on m2"),
        ("AVG([m1, m2, m3])", ["m2", "m3"], "alarm-metric-math-depends", "depends on m2, m3"),
        ("IF(m1 > 0, 0, 1) * 0 + m1 * IF(m2, 0, 1)", ["m2"], "alarm-metric-math-depends", "m2"),
        ("RUNNING_SUM(m1)", [], "alarm-metric-math-unanalysed", "of which RUNNING_SUM is not analysed"),
        ("SUM(m1)", [], "alarm-metric-math-unanalysed", "of which SUM of a single time series is not analysed"),
        ("m1 + m9", [], "alarm-metric-math-unanalysed", "of which m9 is not analysed"),
        ("m1 + e1", [], "alarm-metric-math-unanalysed", "of which e1 is not analysed"),
        ("ANOMALY_DETECTION_BAND(m1)", [], "alarm-anomaly-detection", "anomaly detection band"),
        ("SELECT SUM(RootUsage) FROM CIS", [], "alarm-metrics-insights", "Metrics Insights"),
        ("SUM(SEARCH('{CIS}', 'Sum'))", [], "alarm-search", "search expression"),
    ],
)
def test_alarm_on_an_expression_that_is_not_decided_is_unseen(expression, others, slug, told):
    ring = ring_of(math_alarm(expression, *others))
    assert slugs(ring) == [slug]
    assert told in ring.remarks[0].sentence
    assert ring.remarks[0].effect is Effect.UNSEEN


@pytest.mark.parametrize(
    ("changes", "default", "certain"),
    [
        ({"statistic": "p90"}, 0.0, None),
        ({"statistic": "p90", "period": 60}, 0.0, True),
        ({"statistic": "p90"}, None, True),
        ({"statistic": "p90", "comparison": LESS, "threshold": 0.0}, 0.0, False),
    ],
)
def test_percentile_that_falls_on_both_sides_of_the_threshold_is_unseen(changes, default, certain):
    ring = ring_of(alarm(**changes), feed(default=default))
    if certain is None:
        assert slugs(ring) == ["alarm-percentile-between"]
        assert "its statistic p90 can fall between two samples" in ring.remarks[0].sentence
    else:
        assert ring.certain is certain
        assert "alarm-percentile-between" not in slugs(ring)


def test_percentile_in_an_expression_that_falls_on_both_sides_is_named():
    ring = ring_of(math_alarm("m1", m1=stat(statistic="p90")), feed(default=0.0))
    assert slugs(ring) == ["alarm-metric-math-depends"]
    assert "depends on how p90 falls" in ring.remarks[0].sentence


@pytest.mark.parametrize("expression", ["selected + m1", "m1 + researched", "m1 + select", "search"])
def test_ids_that_look_like_query_languages_are_ids(expression):
    others = [word for word in expression.split() if word not in ("+", "m1")]
    assert not {"alarm-metrics-insights", "alarm-search"} & set(slugs(ring_of(math_alarm(expression, *others))))


@pytest.mark.parametrize(
    ("expression", "slug"),
    [
        ("select SUM(RootUsage) from CIS", "alarm-metrics-insights"),
        (" SELECT\nSUM(RootUsage) FROM CIS", "alarm-metrics-insights"),
        ("SUM(\nSEARCH ('{CIS}', 'Sum'))", "alarm-search"),
        ("1 +\nANOMALY_DETECTION_BAND (m1)", "alarm-anomaly-detection"),
    ],
)
def test_query_languages_are_recognised_however_they_are_spaced(expression, slug):
    assert slugs(ring_of(math_alarm(expression))) == [slug]


def test_operand_without_data_counts_as_zero_where_another_has_data():
    ring = ring_of(math_alarm("m1 + m2", "m2"), feed(), feed(name="second", metric_name="metric-m2"))
    assert ring.certain


def test_expression_of_expressions_is_followed():
    queries = (
        MetricQuery(id="e1", expression="e2 * 2"),
        MetricQuery(id="e2", expression="m1 + 1", return_data=False),
        MetricQuery(id="m1", metric=stat(), return_data=False),
    )
    under_test = math_alarm("m1", queries=queries, threshold=4.0)
    assert ring_of(under_test).certain
    assert "e2 * 2; m1 + 1" in ring_of(under_test.model_copy(update={"threshold": 5.0})).remarks[0].sentence


def test_expressions_that_refer_to_each_other_are_not_analysed():
    queries = (
        MetricQuery(id="e1", expression="e2 + m1"),
        MetricQuery(id="e2", expression="e1", return_data=False),
        MetricQuery(id="m1", metric=stat(), return_data=False),
    )
    assert slugs(ring_of(math_alarm("m1", queries=queries))) == ["alarm-metric-math-unanalysed"]


def test_returned_metric_is_followed_like_a_plain_one():
    queries = (MetricQuery(id="m1", metric=stat(statistic="Average")),)
    under_test = math_alarm("m1", queries=queries)
    assert ring_of(under_test).certain
    assert slugs(ring_of(under_test, feed(default=0.0))) == ["alarm-diluted"]


@pytest.mark.parametrize(
    "queries",
    [
        (MetricQuery(id="m1", metric=stat(), return_data=False),),
        (MetricQuery(id="m1", metric=stat()), MetricQuery(id="m2", metric=stat("Other"))),
        (MetricQuery(id="e1", expression="1"),),
        (MetricQuery(id="e1"),),
    ],
)
def test_alarm_without_its_one_returned_metric_is_incomplete(queries):
    assert slugs(ring_of(math_alarm("m1", queries=queries))) == ["alarm-incomplete"]


def test_metrics_with_other_periods_are_unseen():
    queries = (
        MetricQuery(id="e1", expression="SUM([m1, m2])"),
        MetricQuery(id="m1", metric=stat(), return_data=False),
        MetricQuery(id="m2", metric=stat("Other", period=60), return_data=False),
    )
    ring = ring_of(math_alarm("m1", queries=queries))
    assert slugs(ring) == ["alarm-periods-differ"]
    assert "periods of 60, 300 seconds" in ring.remarks[0].sentence


def test_expression_with_another_period_than_its_metric_is_unseen():
    queries = (
        MetricQuery(id="e1", expression="m1", period=60),
        MetricQuery(id="m1", metric=stat(), return_data=False),
    )
    assert slugs(ring_of(math_alarm("m1", queries=queries))) == ["alarm-periods-differ"]


def test_metric_that_is_not_read_by_the_returned_expression_does_not_matter():
    queries = (
        MetricQuery(id="e1", expression="m1"),
        MetricQuery(id="m1", metric=stat(), return_data=False),
        MetricQuery(id="m2", metric=stat("Other", period=60, statistic="tm90"), return_data=False),
    )
    assert ring_of(math_alarm("m1", queries=queries)).certain
    assert not watches(math_alarm("m1", queries=queries), feed(metric_name="Other"))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["alarm-fills-newest"]),
        ({"evaluation_periods": 3, "datapoints_to_alarm": 1}, []),
        ({"evaluation_periods": 3}, ["alarm-fills-newest"]),
    ],
)
def test_filling_the_newest_minute_may_hold_an_alarm_in_ok(changes, expected):
    ring = ring_of(math_alarm("FILL(m1, 0)", m1=stat(period=60), **changes))
    assert slugs(ring) == expected


def test_metric_of_an_expression_in_another_unit_has_no_datapoints():
    ring = ring_of(math_alarm("FILL(m1, 0)", m1=stat(unit="Seconds")))
    assert slugs(ring) == ["alarm-unit-differs"]


def test_second_metric_in_another_unit_is_taken_as_missing():
    queries = (
        MetricQuery(id="e1", expression="SUM([m1, m2])"),
        MetricQuery(id="m1", metric=stat(), return_data=False),
        MetricQuery(id="m2", metric=stat("Other", unit="Seconds"), return_data=False),
    )
    ring = ring_of(math_alarm("m1", queries=queries, threshold=2.0), feed(), feed(name="b", metric_name="Other"))
    assert slugs(ring) == ["alarm-threshold-out-of-reach"]


def test_whether_too_few_samples_count_in_an_expression_is_told_by_nobody():
    ring = ring_of(math_alarm("m1", m1=stat(statistic="p99"), low_sample_percentile="ignore"))
    assert slugs(ring) == ["alarm-metric-math-unanalysed"]
    assert "EvaluateLowSampleCountPercentile" in ring.remarks[0].sentence


# --- which metric an alarm watches ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "published"),
    [
        ({}, {}),
        ({"unit": "Seconds"}, {}),
        ({"dimensions": {"type": "Root"}}, {"dimensions": {"type": "$.userIdentity.type"}}),
        ({"dimensions": {"@aws.account": ACCOUNT}}, {"system_dimensions": ("@aws.account",)}),
    ],
)
def test_alarm_watches_the_metric_of_the_filter(changes, published):
    assert watches(alarm(**changes), feed(**published))
    assert near_miss(alarm(**changes), feed(**published)) == ()


@pytest.mark.parametrize(
    ("changes", "published", "slug", "told"),
    [
        (
            {"namespace": "LogMetrics"},
            {},
            "alarm-other-namespace",
            "watches namespace LogMetrics, the filter root publishes to CIS",
        ),
        (
            {"metric_name": "Root"},
            {},
            "alarm-other-metric-name",
            "watches metric Root, the filter root publishes to RootUsage",
        ),
        (
            {"dimensions": {"type": "Root"}},
            {},
            "alarm-other-dimensions",
            "watches the metric with type, the filter root publishes it with no dimensions",
        ),
        (
            {},
            {"dimensions": {"b": "$.b", "a": "$.a"}},
            "alarm-other-dimensions",
            "with no dimensions, the filter root publishes it with a, b",
        ),
        ({"region": "eu-west-1"}, {}, "alarm-other-region", "stands in Region eu-west-1"),
        ({"account": OTHER_ACCOUNT}, {}, "alarm-other-account", f"a metric of account {OTHER_ACCOUNT}"),
    ],
)
def test_near_miss_tells_what_differs(changes, published, slug, told):
    assert not watches(alarm(**changes), feed(**published))
    (found,) = near_miss(alarm(**changes), feed(**published))
    assert found.rule.slug == slug
    assert told in found.sentence


def test_near_miss_tells_every_difference():
    missed = near_miss(alarm(namespace="X", metric_name="Y"), feed())
    assert slugs(missed) == ["alarm-other-namespace", "alarm-other-metric-name"]


def test_near_miss_of_an_expression_is_that_of_its_nearest_metric():
    queries = (
        MetricQuery(id="e1", expression="SUM(METRICS())"),
        MetricQuery(id="m1", metric=stat("A", namespace="B"), return_data=False),
        MetricQuery(id="m2", metric=stat(namespace="B"), return_data=False),
    )
    assert slugs(near_miss(math_alarm("m1", queries=queries), feed())) == ["alarm-other-namespace"]


def test_alarm_on_an_expression_watches_the_metrics_it_reads():
    assert watches(math_alarm("m1 * 2"), feed())
    assert watches(math_alarm("SUM(METRICS())", "m2"), feed(metric_name="metric-m2"))
    assert watches(math_alarm("RUNNING_SUM(m1)"), feed())
    assert not watches(math_alarm("m2", "m2"), feed())


def test_alarm_that_names_no_metric_watches_none_and_misses_none():
    nothing = alarm(metric_name=None)
    assert not watches(nothing, feed())
    assert near_miss(nothing, feed()) == ()


def test_alarm_of_a_monitoring_account_is_unseen():
    queries = (MetricQuery(id="m1", metric=stat(), account=ACCOUNT),)
    central = math_alarm("m1", queries=queries, account=OTHER_ACCOUNT)
    assert watches(central, feed())
    ring = ring_of(central)
    assert slugs(ring) == ["alarm-across-accounts"]
    assert f"stands in account {OTHER_ACCOUNT} and watches a metric of account {ACCOUNT}" in ring.remarks[0].sentence


@pytest.mark.parametrize(
    ("under_test", "slug"),
    [
        (alarm(), None),
        (math_alarm("m1 * 2"), None),
        (alarm(metric_name=None), "alarm-watches-nothing-known"),
        (alarm(threshold_metric_id="ad1"), "alarm-anomaly-detection"),
        (math_alarm("select max(x) from y"), "alarm-metrics-insights"),
    ],
)
def test_alarm_that_nobody_can_read_says_why(under_test, slug):
    found = opaque(under_test)
    assert (found and found.rule.slug) == slug
