"""The YAML files that a user gives, with what Prowler would pass over in silence: it logs its errors and goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from prowler_cis_monitoring.file_errors import UnreadableFileError, as_text
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.near_names import near
from prowler_cis_monitoring.settings import KEY

MOST_OF_A_FILE: Final = 4 * 1024 * 1024
"""Of a configuration or a mutelist (bytes)."""
_PROVIDER = "aws"
# What else of a scan's files may be meant, by the key that tells it.
_KINDS = {
    "schema_version": "it holds what cis-monitoring wrote as JSON; --from takes a snapshot",
    "Mutelist": "it holds a mutelist, which --mutelist-file takes",
    "AWSTemplateFormatVersion": "it holds a template, which cis-monitoring lint takes",
    _PROVIDER: "it holds a configuration, which --config-file takes",
}


class UserFileError(ValueError):
    """A file holds something that cannot be meant; the message names option, file and place."""


def read_yaml(option: str, path: Path | str, content: bytes) -> Any:  # noqa: ANN401 - whatever the file holds
    """Return what a file holds.

    Raises:
        UserFileError: it is no YAML, or a key stands twice; the message names the line.
    """
    try:
        text = as_text(content, path)
        found = yaml.compose(text, yaml.SafeLoader)
        twice = next(_keys_twice(found), None)
        if twice is None:
            return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        raise UserFileError(f"{option} {path}: no valid YAML: {_told(error)}") from None
    except UnreadableFileError as error:
        raise UserFileError(f"{option} {error}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise UserFileError(f"{option} {path}: no valid YAML: {harmless(' '.join(str(error).split()))}") from None
    key, first, second = twice
    raise UserFileError(
        f"{option} {path}, line {second}: the key {harmless(key)} stands in line {first} already; YAML takes the last "
        "and forgets the others: keep one"
    )


def _told(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    problem = harmless(" ".join((error.problem or "").split()))
    if "\\t" in (error.problem or ""):
        return f"{where}a tab; YAML is indented with blanks"
    return f"{where}{problem}"


def _keys_twice(node: yaml.Node | None) -> Iterator[tuple[str, int, int]]:
    """Yield the keys that stand twice in one mapping, each with the lines of both."""
    waiting, seen = [node], set()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, yaml.SequenceNode):
            waiting += one.value
        elif isinstance(one, yaml.MappingNode):
            lines: dict[str, int] = {}
            for key, value in one.value:
                line = key.start_mark.line + 1
                if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                    if key.value in lines:
                        yield key.value, lines[key.value], line
                    lines[key.value] = line
                waiting.append(value)


def other_kind(content: object, key: str) -> str | None:
    """Return what a file holds, as a clause, that has another key than the one of its own kind; None if not known."""
    known = content if isinstance(content, Mapping) else {}
    return next((told for one, told in _KINDS.items() if one != key and one in known), None)


def check_section(what: str, content: Any) -> None:  # noqa: ANN401 - whatever the file holds
    """Refuse a configuration file whose section for this package Prowler would not find.

    Args:
        what: option and file, for the message.
        content: what the file holds.

    Raises:
        UserFileError: it stands elsewhere than below `aws`, or is spelt otherwise; or the file is one of another kind.
    """
    if content is None:
        return
    if kind := other_kind(content, _PROVIDER):
        raise UserFileError(f"{what}: no configuration: {kind}")
    if not isinstance(content, Mapping):
        raise UserFileError(f"{what}: keys with values are expected, as in Prowler's configuration file")
    for place, keys in (("", content), *((str(name), below) for name, below in content.items())):
        if not isinstance(keys, Mapping):
            continue
        for key in keys:
            right = place == _PROVIDER or (not place and _is_flat(content))
            if (key == KEY and right) or not _is_meant(key):
                continue
            stands = f"{place}.{harmless(str(key))}" if place else harmless(str(key))
            raise UserFileError(
                f"{what}: {stands} is read by nobody; write {_PROVIDER}: and below it, indented, {KEY}:"
            )


def _is_flat(content: Mapping[Any, Any]) -> bool:
    """Whether Prowler takes a file for one of its old form, which is about AWS alone: no key has keys below it."""
    return not any(isinstance(value, Mapping) for value in content.values())


def _is_meant(key: object) -> bool:
    return isinstance(key, str) and near(key, [KEY]) == [KEY]
