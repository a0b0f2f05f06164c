"""Scenarios of the past: what the records of a week ago prove, and what they do not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import ACCOUNT, REGION, TOPIC_ARN
from prowler_cis_monitoring.demo.past import Past, ago, let_path_be_old, log_events
from prowler_cis_monitoring.demo.scenarios.scenario import CANONICAL, Change, Scenario, pattern, scenario

if TYPE_CHECKING:
    from boto3.session import Session

_ROOT_SIGN_IN: Mapping[str, Any] = {
    "eventVersion": "1.11",
    "userIdentity": {
        "type": "Root",
        "principalId": ACCOUNT,
        "arn": f"arn:aws:iam::{ACCOUNT}:root",
        "accountId": ACCOUNT,
        "accessKeyId": "",
    },
    "eventSource": "signin.amazonaws.com",
    "eventName": "ConsoleLogin",
    "awsRegion": REGION,
    "sourceIPAddress": "198.51.100.23",
    "userAgent": "Mozilla/5.0",
    "requestParameters": None,
    "responseElements": {"ConsoleLogin": "Success"},
    "additionalEventData": {"MobileVersion": "No", "MFAUsed": "Yes"},
    "readOnly": False,
    "eventType": "AwsConsoleSignIn",
    "managementEvent": True,
    "recipientAccountId": ACCOUNT,
    "eventCategory": "Management",
}
_APPROVED = "198.51.100.7"


def _root(days: int) -> Past:
    return Past("root_usage", ago(days=days))


def _old_alarm(_: Session) -> None:
    let_path_be_old("root_usage")


def _sign_in(days: int, **changes: str) -> Change:
    return lambda session: _root(days).happened(session, days, **{**_ROOT_SIGN_IN, **changes})


def _datapoint(days: int) -> Change:
    return lambda session: _root(days).published(session)


def _ringing(days: int, *, by_hand: bool = False) -> Change:
    return lambda _: _root(days).rang(by_hand=by_hand)


def _action(days: int) -> Change:
    return lambda _: _root(days).acted()


def _delivery(days: int) -> Change:
    return lambda session: _root(days).delivered(session)


def _log_events(*records: Mapping[str, Any]) -> Change:
    return lambda session: log_events(session, *records)


def _topic_changed(days: int) -> Change:
    def build(_: Session) -> None:
        record = {
            **_ROOT_SIGN_IN,
            "eventSource": "sns.amazonaws.com",
            "eventName": "SetTopicAttributes",
            "eventType": "AwsApiCall",
            "userIdentity": {"type": "IAMUser", "userName": "carol", "arn": f"arn:aws:iam::{ACCOUNT}:user/carol"},
            "requestParameters": {"topicArn": TOPIC_ARN, "attributeName": "Policy"},
            "eventTime": f"{ago(days=days):%Y-%m-%dT%H:%M:%SZ}",
            "eventID": "5b0f6f0c-8f51-4d0e-b7b0-0000000000aa",
        }
        moto_gaps.add_event(record, REGION)

    return build


def _with_past(
    slug: str,
    says: str,
    verdict: str,
    reason: str,
    *past: Change,
    settings: Mapping[str, Any] | None = None,
    **changes: Any,  # noqa: ANN401 - any field of a blueprint
) -> Scenario:
    settings = {"proof": True, **(settings or {})}
    return scenario(slug, says, verdict, reason, settings=settings, afterwards=(_old_alarm, *past), **changes)


_WEEK = (_sign_in(7), _datapoint(7), _ringing(7), _action(7), _delivery(7))

SCENARIOS = (
    _with_past(
        "proved-last-week",
        "the root user signed in a week ago and somebody was told: the records of it are read",
        "PASS",
        "the topic delivered 1 notification",
        *_WEEK,
    ),
    _with_past(
        "proof-of-a-busy-root-user",
        "the root user signed in a week ago and somebody was told, and it has been used since, as approved",
        "PASS",
        "Last proved on ",
        *_WEEK,
        _sign_in(2, sourceIPAddress=_APPROVED),
        settings={"controls": {"root_usage": {"exclusions": [f'{{ $.sourceIPAddress = "{_APPROVED}" }}']}}},
    ),
    _with_past(
        "rang-last-week",
        "the alarm rang a week ago, and no event is left in the event history for which it did",
        "PASS",
        "the event behind it was not found",
        *_WEEK[1:],
    ),
    _with_past(
        "drilled-last-week",
        "somebody set the alarm by hand a week ago, and the topic delivered it",
        "PASS",
        "was set by hand",
        _ringing(7, by_hand=True),
        _action(7),
        _delivery(7),
    ),
    _with_past("never-seen", "nothing of the kind has happened that any record tells of", "PASS", "No alert of it"),
    _with_past(
        "proof-void",
        "somebody was told a week ago, and yesterday the topic's policy was changed",
        "PASS",
        "is void: SetTopicAttributes",
        *_WEEK,
        _topic_changed(1),
    ),
    _with_past(
        "happened-and-told-nobody",
        "all links hold, and when the root user signed in a week ago the alarm rang without telling the topic",
        "MANUAL",
        "the alarm rang and its action was not taken",
        *_WEEK[:3],
    ),
    _with_past(
        "happened-before-the-metric",
        "all links hold, and when the root user signed in a week ago the filter published nothing",
        "MANUAL",
        "the metric filter published nothing",
        _sign_in(7),
    ),
    _with_past(
        "happened-on-a-broken-path",
        "the alarm's actions are disabled, and the root user signed in a week ago",
        "FAIL",
        "It has happened, and no alarm told anybody: ConsoleLogin",
        *_WEEK[:3],
        alarm={"ActionsEnabled": False},
    ),
    _with_past(
        "filters-agree",
        "AWS's own pattern matcher is asked about the filter, on records and on the log events of the last day",
        "PASS",
        "AWS's own matcher agrees on ",
        _log_events(_ROOT_SIGN_IN, {**_ROOT_SIGN_IN, "eventType": "AwsServiceEvent"}),
        settings={"proof_filters": True},
    ),
    _with_past(
        "filters-match-nothing",
        "the filter leaves out a Region, and the log group holds a root sign-in there that it did not match",
        "FAIL",
        "In the last day no metric filter matched ConsoleLogin",
        _log_events({**_ROOT_SIGN_IN, "eventID": "5b0f6f0c-8f51-4d0e-b7b0-0000000000bb"}),
        settings={"proof_filters": True},
        **pattern(f'{{ {CANONICAL} && $.awsRegion != "{REGION}" }}'),
    ),
    _with_past(
        "denied-proof",
        "somebody was told a week ago, and the role may read neither event history nor metrics nor alarm history",
        "PASS",
        "Not read for the proof: cloudtrail:LookupEvents",
        *_WEEK,
        lambda _: moto_gaps.deny("cloudtrail:LookupEvents", REGION),
        lambda _: moto_gaps.deny("cloudwatch:DescribeAlarmHistory", REGION),
        lambda _: moto_gaps.deny("cloudwatch:GetMetricData", REGION),
    ),
)
