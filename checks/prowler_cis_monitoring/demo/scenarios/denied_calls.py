"""Scenarios of calls that the scanning role may not make: one an action on the path."""

from __future__ import annotations

from typing import Any

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import ACCOUNT, LOG_GROUP_ARN, REGION, TOPIC_ARN, TRAIL
from prowler_cis_monitoring.demo.scenarios.scenario import (
    METRIC,
    OTHER_ACCOUNT,
    OTHER_REGION,
    Change,
    Scenario,
    another_filter,
    fails,
    passes,
    scenario,
    unseen,
)


def _denied(slug: str, says: str, action: str, shows: tuple[str, ...] = ()) -> Scenario:
    return unseen(
        f"denied-{slug}",
        f"the scanning role may not {says}",
        f"allow {action} to the scanning role",
        shows=shows,
        afterwards=(lambda _: moto_gaps.deny(action, REGION),),
    )


def _locked(slug: str, says: str, *afterwards: Change, **changes: Any) -> Scenario:  # noqa: ANN401
    return scenario(
        f"locked-{slug}",
        f"{says}, and the role to read that account with cannot be assumed",
        "MANUAL",
        "could not be assumed",
        settings={
            "cross_account_role": "arn:aws:iam::{account}:role/Audit",
            "cross_account_accounts": ["999999999999"],
        },
        afterwards=(*afterwards, lambda _: moto_gaps.deny("sts:AssumeRole", "aws")),
        **changes,
    )


def _no_trails() -> None:
    for region in (REGION, OTHER_REGION):
        moto_gaps.deny("cloudtrail:DescribeTrails", region)


SCENARIOS = (
    unseen(
        "denied-selectors-of-a-noisy-filter",
        "a second filter feeds the metric with everyday events, if the trail records them, which may not be asked",
        "everyday events keep it on if the trails that were not read to the end record them",
        shows=("alarm-noise-unseen",),
        afterwards=(
            another_filter("{ $.eventName = DescribeInstances }", METRIC),
            lambda _: moto_gaps.deny("cloudtrail:GetEventSelectors", REGION),
        ),
    ),
    unseen(
        "denied-trails",
        "the scanning role may not list trails",
        "allow cloudtrail:DescribeTrails to the scanning role",
        shows=("account-unread",),
        afterwards=(lambda _: _no_trails(),),
    ),
    passes(
        "denied-trails-in-one-region",
        "one Region does not list its trails, another lists them all",
        afterwards=(lambda _: moto_gaps.deny("cloudtrail:DescribeTrails", OTHER_REGION),),
    ),
    _denied("trail-status", "ask whether a trail logs", "cloudtrail:GetTrailStatus", shows=("trail-unread",)),
    _denied("event-selectors", "read a trail's event selectors", "cloudtrail:GetEventSelectors"),
    _denied("log-groups", "describe log groups, so that nobody knows of data protection", "logs:DescribeLogGroups"),
    _denied("metric-filters", "list metric filters", "logs:DescribeMetricFilters", shows=("log-group-unread",)),
    _denied("alarms", "list alarms", "cloudwatch:DescribeAlarms", shows=("metric-unread",)),
    _denied("topic", "read a topic", "sns:GetTopicAttributes", shows=("topic-unread",)),
    _denied("subscriptions", "list a topic's subscriptions", "sns:ListSubscriptionsByTopic"),
    _denied(
        "subscription",
        "read a subscription's filter policy",
        "sns:GetSubscriptionAttributes",
        shows=("subscription-unread",),
    ),
    _locked(
        "trail",
        "the only trail is the organisation's",
        lambda _: moto_gaps.set_trail_owner(TRAIL, OTHER_ACCOUNT, REGION),
        shows=("trail-locked",),
        trail={
            "IsOrganizationTrail": True,
            "CloudWatchLogsLogGroupArn": f"{LOG_GROUP_ARN.replace(ACCOUNT, OTHER_ACCOUNT)}:*",
        },
    ),
    _locked(
        "log-group",
        "the trail delivers to a log group of another account",
        shows=("log-group-locked",),
        trail={"CloudWatchLogsLogGroupArn": f"{LOG_GROUP_ARN.replace(ACCOUNT, OTHER_ACCOUNT)}:*"},
    ),
    _locked(
        "topic",
        "the alarm names a topic of another account",
        shows=("topic-locked",),
        alarm={"AlarmActions": [TOPIC_ARN.replace(ACCOUNT, OTHER_ACCOUNT)]},
    ),
    passes(
        "denied-alarm-history",
        "the scanning role may not read the history of alarms, as the configuration asks it to",
        "cloudwatch:DescribeAlarmHistory in us-east-1 gave AccessDenied",
        shows=("alarm-history-unread",),
        settings={"alarm_history": True},
        afterwards=(lambda _: moto_gaps.deny("cloudwatch:DescribeAlarmHistory", REGION),),
    ),
    passes(
        "denied-composite-alarm-history",
        "the scanning role may not read the history of the composite alarm that notifies",
        "composite alarm security: whether its last notification failed is not known",
        shows=("composite-history-unread",),
        settings={"alarm_history": True},
        alarm={"AlarmActions": []},
        afterwards=(
            lambda _: moto_gaps.put_composite_alarm("security", 'ALARM("root-usage")', [TOPIC_ARN], REGION),
            lambda _: moto_gaps.deny("cloudwatch:DescribeAlarmHistory", REGION),
        ),
    ),
    fails(
        "denied-subscription-of-a-stopped-trail",
        "the scanning role may not read a subscription's filter policy, and logging is stopped anyway",
        "IsLogging is false",
        logging=False,
        afterwards=(lambda _: moto_gaps.deny("sns:GetSubscriptionAttributes", REGION),),
    ),
)
