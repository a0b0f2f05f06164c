"""`cis-monitoring control`: what a control asks for, how it is read, and how it is built; offline."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from prowler_cis_monitoring.benchmarks import controls_by_number, framework_names, is_benchmark, load_plain, numbers_in
from prowler_cis_monitoring.benchmarks import framework_of as _framework_of
from prowler_cis_monitoring.broken_lines import fitting, row, wrapped
from prowler_cis_monitoring.controls import CONTROLS, Control
from prowler_cis_monitoring.near_names import NotKnownError, controls_named

INVALID_INPUT = 2
SCHEMA_VERSION = 1
FORMS: Mapping[str, str] = {"cli": "CLI", "cloudformation": "NativeIaC", "terraform": "Terraform"}
"""The forms in which the remediation is shown, with Prowler's names of them."""
_CHECKS = Path(__file__).parent / "services" / "cloudwatch"


def show(named: Collection[str], form: str | None, *, as_json: bool, listed: bool = False) -> int:
    """Print controls, or a line for each when none is named.

    Args:
        named: slugs, check ids or numbers in the newest version of the benchmark.
        form: prints the remediation in this form and nothing else; None prints everything.
        as_json: whether JSON is printed.
        listed: whether those that are named have a line each, too.

    Returns:
        0, or 2 when there is no such control, or none whose remediation is to be printed.
    """
    try:
        slugs = controls_named(named, controls_by_number()) if named else tuple(CONTROLS)
    except NotKnownError as error:
        rule = next(filter(_is_rule, named), None)
        advice = f"; cis-monitoring rule {rule} shows the rule" if rule else ""
        print(fitting(f"cis-monitoring control: {error}{advice}", sys.stderr), file=sys.stderr)  # noqa: T201
        return INVALID_INPUT
    if form is not None and (listed or not named):
        said = f"cis-monitoring control: --only {form}: name the control whose remediation is to be printed, as in 5.3"
        print(fitting(said, sys.stderr), file=sys.stderr)  # noqa: T201
        return INVALID_INPUT
    controls = [CONTROLS[slug] for slug in slugs]
    if as_json:
        _say(
            json.dumps(
                {"schema_version": SCHEMA_VERSION, "controls": [_as_json(one, form) for one in controls]}, indent=2
            )
        )
    elif listed or not named:
        numbers = {slug: number for number, slug in controls_by_number().items()}
        for one in controls:
            _say(row(f"{numbers[one.slug]:5} {one.slug:33} {one.severity:9} ", one.title, sys.stdout))
    elif form is not None:
        _say("\n".join(_plain(_remediation(one)[form]) for one in controls))
    else:
        _say("\n\n".join(_page(one) for one in controls))
    return 0


def _is_rule(name: str | None) -> bool:
    from prowler_cis_monitoring.alert_path.rules import RULES  # noqa: PLC0415 - only for a slip
    from prowler_cis_monitoring.templates.rules import TEMPLATE_RULES  # noqa: PLC0415 - likewise

    return name in RULES or name in TEMPLATE_RULES


def _as_json(control: Control, only: str | None) -> dict[str, Any]:
    return {
        "control": control.slug,
        "check_id": control.check_id,
        "title": control.title,
        "severity": control.severity,
        "numbers": _numbers(control),
        "risk": control.risk,
        "required_pattern": control.required_pattern,
        "suggested_pattern": control.suggested_pattern,
        "reading": control.reading,
        "newer_events": {"events": list(control.newer_events), "since": control.newer_since or None},
        "remediation": {form: _plain(text) for form, text in _remediation(control).items() if only in {None, form}},
    }


def _numbers(control: Control) -> dict[str, str]:
    versions = [name for name in framework_names() if is_benchmark(_framework_of(name))]
    found = {version: numbers_in(load_plain(_framework_of(version))).get(control.check_id) for version in versions}
    return {version: number for version, number in found.items() if number}


def _remediation(control: Control) -> dict[str, str]:
    path = _CHECKS / control.check_id / f"{control.check_id}.metadata.json"
    code = json.loads(path.read_text(encoding="utf-8"))["Remediation"]["Code"]
    return {form: code[prowlers] for form, prowlers in FORMS.items()}


def _plain(text: str) -> str:
    """Return code without the fence that Prowler's pages want."""
    lines = text.strip().splitlines()
    return "\n".join(lines[1:-1] if lines[0].startswith("```") else lines)


def _page(control: Control) -> str:
    numbers = ", ".join(f"{number} in {version}" for version, number in _numbers(control).items())
    parts = [
        f"{control.slug} · {control.severity}",
        wrapped(f"{control.title}. {control.risk}"),
        wrapped(f"Number: {numbers}. Check: {control.check_id}."),
        wrapped(f"Reading: {control.reading}"),
        f"Required pattern, which an alert path must cover:\n{control.required_pattern}",
        f"Suggested pattern, which the remediation installs:\n{control.suggested_pattern}",
    ]
    if control.newer_events:
        told = f"Demanded since version {control.newer_since} only: {', '.join(control.newer_events)}."
        parts.insert(4, wrapped(told))
    for form, code in _remediation(control).items():
        parts.append(f"--- {form} ---\n{_plain(code)}")
    return "\n\n".join(parts)


def _say(text: str) -> None:
    print(text)  # noqa: T201 - what a command line program is for
