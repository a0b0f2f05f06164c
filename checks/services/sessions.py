"""The boto3 session that may read an account: the scan's own, or that of a role the configuration names for others."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.alert_path.resources import FOREIGN_ACCOUNT, Unread

if TYPE_CHECKING:
    from boto3.session import Session
    from prowler.providers.aws.aws_provider import AwsProvider


class Sessions:
    """Sessions by account id. Accounts without a configured role are never called."""

    def __init__(self, provider: AwsProvider) -> None:
        """Start from the session that Prowler authenticated."""
        self.audited_account: str = provider.identity.account
        self._sessions: dict[str, Any] = {self.audited_account: provider.session.current_session}
        self.lock = threading.Lock()

    def of(self, account: str) -> Session | Unread:
        """Return a session for `account`, or an `Unread` with the error `FOREIGN_ACCOUNT`."""
        return self._sessions.get(account) or Unread(action="", region="", account=account, error=FOREIGN_ACCOUNT)
