"""Files of a scan come to their place whole or not at all, and under a name that no other scan has."""

import os
import subprocess
import sys

import pytest

from prowler_cis_monitoring.scan.report_folder import ReportError, reserve


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_files_are_seen_only_when_they_are_delivered(tmp_path):
    with reserve(tmp_path, "found", "") as folder:
        (folder.private / "compliance").mkdir()
        made = [folder.private / "found.csv", folder.private / "compliance" / "found.csv"]
        for path in made:
            path.write_text("rows")
        assert not (tmp_path / "found.csv").exists()
        assert folder.deliver(made) == [tmp_path / "found.csv", tmp_path / "compliance" / "found.csv"]
    assert names(tmp_path) == ["compliance", "compliance/found.csv", "found.csv"]


def test_what_is_not_delivered_is_removed(tmp_path):
    with reserve(tmp_path, "found", "") as folder:
        (folder.private / "found.csv").write_text("half of the rows")
    assert names(tmp_path) == []


def test_nobody_else_can_read_files_in_the_making(tmp_path):
    with reserve(tmp_path, "found", "") as folder:
        assert folder.private.stat().st_mode & 0o777 == 0o700


def test_a_name_is_one_scans_alone(tmp_path):
    with reserve(tmp_path, "found", ""):
        with (
            pytest.raises(ReportError, match="another scan is writing files of this name"),
            reserve(tmp_path, "found", ""),
        ):
            pytest.fail("two scans have one name")
        with reserve(tmp_path, "other", ""):
            pass
    with reserve(tmp_path, "found", ""):
        pass


def test_a_name_that_nobody_chose_is_one_that_no_file_has(tmp_path):
    (tmp_path / "today.csv").write_text("of an earlier scan")
    with reserve(tmp_path, None, "today") as first, reserve(tmp_path, None, "today") as second:
        assert (first.name, second.name) == ("today-2", "today-3")


def test_what_a_killed_scan_left_is_in_nobodys_way(tmp_path):
    killed = (
        "import os, pathlib, sys\n"
        "from prowler_cis_monitoring.scan.report_folder import reserve\n"
        "with reserve(pathlib.Path(sys.argv[1]), 'found', '') as folder:\n"
        "    (folder.private / 'compliance').mkdir()\n"
        "    (folder.private / 'compliance' / 'half.csv').write_text('rows')\n"
        "    os._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", killed, str(tmp_path)], check=False).returncode == 9
    assert ".found.partial/compliance/half.csv" in names(tmp_path)
    with reserve(tmp_path, "found", "") as folder:
        assert names(folder.private) == []
    assert names(tmp_path) == []


@pytest.mark.parametrize("kind", ["link", "dangling link", "folder"])
def test_what_is_no_file_is_not_replaced_and_no_link_is_followed(tmp_path, kind):
    elsewhere = tmp_path / "elsewhere"
    if kind == "link":
        elsewhere.write_text("precious")
    target = tmp_path / "output" / "found.csv"
    target.parent.mkdir()
    if kind == "folder":
        target.mkdir()
    else:
        target.symlink_to(elsewhere)
    with reserve(target.parent, "found", "") as folder:
        made = [folder.private / "found.csv", folder.private / "found.html"]
        for path in made:
            path.write_text("rows")
        with pytest.raises(ReportError, match=r"found\.csv is no regular file"):
            folder.deliver(made)
    assert names(target.parent) == ["found.csv"]
    assert elsewhere.exists() == (kind == "link")
    assert kind != "link" or elsewhere.read_text() == "precious"


def test_a_folder_that_is_a_link_is_not_followed(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    output = tmp_path / "output"
    output.mkdir()
    (output / "compliance").symlink_to(tmp_path / "elsewhere")
    with reserve(output, "found", "") as folder:
        (folder.private / "compliance").mkdir()
        path = folder.private / "compliance" / "found.csv"
        path.write_text("rows")
        with pytest.raises(ReportError, match="compliance is a link"):
            folder.deliver([path])
    assert names(tmp_path / "elsewhere") == []


def test_a_private_folder_that_somebody_else_prepared_is_refused(tmp_path):
    prepared = tmp_path / ".found.partial"
    prepared.mkdir()
    prepared.chmod(0o777)
    with pytest.raises(ReportError, match="open to others"), reserve(tmp_path, "found", ""):
        pytest.fail("files would be made before everybody's eyes")
    prepared.rmdir()
    prepared.symlink_to(tmp_path)
    with pytest.raises(ReportError, match=r"\.found\.partial"), reserve(tmp_path, "found", ""):
        pytest.fail("a link was followed")
    assert os.path.lexists(prepared)
