"""What a scan shows on the terminal: blocks for a person, JSON for a program, progress while it is long."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.broken_lines import columns, fitting, wrapped
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.scan.found import Found, Paint

if TYPE_CHECKING:
    from prowler.lib.check.models import Check_Report_AWS

    from prowler_cis_monitoring.scan.fleet_table import FleetRow

# Green, red, yellow; and what is muted in the orange in which Prowler paints it.
_COLORS = {"PASS": "\033[32m", "FAIL": "\033[31m", "MANUAL": "\033[33m", "MUTED": "\033[38;5;208m"}
_RESET = "\033[0m"
_PREFIX = "cloudwatch_alerting_"
SCHEMA_VERSION = 1
_MOST_CAUSES = 10
_MOST_OF_A_COMPLAINT = 4_000
_SHORTEST_BAR, _LONGEST_BAR, _BESIDE_A_BAR = 8, 40, 50


def painter(*, wanted: bool) -> Paint:
    """Return what colours a text as its verdict, on a terminal that shows colours and where the user wants them.

    Args:
        wanted: False leaves all as it is; so do NO_COLOR and TERM=dumb in the environment, and any file or pipe.
    """
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    if not wanted or plain or not sys.stdout.isatty():
        return lambda text, _status: text
    return lambda text, status: f"{_COLORS[status]}{text}{_RESET}"


def say_account(
    found: Found, titles: Iterable[str], numbers: Mapping[str, Mapping[str, str]], *, color: bool, everything: bool
) -> None:
    """Print the findings of one account, how many causes there are, and what hangs on one resource alone.

    Args:
        found: the account's reports.
        titles: the frameworks that are reported on.
        numbers: by benchmark, its number by check id.
        color: whether colours are wanted.
        everything: whether each finding is told in full.
    """
    from prowler_cis_monitoring.scan.blocks import account_blocks, count_line, hints  # noqa: PLC0415 - not for --json

    width = columns()
    say(wrapped(f"Account {found.scanned.account}, {' and '.join(titles)}", hanging=2))
    blocks = account_blocks(found, numbers, width=width, paint=painter(wanted=color), everything=everything)
    for text in filter(None, ("", blocks, "", count_line(found), hints(found, everything=everything))):
        say(wrapped(text, hanging=2) if text is not blocks else f"\n{blocks}\n")
    for point in found.weak_points or ():
        say(
            wrapped(
                f"{len(point['controls'])} hang on {point['resource']} alone: {', '.join(point['controls'])}", hanging=2
            )
        )


def say_fleet(rows: Sequence[FleetRow], numbers: Mapping[str, Mapping[str, str]], *, color: bool) -> None:
    """Print a line an account.

    Args:
        rows: the accounts.
        numbers: by benchmark, its number by check id.
        color: whether colours are wanted.
    """
    from prowler_cis_monitoring.scan.fleet_table import fleet_table  # noqa: PLC0415 - only for several accounts

    say(fleet_table(rows, numbers, width=columns(), paint=painter(wanted=color)))


def as_json(found: Found, requirements: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return an account's findings as JSON values.

    Args:
        found: the account's reports.
        requirements: by framework, the requirement's id by check id.
    """
    return {
        "account": found.scanned.account,
        "partition": found.scanned.partition,
        "findings": [_finding_as_json(report, requirements) for report in found.reports],
        **({} if found.weak_points is None else {"weak_points": found.weak_points}),
    }


def _finding_as_json(report: Check_Report_AWS, requirements: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    check_id = report.check_metadata.CheckID
    return {
        "control": check_id.removeprefix(_PREFIX),
        "check_id": check_id,
        "requirements": {name: ids[check_id] for name, ids in requirements.items() if check_id in ids},
        "verdict": report.status,
        "muted": report.muted,
        "sentence": report.status_extended,
        "severity": report.check_metadata.Severity.value,
        "region": report.region,
        "resource": report.resource_id,
        "resource_arn": report.resource_arn,
        "evidence": report.resource,
    }


def print_accounts_as_json(accounts: Iterable[dict[str, Any]], rest: Mapping[str, Any]) -> None:
    """Print one JSON document, `accounts` under that key one after the other: all of them may be large."""
    say(f'{{"schema_version": {SCHEMA_VERSION}, "accounts": [')
    separator = ""
    for account in accounts:
        say(separator + json.dumps(account, default=str))
        separator = ","
    others = ", ".join(f"{json.dumps(key)}: {json.dumps(value, default=str)}" for key, value in rest.items())
    say(f"], {others}}}")


def say_causes(accounts: Iterable[Found], *, everything: bool) -> None:
    """Print what is the matter in several accounts, by cause; what they share counts once.

    Args:
        accounts: their reports.
        everything: whether each finding has been told in full before.
    """
    from prowler_cis_monitoring.picture import Fleet  # noqa: PLC0415 - only for several accounts
    from prowler_cis_monitoring.scan.pictures import answers_of  # noqa: PLC0415 - likewise

    fleet, hanging = Fleet(), False
    for found in accounts:
        hanging = hanging or bool(found.weak_points)
        fleet.add(found.scanned.account, "", answers_of(found.reports))
    causes = fleet.causes()
    for cause in causes[:_MOST_CAUSES]:
        say(wrapped(str(cause), hanging=2))
    if len(causes) > _MOST_CAUSES:
        say(wrapped(f"and {len(causes) - _MOST_CAUSES} more causes: --output-formats map shows them", hanging=2))
    told = [] if everything or not (causes or hanging) else ["--all tells everything"]
    told += ["of each account what hangs on one resource alone, too"] if told and hanging else []
    told += ["cis-monitoring rule NAME explains what stands in brackets"] if any(cause.rule for cause in causes) else []
    if told:
        say(wrapped(f"{'; '.join(told)}.", hanging=2))


def say_files(paths: Iterable[object]) -> None:
    """Print where the reports are."""
    for path in paths:
        say(f"written: {path}")


@contextmanager
def progress(total: int, *, shown: bool, title: str = "accounts") -> Iterator[Callable[[], None]]:
    """Show on standard error how many of `total` are done; the block gets what counts one more.

    Args:
        total: number of accounts, or of what else `title` names.
        shown: False shows nothing; nor is anything shown where standard error is no terminal.
        title: what is counted.
    """
    if not shown or not sys.stderr.isatty():
        yield lambda: None
        return
    from alive_progress import alive_bar  # noqa: PLC0415 - only for a terminal

    # What the bar does not take is for the numbers beside it.
    length = max(_SHORTEST_BAR, min(_LONGEST_BAR, columns() - len(title) - _BESIDE_A_BAR))
    with alive_bar(total, title=title, length=length, file=sys.stderr, enrich_print=False) as bar:
        yield bar


@contextmanager
def waiting(what: str, *, shown: bool) -> Iterator[None]:
    """Show on standard error what is waited for, until the block ends.

    Args:
        what: as in "asking AWS who we are".
        shown: False shows nothing; nor is anything shown where standard error is no terminal that can erase a line.
    """
    if not shown or not sys.stderr.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        yield
        return
    print(f"{what} \N{HORIZONTAL ELLIPSIS}", end="", file=sys.stderr, flush=True)  # noqa: T201 - as in `say`
    try:
        yield
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)  # noqa: T201 - likewise


def say(text: str) -> None:
    """Print on standard output."""
    print(text)  # noqa: T201 - what a command line program is for


def complain(text: str, command: str = "scan") -> None:
    """Print a message on standard error, with the command's name; what AWS or a file said may be in it."""
    said = f"cis-monitoring {command}: {harmless(text, _MOST_OF_A_COMPLAINT)}"
    print(fitting(said, sys.stderr), file=sys.stderr)  # noqa: T201 - likewise
