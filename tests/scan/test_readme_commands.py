"""The commands of the README do what it says; those of `make` are what CI runs."""

import re
import shlex

import boto3
import pytest
from prowler.lib.cli.parser import ProwlerArgumentParser

from prowler_cis_monitoring.cli import main
from tests.root import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^ {4}(?:\$ )?((?:cis-monitoring|prowler|make) \S.*)$", README, re.MULTILINE)
LINES = [shlex.split(line, comments=True) for line in SHOWN]


def calls_of(*command):
    return [line[len(command) :] for line in LINES if tuple(line[: len(command)]) == command]


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize("arguments", calls_of("cis-monitoring", "scan"), ids=" ".join)
def test_every_scan_runs(arguments, scan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    regions = ("--region", "us-east-1", "eu-west-1")
    if "--from" in arguments:
        scan(*regions, "-M", "--save", arguments[arguments.index("--from") + 1])
        regions = ()
    if "--organization" in arguments:
        boto3.client("organizations").create_organization(FeatureSet="ALL")
    done = scan(*regions, *arguments)
    assert done.status in (0, 3), done.err


@pytest.mark.parametrize("arguments", calls_of("cis-monitoring", "explain"), ids=" ".join)
def test_every_question_is_answered(arguments, capsys):
    assert main(["explain", *arguments]) in (0, 1)
    assert capsys.readouterr().out


@pytest.mark.xdist_group("prowler")  # whose parser takes seconds to load
@pytest.mark.parametrize("arguments", calls_of("prowler", "aws"), ids=" ".join)
def test_prowler_understands_every_call(arguments):
    assert ProwlerArgumentParser().parse(["prowler", "aws", *arguments]).provider == "aws"


@pytest.mark.parametrize("command", [("cis-monitoring", "scan"), ("prowler", "aws"), ("make", "demo")], ids=" ".join)
def test_the_readme_has_such_commands(command):
    assert calls_of(*command)
