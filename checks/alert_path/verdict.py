"""Joins the links: which alert paths an account has, whether they catch a control's events, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from prowler_cis_monitoring.alert_path.paths import AlertPath, State, alert_paths
from prowler_cis_monitoring.alert_path.resources import AccountResources, Arn
from prowler_cis_monitoring.alert_path.rules import Effect, Remark, remark, unread_remark
from prowler_cis_monitoring.filter_pattern import Coverage, FilterPattern, coverage, overlaps


class Status(Enum):
    """Prowler's statuses."""

    PASS = "PASS"  # noqa: S105 - a verdict, no password
    FAIL = "FAIL"
    MANUAL = "MANUAL"


@dataclass(frozen=True)
class Demand:
    """What a control asks for.

    Attributes:
        event: the event in words, as the end of "somebody is told when …".
        required: the events that must reach somebody.
        events: how many such events, within the delay limit, may pass before the alarm rings.
        delay_limit: seconds that may pass between the event and the alarm.
    """

    event: str
    required: FilterPattern
    events: int = 1
    delay_limit: int = 3600


@dataclass(frozen=True)
class Subject:
    """What a finding is about: its resource name, ARN and Region."""

    name: str
    arn: str
    region: str


@dataclass(frozen=True)
class Verdict:
    """The answer for one control and account.

    Attributes:
        status: PASS, FAIL or MANUAL.
        sentence: for a person: the path, and each broken link.
        paths: the paths that the verdict rests on.
        missed_event: a CloudTrail record that would reach nobody, None when no event pattern is the cause.
    """

    status: Status
    sentence: str
    paths: tuple[AlertPath, ...] = ()
    missed_event: dict[str, Any] | None = field(default=None, hash=False)

    def evidence(self) -> dict[str, Any]:
        """Return the verdict's grounds as JSON values."""
        return {
            "paths": [path.evidence() for path in self.paths],
            "missed_event": self.missed_event,
        }


def subject_of(resources: AccountResources) -> Subject | None:
    """Return the log group that findings about the account are attached to, None when no trail names one.

    It depends on the trails alone, not on what is found behind them, so that a finding keeps its identity when its
    verdict changes: the first trail by how close it is to what CIS asks for, then by ARN.
    """
    delivering = [trail for trail in resources.trails if trail.log_group_arn]
    if not delivering:
        return None
    chosen = min(delivering, key=lambda t: (t.account != resources.account, not t.multi_region, t.arn))
    arn = (chosen.log_group_arn or "").removesuffix(":*")
    parsed = Arn.parse(arn)
    return Subject(parsed.resource.removeprefix("log-group:") if parsed else arn, arn, chosen.home_region)


def judge(resources: AccountResources, demand: Demand) -> Verdict:
    """Decide whether the events that `demand` requires reach somebody.

    PASS when live paths cover them together; MANUAL when they would with the help of paths that could not be seen to
    the end; FAIL otherwise, with the nearest path.
    """
    paths = [
        path for path in alert_paths(resources, demand.events, demand.delay_limit) if overlaps(demand.required, path.events)
    ]
    live = [path for path in paths if path.state is State.LIVE]
    by_live = _coverage(demand, live)
    if by_live.verdict == "covered":
        return _passed(demand, _needed(demand, live))
    hoped = [path for path in paths if path.state is not State.BROKEN]
    by_hoped = _coverage(demand, hoped)
    unread = _unread_trails(resources)
    if unread:
        return _manual(demand, unread)
    if by_hoped.verdict != "gap":
        return _manual_paths(demand, hoped, by_live, by_hoped)
    return _failed(resources, demand, paths, by_hoped)
