"""Coverage as a z3 problem, written from the rules alone: the independent witness of the decision procedure.

Texts and numbers are drawn from fixed universes that hold every text over three letters up to a length, and are told
apart by Python's own regular expressions; z3 chooses a kind and a class of values for every field. Every undocumented
choice is a Boolean of the same problem, so one problem is asked under all readings.
"""

import functools
import itertools
import re

import z3

from prowler_cis_monitoring.filter_pattern.facts import EventFact, FieldFact
from prowler_cis_monitoring.filter_pattern.syntax import AllOf, AnyOf, Condition, Form, Not, Operator, Wildcard
from tests.filter_pattern import generators

MISSING, NULL, OBJECT, ARRAY, TRUE, FALSE, NUMBER, STRING = range(8)
KINDS = {
    "missing": MISSING,
    "null": NULL,
    "object": OBJECT,
    "array": ARRAY,
    "true": TRUE,
    "false": FALSE,
    "number": NUMBER,
    "string": STRING,
}
ELEMENTS = 5
LONGEST = 8
NUMBER_TEXTS = tuple(
    sign + whole + fraction
    for sign in ("", "-")
    for whole in ("0", "1", "2", "3", "5", "7", "11", "12", "21", "112", "120", "121", "1212")
    for fraction in ("", ".0", ".1", ".2", ".5", ".7", ".12", ".21", ".51", ".15", ".01")
    if sign + whole + fraction != "-0"
)
LETTERS = [tuple(map("".join, itertools.product("abx", repeat=length))) for length in range(LONGEST + 1)]
TEXTS = tuple(
    dict.fromkeys(
        [
            *itertools.chain.from_iterable(LETTERS),
            *(text[:at] + "1" + text[at:] for same in LETTERS[:6] for text in same for at in range(len(text) + 1)),
            *(word + text for word in ("t", "tr", "tru", "f", "fal") for same in LETTERS[:5] for text in same),
            *(word + text + "1" for word in ("tr", "f") for same in LETTERS[:5] for text in same),
            *("true", "false", "1", "12", "1a2", "a12", "12b", "007"),
            *NUMBER_TEXTS,
        ]
    )
)
ALL = (1 << len(TEXTS)) - 1
SIZES = {
    Operator.LESS: lambda one, two: one < two,
    Operator.LESS_OR_EQUAL: lambda one, two: one <= two,
    Operator.GREATER: lambda one, two: one > two,
    Operator.GREATER_OR_EQUAL: lambda one, two: one >= two,
}


@functools.cache
def members(text, form, *, leftmost=False):
    """The texts of the universe that equal a value, as a set of bits."""
    return sum(1 << at for at, each in enumerate(TEXTS) if equals(text, form, each, leftmost=leftmost))


def equals(text, form, candidate, *, leftmost):
    if form is Form.REGEX:
        return re.search(text.replace("$", r"\Z"), candidate) is not None
    if re.fullmatch(re.escape(text).replace(r"\*", ".*"), candidate) is None:
        return False
    first, *rest = text.split("*")
    if not leftmost or not rest or not rest[-1]:
        return True
    # The candidate fits; does it still when every piece is taken where it first occurs?
    remaining = candidate[len(first) :]
    for piece in filter(None, rest):
        remaining = remaining.partition(piece)[2]
    return remaining == ""


@functools.cache
def smaller_or_so(operator, text):
    """The texts of the universe that look like numbers and compare in a given way."""
    return sum(
        1 << at for at, each in enumerate(TEXTS) if each in NUMBER_TEXTS and SIZES[operator](float(each), float(text))
    )


@functools.cache
def same_size(text):
    return sum(1 << at for at, each in enumerate(TEXTS) if each in NUMBER_TEXTS and float(each) == float(text))


NUMBERS = sum(1 << at for at, each in enumerate(TEXTS) if each in NUMBER_TEXTS)
AXES = (
    "booleans_are_text",
    "quoted_booleans",
    "texts_have_size",
    "missing_under_null",
    "leftmost_wildcards",
    "every_node",
    "absent_somewhere",
)
AXIS = {name: z3.Bool(name) for name in AXES}
PLAUSIBLE = {name: name in ("quoted_booleans", "missing_under_null") for name in AXES}


def is_number(value):
    return value.form is Form.BARE and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value.text) is not None


class Question:
    """One question, all readings."""

    def __init__(self, required, filters, facts):
        self.solver = z3.Solver()
        self.kinds = {}
        self.splits = {}
        field_facts = [fact for fact in facts if isinstance(fact, FieldFact)]
        rules = [(fact.when.expression, fact.then.expression) for fact in facts if isinstance(fact, EventFact)]
        for leaf in leaves_of([required, *filters, *itertools.chain.from_iterable(rules)]):
            self.prepare(leaf)
        for fact in field_facts:
            self.splits.setdefault(fact.path, {NUMBERS}).update(members(text, Form.QUOTED) for text in fact.texts or ())
            if fact.shape is not None:
                self.splits[fact.path].add(members(fact.shape, Form.REGEX))
        self.classes = {path: list(split(sets)) for path, sets in self.splits.items()}
        self.solver.add(self.encode(required), *(z3.Not(self.encode(each)) for each in filters))
        self.solver.add(*(z3.Implies(self.encode(when), self.encode(then)) for when, then in rules))
        for fact in field_facts:
            self.assume(fact)
        self.close()

    def prepare(self, leaf):
        for path in self.nodes(leaf):
            sets = self.splits.setdefault(path, {NUMBERS})
            if leaf.value is not None:
                sets.update(self.sets(leaf))

    @staticmethod
    def sets(leaf):
        text, form = leaf.value.text, leaf.value.form
        if leaf.operator in SIZES:
            return [smaller_or_so(leaf.operator, text)]
        found = [members(text, form), members(text, form, leftmost=True)]
        return [*found, same_size(text)] if is_number(leaf.value) else found

    @staticmethod
    def elements(leaf):
        steps = leaf.selector.steps
        if Wildcard.ITEMS not in steps:
            return None
        at = steps.index(Wildcard.ITEMS)
        return [((*steps[:at], index), steps[at + 1 :]) for index in range(ELEMENTS)]

    def nodes(self, leaf):
        elements = self.elements(leaf)
        return [leaf.selector.steps] if elements is None else [(*element, *tail) for element, tail in elements]

    def kind(self, path):
        if path not in self.kinds:
            self.kinds[path] = z3.Int(f"kind {path}")
        return self.kinds[path]

    def among(self, path, bits):
        """Whether the field's text is one of some."""
        which = z3.Int(f"class {path}")
        return z3.Or([which == number for number, each in enumerate(self.classes[path]) if each & bits])

    def encode(self, expression):
        if isinstance(expression, AllOf):
            return z3.And([self.encode(part) for part in expression.parts])
        if isinstance(expression, AnyOf):
            return z3.Or([self.encode(part) for part in expression.parts])
        if isinstance(expression, Not):
            return z3.Not(self.encode(expression.part))
        assert isinstance(expression, Condition)
        return self.condition(expression)

    def condition(self, leaf):
        elements = self.elements(leaf)
        if elements is None:
            return self.test(leaf, leaf.selector.steps)
        nodes = [(*element, *tail) for element, tail in elements]
        there = [self.kind(element) != MISSING for element, _ in elements]
        tests = [self.test(leaf, node) for node in nodes]
        if leaf.operator is Operator.NOT_EXISTS:
            nowhere = z3.And([z3.Implies(*pair) for pair in zip(there, tests, strict=True)])
            somewhere = z3.Or(z3.Not(z3.Or(there)), *(z3.And(*pair) for pair in zip(there, tests, strict=True)))
            return z3.If(AXIS["absent_somewhere"], somewhere, nowhere)
        if leaf.operator is Operator.EQUAL or leaf.operator in SIZES:
            return z3.Or(tests)
        present = [self.kind(node) != MISSING for node in nodes]
        every = z3.And(z3.Or(present), *(z3.Implies(*pair) for pair in zip(present, tests, strict=True)))
        return z3.If(AXIS["every_node"], every, z3.Or(tests))

    def test(self, leaf, path):
        kind = self.kind(path)
        operator, value = leaf.operator, leaf.value
        if operator is Operator.NOT_EXISTS:
            nulls = z3.Or([self.kind(path[:end]) == NULL for end in range(1, len(path))])
            return z3.And(kind == MISSING, z3.Or(AXIS["missing_under_null"], z3.Not(nulls)))
        if value is None:
            return kind == {Operator.IS_NULL: NULL, Operator.IS_TRUE: TRUE, Operator.IS_FALSE: FALSE}[operator]
        if operator in SIZES:
            fits = self.among(path, smaller_or_so(operator, value.text))
            return z3.And(fits, z3.Or(kind == NUMBER, z3.And(kind == STRING, AXIS["texts_have_size"])))
        return self.equality(leaf, path)

    def equality(self, leaf, path):
        kind, value = self.kind(path), leaf.value
        positive = leaf.operator is Operator.EQUAL

        def outcome(fits):
            return fits if positive else z3.Not(fits)

        text = z3.If(
            AXIS["leftmost_wildcards"],
            self.among(path, members(value.text, value.form, leftmost=True)),
            self.among(path, members(value.text, value.form)),
        )
        number = self.among(path, same_size(value.text)) if is_number(value) else text
        applies = (
            AXIS["booleans_are_text"]
            if value.form is Form.BARE
            else z3.And(AXIS["booleans_are_text"], AXIS["quoted_booleans"])
        )
        cases = [z3.And(kind == STRING, outcome(text)), z3.And(kind == NUMBER, outcome(number))]
        for which, word in ((TRUE, "true"), (FALSE, "false")):
            fits = z3.BoolVal(equals(value.text, value.form, word, leftmost=False))
            cases.append(z3.And(kind == which, applies, outcome(fits)))
        return z3.Or(cases)

    def assume(self, fact):
        """Add what is true of one field."""
        kind = self.kind(fact.path)
        self.solver.add(z3.Or([kind == KINDS[name] for name in sorted(fact.kinds)]))
        if fact.texts is not None:
            allowed = [self.among(fact.path, members(text, Form.QUOTED)) for text in fact.texts]
            self.solver.add(z3.Implies(kind == STRING, z3.Or(allowed)))
        if fact.shape is not None:
            self.solver.add(z3.Implies(kind == STRING, self.among(fact.path, members(fact.shape, Form.REGEX))))

    def close(self):
        """Add what every document obeys."""
        todo = list(self.kinds)
        while todo:
            path = todo.pop()
            kind = self.kind(path)
            self.solver.add(kind >= MISSING, kind <= STRING)
            if path in self.classes:
                classes = self.classes[path]
                which = z3.Int(f"class {path}")
                self.solver.add(which >= 0, which < len(classes))
                self.solver.add(
                    z3.Implies(
                        kind == NUMBER, z3.Or([which == at for at, each in enumerate(classes) if each & NUMBERS])
                    )
                )
            if len(path) == 1:
                continue
            known = set(self.kinds)
            self.solver.add(
                z3.Implies(kind != MISSING, self.kind(path[:-1]) == (OBJECT if isinstance(path[-1], str) else ARRAY))
            )
            if isinstance(path[-1], int) and path[-1] > 0:
                self.solver.add(z3.Implies(kind != MISSING, self.kind((*path[:-1], path[-1] - 1)) != MISSING))
            todo.extend(set(self.kinds) - known)

    def has_event(self, reading):
        answer = self.solver.check(*(AXIS[name] if value else z3.Not(AXIS[name]) for name, value in reading.items()))
        assert answer != z3.unknown
        return answer == z3.sat


def split(sets):
    """The classes of texts that no set tells apart."""
    classes = [ALL]
    for bits in sets:
        classes = [part for each in classes for part in (each & bits, each & ~bits) if part]
    return classes


def leaves_of(expressions):
    return [leaf for expression in expressions for leaf in generators.leaves(expression)]


def readings(found):
    """All readings that can differ for some conditions."""
    valued = [each for each in found if each.value is not None and each.operator not in SIZES]
    wild = [each for each in found if each.selector.wildcard_at is not None]
    differs = {
        "booleans_are_text": bool(valued),
        "texts_have_size": any(each.operator in SIZES for each in found),
        "missing_under_null": any(
            each.operator is Operator.NOT_EXISTS and len(each.selector.steps) > 1 for each in found
        ),
        "leftmost_wildcards": any("*" in each.value.text and each.value.form is not Form.REGEX for each in valued),
        "every_node": bool(wild),
        "absent_somewhere": bool(wild),
    }
    axes = [name for name in differs if differs[name]]
    for choice in itertools.product((False, True), repeat=len(axes)):
        reading = {
            **PLAUSIBLE,
            **{name: PLAUSIBLE[name] is not flipped for name, flipped in zip(axes, choice, strict=True)},
        }
        yield reading
        if reading["booleans_are_text"]:
            yield {**reading, "quoted_booleans": False}


def verdict(required, filters, facts=()):
    """Covered, gap or unknown, as z3 sees it."""
    question = Question(required, filters, facts)
    answers = set()
    for reading in readings(leaves_of([required, *filters])):
        answers.add(question.has_event(reading))
        if len(answers) == 2:
            return "unknown"
    return "gap" if answers == {True} else "covered"
