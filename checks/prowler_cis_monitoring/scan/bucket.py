"""Files in S3, read and written with one session's credentials.

Prowler's own writer to S3 is not used: it sends its report objects only, so neither a state nor a picture, knows the
types of four names, keeps its errors for its log, and cuts from a key what stands before `prowler/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError

from prowler_cis_monitoring.scan.access import in_words
from prowler_cis_monitoring.scan.endpoints import EndpointError, check_endpoints
from prowler_cis_monitoring.scan.s3_address import NoSuchFileError, S3Address, S3Error
from prowler_cis_monitoring.services.answers import error_code

if TYPE_CHECKING:
    from boto3.session import Session

MOST_FILES: Final = 100_000
"""In a folder that is listed (count), so that a listing without an end is not followed."""
MOST_OF_A_LIST: Final = 64 * 1024 * 1024
"""Of a file that is read as a whole (bytes)."""
MOST_OF_A_STATE: Final = 8 * 1024 * 1024 * 1024
"""Of a file that is fetched (bytes): the results of ten thousand accounts are a tenth of it."""
# As long as the name of a file may be.
_MOST_OF_A_NAME: Final = 255
_OF_A_PAGE: Final = 1000
# Calls in the caller's own thread: there is one file at a time, and an error comes to who asked.
_ONE_THREAD: Final = TransferConfig(use_threads=False)
_TYPES: Final = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
_REFUSED: Final = ("AccessDenied", "403")
_MISSING: Final = {
    "NoSuchKey": "there is no such file",
    "404": "there is no such file",
    "NoSuchBucket": "there is no such bucket",
}


class Bucket:
    """S3, as the credentials of one session may use it."""

    def __init__(self, session: Session) -> None:
        """Make a client; nothing is asked yet.

        Raises:
            S3Error: the environment names an endpoint that is no address.
        """
        try:
            check_endpoints()
        except EndpointError as error:
            raise S3Error(str(error)) from None
        self._client = session.client("s3")

    def read(self, address: S3Address) -> bytes:
        """Return what a file holds.

        Raises:
            S3Error: it cannot be read; NoSuchFileError where there is none.
        """
        with _told(address, "s3:GetObject"):
            body = self._client.get_object(Bucket=address.bucket, Key=address.key)["Body"]
            content: bytes = body.read(MOST_OF_A_LIST + 1)
        if len(content) > MOST_OF_A_LIST:
            raise S3Error(f"{address} has more than {MOST_OF_A_LIST:,} bytes, too many for a list; name another file")
        return content

    def fetch(self, address: S3Address, path: Path) -> None:
        """Write what a file holds to a local one, which nobody else may read.

        Raises:
            S3Error: likewise, or it is larger than any state of a scan; then nothing, or a part, is written.
        """
        with _told(address, "s3:GetObject"):
            answer = self._client.get_object(Bucket=address.bucket, Key=address.key)
            _check_size(address, answer.get("ContentLength") or 0)
            path.touch(mode=0o600)
            taken = 0
            with path.open("wb") as file:
                for part in answer["Body"].iter_chunks(1 << 20):
                    taken += len(part)
                    _check_size(address, taken)
                    file.write(part)

    def put(self, path: Path, address: S3Address) -> None:
        """Write a local file to S3, in place of what has its name there.

        Raises:
            S3Error: it could not be written.
        """
        more = {"ContentType": _TYPES[path.suffix]} if path.suffix in _TYPES else None
        with _told(address, "s3:PutObject"):
            self._client.upload_file(str(path), address.bucket, address.key, ExtraArgs=more, Config=_ONE_THREAD)

    def files(self, folder: S3Address, end: str) -> list[S3Address]:
        """Return the files in a folder, not those in folders inside, whose names end so; in order.

        What could not be the name of a file here, though S3 takes it for a key, is none of ours.

        Raises:
            S3Error: the folder cannot be listed, or holds more than is looked through.
        """
        prefix = f"{folder.key}/" if folder.key else ""
        with _told(folder, "s3:ListBucket"):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=folder.bucket, Prefix=prefix, Delimiter="/"
            )
            keys: set[str] = set()
            # A page may be empty and name a further one, for ever.
            for number, page in enumerate(pages):
                listed = [one.get("Key", "") for one in page.get("Contents", ())]
                keys.update(key for key in listed if key.endswith(end) and _is_file(key.removeprefix(prefix)))
                if number >= MOST_FILES // _OF_A_PAGE:
                    raise S3Error(f"{folder} holds more than {MOST_FILES:,} files; name the one that is meant")
        return [S3Address(folder.bucket, key) for key in sorted(keys) if key.startswith(prefix)]


def _check_size(address: S3Address, size: int) -> None:
    if size > MOST_OF_A_STATE:
        raise S3Error(
            f"{address} has more than {MOST_OF_A_STATE:,} bytes, too many for the state of a scan; name another file, "
            "or start the scan anew"
        )


def _is_file(name: str) -> bool:
    """Whether a name in a folder could be that of a file here, and be shown as it stands."""
    return "/" not in name and name.isprintable() and 0 < len(name.encode(errors="replace")) <= _MOST_OF_A_NAME


@contextmanager
def _told(address: S3Address, action: str) -> Iterator[None]:
    """Tell what goes wrong in the block with the address, and the permission where that is what is missing."""
    try:
        yield
    except (ClientError, BotoCoreError, Boto3Error) as error:
        cause = error.__context__ if isinstance(error, Boto3Error) and error.__context__ else error
        code = error_code(cause) if isinstance(cause, ClientError | BotoCoreError) else ""
        if code in _MISSING:
            raise NoSuchFileError(f"{address}: {_MISSING[code]}") from None
        if code in _REFUSED:
            raise S3Error(
                f"{address}: {action} is refused ({code}): allow it to the credentials that the command is started with"
            ) from None
        raise S3Error(f"{address}: {in_words(cause)}") from None
