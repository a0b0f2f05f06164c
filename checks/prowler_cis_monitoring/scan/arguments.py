"""The options of `cis-monitoring scan`, with Prowler's names wherever Prowler has the option."""

from __future__ import annotations

import argparse
from pathlib import Path

from prowler_cis_monitoring.benchmarks import NEWEST
from prowler_cis_monitoring.command_line import Listed
from prowler_cis_monitoring.scan.exit_status import MEANINGS
from prowler_cis_monitoring.scan.s3_address import AddressError, S3Address, place

# Formats that are pictures, with the ends of their files' names.
PICTURES = {"map": ".map.html", "svg": ".svg", "mermaid": ".mmd"}
FORMATS = ("csv", "json-ocsf", "html", "json-asff", *PICTURES)
DEFAULT_FORMATS = ("csv", "json-ocsf", "html")
DEFAULT_SESSION_NAME = "ProwlerAssessmentSession"
EXTERNAL_ID = "EXTERNAL_ID"
"""Stands in a command for the external id, which is in no report: whoever runs the command puts theirs there."""
DEFAULT_SESSION_DURATION = 3600

VERDICTS = ("PASS", "FAIL", "MANUAL")
SEVERITIES = ("low", "medium", "high", "critical")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FAIL_ON = ("FAIL", "MANUAL", *SEVERITIES)

DESCRIPTION = """\
Decides the Monitoring section of the CIS AWS Foundations Benchmark for one account or for many, with Prowler's
authentication, configuration, mutelist and reports."""

_STATUSES = (f"{status:>5}  {meaning}" for status, meaning in MEANINGS.items())
EPILOG = "\n".join(("exit status:", *_STATUSES))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options to `parser`; `options.read` checks what was given."""
    _add_selection(parser.add_argument_group("what to decide"))
    _add_authentication(parser.add_argument_group("authentication"), many=True)
    _add_accounts(parser.add_argument_group("many accounts"))
    _add_account_settings(parser.add_argument_group("regions and configuration"), with_mutelist=True)
    add_outputs(parser.add_argument_group("outputs"))


def _place(text: str) -> Path | S3Address:
    if not text:
        # As a variable that is not set leaves it.
        raise argparse.ArgumentTypeError("'': a folder is expected; . is the one in which this is called")
    try:
        return place(text)
    except AddressError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_account_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how one account is read, for commands that read one as `scan` does."""
    _add_authentication(parser.add_argument_group("authentication"), many=False)
    _add_account_settings(parser.add_argument_group("regions and configuration"), with_mutelist=False)


def _add_selection(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--benchmark",
        nargs="+",
        metavar="VERSION",
        help="versions of the benchmark to report on, for example 5.0 7.0, or crosswalk; the newest of them is what is "
        f"judged by (default: {NEWEST}, or what the setting benchmark names)",
    )
    group.add_argument(
        "--control",
        nargs="+",
        action="extend",
        metavar="CONTROL",
        help="decide these only: names, numbers such as 5.3, or names with *",
    )
    group.add_argument(
        "--status",
        nargs="+",
        action=Listed,
        known=VERDICTS,
        metavar="VERDICT",
        help=f"report these verdicts only: {', '.join(VERDICTS)}",
    )
    add_fail_on(group)
    group.add_argument("--list", action="store_true", help="list the controls and stop")
    group.add_argument(
        "--what-if", action="store_true", help="name the resources whose loss alone would leave somebody untold"
    )
    group.add_argument(
        "--proof",
        action="store_true",
        help="say from CloudTrail's, CloudWatch's and SNS's records when somebody was last told, and of which event "
        "nobody was; more calls, and a fraction of a cent an account",
    )
    group.add_argument(
        "--proof-events", action="store_true", help="--proof, with the records of those events in the evidence"
    )
    group.add_argument(
        "--proof-filters",
        action="store_true",
        help="--proof, and ask AWS's own pattern matcher whether it agrees with ours on your metric filters",
    )
    group.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FILE",
        help="judge what --save wrote instead of an account: no AWS, no credentials",
    )


def add_fail_on(group: argparse._ArgumentGroup) -> None:
    """Add the option that says what makes a run fail."""
    group.add_argument(
        "--fail-on",
        nargs="+",
        action=Listed,
        known=FAIL_ON,
        default=[],
        metavar="WHAT",
        help="what makes the exit status 3: FAIL (default) or MANUAL, which includes FAIL; and from which severity on: "
        f"{', '.join(SEVERITIES)}",
    )


def _add_authentication(group: argparse._ArgumentGroup, *, many: bool) -> None:
    group.add_argument("--profile", "-p", help="profile of the AWS configuration")
    of_many = "; with several accounts its name, the same in each" if many else ""
    group.add_argument("--role", "-R", help=f"ARN of the role to assume{of_many}")
    group.add_argument("--role-session-name", default=DEFAULT_SESSION_NAME, metavar="NAME", help="default: %(default)s")
    group.add_argument(
        "--session-duration",
        "-T",
        type=int,
        default=DEFAULT_SESSION_DURATION,
        metavar="SECONDS",
        help="of an assumed role, 900 to 43200 (default: %(default)s)",
    )
    group.add_argument("--external-id", "-I", metavar="ID", help="for assuming the role")
    group.add_argument("--mfa", action="store_true", help="ask for an MFA device's ARN and code")
    group.add_argument(
        "--organizations-role", "-O", metavar="ARN", help="role to read the account's organisation metadata with"
    )


def _add_accounts(group: argparse._ArgumentGroup) -> None:
    which = group.add_mutually_exclusive_group()
    which.add_argument(
        "--accounts",
        metavar="FILE",
        help="account ids with line ends, blanks or commas between them, # starts a comment: a file, s3://BUCKET/KEY, "
        "or - for standard input; or the ids themselves",
    )
    which.add_argument(
        "--organization", action="store_true", help="all active accounts of the organisation (ListAccounts)"
    )
    group.add_argument(
        "--parallel",
        type=int,
        metavar="NUMBER",
        help="accounts to scan at the same time (default: eight for each core)",
    )
    group.add_argument("--resume", action="store_true", help="skip the accounts that an interrupted scan finished")
    group.add_argument(
        "--resume-or-start",
        action="store_true",
        help="--resume where there is a scan to resume, else begin one: for jobs whose attempts have the same command",
    )
    group.add_argument(
        "--shard",
        metavar="NUMBER/COUNT",
        help="scan this part of the accounts only, as in 3/10: always the same ones; auto takes the numbers of an AWS "
        "Batch array job. cis-monitoring merge makes one set of reports of all parts",
    )
    group.add_argument(
        "--deadline",
        metavar="TIME",
        help="begin no account later than so long after the start, in seconds or as in 25m and 1h30m; the rest is "
        "listed as not scanned",
    )


def _add_account_settings(group: argparse._ArgumentGroup, *, with_mutelist: bool) -> None:
    group.add_argument(
        "--region", "--filter-region", "-f", nargs="+", metavar="REGION", help="look for trails in these Regions only"
    )
    group.add_argument("--excluded-region", "--excluded-regions", nargs="+", metavar="REGION", help="leave these out")
    group.add_argument("--config-file", type=Path, metavar="FILE", help="Prowler's configuration file")
    if with_mutelist:
        group.add_argument(
            "--mutelist-file", "-w", metavar="FILE", help="Prowler's mutelist: a file, S3 URI, Lambda or DynamoDB ARN"
        )
    group.add_argument(
        "--aws-retries-max-attempts", type=int, metavar="NUMBER", help="retries of a throttled call (default: 3)"
    )
    group.add_argument("--aws-connect-timeout", type=int, metavar="SECONDS", help="default: 10")
    group.add_argument("--aws-read-timeout", type=int, metavar="SECONDS", help="default: 60")


def add_outputs(group: argparse._ArgumentGroup, *, of_states: bool = False) -> None:
    """Add the options that say what is written and shown.

    Args:
        group: takes them.
        of_states: whether reports are made of what earlier scans left, redacted or not.
    """
    group.add_argument(
        "--output-formats",
        "--output-modes",
        "-M",
        nargs="*",
        action=Listed,
        known=FORMATS,
        aliases={"json": "json-ocsf", "ocsf": "json-ocsf", "asff": "json-asff"},
        nothing="none",
        default=list(DEFAULT_FORMATS),
        metavar="FORMAT",
        help=f"of {', '.join(FORMATS)}; none writes no file (default: {' '.join(DEFAULT_FORMATS)})",
    )
    group.add_argument("--output-filename", "-F", metavar="NAME", help="without extension (default: account and time)")
    group.add_argument(
        "--output-directory",
        "-o",
        type=_place,
        default=Path("output"),
        metavar="DIR",
        help="a folder, or s3://BUCKET/FOLDER (default: %(default)s)",
    )
    group.add_argument(
        "--save", type=Path, metavar="FILE", help="save what was read, .json or for several accounts .jsonl"
    )
    if not of_states:
        group.add_argument("--redact", action="store_true", help="save it without account ids, names and addresses")
    group.add_argument("--unix-timestamp", action="store_true", help="write times as seconds since 1970")
    group.add_argument("--json", action="store_true", help="print JSON for machines instead of tables")
    group.add_argument("--quiet", "-q", action="store_true", help="print nothing but errors, and what --json prints")
    group.add_argument(
        "--all", "--verbose", dest="everything", action="store_true", help="tell each finding in full, with its path"
    )
    group.add_argument("--no-color", action="store_true", help="print without colours")
    group.add_argument(
        "--log-level",
        type=str.upper,
        choices=LOG_LEVELS,
        metavar="LEVEL",
        help=f"of what Prowler and botocore log on standard error: {', '.join(LOG_LEVELS)} (default: nothing is)",
    )
    group.add_argument("--ignore-exit-code-3", "-z", action="store_true", help="exit with 0 when a control failed")
    group.add_argument(
        "--ignore-exit-code-5", action="store_true", help="exit with 0 when nothing could be decided of an account"
    )
