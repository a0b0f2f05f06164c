"""Write every generated file: `python -m compliance.generate`.

Made from `controls.py`, `benchmark.py` and `crosswalk.py`; a test holds that the committed files are what this writes.
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

_COMPLIANCE = Path(str(files("prowler_cis_monitoring_compliance")))
_CHECKS = Path(str(files("prowler_cis_monitoring"))) / "services" / "cloudwatch"


def _contents() -> Iterator[tuple[Path, dict[str, Any]]]:
    for control in CONTROLS.values():
        yield _CHECKS / control.check_id / f"{control.check_id}.metadata.json", metadata(control)
    for version in VERSIONS:
        file_name = f"{frameworks.name(version)}.json"
        yield _COMPLIANCE / file_name, frameworks.legacy(version)
        yield _COMPLIANCE / "universal" / file_name, frameworks.universal(version)
    yield _COMPLIANCE / "universal" / f"{crosswalk.NAME}.json", crosswalk.universal()


def generated_files() -> dict[Path, str]:
    """Every generated file with its content."""
    return {path: json.dumps(content, indent=2, ensure_ascii=False) + "\n" for path, content in _contents()}


def main() -> None:
    """Write the files in place."""
    for path, text in generated_files().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
