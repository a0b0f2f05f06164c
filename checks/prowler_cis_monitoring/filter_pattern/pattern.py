"""A filter pattern as the rest of the program sees it, and the ways to combine patterns."""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.filter_pattern import matching
from prowler_cis_monitoring.filter_pattern.apart import Texts, texts_demanded
from prowler_cis_monitoring.filter_pattern.parser import parse_expression
from prowler_cis_monitoring.filter_pattern.syntax import (
    Expression,
    Not,
    Program,
    conjunction,
    disjunction,
    expression_text,
    program,
)
from prowler_cis_monitoring.filter_pattern.work import kept
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prowler_cis_monitoring.filter_pattern.work import Work


# Of a pattern, with its tree and its program, estimated.
_BYTES_OF_A_CHARACTER = 50


@dataclass(frozen=True, eq=False)
class FilterPattern:
    """A filter pattern. Equal patterns have equal text; ``parse(str(pattern)) == pattern`` for every parsed pattern.

    Attributes:
        expression: Its syntax tree.
    """

    expression: Expression = field(repr=False)

    @cached_property
    def text(self) -> str:
        """The canonical text."""
        return expression_text(self.expression)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FilterPattern) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"FilterPattern({self.text!r})"

    @cached_property
    def program(self) -> Program:
        """The compiled expression."""
        return program(self.expression)

    @cached_property
    def effort(self) -> int:
        """Units of work that matching a record may take."""
        return sum(leaf.effort for leaf, _, _ in self.program[1])

    @cached_property
    def texts(self) -> Texts:
        """The texts of which fields must hold one for an event to match, as far as they are easy to see."""
        return texts_demanded(self.expression)

    def matches(
        self,
        event: Mapping[str, Any] | str | matching.Message,
        reading: matching.Reading = matching.PLAUSIBLE,
        work: Work | None = None,
    ) -> bool:
        """Whether the pattern matches an event.

        Args:
            event: The parsed record, or the raw log line (JSON or free text); a message of them to ask of it often.
            reading: What to assume where AWS documents nothing; the most plausible choices unless told otherwise.
            work: What many questions may take together; None for as much as it takes.

        Returns:
            Whether it matches.
        """
        return matching.matches(self.program, event, reading, work)

    def __str__(self) -> str:
        return self.text


@kept(lambda key, _pattern: _BYTES_OF_A_CHARACTER * (10 + len(key[0])))
def parse(text: str) -> FilterPattern:
    """Read a CloudWatch Logs filter pattern.

    Args:
        text: The pattern as given to ``PutMetricFilter``.

    Returns:
        The pattern.

    Raises:
        FilterPatternError: CloudWatch Logs would reject it; the error knows the column and what was expected there.
    """
    return of_expression(parse_expression(text))


def of_expression(expression: Expression) -> FilterPattern:
    """Wrap a syntax tree.

    Args:
        expression: The tree.

    Returns:
        The pattern.
    """
    return FilterPattern(expression)


def all_of(*patterns: FilterPattern) -> FilterPattern:
    """The events that all patterns match.

    Args:
        patterns: Patterns of any kinds; with none, every event.

    Returns:
        The combined pattern, which need not fit the limits of AWS.
    """
    return of_expression(conjunction([pattern.expression for pattern in patterns]))


def any_of(*patterns: FilterPattern) -> FilterPattern:
    """The events that some pattern matches.

    Args:
        patterns: Patterns of any kinds; with none, no event.

    Returns:
        The combined pattern, which need not fit the limits of AWS.
    """
    return of_expression(disjunction([pattern.expression for pattern in patterns]))


def without(required: FilterPattern, *exclusions: FilterPattern) -> FilterPattern:
    """The events that one pattern matches and none of the exclusions does.

    Args:
        required: The pattern to narrow.
        exclusions: What need not be matched.

    Returns:
        The combined pattern; AWS has no spelling for it, so its text cannot be parsed.
    """
    return of_expression(conjunction([required.expression, *(Not(exclusion.expression) for exclusion in exclusions)]))


EVERYTHING = parse("")
NOTHING = any_of()
