"""What events leave behind in the embedded account: event history, metrics, alarm histories, counters of topics."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import ACCOUNT, LOG_GROUP, NAMESPACE, REGION, TOPIC, healthy_path
from prowler_cis_monitoring.filter_pattern import parse
from prowler_cis_monitoring.filter_pattern.events import telling
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from boto3.session import Session

_OLD = 100  # days
ARRIVES, RINGS = timedelta(minutes=5), timedelta(minutes=7)
"""How long after an event the filter publishes it, and the alarm rings."""


def ago(**time: float) -> datetime:
    """Return the time that was so long ago, by the words of `timedelta`."""
    return datetime.now(timezone.utc).replace(microsecond=0) - timedelta(**time)


@dataclass(frozen=True)
class Past:
    """What happened at one time and is on record on one control's path, as `healthy_path` names its parts.

    Attributes:
        slug: the control.
        at: when.
        topic: ARN of the topic that the alarm tells.
    """

    slug: str
    at: datetime
    topic: str = f"arn:aws:sns:{REGION}:{ACCOUNT}:{TOPIC}"

    @property
    def _alarm(self) -> str:
        return self.slug.replace("_", "-")

    def happened(self, session: Session, number: int = 0, **changes: Any) -> None:  # noqa: ANN401 - members of a record
        """Put an event that the control asks for into the event history; the log group takes it in."""
        record = telling(parse(CONTROLS[self.slug].required_pattern))[0]
        identity = {"eventTime": f"{self.at:%Y-%m-%dT%H:%M:%SZ}", "eventID": self._event_id(number)}
        moto_gaps.add_event(
            {**record, "awsRegion": REGION, "recipientAccountId": ACCOUNT, **identity, **changes}, REGION
        )
        self._count(session, "AWS/Logs", {"IncomingLogEvents": 40}, ARRIVES, LogGroupName=LOG_GROUP)

    def _event_id(self, number: int) -> str:
        return f"5b0f6f0c-8f51-4d0e-b7b0-{list(CONTROLS).index(self.slug):04x}{number:08x}"

    def published(self, session: Session) -> None:
        """Let the filter have published a datapoint."""
        metric = str(healthy_path(CONTROLS[self.slug]).transformation["metricName"])
        self._count(session, NAMESPACE, {metric: 1}, ARRIVES)

    def rang(self, *, by_hand: bool = False) -> None:
        """Let the alarm have rung, because of a datapoint or because somebody tried it out."""
        rung = self.at + RINGS
        evaluated = {} if by_hand else {"stateReasonData": {"version": "1.0", "queryDate": rung.isoformat()}}
        for later, old, new in ((timedelta(), "OK", "ALARM"), (timedelta(minutes=5), "ALARM", "OK")):
            data = {"oldState": {"stateValue": old}, "newState": {"stateValue": new, **evaluated}}
            self._history("StateUpdate", f"Alarm updated from {old} to {new}", data, rung + later)

    def acted(self, failure: str = "") -> None:
        """Let the alarm have told its topic, or have failed to for a reason."""
        data = {"actionState": "Failed" if failure else "Succeeded", "notificationResource": self.topic}
        failed = f"Failed to execute action {self.topic}. Received error: {failure}"
        summary = failed if failure else f"Successfully executed action {self.topic}"
        self._history("Action", summary, data, self.at + RINGS)

    def delivered(self, session: Session, number: int = 1) -> None:
        """Let the topic have got a message and delivered it so often."""
        counts = {"NumberOfMessagesPublished": 1, "NumberOfNotificationsDelivered": number}
        self._count(session, "AWS/SNS", counts, RINGS, TopicName=self.topic.rsplit(":", 1)[1])

    def _history(self, kind: str, summary: str, data: Mapping[str, Any], at: datetime) -> None:
        moto_gaps.add_alarm_history(self._alarm, kind, summary, data, at=at, region=REGION)

    def _count(
        self, session: Session, namespace: str, counts: Mapping[str, float], after: timedelta, **dimensions: str
    ) -> None:
        named = [{"Name": name, "Value": value} for name, value in dimensions.items()]
        data = [
            {"MetricName": name, "Dimensions": named, "Timestamp": self.at + after, "Value": value}
            for name, value in counts.items()
        ]
        session.client("cloudwatch", region_name=REGION).put_metric_data(Namespace=namespace, MetricData=data)


def let_path_be_old(slug: str) -> None:
    """Let log group, metric filters and the alarm of a control not have been changed for long."""
    moto_gaps.let_filters_be_old(LOG_GROUP, REGION, days=_OLD)
    moto_gaps.let_alarm_be_old(slug.replace("_", "-"), REGION, days=_OLD)


def log_events(session: Session, *records: Mapping[str, Any]) -> None:
    """Let records have come into the log group some hours ago."""
    logs = session.client("logs", region_name=REGION)
    logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName="trail")
    at = int(ago(hours=3).timestamp() * 1000)
    told = [{"timestamp": at + place, "message": json.dumps(record)} for place, record in enumerate(records)]
    logs.put_log_events(logGroupName=LOG_GROUP, logStreamName="trail", logEvents=told)
