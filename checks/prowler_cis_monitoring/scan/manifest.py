"""What was asked of a scan of many accounts, kept in its state so that what is missing is told and not passed over."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cache, cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal

from pydantic import TypeAdapter, ValidationError

from prowler_cis_monitoring.benchmarks import folder
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.scan.shard import Shard, shard_named

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider

    from prowler_cis_monitoring.scan.options import Options

MANIFEST, FAILURES = "manifest", "failures"
"""The kinds of note under which a state holds what was asked, and why single accounts could not be scanned."""


def as_saved(kind: Any, saved: object) -> Any:  # noqa: ANN401 - what pydantic takes for a type, and a value of it
    """Return what was saved, which may have been written by anybody.

    Args:
        kind: a type as pydantic understands it.
        saved: JSON values.

    Raises:
        ValueError: it is of another type.
    """
    try:
        return _adapter(kind).validate_python(saved)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"][:2]))
        raise ValueError(f"what it says of its scan cannot be read ({place or 'all of it'}: {first['msg']})") from None


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - likewise
    return TypeAdapter(kind)


@dataclass(frozen=True)
class Description:
    """What of the description of a scan its reports depend on.

    Attributes:
        checks: which checks it made.
        statuses: which verdicts it kept, none for all.
        role: name of the role in the accounts.
        saves: whether what was read is kept, without names, and whether weak points were asked for.
    """

    checks: tuple[str, ...]
    statuses: tuple[Literal["PASS", "FAIL", "MANUAL"], ...]
    role: str | None
    saves: tuple[bool, bool, bool]

    @classmethod
    def read(cls, saved: object) -> Description:
        """Return what a state says.

        Raises:
            ValueError: it is no such description, or names checks that there are not.
        """
        found: Description = as_saved(cls, saved)
        known = {control.check_id for control in CONTROLS.values()}
        if not found.checks or not known.issuperset(found.checks):
            raise ValueError("what it says of its scan cannot be read (checks: there are no such checks)")
        return found


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
        found: Manifest = as_saved(cls, saved)
        if found.shard:
            shard_named(found.shard, {})
        if not {path.stem for path in folder().glob("*.json")}.issuperset(found.frameworks):
            raise ValueError("what it says of its scan cannot be read (frameworks: there are no such frameworks)")
        # States of one fleet name the same accounts, which are kept once.
        return replace(found, asked=tuple(map(sys.intern, found.asked)))

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
