"""Many accounts for a person: a line each with one mark a control, and a total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap
from typing import Final

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.scan.found import Found, Paint

_MARKS: Final = {"PASS": "\N{CHECK MARK}", "FAIL": "\N{BALLOT X}", "MANUAL": "?", "MUTED": "m"}
_NOT_DECIDED: Final = "-"
_NOT_SCANNED: Final = "not scanned"
_TOGETHER: Final = 5
_ACCOUNT: Final = 12
_NARROWEST_NAME: Final = 6
_WIDEST_NAME: Final = 32
_NO_BREAK = "\N{NO-BREAK SPACE}"
_CUT = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True)
class FleetRow:
    """One account of many.

    Attributes:
        account: its id.
        name: its name, empty where it is not known.
        verdicts: PASS, FAIL, MANUAL or MUTED by check id.
        scanned: whether it could be scanned.
    """

    account: str
    name: str
    verdicts: Mapping[str, str]
    scanned: bool = True

    @classmethod
    def of(cls, found: Found, *, scanned: bool = True) -> FleetRow:
        """Return the row of an account that was scanned or judged."""
        organization = getattr(found.scanned, "organization", None) or {}
        verdicts = {
            report.check_metadata.CheckID: "MUTED" if report.muted else report.status for report in found.reports
        }
        return cls(found.scanned.account, organization.get("account_name") or "", verdicts, scanned)


def fleet_table(rows: Sequence[FleetRow], numbers: Mapping[str, Mapping[str, str]], *, width: int, paint: Paint) -> str:
    """Return a line an account: its id, its name where there is room, one mark a control, and the verdicts counted.

    Args:
        rows: the accounts.
        numbers: by benchmark, its number by check id; the first one's are shown.
        width: of the terminal, in columns.
        paint: colours a text as its verdict.
    """
    checks = _checks(rows)
    statuses = [status for status in _MARKS if status != "MUTED" or any("MUTED" in _verdicts(row) for row in rows)]
    marks = max(len(checks) + max(len(checks) - 1, 0) // _TOGETHER, len(_NOT_SCANNED))
    counted = sum(len(status) + 1 for status in statuses)
    longest = max((len(harmless(row.name)) for row in rows), default=0)
    room = min(longest, _WIDEST_NAME, width - _ACCOUNT - 2 - marks - 1 - counted - 2)
    room = room if room >= min(_NARROWEST_NAME, longest) else 0
    header = ["Account", "Name" if room else "", "Controls"]
    lines = [_line(header, [_ACCOUNT, room, marks], [f"{status:>{len(status) + 1}}" for status in statuses])]
    lines += [_row(row, checks, statuses, (_ACCOUNT, room, marks), paint) for row in rows]
    sums = [sum(verdict == status for row in rows for verdict in _verdicts(row)) for status in statuses]
    total = [f"{number:>{len(status) + 1}}" for status, number in zip(statuses, sums, strict=True)]
    lines.append(_line([f"{len(rows):,} accounts"], [_ACCOUNT + (room + 2 if room else 0) + 2 + marks], total))
    return "\n".join((*lines, "", *_legend(checks, statuses, numbers, width)))


def _checks(rows: Iterable[FleetRow]) -> list[str]:
    decided = {check for row in rows for check in row.verdicts}
    return [control.check_id for control in CONTROLS.values() if control.check_id in decided]


def _verdicts(row: FleetRow) -> list[str]:
    return list(row.verdicts.values())


def _row(
    row: FleetRow, checks: Sequence[str], statuses: Sequence[str], widths: tuple[int, int, int], paint: Paint
) -> str:
    name = harmless(row.name)
    name = name if len(name) <= widths[1] else f"{name[: max(widths[1] - 1, 0)]}{_CUT if widths[1] else ''}"
    marks = [] if row.scanned else [paint(f"{_NOT_SCANNED:{widths[2]}}", "FAIL")]
    for place, check in enumerate(checks if row.scanned else ()):
        blank = " " if place and place % _TOGETHER == 0 else ""
        verdict = row.verdicts.get(check)
        marks.append(f"{blank}{paint(_MARKS[verdict], verdict) if verdict else _NOT_DECIDED}")
    counts = []
    for status in statuses:
        number = _verdicts(row).count(status)
        told = f"{number:>{len(status) + 1}}"
        counts.append(paint(told, status) if number else told)
    padding = " " * (widths[2] - len(checks) - max(len(checks) - 1, 0) // _TOGETHER if row.scanned else 0)
    return _line([row.account, name, f"{''.join(marks)}{padding}"], [*widths[:2], 0], counts)


def _line(cells: Sequence[str], widths: Sequence[int], counts: Sequence[str]) -> str:
    shown = [f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True) if cell or width]
    return f"{'  '.join(shown)} {''.join(counts)}".rstrip()


def _legend(
    checks: Sequence[str], statuses: Iterable[str], numbers: Mapping[str, Mapping[str, str]], width: int
) -> list[str]:
    if not checks:
        return []
    by_check = next(iter(numbers.values()), {})
    slugs = {control.check_id: control.slug for control in CONTROLS.values()}
    names = ", ".join(f"{by_check.get(check, '')} {slugs[check]}".lstrip().replace(" ", _NO_BREAK) for check in checks)
    marks = ", ".join(f"{_MARKS[status]} {status}" for status in statuses)
    lines = wrap(f"{marks}. Controls from left to right: {names}.", width, break_on_hyphens=False)
    return [line.replace(_NO_BREAK, " ") for line in lines]
