"""The alert paths of an account, followed once a question and kept for the other controls."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import field
from functools import cached_property

from prowler_cis_monitoring.alert_path.allowance import Allowance
from prowler_cis_monitoring.alert_path.following import Followed, Follower, stems_of
from prowler_cis_monitoring.alert_path.outcomes import Outcomes
from prowler_cis_monitoring.alert_path.path import ARROW, AlertPath, Link, State
from prowler_cis_monitoring.alert_path.resources import AccountResources
from prowler_cis_monitoring.alert_path.sources import Sources, metric_filters
from prowler_cis_monitoring.filter_pattern import FilterPattern
from prowler_cis_monitoring.records import dataclass

__all__ = ["ARROW", "SECONDS_TO_RING", "AlertPath", "AlertPaths", "Link", "State"]

SECONDS_TO_RING = 3600


@dataclass
class AlertPaths:
    """All alert paths of an account."""

    resources: AccountResources
    _allowances: dict[Hashable, Allowance] = field(default_factory=dict, init=False, repr=False)
    _followed: dict[tuple[int, int], tuple[AlertPath, ...]] = field(default_factory=dict, init=False, repr=False)
    _by_filter: dict[tuple[int, int], tuple[Followed, ...]] = field(default_factory=dict, init=False, repr=False)

    def allowance(self, demand: Hashable) -> Allowance:
        """Return the work that may be done for a demand, less what has been done."""
        if demand not in self._allowances:
            self._allowances[demand] = Allowance()
        return self._allowances[demand]

    def follow(self, events: int = 1, delay_limit: int = SECONDS_TO_RING) -> tuple[AlertPath, ...]:
        """Return the paths.

        Args:
            events: how many events, within the delay limit, may pass before an alarm rings (count).
            delay_limit: how long an alarm may take to ring (seconds).
        """
        key = (events, delay_limit)
        if key not in self._followed:
            self._followed[key] = tuple(self._follower(*key).paths())
        return self._followed[key]

    def follow_through(
        self, is_wanted: Callable[[FilterPattern], bool], events: int = 1, delay_limit: int = SECONDS_TO_RING
    ) -> tuple[AlertPath, ...]:
        """Return the paths through metric filters that are wanted for what they match; no others are followed.

        What may be spent on paths is spent in another order than where all are followed, so an account that is too hard
        may be told more here.

        Args:
            is_wanted: says whether filters that match a pattern are wanted.
            events: as above.
            delay_limit: as above.
        """
        key = (events, delay_limit)
        if key not in self._by_filter:
            self._by_filter[key] = tuple(self._follower(*key).by_filter())
        return tuple(path for one in self._by_filter[key] if is_wanted(one.matched) for path in one.paths)

    def _follower(self, events: int, delay_limit: int) -> Follower:
        sources = self._sources
        outcomes = Outcomes(sources, sources.surroundings, events, delay_limit)
        more = sources.suspected
        suspected = None if more is None else Outcomes(sources, more, events, delay_limit)
        return Follower(sources, outcomes, suspected)

    @cached_property
    def stems(self) -> tuple[tuple[AlertPath, tuple[str, ...]], ...]:
        """The beginning of each path that ends in a log group whose metric filters were read, with their names."""
        return tuple(
            (stem, tuple(sorted({metric_filter.name for metric_filter in metric_filters(group)})))
            for trail in self.resources.trails
            for stem, group in stems_of(trail, self.resources)
            if group is not None
        )

    @cached_property
    def _sources(self) -> Sources:
        return Sources(self.resources)
