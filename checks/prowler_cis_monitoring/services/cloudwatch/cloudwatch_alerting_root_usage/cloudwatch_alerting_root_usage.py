"""Control root_usage."""

from __future__ import annotations

from prowler_cis_monitoring.alerting_check import AlertingCheck


class cloudwatch_alerting_root_usage(AlertingCheck):  # noqa: N801 - Prowler wants the check id
    """Would somebody be told when somebody uses the root user?"""
