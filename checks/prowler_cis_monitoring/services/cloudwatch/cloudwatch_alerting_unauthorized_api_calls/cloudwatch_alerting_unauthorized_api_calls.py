"""Control unauthorized_api_calls."""

from __future__ import annotations

from prowler_cis_monitoring.alerting_check import AlertingCheck


class cloudwatch_alerting_unauthorized_api_calls(AlertingCheck):  # noqa: N801 - Prowler wants the check id
    """Would somebody be told when an API call is refused for lack of permission?"""
