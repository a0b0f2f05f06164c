"""One row a scenario: what is changed on a healthy path, and the verdict that a user then sees; one module a link."""

from __future__ import annotations

from prowler_cis_monitoring.demo.scenarios import (
    alarms,
    composite_alarms,
    denied_calls,
    log_groups,
    metric_filters,
    metric_math,
    metrics,
    proof,
    subscriptions,
    topic_keys,
    topics,
    trails,
    unreadable_answers,
)
from prowler_cis_monitoring.demo.scenarios.scenario import Scenario, passes

__all__ = ["BY_LINK", "SCENARIOS", "Scenario", "find"]

BY_LINK: dict[str, tuple[Scenario, ...]] = {
    "the whole path": (passes("healthy", "every link holds"),),
    "trail": trails.SCENARIOS,
    "log group": log_groups.SCENARIOS,
    "metric filter": metric_filters.SCENARIOS,
    "metric": metrics.SCENARIOS,
    "alarm": alarms.SCENARIOS,
    "alarm on metric math": metric_math.SCENARIOS,
    "composite alarm": composite_alarms.SCENARIOS,
    "topic": topics.SCENARIOS,
    "key of a topic": topic_keys.SCENARIOS,
    "subscription": subscriptions.SCENARIOS,
    "refused calls": denied_calls.SCENARIOS,
    "proof from history": proof.SCENARIOS,
    "answers that are none": unreadable_answers.SCENARIOS,
}
"""The scenarios by the link that they change, or by what stands in the way of seeing it."""

SCENARIOS: tuple[Scenario, ...] = tuple(scenario for scenarios in BY_LINK.values() for scenario in scenarios)


def find(slug: str) -> Scenario:
    """Return the scenario of this name; raises KeyError when there is none."""
    return {scenario.slug: scenario for scenario in SCENARIOS}[slug]
