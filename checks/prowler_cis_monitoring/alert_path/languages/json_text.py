"""JSON that somebody else wrote: read within bounds, so that no text can exhaust the stack or the memory."""

from __future__ import annotations

import json
from typing import Any

MOST_DEPTH = 32
"""Levels of nesting; AWS's own documents have ten at most."""


class JsonTextError(ValueError):
    """A text that is no JSON, or too hard to read; the message says which, as the end of "… the text is"."""


def read_json(text: str, *, most: int, twice: bool = False) -> Any:  # noqa: ANN401 - any JSON value
    """Read a JSON text.

    Args:
        text: the text.
        most: the characters that it may have (count).
        twice: whether an object may name a key twice; the last one then counts.

    Raises:
        JsonTextError: the text is no JSON, too long, nested too deeply, or names a key twice.
    """
    if len(text) > most:
        raise JsonTextError(f"longer than {most} characters")
    try:
        read = json.loads(text, object_pairs_hook=None if twice else _unique, parse_constant=_refuse)
    except JsonTextError:
        raise
    except ValueError:
        raise JsonTextError("no JSON") from None
    except RecursionError:
        raise JsonTextError("nested too deeply") from None
    _check_depth(read)
    return read


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise JsonTextError("naming a key twice, of which AWS does not say what it means")
    return made


def _refuse(constant: str) -> None:
    raise JsonTextError(f"no JSON: {constant} is none of its numbers")


def _check_depth(read: object) -> None:
    level = [read]
    for _ in range(MOST_DEPTH):
        inner = [one for one in level if isinstance(one, (dict, list))]
        level = [value for one in inner for value in (one.values() if isinstance(one, dict) else one)]
        if not level:
            return
    raise JsonTextError("nested too deeply")
