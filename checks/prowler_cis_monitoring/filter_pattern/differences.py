"""What a filter lacks, in plain sentences.

Every sentence comes from the decision procedure, none from comparing texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prowler_cis_monitoring.filter_pattern.pattern import FilterPattern, all_of, of_expression
from prowler_cis_monitoring.filter_pattern.syntax import (
    EVERYTHING,
    AllOf,
    AnyOf,
    Condition,
    Expression,
    Leaf,
    Not,
    Operator,
    Selector,
    conjunction,
    disjunction,
    expression_text,
    fold,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Covers = Callable[[FilterPattern, Sequence[FilterPattern]], "bool | None"]
    Found = tuple[bool, Expression, list[Expression]]

_MAXIMUM_CONDITIONS: Final = 60
_MOST_TOLD: Final = 160
"""Characters of the alternatives to a condition (count)."""
_VERBS: Final = {Operator.EQUAL: "is", Operator.UNEQUAL: "is not"}


def explain_difference(required: FilterPattern, filters: Sequence[FilterPattern], covers: Covers) -> list[str]:
    """Say in plain language what is missing between filters and what is required of them.

    Args:
        required: What must be caught.
        filters: What is caught.
        covers: The decision procedure; None means unknown.

    Returns:
        Sentences without subject ("misses ...", "needs ... to exist"); empty when the filters cover the required
        pattern.
    """
    if covers(required, filters) is not False:
        return []
    missed, rest = _missed_values(required, filters, covers)
    if missed and covers(rest, filters) is True:
        return missed
    relevant = [each for each in filters if covers(all_of(rest, each), ()) is not True]
    if not relevant:
        return ["matches none of the required events"]
    return missed + min((_missing_conditions(rest, each, filters, covers) for each in relevant), key=len)


def _missed_values(
    required: FilterPattern, filters: Sequence[FilterPattern], covers: Covers
) -> tuple[list[str], FilterPattern]:
    """Values that the required pattern lists for a field and no filter allows, and what is required besides them."""
    listed: dict[Selector, list[Condition]] = {}
    for leaf in _leaves(required.expression):
        if isinstance(leaf, Condition) and leaf.operator is Operator.EQUAL and leaf.value and leaf.value.is_exact:
            listed.setdefault(leaf.selector, []).append(leaf)
    for selector, conditions in listed.items():
        if len(conditions) == 1 or covers(required, [of_expression(disjunction(conditions))]) is not True:
            continue
        relaxed = [_dropping(each, _leaves_besides(each, selector)) for each in filters]
        missed = [leaf for leaf in conditions if covers(all_of(required, of_expression(leaf)), relaxed) is False]
        if 0 < len(missed) < len(conditions):
            names = ", ".join(leaf.value.text for leaf in missed if leaf.value)
            rest = of_expression(disjunction([leaf for leaf in conditions if leaf not in missed]))
            return [f"misses {selector} {names}"], all_of(required, rest)
    return [], required


def _leaves_besides(pattern: FilterPattern, selector: Selector) -> list[Leaf]:
    return [leaf for leaf in _leaves(pattern.expression) if getattr(leaf, "selector", None) != selector]


def _leaves(expression: Expression) -> list[Leaf]:
    found: list[Leaf] = []
    fold(expression, found.append, lambda _node, _parts: None)
    return list(dict.fromkeys(found))


def _missing_conditions(
    required: FilterPattern, candidate: FilterPattern, filters: Sequence[FilterPattern], covers: Covers
) -> list[str]:
    """Conditions of one filter that required events need not meet, as few as explain the gap."""
    others = [each for each in filters if each != candidate]
    narrowing = [
        leaf
        for leaf in _leaves(candidate.expression)[:_MAXIMUM_CONDITIONS]
        if covers(required, [of_expression(leaf)]) is not True
    ]

    def suffices(dropped: list[Leaf]) -> bool:
        return covers(required, [_dropping(candidate, dropped), *others]) is True

    if not suffices(narrowing):
        return ["matches only some of the required events"]
    asked = {leaf.selector for leaf in _leaves(required.expression) if isinstance(leaf, Condition)}

    def fewest(order: Iterable[Leaf]) -> list[Leaf]:
        left = narrowing
        # What is asked for is blamed last: where it is only an alternative, something else narrows the others.
        for leaf in sorted(order, key=lambda one: getattr(one, "selector", None) not in asked):
            fewer = [each for each in left if each is not leaf]
            left = fewer if suffices(fewer) else left
        return left

    said = (
        f"{each}{_unless(required, leaf, candidate, covers)}"
        for leaf in min(map(fewest, (narrowing[::-1], narrowing)), key=len)
        for each in _sentences(required, leaf, candidate, covers)
    )
    return list(dict.fromkeys(said))


def _unless(required: FilterPattern, leaf: Leaf, candidate: FilterPattern, covers: Covers) -> str:
    """The alternatives to a condition by which a filter matches required events all the same."""
    possible = [
        each
        for each in _alternatives(candidate.expression, leaf)
        if not _is_alike(each, leaf) and covers(all_of(required, of_expression(each)), ()) is not True
    ]
    if not possible:
        return ""
    told = " or ".join(_in_words(possible))
    few = len(told) <= _MOST_TOLD
    return f", unless {told}" if few else f", unless one of {len(possible)} other conditions holds"


def _alternatives(expression: Expression, leaf: Leaf) -> list[Expression]:
    """What stands beside a condition as an alternative, at any depth."""

    def of_node(node: AllOf | AnyOf | Not, parts: list[Found]) -> Found:
        within = [one for has, _, found in parts for one in found if has]
        here = any(has for has, _, _ in parts)
        beside = [one for has, one, _ in parts if not has] if here and isinstance(node, AnyOf) else []
        return here, node, [*within, *beside]

    found: Found = fold(expression, lambda one: (one == leaf, one, []), of_node)
    return found[2]


def _is_alike(expression: Expression, leaf: Leaf) -> bool:
    """Whether another value of the same field is compared in the same way: such are told together."""
    return (
        isinstance(expression, Condition)
        and isinstance(leaf, Condition)
        and (expression.selector, expression.operator) == (leaf.selector, leaf.operator)
    )


def _in_words(alternatives: Sequence[Expression]) -> list[str]:
    """Alternatives in words, the values of a field together."""
    values: dict[tuple[Selector, Operator], list[str]] = {}
    others = []
    for each in alternatives:
        if isinstance(each, Condition) and each.operator in _VERBS and each.value:
            values.setdefault((each.selector, each.operator), []).append(each.value.text)
        else:
            others.append(expression_text(each).strip("{ }"))
    told = [
        f"{field} exists"
        if operator is Operator.EQUAL and "*" in texts
        else f"{field} {_VERBS[operator]} {' or '.join(texts)}"
        for (field, operator), texts in values.items()
    ]
    return [*told, *dict.fromkeys(others)]


def _dropping(pattern: FilterPattern, dropped: Sequence[Leaf]) -> FilterPattern:
    """The pattern with some of its conditions taken as met."""

    def join(node: AllOf | AnyOf | Not, parts: list[Expression]) -> Expression:
        if isinstance(node, Not):
            return Not(parts[0])
        return conjunction(parts) if isinstance(node, AllOf) else disjunction(parts)

    return of_expression(fold(pattern.expression, lambda leaf: EVERYTHING if leaf in dropped else leaf, join))


def _sentences(required: FilterPattern, leaf: Leaf, candidate: FilterPattern, covers: Covers) -> list[str]:
    if not isinstance(leaf, Condition):
        return [f"needs the message to match {expression_text(leaf)}"]
    field, value = str(leaf.selector), leaf.value
    absent = of_expression(Condition(leaf.selector, Operator.NOT_EXISTS))
    if leaf.operator is Operator.NOT_EXISTS:
        return [f"does not match when {field} exists"]
    if value is None:
        return [f"does not match unless {field} {leaf.operator.value}"]
    may_be_absent = covers(all_of(required, absent), ()) is False
    if leaf.operator is Operator.EQUAL and value.text == "*":
        return [f"needs {field} to exist"]
    if leaf.operator is Operator.UNEQUAL:
        equal = of_expression(Condition(leaf.selector, Operator.EQUAL, value))
        found = [f"needs {field} to exist"] if may_be_absent else []
        if covers(all_of(required, equal), ()) is False:
            found.append(f"does not match when {field} is {value.text}")
        return found or [f"does not match unless {field} is a text or a number"]
    or_absent = " or does not exist" if may_be_absent else ""
    if leaf.operator is Operator.EQUAL:
        return [f"does not match when {field} is {_none_of(leaf, candidate)}{or_absent}"]
    return [f"does not match when {field} is not {leaf.operator.value} {value.text}{or_absent}"]


def _none_of(leaf: Condition, candidate: FilterPattern) -> str:
    """The values of a field that a filter takes one for another, as what the field is not."""
    alike: set[Expression] = {leaf, *(one for one in _alternatives(candidate.expression, leaf) if _is_alike(one, leaf))}
    known = [one for one in _leaves(candidate.expression) if one in alike]
    values = [one.value.text for one in known if isinstance(one, Condition) and one.value]
    return f"not {values[0]}" if len(values) == 1 else "none of " + ", ".join(values)
