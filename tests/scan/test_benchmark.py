"""A scan is judged by the version of the benchmark that is asked for, and says so where less is demanded then."""

import json

import pytest
from prowler.providers.common.provider import Provider

from prowler_cis_monitoring.settings import Settings, SettingsError
from tests.findings import finding_of
from tests.stand_in_provider import StandInProvider

# In this account nothing but ModifySecurityGroupRules, demanded since 5.0, is missing for this control.
ASKED = ("--region", "us-east-1", "eu-west-1", "--control", "security_group_changes", "-M", "--json")


def finding(done):
    (account,) = json.loads(done.out)["accounts"]
    (found,) = account["findings"]
    return found


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize(
    ("options", "setting", "verdict", "version"),
    [
        ((), None, "FAIL", "7.0"),
        (("--benchmark", "1.4"), None, "PASS", "1.4"),
        (("--benchmark", "1.4", "3.0"), None, "PASS", "3.0"),
        ((), "1.4", "PASS", "1.4"),
        (("--benchmark", "7.0"), "1.4", "FAIL", "7.0"),
    ],
)
def test_the_newest_version_that_is_named_is_judged_by(  # noqa: PLR0917 - two of them are fixtures
    options, setting, verdict, version, scan, tmp_path
):
    if setting:
        config = tmp_path / "config.yaml"
        config.write_text(f"aws:\n  cis_monitoring:\n    benchmark: {setting}\n", encoding="utf-8")
        options = (*options, "--config-file", config)
    found = finding(scan(*ASKED, *options))
    assert (found["verdict"], found["evidence"]["benchmark"]) == (verdict, version)
    says = f"Judged by version {version} of the benchmark, which does not ask for ModifySecurityGroupRules."
    assert (says in found["sentence"]) == (verdict == "PASS")
    assert ("ModifySecurityGroupRules" in found["evidence"]["required_pattern"]) == (verdict == "FAIL")


@pytest.mark.usefixtures("estate")
def test_a_saved_account_is_judged_by_the_version_that_is_asked_for(scan, tmp_path):
    saved = tmp_path / "account.json"
    scan(*ASKED, "--save", saved)
    again = ("-M", "--json", "--control", "security_group_changes", "--from", saved)
    assert finding(scan(*again, "--benchmark", "1.4"))["verdict"] == "PASS"
    assert finding(scan(*again))["verdict"] == "FAIL"
    # With reports Prowler's writers are needed, and another piece of code judges.
    scan("-M", "csv", "--control", "security_group_changes", "--from", saved, "--benchmark", "1.4")


@pytest.mark.usefixtures("estate")
def test_a_setting_chooses_the_version_that_is_reported_on(scan, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("aws:\n  cis_monitoring:\n    benchmark: 1.4\n", encoding="utf-8")
    done = scan("--region", "us-east-1", "--control", "4.10", "--config-file", config, "-M", "csv")
    assert done.files() == [
        "compliance/found_cis_monitoring_1.4_aws.csv",
        "compliance/found_cis_monitoring_1.4_aws.ocsf.json",
        "found.csv",
    ]


@pytest.mark.parametrize("value", [1.4, "1.4", "v1.4", "cis_1.4_aws"])
def test_a_version_may_be_written_as_people_write_it(value):
    assert Settings.read({"cis_monitoring": {"benchmark": value}}).benchmark == "1.4"


@pytest.mark.parametrize("value", [8.0, "crosswalked", True, [1.4]])
def test_what_is_no_version_is_refused(value):
    with pytest.raises(SettingsError, match=r"cis_monitoring\.benchmark"):
        Settings.read({"cis_monitoring": {"benchmark": value}})


def test_the_command_in_a_finding_of_prowler_names_the_version_of_the_settings(aws):
    Provider.set_global_provider(StandInProvider({"us-east-1"}, config={"cis_monitoring": {"benchmark": "1.4"}}))
    assert "Run cis-monitoring fix --benchmark 1.4 --control root_usage for" in finding_of().status_extended
    Provider.set_global_provider(None)
