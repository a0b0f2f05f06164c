"""Control s3_bucket_policy_changes."""

from __future__ import annotations

from prowler_cis_monitoring.alerting_check import AlertingCheck


class cloudwatch_alerting_s3_bucket_policy_changes(AlertingCheck):  # noqa: N801 - Prowler wants the check id
    """Would somebody be told when the policy, ACL, CORS, lifecycle or replication rule of a bucket changes?"""
