"""What the plug-in's services share: clients for any account and Region, and calls whose errors are kept.

Prowler's own services drop errors and read whole accounts; these answer one question at a time and remember why not.
"""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from prowler.lib.logger import logger
from prowler.providers.aws.lib.service.service import MAX_WORKERS, AWSService

from prowler_cis_monitoring.alert_path.resources import FOREIGN_ACCOUNT, Cause, Scope, Unread
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.services.answers import NoAnswerError, action_of, made, pages
from prowler_cis_monitoring.services.failed_calls import FailedCalls
from prowler_cis_monitoring.services.reading import Record
from prowler_cis_monitoring.services.sessions import ASSUME_ROLE, LIST_ACCOUNTS, ForeignAccounts, Visits

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from prowler.providers.aws.aws_provider import AwsProvider

Service = TypeVar("Service", bound="PathService")
Answer = TypeVar("Answer")
_MOST_OF_A_TRACEBACK = 20_000


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
    threads: int = MAX_WORKERS
    """How many of a service's questions to one account are on their way at the same time (count)."""

    def __init__(self, provider: AwsProvider) -> None:
        """Prepare for `provider`; makes no AWS call and no client beyond one for the default Region."""
        region = provider.get_default_region(self.name)
        # A client for each audited Region costs 5 ms, and few Regions lie on a path.
        super().__init__(self.name, provider, global_service=True, region=region)
        self.thread_pool = ThreadPoolExecutor(self.threads)
        self.foreign: ForeignAccounts = once_for(provider, ForeignAccounts, ForeignAccounts.of)
        self.failed: FailedCalls = once_for(provider, FailedCalls, FailedCalls)
        self._visits: Visits = once_for(provider, Visits, lambda _: Visits())
        self._clients: dict[Scope, BaseClient] = {Scope(account=self.audited_account, region=region): self.client}
        self._clients_lock = threading.Lock()

    def _client_in(self, scope: Scope) -> BaseClient | Unread:
        if scope.account != self.audited_account:
            return self.foreign.client(self.name, scope)
        # boto3 sessions are not safe to make clients from in several threads.
        with self._clients_lock:
            if scope not in self._clients:
                self._clients[scope] = made(lambda: self.session.client(self.name, region_name=scope.region))
            return self._clients[scope]

    def start(self, ask: Callable[..., Answer], *arguments: Any) -> Future[Answer]:  # noqa: ANN401
        """Queue one of this service's questions on its own threads, as many as Prowler gives a service."""
        future: Future[Answer] = self.thread_pool.submit(ask, *arguments)
        return future

    def call(  # noqa: PLR0913 - a call, and what becomes of its answer
        self,
        operation: str,
        scope: Scope,
        resource: str = "",
        *,
        read: Callable[[Record], Answer],
        join: Callable[[Sequence[Answer]], Answer] | None = None,
        on_page: Callable[[Answer], None] | None = None,
        most_pages: int | None = None,
        **parameters: Any,  # noqa: ANN401
    ) -> Answer | Unread:
        """Make one call, paginated where AWS paginates it, and read its answer.

        Args:
            operation: the client's method, for example `describe_alarms`.
            scope: the account and Region to ask.
            resource: name or ARN of what is asked for, kept with an error.
            read: makes a value of the answer, all pages joined; or of one page, if there is a `join`.
            join: makes one value of those of all pages; each page is then read as it comes.
            on_page: told of the value of each page of the audited account before the next one is asked for.
            most_pages: how many pages are asked for at most; the last one's token tells that there are more.
            parameters: the call's own parameters.

        Returns:
            What `read` made, or why there is nothing: the call failed, the answer or a member that was read is not as
            documented, or an error of ours, which so stays with this one question. Another account is asked once,
            whoever asks.
        """
        reading = _PageByPage(read, on_page) if join else None
        try:
            found = self._answer(operation, scope, parameters, reading, most_pages)
            if isinstance(found, Unread):
                self.failed.add(found)
                asked = {"action": self._action(operation), "region": scope.region, "resource": resource}
                return found if found.action in (ASSUME_ROLE, LIST_ACCOUNTS) else found.model_copy(update=asked)
            if join and reading:
                value, record = reading.joined(found, join)
            else:
                record = Record(_joined(found))
                value = read(record)
        except Exception as error:  # noqa: BLE001 - see Returns
            logger.error(harmless(traceback.format_exc(), _MOST_OF_A_TRACEBACK, keep="\n"))
            return self.unread(operation, scope, resource, type(error).__name__, "defect")
        return self.flaw(operation, scope, resource, record) or value

    def _answer(
        self,
        operation: str,
        scope: Scope,
        parameters: dict[str, Any],
        reading: _PageByPage[Any] | None,
        most_pages: int | None,
    ) -> list[dict[str, Any]] | Unread:
        if scope.account == self.audited_account:
            return self._ask(operation, scope, parameters, reading, most_pages)
        if not self.foreign.may_enter(scope.account, self._visits):
            return self.unread(operation, scope, "", FOREIGN_ACCOUNT, "call")
        question = (self.name, operation, scope, most_pages, json.dumps(parameters, sort_keys=True, default=str))
        answer: list[dict[str, Any]] | Unread = self.foreign.answers.of(
            question, lambda: self._ask(operation, scope, parameters, None, most_pages)
        )
        return answer

    def _ask(
        self,
        operation: str,
        scope: Scope,
        parameters: dict[str, Any],
        reading: _PageByPage[Any] | None,
        most_pages: int | None,
    ) -> list[dict[str, Any]] | Unread:
        answer = []
        try:
            client = self._client_in(scope)
            if isinstance(client, Unread):
                return client
            for page in pages(client, operation, parameters, most_pages):
                if reading is None:
                    answer.append(page)
                else:
                    reading.page(page)
        except NoAnswerError as error:
            logger.error(harmless(f"{scope.region} -- {self._action(operation)} -- {error.code}: {error}"))
            return self.unread(operation, scope, "", error.code, error.cause)
        finally:
            if reading is not None:
                reading.end()
        return answer

    def unread(self, operation: str, scope: Scope, resource: str, error: str, cause: Cause = "answer") -> Unread:
        """Return that a call says nothing of a resource."""
        unread = self._nothing_of(operation, scope, resource, error, cause)
        self.failed.add(unread)
        return unread

    def not_asked(self, operation: str, scope: Scope, resource: str) -> Unread:
        """Return what stands in place of an answer until it is asked for, or for good where it is not needed.

        No call failed: what was not asked is no reason to take an account for one that could not be reached.
        """
        return self._nothing_of(operation, scope, resource, "NotAsked", "answer")

    def _nothing_of(self, operation: str, scope: Scope, resource: str, error: str, cause: Cause) -> Unread:
        return Unread(
            action=self._action(operation),
            region=scope.region,
            account=scope.account,
            resource=resource,
            error=error,
            cause=cause,
        )

    def flaw(self, operation: str, scope: Scope, resource: str, record: Record) -> Unread | None:
        """Return what is wrong with a record of an answer, None when all that was read is well formed."""
        return self.unread(operation, scope, resource, record.problem) if record.problem else None

    def _action(self, operation: str) -> str:
        return action_of(self.name, operation)


class _PageByPage(Generic[Answer]):
    """Reads each page of an answer once, and keeps what was read of it alone.

    A page after which another one comes is read in a thread while that one is on its way: of ten thousand alarms all
    pages come one after the other, and reading them would be added to the time that they take.
    """

    def __init__(self, read: Callable[[Record], Answer], on_page: Callable[[Answer], None] | None) -> None:
        self._read, self._on_page = read, on_page
        self._values: list[Answer] = []
        self._record = Record({})
        self._reader: ThreadPoolExecutor | None = None
        self._begun: list[Future[None]] = []

    def page(self, page: dict[str, Any]) -> None:
        """Read a page as it comes."""
        if page.get("NextToken"):
            # Pages are read in order, so one thread is enough.
            self._reader = self._reader or ThreadPoolExecutor(1, thread_name_prefix="pages")
            self._begun.append(self._reader.submit(self._page, page))
            return
        self._wait()
        self._page(page)

    def end(self) -> None:
        """Let go of the thread."""
        if self._reader is not None:
            self._reader.shutdown()

    def _wait(self) -> None:
        while self._begun:
            self._begun.pop(0).result()

    def _page(self, page: dict[str, Any]) -> None:
        self._add(page)
        if self._on_page is not None:
            self._on_page(self._values[-1])

    def joined(
        self, pages: Iterable[dict[str, Any]], join: Callable[[Sequence[Answer]], Answer]
    ) -> tuple[Answer, Record]:
        """Return the value of all pages, those not read yet included, and the first record that is not well formed."""
        self._wait()
        for page in pages:
            self._add(page)
        return join(self._values), self._record

    def _add(self, page: dict[str, Any]) -> None:
        record = Record(page)
        self._values.append(self._read(record))
        if not self._record.problem:
            self._record = record


def _joined(pages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return an answer of several pages: lists are joined, all other members are those of the last page."""
    if len(pages) == 1:
        return pages[0]
    lists: dict[str, list[Any]] = {}
    for page in pages:
        for name, value in page.items():
            if isinstance(value, list):
                lists.setdefault(name, []).extend(value)
    return {**pages[-1], **lists} if pages else {}
