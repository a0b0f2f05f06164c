"""The one KMS service of a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prowler_cis_monitoring.services.kms.kms_service import KMS
from prowler_cis_monitoring.services.path_service import service_of

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider


def kms_client(provider: AwsProvider) -> KMS:
    """Return the KMS service that all checks of `provider` share."""
    return service_of(provider, KMS)
