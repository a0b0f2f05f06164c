"""What changed between two snapshots of an account: verdicts, and the resources that explain them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import cached_property
from typing import Any

from prowler_cis_monitoring.alert_path import resources as models
from prowler_cis_monitoring.alert_path.path import Link
from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.resources import Resource, Unread
from prowler_cis_monitoring.alert_path.verdict import Status, Verdict
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decide
from prowler_cis_monitoring.filter_pattern import FilterPatternError, coverage, parse
from prowler_cis_monitoring.foreign_text import shown
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.settings import KEY, Settings
from prowler_cis_monitoring.snapshot.file import Snapshot
from prowler_cis_monitoring.snapshot.inventory import Item, by_key

_RANK = {Status.PASS: 0, Status.MANUAL: 1, Status.FAIL: 2}
# What is no cause of a verdict: when something was looked at, and what follows from another member.
_IRRELEVANT = {
    *("metric_filters", "subscriptions", "state_transitioned", "configuration_updated", "created", "history", "key_id")
}


class Turn(Enum):
    """Which way a verdict went."""

    WORSE = "worse"
    BETTER = "better"
    SAME = "same"


@dataclass(frozen=True)
class ControlChange:
    """One control in two snapshots.

    Attributes:
        slug: the control.
        before, after: its verdicts.
        reasons: what changed in the resources of its paths, or in the settings, in words; most telling first.
    """

    slug: str
    before: Verdict
    after: Verdict
    reasons: tuple[str, ...]

    @property
    def turn(self) -> Turn:
        """Which way the verdict went."""
        difference = _RANK[self.after.status] - _RANK[self.before.status]
        return Turn.WORSE if difference > 0 else Turn.BETTER if difference < 0 else Turn.SAME


def compare(old: Snapshot, new: Snapshot) -> tuple[ControlChange, ...]:
    """Return every control with its two verdicts, each judged with the settings of its own snapshot; worse ones first.

    Raises:
        SettingsError: a snapshot's settings are invalid.
    """
    before, after = _verdicts(old), _verdicts(new)
    changes = _Changes(by_key(old.resources), by_key(new.resources))
    settings = ("the settings changed",) if old.settings != new.settings else ()
    found = []
    for slug in CONTROLS:
        reasons: tuple[str, ...] = ()
        if before[slug].status is not after[slug].status:
            reasons = (*settings, *changes.of(before[slug], after[slug]))
        found.append(ControlChange(slug, before[slug], after[slug], reasons))
    order = (Turn.WORSE, Turn.BETTER, Turn.SAME)
    return tuple(sorted(found, key=lambda change: order.index(change.turn)))


def _verdicts(snapshot: Snapshot) -> Mapping[str, Verdict]:
    settings = Settings.read({KEY: snapshot.settings})
    paths = AlertPaths(snapshot.resources)
    return {slug: decide(control, paths, settings, snapshot.alternatives) for slug, control in CONTROLS.items()}


@dataclass(frozen=True)
class _Changes:
    before: Mapping[tuple[str, ...], Item]
    after: Mapping[tuple[str, ...], Item]

    def of(self, *verdicts: Verdict) -> tuple[str, ...]:
        """Return what changed on the paths of these verdicts, or elsewhere if nothing did there."""
        links = {link for verdict in verdicts for path in verdict.paths for link in path.links}
        near: list[tuple[str, ...]] = []
        far: list[tuple[str, ...]] = []
        for key in dict.fromkeys((*self.before, *self.after)):
            (near if _lies_on(self._item(key), links) else far).append(key)
        return self._told(near) or self._told(far)

    def _item(self, key: tuple[str, ...]) -> Item:
        return self.after.get(key) or self.before[key]

    def _told(self, keys: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
        return tuple(what for key in keys for what in self._told_of(key))

    def _told_of(self, key: tuple[str, ...]) -> tuple[str, ...]:
        if key not in self._known:
            item = self._item(key)
            found = _differences(self.before.get(key), self.after.get(key))
            self._known[key] = tuple(f"{item.kind} {shown(item.name)}: {what}" for what in found)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """What was told of resources: one may lie on the paths of many controls."""
        return {}


def _lies_on(item: Item, links: set[Link]) -> bool:
    if item.kind == "subscription":
        return any(link.kind == "topic" and link.arn == item.key[1] for link in links)
    return any((link.kind, link.name) == (item.kind, item.name) for link in links)


def _differences(old: Item | None, new: Item | None) -> Iterator[str]:
    before, after = (item.value if item else None for item in (old, new))
    if before == after:
        return
    if isinstance(after, Unread):
        yield f"could not be read any more ({after.action} gave {shown(after.error)})"
    elif isinstance(before, Unread):
        yield "could not be read before"
    elif before is None:
        yield "is new"
    elif after is None:
        yield "is gone"
    else:
        yield from _in_members(before, after)


def _in_members(before: Resource, after: Resource) -> Iterator[str]:
    for name in type(after).model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if old == new or name in _IRRELEVANT:
            continue
        say = _SAID.get((type(after), name))
        yield say(old, new) if say else f"{name} was {_value(old)}, is {_value(new)}"


def _value(value: Any) -> str:  # noqa: ANN401 - any member
    return "nothing" if value is None else shown(str(value))


def _pattern(old: str, new: str) -> str:
    """Say whether a pattern matches less or more than before."""
    try:
        one, other = parse(old), parse(new)
    except FilterPatternError:
        return f"the pattern was {shown(old, 160)}, is {shown(new, 160)}"
    loses, gains = coverage(one, [other]).verdict, coverage(other, [one]).verdict
    word = {("gap", "covered"): "narrowed", ("covered", "gap"): "widened", ("covered", "covered"): "rewritten alike"}
    told = word.get((loses, gains), "changed")
    return f"the pattern was {told}, from {shown(old, 160)} to {shown(new, 160)}"


def _either(yes: str, no: str) -> Callable[[Any, Any], str]:
    return lambda _, new: yes if new else no


def _rewritten(what: str) -> Callable[[Any, Any], str]:
    return lambda _, __: f"{what} changed"


def _status(_: Any, new: Any) -> str:  # noqa: ANN401 - TrailStatus or Unread
    if isinstance(new, Unread):
        return f"its status could not be read any more ({new.action} gave {shown(new.error)})"
    if not new.is_logging:
        return "logging was stopped"
    if new.log_delivery_error:
        return f"delivery to CloudWatch Logs fails ({shown(new.log_delivery_error)})"
    return "its status changed"


def _confirmed(_: str, new: str) -> str:
    return "was confirmed" if new.startswith("arn:") else f"is not confirmed any more ({shown(new)})"


_SAID: Mapping[tuple[type[Resource], str], Callable[[Any, Any], str]] = {
    (models.Trail, "status"): _status,
    (models.Trail, "multi_region"): _either("is a multi-Region trail now", "is a single-Region trail now"),
    (models.Trail, "global_events"): _either("includes global services now", "leaves out global services now"),
    (models.Trail, "selectors"): _rewritten("what it records"),
    (models.Trail, "log_group_arn"): lambda old, new: f"delivers to {_value(new)} instead of {_value(old)}",
    (models.MetricFilter, "pattern"): _pattern,
    (models.MetricAlarm, "actions_enabled"): _either("its actions were enabled", "its actions were disabled"),
    (models.CompositeAlarm, "actions_enabled"): _either("its actions were enabled", "its actions were disabled"),
    (models.MetricAlarm, "queries"): _rewritten("its expression or metrics"),
    (models.CompositeAlarm, "rule"): lambda old, new: f"its rule was {shown(old, 160)}, is {shown(new, 160)}",
    (models.Topic, "policy"): _rewritten("its access policy"),
    (models.Topic, "key"): _rewritten("its key, or what is known of it,"),
    (models.Subscription, "arn"): _confirmed,
    (models.Subscription, "attributes"): _rewritten("its filter policy, or what is known of it,"),
}
