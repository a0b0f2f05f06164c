"""What `cis-monitoring scan` writes is what the `prowler` command writes, field by field but for time, scan id and what
names the account in the command that a finding prints."""

import csv
import json
import re
import subprocess
import sys

import pytest

from prowler_cis_monitoring.demo.estate import build_estate
from prowler_cis_monitoring.demo.server import demo_server
from tests.benchmark_controls import BENCHMARK

# One group: both commands run once, for all tests here.
pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("prowler")]
CHECKS = {control.check_id for control in BENCHMARK.values()}
FRAMEWORK = "cis_monitoring_7.0_aws"
# Prowler decides the sixteenth control, which is no event kind, with a check of its own.
_OTHER_CHECK = "securityhub_enabled"
# Only our own command knows the arguments that name the account.
_FIX = re.compile(r"(cis-monitoring fix) --(?:from|region) .*?(?= --control)")


@pytest.fixture(scope="module")
def outputs(tmp_path_factory, loaded_prowler):
    """The folders of both commands, which scanned the same account with the same options."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ("prowler", "scan")}
    common = ["--region", "us-east-1", "eu-west-1", "-M", "csv", "json-ocsf", "json-asff", "--output-filename", "found"]
    mutelist = folders["scan"].parent / "mutelist.yaml"
    mutelist.write_text(
        "Mutelist:\n  Accounts:\n    '*':\n      Checks:\n        'cloudwatch_alerting_vpc_changes':\n"
        "          Regions: ['*']\n          Resources: ['*']\n"
    )
    common += ["--mutelist-file", str(mutelist), "--no-color"]
    ours = "import sys; from prowler_cis_monitoring.cli import main; sys.exit(main())"
    controls = [word for slug in BENCHMARK for word in ("--control", slug)]
    with demo_server() as server:
        build_estate(server.session())
        said = folders["scan"].parent / "said.txt"
        theirs = ["aws", "--no-banner", "--compliance", FRAMEWORK, *common, "--output-directory", folders["prowler"]]
        status = loaded_prowler.run([str(word) for word in theirs], server.environment(), said)
        assert status == 3, said.read_text(encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", ours, "scan", *controls, *common, "--output-directory", str(folders["scan"])],
            env=server.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 3, done.stdout + done.stderr
    return folders


def rows(folder, name, volatile):
    with (folder / name).open(newline="", encoding="utf-8") as file:
        return [
            {column: value for column, value in row.items() if column != volatile}
            for row in csv.DictReader(file, delimiter=";")
            if (row.get("CHECK_ID") or row["CHECKID"]) != _OTHER_CHECK
        ]


def lasting(value):
    """Leave out times and scan ids."""
    if isinstance(value, dict):
        return {
            key: lasting(item)
            for key, item in value.items()
            if key not in {"scan_id", "time", "time_dt", "created_time", "created_time_dt"} and not key.endswith("At")
        }
    return [lasting(item) for item in value] if isinstance(value, list) else value


def documents(folder, name):
    found = json.loads((folder / name).read_text(encoding="utf-8"))
    return [lasting(document) for document in found if _OTHER_CHECK not in json.dumps(document)]


def of_any_source(said):
    """What is said of an account, with a command in it that does not tell where the account was read."""
    return json.loads(_FIX.sub(r"\1", json.dumps(said).replace(" \\\\ ", " ")))


def by_text(records):
    """Prowler's compliance reports follow the order of findings, ours that of requirements."""
    return sorted(records, key=lambda record: json.dumps(record, sort_keys=True))


def test_the_main_csv_is_the_same(outputs):
    ours = rows(outputs["scan"], "found.csv", "TIMESTAMP")
    assert {row["CHECK_ID"] for row in ours} == CHECKS
    assert of_any_source(ours) == rows(outputs["prowler"], "found.csv", "TIMESTAMP")


@pytest.mark.parametrize("name", ["found.ocsf.json", "found.asff.json"])
def test_the_json_is_the_same(name, outputs):
    ours = documents(outputs["scan"], name)
    assert ours
    assert of_any_source(ours) == documents(outputs["prowler"], name)


def test_the_compliance_csv_is_the_same(outputs):
    name = f"compliance/found_{FRAMEWORK}.csv"
    ours = rows(outputs["scan"], name, "ASSESSMENTDATE")
    assert {row["CHECKID"] for row in ours} == CHECKS
    assert by_text(of_any_source(ours)) == by_text(rows(outputs["prowler"], name, "ASSESSMENTDATE"))


def test_the_compliance_json_is_the_same(outputs):
    name = f"compliance/found_{FRAMEWORK}.ocsf.json"
    ours = documents(outputs["scan"], name)
    assert ours
    assert by_text(of_any_source(ours)) == by_text(documents(outputs["prowler"], name))
