"""The forms in which findings are told: text with the line marked, JSON, SARIF 2.1.0 and GitHub annotations."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from prowler_cis_monitoring.foreign_text import harmless, shown, without_surrogates
from prowler_cis_monitoring.lint.findings import Finding, Level, told
from prowler_cis_monitoring.lint.judging import State
from prowler_cis_monitoring.lint.outcome import Outcome, controls_of, message_of

_MOST_OF_A_LINE = 200
_GITHUB_LEVELS = {Level.BROKEN: "error", Level.DEPENDS: "warning", Level.ABSENT: "notice"}


def as_text(outcome: Outcome) -> str:
    """Return the findings for a person: place, sentence, the line with a mark, and what holds on the whole."""
    lines = _Lines()
    findings = [one for one in outcome.findings if one.level is not Level.ABSENT or one.also]
    return "\n".join([*(_lines_of(finding, lines) for finding in findings), *closing(outcome)])


def closing(outcome: Outcome) -> list[str]:
    """Return the lines that say what these files make of the controls."""
    counts = [
        (outcome.controls(State.HOLDS), "holds", "hold"),
        (outcome.controls(State.BROKEN), "is broken", "are broken"),
        (
            outcome.controls(State.DEPENDS),
            "depends on what is not in these files",
            "depend on what is not in these files",
        ),
    ]
    said = [f"{len(slugs)} {one if len(slugs) == 1 else many}" for slugs, one, many in counts if slugs]
    total = len(outcome.report.judged)
    lines = [f"As far as these files go, of {total} controls {', '.join(said) or 'none is decided'}."]
    if outcome.provided:
        groups = ", ".join(shown(name) for name in outcome.provided)
        lines.append(f"Provided that a multi-Region trail delivers to {groups}: no trail of these files does.")
    if absent := outcome.controls(State.ABSENT):
        lines.append(f"Not in these files: {', '.join(absent)}.")
    if not outcome.report.complete:
        lines.append("Not all combinations of conditions were tried.")
    return lines


def _lines_of(finding: Finding, lines: _Lines) -> str:
    place = f"{harmless(finding.at.file)}:{finding.at.line}:{finding.at.column}" if finding.at.line else finding.at.file
    resource = f" {finding.address}" if not finding.at.line and finding.address else ""
    said = [f"{place}:{harmless(resource)} {finding.level.value}: {finding.message} [{finding.rule}]"]
    said += lines.marked(finding)
    if finding.when:
        said.append(f"  when {finding.when}")
    said += [f"  also: {sentence}" for sentence in finding.also]
    if finding.controls:
        said.append(f"  controls: {controls_of(finding)}")
    return "\n".join(said)


class _Lines:
    """Lines of files, each file read once."""

    def __init__(self) -> None:
        self.files: dict[str, Sequence[str]] = {}

    def marked(self, finding: Finding) -> list[str]:
        if not finding.at.line or not finding.address:
            return []
        if finding.at.file not in self.files:
            try:
                self.files[finding.at.file] = Path(finding.at.file).read_text(encoding="utf-8-sig").splitlines()
            except (OSError, UnicodeDecodeError):
                self.files[finding.at.file] = ()
        lines = self.files[finding.at.file]
        if finding.at.line > len(lines):
            return []
        line, column = lines[finding.at.line - 1], finding.at.column - 1
        if finding.column is not None:
            column = _column_of(line, column, finding.column)
        start = max(0, column - _MOST_OF_A_LINE // 2)
        part = harmless(line[start : start + _MOST_OF_A_LINE].replace("\t", " "), 2 * _MOST_OF_A_LINE)
        margin = f"{finding.at.line:5} | "
        return [f"{margin}{part}", f"{' ' * (len(margin) - 2)}| {' ' * (column - start)}^"]


def _column_of(line: str, column: int, offset: int) -> int:
    """Return the column of a character of a text, which a line writes from a column on; that column where it does not.

    Tags stand before a text, quotation marks around it; in them some characters are written as two.
    """
    start = column
    while line[column : column + 1] in ("!", " "):
        column = line.find(" ", column + 1) if line[column] == "!" else column + 1
        if column < 0:
            return start
    quote = line[column : column + 1]
    if quote in ("|", ">"):
        return start  # The text begins on the next line.
    if quote not in ("'", '"'):
        return column + offset
    escape = "\\" if quote == '"' else "'"
    column += 1
    for _ in range(offset):
        column += 1 + (line[column : column + 1] == escape)
    return column if column <= len(line) else start


def as_json(outcome: Outcome) -> str:
    """Return all that was found as JSON."""
    document = {
        "schema_version": 1,
        "controls": [
            {
                "control": one.control.slug,
                "state": one.state.value,
                "sentence": told(one.verdict.sentence, one.declared),
                "when": dict(one.choices.made),
                "provided_trail_delivers_to": list(one.provided),
            }
            for one in outcome.report.judged
        ],
        "findings": [_as_json(finding) for finding in outcome.findings],
        "skipped": list(outcome.skipped),
    }
    return json.dumps(without_surrogates(document), indent=2)


def _as_json(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "message": finding.message,
        "file": finding.at.file,
        "line": finding.at.line or None,
        "column": finding.at.column or None,
        "resource": finding.address,
        "property": finding.property_name,
        "controls": list(finding.controls),
        "when": finding.when,
        "also": list(finding.also),
        "missed_event": finding.missed_event,
        "fingerprint": finding.fingerprint,
    }


def as_github(outcome: Outcome) -> str:
    """Return workflow commands that annotate a pull request, and the closing lines."""
    return "\n".join([*(_annotation(finding) for finding in outcome.findings), *closing(outcome)])


def _annotation(finding: Finding) -> str:
    line = f",line={finding.at.line},col={finding.at.column}" if finding.at.line else ""
    place = f"file={_property(finding.at.file)}{line},title={_property(finding.rule)}"
    resource = f"{finding.address}: " if finding.address and not finding.at.line else ""
    return f"::{_GITHUB_LEVELS[finding.level]} {place}::{_data(resource + message_of(finding))}"


def _data(text: str) -> str:
    return harmless(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"), 4_000)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _as_sarif(outcome: Outcome) -> str:
    from prowler_cis_monitoring.lint.sarif import as_sarif  # noqa: PLC0415 - only this form needs it

    return as_sarif(outcome)


def _drawn(form: str) -> Callable[[Outcome], str]:
    def draw(outcome: Outcome) -> str:
        from prowler_cis_monitoring.lint.drawing import DRAWN  # noqa: PLC0415 - only these forms need it

        return DRAWN[form](outcome)

    return draw


FORMATS: Mapping[str, Callable[[Outcome], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": _as_sarif,
    "github": as_github,
    **{form: _drawn(form) for form in ("map", "svg", "mermaid")},
}
