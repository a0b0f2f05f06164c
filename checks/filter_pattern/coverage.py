"""Does every event that a required pattern matches also match one of the filters? If not: which event slips through?

A gap is an event that the required pattern matches and no filter does. The search assigns one field after the other, trying one value
of every kind that the conditions of the question can tell apart (``domains.py``); what remains of the formulas decides the branch. So
the answer is exact. Where AWS does not document what a condition means, values that make a difference are set aside first; only if no
gap is found without them, the question is asked again under every reading, and the verdict is "unknown" if the answers differ. Work is
bounded; beyond the bound the verdict is "unknown" too.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal as OneOfTexts

from prowler_cis_monitoring.filter_pattern import differences, domains, events
from prowler_cis_monitoring.filter_pattern.automata import TooHardError, TooManyDigitsError
from prowler_cis_monitoring.filter_pattern.facts import FACTS, EventFact, Fact, FieldFact
from prowler_cis_monitoring.filter_pattern.formulas import (
    Field,
    Formula,
    Text,
    Variable,
    assigned,
    formula_of,
    held_texts,
    instances_of,
    joined,
    PRESENT,
    literals,
    literals_of,
    names,
    paths_of,
    text_outcome,
    plain_formula,
    wildcard_conditions,
)
from prowler_cis_monitoring.filter_pattern.matching import MISSING, PLAUSIBLE, UNDER_NULL, Absence, Reading
from prowler_cis_monitoring.filter_pattern.pattern import FilterPattern, all_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prowler_cis_monitoring.filter_pattern.formulas import Path, Test

Verdict = OneOfTexts["covered", "gap", "unknown"]
MAXIMUM_BRANCHES: Final = 20_000
MAXIMUM_VARIABLES: Final = 200
MAXIMUM_UNCONFIRMED: Final = 100

OPPOSITE: Final = Reading(
    booleans_are_text=True,
    texts_have_size=True,
    missing_under_null=False,
    leftmost_wildcards=True,
    every_node=True,
    absent_somewhere=True,
)

# What each undocumented choice is called in a reason, and the other choices there are.
_UNDOCUMENTED: Final = {
    "booleans_are_text": "= or != on a JSON boolean",
    "texts_have_size": "< <= > >= on a text that looks like a number",
    "missing_under_null": "NOT EXISTS under a null parent",
    "leftmost_wildcards": "a wildcard in front of a text that occurs twice",
    "every_node": "!= or IS with a wildcard selector that selects several nodes",
    "absent_somewhere": "NOT EXISTS with a wildcard selector",
    "message": "a pattern on the text of the message, which depends on more than the fields",
}


@dataclass(frozen=True)
class Coverage:
    """The answer to one question of coverage.

    Attributes:
        verdict: ``covered``, ``gap`` or ``unknown``.
        reason: One sentence.
        missed_event: With a gap, a CloudTrail record that the required pattern matches and no filter does.
        constructs: With unknown, the constructs whose meaning AWS does not document and on which the answer depends, or what made
            the question too hard.
        required: The pattern that was required.
        filters: The filters that were judged.
    """

    verdict: Verdict
    reason: str
    missed_event: dict[str, Any] | None = None
    constructs: tuple[str, ...] = ()
    required: FilterPattern | None = field(default=None, repr=False)
    filters: tuple[FilterPattern, ...] = field(default=(), repr=False)
    facts: tuple[Fact, ...] = field(default=FACTS, repr=False, compare=False)

    @cached_property
    def differences(self) -> tuple[str, ...]:
        """Sentences that say what the filters lack; empty unless there is a gap."""
        if self.verdict != "gap" or self.required is None:
            return ()
        return tuple(
            differences.explain_difference(self.required, self.filters, lambda one, many: covers(one, many, self.facts))
        )


def coverage(required: FilterPattern, filters: Sequence[FilterPattern], facts: Sequence[Fact] = FACTS) -> Coverage:
    """Decide whether every event that the required pattern matches is matched by at least one filter.

    Args:
        required: What must be caught.
        filters: What is caught, together.
        facts: What is true of every event; ``()`` to assume nothing.

    Returns:
        The verdict. A gap comes with an event, confirmed by matching.
    """
    known = facts if isinstance(facts, tuple) else tuple(facts)
    distinct = tuple(dict.fromkeys(filters))
    verdict, event, constructs = _decide(required, distinct, known, tells=True)
    return Coverage(verdict, _reason(verdict, distinct, constructs), event, constructs, required, distinct, known)


def covers(required: FilterPattern, filters: Sequence[FilterPattern], facts: Sequence[Fact] = FACTS) -> bool | None:
    """The bare answer of ``coverage``.

    Args:
        required: What must be caught.
        filters: What is caught, together.
        facts: What is true of every event.

    Returns:
        None when it is unknown.
    """
    return {"covered": True, "gap": False, "unknown": None}[
        _decide(required, tuple(filters), facts if isinstance(facts, tuple) else tuple(facts), tells=False)[0]
    ]


def overlaps(required: FilterPattern, candidate: FilterPattern, facts: Sequence[Fact] = FACTS) -> bool:
    """Whether one event may match both patterns.

    Args:
        required: One pattern.
        candidate: The other.
        facts: What is true of every event.

    Returns:
        False only when certainly none does.
    """
    return not covers(all_of(required, candidate), (), facts)


def _reason(verdict: Verdict, filters: tuple[FilterPattern, ...], constructs: tuple[str, ...]) -> str:
    if verdict == "unknown":
        return "the answer depends on what AWS does not document or is too hard to decide: " + "; ".join(constructs)
    subject = {0: "no filter", 1: "the filter"}.get(len(filters), f"the {len(filters)} filters together")
    if verdict == "covered":
        return f"{subject} matches every required event" if filters else "no event is required"
    return (
        "there is no filter"
        if not filters
        else f"{subject} {'misses' if len(filters) == 1 else 'miss'} a required event"
    )


_Decision = tuple[Verdict, "dict[str, Any] | None", tuple[str, ...]]


def _decide(
    required: FilterPattern, filters: tuple[FilterPattern, ...], facts: tuple[Fact, ...], *, tells: bool
) -> _Decision:
    try:
        return _decision(_Question(required, filters, facts, tells=tells))
    except (TooHardError, TooManyDigitsError) as error:
        return "unknown", None, (str(error),)


def _decision(question: _Question) -> _Decision:
    axes = sorted(question.wildcard_doubts)
    answers = {reading: _answer(question, reading) for reading in _readings(axes, PLAUSIBLE)}
    verdicts = {verdict for verdict, _, _ in answers.values()}
    if len(verdicts) == 1:
        return answers[PLAUSIBLE]
    found = {reading: verdict for reading, (verdict, _, _) in answers.items()}
    constructs = dict.fromkeys(_UNDOCUMENTED[axis] for axis in _deciding(axes, found))
    constructs.update(dict.fromkeys(construct for _, _, more in answers.values() for construct in more))
    return "unknown", None, tuple(constructs)


def _answer(question: _Question, base: Reading) -> _Decision:
    """The answer when only conditions with wildcard selectors are read in a given way."""
    question.doubts = set()
    event = question.search(base, certain=True)
    if event is not None:
        return "gap", event, ()
    axes = sorted(question.doubts - {"message"})
    answers = (
        {reading: question.search(reading, certain=False) for reading in _readings(axes, base)}
        if axes
        else {base: None}
    )
    if all(answer is None for answer in answers.values()):
        return ("unknown", None, (_UNDOCUMENTED["message"],)) if "message" in question.doubts else ("covered", None, ())
    if all(answer is not None for answer in answers.values()):
        return "gap", answers[base], ()
    found: dict[Reading, object] = {reading: answer is None for reading, answer in answers.items()}
    return "unknown", None, tuple(_UNDOCUMENTED[axis] for axis in _deciding(axes, found))


def _readings(axes: Sequence[str], base: Reading) -> Iterator[Reading]:
    for chosen in itertools.product(*map(_choices, axes)):
        yield replace(base, **{name: value for choice in chosen for name, value in choice.items()})


def _choices(axis: str) -> list[dict[str, bool]]:
    if axis == "booleans_are_text":
        return [{}, {axis: True}, {axis: True, "quoted_booleans": False}]
    return [{}, {axis: not getattr(PLAUSIBLE, axis)}]


def _deciding(axes: Sequence[str], answers: Mapping[Reading, object]) -> list[str]:
    """The choices that change the answer when they alone change."""
    deciding = []
    for axis in axes:
        for reading, answer in answers.items():
            others = [
                replace(reading, **{"quoted_booleans": quoted, axis: value})
                for value in (True, False)
                for quoted in (True, False)
            ]
            if any(answers.get(other, answer) != answer for other in others):
                deciding.append(axis)
                break
    return deciding


class _Knowledge:
    """Facts, made ready for the search."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.fields = {fact.selector: fact for fact in facts if isinstance(fact, FieldFact)}
        self.implications: list[tuple[frozenset[str], Formula]] = []
        for fact in facts:
            if isinstance(fact, EventFact):
                unless, then = plain_formula(fact.when, positive=False), plain_formula(fact.then, positive=True)
                self.implications.append((names(unless) | names(then), joined([unless, then], is_and=False)))


@lru_cache(maxsize=16)
def _knowledge(facts: tuple[Fact, ...]) -> _Knowledge:
    return _Knowledge(facts)


@lru_cache(maxsize=1)
def _documented() -> _Knowledge:
    return _Knowledge(FACTS)


class _Question:
    """One question: the formulas, the facts, and the work done so far."""

    def __init__(
        self, required: FilterPattern, filters: tuple[FilterPattern, ...], facts: tuple[Fact, ...], *, tells: bool
    ) -> None:
        self.tells = tells
        self.required = required
        self.filters = filters
        known = _documented() if facts is FACTS else _knowledge(facts)
        self.fields, self.implications = known.fields, known.implications
        self.wild = list(wildcard_conditions(required))
        self.wild += [
            (condition, not positive) for each in filters for condition, positive in wildcard_conditions(each)
        ]
        self.wildcard_doubts = domains.wildcard_doubts([condition for condition, _ in self.wild])
        self.doubts: set[str] = set()
        self.branches = 0
        self.unconfirmed = 0
        self.reading = PLAUSIBLE
        self.certain = True
        self.reads_text = False
        self.variables: dict[str, Variable] = {}

    def search(self, reading: Reading, *, certain: bool) -> dict[str, Any] | None:
        """Find an event in the gap.

        Args:
            reading: What to assume where AWS documents nothing.
            certain: Set values aside whose meaning depends on the reading, and remember the doubt.

        Returns:
            The event, or None when there is none.
        """
        formulas = self._formulas(reading)
        self.variables = {literal.name: literal.variable for formula in formulas for literal in literals(formula)}
        if len(self.variables) > MAXIMUM_VARIABLES:
            raise TooHardError(f"more than {MAXIMUM_VARIABLES} fields")
        mentioned = frozenset(self.variables)
        formulas += [formula for needs, formula in self.implications if needs <= mentioned]
        self.reads_text = any(isinstance(variable, Text) for variable in self.variables.values())
        self.reading, self.certain = reading, certain
        return self._solve(formulas, {})

    def _formulas(self, reading: Reading) -> list[Formula]:
        signed = [(self.required, True), *((each, False) for each in self.filters)]
        if not self.wild:
            return [plain_formula(pattern, positive=positive) for pattern, positive in signed]
        paths = [path for pattern, _ in signed for path in paths_of(pattern)]
        always = [
            fact.selector[2:]
            for fact in self.fields.values()
            if fact.selector.count(".") == 1 and "missing" not in fact.kinds
        ]
        instances = instances_of(self.wild, paths, always, reading)
        return [
            formula_of(pattern, positive=positive, instances=instances, reading=reading) for pattern, positive in signed
        ]

    def _solve(self, formulas: list[Formula], values: dict[str, object]) -> dict[str, Any] | None:
        undecided = [formula for formula in formulas if formula is not True]
        if any(formula is False for formula in undecided):
            return None
        if not undecided:
            return self._event(values)
        self.branches += 1
        if self.branches > MAXIMUM_BRANCHES:
            raise TooHardError(f"more than {MAXIMUM_BRANCHES} combinations of values")
        name = next(iter(literals(undecided[0]))).name
        for value, outcome in self._values(name, undecided, values):
            rest: list[Formula] = []
            for formula in undecided:
                left = assigned(formula, name, outcome.__getitem__)
                if left is False:
                    break
                rest.append(left)
            else:
                event = self._solve(rest, {**values, name: value})
                if event is not None:
                    return event
        return None

    def _values(
        self, name: str, undecided: list[Formula], values: dict[str, object]
    ) -> Iterator[tuple[object, dict[Test, bool]]]:
        """The values of one field that the undecided formulas tell apart and that the first of them allows."""
        variable = self.variables[name]
        if isinstance(variable, Text):
            # The only test of a text is whether it matches; anything present stands for "it does".
            for node, outcome, _ in domains.distinct(
                (True, MISSING), (PRESENT,), self.reading, singled_out=frozenset()
            ):
                yield node, outcome
            return
        fact = self.fields.get(name)
        first = undecided[0]
        base = _tests(name, undecided[:1])
        tests = _tests(name, undecided)
        nodes, exact = domains.candidates(base, fact, ())
        allowed = tuple(
            node
            for node, outcome, _ in domains.distinct(nodes, base, self.reading, singled_out=exact)
            if assigned(first, name, outcome.__getitem__) is not False
        )
        if not all(domains.stands_alone(node) or node in exact for node in allowed):
            allowed = domains.candidates(tests, fact, events.NATURAL.get(name, ()))[0]
        taken = [(other.path, values[key]) for key in values if isinstance(other := self.variables[key], Field)]
        singled_out = exact if self.reads_text else frozenset()
        for node, outcome, doubts in domains.distinct(allowed, tests, self.reading, singled_out=singled_out):
            if self.certain and doubts:
                self.doubts |= doubts
            elif domains.fits(variable.path, node, taken, self._fact):
                yield node, outcome

    def _fact(self, path: Path) -> FieldFact | None:
        return self.fields.get(str(Field(path)))

    def _event(self, values: dict[str, object]) -> dict[str, Any] | None:
        """The record of a model, or None when there is none after all."""
        fields = [
            (variable.path, values[name])
            for name, variable in self.variables.items()
            if isinstance(variable, Field) and name in values
        ]
        nulls = []
        for path, node in fields:
            if node is UNDER_NULL:
                parent = domains.null_parent(path, fields, self._fact)
                if parent is None:
                    return None
                nulls.append((parent, None))
        if self.reads_text and self._text_contradicts(values):
            return None
        if not self.tells and not self.reads_text:
            return {}
        readings = (self.reading, OPPOSITE) if self.certain and not self.wild else (self.reading,)
        event = events.tell(self.required, self.filters, [*fields, *nulls], readings)
        if event is not None:
            return event
        self.unconfirmed += 1
        if not self.reads_text:
            raise TooHardError("an event of the gap could not be written down")
        if self.unconfirmed > MAXIMUM_UNCONFIRMED:
            raise TooHardError(_UNDOCUMENTED["message"])
        self.doubts.add("message")
        return None

    def _text_contradicts(self, values: dict[str, object]) -> bool:
        """Whether a pattern on the text certainly has another outcome than the model assumes."""
        fragments: list[str] = []
        tested: dict[str, list[Test]] = {}
        for formula in self._formulas(self.reading):
            for literal in literals(formula):
                tested.setdefault(literal.name, []).append(literal.test)
        for name, node in values.items():
            variable = self.variables[name]
            if isinstance(variable, Field) and not isinstance(node, Absence):
                fragments.extend(step for step in variable.path if isinstance(step, str))
                fragments.extend(text for test in tested[name] for text in held_texts(test, node, self.reading))
        fragments.extend(
            step
            for fact in self.fields.values()
            if "missing" not in fact.kinds
            for step in fact.selector[2:].split(".")
        )
        for name, node in values.items():
            variable = self.variables[name]
            if isinstance(variable, Text):
                outcome = text_outcome(variable.leaf, fragments)
                if outcome is not None and outcome is not (node is True):
                    return True
        return False


def _tests(name: str, formulas: Sequence[Formula]) -> tuple[Test, ...]:
    return tuple(dict.fromkeys(literal.test for formula in formulas for literal in literals_of(formula, name)))
