"""What the file system refuses is one sentence: where, what, and the way out; never a number of an error."""

import errno

import pytest

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
