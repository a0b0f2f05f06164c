"""Changes of topics, of their keys and of who hears them."""

from __future__ import annotations

from collections.abc import Callable

from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Key,
    Subscription,
    SubscriptionAttributes,
    Topic,
    Unread,
)
from prowler_cis_monitoring.alert_path.topic import default_policy
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.remedy.changes.change import Change

_EMAIL = "email"


@dataclass(frozen=True, kw_only=True)
class CreateTopic(Change):
    """Create a standard topic with the policy that SNS gives it. Source: SNS API, CreateTopic."""

    name: str
    partition: str = "aws"
    weight = 3

    @property
    def arn(self) -> str:
        """ARN of the topic."""
        return f"arn:{self.partition}:sns:{self.region}:{self.account}:{self.name}"

    @property
    def says(self) -> str:
        return f"Create topic {self.name}"

    def apply(self, resources: AccountResources) -> AccountResources:
        if isinstance(resources.topics.get(self.arn), Topic):
            return resources
        made = Topic(
            arn=self.arn,
            name=self.name,
            region=self.region,
            account=self.account,
            policy=default_policy(self.arn, self.account),
        )
        return resources.model_copy(update={"topics": {**resources.topics, self.arn: made}})


@dataclass(frozen=True, kw_only=True)
class SetTopicPolicy(Change):
    """Let CloudWatch alarms publish to a topic by one more statement of its policy.

    `before` and `after` are the JSON texts of the policy, `sid` names the new statement.
    Source: SNS API, SetTopicAttributes.
    """

    topic: str
    before: str
    after: str
    sid: str
    weight = 2

    @property
    def says(self) -> str:
        return f"Let CloudWatch alarms publish to topic {self.topic}, by one more statement of its policy"

    def apply(self, resources: AccountResources) -> AccountResources:
        return _with_topic(resources, self.topic, lambda topic: topic.model_copy(update={"policy": self.after}))


@dataclass(frozen=True, kw_only=True)
class PutKeyPolicy(Change):
    """Let CloudWatch encrypt with a topic's key by one more statement of the key's policy.

    `before` and `after` are the JSON texts of the policy, `sid` names the new statement. Source: KMS API, PutKeyPolicy.
    """

    key: str
    before: str
    after: str
    sid: str
    weight = 3

    @property
    def says(self) -> str:
        return f"Let CloudWatch alarms use key {self.key}, by one more statement of its policy"

    def apply(self, resources: AccountResources) -> AccountResources:
        topics = dict(resources.topics)
        for arn, topic in topics.items():
            if isinstance(topic, Topic) and isinstance(topic.key, Key) and topic.key.arn == self.key:
                key = topic.key.model_copy(update={"policy": self.after})
                topics[arn] = topic.model_copy(update={"key": key})
        return resources.model_copy(update={"topics": topics})


@dataclass(frozen=True, kw_only=True)
class Subscribe(Change):
    """Subscribe an e-mail address to a topic; it counts when its owner has confirmed. Source: SNS API, Subscribe.

    An empty address stands for one that the user has still to name.
    """

    topic: str
    address: str
    weight = 1

    @property
    def says(self) -> str:
        return f"Subscribe {self.address or 'an address that somebody reads'} to topic {self.topic}"

    def apply(self, resources: AccountResources) -> AccountResources:
        def subscribed(topic: Topic) -> Topic:
            if isinstance(topic.subscriptions, Unread) or _subscription(topic, self.address):
                return topic
            made = Subscription(arn="PendingConfirmation", protocol=_EMAIL, endpoint=self.address, owner=self.account)
            return topic.model_copy(update={"subscriptions": (*topic.subscriptions, made)})

        return _with_topic(resources, self.topic, subscribed)


@dataclass(frozen=True, kw_only=True)
class ConfirmSubscription(Change):
    """What only the owner of an address can do: confirm its subscription by the link in the e-mail that it got."""

    topic: str
    address: str
    weight = 1

    @property
    def says(self) -> str:
        whose = self.address or "the address"
        return f"Confirm the subscription of {whose} to topic {self.topic} by the link in the e-mail that it gets"

    def apply(self, resources: AccountResources) -> AccountResources:
        def confirmed(topic: Topic) -> Topic:
            found = _subscription(topic, self.address)
            if found is None or found.arn != "PendingConfirmation" or isinstance(topic.subscriptions, Unread):
                return topic
            update = {"arn": f"{self.topic}:confirmed", "attributes": SubscriptionAttributes()}
            made = found.model_copy(update=update)
            changed = tuple(made if one is found else one for one in topic.subscriptions)
            return topic.model_copy(update={"subscriptions": changed})

        return _with_topic(resources, self.topic, confirmed)


def _with_topic(resources: AccountResources, arn: str, changed: Callable[[Topic], Topic]) -> AccountResources:
    topic = resources.topics.get(arn)
    if not isinstance(topic, Topic):
        return resources
    return resources.model_copy(update={"topics": {**resources.topics, arn: changed(topic)}})


def _subscription(topic: Topic, address: str) -> Subscription | None:
    """Return the subscription of an e-mail address: SNS keeps one of each, whether it is confirmed or not."""
    found = () if isinstance(topic.subscriptions, Unread) else topic.subscriptions
    alike = (one for one in found if one.protocol == _EMAIL and one.endpoint == address and one.arn != "Deleted")
    return next(alike, None)
