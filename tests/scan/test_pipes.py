"""A file that can be read once only, as `<(…)` and /dev/stdin give it, is really used."""

import os
from threading import Thread

import pytest

from prowler_cis_monitoring.scan.exit_status import Exit

REGIONS = ("--region", "us-east-1", "eu-west-1")
MUTELIST = """\
Mutelist:
  Accounts:
    '*':
      Checks:
        'cloudwatch_alerting_*':
          Regions: ['*']
          Resources: ['*']
"""


@pytest.fixture
def pipe():
    """Make a pipe that holds a text, and return its path."""
    readers = []

    def make(text):
        reader, writer = os.pipe()
        readers.append(reader)
        with os.fdopen(writer, "w") as file:
            file.write(text)
        return f"/dev/fd/{reader}"

    yield make
    for reader in readers:
        os.close(reader)


@pytest.mark.usefixtures("estate")
def test_a_mutelist_from_a_pipe_mutes(scan, pipe):
    done = scan(*REGIONS, "--mutelist-file", pipe(MUTELIST))
    assert done.status == Exit.NOTHING_FAILED
    assert {row["MUTED"] for row in done.rows()} == {"True"}


@pytest.mark.usefixtures("estate")
def test_a_mutelist_from_a_pipe_mutes_saved_accounts(scan, pipe, tmp_path):
    saved = tmp_path / "account.json"
    assert scan(*REGIONS, "--save", saved).status == Exit.FAILED
    assert scan("--from", saved, "--mutelist-file", pipe(MUTELIST)).status == Exit.NOTHING_FAILED


@pytest.mark.usefixtures("estate")
def test_an_empty_mutelist_mutes_nothing(scan, pipe):
    assert scan(*REGIONS, "--mutelist-file", pipe("Mutelist:\n")).status == Exit.FAILED


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize("comment", ["", "# long\n" * 20_000])
def test_a_configuration_from_a_pipe_configures(scan, tmp_path, comment):
    # More than a pipe holds has to be written while it is read.
    path = tmp_path / "pipe"
    os.mkfifo(path)
    approved = "exclusions: ['{ $.eventName = ApprovedByUs }']"
    text = f"{comment}aws:\n  cis_monitoring:\n    controls:\n      root_usage:\n        {approved}\n"
    writer = Thread(target=path.write_text, args=(text,))
    writer.start()
    done = scan(*REGIONS, "--config-file", path, "--control", "root_usage")
    writer.join()
    assert "ApprovedByUs" in done.rows()[0]["STATUS_EXTENDED"]


def test_a_configuration_from_a_pipe_that_cannot_be_meant_is_refused(scan, pipe):
    done = scan("--config-file", pipe("aws:\n  cis_monitoring:\n    delay: 60\n"))
    assert done.status == Exit.INVALID_INPUT
    assert "aws.cis_monitoring.delay" in done.err
