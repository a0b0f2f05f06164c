"""`cis-monitoring demo`: both commands on the embedded account, and what is left to go on with."""

import shlex
import subprocess
import sys

import pytest

from prowler_cis_monitoring.cli import main

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("prowler")]


def test_the_demo_leaves_reports_and_the_account_as_a_file_with_which_its_last_line_works(
    tmp_path, monkeypatch, capsys
):
    done = subprocess.run(
        [sys.executable, "-m", "prowler_cis_monitoring", "demo", "--output-directory", "of a demo"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    written = {path.name for path in (tmp_path / "of a demo").iterdir()}
    assert {"account.json", "cis.csv", "cis.html", "cis.ocsf.json", "compliance"} <= written
    monkeypatch.chdir(tmp_path)
    command = shlex.split(done.stdout.splitlines()[-1])
    assert command[0] == "cis-monitoring"
    assert main(command[1:]) == 0
    assert capsys.readouterr().err == "cloudtrail_configuration_changes: 1 change, then it passes\n"
