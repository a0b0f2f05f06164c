"""Prowler's AWS provider without its command line: for the account of the credentials, and for others from there."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import cache
from threading import Event
from typing import TYPE_CHECKING, Any

from boto3.session import Session
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session as BotocoreSession
from botocore.utils import parse_timestamp
from prowler.providers.aws import aws_provider
from prowler.providers.aws.aws_provider import AwsProvider, get_aws_region_for_sts
from prowler.providers.aws.lib.mutelist.mutelist import AWSMutelist
from prowler.providers.aws.models import (
    AWSIdentityInfo,
    AWSSession,
)
from prowler.providers.common.models import Audit_Metadata

from prowler_cis_monitoring.scan.endpoints import EndpointError, check_endpoints
from prowler_cis_monitoring.scan.mutelist import fetched_mutelist, is_fetched
from prowler_cis_monitoring.scan.prowler_range import known
from prowler_cis_monitoring.scan.same_account import naming
from prowler_cis_monitoring.services.answers import error_code
from prowler_cis_monitoring.services.authorities import read_authorities_once
from prowler_cis_monitoring.services.failed_calls import of_credentials
from prowler_cis_monitoring.services.path_service import share_with
from prowler_cis_monitoring.services.sdk_extras import learn_for_all
from prowler_cis_monitoring.services.sessions import ForeignAccounts
from prowler_cis_monitoring.services.shared_clients import SharedClients

if TYPE_CHECKING:
    from botocore.client import BaseClient

    from prowler_cis_monitoring.scan.options import Options, RoleOptions

_BEFORE_THE_END = 60
"""How long before a session ends its role is assumed again (s); botocore's quarter of an hour is a whole session."""
_CONNECTIONS = 10
"""Connections of a client that are kept open for each account that is scanned at the same time (count)."""


def open_account(options: Options) -> AwsProvider:
    """Return the provider that the `prowler` command would make for the same options.

    Raises:
        prowler.exceptions.exceptions.ProwlerException, botocore.exceptions.BotoCoreError: no credentials, a role that
            cannot be assumed, and the like.
        prowler_cis_monitoring.scan.mutelist.NotFetchedError: the mutelist could not be read.
    """
    check_endpoints()
    _read_regions_once()
    learn_for_all()
    read_authorities_once()
    timeouts = {"connect_timeout": options.retries.connect_timeout, "read_timeout": options.retries.read_timeout}
    provider = _authenticated(
        # Many accounts are scanned in processes, which are made where no other thread is running.
        AwsProvider if options.many else _Provider,
        retries_max_attempts=options.retries.attempts,
        **known(AwsProvider.__init__, timeouts),
        role_arn=None if options.many else options.role.name,
        session_duration=options.role.duration,
        external_id=options.role.external_id,
        role_session_name=options.role.session_name,
        mfa=options.mfa,
        profile=options.profile,
        regions=set(options.regions) or None,
        excluded_regions=set(options.excluded_regions) if options.excluded_regions else None,
        organizations_role_arn=options.organizations_role,
        config_content=options.audit_config,
    )
    if not (options.many and is_fetched(options.mutelist)):
        _mute(provider, options)
    provider.audit_metadata = _audit_metadata(options)
    provider.source = naming(options, None if options.many else options.role.name)
    _read_times_fast(provider.session.current_session)
    return provider


_NO_ENDPOINT = "Invalid endpoint: "


def _authenticated(kind: type[AwsProvider], **given: Any) -> AwsProvider:  # noqa: ANN401 - as Prowler takes it
    try:
        return kind(**given)
    except ValueError as error:
        if not str(error).startswith(_NO_ENDPOINT):
            raise
        where = "endpoint_url in the AWS configuration"
        raise EndpointError(endpoint=str(error).removeprefix(_NO_ENDPOINT), where=where) from None


class _Provider(AwsProvider):  # type: ignore[misc]
    """Prowler's provider, which does not wait for the account's place in its organization: only findings tell of it.

    Prowler asks for it in four calls and two more for each level of units, one after the other.
    """

    def get_organizations_info(self, session: Session, *others: Any, **more: Any) -> Any:  # noqa: ANN401 - Prowler's
        """Return a future of the answer; the answer itself where Prowler looks into it, after assuming a role."""
        ask = super().get_organizations_info
        if self._session.current_session is not self._session.original_session:
            return ask(session, *others, **more)
        alone = _OnlyUser(session)
        thread = ThreadPoolExecutor(1, thread_name_prefix="organization")
        asking = thread.submit(ask, alone, *others, **more)
        asking.add_done_callback(lambda _: alone.done.set())
        thread.shutdown(wait=False)
        # Sessions are not safe to make clients from in several threads.
        alone.done.wait()
        return asking

    @property
    def organizations_metadata(self) -> Any:  # noqa: ANN401 - likewise
        """What AWS says of the account's place, once it has been said."""
        found = self._organizations_metadata
        return found.result() if isinstance(found, Future) else found


class _OnlyUser:
    """A session for one client, and a sign that it has been made."""

    def __init__(self, session: Session) -> None:
        self._session, self.done = session, Event()

    def client(self, *arguments: Any, **named: Any) -> BaseClient:  # noqa: ANN401 - as boto3 takes them
        try:
            return self._session.client(*arguments, **named)
        finally:
            self.done.set()


def _mute(provider: AwsProvider, options: Options) -> None:
    """Give a provider its mutelist; one that is in AWS is read with the account's credentials, as Prowler does."""
    if options.mutelist is None:
        return
    if is_fetched(options.mutelist):
        session, account = provider.session.current_session, provider.identity.account
        found = fetched_mutelist(options.mutelist, session, account)
    else:
        # Prowler would take no content, given as an argument, for no mutelist and look for its own.
        found = AWSMutelist(mutelist_content=options.mutelist_content)
    provider._mutelist = found  # noqa: SLF001 - no other way in


def _read_regions_once() -> None:
    """Let Prowler remember its list of all services' Regions: it parses the file whenever a service is made."""
    if not hasattr(aws_provider.read_aws_regions_file, "cache_info"):
        aws_provider.read_aws_regions_file = cache(aws_provider.read_aws_regions_file)


def _read_times_fast(session: Session) -> None:
    """Let the clients made of a session parse times in ISO 8601 with the standard library.

    botocore's own parser takes more time over a page of alarms than all the rest of an answer.
    """
    factory = session._session.get_component("response_parser_factory")  # noqa: SLF001 - boto3 has no public name
    factory.set_parser_defaults(timestamp_parser=parse_time)


def parse_time(value: Any) -> datetime:  # noqa: ANN401 - as AWS sends it
    """Return the time that `botocore.utils.parse_timestamp` returns, sooner.

    Raises:
        ValueError: it is no time.
    """
    if isinstance(value, str) and value.endswith("Z") and value[10:11] == "T":
        try:
            return datetime.fromisoformat(f"{value[:-1]}+00:00")
        except ValueError:
            pass  # fromisoformat of Python 3.10 reads fewer forms.
    parsed: datetime = parse_timestamp(value)
    return parsed


def _audit_metadata(options: Options) -> Any:  # noqa: ANN401 - Prowler's
    return Audit_Metadata(
        services_scanned=0, expected_checks=list(options.check_ids), completed_checks=0, audit_progress=0
    )


class MemberProvider(AwsProvider):  # type: ignore[misc]
    """The provider of one account among many: everything that is the same for all of them is shared with `base`."""

    def __init__(
        self, base: AwsProvider, session: AWSSession, identity: AWSIdentityInfo, role: str, options: Options
    ) -> None:
        """Prepare for the account of `identity`, entered by `role` (an ARN).

        Asks AWS for its enabled Regions and its organisation metadata.
        """
        # Prowler's own constructor authenticates, and makes the provider a global one: there is no other way in.
        self.source = naming(options, role)
        self._session = session
        self._identity = identity
        self._audit_config = base.audit_config
        self._fixer_config = base.fixer_config
        self._audit_resources: list[str] = []
        self._scan_unused_services = False
        self._excluded_regions = base._excluded_regions  # noqa: SLF001 - our own base class
        self.audit_metadata = _audit_metadata(options)
        enabled = self.get_aws_enabled_regions(session.current_session)
        self._enabled_regions = enabled - self._excluded_regions if enabled is not None else None
        self._organizations_metadata = self._organizations(base)
        self._mutelist = base.mutelist
        if is_fetched(options.mutelist):
            _mute(self, options)

    def _organizations(self, base: AwsProvider) -> Any:  # noqa: ANN401 - Prowler's
        """Ask with the credentials of `base`, and only where they could read their own account's metadata.

        A member's role seldom may, and each refused call is an unauthorized call in the account's own trail.
        """
        if not getattr(base.organizations_metadata, "organization_id", None):
            return base.organizations_metadata
        region = known(self.get_organizations_info, {"region": base.identity.profile_region})
        return self.get_organizations_info(base.session.original_session, self._identity.account, **region)


class CredentialsError(RuntimeError):
    """The credentials of the scan itself are no longer good; the message says why."""


class Members:
    """Opens accounts by assuming a role in each with the credentials of `base`; safe to use from several threads."""

    def __init__(self, base: AwsProvider, options: Options, accounts: Iterable[str], parallel: int) -> None:
        """Prepare what all accounts share; each of `accounts` may be read for each other, `parallel` at a time."""
        self.base = base
        self._options = options
        self._session: Session = base.session.original_session
        self._sts_region: str = get_aws_region_for_sts(
            self._session.region_name,
            base.identity.audited_regions,
            base._excluded_regions,  # noqa: SLF001 - not public
        )
        self._sts: BaseClient = AwsProvider.create_sts_session(self._session, self._sts_region)
        # What other accounts own of an alert path is read once for all members.
        self._foreign = ForeignAccounts.of(base, {*accounts, base.identity.account})
        self._clients = SharedClients(self._session_of_nobody(_CONNECTIONS * parallel))

    def open(self, account: str) -> AwsProvider:
        """Return a provider for `account`; that of the base credentials is scanned with these.

        Raises:
            botocore.exceptions.ClientError: the role cannot be assumed.
            prowler_cis_monitoring.scan.mutelist.NotFetchedError: the account's mutelist could not be read.
        """
        if account == self.base.identity.account:
            provider = self.base
            if is_fetched(self._options.mutelist):
                _mute(provider, self._options)
        else:
            provider = self._open(account)
        share_with(provider, self._foreign)
        return provider

    def check_credentials(self) -> None:
        """Ask AWS whether the credentials of the scan are still good, for the cost of one call.

        Raises:
            CredentialsError: they are not.
        """
        try:
            self._sts.get_caller_identity()
        except (ClientError, BotoCoreError) as error:
            if of_credentials([error_code(error)]) or error_code(error) in ("InvalidClientTokenId", "AccessDenied"):
                raise CredentialsError(
                    f"the credentials of the scan are no longer good ({error_code(error)})"
                ) from None

    def _open(self, account: str) -> AwsProvider:
        partition = self.base.identity.partition
        role = f"arn:{partition}:iam::{account}:role/{self._options.role.name}"
        credentials = RefreshableCredentials.create_from_metadata(
            metadata=self._assume(role),
            refresh_using=lambda: self._assume(role),
            method="sts-assume-role",
            advisory_timeout=_BEFORE_THE_END,
            mandatory_timeout=_BEFORE_THE_END,
        )
        identity = AWSIdentityInfo(
            account=account,
            account_arn=f"arn:{partition}:iam::{account}:root",
            user_id=self.base.identity.user_id,
            partition=partition,
            identity_arn=self.base.identity.identity_arn,
            profile=self.base.identity.profile,
            profile_region=self.base.identity.profile_region,
            audited_regions=self.base.identity.audited_regions,
        )
        session = AWSSession(
            current_session=self._clients.session(credentials),
            original_session=self._session,
            session_config=self.base.session.session_config,
        )
        return MemberProvider(self.base, session, identity, role, self._options)

    def _assume(self, role: str) -> dict[str, str]:
        """Return the credentials of a role as botocore wants them; it asks again when they are about to expire."""
        wanted: RoleOptions = self._options.role
        parameters = {
            "RoleArn": role,
            "RoleSessionName": wanted.session_name,
            "DurationSeconds": wanted.duration,
            **({"ExternalId": wanted.external_id} if wanted.external_id else {}),
        }
        credentials = self._sts.assume_role(**parameters)["Credentials"]
        return {
            "access_key": credentials["AccessKeyId"],
            "secret_key": credentials["SecretAccessKey"],
            "token": credentials["SessionToken"],
            "expiry_time": credentials["Expiration"].isoformat(),
        }

    def _session_of_nobody(self, connections: int) -> Session:
        """Return a session as Prowler makes them for a role, for the accounts to share."""
        core, identity = BotocoreSession(), self.base.identity
        core.set_config_variable("region", identity.profile_region)
        config = self.base.session.session_config.merge(Config(max_pool_connections=connections))
        core.set_default_client_config(config)
        # Parsing the service models costs 50 to 100 ms: sessions share what is parsed.
        core.register_component("data_loader", self._session._session.get_component("data_loader"))  # noqa: SLF001
        session = Session(profile_name=identity.profile, botocore_session=core)
        _read_times_fast(session)
        return session
