"""What is left of the past of an account, read for one control after the other: the one place where it is planned.

Only with `proof: true`. Each question is put once a provider, whichever control asks; what was refused, throttled or
over the budget stays not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, TypeVar

from prowler_cis_monitoring.alert_path.error_codes import OF_A_REFUSAL
from prowler_cis_monitoring.alert_path.question import Demand, Question
from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Arn,
    CompositeAlarm,
    MetricAlarm,
    Scope,
    Unread,
    scope_of,
)
from prowler_cis_monitoring.filter_pattern.events import telling
from prowler_cis_monitoring.proof.changes import (
    FILTER_CHANGES,
    SUBSCRIPTION_CHANGES,
    TOPIC_CHANGES,
    TRAIL_CHANGES,
    change_of,
)
from prowler_cis_monitoring.proof.histories import (
    ALARM,
    Action,
    Change,
    Datapoint,
    Delivery,
    Event,
    Histories,
    Kept,
    Metric,
)
from prowler_cis_monitoring.proof.lookups import Lookup, lookups_for
from prowler_cis_monitoring.proof.matchers import Matching
from prowler_cis_monitoring.proof.proof import Grade, Inquiry, Lost, Proof
from prowler_cis_monitoring.proof.traces import ARRIVAL, SLACK, Trace
from prowler_cis_monitoring.proof.ways import ways_of
from prowler_cis_monitoring.services.cloudtrail.cloudtrail_client import cloudtrail_client
from prowler_cis_monitoring.services.cloudwatch.cloudwatch_client import cloudwatch_client
from prowler_cis_monitoring.services.history_calls import (
    EVENT_DAYS,
    AlarmHistory,
    Budget,
    Pace,
    actions_between,
    alarm_history,
    lookup_events,
    spent,
    sums,
)
from prowler_cis_monitoring.services.matchers import Matchers
from prowler_cis_monitoring.services.path_service import once_for

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider

    from prowler_cis_monitoring.alert_path.paths import AlertPath, AlertPaths
    from prowler_cis_monitoring.alert_path.verdict import Verdict

Item = TypeVar("Item")
_SNS = "AWS/SNS"
# Pages of the events of twenty minutes that are looked through, a question each (count).
_MOST_PAGES = 4
_COUNTERS = {
    "published": "NumberOfMessagesPublished",
    "delivered": "NumberOfNotificationsDelivered",
    "failed": "NumberOfNotificationsFailed",
    "filtered": "NumberOfNotificationsFilteredOut",
}


def proof_of(  # noqa: PLR0913 - the control, the account, and what is asked of it
    provider: AwsProvider, paths: AlertPaths, demand: Demand, verdict: Verdict, *, by_paths: bool, filters: bool = False
) -> Proof:
    """Read what is left of a control's past and return what it proves.

    Args:
        provider: Prowler's provider of the account.
        paths: the account's alert paths.
        demand: what the control asks for.
        verdict: the verdict on the account as it is.
        by_paths: whether it is that somebody is told by live paths.
        filters: whether AWS's own matcher is to be asked about metric filters and records.
    """
    past: Past = once_for(provider, Past, Past)
    followed = Question(paths, demand).paths
    ways = ways_of(followed, paths.resources)
    asked = Inquiry(demand, by_paths, verdict.paths, ways, paths.resources, Histories(), past.now)
    proof = past.proof(asked)
    return replace(proof, matching=past.matching(asked, followed, verdict.missed_event)) if filters else proof


class Past:
    """The past of one account, as far as it was asked for."""

    def __init__(self, provider: AwsProvider) -> None:
        """Prepare for `provider`; makes no call."""
        self.account: str = provider.identity.account
        self.cloudtrail = cloudtrail_client(provider)
        self.cloudwatch = cloudwatch_client(provider)
        self.pace: Pace = once_for(provider, Pace, lambda _: Pace())
        self.budget: Budget = once_for(provider, Budget, lambda _: Budget())
        self.now = datetime.now(timezone.utc)
        self.matchers = Matchers(provider, self.budget, self.now)
        self._events: dict[tuple[Scope, Lookup], Future[Kept[Event]]] = {}
        self._alarms: dict[str, Future[AlarmHistory]] = {}
        self._refused: dict[Scope, Unread] = {}
        self._series: dict[Metric, Kept[Datapoint]] = {}

    def proof(self, asked: Inquiry) -> Proof:
        """Return what the past proves of a control; `asked` has no histories yet."""
        known = replace(asked, histories=self._records(asked))
        moves = known.histories.transitions.values()
        if not known.histories.events.items and not any(one.state == ALARM for kept in moves for one in kept.items):
            return known.prove()
        known = replace(known, histories=self._with_changes(known))
        proof = known.prove()
        if proof.grade is Grade.RANG and proof.trace is not None and proof.trace.event is None:
            known = replace(known, histories=self._with_events_before(known, proof.trace))
        around = {lost.event.id: self._around(lost, known) for lost in known.suspects()}
        return replace(known, histories=replace(known.histories, around=around)).prove()

    def matching(self, asked: Inquiry, paths: Iterable[AlertPath], missed: Mapping[str, Any] | None) -> Matching:
        """Ask AWS's own matcher about a control's metric filters: on the last day's log events and on records."""
        filters = [
            (group.arn, named.name)
            for path in paths
            for group in path.links
            for named in path.links
            if (group.kind, named.kind) == ("log group", "metric filter")
        ]
        records = [*([missed] if missed else ()), *telling(asked.demand.required)]
        return self.matchers.ask(str(asked.demand.required), filters, asked.resources, records)

    def _records(self, asked: Inquiry) -> Histories:
        """Read what does not depend on anything else that is read."""
        lookups = self._lookups(asked)
        self._ask_events(lookups)
        for way in asked.ways:
            for alarm in (way.alarm, way.notifier):
                self._ask_history(alarm)
        topics = {way.topic for way in asked.ways if way.topic is not None}
        metrics = {metric for way in asked.ways for metric in (*way.metrics, way.incoming)}
        self._read_series(metrics.union(*(_counters(topic).values() for topic in topics)))
        arns = {alarm.arn for way in asked.ways for alarm in (way.alarm, way.notifier)}
        histories = {arn: self._alarms[arn].result() for arn in arns}
        required = asked.demand.events_demanded
        return Histories(
            events=self._found(lookups, lambda event: event if required.matches(event.record) else None),
            datapoints={metric: self._series[metric] for metric in metrics},
            transitions={arn: found.transitions for arn, found in histories.items()},
            actions={arn: found.actions for arn, found in histories.items()},
            deliveries={topic: self._deliveries(topic) for topic in topics},
        )

    # --- the event history -------------------------------------------------------------------------------------------

    def _scope(self, region: str) -> Scope:
        return Scope(account=self.account, region=region)

    def _lookups(self, asked: Inquiry) -> list[tuple[Scope, Lookup]]:
        # Neighbours in the queue are of different Regions, which need not wait for each other.
        return [
            (self._scope(region), lookup)
            for lookup in lookups_for(asked.demand.events_demanded)
            for region in lookup.regions(_regions(asked.resources))
        ]

    def _with_events_before(self, asked: Inquiry, trace: Trace) -> Histories:
        """Look for the events behind a ringing, where many newer events of the same name hide them."""
        histories = asked.histories
        if trace.transition is None or trace.datapoint is None:
            return histories
        window = trace.datapoint.at - ARRIVAL, trace.transition.at
        hidden = [
            (scope, lookup)
            for scope, lookup in self._lookups(asked)
            if not self._events[scope, _asked(lookup)].result().cover(window[0])
        ]
        started = [self.cloudtrail.start(self._look_between, scope, lookup, window) for scope, lookup in hidden]
        required = asked.demand.events_demanded
        events = {event.id: event for future in started for event in future.result() if required.matches(event.record)}
        events.update({event.id: event for event in histories.events.items})
        return replace(histories, events=replace(histories.events, items=tuple(events.values())))

    def _look_between(self, scope: Scope, lookup: Lookup, window: tuple[datetime, datetime]) -> list[Event]:
        """Return the events of a time, the newest first, page after page."""
        start, end = window
        found: list[Event] = []
        for _ in range(_MOST_PAGES):
            if not self.budget.take("lookup_events"):
                break
            page = lookup_events(
                self.cloudtrail, _asked(lookup), scope, pace=self.pace, now=self.now, between=(start, end)
            )
            found += page.items
            oldest = min((event.at for event in page.items), default=start)
            if page.cover(start) or page.since is None or oldest >= end:
                break
            end = oldest
        return found

    def _ask_events(self, lookups: Iterable[tuple[Scope, Lookup]]) -> None:
        for scope, lookup in lookups:
            key = (scope, _asked(lookup))
            if key not in self._events:
                self._events[key] = self.cloudtrail.start(self._look_up, *key)

    def _look_up(self, scope: Scope, lookup: Lookup) -> Kept[Event]:
        # Each refused call is an event of its own, on which the account's own alarms may ring.
        if (refused := self._refused.get(scope)) is not None:
            return Kept(unread=refused)
        if not self.budget.take("lookup_events"):
            return Kept(unread=spent("cloudtrail:LookupEvents", scope))
        found = lookup_events(self.cloudtrail, lookup, scope, pace=self.pace, now=self.now)
        if found.unread is not None and found.unread.error in OF_A_REFUSAL:
            self._refused[scope] = found.unread
        return found

    def _found(self, lookups: Iterable[tuple[Scope, Lookup]], read: Callable[[Event], Item | None]) -> Kept[Item]:
        """Join the answers to some questions, with what `read` makes of each event."""
        answers = [self._events[scope, _asked(lookup)].result() for scope, lookup in lookups]
        events = {event.id: event for answer in answers for event in answer.items}
        made = (read(event) for event in events.values())
        return Kept(
            tuple(one for one in made if one is not None),
            _latest(answer.since for answer in answers) if answers else self.now - EVENT_DAYS,
            next((answer.unread for answer in answers if answer.unread is not None), None),
        )

    def _with_changes(self, asked: Inquiry) -> Histories:
        """Read which links of the control's ways were changed when, and which trails at all."""
        groups = {scope_of(way.group) for way in asked.ways}
        topics = {scope_of(way.topic) for way in asked.ways if way.topic is not None}
        own = {self._scope(region) for region in _regions(asked.resources)}
        known = (trail for trail in asked.resources.trails if trail.unread is None)
        homes = {trail.arn: Scope(account=trail.account, region=trail.home_region) for trail in known}
        of_ways = [
            *_each(groups, FILTER_CHANGES),
            *_each(topics, (*TOPIC_CHANGES, *SUBSCRIPTION_CHANGES)),
        ]
        of_trails = _each(own.union(homes.values()), TRAIL_CHANGES)
        # A trail is changed in its home Region.
        used = {way.trail for way in asked.ways}
        of_ways += _each({home for trail, home in homes.items() if trail in used}, TRAIL_CHANGES)
        self._ask_events([*of_trails, *of_ways])
        arns = dict.fromkeys(one.arn for way in asked.ways for one in (way.alarm, way.notifier))
        of_alarms = [change for arn in arns for change in self._alarms[arn].result().changes.items]
        of_links = self._changes(of_ways, asked.resources.partition)
        return replace(
            asked.histories,
            changes=replace(of_links, items=(*of_links.items, *of_alarms)),
            trail_changes=self._changes(of_trails, asked.resources.partition),
        )

    def _changes(self, lookups: Sequence[tuple[Scope, Lookup]], partition: str) -> Kept[Change]:
        scopes = {scope: None for scope, _ in lookups}
        return _all_of([self._changes_in(scope, lookups, partition) for scope in scopes], self.now)

    def _changes_in(self, scope: Scope, lookups: Sequence[tuple[Scope, Lookup]], partition: str) -> Kept[Change]:
        return self._found(
            [one for one in lookups if one[0] == scope], lambda event: change_of(event, partition, scope.account)
        )

    # --- alarms and metrics ------------------------------------------------------------------------------------------

    def _ask_history(self, alarm: MetricAlarm | CompositeAlarm) -> None:
        if alarm.arn not in self._alarms:
            self._alarms[alarm.arn] = self.cloudwatch.start(self._history, alarm)

    def _history(self, alarm: MetricAlarm | CompositeAlarm) -> AlarmHistory:
        scope = Scope(account=alarm.account, region=alarm.region)
        if not self.budget.take("describe_alarm_history"):
            return AlarmHistory.not_read(spent("cloudwatch:DescribeAlarmHistory", scope))
        return alarm_history(self.cloudwatch, alarm.name, alarm.arn, scope, self.now)

    def _around(self, lost: Lost, asked: Inquiry) -> Kept[Action]:
        """The actions of alarms that may have told of an event."""
        # A second event may make an alarm tell of the first one later.
        end = min(self.now, lost.event.at + ARRIVAL + 2 * timedelta(seconds=asked.demand.delay_limit))
        found: list[Kept[Action]] = []
        for scope, alarms in asked.resources.alarms.items():
            if isinstance(alarms, Unread):
                found.append(Kept(unread=alarms))
            elif not self.budget.take("describe_alarm_history"):
                found.append(Kept(unread=spent("cloudwatch:DescribeAlarmHistory", scope)))
            else:
                arns = {one.name: one.arn for one in alarms.metric_alarms}
                arns.update({one.name: one.arn for one in alarms.composite_alarms})
                found.append(actions_between(self.cloudwatch, scope, lost.event.at - SLACK, end, arns))
        return _all_of(found, self.now)

    def _read_series(self, metrics: Iterable[Metric]) -> None:
        by_scope: dict[Scope, list[Metric]] = {}
        for metric in sorted(set(metrics) - self._series.keys(), key=repr):
            by_scope.setdefault(Scope(account=metric.account, region=metric.region), []).append(metric)
        for scope, wanted in by_scope.items():
            if self.budget.take("get_metric_data"):
                self._series.update(sums(self.cloudwatch, wanted, scope, self.now))
            else:
                self._series.update(dict.fromkeys(wanted, Kept(unread=spent("cloudwatch:GetMetricData", scope))))

    def _deliveries(self, topic: str) -> Kept[Delivery]:
        counters = {name: self._series[metric] for name, metric in _counters(topic).items()}
        counted: dict[datetime, Delivery] = {}
        for name, kept in counters.items():
            for point in kept.items:
                changed: dict[str, Any] = {name: point.value}
                counted[point.at] = replace(counted.get(point.at, Delivery(point.at)), **changed)
        return Kept(
            tuple(counted.values()),
            _latest(kept.since for kept in counters.values()),
            next((kept.unread for kept in counters.values() if kept.unread is not None), None),
        )


def _regions(resources: AccountResources) -> tuple[str, ...]:
    """The Regions whose event history is asked: where one does not list its trails, it still tells of events."""
    if not resources.listed_regions:
        return ()
    homes = (trail.home_region for trail in resources.trails if trail.unread is None)
    return tuple(sorted({*resources.listed_regions, *homes, *(unread.region for unread in resources.unread)}))


def _all_of(parts: Sequence[Kept[Item]], now: datetime) -> Kept[Item]:
    """Join records of several places; of no place they are all known."""
    return Kept(
        tuple(item for part in parts for item in part.items),
        _latest(part.since for part in parts) if parts else now - EVENT_DAYS,
        next((part.unread for part in parts if part.unread is not None), None),
    )


def _each(scopes: Iterable[Scope], names: Sequence[str]) -> list[tuple[Scope, Lookup]]:
    ordered = sorted(scopes, key=lambda scope: (scope.account, scope.region))
    return [(scope, Lookup("EventName", name)) for name in names for scope in ordered]


def _asked(lookup: Lookup) -> Lookup:
    """A question as AWS takes it: two controls may ask for the same name."""
    return replace(lookup, source="")


def _counters(topic: str) -> dict[str, Metric]:
    scope, parsed = scope_of(topic), Arn.parse(topic)
    dimensions = (("TopicName", parsed.resource if parsed else topic),)
    return {name: Metric(scope.account, scope.region, _SNS, metric, dimensions) for name, metric in _COUNTERS.items()}


def _latest(times: Iterable[datetime | None]) -> datetime | None:
    """From when on all are complete; None when one is not known at all."""
    known = list(times)
    return None if None in known else max((at for at in known if at is not None), default=None)
