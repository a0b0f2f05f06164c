"""Which calls change a link of an alert path, and which link a CloudTrail record of such a call names.

Sources: CloudTrail User Guide, Amazon SNS Developer Guide and CloudWatch Logs User Guide, "Logging API calls using
CloudTrail". Alarms are not among them: CloudWatch itself says when an alarm was changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from prowler_cis_monitoring.proof.histories import Change, Event

TRAIL_CHANGES = ("DeleteTrail", "PutEventSelectors", "StartLogging", "StopLogging", "UpdateTrail")
FILTER_CHANGES = ("DeleteMetricFilter", "PutMetricFilter")
TOPIC_CHANGES = ("AddPermission", "CreateTopic", "DeleteTopic", "RemovePermission", "SetTopicAttributes")
SUBSCRIPTION_CHANGES = ("ConfirmSubscription", "SetSubscriptionAttributes", "Subscribe", "Unsubscribe")

_Name = Callable[[Mapping[str, Any], str, str], str]


def _trail(parameters: Mapping[str, Any], prefix: str, owner: str) -> str:
    name = _text(parameters, "name", "trailName")
    return name if name.startswith("arn:") or not name else f"{prefix}:cloudtrail:{owner}:trail/{name}"


def _filter(parameters: Mapping[str, Any], prefix: str, owner: str) -> str:
    group, name = _text(parameters, "logGroupName"), _text(parameters, "filterName")
    return f"{prefix}:logs:{owner}:log-group:{group}:{name}" if group and name else ""


def _topic(parameters: Mapping[str, Any], prefix: str, owner: str) -> str:
    arn, name = _text(parameters, "topicArn"), _text(parameters, "name")
    return arn or (f"{prefix}:sns:{owner}:{name}" if name else "")


def _subscription(parameters: Mapping[str, Any], _prefix: str, _owner: str) -> str:
    return _text(parameters, "subscriptionArn", "topicArn")


_KINDS: Mapping[str, tuple[str, str, _Name]] = {
    **dict.fromkeys(TRAIL_CHANGES, ("trail", "cloudtrail.amazonaws.com", _trail)),
    **dict.fromkeys(FILTER_CHANGES, ("metric filter", "logs.amazonaws.com", _filter)),
    **dict.fromkeys(TOPIC_CHANGES, ("topic", "sns.amazonaws.com", _topic)),
    **dict.fromkeys(SUBSCRIPTION_CHANGES, ("subscription", "sns.amazonaws.com", _subscription)),
}


def change_of(event: Event, partition: str, account: str) -> Change | None:
    """Return the change that a record tells of; None when it tells of none, or of one that was refused.

    Args:
        event: the record, from the event history of `account`.
        partition: `aws`, `aws-us-gov` or `aws-cn`.
        account: the account that owns what was changed.
    """
    kind = _KINDS.get(event.name)
    if kind is None or event.record.get("eventSource") != kind[1] or event.record.get("errorCode"):
        return None
    parameters = event.record.get("requestParameters")
    known = parameters if isinstance(parameters, Mapping) else {}
    resource = kind[2](known, f"arn:{partition}", f"{event.region}:{account}")
    return Change(kind[0], resource, event.at, event.name)


def _text(parameters: Mapping[str, Any], *names: str) -> str:
    found = (parameters.get(name) for name in names)
    return next((text for text in found if isinstance(text, str)), "")
