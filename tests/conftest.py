"""What every test may use: an empty AWS account in memory, and a provider that scans it."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import settings
from moto import mock_aws
from prowler.providers.common.provider import Provider

from prowler_cis_monitoring.demo.moto_gaps import leave_out_images
from prowler_cis_monitoring.services.history_calls import Pace
from prowler_cis_monitoring.services.path_service import once_for
from tests.aws_failures import Failures
from tests.installed_files import remember
from tests.permission_recorder import Recorder
from tests.prowler_command import Prowler
from tests.stand_in_provider import StandInProvider

# How long an example takes says nothing on a busy machine.
settings.register_profile("any speed", deadline=None)
settings.load_profile("any speed")


def pytest_configure(config):
    """Record what the program asks of AWS in all tests."""
    remember()
    leave_out_images()
    gc.set_threshold(100_000, 20, 50)  # a worker holds millions of objects that last
    recorder = Recorder()
    recorder.watch()
    config.pluginmanager.register(recorder, "permissions")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """One more than there are cores: many tests wait for other processes."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish():
    """Look no more at what has been loaded for all tests."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Start with what takes longest, so that no worker is left with it at the end; otherwise the order stays random."""
    items.sort(key=lambda item: item.get_closest_marker("end_to_end") is None)


@pytest.fixture(autouse=True)
def _no_real_aws(monkeypatch):
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="session")
def loaded_prowler():
    """Prowler's command, loaded once; tests that use it are in one group, so that one worker has it."""
    prowler = Prowler()
    yield prowler
    prowler.close()


@pytest.fixture
def aws():
    """An empty account, 123456789012."""
    with mock_aws():
        yield


@pytest.fixture
def provider(aws):
    """A provider that scans two Regions of the account."""
    provider = StandInProvider(regions={"us-east-1", "eu-west-1"})
    once_for(provider, Pace, lambda _: Pace(0))
    Provider.set_global_provider(provider)
    yield provider
    Provider.set_global_provider(None)


@pytest.fixture
def failures(provider, monkeypatch):
    """Lets AWS calls fail; see `Failures`."""
    return Failures(monkeypatch)
