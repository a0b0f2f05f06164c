"""The accounts of the demo and those that several accounts share, built in memory and read."""

from __future__ import annotations

import boto3
from moto import mock_aws
from prowler.providers.common.provider import Provider

from prowler_cis_monitoring.demo.organization import healthy_organization
from prowler_cis_monitoring.remedy.proof import Judged
from prowler_cis_monitoring.services.account_resources import resources_of
from prowler_cis_monitoring.services.alternatives import alternatives_of
from prowler_cis_monitoring.settings import KEY, Settings
from tests.cross_account.conftest import WITH_ROLE
from tests.shared_session import SESSION
from tests.stand_in_provider import StandInProvider


def judged(provider, settings=None):
    """What is known of a provider's account, ready to be judged."""
    Provider.set_global_provider(provider)
    try:
        chosen = Settings.read({KEY: settings or {}})
        return Judged(resources_of(provider), chosen, alternatives_of(provider))
    finally:
        Provider.set_global_provider(None)


def of_scenario(scenario):
    """The account of a scenario of the demo."""
    with mock_aws():
        provider = StandInProvider(regions={"us-east-1", "eu-west-1"})
        provider.audit_config = scenario.configuration
        scenario.blueprint().build(SESSION)
        return judged(provider, scenario.settings)


def of_row(row):
    """The account from which a row of the organisation's scenarios looks."""
    with mock_aws():
        sessions = healthy_organization().changed(**row.changes).build(boto3.Session())
        config = WITH_ROLE if row.role else None
        provider = StandInProvider({"us-east-1"}, row.account, sessions.of(row.account), config)
        return judged(provider, (config or {}).get(KEY))
