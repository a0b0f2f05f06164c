"""Control console_authentication_failures."""

from __future__ import annotations

from prowler_cis_monitoring.alerting_check import AlertingCheck


class cloudwatch_alerting_console_authentication_failures(AlertingCheck):  # noqa: N801 - Prowler wants the check id
    """Would somebody be told when a console sign-in fails?"""
