"""The resources of an account one by one: what each is called, and the account without one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Alarms,
    CompositeAlarm,
    LogGroup,
    MetricAlarm,
    MetricFilter,
    Resource,
    Subscription,
    Topic,
    Trail,
    Unread,
)
from prowler_cis_monitoring.records import dataclass

Model = TypeVar("Model", bound=Resource)


@dataclass(frozen=True)
class Item:
    """One resource.

    Attributes:
        kind: a link of an alert path, or subscription.
        name: its name; of a subscription its protocol and where it leads.
        key: what tells it from all others, whenever it is read.
        value: what is known of it; None says that it does not exist.
    """

    kind: str
    name: str
    key: tuple[str, ...]
    value: Resource | None

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def items(resources: AccountResources) -> Iterator[Item]:
    """Yield every resource of an account, those that could not be read or do not exist included."""
    for trail in resources.trails:
        yield Item("trail", trail.name, ("trail", trail.arn), trail)
    for arn, group in resources.log_groups.items():
        yield Item("log group", arn.partition(":log-group:")[2] or arn, ("log group", arn), group)
        if isinstance(group, LogGroup):
            yield from _filters(arn, group)
    for scope, alarms in resources.alarms.items():
        where = (scope.account, scope.region)
        if isinstance(alarms, Unread):
            yield Item("alarms of", scope.region, ("alarms", *where), alarms)
            continue
        yield from _alarms(where, alarms)
    for arn, topic in resources.topics.items():
        yield Item("topic", arn.rpartition(":")[2], ("topic", arn), topic)
        if isinstance(topic, Topic):
            yield from _subscriptions(topic)


def _alarms(where: tuple[str, str], alarms: Alarms) -> Iterator[Item]:
    kinds = (
        ("alarm", alarms.metric_alarms),
        ("composite alarm", alarms.composite_alarms),
        ("log alarm", alarms.log_alarms),
    )
    for kind, listed in kinds:
        for alarm in listed:
            yield Item(kind, alarm.name, ("alarm", *where, alarm.name), alarm)


def _filters(arn: str, group: LogGroup) -> Iterator[Item]:
    if isinstance(group.metric_filters, Unread):
        yield Item("metric filters of", group.name, ("metric filters", arn), group.metric_filters)
        return
    for found in group.metric_filters:
        yield Item("metric filter", found.name, ("metric filter", arn, found.name), found)


def _subscriptions(topic: Topic) -> Iterator[Item]:
    if isinstance(topic.subscriptions, Unread):
        yield Item("subscriptions of", topic.name, ("subscriptions", topic.arn), topic.subscriptions)
        return
    for found in topic.subscriptions:
        yield Item("subscription", f"{found.protocol} {found.endpoint}", _key_of(topic, found), found)


def _key_of(topic: Topic, found: Subscription) -> tuple[str, ...]:
    # Its ARN comes with the confirmation: what stays the same is where it leads.
    return ("subscription", topic.arn, found.protocol, found.endpoint)


def without(resources: AccountResources, item: Item) -> AccountResources:
    """Return the account as if a resource that was read did not exist."""
    value = item.value
    if isinstance(value, Trail):
        return _changed(resources, trails=tuple(trail for trail in resources.trails if trail != value))
    if isinstance(value, (MetricAlarm, CompositeAlarm)):
        pairs = {scope: _without_alarm(alarms, value) for scope, alarms in resources.alarms.items()}
        return _changed(resources, alarms=pairs)
    if isinstance(value, LogGroup):
        return _changed(resources, log_groups={**resources.log_groups, value.arn: None})
    if isinstance(value, MetricFilter):
        groups = {arn: _without_filter(arn, group, item) for arn, group in resources.log_groups.items()}
        return _changed(resources, log_groups=groups)
    if isinstance(value, Topic):
        return _changed(resources, topics={**resources.topics, value.arn: None})
    topics = {arn: _without_subscription(topic, item) for arn, topic in resources.topics.items()}
    return _changed(resources, topics=topics)


def _changed(model: Model, **changes: Any) -> Model:  # noqa: ANN401 - any field
    return type(model)(**{**{name: getattr(model, name) for name in type(model).model_fields}, **changes})


def _without_alarm(alarms: Alarms | Unread, gone: Resource) -> Alarms | Unread:
    if isinstance(alarms, Unread):
        return alarms
    return Alarms(
        metric_alarms=tuple(alarm for alarm in alarms.metric_alarms if alarm is not gone),
        composite_alarms=tuple(alarm for alarm in alarms.composite_alarms if alarm is not gone),
        log_alarms=alarms.log_alarms,
    )


def _without_filter(arn: str, group: Any, item: Item) -> Any:  # noqa: ANN401 - LogGroup, Unread or None
    if not isinstance(group, LogGroup) or item.key[1] != arn or isinstance(group.metric_filters, Unread):
        return group
    kept = tuple(found for found in group.metric_filters if found.name != item.name)
    return _changed(group, metric_filters=kept)


def _without_subscription(topic: Any, item: Item) -> Any:  # noqa: ANN401 - Topic, Unread or None
    if not isinstance(topic, Topic) or isinstance(topic.subscriptions, Unread):
        return topic
    kept = tuple(found for found in topic.subscriptions if _key_of(topic, found) != item.key)
    return _changed(topic, subscriptions=kept)


def by_key(resources: AccountResources) -> Mapping[tuple[str, ...], Item]:
    """Return the resources by what tells them apart."""
    return {item.key: item for item in items(resources)}
