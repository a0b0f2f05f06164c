"""The versions of the benchmark that this package ships, as JSON values: no Prowler."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from prowler_cis_monitoring.controls import CONTROLS

NEWEST = "7.0"
_PREFIX, _SUFFIX = "cis_monitoring_", "_aws"
_CROSSWALK = {"crosswalk": "monitoring_crosswalk_aws"}
# As people and Prowler write a version: v7, CIS 7.0, cis_7.0_aws.
_WRITTEN = re.compile(r"(?:cis(?:_monitoring)?[ _-]?)?v?(\d+(?:\.\d+)*)(?:_aws)?", re.ASCII)
_UNIVERSAL = "prowler_cis_monitoring_compliance.universal"


def framework_names() -> tuple[str, ...]:
    """Return the names that `framework_of` understands."""
    versions = (path.stem.removeprefix(_PREFIX).removesuffix(_SUFFIX) for path in folder().glob(f"{_PREFIX}*.json"))
    return (*sorted(versions), *_CROSSWALK)


def framework_of(name: str) -> str:
    """Return Prowler's name of a framework: `7.0`, `7`, `v7`, `cis_monitoring_7.0_aws` and `crosswalk` are understood.

    Raises:
        KeyError: this package has no such framework, or several that may be meant.
    """
    wanted = name.strip().lower()
    known = {path.stem for path in folder().glob("*.json")}
    for candidate in (_CROSSWALK.get(wanted), f"{_PREFIX}{wanted}{_SUFFIX}", wanted):
        if candidate in known:
            return candidate
    written = _WRITTEN.fullmatch(wanted)
    versions = [one for one in framework_names() if written and f"{one}.".startswith(f"{written[1]}.")]
    if len(versions) == 1:
        return f"{_PREFIX}{versions[0]}{_SUFFIX}"
    raise KeyError(name)


def version_of(name: str) -> str:
    """Return the version of the benchmark, of a framework's name that is one of it."""
    return name.removeprefix(_PREFIX).removesuffix(_SUFFIX)


def is_benchmark(name: str) -> bool:
    """Whether a framework, by Prowler's name, is a version of the benchmark: each control is one requirement of it."""
    return name.startswith(_PREFIX)


def load_plain(name: str) -> dict[str, Any]:
    """Return the content of a framework's file, by Prowler's name: as much as JSON values tell, without Prowler."""
    content: dict[str, Any] = json.loads((folder() / f"{name}.json").read_text(encoding="utf-8"))
    return content


def numbers_in(content: Mapping[str, Any]) -> dict[str, str]:
    """Return `requirement_numbers` of a framework that `load_plain` gave."""
    return {check: one["id"] for one in content["requirements"] for check in one["checks"].get("aws", ())}


def is_older(version: str, other: str) -> bool:
    """Whether a version of the benchmark came before another one."""
    return _parts(version) < _parts(other)


def newest(versions: Iterable[str]) -> str | None:
    """Return the newest of some versions of the benchmark, None of none."""
    return max(versions, key=_parts, default=None)


def _parts(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


class Numbered(dict[str, str]):
    """The slugs of the controls by their number in one version of the benchmark, in its order."""

    def __init__(self, version: str, slugs: Iterable[tuple[str, str]]) -> None:
        """Take number and slug of each control of `version`."""
        super().__init__(slugs)
        self.version = version

    def instead_of(self, number: str) -> str:
        """Return what there is instead of a number that is none of this version's, as a sentence."""
        told = f"version {self.version} of the benchmark has no such control; there are {next(iter(self))} to "
        told += list(self)[-1]
        elsewhere: dict[str, list[str]] = {}
        for version in filter(is_benchmark, map(framework_of, framework_names())):
            if slug := controls_by_number(version_of(version)).get(number):
                elsewhere.setdefault(slug, []).append(version_of(version))
        here = {slug: one for one, slug in self.items()}
        for slug, versions in elsewhere.items():
            now = f", which is {here[slug]} in {self.version}" if slug in here else ""
            told += f"; in {', '.join(versions)} it is {slug}{now}"
        return told


def controls_by_number(version: str = NEWEST) -> Numbered:
    """Return the slugs of the controls by their number in a version of the benchmark, in its order."""
    slugs = {control.check_id: slug for slug, control in CONTROLS.items()}
    numbers = numbers_in(load_plain(f"{_PREFIX}{version}{_SUFFIX}"))
    ordered = sorted(numbers.items(), key=lambda one: _parts(one[1]))
    return Numbered(version, ((number, slugs[check]) for check, number in ordered if check in slugs))


def folder() -> Path:
    """Return where the frameworks' files lie."""
    return Path(import_module(_UNIVERSAL).__path__[0])
