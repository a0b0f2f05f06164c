"""Records of the past, as frozen values: what CloudTrail, CloudWatch and SNS still tell of what happened.

What was not read is not empty: a `Kept` says since when it holds all records there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, Generic, TypeVar

from prowler_cis_monitoring.alert_path.resources import Unread
from prowler_cis_monitoring.records import dataclass

ALARM = "ALARM"
RECONFIGURED = "a change of its configuration"
"""How an alarm was changed, by itself."""
MADE = "its creation"
"""How a log group, metric filter or alarm came to be, by itself."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Metric:
    """One series of a metric: who owns it, its names, and its dimensions in order."""

    account: str
    region: str
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Datapoint:
    """What was published to a series from `at` on, for `seconds`: the sum."""

    at: datetime
    value: float
    seconds: int = 300


@dataclass(frozen=True)
class Transition:
    """A StateUpdate of an alarm's history: the alarm's ARN, both states, and whether somebody set it by hand."""

    alarm: str
    at: datetime
    before: str
    state: str
    by_hand: bool = False


@dataclass(frozen=True)
class Action:
    """An Action of an alarm's history: the alarm's ARN, the ARN of what was to be notified, and whether it worked.

    `alarm` is empty where the alarm is none of those that exist.
    """

    alarm: str
    target: str
    at: datetime
    succeeded: bool


@dataclass(frozen=True)
class Delivery:
    """What a topic counted from `at` on, for `seconds`: messages, and notifications delivered, failed, filtered out."""

    at: datetime
    published: float = 0
    delivered: float = 0
    failed: float = 0
    filtered: float = 0
    seconds: int = 300

    @property
    def is_clean(self) -> bool:
        """Whether everything that was published was delivered to everybody."""
        return bool(self.published and self.delivered) and not self.failed and not self.filtered


@dataclass(frozen=True)
class Event:
    """A CloudTrail record of the event history.

    Attributes:
        id: eventID.
        at: eventTime.
        region: in which Region's event history it is.
        record: the record itself.
    """

    id: str
    at: datetime
    region: str
    record: Mapping[str, Any] = field(hash=False, repr=False)

    @property
    def name(self) -> str:
        """The eventName."""
        return str(self.record.get("eventName", ""))

    @property
    def actor(self) -> str:
        """Who did it, as the record names them: ARN, user name, the service that called, or the kind of identity."""
        identity = self.record.get("userIdentity")
        known = identity if isinstance(identity, Mapping) else {}
        named = (known.get(name) for name in ("arn", "userName", "invokedBy", "principalId", "type"))
        return next((text for text in named if isinstance(text, str) and text), "somebody unknown")


@dataclass(frozen=True)
class Change:
    """A change of a link after which older records prove nothing of it.

    Attributes:
        kind: `trail`, `log group`, `metric filter`, `alarm`, `topic` or `subscription`.
        resource: the link that was changed: an ARN; of a metric filter the log group's ARN, a colon and its name;
            empty where the record does not say.
        at: when.
        how: the call that changed it, for example PutMetricFilter, or what it did: "its creation".
    """

    kind: str
    resource: str
    at: datetime
    how: str


@dataclass(frozen=True)
class Kept(Generic[Item]):
    """Records of one kind, in any order.

    Attributes:
        items: the records.
        since: from when on these are all records there are; None where nobody knows. A record that could not be read
            is missing, so `since` lies after it.
        unread: why not more is known, None when nothing failed.
    """

    items: tuple[Item, ...] = ()
    since: datetime | None = None
    unread: Unread | None = None

    def cover(self, at: datetime) -> bool:
        """Whether all records from this time on are known."""
        return self.since is not None and self.since <= at


NOT_READ: Kept[Any] = Kept()


@dataclass(frozen=True)
class Histories:
    """What was read of the past for one control.

    Attributes:
        events: required events of the event history; it need not be all of them.
        datapoints: by series; log groups' AWS/Logs IncomingLogEvents among them.
        transitions: by the alarm's ARN.
        actions: by the alarm's ARN.
        deliveries: by the topic's ARN.
        changes: changes of the links of the control's ways. `since` is of all but alarms, which say themselves when
            they were changed.
        trail_changes: changes of trails, wherever they were.
        around: by the id of an event that was looked at closely, the actions of all alarms of the path's Regions after
            it; these are all of them where `unread` is None.
    """

    events: Kept[Event] = NOT_READ
    datapoints: Mapping[Metric, Kept[Datapoint]] = field(default_factory=dict)
    transitions: Mapping[str, Kept[Transition]] = field(default_factory=dict)
    actions: Mapping[str, Kept[Action]] = field(default_factory=dict)
    deliveries: Mapping[str, Kept[Delivery]] = field(default_factory=dict)
    changes: Kept[Change] = NOT_READ
    trail_changes: Kept[Change] = NOT_READ
    around: Mapping[str, Kept[Action]] = field(default_factory=dict)

    @property
    def unread(self) -> tuple[Unread, ...]:
        """Every call that gave no answer, once."""
        kept: list[Kept[Any]] = [self.events, self.changes, self.trail_changes]
        kept += [*self.datapoints.values(), *self.transitions.values()]
        kept += [*self.actions.values(), *self.deliveries.values(), *self.around.values()]
        return tuple(dict.fromkeys(one.unread for one in kept if one.unread is not None))
