"""`cis-monitoring explain`: decides, offline, whether patterns catch all that a control asks for."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from prowler_cis_monitoring.benchmarks import controls_by_number
from prowler_cis_monitoring.controls import CONTROLS, Control
from prowler_cis_monitoring.filter_pattern import (
    EVERYDAY_EVENTS,
    Coverage,
    FilterPattern,
    FilterPatternError,
    coverage,
    parse,
)
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.near_names import NotKnownError, controls_named

INVALID_INPUT = 2
_MOST_SHOWN = 1_000_000
_EXIT_STATUS = {"covered": 0, "gap": 1, "unknown": 3}
_HEADLINES = {
    "covered": "Covered: every event that {control} asks for is matched.",
    "gap": "Gap: {control} asks for events that no pattern matches.",
    "unknown": "Unknown: whether every event that {control} asks for is matched cannot be decided.",
}


class _InvalidInputError(ValueError):
    """A pattern could not be read; the message shows where."""


@dataclass(frozen=True)
class _Explanation:
    control: Control
    patterns: tuple[FilterPattern, ...]
    coverage: Coverage
    everyday: tuple[str, ...]


def control_list() -> str:
    """Return the controls with their required patterns, for the help."""
    lines = ["controls and the events that they require:"]
    for control in CONTROLS.values():
        lines += [f"  {control.slug}", f"      {control.required_pattern}"]
    return "\n".join(lines)


def explain(slug: str, texts: Sequence[str], *, as_json: bool) -> int:
    """Print whether the patterns `texts` together cover the control `slug`.

    Returns:
        0 when covered, 1 for a gap, 2 for an unknown control or an invalid pattern (on stderr, with a caret under the
        column), 3 when it cannot be decided.
    """
    try:
        named = controls_named([slug], controls_by_number())
    except NotKnownError as error:
        _complain(str(error))
        return INVALID_INPUT
    if len(named) != 1:
        _complain(f"{slug}: one control is expected; it names {', '.join(named) or 'none'}")
        return INVALID_INPUT
    control = CONTROLS[named[0]]
    try:
        patterns = tuple(_parsed(number, text) for number, text in enumerate(texts, start=1))
    except _InvalidInputError as error:
        _complain(str(error))
        return INVALID_INPUT
    explanation = _explanation(control, patterns)
    _say(json.dumps(_as_json(explanation), indent=2) if as_json else _as_text(explanation))
    return _EXIT_STATUS[explanation.coverage.verdict]


def _parsed(number: int, text: str) -> FilterPattern:
    try:
        return parse(text)
    except FilterPatternError as error:
        quoted = "\nQuote the pattern: '{ … }'" if text.strip() == "{" else ""
        raise _InvalidInputError(
            f"pattern {number} is invalid: {error}\n{_caret(text, error.position)}{quoted}"
        ) from None


def _explanation(control: Control, patterns: tuple[FilterPattern, ...]) -> _Explanation:
    return _Explanation(
        control=control,
        patterns=patterns,
        coverage=coverage(parse(control.required_pattern), patterns),
        everyday=tuple(
            event.name for event in EVERYDAY_EVENTS if any(pattern.matches(event.record) for pattern in patterns)
        ),
    )


def _as_json(explanation: _Explanation) -> dict[str, Any]:
    decided = explanation.coverage
    return {
        "control": explanation.control.slug,
        "required_pattern": explanation.control.required_pattern,
        "patterns": [str(pattern) for pattern in explanation.patterns],
        "verdict": decided.verdict,
        "reason": decided.reason,
        "differences": list(decided.differences),
        "missed_event": decided.missed_event,
        "everyday_events": list(explanation.everyday),
    }


def _as_text(explanation: _Explanation) -> str:
    decided, control = explanation.coverage, explanation.control
    lines = [_HEADLINES[decided.verdict].format(control=control.slug), f"It requires {control.required_pattern}"]
    lines += [f"  {difference}" for difference in decided.differences]
    if decided.verdict == "unknown":
        lines.append(f"  {decided.reason}")
    if decided.missed_event is not None:
        lines += ["An event that would be missed:", json.dumps(decided.missed_event, indent=2)]
    if explanation.everyday:
        lines.append("Also matches everyday events, so an alarm on it is always on:")
        lines += [f"  {name}" for name in explanation.everyday]
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
