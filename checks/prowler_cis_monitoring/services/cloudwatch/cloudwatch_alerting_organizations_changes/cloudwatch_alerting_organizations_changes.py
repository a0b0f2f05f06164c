"""Control organizations_changes."""

from __future__ import annotations

from prowler_cis_monitoring.alerting_check import AlertingCheck


class cloudwatch_alerting_organizations_changes(AlertingCheck):  # noqa: N801 - Prowler wants the check id
    """Would somebody be told when an account, organizational unit, policy or invitation of the organization changes?"""
