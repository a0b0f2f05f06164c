"""Where everything stands: columns from left to right, each sorted so that few lines cross, then spread.

The columns are known, so of the method of Sugiyama, Tagawa and Toda ("Methods for visual understanding of hierarchical
system structures", 1981) the later steps are left: a line over several columns gets a place in each, boxes are sorted
by a mean, and places are the nearest to those means that keep order and distance. The mean is that of the events whose
paths pass through a box, so that a control keeps its row; among equals that of the neighbours.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from prowler_cis_monitoring.picture.drawing import COLUMNS, PERSON, Drawing, Line
from prowler_cis_monitoring.records import dataclass

_SWEEPS = 6


@dataclass(frozen=True)
class Measures:
    """Lengths of a drawing, in user units of SVG.

    Attributes:
        box_width: of every box.
        box_height: likewise.
        gap: between two columns.
        distance: between two boxes of a column.
        lane: height of the place where a line passes a column.
        top: room for the columns' names.
        margin: around everything.
    """

    box_width: float = 108
    box_height: float = 62
    gap: float = 34
    distance: float = 12
    lane: float = 8
    top: float = 34
    margin: float = 12


@dataclass(frozen=True)
class Route:
    """The places through which a line passes, from the right side of its source to the left side of its target."""

    line: Line
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Layout:
    """A drawing with places.

    Attributes:
        drawing: what is shown.
        measures: the lengths.
        columns: the columns that hold a box, each with the place of its left side.
        places: per box the place of its upper left corner.
        routes: per line the way it takes; a line without target ends in the gap.
        width: of the whole.
        height: likewise.
    """

    drawing: Drawing
    measures: Measures
    columns: tuple[tuple[str, float], ...]
    places: tuple[tuple[float, float], ...]
    routes: tuple[Route, ...]
    width: float
    height: float


@dataclass
class _Node:
    """A box, or the place where a line passes a column; `row` is the mean of the events that come through."""

    column: int
    height: float
    row: float
    neighbours: list[_Node]
    at: float = 0.0


def laid_out(drawing: Drawing, measures: Measures | None = None) -> Layout:
    """Give everything its place."""
    lengths = measures or Measures()
    held = {box.column for box in drawing.boxes}
    names = [name for name in COLUMNS if name in held]
    number = {name: place for place, name in enumerate(names)}
    rows = {answer.control: float(place) for place, answer in enumerate(drawing.answers)}
    boxes = [
        _Node(number[box.column], lengths.box_height, _mean([rows[c] for c in box.controls]), [])
        for box in drawing.boxes
    ]
    columns: list[list[_Node]] = [[] for _ in names]
    for node in boxes:
        columns[node.column].append(node)
    chains = [_chain(line, boxes, columns, rows, lengths) for line in drawing.lines]
    _sort(columns)
    for column in columns:
        _settle(column, lengths.box_height + lengths.distance, lengths.distance)
    pitch = lengths.box_width + lengths.gap
    lefts = [lengths.margin + place * pitch for place in range(len(names))]
    highest = min((node.at - node.height / 2 for column in columns for node in column), default=0.0)
    down = lengths.top + lengths.margin - highest
    lowest = max((node.at + node.height / 2 for column in columns for node in column), default=0.0)
    # A path that ends in its last column needs room to say so.
    behind = lengths.gap if names and names[-1] != PERSON else 0.0
    return Layout(
        drawing,
        lengths,
        tuple(zip(names, lefts, strict=True)),
        tuple((lefts[node.column], round(node.at - node.height / 2 + down, 1)) for node in boxes),
        tuple(
            Route(line, tuple(_points(chain, lefts, down, lengths)))
            for line, chain in zip(drawing.lines, chains, strict=True)
        ),
        len(names) * pitch - lengths.gap + behind + 2 * lengths.margin,
        round(lowest + down + lengths.margin, 1),
    )


def _chain(
    line: Line, boxes: Sequence[_Node], columns: list[list[_Node]], rows: Mapping[str, float], lengths: Measures
) -> list[_Node]:
    """Return the nodes that a line joins, with a new one in every column that it passes."""
    source = boxes[line.source]
    if line.target is None:
        return [source]
    target = boxes[line.target]
    row = _mean([rows[control] for control in line.carried])
    passed = [_Node(column, lengths.lane, row, []) for column in range(source.column + 1, target.column)]
    for node in passed:
        columns[node.column].append(node)
    chain = [source, *passed, target]
    for one, other in pairwise(chain):
        one.neighbours.append(other)
        other.neighbours.append(one)
    return chain


def _sort(columns: Sequence[list[_Node]]) -> None:
    for column in columns:
        column.sort(key=lambda node: node.row)
        _number(column)
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 else reversed(columns):
            column.sort(key=lambda node: (node.row, _mean([other.at for other in node.neighbours] or [node.at])))
            _number(column)


def _number(column: Sequence[_Node]) -> None:
    # In parts of the whole: a column of one box and one of fifty have the same middle.
    for place, node in enumerate(column):
        node.at = (place + 0.5) / len(column)


def _mean(numbers: Collection[float]) -> float:
    return sum(numbers) / len(numbers)


def _settle(column: Sequence[_Node], pitch: float, distance: float) -> None:
    """Place nodes as near as possible to their rows, in order and apart: isotonic regression by least squares.

    Args:
        column: the nodes in order.
        pitch: from the middle of a row to that of the next.
        distance: between two nodes.
    """
    offsets, offset = [], 0.0
    for before, node in zip([None, *column], column, strict=False):
        offset += 0.0 if before is None else (before.height + node.height) / 2 + distance
        offsets.append(offset)
    blocks: list[tuple[float, int]] = []
    for node, start in zip(column, offsets, strict=True):
        total, count = node.row * pitch - start, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / count:
            before_total, before_count = blocks.pop()
            total, count = total + before_total, count + before_count
        blocks.append((total, count))
    means = [total / count for total, count in blocks for _ in range(count)]
    for node, mean, start in zip(column, means, offsets, strict=True):
        node.at = mean + start


def _points(
    chain: Sequence[_Node], lefts: Sequence[float], down: float, lengths: Measures
) -> list[tuple[float, float]]:
    points = []
    for place, node in enumerate(chain):
        left, height = lefts[node.column], round(node.at + down, 1)
        if place > 0:
            points.append((left, height))
        if place < len(chain) - 1 or len(chain) == 1:
            points.append((left + lengths.box_width, height))
    return points
