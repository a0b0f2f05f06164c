"""How CloudWatch turns the datapoints of an alarm's periods into its state.

One event makes one period special; the periods around it carry no datapoint, or one made of default values. What the
datapoints are worth does not matter here, only whether they breach the threshold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ALARM, OK, INSUFFICIENT_DATA = "ALARM", "OK", "INSUFFICIENT_DATA"


@dataclass(frozen=True)
class Evaluation:
    """The part of an alarm's configuration that decides about its state.

    Attributes:
        periods: EvaluationPeriods (N).
        datapoints: DatapointsToAlarm (M).
        missing: TreatMissingData.
    """

    periods: int
    datapoints: int
    missing: str

    @property
    def range(self) -> int:
        """How many periods CloudWatch looks back.

        AWS says only that the evaluation range is longer than the evaluation periods; this length agrees with the
        example of the User Guide (3 periods, range 5).
        """
        return self.periods + max(self.periods // 3, 2)


@dataclass(frozen=True)
class Course:
    """What one special period does to an alarm.

    Attributes:
        stuck: the alarm is in ALARM before anything happened.
        rings_after: periods between the special one and the transition into ALARM, 0 for none; None if it never rings.
        latches: the alarm stays in ALARM for good.
        rests: the states that the alarm may be in before anything happens.
    """

    stuck: bool
    rings_after: int | None
    latches: bool
    rests: frozenset[str]


@lru_cache(maxsize=4096)
def course(evaluation: Evaluation, *, event: bool | None, base: bool | None) -> Course:
    """Follow an alarm through one special period.

    Args:
        evaluation: the alarm's configuration.
        event: whether the datapoint of the special period breaches; None when it has none.
        base: the same of every other period.

    Source: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data".
    """
    settle = evaluation.range + 2
    timeline = [base] * settle + [event] + [base] * settle
    states = list(_states(evaluation, timeline))
    rests = frozenset({states[settle - 1]})
    if rests == {ALARM}:
        return Course(stuck=True, rings_after=None, latches=False, rests=rests)
    if evaluation.missing == "ignore" and base is None:
        rests |= {OK}  # Nothing changes the state, so it may be any that somebody once set.
    rings_after = next((wait for wait, state in enumerate(states[settle:]) if state == ALARM), None)
    return Course(stuck=False, rings_after=rings_after, latches=states[-1] == ALARM, rests=rests)


def _states(evaluation: Evaluation, timeline: list[bool | None]) -> Iterator[str]:
    """The state after each period of a timeline."""
    state = INSUFFICIENT_DATA
    for now in range(1, len(timeline) + 1):
        window = timeline[max(0, now - evaluation.range) : now]
        state = next_state(evaluation, window, state)
        yield state


def next_state(evaluation: Evaluation, window: list[bool | None], state: str) -> str:
    """The state that follows from the datapoints in the evaluation range.

    Args:
        evaluation: the alarm's configuration.
        window: oldest first, whether the datapoint breaches, None for a missing one.
        state: the present state.
    """
    real = [breaching for breaching in window if breaching is not None]
    if not real:
        return {"missing": INSUFFICIENT_DATA, "ignore": state, "breaching": ALARM}.get(evaluation.missing, OK)
    if len(real) >= evaluation.periods:
        return _alarm_if(sum(real[-evaluation.periods :]) >= evaluation.datapoints)
    breaching = sum(real)
    if evaluation.missing == "breaching":
        return _alarm_if(breaching + evaluation.periods - len(real) >= evaluation.datapoints)
    if evaluation.missing == "notBreaching" or breaching >= evaluation.datapoints:
        return _alarm_if(breaching >= evaluation.datapoints)
    if breaching < len(real):
        return OK
    # All that was seen breaches: a lone point that has grown old enough rings before its time.
    oldest = len(window) - next(at for at, point in enumerate(window) if point is not None)
    return ALARM if evaluation.missing == "missing" and oldest >= evaluation.datapoints else state


def _alarm_if(condition: bool) -> str:  # noqa: FBT001 - the condition is the sentence
    return ALARM if condition else OK
