"""Organizations: which accounts belong to the organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prowler_cis_monitoring.services.answers import NoAnswerError, made, pages
from prowler_cis_monitoring.services.reading import Record, some_text

if TYPE_CHECKING:
    from boto3.session import Session


def organization_accounts(session: Session, region: str) -> tuple[str, ...]:
    """Return the ids of the organisation's active accounts, in order.

    Args:
        session: of the management account or a delegated administrator.
        region: a Region of the partition, so that its Organizations endpoint is asked.

    Raises:
        NoAnswerError: the call was refused, or what came is not as AWS documents it.
    """
    client = made(lambda: session.client("organizations", region_name=region))
    listed = [account for page in pages(client, "list_accounts", {}) for account in Record(page).apart("Accounts")]
    active = [(account.required("Id", some_text, ""), _is_active(account)) for account in listed]
    for account in listed:
        if account.problem:
            raise NoAnswerError(account.problem, "answer")
    return tuple(sorted(found for found, is_active in active if is_active))


def _is_active(account: Record) -> bool:
    """Whether a listed account can be scanned. Source: Organizations API, Account: State takes the place of Status."""
    return account.required("State" if account.has("State") else "Status", some_text, "") == "ACTIVE"
