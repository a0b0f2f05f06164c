"""An account with one healthy path for root usage, and the histories that one event leaves on it."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.question import Question
from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Alarms,
    EventSelectors,
    Scope,
    Trail,
    TrailStatus,
)
from prowler_cis_monitoring.alert_path.verdict import Status, judge
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import demand_of
from prowler_cis_monitoring.proof.histories import (
    Action,
    Datapoint,
    Delivery,
    Event,
    Histories,
    Kept,
    Metric,
    Transition,
)
from prowler_cis_monitoring.proof.proof import Inquiry
from prowler_cis_monitoring.proof.ways import ways_of
from prowler_cis_monitoring.proof.words import with_proof
from prowler_cis_monitoring.settings import Settings
from tests.alert_path.builders import ACCOUNT, REGION, TOPIC_ARN, alarm, log_group, metric_filter, topic
from tests.simulator.records import ROOT, call

CONTROL = CONTROLS["root_usage"]
NOW = datetime(2026, 11, 10, 12, 0, tzinfo=timezone.utc)
LONG_AGO = NOW - timedelta(days=60)
SINCE = NOW - timedelta(days=30)
AT = NOW - timedelta(days=7)
SERIES = Metric(ACCOUNT, REGION, "CIS", "RootUsage")
INCOMING = Metric(ACCOUNT, REGION, "AWS/Logs", "IncomingLogEvents", (("LogGroupName", "trail"),))
ALARM_ARN = alarm().arn
TRAIL_ARN = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/trail"


def account(**changes):
    """The account; changes are of its alarm."""
    group = log_group().model_copy(update={"metric_filters": (metric_filter(pattern=CONTROL.suggested_pattern),)})
    ringing = alarm(
        **{"treat_missing_data": "notBreaching", "state": "OK", "configuration_updated": LONG_AGO, **changes}
    )
    return AccountResources(
        account=ACCOUNT,
        trails=(
            Trail(
                arn=TRAIL_ARN,
                name="trail",
                account=ACCOUNT,
                home_region=REGION,
                multi_region=True,
                log_group_arn=f"{group.arn}:*",
                role_arn=f"arn:aws:iam::{ACCOUNT}:role/ToLogs",
                status=TrailStatus(is_logging=True),
                selectors=EventSelectors(),
            ),
        ),
        log_groups={group.arn: group},
        alarms={Scope(account=ACCOUNT, region=REGION): Alarms(metric_alarms=(ringing,))},
        topics={TOPIC_ARN: topic()},
        listed_regions=(REGION,),
        read_at=NOW,
    )


def event(at=AT, number=1, **changes):
    """A record of what the root user did."""
    record = call("s3.amazonaws.com", "ListBuckets", ROOT, REGION, **changes)
    return Event(f"event-{number}", at, REGION, record)


def histories_of(*events, **changes):
    """What events leave behind that come into the log group after five minutes and make the alarm ring two later."""
    arrived = [one.at + timedelta(minutes=5) for one in events]
    points = tuple(Datapoint(_five_minutes(at), 1.0) for at in arrived)
    rung = [at + timedelta(minutes=2) for at in arrived]
    made = Histories(
        events=Kept(events, SINCE),
        datapoints={SERIES: Kept(points, SINCE), INCOMING: Kept(points, SINCE)},
        transitions={
            ALARM_ARN: Kept(
                (
                    *(Transition(ALARM_ARN, at, "OK", "ALARM") for at in rung),
                    *(Transition(ALARM_ARN, at + timedelta(minutes=5), "ALARM", "OK") for at in rung),
                ),
                SINCE,
            )
        },
        actions={ALARM_ARN: Kept(tuple(Action(ALARM_ARN, TOPIC_ARN, at, succeeded=True) for at in rung), SINCE)},
        deliveries={TOPIC_ARN: Kept(tuple(Delivery(_five_minutes(at), 1, 2) for at in rung), SINCE)},
        changes=Kept((), SINCE),
        trail_changes=Kept((), SINCE),
        around={one.id: Kept((), SINCE) for one in events},
    )
    return replace(made, **changes)


def _five_minutes(at):
    return at - timedelta(minutes=at.minute % 5, seconds=at.second)


def inquiry(histories, resources=None, now=NOW, settings=None):
    """A control on the account with these histories, and the verdict without them."""
    resources = resources or account()
    demand = demand_of(CONTROL, Settings.model_validate(settings or {}))
    paths = AlertPaths(resources)
    verdict = judge(paths, demand)
    ways = ways_of(Question(paths, demand).paths, resources)
    return verdict, Inquiry(demand, verdict.status is Status.PASS, verdict.paths, ways, resources, histories, now)


def prove(histories, resources=None, **options):
    """What the histories prove."""
    _, asked = inquiry(histories, resources, **options)
    return asked.prove()


def judged(histories, resources=None, contents=False, **options):
    """The verdict with what the histories prove."""
    verdict, asked = inquiry(histories, resources, **options)
    return with_proof(verdict, CONTROL.event, asked.prove(), contents=contents)
