"""The benchmark table: spot checks against the published versions, and the rules that hold between them."""

import pytest

from compliance.benchmark import SECURITY_HUB, VERSIONS, requirements
from prowler_cis_monitoring.controls import CONTROLS
from tests.benchmark_controls import BENCHMARK

EVERY_VERSION = pytest.mark.parametrize("version", VERSIONS)


def cells(version):
    return {one.slug: (one.number, one.level, one.assessment) for one in requirements(version)}


@EVERY_VERSION
def test_a_version_lists_all_controls_in_order_and_security_hub_since_1_5(version):
    expected = [*(slug for slug in CONTROLS if slug in BENCHMARK), *([] if version == "1.4" else [SECURITY_HUB])]
    assert [one.slug for one in requirements(version)] == expected


@EVERY_VERSION
def test_numbers_count_up_within_the_section(version):
    section = "5" if version in {"6.0", "7.0"} else "4"
    listed = requirements(version)
    assert [one.number for one in listed] == [f"{section}.{n}" for n in range(1, len(listed) + 1)]
    assert {one.section for one in listed} == {f"{section} Monitoring"}


@EVERY_VERSION
def test_the_defence_in_depth_controls_are_at_level_2(version):
    second = {
        "console_authentication_failures",
        "kms_key_disable_or_deletion",
        "config_configuration_changes",
        "security_group_changes",
        "network_acl_changes",
    }
    if version != "1.4":
        second.add(SECURITY_HUB)
    if version not in {"1.4", "1.5"}:
        second.add("unauthorized_api_calls")
    assert {one.slug for one in requirements(version) if one.level == 2} == second


@EVERY_VERSION
def test_event_controls_became_manual_in_2_0_and_security_hub_stayed_automated(version):
    automated = {one.slug for one in requirements(version) if one.assessment == "Automated"}
    if version in {"1.4", "1.5"}:
        assert automated == {one.slug for one in requirements(version)}
    else:
        assert automated == {SECURITY_HUB} | ({"unauthorized_api_calls"} if version == "4.0.1" else set())


@pytest.mark.parametrize(
    ("version", "slug", "expected"),
    [
        ("1.4", "root_usage", ("4.3", 1, "Automated")),
        ("2.0", "unauthorized_api_calls", ("4.1", 2, "Manual")),
        ("4.0.1", "unauthorized_api_calls", ("4.1", 2, "Automated")),
        ("5.0", "security_group_changes", ("4.10", 2, "Manual")),
        ("6.0", "root_usage", ("5.3", 1, "Manual")),
        ("7.0", "security_hub_enabled", ("5.16", 2, "Automated")),
    ],
)
def test_known_cells(version, slug, expected):
    assert cells(version)[slug] == expected


def test_an_unknown_version_is_an_error():
    with pytest.raises(ValueError, match="not in tuple"):
        requirements("1.2")


@pytest.mark.xdist_group("frameworks")
def test_where_the_table_and_prowlers_own_files_differ(prowler_legacy):
    """Prowler's 2.0 and 3.0 repeat 1.5; every other cell agrees with the files of the installed Prowler."""
    prowler_name = {"4.0.1": "4.0"}
    for version in VERSIONS:
        theirs = {
            one.Id: (one.Attributes[0].Profile, one.Attributes[0].AssessmentStatus)
            for one in prowler_legacy[f"cis_{prowler_name.get(version, version)}_aws"].Requirements
        }
        for one in requirements(version):
            ours = (f"Level {one.level}", one.assessment)
            assert (theirs[one.number] != ours) == one.prowler_differs, one
