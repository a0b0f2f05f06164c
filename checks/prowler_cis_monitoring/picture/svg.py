"""A drawing as an SVG document: no script, nothing that is loaded from elsewhere."""

from __future__ import annotations

from typing import Final

from prowler_cis_monitoring.picture.drawing import Box, Drawing, Standing
from prowler_cis_monitoring.picture.layout import laid_out
from prowler_cis_monitoring.picture.lettering import label, width, wrapped
from prowler_cis_monitoring.picture.shapes import (
    CLASSES,
    COLORS_DARK,
    COLORS_LIGHT,
    MARK,
    NAME,
    RULES,
    SMALL,
    Pen,
    Rectangle,
    described,
    mark,
    outline,
    text,
)

_TITLE: Final = 17.0
_ROW: Final = 22.0
_LEAD: Final = 15.0
_NARROWEST: Final = 640.0
_SHEET: Final = f"""\
:root{{{COLORS_LIGHT}}}
@media(prefers-color-scheme:dark){{:root{{{COLORS_DARK}}}}}
.p{{fill:var(--page)}}.t{{font-size:17px;font-weight:600}}.f{{font-size:11.5px}}
{RULES}"""


def svg(drawing: Drawing) -> str:
    """Return a drawing as a document: with its title, the meaning of its signs, and where events are lost."""
    layout = laid_out(drawing)
    margin, head = layout.measures.margin, _TITLE + 14
    wide = max(layout.width, _NARROWEST)
    signs, key_bottom = key(layout.height + head, margin, wide)
    notes, bottom = _notes(drawing, key_bottom + 8, margin, wide)
    high = bottom + margin
    (title,) = label(drawing.title, wide - 2 * margin, _TITLE * 1.1, 1)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" height="{high:g}" '
        'role="img" aria-labelledby="map-title map-says">'
    )
    return "\n".join(
        [
            opening,
            f'<title id="map-title">{text(title)}</title>',
            f'<desc id="map-says">{text(in_words(drawing))}</desc>',
            f"<style>{_SHEET}</style>",
            f'<rect class="p" width="{wide:g}" height="{high:g}"/>',
            f'<text class="t" x="{margin:g}" y="{margin + _TITLE:g}">{text(title)}</text>',
            f'<g transform="translate(0 {head:g})">',
            *Pen(layout).elements(),
            "</g>",
            *signs,
            *notes,
            "</svg>\n",
        ]
    )


def in_words(drawing: Drawing) -> str:
    """Return how many controls have which verdict and where events are lost, for whoever cannot see the map."""
    statuses = [answer.status for answer in drawing.answers]
    counts = [f"{statuses.count(status)} {status}" for status in ("PASS", "FAIL", "MANUAL") if status in statuses]
    lost = "; ".join(f"{fault.number}: {described(box, fault)}" for box, fault in drawing.faults)
    return f"{', '.join(counts) or 'No control'}." + (f" Where events are lost, or may be: {lost}." if lost else "")


def key(top: float, margin: float, wide: float) -> tuple[list[str], float]:
    """Return the meaning of the signs, in as many rows as they need, and where it ends."""
    made, x, y = [], margin, top + _ROW / 2
    for sample, words in SIGNS_TOLD:
        long = 36 + width(words, SMALL) + 14
        if x > margin and x + long > wide - margin:
            x, y = margin, y + _ROW
        made.append(f'<g transform="translate({x:g} {y:g})">{sample}<text class="s" x="36" y="4">{words}</text></g>')
        x += long
    return made, y + _ROW / 2


def _sample(standing: Standing, *, alone: bool = False) -> str:
    box, at = Box("", "", (), "", standing, (), ()), Rectangle(0, -9, 30, 18)
    inner = at.grown(-3.5) if alone else at
    outer = f'<path class="a" d="{outline(box, at, 5)}"/>' if alone else ""
    return f'<g class="{CLASSES[standing]}">{outer}<path class="o" d="{outline(box, inner, 4)}"/></g>'


def _way(standing: Standing) -> str:
    return f'<path class="w {CLASSES[standing]}" d="M0 0h30"/>'


SIGNS_TOLD: Final = (
    (_sample(Standing.HOLDS), "\N{CHECK MARK} holds"),
    (_sample(Standing.UNSEEN), "? not seen: nobody could look"),
    (_sample(Standing.BROKEN), "\N{MULTIPLICATION X} broken: events are lost here"),
    (_sample(Standing.HOLDS, alone=True), "controls hang on it alone"),
    (_way(Standing.HOLDS), "events pass"),
    (_way(Standing.UNSEEN), "events may pass"),
    (_way(Standing.BROKEN), "no event comes here"),
)
"""What the signs of a map mean: a sample of each, 30 wide and 18 high around 0, and its words."""


def _notes(drawing: Drawing, top: float, margin: float, wide: float) -> tuple[list[str], float]:
    """Return where events are lost, as numbered sentences, and where they end."""
    made: list[str] = []
    for box, fault in drawing.faults:
        lines = wrapped(described(box, fault), wide - 2 * margin - 46, NAME)
        made.append(mark(fault.standing, str(fault.number), Rectangle(margin, top + MARK / 2, 30, MARK)))
        made += [
            f'<text class="f" x="{margin + 40:g}" y="{top + 12.5 + row * _LEAD:g}">{text(line)}</text>'
            for row, line in enumerate(lines)
        ]
        top += max(_ROW, _LEAD * len(lines) + 7)
    return made, top
