"""Asks AWS who we are while what judges the answers is loaded."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Thread
from typing import TYPE_CHECKING

from prowler_cis_monitoring.scan.provider import open_account

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider

    from prowler_cis_monitoring.scan.options import Options


class Opening:
    """An account that is being opened in a thread of its own, which does not keep the process from ending."""

    def __init__(self, options: Options) -> None:
        """Begin to open the account of `options`."""
        self._options = options
        self._opened: Future[AwsProvider] = Future()
        self._thread = Thread(target=self._open, name="opening", daemon=True)
        self._thread.start()
        if options.mfa:
            # Nothing may be said before the code of the device is asked for.
            self._thread.join()

    def _open(self) -> None:
        try:
            self._opened.set_result(open_account(self._options))
        except BaseException as error:  # noqa: BLE001 - raised where the account is waited for
            self._opened.set_exception(error)

    def account(self) -> AwsProvider:
        """Return the account's provider; raises what `open_account` raises. No thread is left behind."""
        self._thread.join()
        return self._opened.result()
