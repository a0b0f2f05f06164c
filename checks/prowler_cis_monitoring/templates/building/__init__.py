"""Declared resources → `AccountResources`, as they would be read of the account after the deployment.

What is outside has no one value, so an account is built for each guess at it; a verdict holds when it is the same for
all guesses. See `Guess`.
"""

from prowler_cis_monitoring.templates.building.account import build
from prowler_cis_monitoring.templates.building.event_rules import alternatives_of
from prowler_cis_monitoring.templates.building.guesses import (
    ASSUMED_TRAIL,
    OUTSIDE,
    Guess,
    Options,
    has_outside,
    open_values,
)

__all__ = ["ASSUMED_TRAIL", "OUTSIDE", "Guess", "Options", "alternatives_of", "build", "has_outside", "open_values"]
