"""What a scan shows on the terminal: a table for a person, JSON for a program, progress while it is long."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from colorama import Fore, Style

from prowler_cis_monitoring.foreign_text import harmless

if TYPE_CHECKING:
    from prowler.lib.check.models import Check_Report_AWS

# As Prowler paints what is muted.
_ORANGE = "\033[38;5;208m"
_COLORS = {"PASS": Fore.GREEN, "FAIL": Fore.RED, "MANUAL": Fore.YELLOW, "MUTED": _ORANGE}
_PREFIX = "cloudwatch_alerting_"
_NARROWEST_SENTENCE = 40
_MOST_CAUSES = 10
_MOST_OF_A_COMPLAINT = 4_000
# Border and blanks of a column.
_FRAME = 3


class Found(Protocol):
    """What was found in one account: by a scan, or by judging a snapshot of it."""

    @property
    def scanned(self) -> Any:  # noqa: ANN401 - account and partition
        """The account."""

    @property
    def reports(self) -> Sequence[Any]:
        """The reports, a control each, with as much of Prowler's report as is shown."""

    @property
    def weak_points(self) -> Sequence[Mapping[str, Any]] | None:
        """The resources on which controls hang alone, as JSON values; None when nobody asked."""


def account_table(found: Found, numbers: Mapping[str, Mapping[str, str]], *, color: bool) -> str:
    """Return a table with a row a control: its number in each benchmark, its verdict and why.

    Args:
        found: the account's reports.
        numbers: by benchmark, its number by check id.
        color: whether to colour the verdicts.
    """
    rows = [
        (
            *_numbers(report, numbers),
            report.check_metadata.CheckID.removeprefix(_PREFIX),
            _painted(_verdict(report), "MUTED" if report.muted else report.status, color=color),
            report.status_extended,
        )
        for report in sorted(
            found.reports, key=lambda report: [(not number, _numeric(number)) for number in _numbers(report, numbers)]
        )
    ]
    width = shutil.get_terminal_size((120, 24)).columns
    names = (*(numbers if len(numbers) > 1 else [""] * len(numbers)), "Control")
    taken = sum(max(len(row[at]) for row in (names, *rows)) + _FRAME for at in range(len(names))) + _FRAME
    why = max(width - taken - len("MUTED (MANUAL)") - _FRAME - 1, _NARROWEST_SENTENCE)
    return _table((*names, "Verdict", "Why"), rows, [*([None] * len(names)), None, why])


def _numbers(report: Check_Report_AWS, numbers: Mapping[str, Mapping[str, str]]) -> list[str]:
    return [by_check.get(report.check_metadata.CheckID, "") for by_check in numbers.values()]


def summary_table(counts: Mapping[str, Mapping[str, int] | str], *, color: bool) -> str:
    """Return a table with a row an account: how many controls have each verdict, or why it could not be scanned."""
    rows: list[tuple[str, ...]] = []
    for account, counted in counts.items():
        if isinstance(counted, str):
            rows.append((account, "", "", "", "", _painted(counted, "FAIL", color=color)))
        else:
            cells = (_painted(str(number), status, color=color and bool(number)) for status, number in counted.items())
            rows.append((account, *cells, ""))
    return _table(("Account", "PASS", "FAIL", "MANUAL", "MUTED", "Not scanned"), rows, [None] * 5 + [80])


def _table(headers: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int | None]) -> str:
    from tabulate import tabulate  # noqa: PLC0415 - not for --json

    if not rows:
        return ""  # tabulate cannot wrap the columns of an empty table
    text: str = tabulate(rows, headers, tablefmt="rounded_grid", maxcolwidths=list(widths), disable_numparse=True)
    return text


def _verdict(report: Check_Report_AWS) -> str:
    return f"MUTED ({report.status})" if report.muted else str(report.status)


def _painted(text: str, status: str, *, color: bool) -> str:
    return f"{_COLORS[status]}{text}{Style.RESET_ALL}" if color else text


def _numeric(number: str) -> list[int]:
    return [int(part) for part in number.split(".") if part.isdigit()]


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
    say('{"accounts": [')
    separator = ""
    for account in accounts:
        say(separator + json.dumps(account, default=str))
        separator = ","
    others = ", ".join(f"{json.dumps(key)}: {json.dumps(value, default=str)}" for key, value in rest.items())
    say(f"], {others}}}")


def say_causes(accounts: Iterable[Found]) -> None:
    """Print what is the matter in several accounts, by cause; what they share counts once."""
    from prowler_cis_monitoring.picture import Fleet  # noqa: PLC0415 - only for several accounts
    from prowler_cis_monitoring.scan.pictures import answers_of  # noqa: PLC0415 - likewise

    fleet = Fleet()
    for found in accounts:
        fleet.add(found.scanned.account, "", answers_of(found.reports))
    causes = fleet.causes()
    for cause in causes[:_MOST_CAUSES]:
        say(str(cause))
    if len(causes) > _MOST_CAUSES:
        say(f"and {len(causes) - _MOST_CAUSES} more causes: --output-formats map shows them")


def say_files(paths: Iterable[Path]) -> None:
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

    with alive_bar(total, title=title, file=sys.stderr, enrich_print=False) as bar:
        yield bar


def say(text: str) -> None:
    """Print on standard output."""
    print(text)  # noqa: T201 - what a command line program is for


def complain(text: str) -> None:
    """Print one line on standard error, with the command's name; what AWS or a file said may be in it."""
    print(f"cis-monitoring scan: {harmless(text, _MOST_OF_A_COMPLAINT)}", file=sys.stderr)  # noqa: T201 - likewise
