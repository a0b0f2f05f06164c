"""A part of a fleet: which accounts one of several machines scans, the same on every machine and in every run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

from prowler_cis_monitoring.records import dataclass

AUTO = "auto"
_WRITTEN = re.compile(r"(\d{1,6})/(\d{1,6})", re.ASCII)
_IN_NAME = re.compile(r"-(\d{1,6})-of-(\d{1,6})(?!\d)", re.ASCII)
# Of the child of an AWS Batch array job: its number, from 0 on, and how many there are.
INDEX, SIZE = "AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE"


class ShardError(ValueError):
    """A text names no shard; the message says what is wrong with it and what to write."""


@dataclass(frozen=True)
class Shard:
    """The `number`th of `count` shards, from 1 on."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    @classmethod
    def holding(cls, account: str, count: int) -> Shard:
        """Return the shard of an account: by its id alone, so whoever knows it knows the shard."""
        return cls(int.from_bytes(sha256(account.encode()).digest(), "big") % count + 1, count)

    @property
    def in_names(self) -> str:
        """The shard as it stands in the names of its files, so that no two shards write the same."""
        return f"-{self.number}-of-{self.count}"

    def holds(self, account: str) -> bool:
        """Whether an account is one of this shard."""
        return Shard.holding(account, self.count) == self

    def of(self, accounts: Iterable[str]) -> tuple[str, ...]:
        """Return those of `accounts` that are of this shard, in the order given."""
        return tuple(account for account in accounts if self.holds(account))


def shard_named(text: str, environment: Mapping[str, str]) -> Shard:
    """Return the shard that a text such as `3/10` names, or that `auto` finds in the environment of an array job.

    Raises:
        ShardError: it names none.
    """
    if text.strip().lower() == AUTO:
        return _of_array_job(environment)
    written = _WRITTEN.fullmatch(text.strip())
    if not written:
        raise ShardError(f"{text!r}: a number and how many there are is expected, from 1/10 to 10/10, or {AUTO}")
    number, count = int(written[1]), int(written[2])
    if not 1 <= number <= count:
        raise ShardError(
            f"{text!r}: there is no such shard; of {count} they are 1/{count} to {count}/{count}"
            if count
            else f"{text!r}: there are no shards of 0; 1/1 is the whole"
        )
    return Shard(number, count)


def shard_in(name: str) -> Shard | None:
    """Return the shard that stands in the name of a file, None where it is of a scan of all accounts."""
    *_, written = None, *_IN_NAME.findall(name)  # what stands before is the user's
    return Shard(*map(int, written)) if written else None


def _of_array_job(environment: Mapping[str, str]) -> Shard:
    index, size = environment.get(INDEX), environment.get(SIZE)
    if index is None or size is None:
        missing = " and ".join(name for name, value in ((INDEX, index), (SIZE, size)) if value is None)
        raise ShardError(f"{AUTO}: {missing} is not set, so this is no AWS Batch array job; name the shard, as in 3/10")
    if not (index.isdecimal() and size.isdecimal() and int(index) < int(size)):
        raise ShardError(
            f"{AUTO}: {INDEX} is {index!r} and {SIZE} {size!r}: a number from 0 on below the size is expected"
        )
    return Shard(int(index) + 1, int(size))
