"""AWS's own pattern matcher beside ours: do both say the same, and which required records did no filter match?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from prowler_cis_monitoring.alert_path.languages.json_text import JsonTextError, read_json
from prowler_cis_monitoring.alert_path.resources import Unread
from prowler_cis_monitoring.filter_pattern import FilterPatternError, parse
from prowler_cis_monitoring.records import dataclass

MOST_RECORD = 300_000
"""Characters of a log event that are read; CloudWatch Logs takes no more than 256 KB."""


@dataclass(frozen=True)
class Answer:
    """What AWS's matcher said of one pattern.

    Attributes:
        filter_name: the metric filter's name; empty for the pattern of the events that are required.
        pattern: the pattern's text.
        matched: the log lines that it matches.
        left_out: the log lines that it does not match, as far as that is certain.
    """

    filter_name: str
    pattern: str
    matched: frozenset[str]
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Disagreement:
    """A record of which AWS's matcher and ours do not say the same."""

    filter_name: str
    pattern: str
    record: Mapping[str, Any] = field(hash=False)
    matched_by_aws: bool


@dataclass(frozen=True)
class Matching:
    """What came of asking AWS's matcher.

    Attributes:
        compared: how many answers were compared (count).
        disagreements: where both do not say the same.
        unmatched: required records of the last day that no metric filter of their log group matched.
        unread: the calls that gave no answer.
    """

    compared: int = 0
    disagreements: tuple[Disagreement, ...] = ()
    unmatched: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True)
class Found:
    """What FilterLogEvents found with one pattern; `whole` says whether it looked through the whole time."""

    filter_name: str
    pattern: str
    lines: frozenset[str]
    whole: bool


def answers_of(found: Sequence[Found]) -> tuple[Answer, ...]:
    """Return what searches of one log group and time say of each other's log lines."""
    every = frozenset[str]().union(*(one.lines for one in found))
    return tuple(
        Answer(one.filter_name, one.pattern, one.lines, every - one.lines if one.whole else frozenset())
        for one in found
    )


def unmatched(required: Found, filters: Sequence[Found]) -> tuple[Mapping[str, Any], ...]:
    """Return the required records that no filter matched; none while a search of a filter was broken off."""
    if not all(one.whole for one in filters):
        return ()
    left = required.lines.difference(*(one.lines for one in filters))
    return tuple(record for line in sorted(left) if (record := _record(line)) is not None)


def compared(answers: Iterable[Answer]) -> tuple[int, tuple[Disagreement, ...]]:
    """Return how many answers of AWS's matcher were compared with ours, and those that differ."""
    number = 0
    found = []
    for answer in answers:
        try:
            pattern = parse(answer.pattern)
        except FilterPatternError:
            continue  # Unreadable patterns are told of by the verdict itself.
        for line, by_aws in [*((line, True) for line in answer.matched), *((line, False) for line in answer.left_out)]:
            record = _record(line)
            if record is None:
                continue
            number += 1
            if pattern.matches(line) is not by_aws:
                found.append(Disagreement(answer.filter_name, answer.pattern, record, by_aws))
    return number, tuple(found)


def _record(line: str) -> Mapping[str, Any] | None:
    try:
        record = read_json(line, most=MOST_RECORD, twice=True)
    except JsonTextError:
        return None
    return record if isinstance(record, dict) else None
