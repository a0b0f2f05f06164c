"""The calls that tell of the past, each bounded and paced: one question in, records of `proof.histories` out.

Sources: CloudTrail API, LookupEvents (90 days, two calls a second in an account and Region); CloudWatch API,
DescribeAlarmHistory (30 days) and GetMetricData (five minutes for 63 days).
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from prowler_cis_monitoring.alert_path.languages.json_text import JsonTextError, read_json
from prowler_cis_monitoring.alert_path.resources import Scope, Unread
from prowler_cis_monitoring.proof.histories import Action, Datapoint, Event, Kept, Metric, Transition
from prowler_cis_monitoring.proof.lookups import Lookup
from prowler_cis_monitoring.services.cloudtrail.cloudtrail_service import CloudTrail
from prowler_cis_monitoring.services.cloudwatch.cloudwatch_service import CloudWatch

EVENT_DAYS = timedelta(days=90)
ALARM_DAYS = timedelta(days=30)
PERIOD = 300
BUDGET: Mapping[str, int] = {
    "lookup_events": 1500,
    "describe_alarm_history": 300,
    "get_metric_data": 60,
    "filter_log_events": 60,
    "test_metric_filter": 60,
}
"""So often each call is made for one account at most (count)."""
SPENT = "CallBudgetSpent"

MOST_EVENTS = 50
_MOST_HISTORY = 300
_MOST_QUERIES = 100
_MOST_RECORD = 300_000
_ARN = re.compile(r"arn:[^\s\"]+")
_SUCCEEDED = "Successfully executed action"


class Pace:
    """Lets calls of one kind start no faster than AWS takes them in an account and Region."""

    def __init__(self, seconds: float = 0.5) -> None:
        """Let `seconds` pass between the starts of two calls."""
        self._seconds = seconds
        self._next: dict[Scope, float] = {}
        self._lock = threading.Lock()

    def wait(self, scope: Scope) -> None:
        """Return when the next call may start."""
        with self._lock:
            now = time.monotonic()
            start = max(self._next.get(scope, now), now)
            self._next[scope] = start + self._seconds
        time.sleep(start - now)


class Budget:
    """Counts calls, so that no account costs more than is stated."""

    def __init__(self, limits: Mapping[str, int] = BUDGET) -> None:
        """Allow as many calls of each operation."""
        self._limits = limits
        self._made: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, operation: str) -> bool:
        """Whether one more call may be made."""
        with self._lock:
            self._made[operation] += 1
            return self._made[operation] <= self._limits[operation]


def lookup_events(  # noqa: PLR0913 - a question, whom to ask, and when
    cloudtrail: CloudTrail,
    lookup: Lookup,
    scope: Scope,
    *,
    pace: Pace,
    now: datetime,
    between: tuple[datetime, datetime] | None = None,
) -> Kept[Event]:
    """Return the newest events that one question finds in an account and Region: one page.

    Args:
        cloudtrail: asks.
        lookup: the question.
        scope: the account and Region.
        pace: when calls may start.
        now: the present.
        between: from when until when to look; None for all that is kept.
    """
    attributes: dict[str, Any] = {}
    if lookup.key:
        attributes["LookupAttributes"] = [{"AttributeKey": lookup.key, "AttributeValue": lookup.value}]
    if between is not None:
        attributes["StartTime"], attributes["EndTime"] = between
    pace.wait(scope)
    page = {"MaxItems": MOST_EVENTS, "PageSize": MOST_EVENTS}
    answer = cloudtrail.call("lookup_events", scope, lookup.value, PaginationConfig=page, **attributes)
    if isinstance(answer, Unread):
        return Kept(unread=answer)
    listed = answer.get("Events", ())
    events = tuple(_events(listed, scope.region))
    return Kept(events, _since(listed, "EventTime", answer, between[0] if between else now - EVENT_DAYS))


def _events(listed: Sequence[Mapping[str, Any]], region: str) -> Iterator[Event]:
    for told in listed:
        try:
            record = read_json(told.get("CloudTrailEvent", ""), most=_MOST_RECORD, twice=True)
        except JsonTextError:
            continue
        if isinstance(record, dict) and isinstance(told.get("EventTime"), datetime):
            yield Event(str(told.get("EventId", "")), _utc(told["EventTime"]), region, record)


def alarm_history(
    cloudwatch: CloudWatch, name: str, arn: str, scope: Scope, now: datetime
) -> tuple[Kept[Transition], Kept[Action]]:
    """Return what an alarm did: its transitions and its actions, the newest 300 records."""
    answer = cloudwatch.call(
        "describe_alarm_history",
        scope,
        name,
        AlarmName=name,
        AlarmTypes=["MetricAlarm", "CompositeAlarm"],
        ScanBy="TimestampDescending",
        PaginationConfig={"MaxItems": _MOST_HISTORY, "PageSize": 100},
    )
    if isinstance(answer, Unread):
        return Kept(unread=answer), Kept(unread=answer)
    items = answer.get("AlarmHistoryItems", ())
    since = _since(items, "Timestamp", answer, now - ALARM_DAYS)
    transitions = tuple(found for item in items for found in _transitions(item, arn))
    return Kept(transitions, since), Kept(tuple(found for item in items for found in _actions(item, arn)), since)


def actions_between(
    cloudwatch: CloudWatch, scope: Scope, start: datetime, end: datetime, arns: Mapping[str, str]
) -> tuple[Action, ...] | None:
    """Return all actions of all alarms in an account and Region, deleted ones included.

    Args:
        cloudwatch: asks.
        scope: the account and Region.
        start: from when on.
        end: until when.
        arns: the ARNs of the alarms that exist, by name.

    Returns:
        The actions; None when they are too many or could not be read.
    """
    answer = cloudwatch.call(
        "describe_alarm_history",
        scope,
        AlarmTypes=["MetricAlarm", "CompositeAlarm"],
        HistoryItemType="Action",
        StartDate=start,
        EndDate=end,
        ScanBy="TimestampDescending",
        PaginationConfig={"MaxItems": _MOST_HISTORY, "PageSize": 100},
    )
    if isinstance(answer, Unread) or answer.get("NextToken"):
        return None
    items = answer.get("AlarmHistoryItems", ())
    return tuple(found for item in items for found in _actions(item, arns.get(item.get("AlarmName", ""), "")))


def _transitions(item: Mapping[str, Any], arn: str) -> Iterator[Transition]:
    if item.get("HistoryItemType") != "StateUpdate":
        return
    data = _data(item)
    old, new = _object(data.get("oldState")), _object(data.get("newState"))
    before, state = old.get("stateValue"), new.get("stateValue")
    if isinstance(before, str) and isinstance(state, str):
        # SetAlarmState leaves no query behind; CloudWatch's own evaluation does.
        reason = _object(new.get("stateReasonData"))
        evaluated = "queryDate" in reason or "triggeringAlarms" in reason
        yield Transition(arn, _utc(item["Timestamp"]), before, state, by_hand=not evaluated)


def _actions(item: Mapping[str, Any], arn: str) -> Iterator[Action]:
    if item.get("HistoryItemType") != "Action":
        return
    summary = str(item.get("HistorySummary", ""))
    told = _data(item).get("notificationResource")
    named = _ARN.search(summary)
    # The ARN ends a sentence.
    target = told if isinstance(told, str) else named[0].rstrip(".,") if named else ""
    yield Action(arn, target, _utc(item["Timestamp"]), succeeded=summary.startswith(_SUCCEEDED))


def _data(item: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return _object(read_json(item.get("HistoryData") or "{}", most=_MOST_RECORD, twice=True))
    except JsonTextError:
        return {}


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def sums(
    cloudwatch: CloudWatch, metrics: Sequence[Metric], scope: Scope, now: datetime
) -> dict[Metric, Kept[Datapoint]]:
    """Return the sums of series of one account and Region, every five minutes of the last 30 days."""
    found: dict[Metric, Kept[Datapoint]] = {}
    for at in range(0, len(metrics), _MOST_QUERIES):
        found.update(_sums(cloudwatch, metrics[at : at + _MOST_QUERIES], scope, now))
    return found


def _sums(
    cloudwatch: CloudWatch, metrics: Sequence[Metric], scope: Scope, now: datetime
) -> dict[Metric, Kept[Datapoint]]:
    end = datetime.fromtimestamp(now.timestamp() // PERIOD * PERIOD + PERIOD, timezone.utc)
    start = end - ALARM_DAYS
    ids = {f"m{number}": metric for number, metric in enumerate(metrics)}
    answer = cloudwatch.call(
        "get_metric_data",
        scope,
        MetricDataQueries=[{"Id": key, "MetricStat": _stat(metric)} for key, metric in ids.items()],
        StartTime=start,
        EndTime=end,
        ScanBy="TimestampDescending",
    )
    if isinstance(answer, Unread):
        return dict.fromkeys(metrics, Kept(unread=answer))
    points: dict[str, list[Datapoint]] = {key: [] for key in ids}
    whole = set()
    for result in answer.get("MetricDataResults", ()):
        key = result.get("Id")
        if key in points:
            pairs = zip(result.get("Timestamps", ()), result.get("Values", ()), strict=False)
            points[key] += [Datapoint(_utc(at), value, PERIOD) for at, value in pairs]
            whole |= {key} if result.get("StatusCode") == "Complete" else set()
    return {metric: Kept(tuple(points[key]), start if key in whole else None) for key, metric in ids.items()}


def _stat(metric: Metric) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in metric.dimensions]
    named = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions}
    return {"Metric": named, "Period": PERIOD, "Stat": "Sum"}


def _since(
    items: Sequence[Mapping[str, Any]], member: str, answer: Mapping[str, Any], longest: datetime
) -> datetime | None:
    """From when on a list is complete, the newest first: with more to come from its oldest item on."""
    if not answer.get("NextToken"):
        return longest
    return min((_utc(item[member]) for item in items if isinstance(item.get(member), datetime)), default=None)


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=timezone.utc) if at.tzinfo is None else at.astimezone(timezone.utc)
