"""Who hears what is published to a topic? Confirmed subscriptions that reach somebody and whose filters agree."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
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
from prowler_cis_monitoring.filter_pattern.work import Same, kept
from prowler_cis_monitoring.records import dataclass

TELLING_PROTOCOLS = ("email", "email-json", "sms", "application", "https", "http")
"""Protocols that reach a person, or a service such as a pager or a chat that tells one; the most direct first."""

_SCOPES = ("MessageAttributes", "MessageBody")
# Estimated, of what is remembered of a topic.
_BYTES_OF_A_SUBSCRIPTION = 100


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
    """A subscription, and what becomes of a notification there."""

    subscription: Subscription
    fate: _Fate


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
    hearers = _hearers(Same(topic))
    told = _fates(hearers.depending, _bodies(sender, rests))
    counts = hearers.counts + Counter(one.fate for one in told)
    reached = tuple(one.subscription for one in told if one.fate is _Fate.REACHED)
    reached = tuple(sorted((*hearers.reached, *reached), key=_by_name)) if reached else hearers.reached
    if reached:
        # Of those that were not asked for their filter policies nothing is known, and nothing need be.
        silent = Counter[_Fate]({f: n for f, n in counts.items() if f not in (_Fate.REACHED, _Fate.UNASKED)})
        if not silent:
            return (), reached
        values = {"silent": silent.total(), "total": counts.total(), "reasons": _counted(silent)}
        verb = "does" if silent.total() == 1 else "do"
        return (remark("topic-subscriptions-silent", topic.name, verb=verb, **values),), reached
    if topic.more_subscriptions:
        return (remark("topic-subscriptions-too-many", topic.name, looked=counts.total()),), ()
    return _nobody_for_certain(topic, counts, (*hearers.first, *told)), ()


@dataclass(frozen=True)
class _Hearers:
    """The subscriptions of a topic: what is the same whoever sends, and those whose filter policies read the message.

    Attributes:
        counts: how many there are of each fate.
        reached: those that are told for certain.
        first: the first of each fate.
        depending: those whose fate depends on the message.
    """

    counts: Counter[_Fate]
    reached: tuple[Subscription, ...]
    first: tuple[_Told, ...]
    depending: tuple[Subscription, ...]


@kept(lambda key, _found: _BYTES_OF_A_SUBSCRIPTION * len(key[0].value.subscriptions))
def _hearers(same: Same[Topic]) -> _Hearers:
    """Decide once a topic what does not depend on the alarm: there may be very many of both."""
    subscriptions = () if isinstance(same.value.subscriptions, Unread) else same.value.subscriptions
    ordered = sorted(subscriptions, key=_by_name)
    depending = tuple(filter(_depends, ordered))
    # Each takes a test at least, so of more than there are tests nobody knows.
    beyond = _fates(depending[filter_policy.MOST_TESTS :], ())
    told = (*_fates((one for one in ordered if not _depends(one)), (notification.ATTRIBUTES,)), *beyond)
    first = {one.fate: one for one in reversed(told)}
    reached = tuple(one.subscription for one in told if one.fate is _Fate.REACHED)
    counts = Counter(one.fate for one in told)
    return _Hearers(counts, reached, tuple(first.values()), depending[: filter_policy.MOST_TESTS])


def _nobody_for_certain(topic: Topic, waiting: Counter[_Fate], examples: Collection[_Told]) -> tuple[Remark, ...]:
    """What to say where no subscription is certainly told: the detail of one, or the count of several."""
    if not waiting:
        return (remark("topic-without-subscriptions", topic.name),)
    if waiting.keys() <= {_Fate.PENDING, _Fate.DELETED}:
        values = {"pending": waiting[_Fate.PENDING], "deleted": waiting[_Fate.DELETED]}
        return (remark("topic-nobody-confirmed", topic.name, **values),)
    hope = next((fate for fate in _OPEN if waiting[fate]), _Fate.FILTERED)
    example = _said(min((one for one in examples if one.fate is hope), key=lambda one: _by_name(one.subscription)))
    if waiting.total() == 1:
        return (example,)
    slug = "topic-nobody-hears" if hope is _Fate.FILTERED else "topic-hearers-unknown"
    return remark(slug, topic.name, total=waiting.total(), reasons=_counted(waiting)), example


def _counted(counts: Counter[_Fate]) -> str:
    return ", ".join(f"{counts[fate]} {fate.value}" for fate in _Fate if counts[fate])


def _by_name(subscription: Subscription) -> tuple[str, str, str]:
    """An order in which ARNs, which SNS makes up, come last."""
    attributes = subscription.attributes
    policy = attributes.filter_policy if isinstance(attributes, SubscriptionAttributes) else None
    return subscription.protocol, subscription.endpoint, policy or ""


_Messages = tuple[dict[str, object], ...]


def _bodies(sender: Sender, rests: Collection[str]) -> _Messages:
    """The bodies that a filter policy may look at; none where nothing is known of them."""
    # The body of what a rule sends is the event itself, or whatever the rule makes of it.
    return () if isinstance(sender, EventRule) else notification.bodies(sender, rests)


def _depends(subscription: Subscription) -> bool:
    """Whether what becomes of a notification may differ from one alarm to another."""
    attributes = subscription.attributes
    return isinstance(attributes, SubscriptionAttributes) and bool(
        attributes.filter_policy and attributes.filter_policy_scope == "MessageBody"
    )


def _fates(subscriptions: Iterable[Subscription], messages: _Messages) -> tuple[_Told, ...]:
    """Decide subscriptions whose filter policies look at the same messages; they share the tests that may be made."""
    budget = filter_policy.Budget()
    return tuple(_Told(one, _fate(one, messages, budget)) for one in subscriptions)


def _fate(subscription: Subscription, messages: _Messages, budget: filter_policy.Budget) -> _Fate:
    if subscription.arn == "PendingConfirmation":
        return _Fate.PENDING
    if subscription.arn == "Deleted":
        return _Fate.DELETED
    attributes = subscription.attributes
    passed: bool | None = None
    if isinstance(attributes, SubscriptionAttributes):
        passed = _passes(attributes, messages, budget)
    if passed is False:
        return _Fate.FILTERED
    if subscription.protocol not in TELLING_PROTOCOLS:
        return _Fate.MACHINE
    if attributes is None:
        return _Fate.UNASKED
    return _Fate.REACHED if passed else _Fate.UNKNOWN


def _said(told: _Told) -> Remark:
    """Say of one subscription why nobody is told for certain."""
    subscription, attributes = told.subscription, told.subscription.attributes
    shown = f"{subscription.protocol} {_without_secrets(subscription.endpoint)}".strip()
    if told.fate is _Fate.MACHINE:
        return remark("subscription-of-a-machine", shown, protocol=subscription.protocol)
    if isinstance(attributes, Unread):
        return unread_remark("subscription", shown, attributes)
    if attributes is None:
        return remark("subscription-not-asked-for", shown)
    slug = "subscription-filters-out" if told.fate is _Fate.FILTERED else "subscription-filter-undecided"
    return remark(slug, shown, policy=attributes.filter_policy, scope=attributes.filter_policy_scope)


def _passes(attributes: SubscriptionAttributes, messages: _Messages, budget: filter_policy.Budget) -> bool | None:
    """Whether a subscription's filter policy lets every notification through that there may be, or none of them."""
    if not attributes.filter_policy:
        return True
    if attributes.filter_policy_scope not in _SCOPES or budget.left <= 0:
        return None
    found = {filter_policy.passes(attributes.filter_policy, message, budget) for message in messages}
    return found.pop() if len(found) == 1 else None


def _without_secrets(endpoint: str) -> str:
    """Return an endpoint for people: pagers and chats have their keys in the address."""
    scheme, separator, rest = endpoint.partition("://")
    host = re.split(r"[/?#]", rest.rpartition("@")[2], maxsplit=1)[0]
    return f"{scheme}://{host}" if separator else endpoint
