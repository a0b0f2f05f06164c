"""Filter patterns as formulas over fields.

Negations stand at the leaves only; wildcard selectors are spelled out over finitely many nodes.
"""

from __future__ import annotations

import itertools
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from prowler_cis_monitoring.filter_pattern.matching import (
    SPREADING,
    Absence,
    Number,
    Reading,
    holds,
)
from prowler_cis_monitoring.filter_pattern.syntax import (
    ORDERINGS,
    AllOf,
    AnyOf,
    Condition,
    Expression,
    Form,
    Leaf,
    Not,
    Operator,
    Selector,
    Step,
    Value,
    Wildcard,
    expression_text,
    fold,
    selector_text,
)
from prowler_cis_monitoring.filter_pattern.work import TooHardError, Work, remembered
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from prowler_cis_monitoring.filter_pattern.pattern import FilterPattern

Path: TypeAlias = "tuple[Step, ...]"
MAXIMUM_DEPTH: Final = 200
MAXIMUM_INSTANCES: Final = 12
ON_BOOLEANS: Final = (Operator.IS_TRUE, Operator.IS_FALSE)
# Making both literals of a condition takes as long as so many steps of a walk.
_UNITS_OF_A_LEAF: Final = 4


@dataclass(frozen=True, eq=False)
class Test:
    """A test of one node: a condition's, membership in a set of equal conditions' values, or mere presence.

    Attributes:
        operator: The test; None asks whether the node is there at all.
        value: What it compares with.
        texts: With ``=``, several exact values of one form instead of ``value``.
    """

    operator: Operator | None
    value: Value | None = None
    texts: frozenset[str] | None = None

    def holds(self, node: object, reading: Reading) -> bool:
        """Whether a node passes.

        Args:
            node: The value of the field.
            reading: What to assume where AWS documents nothing.

        Returns:
            Whether it does.
        """
        if self.operator is None:
            return not isinstance(node, Absence)
        if self.texts is None or self.value is None:
            return holds(self.operator, self.value, node, reading)
        if isinstance(node, str):
            return node in self.texts
        text = str(node).lower() if isinstance(node, bool) else node.text if isinstance(node, Number) else None
        return text in self.texts and holds(self.operator, Value(str(text), self.value.form), node, reading)

    @cached_property
    def effort(self) -> int:
        """Units of work that a comparison with a short text takes."""
        return 1 if self.value is None or self.value.is_exact else self.value.language.effort

    @property
    def is_ordering(self) -> bool:
        """Whether this compares sizes."""
        return self.operator in ORDERINGS

    @property
    def exact_texts(self) -> Iterable[str]:
        """The texts that this test singles out."""
        if self.texts is not None:
            return self.texts
        return (self.value.text,) if self.value is not None and self.value.is_exact else ()


@lru_cache(maxsize=16384)
def interned(operator: Operator, value: Value | None, texts: frozenset[str] | None = None) -> Test:
    """The one test of its kind, so that tests are compared by identity.

    Args:
        operator: The test.
        value: What it compares with.
        texts: Several exact values instead.

    Returns:
        The test.
    """
    return Test(operator, value, texts)


PRESENT: Final = Test(None)


@dataclass(frozen=True)
class Field:
    """A field without wildcard.

    Attributes:
        path: The steps to it.
    """

    path: Path

    def __str__(self) -> str:
        return selector_text(self.path)


@dataclass(frozen=True)
class Text:
    """Whether a pattern that does not look at fields matches the message."""

    leaf: Leaf

    def __str__(self) -> str:
        return expression_text(self.leaf)


Variable: TypeAlias = "Field | Text"


class Literal:
    """A test of a variable, or its negation."""

    __slots__ = ("name", "positive", "test", "variable")
    size: ClassVar[int] = 1
    effort: ClassVar[int] = 1

    def __init__(self, variable: Variable, test: Test, *, positive: bool) -> None:
        """Make a literal.

        Args:
            variable: What is tested.
            test: The test.
            positive: False for the negation.
        """
        self.variable = variable
        self.name = str(variable)
        self.test = test
        self.positive = positive


class Joint:
    """A conjunction or a disjunction."""

    __slots__ = ("effort", "is_and", "parts", "size", "variables")

    def __init__(self, parts: Sequence[Literal | Joint], *, is_and: bool) -> None:
        """Join formulas.

        Args:
            parts: At least two formulas.
            is_and: Whether all must hold.
        """
        self.parts = parts
        self.is_and = is_and
        self.variables: dict[str, Variable] = {}
        self.size = self.effort = 1
        for part in parts:
            self.size += part.size
            self.effort += part.effort
            if isinstance(part, Literal):
                self.variables[part.name] = part.variable
            else:
                self.variables.update(part.variables)
        self.effort += len(self.variables)


Formula: TypeAlias = "bool | Literal | Joint"


def joined(parts: Iterable[Formula], *, is_and: bool) -> Formula:
    """Join formulas, dropping what decides nothing and merging tests for exact values of one field.

    Args:
        parts: The formulas.
        is_and: Whether all must hold.

    Returns:
        The joint formula.
    """
    kept: list[Literal | Joint] = []
    for part in parts:
        if isinstance(part, bool):
            if part is not is_and:
                return part
        elif isinstance(part, Joint) and part.is_and is is_and:
            kept.extend(part.parts)
        else:
            kept.append(part)
    if len(kept) > 1:
        kept = _merged(kept, mergeable=not is_and)
    if not kept:
        return is_and
    return kept[0] if len(kept) == 1 else Joint(kept, is_and=is_and)


def _merged(parts: list[Literal | Joint], *, mergeable: bool) -> list[Literal | Joint]:
    """Merge ``f = a || f = b`` (or, negated, ``not f = a && not f = b``) into one test of membership."""
    kept: list[Literal | Joint] = []
    groups: dict[tuple[str, Form], list[Literal]] = {}
    for part in parts:
        if isinstance(part, Literal) and part.positive is mergeable and (form := _exact_form(part.test)):
            group = groups.setdefault((part.name, form), [])
            if not group:
                kept.append(part)
            group.append(part)
        else:
            kept.append(part)
    for (_, form), group in groups.items():
        if len(group) > 1:
            texts = frozenset(text for literal in group for text in literal.test.exact_texts)
            merged = Literal(group[0].variable, _membership(form, texts), positive=mergeable)
            kept[kept.index(group[0])] = merged
    return kept


def _membership(form: Form, texts: frozenset[str]) -> Test:
    """The test for one of several texts; which of them stands for the form does not matter."""
    return interned(Operator.EQUAL, Value(min(texts), form), texts)


def _exact_form(test: Test) -> Form | None:
    value = test.value
    if test.operator is not Operator.EQUAL or value is None or not value.is_exact or value.number is not None:
        return None
    return value.form


def assigned(formula: Formula, name: str, holds_here: Callable[[Test], bool | None]) -> Formula:
    """Simplify a formula once more is known of a variable.

    Args:
        formula: The formula.
        name: The variable's name.
        holds_here: Whether a test holds for the value; None when that is still open.

    Returns:
        What remains to be decided.
    """
    if isinstance(formula, Joint):
        return _assigned_within(formula, name, holds_here) if name in formula.variables else formula
    if isinstance(formula, bool):
        return formula
    holds_now = holds_here(formula.test) if formula.name == name else None
    return formula if holds_now is None else holds_now is formula.positive


def _assigned_within(joint: Joint, name: str, holds_here: Callable[[Test], bool | None]) -> Formula:
    """The same of a formula that tests the variable; most of a search goes on here."""
    kept: list[Literal | Joint] = []
    is_and, is_same = joint.is_and, True
    rest: Formula
    for part in joint.parts:
        if isinstance(part, Joint):
            rest = _assigned_within(part, name, holds_here) if name in part.variables else part
        elif part.name != name or (holds_now := holds_here(part.test)) is None:
            kept.append(part)
            continue
        else:
            rest = holds_now is part.positive
        if rest is part:
            kept.append(part)
            continue
        is_same = False
        if not isinstance(rest, bool):
            kept.append(rest)
        elif rest is not is_and:
            return rest
    if is_same:
        return joint
    if not kept:
        return is_and
    return kept[0] if len(kept) == 1 else Joint(kept, is_and=is_and)


def first_literal(formula: Literal | Joint) -> Literal:
    """The first literal of a formula.

    Args:
        formula: The formula.

    Returns:
        The literal.
    """
    while isinstance(formula, Joint):
        formula = formula.parts[0]
    return formula


def literals(formula: Formula) -> Iterable[Literal]:
    """All literals of a formula, first to last.

    Args:
        formula: The formula.

    Yields:
        The literals.
    """
    if isinstance(formula, Literal):
        yield formula
    elif isinstance(formula, Joint):
        for part in formula.parts:
            yield from literals(part)


def distinct_tests(formulas: Iterable[Formula], name: str) -> tuple[Test, ...]:
    """The tests of one variable.

    Args:
        formulas: What tests it, among others.
        name: The variable's name.

    Returns:
        The tests, first to last, each once.
    """
    found: dict[Test, None] = {}
    for formula in formulas:
        if isinstance(formula, Joint):
            if name in formula.variables:
                _add_tests(formula, name, found)
        elif not isinstance(formula, bool) and formula.name == name:
            found[formula.test] = None
    return tuple(found)


def _add_tests(joint: Joint, name: str, found: dict[Test, None]) -> None:
    for part in joint.parts:
        if isinstance(part, Joint):
            if name in part.variables:
                _add_tests(part, name, found)
        elif part.name == name:
            found[part.test] = None


def variables_of(formula: Formula) -> dict[str, Variable]:
    """The variables of a formula.

    Args:
        formula: The formula.

    Returns:
        The variables by name.
    """
    if isinstance(formula, bool):
        return {}
    return {formula.name: formula.variable} if isinstance(formula, Literal) else formula.variables


# --- From patterns ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def depth(pattern: FilterPattern) -> int:
    """How deeply conjunctions and disjunctions are nested.

    Args:
        pattern: The pattern.

    Returns:
        The depth.
    """
    return fold(pattern.expression, lambda _: 0, lambda _, parts: 1 + max(parts, default=0))


@lru_cache(maxsize=8192)
def wildcard_conditions(pattern: FilterPattern) -> tuple[tuple[Condition, bool], ...]:
    """The conditions with wildcard selectors.

    Args:
        pattern: The pattern.

    Returns:
        Each with whether it stands under an even number of negations.
    """
    return tuple(
        (leaf, positive)
        for leaf, positive in signed_leaves(pattern.expression)
        if isinstance(leaf, Condition) and leaf.selector.wildcard_at is not None
    )


def signed_leaves(expression: Expression) -> list[tuple[Leaf, bool]]:
    """The leaves of an expression.

    Args:
        expression: The tree.

    Returns:
        Each with whether it stands under an even number of negations.
    """
    leaves: list[tuple[Leaf, bool]] = []
    todo: list[tuple[Expression, bool]] = [(expression, True)]
    while todo:
        node, positive = todo.pop()
        if isinstance(node, Not):
            todo.append((node.part, not positive))
        elif isinstance(node, (AllOf, AnyOf)):
            todo.extend((part, positive) for part in reversed(node.parts))
        else:
            leaves.append((node, positive))
    return leaves


Instances: TypeAlias = "dict[tuple[Path, Wildcard], tuple[str | int, ...]]"


def _weight(_key: object, formula: Formula) -> int:
    return 100 if isinstance(formula, bool) else 200 * formula.effort


@remembered(_weight)
def plain_formula(work: Work, pattern: FilterPattern, positive: bool) -> Formula:  # noqa: FBT001 - remembered by place
    """The formula of a pattern without wildcard selectors.

    Args:
        work: How much may be done.
        pattern: The pattern.
        positive: False for its negation.

    Returns:
        The formula.
    """
    return formula_of(work, pattern, positive=positive, instances={}, reading=Reading())


def formula_of(
    work: Work, pattern: FilterPattern, *, positive: bool, instances: Instances, reading: Reading
) -> Formula:
    """The formula of a pattern.

    Args:
        work: How much may be done.
        pattern: The pattern.
        positive: False for its negation.
        instances: The nodes that each wildcard stands for.
        reading: What conditions with wildcard selectors mean.

    Returns:
        The formula.

    Raises:
        TooHardError: The pattern is nested too deeply.
    """
    if depth(pattern) > MAXIMUM_DEPTH:
        raise TooHardError(f"patterns nested more than {MAXIMUM_DEPTH} deep")

    def leaf(node: Leaf) -> tuple[Formula, Formula]:
        work.spend(_UNITS_OF_A_LEAF)
        if isinstance(node, Condition):
            if node.selector.wildcard_at is not None:
                work.spend(_UNITS_OF_A_LEAF * len(_elements(node.selector, instances)))
            return tuple(_condition(node, instances, reading, positive=sign) for sign in (True, False))  # type: ignore[return-value]
        variable = Text(node)
        return Literal(variable, PRESENT, positive=True), Literal(variable, PRESENT, positive=False)

    def join(node: AllOf | AnyOf | Not, parts: list[tuple[Formula, Formula]]) -> tuple[Formula, Formula]:
        if isinstance(node, Not):
            return parts[0][1], parts[0][0]
        is_and = isinstance(node, AllOf)
        both = joined([yes for yes, _ in parts], is_and=is_and), joined([no for _, no in parts], is_and=not is_and)
        work.spend(len(parts) + sum(len(each.variables) for each in both if isinstance(each, Joint)))
        return both

    yes, no = fold(pattern.expression, leaf, join)
    return yes if positive else no


def _condition(condition: Condition, instances: Instances, reading: Reading, *, positive: bool) -> Formula:
    at = condition.selector.wildcard_at
    steps = condition.selector.steps
    test = interned(condition.operator, condition.value)
    if at is None:
        return _plain_literal(condition, positive)
    return _over_nodes(test, _elements(condition.selector, instances), steps[at + 1 :], reading, positive=positive)


@lru_cache(maxsize=16384)
def _plain_literal(condition: Condition, positive: bool) -> Literal:  # noqa: FBT001 - remembered by place
    test = interned(condition.operator, condition.value)
    return Literal(Field(condition.selector.steps), test, positive=positive)


def _elements(selector: Selector, instances: Instances) -> list[Path]:
    """The paths of the nodes that the wildcard of a selector stands for."""
    at = selector.wildcard_at or 0
    wildcard = selector.steps[at]
    keys = instances[selector.steps[:at], wildcard] if isinstance(wildcard, Wildcard) else ()
    return [(*selector.steps[:at], key) for key in keys]


def _over_nodes(test: Test, elements: list[Path], tail: Path, reading: Reading, *, positive: bool) -> Formula:
    """The meaning of a wildcard: see ``matching.holds_for``, of which this is the image."""

    def at_tail(asked: Test, sign: bool) -> list[Formula]:  # noqa: FBT001 - local
        return [Literal(Field((*element, *tail)), asked, positive=sign) for element in elements]

    def either(parts: list[Formula]) -> Formula:
        return joined(parts, is_and=not positive)

    def both(parts: list[Formula]) -> Formula:
        return joined(parts, is_and=positive)

    if test.operator is Operator.NOT_EXISTS:
        lacking = at_tail(test, positive)
        gone: list[Formula] = [Literal(Field(element), PRESENT, positive=not positive) for element in elements]
        nowhere = both([either([*pair]) for pair in zip(gone, lacking, strict=True)])
        if not reading.absent_somewhere:
            return nowhere
        there: list[Formula] = [Literal(Field(element), PRESENT, positive=positive) for element in elements]
        return either([nowhere, *(both([*pair]) for pair in zip(there, lacking, strict=True))])
    somewhere = either(at_tail(test, positive))
    if not reading.every_node or test.operator not in SPREADING:
        return somewhere
    each = [
        either([absent, fits])
        for absent, fits in zip(at_tail(PRESENT, not positive), at_tail(test, positive), strict=True)
    ]
    return both([*each, either(at_tail(PRESENT, positive))])


def instances_of(
    conditions: Sequence[tuple[Condition, bool]], paths: Iterable[Path], always: Iterable[str], reading: Reading
) -> Instances:
    """Choose the nodes that wildcards need to stand for.

    Nodes that no condition names can be removed from an event without making a condition false that asks for some
    node, except one node for each such condition; so the named nodes and one fresh node for each are enough.

    Args:
        conditions: The conditions with wildcard selectors, with their sign in the question.
        paths: The paths of all selectors of the question.
        always: Members that every event has at its root.
        reading: What conditions with wildcard selectors mean.

    Returns:
        For each wildcard the member names or indexes.

    Raises:
        TooHardError: There are too many.
    """
    wanted: dict[tuple[Path, Wildcard], int] = {}
    for condition, positive in conditions:
        at = condition.selector.wildcard_at or 0
        wildcard = condition.selector.steps[at]
        if isinstance(wildcard, Wildcard):
            key = (condition.selector.steps[:at], wildcard)
            wanted[key] = wanted.get(key, 0) + _fresh(condition.operator, reading, positive=positive)
    instances: Instances = {}
    known = list(paths)
    taken = {step for path in known for step in path}
    for (prefix, wildcard), fresh in wanted.items():
        following = {path[len(prefix)] for path in known if len(path) > len(prefix) and path[: len(prefix)] == prefix}
        if wildcard is Wildcard.ITEMS:
            named = max((step for step in following if isinstance(step, int)), default=-1) + 1
            keys: tuple[str | int, ...] = tuple(range(named + fresh))
        else:
            members = sorted(
                {step for step in following if isinstance(step, str)} | (set(always) if not prefix else set())
            )
            unnamed = (name for number in itertools.count(1) if (name := f"member{number}") not in taken)
            keys = (*members, *itertools.islice(unnamed, fresh))
        if len(keys) > MAXIMUM_INSTANCES + len(tuple(always)):
            raise TooHardError("wildcard selectors over many nodes")
        instances[prefix, wildcard] = keys
    return instances


def _is_universal(operator: Operator, reading: Reading) -> bool:
    if operator is Operator.NOT_EXISTS:
        return not reading.absent_somewhere
    return reading.every_node and operator in SPREADING


def _fresh(operator: Operator, reading: Reading, *, positive: bool) -> int:
    """How many nodes a condition, or its negation, can ask for."""
    if _is_universal(operator, reading):
        return 2 if positive and operator is not Operator.NOT_EXISTS else 1 if not positive else 0
    return 1 if positive or operator is Operator.NOT_EXISTS else 0


@lru_cache(maxsize=8192)
def asks_for_truth(pattern: FilterPattern) -> bool:
    """Whether a pattern asks for true or false.

    Args:
        pattern: The pattern.

    Returns:
        Whether any of its conditions does.
    """
    leaves = signed_leaves(pattern.expression)
    return any(isinstance(leaf, Condition) and leaf.operator in ON_BOOLEANS for leaf, _ in leaves)


@lru_cache(maxsize=8192)
def paths_of(pattern: FilterPattern) -> tuple[Path, ...]:
    """The paths of all selectors of a pattern.

    Args:
        pattern: The pattern.

    Returns:
        The paths, wildcards included.
    """
    return tuple({leaf.selector.steps for leaf, _ in signed_leaves(pattern.expression) if isinstance(leaf, Condition)})
