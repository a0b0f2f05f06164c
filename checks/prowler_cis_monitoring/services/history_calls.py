"""The calls that tell of the past, each bounded and paced: one question in, records of `proof.histories` out.

Sources: CloudTrail API, LookupEvents (90 days, two calls a second in an account and Region); CloudWatch API,
DescribeAlarmHistory (30 days) and GetMetricData (five minutes for 63 days).
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

from prowler_cis_monitoring.alert_path.languages.json_text import JsonTextError, read_json
from prowler_cis_monitoring.alert_path.resources import Scope, Unread
from prowler_cis_monitoring.proof.histories import (
    MADE,
    NOT_READ,
    RECONFIGURED,
    Action,
    Change,
    Datapoint,
    Event,
    Item,
    Kept,
    Metric,
    Transition,
)
from prowler_cis_monitoring.proof.lookups import Lookup
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.services.cloudtrail.cloudtrail_service import CloudTrail
from prowler_cis_monitoring.services.cloudwatch.cloudwatch_service import CloudWatch
from prowler_cis_monitoring.services.reading import (
    Record,
    WrongError,
    moment,
    moments,
    numbers,
    some_text,
    structure,
    text,
)

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
TOO_MANY = "MoreThanIsRead"

MOST_EVENTS = 50
# Pages of an alarm's history, and records of a page (CloudWatch API, DescribeAlarmHistory).
_MOST_PAGES = 3
_A_PAGE = 100
_MOST_QUERIES = 100
_MOST_RECORD = 300_000
_INSTANT = timedelta(microseconds=1)
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
        longest = between[0] if between else now - EVENT_DAYS
        unread = partial(cloudtrail.unread, "lookup_events", scope, lookup.value)
        listed = _Listed(answer, answer.apart("Events"), "EventTime", longest, unread)
        return listed.kept(lambda told: _event(told, scope.region))

    found = cloudtrail.call(
        "lookup_events", scope, lookup.value, read=read, most_pages=1, MaxResults=MOST_EVENTS, **attributes
    )
    return Kept(unread=found) if isinstance(found, Unread) else found


def _event(told: Record, region: str) -> Event | None:
    at, record = told.required("EventTime", moment, None), told.required("CloudTrailEvent", _json, None)
    return None if at is None or record is None else Event(told.optional("EventId", text, ""), _utc(at), region, record)


@dataclass(frozen=True)
class AlarmHistory:
    """What an alarm did, and how it was changed."""

    transitions: Kept[Transition] = NOT_READ
    actions: Kept[Action] = NOT_READ
    changes: Kept[Change] = NOT_READ

    @classmethod
    def not_read(cls, unread: Unread) -> AlarmHistory:
        """Return that nothing of it is known."""
        return cls(Kept(unread=unread), Kept(unread=unread), Kept(unread=unread))


def alarm_history(cloudwatch: CloudWatch, name: str, arn: str, scope: Scope, now: datetime) -> AlarmHistory:
    """Return an alarm's history: the newest 300 records."""

    def read(answer: Record) -> AlarmHistory:
        unread = partial(cloudwatch.unread, "describe_alarm_history", scope, name)
        listed = _Listed(answer, answer.apart("AlarmHistoryItems"), "Timestamp", now - ALARM_DAYS, unread)
        return AlarmHistory(
            listed.kept(lambda item: _transition(item, arn), "StateUpdate"),
            listed.kept(lambda item: _action(item, arn), "Action"),
            listed.kept(lambda item: _change(item, arn), "ConfigurationUpdate"),
        )

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
    return AlarmHistory.not_read(found) if isinstance(found, Unread) else found


def actions_between(
    cloudwatch: CloudWatch, scope: Scope, start: datetime, end: datetime, arns: Mapping[str, str]
) -> Kept[Action]:
    """Return all actions of all alarms in an account and Region, deleted ones included.

    Args:
        cloudwatch: asks.
        scope: the account and Region.
        start: from when on.
        end: until when.
        arns: the ARNs of the alarms that exist, by name.

    Returns:
        The actions; with an `unread` when these are not all.
    """
    unread = partial(cloudwatch.unread, "describe_alarm_history", scope, "")

    def read(answer: Record) -> Kept[Action]:
        listed = _Listed(answer, answer.apart("AlarmHistoryItems"), "Timestamp", start, unread)
        kept = listed.kept(lambda item: _action(item, arns.get(item.optional("AlarmName", text, ""), "")))
        return kept if kept.cover(start) or kept.unread else replace(kept, unread=unread(TOO_MANY, "call"))

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
    return Kept(unread=answer) if isinstance(answer, Unread) else answer


def _transition(item: Record, arn: str) -> Transition | None:
    at, data = item.required("Timestamp", moment, None), Record(item.required("HistoryData", _json, {}))
    before, new = data.record("oldState").required("stateValue", text, ""), data.record("newState")
    state = new.required("stateValue", text, "")
    # SetAlarmState leaves no query behind; CloudWatch's own evaluation does.
    reason = new.optional("stateReasonData", structure, {})
    if data.problem:
        item.lacks("HistoryData")
    if at is None or item.problem:
        return None
    evaluated = "queryDate" in reason or "triggeringAlarms" in reason
    return Transition(arn, _utc(at), before, state, by_hand=not evaluated)


def _action(item: Record, arn: str) -> Action | None:
    at, summary = item.required("Timestamp", moment, None), item.required("HistorySummary", text, "")
    named = _ARN.search(summary)
    # The ARN ends a sentence. AWS documents the summary, and the data as JSON without saying more.
    told = Record(item.optional("HistoryData", _json, {})).optional("notificationResource", some_text, "")
    target = told or (named[0].rstrip(".,") if named else "")
    if not target:
        item.lacks("HistoryData")
    return None if at is None or not target else Action(arn, target, _utc(at), succeeded=summary.startswith(_SUCCEEDED))


def _change(item: Record, arn: str) -> Change | None:
    at, data = item.required("Timestamp", moment, None), Record(item.optional("HistoryData", _json, {}))
    how = MADE if data.optional("type", text, "") == "Create" else RECONFIGURED
    return None if at is None else Change("alarm", arn, _utc(at), how)


def _json(value: Any) -> dict[str, Any]:  # noqa: ANN401 - as AWS sent it
    """A JSON object's text."""
    try:
        return structure(read_json(text(value), most=_MOST_RECORD, twice=True))
    except JsonTextError:
        raise WrongError("Wrong") from None


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
                if len(times) != len(values):
                    result.lacks("Values")
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


@dataclass(frozen=True)
class _Listed:
    """Records of an answer, the newest first.

    Attributes:
        answer: the answer; more pages may follow.
        records: the records, each with a problem of its own.
        time: which member is their time.
        longest: from when on they are all there are where no more follow.
        unread: makes of a record's problem why it could not be read.
    """

    answer: Record
    records: Sequence[Record]
    time: str
    longest: datetime
    unread: Callable[[str], Unread]

    def kept(self, make: Callable[[Record], Item | None], kind: str = "") -> Kept[Item]:
        """Keep what is made of the records of one HistoryItemType, or of all; they are complete after what is none."""
        kinds = [(one, one.required("HistoryItemType", text, "") if kind else "") for one in self.records]
        # What does not say of which kind it is may be of this one.
        read = [(one, make(one) if of == kind else None) for one, of in kinds if of in {"", kind}]
        illegible = [one for one, made in read if made is None]
        times = [self._since, *(self._at(one) for one in illegible)]
        since = None if None in times else max(at for at in times if at is not None)
        if since is not None and illegible:
            since += _INSTANT
        problem = next((one.problem for one in illegible if one.problem), None)
        made = tuple(made for _, made in read if made is not None)
        return Kept(made, since, self.unread(problem) if problem else None)

    @property
    def _since(self) -> datetime | None:
        """From when on all records are listed."""
        if not self.answer.has("NextToken"):
            return self.longest
        return min((at for one in self.records if (at := self._at(one))), default=None)

    def _at(self, record: Record) -> datetime | None:
        at = record.optional(self.time, moment, None)
        return None if at is None else _utc(at)


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=timezone.utc) if at.tzinfo is None else at.astimezone(timezone.utc)
