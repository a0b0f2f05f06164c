"""The framework files, read as Prowler reads them."""

import importlib.metadata
import json
from importlib.resources import files
from pathlib import Path

import prowler
import pytest
from prowler.lib.check.compliance_models import (
    CIS_Requirement_Attribute,
    Compliance,
    ComplianceFramework,
)
from prowler.lib.check.models import CheckMetadata
from prowler.lib.outputs.compliance.cis.models import AWSCISModel

from compliance import crosswalk, frameworks
from compliance.benchmark import SECURITY_HUB_CHECK, VERSIONS, requirements
from compliance.generate import generated_files
from prowler_cis_monitoring.controls import CONTROLS
from tests.benchmark_controls import BENCHMARK

# One group: Prowler loads all its frameworks once.
pytestmark = pytest.mark.xdist_group("frameworks")
LEGACY = Path(str(files("prowler_cis_monitoring_compliance")))
UNIVERSAL = LEGACY / "universal"
EVERY_VERSION = pytest.mark.parametrize("version", VERSIONS)
BUILT_IN_VERSIONS = ["1.4", "1.5", "2.0", "3.0", "4.0", "5.0", "6.0", "7.0"]


def entry_points(group):
    found = importlib.metadata.entry_points(group=group)
    return {one.name: one.value for one in found if one.value.startswith("prowler_cis_monitoring")}


def test_the_committed_files_are_what_the_generator_writes():
    stale = [
        path.name
        for path, text in generated_files().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run .venv/bin/python -m compliance.generate"


def test_no_framework_file_lies_about_that_nobody_generates():
    expected = {path for path in generated_files() if path.parent in {LEGACY, UNIVERSAL}}
    assert {*LEGACY.glob("*.json"), *UNIVERSAL.glob("*.json")} == expected


@EVERY_VERSION
def test_prowler_loads_both_twins(version, prowler_legacy, prowler_universal):
    name = frameworks.name(version)
    assert prowler_legacy[name].Framework == prowler_universal[name].framework == "CIS-Monitoring"
    assert prowler_legacy[name].Version == prowler_universal[name].version == version


@EVERY_VERSION
def test_every_legacy_attribute_is_understood_as_a_cis_attribute(version):
    """Prowler's model takes an attribute with one wrong field for a generic one, silently."""
    legacy = Compliance.parse_file(LEGACY / f"{frameworks.name(version)}.json")
    for requirement in legacy.Requirements:
        assert [type(attribute) for attribute in requirement.Attributes] == [CIS_Requirement_Attribute], requirement.Id


@EVERY_VERSION
def test_the_twins_say_the_same(version, prowler_legacy, prowler_universal):
    legacy, universal = prowler_legacy[frameworks.name(version)], prowler_universal[frameworks.name(version)]
    assert legacy.Name == universal.name
    for old, new in zip(legacy.Requirements, universal.requirements, strict=True):
        assert (old.Id, old.Description, old.Checks) == (new.id, new.description, new.checks["aws"])
        assert json.loads(old.Attributes[0].json()) == new.attributes


@EVERY_VERSION
def test_requirements_are_those_of_the_benchmark(version, prowler_universal):
    framework = prowler_universal[frameworks.name(version)]
    assert [
        (one.id, one.attributes["Section"], one.attributes["Profile"], one.attributes["AssessmentStatus"], one.checks)
        for one in framework.requirements
    ] == [
        (one.number, one.section, f"Level {one.level}", one.assessment, {"aws": [one.check_id]})
        for one in requirements(version)
    ]


@EVERY_VERSION
def test_the_csv_has_the_columns_of_prowlers_own_cis_reports(version, prowler_universal):
    keys = [one.key for one in prowler_universal[frameworks.name(version)].attributes_metadata]
    prefix = "Requirements_Attributes_"
    assert keys == [field.removeprefix(prefix) for field in AWSCISModel.__fields__ if field.startswith(prefix)]


@EVERY_VERSION
def test_the_table_is_split_by_level_and_says_where_manual_findings_are(version, prowler_universal):
    table = prowler_universal[frameworks.name(version)].outputs.table_config
    assert table.group_by == "Section"
    assert (table.split_by.field, table.split_by.values) == ("Profile", ["Level 1", "Level 2"])
    assert "MANUAL" in table.labels.footer_note


@EVERY_VERSION
def test_no_text_is_empty_but_the_subsection(version, prowler_universal):
    for requirement in prowler_universal[frameworks.name(version)].requirements:
        empty = {key for key, value in requirement.attributes.items() if not value.strip()}
        assert empty == {"SubSection"}


@EVERY_VERSION
def test_no_text_is_prowlers_or_the_benchmarks(version, prowler_legacy):
    """Our sentences are our own: no run of eight words is found in Prowler's file, which quotes the benchmark."""
    their_name = f"cis_{'4.0' if version == '4.0.1' else version}_aws"
    theirs = {one.Id: one for one in prowler_legacy[their_name].Requirements}
    prose = ("Description", "RationaleStatement", "ImpactStatement", "AdditionalInformation")
    for ours in prowler_legacy[frameworks.name(version)].Requirements:
        their_words = " ".join(theirs[ours.Id].json().lower().split())
        for field in prose:
            words = getattr(ours.Attributes[0], field).split("pattern: {")[0].lower().split()
            copied = [run for i in range(len(words) - 7) if (run := " ".join(words[i : i + 8])) in their_words]
            assert copied == [], (ours.Id, field)


@EVERY_VERSION
def test_security_groups_tell_of_the_event_that_older_versions_do_not_ask_for(version, prowler_universal):
    requirement = next(
        one
        for one in prowler_universal[frameworks.name(version)].requirements
        if one.checks["aws"] == ["cloudwatch_alerting_security_group_changes"]
    )
    says_so = "does not ask for ModifySecurityGroupRules" in requirement.attributes["AdditionalInformation"]
    assert says_so == (version in {"1.4", "1.5", "2.0", "3.0", "4.0.1"})


def test_framework_checks_are_our_entry_points_and_security_hub(prowler_legacy, prowler_universal):
    ours = {control.check_id for control in BENCHMARK.values()}
    assert ours <= set(entry_points("prowler.checks.aws"))
    for version in VERSIONS:
        legacy = prowler_legacy[frameworks.name(version)]
        checks = {check for one in legacy.Requirements for check in one.Checks}
        assert checks == ours | ({SECURITY_HUB_CHECK} if version != "1.4" else set())
    crossed = prowler_universal[crosswalk.NAME]
    assert {check for one in crossed.requirements for check in one.checks["aws"]} == ours


def test_the_security_hub_check_is_one_of_prowlers():
    assert SECURITY_HUB_CHECK in CheckMetadata.get_bulk("aws")


def test_no_framework_of_ours_is_counted_into_prowlers_cis_tables(prowler_legacy):
    """Prowler counts a legacy framework into a `cis_` table when it is called CIS and the version matches in part."""
    for version in VERSIONS:
        assert prowler_legacy[frameworks.name(version)].Framework != "CIS"


def test_no_framework_of_ours_is_counted_into_prowlers_generic_tables(prowler_legacy):
    """Prowler counts by substring of the upper-case name, with "_" read as "-" for the framework."""
    ours = {frameworks.name(version) for version in VERSIONS}
    for name in set(prowler_legacy) - ours:
        upper = name.upper()
        for version in VERSIONS:
            framework = prowler_legacy[frameworks.name(version)]
            matches = framework.Framework.upper() in upper.replace("_", "-") and framework.Version in upper
            assert not matches, name


def test_framework_names_are_not_prowlers():
    shipped = {path.stem for path in Path(prowler.__file__).parent.joinpath("compliance").rglob("*.json")}
    assert shipped.isdisjoint({path.stem for path in generated_files() if path.parent in {LEGACY, UNIVERSAL}})


def test_the_compliance_entry_points_lead_to_the_two_directories():
    assert entry_points("prowler.compliance") == {"aws": "prowler_cis_monitoring_compliance"}
    assert list(entry_points("prowler.compliance.universal").values()) == [
        "prowler_cis_monitoring_compliance.universal"
    ]


class TestCrosswalk:
    def test_prowler_accepts_it(self):
        content = json.loads((UNIVERSAL / f"{crosswalk.NAME}.json").read_text(encoding="utf-8"))
        framework = ComplianceFramework(**content)
        assert framework.outputs.table_config.group_by == "Standard"
        assert len(framework.requirements) == len({one.id for one in framework.requirements}) > 150

    def test_it_agrees_with_prowlers_own_assignment(self, prowler_universal):
        """Holds for the Prowler from which the table was taken; another version may assign otherwise."""
        if importlib.metadata.version("prowler") != "5.46.0":
            pytest.skip("the assignment is that of Prowler 5.46.0")
        slug_of = {control.built_in: slug for slug, control in CONTROLS.items()}
        for name, ours in crosswalk.standards().items():
            theirs = {
                one.id: {slug_of[check] for check in one.checks.get("aws", []) if check in slug_of}
                for one in prowler_universal[name].requirements
            }
            assert {number: set(slugs) for number, slugs in ours.items()} == {k: v for k, v in theirs.items() if v}, (
                name
            )

    def test_the_standards_that_auditors_ask_for_are_there(self):
        content = crosswalk.universal()
        ids = {one["id"] for one in content["requirements"]}
        assert {"ISO27001-2022 A.8.15", "SOC2 cc_7_2", "PCI-DSS-3.2.1 7.2.1", "NIST-800-53-R5 au_6_1"} <= ids


def test_the_frameworks_add_little_to_prowlers_start():
    """Every run of Prowler reads every file: all of ours together stay below the size of two of its own."""
    assert sum(path.stat().st_size for path in generated_files()) < 2_000_000
