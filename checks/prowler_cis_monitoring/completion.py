"""`cis-monitoring completion`: a script by which a shell completes commands, options and names by itself."""

from __future__ import annotations

import argparse

from prowler_cis_monitoring.alert_path.rules import RULES
from prowler_cis_monitoring.benchmarks import framework_names
from prowler_cis_monitoring.command_line import Listed
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.templates.rules import TEMPLATE_RULES


def show(shell: str, top: argparse.ArgumentParser) -> int:
    """Print the script for a shell; return 0."""
    import shtab  # noqa: PLC0415 - only here

    for action in top._actions:  # noqa: SLF001 - argparse has no other way
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - likewise
            for command in action.choices.values():
                _offer(command)
    print(shtab.complete(top, shell))  # noqa: T201 - what a command line program is for
    return 0


def _offer(command: argparse.ArgumentParser) -> None:
    """Offer the names that are known, where the parser itself leaves them open because more forms are understood."""
    import shtab  # noqa: PLC0415 - only here

    for action in command._actions:  # noqa: SLF001 - likewise
        if isinstance(action, Listed):
            action.choices = action.known
        elif action.dest == "control":
            action.choices = tuple(CONTROLS)
        elif action.dest == "slug":
            action.choices = (*RULES, *TEMPLATE_RULES)
        elif action.dest == "benchmark":
            action.choices = framework_names()
        elif action.dest == "scenario":
            action.choices = _scenarios() or None
        elif action.metavar in ("FILE", "SNAPSHOT", "PATH", "STATE", "OLD", "NEW"):
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.metavar in ("DIR", "FOLDER"):
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]


def _scenarios() -> tuple[str, ...]:
    """Return the names of the demo's scenarios; none where the demo is not installed."""
    try:
        from prowler_cis_monitoring.demo.run import ORGANIZATION  # noqa: PLC0415 - moto is an extra
        from prowler_cis_monitoring.demo.scenarios import SCENARIOS  # noqa: PLC0415 - likewise
    except ModuleNotFoundError:
        return ()
    return (*(scenario.slug for scenario in SCENARIOS), ORGANIZATION)
