"""As much of Prowler's AwsProvider as a service needs, without its start-up of a second: for tests of many accounts."""

from __future__ import annotations

from types import SimpleNamespace

from prowler.providers.aws.aws_provider import AwsProvider

from tests.shared_session import SESSION

ACCOUNT = "123456789012"


class StandInProvider:
    """Scans `regions` of one account with the session given."""

    type = "aws"

    def __init__(self, regions, account=ACCOUNT, session=None, config=None):
        self.identity = SimpleNamespace(
            account=account,
            account_arn=f"arn:aws:iam::{account}:root",
            partition="aws",
            audited_regions=set(regions),
            profile_region="us-east-1",
        )
        own = session or SESSION
        self.session = SimpleNamespace(current_session=own, original_session=own, session_config=None)
        self.audit_config = config or {}
        self.fixer_config = {}
        self.audit_resources = []
        self.audit_metadata = SimpleNamespace(expected_checks=[])
        self._enabled_regions = None

    get_available_aws_service_regions = staticmethod(AwsProvider.get_available_aws_service_regions)

    def get_default_region(self, service, global_service=False):
        return "us-east-1"
