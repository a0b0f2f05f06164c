"""Holds the resources of templates against the rules of single resources."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from prowler_cis_monitoring.alert_path.callers import call_of
from prowler_cis_monitoring.alert_path.languages.access_policy import Access, decide
from prowler_cis_monitoring.alert_path.resources import MetricAlarm
from prowler_cis_monitoring.filter_pattern import FilterPatternError, parse
from prowler_cis_monitoring.foreign_text import shown
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.templates import declared as types
from prowler_cis_monitoring.templates.declared import Declared
from prowler_cis_monitoring.templates.rules import TEMPLATE_RULES, TemplateRule
from prowler_cis_monitoring.templates.values import Value, items, plain, reasons, text

LONGEST_PATTERN = 1024


@dataclass(frozen=True)
class Breach:
    """A rule that a resource breaks.

    Attributes:
        rule: the rule.
        declared: the resource.
        property_name: the property that is meant.
        sentence: the clause that follows the resource's name.
        column: the 0-based column in the text of the property.
        elsewhere: the address of another resource that is as much to blame.
    """

    rule: TemplateRule
    declared: Declared
    property_name: str
    sentence: str
    column: int | None = None
    elsewhere: str = ""

    @property
    def addresses(self) -> tuple[str, ...]:
        """The resources of which a link rule may say the same."""
        return (self.declared.address, self.elsewhere)


@dataclass(frozen=True)
class _Around:
    """All resources, and what each is held against."""

    declared: Sequence[Declared]

    def of(self, *kinds: str) -> list[Declared]:
        """The resources of some types."""
        return [one for one in self.declared if one.type in kinds]

    @cached_property
    def published(self) -> frozenset[tuple[str, str]]:
        """The metrics of the filters."""
        return frozenset((text(namespace), text(name)) for namespace, name in self._names)

    @cached_property
    def publishes_outside(self) -> bool:
        """Whether the name of a filter's metric is outside."""
        return any(reasons(name) for names in self._names for name in names)

    @cached_property
    def _names(self) -> list[tuple[Value | None, Value | None]]:
        transformations = [item for one in self.declared for item in items(one.get("MetricTransformations"))]
        return [(item.get("MetricNamespace"), item.get("MetricName")) for item in transformations]

    @cached_property
    def told(self) -> frozenset[str]:
        """What alarms tell, by ARN."""
        alarms = self.of(types.ALARM, types.COMPOSITE_ALARM)
        return frozenset(text(action) for one in alarms for action in items(one.get("AlarmActions")))


def breaches(declared: Sequence[Declared]) -> Iterator[Breach]:
    """Yield the rules that resources break."""
    around = _Around(declared)
    for one in declared:
        for check in _CHECKS.get(one.type, ()):
            yield from check(one, around)


def _breach(
    slug: str, one: Declared, name: str, *, column: int | None = None, elsewhere: str = "", **values: object
) -> Breach:
    rule = TEMPLATE_RULES[slug]
    told = {key: shown(value) if isinstance(value, str) and key != "why" else value for key, value in values.items()}
    return Breach(rule, one, name, rule.sentence.format(**told), column, elsewhere)


def _pattern(one: Declared, _: _Around) -> Iterator[Breach]:
    written = one.get("FilterPattern")
    if written is None or reasons(written):
        return
    pattern = text(written)
    if len(pattern) > LONGEST_PATTERN:
        yield _breach("pattern-too-long", one, "FilterPattern", length=len(pattern), most=LONGEST_PATTERN)
        return
    try:
        parse(pattern)
    except FilterPatternError as error:
        yield _breach("pattern-rejected", one, "FilterPattern", column=error.position, why=str(error))


def _transformations(one: Declared, _: _Around) -> Iterator[Breach]:
    several = items(one.get("MetricTransformations"))
    if len(several) > 1:
        yield _breach("several-transformations", one, "MetricTransformations", count=len(several))
    for item in several:
        if item.get("DefaultValue") is not None and items(item.get("Dimensions")):
            yield _breach("default-with-dimensions", one, "DefaultValue")


def _log_class(one: Declared, around: _Around) -> Iterator[Breach]:
    name = text(one.get("LogGroupName"))
    for group in around.of(types.LOG_GROUP):
        kind = group.get("LogGroupClass")
        same = group.name == name
        if same and kind is not None and not reasons(kind) and text(kind) not in ("", "STANDARD"):
            yield _breach(
                "filter-on-infrequent-access", one, "LogGroupName", elsewhere=group.address, group=name, kind=text(kind)
            )


def _watched(one: Declared, around: _Around) -> Iterator[Breach]:
    metric = text(one.get("Namespace")), text(one.get("MetricName"))
    outside = reasons(one.get("Namespace")) or reasons(one.get("MetricName"))
    if around.publishes_outside or outside or not all(metric) or metric in around.published:
        return
    # Half of the name is that of a filter's metric: the other half is what is wrong.
    for half, name in enumerate(("MetricName", "Namespace")):
        if metric[half] in {published[half] for published in around.published}:
            yield _breach("alarm-on-unpublished-metric", one, name, namespace=metric[0], metric=metric[1])
            return


def _action(one: Declared, around: _Around) -> Iterator[Breach]:
    metric = text(one.get("Namespace")), text(one.get("MetricName"))
    if metric not in around.published or items(one.get("AlarmActions")):
        return
    rules = [each.get("AlarmRule") for each in around.of(types.COMPOSITE_ALARM)]
    if any(reasons(rule) or one.name in text(rule) for rule in rules):
        return
    if any("Alarm State Change" in json.dumps(plain(rule.get("EventPattern"))) for rule in around.of(types.EVENT_RULE)):
        return
    yield _breach("alarm-without-action", one, "AlarmActions")


def _policy(one: Declared, around: _Around) -> Iterator[Breach]:
    document = one.get("PolicyDocument")
    if document is None or reasons(document):
        return
    written = plain(document)
    for topic in (*items(one.get("Topics")), *items(one.get("TopicArn"))):
        arn = text(topic)
        if arn not in around.told:
            continue
        place = one.place
        own = place.arn("cloudwatch", "alarm:any")
        alarm = MetricAlarm.model_construct(arn=own, name="any", region=place.region, account=place.account)
        policy = written if isinstance(written, str) else json.dumps(written)
        if decide(policy, call_of(alarm, "sns:Publish", arn, arn)).access is Access.DENIED:
            name = arn.rpartition(":")[2]
            yield _breach("topic-policy-replaces-default", one, "PolicyDocument", topic=name)


def _key(one: Declared, around: _Around) -> Iterator[Breach]:
    key = one.get("KmsMasterKeyId")
    if key is not None and text(key).endswith("alias/aws/sns") and one.arn in around.told:
        yield _breach("topic-with-key-of-aws", one, "KmsMasterKeyId", key=text(key))


Check = Callable[[Declared, _Around], Iterator[Breach]]
_CHECKS: dict[str, tuple[Check, ...]] = {
    types.METRIC_FILTER: (_pattern, _transformations, _log_class),
    types.ALARM: (_watched, _action),
    types.TOPIC_POLICY: (_policy,),
    types.TOPIC_INLINE_POLICY: (_policy,),
    types.TOPIC: (_key,),
}
