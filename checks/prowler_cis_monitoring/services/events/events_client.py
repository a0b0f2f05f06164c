"""The one EventBridge service of a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prowler_cis_monitoring.services.events.events_service import Events
from prowler_cis_monitoring.services.path_service import service_of

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider


def events_client(provider: AwsProvider) -> Events:
    """Return the EventBridge service that all checks of `provider` share."""
    return service_of(provider, Events)
