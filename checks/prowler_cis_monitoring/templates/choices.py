"""Conditions whose value nobody knows before the deployment: tried both ways, a bounded number of combinations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import TypeVar

from prowler_cis_monitoring.records import dataclass

T = TypeVar("T")
MOST_COMBINATIONS = 64


class OpenChoiceError(Exception):
    """Something was asked that no choice has been made for yet."""

    def __init__(self, question: str, answers: Sequence[str]) -> None:
        """Name the question and the answers that can be given."""
        super().__init__(question)
        self.question, self.answers = question, answers


@dataclass(frozen=True)
class Choices:
    """The answers given so far, by question."""

    made: Mapping[str, str] = field(default_factory=dict)

    def answer(self, question: str, answers: Sequence[str]) -> str:
        """Return the answer to a question, or raise OpenChoiceError."""
        if question not in self.made:
            raise OpenChoiceError(question, answers)
        return self.made[question]

    def __str__(self) -> str:
        return " and ".join(f"{question} is {answer}" for question, answer in self.made.items())


def every(build: Callable[[Choices], T]) -> tuple[list[tuple[Choices, T]], bool]:
    """Build with every combination of answers to what `build` asks.

    Returns:
        Each combination with what was built, and whether these are all.
    """
    waiting, built, tries = [Choices()], list[tuple[Choices, T]](), 0
    while waiting and len(built) < MOST_COMBINATIONS and tries < 4 * MOST_COMBINATIONS:
        choices = waiting.pop(0)
        tries += 1
        try:
            built.append((choices, build(choices)))
        except OpenChoiceError as open_:
            waiting = [Choices({**choices.made, open_.question: answer}) for answer in open_.answers] + waiting
    return built, not waiting
