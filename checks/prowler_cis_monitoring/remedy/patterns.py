"""The filter patterns that are installed: the control's own, or as much of it as is missing, within AWS's limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from prowler_cis_monitoring.filter_pattern import FilterPattern, FilterPatternError, coverage, parse
from prowler_cis_monitoring.filter_pattern.pattern import of_expression
from prowler_cis_monitoring.filter_pattern.syntax import (
    AllOf,
    AnyOf,
    Columns,
    Condition,
    Expression,
    Form,
    Leaf,
    MessageRegex,
    Not,
    Operator,
    conjunction,
    disjunction,
    fold,
)
from prowler_cis_monitoring.records import dataclass


@dataclass(frozen=True)
class _Choice:
    """A pattern as the alternatives that it matches, and what must be true besides, written once for all of them."""

    alternatives: tuple[Expression, ...]
    before: tuple[Expression, ...] = ()
    after: tuple[Expression, ...] = ()

    @classmethod
    def of(cls, pattern: FilterPattern) -> _Choice:
        """Return a pattern by its longest list of alternatives."""
        expression = pattern.expression
        if isinstance(expression, AnyOf):
            return cls(expression.parts)
        parts = expression.parts if isinstance(expression, AllOf) else ()
        choices = [part for part in parts if isinstance(part, AnyOf)]
        if not choices:
            return cls((expression,))
        longest = max(choices, key=lambda part: len(part.parts))
        at = parts.index(longest)
        return cls(longest.parts, parts[:at], parts[at + 1 :])

    def only(self, *alternatives: Expression) -> FilterPattern:
        """Return the pattern with some of its alternatives."""
        return of_expression(conjunction([*self.before, disjunction(alternatives), *self.after]))


_OPPOSITES = {Operator.EQUAL: Operator.UNEQUAL, Operator.UNEQUAL: Operator.EQUAL}


@lru_cache(maxsize=256)
def sparing(pattern: FilterPattern, exclusions: tuple[FilterPattern, ...], demanded: FilterPattern) -> FilterPattern:
    """Return a pattern that leaves alone what the user has approved to pass unnoticed.

    Args:
        pattern: the whole pattern.
        exclusions: what the user has approved.
        demanded: what has to be matched nevertheless.

    Returns:
        The whole pattern where the language, in the length that AWS allows, has no spelling for it: only comparisons by
        `=` and `!=` can be turned into their opposites.
    """
    for with_missing in (False, True):
        spared = [_opposite(exclusion.expression, with_missing=with_missing) for exclusion in exclusions]
        known = [one for one in spared if one is not None]
        if not exclusions or len(known) < len(spared):
            break
        found = of_expression(conjunction([pattern.expression, *known]))
        if _is_allowed(found) and coverage(demanded, [found]).verdict == "covered":
            return found
    return pattern


def _is_allowed(pattern: FilterPattern) -> bool:
    """Whether AWS takes a pattern: the parser knows its limits on characters, wildcards and regular expressions."""
    try:
        parse(str(pattern))
    except FilterPatternError:
        return False
    return True


def has_regex(text: str) -> bool:
    """Whether a pattern holds a regular expression; a text that is no pattern holds none."""
    try:
        expression = parse(text).expression
    except FilterPatternError:
        return False
    return fold(expression, _is_regex, lambda _, parts: any(parts))


def _is_regex(leaf: Leaf) -> bool:
    if isinstance(leaf, Condition):
        return leaf.value is not None and leaf.value.form is Form.REGEX
    if isinstance(leaf, Columns):
        columns = (test for column in leaf.columns for tests in column.alternatives for test in tests)
        return any(test.value.form is Form.REGEX for test in columns)
    return isinstance(leaf, MessageRegex)


def _opposite(expression: Expression, *, with_missing: bool) -> Expression | None:
    """Return what a pattern does not match; None where that cannot be written.

    Args:
        expression: the pattern.
        with_missing: whether to say of each field that is compared that it may be missing.
    """

    def of_leaf(leaf: Leaf) -> Expression | None:
        if not isinstance(leaf, Condition) or leaf.operator not in _OPPOSITES:
            return None
        turned = Condition(leaf.selector, _OPPOSITES[leaf.operator], leaf.value)
        if not with_missing or leaf.operator is Operator.UNEQUAL:
            return turned
        return disjunction([turned, Condition(leaf.selector, Operator.NOT_EXISTS)])

    def of_parts(node: AllOf | AnyOf | Not, parts: Sequence[Expression | None]) -> Expression | None:
        known = [part for part in parts if part is not None]
        if isinstance(node, Not) or len(known) < len(parts):
            return None
        return disjunction(known) if isinstance(node, AllOf) else conjunction(known)

    return fold(expression, of_leaf, of_parts)


def narrowed(pattern: FilterPattern, is_missing: Callable[[FilterPattern], bool], text: str = "") -> tuple[str, ...]:
    """Return the texts of patterns that together match what is missing of a pattern, each as long as AWS allows.

    Args:
        pattern: the whole pattern.
        is_missing: whether nobody is told of what a piece of it matches.
        text: how the whole is written where all of it is missing, and it is short enough; empty for its usual text.
    """
    choice = _Choice.of(pattern)
    missing = tuple(one for one in choice.alternatives if is_missing(choice.only(one)))
    if missing == choice.alternatives and _is_allowed(pattern):
        return (text or str(pattern),)
    return tuple(_packed(choice, missing))


def _packed(choice: _Choice, alternatives: Sequence[Expression]) -> Iterator[str]:
    packed: list[Expression] = []
    for one in alternatives:
        if packed and not _is_allowed(choice.only(*packed, one)):
            yield str(choice.only(*packed))
            packed = []
        packed.append(one)
    if packed:
        yield str(choice.only(*packed))
