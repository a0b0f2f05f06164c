"""Where things stand in an SVG, read from its text alone: an independent look at what the writer drew."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from prowler_cis_monitoring.picture.lettering import width

SVG = "{http://www.w3.org/2000/svg}"
_SIZES = {"n": 11.5, "s": 10.5, "c": 11.5, "t": 17.0, "f": 11.5}
_TOKEN = re.compile(r"([A-Za-z])|(-?\d+(?:\.\d+)?)")
_MOVE = re.compile(r"translate\((-?[\d.]+) (-?[\d.]+)\)")


@dataclass(frozen=True)
class Area:
    kind: str
    told: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other, by=0.2):
        return (
            min(self.right, other.right) - max(self.left, other.left) > by
            and min(self.bottom, other.bottom) - max(self.top, other.top) > by
        )

    def holds(self, other, by=0.2):
        return (
            self.left - by <= other.left
            and other.right <= self.right + by
            and self.top - by <= other.top
            and other.bottom <= self.bottom + by
        )


@dataclass(frozen=True)
class Drawn:
    """What was read: boxes with their texts and marks, other texts, lines, and the whole."""

    boxes: list
    texts: list
    marks: list
    lines: list
    inside: list
    whole: Area


def read(text):
    root = ET.fromstring(text)
    drawn = Drawn([], [], [], [], [], Area("svg", "", *map(float, root.get("viewBox").split())))
    _walk(root, (0.0, 0.0), None, drawn)
    return drawn


def _walk(element, moved, box, drawn):
    found = _MOVE.match(element.get("transform", ""))
    x, y = (moved[0] + float(found[1]), moved[1] + float(found[2])) if found else moved
    tag, kinds = element.tag.removeprefix(SVG), element.get("class", "").split()
    if element.get("data-box") is not None:
        outline = element.findall(f"{SVG}path")[0]
        box = _moved("box", element.get("aria-label"), _bounds(outline.get("d")), x, y)
        drawn.boxes.append(box)
    elif tag == "path" and "w" in kinds and element.get("data-from") is not None:
        drawn.lines.append(element)
    elif kinds[:1] == ["m"]:
        mark = element.find(f"{SVG}rect")
        left, top = float(mark.get("x")), float(mark.get("y"))
        size = float(mark.get("width")), float(mark.get("height"))
        area = _moved("mark", element.find(f"{SVG}text").text, (left, top, left + size[0], top + size[1]), x, y)
        drawn.marks.append(area)
        assert width(area.told, 10.5) <= size[0]
        return
    elif tag == "text" and element.get("text-anchor") is None:
        size = _SIZES[kinds[0]]
        left, base = float(element.get("x")), float(element.get("y"))
        area = (left, base - 0.8 * size, left + width(element.text or "", size), base + 0.22 * size)
        found = _moved("text", element.text, area, x, y)
        drawn.texts.append(found)
        if box is not None:
            drawn.inside.append((box, found))
    for child in element:
        _walk(child, (x, y), box, drawn)


def _moved(kind, told, area, x, y):
    left, top, right, bottom = area
    return Area(kind, told, left + x, top + y, right + x, bottom + y)


def _bounds(path):
    """Return what the relative path of an outline reaches."""
    tokens = [letter or float(number) for letter, number in _TOKEN.findall(path)]
    x = y = 0.0
    points, at = [], 0
    while at < len(tokens):
        command = tokens[at]
        count = {"M": 2, "h": 1, "v": 1, "l": 2, "q": 4, "z": 0}[command]
        given = tokens[at + 1 : at + 1 + count]
        at += 1 + count
        if command == "M":
            x, y = given
        elif command == "h":
            x += given[0]
        elif command == "v":
            y += given[0]
        elif command in "lq":
            x, y = x + given[-2], y + given[-1]
        points.append((x, y))
    return min(p[0] for p in points), min(p[1] for p in points), max(p[0] for p in points), max(p[1] for p in points)


def faults(text):
    """Return what overlaps or sticks out, in words; empty when all is well."""
    drawn = read(text)
    told = [*_met(drawn.boxes), *_met(drawn.texts), *_met(drawn.marks)]
    told += [f"{area} sticks out" for area in (*drawn.boxes, *drawn.texts, *drawn.marks) if not drawn.whole.holds(area)]
    told += [f"{text} is not inside {box}" for box, text in drawn.inside if not box.holds(text)]
    outside = [text for text in drawn.texts if text not in {inside for _, inside in drawn.inside}]
    told += [f"{one} lies upon {two}" for one in outside for two in (*drawn.boxes, *drawn.marks) if one.meets(two)]
    told += [f"{one} lies upon {two}" for _, one in drawn.inside for two in drawn.marks if one.meets(two, 1)]
    return told


def _met(areas):
    """Return those that overlap: a sweep from the top, since drawings may have thousands."""
    open_areas = []
    for area in sorted(areas, key=lambda one: one.top):
        open_areas = [other for other in open_areas if other.bottom > area.top]
        yield from (f"{area} overlaps {other}" for other in open_areas if area.meets(other))
        open_areas.append(area)
