"""What the terminal is given: the reports of an account, however they came about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

Paint = Callable[[str, str], str]
"""Colours a text as a verdict: PASS, FAIL, MANUAL or MUTED."""


class Found(Protocol):
    """What was found in one account: by a scan, or by judging a snapshot of it."""

    @property
    def scanned(self) -> Any:  # noqa: ANN401 - account and partition
        """The account."""

    @property
    def reports(self) -> Sequence[Any]:
        """The reports, a control each, with as much of Prowler's report as is shown."""

    @property
    def weak_points(self) -> Sequence[Mapping[str, Any]] | None:
        """The resources on which controls hang alone, as JSON values; None when nobody asked."""
