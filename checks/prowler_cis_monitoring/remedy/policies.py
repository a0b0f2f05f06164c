"""Resource policies with one statement more, which lets CloudWatch alarms in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from prowler_cis_monitoring.alert_path.callers import CLOUDWATCH
from prowler_cis_monitoring.alert_path.resources import Arn, CompositeAlarm, MetricAlarm, Topic
from prowler_cis_monitoring.remedy.names import free

_MOST_OF_A_TOPIC_POLICY = 30 * 1024
_MOST_OF_A_KEY_POLICY = 32 * 1024
_SID = "AllowCloudWatchAlarms"


def topic_policy(topic: Topic, alarm: MetricAlarm | CompositeAlarm) -> tuple[str, str] | None:
    """Return a topic's policy with leave for the alarms of `alarm`'s account, and the new statement's name.

    None where it cannot be written.

    Source: SNS Developer Guide, "Allow any CloudWatch alarm to publish to a topic in a different account".
    """
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": CLOUDWATCH},
        "Action": "sns:Publish",
        "Resource": topic.arn,
        "Condition": {
            "ArnLike": {"aws:SourceArn": _alarms_of(alarm)},
            "StringEquals": {"aws:SourceAccount": alarm.account},
        },
    }
    return _with_statement(topic.policy, statement, _MOST_OF_A_TOPIC_POLICY)


def key_policy(policy: object) -> tuple[str, str] | None:
    """Return a key's policy with leave for CloudWatch, and the new statement's name; None where it cannot be written.

    The statement has no condition: none is documented for these calls.
    Source: AWS re:Post, "Why didn't I receive an SNS notification for my CloudWatch alarm trigger?".
    """
    actions = ["kms:Decrypt", "kms:GenerateDataKey*"]
    statement = {"Effect": "Allow", "Principal": {"Service": CLOUDWATCH}, "Action": actions, "Resource": "*"}
    return _with_statement(policy, statement, _MOST_OF_A_KEY_POLICY)


def _alarms_of(alarm: MetricAlarm | CompositeAlarm) -> str:
    arn = Arn.parse(alarm.arn)
    partition = arn.partition if arn else "aws"
    return f"arn:{partition}:cloudwatch:{alarm.region}:{alarm.account}:alarm:*"


def _with_statement(policy: object, statement: Mapping[str, Any], most: int) -> tuple[str, str] | None:
    if not isinstance(policy, str):
        return None
    try:
        document = json.loads(policy)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not isinstance(document.get("Statement"), (list, dict)):
        return None
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    taken = [str(one.get("Sid")) for one in statements if isinstance(one, dict)]
    sid = free(_SID, taken).replace("-", "")
    changed = json.dumps({**document, "Statement": [*statements, {"Sid": sid, **statement}]}, separators=(",", ":"))
    return (changed, sid) if len(changed.encode()) <= most else None
