"""Fixes as JSON values, for other programs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from prowler_cis_monitoring.foreign_text import without_surrogates
from prowler_cis_monitoring.remedy.changes import Change
from prowler_cis_monitoring.remedy.plan import Fix

VERSION = 1


def document(account: str, fixes: Iterable[Fix]) -> dict[str, Any]:
    """Return fixes of an account: for each control what is changed, what a person does, or why neither is proposed."""
    values: dict[str, Any] = without_surrogates(
        {"schema_version": VERSION, "account": account, "controls": [_fix(fix) for fix in fixes]}
    )
    return values


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "control": fix.control,
        "before": fix.before.status.value,
        "after": fix.after.status.value if fix.after else None,
        "finding": fix.before.sentence,
        "changes": [_change(change) for change in fix.changes],
        "steps": list(fix.steps),
        "reason": fix.reason or None,
    }


def _change(change: Change) -> dict[str, Any]:
    own = {one.name: getattr(change, one.name) for one in dataclasses.fields(change) if one.name != "mends"}
    values = {
        name: value.model_dump(mode="json") if hasattr(value, "model_dump") else value for name, value in own.items()
    }
    return {"change": type(change).__name__, "says": change.says, "mends": list(change.mends), **values}
