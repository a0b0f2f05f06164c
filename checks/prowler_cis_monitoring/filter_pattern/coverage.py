"""Does every event that a required pattern matches also match one of the filters? If not: which one slips through?

What AWS does not document is set aside first and decided under every reading only if it matters; work is bounded.
"""

from __future__ import annotations

import itertools
from dataclasses import field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from typing import Literal as Texts

from prowler_cis_monitoring.filter_pattern import differences, events
from prowler_cis_monitoring.filter_pattern.apart import are_apart
from prowler_cis_monitoring.filter_pattern.automata import TooManyDigitsError
from prowler_cis_monitoring.filter_pattern.facts import FACTS, Fact
from prowler_cis_monitoring.filter_pattern.matching import (
    PLAUSIBLE,
    Reading,
)
from prowler_cis_monitoring.filter_pattern.pattern import EVERYTHING, FilterPattern
from prowler_cis_monitoring.filter_pattern.search import UNDOCUMENTED, UNSEEN, Question
from prowler_cis_monitoring.filter_pattern.work import UNITS_OF_A_QUESTION, SpentError, TooHardError, Work
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prowler_cis_monitoring.filter_pattern.domains import Entry

    Choices = dict[str, tuple[Entry, ...]]

Verdict = Texts["covered", "gap", "unknown"]
UNITS_OF_DIFFERENCES: Final = 100_000
UNITS_OF_A_TRY: Final = 10_000
MAXIMUM_TRIES: Final = 8
# Conditions of filters that one unit of work looks up.
_LEAVES_IN_A_UNIT: Final = 4
_REGION: Final = "$.awsRegion"


@dataclass(frozen=True)
class Coverage:
    """The answer to one question of coverage.

    Attributes:
        verdict: ``covered``, ``gap`` or ``unknown``.
        reason: One sentence.
        missed_event: With a gap, a CloudTrail record that the required pattern matches and no filter does.
        constructs: With unknown, the constructs whose meaning AWS does not document and on which the answer depends,
            or what made the question too hard.
        required: The pattern that was required.
        filters: The filters that were judged.
        facts: What was assumed of every event.
    """

    verdict: Verdict
    reason: str
    missed_event: dict[str, Any] | None
    constructs: tuple[str, ...]
    required: FilterPattern = field(repr=False)
    filters: tuple[FilterPattern, ...] = field(repr=False)
    facts: tuple[Fact, ...] = field(repr=False, compare=False)

    @cached_property
    def differences(self) -> tuple[str, ...]:
        """Sentences that say what the filters lack; empty unless there is a gap."""
        if self.verdict != "gap":
            return ()
        work = Work(UNITS_OF_DIFFERENCES)
        return tuple(
            differences.explain_difference(
                self.required, self.filters, lambda one, many: covers(one, many, self.facts, work)
            )
        )


def coverage(
    required: FilterPattern,
    filters: Sequence[FilterPattern],
    facts: Sequence[Fact] = FACTS,
    work: Work | None = None,
) -> Coverage:
    """Decide whether every event that the required pattern matches is matched by at least one filter.

    Args:
        required: What must be caught.
        filters: What is caught, together.
        facts: What is true of every event; ``()`` to assume nothing.
        work: What many questions may take together; None for a question of its own.

    Returns:
        The verdict. A gap comes with an event, confirmed by matching. What takes too much work is unknown.
    """
    known, distinct = tuple(facts), tuple(dict.fromkeys(filters))
    try:
        return decided(work or Work(), required, distinct, known)
    except SpentError as error:
        return too_late(error, required, distinct, known)


def decided(
    work: Work, required: FilterPattern, filters: tuple[FilterPattern, ...], facts: tuple[Fact, ...]
) -> Coverage:
    """Decide coverage, for callers that remember what is decided.

    Args:
        work: What many questions may take together.
        required: What must be caught.
        filters: What is caught, together, each once.
        facts: What is true of every event.

    Returns:
        The coverage.

    Raises:
        SpentError: The question came too late: there is too little work left.
    """
    verdict, event, constructs = _decide(work, (required,), filters, facts, tells=True)
    return Coverage(verdict, _reason(verdict, filters, constructs), event, constructs, required, filters, facts)


def too_late(
    error: SpentError, required: FilterPattern, filters: tuple[FilterPattern, ...], facts: tuple[Fact, ...]
) -> Coverage:
    """The answer to a question for which no work is left; not to be remembered.

    Args:
        error: What says so.
        required: What must be caught.
        filters: What is caught, together.
        facts: What is true of every event.

    Returns:
        That it is unknown.
    """
    constructs = (str(error),)
    return Coverage("unknown", _reason("unknown", filters, constructs), None, constructs, required, filters, facts)


def covers(
    required: FilterPattern,
    filters: Sequence[FilterPattern],
    facts: Sequence[Fact] = FACTS,
    work: Work | None = None,
) -> bool | None:
    """The bare answer of ``coverage``.

    Args:
        required: What must be caught.
        filters: What is caught, together.
        facts: What is true of every event.
        work: What many questions may take together.

    Returns:
        None when it is unknown.
    """
    try:
        verdict, _, _ = _decide(work or Work(), (required,), tuple(filters), tuple(facts), tells=True)
    except SpentError:
        return None
    return {"covered": True, "gap": False, "unknown": None}[verdict]


def overlaps(
    required: FilterPattern,
    candidate: FilterPattern,
    facts: Sequence[Fact] = FACTS,
    work: Work | None = None,
) -> bool:
    """Whether one event may match both patterns.

    Args:
        required: One pattern.
        candidate: The other.
        facts: What is true of every event.
        work: What many questions may take together.

    Returns:
        False only when certainly none does.
    """
    try:
        return may_overlap(work or Work(), required, candidate, tuple(facts))
    except SpentError:
        return True


def may_overlap(work: Work, required: FilterPattern, candidate: FilterPattern, facts: tuple[Fact, ...]) -> bool:
    """Whether one event may match both patterns, for callers that remember what is decided.

    Args:
        work: What many questions may take together.
        required: One pattern.
        candidate: The other.
        facts: What is true of every event.

    Returns:
        False only when certainly none does.

    Raises:
        SpentError: The question came too late: there is too little work left.
    """
    if are_apart(required, candidate):
        return False
    if facts is FACTS and _meet_in_a_known_record(work, required, candidate):
        return True
    return _decide(work, (required, candidate), (), facts, tells=False)[0] != "covered"


def _meet_in_a_known_record(work: Work, required: FilterPattern, candidate: FilterPattern) -> bool:
    """Whether a record of ours matches both patterns: most that overlap do so where nothing need be searched for."""
    known = events.telling(required)
    if any(candidate.matches(events.logged(one), work=work) for one in known):
        return True
    regions = candidate.texts.get(_REGION, ())
    moved = (events.recorded_in(one, region) for one in known for region in regions if len(regions) == 1)
    return any(all(each.matches(one, work=work) for each in (required, candidate)) for one in moved)


def _reason(verdict: Verdict, filters: tuple[FilterPattern, ...], constructs: tuple[str, ...]) -> str:
    if constructs == (UNDOCUMENTED["plausible"],):
        missing = "the filter misses" if len(filters) == 1 else f"the {len(filters)} filters together miss"
        return f"{missing} required events, but none was found that is known to occur in CloudTrail"
    if verdict == "unknown":
        return "the answer depends on what AWS does not document or is too hard to decide: " + "; ".join(constructs)
    if not filters:
        return "no event is required" if verdict == "covered" else "there is no filter"
    if len(filters) == 1:
        return (
            "the filter matches every required event" if verdict == "covered" else "the filter misses a required event"
        )
    together = f"the {len(filters)} filters together"
    return f"{together} match every required event" if verdict == "covered" else f"{together} miss a required event"


_Decision = tuple[Verdict, "dict[str, Any] | None", tuple[str, ...]]


def _decide(
    work: Work,
    required: tuple[FilterPattern, ...],
    filters: tuple[FilterPattern, ...],
    facts: tuple[Fact, ...],
    *,
    tells: bool,
) -> _Decision:
    """Decide coverage of the events that all the required patterns match."""
    if EVERYTHING in filters or any(one in filters for one in required):
        # A pattern covers itself, however hard that is to see.
        return "covered", None, ()
    try:
        with work.part(UNITS_OF_A_QUESTION) as part:
            return _decision(Question(part, required, filters, facts, tells=tells))
    except SpentError:
        raise
    except (TooHardError, TooManyDigitsError) as error:
        if len(filters) > 1 and _is_covered_by_few(work, required, filters, facts):
            return "covered", None, ()
        return "unknown", None, (str(error),)


def _is_covered_by_few(
    work: Work,
    required: tuple[FilterPattern, ...],
    filters: tuple[FilterPattern, ...],
    facts: tuple[Fact, ...],
) -> bool:
    """Whether the filters that are likest to what is required cover it: whoever adds hard ones takes nothing away."""
    work.spend(sum(len(one.program[1]) for one in filters) // _LEAVES_IN_A_UNIT)
    asked = {leaf for one in required for leaf, _, _ in one.program[1]}
    alike = {one: len(asked.intersection(leaf for leaf, _, _ in one.program[1])) for one in filters}
    likest = sorted(alike, key=lambda one: (-alike[one], one.effort, one.text))[:MAXIMUM_TRIES]
    return any(_is_covered(work, required, some, facts) for some in (*((one,) for one in likest), tuple(likest)))


def _is_covered(
    work: Work,
    required: tuple[FilterPattern, ...],
    filters: tuple[FilterPattern, ...],
    facts: tuple[Fact, ...],
) -> bool:
    """Whether filters certainly cover what is required, if that is easy to see."""
    try:
        with work.part(UNITS_OF_A_TRY) as part:
            return _decision(Question(part, required, filters, facts, tells=False))[0] == "covered"
    except SpentError:
        raise
    except (TooHardError, TooManyDigitsError):
        return False


def _decision(question: Question) -> _Decision:
    axes = sorted(question.wildcard_doubts)
    answers = {reading: _answer(question, reading) for reading in _readings(axes, PLAUSIBLE)}
    verdicts = {verdict for verdict, _, _ in answers.values()}
    if len(verdicts) == 1:
        return answers[PLAUSIBLE]
    found = {reading: verdict for reading, (verdict, _, _) in answers.items()}
    constructs = dict.fromkeys(UNDOCUMENTED[axis] for axis in _deciding(axes, found))
    constructs.update(dict.fromkeys(construct for _, _, more in answers.values() for construct in more))
    return "unknown", None, tuple(constructs)


def _answer(question: Question, base: Reading) -> _Decision:
    """The answer when only conditions with wildcard selectors are read in a given way."""
    question.doubts = set()
    event = question.search(base, certain=True)
    if event is not None:
        return "gap", event, ()
    answers: dict[Reading, dict[str, Any] | None] = {base: None}
    axes: list[str] = []
    while (found_axes := sorted(question.doubts - UNSEEN)) != axes:
        # A search under one reading may come upon fields that no search before looked at.
        axes = found_axes
        answers = {reading: question.search(reading, certain=False) for reading in _readings(axes, base)}
    if all(answer is None for answer in answers.values()):
        unseen = tuple(UNDOCUMENTED[doubt] for doubt in sorted(question.doubts & UNSEEN))
        return ("unknown" if unseen else "covered"), None, unseen
    if all(answer is not None for answer in answers.values()):
        return "gap", answers[base], ()
    found: dict[Reading, object] = {reading: answer is None for reading, answer in answers.items()}
    return "unknown", None, tuple(UNDOCUMENTED[axis] for axis in _deciding(axes, found))


def _readings(axes: Sequence[str], base: Reading) -> Iterator[Reading]:
    for chosen in itertools.product(*map(_choices, axes)):
        yield replace(base, **{name: value for choice in chosen for name, value in choice.items()})


def _choices(axis: str) -> list[dict[str, bool]]:
    if axis == "booleans_are_text":
        return [
            {axis: is_text, "quoted_booleans": quoted}
            for is_text, quoted in ((False, True), (True, True), (True, False))
        ]
    return [{axis: False}, {axis: True}]


def _deciding(axes: Sequence[str], answers: Mapping[Reading, object]) -> list[str]:
    """The choices that change the answer when they alone change."""
    deciding = []
    for axis in axes:
        for reading, answer in answers.items():
            others = [replace(reading, **choice) for choice in _choices(axis)]
            if any(answers.get(other, answer) != answer for other in others):
                deciding.append(axis)
                break
    return deciding
