"""The compliance frameworks of this package as Prowler's writers want them, without loading all others."""

from __future__ import annotations

import importlib.metadata
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.benchmarks import folder

if TYPE_CHECKING:
    from prowler.lib.check.compliance_models import ComplianceFramework


def load_frameworks(names: Iterable[str]) -> dict[str, ComplianceFramework]:
    """Load frameworks by Prowler's names."""
    from prowler.lib.check.compliance_models import load_compliance_framework_universal  # noqa: PLC0415 - only here

    return {name: load_compliance_framework_universal(str(folder() / f"{name}.json")) for name in names}


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
    for entry_point in importlib.metadata.entry_points(group="prowler.compliance"):
        if entry_point.name != "aws":
            continue
        packed = Path(entry_point.load().__path__[0])
        # In the order in which Prowler sees them, which decides the order within a cell.
        for name in os.listdir(packed):  # noqa: PTH208 - likewise
            if name.endswith(".json") and name not in seen:
                seen.add(name)
                framework = json.loads((packed / name).read_text(encoding="utf-8"))
                if framework["Provider"].upper() == "AWS":
                    yield framework
