"""The forms in which findings are told: text with the line marked, JSON, SARIF 2.1.0 and GitHub annotations."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from prowler_cis_monitoring.alert_path.rules import RULES
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import evidence_of
from prowler_cis_monitoring.foreign_text import harmless, shown, without_surrogates
from prowler_cis_monitoring.lint.findings import Finding, Level
from prowler_cis_monitoring.lint.judging import Report, State
from prowler_cis_monitoring.lint.rules import LINT_RULES
from prowler_cis_monitoring.picture import Answer, Drawing, drawing_of, mermaid, page, svg

_MOST_OF_A_LINE = 200
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_SARIF_LEVELS = {Level.BROKEN: "error", Level.DEPENDS: "warning", Level.ABSENT: "note"}
_GITHUB_LEVELS = {Level.BROKEN: "error", Level.DEPENDS: "warning", Level.ABSENT: "notice"}


_STATUSES = {State.HOLDS: "PASS", State.BROKEN: "FAIL", State.DEPENDS: "MANUAL"}


@dataclass(frozen=True)
class Outcome:
    """What was found in the files."""

    report: Report
    findings: tuple[Finding, ...]
    skipped: tuple[str, ...] = ()

    def controls(self, state: State) -> tuple[str, ...]:
        """Return the controls of which this is said."""
        return tuple(one.control.slug for one in self.report.judged if one.state is state)

    @cached_property
    def provided(self) -> tuple[str, ...]:
        """The log groups that a trail is assumed to deliver to where something holds."""
        holding = (one for one in self.report.judged if one.state in (State.HOLDS, State.DEPENDS))
        return tuple(sorted({group for one in holding for group in one.provided}))


def as_text(outcome: Outcome) -> str:
    """Return the findings for a person: place, sentence, the line with a mark, and what holds on the whole."""
    lines = _Lines()
    told = [_told(finding, lines) for finding in outcome.findings if finding.level is not Level.ABSENT]
    return "\n".join([*told, *closing(outcome)])


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


def _told(finding: Finding, lines: _Lines) -> str:
    place = f"{harmless(finding.at.file)}:{finding.at.line}:{finding.at.column}" if finding.at.line else finding.at.file
    resource = f" {finding.address}" if not finding.at.line and finding.address else ""
    told = [f"{place}:{harmless(resource)} {finding.level.value}: {finding.message} [{finding.rule}]"]
    told += lines.marked(finding)
    if finding.when:
        told.append(f"  when {finding.when}")
    if finding.controls:
        told.append(f"  controls: {', '.join(finding.controls)}")
    return "\n".join(told)


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
            # A quotation mark stands before the text itself.
            column += finding.column + (line[column : column + 1] in ("'", '"'))
        start = max(0, column - _MOST_OF_A_LINE // 2)
        part = harmless(line[start : start + _MOST_OF_A_LINE].replace("\t", " "), 2 * _MOST_OF_A_LINE)
        margin = f"{finding.at.line:5} | "
        return [f"{margin}{part}", f"{' ' * (len(margin) - 2)}| {' ' * (column - start)}^"]


def as_json(outcome: Outcome) -> str:
    """Return all that was found as JSON."""
    document = {
        "schema_version": 1,
        "controls": [
            {
                "control": one.control.slug,
                "state": one.state.value,
                "sentence": one.verdict.sentence,
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
        "missed_event": finding.missed_event,
        "fingerprint": finding.fingerprint,
    }


def as_sarif(outcome: Outcome) -> str:
    """Return a SARIF log, version 2.1.0, as code-scanning takes it."""
    used = dict.fromkeys((*CONTROLS, *(finding.rule for finding in outcome.findings)))
    numbers = {slug: number for number, slug in enumerate(used)}
    driver = {
        "name": "cis-monitoring",
        "version": version("prowler-cis-monitoring"),
        "rules": [_sarif_rule(slug) for slug in used],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The folder in which lint was run."}}},
        "results": [_sarif_result(finding, numbers) for finding in outcome.findings],
    }
    log = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(without_surrogates(log), indent=2)


def _sarif_rule(slug: str) -> dict[str, Any]:
    short, meaning, remedy = described(slug)
    return {
        "id": slug,
        "shortDescription": {"text": short},
        "fullDescription": {"text": meaning},
        "help": {"text": f"{meaning} {remedy}", "markdown": f"{meaning}\n\n{remedy}"},
        "properties": {"tags": ["security", "monitoring"]},
    }


def described(slug: str) -> tuple[str, str, str]:
    """Return what a rule or control is, means and needs."""
    if slug in CONTROLS:
        control = CONTROLS[slug]
        required = f"Required events: {control.required_pattern}"
        return control.title, f"Somebody is told when {control.event}.", f"{required}."
    if slug in LINT_RULES:
        return slug.replace("-", " "), LINT_RULES[slug].meaning, LINT_RULES[slug].remedy
    return slug.replace("-", " "), RULES[slug].meaning, RULES[slug].remedy


def _sarif_result(finding: Finding, numbers: Mapping[str, int]) -> dict[str, Any]:
    region = {"startLine": finding.at.line or 1, "startColumn": finding.at.column or 1}
    artifact = {"uri": _uri(finding.at.file), "uriBaseId": "%SRCROOT%"}
    if PurePath(finding.at.file).is_absolute():
        del artifact["uriBaseId"]
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": artifact, "region": region}}
    if finding.address:
        location["logicalLocations"] = [{"fullyQualifiedName": harmless(finding.address), "kind": "resource"}]
    return {
        "ruleId": finding.rule,
        "ruleIndex": numbers[finding.rule],
        "level": _SARIF_LEVELS[finding.level],
        "message": {"text": _message(finding)},
        "locations": [location],
        "partialFingerprints": {"cisMonitoring/v1": finding.fingerprint},
        "properties": {"controls": list(finding.controls), "level": finding.level.value},
    }


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix(), errors="replace")


def _message(finding: Finding) -> str:
    when = f" (when {finding.when})" if finding.when else ""
    controls = f" Controls: {', '.join(finding.controls)}." if finding.controls else ""
    return f"{finding.message}{when}.{controls}"


def as_github(outcome: Outcome) -> str:
    """Return workflow commands that annotate a pull request, and the closing lines."""
    return "\n".join([*(_annotation(finding) for finding in outcome.findings), *closing(outcome)])


def _annotation(finding: Finding) -> str:
    line = f",line={finding.at.line},col={finding.at.column}" if finding.at.line else ""
    place = f"file={_property(finding.at.file)}{line},title={_property(finding.rule)}"
    resource = f"{finding.address}: " if finding.address and not finding.at.line else ""
    return f"::{_GITHUB_LEVELS[finding.level]} {place}::{_data(resource + _message(finding))}"


def _data(text: str) -> str:
    return harmless(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"), 4_000)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _drawing(outcome: Outcome) -> Drawing:
    """Return the paths of the controls that the files are about, as they will be once deployed."""
    answers = [
        Answer(one.control.slug, _STATUSES[one.state], one.verdict.sentence, evidence_of(one.control, one.verdict))
        for one in outcome.report.judged
        if one.state in _STATUSES
    ]
    return drawing_of("As it will be once deployed", answers)


FORMATS: Mapping[str, Callable[[Outcome], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
    "map": lambda outcome: page(_drawing(outcome)),
    "svg": lambda outcome: svg(_drawing(outcome)),
    "mermaid": lambda outcome: mermaid(_drawing(outcome)),
}
