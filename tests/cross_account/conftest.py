"""Four accounts in memory, and findings about any of them."""

from __future__ import annotations

from importlib import import_module

import boto3
import pytest

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.demo.organization import ACCOUNTS, ROLE, healthy_organization
from tests.aws_failures import Failures
from tests.stand_in_provider import StandInProvider

WITH_ROLE = {"cis_monitoring": {"cross_account_role": ROLE, "cross_account_accounts": list(ACCOUNTS)}}


class Estate:
    """An organisation that was built, and scans of its accounts."""

    def __init__(self, organization):
        self.sessions = organization.build(boto3.Session())

    def provider(self, account, config=None):
        return StandInProvider({"us-east-1"}, account, self.sessions.of(account), config)

    def finding(self, account, slug="root_usage", config=None, provider=None):
        check_id = CONTROLS[slug].check_id
        module = import_module(f"prowler_cis_monitoring.services.cloudwatch.{check_id}.{check_id}")
        return getattr(module, check_id)().finding(provider or self.provider(account, config))


@pytest.fixture
def build(aws):
    """Builds an organisation that differs from a healthy one by the changes given."""

    def build(**changes):
        return Estate(healthy_organization().changed(**changes))

    return build


@pytest.fixture
def calls(aws, monkeypatch):
    """Lets AWS calls fail, and counts them."""
    return Failures(monkeypatch)
