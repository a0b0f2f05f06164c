"""What a change is, and how several are made."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import ClassVar

from prowler_cis_monitoring.alert_path.resources import AccountResources, CompositeAlarm, MetricAlarm
from prowler_cis_monitoring.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Change(ABC):
    """One change of one resource.

    Attributes:
        account: the account in which it is made.
        region: the Region in which it is made.
        mends: the broken links that it mends, as clauses; no part of what the change is.
        weight: how much it changes; of two remedies the one with the smaller sum is proposed.
    """

    account: str
    region: str
    mends: tuple[str, ...] = field(default=(), compare=False)
    weight: ClassVar[int] = 3

    @abstractmethod
    def apply(self, resources: AccountResources) -> AccountResources:
        """Return the account with the change made; unchanged where there is nothing to make it on."""

    @property
    @abstractmethod
    def says(self) -> str:
        """What the change does, as a sentence in the imperative without a full stop; foreign names stand raw in it."""

    def for_reasons(self, *clauses: str) -> Change:
        """Return the same change, made for further broken links."""
        return replace(self, mends=tuple(dict.fromkeys((*self.mends, *clauses))))


def apply_all(resources: AccountResources, changes: tuple[Change, ...]) -> AccountResources:
    """Return the account with all changes made, one after the other."""
    for change in changes:
        resources = change.apply(resources)
    return resources


def is_writable(change: Change) -> bool:
    """Whether all texts of a change can stand in a file: no name that AWS gives out holds NUL or half a character."""
    letters = (letter for text in _texts(change) for letter in text)
    return not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in letters)


def _texts(change: Change) -> Iterator[str]:
    for value in vars(change).values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, (MetricAlarm, CompositeAlarm)):
            yield from _texts_in(value.model_dump())


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for pair in value.items():
            yield from _texts_in(pair)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts_in(one)


def log_group_name(arn: str) -> str:
    """Return the name in the ARN of a log group."""
    return arn.partition(":log-group:")[2] or arn
