"""Control iam_policy_changes."""

from __future__ import annotations

from prowler_cis_monitoring.alerting_check import AlertingCheck


class cloudwatch_alerting_iam_policy_changes(AlertingCheck):  # noqa: N801 - Prowler wants the check id
    """Would somebody be told when an IAM policy is created, deleted, attached, detached or rewritten?"""
