"""Runs the command in this process on the account in memory."""

from __future__ import annotations

import csv
import json
import resource
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from botocore.client import BaseClient
from prowler.providers.common.provider import Provider

from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.demo.estate import build_estate
from tests.shared_session import SESSION


@dataclass
class Scan:
    """A finished scan."""

    status: int
    out: str
    err: str
    folder: Path

    def rows(self, name="found.csv"):
        with (self.folder / name).open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file, delimiter=";"))

    def json(self, name):
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def files(self):
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())


@contextmanager
def files_no_larger_than(size):
    """Let every file system be full for a file of `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def scan(tmp_path, capsys):
    """Run `cis-monitoring scan` with arguments; its files go to one folder and are called `found`."""

    def run(*arguments, named=True):
        command = ["scan", "--output-directory", str(tmp_path / "output")]
        command += ["--output-filename", "found"] if named else []
        status = main([*command, *map(str, arguments)])
        said = capsys.readouterr()
        return Scan(status, said.out, said.err, tmp_path / "output")

    yield run
    Provider.set_global_provider(None)


@pytest.fixture
def estate(aws):
    """The demo's account: some controls pass, others fail."""
    build_estate(SESSION)


@pytest.fixture
def no_aws(monkeypatch):
    """Any AWS call fails the test."""

    def refuse(client, operation, parameters):
        pytest.fail(f"{operation} was called")

    monkeypatch.setattr(BaseClient, "_make_api_call", refuse)


@pytest.fixture
def refused_accounts(monkeypatch):
    """Accounts whose role cannot be assumed, and a record of the others' roles."""
    refused, assumed = set(), []
    original = BaseClient._make_api_call

    def call(client, operation, parameters):
        if operation == "AssumeRole":
            assumed.append(parameters)
            if parameters["RoleArn"].split(":")[4] in refused:
                error = {"Error": {"Code": "AccessDenied", "Message": "no"}}
                raise client.exceptions.from_code("AccessDenied")(error, operation)
        return original(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    return refused, assumed


@pytest.fixture
def merge(tmp_path, capsys):
    """Run `cis-monitoring merge`; its files are called `found`, in a folder of their own."""

    def run(*arguments, output=None):
        folder = tmp_path / "merged"
        command = ["merge", *map(str, arguments), "-o", str(output or folder), "-F", "found"]
        try:
            status = main(command)
        except SystemExit as ended:
            status = ended.code
        said = capsys.readouterr()
        return Scan(status, said.out, said.err, folder)

    yield run
    Provider.set_global_provider(None)
