"""Reads YAML and JSON into values that know their line; bounded in size, depth and number, whatever the file holds.

Duplicate keys are taken as AWS takes them: the last one counts. The short forms of CloudFormation's functions become
the long ones. The pages of the CloudFormation User Guide on template formats say what is allowed.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import field, replace
from json.decoder import scanstring  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any

import yaml

from prowler_cis_monitoring import file_errors
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.templates.values import Position, Scalar, TemplateError, Value

MOST_BYTES = 64 * 1024 * 1024
MOST_BYTES_OF_A_TEMPLATE = 8 * 1024 * 1024
MOST_VALUES = 400_000
DEEPEST = 100
_LONGEST_NUMBER = 300
_WITHOUT_PREFIX = ("Ref", "Condition")
_MERGE = "<<"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?")
# YAML 1.1, "Boolean language-independent type"; the single letters are no truth values to any parser in use.
_TRUE = frozenset(["true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"])
_FALSE = frozenset(["false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"])
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_JSON_BLANKS = re.compile(r"[ \t\n\r]*")
_JSON_PLAIN = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def read_text(path: Path, most: int = MOST_BYTES) -> str:
    """Return the text of a file.

    Raises:
        TemplateError: it cannot be read, is no UTF-8, or has more than `most` bytes.
    """
    try:
        return file_errors.read_text(path, most)
    except file_errors.UnreadableFileError as error:
        raise TemplateError(error.problem, Position(str(path))) from None


def read_value(content: str, file: str) -> Value:
    """Return what a JSON or YAML text holds.

    Raises:
        TemplateError: it is neither, or nested or multiplied beyond all templates.
    """
    return _Json(content, file).document() if content.lstrip()[:1] == "{" else _Yaml(content, file).document()


def plain_json(content: str, file: str) -> Any:  # noqa: ANN401 - JSON values
    """Return the values of a JSON text without their places: for files that a program wrote and nobody edits."""
    try:
        return json.loads(content)
    except RecursionError:
        raise TemplateError("nested too deeply", Position(file)) from None
    except json.JSONDecodeError as error:
        raise TemplateError(f"no JSON: {error.msg}", Position(file, error.lineno, error.colno)) from None
    except ValueError as error:
        raise TemplateError(f"no JSON: {error}", Position(file)) from None


class _Json:
    """A JSON text, read from left to right."""

    def __init__(self, content: str, file: str) -> None:
        self.content, self.file, self.values = content, file, 0
        self.starts = [0, *(found.end() for found in re.finditer("\n", content))]
        self.line = 0

    def document(self) -> Value:
        value, end = self._value(self._blanks(0), 1)
        if self._blanks(end) != len(self.content):
            raise self._error("something follows the end", end)
        return value

    def _at(self, index: int) -> Position:
        while self.line + 1 < len(self.starts) and self.starts[self.line + 1] <= index:
            self.line += 1
        while self.starts[self.line] > index:
            self.line -= 1
        return Position(self.file, self.line + 1, index - self.starts[self.line] + 1)

    def _error(self, message: str, index: int) -> TemplateError:
        return TemplateError(f"no JSON: {message}", self._at(index))

    def _blanks(self, index: int) -> int:
        found = _JSON_BLANKS.match(self.content, index)
        return found.end() if found else index

    def _value(self, index: int, depth: int) -> tuple[Value, int]:
        at, first = self._at(index), self.content[index : index + 1]
        self.values += 1
        _bound(depth, self.values, at)
        if first == "{":
            return self._members(index + 1, depth, at)
        if first == "[":
            return self._elements(index + 1, depth, at)
        if first == '"':
            string, end = self._string(index)
            return Value(string, at), end
        found = _JSON_PLAIN.match(self.content, index)
        if found is None:
            raise self._error("a value is expected", index)
        return Value(_json_scalar(found[0], at), at), found.end()

    def _string(self, index: int) -> tuple[str, int]:
        try:
            string, end = scanstring(self.content, index + 1, True)  # noqa: FBT003 - the C function takes no keywords
        except json.JSONDecodeError as error:
            raise self._error(error.msg, error.pos) from None
        return string, end

    def _members(self, index: int, depth: int, at: Position) -> tuple[Value, int]:
        found: dict[str, Value] = {}
        index = self._blanks(index)
        while self.content[index : index + 1] != "}":
            if found:
                index = self._separated(index, ",")
            if self.content[index : index + 1] != '"':
                raise self._error("a key in quotation marks is expected", index)
            key, index = self._string(index)
            index = self._separated(self._blanks(index), ":")
            value, index = self._value(index, depth + 1)
            found.pop(key, None)
            found[key] = value
            index = self._blanks(index)
        return Value(found, at), index + 1

    def _elements(self, index: int, depth: int, at: Position) -> tuple[Value, int]:
        found: list[Value] = []
        index = self._blanks(index)
        while self.content[index : index + 1] != "]":
            if found:
                index = self._separated(index, ",")
            value, index = self._value(index, depth + 1)
            found.append(value)
            index = self._blanks(index)
        return Value(tuple(found), at), index + 1

    def _separated(self, index: int, separator: str) -> int:
        if self.content[index : index + 1] != separator:
            raise self._error(f"{separator!r} is expected", index)
        return self._blanks(index + 1)


def _json_scalar(word: str, at: Position) -> Scalar:
    if word in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[word]
    return _number(word, at)


def _number(word: str, at: Position) -> int | float:
    if len(word) > _LONGEST_NUMBER:
        raise TemplateError(f"a number of {len(word)} digits", at)
    found = int(word) if _INT.fullmatch(word) else float(word)
    if found in (math.inf, -math.inf):
        raise TemplateError("a number beyond all bounds", at)
    return found


def _bound(depth: int, values: int, at: Position) -> None:
    if depth > DEEPEST:
        raise TemplateError(f"nested deeper than {DEEPEST} levels", at)
    if values > MOST_VALUES:
        raise TemplateError(f"more than {MOST_VALUES:,} values", at)


@dataclass
class _Open:
    """A list or mapping that is being read."""

    at: Position
    tag: str | None
    anchor: str | None
    keys: bool
    items: list[Value] = field(default_factory=list)


class _Yaml:
    """A YAML text, read event by event."""

    def __init__(self, content: str, file: str) -> None:
        self.content, self.file = content, file
        self.anchors: dict[str, Value] = {}
        # How many values an anchor stands for when every alias is written out.
        self.weights: dict[str, int] = {}
        self.values = 0

    def document(self) -> Value:
        found: Value | None = None
        for event in self._events():
            if isinstance(event, yaml.DocumentStartEvent):
                if found is not None:
                    raise TemplateError("a second document follows", self._at(event))
                found = Value({}, self._at(event))
                continue
            value = self._take(event)
            if value is not None:
                found = value
        return Value({}, Position(self.file)) if found is None else found

    def _events(self) -> Iterator[yaml.Event]:
        self.open: list[_Open] = []
        try:
            yield from yaml.parse(self.content, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            at = Position(self.file, mark.line + 1, mark.column + 1) if mark else Position(self.file)
            raise TemplateError(f"no YAML: {self._problem(error)}", at) from None
        except yaml.YAMLError as error:
            raise TemplateError(f"no YAML: {' '.join(str(error).split())[:200]}", Position(self.file)) from None

    def _problem(self, error: yaml.MarkedYAMLError) -> str:
        mark = error.problem_mark
        lines = self.content.splitlines() if mark is not None else []
        if mark is not None and mark.line < len(lines) and lines[mark.line][mark.column : mark.column + 1] == "\t":
            return "a tab stands where YAML wants blanks"
        return str(error.problem or error.context)

    def _at(self, event: yaml.Event) -> Position:
        return Position(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _take(self, event: yaml.Event) -> Value | None:
        """Take one event; return the document when it is complete."""
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self.open.append(_Open(self._at(event), event.tag, event.anchor, isinstance(event, yaml.MappingStartEvent)))
            self.values += 1
            _bound(len(self.open), self.values, self._at(event))
            return None
        if isinstance(event, yaml.ScalarEvent):
            self.values += 1
            _bound(len(self.open), self.values, self._at(event))
            return self._done(_long_form(event.tag, _scalar(event, self._at(event))), event.anchor)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise TemplateError(f"alias {event.anchor} stands for nothing, or for itself", self._at(event))
            # A template may say a thing twice; a bomb says it a million times.
            self.values += self.weights[event.anchor]
            _bound(len(self.open), self.values, self._at(event))
            return self._done(self.anchors[event.anchor], None)
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            closed = self.open.pop()
            made = _mapping(closed) if closed.keys else Value(tuple(closed.items), closed.at)
            return self._done(_long_form(closed.tag, made), closed.anchor)
        return None

    def _done(self, value: Value, anchor: str | None) -> Value | None:
        if anchor is not None:
            self.anchors[anchor] = value
            self.weights[anchor] = _weight(value)
        if not self.open:
            return value
        self.open[-1].items.append(value)
        return None


def _weight(value: Value) -> int:
    waiting, count = [value], 0
    while waiting:
        inner = waiting.pop().data
        count += 1
        if isinstance(inner, tuple):
            waiting += inner
        elif isinstance(inner, dict):
            waiting += inner.values()
        if count > MOST_VALUES:
            break
    return count


def _mapping(closed: _Open) -> Value:
    found: dict[str, Value] = {}
    merged: dict[str, Value] = {}
    pairs = zip(closed.items[::2], closed.items[1::2], strict=True)
    for key, value in pairs:
        if isinstance(key.data, tuple | dict):
            raise TemplateError("a key that is no text", key.at)
        name = _key(key)
        if name == _MERGE:
            for other in value.items:
                merged = {**(other.data if isinstance(other.data, dict) else {}), **merged}
        else:
            found.pop(name, None)
            found[name] = _at_its_key(key, value)
    return Value({**merged, **found}, closed.at)


def _at_its_key(key: Value, value: Value) -> Value:
    """A block begins where its key stands, as an object does in JSON."""
    is_block = isinstance(value.data, tuple | dict) and value.at.line > key.at.line
    return replace(value, at=key.at) if is_block else value


def _key(key: Value) -> str:
    if isinstance(key.data, bool):
        return "true" if key.data else "false"
    return "null" if key.data is None else str(key.data)


def _scalar(event: yaml.ScalarEvent, at: Position) -> Value:
    written: str = event.value
    if not event.implicit[0] or event.tag is not None:
        return Value(written, at)
    if written in _NULL:
        return Value(None, at)
    if written in _TRUE or written in _FALSE:
        return Value(written in _TRUE, at)
    # A number with a leading zero is an account id, and a date is a version: texts, both.
    if _INT.fullmatch(written) or _FLOAT.fullmatch(written):
        account = written[:1] == "0" and written.isdigit() and len(written) > 1
        return Value(written if account else _number(written, at), at)
    return Value(written, at)


def _long_form(tag: str | None, value: Value) -> Value:
    """Write `!Ref x` as `{"Ref": x}` and `!GetAtt a.b` as `{"Fn::GetAtt": ["a", "b"]}`."""
    if tag is None or not tag.startswith("!") or tag == "!":
        return value
    name = tag[1:]
    if name == "GetAtt" and isinstance(value.data, str):
        parts = value.data.split(".", 1)
        value = Value(tuple(Value(part, value.at) for part in parts), value.at)
    return Value({name if name in _WITHOUT_PREFIX else f"Fn::{name}": value}, value.at)
