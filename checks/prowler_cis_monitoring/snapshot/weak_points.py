"""On which single resources does a control hang? Each is left out in turn, and the account judged again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from prowler_cis_monitoring.alert_path.languages import alarm_rule
from prowler_cis_monitoring.alert_path.paths import AlertPath, AlertPaths, State
from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Alarms,
    CompositeAlarm,
    LogGroup,
    MetricAlarm,
    MetricFilter,
    Subscription,
    Trail,
)
from prowler_cis_monitoring.alert_path.verdict import Status
from prowler_cis_monitoring.controls import CONTROLS, Control
from prowler_cis_monitoring.decision import decide, demand_of
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.settings import Settings
from prowler_cis_monitoring.snapshot.inventory import Item, items, without


@dataclass(frozen=True)
class WeakPoint:
    """A resource whose loss alone would leave somebody untold.

    Attributes:
        item: the resource.
        controls: the slugs of the controls that are PASS with it and would not be without it.
    """

    item: Item
    controls: tuple[str, ...]


def weak_points(
    resources: AccountResources, settings: Settings, controls: Mapping[str, Control] = CONTROLS
) -> tuple[WeakPoint, ...]:
    """Return the resources on which controls hang, those first on which most do.

    Args:
        resources: the account.
        settings: what the user approves of.
        controls: which controls are asked about, by slug.

    Alternatives to alert paths are not looked at: they do not hang on these resources.
    """
    paths = AlertPaths(resources)
    passing = {slug: one for slug, one in controls.items() if _passes(one, paths, settings)}
    found = []
    for item in _carrying(resources, paths, passing.values(), settings):
        less = AlertPaths(without(resources, item))
        lost = tuple(slug for slug, one in passing.items() if not _passes(one, less, settings))
        if lost:
            found.append(WeakPoint(item, lost))
    return tuple(sorted(found, key=lambda point: (-len(point.controls), point.item.key)))


def _passes(control: Control, paths: AlertPaths, settings: Settings) -> bool:
    return decide(control, paths, settings, None).status is Status.PASS


def _carrying(
    resources: AccountResources, paths: AlertPaths, controls: Iterable[Control], settings: Settings
) -> Iterator[Item]:
    """Yield the resources on which paths that work may rest: the loss of no other takes anything away.

    A trail, log group or filter may do so from afar: what it brings, if only noise, may hold the alarm of another.
    """
    live: set[AlertPath] = set()
    for control in controls:
        demand = demand_of(control, settings)
        live |= {path for path in paths.follow(demand.events, demand.delay_limit) if path.state is State.LIVE}
    links = {(link.kind, link.name) for path in live for link in path.links}
    heard = {subscription.arn for path in live for subscription in path.hears}
    heeded = set(_heeded(resources))
    for item in items(resources):
        value = item.value
        brings = isinstance(value, (Trail, LogGroup, MetricFilter))
        hears = isinstance(value, Subscription) and value.arn in heard
        decides = isinstance(value, (MetricAlarm, CompositeAlarm)) and heeded & {value.name, value.arn}
        if (item.kind, item.name) in links or brings or hears or decides:
            yield item


def _heeded(resources: AccountResources) -> Iterator[str]:
    """Yield the alarms, by name or ARN, on which composite alarms depend: without one their rules mean less."""
    for alarms in resources.alarms.values():
        for composite in alarms.composite_alarms if isinstance(alarms, Alarms) else ():
            if composite.suppressor is not None:
                yield composite.suppressor
            with suppress(alarm_rule.AlarmRuleError):  # one that nobody can read is on no path that works
                yield from alarm_rule.alarms_of(alarm_rule.parse(composite.rule))
