"""Reads what may tell somebody without a metric filter and an alarm; only asked for when no alert path does."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from prowler_cis_monitoring.alert_path.error_codes import OF_A_REFUSAL
from prowler_cis_monitoring.alert_path.resources import Alternatives, Arn, EventRule, LogGroup, Scope, Unread
from prowler_cis_monitoring.services.account_resources import resources_of, topics_of
from prowler_cis_monitoring.services.events.events_client import events_client
from prowler_cis_monitoring.services.events.events_service import MOST_RULES
from prowler_cis_monitoring.services.logs.logs_client import logs_client
from prowler_cis_monitoring.services.logs.logs_service import log_group_name
from prowler_cis_monitoring.services.oam.oam_client import oam_client
from prowler_cis_monitoring.services.path_service import once_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prowler.providers.aws.aws_provider import AwsProvider

Item = TypeVar("Item")


def alternatives_of(provider: AwsProvider) -> Alternatives:
    """Return the alternatives in `provider`'s account; read at the first request only."""
    alternatives: Alternatives = once_for(provider, Alternatives, read_alternatives)
    return alternatives


def read_alternatives(provider: AwsProvider) -> Alternatives:
    """Read the rules of every audited Region, the targets of those that may count, and what is shared or sent on."""
    events, groups = events_client(provider), _own_log_groups(provider)
    rules, unread = _rules(provider)
    found = [rule for _, in_region in sorted(rules.items()) for rule in in_region]
    asked = [events.start(events.with_targets, rule) for rule in found[:MOST_RULES]]
    oam, logs = oam_client(provider), logs_client(provider)
    # Elsewhere nothing of a path can be shared.
    links = [oam.start(oam.links, scope) for scope in sorted({scope for _, scope in groups}, key=lambda s: s.region)]
    sent_on = [logs.start(logs.subscriptions, name, scope) for name, scope in groups]
    elsewhere = [logs.start(logs.other_filters, scope) for scope in _without_filters(provider, groups)]
    heard = tuple(future.result() for future in asked)
    if len(found) > MOST_RULES:
        unread = (*unread, _too_many(provider.identity.account, len(found)))
    shared, links_unread = _split(future.result() for future in links)
    subscriptions, subscriptions_unread = _split(future.result() for future in sent_on)
    enabled: set[str] | None = provider._enabled_regions  # noqa: SLF001 - Prowler has no public name for them
    return Alternatives(
        rules=heard,
        topics=topics_of(provider, _topics(heard)),
        regions=tuple(sorted(rules)),
        everywhere=enabled is not None and enabled <= set(rules),
        links=shared,
        log_subscriptions=subscriptions,
        # They are named to help only: where they cannot be listed nothing is open.
        other_filters=tuple(
            one for one in _split(future.result() for future in elsewhere)[0] if one.log_group not in dict(groups)
        ),
        unread=(*unread, *links_unread, *subscriptions_unread),
    )


def _too_many(account: str, number: int) -> Unread:
    error = f"targets of {MOST_RULES} of {number} rules, the most that are asked for"
    return Unread(action="events:ListTargetsByRule", region="", account=account, error=error)


def _split(answers: Iterable[tuple[Item, ...] | Unread]) -> tuple[tuple[Item, ...], tuple[Unread, ...]]:
    """Tell what was answered from what was not."""
    known = list(answers)
    items = tuple(item for answer in known if not isinstance(answer, Unread) for item in answer)
    return items, tuple(answer for answer in known if isinstance(answer, Unread))


def _own_log_groups(provider: AwsProvider) -> list[tuple[str, Scope]]:
    """The names of the account's own log groups on paths, and where they stand."""
    account = provider.identity.account
    groups = [(Arn.parse(arn), log_group_name(arn)) for arn in sorted(resources_of(provider).log_groups)]
    return [
        (name, Scope(account=account, region=arn.region))
        for arn, name in groups
        if arn is not None and name is not None and arn.account == account
    ]


def _rules(provider: AwsProvider) -> tuple[dict[str, tuple[EventRule, ...]], tuple[Unread, ...]]:
    events, account, resources = events_client(provider), provider.identity.account, resources_of(provider)
    if not resources.listed_regions:
        return {}, ()
    # Where the role may not even list trails, it is not asked for more.
    refused = tuple(unread for unread in resources.unread if unread.error in OF_A_REFUSAL)
    failed = {unread.region for unread in resources.unread if unread not in refused}
    regions = sorted({*resources.listed_regions, *failed})
    first, *others = regions
    answers = {first: events.rules(Scope(account=account, region=first))}
    # What one Region refuses, all refuse, and each refusal is a denied call in the user's own trail.
    if not isinstance(answers[first], Unread):
        asked = {region: events.start(events.rules, Scope(account=account, region=region)) for region in others}
        answers.update({region: future.result() for region, future in asked.items()})
    return (
        {region: answer for region, answer in answers.items() if not isinstance(answer, Unread)},
        (*refused, *(answer for answer in answers.values() if isinstance(answer, Unread))),
    )


def _without_filters(provider: AwsProvider, groups: Iterable[tuple[str, Scope]]) -> list[Scope]:
    """Return where a log group of a trail has no metric filter."""
    found = resources_of(provider).log_groups.values()
    bare = {(group.name, group.region) for group in found if isinstance(group, LogGroup) and group.metric_filters == ()}
    return sorted({scope for name, scope in groups if (name, scope.region) in bare}, key=lambda scope: scope.region)


def _topics(rules: tuple[EventRule, ...]) -> set[str]:
    """Return the topics that rules name and may publish to: those of another Region are not asked about."""
    return {
        target.arn
        for rule in rules
        if not isinstance(rule.targets, Unread)
        for target in rule.targets
        if (arn := Arn.parse(target.arn)) and arn.service == "sns" and arn.region == rule.region
    }
