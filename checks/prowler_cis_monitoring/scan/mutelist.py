"""A mutelist as Prowler reads it, looked at before: Prowler drops one that it does not understand, and goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prowler.providers.aws.lib.mutelist import mutelist as prowlers
from prowler.providers.aws.lib.mutelist.mutelist import AWSMutelist

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.near_names import near
from prowler_cis_monitoring.user_files import UserFileError

if TYPE_CHECKING:
    from boto3.session import Session

_CHECKS = [control.check_id for control in CONTROLS.values()]


_IN_AWS = ("s3://", "arn:")


class NotFetchedError(RuntimeError):
    """A mutelist in AWS could not be read; the message says where it is and why."""


def is_fetched(location: str | None) -> bool:
    """Whether a mutelist is in AWS, and no local file."""
    return location is not None and location.startswith(_IN_AWS)


def fetched_mutelist(location: str, session: Session, account: str) -> AWSMutelist:
    """Return the mutelist that is in AWS, as Prowler reads it.

    Args:
        location: S3 URI, or ARN of a Lambda function or DynamoDB table.
        session: whose credentials read it.
        account: of a table, the account whose rows count, beside those of all accounts.

    Raises:
        NotFetchedError: it could not be read: findings that are muted would be told as failures.
        UserFileError: it is no mutelist, or what is named is no such place.
    """
    prowlers.logger = _Raises
    try:
        found = _Checked(mutelist_path=location, session=session, aws_account_id=account)
    except _PassedOverError as problem:
        error = problem.__context__
        why = "the key Mutelist is missing" if isinstance(error, KeyError | TypeError) else harmless(str(error))
        raise NotFetchedError(
            f"--mutelist-file {harmless(location)}: could not be read, and nothing would be muted: {why}"
        ) from None
    if found.mutelist is None:
        # As Prowler's reader of tables has it where no row is of this account.
        found._mutelist = {}  # noqa: SLF001 - no other way in
    return found


class _Checked(AWSMutelist):  # type: ignore[misc]
    def get_mutelist_file_from_local_file(self, mutelist_path: str) -> None:
        """Refuse what is neither of the three: Prowler would look for such a file here."""
        expected = "s3://BUCKET/KEY, or the ARN of a Lambda function or DynamoDB table"
        raise UserFileError(f"--mutelist-file {harmless(mutelist_path)}: {expected} is expected")

    def validate_mutelist(self, mutelist: Any) -> Any:  # noqa: ANN401 - whatever was read
        """Refuse what Prowler would drop."""
        check_mutelist(f"--mutelist-file {harmless(self._mutelist_file_path)}", mutelist)
        return mutelist


class _PassedOverError(RuntimeError):
    """Prowler is about to log an error and to go on; its context is the error."""


class _Raises:
    """In the place of Prowler's logger where Prowler fetches a mutelist."""

    @staticmethod
    def error(_: str) -> None:
        """Raise what is about to be passed over."""
        raise _PassedOverError


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
