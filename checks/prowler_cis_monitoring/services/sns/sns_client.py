"""The one SNS service of a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prowler_cis_monitoring.services.path_service import service_of
from prowler_cis_monitoring.services.sns.sns_service import SNS

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider


def sns_client(provider: AwsProvider) -> SNS:
    """Return the SNS service that all checks of `provider` share."""
    return service_of(provider, SNS)
