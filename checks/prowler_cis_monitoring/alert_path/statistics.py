"""The statistics of CloudWatch over the samples of one period."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import accumulate

Samples = Sequence[tuple[float, int]]
"""Values with how often each was published."""

_PERCENTILE = re.compile(r"p(\d{1,3}(?:\.\d+)?)")
_HUNDRED = 100.0


def is_known(statistic: str) -> bool:
    """Whether `statistic_of` can compute it; trimmed and winsorised statistics and the like it cannot."""
    return statistic in ("Sum", "SampleCount", "Average", "Minimum", "Maximum") or percentile(statistic) is not None


def percentile(statistic: str) -> float | None:
    """The percentage of a percentile statistic such as `p99.9`, None for every other."""
    found = _PERCENTILE.fullmatch(statistic)
    return float(found[1]) if found and float(found[1]) <= _HUNDRED else None


def samples_for_significance(percentage: float) -> float:
    """How many samples a period needs before CloudWatch calls a percentile of it statistically significant.

    Source: CloudWatch User Guide, "Percentile-based CloudWatch alarms and low data samples".
    """
    tail = min(percentage, _HUNDRED - percentage) / _HUNDRED
    return 10 / tail if tail else math.inf


def statistic_of(statistic: str, samples: Samples, *, upward: bool = False) -> float | None:
    """A statistic over samples; None when there are none.

    Args:
        statistic: one that `is_known`.
        samples: values with how often each was published.
        upward: of a percentile that falls between two samples, take the larger one and not the smaller. AWS does not
            say what CloudWatch takes; nearest rank and interpolation both stay within the two.
    """
    present = sorted((value, count) for value, count in samples if count)
    if not present:
        return None
    total = math.fsum(value * count for value, count in present)
    number = sum(count for _, count in present)
    simple = {
        "Sum": total,
        "SampleCount": float(number),
        "Average": total / number,
        "Minimum": present[0][0],
        "Maximum": present[-1][0],
    }
    percentage = percentile(statistic)
    return simple[statistic] if percentage is None else _between(percentage, present, number, upward=upward)


def _between(percentage: float, present: Samples, number: int, *, upward: bool) -> float:
    """The sample below the place that a percentile has among all samples, or the one above it."""
    place = round(percentage * (number - 1) / _HUNDRED, 9)
    samples_before = math.ceil(place) if upward else math.floor(place)
    totals = accumulate(count for _, count in present)
    return next(value for (value, _), total in zip(present, totals, strict=True) if total > samples_before)
