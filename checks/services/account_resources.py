"""Reads, once a provider, everything that lies on an alert path of the account: the one place where calls are planned.

Three rounds, each made of independent calls: trails; what the trails name; the topics that the alarms found name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, TypeVar

from prowler.providers.aws.lib.service.service import MAX_WORKERS
from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Alarms,
    Arn,
    CompositeAlarm,
    FailedAction,
    LogGroup,
    MetricAlarm,
    Scope,
    Topic,
    Unread,
)
from prowler_cis_monitoring.services.cloudtrail.cloudtrail_client import cloudtrail_client
from prowler_cis_monitoring.services.cloudtrail.cloudtrail_service import make_trail, owner_of
from prowler_cis_monitoring.services.cloudwatch.cloudwatch_client import cloudwatch_client
from prowler_cis_monitoring.services.kms.kms_client import kms_client
from prowler_cis_monitoring.services.logs.logs_client import logs_client
from prowler_cis_monitoring.services.logs.logs_service import log_group_name, make_log_group
from prowler_cis_monitoring.services.path_service import once_for
from prowler_cis_monitoring.services.sns.sns_client import sns_client
from prowler_cis_monitoring.services.sns.sns_service import make_topic
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
    with ThreadPoolExecutor(max_workers=MAX_WORKERS) as pool:
        return _Reading(provider, pool).account_resources()


@dataclass
class _Reading:
    """One reading of an account; `start` queues a call on the pool."""

    provider: AwsProvider
    pool: ThreadPoolExecutor

    def __post_init__(self) -> None:
        self.account: str = self.provider.identity.account
        self.settings = Settings.read(self.provider.audit_config)
        self.begun = datetime.now(timezone.utc)
        self.cloudtrail = cloudtrail_client(self.provider)
        self.logs = logs_client(self.provider)
        self.cloudwatch = cloudwatch_client(self.provider)
        self.sns = sns_client(self.provider)
        self.kms = kms_client(self.provider)

    def start(self, ask: Callable[..., Answer], *arguments: Any) -> Future[Answer]:  # noqa: ANN401
        return self.pool.submit(ask, *arguments)

    def account_resources(self) -> AccountResources:
        described, unread, listed = self._describe_trails()
        statuses = {arn: self.start(self.cloudtrail.status, arn, _home(trail)) for arn, trail in described.items()}
        selectors = {arn: self.start(self.cloudtrail.selectors, arn, _home(trail)) for arn, trail in described.items()}
        groups = _log_groups(described.values())
        classes = {arn: self.start(self.logs.log_class, group.name, group.scope) for arn, group in groups.items()}
        filters = {arn: self.start(self.logs.metric_filters, group.name, group.scope) for arn, group in groups.items()}
        scopes = {group.scope for group in groups.values()}
        alarms = _results({scope: self.start(self.cloudwatch.alarms, scope) for scope in scopes})
        log_groups = {arn: make_log_group(arn, classes[arn].result(), filters[arn].result()) for arn in groups}
        on_paths = _alarms_on_paths(log_groups, alarms)
        histories = self._histories(on_paths)
        return AccountResources(
            account=self.account,
            partition=self.provider.identity.partition,
            trails=tuple(
                make_trail(described[arn], statuses[arn].result(), selectors[arn].result()) for arn in sorted(described)
            ),
            log_groups=log_groups,
            alarms={scope: _with_histories(found, scope, histories) for scope, found in alarms.items()},
            topics=_results({arn: self.start(self._topic, arn) for arn in _topics(on_paths)}),
            unread=unread,
            listed_regions=listed,
            read_at=self.begun,
        )

    def _describe_trails(self) -> tuple[dict[str, dict[str, Any]], tuple[Unread, ...], tuple[str, ...]]:
        """Return the trails by ARN, the Regions' failures, and the Regions that answered."""
        answers = _results(
            {
                region: self.start(self.cloudtrail.trails, Scope(account=self.account, region=region))
                for region in sorted(self._audited_regions())
            }
        )
        described = {
            trail["TrailARN"]: trail
            for answer in answers.values()
            if not isinstance(answer, Unread)
            for trail in answer
        }
        unread = tuple(answer for answer in answers.values() if isinstance(answer, Unread))
        return described, unread, tuple(region for region, answer in answers.items() if not isinstance(answer, Unread))

    def _audited_regions(self) -> set[str]:
        identity = self.provider.identity
        regions: set[str] = self.provider.get_available_aws_service_regions(
            self.cloudtrail.name, identity.partition, identity.audited_regions
        )
        enabled: set[str] | None = self.provider._enabled_regions  # noqa: SLF001 - Prowler has no public name for them
        excluded: set[str] = getattr(self.provider, "_excluded_regions", None) or set()
        return (regions & enabled if enabled is not None else regions) - excluded

    def _histories(self, on_paths: Mapping[Scope, Sequence[Alarm]]) -> dict[tuple[Scope, str], History]:
        """Return the failed actions of the alarms on paths by scope and name: one call an alarm, if asked for."""
        if not self.settings.alarm_history:
            return {}
        return _results(
            {
                (scope, alarm.name): self.start(self.cloudwatch.failed_actions, alarm.name, scope)
                for scope, alarms in on_paths.items()
                for alarm in alarms
            }
        )

    def _topic(self, arn: str) -> Topic | Unread | None:
        parsed = Arn.parse(arn)
        if parsed is None:
            return None
        scope = Scope(account=parsed.account, region=parsed.region)
        attributes = self.sns.attributes(arn, scope)
        if attributes is None or isinstance(attributes, Unread):
            return attributes
        key_id = attributes.get("KmsMasterKeyId")
        return make_topic(
            arn, attributes, self.sns.subscriptions(arn, scope), self.kms.key(key_id, scope) if key_id else None
        )


@dataclass(frozen=True)
class _LogGroupName:
    name: str
    scope: Scope


def _home(trail: Mapping[str, Any]) -> Scope:
    return Scope(account=owner_of(dict(trail)), region=trail["HomeRegion"])


def _log_groups(trails: Iterable[Mapping[str, Any]]) -> dict[str, _LogGroupName]:
    groups = {}
    for trail in trails:
        arn = (trail.get("CloudWatchLogsLogGroupArn") or "").removesuffix(":*")
        parsed, name = Arn.parse(arn), log_group_name(arn)
        if parsed and name:
            groups[arn] = _LogGroupName(name, Scope(account=parsed.account, region=parsed.region))
    return groups


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


def _topics(on_paths: Mapping[Scope, Sequence[Alarm]]) -> set[str]:
    """Return the SNS topics that alarms name."""
    return {
        action
        for alarms in on_paths.values()
        for alarm in alarms
        for action in alarm.alarm_actions
        if (arn := Arn.parse(action)) and arn.service == "sns"
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
    )


def _on_paths(alarms: Alarms, metrics: set[tuple[str, str]]) -> Iterator[Alarm]:
    reached: list[Alarm] = [alarm for alarm in alarms.metric_alarms if _watches_any(alarm, metrics)]
    waiting = list(alarms.composite_alarms)
    while reached:
        child = reached.pop()
        yield child
        # A name inside another name only costs a read too many; judgement parses the rule.
        parents = [alarm for alarm in waiting if child.name in alarm.rule]
        waiting = [alarm for alarm in waiting if alarm not in parents]
        reached.extend(parents)


def _watches_any(alarm: MetricAlarm, metrics: set[tuple[str, str]]) -> bool:
    if (alarm.namespace, alarm.metric_name) in metrics:
        return True
    return any(
        query.metric and (query.metric.namespace, query.metric.metric_name) in metrics for query in alarm.queries
    )
