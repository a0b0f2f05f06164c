"""`cis-monitoring lint` as a user runs it."""

import json

import pytest

from prowler_cis_monitoring.cli import main
from tests.lint.templates import GOOD, line_of, written

CONTROL = ["--control", "root_usage"]


def linted(capsys, *arguments):
    status = main(["lint", *map(str, arguments), *CONTROL, "--format", "json"])
    out, err = capsys.readouterr()
    return status, json.loads(out) if out else None, err


def test_a_good_template_holds(tmp_path, capsys):
    status, said, _ = linted(capsys, written(tmp_path, GOOD))
    assert (status, said["findings"]) == (0, [])
    assert said["controls"][0]["state"] == "holds"


def test_a_value_from_outside_depends_and_is_named(tmp_path, capsys):
    text = GOOD.replace("Threshold: 1", "Threshold: !Ref Email")
    path = written(tmp_path, text)
    status, said, _ = linted(capsys, path)
    assert status == 0
    (found,) = said["findings"]
    assert (found["level"], found["property"], found["line"]) == ("depends", "Threshold", line_of(text, "Threshold"))
    assert "parameter Email has no default" in found["message"]
    assert linted(capsys, path, "--strict")[0] == 3


def test_a_file_that_is_no_template_is_invalid_input(tmp_path, capsys):
    status, _, err = linted(capsys, written(tmp_path, "a: 1"))
    assert status == 2
    assert "neither a CloudFormation template" in err


def test_a_hook_passes_over_other_files(tmp_path, capsys):
    status, said, _ = linted(capsys, written(tmp_path, "a: 1"), "--skip-other-files")
    assert status == 0
    assert said["skipped"] == [str(tmp_path / "template.yaml")]


@pytest.mark.parametrize(("drawn", "begins"), [("map", "<!DOCTYPE html>"), ("svg", "<svg "), ("mermaid", "%% ")])
def test_what_will_be_deployed_is_drawn(tmp_path, capsys, drawn, begins):
    broken = written(tmp_path, GOOD.replace("IsLogging: true", "IsLogging: false"))
    status = main(["lint", str(broken), *CONTROL, "--format", drawn])
    out, _ = capsys.readouterr()
    assert status == 3
    assert out.startswith(begins)
    assert "root usage" in out
    assert "\N{MULTIPLICATION X} FAIL" in out or "#10005; FAIL" in out
