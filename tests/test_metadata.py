"""The fifteen check folders and their metadata, read as Prowler reads them."""

import importlib.metadata
import json
import sys
from html import escape
from importlib.resources import files
from pathlib import Path

import prowler
import pytest
from prowler.lib.check.models import CheckMetadata, load_check_metadata
from prowler.lib.outputs.html.html import HTML

from prowler_cis_monitoring.controls import CONTROLS

if sys.version_info >= (3, 11):
    import tomllib
else:  # pytest brings the same module
    import tomli as tomllib

CHECKS = Path(str(files("prowler_cis_monitoring"))) / "services" / "cloudwatch"
MODULE = "prowler_cis_monitoring.services.cloudwatch.{0}.{0}"
EVERY_CONTROL = pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)


def metadata_of(control):
    return load_check_metadata(str(CHECKS / control.check_id / f"{control.check_id}.metadata.json"))


@pytest.fixture(scope="module")
def prowler_checks():
    return CheckMetadata.get_bulk("aws")


@EVERY_CONTROL
def test_prowler_accepts_the_metadata(control):
    loaded = metadata_of(control)
    assert loaded.CheckID == control.check_id
    assert loaded.CheckTitle == control.title
    assert loaded.Severity.value == control.severity
    assert loaded.Risk == control.risk
    assert loaded.ServiceName == "cloudwatch"


@EVERY_CONTROL
def test_no_field_is_unknown_to_prowler(control):
    raw = json.loads((CHECKS / control.check_id / f"{control.check_id}.metadata.json").read_text(encoding="utf-8"))
    assert set(raw) <= set(CheckMetadata.__fields__)


@EVERY_CONTROL
def test_a_plain_run_executes_the_check(control):
    """Prowler leaves checks of the category threat-detection out unless asked for."""
    assert metadata_of(control).Categories == ["logging"]


@EVERY_CONTROL
def test_pages_are_aws_documentation(control):
    urls = metadata_of(control).AdditionalURLs
    assert all(url.startswith("https://docs.aws.amazon.com/") for url in urls)
    assert len(urls) == len(set(urls)) == 4


@EVERY_CONTROL
def test_what_to_do_leads_to_the_page_of_the_control_in_every_report(control):
    """Prowler refuses an address of ours as `Url`; Security Hub cuts a text after 512 characters."""
    recommendation = metadata_of(control).Remediation.Recommendation
    assert recommendation.Url == ""
    assert f"`cis-monitoring control {control.slug}`" in recommendation.Text
    assert len(recommendation.Text) <= 512
    assert f'<a href="https://docs.aws.amazon.com/{control.page}">AWS</a>' in HTML.process_markdown(
        escape(recommendation.Text)
    )


@EVERY_CONTROL
def test_the_folder_holds_class_file_and_metadata_of_one_name(control):
    folder = CHECKS / control.check_id
    names = {path.name for path in folder.iterdir() if path.name != "__pycache__"}
    assert names == {"__init__.py", f"{control.check_id}.py", f"{control.check_id}.metadata.json"}
    assert (folder / "__init__.py").read_text(encoding="utf-8") == ""
    assert f"class {control.check_id}(AlertingCheck):" in (folder / f"{control.check_id}.py").read_text(
        encoding="utf-8"
    )


def test_entry_points_folders_and_controls_are_the_same_fifteen():
    ids = [control.check_id for control in CONTROLS.values()]
    pyproject = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    declared = pyproject["project"]["entry-points"]["prowler.checks.aws"]
    wanted = {check_id: MODULE.format(check_id) for check_id in ids}
    missing = [f'{check_id} = "{module}"' for check_id, module in wanted.items() if check_id not in declared]
    assert not missing, (
        'write these into [project.entry-points."prowler.checks.aws"] of pyproject.toml, then make .venv/installed'
    )
    assert declared == wanted
    assert sorted(path.name for path in CHECKS.glob("cloudwatch_alerting_*")) == sorted(ids)
    installed = importlib.metadata.entry_points(group="prowler.checks.aws")
    assert {one.name: one.value for one in installed if one.name in ids} == declared, "make .venv/installed"


def test_prowler_finds_the_fifteen_and_reads_our_metadata(prowler_checks):
    for control in CONTROLS.values():
        assert prowler_checks[control.check_id].CheckTitle == control.title


def test_no_id_or_alias_is_one_of_prowlers(prowler_checks):
    """Prowler runs its own check for an id that both have, and ours for an alias that is one of its ids."""
    ours = {control.check_id for control in CONTROLS.values()}
    theirs = set(prowler_checks) - ours
    services = Path(prowler.__file__).parent / "providers" / "aws" / "services"
    assert ours.isdisjoint(path.name.removesuffix(".metadata.json") for path in services.rglob("*.metadata.json"))
    for control in CONTROLS.values():
        assert theirs.isdisjoint(metadata_of(control).CheckAliases)


@EVERY_CONTROL
def test_related_check_is_one_of_prowlers(control, prowler_checks):
    assert metadata_of(control).RelatedTo == ([control.built_in] if control.built_in else [])
    assert not control.built_in or control.built_in in prowler_checks
