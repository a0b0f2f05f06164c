"""The one CloudWatch service of a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prowler_cis_monitoring.services.cloudwatch.cloudwatch_service import CloudWatch
from prowler_cis_monitoring.services.path_service import service_of

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider


def cloudwatch_client(provider: AwsProvider) -> CloudWatch:
    """Return the CloudWatch service that all checks of `provider` share."""
    return service_of(provider, CloudWatch)
