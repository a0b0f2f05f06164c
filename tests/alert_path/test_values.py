from __future__ import annotations

from dataclasses import fields, is_dataclass
from importlib import import_module

import pytest

MODULES = (
    "languages.access_policy",
    "alarm",
    "languages.alarm_rule",
    "composite_alarm",
    "evaluation",
    "metric",
    "languages.metric_math",
    "topic",
)
CLASSES = [
    found
    for module in map(import_module, (f"prowler_cis_monitoring.alert_path.{name}" for name in MODULES))
    for found in vars(module).values()
    if isinstance(found, type) and is_dataclass(found) and found.__module__ == module.__name__
]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__qualname__)
def test_value_cannot_be_changed(kind):
    value = object.__new__(kind)
    with pytest.raises(AttributeError):
        setattr(value, fields(kind)[0].name, None)
