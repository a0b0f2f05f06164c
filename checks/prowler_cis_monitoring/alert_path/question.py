"""What a control asks of an account, and the paths and coverages that answer it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from prowler_cis_monitoring.alert_path.accounts import coverage_in, may_match
from prowler_cis_monitoring.alert_path.allowance import Allowance
from prowler_cis_monitoring.alert_path.paths import AlertPath, AlertPaths, State
from prowler_cis_monitoring.alert_path.resources import AccountResources
from prowler_cis_monitoring.filter_pattern import Coverage, FilterPattern, without
from prowler_cis_monitoring.filter_pattern.matching import Message
from prowler_cis_monitoring.foreign_text import pattern_shown
from prowler_cis_monitoring.records import dataclass


@dataclass(frozen=True)
class Demand:
    """What a control asks for.

    Attributes:
        event: the event in words, as the end of "somebody is told when …".
        required: the events that must reach somebody.
        exclusions: events that the user has approved to pass unnoticed.
        events: how many such events, within the delay limit, may pass before the alarm rings.
        delay_limit: seconds that may pass between the event and the alarm.
        earlier: what earlier versions of the benchmark demanded, None when that is the same.
        newer: what the newer versions add, in words.
        judged_by: by which version of the benchmark less is demanded, as a whole sentence; empty by the newest.
    """

    event: str
    required: FilterPattern
    exclusions: tuple[FilterPattern, ...] = ()
    events: int = 1
    delay_limit: int = 3600
    earlier: FilterPattern | None = None
    newer: str = ""
    judged_by: str = ""

    @cached_property
    def events_demanded(self) -> FilterPattern:
        """The required events without the approved exclusions."""
        return without(self.required, *self.exclusions) if self.exclusions else self.required

    @property
    def concessions(self) -> tuple[str, ...]:
        """What the user's configuration allows, in words: a reader must see on which terms a verdict stands."""
        excluded = ", ".join(pattern_shown(str(exclusion)) for exclusion in self.exclusions)
        said = [self.judged_by] if self.judged_by else []
        said += [f"Approved exclusions: {excluded}."] if excluded else []
        return (*said, *([f"{self.events} events may pass before the alarm rings."] if self.events > 1 else []))


@dataclass(frozen=True)
class Question:
    """One demand on the alert paths of one account."""

    followed: AlertPaths
    demand: Demand

    @property
    def resources(self) -> AccountResources:
        """What is known of the account."""
        return self.followed.resources

    @cached_property
    def allowance(self) -> Allowance:
        """The work that may be done for the demand."""
        return self.followed.allowance(self.demand)

    @cached_property
    def everything(self) -> tuple[AlertPath, ...]:
        """All paths, those of other controls included."""
        return self.followed.follow(self.demand.events, self.demand.delay_limit)

    @cached_property
    def paths(self) -> tuple[AlertPath, ...]:
        """The paths whose filters match at least one required event, whatever their trails record."""
        return tuple(path for path in self.everything if self.concerns(path.matched))

    @cached_property
    def live(self) -> tuple[AlertPath, ...]:
        """The paths that work."""
        return tuple(path for path in self.paths if path.state is State.LIVE)

    @cached_property
    def hoped(self) -> tuple[AlertPath, ...]:
        """The paths that are not certainly broken."""
        return tuple(path for path in self.paths if path.state is not State.BROKEN)

    @cached_property
    def _concerned(self) -> dict[FilterPattern, bool]:
        return {}

    def concerns(self, events: FilterPattern) -> bool:
        """Whether a required event may be among `events`; asked once, however many paths have them."""
        if events not in self._concerned:
            self._concerned[events] = may_match(self.demand.events_demanded, events, self.allowance.overlaps)
        return self._concerned[events]

    def coverage(self, paths: Iterable[AlertPath]) -> Coverage:
        """Decide whether the events of these paths together are all that is required."""
        return self.coverage_of(self.demand.events_demanded, paths)

    @cached_property
    def _missed(self) -> list[Message]:
        return []

    def is_covered(self, paths: Sequence[AlertPath]) -> bool:
        """Whether `coverage` says so: often these paths miss an event that others missed, which is quickly seen."""
        patterns = tuple(dict.fromkeys(path.events for path in paths))
        if any(not any(pattern.matches(known) for pattern in patterns) for known in self._missed):
            return False
        found = self.coverage_of_events(self.demand.events_demanded, patterns)
        if found.missed_event is not None:
            self._missed.append(Message(found.missed_event))
        return found.verdict == "covered"

    def coverage_of(self, required: FilterPattern, paths: Iterable[AlertPath]) -> Coverage:
        """Decide the same of other events."""
        return self.coverage_of_events(required, tuple(dict.fromkeys(path.events for path in paths)))

    def coverage_of_events(self, required: FilterPattern, patterns: tuple[FilterPattern, ...]) -> Coverage:
        """Decide the same of patterns."""
        return coverage_in(
            self.resources.account, required, patterns, self.resources.partition, self.allowance.coverages
        )


@dataclass(frozen=True)
class Glimpse(Question):
    """A question for which no filters are followed but those that may match what is demanded.

    Where it is answered by less than PASS, all paths give no better answer, unless they are too many or too hard to be
    followed within their bounds. Its work is taken from no other question.
    """

    @cached_property
    def allowance(self) -> Allowance:
        """The work that may be done for this look."""
        return Allowance()

    @cached_property
    def everything(self) -> tuple[AlertPath, ...]:
        """The paths through such filters."""
        return self.followed.follow_through(self.concerns, self.demand.events, self.demand.delay_limit)
