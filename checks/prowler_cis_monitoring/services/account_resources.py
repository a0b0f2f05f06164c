"""Reads, once a provider, everything that lies on an alert path of the account: the one place where calls are planned.

A call waits only for what it asks about: a trail's calls start when the first Region has named the trail, those of
topics when metric filters and a page of alarms are known. Each service has as many threads as Prowler gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, as_completed
from datetime import datetime, timezone
from functools import cached_property, partial
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from prowler_cis_monitoring.alert_path.graph import AlarmGraph
from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Alarms,
    Arn,
    CompositeAlarm,
    EventSelectors,
    FailedAction,
    Key,
    LogAlarm,
    LogGroup,
    MetricAlarm,
    MetricFilter,
    Scope,
    Topic,
    Trail,
    TrailStatus,
    Unread,
    scope_of,
)
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.services.cloudtrail.cloudtrail_client import cloudtrail_client
from prowler_cis_monitoring.services.cloudwatch.cloudwatch_client import cloudwatch_client
from prowler_cis_monitoring.services.cloudwatch.cloudwatch_service import CloudWatch
from prowler_cis_monitoring.services.kms.kms_client import kms_client
from prowler_cis_monitoring.services.kms.kms_service import KMS
from prowler_cis_monitoring.services.logs.logs_client import logs_client
from prowler_cis_monitoring.services.logs.logs_service import Logs, log_group_name, make_log_group
from prowler_cis_monitoring.services.path_service import once_for
from prowler_cis_monitoring.services.sns.sns_client import sns_client
from prowler_cis_monitoring.services.sns.sns_service import SNS, Subscriptions, TopicAttributes, make_topic
from prowler_cis_monitoring.settings import Settings

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider

Answer = TypeVar("Answer")
AnyAlarm = TypeVar("AnyAlarm", MetricAlarm, CompositeAlarm)
Alarm = MetricAlarm | CompositeAlarm
History = tuple[FailedAction, ...] | Unread


def resources_of(provider: AwsProvider) -> AccountResources:
    """Return what lies on the alert paths of `provider`'s account; read at the first request only."""
    resources: AccountResources = once_for(provider, AccountResources, read_account)
    return resources


def read_account(provider: AwsProvider) -> AccountResources:
    """Read the account: see `AccountResources`."""
    return _Reading(provider).account_resources()


def topics_of(provider: AwsProvider, arns: Iterable[str]) -> Mapping[str, Topic | Unread | None]:
    """Return topics by ARN, reading those that lie on no alert path; None says that a topic does not exist."""
    wanted, known = set(arns), resources_of(provider).topics
    return {**_Reading(provider).topics(wanted - set(known)), **{arn: known[arn] for arn in wanted & set(known)}}


@dataclass(frozen=True)
class _TrailAnswers:
    """What was asked about one trail."""

    status: Future[TrailStatus | Unread]
    selectors: Future[EventSelectors | Unread]


@dataclass(frozen=True)
class _LogGroupAnswers:
    """What was asked about one log group."""

    description: Future[LogGroup | Unread | None]
    filters: Future[tuple[MetricFilter, ...] | Unread | None]


@dataclass(frozen=True)
class _TopicAnswers:
    """What was asked about one topic."""

    attributes: Future[TopicAttributes | Unread | None]
    subscriptions: Future[Subscriptions | Unread]


class _Reading:
    """One reading of an account: every call is queued as soon as what it asks about is known."""

    def __init__(self, provider: AwsProvider) -> None:
        self.provider = provider
        self.account: str = provider.identity.account
        self.settings = Settings.read(provider.audit_config)
        self.begun = datetime.now(timezone.utc)
        self.cloudtrail = cloudtrail_client(provider)
        self.trails: dict[str, _TrailAnswers] = {}
        self.log_groups: dict[str, _LogGroupAnswers] = {}
        self.alarms: dict[Scope, Future[Alarms | Unread]] = {}
        # Pages of alarms that came before the metric filters did.
        self.pages: dict[Scope, list[Alarms]] = {}
        self.asked_topics: dict[str, _TopicAnswers] = {}
        self.topics_lock = Lock()

    # A service's first client takes 10 ms or more: these are made while trails are listed, or never.
    @cached_property
    def logs(self) -> Logs:
        return logs_client(self.provider)

    @cached_property
    def cloudwatch(self) -> CloudWatch:
        return cloudwatch_client(self.provider)

    @cached_property
    def sns(self) -> SNS:
        return sns_client(self.provider)

    @cached_property
    def kms(self) -> KMS:
        return kms_client(self.provider)

    def account_resources(self) -> AccountResources:
        listed = self._list_trails()
        alarms = _results(self.alarms)
        log_groups = {
            arn: make_log_group(arn, asked.description.result(), asked.filters.result())
            for arn, asked in sorted(self.log_groups.items())
        }
        on_paths = _alarms_on_paths(log_groups, alarms)
        asked_histories = self._ask_histories(on_paths)
        topics = self.topics(_topic_arns(on_paths))
        histories = _results(asked_histories)
        return AccountResources(
            account=self.account,
            partition=self.provider.identity.partition,
            trails=tuple(self._trails(listed)),
            log_groups=log_groups,
            alarms={scope: _with_histories(found, scope, histories) for scope, found in alarms.items()},
            topics=topics,
            unread=tuple(answer for _, answer in sorted(listed.items()) if isinstance(answer, Unread)),
            listed_regions=tuple(region for region in sorted(listed) if not isinstance(listed[region], Unread)),
            read_at=self.begun,
        )

    def _trails(self, listed: Mapping[str, tuple[Trail, ...] | Unread]) -> Iterator[Trail]:
        """Yield each trail once, with what was asked about it."""
        # Regions in order, so that the answer kept of a trail seen from several does not depend on timing.
        all_seen = [trail for region in sorted(listed) for trail in _trails_of(listed[region])]
        seen = {trail.arn or trail.name: trail for trail in sorted(all_seen, key=lambda trail: trail.unread is None)}
        for _, trail in sorted(seen.items()):
            asked = self.trails.get(trail.arn)
            told = {"status": asked.status.result(), "selectors": asked.selectors.result()} if asked else {}
            yield trail.model_copy(update=told)

    def _list_trails(self) -> dict[str, tuple[Trail, ...] | Unread]:
        """Return each Region's answer; ask about a trail when the first Region has named it."""
        asked = {
            self.cloudtrail.start(self.cloudtrail.trails, Scope(account=self.account, region=region)): region
            for region in sorted(self._audited_regions())
        }
        answers = {}
        _ = self.logs, self.cloudwatch, self.sns
        for answered in as_completed(asked):
            answers[asked[answered]] = answered.result()
            for trail in _trails_of(answered.result()):
                self._ask_about(trail)
        return answers

    def _ask_about(self, trail: Trail) -> None:
        group = _log_group(trail)
        if trail.arn and trail.arn not in self.trails:
            self.trails[trail.arn] = self._asked_of(trail, group)
        # A Region may tell of the group what another left out.
        if group is not None and group.arn not in self.log_groups:
            self._ask_about_group(group)

    def _asked_of(self, trail: Trail, group: _LogGroupName | None) -> _TrailAnswers:
        home = Scope(account=trail.account, region=trail.home_region)
        # A delegated administrator may ask about the organisation's trail, and keeps its log group.
        delegated = group is not None and group.scope.account == self.account
        scopes = (home.model_copy(update={"account": self.account}), home) if delegated else (home,)
        return _TrailAnswers(
            self.cloudtrail.start(_first_read, self.cloudtrail.status, trail.arn, scopes),
            self.cloudtrail.start(_first_read, self.cloudtrail.selectors, trail.arn, scopes),
        )

    def _ask_about_group(self, group: _LogGroupName) -> None:
        self.log_groups[group.arn] = _LogGroupAnswers(
            self.logs.start(self.logs.description, group.arn, group.name, group.scope),
            self.logs.start(self.logs.metric_filters, group.name, group.scope),
        )
        if group.scope not in self.alarms:
            on_page = partial(self._ask_about_topics, group.scope)
            self.alarms[group.scope] = self.cloudwatch.start(self.cloudwatch.alarms, group.scope, on_page)

    def _ask_about_topics(self, scope: Scope, page: Alarms) -> None:
        """Ask about the topics of a page's alarms before the next page, once the metric filters are known.

        Each page is looked at once: a composite alarm above an alarm of another page waits for the last one.
        """
        self.pages.setdefault(scope, []).append(page)
        groups = [asked.filters for arn, asked in tuple(self.log_groups.items()) if scope_of(arn) == scope]
        if not all(filters.done() for filters in groups):
            return
        answers = [filters.result() for filters in groups]
        metrics = {(f.namespace, f.metric_name) for filters in answers if isinstance(filters, tuple) for f in filters}
        for arn in _topic_arns(
            {scope: [alarm for each in self.pages.pop(scope) for alarm in _on_paths(each, metrics)]}
        ):
            self._topic(arn)

    def _audited_regions(self) -> set[str]:
        identity = self.provider.identity
        regions: set[str] = self.provider.get_available_aws_service_regions(
            self.cloudtrail.name, identity.partition, identity.audited_regions
        )
        enabled: set[str] | None = self.provider._enabled_regions  # noqa: SLF001 - Prowler has no public name for them
        excluded: set[str] = getattr(self.provider, "_excluded_regions", None) or set()
        return (regions & enabled if enabled is not None else regions) - excluded

    def _ask_histories(self, on_paths: Mapping[Scope, Sequence[Alarm]]) -> dict[tuple[Scope, str], Future[History]]:
        """Ask for the failed actions of the alarms on paths, by scope and name: one call an alarm, if wanted."""
        if not self.settings.alarm_history:
            return {}
        return {
            (scope, alarm.name): self.cloudwatch.start(self.cloudwatch.failed_actions, alarm.name, scope)
            for scope, alarms in on_paths.items()
            for alarm in alarms
        }

    def topics(self, arns: Iterable[str]) -> dict[str, Topic | Unread | None]:
        asked = {arn: self._topic(arn) for arn in sorted(arns) if Arn.parse(arn) is not None}
        keys: dict[tuple[str, Scope], Future[Key | Unread | None]] = {}
        for arn, topic in asked.items():
            key_id, scope = _key_id(topic.attributes.result()), scope_of(arn)
            # Topics of a Region usually share one key.
            if key_id and (key_id, scope) not in keys:
                keys[key_id, scope] = self.kms.start(self.kms.key, key_id, scope)
        return {
            arn: make_topic(
                arn,
                topic.attributes.result(),
                topic.subscriptions.result(),
                keys[key_id, scope_of(arn)].result() if (key_id := _key_id(topic.attributes.result())) else None,
            )
            for arn, topic in asked.items()
        }

    def _topic(self, arn: str) -> _TopicAnswers:
        with self.topics_lock:
            if arn not in self.asked_topics:
                self.asked_topics[arn] = _TopicAnswers(
                    self.sns.start(self.sns.attributes, arn, scope_of(arn)),
                    self.sns.start(self.sns.subscriptions, arn, scope_of(arn)),
                )
            return self.asked_topics[arn]


@dataclass(frozen=True)
class _LogGroupName:
    arn: str
    name: str
    scope: Scope


def _first_read(ask: Callable[[str, Scope], Answer | Unread], arn: str, scopes: Iterable[Scope]) -> Answer | Unread:
    """Return the first answer, or why the last scope gave none."""
    for scope in dict.fromkeys(scopes):
        answer = ask(arn, scope)
        if not isinstance(answer, Unread):
            break
    return answer


def _log_group(trail: Trail) -> _LogGroupName | None:
    arn = (trail.log_group_arn or "").removesuffix(":*")
    parsed, name = Arn.parse(arn), log_group_name(arn)
    if parsed is None or name is None:
        return None
    return _LogGroupName(arn, name, Scope(account=parsed.account, region=parsed.region))


def _trails_of(answer: tuple[Trail, ...] | Unread) -> tuple[Trail, ...]:
    return () if isinstance(answer, Unread) else answer


def _key_id(attributes: TopicAttributes | Unread | None) -> str | None:
    return attributes.kms_key_id if isinstance(attributes, TopicAttributes) else None


def _results(started: Mapping[Any, Future[Answer]]) -> dict[Any, Answer]:
    return {key: future.result() for key, future in started.items()}


def _alarms_on_paths(
    log_groups: Mapping[str, LogGroup | Unread | None], alarms: Mapping[Scope, Alarms | Unread]
) -> dict[Scope, tuple[Alarm, ...]]:
    """Return the alarms on the filters' metrics, and the composite alarms above them."""
    metrics: dict[Scope, set[tuple[str, str]]] = {}
    for group in log_groups.values():
        if isinstance(group, LogGroup) and not isinstance(group.metric_filters, Unread):
            scope = Scope(account=group.account, region=group.region)
            metrics.setdefault(scope, set()).update((f.namespace, f.metric_name) for f in group.metric_filters)
    return {
        scope: tuple(_on_paths(found, metrics.get(scope, set())))
        for scope, found in alarms.items()
        if isinstance(found, Alarms)
    }


def _topic_arns(on_paths: Mapping[Scope, Sequence[Alarm]]) -> set[str]:
    """Return the SNS topics that alarms name and may publish to: those of another Region are not asked about."""
    return {
        action
        for alarms in on_paths.values()
        for alarm in alarms
        for action in alarm.alarm_actions
        if (arn := Arn.parse(action)) and arn.service == "sns" and arn.region == alarm.region
    }


def _with_histories(
    alarms: Alarms | Unread, scope: Scope, histories: Mapping[tuple[Scope, str], History]
) -> Alarms | Unread:
    if isinstance(alarms, Unread) or not histories:
        return alarms

    def told(alarm: AnyAlarm) -> AnyAlarm:
        return alarm.model_copy(update={"history": histories.get((scope, alarm.name))})

    return Alarms(
        metric_alarms=tuple(told(alarm) for alarm in alarms.metric_alarms),
        composite_alarms=tuple(told(alarm) for alarm in alarms.composite_alarms),
        log_alarms=alarms.log_alarms,
    )


def _on_paths(alarms: Alarms, metrics: set[tuple[str, str]]) -> Iterator[Alarm]:
    graph = AlarmGraph(alarms)
    reached = {alarm.name: None for alarm in alarms.metric_alarms if _watches_any(alarm, metrics)}
    waiting = list(reached)
    while waiting:
        parents = [parent for parent in graph.parents(waiting.pop()) if parent not in reached]
        reached.update(dict.fromkeys(parents))
        waiting += parents
    yield from (alarm for name in reached if not isinstance(alarm := graph.known[name], LogAlarm))


def _watches_any(alarm: MetricAlarm, metrics: set[tuple[str, str]]) -> bool:
    named = {(query.metric.namespace, query.metric.metric_name) for query in alarm.queries if query.metric}
    if alarm.metric_name:
        named.add((alarm.namespace or "", alarm.metric_name))
    # An alarm that names no metric watches a query, perhaps on one of these.
    return not named or not named.isdisjoint(metrics)
