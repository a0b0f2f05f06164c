"""Scenarios of calls that the scanning role may not make: one an action on the path."""

from __future__ import annotations

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import REGION
from prowler_cis_monitoring.demo.scenarios.scenario import OTHER_REGION, Scenario, fails, passes, unseen


def _denied(slug: str, says: str, action: str) -> Scenario:
    return unseen(
        f"denied-{slug}",
        f"the scanning role may not {says}",
        f"allow {action} to the scanning role",
        afterwards=(lambda _: moto_gaps.deny(action, REGION),),
    )


def _no_trails() -> None:
    for region in (REGION, OTHER_REGION):
        moto_gaps.deny("cloudtrail:DescribeTrails", region)


SCENARIOS = (
    unseen(
        "denied-trails",
        "the scanning role may not list trails",
        "allow cloudtrail:DescribeTrails to the scanning role",
        afterwards=(lambda _: _no_trails(),),
    ),
    passes(
        "denied-trails-in-one-region",
        "one Region does not list its trails, another lists them all",
        afterwards=(lambda _: moto_gaps.deny("cloudtrail:DescribeTrails", OTHER_REGION),),
    ),
    _denied("trail-status", "ask whether a trail logs", "cloudtrail:GetTrailStatus"),
    _denied("event-selectors", "read a trail's event selectors", "cloudtrail:GetEventSelectors"),
    _denied("metric-filters", "list metric filters", "logs:DescribeMetricFilters"),
    _denied("alarms", "list alarms", "cloudwatch:DescribeAlarms"),
    _denied("topic", "read a topic", "sns:GetTopicAttributes"),
    _denied("subscriptions", "list a topic's subscriptions", "sns:ListSubscriptionsByTopic"),
    _denied("subscription", "read a subscription's filter policy", "sns:GetSubscriptionAttributes"),
    fails(
        "denied-subscription-of-a-stopped-trail",
        "the scanning role may not read a subscription's filter policy, and logging is stopped anyway",
        "IsLogging is false",
        logging=False,
        afterwards=(lambda _: moto_gaps.deny("sns:GetSubscriptionAttributes", REGION),),
    ),
)
