"""SNS: the topics that alarms name, and who is subscribed to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from prowler_cis_monitoring.alert_path.resources import (
    Arn,
    Key,
    Scope,
    Subscription,
    SubscriptionAttributes,
    Topic,
    Unread,
)
from prowler_cis_monitoring.alert_path.subscriptions import TELLING_PROTOCOLS
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.services.path_service import PathService
from prowler_cis_monitoring.services.reading import Record, one_of, some_text, text

_NOT_FOUND = ("NotFound", "NotFoundException")
_REFUSED = ("AuthorizationError", "AuthorizationErrorException", "AccessDenied", "AccessDeniedException")
_UNCONFIRMED = ("PendingConfirmation", "Deleted")
_TRUTHS = one_of({"true", "false"})
_POLICY_SCOPES = one_of({"MessageAttributes", "MessageBody"})
A_PAGE = 100
"""Subscriptions that SNS lists in one answer (SNS API, ListSubscriptionsByTopic)."""
MOST_PAGES = 20
"""Pages of subscriptions that are read of one topic (count)."""
MOST_ATTRIBUTES = 100
"""Subscriptions of one topic that are asked for their filter policies (count)."""


@dataclass(frozen=True)
class TopicAttributes:
    """A topic's access policy as JSON text, whether it is a FIFO topic, and the key that it names."""

    policy: str | None = None
    fifo: bool = False
    kms_key_id: str | None = None


@dataclass(frozen=True)
class Subscriptions:
    """The subscriptions of a topic that were looked at, and whether it has more of them."""

    found: tuple[Subscription, ...]
    more: bool = False


@dataclass
class _Asked:
    """What is known so far of a topic's subscriptions: those that were listed, and their attributes by ARN."""

    listed: list[Subscription] = field(default_factory=list)
    attributes: dict[str, SubscriptionAttributes | Unread] = field(default_factory=dict)
    settled: bool = False
    refused: Unread | None = None

    def made(self) -> tuple[Subscription, ...]:
        return tuple(
            one.model_copy(update={"attributes": self.attributes.get(one.arn, one.attributes)})
            for one in sorted(self.listed, key=_importance)
        )


class SNS(PathService):
    """Reads single topics; never lists those that no alarm names."""

    name = "sns"

    def attributes(self, arn: str, scope: Scope) -> TopicAttributes | Unread | None:
        """Return GetTopicAttributes' attributes, None when the topic does not exist."""
        found = self.call("get_topic_attributes", scope, arn, read=_topic_attributes, TopicArn=arn)
        return None if isinstance(found, Unread) and found.error in _NOT_FOUND else found

    def subscriptions(self, arn: str, scope: Scope) -> Subscriptions | Unread:
        """Return a topic's subscriptions, with the attributes that decide whether one hears alarms.

        Subscriptions are listed and attributes asked for, page by page, until a confirmed subscription that reaches
        somebody turns out to have no filter policy: it hears everything, so the others cannot change the verdict. Those
        that end at machines are asked about last. `MOST_PAGES` and `MOST_ATTRIBUTES` bound the calls.
        """
        asked = _Asked()
        further: dict[str, Any] = {}
        for _ in range(MOST_PAGES):
            page = self._page(arn, scope, further)
            if isinstance(page, Unread):
                return page
            listed, token = page
            asked.listed += listed
            self._ask_attributes(asked, scope, telling=True)
            further = {"NextToken": token} if token else {}
            if asked.settled or not further:
                break
        self._ask_attributes(asked, scope, telling=False)
        return Subscriptions(asked.made(), more=bool(further))

    def _page(
        self, arn: str, scope: Scope, further: Mapping[str, Any]
    ) -> tuple[tuple[Subscription, ...], str] | Unread:
        """A page of a topic's subscriptions, and the token of the next one."""

        def read(answer: Record) -> tuple[tuple[Subscription, ...], str]:
            listed = tuple(self._subscription(record, scope) for record in answer.apart("Subscriptions"))
            return listed, answer.optional("NextToken", text, "")

        operation = "list_subscriptions_by_topic"
        return self.call(operation, scope, arn, read=read, most_pages=1, TopicArn=arn, **further)

    def _subscription(self, record: Record, scope: Scope) -> Subscription:
        arn = record.required("SubscriptionArn", text, "")
        protocol = record.required("Protocol", some_text, "")
        if Arn.parse(arn) is None and arn not in _UNCONFIRMED:
            record.lacks("SubscriptionArn")
        endpoint, owner = record.optional("Endpoint", text, ""), record.optional("Owner", text, "")
        unread = self.flaw("list_subscriptions_by_topic", scope, arn, record)
        return Subscription(arn=arn, protocol=protocol, endpoint=endpoint, owner=owner, attributes=unread)

    def _ask_attributes(self, asked: _Asked, scope: Scope, *, telling: bool) -> None:
        """Ask for attributes until one settles the topic, as many as are left to ask."""
        for listed in sorted(asked.listed, key=_importance):
            arn = listed.arn
            known = arn in _UNCONFIRMED or arn in asked.attributes or listed.attributes is not None
            if known or (listed.protocol in TELLING_PROTOCOLS) is not telling:
                continue
            if asked.settled or len(asked.attributes) >= MOST_ATTRIBUTES:
                return
            own = listed.owner == scope.account
            if own and asked.refused:
                # What is refused for one is refused for all, and each refusal is a denied call in the user's own trail.
                asked.attributes[arn] = asked.refused.model_copy(update={"resource": arn})
                continue
            asked.attributes[arn] = found = self._subscription_attributes(arn, scope)
            asked.settled = isinstance(found, SubscriptionAttributes) and found.filter_policy is None
            if own and isinstance(found, Unread) and found.error in _REFUSED:
                asked.refused = found

    def _subscription_attributes(self, arn: str, scope: Scope) -> SubscriptionAttributes | Unread:
        operation = "get_subscription_attributes"
        return self.call(operation, scope, arn, read=_subscription_attributes, SubscriptionArn=arn)


def _topic_attributes(answer: Record) -> TopicAttributes:
    attributes = answer.record("Attributes")
    # Without its ARN it is no answer about this topic: all other attributes may be absent.
    attributes.required("TopicArn", some_text, "")
    return TopicAttributes(
        policy=attributes.optional("Policy", text, "") or None,
        fifo=attributes.optional("FifoTopic", _TRUTHS, "false") == "true",
        kms_key_id=attributes.optional("KmsMasterKeyId", text, "") or None,
    )


def _subscription_attributes(answer: Record) -> SubscriptionAttributes:
    attributes = answer.record("Attributes")
    attributes.required("SubscriptionArn", some_text, "")
    return SubscriptionAttributes(
        filter_policy=attributes.optional("FilterPolicy", text, "") or None,
        filter_policy_scope=attributes.optional("FilterPolicyScope", _POLICY_SCOPES, "MessageAttributes"),
    )


def _importance(listed: Subscription) -> tuple[int, str, str]:
    """Those that reach a person most directly come first; their order does not depend on what SNS calls them."""
    protocol = listed.protocol
    rank = TELLING_PROTOCOLS.index(protocol) if protocol in TELLING_PROTOCOLS else len(TELLING_PROTOCOLS)
    return rank, listed.endpoint, listed.arn


def make_topic(
    arn: str,
    attributes: TopicAttributes | Unread | None,
    subscriptions: Subscriptions | Unread,
    key: Key | Unread | None,
) -> Topic | Unread | None:
    """Join what SNS and KMS said of one topic; None when it does not exist.

    A topic whose attributes could not be read is a topic all the same where its subscriptions could.
    """
    parsed = Arn.parse(arn)
    if (
        attributes is None
        or parsed is None
        or (isinstance(subscriptions, Unread) and subscriptions.error in _NOT_FOUND)
    ):
        return None
    if isinstance(attributes, Unread) and isinstance(subscriptions, Unread):
        return attributes
    known = TopicAttributes() if isinstance(attributes, Unread) else attributes
    return Topic(
        arn=arn,
        name=parsed.resource,
        region=parsed.region,
        account=parsed.account,
        policy=attributes if isinstance(attributes, Unread) else known.policy,
        fifo=known.fifo or arn.endswith(".fifo"),
        kms_key_id=known.kms_key_id,
        key=key,
        subscriptions=subscriptions if isinstance(subscriptions, Unread) else subscriptions.found,
        more_subscriptions=isinstance(subscriptions, Subscriptions) and subscriptions.more,
    )
