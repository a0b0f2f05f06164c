"""Resources as templates declare them, whatever language they are written in: CloudFormation's types and properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.templates.values import Position, Value

TRAIL = "AWS::CloudTrail::Trail"
LOG_GROUP = "AWS::Logs::LogGroup"
METRIC_FILTER = "AWS::Logs::MetricFilter"
ALARM = "AWS::CloudWatch::Alarm"
COMPOSITE_ALARM = "AWS::CloudWatch::CompositeAlarm"
TOPIC = "AWS::SNS::Topic"
TOPIC_POLICY = "AWS::SNS::TopicPolicy"
TOPIC_INLINE_POLICY = "AWS::SNS::TopicInlinePolicy"
SUBSCRIPTION = "AWS::SNS::Subscription"
KEY = "AWS::KMS::Key"
ALIAS = "AWS::KMS::Alias"
EVENT_RULE = "AWS::Events::Rule"
TYPES = frozenset(
    (
        TRAIL,
        LOG_GROUP,
        METRIC_FILTER,
        ALARM,
        COMPOSITE_ALARM,
        TOPIC,
        TOPIC_POLICY,
        TOPIC_INLINE_POLICY,
        SUBSCRIPTION,
        KEY,
        ALIAS,
        EVENT_RULE,
    )
)


@dataclass(frozen=True)
class Place:
    """Where resources are deployed; what is not said in the files is assumed.

    Attributes:
        partition: `aws`, `aws-us-gov` or `aws-cn`.
        account: the account's id.
        region: the Region.
        said: whether the files, or whoever calls, name the Region.
    """

    partition: str = "aws"
    account: str = "111111111111"
    region: str = "us-east-1"
    said: bool = False

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of something that is deployed here."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


@dataclass(frozen=True)
class Declared:
    """A resource of a template.

    Attributes:
        type: CloudFormation's name of its type.
        address: what it is called in its file: logical id, or Terraform's address.
        name: its name in AWS, with tokens for what is outside.
        at: where it stands.
        place: where it is deployed.
        properties: its properties by CloudFormation's names, resolved.
        arn: its ARN.
    """

    type: str
    address: str
    name: str
    at: Position
    place: Place
    properties: Mapping[str, Value] = field(default_factory=dict)
    arn: str = ""

    def get(self, name: str) -> Value | None:
        """Return a property, None when it is not set."""
        found = self.properties.get(name)
        return None if found is None or (found.data is None and not found.outside) else found

    def at_of(self, *names: str) -> Position:
        """Return where the first of these properties that is set stands, or the resource."""
        return next((found.at for name in names if (found := self.get(name)) and found.at.line), self.at)
