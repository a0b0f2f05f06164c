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
    passes,
    unseen,
)

if TYPE_CHECKING:
    from boto3.session import Session


def _delete(session: Session) -> None:
    session.client("logs", region_name=REGION).delete_log_group(logGroupName=LOG_GROUP)


def _log_class(name: str) -> dict[str, Any]:
    return {"afterwards": (lambda _: moto_gaps.set_log_group_class(LOG_GROUP, name, REGION),)}


def _described(**fields: object) -> dict[str, Any]:
    return {"afterwards": (lambda _: moto_gaps.set_log_group_fields(LOG_GROUP, fields, REGION),)}


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
        "log-group-with-data-protection",
        "a data protection policy masks what the log group's metric filters see",
        "masks what metric filters see (dataProtectionStatus is ACTIVATED)",
        shows=("log-group-masked",),
        **_described(dataProtectionStatus="ACTIVATED"),
    ),
    unseen(
        "log-group-with-data-protection-of-the-account",
        "the account's data protection policy masks what metric filters see",
        "inherits the account's data protection policy",
        shows=("log-group-masked-by-account",),
        **_described(inheritedProperties=["ACCOUNT_DATA_PROTECTION"]),
    ),
    passes(
        "log-group-with-data-protection-of-old",
        "the log group had a data protection policy once",
        **_described(dataProtectionStatus="DELETED"),
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
        "No trail delivers to where metric filters for such events stand: filter-of-RootUsage on log group copy.",
        metric_filter=None,
        afterwards=(
            lambda s: s.client("logs", region_name=REGION).create_log_group(logGroupName="copy"),
            another_filter(f"{{ {CANONICAL} }}", METRIC, "copy"),
        ),
    ),
)
