"""The one CloudTrail service of a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prowler_cis_monitoring.services.cloudtrail.cloudtrail_service import CloudTrail
from prowler_cis_monitoring.services.path_service import service_of

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider


def cloudtrail_client(provider: AwsProvider) -> CloudTrail:
    """Return the CloudTrail service that all checks of `provider` share."""
    return service_of(provider, CloudTrail)
