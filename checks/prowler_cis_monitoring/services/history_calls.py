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
from prowler_cis_monitoring.services.reading import Record, moment, moments, numbers, text

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
# Pages of an alarm's history, and records of a page (CloudWatch API, DescribeAlarmHistory).
_MOST_PAGES = 3
_A_PAGE = 100
_MOST_QUERIES = 100
_MOST_RECORD = 300_000
_ARN = re.compile(r"arn:[^\s\"]+")
_SUCCEEDED = "Successfully executed action"


def spent(action: str, scope: Scope) -> Unread:
    """Return that a call was not made, because the account has had its share of them."""
    return Unread(action=action, region=scope.region, account=scope.account, error=SPENT)


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

    def read(answer: Record) -> Kept[Event]:
        listed = answer.records("Events")
        events = tuple(_events(listed, scope.region))
        return Kept(events, _since(listed, "EventTime", answer, between[0] if between else now - EVENT_DAYS))

    found = cloudtrail.call(
        "lookup_events", scope, lookup.value, read=read, most_pages=1, MaxResults=MOST_EVENTS, **attributes
    )
    return Kept(unread=found) if isinstance(found, Unread) else found


def _events(listed: Sequence[Record], region: str) -> Iterator[Event]:
    for told in listed:
        try:
            record = read_json(told.optional("CloudTrailEvent", text, ""), most=_MOST_RECORD, twice=True)
        except JsonTextError:
            continue
        at = told.required("EventTime", moment, None)
        if isinstance(record, dict) and at:
            yield Event(told.optional("EventId", text, ""), _utc(at), region, record)


def alarm_history(
    cloudwatch: CloudWatch, name: str, arn: str, scope: Scope, now: datetime
) -> tuple[Kept[Transition], Kept[Action]]:
    """Return what an alarm did: its transitions and its actions, the newest 300 records."""

    def read(answer: Record) -> tuple[Kept[Transition], Kept[Action]]:
        items = answer.records("AlarmHistoryItems")
        since = _since(items, "Timestamp", answer, now - ALARM_DAYS)
        transitions = tuple(found for item in items for found in _transitions(item, arn))
        return Kept(transitions, since), Kept(tuple(found for item in items for found in _actions(item, arn)), since)

    found = cloudwatch.call(
        "describe_alarm_history",
        scope,
        name,
        read=read,
        most_pages=_MOST_PAGES,
        AlarmName=name,
        AlarmTypes=["MetricAlarm", "CompositeAlarm"],
        ScanBy="TimestampDescending",
        MaxRecords=_A_PAGE,
    )
    return (Kept(unread=found), Kept(unread=found)) if isinstance(found, Unread) else found


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

    def read(answer: Record) -> tuple[Action, ...] | None:
        items = answer.records("AlarmHistoryItems")
        named = ((item, arns.get(item.optional("AlarmName", text, ""), "")) for item in items)
        found = tuple(found for item, arn in named for found in _actions(item, arn))
        return None if answer.has("NextToken") else found

    answer = cloudwatch.call(
        "describe_alarm_history",
        scope,
        read=read,
        most_pages=_MOST_PAGES,
        AlarmTypes=["MetricAlarm", "CompositeAlarm"],
        HistoryItemType="Action",
        StartDate=start,
        EndDate=end,
        ScanBy="TimestampDescending",
        MaxRecords=_A_PAGE,
    )
    return None if isinstance(answer, Unread) else answer


def _transitions(item: Record, arn: str) -> Iterator[Transition]:
    at = item.required("Timestamp", moment, None)
    if item.required("HistoryItemType", text, "") != "StateUpdate" or at is None:
        return
    data = _data(item)
    old, new = _object(data.get("oldState")), _object(data.get("newState"))
    before, state = old.get("stateValue"), new.get("stateValue")
    if isinstance(before, str) and isinstance(state, str):
        # SetAlarmState leaves no query behind; CloudWatch's own evaluation does.
        reason = _object(new.get("stateReasonData"))
        evaluated = "queryDate" in reason or "triggeringAlarms" in reason
        yield Transition(arn, _utc(at), before, state, by_hand=not evaluated)


def _actions(item: Record, arn: str) -> Iterator[Action]:
    at = item.required("Timestamp", moment, None)
    if item.required("HistoryItemType", text, "") != "Action" or at is None:
        return
    summary = item.required("HistorySummary", text, "")
    told = _data(item).get("notificationResource")
    named = _ARN.search(summary)
    # The ARN ends a sentence.
    target = told if isinstance(told, str) else named[0].rstrip(".,") if named else ""
    yield Action(arn, target, _utc(at), succeeded=summary.startswith(_SUCCEEDED))


def _data(item: Record) -> Mapping[str, Any]:
    try:
        return _object(read_json(item.optional("HistoryData", text, "") or "{}", most=_MOST_RECORD, twice=True))
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

    def read(answer: Record) -> dict[Metric, Kept[Datapoint]]:
        points: dict[str, list[Datapoint]] = {key: [] for key in ids}
        whole = set()
        for result in answer.records("MetricDataResults"):
            key = result.required("Id", text, "")
            if key in points:
                times, values = result.required("Timestamps", moments, ()), result.required("Values", numbers, ())
                points[key] += [Datapoint(_utc(at), value, PERIOD) for at, value in zip(times, values, strict=False)]
                whole |= {key} if result.optional("StatusCode", text, "") == "Complete" else set()
        return {metric: Kept(tuple(points[key]), start if key in whole else None) for key, metric in ids.items()}

    found = cloudwatch.call(
        "get_metric_data",
        scope,
        read=read,
        MetricDataQueries=[{"Id": key, "MetricStat": _stat(metric)} for key, metric in ids.items()],
        StartTime=start,
        EndTime=end,
        ScanBy="TimestampDescending",
    )
    return dict.fromkeys(metrics, Kept(unread=found)) if isinstance(found, Unread) else found


def _stat(metric: Metric) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in metric.dimensions]
    named = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions}
    return {"Metric": named, "Period": PERIOD, "Stat": "Sum"}


def _since(items: Sequence[Record], member: str, answer: Record, longest: datetime) -> datetime | None:
    """From when on a list is complete, the newest first: with more to come from its oldest item on."""
    if not answer.has("NextToken"):
        return longest
    times = (item.required(member, moment, None) for item in items)
    return min((_utc(at) for at in times if at), default=None)


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=timezone.utc) if at.tzinfo is None else at.astimezone(timezone.utc)
