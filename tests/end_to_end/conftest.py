"""One embedded account with a healthy root path for the whole folder, and a way to run the real command on it."""

from __future__ import annotations

import csv
import functools
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from prowler_cis_monitoring.demo.blueprint import healthy_path
from prowler_cis_monitoring.demo.server import demo_server

CHECK = "cloudwatch_alerting_root_usage"


@dataclass
class Run:
    """A finished command: what it said and where its files are."""

    returncode: int
    terminal: str
    output: Path

    def rows(self, pattern="*.csv", folder="."):
        (path,) = (self.output / folder).glob(pattern)
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file, delimiter=";"))

    def json(self, pattern, folder="."):
        (path,) = (self.output / folder).glob(pattern)
        return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def server():
    with demo_server() as running:
        healthy_path().build(running.session())
        yield running


@pytest.fixture(scope="session")
def prowler(server, loaded_prowler, tmp_path_factory):
    """Run `prowler aws` with arguments on the embedded account; once for the same arguments."""

    @functools.cache
    def run(*arguments):
        folder = tmp_path_factory.mktemp("found")
        said = folder / "terminal.txt"
        command = ["aws", "--no-banner", "--no-color", *arguments]
        if not any(argument.startswith("--list") for argument in arguments):
            command += ["--output-directory", str(folder), "--output-filename", "found"]
        status = loaded_prowler.run(command, server.environment(), said)
        return Run(status, said.read_text(encoding="utf-8"), folder)

    return run
