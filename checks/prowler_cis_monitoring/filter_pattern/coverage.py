"""Does every event that a required pattern matches also match one of the filters? If not: which one slips through?

The search splits the values of one field after the other until every formula is decided, so the answer is exact. What
AWS does not document is set aside first and decided under every reading only if it matters; work is bounded.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final
from typing import Literal as Texts

from prowler_cis_monitoring.filter_pattern import differences, domains, events, witnesses
from prowler_cis_monitoring.filter_pattern.automata import TooManyDigitsError
from prowler_cis_monitoring.filter_pattern.facts import FACTS, EventFact, Fact, FieldFact, UnlistedFact
from prowler_cis_monitoring.filter_pattern.formulas import (
    PRESENT,
    Field,
    Formula,
    Literal,
    Text,
    Variable,
    assigned,
    formula_of,
    held_texts,
    instances_of,
    joined,
    literals,
    literals_of,
    paths_of,
    plain_formula,
    text_outcome,
    variables_of,
    wildcard_conditions,
)
from prowler_cis_monitoring.filter_pattern.matching import (
    MISSING,
    PLAUSIBLE,
    UNDER_NULL,
    Absence,
    Message,
    Reading,
)
from prowler_cis_monitoring.filter_pattern.parser import interned_selector
from prowler_cis_monitoring.filter_pattern.pattern import FilterPattern, all_of
from prowler_cis_monitoring.filter_pattern.syntax import Operator
from prowler_cis_monitoring.filter_pattern.work import UNITS_OF_A_QUESTION, SpentError, TooHardError, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from prowler_cis_monitoring.filter_pattern.domains import Entry
    from prowler_cis_monitoring.filter_pattern.formulas import Path, Test
    from prowler_cis_monitoring.filter_pattern.syntax import Step

    Choices = dict[str, tuple[Entry, ...]]

Verdict = Texts["covered", "gap", "unknown"]
UNITS_OF_DIFFERENCES: Final = 100_000
MAXIMUM_VARIABLES: Final = 200
MAXIMUM_UNCONFIRMED: Final = 20

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
    "plausible": "events that no filter matches, none of which is known to occur in CloudTrail",
    "message": "a pattern on the text of the message, which depends on more than the fields",
}
_UNSEEN: Final = frozenset({"message", "plausible"})
_ON_BOOLEANS: Final = (Operator.IS_TRUE, Operator.IS_FALSE)


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
    return _decide(work, (required, candidate), (), facts, tells=False)[0] != "covered"


def _reason(verdict: Verdict, filters: tuple[FilterPattern, ...], constructs: tuple[str, ...]) -> str:
    if constructs == (_UNDOCUMENTED["plausible"],):
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
    if any(one in filters for one in required):
        # A pattern covers itself, however hard that is to see.
        return "covered", None, ()
    try:
        with work.part(UNITS_OF_A_QUESTION) as part:
            return _decision(_Question(part, required, filters, facts, tells=tells))
    except SpentError:
        raise
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
    answers: dict[Reading, dict[str, Any] | None] = {base: None}
    axes: list[str] = []
    while (found_axes := sorted(question.doubts - _UNSEEN)) != axes:
        # A search under one reading may come upon fields that no search before looked at.
        axes = found_axes
        answers = {reading: question.search(reading, certain=False) for reading in _readings(axes, base)}
    if all(answer is None for answer in answers.values()):
        unseen = tuple(_UNDOCUMENTED[doubt] for doubt in sorted(question.doubts & _UNSEEN))
        return ("unknown" if unseen else "covered"), None, unseen
    if all(answer is not None for answer in answers.values()):
        return "gap", answers[base], ()
    found: dict[Reading, object] = {reading: answer is None for reading, answer in answers.items()}
    return "unknown", None, tuple(_UNDOCUMENTED[axis] for axis in _deciding(axes, found))


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


class _Knowledge:
    """Facts, made ready for the search."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.fields = {fact.selector: fact for fact in facts if isinstance(fact, FieldFact)}
        self.unlisted = next((fact for fact in facts if isinstance(fact, UnlistedFact)), None)
        self.always = [fact.path for fact in self.fields.values() if "missing" not in fact.kinds]
        self.implications: list[tuple[frozenset[str], Formula]] = []
        reaching: dict[str, set[frozenset[str]]] = {}
        leaving: dict[str, set[frozenset[str]]] = {}
        for fact in facts:
            if isinstance(fact, EventFact):
                unless, then = plain_formula(Work(), fact.when, False), plain_formula(Work(), fact.then, True)  # noqa: FBT003
                causes, effects = variables_of(unless), variables_of(then)
                self.implications.append((frozenset({**causes, **effects}), joined([unless, then], is_and=False)))
                for name in effects:
                    reaching.setdefault(name, set()).add(frozenset(causes))
                for name in causes:
                    leaving.setdefault(name, set()).add(frozenset(effects))
        # A field that nothing asks for matters where one implication leads to it and another leads on.
        self.between = [(name, reaching[name], leaving[name]) for name in sorted(reaching.keys() & leaving.keys())]


@lru_cache(maxsize=16)
def _knowledge(facts: tuple[Fact, ...]) -> _Knowledge:
    return _Knowledge(facts)


@lru_cache(maxsize=1)
def _documented() -> _Knowledge:
    return _Knowledge(FACTS)


class _Question:
    """One question: the formulas, the facts, and the work done so far."""

    doubts: set[str]
    # Of the search under way:
    reading: Reading
    certain: bool
    variables: dict[str, Variable]
    booleans: frozenset[str]
    parents: frozenset[Path]
    reads_text: bool

    def __init__(
        self,
        work: Work,
        required: tuple[FilterPattern, ...],
        filters: tuple[FilterPattern, ...],
        facts: tuple[Fact, ...],
        *,
        tells: bool,
    ) -> None:
        self.work = work
        self.tells = tells
        self.required = required[0] if len(required) == 1 else all_of(*required)
        self.filters = filters
        self.facts = facts
        self.signed = [*((each, True) for each in required), *((each, False) for each in filters)]
        self.known = _documented() if facts is FACTS else _knowledge(facts)
        self.fields = self.known.fields
        self.wild = [
            (condition, positive is sign)
            for each, sign in self.signed
            for condition, positive in wildcard_conditions(each)
        ]
        self.wildcard_doubts = domains.wildcard_doubts([condition for condition, _ in self.wild])
        self.unconfirmed = 0

    def search(self, reading: Reading, *, certain: bool) -> dict[str, Any] | None:
        """Find an event in the gap.

        Args:
            reading: What to assume where AWS documents nothing.
            certain: Set values aside whose meaning depends on the reading, and remember the doubt.

        Returns:
            The event, or None when there is none.
        """
        formulas = self._formulas(reading)
        self.variables = {}
        for formula in formulas:
            self.variables.update(variables_of(formula))
        if len(self.variables) > MAXIMUM_VARIABLES:
            raise TooHardError(f"more than {MAXIMUM_VARIABLES} fields")
        asked = self.variables.keys()
        for name, reaching, leaving in self.known.between:
            if any(causes <= asked for causes in reaching) and any(effects <= asked for effects in leaving):
                self.variables[name] = Field(interned_selector(name).steps)
        formulas += [formula for needs, formula in self.known.implications if needs <= asked]
        self.work.spend(_size(formulas))
        self.reads_text = any(isinstance(variable, Text) for variable in self.variables.values())
        self.booleans = frozenset(
            literal.name
            for formula in formulas
            for literal in literals(formula)
            if literal.test.operator in _ON_BOOLEANS
        )
        paths = [variable.path for variable in self.variables.values() if isinstance(variable, Field)]
        self.parents = frozenset(path[:end] for path in paths for end in range(1, len(path)))
        self.reading, self.certain = reading, certain
        return self._solve(formulas)

    def _formulas(self, reading: Reading) -> list[Formula]:
        if not self.wild:
            return [plain_formula(self.work, pattern, positive) for pattern, positive in self.signed]
        always = [str(path[0]) for path in self.known.always if len(path) == 1]
        instances = instances_of(self.wild, self._paths, always, reading)
        return [
            formula_of(self.work, pattern, positive=positive, instances=instances, reading=reading)
            for pattern, positive in self.signed
        ]

    @cached_property
    def _paths(self) -> tuple[Path, ...]:
        """The paths of all selectors of the question, wildcards included."""
        return tuple(path for pattern, _ in self.signed for path in paths_of(pattern))

    @cached_property
    def _named(self) -> frozenset[Step]:
        """The steps that the question writes; the other members that a wildcard may select are made up."""
        return frozenset(step for path in self._paths for step in path)

    def _solve(self, formulas: list[Formula]) -> dict[str, Any] | None:
        """Split the values of one field by one test, until every formula is decided; without recursion."""
        todo: list[tuple[list[Formula], Choices, str, tuple[Entry, ...]]] = [(formulas, {}, "", ())]
        while todo:
            formulas, choices, name, part = todo.pop()
            if part:
                narrowed = self._narrowed(formulas, choices, name, part)
                if narrowed is None:
                    continue
                formulas, choices = narrowed
            if any(formula is False for formula in formulas):
                continue
            required, *others = formulas
            undecided = [required, *(formula for formula in others if formula is not True)]
            if undecided == [True]:
                event = self._event(choices)
                if event is not None:
                    return event
                continue
            literal, entries = self._split(undecided, choices)
            fitting = tuple(entry for entry in entries if entry.outcome[literal.test] is literal.positive)
            opposite = tuple(entry for entry in entries if entry.outcome[literal.test] is not literal.positive)
            todo += [(undecided, choices, literal.name, part) for part in (opposite, fitting) if part]
        return None

    def _split(self, undecided: list[Formula], choices: Choices) -> tuple[Literal, tuple[Entry, ...]]:
        """Choose a test by which to split, and the values of its field."""
        required = undecided[0]
        # The required pattern first: it usually names few values. Then what leaves no choice.
        chosen = required
        if required is True:
            chosen = next((formula for formula in undecided[1:] if isinstance(formula, Literal)), undecided[1])
        literal = next(iter(literals(chosen)))
        entries = choices.get(literal.name)
        if entries is None:
            entries = self._values(literal.name, chosen, undecided)
        self.work.spend(1 + len(entries))
        return literal, entries

    def _narrowed(
        self, formulas: list[Formula], choices: Choices, name: str, entries: tuple[Entry, ...]
    ) -> tuple[list[Formula], Choices] | None:
        """Give a field fewer values, and so the fields above, below and beside it; None when one has none left."""
        choices = {**choices, name: entries}
        changed = [name]
        while changed:
            name = changed.pop()
            entries = choices[name]
            self.work.spend(len(choices) + _size([f for f in formulas if name in variables_of(f)]))
            formulas = [assigned(formula, name, _common_outcome(entries)) for formula in formulas]
            if False in formulas:
                return None
            variable = self.variables[name]
            for other, values in choices.items():
                neighbour = self.variables[other]
                if other == name or not isinstance(variable, Field) or not isinstance(neighbour, Field):
                    continue
                kept = domains.fitting(neighbour.path, values, variable.path, entries)
                if not kept:
                    return None
                if len(kept) < len(values):
                    choices[other] = kept
                    changed.append(other)
        return formulas, choices

    def _values(self, name: str, first: Formula, undecided: list[Formula]) -> tuple[Entry, ...]:
        """The values of one field that the undecided formulas tell apart and that the first of them allows."""
        variable = self.variables[name]
        if isinstance(variable, Text):
            # The only test of a text is whether it matches; anything present stands for "it does".
            return domains.distinct(self.work, (True, MISSING), (PRESENT,), self.reading, frozenset())
        fact = self._fact(variable.path)
        self.work.spend(_size(undecided))
        base = _tests(name, [first])
        tests = _tests(name, undecided)
        nodes, exact = domains.candidates(self.work, base, fact, ())
        # Other formulas may tell true from false though the first does not.
        nodes = tuple(node for node in nodes if self._may_stand(variable.path, node))
        entries = domains.distinct(self.work, nodes, base, self.reading, exact | {True, False})
        self.doubts.update(*(entry.doubts for entry in entries))
        self.work.spend(_size([first]) * len(entries))
        allowed = tuple(
            entry.node for entry in entries if assigned(first, name, entry.outcome.__getitem__) is not False
        )
        if not all(domains.stands_alone(node) or node in exact for node in allowed):
            allowed, exact = domains.candidates(self.work, tests, fact, events.NATURAL.get(name, ()))
        singled_out = exact if self.reads_text else frozenset()
        entries = domains.distinct(self.work, allowed, tests, self.reading, singled_out)
        entries = tuple(entry for entry in entries if self._may_stand(variable.path, entry.node))
        self.doubts.update(*(entry.doubts for entry in entries))
        return tuple(entry for entry in entries if not (self.certain and entry.doubts))

    def _fact(self, path: Path) -> FieldFact | None:
        name = str(Field(path))
        fact, unlisted = self.fields.get(name), self.known.unlisted
        # A made-up member stands for any field, listed or not.
        is_made_up = isinstance(path[-1], str) and path[-1] not in self._named
        if fact is not None or unlisted is None or is_made_up:
            return fact
        return unlisted.fact_of(path, has_members=path in self.parents, is_boolean=name in self.booleans)

    def _may_stand(self, path: Path, node: object) -> bool:
        """Whether a field may have a value.

        In a record of CloudTrail's a member below null is taken as missing unless the parent itself is asked for.
        """
        if node is UNDER_NULL and self.known.unlisted is not None:
            return any(str(Field(path[:end])) in self.variables for end in range(1, len(path)))
        return domains.may_stand(path, node, self._fact)

    def _event(self, choices: Choices) -> dict[str, Any] | None:
        """The record of some choice of values, or None when no document can hold any."""
        names_left = sorted(choices, key=lambda name: len(choices[name]))
        for values in self._documents(names_left, choices, {}):
            event = self._told(values, choices)
            if event is not None:
                return event
        return None

    def _documents(
        self, left: Sequence[str], choices: Choices, values: dict[str, object]
    ) -> Iterator[dict[str, object]]:
        """Every choice of one value for each field that one document can hold."""
        if not left:
            yield dict(values)
            return
        name, *rest = left
        variable = self.variables[name]
        taken = [(other.path, values[key]) for key in values if isinstance(other := self.variables[key], Field)]
        seen: set[str] = set()
        for entry in choices[name]:
            if isinstance(variable, Field):
                if not self.reads_text and entry.structure in seen:
                    continue
                seen.add(entry.structure)
                self.work.spend(1 + len(taken))
                if not domains.fits(variable.path, entry.node, taken):
                    continue
            values[name] = entry.node
            yield from self._documents(rest, choices, values)
            del values[name]

    def _told(self, values: dict[str, object], choices: Choices) -> dict[str, Any] | None:
        fields = [
            (variable.path, values[name]) for name in values if isinstance(variable := self.variables[name], Field)
        ]
        nulls = []
        for path, node in fields:
            if node is UNDER_NULL:
                parent = domains.null_parent(path, fields, self._fact)
                if parent is None:
                    return None
                nulls.append((parent, None))
        if self.reads_text and self._text_contradicts(values, choices):
            return None
        if not self.tells and not self.reads_text:
            return {}
        if self.known.unlisted is None:
            told = [*fields, *nulls]
            event = events.tell(self.required, told, self._confirms, self.facts, whole=self.reads_text)
        else:
            cell = self._cell(values, choices)
            event = witnesses.plausible_record(self.required, cell, self._confirms, self.facts)
        if event is None:
            self._untold()
        return event

    def _untold(self) -> None:
        """Remember that a part of the gap has no event that can be shown."""
        self.unconfirmed += 1
        doubt = "message" if self.reads_text else "plausible"
        if not self.reads_text and self.known.unlisted is None:
            raise TooHardError("an event of the gap could not be written down")
        if self.unconfirmed > MAXIMUM_UNCONFIRMED:
            raise TooHardError(_UNDOCUMENTED[doubt])
        self.doubts.add(doubt)

    def _cell(self, values: dict[str, object], choices: Choices) -> witnesses.Cell:
        """The values among which no formula tells anything apart; where the text counts, one for each field."""
        entries: dict[Path, Sequence[Entry]] = {}
        for name, node in values.items():
            variable = self.variables[name]
            if isinstance(variable, Field):
                entries[variable.path] = [
                    entry
                    for entry in choices[name]
                    if (entry.node is node if self.reads_text else entry.structure == domains.structure_of(node))
                ]
        facts = {path: fact for path in entries if (fact := self._fact(path)) is not None}
        return witnesses.Cell(entries, facts, self.reading, self.work)

    def _confirms(self, event: dict[str, Any]) -> bool:
        """Whether a record is in the gap, under every reading that matters and in any order of its members."""
        if not self._in_gap(event):
            return False
        return not self.reads_text or self._in_gap(events.in_other_order(event))

    def _in_gap(self, event: dict[str, Any]) -> bool:
        readings = (self.reading, OPPOSITE) if self.certain and not self.wild else (self.reading,)
        message = Message(event)
        return all(
            self.required.matches(message, reading, self.work)
            and not any(one.matches(message, reading, self.work) for one in self.filters)
            for reading in readings
        )

    def _text_contradicts(self, values: dict[str, object], choices: Choices) -> bool:
        """Whether a pattern on the text certainly has another outcome than the model assumes."""
        fragments = [step for path in self.known.always for step in path if isinstance(step, str)]
        for name, node in values.items():
            variable = self.variables[name]
            if isinstance(variable, Field) and not isinstance(node, Absence):
                fragments.extend(step for step in variable.path if isinstance(step, str) and step in self._named)
                # What the value stands for shares the outcome of these tests, and of no others.
                tests = choices[name][0].outcome
                fragments.extend(text for test in tests for text in held_texts(test, node, self.reading))
        for name, node in values.items():
            variable = self.variables[name]
            if isinstance(variable, Text):
                outcome = text_outcome(variable.leaf, fragments)
                if outcome is not None and outcome is not (node is True):
                    return True
        return False


def _common_outcome(entries: tuple[Entry, ...]) -> Callable[[Test], bool | None]:
    """What all values agree on; None for a test on which they differ."""
    known: dict[Test, bool | None] = {}

    def outcome(test: Test) -> bool | None:
        if test not in known:
            results = {entry.outcome[test] for entry in entries}
            known[test] = results.pop() if len(results) == 1 else None
        return known[test]

    return outcome


def _size(formulas: Sequence[Formula]) -> int:
    return sum(formula.size for formula in formulas if not isinstance(formula, bool))


def _tests(name: str, formulas: Sequence[Formula]) -> tuple[Test, ...]:
    return tuple(dict.fromkeys(literal.test for formula in formulas for literal in literals_of(formula, name)))
