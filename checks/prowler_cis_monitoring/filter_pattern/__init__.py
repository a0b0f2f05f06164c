"""The filter-pattern language of CloudWatch Logs: parse it, match events, decide coverage.

Knows nothing of AWS calls or of Prowler.
"""

from prowler_cis_monitoring.filter_pattern.coverage import Coverage, coverage, overlaps
from prowler_cis_monitoring.filter_pattern.everyday import EVERYDAY_EVENTS, EverydayEvent
from prowler_cis_monitoring.filter_pattern.facts import FACTS, EventFact, FieldFact
from prowler_cis_monitoring.filter_pattern.parser import FilterPatternError
from prowler_cis_monitoring.filter_pattern.pattern import (
    EVERYTHING,
    NOTHING,
    FilterPattern,
    all_of,
    any_of,
    parse,
    without,
)

__all__ = [
    "EVERYDAY_EVENTS",
    "EVERYTHING",
    "FACTS",
    "NOTHING",
    "Coverage",
    "EventFact",
    "EverydayEvent",
    "FieldFact",
    "FilterPattern",
    "FilterPatternError",
    "all_of",
    "any_of",
    "coverage",
    "overlaps",
    "parse",
    "without",
]
