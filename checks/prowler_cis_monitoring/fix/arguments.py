"""The options of `cis-monitoring fix`."""

from __future__ import annotations

import argparse
from pathlib import Path

from prowler_cis_monitoring.scan.arguments import add_account_arguments

DONE, NOT_READ, INVALID_INPUT, NOT_ALL = 0, 1, 2, 3
FORMATS = ("cli", "cloudformation", "terraform", "json")

DESCRIPTION = """\
Prints the fewest changes after which somebody is told, for each failing control of an account, after making them on
what is known of the account and judging it again. It never writes to AWS: apply what it prints, after reading it."""

EPILOG = """\
exit status:
  0  every control asked for passes already, or will when the changes are made
  1  the account could not be read, or the output could not be written
  2  invalid input
  3  for a control that does not pass nothing was proved; the reason is on standard error"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options to `parser`."""
    group = parser.add_argument_group("what to mend, and how")
    group.add_argument(
        "--control",
        nargs="+",
        action="extend",
        metavar="CONTROL",
        help="mend these only: names, numbers such as 5.3, or names with *",
    )
    group.add_argument(
        "--benchmark",
        nargs="+",
        metavar="VERSION",
        help="judge by the newest of these versions of the benchmark, as scan does (default: what the setting "
        "benchmark names, or the newest of all)",
    )
    group.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FILE",
        help="a snapshot that `scan --save` wrote, in place of an account: no AWS, no credentials",
    )
    group.add_argument(
        "--account", metavar="ID", help="with --from and a file or folder of several accounts: the one to mend"
    )
    group.add_argument(
        "--email", metavar="ADDRESS", help="the address to subscribe where a topic has nobody who hears it"
    )
    group.add_argument(
        "--format",
        choices=FORMATS,
        default=FORMATS[0],
        help="a script of AWS CLI calls, a CloudFormation template, Terraform, or JSON (default: %(default)s)",
    )
    group.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write there; with several accounts or Regions a file for each, named after it (default: standard output)",
    )
    add_account_arguments(parser)
