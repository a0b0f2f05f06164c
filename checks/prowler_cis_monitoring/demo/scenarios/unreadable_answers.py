"""Scenarios of answers that are not as AWS documents them: what they are about is not guessed at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import LOG_GROUP, REGION, TOPIC_ARN, TRAIL
from prowler_cis_monitoring.demo.scenarios.scenario import ALARM, Change, another_alarm, passes, unseen


def _alarm(fields: Mapping[str, Any], name: str = ALARM) -> Change:
    return lambda _: moto_gaps.set_alarm_fields(name, fields, REGION)


def _above(rule: str) -> Change:
    return lambda _: moto_gaps.put_composite_alarm("security", rule, [TOPIC_ARN], REGION)


SCENARIOS = (
    unseen(
        "unreadable-trail-status",
        "CloudTrail does not say whether the trail logs",
        "AnswerWithoutIsLogging",
        shows=("trail-unreadable",),
        afterwards=(lambda _: moto_gaps.set_trail_status(TRAIL, {"IsLogging": None}, REGION),),
    ),
    unseen(
        "unreadable-log-group",
        "the log group's class is a number",
        "AnswerWithWrongLogGroupClass",
        shows=("log-group-unreadable",),
        afterwards=(lambda _: moto_gaps.set_log_group_fields(LOG_GROUP, {"logGroupClass": 7}, REGION),),
    ),
    unseen(
        "unreadable-metric-filter",
        "CloudWatch Logs does not say what the metric filter matches",
        "AnswerWithoutFilterPattern",
        shows=("metric-filter-unreadable",),
        afterwards=(lambda _: moto_gaps.set_metric_filter_fields("root-usage", {"filterPattern": None}, REGION),),
    ),
    unseen(
        "unreadable-alarm",
        "the alarm treats missing data in a way that AWS does not document",
        "AnswerWithUnknownTreatMissingData",
        shows=("alarm-unreadable",),
        afterwards=(_alarm({"treat_missing_data": "perhaps"}),),
    ),
    passes(
        "unreadable-second-alarm",
        "a second alarm on the metric cannot be read, the first rings",
        afterwards=(another_alarm("broken"), _alarm({"treat_missing_data": "perhaps"}, "broken")),
    ),
    unseen(
        "unreadable-composite-alarm",
        "a composite alarm notifies, and CloudWatch does not say in which state it is",
        "AnswerWithUnknownStateValue",
        shows=("composite-alarm-unreadable",),
        alarm={"AlarmActions": []},
        afterwards=(_above(f'ALARM("{ALARM}")'), _alarm({"state_value": "ASLEEP"}, "security")),
    ),
    unseen(
        "unreadable-sibling",
        "a composite alarm notifies, and a second alarm that its rule names cannot be read",
        "depends on alarms of which AWS's answer is not as documented",
        shows=("composite-unread-child",),
        alarm={"AlarmActions": []},
        afterwards=(
            another_alarm("broken", MetricName="Other"),
            _alarm({"treat_missing_data": "perhaps"}, "broken"),
            _above(f'ALARM("{ALARM}") AND NOT ALARM("broken")'),
        ),
    ),
)
