"""How much work one account is worth: what is in it may be hostile, and must not hold up a scan.

Each control has a share of its own, so that its verdict does not depend on which other controls are asked about.
"""

from __future__ import annotations

from dataclasses import field

from prowler_cis_monitoring.filter_pattern.work import Work
from prowler_cis_monitoring.records import dataclass

UNITS_OF_OVERLAPS = 50_000
"""Of the questions whether filters concern one control."""
UNITS_OF_COVERAGES = 300_000
"""Of the questions whether filters cover one control: a whole question that is too hard, and the tries with few filters
after it, so that whoever adds hard filters takes nothing from those that work."""
UNITS_OF_LIKENESS = 10_000
"""Of matching sample events of one control with filters, to see what they were meant for."""
UNITS_OF_PAIRS = 500_000
"""Of the questions whether one event may match two filters of an account."""
UNITS_OF_DEFAULTS = 100_000
"""Of the questions whether any event leaves a filter out, so that its default value is published."""
UNITS_OF_EVERYDAY = 1_000_000
"""Of matching everyday events with what the trails of an account record, and with its filters."""


@dataclass(frozen=True)
class Allowance:
    """The work that may be done for one control in one account.

    Attributes:
        overlaps: for the questions which paths concern it.
        coverages: for the questions what they cover.
        likeness: for finding out what their filters are meant for.
    """

    overlaps: Work = field(default_factory=lambda: Work(UNITS_OF_OVERLAPS))
    coverages: Work = field(default_factory=lambda: Work(UNITS_OF_COVERAGES))
    likeness: Work = field(default_factory=lambda: Work(UNITS_OF_LIKENESS))
