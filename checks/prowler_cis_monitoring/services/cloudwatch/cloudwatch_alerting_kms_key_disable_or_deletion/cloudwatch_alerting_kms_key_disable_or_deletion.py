"""Control kms_key_disable_or_deletion."""

from __future__ import annotations

from prowler_cis_monitoring.alerting_check import AlertingCheck


class cloudwatch_alerting_kms_key_disable_or_deletion(AlertingCheck):  # noqa: N801 - Prowler wants the check id
    """Would somebody be told when a KMS key is disabled or scheduled for deletion?"""
