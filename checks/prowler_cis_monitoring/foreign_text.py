"""The one way to show text that somebody else wrote: names, patterns, ARNs and errors of the scanned account.

Whoever may name an alarm writes into our sentences, terminals and reports. What is shown has no character that moves a
cursor, reorders or hides text, and cannot be read as a part of our own sentence. It knows nothing of AWS.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

MOST_OF_A_NAME: Final = 80
MOST_OF_A_TEXT: Final = 600
# What a name may consist of without being quoted: no blank, no comma, no arrow, and no full stop at its end.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_$@+*./:=~%#&\[\]-]*[A-Za-z0-9_$@+*/~%\]-]")
# Letters and symbols that Unicode calls printable and that show nothing.
_INVISIBLE: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_MOST_MARKS: Final = 2
# OWASP, "CSV Injection"; those that no table shows are escaped before. Of nothing ("") this is true as well.
_BEGINS_A_FORMULA: Final = "=+-@\uff1d\uff0b\uff0d\uff20"
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def shown(text: str, most: int = MOST_OF_A_NAME) -> str:
    """Return foreign text for a sentence.

    Args:
        text: a name, an ARN, a pattern or any other value.
        most: from how many characters on it is shortened (count).

    Returns:
        The text on one line, in quotation marks unless it is a plain name; of a long one the beginning and the number
        of its characters.
    """
    if len(text) <= most and _PLAIN.fullmatch(text):
        return text
    head = text if len(text) <= most else f"{text[: most - 1]}\N{HORIZONTAL ELLIPSIS}"
    length = "" if len(text) <= most else f" ({len(text):,} characters)"
    if "\\" not in head and '"' in head and "'" not in head:
        return f"'{harmless(head, 2 * most)}'{length}"
    escaped = head.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{harmless(escaped, 2 * most)}"{length}'


def pattern_shown(text: str, most: int = 160) -> str:
    """Return a filter pattern for a sentence: one in braces or brackets needs no quotation marks.

    Args:
        text: the pattern's canonical text, in which quotation marks are matched.
        most: from how many characters on it is shortened (count).
    """
    if len(text) <= most and text[:1] + text[-1:] in ("{}", "[]"):
        return harmless(text)
    return shown(text, most)


def standing_alone(text: str) -> str:
    """Return foreign text for a field of its own, such as a cell of a table: no spreadsheet takes it for a formula.

    Args:
        text: a name, an ARN or a Region.
    """
    told = harmless(text)
    return f'"{told}"' if told.lstrip()[:1] in _BEGINS_A_FORMULA else told


def harmless(text: str, most: int = MOST_OF_A_TEXT, keep: str = "") -> str:
    r"""Return text of ours that may hold foreign text: characters that control, reorder or hide text are escaped.

    Args:
        text: any text.
        most: how many characters are returned at most (count).
        keep: characters that are left as they are, such as a line feed in a log.

    Returns:
        The text with `\u202e` in place of such a character. What is harmless already is returned unchanged.
    """
    if len(text) <= most and text.isascii() and text.isprintable():
        return text
    marks, length, made = 0, 0, []
    for character in text[: most + 1]:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        hidden = not character.isprintable() or character in _INVISIBLE or marks > _MOST_MARKS
        made.append(_escape(character) if hidden and character not in keep else character)
        length += len(made[-1])
        if length > most:
            while length >= most:
                length -= len(made.pop())
            return "".join(made) + "\N{HORIZONTAL ELLIPSIS}"
    return "".join(made)


def without_surrogates(value: Any) -> Any:  # noqa: ANN401 - JSON values
    r"""Return JSON values with each lone surrogate escaped: no JSON text and no file in UTF-8 can hold one.

    Args:
        value: dictionaries, lists, tuples and plain values, raw text of an account among them.

    Returns:
        The same, equal but for `\ud800` in place of such a character.
    """
    if isinstance(value, str):
        return value if value.isascii() else _SURROGATES.sub(lambda found: _escape(found[0]), value)
    if isinstance(value, dict):
        return {without_surrogates(key): without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_surrogates(item) for item in value]
    return value


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the last code of four digits
