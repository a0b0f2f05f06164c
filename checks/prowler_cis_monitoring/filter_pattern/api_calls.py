"""Which service has which API call: the names that CloudTrail records of calls can have.

The table `api_calls.txt` is drawn from the service models that AWS publishes in botocore by
`python -m tests.filter_pattern.write_api_calls`. A call that is newer than the table is not known, and not denied.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE: Final = Path(__file__).with_suffix(".txt")
_DOMAIN: Final = ".amazonaws.com"
# Lambda and CloudFront append the version of their API: CreateFunction20150331v2, CreateDistribution2020_05_31.
_VERSION: Final = re.compile(r"\d{4}_?\d\d_?\d\d(v\d+)?$")


@lru_cache(maxsize=1)
def calls() -> Mapping[str, tuple[str, ...]]:
    """All calls that are known.

    Returns:
        For each event source (``ec2.amazonaws.com``) the event names.
    """
    rows = (line.split() for line in TABLE.read_text(encoding="ascii").splitlines())
    return {service + _DOMAIN: tuple(names) for service, *names in rows}


@lru_cache(maxsize=1)
def _sources() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    # Of several services with a call of one name the large ones are better known.
    for source, names in sorted(calls().items(), key=lambda row: -len(row[1])):
        for name in names:
            found.setdefault(name, []).append(source)
    return {name: tuple(sources) for name, sources in found.items()}


def sources_of(name: str) -> tuple[str, ...]:
    """The services that have a call.

    Args:
        name: An event name.

    Returns:
        Their event sources; empty when the call is not known.
    """
    return _sources().get(name) or _sources().get(_VERSION.sub("", name), ())
