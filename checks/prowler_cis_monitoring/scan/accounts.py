"""Which accounts a scan of many looks at, as a file lists them."""

from __future__ import annotations

import re
from pathlib import Path

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
