"""Terraform for what is created in one account and Region, for a module whose AWS provider is that account's.

Changes of resources that exist, and that another module may own, cannot stand in it: they are told as instructions.
Template sequences in names are escaped, so that nothing in a name is expanded.
"""

from __future__ import annotations

import json
import re
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
from prowler_cis_monitoring.remedy.forms.cloudformation import is_created
from prowler_cis_monitoring.remedy.parts import Part

# Not to be said in a quoted template as it is (Terraform, "Strings and Templates").
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True)
class _Reference:
    """An expression that refers to another resource."""

    text: str


@dataclass
class _Module:
    """The resources so far, and references to them by what they stand for."""

    resources: dict[tuple[str, str], tuple[Change, Mapping[str, Any]]] = field(default_factory=dict)
    topics: dict[str, _Reference] = field(default_factory=dict)
    log_groups: dict[str, str] = field(default_factory=dict)

    def add(self, kind: str, name: str, change: Change, arguments: Mapping[str, Any]) -> str:
        """Add a resource under a name that is free, and return its address."""
        number, free = 1, name
        while (kind, free) in self.resources:
            number += 1
            free = f"{name}_{number}"
        self.resources[kind, free] = change, arguments
        return f"{kind}.{free}"

    def topic(self, arn: str) -> Any:  # noqa: ANN401 - an ARN or a reference
        """Return what names a topic: a reference where it is created here."""
        return self.topics.get(arn, arn)

    def after(self, *addresses: str) -> dict[str, Any]:
        """Return the argument that lets a resource wait for others."""
        return {"depends_on": [_Reference(address) for address in addresses]} if addresses else {}

    def after_log_group(self, arn: str, *addresses: str) -> dict[str, Any]:
        """Return the argument that lets a resource wait for a log group that is created here, and for others."""
        group = self.log_groups.get(arn)
        return self.after(*addresses, *([group] if group else []))


def module(part: Part, source: str) -> str:
    """Return the Terraform for the changes of one account and Region.

    Args:
        part: the changes.
        source: what they were planned on, for the head.
    """
    made = _Module()
    for change in part.changes:
        add(change, made)
    by_hand = [change for change in part.changes if not is_created(change)]
    lines = documents.head(part, source)
    lines += [f"# {line}".rstrip() for line in instructions(by_hand, part)]
    told: list[Change] = []
    for (kind, name), (change, arguments) in made.resources.items():
        comment = () if change in told else documents.comment(change)
        told.append(change)
        lines += ["", *(f"# {line}" for line in comment)]
        lines += [f'resource "{kind}" "{name}" {{', *_body(arguments, "  "), "}"]
    return "\n".join(lines).rstrip("\n") + "\n"


def _body(arguments: Mapping[str, Any], indent: str) -> Iterator[str]:
    """Yield arguments, their signs of equality in one column as `terraform fmt` has them, then nested blocks."""
    plain = {name: value for name, value in arguments.items() if not isinstance(value, Mapping)}
    waits = plain.pop("depends_on", None)
    width = max(map(len, plain), default=0)
    yield from (f"{indent}{name:{width}} = {_value(value)}" for name, value in plain.items())
    for name, value in arguments.items():
        if isinstance(value, Mapping):
            yield ""
            yield f"{indent}{name} {{"
            yield from _body(value, f"{indent}  ")
            yield f"{indent}}}"
    if waits:
        yield ""
        yield f"{indent}depends_on = {_value(waits)}"


def _value(value: Any) -> str:  # noqa: ANN401 - what an argument takes
    if isinstance(value, _Reference):
        return value.text
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return text(value) if isinstance(value, str) else json.dumps(value)


def text(value: str) -> str:
    """Return a quoted template that stands for a text, whatever is in it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${").replace("%{", "%%{")
    return '"' + _CONTROL.sub(lambda found: _NAMED.get(found[0], f"\\u{ord(found[0]):04x}"), escaped) + '"'


@singledispatch
def add(change: Change, made: _Module) -> None:
    """Add to a module what a change creates; nothing for a change of what exists."""


@add.register
def _(change: CreateLogGroup, made: _Module) -> None:
    made.log_groups[change.arn] = made.add("aws_cloudwatch_log_group", "cloudtrail", change, {"name": change.name})


@add.register
def _(change: DeliverToLogGroup, made: _Module) -> None:
    _add_role(change, made)


def _add_role(change: DeliverToLogGroup | CreateTrail, made: _Module) -> tuple[str, str]:
    key, value = documents.TAG
    arguments = {
        "name": change.role,
        "assume_role_policy": json.dumps(documents.trust()),
        "tags": _Reference(f"{{ {key} = {text(value)} }}"),
    }
    role = made.add("aws_iam_role", "trail", change, arguments)
    policy = {"name": change.role, "role": _Reference(f"{role}.id"), "policy": json.dumps(documents.delivery(change))}
    return role, made.add("aws_iam_role_policy", "trail", change, policy)


@add.register
def _(change: CreateTrail, made: _Module) -> None:
    role, permission = _add_role(change, made)
    bucket = made.add("aws_s3_bucket", "trail", change, {"bucket": change.bucket})
    of_bucket = {"bucket": _Reference(f"{bucket}.id")}
    closed = dict.fromkeys(
        ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets"),
        True,
    )
    made.add("aws_s3_bucket_public_access_block", "trail", change, {**of_bucket, **closed})
    allowed = {**of_bucket, "policy": json.dumps(documents.bucket_policy(change))}
    policy = made.add("aws_s3_bucket_policy", "trail", change, allowed)
    arguments = {
        "name": change.name,
        "s3_bucket_name": _Reference(f"{bucket}.id"),
        "is_multi_region_trail": True,
        "enable_log_file_validation": True,
        "cloud_watch_logs_group_arn": f"{change.log_group}:*",
        "cloud_watch_logs_role_arn": _Reference(f"{role}.arn"),
        **made.after_log_group(change.log_group, policy, permission),
    }
    made.add("aws_cloudtrail", "trail", change, arguments)


@add.register
def _(change: PutMetricFilter, made: _Module) -> None:
    unit = {"unit": change.unit} if change.unit else {}
    arguments = {
        "name": change.name,
        "log_group_name": change.log_group_name,
        "pattern": change.pattern,
        "metric_transformation": {"namespace": change.namespace, "name": change.metric, "value": "1", **unit},
        **made.after_log_group(change.log_group),
    }
    made.add("aws_cloudwatch_log_metric_filter", _name(change.name), change, arguments)


@add.register
def _(change: PutMetricAlarm, made: _Module) -> None:
    alarm = change.made
    unit = {"unit": alarm.unit} if alarm.unit else {}
    arguments = {
        "alarm_name": alarm.name,
        "alarm_description": alarm.description or "",
        "namespace": alarm.namespace,
        "metric_name": alarm.metric_name,
        **unit,
        "statistic": alarm.statistic,
        "period": alarm.period,
        "evaluation_periods": alarm.evaluation_periods,
        "threshold": change.threshold,
        "comparison_operator": alarm.comparison,
        "treat_missing_data": alarm.treat_missing_data,
        "alarm_actions": [made.topic(change.topic)],
    }
    made.add("aws_cloudwatch_metric_alarm", _name(change.name), change, arguments)


@add.register
def _(change: CreateTopic, made: _Module) -> None:
    key, value = documents.TAG
    arguments = {"name": change.name, "tags": _Reference(f"{{ {key} = {text(value)} }}")}
    made.topics[change.arn] = _Reference(f"{made.add('aws_sns_topic', 'alerts', change, arguments)}.arn")


@add.register
def _(change: Subscribe, made: _Module) -> None:
    arguments = {"topic_arn": made.topic(change.topic), "protocol": "email", "endpoint": change.address}
    made.add("aws_sns_topic_subscription", "alerts", change, arguments)


def _name(name: str) -> str:
    """Return a resource's name here: that of the filter or alarm, which is one of ours."""
    return name.removeprefix("cis-monitoring-").replace("-", "_")
