"""The options of `cis-monitoring merge`: those of a scan that tell of reports, and which states to take."""

from __future__ import annotations

import argparse

from prowler_cis_monitoring.scan.arguments import EPILOG, add_fail_on, add_outputs

DESCRIPTION = """\
Makes one set of reports of scans of parts of a fleet: byte for byte what one scan of all accounts yields. Scans with
different options, accounts that are in two states and accounts that were asked for and are in none are refused."""

__all__ = ["DESCRIPTION", "EPILOG", "add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options to `parser`."""
    parser.add_argument(
        "states",
        metavar="STATE",
        nargs="+",
        help="what scans left: NAME.accounts.jsonl, a folder of them, or either as s3://BUCKET/KEY",
    )
    which = parser.add_argument_group("which accounts")
    which.add_argument(
        "--accounts",
        metavar="FILE",
        help="the accounts that must be there, as for scan (default: those that the scans were asked for)",
    )
    which.add_argument(
        "--allow-missing",
        action="store_true",
        help="report accounts that are missing as not scanned; the exit status stays 4",
    )
    add_fail_on(which)
    which.add_argument("--profile", "-p", help="profile of the AWS configuration, for what is in S3")
    add_outputs(parser.add_argument_group("outputs"), of_states=True)
