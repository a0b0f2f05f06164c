"""SNS: the topics that alarms name, and who is subscribed to them."""

from __future__ import annotations

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
from prowler_cis_monitoring.services.path_service import PathService

_NOT_FOUND = ("NotFound", "NotFoundException")
_UNCONFIRMED = ("PendingConfirmation", "Deleted")
# Those that reach a person directly come first: one of them without a filter policy settles the topic.
_PERSONAL = ("email", "email-json", "sms", "application", "https", "http")


class SNS(PathService):
    """Reads single topics; never lists those that no alarm names."""

    name = "sns"

    def attributes(self, arn: str, scope: Scope) -> dict[str, Any] | Unread | None:
        """Return GetTopicAttributes' attributes, None when the topic does not exist."""
        answer = self.call("get_topic_attributes", scope, arn, TopicArn=arn)
        if isinstance(answer, Unread):
            return None if answer.error in _NOT_FOUND else answer
        return dict(answer.get("Attributes", {}))

    def subscriptions(self, arn: str, scope: Scope) -> tuple[Subscription, ...] | Unread:
        """Return all subscriptions of a topic, with the attributes that decide whether one hears alarms.

        Attributes are asked for until a confirmed subscription turns out to have no filter policy: it hears
        everything, so the others cannot change the verdict.
        """
        answer = self.call("list_subscriptions_by_topic", scope, arn, TopicArn=arn)
        if isinstance(answer, Unread):
            return answer
        listed = sorted(answer.get("Subscriptions", ()), key=_importance)
        subscriptions, settled = [], False
        for described in listed:
            attributes = None
            if not settled and described["SubscriptionArn"] not in _UNCONFIRMED:
                attributes = self._subscription_attributes(described["SubscriptionArn"], scope)
                settled = isinstance(attributes, SubscriptionAttributes) and attributes.filter_policy is None
            subscriptions.append(
                Subscription(
                    arn=described["SubscriptionArn"],
                    protocol=described.get("Protocol", ""),
                    endpoint=described.get("Endpoint", ""),
                    owner=described.get("Owner", ""),
                    attributes=attributes,
                )
            )
        return tuple(subscriptions)

    def _subscription_attributes(self, arn: str, scope: Scope) -> SubscriptionAttributes | Unread:
        answer = self.call("get_subscription_attributes", scope, arn, SubscriptionArn=arn)
        if isinstance(answer, Unread):
            return answer
        attributes = answer.get("Attributes", {})
        return SubscriptionAttributes(
            filter_policy=attributes.get("FilterPolicy") or None,
            filter_policy_scope=attributes.get("FilterPolicyScope") or "MessageAttributes",
        )


def _importance(described: dict[str, Any]) -> tuple[int, str]:
    protocol = described.get("Protocol", "")
    rank = _PERSONAL.index(protocol) if protocol in _PERSONAL else len(_PERSONAL)
    return rank, str(described.get("SubscriptionArn"))


def make_topic(
    arn: str,
    attributes: dict[str, Any] | Unread | None,
    subscriptions: tuple[Subscription, ...] | Unread,
    key: Key | Unread | None,
) -> Topic | Unread | None:
    """Join what SNS and KMS said of one topic; None when it does not exist."""
    parsed = Arn.parse(arn)
    if attributes is None or isinstance(attributes, Unread) or parsed is None:
        return attributes if isinstance(attributes, Unread) else None
    return Topic(
        arn=arn,
        name=parsed.resource,
        region=parsed.region,
        account=parsed.account,
        policy=attributes.get("Policy") or None,
        fifo=str(attributes.get("FifoTopic", "")).lower() == "true" or arn.endswith(".fifo"),
        kms_key_id=attributes.get("KmsMasterKeyId") or None,
        key=key,
        subscriptions=subscriptions,
    )
