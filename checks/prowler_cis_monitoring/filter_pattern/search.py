"""The search for an event that a required pattern matches and no filter does.

It splits the values of one field after the other until every formula is decided, so the answer is exact.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from prowler_cis_monitoring.filter_pattern import domains, events, witnesses
from prowler_cis_monitoring.filter_pattern.facts import FACTS, EventFact, Fact, FieldFact, UnlistedFact
from prowler_cis_monitoring.filter_pattern.formulas import (
    ON_BOOLEANS,
    PRESENT,
    Field,
    Formula,
    Joint,
    Literal,
    Text,
    Variable,
    asks_for_truth,
    assigned,
    distinct_tests,
    first_literal,
    formula_of,
    instances_of,
    joined,
    literals,
    paths_of,
    plain_formula,
    variables_of,
    wildcard_conditions,
)
from prowler_cis_monitoring.filter_pattern.matching import (
    MISSING,
    UNDER_NULL,
    Absence,
    Reading,
)
from prowler_cis_monitoring.filter_pattern.message_texts import held_texts, text_outcome
from prowler_cis_monitoring.filter_pattern.parser import interned_selector
from prowler_cis_monitoring.filter_pattern.pattern import FilterPattern, all_of
from prowler_cis_monitoring.filter_pattern.work import TooHardError, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from prowler_cis_monitoring.filter_pattern.domains import Entry
    from prowler_cis_monitoring.filter_pattern.formulas import Path, Test
    from prowler_cis_monitoring.filter_pattern.syntax import Step

    Choices = dict[str, tuple[Entry, ...]]

MAXIMUM_VARIABLES: Final = 200
MAXIMUM_UNCONFIRMED: Final = 20
# Formulas that one unit of work passes over.
_FORMULAS_IN_A_UNIT: Final = 8

OPPOSITE: Final = Reading(
    booleans_are_text=True,
    texts_have_size=True,
    missing_under_null=False,
    leftmost_wildcards=True,
    every_node=True,
    absent_somewhere=True,
)

# What each undocumented choice is called in a reason, and the other choices there are.
UNDOCUMENTED: Final = {
    "booleans_are_text": "= or != on a JSON boolean",
    "texts_have_size": "< <= > >= on a text that looks like a number",
    "missing_under_null": "NOT EXISTS under a null parent",
    "leftmost_wildcards": "a wildcard in front of a text that occurs twice",
    "every_node": "!= or IS with a wildcard selector that selects several nodes",
    "absent_somewhere": "NOT EXISTS with a wildcard selector",
    "plausible": "events that no filter matches, none of which is known to occur in CloudTrail",
    "message": "a pattern on the text of the message, which depends on more than the fields",
}
UNSEEN: Final = frozenset({"message", "plausible"})


class Knowledge:
    """Facts, made ready for the search."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        """Sort facts.

        Args:
            facts: What is true of every event.
        """
        self.fields = {fact.selector: fact for fact in facts if isinstance(fact, FieldFact)}
        self.unlisted = next((fact for fact in facts if isinstance(fact, UnlistedFact)), None)
        self.always = [fact.path for fact in self.fields.values() if "missing" not in fact.kinds]
        self.implications: list[tuple[frozenset[str], Formula, frozenset[str]]] = []
        reaching: dict[str, set[frozenset[str]]] = {}
        leaving: dict[str, set[frozenset[str]]] = {}
        for fact in facts:
            if isinstance(fact, EventFact):
                unless, then = plain_formula(Work(), fact.when, False), plain_formula(Work(), fact.then, True)  # noqa: FBT003
                causes, effects = variables_of(unless), variables_of(then)
                implied = joined([unless, then], is_and=False)
                self.implications.append((frozenset({**causes, **effects}), implied, _booleans_of([implied])))
                for name in effects:
                    reaching.setdefault(name, set()).add(frozenset(causes))
                for name in causes:
                    leaving.setdefault(name, set()).add(frozenset(effects))
        # A field that nothing asks for matters where one implication leads to it and another leads on.
        self.between = [(name, reaching[name], leaving[name]) for name in sorted(reaching.keys() & leaving.keys())]


@lru_cache(maxsize=16)
def _knowledge(facts: tuple[Fact, ...]) -> Knowledge:
    return Knowledge(facts)


@lru_cache(maxsize=1)
def _documented() -> Knowledge:
    return Knowledge(FACTS)


class Question:
    """One question: the formulas, the facts, and the work done so far."""

    doubts: set[str]
    # Of the search under way:
    reading: Reading
    certain: bool
    variables: dict[str, Variable]
    booleans: frozenset[str]
    parents: frozenset[Path]
    reads_text: bool
    facts_of: dict[Path, FieldFact | None]
    may_stand: dict[tuple[Path, str], bool]

    def __init__(
        self,
        work: Work,
        required: tuple[FilterPattern, ...],
        filters: tuple[FilterPattern, ...],
        facts: tuple[Fact, ...],
        *,
        tells: bool,
    ) -> None:
        """Ask a question.

        Args:
            work: How much may be done.
            required: What events must match, all of it.
            filters: What they must not match.
            facts: What is true of every event.
            tells: Whether an event is wanted, or only that there is one.
        """
        self.work = work
        self.tells = tells
        self.required = required[0] if len(required) == 1 else all_of(*required)
        self._parts = required
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
        self._spelled_out: dict[tuple[bool, bool], list[Formula]] = {}

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
        needed = [(formula, booleans) for needs, formula, booleans in self.known.implications if needs <= asked]
        own, formulas = formulas, [*formulas, *(formula for formula, _ in needed)]
        self.work.spend(_size(formulas))
        self.reads_text = any(isinstance(variable, Text) for variable in self.variables.values())
        asking = [formula for formula, (pattern, _) in zip(own, self.signed, strict=True) if asks_for_truth(pattern)]
        self.booleans = _booleans_of(asking).union(*(booleans for _, booleans in needed))
        paths = [variable.path for variable in self.variables.values() if isinstance(variable, Field)]
        self.parents = frozenset(path[:end] for path in paths for end in range(1, len(path)))
        self.reading, self.certain = reading, certain
        self.facts_of, self.may_stand = {}, {}
        return self._solve(formulas)

    def _formulas(self, reading: Reading) -> list[Formula]:
        if not self.wild:
            return [plain_formula(self.work, pattern, positive) for pattern, positive in self.signed]
        # Of the reading, only what wildcards mean makes a difference.
        key = reading.every_node, reading.absent_somewhere
        if key not in self._spelled_out:
            self._spelled_out[key] = self._without_wildcards(reading)
        return list(self._spelled_out[key])

    def _without_wildcards(self, reading: Reading) -> list[Formula]:
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

    @cached_property
    def _telling(self) -> tuple[dict[str, Any], ...]:
        """The templates that what is required matches."""
        first, *others = self._parts
        return tuple(
            template
            for template in events.telling(first)
            if all(one.matches(events.logged(template), work=self.work) for one in others)
        )

    def _solve(self, formulas: list[Formula]) -> dict[str, Any] | None:
        """Split the values of one field by one test, until every formula is decided; without recursion."""
        if any(formula is False for formula in formulas):
            return None
        required, *others = formulas
        undecided = [required, *(formula for formula in others if formula is not True)]
        todo: list[tuple[list[Formula], Choices, str, tuple[Entry, ...]]] = [(undecided, {}, "", ())]
        while todo:
            formulas, choices, name, part = todo.pop()
            if part:
                narrowed = self._narrowed(formulas, choices, name, part)
                if narrowed is None:
                    continue
                formulas, choices = narrowed
            if formulas == [True]:
                event = self._event(choices)
                if event is not None:
                    return event
                continue
            literal, entries = self._split(formulas, choices)
            fitting = tuple(entry for entry in entries if entry.outcome[literal.test] is literal.positive)
            opposite = tuple(entry for entry in entries if entry.outcome[literal.test] is not literal.positive)
            todo += [(formulas, choices, literal.name, part) for part in (opposite, fitting) if part]
        return None

    def _split(self, undecided: list[Formula], choices: Choices) -> tuple[Literal, tuple[Entry, ...]]:
        """Choose a test by which to split, and the values of its field."""
        required = undecided[0]
        # The required pattern first: it usually names few values. Then what leaves no choice.
        chosen = required
        if required is True:
            chosen = next((formula for formula in undecided[1:] if isinstance(formula, Literal)), undecided[1])
        # What is decided does not come here.
        literal = first_literal(cast("Literal | Joint", chosen))
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
            rest = self._assigned(formulas, name, entries)
            if rest is None:
                return None
            formulas = rest
            variable = self.variables[name]
            if not isinstance(variable, Field):
                continue
            structures = frozenset([entry.structure for entry in entries])
            root = variable.path[0]
            beside = [(other, path) for other in choices if (path := self._path(other)) and path[0] == root]
            self.work.spend(len(choices) + len(beside))
            for other, path in beside:
                if other == name:
                    continue
                values = choices[other]
                kept = domains.fitting(path, values, variable.path, structures)
                if not kept:
                    return None
                if len(kept) < len(values):
                    choices[other] = kept
                    changed.append(other)
        return formulas, choices

    def _assigned(self, formulas: list[Formula], name: str, entries: tuple[Entry, ...]) -> list[Formula] | None:
        """What remains undecided once a field has fewer values, the required formula first; None when one is false."""
        outcome = _common_outcome(entries)
        size = len(formulas) // _FORMULAS_IN_A_UNIT
        kept: list[Formula] = []
        for formula in formulas:
            rest = formula
            if isinstance(formula, Joint):
                if name in formula.variables:
                    size += formula.size
                    rest = assigned(formula, name, outcome)
            elif not isinstance(formula, bool) and formula.name == name:
                size += 1
                rest = assigned(formula, name, outcome)
            if rest is False:
                self.work.spend(size)
                return None
            if rest is not True or not kept:
                kept.append(rest)
        self.work.spend(size)
        return kept

    def _path(self, name: str) -> Path:
        """The path of a field; none of a text."""
        variable = self.variables[name]
        return variable.path if isinstance(variable, Field) else ()

    def _values(self, name: str, first: Formula, undecided: list[Formula]) -> tuple[Entry, ...]:
        """The values of one field that the undecided formulas tell apart and that the first of them allows."""
        variable = self.variables[name]
        if isinstance(variable, Text):
            # The only test of a text is whether it matches; anything present stands for "it does".
            return domains.distinct(self.work, (True, MISSING), (PRESENT,), self.reading, frozenset())
        fact = self._fact(variable.path)
        self.work.spend(_size(undecided))
        base = distinct_tests([first], name)
        tests = distinct_tests(undecided, name)
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
        if path not in self.facts_of:
            self.facts_of[path] = self._found_fact(path)
        return self.facts_of[path]

    def _found_fact(self, path: Path) -> FieldFact | None:
        name = str(Field(path))
        fact, unlisted = self.fields.get(name), self.known.unlisted
        # A made-up member stands for any field, listed or not.
        is_made_up = isinstance(path[-1], str) and path[-1] not in self._named
        if fact is not None or unlisted is None or is_made_up:
            return fact
        return unlisted.fact_of(path, has_members=path in self.parents, is_boolean=name in self.booleans)

    def _may_stand(self, path: Path, node: object) -> bool:
        """Whether a field may have a value; the facts tell only those apart that are not there."""
        key = path, "under null" if node is UNDER_NULL else "missing" if node is MISSING else "there"
        if key not in self.may_stand:
            self.work.spend(len(path))
            self.may_stand[key] = self._found_to_stand(path, node)
        return self.may_stand[key]

    def _found_to_stand(self, path: Path, node: object) -> bool:
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
            event = events.tell(self._telling, told, self._confirms, self.facts, whole=self.reads_text)
        else:
            cell = self._cell(values, choices)
            event = witnesses.plausible_record(self._telling, cell, self._confirms, self.facts)
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
            raise TooHardError(UNDOCUMENTED[doubt])
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
        facts = {path: fact for path in (*entries, witnesses.REGION) if (fact := self._fact(path)) is not None}
        return witnesses.Cell(entries, facts, self.reading, self.work)

    def _confirms(self, event: dict[str, Any]) -> bool:
        """Whether a record is in the gap, under every reading that matters and in any order of its members."""
        if not self._in_gap(event):
            return False
        return not self.reads_text or self._in_gap(event, backwards=True)

    def _in_gap(self, event: dict[str, Any], *, backwards: bool = False) -> bool:
        readings = (self.reading, OPPOSITE) if self.certain and not self.wild else (self.reading,)
        message = events.logged(event, backwards=backwards)
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


def _booleans_of(formulas: Sequence[Formula]) -> frozenset[str]:
    """The fields that are asked for true or false."""
    found = (literal for formula in formulas for literal in literals(formula))
    return frozenset(literal.name for literal in found if literal.test.operator in ON_BOOLEANS)


def _size(formulas: Sequence[Formula]) -> int:
    return sum(formula.size for formula in formulas if not isinstance(formula, bool))
