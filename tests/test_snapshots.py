"""What a person or a program is shown, letter by letter; a change is looked at and then recorded.

`UPDATE_SNAPSHOTS=1 pytest tests/test_snapshots.py` records what is shown now in tests/snapshots.
"""

import argparse
import json
import os
import re
import sys

import pytest
from prowler.providers.common.provider import Provider

from prowler_cis_monitoring.cli import main, parser
from prowler_cis_monitoring.demo.estate import build_estate
from tests.root import ROOT
from tests.shared_session import SESSION

FOLDER = ROOT / "tests" / "snapshots"
COVERED = "{ $.eventName = *Vpc* || $.eventName = *ClassicLink* }"
SHOWN = {
    "explain-gap": ["explain", "vpc_changes", "{ $.eventName = *Vpc }"],
    "explain-covered": ["explain", "vpc_changes", COVERED],
    "explain-gap-json": ["explain", "vpc_changes", "{ $.eventName = *Vpc }", "--json"],
    "explain-invalid": ["explain", "vpc_changes", "{ $.eventName == Vpc }"],
    "rule": ["rule", "alarm-actions-disabled"],
    "rule-misspelt": ["rule", "alarm-actions-disable"],
    "scan": ["scan", "--region", "us-east-1", "eu-west-1", "--output-formats"],
    "scan-json": ["scan", "--region", "us-east-1", "eu-west-1", "--output-formats", "--json"],
}
_TIMES = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+(?:\+00:00|Z)?")
_UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def steady(text):
    return _UUIDS.sub("<id>", _TIMES.sub("<time>", text))


def is_recorded(name, text):
    path = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.fixture
def narrow(monkeypatch):
    """A terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    yield
    Provider.set_global_provider(None)


@pytest.mark.usefixtures("aws", "narrow")
@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown_is_what_was_recorded(name, capsys):
    if name.startswith("scan"):
        build_estate(SESSION)
    status = main(SHOWN[name])
    said = capsys.readouterr()
    out = json.dumps(json.loads(said.out), indent=1, ensure_ascii=False) + "\n" if name.endswith("json") else said.out
    is_recorded(name, steady(f"{out}{said.err}exit status {status}\n"))


def commands():
    (action,) = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return action.choices


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("name", ["cis-monitoring", *commands()])
def test_the_help_is_what_was_recorded(name):
    command = parser() if name == "cis-monitoring" else commands()[name]
    text = command.format_help()
    if sys.version_info[:2] != (3, 11):
        # The layout of help differs between versions of Python, the words do not.
        assert text.split() == (FOLDER / f"help-{name}.txt").read_text(encoding="utf-8").split()
    else:
        is_recorded(f"help-{name}", text)


def test_every_record_is_of_something_that_is_shown():
    names = {*SHOWN, "help-cis-monitoring", *(f"help-{name}" for name in commands())}
    assert {path.stem for path in FOLDER.iterdir()} == names
