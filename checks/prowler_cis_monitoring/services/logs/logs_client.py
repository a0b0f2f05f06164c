"""The one Logs service of a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prowler_cis_monitoring.services.logs.logs_service import Logs
from prowler_cis_monitoring.services.path_service import service_of

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider


def logs_client(provider: AwsProvider) -> Logs:
    """Return the Logs service that all checks of `provider` share."""
    return service_of(provider, Logs)
