"""A drawing as one HTML file: the controls as a list, the map beside it, and what each of them is about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.picture.document import asset, document
from prowler_cis_monitoring.picture.drawing import Answer, Drawing, Standing, Step, steps_of
from prowler_cis_monitoring.picture.layout import laid_out
from prowler_cis_monitoring.picture.lettering import begun
from prowler_cis_monitoring.picture.shapes import CLASSES, RULES, SIGNS, Pen, described, text
from prowler_cis_monitoring.picture.svg import in_words, key

_MOST_PATHS: Final = 3
_MOST_OF_AN_EVENT: Final = 6000
_INVITATION: Final = (
    "Choose a control to see its path, or a box to see which controls hang on it. Arrow keys move between boxes, "
    "Escape shows all again."
)
_FOOT: Final = (
    "Made by cis-monitoring from the evidence of its findings. What is not seen is no guess: nobody could look there."
)
_STATUSES: Final = ("PASS", "FAIL", "MANUAL")


def page(drawing: Drawing) -> str:
    """Return the page of an account's alert paths."""
    answers = drawing.answers
    counts = ", ".join(
        f"<b>{number}</b> {status}"
        for status in _STATUSES
        if (number := sum(answer.status == status for answer in answers))
    )
    body = [
        "<header><h1>Would anybody be told?</h1>",
        f"<p>{text(harmless(drawing.title))}: {counts or 'no control'}</p></header>",
        "<main>",
        '<section class="controls" aria-labelledby="controls"><h2 id="controls">Controls</h2><ul>',
        *(_control(place, answer, drawing) for place, answer in enumerate(answers)),
        "</ul></section>",
        '<section class="map" aria-labelledby="map"><h2 id="map">From event to person</h2>',
        f'<div class="say" role="status"><p>{_INVITATION}</p></div>',
        *_map(drawing),
        *_faults(drawing),
        "</section></main>",
        f"<footer>{_FOOT}</footer>",
    ]
    return document(f"Alert paths: {harmless(drawing.title)}", body, RULES + asset("page.css"), asset("page.js"))


def _map(drawing: Drawing) -> Iterator[str]:
    layout = laid_out(drawing)
    signs, bottom = key(layout.height, layout.measures.margin, layout.width)
    high = bottom + layout.measures.margin
    yield (
        '<div class="scroll" role="region" aria-label="Map" tabindex="0">'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {layout.width:g} {high:g}" role="group" '
        f'aria-label="{text(f"Alert paths. {in_words(drawing)}"[:600])}">'
    )
    yield from Pen(layout, chosen=True).elements()
    yield from signs
    yield "</svg></div>"


def _faults(drawing: Drawing) -> Iterator[str]:
    found = drawing.faults
    if not found:
        return
    place = {box.key: number for number, box in enumerate(drawing.boxes)}
    yield '<section class="faults" aria-labelledby="lost"><h2 id="lost">Where events are lost, or may be</h2><ol>'
    for box, fault in found:
        mend = f"<small>{text(fault.mend)}</small>" if fault.mend else ""
        yield (
            f'<li class="{CLASSES[fault.standing]}" data-at="{place[box.key]}"><b>{fault.number}</b>'
            f"<p>{text(described(box, fault))}{mend}</p></li>"
        )
    yield "</ol></section>"


def _control(place: int, answer: Answer, drawing: Drawing) -> str:
    muted = " muted" if answer.muted else ""
    kind = CLASSES[answer.standing]
    return "".join(
        [
            f'<li class="control" data-control="{place}"><details><summary><span class="v {kind}">',
            f'{SIGNS[answer.standing]} {answer.status}{muted}</span><span class="title">{text(answer.title)}</span>',
            f'</summary><div class="more"><p class="sentence">{text(harmless(answer.sentence, 1200))}</p>',
            *_paths(answer),
            *_missed(answer.evidence.get("missed_event")),
            *_mending(answer, drawing),
            "</div></details></li>",
        ]
    )


def _paths(answer: Answer) -> Iterator[str]:
    paths = answer.evidence.get("paths", ())
    for number, path in enumerate(paths[:_MOST_PATHS], start=1):
        which = f" {number} of {len(paths)}" if len(paths) > 1 else ""
        yield f'<h3>Path{which}</h3><ol class="path"><li>event <b>{text(answer.title)}</b></li>'
        worst = Standing.HOLDS
        for step in steps_of(path):
            yield _step(step, worst)
            worst = max(worst, step.standing, key=list(Standing).index)
        yield "</ol>"


def _step(step: Step, before: Standing) -> str:
    kind = CLASSES[step.standing] if step.faults else f"a{CLASSES[before]}"
    aside = f" <small>{text(step.aside)}</small>" if step.aside else ""
    word = f" <small>{SIGNS[step.standing]} {step.standing.value}</small>" if step.faults else ""
    why = "".join(f'<span class="why">{text(harmless(told["sentence"], 1200))}</span>' for told in step.faults)
    return f'<li class="{kind}">{step.kind} <b>{text(begun(step.name))}</b>{aside}{word}{why}</li>'


def _missed(event: dict[str, Any] | None) -> Iterator[str]:
    if event is None:
        return
    # ASCII only: what a record may hold is escaped, and nothing in it is shown but as data.
    shown = json.dumps(event, indent=1)
    if len(shown) > _MOST_OF_AN_EVENT:
        shown = f"{shown[:_MOST_OF_AN_EVENT]}\n\N{HORIZONTAL ELLIPSIS}"
    yield f'<h3>Missed event</h3><pre tabindex="0" role="region" aria-label="Missed event">{text(shown)}</pre>'


def _mending(answer: Answer, drawing: Drawing) -> Iterator[str]:
    if answer.mending:
        yield f"<h3>What mends it</h3>{''.join(f'<p>{text(step)}</p>' for step in answer.mending)}"
        return
    steps = dict.fromkeys(fault.mend for _, fault in drawing.faults if answer.control in fault.controls and fault.mend)
    if steps:
        yield f"<h3>What to do</h3>{''.join(f'<p>{text(step)}</p>' for step in steps)}"
