"""Findings as a SARIF log, version 2.1.0 (OASIS), as code-scanning takes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from prowler_cis_monitoring.alert_path.rules import RULES
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.foreign_text import harmless, without_surrogates
from prowler_cis_monitoring.lint.findings import Finding, Level
from prowler_cis_monitoring.lint.outcome import Outcome, message_of
from prowler_cis_monitoring.templates.rules import TEMPLATE_RULES

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Level.BROKEN: "error", Level.DEPENDS: "warning", Level.ABSENT: "note"}


def as_sarif(outcome: Outcome) -> str:
    """Return a SARIF log, version 2.1.0, as code-scanning takes it."""
    used = dict.fromkeys((*CONTROLS, *(finding.rule for finding in outcome.findings)))
    numbers = {slug: number for number, slug in enumerate(used)}
    driver = {
        "name": "cis-monitoring",
        "version": version("prowler-cis-monitoring"),
        "rules": [_rule(slug) for slug in used],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The folder in which lint was run."}}},
        "results": [_result(finding, numbers) for finding in outcome.findings],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(without_surrogates(log), indent=2)


def _rule(slug: str) -> dict[str, Any]:
    short, meaning, remedy = _described(slug)
    return {
        "id": slug,
        "shortDescription": {"text": short},
        "fullDescription": {"text": meaning},
        "help": {"text": f"{meaning} {remedy}", "markdown": f"{meaning}\n\n{remedy}"},
        "properties": {"tags": ["security", "monitoring"]},
    }


def _described(slug: str) -> tuple[str, str, str]:
    """Return what a rule or control is, means and needs."""
    if slug in CONTROLS:
        control = CONTROLS[slug]
        required = f"Required events: {control.required_pattern}"
        return control.title, f"Somebody is told when {control.event}.", f"{required}."
    if slug in TEMPLATE_RULES:
        return slug.replace("-", " "), TEMPLATE_RULES[slug].meaning, TEMPLATE_RULES[slug].remedy
    return slug.replace("-", " "), RULES[slug].meaning, RULES[slug].remedy


def _result(finding: Finding, numbers: Mapping[str, int]) -> dict[str, Any]:
    resource = f"{harmless(finding.address)}: " if finding.address and not finding.at.line else ""
    # Code scanning takes no result without a line; what is said of a whole file stands at its first.
    region = {"startLine": finding.at.line or 1, "startColumn": finding.at.column or 1}
    artifact = {"uri": _uri(finding.at.file), "uriBaseId": "%SRCROOT%"}
    if PurePath(finding.at.file).is_absolute():
        del artifact["uriBaseId"]
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": artifact, "region": region}}
    if finding.address:
        location["logicalLocations"] = [{"fullyQualifiedName": harmless(finding.address), "kind": "resource"}]
    return {
        "ruleId": finding.rule,
        "ruleIndex": numbers[finding.rule],
        "level": _LEVELS[finding.level],
        "message": {"text": resource + message_of(finding)},
        "locations": [location],
        "partialFingerprints": {"cisMonitoring/v1": finding.fingerprint},
        "properties": {"controls": list(finding.controls), "level": finding.level.value},
    }


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix(), errors="replace")
