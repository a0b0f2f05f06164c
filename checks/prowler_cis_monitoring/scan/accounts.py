"""Which accounts a scan of many looks at, as a file lists them."""

from __future__ import annotations

import re
from pathlib import Path

_ACCOUNT_ID = re.compile(r"\d{12}", re.ASCII)
_HYPHENED = re.compile(r"\d{4}-\d{4}-\d{4}", re.ASCII)


class AccountsFileError(ValueError):
    """The file cannot be used; the message names file and line."""


def accounts_in(text: str) -> tuple[str, ...]:
    """Return the account ids that a text consists of, with commas between them; none where it is a file's name."""
    found = [_account(part.strip()) for part in text.split(",")]
    return () if None in found else tuple(dict.fromkeys(account for account in found if account))


def _account(text: str) -> str | None:
    """Return an id without the hyphens that the AWS console shows in it."""
    plain = text.replace("-", "") if _HYPHENED.fullmatch(text) else text
    return plain if _ACCOUNT_ID.fullmatch(plain) else None


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
        written = line.split("#", 1)[0].strip()
        account = _account(written)
        if written and account is None:
            raise AccountsFileError(f"{path}, line {number}: {written!r} is no account id of twelve digits")
        if account:
            ids[account] = number
    if not ids:
        raise AccountsFileError(f"{path}: holds no account id")
    return tuple(ids)
