"""How CloudWatch turns the datapoints of an alarm's periods into its state.

One event makes one period special; the periods around it carry no datapoint, or one made of default values. What the
datapoints are worth does not matter here, only whether they breach the threshold.
"""

from __future__ import annotations

from functools import lru_cache

from prowler_cis_monitoring.records import dataclass

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
        rest: the state before the special period.
        steps: periods after the special one, 0 for itself, and the state from then on; in order, changes only.
    """

    rest: str
    steps: tuple[tuple[int, str], ...]

    @property
    def stuck(self) -> bool:
        """Whether the alarm is in ALARM before anything happened."""
        return self.rest == ALARM

    @property
    def rings_after(self) -> int | None:
        """Periods between the special one and the transition into ALARM, 0 for none; None if it never rings."""
        return None if self.stuck else next((after for after, state in self.steps if state == ALARM), None)

    @property
    def latches(self) -> bool:
        """Whether the alarm rings and stays in ALARM for good."""
        return self.rings_after is not None and self.steps[-1][1] == ALARM


@lru_cache(maxsize=16384)
def course(evaluation: Evaluation, *, event: bool | None, base: bool | None, idle: str = INSUFFICIENT_DATA) -> Course:
    """Follow an alarm through one special period.

    Args:
        evaluation: the alarm's configuration.
        event: whether the datapoint of the special period breaches; None when it has none.
        base: the same of every other period.
        idle: the state that somebody once set, in which an alarm stays that nothing moves.

    Source: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data".
    """
    reach = evaluation.range
    rest = state = next_state(evaluation, [base] * reach, idle)
    steps = []
    # Between these ages of the special period nothing changes but the age.
    for age in sorted({0, evaluation.datapoints - 1, evaluation.periods, reach}):
        window = [base] * (reach - 1 - age) + [event] + [base] * age if age < reach else [base] * reach
        now = next_state(evaluation, window, state)
        if now != state:
            steps.append((age, now))
            state = now
    return Course(rest, tuple(steps))


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
