import importlib.metadata
import importlib.util
import json
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.session import Session
from botocore.utils import parse_timestamp
from hypothesis import given
from hypothesis import strategies as st
from prowler.providers.aws import aws_provider
from prowler.providers.common.provider import Provider

from prowler_cis_monitoring.scan import loading
from prowler_cis_monitoring.scan.provider import parse_time
from prowler_cis_monitoring.scan.prowler_range import knows_timeouts
from prowler_cis_monitoring.services import sdk_extras


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2037, 1, 1)), st.sampled_from([0, 3, 6]))  # noqa: DTZ001
def test_times_of_answers_are_those_that_botocore_reads(moment, digits):
    text = f"{moment:%Y-%m-%dT%H:%M:%S.%f}"[: 19 + (digits + 1 if digits else 0)] + "Z"
    assert parse_time(text) == parse_timestamp(text)


@pytest.mark.parametrize(
    "value",
    [
        1700000000,
        1700000000.25,
        "1700000000",
        "Tue, 14 Nov 2023 22:13:20 GMT",
        "2023-11-14T22:13:20+01:00",
        "20231114T221320Z",
    ],
)
def test_other_forms_are_left_to_botocore(value):
    assert parse_time(value) == parse_timestamp(value)


@pytest.mark.parametrize("value", ["no timeZ", "2023-11-14T99:00:00Z"])
def test_what_is_no_time_is_an_error(value):
    with pytest.raises(ValueError, match=value):
        parse_time(value)


def test_times_know_their_zone():
    assert parse_time("2023-11-14T22:13:20.5Z") == datetime(2023, 11, 14, 22, 13, 20, 500000, tzinfo=timezone.utc)


def test_timeouts_are_given_to_the_provider_where_this_prowler_has_them(aws, scan):
    done = scan("--region", "us-east-1", "--control", "root_usage", "--aws-read-timeout", "7", "--quiet")
    if knows_timeouts():
        assert (done.status, Provider.get_global_provider().session.session_config.read_timeout) == (3, 7)
    else:
        assert done.status == 2
        assert "--aws-read-timeout" in done.err


def test_the_regions_of_all_services_are_parsed_once_for_all_accounts(aws, scan, monkeypatch):
    parsed = []
    as_it_is = aws_provider.parse_json_file
    monkeypatch.setattr(aws_provider, "parse_json_file", lambda file: parsed.append(file.name) or as_it_is(file))
    for _ in range(2):  # the first time threads may meet
        parsed.clear()
        scan("--region", "us-east-1", "--control", "root_usage", "--quiet", "-M")
    assert parsed == []


def test_all_sessions_of_a_scan_share_what_is_parsed_of_botocore(aws, scan, monkeypatch, tmp_path):
    scan("--region", "us-east-1", "--control", "root_usage", "--quiet", "-M")
    session = Provider.get_global_provider().session
    of_prowler = [each._session for each in (session.current_session, session.original_session)]
    (shared,) = {each.get_component("data_loader") for each in (*of_prowler, Session())}
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    first, second, *others = Session().get_component("data_loader").search_paths
    assert [first, second] == shared.search_paths[:2]
    # Another program in this process may have told the shared loader of more folders.
    assert (others[0], set(others[1:]) - set(shared.search_paths)) == (str(tmp_path), set())


def test_services_are_told_from_others_by_their_folders_alone():
    session = boto3.Session(region_name="us-east-1")
    sdk_extras.learn(session)
    assert session.get_available_services() == Loader().list_available_services("service-2")
    with pytest.raises(UnknownServiceError):
        session.client("no-service")
    loader = session._session.get_component("data_loader")
    assert loader.list_available_services("service-2") is loader.list_available_services("service-2")


def test_a_scan_loads_nothing_that_only_reports_the_past_and_saved_results_need():
    command = ["scan", "--region", "us-east-1", "-M"]
    own = "prowler_cis_monitoring"
    others = {f"{own}.proof.proof", f"{own}.services.history", f"{own}.schemas", "prowler.lib.outputs.finding"}
    code = (
        "import sys; from moto import mock_aws; from prowler_cis_monitoring.cli import main\n"
        f"with mock_aws(): status = main({command})\n"
        f"print(status, *({others} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "3"


def test_a_scan_sends_its_requests_without_loading_pyopenssl():
    code = (
        "import sys; from prowler_cis_monitoring.cli import main; main(['scan', '--profile', 'none'])\n"
        "print('botocore.httpsession' in sys.modules, 'OpenSSL' in sys.modules)\n"
        "import urllib3.contrib.pyopenssl"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "True False"


def test_what_stands_for_a_module_loads_it_when_it_is_used():
    code = (
        "import sys; from prowler_cis_monitoring.cli import main; main(['scan', '--profile', 'none'])\n"
        "from prowler.config import config\n"
        "print('requests' in sys.modules, config.requests.get.__module__, 'requests' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False requests.api True"


def test_addresses_in_findings_are_parsed_by_the_module_that_was_not_loaded(tmp_path):
    command = ["scan", "--region", "us-east-1", "--output-directory", str(tmp_path)]
    code = (
        "import sys; from moto import mock_aws; from prowler_cis_monitoring.cli import main\n"
        f"with mock_aws(): status = main({command})\n"
        "from pydantic import validate_email\n"
        "loaded = 'email_validator' in sys.modules, 'py_ocsf_models' in sys.modules\n"
        "print(status, loaded, validate_email('a@EXAMPLE.com')[1], 'email_validator' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "3 (False, True) a@example.com True"


def test_those_who_look_for_a_module_that_something_stands_for_find_it(monkeypatch):
    monkeypatch.setattr(loading, "_SELDOM_USED", ("xmlrpc", "not_installed"))
    monkeypatch.delitem(sys.modules, "xmlrpc", raising=False)
    with loading.loading_what_is_used():
        stand_in = sys.modules["xmlrpc"]
        assert importlib.util.find_spec("xmlrpc").origin.endswith("__init__.py")
        assert importlib.import_module("xmlrpc.client").Fault
        with pytest.raises(ModuleNotFoundError, match="not_installed"):
            _ = sys.modules["not_installed"].anything
    assert importlib.import_module("xmlrpc") is not stand_in


def test_the_installed_packages_are_those_that_the_standard_library_finds():
    known = importlib.metadata.entry_points
    group = "prowler.compliance"
    with loading.loading_what_is_used():
        assert set(importlib.metadata.entry_points(group=group)) == set(known(group=group))
        assert importlib.metadata.entry_points().select(group=group)
    assert importlib.metadata.entry_points is known


def test_what_a_scan_knows_of_ec2_is_what_botocore_knows():
    folder = Path(sdk_extras.__file__).parent.parent / "sdk_models"
    (path,) = folder.rglob("*.json")
    service, api_version = path.relative_to(folder).parts[:2]
    ours, theirs = json.loads(path.read_text()), Loader().load_service_model(service, "service-2", api_version)
    assert _lacking(ours, theirs) == []


def _lacking(ours, theirs, place=""):
    """Return where one model says something else than the other, which may say more."""
    if not isinstance(ours, dict):
        return [] if ours == theirs else [place]
    return [
        each
        for name, value in ours.items()
        for each in (_lacking(value, theirs[name], f"{place}/{name}") if name in theirs else [f"{place}/{name}"])
    ]
