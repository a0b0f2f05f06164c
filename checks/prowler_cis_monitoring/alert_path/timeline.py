"""In which state is an alarm when? The state before an event and its changes afterwards, in seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from prowler_cis_monitoring.alert_path.evaluation import Course


@dataclass(frozen=True)
class Timeline:
    """The states of one alarm around an event.

    Attributes:
        rest: the state before the event; None where nobody knows it.
        steps: seconds after the event's datapoint and the state from then on, in order; None for an unknown state.
    """

    rest: str | None
    steps: tuple[tuple[int, str | None], ...] = ()

    @classmethod
    def of(cls, course: Course, seconds: int, late: int = 0) -> Timeline:
        """Make a timeline of a course with periods of `seconds` each, the first of them `late` after the event."""
        return cls(course.rest, tuple((after * seconds + late, state) for after, state in course.steps))

    def at(self, second: int) -> str | None:
        """Return the state `second` seconds after the event's datapoint; a negative number is before it."""
        state = self.rest
        for since, later in self.steps:
            if since > second:
                break
            state = later
        return state


UNKNOWN = Timeline(None)
