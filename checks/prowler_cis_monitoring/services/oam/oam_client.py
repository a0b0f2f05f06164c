"""The one Observability Access Manager service of a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prowler_cis_monitoring.services.oam.oam_service import OAM
from prowler_cis_monitoring.services.path_service import service_of

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider


def oam_client(provider: AwsProvider) -> OAM:
    """Return the Observability Access Manager service that all checks of `provider` share."""
    return service_of(provider, OAM)
