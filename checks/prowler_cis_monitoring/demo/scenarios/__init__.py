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

__all__ = ["SCENARIOS", "Scenario", "find"]

SCENARIOS: tuple[Scenario, ...] = (
    passes("healthy", "every link holds"),
    *trails.SCENARIOS,
    *log_groups.SCENARIOS,
    *metric_filters.SCENARIOS,
    *metrics.SCENARIOS,
    *alarms.SCENARIOS,
    *metric_math.SCENARIOS,
    *composite_alarms.SCENARIOS,
    *topics.SCENARIOS,
    *topic_keys.SCENARIOS,
    *subscriptions.SCENARIOS,
    *denied_calls.SCENARIOS,
    *proof.SCENARIOS,
    *unreadable_answers.SCENARIOS,
)


def find(slug: str) -> Scenario:
    """Return the scenario of this name; raises KeyError when there is none."""
    return {scenario.slug: scenario for scenario in SCENARIOS}[slug]
