"""The changes that can mend an alert path: each a frozen value that says what it does to what is known of an account.

How a change is written for the AWS CLI, CloudFormation or Terraform is the business of `forms`. A change only adds, or
completes what exists: none deletes anything, and none takes away what somebody else has set.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    AdvancedEventSelector,
    Alarms,
    BasicEventSelector,
    CompositeAlarm,
    EventSelectors,
    FieldSelector,
    Key,
    LogGroup,
    MetricAlarm,
    MetricFilter,
    Scope,
    Subscription,
    SubscriptionAttributes,
    Topic,
    Trail,
    TrailStatus,
    Unread,
)
from prowler_cis_monitoring.alert_path.topic import default_policy

ALL_MANAGEMENT_EVENTS = "Management events, for cis-monitoring"
_EMAIL = "email"
Alarm = TypeVar("Alarm", MetricAlarm, CompositeAlarm)


@dataclass(frozen=True, kw_only=True)
class Change(ABC):
    """One change of one resource.

    Attributes:
        account: the account in which it is made.
        region: the Region in which it is made.
        mends: the broken links that it mends, as clauses; no part of what the change is.
        weight: how much it changes; of two remedies the one with the smaller sum is proposed.
    """

    account: str
    region: str
    mends: tuple[str, ...] = field(default=(), compare=False)
    weight: ClassVar[int] = 3

    @abstractmethod
    def apply(self, resources: AccountResources) -> AccountResources:
        """Return the account with the change made; unchanged where there is nothing to make it on."""

    @property
    @abstractmethod
    def says(self) -> str:
        """What the change does, as a sentence in the imperative without a full stop; foreign names stand raw in it."""

    def for_reasons(self, *clauses: str) -> Change:
        """Return the same change, made for further broken links."""
        return replace(self, mends=tuple(dict.fromkeys((*self.mends, *clauses))))


@dataclass(frozen=True, kw_only=True)
class StartLogging(Change):
    """Let a stopped trail record again. Source: CloudTrail API, StartLogging, to be called in the home Region."""

    trail: str
    name: str
    weight = 1

    @property
    def says(self) -> str:
        return f"Start logging on trail {self.name}"

    def apply(self, resources: AccountResources) -> AccountResources:
        def started(trail: Trail) -> Trail:
            if isinstance(trail.status, Unread):
                return trail
            # What was delivered before says nothing of a trail that has just been started.
            update = {"is_logging": True, "logging_since": resources.read_at}
            return trail.model_copy(update={"status": trail.status.model_copy(update=update)})

        return _with_trail(resources, self.trail, started)


@dataclass(frozen=True, kw_only=True)
class RecordEveryRegion(Change):
    """Turn a trail into a multi-Region trail. Source: CloudTrail API, UpdateTrail.IsMultiRegionTrail."""

    trail: str
    name: str
    weight = 2

    @property
    def says(self) -> str:
        return f"Let trail {self.name} record every Region"

    def apply(self, resources: AccountResources) -> AccountResources:
        return _with_trail(resources, self.trail, lambda trail: trail.model_copy(update={"multi_region": True}))


@dataclass(frozen=True, kw_only=True)
class AddEventSelector(Change):
    """Give a trail one more event selector, for all management events; those that it has stay as they are.

    A trail records what any of its selectors asks for. Source: CloudTrail API, PutEventSelectors.
    """

    trail: str
    name: str
    advanced: bool
    weight = 3

    @property
    def says(self) -> str:
        return f"Let trail {self.name} record all management events, by one more event selector"

    def apply(self, resources: AccountResources) -> AccountResources:
        def widened(trail: Trail) -> Trail:
            if isinstance(trail.selectors, Unread):
                return trail
            management = FieldSelector(field="eventCategory", equals=("Management",))
            advanced = (AdvancedEventSelector(name=ALL_MANAGEMENT_EVENTS, fields=(management,)),)
            selectors = EventSelectors(
                basic=() if self.advanced else (*trail.selectors.basic, BasicEventSelector()),
                advanced=(*trail.selectors.advanced, *advanced) if self.advanced else (),
            )
            return trail.model_copy(update={"selectors": selectors})

        return _with_trail(resources, self.trail, widened)


@dataclass(frozen=True, kw_only=True)
class CreateLogGroup(Change):
    """Create a log group of the Standard class. Source: CloudWatch Logs API, CreateLogGroup."""

    arn: str
    name: str
    weight = 3

    @property
    def says(self) -> str:
        return f"Create log group {self.name}"

    def apply(self, resources: AccountResources) -> AccountResources:
        if isinstance(resources.log_groups.get(self.arn), LogGroup):
            return resources
        group = LogGroup(arn=self.arn, name=self.name, region=self.region, account=self.account)
        scope = Scope(account=self.account, region=self.region)
        trails = (
            _delivering(one, resources.read_at) if (one.log_group_arn or "").removesuffix(":*") == self.arn else one
            for one in resources.trails
        )
        return resources.model_copy(
            update={
                "trails": tuple(trails),
                "log_groups": {**resources.log_groups, self.arn: group},
                "alarms": {scope: Alarms(), **resources.alarms},
            }
        )


@dataclass(frozen=True, kw_only=True)
class DeliverToLogGroup(Change):
    """Create a role that may write to a log group, and let a trail deliver there with it.

    `had_log_group` says that the trail names the log group already, and lacks the role alone.
    Source: CloudTrail User Guide, "Sending events to CloudWatch Logs".
    """

    trail: str
    name: str
    log_group: str
    role: str
    partition: str = "aws"
    had_log_group: bool = False
    weight = 3

    @property
    def role_arn(self) -> str:
        """ARN of the role."""
        return f"arn:{self.partition}:iam::{self.account}:role/{self.role}"

    @property
    def says(self) -> str:
        return f"Let trail {self.name} deliver to log group {_resource(self.log_group)} with role {self.role}"

    def apply(self, resources: AccountResources) -> AccountResources:
        update: Mapping[str, Any] = {"log_group_arn": f"{self.log_group}:*", "role_arn": self.role_arn}

        def delivering(trail: Trail) -> Trail:
            return _delivering(trail.model_copy(update=update), resources.read_at)

        return _with_trail(resources, self.trail, delivering)


@dataclass(frozen=True, kw_only=True)
class CreateTrail(Change):
    """Create a multi-Region trail that delivers to a bucket and to a log group, and start it.

    Source: CloudTrail User Guide, "Creating, updating, and managing trails with the AWS CLI" and "Amazon S3 bucket
    policy for CloudTrail".
    """

    name: str
    bucket: str
    log_group: str
    role: str
    partition: str = "aws"
    weight = 6

    @property
    def arn(self) -> str:
        """ARN of the trail."""
        return f"arn:{self.partition}:cloudtrail:{self.region}:{self.account}:trail/{self.name}"

    @property
    def role_arn(self) -> str:
        """ARN of the role."""
        return f"arn:{self.partition}:iam::{self.account}:role/{self.role}"

    @property
    def says(self) -> str:
        return (
            f"Create the multi-Region trail {self.name}, which delivers to the new bucket {self.bucket} and to "
            f"log group {_resource(self.log_group)} with role {self.role}"
        )

    def apply(self, resources: AccountResources) -> AccountResources:
        if any(trail.arn == self.arn for trail in resources.trails):
            return resources
        trail = Trail(
            arn=self.arn,
            name=self.name,
            account=self.account,
            home_region=self.region,
            multi_region=True,
            log_group_arn=f"{self.log_group}:*",
            role_arn=self.role_arn,
            status=TrailStatus(is_logging=True),
            selectors=EventSelectors(),
        )
        return resources.model_copy(update={"trails": (*resources.trails, trail)})


@dataclass(frozen=True, kw_only=True)
class PutMetricFilter(Change):
    """Create a metric filter that publishes 1 for each event. Source: CloudWatch Logs API, PutMetricFilter."""

    log_group: str
    name: str
    pattern: str
    namespace: str
    metric: str
    unit: str | None = None
    weight = 3

    @property
    def log_group_name(self) -> str:
        """Name of the log group."""
        return _resource(self.log_group)

    @property
    def says(self) -> str:
        return (
            f"Create metric filter {self.name} on log group {self.log_group_name}, "
            f"which publishes {self.namespace}/{self.metric}"
        )

    def apply(self, resources: AccountResources) -> AccountResources:
        group = resources.log_groups.get(self.log_group)
        if not isinstance(group, LogGroup) or isinstance(group.metric_filters, Unread):
            return resources
        made = MetricFilter(
            name=self.name,
            log_group=self.log_group_name,
            pattern=self.pattern,
            metric_name=self.metric,
            namespace=self.namespace,
            unit=self.unit,
        )
        others = tuple(other for other in group.metric_filters if other.name != self.name)
        changed = group.model_copy(update={"metric_filters": (*others, made)})
        return resources.model_copy(update={"log_groups": {**resources.log_groups, self.log_group: changed}})


@dataclass(frozen=True, kw_only=True)
class PutMetricAlarm(Change):
    """Create an alarm that rings at one event: Sum of at least 1 in 300 seconds, missing data not breaching.

    Source: CloudWatch API, PutMetricAlarm; CIS AWS Foundations Benchmark, Monitoring.
    """

    name: str
    namespace: str
    metric: str
    topic: str
    description: str = ""
    unit: str | None = None
    partition: str = "aws"
    period: ClassVar[int] = 300
    threshold: ClassVar[int] = 1
    weight = 3

    @property
    def arn(self) -> str:
        """ARN of the alarm."""
        return f"arn:{self.partition}:cloudwatch:{self.region}:{self.account}:alarm:{self.name}"

    @property
    def says(self) -> str:
        return f"Create alarm {self.name} on metric {self.namespace}/{self.metric}, which tells topic {self.topic}"

    @property
    def made(self) -> MetricAlarm:
        """The alarm as it will be read."""
        return MetricAlarm(
            arn=self.arn,
            name=self.name,
            region=self.region,
            account=self.account,
            alarm_actions=(self.topic,),
            description=self.description or None,
            namespace=self.namespace,
            metric_name=self.metric,
            statistic="Sum",
            unit=self.unit,
            period=self.period,
            threshold=float(self.threshold),
            comparison="GreaterThanOrEqualToThreshold",
            treat_missing_data="notBreaching",
        )

    def apply(self, resources: AccountResources) -> AccountResources:
        scope = Scope(account=self.account, region=self.region)
        alarms = resources.alarms.get(scope, Alarms())
        if isinstance(alarms, Unread):
            return resources
        others = tuple(other for other in alarms.metric_alarms if other.name != self.name)
        changed = alarms.model_copy(update={"metric_alarms": (*others, self.made)})
        return resources.model_copy(update={"alarms": {**resources.alarms, scope: changed}})


@dataclass(frozen=True, kw_only=True)
class EnableAlarmActions(Change):
    """Let an alarm or a composite alarm take its actions. Source: CloudWatch API, EnableAlarmActions."""

    alarm: str
    name: str
    weight = 1

    @property
    def says(self) -> str:
        return f"Enable the actions of alarm {self.name}"

    def apply(self, resources: AccountResources) -> AccountResources:
        return _with_alarm(resources, self.alarm, lambda alarm: alarm.model_copy(update={"actions_enabled": True}))


@dataclass(frozen=True, kw_only=True)
class AddAlarmAction(Change):
    """Let an alarm tell a topic too, when it goes into ALARM; all else of the alarm stays as `before` shows it.

    Source: CloudWatch API, PutMetricAlarm and PutCompositeAlarm, which replace the whole alarm.
    """

    before: MetricAlarm | CompositeAlarm = field(hash=False)
    topic: str
    weight = 2

    @property
    def says(self) -> str:
        return f"Let alarm {self.before.name} tell topic {self.topic}"

    @property
    def after(self) -> MetricAlarm | CompositeAlarm:
        """The alarm with the action."""
        return self.before.model_copy(update={"alarm_actions": (*self.before.alarm_actions, self.topic)})

    def apply(self, resources: AccountResources) -> AccountResources:
        def told(alarm: Any) -> Any:  # noqa: ANN401 - either kind, returned as it came
            if self.topic in alarm.alarm_actions:
                return alarm
            return alarm.model_copy(update={"alarm_actions": (*alarm.alarm_actions, self.topic)})

        return _with_alarm(resources, self.before.arn, told)


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


def apply_all(resources: AccountResources, changes: tuple[Change, ...]) -> AccountResources:
    """Return the account with all changes made, one after the other."""
    for change in changes:
        resources = change.apply(resources)
    return resources


def is_writable(change: Change) -> bool:
    """Whether all texts of a change can stand in a file: no name that AWS gives out holds NUL or half a character."""
    letters = (letter for text in _texts(change) for letter in text)
    return not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in letters)


def _texts(change: Change) -> Iterator[str]:
    for value in vars(change).values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, (MetricAlarm, CompositeAlarm)):
            yield from _texts_in(value.model_dump())


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for pair in value.items():
            yield from _texts_in(pair)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts_in(one)


def _resource(arn: str) -> str:
    return arn.partition(":log-group:")[2] or arn


def _delivering(trail: Trail, at: datetime | None) -> Trail:
    """Return a trail that what kept it from its log group keeps no longer."""
    if isinstance(trail.status, Unread):
        return trail
    update = {"log_delivery_error": None, "latest_log_delivery": at}
    return trail.model_copy(update={"status": trail.status.model_copy(update=update)})


def _with_trail(resources: AccountResources, arn: str, changed: Callable[[Trail], Trail]) -> AccountResources:
    trails = tuple(changed(trail) if trail.arn == arn else trail for trail in resources.trails)
    return resources.model_copy(update={"trails": trails})


def _with_alarm(resources: AccountResources, arn: str, changed: Callable[[Any], Any]) -> AccountResources:
    def all_changed(alarms: Alarms) -> Alarms:
        return Alarms(
            metric_alarms=tuple(changed(one) if one.arn == arn else one for one in alarms.metric_alarms),
            composite_alarms=tuple(changed(one) if one.arn == arn else one for one in alarms.composite_alarms),
        )

    alarms = {
        scope: found if isinstance(found, Unread) else all_changed(found) for scope, found in resources.alarms.items()
    }
    return resources.model_copy(update={"alarms": alarms})


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
