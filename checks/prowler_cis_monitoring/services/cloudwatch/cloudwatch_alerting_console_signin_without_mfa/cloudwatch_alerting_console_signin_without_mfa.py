"""Control console_signin_without_mfa."""

from __future__ import annotations

from prowler_cis_monitoring.alerting_check import AlertingCheck


class cloudwatch_alerting_console_signin_without_mfa(AlertingCheck):  # noqa: N801 - Prowler wants the check id
    """Would somebody be told when an IAM user signs in to the console without MFA?"""
