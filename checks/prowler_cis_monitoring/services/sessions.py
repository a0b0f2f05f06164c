"""Who may read an account: the scan's own session its own account, a role that the configuration names those it names.

A denied call raises alarms in the trail of the user whom we scan for. So another account is never called without a
role for it, its role is assumed once a process, and no question is put to it twice. And whoever may create an alarm in
a scanned account can name a topic of any account, his own among them: a role is assumed only in accounts that the user
has named (IAM User Guide, The confused deputy problem).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import Future
from dataclasses import field
from datetime import datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any

from boto3.session import Session
from botocore.credentials import RefreshableCredentials
from botocore.session import Session as BotocoreSession
from prowler.lib.logger import logger
from prowler.providers.aws.aws_provider import AwsProvider, get_aws_region_for_sts

from prowler_cis_monitoring.alert_path.resources import FOREIGN_ACCOUNT, Arn, Scope, Unread
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.services.answers import NoAnswerError, made, pages
from prowler_cis_monitoring.services.organizations import organization_accounts
from prowler_cis_monitoring.services.reading import Record, moment, some_text
from prowler_cis_monitoring.services.sdk_extras import learn
from prowler_cis_monitoring.settings import ORGANIZATION, Settings

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.config import Config

SESSION_NAME = "prowler-cis-monitoring"
ASSUME_ROLE = "sts:AssumeRole"
LIST_ACCOUNTS = "organizations:ListAccounts"
MOST_VISITS = 20
"""How many accounts that are not named one by one are entered for one scanned account (count)."""

_ACCOUNT_ID = re.compile(r"\d{12}", re.ASCII)


_LEFT_ALONE = Unread(action="", region="", account="", error=FOREIGN_ACCOUNT)


class Once:
    """Answers by key: the first who asks finds out, all others wait for the same answer."""

    def __init__(self) -> None:
        """Start without answers."""
        self._answers: dict[Hashable, Future[Any]] = {}
        self._lock = threading.Lock()

    def of(self, key: Hashable, ask: Callable[[], Any]) -> Any:  # noqa: ANN401 - what `ask` returns
        """Return what `ask()` returned, or raise what it raised, at the first request for `key`."""
        with self._lock:
            first = key not in self._answers
            answer = self._answers.setdefault(key, Future())
        if first:
            try:
                answer.set_result(ask())
            except BaseException as error:
                answer.set_exception(error)
                raise
        return answer.result()


@dataclass(frozen=True)
class ForeignRole:
    """How other accounts are entered.

    Attributes:
        template: the role's ARN with `{account}` in place of the account id; None when none is configured.
        external_id: for AssumeRole, None for none.
        session: whose credentials assume it: the user's own, before any role of the scan.
        sts_region: Region whose STS is asked, in the partition of the scan.
        partition: `aws`, `aws-us-gov` or `aws-cn`.
        config: botocore configuration of all clients: Prowler's retries and timeouts.
    """

    template: str | None
    external_id: str | None
    session: Session
    sts_region: str
    partition: str
    config: Config | None
    _lock: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)

    @classmethod
    def of(cls, provider: AwsProvider) -> ForeignRole:
        """Return what `provider`'s configuration says of other accounts.

        Raises:
            SettingsError: the configuration is invalid.
        """
        settings = Settings.read(provider.audit_config)
        session = provider.session.original_session or provider.session.current_session
        return cls(
            template=settings.cross_account_role,
            external_id=settings.cross_account_external_id,
            session=session,
            # Prowler takes the first of a set: without an order another Region is named from run to run.
            sts_region=get_aws_region_for_sts(session.region_name, sorted(provider.identity.audited_regions or ())),
            partition=provider.identity.partition,
            config=provider.session.session_config,
        )

    def session_in(self, account: str) -> Session | Unread:
        """Assume the role in `account`; makes no call when there is none, or none of this partition.

        Source: STS API, AssumeRole.
        """
        if self.template is None or not _ACCOUNT_ID.fullmatch(account):
            return _LEFT_ALONE.model_copy(update={"account": account})
        role = self.template.replace("{account}", account)
        parsed = Arn.parse(role)
        if parsed is None or parsed.partition != self.partition:
            return self._unread(account, role, f"RoleOfAnotherPartition: this scan is in {self.partition}")
        try:
            credentials = RefreshableCredentials.create_from_metadata(
                metadata=self._assume(role), refresh_using=lambda: self._assume(role), method="sts-assume-role"
            )
        except NoAnswerError as error:
            logger.error(harmless(f"{self.sts_region} -- {ASSUME_ROLE} {role} -- {error}"))
            return self._unread(account, role, error.code)
        return Session(botocore_session=self._botocore_session(credentials))

    @property
    def _sts(self) -> BaseClient:
        # Made once: boto3 sessions are not safe to make clients from when credentials are refreshed in any thread.
        with self._lock:
            return self._only_sts

    @cached_property
    def _only_sts(self) -> BaseClient:
        return made(lambda: AwsProvider.create_sts_session(self.session, self.sts_region))

    def _unread(self, account: str, role: str, error: str) -> Unread:
        return Unread(action=ASSUME_ROLE, region=self.sts_region, account=account, resource=role, error=error)

    def _assume(self, role: str) -> dict[str, str]:
        """Return the credentials of a role.

        Raises:
            NoAnswerError: STS refused or gave no credentials.
        """
        parameters = {"RoleArn": role, "RoleSessionName": SESSION_NAME}
        if self.external_id:
            parameters["ExternalId"] = self.external_id
        (answer,) = pages(self._sts, "assume_role", parameters)
        given = Record(answer["Credentials"])
        credentials = {
            "access_key": given.required("AccessKeyId", some_text, ""),
            "secret_key": given.required("SecretAccessKey", some_text, ""),
            "token": given.required("SessionToken", some_text, ""),
            "expiry_time": given.required("Expiration", moment, datetime.max.replace(tzinfo=timezone.utc)).isoformat(),
        }
        if given.problem:
            raise NoAnswerError(given.problem, "answer")
        return credentials

    def _botocore_session(self, credentials: RefreshableCredentials) -> BotocoreSession:
        session = BotocoreSession()
        session._credentials = credentials  # noqa: SLF001 - botocore has no public name for it, Prowler does the same
        session.set_config_variable("region", self.sts_region)
        if self.config is not None:
            session.set_default_client_config(self.config)
        # Parsing the service models costs 50 to 100 ms: sessions share what is parsed.
        loader = self.session._session.get_component("data_loader")  # noqa: SLF001 - boto3 has no public name
        session.register_component("data_loader", loader)
        return session


@dataclass(frozen=True)
class Named:
    """The accounts that may be entered.

    Attributes:
        one_by_one: ids that the user wrote down.
        together: ids that the scan found, of the accounts it looks at or of the organisation.
        unread: why the organisation's accounts are not known.
    """

    one_by_one: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()
    unread: Unread | None = None


class Visits:
    """The accounts that one scanned account has led to; `MOST_VISITS` of those that nobody named one by one."""

    def __init__(self) -> None:
        """Start without any."""
        self._entered: set[str] = set()
        self._lock = threading.Lock()

    def admit(self, account: str) -> bool:
        """Whether one more account may be entered."""
        with self._lock:
            if account not in self._entered and len(self._entered) < MOST_VISITS:
                self._entered.add(account)
            return account in self._entered


class ForeignAccounts:
    """All accounts but the audited one, for one scan or for many: roles assumed once, answers kept.

    A scan of many accounts makes one of these and gives it to each of its providers (`share_with` of
    `path_service`), so that the account that owns the organisation's trail is read once and not once a member. Safe to
    use from several threads.
    """

    def __init__(self, role: ForeignRole, named: Callable[[], Named]) -> None:
        """Enter the accounts that `named()` gives by `role`; it is asked when the first is to be entered."""
        self._role = role
        self._find_named = named
        self._named = Once()
        self._sessions = Once()
        self._clients: dict[tuple[str, Scope], BaseClient] = {}
        # boto3 sessions are not safe to make clients from in several threads.
        self._lock = threading.Lock()
        self.answers = Once()

    @classmethod
    def of(cls, provider: AwsProvider, scanned: Iterable[str] = ()) -> ForeignAccounts:
        """Make one with the configuration and the credentials of `provider`; `scanned` may be entered besides."""
        role, chosen = ForeignRole.of(provider), Settings.read(provider.audit_config).cross_account_accounts
        together = frozenset(scanned)
        if chosen != ORGANIZATION:
            return cls(role, lambda: Named(frozenset(chosen), together))
        region = provider.identity.profile_region or role.sts_region
        return cls(role, lambda: _with_organization(role.session, region, together))

    def may_enter(self, account: str, visits: Visits) -> bool:
        """Whether an account may be asked for the scanned account whose visits are given; makes no call there."""
        if self._role.template is None or account in self._all_named.one_by_one:
            return True
        return account not in self._all_named.together or visits.admit(account)

    @property
    def _all_named(self) -> Named:
        named: Named = self._named.of(Named, self._find_named)
        return named

    def client(self, service: str, scope: Scope) -> BaseClient | Unread:
        """Return a client of `service` in another account and Region, or why there is none."""
        session = self._sessions.of(scope.account, lambda: self._session_in(scope.account))
        if isinstance(session, Unread):
            return session
        with self._lock:
            if (service, scope) not in self._clients:
                learn(session)
                self._clients[service, scope] = made(lambda: session.client(service, region_name=scope.region))
            return self._clients[service, scope]

    def _session_in(self, account: str) -> Session | Unread:
        if self._role.template is not None and account not in self._all_named.one_by_one | self._all_named.together:
            unread = self._all_named.unread or _LEFT_ALONE
            return unread.model_copy(update={"account": account})
        return self._role.session_in(account)


def _with_organization(session: Session, region: str, together: frozenset[str]) -> Named:
    try:
        return Named(together=together.union(organization_accounts(session, region)))
    except NoAnswerError as error:
        logger.error(harmless(f"{region} -- {LIST_ACCOUNTS} -- {error}"))
        unread = Unread(action=LIST_ACCOUNTS, region=region, account="", error=error.code, cause=error.cause)
        return Named(together=together, unread=unread)
