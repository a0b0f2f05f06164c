"""Which accounts a scan of many looks at, as a text lists them."""

from __future__ import annotations

import re
from pathlib import Path

from prowler_cis_monitoring.file_errors import UnreadableFileError, as_text, read_bytes
from prowler_cis_monitoring.near_names import instead_of_organization

STANDARD_INPUT = "-"
_ACCOUNT_ID = re.compile(r"\d{12}", re.ASCII)
_WORD = re.compile(r"[^\s,]+")
_DIGITS = re.compile(r"[\d\s,-]+", re.ASCII)
_HYPHENED = re.compile(r"\d{4}-\d{4}-\d{4}", re.ASCII)


class AccountsFileError(ValueError):
    """A list cannot be used; the message names it and the line."""


def accounts_in(text: str) -> tuple[str, ...]:
    """Return the account ids that a text consists of, with blanks or commas between them; none of a file's name."""
    found = [_account(word) for word in _WORD.findall(text)]
    return () if None in found else tuple(dict.fromkeys(account for account in found if account))


def _account(text: str) -> str | None:
    """Return an id without the hyphens that the AWS console shows in it."""
    plain = text.replace("-", "") if _HYPHENED.fullmatch(text) else text
    return plain if _ACCOUNT_ID.fullmatch(plain) else None


def read_accounts(path: Path) -> tuple[str, ...]:
    """Read account ids from a file, as `accounts_listed` does.

    Raises:
        AccountsFileError: it cannot be read, or as there.
    """
    try:
        content = read_bytes(path)
    except UnreadableFileError as error:
        if _DIGITS.fullmatch(str(path)):
            raise AccountsFileError(f"{path}: no account id of twelve digits, and no file") from None
        raise AccountsFileError(error.instead(instead_of_organization(str(path)))) from None
    return accounts_listed(str(path), content)


def accounts_listed(name: str, content: bytes) -> tuple[str, ...]:
    """Return the account ids of a list, with line ends, blanks or commas between them.

    `#` starts a comment, an id that comes twice counts once.

    Args:
        name: of the list, for the message.
        content: the list.

    Raises:
        AccountsFileError: it holds no id, or something that is no account id.
    """
    try:
        lines = as_text(content, name).splitlines()
    except UnreadableFileError as error:
        raise AccountsFileError(str(error)) from None
    ids = {}
    for number, line in enumerate(lines, start=1):
        for written in _WORD.findall(line.split("#", 1)[0]):
            account = _account(written)
            if account is None:
                raise AccountsFileError(f"{name}, line {number}: {written!r} is no account id of twelve digits")
            ids[account] = number
    if not ids:
        raise AccountsFileError(f"{name}: holds no account id")
    return tuple(ids)
