"""Control route_table_changes."""

from __future__ import annotations

from prowler_cis_monitoring.alerting_check import AlertingCheck


class cloudwatch_alerting_route_table_changes(AlertingCheck):  # noqa: N801 - Prowler wants the check id
    """Would somebody be told when a route or route table is created, replaced, disassociated or deleted?"""
