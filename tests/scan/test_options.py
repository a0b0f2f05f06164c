import argparse

import pytest
from prowler.config.config import default_config_file_path, load_and_validate_config_file

from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.scan.arguments import add_arguments
from prowler_cis_monitoring.scan.options import read

pytestmark = pytest.mark.usefixtures("no_aws")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--benchmark", "9.9"], ["--benchmark", "9.9", "7.0", "crosswalk"]),
        (["--control", "root"], ["--control", "root", "root_usage"]),
        (["--role", "Auditor"], ["--role", "Auditor", "ARN"]),
        (["--role", "arn:aws:iam::123456789012:user/me"], ["--role", "user/me", "ARN"]),
        (["--role", "arn:aws:iam::12:role/me"], ["--role", "arn:aws:iam::12:role/me", "ARN"]),
        (["--organizations-role", "Auditor"], ["--organizations-role", "Auditor"]),
        (["--role-session-name", "a b"], ["--role-session-name", "a b"]),
        (["--session-duration", "60"], ["--session-duration", "60", "900", "43200"]),
        (["--external-id", "x"], ["--external-id", "--role"]),
        (["--session-duration", "900"], ["--session-duration", "--role"]),
        (["--region", "eu-west-9"], ["--region", "eu-west-9"]),
        (["--excluded-region", "mars"], ["--excluded-region", "mars"]),
        (["--region", "eu-west-1", "--excluded-region", "eu-west-1"], ["--excluded-region", "eu-west-1", "--region"]),
        (["--aws-retries-max-attempts", "-1"], ["--aws-retries-max-attempts", "-1"]),
        (["--aws-connect-timeout", "0"], ["--aws-connect-timeout", "0"]),
        (["--aws-read-timeout", "0"], ["--aws-read-timeout", "0"]),
        (["--parallel", "0"], ["--parallel", "0", "1", "64"]),
        (["--resume"], ["--resume", "--accounts"]),
        (["--organization"], ["--role", "missing"]),
        (
            ["--organization", "--role", "A", "--organizations-role", "arn:aws:iam::123456789012:role/A"],
            ["--organizations-role", "several accounts"],
        ),
        (["--organization", "--role", "arn:aws:iam::123456789012:user/A"], ["--role", "arn:aws", "name"]),
        (["--output-filename", "a/b"], ["--output-filename", "a/b"]),
        (["--output-filename", ""], ["--output-filename", "''"]),
    ],
)
def test_what_cannot_be_meant_is_refused_before_aws_is_asked(arguments, words, capsys):
    assert main(["scan", *arguments]) == 2
    said = capsys.readouterr()
    assert not said.out
    for word in words:
        assert word in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--status", "GOOD"],
        ["--output-formats", "xml"],
        ["--log-level", "LOUD"],
        ["--accounts", "a", "--organization"],
        ["--session-duration", "long"],
        ["--parallel", "many"],
        ["--aws-read-timeout", "soon"],
        ["--benchmark"],
        ["--nonsense"],
    ],
)
def test_what_argparse_knows_is_refused_by_it(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["scan", *arguments])
    assert stopped.value.code == 2
    assert "cis-monitoring scan --help lists what there is" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("aws:\n  cis_monitoring:\n    delay: 3\n", ["aws.cis_monitoring.delay", "no such setting"]),
        ("aws: [unclosed\n", ["no valid YAML", "line 2"]),
        (b"\xff\xfe", ["no text in UTF-8 (byte 1)"]),
        (None, ["No such file"]),
    ],
)
def test_a_configuration_file_that_cannot_be_used_is_refused_by_name(content, words, tmp_path, capsys):
    path = tmp_path / "config.yaml"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert main(["scan", "--config-file", str(path)]) == 2
    said = capsys.readouterr().err
    for word in ["--config-file", str(path), *words]:
        assert word in said


@pytest.mark.parametrize(
    ("content", "words"),
    [("Accounts: {}\n", ["Mutelist"]), ("a: [", ["no valid YAML"]), ("just text", ["Mutelist"]), (None, ["No such"])],
)
def test_a_mutelist_that_cannot_be_used_is_refused_by_name(content, words, tmp_path, capsys):
    path = tmp_path / "mutelist.yaml"
    if content is not None:
        path.write_text(content)
    assert main(["scan", "--mutelist-file", str(path)]) == 2
    said = capsys.readouterr().err
    for word in ["--mutelist-file", str(path), *words]:
        assert word in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("123456789012\n\n12345\n", ["line 3", "'12345'", "twelve digits"]),
        ("# nobody\n", ["holds no account id"]),
        ("١٢٣٤٥٦٧٨٩٠١٢\n", ["line 1"]),
        (b"\xff\xff", ["no text in UTF-8 (byte 1)"]),
        (None, ["No such file"]),
    ],
)
def test_an_accounts_file_that_cannot_be_used_is_refused_with_its_line(content, words, tmp_path, capsys):
    path = tmp_path / "accounts.txt"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert main(["scan", "--accounts", str(path), "--role", "Auditor"]) == 2
    said = capsys.readouterr().err
    for word in ["--accounts", str(path), *words]:
        assert word in said


def test_an_output_directory_that_is_a_file_is_refused(tmp_path, capsys):
    path = tmp_path / "output"
    path.write_text("")
    assert main(["scan", "--output-directory", str(path)]) == 2
    assert "--output-directory" in capsys.readouterr().err


def test_configuration_without_a_file_is_the_one_that_prowler_validates():
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    shipped = read(parser.parse_args([])).audit_config
    assert shipped["disallowed_regions"]
    assert shipped == load_and_validate_config_file("aws", default_config_file_path)
