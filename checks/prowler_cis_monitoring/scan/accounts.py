"""Which accounts a scan of many looks at: those of a file, or the organisation's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boto3.session import Session

_ACCOUNT_ID = re.compile(r"\d{12}", re.ASCII)


class AccountsFileError(ValueError):
    """The file cannot be used; the message names file and line."""


def read_accounts(path: Path) -> tuple[str, ...]:
    """Read account ids, one a line; `#` starts a comment, an id that comes twice counts once.

    Raises:
        AccountsFileError: the file cannot be read, holds no id, or a line is no account id.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise AccountsFileError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise AccountsFileError(f"{path}: is no text") from None
    ids = {}
    for number, line in enumerate(lines, start=1):
        account = line.split("#", 1)[0].strip()
        if account and not _ACCOUNT_ID.fullmatch(account):
            raise AccountsFileError(f"{path}, line {number}: {account!r} is no account id of twelve digits")
        if account:
            ids[account] = number
    if not ids:
        raise AccountsFileError(f"{path}: holds no account id")
    return tuple(ids)


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
