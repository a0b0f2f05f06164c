import os

import pytest

from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.demo.server import demo_server


def test_a_child_process_sees_the_embedded_account_only(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("HOME", "/home/me")
    with demo_server() as server:
        environment = server.environment()
        assert environment["AWS_ENDPOINT_URL"] == server.endpoint
    assert environment["HOME"] == "/home/me"
    assert "AWS_PROFILE" not in environment
    assert {environment[name] for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")} == {os.devnull}


@pytest.mark.parametrize("arguments", [[], ["--scenario", "no-trail"], ["--scenario", "organization"]])
def test_a_folder_that_cannot_be_made_is_told_before_anything_runs(arguments, tmp_path, capsys):
    (tmp_path / "file").write_text("", encoding="utf-8")
    folder = tmp_path / "file" / "below"
    assert main(["demo", *arguments, "--output-directory", str(folder)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"cis-monitoring demo: --output-directory {folder}: Not a directory; ")
