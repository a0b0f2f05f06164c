"""What was asked of a scan of many accounts, kept in its state so that what is missing is told and not passed over."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.scan.shard import Shard, shard_named

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider

    from prowler_cis_monitoring.scan.options import Options

MANIFEST, FAILURES = "manifest", "failures"
"""The kinds of note under which a state holds what was asked, and why single accounts could not be scanned."""


@dataclass(frozen=True)
class Manifest:
    """What was asked, by whom.

    Attributes:
        asked: the accounts of the whole fleet, in order, with those of other shards.
        shard: as in 3/10; None where the scan was to look at all of them.
        frameworks: which reports were asked for.
        scanned_from: the account of the credentials; the others tell of these, too, as the reports do.
        default_region: where findings are that have no better place.
    """

    asked: tuple[str, ...]
    shard: str | None
    frameworks: tuple[str, ...]
    scanned_from: str
    partition: str
    default_region: str
    profile: str | None
    user_id: str | None
    identity_arn: str | None
    audited_regions: tuple[str, ...]

    @classmethod
    def of(cls, base: AwsProvider, options: Options, asked: Sequence[str]) -> Manifest:
        """Return what `options` ask, with the credentials of `base`."""
        identity = base.identity
        return cls(
            asked=tuple(asked),
            shard=str(options.shard) if options.shard else None,
            frameworks=options.frameworks,
            scanned_from=identity.account,
            partition=identity.partition,
            default_region=base.get_default_region("cloudtrail", global_service=True),
            profile=identity.profile,
            user_id=identity.user_id,
            identity_arn=identity.identity_arn,
            audited_regions=tuple(sorted(identity.audited_regions or ())),
        )

    @classmethod
    def read(cls, saved: Any) -> Manifest:  # noqa: ANN401 - whatever the state holds
        """Return what `saved` wrote.

        Raises:
            ValueError: it is no manifest.
        """
        try:
            lists = {name: tuple(saved[name]) for name in ("asked", "frameworks", "audited_regions")}
            # States of one fleet name the same accounts, which are kept once.
            lists["asked"] = tuple(map(sys.intern, lists["asked"]))
            return cls(**{**saved, **lists})
        except (LookupError, TypeError) as error:
            raise ValueError(f"no manifest: {error}") from None

    def saved(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    @cached_property
    def part(self) -> Shard | None:
        """The shard; None where the scan was to look at all of them."""
        return shard_named(self.shard, {}) if self.shard else None

    def as_provider(self) -> Any:  # noqa: ANN401 - as much of a provider as Prowler's reports read
        """Return an object that report writers take for the provider of the scan."""
        identity = SimpleNamespace(
            account=self.scanned_from,
            partition=self.partition,
            profile=self.profile,
            user_id=self.user_id,
            identity_arn=self.identity_arn,
            audited_regions=set(self.audited_regions),
        )
        return SimpleNamespace(type="aws", identity=identity)
