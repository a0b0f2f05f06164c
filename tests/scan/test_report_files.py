"""Reports hold every finding, or it is said which file does not; what was found is shown all the same."""

import json
import os
from itertools import count

import prowler.lib.outputs.csv.csv as prowler_csv
import prowler.lib.outputs.ocsf.ocsf as prowler_ocsf
import pytest
from prowler.lib.outputs.html.html import HTML
from prowler.lib.outputs.outputs import extract_findings_statistics

from prowler_cis_monitoring.cli import parser
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.scan import report_files
from prowler_cis_monitoring.scan.exit_status import Exit
from prowler_cis_monitoring.scan.findings import Checks
from prowler_cis_monitoring.scan.frameworks import load_frameworks
from prowler_cis_monitoring.scan.options import read
from prowler_cis_monitoring.scan.provider import open_account
from prowler_cis_monitoring.scan.report_files import ReportFiles
from prowler_cis_monitoring.scan.report_folder import reserve
from tests.benchmark_controls import BENCHMARK
from tests.scan.conftest import files_no_larger_than

pytestmark = pytest.mark.usefixtures("estate")
REGIONS = ("--region", "us-east-1", "eu-west-1")


def failing_at(number, function):
    calls = count(1)

    def call(*arguments, **named):
        if next(calls) == number:
            raise ValueError("this row cannot be written")
        return function(*arguments, **named)

    return call


def test_a_file_that_lacks_rows_is_named_and_not_delivered_the_others_are(scan, monkeypatch):
    # Prowler goes on after an error, without the findings that come after it.
    monkeypatch.setattr(prowler_csv, "unroll_list", failing_at(21, prowler_csv.unroll_list))
    done = scan(*REGIONS, "--json", "--output-formats", "csv", "json-ocsf")
    assert done.status == Exit.NOT_DONE
    assert f"{done.folder / 'found.csv'} (4 of 15 findings)" in done.err
    assert "ocsf" not in done.err
    assert "found.csv" not in done.files()
    assert len(done.json("found.ocsf.json")) == 15
    assert len(json.loads(done.out)["accounts"][0]["findings"]) == 15


def test_a_finding_that_ocsf_cannot_hold_is_missed(scan, monkeypatch):
    monkeypatch.setattr(prowler_ocsf, "DetectionFinding", failing_at(3, prowler_ocsf.DetectionFinding))
    done = scan(*REGIONS, "--output-formats", "json-ocsf")
    assert done.status == Exit.NOT_DONE
    assert "found.ocsf.json (2 of 15 findings)" in done.err


@pytest.mark.parametrize("size", [0, 3_000, 30_000])
def test_a_full_disk_loses_nothing_of_the_earlier_scan_and_shows_what_was_found(scan, size):
    before = scan(*REGIONS, "--control", "root_usage", "--output-formats", "csv", "json-ocsf", "html", "json-asff")
    files = {name: (before.folder / name).read_bytes() for name in before.files()}
    with files_no_larger_than(size):
        done = scan(*REGIONS, "--output-formats", "csv", "json-ocsf", "html", "json-asff")
    assert done.status == Exit.NOT_DONE
    assert "Traceback" not in done.err
    assert "found.csv" in done.err
    assert "File too large" in done.err
    assert "root_usage" in done.out
    assert {name: (done.folder / name).read_bytes() for name in files} == files
    assert len(done.files()) == len(files)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_folder_that_is_read_only_is_said_before_anything_is_scanned(scan, tmp_path):
    folder = tmp_path / "output"
    folder.mkdir(mode=0o500)
    done = scan(*REGIONS)
    assert (done.status, done.out) == (Exit.NOT_DONE, "")
    assert f"{folder}" in done.err
    assert "Permission denied" in done.err


def test_a_folder_that_cannot_be_made_is_said_before_anything_is_scanned(scan):
    done = scan(*REGIONS, "--output-directory", "/proc/self/reports")
    assert (done.status, done.out) == (Exit.NOT_DONE, "")
    assert "/proc/self/reports" in done.err


def test_a_link_in_the_place_of_a_report_is_neither_followed_nor_replaced(scan, tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("precious")
    folder = tmp_path / "output"
    folder.mkdir()
    (folder / "found.csv").symlink_to(precious)
    done = scan(*REGIONS, "--output-formats", "csv")
    assert done.status == Exit.NOT_DONE
    assert f"{folder / 'found.csv'} is no regular file" in done.err
    assert precious.read_text() == "precious"
    assert "root_usage" in done.out


def test_a_framework_that_asks_for_nothing_of_the_last_account_has_a_whole_file(scan, tmp_path):
    options = read(parser().parse_args(["scan", *REGIONS]))
    provider, checks = open_account(options), Checks(options)
    findings = checks.findings(checks.run(provider))
    root = [finding for finding in findings if finding.metadata.CheckID == CONTROLS["root_usage"].check_id]
    framework = load_frameworks(["cis_monitoring_7.0_aws"])["cis_monitoring_7.0_aws"]
    framework.requirements = [
        one for one in framework.requirements if CONTROLS["root_usage"].check_id not in one.checks.get("aws", ())
    ]
    with reserve(tmp_path, "found", "") as folder:
        files = ReportFiles(folder, ("csv",), {"older": framework}, provider, extract_findings_statistics(findings))
        files.write([findings, root])
    written = json.loads((tmp_path / "compliance" / "found_older.ocsf.json").read_text())
    assert len(written) == len(BENCHMARK) - 1


def test_html_is_byte_for_byte_what_prowlers_own_writer_makes(scan, monkeypatch):
    ours = scan(*REGIONS, "--output-formats", "html")
    page = (ours.folder / "found.html").read_bytes()
    made_once = HTML.process_markdown
    monkeypatch.setattr(HTML, "process_markdown", staticmethod(made_once.__wrapped__))
    monkeypatch.setattr(report_files, "lru_cache", lambda _: lambda function: function)
    theirs = scan(*REGIONS, "--output-formats", "html")
    assert (theirs.folder / "found.html").read_bytes() == page
    assert made_once.cache_info().misses
