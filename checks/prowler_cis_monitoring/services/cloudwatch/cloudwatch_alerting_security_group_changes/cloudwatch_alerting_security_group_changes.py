"""Control security_group_changes."""

from __future__ import annotations

from prowler_cis_monitoring.alerting_check import AlertingCheck


class cloudwatch_alerting_security_group_changes(AlertingCheck):  # noqa: N801 - Prowler wants the check id
    """Would somebody be told when a security group or one of its rules is created, changed or deleted?"""
