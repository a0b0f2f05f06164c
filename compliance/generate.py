"""Write every generated file of the checks and frameworks: `python -m compliance.generate`.

Made from `controls.py`, `benchmark.py` and `crosswalk.py`; a test holds that the committed files are what this writes.
A check's folder, with class and metadata, is made from the row of its control.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.controls import CONTROLS

from . import crosswalk, frameworks
from .benchmark import VERSIONS
from .metadata import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prowler_cis_monitoring.controls import Control

_COMPLIANCE = Path(str(files("prowler_cis_monitoring_compliance")))
_CHECKS = Path(str(files("prowler_cis_monitoring"))) / "services" / "cloudwatch"


def _check(control: Control) -> str:
    return f'''"""Control {control.slug}."""

from __future__ import annotations

from prowler_cis_monitoring.alerting_check import AlertingCheck


class {control.check_id}(AlertingCheck):  # noqa: N801 - Prowler wants the check id
    """Would somebody be told when {control.event}?"""
'''


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _contents() -> Iterator[tuple[Path, str]]:
    for control in CONTROLS.values():
        folder = _CHECKS / control.check_id
        yield folder / "__init__.py", ""
        yield folder / f"{control.check_id}.py", _check(control)
        yield folder / f"{control.check_id}.metadata.json", _json(metadata(control))
    for version in VERSIONS:
        file_name = f"{frameworks.name(version)}.json"
        yield _COMPLIANCE / file_name, _json(frameworks.legacy(version))
        yield _COMPLIANCE / "universal" / file_name, _json(frameworks.universal(version))
    yield _COMPLIANCE / "universal" / f"{crosswalk.NAME}.json", _json(crosswalk.universal())


def generated_files() -> dict[Path, str]:
    """Every generated file with its content."""
    return dict(_contents())


def main() -> None:
    """Write the files in place."""
    for path, text in generated_files().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
