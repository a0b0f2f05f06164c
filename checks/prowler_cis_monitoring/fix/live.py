"""Reads an account as `scan` does, for `cis-monitoring fix` without `--from`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from prowler.exceptions.exceptions import ProwlerException

from prowler_cis_monitoring.scan import arguments
from prowler_cis_monitoring.scan.access import in_words
from prowler_cis_monitoring.scan.log_level import set_log_level
from prowler_cis_monitoring.scan.options import Options, read
from prowler_cis_monitoring.scan.provider import open_account
from prowler_cis_monitoring.scan.saved import snapshot_of
from prowler_cis_monitoring.snapshot import Snapshot

if TYPE_CHECKING:
    from boto3.session import Session


class NotReadError(Exception):
    """The account could not be opened; the message says why."""


def options_of(parsed: argparse.Namespace) -> Options:
    """Return the options of a scan of the same account.

    Raises:
        OptionError: something cannot be meant.
    """
    parser = argparse.ArgumentParser()
    arguments.add_arguments(parser)
    given = {name: value for name, value in vars(parsed).items() if name != "source"}
    return read(argparse.Namespace(**{**vars(parser.parse_args([])), **given}))


def read_account(parsed: argparse.Namespace) -> tuple[Snapshot, Session]:
    """Return what is read of the account that the command line names, and a session to ask it further.

    Raises:
        OptionError: something cannot be meant.
        NotReadError: the account cannot be opened.
    """
    options = options_of(parsed)
    set_log_level(options.log_level)
    try:
        provider = open_account(options)
        return snapshot_of(provider, with_alternatives=True), provider.session.current_session
    except (ProwlerException, ClientError, BotoCoreError) as error:
        raise NotReadError(in_words(error)) from None
