import pytest

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.demo.blueprint import LOG_GROUP, LOG_GROUP_ARN
from tests.end_to_end.conftest import CHECK

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("prowler")]
TWO_REGIONS = ("--region", "us-east-1", "eu-west-1")
COMPLIANCE = ("--compliance", "cis_5.0_aws", "cis_monitoring_5.0_aws", "--region", "us-east-1")
# Some of what Prowler asks for its other checks is out of reach here: once more is enough.
ONCE = ("--aws-retries-max-attempts", "1")
MUTED = """
Mutelist:
  Accounts:
    '*':
      Checks:
        'cloudwatch_*':
          Regions: ['us-east-1']
          Resources: ['*']
"""


@pytest.fixture(scope="session")
def service(prowler, tmp_path_factory):
    """All checks of a service, asked for in another Region than that of the path, and muted there."""
    mutelist = tmp_path_factory.mktemp("mutelist") / "mutelist.yaml"
    mutelist.write_text(MUTED)
    return prowler("--service", "cloudwatch", "--region", "eu-west-1", "--mutelist-file", str(mutelist))


def test_one_check_writes_its_finding_in_every_format(prowler):
    run = prowler("--checks", CHECK, *TWO_REGIONS, "-M", "csv", "json-ocsf", "json-asff", "html")

    assert run.returncode == 0, run.terminal
    (row,) = run.rows("found.csv")
    assert (row["STATUS"], row["CHECK_ID"], row["REGION"]) == ("PASS", CHECK, "us-east-1")
    assert (row["RESOURCE_UID"], row["RESOURCE_NAME"]) == (LOG_GROUP_ARN, LOG_GROUP)
    assert "trail org-trail → log group CloudTrail/logs → metric filter root-usage" in row["STATUS_EXTENDED"]
    assert "CIS-Monitoring-7.0: 5.3" in row["COMPLIANCE"]
    (finding,) = run.json("found.ocsf.json")
    assert finding["status_code"] == "PASS"
    assert finding["unmapped"]["compliance"]["CIS-Monitoring-5.0"] == ["4.3"]
    (resource,) = finding["resources"]
    assert resource["data"]["metadata"]["paths"][0]["state"] == "live"
    (asff,) = run.json("found.asff.json")
    assert asff["Compliance"]["Status"] == "PASSED"
    assert "Use of the root user alerts somebody" in (run.output / "found.html").read_text()


def test_a_framework_writes_table_and_files(prowler):
    run = prowler(*COMPLIANCE, *ONCE)

    assert run.returncode == 3, run.terminal
    assert "4 Monitoring" in run.terminal
    rows = run.rows("found_cis_monitoring_5.0_aws.csv", "compliance")
    by_id = {row["REQUIREMENTS_ID"]: row for row in rows}
    assert set(by_id) == {f"4.{number}" for number in range(1, 17)}
    assert by_id["4.3"]["STATUS"] == "PASS"
    assert by_id["4.14"]["STATUS"] == "FAIL"
    assert by_id["4.3"]["REQUIREMENTS_ATTRIBUTES_PROFILE"] == "Level 1"
    assert by_id["4.3"]["REQUIREMENTS_ATTRIBUTES_ASSESSMENTSTATUS"] == "Manual"
    ocsf = run.json("found_cis_monitoring_5.0_aws.ocsf.json", "compliance")
    assert {finding["class_uid"] for finding in ocsf} == {2003}


def test_the_benchmark_of_prowler_stands_beside_ours_undisturbed(prowler):
    run = prowler(*COMPLIANCE, *ONCE)

    ours = {control.check_id for control in CONTROLS.values()}
    built_in = run.rows("found_cis_5.0_aws.csv", "compliance")
    assert built_in
    assert not ours & {row["CHECKID"] for row in built_in}
    assert {row["FRAMEWORK"] for row in built_in} == {"CIS"}
    assert "CIS_5.0_AWS" in run.terminal
    assert "CIS_MONITORING_5.0_AWS" in run.terminal
    for row in run.rows("found.csv"):
        frameworks = {part.strip().partition(":")[0] for part in row["COMPLIANCE"].split("|")}
        assert ("CIS-5.0" in frameworks) <= (row["CHECK_ID"] not in ours)
        assert ("CIS-Monitoring-5.0" in frameworks) <= (row["CHECK_ID"] in {*ours, "securityhub_enabled"})


def test_all_checks_are_listed(prowler):
    run = prowler("--list-checks")
    assert run.returncode == 0
    for control in CONTROLS.values():
        assert f"[{control.check_id}]" in run.terminal


def test_the_service_cloudwatch_includes_the_checks(service):
    found = [row["CHECK_ID"] for row in service.rows("found.csv")]
    assert {control.check_id for control in CONTROLS.values()} < set(found)


def test_a_mutelist_mutes_the_finding(service):
    (row,) = (row for row in service.rows("found.csv") if row["CHECK_ID"] == CHECK.replace("root_usage", "vpc_changes"))
    assert (row["STATUS"], row["MUTED"], row["REGION"]) == ("FAIL", "True", "us-east-1")


def test_a_scan_of_another_region_follows_the_path_home(service):
    (row,) = (row for row in service.rows("found.csv") if row["CHECK_ID"] == CHECK)
    assert (row["STATUS"], row["REGION"]) == ("PASS", "us-east-1")


def test_an_excluded_service_excludes_the_check(prowler):
    checks = (CHECK, "cloudtrail_multi_region_enabled")
    run = prowler("--checks", *checks, "--excluded-service", "cloudwatch", "--region", "us-east-1")
    assert {row["CHECK_ID"] for row in run.rows("found.csv")} == {"cloudtrail_multi_region_enabled"}
