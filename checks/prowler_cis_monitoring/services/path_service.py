"""What the plug-in's services share: clients for any account and Region, and calls whose errors are kept.

Prowler's own services drop errors and read whole accounts; these answer one question at a time and remember why not.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from prowler.lib.logger import logger
from prowler.providers.aws.lib.service.service import AWSService

from prowler_cis_monitoring.alert_path.resources import FOREIGN_ACCOUNT, Scope, Unread
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.services.sessions import ForeignAccounts, error_code

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from prowler.providers.aws.aws_provider import AwsProvider

Service = TypeVar("Service", bound="PathService")
Answer = TypeVar("Answer")


class _Made:
    """What was made for one provider; its own lock, so that many accounts are read side by side."""

    def __init__(self) -> None:
        self.by_key: dict[type, Any] = {}
        self.lock = threading.RLock()


# Kept on the provider itself: services refer to their provider, so a table beside it would keep both for ever.
_ATTRIBUTE = "_prowler_cis_monitoring"


def service_of(provider: AwsProvider, service: type[Service]) -> Service:
    """Return the one instance of `service` for `provider`; made at the first request, kept until `forget`."""
    made: Service = once_for(provider, service, service)
    return made


def once_for(provider: AwsProvider, key: type, make: Callable[[AwsProvider], Any]) -> Any:  # noqa: ANN401
    """Return what `make(provider)` gave at the first request for `key`."""
    made: _Made = vars(provider).setdefault(_ATTRIBUTE, _Made())
    with made.lock:
        if key not in made.by_key:
            made.by_key[key] = make(provider)
        return made.by_key[key]


def share_with(provider: AwsProvider, foreign: ForeignAccounts) -> None:
    """Let `provider` read other accounts through `foreign`; to be called before anything is read for it."""
    once_for(provider, ForeignAccounts, lambda _: foreign)


def forget(provider: AwsProvider) -> None:
    """Let go of all that was made for `provider`, threads included: in a scan of hundreds of accounts memory counts."""
    made: _Made | None = vars(provider).pop(_ATTRIBUTE, None)
    for service in made.by_key.values() if made else ():
        if isinstance(service, PathService):
            service.thread_pool.shutdown(wait=False)


class PathService(AWSService):  # type: ignore[misc]
    """An AWS service as seen along alert paths.

    Every call returns its answer or an `Unread` that says which permission, Region and resource failed and how.
    """

    name: str

    def __init__(self, provider: AwsProvider) -> None:
        """Prepare for `provider`; makes no AWS call and no client beyond one for the default Region."""
        region = provider.get_default_region(self.name)
        # A client for each audited Region costs 5 ms, and few Regions lie on a path.
        super().__init__(self.name, provider, global_service=True, region=region)
        self.foreign: ForeignAccounts = once_for(provider, ForeignAccounts, ForeignAccounts.of)
        self._clients: dict[Scope, BaseClient] = {Scope(account=self.audited_account, region=region): self.client}
        self._clients_lock = threading.Lock()

    def _client_in(self, scope: Scope) -> BaseClient | Unread:
        if scope.account != self.audited_account:
            return self.foreign.client(self.name, scope)
        # boto3 sessions are not safe to make clients from in several threads.
        with self._clients_lock:
            if scope not in self._clients:
                self._clients[scope] = self.session.client(self.name, region_name=scope.region)
            return self._clients[scope]

    def start(self, ask: Callable[..., Answer], *arguments: Any) -> Future[Answer]:  # noqa: ANN401
        """Queue one of this service's questions on its own threads, as many as Prowler gives a service."""
        future: Future[Answer] = self.thread_pool.submit(ask, *arguments)
        return future

    def call(
        self,
        operation: str,
        scope: Scope,
        resource: str = "",
        on_page: Callable[[dict[str, Any]], None] | None = None,
        **parameters: Any,  # noqa: ANN401
    ) -> dict[str, Any] | Unread:
        """Make one call, paginated where AWS paginates it.

        Args:
            operation: the client's method, for example `describe_alarms`.
            scope: the account and Region to ask.
            resource: name or ARN of what is asked for, kept with an error.
            on_page: told of each page of the audited account as it comes.
            parameters: the call's own parameters.

        Returns:
            The response (all pages joined), or why there is none. Another account is asked once, whoever asks.
        """
        if scope.account == self.audited_account:
            return self._ask(operation, scope, resource, parameters, on_page)
        question = (self.name, operation, scope, json.dumps(parameters, sort_keys=True, default=str))
        answer: dict[str, Any] | Unread = self.foreign.answers.of(
            question, lambda: self._ask(operation, scope, resource, parameters)
        )
        return answer

    def _ask(
        self,
        operation: str,
        scope: Scope,
        resource: str,
        parameters: dict[str, Any],
        on_page: Callable[[dict[str, Any]], None] | None = None,
    ) -> dict[str, Any] | Unread:
        client = self._client_in(scope)
        if isinstance(client, Unread):
            asked = {"action": self._action(operation), "resource": resource, "region": scope.region}
            return client.model_copy(update=asked) if client.error == FOREIGN_ACCOUNT else client
        try:
            if not client.can_paginate(operation):
                return dict(getattr(client, operation)(**parameters))
            pages = client.get_paginator(operation).paginate(**parameters)
            return dict(pages.build_full_result()) if on_page is None else _joined(pages, on_page)
        except (ClientError, BotoCoreError) as error:
            code = error_code(error)
            call = f"{scope.region} -- {self._action(operation)} {resource}"
            logger.error(harmless(f"{call} -- {code}: {error}"))
            return Unread(
                action=self._action(operation),
                region=scope.region,
                account=scope.account,
                resource=resource,
                error=code,
            )

    def lacking(self, operation: str, scope: Scope, resource: str, member: str) -> Unread:
        """Return that a call gave an answer without a member that AWS documents: that is no answer."""
        return Unread(
            action=self._action(operation),
            region=scope.region,
            account=scope.account,
            resource=resource,
            error=f"AnswerWithout{member}",
        )

    def _action(self, operation: str) -> str:
        return f"{self.name}:{''.join(part.capitalize() for part in operation.split('_'))}"


def _joined(pages: Iterable[dict[str, Any]], on_page: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Return the lists of all pages, each joined over the pages."""
    lists: dict[str, Any] = {}
    for page in pages:
        on_page(page)
        for name, part in page.items():
            if isinstance(part, list):
                lists.setdefault(name, []).extend(part)
    return lists
