"""Control network_acl_changes."""

from __future__ import annotations

from prowler_cis_monitoring.alerting_check import AlertingCheck


class cloudwatch_alerting_network_acl_changes(AlertingCheck):  # noqa: N801 - Prowler wants the check id
    """Would somebody be told when a network ACL or one of its entries is created, replaced or deleted?"""
