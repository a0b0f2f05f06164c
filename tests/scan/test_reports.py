"""What a reader of the report files finds: rows by number, accounts by name, those too that could not be scanned."""

import json
import re

import pytest

from tests.scan.test_many import ACCOUNTS, ALL, accounts_file, fleet

__all__ = ["accounts_file", "fleet"]
REGIONS = ("--region", "us-east-1", "eu-west-1")


@pytest.mark.usefixtures("estate")
def test_compliance_rows_are_in_the_order_of_their_numbers(scan):
    rows = scan(*REGIONS, "-M", "csv").rows("compliance/found_cis_monitoring_7.0_aws.csv")
    numbers = [row["REQUIREMENTS_ID"] for row in rows if row["STATUS"] != "MANUAL" or row["RESOURCEID"]]
    assert [number for number in numbers if number != "5.16"] == [f"5.{place}" for place in range(1, 16)]


@pytest.mark.usefixtures("estate")
def test_each_row_of_the_html_report_links_to_a_page(scan):
    scanned = scan(*REGIONS, "-M", "html")
    html = (scanned.folder / "found.html").read_text(encoding="utf-8")
    links = re.findall(r'class="read-more" href="([^"]*)"', html)
    assert len(links) == ALL
    assert all(link.startswith("https://docs.aws.amazon.com/") for link in links)


def test_an_account_that_could_not_be_scanned_is_in_every_file(scan, fleet, refused_accounts):
    refused, _ = refused_accounts
    refused.add(ACCOUNTS[1])
    done = scan(*fleet, "-M", "csv", "json-ocsf", "html", "map")
    assert done.status == 4
    rows = [row for row in done.rows() if row["ACCOUNT_UID"] == ACCOUNTS[1]]
    assert {row["STATUS"] for row in rows} == {"MANUAL"}
    assert all("not scanned: the role cannot be assumed (AccessDenied" in row["STATUS_EXTENDED"] for row in rows)
    assert len(rows) == ALL
    requirements = done.rows("compliance/found_cis_monitoring_7.0_aws.csv")
    assert len(requirements) == 3 * ALL
    # What the HTML report says before a finding is in no other file.
    assert not any(row["STATUSEXTENDED"].startswith("Account ") for row in requirements)
    assert len(done.json("found.ocsf.json")) == 3 * ALL
    html = (done.folder / "found.html").read_text(encoding="utf-8")
    for account in ACCOUNTS:
        assert html.count(f"Account {account}. ") == ALL
    assert "3 accounts, scanned from" in html
    assert f"<b>Total Findings:</b> {3 * ALL}, {ALL} of them MANUAL" in html
    assert ACCOUNTS[1] in (done.folder / "found.map.html").read_text(encoding="utf-8")
    # What the HTML report lacks is added there alone, whatever is written after it.
    after = done.rows("compliance/found_cis_monitoring_7.0_aws.csv")
    assert not [row for row in after if row["STATUSEXTENDED"].startswith("Account ")]
    line = next(line for line in done.out.splitlines() if line.startswith(ACCOUNTS[1]))
    assert line.split()[1:] == ["not", "scanned", "0", "0", str(ALL)]
    total = next(line for line in done.out.splitlines() if line.startswith("3 accounts"))
    assert total.split()[2:] == [str(ALL), str(ALL), str(ALL)]


def test_a_filter_by_verdict_holds_for_accounts_that_could_not_be_scanned(scan, fleet, refused_accounts):
    refused, _ = refused_accounts
    refused.add(ACCOUNTS[1])
    done = scan(*fleet, "-M", "csv", "--status", "PASS")
    assert ACCOUNTS[1] not in {row["ACCOUNT_UID"] for row in done.rows()}


def test_what_could_not_be_scanned_is_no_finding_of_a_resumed_scan(scan, fleet, refused_accounts):
    refused, _ = refused_accounts
    refused.add(ACCOUNTS[1])
    first = scan(*fleet, "-M", "csv", "--json")
    assert [one["account"] for one in json.loads(first.out)["accounts"]] == [ACCOUNTS[0], ACCOUNTS[2]]
    refused.clear()
    second = scan(*fleet, "-M", "csv", "--resume")
    assert "not scanned" not in "".join(row["STATUS_EXTENDED"] for row in second.rows())
