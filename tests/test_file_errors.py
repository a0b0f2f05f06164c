"""What cannot be read or written is one sentence: where, what, and the way out; never a number of an error."""

import errno

import pytest

from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.file_errors import refusal
from prowler_cis_monitoring.snapshot import Snapshot, SnapshotError, write_snapshots
from tests.alert_path.test_verdict import resources
from tests.test_streams import shell

ROOT = ("scan", "--from", "SNAPSHOT", "--output-formats", "svg", "--output-directory")


def test_a_sentence_names_place_cause_and_way_out():
    refused = PermissionError(errno.EACCES, "Permission denied", "/reports\x1b[2J")
    assert refusal(refused) == (
        "/reports\\u001b[2J: Permission denied; let this user read and write there, or name another place"
    )
    assert (
        refusal(refused, "out") == "out: Permission denied; let this user read and write there, or name another place"
    )
    assert refusal(OSError("odd"), "out") == "out: odd"
    assert refusal(ValueError("wrong")) == "wrong"
    assert refusal(OSError("odd")) == "odd"
    assert refusal(OSError(errno.EIO, "Input/output error")) == "Input/output error"


def test_a_snapshot_that_cannot_be_written_names_the_way_out(tmp_path):
    with pytest.raises(SnapshotError, match=r"no/one\.json: No such file or directory; make the folder first, or name"):
        write_snapshots(tmp_path / "no" / "one.json", [])


@pytest.mark.parametrize("folder", ["/proc/reports", "/dev/null/reports"])
def test_a_scan_into_an_impossible_folder_says_so(folder, tmp_path):
    saved = tmp_path / "saved.json"
    write_snapshots(saved, [Snapshot(resources=resources())])
    done = shell("", (*(str(saved) if word == "SNAPSHOT" else word for word in ROOT), folder))
    told = done.stderr.decode()
    assert done.returncode == 1, told
    assert folder.rpartition("/")[0] in told
    assert "name another place" in told
    assert "[Errno" not in told
    assert "Traceback" not in told


# --- Reading ----------------------------------------------------------------------------------------------------------

SAVED = ("scan", "--from", "SAVED", "--output-formats", "html", "--output-directory", "OUT")
FLEET = ("scan", "--role", "Audit", "--accounts")
READERS = {
    "a snapshot to scan": ("scan", "--from", "FILE.json"),
    "a fleet to scan": ("scan", "--from", "FILE.jsonl"),
    "a snapshot to fix": ("fix", "--from", "FILE.json"),
    "snapshots to compare": ("diff", "FILE.json", "FILE.json"),
    "the account of a lint": ("lint", "--account", "FILE.json", "TEMPLATE"),
    "a template": ("lint", "FILE.yaml"),
    "a template in JSON": ("lint", "FILE.json"),
    "patterns": ("explain", "root_usage", "--file", "FILE.txt"),
    "accounts": (*FLEET, "FILE.txt"),
    "a configuration": ("scan", "--config-file", "FILE.yaml"),
    "a mutelist": ("scan", "--mutelist-file", "FILE.yaml"),
    "the configuration of a lint": ("lint", "--config-file", "FILE.yaml", "TEMPLATE"),
    "the configuration of saved results": (*SAVED, "--config-file", "FILE.yaml"),
}
PROBLEMS = {
    "nothing": (lambda path: None, "No such file or directory; name a file that is there"),
    "a link to itself": (
        lambda path: path.symlink_to(path.name),
        "Too many levels of symbolic links; no link is followed there; name the file itself",
    ),
    "no text": (lambda path: path.write_bytes(b"a\xff"), "no text in UTF-8 (byte 2); save it as such"),
    "a file without an end": (lambda path: path.symlink_to("/dev/zero"), "MB"),
}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    write_snapshots(folder / "account.json", [Snapshot(resources=resources())])
    (folder / "template.yaml").write_text("Resources: {A: {Type: 'AWS::SNS::Topic'}}\n")
    return {"SAVED": str(folder / "account.json"), "TEMPLATE": str(folder / "template.yaml"), "OUT": str(folder)}


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("reader", READERS)
def test_a_file_that_cannot_be_read_is_told_with_the_way_out(reader, problem, saved, tmp_path, capsys):
    make, told = PROBLEMS[problem]
    names = {word for word in READERS[reader] if word.startswith("FILE")}
    for name in names:
        make(tmp_path / name)
    words = [saved.get(word, str(tmp_path / word) if word in names else word) for word in READERS[reader]]
    assert main(words) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert f"{tmp_path / min(names)}" in said
    assert told in said
    assert "Errno" not in said


def test_standard_input_without_an_end_is_refused(tmp_path):
    for words in (("explain", "root_usage", "-"), (*FLEET, "-")):
        done = shell("< /dev/zero", words)
        assert done.returncode == 2
        assert b"standard input: larger than 64 MB; name another file" in done.stderr
