"""Control network_gateway_changes."""

from __future__ import annotations

from prowler_cis_monitoring.alerting_check import AlertingCheck


class cloudwatch_alerting_network_gateway_changes(AlertingCheck):  # noqa: N801 - Prowler wants the check id
    """Would somebody be told when a customer gateway or internet gateway is created, attached, detached or deleted?"""
