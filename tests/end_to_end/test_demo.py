"""`cis-monitoring demo`: both commands on the embedded account, and what is left to go on with."""

import shlex
import subprocess
import sys
from types import SimpleNamespace

import pytest

from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.demo import run as demo

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("prowler")]


@pytest.fixture
def prowler_is_loaded(loaded_prowler, monkeypatch, tmp_path):
    """Processes of the demo start as they are, but that of Prowler, of whom this returns how: it runs loaded."""
    of_prowler = []

    def run(command, *, env, check):
        if "prowler" not in command:
            return subprocess.run(command, env=env, check=check)
        of_prowler.append(command[:3])
        said = tmp_path / "said by prowler"
        status = loaded_prowler.run(command[3:], env, said, tmp_path)
        return subprocess.CompletedProcess(command, status, said.read_text(encoding="utf-8"))

    monkeypatch.setattr(demo, "subprocess", SimpleNamespace(run=run))
    return of_prowler


def test_the_demo_leaves_reports_and_the_account_as_a_file_with_which_its_last_line_works(
    prowler_is_loaded, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    status = main(["demo", "--output-directory", "of a demo"])
    said = capsys.readouterr()
    assert status == 0, said.err
    assert prowler_is_loaded == [[sys.executable, "-m", "prowler"]]
    written = {path.name for path in (tmp_path / "of a demo").iterdir()}
    assert {"account.json", "cis.csv", "cis.html", "cis.ocsf.json", "compliance"} <= written
    command = shlex.split(said.out.splitlines()[-1])
    assert command[0] == "cis-monitoring"
    assert main(command[1:]) == 0
    assert capsys.readouterr().err == "cloudtrail_configuration_changes: 1 change, then it passes\n"
