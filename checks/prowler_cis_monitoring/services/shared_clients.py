"""Clients that many accounts share: one a service and Region, and each call signed for the account that makes it.

Making a client takes ten times what a call takes, and a connection that is open spares a handshake. What must not be
shared is not: credentials are of the call and nowhere else, so that there are none to fall back on, and each account
has its own allowance of retries, so that one that is throttled takes none from another.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from boto3.session import Session
from botocore.client import BaseClient
from botocore.credentials import Credentials
from botocore.retries.quota import RetryQuota
from botocore.retries.standard import register_retry_handler

if TYPE_CHECKING:
    from botocore.credentials import ReadOnlyCredentials

_CALLER: ContextVar[_AccountClient] = ContextVar("the client that makes the call")


class _AccountClient(BaseClient):  # type: ignore[misc]
    """What every shared client is besides: nobody's, until `of` makes it an account's."""

    _caller_credentials: Credentials | None = None
    _caller_quota: RetryQuota

    def of(self, credentials: Credentials) -> _AccountClient:
        """Return this client with the credentials of an account; all but these and the retries is shared."""
        own: _AccountClient = object.__new__(type(self))
        own.__dict__.update(self.__dict__, _caller_credentials=credentials, _caller_quota=RetryQuota())
        return own

    def _make_api_call(self, operation_name: str, api_params: dict[str, Any]) -> Any:  # noqa: ANN401 - botocore's
        if self._caller_credentials is None:
            raise LookupError(f"{operation_name} was called for no account")
        before = _CALLER.set(self)
        try:
            return super()._make_api_call(operation_name, api_params)
        finally:
            _CALLER.reset(before)


def _caller_credentials() -> Credentials:
    return _CALLER.get()._caller_credentials  # noqa: SLF001 - the class above


class _CredentialsOfTheCall(Credentials):  # type: ignore[misc]
    """Those of the account that makes the call, as botocore asks for them when it signs; outside of a call none."""

    method = "of the call"

    def __init__(self) -> None:
        """There is nothing to know."""

    @property
    def access_key(self) -> str:
        """The id of the key."""
        return str(_caller_credentials().access_key)

    @property
    def secret_key(self) -> str:
        """The key."""
        return str(_caller_credentials().secret_key)

    @property
    def token(self) -> str | None:
        """The token of the session."""
        token: str | None = _caller_credentials().token
        return token

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Return all three, refreshed if they are about to expire."""
        return _caller_credentials().get_frozen_credentials()


class _QuotaOfTheCall:
    """The allowance of retries of the account that makes the call."""

    def acquire(self, amount: int) -> bool:
        """Take some of it; False where it does not suffice."""
        return bool(_CALLER.get()._caller_quota.acquire(amount))  # noqa: SLF001 - the class above

    def release(self, amount: int) -> None:
        """Give some of it back."""
        _CALLER.get()._caller_quota.release(amount)  # noqa: SLF001 - likewise


class SharedClients:
    """The clients of one session, made once; safe to use from several threads."""

    def __init__(self, session: Session) -> None:
        """Share the clients of `session`, which has no credentials of its own."""
        self._session = session
        self._clients: dict[tuple[str, str | None], _AccountClient] = {}
        self._lock = threading.Lock()
        session._session._credentials = _CredentialsOfTheCall()  # noqa: SLF001 - no public name, Prowler does the same
        session.events.register("creating-client-class", _be_an_accounts)

    def session(self, credentials: Credentials) -> Session:
        """Return a session for the account of `credentials`."""
        return _AccountSession(self._session, self, credentials)

    def client(self, service: str, region: str | None) -> _AccountClient:
        """Return the one client of a service in a Region."""
        key = service, region
        with self._lock:
            if key not in self._clients:
                made = self._session.client(service, region_name=region)
                _let_each_account_retry(made)
                self._clients[key] = made
            return self._clients[key]


class _AccountSession(Session):  # type: ignore[misc]
    """A session as boto3 makes them, but that its clients are shared with those of other accounts."""

    def __init__(self, session: Session, clients: SharedClients, credentials: Credentials) -> None:
        # boto3's own constructor would make all anew that is the same for all accounts.
        self.__dict__.update(session.__dict__)
        self._clients, self._own_credentials = clients, credentials

    def get_credentials(self) -> Credentials:
        """Return the credentials of the account."""
        return self._own_credentials

    def client(self, service_name: str, region_name: str | None = None, **others: Any) -> BaseClient:  # noqa: ANN401
        """Return a client of the account; one with options of its own is shared with nobody."""
        if others:
            return super().client(service_name, region_name=region_name, **others).of(self._own_credentials)
        return self._clients.client(service_name, region_name).of(self._own_credentials)


def _be_an_accounts(base_classes: list[type], **_: object) -> None:
    base_classes.insert(0, _AccountClient)


def _let_each_account_retry(client: BaseClient) -> None:
    """Have retries counted an account: botocore counts them a client, lest a service that is down be asked for ever."""
    if client.meta.config.retries["mode"] != "standard":
        return
    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.unregister(f"needs-retry.{service}", unique_id=f"retry-config-{service}")
    handler = register_retry_handler(client, client.meta.config.retries["total_max_attempts"])
    handler._retry_quota._quota = _QuotaOfTheCall()  # noqa: SLF001 - botocore has no public name for it
