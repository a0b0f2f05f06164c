"""Control config_configuration_changes."""

from __future__ import annotations

from prowler_cis_monitoring.alerting_check import AlertingCheck


class cloudwatch_alerting_config_configuration_changes(AlertingCheck):  # noqa: N801 - Prowler wants the check id
    """Would somebody be told when AWS Config's recorder or delivery channel is changed, stopped or deleted?"""
