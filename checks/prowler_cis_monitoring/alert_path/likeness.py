"""What was a metric filter meant for? Chooses the path a finding speaks of, never the verdict."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from prowler_cis_monitoring.alert_path.accounts import coverage_everywhere
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.filter_pattern import FilterPattern, all_of, parse
from prowler_cis_monitoring.filter_pattern.events import telling
from prowler_cis_monitoring.filter_pattern.work import SpentError, Work, kept, remembered

# From which likeness on a filter counts as a try at what is asked for.
_ALIKE_ENOUGH = 0.3
_MOSTLY = 0.5
_BYTES = 200  # of an answer, estimated
_EVENT_NAME = re.compile(r'\$\.eventName = "?(\w+)')
_WORD = re.compile(r"[\w$.*:/-]+")
_WORDS_OF_THE_LANGUAGE = {"EXISTS", "NOT", "IS", "TRUE", "FALSE", "NULL"}


def _texts(key: tuple[str, ...], _answer: object) -> int:
    return _BYTES + sum(map(len, key))


def alike(required: FilterPattern, matched: FilterPattern, work: Work) -> bool:
    """Whether a filter looks like a try at a demand, or at a part of it.

    Args:
        required: the events asked for.
        matched: the filter's pattern.
        work: how much may be done to find out what it catches.
    """
    if _is_of_another(required.text, matched.text):
        return False
    if in_words(required, matched) >= _ALIKE_ENOUGH or is_share(required, matched):
        return True
    try:
        return _in_deeds(work, required, matched) >= _ALIKE_ENOUGH
    except SpentError:
        return False


def in_words(required: FilterPattern, matched: FilterPattern) -> float:
    """Return the share of common selectors and values, from 0 to 1."""
    return _in_words(required.text, matched.text)


@kept(_texts)
def _in_words(required: str, matched: str) -> float:
    wanted, meant = _words(required), _words(matched)
    return len(wanted & meant) / len(wanted | meant)


def is_share(required: FilterPattern, matched: FilterPattern) -> bool:
    """Whether most of the values that a filter names are asked for: one of many filters that share a demand."""
    named = _values(matched.text)
    return bool(named) and len(named & _values(required.text)) / len(named) > _MOSTLY


@kept(_texts)
def _is_of_another(required: str, matched: str) -> bool:
    """Whether a filter looks more like a try at another control than at this demand."""
    here, others = _neighbours(required)
    values = _values(matched)
    # The name of a field alone tells nothing: what it is compared with must be the other's.
    sharing = [patterns for patterns, own in others if not values.isdisjoint(own)]
    if not sharing:
        return False
    least = max(_ALIKE_ENOUGH, *(_in_words(pattern, matched) for pattern in here))
    return any(_in_words(pattern, matched) > least for patterns in sharing for pattern in patterns)


@lru_cache(maxsize=64)
def _neighbours(required: str) -> tuple[tuple[str, ...], tuple[tuple[tuple[str, ...], frozenset[str]], ...]]:
    """Return the patterns of the demand's own control, and those of the others with the values that only they name."""
    own, *others = sorted(_controls(), key=lambda patterns: _in_words(required, patterns[0]), reverse=True)
    here = (required, *own)
    asked_for = frozenset[str]().union(*map(_values, here))
    return here, tuple((other, frozenset[str]().union(*map(_values, other)) - asked_for) for other in others)


@lru_cache(maxsize=1)
def _controls() -> tuple[tuple[str, ...], ...]:
    """Return the required and the suggested pattern of each control."""
    return tuple((parse(one.required_pattern).text, parse(one.suggested_pattern).text) for one in CONTROLS.values())


@remembered(lambda _key, _share: _BYTES)
def _in_deeds(work: Work, required: FilterPattern, matched: FilterPattern) -> float:
    """Return the share of sample events that a filter catches, from 0 to 1."""
    events = samples(required)
    return sum(matched.matches(event, work=work) for event in events) / len(events) if events else 0.0


@lru_cache(maxsize=64)
def samples(required: FilterPattern) -> tuple[dict[str, Any], ...]:
    """Return a required event for each event name in the pattern, or one when it names none; not to be changed."""
    names = dict.fromkeys(_EVENT_NAME.findall(str(required)))
    events = [_sample(required, name) for name in names] or [coverage_everywhere(required, ()).missed_event]
    return tuple(event for event in events if event is not None)


def _sample(required: FilterPattern, name: str) -> dict[str, Any] | None:
    # A known record need not be searched for.
    known = next((event for event in telling(required) if event["eventName"] == name), None)
    return known or coverage_everywhere(all_of(required, parse(f"{{ $.eventName = {name} }}")), ()).missed_event


@kept(lambda key, words: len(key[0]) + _BYTES * (1 + len(words)))
def _words(pattern: str) -> frozenset[str]:
    """Return the selectors and values of a pattern, by which one sees what it was written for."""
    return frozenset(_WORD.findall(pattern))


@kept(lambda key, values: len(key[0]) + _BYTES * (1 + len(values)))
def _values(pattern: str) -> frozenset[str]:
    words = _words(pattern) - _WORDS_OF_THE_LANGUAGE
    return frozenset(word for word in words if not word.startswith("$") and word != "*")
