"""Addresses of files and folders in S3, as a person writes them; nothing is asked of AWS here."""

from __future__ import annotations

import re
from pathlib import Path

from prowler_cis_monitoring.records import dataclass

_SCHEME = "s3://"
# As S3 names buckets; access points have longer names of the same letters.
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")


class AddressError(ValueError):
    """A text is no address of S3; the message holds it."""


class S3Error(RuntimeError):
    """A file in S3 could not be read or written; the message names it, and what is missing."""


class NoSuchFileError(S3Error):
    """There is no such file, as far as the credentials may know."""


@dataclass(frozen=True)
class S3Address:
    """A file, or with a key that may be empty a folder."""

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"{_SCHEME}{self.bucket}/{self.key}"

    def __truediv__(self, name: str) -> S3Address:
        """Return the address of what has this name in the folder."""
        return S3Address(self.bucket, f"{self.key}/{name}" if self.key else name)

    @property
    def name(self) -> str:
        """The last part of the key."""
        return self.key.rpartition("/")[2]


def is_in_s3(text: str) -> bool:
    """Whether a text is meant to be an address of S3."""
    return text.lower().startswith(_SCHEME)


def file_in_s3(text: str) -> S3Address:
    """Return the address of a file.

    Raises:
        AddressError: it has no bucket or no key.
    """
    address = folder_in_s3(text)
    if not address.key or text.endswith("/"):
        raise AddressError(f"{text}: a file is expected, as in s3://bucket/folder/accounts.txt")
    return address


def folder_in_s3(text: str) -> S3Address:
    """Return the address of a folder, which may be the whole bucket.

    Raises:
        AddressError: it has no bucket.
    """
    bucket, _, key = text[len(_SCHEME) :].partition("/")
    if not is_in_s3(text) or not _BUCKET.fullmatch(bucket):
        raise AddressError(f"{text}: an address in S3 is expected, as in s3://bucket/folder")
    return S3Address(bucket, key.strip("/"))


def place(text: str) -> Path | S3Address:
    """Return what a text names: a folder in S3, or something in the file system.

    Raises:
        AddressError: it is meant for S3 and has no bucket.
    """
    return folder_in_s3(text) if is_in_s3(text) else Path(text)
