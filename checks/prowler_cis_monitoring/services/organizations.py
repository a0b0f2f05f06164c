"""Organizations: which accounts belong to the organisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boto3.session import Session


def organization_accounts(session: Session, region: str) -> tuple[str, ...]:
    """Return the ids of the organisation's active accounts, in order.

    Args:
        session: of the management account or a delegated administrator.
        region: a Region of the partition, so that its Organizations endpoint is asked.

    Raises:
        botocore.exceptions.ClientError: the call was refused.
    """
    pages = session.client("organizations", region_name=region).get_paginator("list_accounts").paginate()
    return tuple(sorted(account["Id"] for page in pages for account in page["Accounts"] if _is_active(account)))


def _is_active(account: Mapping[str, Any]) -> bool:
    """Whether a listed account can be scanned. Source: Organizations API, Account: State takes the place of Status."""
    state: str = account["State"] if "State" in account else account["Status"]
    return state == "ACTIVE"
