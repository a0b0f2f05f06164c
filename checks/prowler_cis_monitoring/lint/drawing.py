"""The paths of the controls that the files are about, drawn as they will be once deployed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prowler_cis_monitoring.decision import evidence_of
from prowler_cis_monitoring.lint.findings import told
from prowler_cis_monitoring.lint.judging import State
from prowler_cis_monitoring.lint.outcome import Outcome
from prowler_cis_monitoring.picture import Answer, Drawing, drawing_of, mermaid, page, svg

_STATUSES = {State.HOLDS: "PASS", State.BROKEN: "FAIL", State.DEPENDS: "MANUAL"}


def _drawing(outcome: Outcome) -> Drawing:
    """Return the paths of the controls that the files are about, as they will be once deployed."""
    answers = [
        Answer(
            one.control.slug,
            _STATUSES[one.state],
            told(one.verdict.sentence, one.declared),
            evidence_of(one.control, one.verdict, None),
        )
        for one in outcome.report.judged
        if one.state in _STATUSES
    ]
    return drawing_of("As it will be once deployed", answers)


DRAWN: Mapping[str, Callable[[Outcome], str]] = {
    "map": lambda outcome: page(_drawing(outcome)),
    "svg": lambda outcome: svg(_drawing(outcome)),
    "mermaid": lambda outcome: mermaid(_drawing(outcome)),
}
