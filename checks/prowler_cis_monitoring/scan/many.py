"""Scans many accounts: a few at a time, each result saved as soon as it is known."""

from __future__ import annotations

import traceback
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError
from prowler.exceptions.exceptions import ProwlerException
from prowler.lib.logger import logger

from prowler_cis_monitoring.alert_path.error_codes import known_advice_on
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.scan.access import role_refused
from prowler_cis_monitoring.scan.crew import Crew, Told
from prowler_cis_monitoring.scan.deadline import Deadline, TooLateError
from prowler_cis_monitoring.scan.findings import Checks
from prowler_cis_monitoring.scan.mutelist import NotFetchedError
from prowler_cis_monitoring.scan.provider import CredentialsError, Members
from prowler_cis_monitoring.scan.state import State
from prowler_cis_monitoring.scan.terminal import progress
from prowler_cis_monitoring.services.answers import error_code
from prowler_cis_monitoring.services.failed_calls import FailedCalls, not_reached, of_credentials
from prowler_cis_monitoring.services.path_service import forget, once_for
from prowler_cis_monitoring.user_files import UserFileError

_MOST_OF_A_TRACEBACK = 20_000


class NotReachedError(RuntimeError):
    """Too few calls were answered to say anything of an account."""


@dataclass(frozen=True)
class ManyAccounts:
    """One scan of many accounts; results go into `state` and are read from there."""

    accounts: tuple[str, ...]
    crew: Crew
    state: State
    quiet: bool

    def scan(self) -> dict[str, str]:
        """Scan the accounts that are not finished; return why single ones could not be scanned, by account.

        Raises:
            UnsavedError, CredentialsError: it would happen to all others as well.
        """
        waiting = [account for account in self.accounts if account not in self.state.finished]
        failures: dict[str, str] = {}
        with progress(len(waiting), shown=not self.quiet) as one_more:
            for told in self.crew.told(waiting, self._keep):
                if told.problem is not None:
                    failures[told.account] = told.problem
                one_more()
        return {account: failures[account] for account in self.accounts if account in failures}

    def _keep(self, told: Told) -> None:
        self.state.add(told.account, told.result or "")


@dataclass(frozen=True)
class AccountScan:
    """Scans one account of many; safe to use from several threads."""

    members: Members
    checks: Checks
    deadline: Deadline | None

    def __call__(self, account: str) -> Told:
        """Return its results, or why there are none."""
        try:
            return Told(account, self._scan(account))
        except BaseException as error:  # noqa: BLE001 - told to whoever waits for it, perhaps in another process
            return _told(account, error)

    def _scan(self, account: str) -> str:
        if self.deadline is not None:
            self.deadline.check()
        try:
            provider = self.members.open(account)
        except (ClientError, BotoCoreError) as error:
            if of_credentials([error_code(error)]):
                self.members.check_credentials()
            raise
        try:
            found = self.checks.run(provider)
            failed = once_for(provider, FailedCalls, FailedCalls)
            if unreached := not_reached(failed, undecided=found.undecided):
                if of_credentials(unreached):
                    self.members.check_credentials()
                raise NotReachedError(_unreached_in_words(unreached))
            return found.saved()
        finally:
            forget(provider)


def _unreached_in_words(errors: Sequence[str]) -> str:
    # What was not documented, such as the page of a portal, is no code.
    told = f"it could not be reached ({', '.join(errors)})"
    return f"{told}: {advice}" if (advice := known_advice_on(errors[0])) else told


_TOLD_AS_THEY_ARE = (
    *(BotoCoreError, ClientError, ProwlerException),
    *(NotFetchedError, NotReachedError, TooLateError, UserFileError),
)


def _told(account: str, error: BaseException) -> Told:
    if not isinstance(error, Exception) or isinstance(error, CredentialsError):
        return Told(account, fatal=error)
    if isinstance(error, _TOLD_AS_THEY_ARE):
        text = harmless(str(error))
        return Told(account, problem=role_refused(text) or text)
    # A defect in one account must not cost the others; it is reported as theirs is.
    logger.error(harmless("".join(traceback.format_exception(error)), _MOST_OF_A_TRACEBACK, keep="\n"))
    return Told(account, problem=harmless(f"{type(error).__name__}: {error}"))
