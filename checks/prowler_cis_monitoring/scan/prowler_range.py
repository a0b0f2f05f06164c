"""Prowler's versions differ in their signatures: each is given what it knows."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from prowler.providers.aws.aws_provider import AwsProvider


def known(function: Callable[..., Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of `arguments` that this version of Prowler has parameters for."""
    parameters = inspect.signature(function).parameters
    return {name: value for name, value in arguments.items() if name in parameters}


def knows_timeouts() -> bool:
    """Whether this version of Prowler lets its user choose the timeouts of AWS calls."""
    return bool(known(AwsProvider.__init__, {"connect_timeout": None}))
