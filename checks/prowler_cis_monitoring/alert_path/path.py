"""An account's alert paths: every way from a trail towards a subscription, with what is to be said of its links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from functools import cached_property
from typing import Any

from prowler_cis_monitoring.alert_path.resources import Arn, Subscription
from prowler_cis_monitoring.alert_path.rules import Effect, Remark
from prowler_cis_monitoring.alert_path.trail import EVERY_EVENT
from prowler_cis_monitoring.filter_pattern import FilterPattern, all_of
from prowler_cis_monitoring.filter_pattern.work import kept
from prowler_cis_monitoring.foreign_text import shown
from prowler_cis_monitoring.records import dataclass

_BYTES_OF_A_CHARACTER = 16
_NEEDED_LINKS = {"trail", "log group", "metric filter", "alarm", "topic"}
ARROW = " \N{RIGHTWARDS ARROW} "


class State(Enum):
    """What can be said of a path: it works, it is broken, or nobody could see it to the end."""

    LIVE = "live"
    UNSEEN = "unseen"
    BROKEN = "broken"


@dataclass(frozen=True)
class Link:
    """One resource on a path; `kind` is one of the links that rules speak of."""

    kind: str
    name: str
    arn: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {shown(self.name)}"


@dataclass(frozen=True)
class AlertPath:
    """One way from a trail towards a person, as far as it goes.

    Attributes:
        links: the resources in order, trail first.
        account: the account whose events are asked about; links of other accounts are named with theirs.
        organization: whether the events of all accounts of an organisation travel this path.
        from_organization_trail: whether they reach its log group.
        remarks: what is to be said of them.
        recorded: the events that the trail records.
        reach: the events that happen where the trail records; a trail of one Region is told of apart.
        matched: the events that the metric filter matches.
        watched: the events whose datapoints the alarm sees, None for all.
        metric: the metric that the metric filter publishes, as NAMESPACE/NAME; empty where the path ends before.
        hears: the confirmed subscriptions at its end.
        delay: seconds until the alarm rings, None where that is not known.
    """

    links: tuple[Link, ...]
    account: str = ""
    organization: bool = False
    from_organization_trail: bool = False
    remarks: tuple[Remark, ...] = ()
    recorded: FilterPattern = EVERY_EVENT
    reach: FilterPattern = EVERY_EVENT
    matched: FilterPattern = EVERY_EVENT
    watched: FilterPattern | None = None
    metric: str = ""
    hears: tuple[Subscription, ...] = ()
    delay: int | None = None

    def then(self, link: Link | None, *remarks: Remark, **changes: Any) -> AlertPath:  # noqa: ANN401 - any field
        """Return the path with one link more, what is to be said of it, and other fields changed."""
        links = self.links if link is None else (*self.links, link)
        said = list(self.remarks)
        for found in remarks:
            # Two calls on one resource can fail for one reason, and a closed account hides all that follows in it.
            closed = found.closed_account and found.closed_account in {other.closed_account for other in said}
            if not closed and found not in said:
                said.append(found)
        return replace(self, links=links, remarks=tuple(said), **changes)

    @cached_property
    def events(self) -> FilterPattern:
        """The events that travel this path: recorded, matched and watched."""
        parts = [part for part in (self.recorded, self.matched, self.watched) if part not in (None, EVERY_EVENT)]
        return _all_of(tuple(part for part in parts if part is not None))

    @cached_property
    def events_in_reach(self) -> FilterPattern:
        """The events that travel this path from where the trail records."""
        parts = tuple(part for part in (self.events, self.reach) if part != EVERY_EVENT)
        return _all_of(parts)

    @cached_property
    def state(self) -> State:
        """Whether the path works."""
        effects = {found.effect for found in self.remarks}
        if Effect.BROKEN in effects:
            return State.BROKEN
        return State.UNSEEN if Effect.UNSEEN in effects else State.LIVE

    def having(self, effect: Effect) -> tuple[Remark, ...]:
        """Return the remarks of one effect, in the order of the links."""
        order = {(link.kind, link.name): place for place, link in enumerate(self.links)}
        found = [remark for remark in self.remarks if remark.effect is effect]
        return tuple(sorted(found, key=lambda r: order.get((r.rule.link, r.resource), len(order))))

    @cached_property
    def lacking(self) -> int:
        """How many of its links are broken or missing, or ring for everyday events."""
        broken = {(found.rule.link, found.resource) for found in self.remarks if found.effect is Effect.BROKEN}
        return len(broken) + self.is_noisy + len(_NEEDED_LINKS - {link.kind for link in self.links})

    @property
    def is_noisy(self) -> bool:
        """Whether its filter matches what happens every day."""
        return any(found.rule.slug == "filter-everyday" for found in self.remarks)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the links, by which paths are put in an order that no run changes."""
        return tuple(link.name for link in self.links)

    def until(self, kind: str, name: str | None = None) -> str:
        """Return the path in words down to the link of this kind and name, or the whole of it without such a link."""
        reached = []
        for link in self.links:
            reached.append(link)
            if link.kind == kind and name in (None, link.name):
                break
        return ARROW.join(self.words(reached))

    def words(self, links: Iterable[Link]) -> list[str]:
        """Return the names of links, each with its account where the path enters another one."""
        words, here = [], self.account
        for link in links:
            arn = Arn.parse(link.arn)
            enters = arn is not None and here != "" and arn.account not in ("", here)
            words.append(f"{link} of account {shown(arn.account)}" if arn and enters else str(link))
            here = arn.account if arn and enters else here
        return words

    def name_of(self, kind: str) -> str:
        """Return the name of the first link of this kind, empty when there is none."""
        return next((link.name for link in self.links if link.kind == kind), "")

    def evidence(self) -> dict[str, Any]:
        """Return the path as JSON values."""
        return {
            "state": self.state.value,
            "organization": self.organization,
            "pattern": str(self.matched),
            "metric": self.metric,
            "links": [{"kind": link.kind, "name": link.name, "arn": link.arn} for link in self.links],
            "subscriptions": [{"arn": heard.arn, "protocol": heard.protocol} for heard in self.hears],
            "seconds_to_ring": self.delay,
            "remarks": [
                {
                    "rule": found.rule.slug,
                    "link": found.rule.link,
                    "resource": found.resource,
                    "effect": found.effect.value,
                    "sentence": found.sentence,
                    "source": found.rule.source,
                }
                for found in self.remarks
            ],
        }


@kept(lambda key, _joint: sum(_BYTES_OF_A_CHARACTER * len(pattern.text) for pattern in key[0]))
def _all_of(patterns: tuple[FilterPattern, ...]) -> FilterPattern:
    return all_of(*patterns) if patterns else EVERY_EVENT
