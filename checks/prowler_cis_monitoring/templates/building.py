"""Declared resources → `AccountResources`, as they would be read of the account after the deployment.

What is outside has no one value, so an account is built for each guess at it; a verdict holds when it is the same for
all guesses. See `Guess`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    AdvancedEventSelector,
    Alarms,
    Arn,
    BasicEventSelector,
    CompositeAlarm,
    EventSelectors,
    FieldSelector,
    Key,
    LogGroup,
    MetricAlarm,
    MetricFilter,
    MetricQuery,
    MetricStat,
    Scope,
    Subscription,
    SubscriptionAttributes,
    Topic,
    Trail,
    TrailStatus,
    Unread,
)
from prowler_cis_monitoring.alert_path.topic import default_policy
from prowler_cis_monitoring.templates import declared as types
from prowler_cis_monitoring.templates.declared import Declared, Place
from prowler_cis_monitoring.templates.values import Outside, Value, boolean, items, number, plain, reasons, text, whole

OUTSIDE = "Outside"
ASSUMED_TRAIL = "assumed-multi-region-trail"
_EVERY_RECORD = ""
_CANONICAL: Mapping[str, Any] = {
    "statistic": "Sum",
    "unit": None,
    "period": 60,
    "evaluation_periods": 1,
    "datapoints_to_alarm": None,
    "threshold": 1.0,
    "comparison": "GreaterThanOrEqualToThreshold",
    "treat_missing_data": "notBreaching",
    "low_sample_percentile": None,
    "dimensions": {},
    "queries": (),
    "threshold_metric_id": None,
}
# Properties that decide whether a resource does its part, so that an outside value of one leaves that open.
_DECIDING = {
    types.TRAIL: ("IsMultiRegionTrail", "IsOrganizationTrail"),
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
    pattern: str = _EVERY_RECORD
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


def build(declared: Sequence[Declared], place: Place, options: Options) -> AccountResources:
    """Return the account after the deployment, as far as these files tell."""
    return _Building(declared, place, options).account()


@dataclass
class _Building:
    declared: Sequence[Declared]
    place: Place
    options: Options
    trails: list[Trail] = field(default_factory=list)

    def of(self, *kinds: str) -> Iterator[Declared]:
        """The resources of some types that exist under this guess."""
        for one in self.declared:
            if one.type in kinds and not (self.options.guess is Guess.ABSENT and open_values(one)):
                yield one

    def account(self) -> AccountResources:
        base = self.options.base or AccountResources.model_construct(
            account=self.place.account, partition=self.place.partition
        )
        groups = self._groups(base)
        self.trails = [*base.trails, *self._trails(groups)]
        self._attach_filters(groups)
        if self.options.assume_trail and self.options.base is None:
            self.trails += self._assumed(groups)
        fed = {(trail.log_group_arn or "").removesuffix(":*") for trail in self.trails}
        alarms = self._alarms(base)
        scopes = {
            Scope.model_construct(account=g.account, region=g.region)
            for g in groups.values()
            if isinstance(g, LogGroup)
        }
        return AccountResources.model_construct(
            account=base.account,
            partition=base.partition,
            trails=tuple(self.trails),
            log_groups={arn: group for arn, group in groups.items() if arn in fed or arn in base.log_groups},
            alarms={scope: alarms.get(scope, Alarms.model_construct()) for scope in {*scopes, *alarms}},
            topics=self._topics(base, alarms),
            unread=base.unread,
            listed_regions=tuple(dict.fromkeys((*base.listed_regions, self.place.region))),
        )

    # --- trails and log groups --------------------------------------------------------------------------------------

    def _groups(self, base: AccountResources) -> dict[str, LogGroup | Unread | None]:
        groups: dict[str, LogGroup | Unread | None] = dict(base.log_groups)
        for one in self.of(types.LOG_GROUP):
            kind = one.get("LogGroupClass")
            hidden = bool(one.get("DataProtectionPolicy"))
            groups[one.arn] = LogGroup.model_construct(
                arn=one.arn,
                name=one.name,
                region=one.place.region,
                account=one.place.account,
                log_class="STANDARD" if kind is None or reasons(kind) else text(kind),
                data_protection="ACTIVATED" if hidden else None,
            )
        return groups

    def _trails(self, groups: dict[str, LogGroup | Unread | None]) -> Iterator[Trail]:
        for one in self.of(types.TRAIL):
            logging, written = one.get("IsLogging"), one.get("CloudWatchLogsLogGroupArn")
            selectors = [one.get("EventSelectors"), one.get("AdvancedEventSelectors")]
            hidden = [why for value in selectors for why in reasons(value)]
            arns = [text(written) or None] if written is not None else [None]
            if written is not None and reasons(written) and self.options.meets:
                arns += [f"{group.arn}:*" for group in groups.values() if isinstance(group, LogGroup)]
            for number_, arn in enumerate(dict.fromkeys(_log_group_arn(arn, one.place) for arn in arns)):
                self._ensure_group(groups, arn, one.place)
                yield Trail.model_construct(
                    arn=one.arn if not number_ else f"{one.arn}-{number_}",
                    name=one.name,
                    account=one.place.account,
                    home_region=one.place.region,
                    multi_region=_hoped(one.get("IsMultiRegionTrail"), default=False),
                    organization=boolean(one.get("IsOrganizationTrail"), default=False),
                    log_group_arn=arn,
                    role_arn=text(one.get("CloudWatchLogsRoleArn")) or None,
                    status=_unread(reasons(logging), one, "logging")
                    or TrailStatus.model_construct(is_logging=boolean(logging, default=True)),
                    selectors=_unread(tuple(hidden), one, "selectors") or _selectors(*selectors),
                )

    def _ensure_group(self, groups: dict[str, LogGroup | Unread | None], arn: str | None, place: Place) -> None:
        bare = (arn or "").removesuffix(":*")
        parsed = Arn.parse(bare)
        if not bare or bare in groups or parsed is None:
            return
        groups[bare] = LogGroup.model_construct(
            arn=bare,
            name=parsed.resource.removeprefix("log-group:"),
            region=parsed.region or place.region,
            account=parsed.account or place.account,
        )

    def _assumed(self, groups: Mapping[str, LogGroup | Unread | None]) -> Iterator[Trail]:
        """A good trail for each group with filters that no trail feeds and that may be fed from elsewhere."""
        made_here = {one.arn for one in self.declared if one.type == types.LOG_GROUP}
        outside = {
            one.place.arn("logs", f"log-group:{text(written)}")
            for one in self.declared
            if one.type == types.METRIC_FILTER and (written := one.get("LogGroupName")) and reasons(written)
        }
        trails_here = any(one.type == types.TRAIL for one in self.declared)
        fed = {(trail.log_group_arn or "").removesuffix(":*") for trail in self.trails}
        for arn, group in groups.items():
            if not isinstance(group, LogGroup) or not group.metric_filters or arn in fed:
                continue
            # A group that is outside may be another than one that the trails of these files deliver to.
            doubted = self.options.guess is Guess.ABSENT and arn in outside
            if trails_here and (arn in made_here or doubted):
                continue
            yield Trail.model_construct(
                arn=f"arn:{self.place.partition}:cloudtrail:{group.region}:{group.account}:trail/{ASSUMED_TRAIL}",
                name=ASSUMED_TRAIL,
                account=group.account,
                home_region=group.region,
                multi_region=True,
                log_group_arn=f"{arn}:*",
                role_arn=f"arn:{self.place.partition}:iam::{group.account}:role/assumed",
                status=TrailStatus.model_construct(is_logging=True),
                selectors=EventSelectors.model_construct(),
            )

    # --- metric filters ---------------------------------------------------------------------------------------------

    def _attach_filters(self, groups: dict[str, LogGroup | Unread | None]) -> None:
        found: dict[str, list[MetricFilter]] = {}
        for one in self.of(types.METRIC_FILTER):
            written = one.get("LogGroupName")
            own = one.place.arn("logs", f"log-group:{text(written)}")
            self._ensure_group(groups, own, one.place)
            arns = [own]
            if written is not None and reasons(written) and self.options.meets:
                arns += [arn for arn, group in groups.items() if isinstance(group, LogGroup) and arn != own]
            for arn in arns:
                found.setdefault(arn, []).extend(self._filters(one, groups[arn]))
        for arn, filters in found.items():
            group = groups[arn]
            if isinstance(group, LogGroup):
                before = () if isinstance(group.metric_filters, Unread) else group.metric_filters
                names = {each.name for each in filters}
                kept = [each for each in before if each.name not in names]
                groups[arn] = group.model_copy(update={"metric_filters": (*kept, *filters)})

    def _filters(self, one: Declared, group: LogGroup | Unread | None) -> Iterator[MetricFilter]:
        pattern = one.get("FilterPattern")
        transformations = one.get("MetricTransformations")
        for item in _transformations(transformations):
            value, default = item.get("MetricValue"), item.get("DefaultValue")
            # An outside condition on the system fields selects whatever the path needs.
            selection = one.get("FieldSelectionCriteria")
            made = MetricFilter.model_construct(
                name=one.name,
                log_group=group.name if isinstance(group, LogGroup) else "",
                pattern=self._pattern(pattern),
                metric_name=text(item.get("MetricName")),
                namespace=text(item.get("MetricNamespace")),
                value="1" if reasons(value) else text(value),
                default=None if reasons(default) else number(default),
                unit=text(item.get("Unit")) or None if not reasons(item.get("Unit")) else None,
                dimensions=_filter_dimensions(item.get("Dimensions")),
                system_dimensions=tuple(text(each) for each in items(one.get("EmitSystemFieldDimensions"))),
                field_selection=None if reasons(selection) else text(selection) or None,
                on_transformed_logs=boolean(one.get("ApplyOnTransformedLogs"), default=False),
            )
            yield made
            if self.options.meets and (reasons(item.get("MetricName")) or reasons(item.get("MetricNamespace"))):
                yield from self._meeting_filters(made, item)

    def _pattern(self, written: Value | None) -> str:
        if not reasons(written):
            return text(written)
        return _EVERY_RECORD if self.options.guess is Guess.NOISY else self.options.pattern

    def _meeting_filters(self, made: MetricFilter, item: Value) -> Iterator[MetricFilter]:
        """The filter on each metric that an alarm reads and that its outside name may be."""
        for namespace, name in self._metrics_of_alarms():
            right = (
                reasons(item.get("MetricNamespace")) or namespace == made.namespace,
                reasons(item.get("MetricName")) or name == made.metric_name,
            )
            if all(right) and (namespace, name) != (made.namespace, made.metric_name):
                yield made.model_copy(update={"namespace": namespace, "metric_name": name})

    def _metrics_of_alarms(self) -> list[tuple[str, str]]:
        found = [(text(one.get("Namespace")), text(one.get("MetricName"))) for one in self.of(types.ALARM)]
        for one in self.of(types.ALARM):
            for query in items(one.get("Metrics")):
                metric = (query.get("MetricStat") or query).get("Metric")
                found.append((text(metric.get("Namespace")), text(metric.get("MetricName"))) if metric else ("", ""))
        return [each for each in dict.fromkeys(found) if all(each)]

    def _metrics_of_filters(self) -> list[tuple[str, str]]:
        found = [
            (text(item.get("MetricNamespace")), text(item.get("MetricName")))
            for one in self.of(types.METRIC_FILTER)
            for item in items(one.get("MetricTransformations"))
        ]
        return list(dict.fromkeys(found))

    # --- alarms -----------------------------------------------------------------------------------------------------

    def _alarms(self, base: AccountResources) -> dict[Scope, Alarms | Unread]:
        metric: dict[Scope, dict[str, MetricAlarm]] = {}
        composite: dict[Scope, dict[str, CompositeAlarm]] = {}
        for one in self.of(types.ALARM):
            scope = Scope.model_construct(account=one.place.account, region=one.place.region)
            for made in self._metric_alarms(one):
                metric.setdefault(scope, {})[made.name] = made
        for one in self.of(types.COMPOSITE_ALARM):
            scope = Scope.model_construct(account=one.place.account, region=one.place.region)
            children = list(metric.get(scope, ()))
            composite.setdefault(scope, {})[one.name] = self._composite(one, children)
        found: dict[Scope, Alarms | Unread] = dict(base.alarms)
        for scope in {*metric, *composite}:
            before = base.alarms.get(scope)
            if isinstance(before, Alarms):
                metric[scope] = {**{each.name: each for each in before.metric_alarms}, **metric.get(scope, {})}
                composite[scope] = {
                    **{each.name: each for each in before.composite_alarms},
                    **composite.get(scope, {}),
                }
            found[scope] = Alarms.model_construct(
                metric_alarms=tuple(metric.get(scope, {}).values()),
                composite_alarms=tuple(composite.get(scope, {}).values()),
            )
        return found

    def _metric_alarms(self, one: Declared) -> Iterator[MetricAlarm]:
        namespace, name = text(one.get("Namespace")), text(one.get("MetricName"))
        made = MetricAlarm.model_construct(
            **_of_any_alarm(one),
            namespace=namespace or None,
            metric_name=name or None,
            dimensions=_alarm_dimensions(one.get("Dimensions")),
            statistic=text(one.get("Statistic")) or text(one.get("ExtendedStatistic")) or None,
            unit=text(one.get("Unit")) or None,
            period=whole(one.get("Period")),
            evaluation_periods=whole(one.get("EvaluationPeriods")) or 1,
            datapoints_to_alarm=whole(one.get("DatapointsToAlarm")),
            threshold=number(one.get("Threshold")),
            comparison=text(one.get("ComparisonOperator")) or None,
            treat_missing_data=text(one.get("TreatMissingData")) or "missing",
            low_sample_percentile=text(one.get("EvaluateLowSampleCountPercentile")) or None,
            queries=tuple(_query(query) for query in items(one.get("Metrics"))),
            threshold_metric_id=text(one.get("ThresholdMetricId")) or None,
        )
        hoped = set(open_values(one)) - {"ActionsEnabled"}
        if hoped:
            of_query = next((query.metric for query in made.queries if query.metric is not None), None)
            metric = {} if of_query is None else {"namespace": of_query.namespace, "metric_name": of_query.metric_name}
            # What is known of its series stays: another series gets other events.
            kept = {name: getattr(made, name) for name in ("unit", "dimensions") if name.capitalize() not in hoped}
            made = made.model_copy(update={**_CANONICAL, **kept, **metric})
        yield made
        outside = reasons(one.get("Namespace")) or reasons(one.get("MetricName")) or reasons(one.get("Metrics"))
        if outside and self.options.meets:
            for number_, (space, metric_name) in enumerate(self._metrics_of_filters()):
                right = (
                    not namespace or reasons(one.get("Namespace")) or space == namespace,
                    not name or reasons(one.get("MetricName")) or metric_name == name,
                )
                if all(right) and (space, metric_name) != (namespace, name):
                    label = {"name": f"{made.name}-{number_}", "arn": f"{made.arn}-{number_}"}
                    yield made.model_copy(update={**label, "namespace": space, "metric_name": metric_name})

    def _composite(self, one: Declared, children: Sequence[str]) -> CompositeAlarm:
        rule, suppressor = one.get("AlarmRule"), one.get("ActionsSuppressor")
        written = text(rule)
        known = {*children, *(each.name for each in self.declared if each.type in (types.ALARM, types.COMPOSITE_ALARM))}
        if any(outside.token not in " ".join(known) for outside in reasons(rule)):
            quoted = (name.replace("\\", "\\\\").replace('"', '\\"') for name in children)
            written = " OR ".join(f'ALARM("{name}")' for name in quoted) or "TRUE"
        return CompositeAlarm.model_construct(
            **_of_any_alarm(one),
            rule=written,
            suppressor=None if reasons(suppressor) else text(suppressor) or None,
            suppressor_wait=whole(one.get("ActionsSuppressorWaitPeriod")) or 0,
            suppressor_extension=whole(one.get("ActionsSuppressorExtensionPeriod")) or 0,
        )

    # --- topics -----------------------------------------------------------------------------------------------------

    def _topics(
        self, base: AccountResources, alarms: Mapping[Scope, Alarms | Unread]
    ) -> dict[str, Topic | Unread | None]:
        topics: dict[str, Topic | Unread | None] = dict(base.topics)
        policies, keys = self._policies(), self._keys()
        subscriptions = self._subscriptions()
        for one in self.of(types.TOPIC):
            topics[one.arn] = self._topic(one, policies, keys, subscriptions)
        why = {text(action): reasons(action) for one in self.declared for action in items(one.get("AlarmActions"))}
        for found in alarms.values():
            for action in _actions(found):
                arn = Arn.parse(action)
                if arn is not None and arn.service == "sns" and action not in topics:
                    topics[action] = self._other_topic(action, arn, why, subscriptions)
        return topics

    def _other_topic(
        self,
        action: str,
        arn: Arn,
        why: Mapping[str, tuple[Outside, ...]],
        subscriptions: Mapping[str, list[Subscription]],
    ) -> Unread:
        """A topic that is not in these files; that nobody looked is all that can be said of it."""
        token = arn.resource
        outside = next((found for text_, found in why.items() if found and text_ in (action, token)), ())
        reason = outside[0].reason if outside else "the topic is not in these files"
        if not outside and subscriptions.get(action):
            reason = "the topic's policy is not in these files"
        return Unread.model_construct(
            action=reason, region=arn.region, account=arn.account, resource=action, error=OUTSIDE
        )

    def _topic(
        self,
        one: Declared,
        policies: Mapping[str, Value | None],
        keys: Mapping[str, Key],
        subscriptions: Mapping[str, list[Subscription]],
    ) -> Topic:
        written = policies.get(one.arn, one.get("Policy"))
        if "*" in policies and one.arn not in policies and self.options.meets:
            written = policies["*"]
        policy: str | Unread = default_policy(one.arn, one.place.account)
        if written is not None:
            whole_ = plain(written)
            policy = _unread(reasons(written), one, "policy") or (
                whole_ if isinstance(whole_, str) else json.dumps(whole_)
            )
        key_id = one.get("KmsMasterKeyId")
        arn = text(key_id)
        key: Key | Unread | None = keys.get(_key_name(arn))
        if key is None and key_id is not None:
            why = reasons(key_id) or (Outside(arn, "the key is not in these files"),)
            key = _unread(why, one, "key")
        heard = [*subscriptions.get(one.arn, ()), *self._inline_subscriptions(one)]
        if self.options.guess is not Guess.ABSENT:
            heard += subscriptions.get("*", ())
        return Topic.model_construct(
            arn=one.arn,
            name=one.name,
            region=one.place.region,
            account=one.place.account,
            policy=policy,
            fifo=boolean(one.get("FifoTopic"), default=False),
            kms_key_id=arn or None,
            key=key,
            subscriptions=tuple(heard),
        )

    def _policies(self) -> dict[str, Value | None]:
        """The policies by the ARN of their topic; under `*` those whose topics are outside."""
        found: dict[str, Value | None] = {}
        for one in self.of(types.TOPIC_POLICY, types.TOPIC_INLINE_POLICY):
            topics = [*items(one.get("Topics")), *items(one.get("TopicArn"))]
            for topic in topics:
                known = text(topic)
                declared_here = any(each.arn == known for each in self.declared if each.type == types.TOPIC)
                found["*" if reasons(topic) and not declared_here else known] = one.get("PolicyDocument")
        return found

    def _keys(self) -> dict[str, Key]:
        """The keys by id, and by alias."""
        found: dict[str, Key] = {}
        for one in self.of(types.KEY):
            policy, enabled = one.get("KeyPolicy"), one.get("Enabled")
            written = plain(policy)
            found[one.name] = Key.model_construct(
                arn=one.arn,
                key_id=one.name,
                account=one.place.account,
                state="Enabled" if boolean(enabled, default=True) else "Disabled",
                policy=_unread((*reasons(policy), *reasons(enabled)), one, "policy")
                or (written if isinstance(written, str) else json.dumps(written) if written else _default_key(one)),
            )
        for one in self.of(types.ALIAS):
            target = text(one.get("TargetKeyId")).rpartition(":key/")[2]
            if target in found:
                found[text(one.get("AliasName")) or one.name] = found[target]
        return found

    def _subscriptions(self) -> dict[str, list[Subscription]]:
        """The subscriptions by the ARN of their topic; under `*` those whose topic is outside."""
        found: dict[str, list[Subscription]] = {}
        known = {one.arn for one in self.declared if one.type == types.TOPIC}
        for one in self.declared:
            if one.type != types.SUBSCRIPTION:
                continue
            topic = one.get("TopicArn")
            elsewhere = bool(reasons(topic)) and text(topic) not in known
            if self.options.guess is Guess.ABSENT and (elsewhere or reasons(one.get("Protocol"))):
                continue
            found.setdefault("*" if elsewhere else text(topic), []).append(_subscription(one.properties, one))
        return found

    def _inline_subscriptions(self, one: Declared) -> Iterator[Subscription]:
        for item in items(one.get("Subscription")):
            if self.options.guess is Guess.ABSENT and (item.outside or reasons(item.get("Protocol"))):
                continue
            yield _subscription(item.data if isinstance(item.data, Mapping) else {}, one)


def _actions(found: Alarms | Unread) -> Iterator[str]:
    if isinstance(found, Alarms):
        for alarm in found.metric_alarms:
            yield from alarm.alarm_actions
        for composite in found.composite_alarms:
            yield from composite.alarm_actions


def _transformations(value: Value | None) -> tuple[Value, ...]:
    """Return a filter's transformations; of one that is outside as a whole the names are, too."""
    if value is not None and value.outside:
        return (Value({"MetricName": value, "MetricNamespace": value}, value.at),)
    return items(value)


def _unread(why: tuple[Outside, ...], one: Declared, what: str) -> Unread | None:
    if not why:
        return None
    return Unread.model_construct(
        action=why[0].reason, region=one.place.region, account=one.place.account, resource=what, error=OUTSIDE
    )


def _hoped(value: Value | None, *, default: bool) -> bool:
    return bool(reasons(value)) or boolean(value, default=default)


def _log_group_arn(arn: str | None, place: Place) -> str | None:
    """Return a log group's ARN; what is outside as a whole is the name of a group at the same place."""
    if arn is None or Arn.parse(arn) is not None:
        return arn
    return f"{place.arn('logs', f'log-group:{arn}')}:*"


def _selectors(basic: Value | None, advanced: Value | None) -> EventSelectors:
    def texts(holder: Value, name: str) -> tuple[str, ...]:
        return tuple(text(item) for item in items(holder.get(name)))

    return EventSelectors.model_construct(
        basic=tuple(
            BasicEventSelector.model_construct(
                read_write_type=text(one.get("ReadWriteType"), "All"),
                include_management_events=boolean(one.get("IncludeManagementEvents"), default=True),
                excluded_sources=texts(one, "ExcludeManagementEventSources"),
            )
            for one in items(basic)
        )
        if not items(advanced)
        else (),
        advanced=tuple(
            AdvancedEventSelector.model_construct(
                name=text(one.get("Name")),
                fields=tuple(
                    FieldSelector.model_construct(
                        field=text(selector.get("Field")),
                        equals=texts(selector, "Equals"),
                        starts_with=texts(selector, "StartsWith"),
                        ends_with=texts(selector, "EndsWith"),
                        not_equals=texts(selector, "NotEquals"),
                        not_starts_with=texts(selector, "NotStartsWith"),
                        not_ends_with=texts(selector, "NotEndsWith"),
                    )
                    for selector in items(one.get("FieldSelectors"))
                ),
            )
            for one in items(advanced)
        ),
    )


def _filter_dimensions(value: Value | None) -> dict[str, str]:
    return {text(item.get("Key")): text(item.get("Value")) for item in items(value)} if not reasons(value) else {}


def _alarm_dimensions(value: Value | None) -> dict[str, str]:
    return {text(item.get("Name")): text(item.get("Value")) for item in items(value)}


def _of_any_alarm(one: Declared) -> dict[str, Any]:
    def actions(name: str) -> tuple[str, ...]:
        return tuple(_action(item, one.place) for item in items(one.get(name)) if text(item))

    return {
        "arn": one.arn,
        "name": one.name,
        "region": one.place.region,
        "account": one.place.account,
        "actions_enabled": _hoped(one.get("ActionsEnabled"), default=True),
        "alarm_actions": actions("AlarmActions"),
        "ok_actions": actions("OKActions"),
        "insufficient_data_actions": actions("InsufficientDataActions"),
        "description": text(one.get("AlarmDescription")) or None,
        "state": "OK",
    }


def _action(item: Value, place: Place) -> str:
    """Return an action's ARN; one that is outside may be a topic, and that is all that is known of it."""
    written = text(item)
    if not item.outside or Arn.parse(written) is not None:
        return written
    return place.arn("sns", written)


def _query(query: Value) -> MetricQuery:
    stat = query.get("MetricStat")
    metric = None
    if stat is not None:
        named = stat.get("Metric") or stat
        metric = MetricStat.model_construct(
            namespace=text(named.get("Namespace")),
            metric_name=text(named.get("MetricName")),
            dimensions=_alarm_dimensions(named.get("Dimensions")),
            period=whole(stat.get("Period")) or 60,
            statistic=text(stat.get("Stat")),
            unit=text(stat.get("Unit")) or None,
        )
    return MetricQuery.model_construct(
        id=text(query.get("Id")),
        expression=text(query.get("Expression")) or None,
        metric=metric,
        return_data=boolean(query.get("ReturnData"), default=True),
        period=whole(query.get("Period")),
        account=text(query.get("AccountId")) or None,
    )


def _subscription(properties: Mapping[str, Value], one: Declared) -> Subscription:
    protocol, policy, scope = (properties.get(name) for name in ("Protocol", "FilterPolicy", "FilterPolicyScope"))
    written = plain(policy)
    told = "email" if protocol is not None and reasons(protocol) else text(protocol)
    endpoint = properties.get("Endpoint")
    return Subscription.model_construct(
        # Whether somebody confirms it no template says; that it is asked for does.
        arn=f"{one.place.arn('sns', one.name)}:{told}-{text(endpoint) or one.address}"[:250],
        protocol=told,
        endpoint="" if endpoint is not None and reasons(endpoint) else text(endpoint),
        owner=one.place.account,
        attributes=_unread((*reasons(policy), *reasons(scope)), one, "filter policy")
        or SubscriptionAttributes.model_construct(
            filter_policy=(written if isinstance(written, str) else json.dumps(written)) if written else None,
            filter_policy_scope=text(scope) or "MessageAttributes",
        ),
    )


def _key_name(written: str) -> str:
    """Return the id or alias of a key that is written as an ARN, an id or an alias."""
    _, alias, name = written.rpartition(":alias/")
    return f"alias/{name}" if alias else written.rpartition(":key/")[2]


def _default_key(one: Declared) -> str:
    """Return the policy of a key that is made without one (KMS Developer Guide, "Default key policy")."""
    root = f"arn:{one.place.partition}:iam::{one.place.account}:root"
    statement = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
