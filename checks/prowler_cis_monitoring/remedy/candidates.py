"""Remedies that may help: ways of completing what exists or of putting something beside it; the proof chooses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from prowler_cis_monitoring.alert_path.failure import Failure
from prowler_cis_monitoring.alert_path.following import stems_of
from prowler_cis_monitoring.alert_path.graph import may_refer
from prowler_cis_monitoring.alert_path.path import AlertPath, Link, State
from prowler_cis_monitoring.alert_path.question import Question
from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    CompositeAlarm,
    LogGroup,
    MetricAlarm,
    Scope,
    Topic,
    Trail,
)
from prowler_cis_monitoring.alert_path.rules import Effect, Remark
from prowler_cis_monitoring.alert_path.telling import clause
from prowler_cis_monitoring.alert_path.topic import judge_topic
from prowler_cis_monitoring.alert_path.verdict import Status
from prowler_cis_monitoring.controls import CONTROLS, Control
from prowler_cis_monitoring.decision import demand_of
from prowler_cis_monitoring.filter_pattern import FilterPattern, all_of, parse
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.remedy import names
from prowler_cis_monitoring.remedy.changes import (
    AddAlarmAction,
    Change,
    CreateTopic,
    CreateTrail,
    PutMetricAlarm,
    PutMetricFilter,
)
from prowler_cis_monitoring.remedy.patterns import has_regex, narrowed, sparing
from prowler_cis_monitoring.remedy.proof import Judged
from prowler_cis_monitoring.remedy.strategies import (
    Place,
    add_event_selector,
    alarm_of,
    all_alarms,
    mended,
    new_log_group,
    subscribe,
)

# How many of each are looked at: what comes later is further from a working path.
_MOST_TRAILS = 6
_MOST_PATHS = 8
_MOST_PATHS_TOGETHER = 40
_MOST_TOPICS = 4
# CloudWatch API, PutMetricAlarm.AlarmActions.
_MOST_ACTIONS = 5
# CloudWatch Logs User Guide, "CloudWatch Logs quotas": metric filters of a log group, and those of them with a
# regular expression.
MOST_FILTERS = 100
_MOST_WITH_REGEX = 5
_ABOVE = ("trail", "log group")
Remedy = tuple[Change, ...]


def weight(remedy: Iterable[Change]) -> int:
    """Return how much a remedy changes."""
    return sum(change.weight for change in remedy)


def joined(*parts: Iterable[Change]) -> Remedy:
    """Join changes, each once, with all that it mends."""
    found: dict[Change, Change] = {}
    for change in (change for part in parts for change in part):
        found[change] = found[change].for_reasons(*change.mends) if change in found else change
    return tuple(found.values())


def remedies(judged: Judged, control: Control, address: str | None) -> list[Remedy]:
    """Return remedies that may mend a control, those that change least first; none of them is proved yet."""
    found = []
    for start in _starts(judged, control, address):
        after = judged.after(start) if start else judged
        if start:
            found.append(start)
        found += [joined(start, rest) for rest in _Account(after, control, address).remedies()]
    ordered = sorted(enumerate(found), key=lambda one: (weight(one[1]), one[0]))
    return [remedy for _, remedy in ordered if remedy]


def _starts(judged: Judged, control: Control, address: str | None) -> Iterator[Remedy]:
    """Yield what may be done first: nothing, or what makes a trail deliver all that is asked for to its log group."""
    yield ()
    resources = judged.resources
    question = Question(judged.paths, demand_of(control, judged.settings))
    for trail in sorted(resources.trails, key=lambda one: _rank(one, resources.account))[:_MOST_TRAILS]:
        stem = next(stems_of(trail, resources))[0]
        place = Place(resources, stem, address)
        parts = [mended(found, place) for found in stem.having(Effect.BROKEN)]
        # What a trail of one Region records would never cover, whatever its selectors are.
        if question.coverage([stem]).verdict != "covered":
            why = _blamed(judged, control)
            selector = add_event_selector(place)
            parts.append(selector and tuple(change.for_reasons(*why) for change in selector))
        remedy = joined(*(part for part in parts if part is not None))
        if remedy and None not in parts:
            yield remedy
    if not resources.trails:
        yield _new_trail(resources)


def _blamed(judged: Judged, control: Control) -> tuple[str, ...]:
    verdict = judged.verdict(control.slug)
    broken = [found for path in verdict.paths for found in path.having(Effect.BROKEN)]
    return tuple(clause(found) for found in broken) or (verdict.sentence,)


def _rank(trail: Trail, account: str) -> tuple[object, ...]:
    return trail.account != account, trail.log_group_arn is None, not trail.multi_region, trail.arn


def _new_trail(resources: AccountResources) -> Remedy:
    """Create a trail in an account without one, in the Region where most of AWS's global services record."""
    regions = sorted(resources.listed_regions)
    leading = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}.get(resources.partition, "")
    region = leading if leading in regions or not regions else regions[0]
    group = new_log_group(resources, resources.account, region)
    trail = CreateTrail(
        account=resources.account,
        region=region,
        name=names.PREFIX,
        bucket=f"{names.PREFIX}-trail-{resources.account}-{region}",
        log_group=group.arn,
        role=names.ROLE,
        partition=resources.partition,
        mends=("there is no trail",),
    )
    return group.for_reasons("there is no trail"), trail


@dataclass(frozen=True)
class _Account:
    """An account whose trails are as good as they become, and what may be done about the rest of its paths."""

    judged: Judged
    control: Control
    address: str | None

    def remedies(self) -> Iterator[Remedy]:
        """Yield ways to complete paths and to put others beside them."""
        together = []
        for path in self.paths:
            if (completed := self._completed(path)) is not None:
                together.append(completed)
                yield completed
        yield joined(*together)
        for path in self.paths[:_MOST_PATHS]:
            yield from self._with_other_topic(path)
            yield from self._alarm_beside(path)
            yield from self._filter_for_alarm(path)
        beside = [list(self._filter_and_alarm(*stem)) for stem in self.stems]
        for options in beside:
            yield from options
        if len(beside) > 1:
            yield joined(*(options[0] for options in beside if options))

    @property
    def resources(self) -> AccountResources:
        return self.judged.resources

    @cached_property
    def question(self) -> Question:
        return Question(self.judged.paths, demand_of(self.control, self.judged.settings))

    @cached_property
    def pattern(self) -> FilterPattern:
        """The control's pattern without the events that the user has approved to pass unnoticed."""
        demand = self.question.demand
        return sparing(parse(self.control.suggested_pattern), demand.exclusions, demand.events_demanded)

    @cached_property
    def why(self) -> tuple[str, ...]:
        """What is broken on the path that the verdict blames, as clauses."""
        return _blamed(self.judged, self.control)

    @cached_property
    def paths(self) -> list[AlertPath]:
        """The paths meant for the control whose trail and log group work, the nearest first."""
        nearest = [path for path in Failure(self.question).nearest if not _broken(path, *_ABOVE)]
        return [path for path in nearest if path.name_of("metric filter")][:_MOST_PATHS_TOGETHER]

    @cached_property
    def stems(self) -> list[tuple[AlertPath, LogGroup]]:
        """The trails and log groups that work."""
        found = [stem for trail in self.resources.trails for stem in stems_of(trail, self.resources)]
        return [(stem, group) for stem, group in found if group is not None and stem.state is State.LIVE]

    def _completed(self, path: AlertPath) -> Remedy | None:
        """Mend all that is broken on a path in place."""
        broken = path.having(Effect.BROKEN)
        place = Place(self.resources, path, self.address, alarm_of(path, self.resources))
        parts = [mended(found, place) for found in broken]
        if not parts or None in parts:
            return None
        return joined(*(part for part in parts if part is not None))

    def _with_other_topic(self, path: AlertPath) -> Iterator[Remedy]:
        """Let a path's alarm tell another topic than it does, or one at all."""
        alarm = alarm_of(path, self.resources)
        above = [found for found in path.having(Effect.BROKEN) if not _is_about_actions(found)]
        if alarm is None or not self._may_be_completed(alarm) or len(alarm.alarm_actions) >= _MOST_ACTIONS:
            return
        place = Place(self.resources, path, self.address, alarm)
        parts = [mended(found, place) for found in above]
        if None in parts:
            return
        why = [clause(found) for found in path.having(Effect.BROKEN) if _is_about_actions(found)] or self.why
        for arn, topic in self._topics(alarm, path):
            if arn not in alarm.alarm_actions:
                added = AddAlarmAction(
                    account=alarm.account, region=alarm.region, before=alarm, topic=arn, mends=tuple(why)
                )
                # Enabled afterwards: to add an action is to put the alarm as it was before, its actions disabled.
                yield joined(topic, (added,), *(part for part in parts if part is not None))

    def _may_be_completed(self, alarm: MetricAlarm | CompositeAlarm) -> bool:
        """Whether an alarm is known whole, and is no part of a composite alarm that speaks for it."""
        if isinstance(alarm, MetricAlarm) and (alarm.queries or not alarm.metric_name or _has_more(alarm)):
            return False
        composites = (one for one in all_alarms(self.resources) if isinstance(one, CompositeAlarm))
        return not any(may_refer(composite.rule, alarm) for composite in composites)

    def _alarm_beside(self, path: AlertPath) -> Iterator[Remedy]:
        """Put an alarm of our own on the metric of a path's filter."""
        published = self._published(path)
        if published is None or _broken(path, "metric filter"):
            return
        group, namespace, metric, unit = published
        if self._rings_already(group, namespace, metric):
            return
        yield from self._own_alarm(group, namespace, metric, unit, path)

    def _filter_for_alarm(self, path: AlertPath) -> Iterator[Remedy]:
        """Let a filter of our own publish what is missing to the metric of a path's alarm."""
        published, arn = self._published(path), next((link.arn for link in path.links if link.kind == "alarm"), "")
        watched = next((one for one in self._metric_alarms if one.arn == arn), None)
        if published is None or watched is None or not watched.metric_name or watched.dimensions or watched.queries:
            return
        below = [found for found in path.having(Effect.BROKEN) if found.rule.link != "metric filter"]
        place = Place(self.resources, path, self.address, alarm_of(path, self.resources))
        parts = [mended(found, place) for found in below]
        if None in parts:
            return
        namespace, metric = watched.namespace or "", watched.metric_name
        filters = self._own_filters(published[0], namespace, metric, watched.unit)
        if filters:
            yield joined(*(part for part in parts if part is not None), filters)

    def _filter_and_alarm(self, stem: AlertPath, group: LogGroup) -> Iterator[Remedy]:
        """Put a filter and an alarm of our own on a log group."""
        scope = Scope(account=group.account, region=group.region)
        metric = names.free(names.metric_of_control(self.control.slug), names.metrics_in(self.resources, scope))
        filters = self._own_filters(group, names.NAMESPACE, metric, None)
        if filters and not self._rings_for_the_same(group):
            for alarm in self._own_alarm(group, names.NAMESPACE, metric, None, stem):
                yield joined(filters, alarm)

    def _own_filters(self, group: LogGroup, namespace: str, metric: str, unit: str | None) -> Remedy:
        """Return the filters for what nobody is told of; none where the group cannot take them."""
        taken, found = names.filters_in(self.resources, group.arn), []
        wholes = dict.fromkeys((self.pattern, parse(self.control.suggested_pattern)))
        patterns = next(filter(lambda one: _has_room(group, one), map(self._missing_of, wholes)), ())
        for pattern in patterns:
            name = names.free(names.of_control(self.control.slug), taken)
            taken.add(name)
            made = PutMetricFilter(
                account=group.account,
                region=group.region,
                log_group=group.arn,
                name=name,
                pattern=pattern,
                namespace=namespace,
                metric=metric,
                unit=unit,
                mends=self.why,
            )
            found.append(made)
        return tuple(found)

    def _missing_of(self, whole: FilterPattern) -> tuple[str, ...]:
        """Return patterns for what nobody is told of and a whole pattern matches."""
        demanded, suggested = self.question.demand.events_demanded, self.control.suggested_pattern
        return narrowed(
            whole,
            lambda piece: self.question.coverage_of(all_of(demanded, piece), self.question.live).verdict != "covered",
            suggested if whole == parse(suggested) else "",
        )

    def _own_alarm(
        self, group: LogGroup, namespace: str, metric: str, unit: str | None, path: AlertPath
    ) -> Iterator[Remedy]:
        """Yield an alarm of our own on a metric, for each topic that it may tell."""
        scope = Scope(account=group.account, region=group.region)
        name = names.free(names.of_control(self.control.slug), names.alarms_in(self.resources, scope))
        alarm = PutMetricAlarm(
            account=group.account,
            region=group.region,
            name=name,
            namespace=namespace,
            metric=metric,
            topic="",
            description=f"Rings when {self.control.event} ({self.control.check_id}).",
            unit=unit,
            partition=self.resources.partition,
            mends=self.why,
        )
        for arn, topic in self._topics(alarm.made, path):
            telling = PutMetricAlarm(**{**vars(alarm), "topic": arn})
            yield joined(topic, (telling,))

    def _topics(self, alarm: MetricAlarm | CompositeAlarm, path: AlertPath) -> Iterator[tuple[str, Remedy]]:
        """Yield topics that an alarm may tell, each with what has to be done first."""
        linked = (link.arn for one in (path, *self.paths) for link in one.links if link.kind == "topic")
        known = dict.fromkeys((*self._heard, *linked))
        looked_at = 0
        for arn in known:
            topic = self.resources.topics.get(arn)
            if not isinstance(topic, Topic) or topic.region != alarm.region or arn in self._failed_before:
                continue
            looked_at += 1
            if looked_at > _MOST_TOPICS:
                break
            if (remedy := self._topic_completed(topic, alarm)) is not None:
                yield arn, remedy
        yield self._own_topic(alarm)

    def _topic_completed(self, topic: Topic, alarm: MetricAlarm | CompositeAlarm) -> Remedy | None:
        found = judge_topic(topic, alarm)
        if any(one.effect is Effect.UNSEEN for one in found.remarks):
            return None
        at_topic = AlertPath((Link("topic", topic.name, topic.arn),))
        place = Place(self.resources, at_topic, self.address, alarm)
        parts = [mended(one, place) for one in found.remarks if one.effect is Effect.BROKEN]
        return None if None in parts else joined(*(part for part in parts if part is not None))

    def _own_topic(self, alarm: MetricAlarm | CompositeAlarm) -> tuple[str, Remedy]:
        scope = Scope(account=alarm.account, region=alarm.region)
        name = names.free(names.PREFIX, names.topics_in(self.resources, scope))
        made = CreateTopic(
            account=alarm.account,
            region=alarm.region,
            name=name,
            partition=self.resources.partition,
            mends=self.why,
        )
        topic = made.apply(AccountResources(account=self.resources.account)).topics[made.arn]
        followers = subscribe(topic, self.address) if isinstance(topic, Topic) else ()
        return made.arn, (made, *(change.for_reasons(*self.why) for change in followers))

    @cached_property
    def _heard(self) -> tuple[str, ...]:
        """The topics over which somebody is told of a control's events already; the ones for most controls first."""
        counted: dict[str, int] = {}
        for slug in CONTROLS:
            live = self.judged.verdict(slug).paths if self.judged.status(slug) is Status.PASS else ()
            for arn in {link.arn for path in live for link in path.links if link.kind == "topic"}:
                counted[arn] = counted.get(arn, 0) + 1
        working = (path for path in self.paths if path.state is State.LIVE)
        for arn in {link.arn for path in working for link in path.links if link.kind == "topic"}:
            counted.setdefault(arn, 0)
        return tuple(sorted(counted, key=lambda arn: (-counted[arn], arn)))

    @cached_property
    def _failed_before(self) -> frozenset[str]:
        """The topics to which the last message of some alarm could not be delivered."""
        histories = (alarm.history for alarm in all_alarms(self.resources))
        failures = (one for history in histories if isinstance(history, tuple) for one in history)
        return frozenset(one.action for one in failures)

    @cached_property
    def _metric_alarms(self) -> tuple[MetricAlarm, ...]:
        return tuple(alarm for alarm in all_alarms(self.resources) if isinstance(alarm, MetricAlarm))

    def _published(self, path: AlertPath) -> tuple[LogGroup, str, str, str | None] | None:
        """Return where a path's filter stands and which metric it publishes, with its unit."""
        arn = next((link.arn for link in path.links if link.kind == "log group"), "")
        group = self.resources.log_groups.get(arn)
        if not isinstance(group, LogGroup) or not isinstance(group.metric_filters, tuple):
            return None
        for found in group.metric_filters:
            if found.name == path.name_of("metric filter"):
                return group, found.namespace, found.metric_name, found.unit
        return None

    def _rings_already(self, group: LogGroup, namespace: str, metric: str) -> bool:
        """Whether an alarm as ours is on since long: one beside it would be on too, for the same events."""
        return any(
            (alarm.account, alarm.region, alarm.namespace, alarm.metric_name)
            == (group.account, group.region, namespace, metric)
            and alarm.treat_missing_data == "notBreaching"
            and alarm.arn in self._on_since_long
            for alarm in self._metric_alarms
        )

    @cached_property
    def _on_since_long(self) -> frozenset[str]:
        """The alarms on the control's paths that have been in ALARM for more than a day."""
        on = {(found.rule.link, found.resource) for path in self.paths for found in path.remarks if _is_on(found)}
        return frozenset(link.arn for path in self.paths for link in path.links if (link.kind, link.name) in on)

    def _rings_for_the_same(self, group: LogGroup) -> bool:
        """Whether an alarm as ours is on since long for events no others than those that are asked for."""
        for path in self.paths:
            published = self._published(path)
            if published is None or published[0].arn != group.arn or not self._rings_already(*published[:3]):
                continue
            if self.question.coverage_of(path.matched, [path.then(None, matched=self.pattern)]).verdict == "covered":
                return True
        return False


def _has_room(group: LogGroup, patterns: Sequence[str]) -> bool:
    """Whether a log group may have so many metric filters more, and so many more with a regular expression."""
    filters = group.metric_filters if isinstance(group.metric_filters, tuple) else ()
    texts = [*(one.pattern for one in filters), *patterns]
    return len(texts) <= MOST_FILTERS and sum(map(has_regex, texts)) <= _MOST_WITH_REGEX


def _broken(path: AlertPath, *links: str) -> bool:
    return any(found.rule.link in links for found in path.having(Effect.BROKEN))


def _is_about_actions(found: Remark) -> bool:
    """Whether a rule is about whom an alarm tells, and not about when it rings."""
    return found.rule.link in ("topic", "subscription") or found.rule.slug.endswith(
        ("-without-actions", "-action-failed")
    )


def _has_more(alarm: MetricAlarm) -> bool:
    """Whether an alarm has settings that an AWS CLI may not know, so that it would put the alarm without them."""
    return bool(alarm.evaluation_window or alarm.warm_up_minutes)


def _is_on(found: Remark) -> bool:
    return found.rule.slug.endswith("-in-alarm-long")
