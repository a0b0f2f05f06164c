"""Pictures as formats of a scan."""

import json
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from tests.scan.test_same_as_prowler import of_any_source

PICTURES = ("map", "svg", "mermaid")
REGIONS = ("--region", "us-east-1", "eu-west-1")


@pytest.mark.usefixtures("estate")
def test_a_scan_draws_the_account(scan):
    done = scan(*REGIONS, "--output-formats", *PICTURES)
    assert {"found.map.html", "found.svg", "found.mmd"} <= set(done.files())
    root = ET.parse(done.folder / "found.svg").getroot()
    assert "Account 123456789012" in "".join(root.itertext())
    assert (done.folder / "found.mmd").read_text(encoding="utf-8").count("%% ") > 1


@pytest.mark.usefixtures("estate")
def test_a_saved_account_is_drawn_as_the_live_one(scan, tmp_path):
    live = scan(*REGIONS, "--output-formats", *PICTURES, "--save", tmp_path / "account.json")
    names = ("found.map.html", "found.svg", "found.mmd")
    drawn = {name: (live.folder / name).read_text(encoding="utf-8") for name in names}
    saved = scan("--from", tmp_path / "account.json", "--output-formats", *PICTURES)
    assert saved.status == live.status
    again = {name: (saved.folder / name).read_text(encoding="utf-8") for name in names}
    assert of_any_source(again) == of_any_source(drawn)
    assert [line for line in saved.out.splitlines() if line.startswith("written: ")] == [
        f"written: {saved.folder / name}" for name in drawn
    ]


@pytest.mark.usefixtures("estate")
def test_pictures_of_a_saved_account_load_neither_prowler_nor_boto3(scan, tmp_path):
    scan(*REGIONS, "--output-formats", "--save", tmp_path / "account.json")
    command = ["scan", "--from", str(tmp_path / "account.json"), "-M", *PICTURES, "--json", "-o", str(tmp_path)]
    code = f"import sys\nfrom prowler_cis_monitoring.cli import main\nmain({command!r})\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    document, _, modules = done.stdout.rstrip().rpartition("\n")
    assert {name.partition(".")[0] for name in modules.split()}.isdisjoint({"prowler", "boto3", "botocore"})
    names = sorted(path.rsplit("/", 1)[1].partition("-20")[0] for path in json.loads(document)["files"])
    assert names == ["prowler-output-123456789012"] * 3


@pytest.mark.usefixtures("estate")
def test_a_picture_that_cannot_be_written_is_told(scan, tmp_path):
    scan(*REGIONS, "--output-formats", "--save", tmp_path / "account.json")
    (tmp_path / "output" / "found.svg").mkdir(parents=True)
    done = scan("--from", tmp_path / "account.json", "--output-formats", "svg")
    assert (done.status, "found.svg" in done.err) == (1, True)


@pytest.mark.usefixtures("estate")
def test_a_name_with_a_folder_is_no_name(scan, tmp_path):
    scan(*REGIONS, "--output-formats", "--save", tmp_path / "account.json")
    done = scan("--from", tmp_path / "account.json", "--output-formats", "svg", "--output-filename", "../found")
    assert (done.status, "--output-filename" in done.err) == (2, True)


@pytest.mark.usefixtures("estate")
def test_several_saved_accounts_are_one_page_and_told_by_cause(scan, tmp_path):
    scan(*REGIONS, "--output-formats", "--save", tmp_path / "one.json")
    saved = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))
    other = json.dumps(saved).replace("123456789012", "210987654321")
    (tmp_path / "both.jsonl").write_text(f"{json.dumps(saved)}\n{other}\n", encoding="utf-8")
    done = scan("--from", tmp_path / "both.jsonl", "--output-formats", *PICTURES)
    assert "the same fault breaks 1 control in 2 accounts: alarm: " in done.out
    assert "210987654321" in (done.folder / "found.map.html").read_text(encoding="utf-8")
    assert "2 accounts" in (done.folder / "found.svg").read_text(encoding="utf-8")
    again = scan("--from", tmp_path / "both.jsonl", "--output-formats", "csv", *PICTURES)
    assert "the same fault breaks 1 control in 2 accounts: alarm: " in again.out
