"""Who hears what is published to a topic? Confirmed subscriptions that reach somebody and whose filters agree."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from prowler_cis_monitoring.alert_path import notification
from prowler_cis_monitoring.alert_path.callers import Sender
from prowler_cis_monitoring.alert_path.languages import filter_policy
from prowler_cis_monitoring.alert_path.resources import (
    EventRule,
    Subscription,
    SubscriptionAttributes,
    Topic,
    Unread,
)
from prowler_cis_monitoring.alert_path.rules import Remark, remark, unread_remark

TELLING_PROTOCOLS = ("email", "email-json", "sms", "application", "https", "http")
"""Protocols that reach a person, or a service such as a pager or a chat that tells one; the most direct first."""


class _Fate(Enum):
    """What becomes of a notification at one subscription; the value says it of several subscriptions."""

    REACHED = "told"
    FILTERED = "filtered"
    DELETED = "deleted"
    PENDING = "not confirmed"
    MACHINE = "ending at a machine"
    UNKNOWN = "of which it is not known whether they are filtered"
    UNASKED = "not read"


# Where nobody is certainly told, the hope that is left decides: the first of these that there is.
_OPEN = (_Fate.UNKNOWN, _Fate.UNASKED, _Fate.MACHINE)


@dataclass(frozen=True)
class _Told:
    """A subscription, what becomes of a notification there, and what is to be said of it."""

    subscription: Subscription
    fate: _Fate
    remark: Remark | None = None


def subscriptions_reached(
    topic: Topic, sender: Sender, rests: Collection[str] = ()
) -> tuple[tuple[Remark, ...], tuple[Subscription, ...]]:
    """Return what is to be said of a topic's subscriptions, and those that are told for certain.

    One subscription that works is enough: the others then do not break the path.

    Args:
        topic: the topic.
        sender: the alarm that goes into ALARM, or the rule that hears an event.
        rests: the states that the alarm may be in before; none says that they are not known.
    """
    if isinstance(topic.subscriptions, Unread):
        return (unread_remark("topic", topic.name, topic.subscriptions),), ()
    messages = _messages(sender, rests)
    budget = filter_policy.Budget()
    told = [_fate(one, messages, budget) for one in sorted(topic.subscriptions, key=_by_name)]
    reached = tuple(one.subscription for one in told if one.fate is _Fate.REACHED)
    if reached:
        # Of those that were not asked for their filter policies nothing is known, and nothing need be.
        silent = [one for one in told if one.fate not in (_Fate.REACHED, _Fate.UNASKED)]
        values = {"silent": len(silent), "total": len(told), "reasons": _counted(silent)}
        verb = "does" if len(silent) == 1 else "do"
        return (remark("topic-subscriptions-silent", topic.name, verb=verb, **values),) if silent else (), reached
    if topic.more_subscriptions:
        return (remark("topic-subscriptions-too-many", topic.name, looked=len(told)),), ()
    return _nobody_for_certain(topic, told), ()


def _nobody_for_certain(topic: Topic, told: Sequence[_Told]) -> tuple[Remark, ...]:
    """What to say where no subscription is certainly told: the detail of one, or the count of several."""
    if not told:
        return (remark("topic-without-subscriptions", topic.name),)
    waiting = Counter(one.fate for one in told)
    if all(one.fate in (_Fate.PENDING, _Fate.DELETED) for one in told):
        values = {"pending": waiting[_Fate.PENDING], "deleted": waiting[_Fate.DELETED]}
        return (remark("topic-nobody-confirmed", topic.name, **values),)
    hope = next((fate for fate in _OPEN if waiting[fate]), _Fate.FILTERED)
    examples = [one.remark for one in told if one.fate is hope and one.remark]
    if len(told) == 1:
        return (examples[0],)
    slug = "topic-nobody-hears" if hope is _Fate.FILTERED else "topic-hearers-unknown"
    return remark(slug, topic.name, total=len(told), reasons=_counted(told)), examples[0]


def _counted(told: Sequence[_Told]) -> str:
    counts = Counter(one.fate for one in told)
    return ", ".join(f"{counts[fate]} {fate.value}" for fate in _Fate if counts[fate])


def _by_name(subscription: Subscription) -> tuple[str, str, str]:
    """An order in which ARNs, which SNS makes up, come last."""
    attributes = subscription.attributes
    policy = attributes.filter_policy if isinstance(attributes, SubscriptionAttributes) else None
    return subscription.protocol, subscription.endpoint, policy or ""


_Messages = dict[str, tuple[dict[str, object], ...]]


def _messages(sender: Sender, rests: Collection[str]) -> _Messages:
    """What a filter policy may look at, by its scope; no entry where nothing is known of it."""
    known: _Messages = {"MessageAttributes": (notification.ATTRIBUTES,)}
    # The body of what a rule sends is the event itself, or whatever the rule makes of it.
    if not isinstance(sender, EventRule):
        known["MessageBody"] = notification.bodies(sender, rests)
    return known


def _fate(subscription: Subscription, messages: _Messages, budget: filter_policy.Budget) -> _Told:
    if subscription.arn == "PendingConfirmation":
        return _Told(subscription, _Fate.PENDING)
    if subscription.arn == "Deleted":
        return _Told(subscription, _Fate.DELETED)
    shown = f"{subscription.protocol} {_without_secrets(subscription.endpoint)}".strip()
    attributes = subscription.attributes
    passed: bool | None = None
    values: dict[str, object] = {}
    if isinstance(attributes, SubscriptionAttributes):
        passed = _passes(attributes, messages, budget)
        values = {"policy": attributes.filter_policy, "scope": attributes.filter_policy_scope}
    if passed is False:
        return _Told(subscription, _Fate.FILTERED, remark("subscription-filters-out", shown, **values))
    if subscription.protocol not in TELLING_PROTOCOLS:
        machine = remark("subscription-of-a-machine", shown, protocol=subscription.protocol)
        return _Told(subscription, _Fate.MACHINE, machine)
    if isinstance(attributes, Unread):
        return _Told(subscription, _Fate.UNKNOWN, unread_remark("subscription", shown, attributes))
    if attributes is None:
        return _Told(subscription, _Fate.UNASKED, remark("subscription-not-asked-for", shown))
    if passed is None:
        return _Told(subscription, _Fate.UNKNOWN, remark("subscription-filter-undecided", shown, **values))
    return _Told(subscription, _Fate.REACHED)


def _passes(attributes: SubscriptionAttributes, messages: _Messages, budget: filter_policy.Budget) -> bool | None:
    """Whether a subscription's filter policy lets every notification through that there may be, or none of them."""
    if not attributes.filter_policy:
        return True
    known = messages.get(attributes.filter_policy_scope)
    if known is None:
        return None
    found = {filter_policy.passes(attributes.filter_policy, message, budget) for message in known}
    return found.pop() if len(found) == 1 else None


def _without_secrets(endpoint: str) -> str:
    """Return an endpoint for people: pagers and chats have their keys in the address."""
    scheme, separator, rest = endpoint.partition("://")
    host = re.split(r"[/?#]", rest.rpartition("@")[2], maxsplit=1)[0]
    return f"{scheme}://{host}" if separator else endpoint
