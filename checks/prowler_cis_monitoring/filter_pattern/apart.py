"""Patterns that one event cannot match because each wants other texts in the same field: seen without a search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from prowler_cis_monitoring.filter_pattern.syntax import AllOf, AnyOf, Condition, Expression, Leaf, Not, Operator, fold

if TYPE_CHECKING:
    from collections.abc import Sequence

# The texts of which a field must hold one, by selector; a selector that is not there may hold anything.
Texts: TypeAlias = "dict[str, frozenset[str]]"
_TRUTHS = ("true", "false")


class Demanding(Protocol):
    """What knows the texts of which fields must hold one for an event to match it."""

    @property
    def texts(self) -> Texts:
        """By selector."""


def are_apart(one: Demanding, other: Demanding) -> bool:
    """Whether some field would have to hold two different texts; False says nothing."""
    left, right = one.texts, other.texts
    return any(texts.isdisjoint(right[selector]) for selector, texts in left.items() if selector in right)


def texts_demanded(expression: Expression) -> Texts:
    """Return the texts of which fields must hold one for an event to match, as far as they are easy to see."""
    return fold(expression, _of_leaf, _of_join)


def _of_leaf(leaf: Leaf) -> Texts:
    if not isinstance(leaf, Condition) or leaf.operator is not Operator.EQUAL or leaf.selector.wildcard_at is not None:
        return {}
    value = leaf.value
    # Only of a word is it certain that no number and no truth value equals it and another text as well.
    if value is None or not value.is_exact or not value.text[:1].isalpha() or value.text.lower() in _TRUTHS:
        return {}
    return {str(leaf.selector): frozenset((value.text,))}


def _of_join(node: AllOf | AnyOf | Not, parts: Sequence[Texts]) -> Texts:
    if isinstance(node, Not) or not parts:
        return {}
    if isinstance(node, AnyOf):
        common = set(parts[0]).intersection(*parts[1:])
        return {selector: frozenset().union(*(part[selector] for part in parts)) for selector in common}
    found: Texts = {}
    for part in parts:
        for selector, texts in part.items():
            found[selector] = found[selector] & texts if selector in found else texts
    return found
