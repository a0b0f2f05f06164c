"""What moto cannot be told through the AWS API, set in its backend: the one place that reaches into moto."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from moto.backends import get_backend
from moto.cloudtrail.responses import CloudTrailResponse
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError, ServiceException
from moto.core.responses import ActionResult
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.responses import LogsResponse
from moto.moto_server import threaded_moto_server
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.sns.models import Topic
from werkzeug.exceptions import NotFound

from prowler_cis_monitoring.filter_pattern import parse

_MOST_LOOKED_UP = 50
# Which backend method an operation ends in, and how its service words a refusal.
_DENIABLE = {
    "cloudtrail:DescribeTrails": ("describe_trails", JsonRESTError, "AccessDeniedException"),
    "cloudtrail:GetTrailStatus": ("get_trail_status", JsonRESTError, "AccessDeniedException"),
    "cloudtrail:GetEventSelectors": ("get_event_selectors", JsonRESTError, "AccessDeniedException"),
    "logs:DescribeMetricFilters": ("describe_metric_filters", JsonRESTError, "AccessDeniedException"),
    "logs:DescribeLogGroups": ("describe_log_groups", JsonRESTError, "AccessDeniedException"),
    "cloudwatch:DescribeAlarms": ("describe_alarms", ServiceException, "AccessDenied"),
    "sns:GetTopicAttributes": ("get_topic", ServiceException, "AuthorizationError"),
    "sns:ListSubscriptionsByTopic": ("list_subscriptions_by_topic", ServiceException, "AuthorizationError"),
    "sns:GetSubscriptionAttributes": ("get_subscription_attributes", ServiceException, "AuthorizationError"),
    "cloudwatch:DescribeAlarmHistory": ("alarm_history", ServiceException, "AccessDenied"),
    "cloudtrail:LookupEvents": ("lookup_events", JsonRESTError, "AccessDeniedException"),
    "cloudwatch:GetMetricData": ("get_metric_data", ServiceException, "AccessDenied"),
    "logs:FilterLogEvents": ("filter_log_events", JsonRESTError, "AccessDeniedException"),
    "logs:TestMetricFilter": ("test_metric_filter", JsonRESTError, "AccessDeniedException"),
    "sts:AssumeRole": ("assume_role", ServiceException, "AccessDenied"),
    "kms:DescribeKey": ("describe_key", JsonRESTError, "AccessDeniedException"),
    "kms:GetKeyPolicy": ("get_key_policy", JsonRESTError, "AccessDeniedException"),
}


def leave_out_images() -> None:
    """Let moto make no machine images: it makes thousands for each account and Region, and no alert path has one."""
    os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")


class _TopicWithoutPolicy(Topic):  # type: ignore[misc]
    policy = ""


def _backend(service: str, region: str, account: str = DEFAULT_ACCOUNT_ID) -> Any:  # noqa: ANN401 - moto is untyped
    backends = get_backend(service)
    return backends[account][region]


def deny(action: str, region: str, account: str = DEFAULT_ACCOUNT_ID, of: str = "") -> None:
    """Refuse every call of an IAM action in a Region, or those that name `of`, as for a role without the permission."""
    method, error, code = _DENIABLE[action]
    service = action.split(":", maxsplit=1)[0]

    warnings.filterwarnings("ignore", message=r"Exception\(Refusal\)")  # of a code that the service has no shape for
    # moto looks for an error's shape in the service in whose module its class stands.
    refusal = type("Refusal", (error,), {"__module__": f"moto.{service}.exceptions"})

    backend = _backend(service, region, account)
    answer = getattr(backend, method) if of else None

    def refuse(*told: object, **named: object) -> object:
        if answer and not any(of in str(value) for value in (*told, *named.values())):
            return answer(*told, **named)
        raise refusal(code, f"User: arn:aws:iam::{account}:user/auditor is not authorized to perform: {action}")

    setattr(backend, method, refuse)


def leave_subscription_pending(
    topic_arn: str, region: str, account: str = DEFAULT_ACCOUNT_ID, endpoint: str | None = None
) -> None:
    """Undo the confirmation that moto gives every subscription of a topic, or that of one endpoint, at once."""
    _rename_subscriptions(topic_arn, region, account, "PendingConfirmation", endpoint)


def delete_subscription(
    topic_arn: str, region: str, account: str = DEFAULT_ACCOUNT_ID, endpoint: str | None = None
) -> None:
    """Leave the traces that AWS shows for a while after somebody unsubscribed; they may subscribe again."""
    _rename_subscriptions(topic_arn, region, account, "Deleted", endpoint)
    backend = _backend("sns", region, account)

    def find(*wanted: str) -> Any:  # noqa: ANN401 - moto is untyped
        known = (one for one in backend.subscriptions.values() if one.arn != "Deleted")
        return next((one for one in known if (one.topic.arn, one.endpoint, one.protocol) == wanted), None)

    # moto takes the deleted subscription for the one that is asked for.
    backend._find_subscription = find  # noqa: SLF001 - see above


def _rename_subscriptions(topic_arn: str, region: str, account: str, arn: str, endpoint: str | None) -> None:
    for subscription in _backend("sns", region, account).subscriptions.values():
        if subscription.topic.arn == topic_arn and endpoint in (None, subscription.endpoint):
            subscription.arn = arn
            subscription.attributes["PendingConfirmation"] = "true"


def forget_topic_policy(topic_arn: str, region: str, account: str = DEFAULT_ACCOUNT_ID) -> None:
    """Let GetTopicAttributes tell nothing of a topic's policy."""
    _backend("sns", region, account).topics[topic_arn].__class__ = _TopicWithoutPolicy


def set_key_state(key_id: str, state: str, region: str, account: str = DEFAULT_ACCOUNT_ID) -> None:
    """Bring a KMS key into a state that no call of its owner brings about."""
    _backend("kms", region, account).keys[key_id].key_state = state


def forget_key(key_id: str, region: str, account: str = DEFAULT_ACCOUNT_ID) -> None:
    """Let the waiting period of a key that was scheduled for deletion be over."""
    del _backend("kms", region, account).keys[key_id]


def set_log_group_class(name: str, log_class: str, region: str, account: str = DEFAULT_ACCOUNT_ID) -> None:
    """Give a log group a class: moto takes logGroupClass and forgets it."""
    set_log_group_fields(name, {"logGroupClass": log_class}, region, account)


def set_log_group_fields(name: str, fields: Mapping[str, Any], region: str, account: str = DEFAULT_ACCOUNT_ID) -> None:
    """Let DescribeLogGroups tell what moto does not know, for example `dataProtectionStatus`."""
    group = _backend("logs", region, account).groups[name]
    describe = group.to_describe_dict
    group.to_describe_dict = lambda: {**describe(), **fields}


def set_metric_filter_fields(
    name: str, fields: Mapping[str, Any], region: str, account: str = DEFAULT_ACCOUNT_ID
) -> None:
    """Set fields of a metric filter that moto drops, for example `applyOnTransformedLogs`."""
    for metric_filter in _backend("logs", region, account).filters.metric_filters:
        if metric_filter["filterName"] == name:
            metric_filter.update(fields)


def set_trail_status(name: str, status: Mapping[str, Any], region: str, account: str = DEFAULT_ACCOUNT_ID) -> None:
    """Add fields to GetTrailStatus' answer, for example `LatestCloudWatchLogsDeliveryError`."""
    trail = _backend("cloudtrail", region, account).trails[name]
    describe = trail.status.description
    trail.status.description = lambda: {**describe(), **status}


def show_organization_trail(name: str, owner: str, members: Iterable[str], region: str) -> None:
    """Let DescribeTrails show an organisation trail in member accounts, as AWS does."""
    trail = _backend("cloudtrail", region, owner).trails[name]
    for member in members:
        _backend("cloudtrail", region, member).trails[name] = trail


def set_trail_owner(name: str, owner: str, region: str, account: str = DEFAULT_ACCOUNT_ID) -> None:
    """Turn a trail into another account's, as a member sees the trail of its organisation."""
    _backend("cloudtrail", region, account).trails[name].account_id = owner


def set_alarm_fields(name: str, fields: Mapping[str, Any], region: str, account: str = DEFAULT_ACCOUNT_ID) -> None:
    """Set what moto drops of an alarm, or what CloudWatch itself sets: for example `evaluation_state`."""
    alarm = _backend("cloudwatch", region, account).alarms[name]
    for field, value in fields.items():
        setattr(alarm, field, value)


def leave_in_alarm(name: str, region: str, *, hours: int) -> None:
    """Let an alarm have been in ALARM for some hours: moto does not tell when a state began."""
    leave_in_state(name, "ALARM", region, hours=hours)


def leave_in_state(name: str, state: str, region: str, *, hours: int) -> None:
    """Let an alarm have been in a state for some hours."""
    since = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(hours=hours)
    set_alarm_fields(name, {"state_value": state, "state_transitioned_timestamp": since}, region)


def set_metric_account(name: str, query: str, owner: str, region: str, account: str = DEFAULT_ACCOUNT_ID) -> None:
    """Let an element of an alarm's metrics be of another account: moto drops AccountId."""
    for element in _backend("cloudwatch", region, account).alarms[name].metric_data_queries:
        if element.id == query:
            element.account_id = owner


def put_composite_alarm(  # noqa: PLR0913 - the call's parameters
    name: str,
    rule: str,
    actions: list[str],
    region: str,
    *,
    enabled: bool = True,
    suppressor: str | None = None,
    suppressor_wait: int | None = None,
    suppressor_extension: int | None = None,
    state: str = "OK",
) -> None:
    """Create a composite alarm: moto describes them and has no PutCompositeAlarm."""
    _backend("cloudwatch", region).put_metric_alarm(
        name=name,
        rule=rule,
        alarm_actions=actions,
        actions_enabled=enabled,
        dimensions=[],
        **dict.fromkeys(
            (
                "namespace",
                "metric_name",
                "comparison_operator",
                "evaluation_periods",
                "period",
                "threshold",
                "statistic",
            )
        ),
        description=None,
    )
    suppression = {
        "actions_suppressor": suppressor,
        # Without both no suppressor can be named.
        "actions_suppressor_wait_period": suppressor_wait or (0 if suppressor else None),
        "actions_suppressor_extension_period": suppressor_extension or (0 if suppressor else None),
    }
    set_alarm_fields(name, {**suppression, "state_value": state}, region)


def let_action_fail(name: str, action: str, reason: str, region: str, *, days_ago: int = 0) -> None:
    """Let an alarm's history tell that an action failed, long after the alarm was last changed."""
    now = datetime.now(timezone.utc).replace(microsecond=0)
    let_alarm_be_old(name, region, days=100)
    at = now - timedelta(days=days_ago)
    add_alarm_history(
        name, "Action", f"Failed to execute action {action}. Received error: {reason}", {}, at=at, region=region
    )


def let_alarm_be_old(name: str, region: str, account: str = DEFAULT_ACCOUNT_ID, *, days: int) -> None:
    """Let an alarm have been changed last some days ago."""
    changed = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(days=days)
    set_alarm_fields(name, {"configuration_updated_timestamp": changed}, region, account)


def let_filters_be_old(log_group: str, region: str, account: str = DEFAULT_ACCOUNT_ID, *, days: int) -> None:
    """Let a log group and its metric filters, of which moto tells no time, have been made some days ago."""
    backend = _backend("logs", region, account)
    made = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(days=days)
    backend.groups[log_group].creation_time = made.replace(tzinfo=None)
    for told in backend.filters.metric_filters:
        if told["logGroupName"] == log_group:
            told["creationTime"] = int(made.timestamp() * 1000)


def add_alarm_history(  # noqa: PLR0913 - the members of an item
    name: str,
    kind: str,
    summary: str,
    data: Mapping[str, Any],
    *,
    at: datetime,
    region: str,
    account: str = DEFAULT_ACCOUNT_ID,
) -> None:
    """Let DescribeAlarmHistory tell one thing more of an alarm."""
    item = {
        "AlarmName": name,
        "Timestamp": at,
        "HistoryItemType": kind,
        "HistorySummary": summary,
        "HistoryData": json.dumps(data),
    }
    backend = _backend("cloudwatch", region, account)
    before: list[Any] = getattr(backend, "alarm_history", list)()
    backend.alarm_history = lambda: [*before, item]


def _describe_alarm_history(response: Any) -> Any:  # noqa: ANN401 - moto is untyped
    """Answer DescribeAlarmHistory, which moto does not know."""
    name, kind, start, end = (
        response._get_param(key)  # noqa: SLF001 - as all of moto's responses do
        for key in ("AlarmName", "HistoryItemType", "StartDate", "EndDate")
    )
    history: list[Any] = getattr(response.cloudwatch_backend, "alarm_history", list)()
    found = [
        item
        for item in history
        if name in (None, item["AlarmName"])
        and kind in (None, item["HistoryItemType"])
        and (start is None or item["Timestamp"] >= _time(start))
        and (end is None or item["Timestamp"] <= _time(end))
    ]
    return ActionResult({"AlarmHistoryItems": sorted(found, key=lambda item: item["Timestamp"], reverse=True)})


def _time(given: Any) -> datetime:  # noqa: ANN401 - as the protocol of the call gives it
    if isinstance(given, datetime):
        return given if given.tzinfo else given.replace(tzinfo=timezone.utc)
    if isinstance(given, (int, float)):
        return datetime.fromtimestamp(given, timezone.utc)
    return datetime.fromisoformat(str(given).replace("Z", "+00:00"))


def _filters_of_known_groups(response: LogsResponse) -> Any:  # noqa: ANN401 - moto is untyped
    """Refuse to list the metric filters of a log group that does not exist, as AWS does: moto keeps them for ever."""
    name = response._get_param("logGroupName")  # noqa: SLF001 - as all of moto's responses do
    if name is not None and name not in response.logs_backend.groups:
        raise ResourceNotFoundException
    return _describe_metric_filters(response)


_describe_metric_filters = LogsResponse.describe_metric_filters
LogsResponse.describe_metric_filters = _filters_of_known_groups

CloudWatchResponse.describe_alarm_history = _describe_alarm_history


def add_event(record: Mapping[str, Any], region: str, account: str = DEFAULT_ACCOUNT_ID) -> None:
    """Put a CloudTrail record into the event history of a Region."""
    backend = _backend("cloudtrail", region, account)
    before: list[Any] = getattr(backend, "lookup_events", list)()
    backend.lookup_events = lambda: [*before, record]


def _lookup_events(response: Any) -> ActionResult:  # noqa: ANN401 - moto is untyped
    """Answer LookupEvents, which moto does not know."""
    attributes, start, end, most = (
        response._get_param(key)  # noqa: SLF001 - as all of moto's responses do
        for key in ("LookupAttributes", "StartTime", "EndTime", "MaxResults")
    )
    records: list[Any] = getattr(response.cloudtrail_backend, "lookup_events", list)()
    told = [_as_looked_up(record) for record in records]
    found = [
        one
        for one in told
        if all(one[named["AttributeKey"]] == named["AttributeValue"] for named in attributes or ())
        and (start is None or one["EventTime"] >= _time(start))
        and (end is None or one["EventTime"] <= _time(end))
    ]
    page = sorted(found, key=lambda one: one["EventTime"], reverse=True)[: most or _MOST_LOOKED_UP]
    more = {"NextToken": "more"} if len(page) < len(found) else {}
    return ActionResult({"Events": page, **more})


def _as_looked_up(record: Mapping[str, Any]) -> dict[str, Any]:
    identity = record["userIdentity"]
    return {
        "EventId": record["eventID"],
        "EventName": record["eventName"],
        "EventSource": record["eventSource"],
        "EventTime": datetime.fromisoformat(record["eventTime"].replace("Z", "+00:00")),
        "Username": "root" if identity["type"] == "Root" else identity.get("userName", ""),
        "CloudTrailEvent": json.dumps(record),
    }


CloudTrailResponse.lookup_events = _lookup_events

_filter_log_events_by_words = LogsResponse.filter_log_events


def _filter_log_events(response: Any) -> str:  # noqa: ANN401 - moto is untyped
    """Answer FilterLogEvents: by moto every pattern in braces matches everything."""
    told = json.loads(_filter_log_events_by_words(response))
    pattern = parse(response._get_param("filterPattern") or "")  # noqa: SLF001 - as all of moto's responses do
    return json.dumps({**told, "events": [one for one in told["events"] if pattern.matches(one["message"])]})


def _test_metric_filter(response: Any) -> str:  # noqa: ANN401 - moto is untyped
    """Answer TestMetricFilter, which moto does not know."""
    getattr(response.logs_backend, "test_metric_filter", lambda: None)()
    pattern = parse(response._get_param("filterPattern") or "")  # noqa: SLF001 - as all of moto's responses do
    lines = response._get_param("logEventMessages")  # noqa: SLF001 - likewise
    matched = [
        {"eventNumber": number, "eventMessage": line} for number, line in enumerate(lines, 1) if pattern.matches(line)
    ]
    return json.dumps({"matches": matched})


LogsResponse.filter_log_events = _filter_log_events
LogsResponse.test_metric_filter = _test_metric_filter


def answer_for_missing_services() -> None:
    """Let moto's server answer 404 for services that moto does not have, as moto in memory does."""
    find, make = DomainDispatcherApplication.get_backend_for_host, threaded_moto_server.create_backend_app

    def find_known(dispatcher: Any, host: str | None) -> Any:  # noqa: ANN401 - moto is untyped
        is_service = host is not None and "amazonaws.com" in host
        known = any(pattern.match(f"http://{host}") for _, pattern in dispatcher.backend_url_patterns)
        return find(dispatcher, host) if known or not is_service else None

    DomainDispatcherApplication.get_backend_for_host = find_known
    threaded_moto_server.create_backend_app = lambda service: NotFound() if service is None else make(service)
