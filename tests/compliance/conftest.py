"""Prowler's frameworks and ours as Prowler loads them, which takes seconds; tests that use them are in one group."""

import pytest
from prowler.lib.check.compliance_models import Compliance, get_bulk_compliance_frameworks_universal


@pytest.fixture(scope="session")
def prowler_legacy():
    return Compliance.get_bulk("aws")


@pytest.fixture(scope="session")
def prowler_universal():
    return get_bulk_compliance_frameworks_universal("aws")
