"""The compliance frameworks of this package as Prowler's writers want them, without loading all others."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prowler.lib.check.compliance_models import ComplianceFramework

_PREFIX, _SUFFIX = "cis_monitoring_", "_aws"
_CROSSWALK = {"crosswalk": "monitoring_crosswalk_aws"}
_UNIVERSAL = "prowler_cis_monitoring_compliance.universal"


def framework_names() -> tuple[str, ...]:
    """Return the names that `framework_of` understands."""
    versions = (path.stem.removeprefix(_PREFIX).removesuffix(_SUFFIX) for path in _folder().glob(f"{_PREFIX}*.json"))
    return (*sorted(versions), *_CROSSWALK)


def framework_of(name: str) -> str:
    """Return Prowler's name of a framework: `7.0`, `cis_monitoring_7.0_aws` and `crosswalk` are understood.

    Raises:
        KeyError: this package has no such framework.
    """
    for candidate in (_CROSSWALK.get(name), f"{_PREFIX}{name}{_SUFFIX}", name):
        if candidate and (_folder() / f"{candidate}.json").is_file():
            return candidate
    raise KeyError(name)


def is_benchmark(name: str) -> bool:
    """Whether a framework, by Prowler's name, is a version of the benchmark: each control is one requirement of it."""
    return name.startswith(_PREFIX)


def load_frameworks(names: Iterable[str]) -> dict[str, ComplianceFramework]:
    """Load frameworks by Prowler's names."""
    from prowler.lib.check.compliance_models import load_compliance_framework_universal  # noqa: PLC0415 - only here

    return {name: load_compliance_framework_universal(str(_folder() / f"{name}.json")) for name in names}


def load_plain(name: str) -> dict[str, Any]:
    """Return the content of a framework's file, by Prowler's name: as much as JSON values tell, without Prowler."""
    content: dict[str, Any] = json.loads((_folder() / f"{name}.json").read_text(encoding="utf-8"))
    return content


def numbers_in(content: Mapping[str, Any]) -> dict[str, str]:
    """Return `requirement_numbers` of a framework that `load_plain` gave."""
    return {check: one["id"] for one in content["requirements"] for check in one["checks"].get("aws", ())}


def requirement_numbers(framework: ComplianceFramework) -> dict[str, str]:
    """Return the requirement's id by check id, of a framework in which a check decides one requirement."""
    return {
        check_id: requirement.id
        for requirement in framework.requirements
        for check_id in requirement.checks.get("aws", ())
    }


def compliance_of(check_ids: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """Return, by check, what Prowler writes in a finding's `compliance`: requirement ids by framework and version.

    Reads the frameworks of all installed packages, as Prowler does; its own name none of our checks.
    """
    found: dict[str, dict[str, list[str]]] = {check_id: {} for check_id in check_ids}
    for framework in _installed_frameworks():
        label = "-".join(filter(None, (framework["Framework"], framework.get("Version"))))
        for requirement in framework["Requirements"]:
            for check_id in found.keys() & set(requirement["Checks"]):
                found[check_id].setdefault(label, []).append(requirement["Id"])
    return found


def _installed_frameworks() -> Iterable[Mapping[str, Any]]:
    seen = set()
    for entry_point in entry_points(group="prowler.compliance"):
        if entry_point.name != "aws":
            continue
        folder = Path(entry_point.load().__path__[0])
        # In the order in which Prowler sees them, which decides the order within a cell.
        for name in os.listdir(folder):  # noqa: PTH208 - likewise
            if name.endswith(".json") and name not in seen:
                seen.add(name)
                framework = json.loads((folder / name).read_text(encoding="utf-8"))
                if framework["Provider"].upper() == "AWS":
                    yield framework


def _folder() -> Path:
    return Path(import_module(_UNIVERSAL).__path__[0])
