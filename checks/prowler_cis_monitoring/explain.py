"""`cis-monitoring explain`: decides, offline, whether patterns catch all that a control asks for."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prowler_cis_monitoring.benchmarks import controls_by_number
from prowler_cis_monitoring.broken_lines import fitting, row
from prowler_cis_monitoring.controls import CONTROLS, Control
from prowler_cis_monitoring.explain_sources import SourceError, in_file, on_command_line
from prowler_cis_monitoring.filter_pattern import (
    EVERYDAY_EVENTS,
    Coverage,
    FilterPattern,
    FilterPatternError,
    coverage,
    parse,
)
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.near_names import NotKnownError, controls_named, is_there
from prowler_cis_monitoring.pattern_slips import advices
from prowler_cis_monitoring.records import dataclass

INVALID_INPUT = 2
MOST_QUESTIONS = 20_000
"""Whether a pattern covers a control, asked by one command, so that it takes seconds (count)."""
_MOST_SHOWN = 1_000_000
SCHEMA_VERSION = 1
_STATUS = {"covered": 0, "gap": 1, "unknown": 3}
_ALWAYS_ON = 1
_STEPS_OF_LIKENESS = 1_000_000
_MOST_NAMED = 8
"""Everyday events that a person is told (count); --json tells all."""
_HEADLINES = {
    "covered": "Covered: every event that {control} asks for is matched.",
    "gap": "Gap: {control} asks for events that no pattern matches.",
    "unknown": "Unknown: whether every event that {control} asks for is matched cannot be decided.",
}
_NOISY = "Always on: every event that {control} asks for is matched, and so are everyday events."


class _InvalidInputError(ValueError):
    """A pattern could not be read; the message shows where."""


@dataclass(frozen=True)
class _Pattern:
    where: str
    parsed: FilterPattern


@dataclass(frozen=True)
class _Explanation:
    control: Control
    patterns: tuple[_Pattern, ...]
    coverage: Coverage
    everyday: tuple[str, ...]

    @property
    def is_noisy(self) -> bool:
        return self.coverage.verdict == "covered" and bool(self.everyday)

    @property
    def status(self) -> int:
        return _ALWAYS_ON if self.is_noisy else _STATUS[self.coverage.verdict]


def explain(named: str | None, texts: Sequence[str], files: Sequence[Path] = (), *, as_json: bool) -> int:
    """Print whether patterns together cover a control.

    Args:
        named: the control; None asks for all, of files only.
        texts: the patterns; `-` for standard input, one a line.
        files: files that hold patterns.
        as_json: whether JSON is printed.

    Returns:
        0 when covered, 1 for a gap and for patterns that everyday events match too, 2 for an unknown control or an
        invalid pattern (on stderr, with a caret under the column), 3 when it cannot be decided.
    """
    try:
        controls = _controls(named, all_allowed=bool(files) and not texts)
        patterns = _patterns(texts, files, len(controls))
    except (NotKnownError, SourceError, _InvalidInputError) as error:
        _complain(str(error))
        return INVALID_INPUT
    explanations = [_explanation(control, patterns, chosen=bool(files)) for control in controls]
    if named is not None:
        _say(json.dumps(_as_json(explanations[0]), indent=2) if as_json else _as_text(explanations[0]))
    elif as_json:
        told = [_as_json(one) for one in explanations]
        _say(json.dumps({"schema_version": SCHEMA_VERSION, "explanations": told}, indent=2))
    else:
        _say("\n".join(map(_as_line, explanations)))
    statuses = {one.status for one in explanations}
    return next(status for status in (1, 3, 0) if status in statuses)


def _controls(named: str | None, *, all_allowed: bool) -> list[Control]:
    if named is None:
        if not all_allowed:
            raise NotKnownError("a control and a pattern are expected, or --file FILE")
        return list(CONTROLS.values())
    if named.lstrip().startswith("{"):
        raise NotKnownError(f"{harmless(named)}: the control comes first, then its patterns")
    try:
        slugs = controls_named([named], controls_by_number())
    except NotKnownError:
        if is_there(named):
            raise NotKnownError(f"{harmless(named)}: a file is given with --file {harmless(named)}") from None
        raise
    if len(slugs) != 1:
        raise NotKnownError(f"{named}: one control is expected; it names {', '.join(slugs)}")
    return [CONTROLS[slugs[0]]]


def _patterns(texts: Sequence[str], files: Sequence[Path], controls: int) -> tuple[_Pattern, ...]:
    written = [*on_command_line(list(texts)), *(one for path in files for one in in_file(path))]
    most = MOST_QUESTIONS // controls
    if len(written) > most:
        of_one = f"; name one control, and {MOST_QUESTIONS:,} are" if controls > 1 else ""
        raise SourceError(f"{len(written):,} patterns are more than the {most:,} that are explained together{of_one}")
    for one in written:
        if one.text is None:
            _complain(f"{one.where}: is left out: its pattern is not told by this file alone (lint resolves plans)")
    found = tuple(_Pattern(one.where, _parsed(one.where, one.text)) for one in written if one.text is not None)
    if not found:
        raise SourceError("there is no pattern to explain: give one, - for standard input, or --file FILE")
    return found


def _parsed(where: str, text: str) -> FilterPattern:
    try:
        return parse(text)
    except FilterPatternError as error:
        meant = "".join(f"\n{advice}" for advice in advices(text, error.position))
        raise _InvalidInputError(f"{where} is invalid: {error}\n{_caret(text, error.position)}{meant}") from None


def _explanation(control: Control, patterns: tuple[_Pattern, ...], *, chosen: bool) -> _Explanation:
    """Decide a control by all patterns; where they are `chosen` from a file, by one that is enough if there is one."""
    required = parse(control.required_pattern)
    enough: list[_Explanation] = []
    for pattern in patterns if chosen else ():
        decided = coverage(required, [pattern.parsed])
        if decided.verdict == "covered":
            enough.append(_Explanation(control, (pattern,), decided, _everyday((pattern,))))
            if not enough[-1].everyday:
                return enough[-1]
    if enough:
        return enough[0]
    meant = _meant(required, patterns) if chosen else patterns
    return _Explanation(control, meant, coverage(required, [one.parsed for one in meant]), _everyday(meant))


def _meant(required: FilterPattern, patterns: tuple[_Pattern, ...]) -> tuple[_Pattern, ...]:
    """Return the patterns that are a try at what is required: the others of a file have another purpose."""
    from prowler_cis_monitoring.alert_path.likeness import alike  # noqa: PLC0415 - only for files
    from prowler_cis_monitoring.filter_pattern.work import Work  # noqa: PLC0415 - likewise

    work = Work(_STEPS_OF_LIKENESS)
    return tuple(one for one in patterns if alike(required, one.parsed, work))


def _everyday(patterns: Sequence[_Pattern]) -> tuple[str, ...]:
    events = EVERYDAY_EVENTS
    return tuple(event.name for event in events if any(one.parsed.matches(event.record) for one in patterns))


def _as_json(explanation: _Explanation) -> dict[str, Any]:
    decided = explanation.coverage
    return {
        "schema_version": SCHEMA_VERSION,
        "control": explanation.control.slug,
        "required_pattern": explanation.control.required_pattern,
        "patterns": [str(pattern.parsed) for pattern in explanation.patterns],
        "places": [pattern.where for pattern in explanation.patterns],
        "verdict": decided.verdict,
        "always_on": explanation.is_noisy,
        "reason": decided.reason,
        "differences": list(decided.differences),
        "missed_event": decided.missed_event,
        "everyday_events": list(explanation.everyday),
    }


def _as_line(explanation: _Explanation) -> str:
    decided, control = explanation.coverage, explanation.control
    verdict = "always on" if explanation.is_noisy else decided.verdict
    if decided.verdict == "covered":
        told = f"by {explanation.patterns[0].where}" if len(explanation.patterns) == 1 else "by all patterns together"
    elif not explanation.patterns:
        told = "no pattern is meant for it"
    else:
        told = "; ".join(decided.differences) or decided.reason
    return row(f"{verdict:9}  {control.slug:32}  ", told, sys.stdout)


def _as_text(explanation: _Explanation) -> str:
    decided, control = explanation.coverage, explanation.control
    headline = _NOISY if explanation.is_noisy else _HEADLINES[decided.verdict]
    lines = [headline.format(control=control.slug), f"It requires {control.required_pattern}"]
    lines += [f"  {difference}" for difference in decided.differences]
    if decided.verdict == "unknown":
        lines.append(f"  {decided.reason}")
    lines = [fitting(line, sys.stdout) for line in lines]
    if decided.missed_event is not None:
        lines += ["An event that would be missed:", json.dumps(decided.missed_event, indent=2)]
    if explanation.everyday:
        lines.append(fitting("Also matches everyday events, so an alarm on it is always on:", sys.stdout))
        lines += [f"  {name}" for name in explanation.everyday[:_MOST_NAMED]]
        if (more := len(explanation.everyday) - _MOST_NAMED) > 0:
            lines.append(f"  and {more} more, which --json lists")
    return "\n".join(lines)


def _caret(text: str, position: int) -> str:
    """Return the line of `text` that holds `position`, with a caret under it."""
    start = text.rfind("\n", 0, position) + 1
    line = harmless(text[start:].split("\n", 1)[0], _MOST_SHOWN, keep="\t")
    # Tabs keep their width in both lines.
    before = harmless(text[start:position], _MOST_SHOWN, keep="\t")
    margin = "".join("\t" if character == "\t" else " " for character in before)
    return f"  {line}\n  {margin}^"


def _complain(text: str) -> None:
    print(harmless(f"cis-monitoring explain: {text}", _MOST_SHOWN, keep="\t\n"), file=sys.stderr)  # noqa: T201


def _say(text: str) -> None:
    print(harmless(text, _MOST_SHOWN, keep="\t\n"))  # noqa: T201 - what a command line program is for
