"""What is supposed of values that are outside, and what is built of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum

from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Unread,
)
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.templates import declared as types
from prowler_cis_monitoring.templates.declared import Declared, Place
from prowler_cis_monitoring.templates.values import Outside, Value, boolean, reasons

OUTSIDE = "Outside"
ASSUMED_TRAIL = "assumed-multi-region-trail"
EVERY_RECORD = ""
# Properties that decide whether a resource does its part, so that an outside value of one leaves that open.
_DECIDING = {
    types.TRAIL: ("IsMultiRegionTrail", "IsOrganizationTrail", "IncludeGlobalServiceEvents"),
    types.LOG_GROUP: ("LogGroupClass",),
    types.METRIC_FILTER: (
        "FilterPattern",
        "MetricTransformations",
        "FieldSelectionCriteria",
        "ApplyOnTransformedLogs",
        "EmitSystemFieldDimensions",
    ),
    types.ALARM: (
        "Threshold",
        "ComparisonOperator",
        "Statistic",
        "ExtendedStatistic",
        "Period",
        "EvaluationPeriods",
        "DatapointsToAlarm",
        "TreatMissingData",
        "EvaluateLowSampleCountPercentile",
        "Unit",
        "Dimensions",
        "Metrics",
        "ActionsEnabled",
        "ThresholdMetricId",
    ),
    types.COMPOSITE_ALARM: (
        "AlarmRule",
        "ActionsEnabled",
        "ActionsSuppressor",
        "ActionsSuppressorWaitPeriod",
        "ActionsSuppressorExtensionPeriod",
    ),
    types.TOPIC: ("FifoTopic",),
    types.SUBSCRIPTION: ("Protocol", "TopicArn"),
    types.EVENT_RULE: ("EventPattern", "State", "EventBusName"),
}
# Parts of a filter's transformation that name its metric: compared by their names, and so never open by themselves.
_NAMING = ("MetricName", "MetricNamespace")


class Guess(Enum):
    """What is supposed of outside values.

    HOPEFUL: each is what the path needs, and a name is equal to no other name.
    MEETING: likewise, but an outside name is each name that it may be equal to.
    NOISY: a filter whose pattern is outside matches every record; names meet.
    ABSENT: a resource that depends on an outside value does nothing.
    """

    HOPEFUL = "hopeful"
    MEETING = "meeting"
    NOISY = "noisy"
    ABSENT = "absent"


@dataclass(frozen=True)
class Options:
    """What is supposed of everything that no template says.

    Attributes:
        guess: see `Guess`.
        assume_trail: whether a good trail delivers to log groups that no trail of these files feeds.
        pattern: the pattern of a filter whose pattern is outside.
        base: the account on top of which the templates are deployed.
    """

    guess: Guess = Guess.HOPEFUL
    assume_trail: bool = True
    pattern: str = EVERY_RECORD
    base: AccountResources | None = None

    @property
    def meets(self) -> bool:
        """Whether outside names are equal to others."""
        return self.guess in (Guess.MEETING, Guess.NOISY)


def open_values(one: Declared) -> dict[str, tuple[Outside, ...]]:
    """Return the deciding properties of a resource that are outside, by their names."""
    found = {}
    for name in _DECIDING.get(one.type, ()):
        value = one.get(name)
        if name == "MetricTransformations":
            why = tuple(o for item in (value.items if value else ()) for o in _open_transformation(item))
        else:
            why = reasons(value)
        if why:
            found[name] = tuple(dict.fromkeys(why))
    return found


def _open_transformation(item: Value) -> Iterator[Outside]:
    yield from item.outside
    inner = item.data if isinstance(item.data, Mapping) else {}
    for key, value in inner.items():
        if key not in _NAMING:
            yield from reasons(value)


def has_outside(declared: Iterable[Declared]) -> bool:
    """Whether anything of these resources is outside."""
    return any(reasons(value) for one in declared for value in one.properties.values())


@dataclass(frozen=True)
class World:
    """What an account is built of.

    Attributes:
        declared: the resources of the templates.
        place: where what says nothing of it is deployed.
        options: what is supposed of everything else.
    """

    declared: Sequence[Declared]
    place: Place
    options: Options

    def of(self, *kinds: str) -> Iterator[Declared]:
        """Yield the resources of some types that exist under this guess."""
        for one in self.declared:
            if one.type in kinds and not (self.options.guess is Guess.ABSENT and open_values(one)):
                yield one


def unread(why: tuple[Outside, ...], one: Declared, what: str) -> Unread | None:
    """Return that somebody would have to look, where something of a resource is outside."""
    if not why:
        return None
    return Unread.model_construct(
        action=why[0].reason, region=one.place.region, account=one.place.account, resource=what, error=OUTSIDE
    )


def hoped(value: Value | None, *, default: bool) -> bool:
    """Return a truth value, which is true where it is outside."""
    return bool(reasons(value)) or boolean(value, default=default)
