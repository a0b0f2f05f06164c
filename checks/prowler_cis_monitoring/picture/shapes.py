"""The elements of a map in SVG: boxes, lines and marks, with their state in colour, shape and word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from html import escape
from typing import Final

from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.picture.drawing import EVENT, PERSON, Answer, Box, Fault, Standing
from prowler_cis_monitoring.picture.layout import Layout, Route
from prowler_cis_monitoring.picture.lettering import begun, label, named, width
from prowler_cis_monitoring.records import dataclass

NAME, SMALL = 11.5, 10.5
MARK: Final = 17.0
SIGNS: Final = {Standing.HOLDS: "\N{CHECK MARK}", Standing.UNSEEN: "?", Standing.BROKEN: "\N{MULTIPLICATION X}"}
CLASSES: Final = {Standing.HOLDS: "h", Standing.UNSEEN: "u", Standing.BROKEN: "b"}
COLORS_LIGHT: Final = (
    "--ink:#1b2430;--soft:#56616f;--page:#fff;--box:#f6f8fa;--h:#1a7048;--hf:#eef8f2;--u:#855600;--uf:#fff6df;"
    "--b:#b3261e;--bf:#fdeeec;--way:#4b7d66"
)
COLORS_DARK: Final = (
    "--ink:#e8edf3;--soft:#a4b0bf;--page:#12171e;--box:#1b222c;--h:#5fce98;--hf:#14281f;--u:#f0b84a;--uf:#2e2613;"
    "--b:#ff8a80;--bf:#341a19;--way:#62a98a"
)
RULES: Final = """\
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--ink)}
.n{font-size:11.5px}.s{font-size:10.5px;fill:var(--soft)}.c{font-size:11.5px;font-weight:600;fill:var(--soft)}
.o{stroke-width:1.3;fill:var(--box);stroke:var(--soft)}.a{fill:none;stroke-width:1.3}
.h>.o{stroke:var(--h);fill:var(--hf)}.h>.a{stroke:var(--h)}.h>.s{fill:var(--h)}
.u>.o{stroke:var(--u);fill:var(--uf);stroke-dasharray:5 3;stroke-width:1.8}.u>.a{stroke:var(--u)}.u>.s{fill:var(--u)}
.b>.o{stroke:var(--b);fill:var(--bf);stroke-width:2.4}.b>.a{stroke:var(--b)}.b>.s{fill:var(--b)}
.w{fill:none;stroke:var(--way);stroke-width:1.5}
.w.u{stroke:var(--u);stroke-dasharray:6 4}
.w.b{stroke:var(--b);stroke-dasharray:1.5 5;stroke-linecap:round;opacity:.75}
.m>rect{fill:var(--b)}.m.u>rect{fill:var(--u)}.m>text{font-size:10.5px;font-weight:700;fill:var(--page)}
"""

_LEAD = 13.5
_MOST_LINES = 3
_INSET = 7.0
_CORNER = 9.0
# How far a mark reaches over the side of its box, and how wide the gap is that a broken line leaves behind it.
_OVER, _BREAK = 5.0, 5.0
_OUTER = 3.5


@dataclass(frozen=True)
class Rectangle:
    """A place for a box, in user units of SVG."""

    left: float
    top: float
    wide: float
    high: float

    def grown(self, by: float) -> Rectangle:
        """Return it larger on every side."""
        return Rectangle(self.left - by, self.top - by, self.wide + 2 * by, self.high + 2 * by)


@dataclass(frozen=True)
class Pen:
    """Draws the boxes and lines of one layout.

    Attributes:
        layout: what is drawn.
        chosen: whether boxes can be chosen, as on a page with a script.
    """

    layout: Layout
    chosen: bool = False

    def elements(self) -> list[str]:
        """Return the map: names of the columns, lines, and boxes upon them."""
        top = self.layout.measures.margin + 11
        boxes = self.layout.drawing.boxes
        return [
            *(f'<text class="c" x="{left:g}" y="{top:g}">{name}</text>' for name, left in self.layout.columns),
            *filter(None, map(self._line, self.layout.routes)),
            *(self._box(place, box) for place, box in enumerate(boxes)),
        ]

    def _line(self, route: Route) -> str:
        line, standing = route.line, route.line.standing
        marked = mark_width(self.layout.drawing.boxes[line.source])
        if marked and line.target is None:
            return ""  # the mark says that it ends here
        (x, y), *rest = route.points
        if marked and standing is not Standing.HOLDS:
            x += marked + _BREAK - _OVER
        drawn = f"M{x:g} {y:g}" + (f"h{self.layout.measures.gap / 2:g}" if line.target is None else "")
        for to_x, to_y in rest:
            # Relative numbers are shorter, and most of a large map is these.
            across, down = to_x - x, round(to_y - y, 1)
            drawn += f"c{across / 2:g} 0 {across / 2:g} {down:g} {across:g} {down:g}" if down else f"h{across:g}"
            x, y = to_x, to_y
        place = self._places
        carried = {kind: [place[control] for control, one in line.carried.items() if one is kind] for kind in Standing}
        told = "".join(f' data-{CLASSES[kind]}="{_listed(found)}"' for kind, found in carried.items() if found)
        target = "" if line.target is None else f' data-to="{line.target}"'
        return f'<path class="w {CLASSES[standing]}" data-from="{line.source}"{target}{told} d="{drawn}"/>'

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {answer.control: place for place, answer in enumerate(self.layout.drawing.answers)}

    def _box(self, place: int, box: Box) -> str:
        measures = self.layout.measures
        at = Rectangle(*self.layout.places[place], measures.box_width, measures.box_height)
        answer = self.layout.drawing.answers[self._places[box.controls[0]]]
        full, word = box_words(box, answer)
        # Of a metric the namespace, mostly the same, stands in the full name only.
        short = box.name.rpartition("/")[2] or box.name if box.kind == "metric" else box.name
        lines = label(short, at.wide - 2 * _INSET + 2, NAME, _MOST_LINES)
        first = at.top + (at.high - _LEAD * (len(lines) + 1)) / 2 + 10
        # Where a box can be chosen its name comes from what stands in it, title first.
        role = f' aria-label="{text(full)}"'
        if self.chosen:
            concerned = _listed(self._places[control] for control in box.controls)
            role = f' data-c="{concerned}"'
        x = at.left + _INSET
        return "".join(
            [
                f'<g class="{CLASSES[box.standing]}" data-box="{place}"{role}>',
                f"<title>{text(full)}</title>",
                f'<path class="a" d="{outline(box, at.grown(_OUTER))}"/>' if box.alone else "",
                f'<path class="o" d="{outline(box, at)}"/>',
                *(
                    f'<text class="n" x="{x:g}" y="{first + row * _LEAD:g}">{text(line)}</text>'
                    for row, line in enumerate(lines)
                ),
                f'<text class="s" x="{x:g}" y="{first + len(lines) * _LEAD:g}">{text(word)}</text>',
                _mark(box, at),
                "</g>",
            ]
        )


def _listed(places: Iterable[int]) -> str:
    return " ".join(map(str, places))


def _mark(box: Box, at: Rectangle) -> str:
    wide = mark_width(box)
    if not wide:
        return ""
    return mark(box.standing, mark_text(box), Rectangle(at.left + at.wide - _OVER, at.top + at.high / 2, wide, MARK))


def mark(standing: Standing, number: str, at: Rectangle) -> str:
    """Return the mark of a fault; `at.top` is its middle."""
    kind = " u" if standing is Standing.UNSEEN else ""
    return (
        f'<g class="m{kind}"><rect x="{at.left:g}" y="{at.top - at.high / 2:g}" width="{at.wide:g}" '
        f'height="{at.high:g}" rx="{at.high / 2:g}"/><text x="{at.left + at.wide / 2:g}" y="{at.top + 3.8:g}" '
        f'text-anchor="middle">{number}</text></g>'
    )


def mark_text(box: Box) -> str:
    """Return the numbers of a box's faults: the first, and a plus for more."""
    return f"{box.faults[0].number}{'+' if len(box.faults) > 1 else ''}"


def mark_width(box: Box) -> float:
    """Return how wide the mark is that stands on a box's right side; 0 for none."""
    return max(MARK, width(mark_text(box), SMALL) * 1.15 + 8) if box.faults else 0.0


def box_words(box: Box, answer: Answer) -> tuple[str, str]:
    """Return what a box is called in full, and the word that stands in it.

    Args:
        box: the box.
        answer: what was decided of its first control.
    """
    sign, told = SIGNS[box.standing], box.standing.value
    if box.kind == EVENT:
        status = f"{answer.status}{' muted' if answer.muted else ''}"
        return f"event {named(box.name)}: {status}", f"{sign} {status}"
    aside = f", {box.aside}" if box.aside else ""
    alone = f", {_number_of(box)} on it alone" if box.alone else ""
    full = f"{box.kind} {named(box.name)}{aside}: {told}{alone}"
    if box.shared:
        concerned = {control for fault in box.faults for control in fault.controls}
        return full, f"{sign} {told}: {len(concerned)}/{len(box.controls)}"
    if box.alone and box.standing is Standing.HOLDS:
        return full, f"{sign} {_number_of(box)} on it"
    return full, f"{sign} {told}"


def _number_of(box: Box) -> str:
    return "1 hangs" if len(box.alone) == 1 else f"{len(box.alone)} hang"


def described(box: Box, fault: Fault) -> str:
    """Return the sentence of a fault with the box that it is about, whose whole name stands at the box."""
    told = harmless(fault.sentence, 1200)
    return told if box.kind == EVENT else f"{box.kind} {begun(box.name)}: {told}"


def outline(box: Box, at: Rectangle, cut: float = _CORNER) -> str:
    """Return the shape that says how a box stands: rounded, square, or with its corners cut off.

    Args:
        box: the box.
        at: where it stands.
        cut: how much of a corner is missing.
    """
    left, top, wide, high = at.left, at.top, at.wide, at.high
    if box.standing is Standing.UNSEEN:
        return f"M{left:g} {top:g}h{wide:g}v{high:g}h{-wide:g}z"
    across, down = wide - 2 * cut, high - 2 * cut
    if box.standing is Standing.BROKEN:
        return (
            f"M{left + cut:g} {top:g}h{across:g}l{cut:g} {cut:g}v{down:g}l{-cut:g} {cut:g}"
            f"h{-across:g}l{-cut:g} {-cut:g}v{-down:g}z"
        )
    bend = high / 2 if box.kind == PERSON else cut
    across, down = wide - 2 * bend, high - 2 * bend
    return (
        f"M{left + bend:g} {top:g}h{across:g}q{bend:g} 0 {bend:g} {bend:g}v{down:g}q0 {bend:g} {-bend:g} {bend:g}"
        f"h{-across:g}q{-bend:g} 0 {-bend:g} {-bend:g}v{-down:g}q0 {-bend:g} {bend:g} {-bend:g}z"
    )


def text(said: str) -> str:
    """Return text for XML."""
    return escape(said, quote=True)
