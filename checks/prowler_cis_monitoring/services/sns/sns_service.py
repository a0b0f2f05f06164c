"""SNS: the topics that alarms name, and who is subscribed to them."""

from __future__ import annotations

from dataclasses import dataclass, field
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
from prowler_cis_monitoring.services.path_service import PathService

_NOT_FOUND = ("NotFound", "NotFoundException")
_REFUSED = ("AuthorizationError", "AuthorizationErrorException", "AccessDenied", "AccessDeniedException")
_UNCONFIRMED = ("PendingConfirmation", "Deleted")
A_PAGE = 100
"""Subscriptions that SNS lists in one answer (SNS API, ListSubscriptionsByTopic)."""
MOST_PAGES = 20
"""Pages of subscriptions that are read of one topic (count)."""
MOST_ATTRIBUTES = 100
"""Subscriptions of one topic that are asked for their filter policies (count)."""


@dataclass(frozen=True)
class Subscriptions:
    """The subscriptions of a topic that were looked at, and whether it has more of them."""

    found: tuple[Subscription, ...]
    more: bool = False


@dataclass
class _Asked:
    """What is known so far of a topic's subscriptions: the listing's elements, and attributes by ARN."""

    listed: list[dict[str, Any]] = field(default_factory=list)
    attributes: dict[str, SubscriptionAttributes | Unread] = field(default_factory=dict)
    settled: bool = False
    refused: Unread | None = None

    def made(self) -> tuple[Subscription, ...]:
        return tuple(
            Subscription(
                arn=(arn := str(described.get("SubscriptionArn", ""))),
                protocol=described.get("Protocol", ""),
                endpoint=described.get("Endpoint", ""),
                owner=described.get("Owner", ""),
                attributes=self.attributes.get(arn),
            )
            for described in sorted(self.listed, key=_importance)
        )


class SNS(PathService):
    """Reads single topics; never lists those that no alarm names."""

    name = "sns"

    def attributes(self, arn: str, scope: Scope) -> dict[str, Any] | Unread | None:
        """Return GetTopicAttributes' attributes, None when the topic does not exist."""
        answer = self.call("get_topic_attributes", scope, arn, TopicArn=arn)
        if isinstance(answer, Unread):
            return None if answer.error in _NOT_FOUND else answer
        attributes = answer.get("Attributes")
        return dict(attributes) if attributes else self.lacking("get_topic_attributes", scope, arn, "Attributes")

    def subscriptions(self, arn: str, scope: Scope) -> Subscriptions | Unread:
        """Return a topic's subscriptions, with the attributes that decide whether one hears alarms.

        Subscriptions are listed and attributes asked for, page by page, until a confirmed subscription that reaches
        somebody turns out to have no filter policy: it hears everything, so the others cannot change the verdict. Those
        that end at machines are asked about last. `MOST_PAGES` and `MOST_ATTRIBUTES` bound the calls.
        """
        asked = _Asked()
        token: str | None = None
        for _ in range(MOST_PAGES):
            page = {"MaxItems": A_PAGE, "StartingToken": token}
            answer = self.call("list_subscriptions_by_topic", scope, arn, TopicArn=arn, PaginationConfig=page)
            if isinstance(answer, Unread):
                return answer
            if "Subscriptions" not in answer:
                return self.lacking("list_subscriptions_by_topic", scope, arn, "Subscriptions")
            asked.listed += answer["Subscriptions"]
            self._ask_attributes(asked, scope, telling=True)
            token = answer.get("NextToken")
            if asked.settled or token is None:
                break
        self._ask_attributes(asked, scope, telling=False)
        return Subscriptions(asked.made(), more=token is not None)

    def _ask_attributes(self, asked: _Asked, scope: Scope, *, telling: bool) -> None:
        """Ask for attributes until one settles the topic, as many as are left to ask."""
        for described in sorted(asked.listed, key=_importance):
            arn, protocol = str(described.get("SubscriptionArn", "")), described.get("Protocol", "")
            if Arn.parse(arn) is None and arn not in _UNCONFIRMED:
                asked.attributes[arn] = self.lacking("list_subscriptions_by_topic", scope, arn, "SubscriptionArn")
            if arn in _UNCONFIRMED or arn in asked.attributes or (protocol in TELLING_PROTOCOLS) is not telling:
                continue
            if asked.settled or len(asked.attributes) >= MOST_ATTRIBUTES:
                return
            own = described.get("Owner") == scope.account
            if own and asked.refused:
                # What is refused for one is refused for all, and each refusal is a denied call in the user's own trail.
                asked.attributes[arn] = asked.refused.model_copy(update={"resource": arn})
                continue
            asked.attributes[arn] = found = self._subscription_attributes(arn, scope)
            asked.settled = isinstance(found, SubscriptionAttributes) and found.filter_policy is None
            if own and isinstance(found, Unread) and found.error in _REFUSED:
                asked.refused = found

    def _subscription_attributes(self, arn: str, scope: Scope) -> SubscriptionAttributes | Unread:
        answer = self.call("get_subscription_attributes", scope, arn, SubscriptionArn=arn)
        if isinstance(answer, Unread):
            return answer
        attributes = answer.get("Attributes")
        if not attributes:
            return self.lacking("get_subscription_attributes", scope, arn, "Attributes")
        return SubscriptionAttributes(
            filter_policy=attributes.get("FilterPolicy") or None,
            filter_policy_scope=attributes.get("FilterPolicyScope") or "MessageAttributes",
        )


def _importance(described: dict[str, Any]) -> tuple[int, str, str]:
    """Those that reach a person most directly come first; their order does not depend on what SNS calls them."""
    protocol = described.get("Protocol", "")
    rank = TELLING_PROTOCOLS.index(protocol) if protocol in TELLING_PROTOCOLS else len(TELLING_PROTOCOLS)
    return rank, str(described.get("Endpoint", "")), str(described.get("SubscriptionArn"))


def make_topic(
    arn: str,
    attributes: dict[str, Any] | Unread | None,
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
    known = {} if isinstance(attributes, Unread) else attributes
    return Topic(
        arn=arn,
        name=parsed.resource,
        region=parsed.region,
        account=parsed.account,
        policy=attributes if isinstance(attributes, Unread) else known.get("Policy") or None,
        fifo=str(known.get("FifoTopic", "")).lower() == "true" or arn.endswith(".fifo"),
        kms_key_id=known.get("KmsMasterKeyId") or None,
        key=key,
        subscriptions=subscriptions if isinstance(subscriptions, Unread) else subscriptions.found,
        more_subscriptions=isinstance(subscriptions, Subscriptions) and subscriptions.more,
    )
