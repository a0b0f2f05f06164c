"""The JSON form of a snapshot: written without secrets, read without trust.

A snapshot is one JSON document; a file of several accounts holds one a line (`.jsonl`). docs/snapshot.md describes the
members, `schema` gives their JSON Schema.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator

from prowler_cis_monitoring.alert_path.resources import AccountResources, Alarms, Alternatives, Resource, Scope, Unread
from prowler_cis_monitoring.file_errors import (
    UnreadableFileError,
    as_text,
    opened,
    read_text,
    refusal,
)
from prowler_cis_monitoring.foreign_text import harmless, shown
from prowler_cis_monitoring.settings import without_secrets
from prowler_cis_monitoring.snapshot.unfinished import opened_beside, unfinished

VERSION = 1
LINES = ".jsonl"
MOST_OF_A_SNAPSHOT = 256 * 1024 * 1024
"""Of one account (bytes)."""
MOST_OBJECTS = 500_000
"""Lists and objects of one account (count): in memory they take many times their place in a file."""
MOST_MEMBERS = 20_000
"""Of one object (count): of each that is wrong an error is made."""
MOST_MEMBERS_IN_ALL = 2_000_000
"""Of all objects of one account (count)."""
_LARGEST_NUMBER = 400
_MOST_SHOWN = 80
_WEB = ("http", "https")


class SnapshotError(ValueError):
    """A file that is no snapshot, or none that this release reads; the message names file, line, place and way out."""


class _ScopedAlarms(Resource):
    """The alarms of one account and Region: JSON has no keys but texts."""

    scope: Scope
    alarms: Alarms | Unread


class _SavedResources(AccountResources):
    """`AccountResources` as JSON holds it; the account's id stands in commands and records that are made of it."""

    account: str = Field(pattern="^[0-9]{12}$")
    partition: str = Field("aws", pattern="^aws[a-z-]{0,20}$")
    alarms: tuple[_ScopedAlarms, ...] = ()  # type: ignore[assignment]

    @field_validator("alarms")
    @classmethod
    def _each_scope_once(cls, pairs: tuple[_ScopedAlarms, ...]) -> tuple[_ScopedAlarms, ...]:
        seen = set()
        for scope in (pair.scope for pair in pairs):
            if scope in seen:
                raise ValueError(f"the scope {scope.account} {scope.region} stands there twice")
            seen.add(scope)
        return pairs

    @classmethod
    def of(cls, resources: AccountResources) -> _SavedResources:
        fields = {name: getattr(resources, name) for name in AccountResources.model_fields}
        pairs = tuple(_ScopedAlarms(scope=scope, alarms=alarms) for scope, alarms in resources.alarms.items())
        return cls(**{**fields, "alarms": pairs})

    def restored(self) -> AccountResources:
        fields = {name: getattr(self, name) for name in AccountResources.model_fields}
        alarms = {pair.scope: pair.alarms for pair in self.alarms}
        return AccountResources(**{**fields, "alarms": alarms})


class Snapshot(Resource):
    """What was read of one account, and what it was judged with.

    Attributes:
        resources: what lies on its alert paths, those parts included that other accounts own.
        alternatives: what else may tell somebody; None when nobody looked, as when every control is PASS.
        settings: what stood under `aws: cis_monitoring:` in the configuration file, without the external id.
        default_region: the Region of a finding when no trail delivers to a log group.
        profile: the profile that it was read with, None for none.
        organization: what Prowler says of the account's place in an organisation, None when that was not read.
        identity: who read it and in which Regions, as the HTML report says.
        redacted: whether pseudonyms stand in place of names.
        made_by: the release that wrote it.
    """

    resources: AccountResources
    alternatives: Alternatives | None = None
    settings: Mapping[str, Any] = Field(default_factory=dict)
    default_region: str = "us-east-1"
    profile: str | None = None
    organization: Mapping[str, Any] | None = None
    identity: Mapping[str, Any] | None = None
    redacted: bool = False
    made_by: str = Field(default_factory=lambda: f"prowler-cis-monitoring {version('prowler-cis-monitoring')}")

    @property
    def account(self) -> str:
        """The id of the account."""
        return self.resources.account

    def named(self, path: Path, version: str | None = None) -> tuple[str, ...]:
        """Return the arguments that name the account, saved in `path`, for `cis-monitoring fix`.

        And the version of the benchmark, where one is judged by that the saved settings need not name.
        None of a redacted one: what mends an account cannot be found where pseudonyms stand for its names.
        """
        if self.redacted:
            return ()
        holds_several = path.suffix == LINES or path.is_dir()
        return (
            *("--from", str(path)),
            *(("--account", self.account) if holds_several else ()),
            *(("--benchmark", version) if version else ()),
        )


class _Document(Snapshot):
    """A snapshot as JSON holds it."""

    schema_version: Literal[1]
    resources: _SavedResources


@cache
def schema() -> Mapping[str, Any]:
    """Return the JSON Schema of a snapshot."""
    described: dict[str, Any] = _with_words(_Document.model_json_schema())
    return {
        **described,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Snapshot of an account, version {VERSION}",
    }


def _with_words(described: Any) -> Any:  # noqa: ANN401 - JSON values
    """Let a schema take, for numbers that JSON does not know, the words that are written for them."""
    if isinstance(described, list):
        return [_with_words(inner) for inner in described]
    if not isinstance(described, dict):
        return described
    if described.get("type") == "number":
        rest = {key: value for key, value in described.items() if key != "type"}
        return {**rest, "anyOf": [{"type": "number"}, {"enum": ["inf", "-inf", "nan"]}]}
    return {key: _with_words(inner) for key, inner in described.items()}


def dump(snapshot: Snapshot | AccountResources) -> dict[str, Any]:
    """Return a snapshot as JSON values; no external id and no more of a web endpoint than its host is in them.

    Members of resources that have the default value, which the schema names, are left out.
    """
    if isinstance(snapshot, AccountResources):
        snapshot = Snapshot(resources=snapshot)
    saved = _SavedResources.of(snapshot.resources).model_dump(exclude_defaults=True)
    alternatives = snapshot.alternatives and snapshot.alternatives.model_dump(exclude_defaults=True)
    for topics in (saved.get("topics", {}), (alternatives or {}).get("topics", {})):
        for topic in topics.values():
            _forget_tokens(topic)
    document = {
        "schema_version": VERSION,
        "made_by": snapshot.made_by,
        "default_region": snapshot.default_region,
        "profile": snapshot.profile,
        "organization": snapshot.organization,
        "identity": snapshot.identity,
        **({"redacted": True} if snapshot.redacted else {}),
        "settings": without_secrets(snapshot.settings),
        "resources": saved,
        "alternatives": alternatives,
    }
    values: dict[str, Any] = _json_value(document)
    return values


def _forget_tokens(topic: Mapping[str, Any] | None) -> None:
    subscriptions = (topic or {}).get("subscriptions")
    for subscription in subscriptions if isinstance(subscriptions, tuple) else ():
        if subscription["protocol"] in _WEB and "endpoint" in subscription:
            subscription["endpoint"] = _host_only(subscription["endpoint"])


def _host_only(endpoint: str) -> str:
    """Leave out of a web address what may be a password: user, path and query."""
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}/" if parts.hostname else ""


def _json_value(value: Any) -> Any:  # noqa: ANN401 - what a model holds, in and out
    """Write times, and numbers that JSON does not know, as texts that are read as the same value again."""
    if isinstance(value, dict):
        return {key: _json_value(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json_value(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def load(path: str | os.PathLike[str]) -> AccountResources:
    """Read the one account of a snapshot.

    Raises:
        SnapshotError: the file cannot be read, is no snapshot, or holds several accounts.
    """
    snapshots = list(read_snapshots(path))
    if len(snapshots) != 1:
        raise SnapshotError(f"{path}: holds {len(snapshots)} accounts where one is expected")
    return snapshots[0].resources


# As a path has it, which has no two slashes.
_OF_A_STATE = {"format", "scan"}
# A path has lost the second slash.
_ADDRESS = re.compile(r"(s3|https?):/+(.*)", re.ASCII)


def read_snapshots(path: str | os.PathLike[str]) -> Iterator[Snapshot]:
    """Read the accounts of a file, or of the snapshots in a folder by their names, one after the other.

    Raises:
        SnapshotError: something cannot be read or is no snapshot.
    """
    path = Path(path)
    if path.is_dir():
        files = _snapshots_in(path)
        if not files:
            raise SnapshotError(f"{path}: holds no snapshot; `cis-monitoring scan --save FILE` writes one")
        for file in files:
            yield from read_snapshots(file)
        return
    try:
        if path.suffix == LINES:
            with opened(path) as lines:
                yield from _by_line(lines, path)
        else:
            yield _parsed(read_text(path, MOST_OF_A_SNAPSHOT), str(path))
    except UnreadableFileError as error:
        if written := _ADDRESS.match(str(path)):
            raise SnapshotError(
                f"{written[1]}://{written[2]}: a local file is expected: fetch it first, and name that"
            ) from None
        raise SnapshotError(str(error)) from None


def _by_line(lines: BinaryIO, path: Path) -> Iterator[Snapshot]:
    for number in count(1):
        line = lines.readline(MOST_OF_A_SNAPSHOT + 1)
        if not line:
            return
        where = f"{path}, line {number}"
        if len(line) > MOST_OF_A_SNAPSHOT:
            raise SnapshotError(f"{where}: larger than {MOST_OF_A_SNAPSHOT // 1024**2} MB, so no snapshot")
        if line.strip():
            yield _parsed(as_text(line, where), where)


def _snapshots_in(folder: Path) -> list[Path]:
    try:
        named = [file for file in folder.iterdir() if file.suffix in (".json", LINES) and file.is_file()]
    except OSError as error:
        raise SnapshotError(str(UnreadableFileError.of(folder, error))) from None
    return sorted(file for file in named if _begins_like_one(file))


def _begins_like_one(file: Path) -> bool:
    try:
        with opened(file) as begun:
            return b'"schema_version"' in begun.read(64)
    except UnreadableFileError as error:
        raise SnapshotError(str(error)) from None


def _parsed(text: str, where: str) -> Snapshot:
    if text.count("{") + text.count("[") > MOST_OBJECTS:
        raise SnapshotError(f"{where}: more than {MOST_OBJECTS:,} lists and objects, which no account has")
    try:
        document = json.loads(text, object_pairs_hook=_Members(), parse_int=_number)
    except RecursionError:
        raise SnapshotError(f"{where}: nested too deeply to be a snapshot") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise SnapshotError(
            f"{where}: no snapshot, for it is no JSON ({place}); `cis-monitoring scan --save FILE` writes one"
        ) from None
    except ValueError as error:
        raise SnapshotError(f"{where}: {error}") from None
    if not isinstance(document, dict) or "schema_version" not in document:
        if isinstance(document, dict) and document.keys() >= _OF_A_STATE:
            raise SnapshotError(f"{where}: no snapshot but the state of a scan, which cis-monitoring merge takes")
        raise SnapshotError(f"{where}: no snapshot (it has no schema_version); `cis-monitoring scan --save` writes one")
    if document["schema_version"] != VERSION:
        found, maker = document["schema_version"], document.get("made_by", "an unknown release")
        raise SnapshotError(
            f"{where}: schema_version is {harmless(repr(found), _MOST_SHOWN)}, written by "
            f"{harmless(str(maker), _MOST_SHOWN)}; this release reads {VERSION}: use that release"
        )
    try:
        saved = _Document.model_validate(document)
    except ValidationError as error:
        raise SnapshotError(f"{where}: {_complaint(error)}") from None
    members = {name: getattr(saved, name) for name in Snapshot.model_fields}
    return Snapshot(**{**members, "resources": saved.resources.restored()})


class _Members:
    """Takes the members of one document, each once and no more than an account has."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self.count += len(pairs)
        if len(pairs) > MOST_MEMBERS or self.count > MOST_MEMBERS_IN_ALL:
            raise ValueError("more members than an account has")
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
            raise ValueError(f"the member {shown(twice)} stands twice in one object")
        return found


def _number(digits: str) -> int:
    if len(digits) > _LARGEST_NUMBER:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _complaint(error: ValidationError) -> str:
    """Say what is wrong; where a member may be of several types, by the one that has the least against it."""
    by_choice: dict[tuple[object, ...], list[Any]] = {}
    for problem in error.errors(include_url=False):
        by_choice.setdefault(tuple(part for part in problem["loc"] if _names_a_choice(part)), []).append(problem)
    problem = min(by_choice.values(), key=lambda found: (len(found), -len(found[0]["loc"])))[0]
    place = "$"
    for part in problem["loc"]:
        if isinstance(part, int):
            place += f"[{part}]"
        elif not _names_a_choice(part):
            place += f".{part}"
    if problem["type"] == "extra_forbidden":
        return f"{place}: no such member in version {VERSION}"
    return f"{place}: {problem['msg'][:1].lower()}{problem['msg'][1:]}"


def _names_a_choice(part: int | str) -> bool:
    """Whether a step is pydantic's name of the type that it tried, and no member of the document."""
    return isinstance(part, str) and (part[:1].isupper() or part in ("str", "none") or "[" in part)


def write_snapshots(path: str | os.PathLike[str], snapshots: Iterable[Snapshot | Mapping[str, Any]]) -> None:
    """Write snapshots: one document, or with the suffix `.jsonl` one a line.

    What `dump` gave may be given as well. The file is written beside its place under another name, readable by its
    owner alone, and then renamed.

    Raises:
        SnapshotError: the file cannot be written, or several accounts were given for one document.
    """
    path = Path(path)
    beside = unfinished(path)
    try:
        descriptor = opened_beside(path)
    except OSError as error:
        raise SnapshotError(refusal(error, path)) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(_texts(path, snapshots))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise SnapshotError(refusal(error, path)) from None
    finally:
        beside.unlink(missing_ok=True)


def _texts(path: Path, snapshots: Iterable[Snapshot | Mapping[str, Any]]) -> Iterator[str]:
    lines = path.suffix == LINES
    for number, snapshot in enumerate(snapshots):
        if number and not lines:
            raise SnapshotError(f"{path}: several accounts are written one a line: name the file *{LINES}")
        document = dump(snapshot) if isinstance(snapshot, Snapshot) else snapshot
        yield json.dumps(document, separators=(",", ":"), allow_nan=False) + "\n"
