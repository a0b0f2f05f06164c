"""Control vpc_changes."""

from __future__ import annotations

from prowler_cis_monitoring.alerting_check import AlertingCheck


class cloudwatch_alerting_vpc_changes(AlertingCheck):  # noqa: N801 - Prowler wants the check id
    """Would somebody be told when a VPC, a VPC peering or a ClassicLink is created, changed or deleted?"""
