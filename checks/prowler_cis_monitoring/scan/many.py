"""Scans many accounts in one process: a few at a time, each result saved as soon as it is known."""

from __future__ import annotations

import gc
import traceback
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from prowler.exceptions.exceptions import ProwlerException
from prowler.lib.logger import logger

from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.scan.deadline import TooLateError
from prowler_cis_monitoring.scan.findings import Checks
from prowler_cis_monitoring.scan.provider import CredentialsError, Members
from prowler_cis_monitoring.scan.state import State, UnsavedError
from prowler_cis_monitoring.scan.terminal import progress
from prowler_cis_monitoring.services.answers import error_code
from prowler_cis_monitoring.services.failed_calls import FailedCalls, not_reached, of_credentials
from prowler_cis_monitoring.services.path_service import forget, once_for

if TYPE_CHECKING:
    from prowler_cis_monitoring.scan.options import Options

_MOST_OF_A_TRACEBACK = 20_000


class NotReachedError(RuntimeError):
    """Too few calls were answered to say anything of an account."""


@dataclass(frozen=True)
class ManyAccounts:
    """One scan of many accounts; results go into `state` and are read from there."""

    accounts: tuple[str, ...]
    members: Members
    checks: Checks
    state: State
    options: Options

    def scan(self) -> dict[str, str]:
        """Scan the accounts that are not finished; return why single ones could not be scanned, by account."""
        waiting = [account for account in self.accounts if account not in self.state.finished]
        failures: dict[str, str] = {}
        with (
            _loaded_for_good(),
            ThreadPoolExecutor(self.options.parallel, thread_name_prefix="account") as pool,
            progress(len(waiting), shown=not self.options.outputs.quiet) as one_more,
        ):
            started: dict[Future[None], str] = {pool.submit(self._scan, account): account for account in waiting}
            try:
                for done in as_completed(started):
                    problem = _problem(done)
                    if problem is not None:
                        failures[started[done]] = problem
                    one_more()
            except (UnsavedError, CredentialsError):
                # It would happen to all others as well.
                pool.shutdown(cancel_futures=True)
                raise
        return {account: failures[account] for account in self.accounts if account in failures}

    def _scan(self, account: str) -> None:
        if self.options.deadline is not None:
            self.options.deadline.check()
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
                raise NotReachedError(f"it could not be reached ({', '.join(unreached)})")
            self.state.add(account, found.saved())
        finally:
            forget(provider)
        del provider
        # boto3's clients are full of cycles; without this the accounts of a minute pile up.
        gc.collect()


@contextmanager
def _loaded_for_good() -> Iterator[None]:
    """Let collections look at what the accounts leave behind only: what is loaded by now stays."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _problem(done: Future[None]) -> str | None:
    error = done.exception()
    if error is None:
        return None
    if not isinstance(error, Exception):
        raise error
    if isinstance(error, UnsavedError | CredentialsError):
        raise error
    if isinstance(error, ClientError | BotoCoreError | ProwlerException | NotReachedError | TooLateError):
        return harmless(str(error))
    # A defect in one account must not cost the others; it is reported as theirs is.
    logger.error(harmless("".join(traceback.format_exception(error)), _MOST_OF_A_TRACEBACK, keep="\n"))
    return harmless(f"{type(error).__name__}: {error}")
