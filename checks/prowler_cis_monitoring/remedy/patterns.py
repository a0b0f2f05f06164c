"""The filter patterns that are installed: the control's own, or as much of it as is missing, within AWS's limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from prowler_cis_monitoring.filter_pattern import FilterPattern, parse
from prowler_cis_monitoring.filter_pattern.pattern import of_expression
from prowler_cis_monitoring.filter_pattern.syntax import AllOf, AnyOf, conjunction, disjunction

LONGEST = 1024
"""CloudWatch Logs API, PutMetricFilter.filterPattern (characters)."""


@lru_cache(maxsize=256)
def pieces(text: str) -> tuple[FilterPattern, ...]:
    """Return patterns that together match what a pattern matches: one for each of its alternatives."""
    pattern = parse(text)
    expression = pattern.expression
    if isinstance(expression, AnyOf):
        return tuple(of_expression(part) for part in expression.parts)
    if isinstance(expression, AllOf):
        choices = [part for part in expression.parts if isinstance(part, AnyOf)]
        if len(choices) == 1:
            return tuple(
                of_expression(conjunction([piece if part is choices[0] else part for part in expression.parts]))
                for piece in choices[0].parts
            )
    return (pattern,)


def narrowed(text: str, is_missing: Callable[[FilterPattern], bool]) -> tuple[str, ...]:
    """Return the texts of patterns that together match what is missing of a pattern, each as long as AWS allows.

    Args:
        text: the whole pattern; it is returned as it stands where all of it is missing and it is short enough.
        is_missing: whether nobody is told of what a piece of it matches.
    """
    all_pieces = pieces(text)
    missing = tuple(piece for piece in all_pieces if is_missing(piece))
    if missing == all_pieces and len(text) <= LONGEST:
        return (text,)
    return tuple(_packed(missing))


def _packed(parts: tuple[FilterPattern, ...]) -> Iterator[str]:
    packed: list[FilterPattern] = []
    for part in parts:
        if packed and len(_joined([*packed, part])) > LONGEST:
            yield _joined(packed)
            packed = []
        packed.append(part)
    if packed:
        yield _joined(packed)


def _joined(parts: list[FilterPattern]) -> str:
    return str(of_expression(disjunction([part.expression for part in parts])))
