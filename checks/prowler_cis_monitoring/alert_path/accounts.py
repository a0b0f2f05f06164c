"""Whose events do paths catch? An organisation trail carries those of every account, a filter may choose among them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from prowler_cis_monitoring.filter_pattern import (
    EVERYDAY_EVENTS,
    Coverage,
    EventFact,
    EverydayEvent,
    FilterPattern,
    all_of,
    coverage,
    parse,
)
from prowler_cis_monitoring.filter_pattern.events import ACCOUNT as EXAMPLE_ACCOUNT
from prowler_cis_monitoring.filter_pattern.facts import Fact, facts_in

_IDENTITY = "CloudTrail User Guide, CloudTrail userIdentity element: callers of other accounts are of type AWSAccount"
_SIGN_IN = "CloudTrail User Guide, AWS Management Console sign-in events"
# Events whose userIdentity belongs to the account that records them, with the reason.
_OWN_IDENTITY = (
    ('{ $.userIdentity.type = "Root" }', _IDENTITY),
    ('{ $.userIdentity.type = "IAMUser" }', _IDENTITY),
    ('{ $.eventName = "ConsoleLogin" }', _SIGN_IN),
)

_ACCOUNT_FIELD = "recipientAccountId"
_OF_ANY_ACCOUNT = parse(f"{{ $.{_ACCOUNT_FIELD} = * }}")


def events_of(account: str) -> FilterPattern:
    """Return the events that CloudTrail records for an account.

    Source: CloudTrail User Guide, CloudTrail record contents, recipientAccountId.
    """
    return parse(f'{{ $.recipientAccountId = "{account}" }}')


def coverage_everywhere(required: FilterPattern, filters: Sequence[FilterPattern], partition: str = "aws") -> Coverage:
    """Decide whether filters match every required event, whichever account of a partition it happens in."""
    everywhere = _everywhere(required, tuple(filters), partition)
    if everywhere.verdict == "covered":
        return everywhere
    # Filters that tell accounts apart may share the work: every event names one.
    return _everywhere(all_of(required, _OF_ANY_ACCOUNT), tuple(filters), partition)


def coverage_in(
    account: str, required: FilterPattern, filters: Sequence[FilterPattern], partition: str = "aws"
) -> Coverage:
    """Decide whether filters match every required event of one account.

    Args:
        account: the account's id.
        required: the events that must be matched, of whichever account.
        filters: what is matched, together.
        partition: the account's partition.

    Returns:
        The coverage. A missed event is one of this account.
    """
    # Of filters that look at the account, what they lack is told of events that name one.
    by_account = any(_ACCOUNT_FIELD in str(pattern) for pattern in filters)
    everywhere = _everywhere(all_of(required, _OF_ANY_ACCOUNT) if by_account else required, tuple(filters), partition)
    # Filters seldom tell accounts apart, and the answer for every account is kept for all that follow.
    if everywhere.verdict == "covered":
        return everywhere
    moved = _moved(everywhere, account)
    return moved if moved is not None else _within(account, required, tuple(filters), partition)


@lru_cache(maxsize=4096)
def coverage_of_facts(required: FilterPattern, filters: tuple[FilterPattern, ...], facts: tuple[Fact, ...]) -> Coverage:
    """Decide coverage given facts, which must be the same tuple for the same question to be answered once."""
    return coverage(required, filters, facts)


@lru_cache(maxsize=4096)
def _everywhere(required: FilterPattern, filters: tuple[FilterPattern, ...], partition: str) -> Coverage:
    return coverage(required, filters, facts_in(partition))


@lru_cache(maxsize=4096)
def _within(account: str, required: FilterPattern, filters: tuple[FilterPattern, ...], partition: str) -> Coverage:
    within = coverage(all_of(required, events_of(account)), filters, own_facts(account, partition))
    return _moved(within, account) or within


@lru_cache(maxsize=64)
def own_facts(account: str, partition: str = "aws") -> tuple[Fact, ...]:
    """Return what is true of every record of an account in a partition."""
    own = parse(f'{{ $.userIdentity.accountId = "{account}" }}')
    return (*facts_in(partition), *(EventFact(parse(when), own, source) for when, source in _OWN_IDENTITY))


@lru_cache(maxsize=64)
def everyday_events(account: str) -> tuple[EverydayEvent, ...]:
    """Return the everyday events as this account records them."""
    return tuple(EverydayEvent(event.name, _in_account(event.record, account)) for event in EVERYDAY_EVENTS)


def _moved(found: Coverage, account: str) -> Coverage | None:
    """Return a gap with its missed event moved to the account, None when that event is not missed there."""
    if found.missed_event is None:
        return None
    event = _in_account(found.missed_event, account)
    missed = found.required.matches(event) and not any(pattern.matches(event) for pattern in found.filters)
    return replace(found, missed_event=event) if missed and event.get("recipientAccountId") == account else None


def _in_account(event: Mapping[str, Any], account: str) -> dict[str, Any]:
    moved: dict[str, Any] = json.loads(json.dumps(event).replace(EXAMPLE_ACCOUNT, account))
    return moved
