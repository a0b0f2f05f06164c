"""A drawing as Mermaid, which wikis and pull requests show."""

from __future__ import annotations

import re
from typing import Final

from prowler_cis_monitoring.picture.drawing import EVENT, PERSON, Box, Drawing, Line, Standing
from prowler_cis_monitoring.picture.lettering import named
from prowler_cis_monitoring.picture.shapes import CLASSES, box_words, described

_PLAIN: Final = re.compile(r"[A-Za-z0-9 .,:/_-]")
_MOST_OF_A_NAME = 60
# Opening and closing signs of a node: rounded, rectangle, hexagon; an event and a person like a stadium.
_SHAPES: Final = {Standing.HOLDS: ("(", ")"), Standing.UNSEEN: ("[", "]"), Standing.BROKEN: ("{{", "}}")}
_STADIUM: Final = ("([", "])")
_ARROWS: Final = {Standing.HOLDS: "-->", Standing.UNSEEN: "-.->", Standing.BROKEN: "-.-x"}
_STYLES: Final = (
    "classDef h fill:#eef8f2,stroke:#1a7048,color:#1b2430",
    "classDef u fill:#fff6df,stroke:#855600,color:#1b2430,stroke-dasharray:5 3",
    "classDef b fill:#fdeeec,stroke:#b3261e,color:#1b2430,stroke-width:3px",
    "classDef n fill:none,stroke:none,color:#b3261e",
)


def mermaid(drawing: Drawing) -> str:
    """Return a drawing as the text of a flow chart, from left to right."""
    answers = {answer.control: answer for answer in drawing.answers}
    lines = [f"%% {_comment(named(drawing.title))}", "flowchart LR"]
    for place, box in enumerate(drawing.boxes):
        _, word = box_words(box, answers[box.controls[0]])
        lines.append(f"  {_node(place, box, word)}")
    ends = 0
    for line in drawing.lines:
        if line.target is None:
            lines.append(f'  e{ends}[" "]:::n')
            lines.append(f"  b{line.source} {_arrow(drawing, line)} e{ends}")
            ends += 1
        else:
            lines.append(f"  b{line.source} {_arrow(drawing, line)} b{line.target}")
    lines += [f"  {style}" for style in _STYLES]
    lines += [f"  %% {fault.number}: {_comment(described(box, fault))}" for box, fault in drawing.faults]
    return "\n".join(lines) + "\n"


def _node(place: int, box: Box, word: str) -> str:
    opening, closing = _STADIUM if box.kind in (EVENT, PERSON) else _SHAPES[box.standing]
    kind = "" if box.kind == EVENT else f"{box.kind}<br/>"
    numbers = "".join(f" #35;{fault.number}" for fault in box.faults)
    said = f"{kind}{quoted(named(box.name), _MOST_OF_A_NAME)}<br/>{quoted(word)}{numbers}"
    return f'b{place}{opening}"{said}"{closing}:::{CLASSES[box.standing]}'


def _arrow(drawing: Drawing, line: Line) -> str:
    arrow = _ARROWS[line.standing]
    box = drawing.boxes[line.source]
    if line.standing is Standing.HOLDS or not box.faults:
        return arrow
    told = "; ".join(fault.sentence for fault in box.faults)
    return f'{arrow}|"{quoted(told, 160)}"|'


def quoted(said: str, most: int = 200) -> str:
    """Return text for a quoted label: every sign that Mermaid, Markdown or HTML could take for its own is a number.

    Args:
        said: harmless text.
        most: how many characters are shown at most (count).
    """
    short = said if len(said) <= most else f"{said[: most - 1]}\N{HORIZONTAL ELLIPSIS}"
    return "".join(sign if _PLAIN.fullmatch(sign) else f"#{ord(sign)};" for sign in short)


def _comment(said: str) -> str:
    # Braces and backticks would end a comment or a block of code for some readers.
    return re.sub(r"[{}`<>]", " ", said)
