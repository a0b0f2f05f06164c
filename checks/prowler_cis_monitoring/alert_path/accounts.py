"""Whose events do paths catch? An organisation trail carries those of every account, a filter may choose among them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from prowler_cis_monitoring.filter_pattern import (
    EVERYDAY_EVENTS,
    FACTS,
    Coverage,
    EventFact,
    EverydayEvent,
    FilterPattern,
    all_of,
    parse,
)
from prowler_cis_monitoring.filter_pattern.apart import are_apart
from prowler_cis_monitoring.filter_pattern.coverage import decided, may_overlap, too_late
from prowler_cis_monitoring.filter_pattern.events import ACCOUNT as EXAMPLE_ACCOUNT
from prowler_cis_monitoring.filter_pattern.events import logged, telling
from prowler_cis_monitoring.filter_pattern.facts import IDENTIFIERS, Fact, facts_in
from prowler_cis_monitoring.filter_pattern.matching import Message
from prowler_cis_monitoring.filter_pattern.work import SpentError, Work, remembered

_IDENTITY = "CloudTrail User Guide, CloudTrail userIdentity element: callers of other accounts are of type AWSAccount"
_SIGN_IN = "CloudTrail User Guide, AWS Management Console sign-in events"
# Events whose userIdentity belongs to the account that records them, with the reason.
_OWN_IDENTITY = (
    ('{ $.userIdentity.type = "Root" }', _IDENTITY),
    ('{ $.userIdentity.type = "IAMUser" }', _IDENTITY),
    ('{ $.eventName = "ConsoleLogin" }', _SIGN_IN),
)

_BYTES_OF_A_COVERAGE = 4000
_BYTES_OF_A_CHARACTER = 4
_ACCOUNT_FIELD = "recipientAccountId"
_OF_ANY_ACCOUNT = parse(f"{{ $.{_ACCOUNT_FIELD} = * }}")


def events_of(account: str) -> FilterPattern:
    """Return the events that CloudTrail records for an account.

    Source: CloudTrail User Guide, CloudTrail record contents, recipientAccountId.
    """
    return parse(f'{{ $.recipientAccountId = "{account}" }}')


def coverage_everywhere(
    required: FilterPattern, filters: Sequence[FilterPattern], partition: str = "aws", work: Work | None = None
) -> Coverage:
    """Decide whether filters match every required event, whichever account of a partition it happens in."""
    distinct, work = tuple(dict.fromkeys(filters)), work or Work()
    try:
        everywhere = _everywhere(work, required, distinct, partition)
        if everywhere.verdict == "covered":
            return everywhere
        # Filters that tell accounts apart may share the work: every event names one.
        return _everywhere(work, all_of(required, _OF_ANY_ACCOUNT), distinct, partition)
    except SpentError as error:
        return too_late(error, required, distinct, facts_in(partition))


def coverage_in(
    account: str,
    required: FilterPattern,
    filters: Sequence[FilterPattern],
    partition: str = "aws",
    work: Work | None = None,
) -> Coverage:
    """Decide whether filters match every required event of one account.

    Args:
        account: the account's id.
        required: the events that must be matched, of whichever account.
        filters: what is matched, together.
        partition: the account's partition.
        work: what all questions of the account may take together; None for a question of its own.

    Returns:
        The coverage. A missed event is one of this account.
    """
    distinct = tuple(dict.fromkeys(filters))
    try:
        return _in(work or Work(), account, required, distinct, partition)
    except SpentError as error:
        return too_late(error, required, distinct, facts_in(partition))


def coverage_of_facts(
    required: FilterPattern, filters: tuple[FilterPattern, ...], facts: tuple[Fact, ...], work: Work
) -> Coverage:
    """Decide coverage given facts, which must be the same tuple for the same question to be answered once."""
    try:
        return _of_facts(work, required, tuple(dict.fromkeys(filters)), facts)
    except SpentError as error:
        return too_late(error, required, filters, facts)


def may_match(required: FilterPattern, matched: FilterPattern, work: Work) -> bool:
    """Whether an event may match two patterns; False only when certainly none does."""
    if are_apart(required, matched):
        return False
    try:
        return _may_match(work, required, matched)
    except SpentError:
        return True


def _weight(key: tuple[Any, ...], _answer: object) -> int:
    """What an answer takes (bytes), with its share of the patterns that were asked about."""
    patterns = (one for part in key for one in (part if isinstance(part, tuple) else (part,)))
    return _BYTES_OF_A_COVERAGE + sum(
        _BYTES_OF_A_CHARACTER * len(one.text) for one in patterns if isinstance(one, FilterPattern)
    )


@remembered(_weight)
def _may_match(work: Work, required: FilterPattern, matched: FilterPattern) -> bool:
    return may_overlap(work, required, matched, FACTS)


@remembered(_weight)
def matches_each(work: Work, pattern: FilterPattern, required: FilterPattern) -> bool:
    """Whether a pattern matches each of the events with which missed ones of `required` are told.

    Raises:
        SpentError: no work is left to find out.
    """
    return all(pattern.matches(logged(event), work=work) for event in telling(required))


@remembered(_weight)
def _of_facts(
    work: Work, required: FilterPattern, filters: tuple[FilterPattern, ...], facts: tuple[Fact, ...]
) -> Coverage:
    return decided(work, required, filters, facts)


@remembered(_weight)
def _everywhere(work: Work, required: FilterPattern, filters: tuple[FilterPattern, ...], partition: str) -> Coverage:
    return decided(work, required, filters, facts_in(partition))


@remembered(_weight)
def _in(
    work: Work, account: str, required: FilterPattern, filters: tuple[FilterPattern, ...], partition: str
) -> Coverage:
    # Of filters that look at the account, what they lack is told of events that name one.
    by_account = any(_ACCOUNT_FIELD in pattern.text for pattern in filters)
    of_any = all_of(required, _OF_ANY_ACCOUNT) if by_account else required
    everywhere = _everywhere(work, of_any, filters, partition)
    # Filters seldom tell accounts apart, and the answer for every account is kept for all that follow.
    if everywhere.verdict == "covered":
        return everywhere
    moved = _moved(everywhere, account, work)
    if moved is not None:
        return moved
    within = decided(work, all_of(required, events_of(account)), filters, own_facts(account, partition))
    return _moved(within, account, work) or within


@lru_cache(maxsize=64)
def own_facts(account: str, partition: str = "aws") -> tuple[Fact, ...]:
    """Return what is true of every record of an account in a partition."""
    own = parse(f'{{ $.userIdentity.accountId = "{account}" }}')
    root, own_id = parse('{ $.userIdentity.type = "Root" }'), parse(f'{{ $.userIdentity.principalId = "{account}" }}')
    return (
        *facts_in(partition),
        *(EventFact(parse(when), own, source) for when, source in _OWN_IDENTITY),
        EventFact(root, own_id, IDENTIFIERS),
    )


@lru_cache(maxsize=64)
def everyday_events(account: str) -> tuple[EverydayEvent, ...]:
    """Return the everyday events as this account records them."""
    records = _in_account([event.record for event in EVERYDAY_EVENTS], account)
    return tuple(EverydayEvent(event.name, record) for event, record in zip(EVERYDAY_EVENTS, records, strict=True))


def _moved(found: Coverage, account: str, work: Work) -> Coverage | None:
    """Return a gap with its missed event moved to the account, None when that event is not missed there."""
    if found.missed_event is None:
        return None
    event = _in_account(found.missed_event, account)
    message = Message(event)
    missed = found.required.matches(message) and not any(
        pattern.matches(message, work=work) for pattern in found.filters
    )
    return replace(found, missed_event=event) if missed and event.get("recipientAccountId") == account else None


def _in_account(value: Any, account: str) -> Any:  # noqa: ANN401 - JSON values
    return json.loads(json.dumps(value).replace(EXAMPLE_ACCOUNT, json.dumps(account)[1:-1]))
