"""Accounts in files: what a scan saves of one, and a provider of what was saved that serves as the real one does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from prowler.lib.mutelist.mutelist import Mutelist
from prowler.providers.aws.lib.mutelist.mutelist import AWSMutelist

from prowler_cis_monitoring.alert_path.resources import AccountResources, Alternatives
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.scan.said_of_account import organization_shown
from prowler_cis_monitoring.services.account_resources import resources_of
from prowler_cis_monitoring.services.alternatives import alternatives_of
from prowler_cis_monitoring.services.path_service import once_for
from prowler_cis_monitoring.settings import KEY
from prowler_cis_monitoring.snapshot import Snapshot

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider

_IDENTITY = ("user_id", "identity_arn")


def _told(text: object) -> str | None:
    """Return what a file says of who read it, as a report may show it."""
    return None if text is None else harmless(str(text))


def snapshot_of(provider: AwsProvider, *, with_alternatives: bool) -> Snapshot:
    """Return what was read of `provider`'s account.

    Args:
        provider: the provider whose account has been judged.
        with_alternatives: whether other ways out were looked at; if not, they are not looked at now.
    """
    identity, organization = provider.identity, provider.organizations_metadata
    settings = (provider.audit_config or {}).get(KEY) or {}
    return Snapshot(
        resources=resources_of(provider),
        alternatives=alternatives_of(provider) if with_alternatives else None,
        settings=settings,
        default_region=provider.get_default_region("cloudtrail", global_service=True),
        profile=identity.profile,
        organization=None if organization is None else vars(organization),
        identity={
            **{name: getattr(identity, name) for name in _IDENTITY},
            "audited_regions": sorted(identity.audited_regions or ()),
        },
    )


class SavedProvider:
    """As much of Prowler's provider as checks and report writers ask of it, for an account that was saved.

    Args:
        snapshot: the account.
        path: the file that it was read from.
        settings: in place of those that the account was judged with; None for these.
        mutelist: the content of a mutelist file below `Mutelist`, None for none.
        version: of the benchmark, that the command line wants to be judged by; None where it names none.
    """

    type = "aws"

    def __init__(
        self,
        snapshot: Snapshot,
        path: Path,
        settings: Mapping[str, Any] | None,
        mutelist: Mapping[str, Any] | None,
        version: str | None = None,
    ) -> None:
        """Have everything read already."""
        self.source = snapshot.named(path, version)
        known, regions = snapshot.identity or {}, (snapshot.identity or {}).get("audited_regions")
        self.identity = SimpleNamespace(
            account=snapshot.account,
            partition=snapshot.resources.partition,
            profile=_told(snapshot.profile),
            audited_regions={_told(region) for region in regions} if isinstance(regions, list) else set(),
            **{name: _told(known.get(name)) for name in _IDENTITY},
        )
        self.audit_config = dict(settings) if settings is not None else {KEY: snapshot.settings}
        self.organizations_metadata = organization_shown(snapshot.organization)
        self.mutelist: Mutelist = AWSMutelist(mutelist_content=mutelist or {})
        self._default_region = snapshot.default_region
        once_for(self, AccountResources, lambda _: snapshot.resources)
        once_for(self, Alternatives, lambda _: snapshot.alternatives or Alternatives())

    def get_default_region(self, _service: str, *, global_service: bool = False) -> str:  # noqa: ARG002 - as Prowler's
        """Return the Region that Prowler would name."""
        return self._default_region
