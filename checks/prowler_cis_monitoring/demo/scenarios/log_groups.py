"""Scenarios of the log group: is it there, and does it have metric filters?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import LOG_GROUP, LOG_GROUP_ARN, REGION
from prowler_cis_monitoring.demo.scenarios.scenario import (
    CANONICAL,
    METRIC,
    OTHER_ACCOUNT,
    another_filter,
    fails,
    unseen,
)

if TYPE_CHECKING:
    from boto3.session import Session


def _delete(session: Session) -> None:
    session.client("logs", region_name=REGION).delete_log_group(logGroupName=LOG_GROUP)


def _log_class(name: str) -> dict[str, Any]:
    return {"afterwards": (lambda _: moto_gaps.set_log_group_class(LOG_GROUP, name, REGION),)}


SCENARIOS = (
    fails(
        "log-group-deleted",
        "the trail's log group is gone",
        "does not exist",
        shows=("log-group-missing",),
        afterwards=(_delete,),
    ),
    fails(
        "log-group-infrequent-access",
        "the log group's class has no metric filters",
        "INFREQUENT_ACCESS",
        shows=("log-group-class",),
        **_log_class("INFREQUENT_ACCESS"),
    ),
    unseen(
        "log-group-of-an-unknown-class",
        "the log group is of a class of which nobody knows whether it has metric filters",
        "ESSENTIALS",
        shows=("log-group-class-unknown",),
        **_log_class("ESSENTIALS"),
    ),
    unseen(
        "log-group-of-another-account",
        "the trail delivers to a log group of another account",
        OTHER_ACCOUNT,
        shows=("log-group-foreign",),
        trail={"CloudWatchLogsLogGroupArn": f"{LOG_GROUP_ARN.replace('123456789012', OTHER_ACCOUNT)}:*"},
    ),
    fails(
        "no-filter",
        "the log group has no metric filter",
        "no metric filter",
        shows=("no-metric-filter",),
        metric_filter=None,
    ),
    fails(
        "filter-on-another-group",
        "the filter stands on a log group that no trail feeds",
        "no metric filter",
        metric_filter=None,
        afterwards=(
            lambda s: s.client("logs", region_name=REGION).create_log_group(logGroupName="copy"),
            another_filter(f"{{ {CANONICAL} }}", METRIC, "copy"),
        ),
    ),
)
