"""A CloudFormation template for what is created in one account and Region.

Changes of resources that exist, and that another stack may own, cannot stand in it: they are told as instructions. All
values are written as JSON strings without intrinsic functions around them, so that nothing in a name is expanded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import singledispatch
from typing import Any

from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.remedy.changes import (
    Change,
    CreateLogGroup,
    CreateTopic,
    CreateTrail,
    DeliverToLogGroup,
    PutMetricAlarm,
    PutMetricFilter,
    Subscribe,
)
from prowler_cis_monitoring.remedy.forms import documents
from prowler_cis_monitoring.remedy.forms.by_hand import instructions
from prowler_cis_monitoring.remedy.parts import Part

Properties = dict[str, Any]
# CloudFormation User Guide, "Dynamic references": the one thing that is expanded in any string.
_DYNAMIC_REFERENCE = "{{resolve:"


@dataclass
class _Template:
    """The resources so far, and what refers to them: logical names by what they stand for."""

    resources: dict[str, tuple[Change, Properties]] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    log_groups: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, change: Change, kind: str, properties: Properties, **attributes: Any) -> str:  # noqa: ANN401
        """Add a resource under a logical name that is free, and return the name."""
        number, logical = 1, name
        while logical in self.resources:
            number += 1
            logical = f"{name}{number}"
        self.resources[logical] = change, {"Type": kind, **attributes, "Properties": properties}
        return logical

    def topic(self, arn: str) -> Any:  # noqa: ANN401 - an ARN or a reference
        """Return what names a topic: a reference where it is created here."""
        return {"Ref": self.topics[arn]} if arn in self.topics else arn

    def log_group(self, arn: str) -> list[str]:
        """Return the logical name of a log group that is created here, which must be there before it is used."""
        return [self.log_groups[arn]] if arn in self.log_groups else []


def template(part: Part, source: str) -> str:
    """Return the template for the changes of one account and Region.

    Args:
        part: the changes.
        source: what they were planned on, for the head.
    """
    made, by_hand = _Template(), []
    for change in part.changes:
        if _has_dynamic_reference(change) or not is_created(change):
            by_hand.append(change)
        if not _has_dynamic_reference(change):
            add(change, made)
    lines = documents.head(part, source)
    lines += [f"# {line}".rstrip() for line in instructions(by_hand, part)]
    if not made.resources:
        return "\n".join([*lines, "# Nothing is to be created, so there is no template."]) + "\n"
    lines.append('AWSTemplateFormatVersion: "2010-09-09"')
    lines.append(f"Description: {json.dumps(f'Alert paths of account {part.account} in {part.region}, mended')}")
    lines.append("Resources:")
    told: list[Change] = []
    for name, (change, resource) in made.resources.items():
        comment = () if change in told else documents.comment(change)
        told.append(change)
        lines += ["", *(f"  # {line}" for line in comment), f"  {name}:", *_block(resource, "    ")]
    return "\n".join(lines) + "\n"


def is_created(change: Change) -> bool:
    """Whether a change only creates resources, so that a template or a module can own the whole of it."""
    return isinstance(change, (CreateLogGroup, CreateTopic, CreateTrail, PutMetricAlarm, PutMetricFilter, Subscribe))


def _has_dynamic_reference(change: Change) -> bool:
    return any(_DYNAMIC_REFERENCE in value for value in vars(change).values() if isinstance(value, str))


def _logical(name: str, kind: str) -> str:
    """Return a logical name for a filter or an alarm, whose own names begin as all of ours do."""
    return "".join(word.capitalize() for word in name.removeprefix("cis-monitoring-").split("-")) + kind


def _block(value: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, inner in value.items():
        if isinstance(inner, Mapping) and inner:
            yield f"{indent}{_key(key)}:"
            yield from _block(inner, f"{indent}  ")
        elif isinstance(inner, list) and inner:
            yield f"{indent}{_key(key)}:"
            yield from _items(inner, f"{indent}  ")
        else:
            yield f"{indent}{_key(key)}: {json.dumps(inner)}"


def _items(values: list[Any], indent: str) -> Iterator[str]:
    for value in values:
        if isinstance(value, Mapping):
            first, *others = _block(value, "")
            yield f"{indent}- {first}"
            yield from (f"{indent}  {line}" for line in others)
        else:
            yield f"{indent}- {json.dumps(value)}"


def _key(text: str) -> str:
    return text if text.isalnum() else json.dumps(text)


@singledispatch
def add(change: Change, made: _Template) -> None:
    """Add to a template what a change creates; nothing for a change of what exists."""


@add.register
def _(change: CreateLogGroup, made: _Template) -> None:
    attributes = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    properties = {"LogGroupName": change.name}
    made.log_groups[change.arn] = made.add("LogGroup", change, "AWS::Logs::LogGroup", properties, **attributes)


@add.register
def _(change: DeliverToLogGroup, made: _Template) -> None:
    _add_role(change, made)


def _add_role(change: DeliverToLogGroup | CreateTrail, made: _Template) -> str:
    policy = {"PolicyName": change.role, "PolicyDocument": documents.delivery(change)}
    properties = {
        "RoleName": change.role,
        "AssumeRolePolicyDocument": documents.trust(),
        "Policies": [policy],
        "Tags": [documents.tag()],
    }
    return made.add("TrailRole", change, "AWS::IAM::Role", properties)


@add.register
def _(change: CreateTrail, made: _Template) -> None:
    role = _add_role(change, made)
    closed = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    bucket = made.add(
        "TrailBucket",
        change,
        "AWS::S3::Bucket",
        {"BucketName": change.bucket, "PublicAccessBlockConfiguration": closed},
        DeletionPolicy="Retain",
        UpdateReplacePolicy="Retain",
    )
    allowed = {"Bucket": {"Ref": bucket}, "PolicyDocument": documents.bucket_policy(change)}
    policy = made.add("TrailBucketPolicy", change, "AWS::S3::BucketPolicy", allowed)
    properties = {
        "TrailName": change.name,
        "S3BucketName": {"Ref": bucket},
        "IsMultiRegionTrail": True,
        "IncludeGlobalServiceEvents": True,
        "EnableLogFileValidation": True,
        "IsLogging": True,
        "CloudWatchLogsLogGroupArn": f"{change.log_group}:*",
        "CloudWatchLogsRoleArn": {"Fn::GetAtt": [role, "Arn"]},
    }
    after = [policy, *made.log_group(change.log_group)]
    made.add("Trail", change, "AWS::CloudTrail::Trail", properties, DependsOn=after)


@add.register
def _(change: PutMetricFilter, made: _Template) -> None:
    transformation = documents.filter_transformation(change.namespace, change.metric, change.unit)
    properties = {
        "LogGroupName": change.log_group_name,
        "FilterName": change.name,
        "FilterPattern": change.pattern,
        "MetricTransformations": [{key[0].upper() + key[1:]: value for key, value in transformation.items()}],
    }
    after = made.log_group(change.log_group)
    attributes = {"DependsOn": after} if after else {}
    made.add(_logical(change.name, "Filter"), change, "AWS::Logs::MetricFilter", properties, **attributes)


@add.register
def _(change: PutMetricAlarm, made: _Template) -> None:
    properties = {**documents.created_alarm(change), "AlarmActions": [made.topic(change.topic)]}
    made.add(_logical(change.name, "Alarm"), change, "AWS::CloudWatch::Alarm", properties)


@add.register
def _(change: CreateTopic, made: _Template) -> None:
    properties = {"TopicName": change.name, "Tags": [documents.tag()]}
    made.topics[change.arn] = made.add("Topic", change, "AWS::SNS::Topic", properties)


@add.register
def _(change: Subscribe, made: _Template) -> None:
    properties = {"TopicArn": made.topic(change.topic), "Protocol": "email", "Endpoint": change.address}
    made.add("Subscription", change, "AWS::SNS::Subscription", properties)
