"""Reads what may tell somebody without a metric filter and an alarm; only asked for when no alert path does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prowler_cis_monitoring.alert_path.resources import Alternatives, Arn, EventRule, Scope, Unread
from prowler_cis_monitoring.services.account_resources import resources_of, topics_of
from prowler_cis_monitoring.services.events.events_client import events_client
from prowler_cis_monitoring.services.oam.oam_client import oam_client
from prowler_cis_monitoring.services.path_service import once_for

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider


def alternatives_of(provider: AwsProvider) -> Alternatives:
    """Return the alternatives in `provider`'s account; read at the first request only."""
    alternatives: Alternatives = once_for(provider, Alternatives, read_alternatives)
    return alternatives


def read_alternatives(provider: AwsProvider) -> Alternatives:
    """Read the rules of every audited Region, the targets of those that may count, and the account's links."""
    rules, rules_unread = _rules(provider)
    monitoring, links_unread = _monitoring_accounts(provider)
    events = events_client(provider)
    asked = [events.start(events.with_targets, rule) for _, found in sorted(rules.items()) for rule in found]
    heard = tuple(future.result() for future in asked)
    enabled: set[str] | None = provider._enabled_regions  # noqa: SLF001 - Prowler has no public name for them
    return Alternatives(
        rules=heard,
        topics=topics_of(provider, _topics(heard)),
        regions=tuple(sorted(rules)),
        everywhere=enabled is not None and enabled <= set(rules),
        monitoring_accounts=monitoring,
        unread=(*rules_unread, *links_unread),
    )


def _rules(provider: AwsProvider) -> tuple[dict[str, tuple[EventRule, ...]], tuple[Unread, ...]]:
    events, account = events_client(provider), provider.identity.account
    regions = sorted(resources_of(provider).listed_regions)
    if not regions:
        return {}, ()
    first, *others = regions
    answers = {first: events.rules(Scope(account=account, region=first))}
    # What one Region refuses, all refuse, and each refusal is a denied call in the user's own trail.
    if not isinstance(answers[first], Unread):
        asked = {region: events.start(events.rules, Scope(account=account, region=region)) for region in others}
        answers.update({region: future.result() for region, future in asked.items()})
    return (
        {region: answer for region, answer in answers.items() if not isinstance(answer, Unread)},
        tuple(answer for answer in answers.values() if isinstance(answer, Unread)),
    )


def _monitoring_accounts(provider: AwsProvider) -> tuple[tuple[str, ...], tuple[Unread, ...]]:
    """Ask where the account's own log groups on paths stand: elsewhere nothing of a path can be shared."""
    oam, account = oam_client(provider), provider.identity.account
    groups = (Arn.parse(arn) for arn in resources_of(provider).log_groups)
    regions = sorted({group.region for group in groups if group is not None and group.account == account})
    answers = [oam.monitoring_accounts(Scope(account=account, region=region)) for region in regions]
    found = {account for answer in answers if not isinstance(answer, Unread) for account in answer}
    return tuple(sorted(found)), tuple(answer for answer in answers if isinstance(answer, Unread))


def _topics(rules: tuple[EventRule, ...]) -> set[str]:
    return {
        target.arn
        for rule in rules
        if not isinstance(rule.targets, Unread)
        for target in rule.targets
        if (arn := Arn.parse(target.arn)) and arn.service == "sns"
    }
