"""What people write for a filter pattern that is none, and what they meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_OF_WORD_PROCESSORS = "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}"
# In double quotes a shell takes $.eventName for a variable and leaves .eventName; \\$ is how one keeps it there.
_LEFT_BY_A_SHELL = re.compile(r"^\{[\s(]*(?:\\\$)?\.\w|\\\$\.")
# What a text, and the place where it is no pattern any more, tell of what was meant.
_SLIPS: Mapping[Callable[[str, int], bool], str] = {
    lambda text, _: text.strip() == "{" or bool(_LEFT_BY_A_SHELL.search(text)): "Quote the pattern: '{ … }'",
    lambda text, at: text[at : at + 1] in tuple(_OF_WORD_PROCESSORS): 'Type straight quotation marks: "',
    lambda text, at: text[at - 1 : at + 1] == "==": "One equals sign compares: =",
    lambda text, at: text[at : at + 2] == "$." and "{" not in text[:at]: "A pattern of fields has braces: { … }",
}


def advices(text: str, position: int) -> list[str]:
    """Return what to write instead, a sentence each; none where nobody knows.

    Args:
        text: what is no pattern.
        position: the 0-based column from which on it is none.
    """
    return [advice for slip, advice in _SLIPS.items() if slip(text, position)]
