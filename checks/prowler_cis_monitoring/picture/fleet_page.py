"""Many accounts as one HTML file: causes, a matrix of accounts and controls, and the shapes of their paths."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from prowler_cis_monitoring.picture.document import asset, document
from prowler_cis_monitoring.picture.drawing import Standing
from prowler_cis_monitoring.picture.fleet import Cause, Fleet, Shape, Step, rule_in_words
from prowler_cis_monitoring.picture.lettering import begun, named
from prowler_cis_monitoring.picture.shapes import SIGNS, text

_MOST_CAUSES: Final = 50
_MOST_SHAPES: Final = 300
_MOST_TOLD: Final = 3
_STANDINGS: Final = {"PASS": Standing.HOLDS, "MANUAL": Standing.UNSEEN, "FAIL": Standing.BROKEN}
_LETTERS: Final = {"PASS": "h", "MANUAL": "u", "FAIL": "b"}


def fleet_page(fleet: Fleet) -> str:
    """Return the page of many accounts."""
    counted = fleet.shapes()
    shapes, matrix = list(counted), fleet.matrix(counted)
    causes = fleet.causes()[:_MOST_CAUSES]
    statuses = Counter(shapes[number].status for row in matrix for number in row if number >= 0)
    told = ", ".join(f"<b>{statuses[status]:,}</b> {status}" for status in _LETTERS if statuses[status])
    title = f"{len(fleet.rows):,} accounts"
    rules: dict[str, int] = {}
    data = {
        "controls": [control.replace("_", " ") for control in fleet.controls],
        "shapes": [
            [_LETTERS[shape.status], *(rules.setdefault(rule, len(rules)) for rule in shape.faults[:_MOST_TOLD])]
            for shape in shapes
        ],
        "rules": list(map(rule_in_words, rules)),
        "rows": [
            [row.account, begun(row.name) if row.name else "", numbers]
            for row, numbers in zip(fleet.rows, matrix, strict=True)
        ],
        "causes": [list(cause.accounts) for cause in causes],
    }
    content = _safe(json.dumps(data, separators=(",", ":")))
    body = [
        f"<header><h1>Would anybody be told?</h1><p>{title}: {told or 'no control'}</p></header><main>",
        *_causes(causes),
        *_matrix(fleet),
        *_shapes(counted),
        "</main><footer>Made by cis-monitoring from the evidence of its findings.</footer>",
        f'<script type="application/json" id="data">{content}</script>',
    ]
    return document(f"Alert paths of {title}", body, asset("fleet.css"), asset("fleet.js"))


def _safe(data: str) -> str:
    # What stands in a script element ends at the first "</script", whatever it is.
    return data.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _causes(causes: Sequence[Cause]) -> Iterator[str]:
    if not causes:
        return
    yield '<section aria-labelledby="causes"><h2 id="causes">Causes</h2><ol class="causes">'
    for place, cause in enumerate(causes):
        sign = SIGNS[_STANDINGS[cause.status]]
        yield (
            f'<li class="{_LETTERS[cause.status]}"><span class="sign">{sign} {cause.status}</span><span>'
            f'{text(str(cause))}</span><button type="button" data-cause="{place}">Show accounts</button></li>'
        )
    yield "</ol></section>"


def _matrix(fleet: Fleet) -> Iterator[str]:
    heads = "".join(
        f'<th scope="col" aria-sort="none"><button type="button" data-sort="{place}">'
        f"{text(control.replace('_', ' '))}</button></th>"
        for place, control in enumerate(fleet.controls)
    )
    yield (
        '<section aria-labelledby="matrix"><h2 id="matrix">Accounts and controls</h2>'
        '<div class="tools"><label>Search <input type="search" id="search" placeholder="account or name"></label>'
        '<button type="button" id="all" hidden>Show all accounts</button><span id="count" role="status"></span></div>'
        '<div class="scroll" role="region" aria-label="Table of accounts" tabindex="0"><table><thead><tr>'
        '<th scope="col" aria-sort="ascending"><button type="button" data-sort="account">account</button></th>'
        '<th scope="col" aria-sort="none"><button type="button" data-sort="lost">not PASS</button></th>'
        f"{heads}</tr></thead><tbody></tbody></table></div>"
        '<div class="tools"><button type="button" id="back">Back</button><button type="button" id="on">On</button>'
        '<span id="page" role="status"></span></div>'
        '<div id="account" role="status" class="say"><p>Choose an account to see its paths.</p></div>'
        "<noscript><p>The matrix needs a script; causes and shapes do not.</p></noscript></section>"
    )


def _shapes(counted: Mapping[Shape, Sequence[int]]) -> Iterator[str]:
    yield '<section aria-labelledby="shapes"><h2 id="shapes">Shapes of paths</h2><ol class="shapes">'
    for shape, accounts in list(counted.items())[:_MOST_SHAPES]:
        number = len(accounts)
        sign = SIGNS[_STANDINGS[shape.status]]
        yield (
            f'<li class="{_LETTERS[shape.status]}"><span class="sign">{sign} {shape.status}</span>'
            f'<span class="number">{number:,} {"account" if number == 1 else "accounts"}</span>'
            f"<span>{'<br>'.join(_chain(path) for path in shape.paths) or 'no path'}</span></li>"
        )
    yield "</ol>"
    if len(counted) > _MOST_SHAPES:
        yield f"<p>and {len(counted) - _MOST_SHAPES:,} more.</p>"
    yield "</section>"


def _chain(path: Sequence[Step]) -> str:
    links = []
    for step in path:
        name = f" <b>{text(named(step.arn.rpartition(':')[2]))}</b>" if step.arn else ""
        rules = ", ".join(step.rules)
        fault = f' <span class="fault">\N{MULTIPLICATION X} {text(rules)}</span>' if rules else ""
        links.append(f"{step.kind}{name}{fault}")
    return " \N{RIGHTWARDS ARROW} ".join(links)
