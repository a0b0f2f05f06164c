"""A mutelist as Prowler reads it, looked at before: Prowler drops one that it does not understand, and goes on."""

from __future__ import annotations

from typing import Any

from prowler.providers.aws.lib.mutelist.mutelist import AWSMutelist

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.near_names import near
from prowler_cis_monitoring.user_files import UserFileError

_CHECKS = [control.check_id for control in CONTROLS.values()]


def check_mutelist(what: str, mutelist: Any) -> None:  # noqa: ANN401 - whatever the file holds
    """Refuse a mutelist that Prowler would drop as a whole, or that names a check of ours that does not exist.

    Args:
        what: option and file, for the message.
        mutelist: what stands below the key `Mutelist`.

    Raises:
        UserFileError: it is no mutelist.
    """
    try:
        AWSMutelist.validate_mutelist(mutelist, raise_on_exception=True)
    except Exception as problem:  # noqa: BLE001 - of the library that Prowler uses, which is none of ours
        place = ".".join(("Mutelist", *map(str, getattr(problem, "absolute_path", ()))))
        says = harmless(getattr(problem, "message", str(problem)))
        raise UserFileError(f"{what}: {harmless(place)}: {says}; Prowler would mute nothing at all") from None
    for account, below in mutelist["Accounts"].items():
        for check in below["Checks"]:
            if check.startswith("cloudwatch_alerting_") and check.isidentifier() and check not in _CHECKS:
                advice = " or ".join(near(check, _CHECKS)) or "see cis-monitoring control --list"
                raise UserFileError(
                    f"{what}: Mutelist.Accounts.{harmless(account)}.Checks.{check}: there is no such check; {advice}"
                )
