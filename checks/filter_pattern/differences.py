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
    conjunction,
    disjunction,
    expression_text,
    fold,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Covers = Callable[[FilterPattern, Sequence[FilterPattern]], "bool | None"]

_MAXIMUM_CONDITIONS: Final = 60


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
    values = _missed_values(required, filters, covers)
    if values:
        return values
    relevant = [each for each in filters if covers(all_of(required, each), ()) is False]
    if not relevant:
        return ["matches none of the required events"]
    return min((_missing_conditions(required, each, filters, covers) for each in relevant), key=len)


def _missed_values(required: FilterPattern, filters: Sequence[FilterPattern], covers: Covers) -> list[str]:
    """Values that the required pattern lists for a field and of which only some are caught."""
    listed: dict[str, list[Condition]] = {}
    for leaf in _leaves(required.expression):
        if (
            isinstance(leaf, Condition)
            and leaf.operator is Operator.EQUAL
            and leaf.value is not None
            and leaf.value.is_exact
        ):
            listed.setdefault(str(leaf.selector), []).append(leaf)
    for selector, conditions in listed.items():
        if len(conditions) < 2 or covers(required, [of_expression(disjunction(conditions))]) is not True:  # noqa: PLR2004
            continue
        missed = [each for each in conditions if covers(all_of(required, of_expression(each)), filters) is False]
        if len(missed) < len(conditions):
            names = ", ".join(each.value.text for each in missed if each.value is not None)
            return [f"misses {selector} {names}"]
    return []


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
    for leaf in list(narrowing):
        fewer = [each for each in narrowing if each is not leaf]
        if suffices(fewer):
            narrowing = fewer
    return [sentence for leaf in narrowing for sentence in _sentences(required, leaf, covers)]


def _dropping(pattern: FilterPattern, dropped: Sequence[Leaf]) -> FilterPattern:
    """The pattern with some of its conditions taken as met."""

    def join(node: AllOf | AnyOf | Not, parts: list[Expression]) -> Expression:
        if isinstance(node, Not):
            return Not(parts[0])
        return conjunction(parts) if isinstance(node, AllOf) else disjunction(parts)

    return of_expression(fold(pattern.expression, lambda leaf: EVERYTHING if leaf in dropped else leaf, join))


def _sentences(required: FilterPattern, leaf: Leaf, covers: Covers) -> list[str]:
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
    word = "is not" if leaf.operator is Operator.EQUAL else f"is not {leaf.operator.value}"
    return [f"does not match when {field} {word} {value.text}" + (" or does not exist" if may_be_absent else "")]
