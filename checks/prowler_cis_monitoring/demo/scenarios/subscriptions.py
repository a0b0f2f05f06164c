"""Scenarios of the subscriptions: has anybody confirmed, and does a filter policy let the alarm's message through?"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import ACCOUNT, REGION, TOPIC_ARN
from prowler_cis_monitoring.demo.scenarios.scenario import ALARM, fails, passes, unseen

if TYPE_CHECKING:
    from boto3.session import Session

_FIRST = "security@example.com"


def _subscribe_many(session: Session) -> None:
    sns = session.client("sns", region_name=REGION)
    for number in range(150):
        sns.subscribe(TopicArn=TOPIC_ARN, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:queue-{number:03}")
    sns.subscribe(TopicArn=TOPIC_ARN, Protocol="email", Endpoint=_FIRST)


def _another(protocol: str, endpoint: str, **attributes: str) -> Callable[[Session], None]:
    def build(session: Session) -> None:
        sns = session.client("sns", region_name=REGION)
        sns.subscribe(TopicArn=TOPIC_ARN, Protocol=protocol, Endpoint=endpoint, Attributes=attributes)

    return build


def _only(protocol: str, endpoint: str) -> dict[str, Any]:
    return {"subscription": {"Protocol": protocol, "Endpoint": endpoint}}


def _filtered(scope: str, **wanted: object) -> dict[str, Any]:
    attributes = {"FilterPolicyScope": scope, "FilterPolicy": json.dumps(wanted)}
    return {"subscription": {"Attributes": attributes}}


SCENARIOS = (
    fails(
        "no-subscription",
        "nobody is subscribed",
        "no subscription",
        shows=("topic-without-subscriptions",),
        subscription=None,
    ),
    fails(
        "pending-subscription",
        "the subscription was never confirmed",
        "confirm",
        shows=("topic-nobody-confirmed",),
        afterwards=(lambda _: moto_gaps.leave_subscription_pending(TOPIC_ARN, REGION),),
    ),
    fails(
        "deleted-subscription",
        "the only subscriber has unsubscribed",
        "deleted: 1",
        afterwards=(lambda _: moto_gaps.delete_subscription(TOPIC_ARN, REGION),),
    ),
    passes(
        "one-of-two-confirmed",
        "one subscription is confirmed, another is not",
        "1 of its 2 subscriptions",
        shows=("topic-subscriptions-silent",),
        afterwards=(
            _another("email", "left@example.com"),
            lambda _: moto_gaps.leave_subscription_pending(TOPIC_ARN, REGION, endpoint="left@example.com"),
        ),
    ),
    passes(
        "many-subscriptions",
        "the person comes after 150 queues",
        "email",
        subscription=None,
        afterwards=(_subscribe_many,),
    ),
    passes("subscription-by-sms", "a telephone is subscribed", "sms", **_only("sms", "+12025550123")),
    passes(
        "subscription-by-https",
        "a pager service is subscribed",
        "https",
        **_only("https", "https://events.pager.example.com/integration"),
    ),
    unseen(
        "queues-only",
        "only a queue is subscribed",
        "sqs",
        shows=("subscription-of-a-machine",),
        **_only("sqs", f"arn:aws:sqs:{REGION}:{ACCOUNT}:siem"),
    ),
    unseen(
        "functions-only",
        "only a Lambda function is subscribed",
        "lambda",
        **_only("lambda", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:to-chat"),
    ),
    fails(
        "filter-policy-on-attributes",
        "the subscription asks for a message attribute, and alarms send none",
        "drops the notifications",
        shows=("subscription-filters-out",),
        **_filtered("MessageAttributes", severity=["high"]),
    ),
    fails(
        "filter-policy-on-no-attribute",
        "the subscription asks for messages without a certain attribute, and even that needs another attribute",
        "drops the notifications",
        **_filtered("MessageAttributes", severity=[{"exists": False}]),
    ),
    passes(
        "filter-policy-on-description",
        "the subscription takes messages about alarms that are described like this one",
        alarm={"AlarmDescription": "CIS 5.3: root was used"},
        **_filtered("MessageBody", AlarmDescription=[{"prefix": "CIS "}]),
    ),
    fails(
        "filter-policy-on-another-description",
        "the subscription takes messages about alarms that are described otherwise",
        "drops the notifications",
        alarm={"AlarmDescription": "CIS 5.3: root was used"},
        **_filtered("MessageBody", AlarmDescription=[{"prefix": "network"}]),
    ),
    passes(
        "filter-policy-on-region",
        "the subscription takes messages of this Region, by its long name",
        **_filtered("MessageBody", Region=["US East (N. Virginia)"]),
    ),
    passes(
        "filter-policy-on-both-states-before",
        "the subscription takes messages of alarms that were in OK or had too little data",
        **_filtered("MessageBody", OldStateValue=["OK", "INSUFFICIENT_DATA"]),
    ),
    fails(
        "filter-policy-on-a-state-it-never-rests-in",
        "the alarm rests in OK, and the subscription takes messages of alarms that had too little data before",
        "drops the notifications",
        **_filtered("MessageBody", OldStateValue=["INSUFFICIENT_DATA"]),
    ),
    fails(
        "filter-policies-of-two",
        "two subscriptions drop the message, a third was never confirmed",
        "none of its 3 subscriptions gets the message: 2 filtered, 1 not confirmed",
        shows=("topic-nobody-hears",),
        **_filtered("MessageAttributes", severity=["high"]),
        afterwards=(
            _another("email", "second@example.com", FilterPolicy='{"team": ["network"]}'),
            _another("email", "left@example.com"),
            lambda _: moto_gaps.leave_subscription_pending(TOPIC_ARN, REGION, endpoint="left@example.com"),
        ),
    ),
    passes(
        "filter-policy-on-body",
        "the subscription takes messages about the state ALARM",
        **_filtered("MessageBody", NewStateValue=["ALARM"]),
    ),
    passes(
        "filter-policy-on-alarm-name",
        "the subscription takes messages about alarms whose names begin like this one's",
        **_filtered("MessageBody", AlarmName=[{"prefix": ALARM[:4]}]),
    ),
    fails(
        "filter-policy-on-another-state",
        "the subscription takes messages about the state OK",
        "drops the notifications",
        **_filtered("MessageBody", NewStateValue=["OK"]),
    ),
    fails(
        "filter-policy-on-another-alarm",
        "the subscription takes messages about another alarm",
        "drops the notifications",
        **_filtered("MessageBody", AlarmName=["disk-full"]),
    ),
    unseen(
        "filter-policy-undecided",
        "the subscription looks at a text that CloudWatch writes anew each time",
        "cannot be decided",
        shows=("subscription-filter-undecided",),
        **_filtered("MessageBody", NewStateReason=[{"prefix": "Threshold Crossed"}]),
    ),
    passes(
        "filter-policy-of-another-subscriber",
        "one subscription drops the message, another takes all",
        **_filtered("MessageAttributes", severity=["high"]),
        afterwards=(_another("email", "everything@example.com"),),
    ),
    unseen(
        "filter-policy-leaves-a-queue",
        "the person's subscription drops the message, a queue takes all",
        "1 filtered, 1 ending at a machine",
        shows=("topic-hearers-unknown",),
        **_filtered("MessageAttributes", severity=["high"]),
        afterwards=(_another("sqs", f"arn:aws:sqs:{REGION}:{ACCOUNT}:siem"),),
    ),
)
