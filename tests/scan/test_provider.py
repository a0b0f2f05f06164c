import gc
import importlib.metadata
import importlib.util
import json
import subprocess
import sys
import threading
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
from prowler.providers.aws.aws_provider import AwsProvider
from prowler.providers.common.provider import Provider

from prowler_cis_monitoring.cli import parser
from prowler_cis_monitoring.scan import loading, opening
from prowler_cis_monitoring.scan.opening import Opening
from prowler_cis_monitoring.scan.options import read
from prowler_cis_monitoring.scan.provider import open_account, parse_time
from prowler_cis_monitoring.scan.prowler_range import knows_timeouts
from prowler_cis_monitoring.services import sdk_extras
from prowler_cis_monitoring.services.cloudtrail.cloudtrail_service import CloudTrail
from tests.benchmarks.accounts import REGIONS


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
    assert loader.list_available_services("service-2") is loader.list_available_services("paginators-1")


def last_line_of(code):
    """Run Python code in a process of its own; return the last line that it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


def test_a_scan_loads_nothing_that_only_reports_the_past_and_saved_results_need():
    command = ["scan", "--region", "us-east-1", "-M"]
    own = "prowler_cis_monitoring"
    others = {f"{own}.proof.proof", f"{own}.services.history", f"{own}.schemas", "prowler.lib.outputs.finding"}
    code = (
        "import sys; from moto import mock_aws; from prowler_cis_monitoring.cli import main\n"
        f"with mock_aws(): status = main({command})\n"
        f"print(status, *({others} & set(sys.modules)))"
    )
    assert last_line_of(code) == "3"


def test_a_scan_sends_its_requests_without_loading_pyopenssl():
    code = (
        "import sys; from prowler_cis_monitoring.cli import main; main(['scan', '--profile', 'none'])\n"
        "print('botocore.httpsession' in sys.modules, 'OpenSSL' in sys.modules)\n"
        "import urllib3.contrib.pyopenssl"
    )
    assert last_line_of(code) == "True False"


def test_what_stands_for_a_module_loads_it_when_it_is_used():
    code = (
        "import sys; from prowler_cis_monitoring.cli import main; main(['scan', '--profile', 'none'])\n"
        "from prowler.config import config\n"
        "print('requests' in sys.modules, config.requests.get.__module__, 'requests' in sys.modules)"
    )
    assert last_line_of(code) == "False requests.api True"


def test_addresses_in_findings_are_parsed_by_the_module_that_was_not_loaded(tmp_path):
    command = ["scan", "--region", "us-east-1", "--output-directory", str(tmp_path)]
    code = (
        "import sys; from moto import mock_aws; from prowler_cis_monitoring.cli import main\n"
        f"with mock_aws(): status = main({command})\n"
        "from pydantic import validate_email\n"
        "loaded = 'email_validator' in sys.modules, 'py_ocsf_models' in sys.modules\n"
        "print(status, loaded, validate_email('a@EXAMPLE.com')[1], 'email_validator' in sys.modules)"
    )
    assert last_line_of(code) == "3 (False, True) a@example.com True"


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


def _options(*more):
    return read(parser().parse_args(["scan", "--region", "us-east-1", "-M", "none", *more]))


@pytest.fixture
def slow_organization(aws, monkeypatch):
    """Keep AWS from saying where an account is in its organization until the event that is returned is set."""
    said, as_it_is = threading.Event(), AwsProvider.get_organizations_info

    def ask(provider, session, *others, **more):
        assert session.client("organizations")
        assert said.wait(30)
        return as_it_is(provider, session, *others, **more)

    monkeypatch.setattr(AwsProvider, "get_organizations_info", ask)
    return said


def test_an_account_is_read_before_its_place_in_the_organization_is_known(slow_organization):
    boto3.client("organizations", "us-east-1").create_organization(FeatureSet="ALL")
    provider = open_account(_options())
    assert not slow_organization.is_set()
    slow_organization.set()
    assert provider.organizations_metadata.organization_id.startswith("o-")


def test_what_goes_wrong_while_the_organization_is_asked_is_raised_where_the_answer_is_wanted(aws, monkeypatch):
    def refuse(*_, **__):
        raise LookupError("refused")

    monkeypatch.setattr(AwsProvider, "get_organizations_info", refuse)
    provider = open_account(_options())
    with pytest.raises(LookupError, match="refused"):
        _ = provider.organizations_metadata


def test_after_a_role_was_assumed_prowler_decides_whom_to_ask_of_the_organization(slow_organization):
    slow_organization.set()
    provider = open_account(_options("--role", "arn:aws:iam::123456789012:role/Auditor"))
    assert provider._organizations_metadata.organization_id == ""


def test_many_accounts_begin_without_another_thread(slow_organization):
    slow_organization.set()
    before = threading.active_count()
    Opening(_options("--accounts", "123456789012", "--role", "Auditor")).account()
    assert threading.active_count() == before


def test_what_is_raised_while_an_account_is_opened_is_raised_where_it_is_waited_for(monkeypatch):
    def refuse(_):
        raise SystemExit(7)

    monkeypatch.setattr(opening, "open_account", refuse)
    with pytest.raises(SystemExit):
        Opening(_options()).account()


def test_the_trails_of_all_regions_are_asked_for_at_the_same_time(aws, scan):
    meeting = threading.Barrier(len(REGIONS))
    original = CloudTrail.trails

    def trails(service, scope):
        meeting.wait(30)
        return original(service, scope)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CloudTrail, "trails", trails)
        assert scan("--region", *REGIONS, "--control", "root_usage", "--quiet", "-M").status == 3


@pytest.mark.parametrize("by_others", [False, True])
def test_no_collection_looks_at_what_a_scan_has_loaded(by_others, monkeypatch, request):
    counted = {"count": 5 if by_others else 0}
    loading._frozen_by_others.cache_clear()
    request.addfinalizer(loading._frozen_by_others.cache_clear)
    monkeypatch.setattr(gc, "get_freeze_count", lambda: counted["count"])
    monkeypatch.setattr(gc, "freeze", lambda: counted.update(count=1000))
    monkeypatch.setattr(gc, "unfreeze", lambda: counted.update(count=0))
    with loading.loading_what_is_used():
        loading.all_is_loaded()
        assert counted["count"] == (5 if by_others else 1000)
    assert counted["count"] == (5 if by_others else 0)
