"""Wildcards of AWS's policy languages, matched without regular expressions: no text can make it take long."""

from __future__ import annotations


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches a whole text: `*` stands for any characters, `?` for exactly one.

    Takes at most len(pattern) + len(text) * min(len(pattern), len(text)) steps.

    Source: IAM User Guide, "IAM JSON policy elements: String condition operators" and "Resource".
    """
    first, *rest = pattern.split("*")
    if not rest:
        return len(pattern) == len(text) and _stands_at(pattern, text, 0)
    *middle, last = rest
    end = len(text) - len(last)
    # What must stand there in any case; a pattern longer than the text is settled here.
    if len(pattern) - len(rest) > len(text) or not (_stands_at(first, text, 0) and _stands_at(last, text, end)):
        return False
    at = len(first)
    for piece in middle:
        at = _found(piece, text, at, end)
        if at < 0:
            return False
        at += len(piece)
    return at <= end


def _found(piece: str, text: str, start: int, end: int) -> int:
    """Where a piece first stands in text[start:end], -1 when nowhere: the earliest place leaves most to the others."""
    if "?" not in piece:
        return text.find(piece, start, end)
    places = range(start, end - len(piece) + 1)
    return next((place for place in places if _stands_at(piece, text, place)), -1)


def _stands_at(piece: str, text: str, place: int) -> bool:
    if "?" not in piece:
        return text.startswith(piece, place)
    found = text[place : place + len(piece)]
    return len(found) == len(piece) and all(p in ("?", t) for p, t in zip(piece, found, strict=True))
