"""What the values of fields tell of the message as a text, and of patterns on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from prowler_cis_monitoring.filter_pattern.matching import Reading, text_equals, text_matches
from prowler_cis_monitoring.filter_pattern.syntax import Form, Leaf, MessageRegex, Operator, Sign, Terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prowler_cis_monitoring.filter_pattern.formulas import Test
    from prowler_cis_monitoring.filter_pattern.syntax import Term


def held_texts(test: Test, node: object, reading: Reading) -> list[str]:
    """Texts that every value shares which passes a test that this node passes.

    Args:
        test: The test.
        node: A string that passes.
        reading: How wildcards are matched.

    Returns:
        The pieces between the stars.
    """
    value = test.value
    if test.operator is not Operator.EQUAL or value is None or value.form is Form.REGEX or not isinstance(node, str):
        return []
    if test.texts is not None:
        return [node] if node in test.texts else []
    return [piece for piece in value.text.split("*") if piece] if text_equals(value, node, reading) else []


_PLAIN: Final = re.compile(r"[A-Za-z0-9 _.,:;=@*+-]*")


def text_outcome(leaf: Leaf, fragments: Iterable[str]) -> bool | None:
    """Whether a pattern on the text matches every message that contains some texts, or none.

    Only texts count that every JSON writer writes the same way.

    Args:
        leaf: The pattern.
        fragments: Texts that the message certainly contains.

    Returns:
        None when the texts do not decide it.
    """
    certain = [fragment for fragment in fragments if _PLAIN.fullmatch(fragment)]
    if isinstance(leaf, MessageRegex):
        found = not set("^$") & set(leaf.text) and any(text_matches(leaf, fragment) for fragment in certain)
        return True if found else None
    if not isinstance(leaf, Terms):
        # Whether a space-delimited pattern must name every column of a line is not documented.
        return None
    # No text that may be contained goes over the end of a line.
    lines = "\n".join(certain)
    contained = [term for term in leaf.terms if term.text in lines and "\n" not in term.text]
    if any(term.sign is Sign.ABSENT for term in contained):
        return False
    optional = [term for term in leaf.terms if term.sign is Sign.OPTIONAL]
    if len(optional) == len(leaf.terms):
        return True if contained else None
    return True if len(contained) == len(leaf.terms) or _holds_all(leaf, contained) else None


def _holds_all(leaf: Terms, contained: Sequence[Term]) -> bool:
    found = set(contained)
    return all(term in found for term in leaf.terms if term.sign is not Sign.OPTIONAL)
