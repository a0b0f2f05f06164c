"""Control cloudtrail_configuration_changes."""

from __future__ import annotations

from prowler_cis_monitoring.alerting_check import AlertingCheck


class cloudwatch_alerting_cloudtrail_configuration_changes(AlertingCheck):  # noqa: N801 - Prowler wants the check id
    """Would somebody be told when a trail is created, changed, deleted, started or stopped?"""
