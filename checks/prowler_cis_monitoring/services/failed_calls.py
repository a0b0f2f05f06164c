"""Which failed calls say nothing of an account, because it was not reached: to be asked again later, not judged."""

from __future__ import annotations

from collections.abc import Iterable

from prowler_cis_monitoring.alert_path.error_codes import (
    OF_CREDENTIALS,
    OF_THE_NETWORK,
    OF_THE_SERVICE,
    OF_THROTTLING,
    PERHAPS_OF_CREDENTIALS,
)
from prowler_cis_monitoring.alert_path.resources import FOREIGN_ACCOUNT, Unread

_OF_THE_WAY = OF_THROTTLING | OF_THE_SERVICE | OF_THE_NETWORK


class FailedCalls:
    """What failed while one account was read.

    Attributes:
        codes: error codes of calls.
        answers: what is wrong with answers that are none, such as the page of a captive portal.
    """

    def __init__(self, _provider: object = None) -> None:
        """Start without any."""
        self.codes: set[str] = set()
        self.answers: set[str] = set()

    def add(self, unread: Unread) -> None:
        """Note a call that failed; one that was not made is none."""
        if unread.cause == "answer":
            self.answers.add(unread.error)
        elif unread.cause == "call" and unread.error != FOREIGN_ACCOUNT:
            self.codes.add(unread.error)


def of_credentials(codes: Iterable[str]) -> list[str]:
    """Return the codes that say that credentials, or the clock that signs with them, are no good."""
    return sorted(OF_CREDENTIALS.intersection(codes))


def not_reached(failed: FailedCalls, *, undecided: bool) -> list[str]:
    """Return the errors for which an account counts as not scanned, none where it was.

    Args:
        failed: what failed.
        undecided: whether nothing could be decided.
    """
    if expired := of_credentials(failed.codes):
        return expired
    return sorted(failed.codes & (_OF_THE_WAY | PERHAPS_OF_CREDENTIALS) | failed.answers) if undecided else []
