"""An account as a file: what was read of it, so that it can be judged again without AWS, later and elsewhere."""

from typing import Any

from prowler_cis_monitoring.snapshot.file import (
    VERSION,
    Snapshot,
    SnapshotError,
    dump,
    load,
    read_snapshots,
    schema,
    write_snapshots,
)

__all__ = [
    "SCHEMA",
    "VERSION",
    "Snapshot",
    "SnapshotError",
    "dump",
    "load",
    "read_snapshots",
    "schema",
    "write_snapshots",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - as a module's attributes are
    """Make the JSON Schema when somebody asks for `SCHEMA`."""
    if name == "SCHEMA":
        return schema()
    raise AttributeError(name)
