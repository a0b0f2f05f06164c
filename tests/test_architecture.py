"""The arrows of docs/architecture.md: which room may import which, no circle, and cores that start without AWS."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = "prowler_cis_monitoring"
ROOT = Path(__file__).parent.parent / "checks" / PACKAGE

# From the bottom up. A room may import the rooms of the lines above its own, and nothing else of the package.
LEVELS = (
    {"reader", "foreign_text", "streams", "broken_lines", "records"},
    {"filter_pattern", "controls"},
    {"benchmarks", "near_names", "pattern_slips"},
    {"alert_path", "settings", "command_line", "file_errors"},
    {"decision", "user_files"},
    {"snapshot", "templates", "remedy", "proof", "picture", "services", "rule_pages"},
    {"finding", "schemas"},
    {"alerting_check"},
    {"scan", "demo", "explain", "explain_sources", "rule", "control", "fix", "lint", "diff"},
    {"completion"},
    {"cli"},
    {"__main__"},
)
# Neighbours on one level that may nevertheless be named, in this direction only.
SIDEWAYS = {
    ("templates", "snapshot"),
    ("proof", "snapshot"),
    ("services", "proof"),
    ("picture", "remedy"),
    ("rule", "rule_pages"),
    ("fix", "scan"),
    ("explain", "explain_sources"),
}
# What Prowler's discovery demands: a check's class lies below services/ and names its base class.
BASE_CLASS = f"{PACKAGE}.alerting_check"
# Start in a fraction of a second, need no credentials.
PURE = (
    "reader",
    "records",
    "foreign_text",
    "file_errors",
    "filter_pattern",
    "controls",
    "settings",
    "alert_path",
    "decision",
    "snapshot",
    "templates",
    "remedy",
    "proof",
    "picture",
)
SLOW = ("boto3", "botocore", "prowler", "moto")


def _modules():
    for path in sorted(ROOT.rglob("*.py")):
        parts = (PACKAGE, *path.relative_to(ROOT).with_suffix("").parts)
        yield ".".join(parts).removesuffix(".__init__"), path


MODULES = dict(_modules())
BUILT = [room for room in PURE if any(module.split(".")[1:2] == [room] for module in MODULES)]


def _imports(path):
    """Return every import of a file, wherever it stands: the module's name and whether only types need it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names = [
                f"{node.module}.{alias.name}" if f"{node.module}.{alias.name}" in MODULES else node.module
                for alias in node.names
            ]
        else:
            continue
        for name in names:
            yield name, id(node) in for_types


def _room(module):
    """Return the first part of a module's name below the package; the package itself is none."""
    return module.split(".")[1] if "." in module else ""


def _level(room):
    (level,) = [number for number, rooms in enumerate(LEVELS) if room in rooms]
    return level


def test_every_room_has_a_level():
    rooms = {_room(module) for module in MODULES} - {""}
    unknown = rooms - set().union(*LEVELS)
    assert not unknown, "write the new room into LEVELS here and into docs/architecture.md"


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_downwards(module):
    room = _room(module)
    for name, _ in _imports(MODULES[module]):
        if not name.startswith(f"{PACKAGE}."):
            continue
        target = _room(name)
        if target == room or (room, target) in SIDEWAYS:
            continue
        if name == BASE_CLASS and ".services.cloudwatch.cloudwatch_alerting_" in module:
            continue
        assert room, f"the package's own __init__ stays empty, it imports {name}"
        assert _level(target) < _level(room), f"{module} imports {name}, which lies above it or beside it"


def test_no_module_imports_itself_in_a_circle():
    """Imports that only types need count too: two modules that name each other cannot be read one after the other."""
    graph = {
        module: {name for name, _ in _imports(path) if name in MODULES and name != module}
        for module, path in MODULES.items()
    }
    # A package's __init__ that offers the names of its modules is no circle: they do not import it.
    while free := {module for module, needs in graph.items() if not needs & graph.keys()}:
        graph = {module: needs for module, needs in graph.items() if module not in free}
    in_circles = {module: sorted(needs & graph.keys()) for module, needs in graph.items()}
    assert not in_circles


@pytest.mark.parametrize("room", BUILT)
def test_a_pure_room_imports_neither_aws_nor_prowler(room):
    for module, path in MODULES.items():
        if _room(module) == room:
            named = {name.partition(".")[0] for name, only_types in _imports(path) if not only_types}
            assert named.isdisjoint(SLOW), f"{module} imports {named & set(SLOW)}"


@pytest.mark.parametrize("room", BUILT)
def test_a_pure_room_loads_neither_aws_nor_prowler(room):
    modules = [module for module in MODULES if _room(module) == room]
    code = f"import sys, importlib\nfor name in {modules!r}: importlib.import_module(name)\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded.isdisjoint(SLOW)
