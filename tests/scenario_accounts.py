"""The accounts of the demo and those that several accounts share, built in memory and read once a process.

Tests of one account are a group, so that one worker has them all.
"""

from __future__ import annotations

import functools

import boto3
import pytest
from moto import mock_aws
from prowler.providers.common.provider import Provider

from prowler_cis_monitoring.demo.organization import healthy_organization
from prowler_cis_monitoring.demo.scenarios import SCENARIOS, find
from prowler_cis_monitoring.remedy.proof import Judged
from prowler_cis_monitoring.services.account_resources import resources_of
from prowler_cis_monitoring.services.alternatives import alternatives_of
from prowler_cis_monitoring.settings import KEY, Settings
from tests.cross_account.conftest import WITH_ROLE
from tests.cross_account.scenarios import ROWS
from tests.shared_session import SESSION
from tests.stand_in_provider import StandInProvider


def each_scenario(chosen=SCENARIOS):
    """The parameter `scenario`: all scenarios of the demo, or those that are chosen."""
    return pytest.mark.parametrize("scenario", [_grouped(one, one.slug) for one in chosen])


def each_row(chosen=ROWS):
    """The parameter `row`: all scenarios of the organisation, or those that are chosen."""
    return pytest.mark.parametrize("row", [_grouped(one, one.name) for one in chosen])


def _grouped(one, name):
    return pytest.param(one, id=name, marks=pytest.mark.xdist_group(f"account {name}"))


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
    return _of_scenario(scenario.slug)


@functools.cache
def _of_scenario(slug):
    scenario = find(slug)
    with mock_aws():
        provider = StandInProvider(regions={"us-east-1", "eu-west-1"})
        provider.audit_config = scenario.configuration
        scenario.blueprint().build(SESSION)
        return judged(provider, scenario.settings)


def of_row(row):
    """The account from which a row of the organisation's scenarios looks."""
    return _of_row(row.name)


@functools.cache
def _of_row(name):
    row = next(one for one in ROWS if one.name == name)
    with mock_aws():
        sessions = healthy_organization().changed(**row.changes).build(boto3.Session())
        config = WITH_ROLE if row.role else None
        provider = StandInProvider({"us-east-1"}, row.account, sessions.of(row.account), config)
        return judged(provider, (config or {}).get(KEY))
