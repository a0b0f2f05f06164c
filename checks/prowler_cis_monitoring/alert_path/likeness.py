"""What was a metric filter meant for? Chooses the path a finding speaks of, never the verdict."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from prowler_cis_monitoring.alert_path.accounts import coverage_everywhere
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.filter_pattern import FilterPattern, all_of, parse

# From which likeness on a filter counts as a try at what is asked for.
_ALIKE_ENOUGH = 0.3
_MOSTLY = 0.5
_EVENT_NAME = re.compile(r'\$\.eventName = "?(\w+)')
_WORD = re.compile(r"[\w$.*:/-]+")
_WORDS_OF_THE_LANGUAGE = {"EXISTS", "NOT", "IS", "TRUE", "FALSE", "NULL"}


@lru_cache(maxsize=4096)
def alike(required: FilterPattern, matched: FilterPattern) -> bool:
    """Whether a filter looks like a try at a demand, or at a part of it.

    Args:
        required: the events asked for.
        matched: the filter's pattern.
    """
    return not _is_of_another(required, matched) and (
        max(in_words(required, matched), _in_deeds(required, matched)) >= _ALIKE_ENOUGH or is_share(required, matched)
    )


@lru_cache(maxsize=4096)
def in_words(required: FilterPattern, matched: FilterPattern) -> float:
    """Return the share of common selectors and values, from 0 to 1."""
    wanted, meant = _words(required), _words(matched)
    return len(wanted & meant) / len(wanted | meant)


@lru_cache(maxsize=4096)
def is_share(required: FilterPattern, matched: FilterPattern) -> bool:
    """Whether most of the values that a filter names are asked for: one of many filters that share a demand."""
    named = _values(matched)
    return bool(named) and len(named & _values(required)) / len(named) > _MOSTLY


@lru_cache(maxsize=4096)
def _is_of_another(required: FilterPattern, matched: FilterPattern) -> bool:
    """Whether a filter looks more like a try at another control than at this demand."""
    own, *others = sorted(_controls(), key=lambda patterns: in_words(required, patterns[0]), reverse=True)
    here = (required, *own)
    asked_for = frozenset[str]().union(*map(_values, here))
    alike_here = max(in_words(pattern, matched) for pattern in here)

    def is_of(other: tuple[FilterPattern, ...]) -> bool:
        # The name of a field alone tells nothing: what it is compared with must be the other's.
        shared = _values(matched) & frozenset[str]().union(*map(_values, other)) - asked_for
        return bool(shared) and max(in_words(pattern, matched) for pattern in other) > max(alike_here, _ALIKE_ENOUGH)

    return any(map(is_of, others))


@lru_cache(maxsize=1)
def _controls() -> tuple[tuple[FilterPattern, ...], ...]:
    """Return the required and the suggested pattern of each control."""
    return tuple((parse(one.required_pattern), parse(one.suggested_pattern)) for one in CONTROLS.values())


@lru_cache(maxsize=4096)
def _in_deeds(required: FilterPattern, matched: FilterPattern) -> float:
    """Return the share of sample events that a filter catches, from 0 to 1."""
    samples = _samples(required)
    return sum(matched.matches(event) for event in samples) / len(samples) if samples else 0.0


@lru_cache(maxsize=64)
def _samples(required: FilterPattern) -> tuple[dict[str, Any], ...]:
    """Return a required event for each event name in the pattern, or one event when it names none."""
    names = dict.fromkeys(_EVENT_NAME.findall(str(required)))
    narrowed = [all_of(required, parse(f"{{ $.eventName = {name} }}")) for name in names] or [required]
    events = (coverage_everywhere(one, ()).missed_event for one in narrowed)
    return tuple(event for event in events if event is not None)


@lru_cache(maxsize=4096)
def _words(pattern: FilterPattern) -> frozenset[str]:
    """Return the selectors and values of a pattern, by which one sees what it was written for."""
    return frozenset(_WORD.findall(str(pattern)))


def _values(pattern: FilterPattern) -> frozenset[str]:
    words = _words(pattern) - _WORDS_OF_THE_LANGUAGE
    return frozenset(word for word in words if not word.startswith("$") and word != "*")
