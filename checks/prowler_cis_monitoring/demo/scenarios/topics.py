"""Scenarios of the topic: is it there, and may CloudWatch publish to it?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import ACCOUNT, LOG_GROUP, REGION, TOPIC_ARN
from prowler_cis_monitoring.demo.scenarios.scenario import (
    ALARM,
    OTHER_ACCOUNT,
    OTHER_REGION,
    allow,
    fails,
    passes,
    policy,
    unseen,
)

if TYPE_CHECKING:
    from boto3.session import Session

_CLOUDWATCH = {"Service": "cloudwatch.amazonaws.com"}
_ALARM_ARN = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{ALARM}"
_PUBLISH = "sns:Publish"


def _policy(*statements: dict[str, object]) -> dict[str, Any]:
    return {"topic": {"Policy": policy(*statements)}}


def _if(operator: str, key: str, value: str) -> dict[str, Any]:
    """Let CloudWatch publish on one condition."""
    return _policy(allow(_CLOUDWATCH, _PUBLISH, Condition={operator: {key: value}}))


def _perimeter(**spared: dict[str, str]) -> dict[str, object]:
    """Deny whoever is outside an organisation, but for whom `spared` excepts."""
    outside = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1234567890"}, **spared}
    return {**allow("*", "sns:*", Condition=outside), "Effect": "Deny", "Sid": "OnlyOurOrganization"}


def _delete(session: Session) -> None:
    session.client("sns", region_name=REGION).delete_topic(TopicArn=TOPIC_ARN)


def _fifo_topic(session: Session) -> None:
    sns = session.client("sns", region_name=REGION)
    arn = sns.create_topic(Name="security-alerts.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:alerts.fifo")


def _working_topic(session: Session) -> None:
    sns = session.client("sns", region_name=REGION)
    arn = sns.create_topic(Name="duty-officer")["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="sms", Endpoint="+12025550123")


def _rule_on_alarms(session: Session) -> None:
    events = session.client("events", region_name=REGION)
    pattern = {"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"]}
    events.put_rule(Name="alarms-to-duty", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="alarms-to-duty", Targets=[{"Id": "1", "Arn": TOPIC_ARN}])


def _send_logs_on(session: Session) -> None:
    session.client("kinesis", region_name=REGION).create_stream(StreamName="to-siem", ShardCount=1)
    session.client("logs", region_name=REGION).put_subscription_filter(
        logGroupName=LOG_GROUP,
        filterName="to-siem",
        filterPattern="",
        destinationArn=f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/to-siem",
    )


_FORM = (
    fails("topic-deleted", "the topic is gone", "does not exist", shows=("topic-missing",), afterwards=(_delete,)),
    passes(
        "second-topic-works",
        "one of the alarm's topics is gone, the other works",
        "duty-officer",
        alarm={"AlarmActions": [TOPIC_ARN, TOPIC_ARN.replace("security-alerts", "duty-officer")]},
        afterwards=(_delete, _working_topic),
    ),
    fails(
        "topic-in-another-region",
        "the alarm names a topic of another Region (which AWS refuses when the alarm is made)",
        "only notify topics of its own Region",
        shows=("topic-in-other-region",),
        alarm={"AlarmActions": [TOPIC_ARN.replace(REGION, OTHER_REGION)]},
        topic_region=OTHER_REGION,
    ),
    fails(
        "topic-arn-misspelt",
        "a digit of the account id in the topic's ARN is missing",
        "no topic can have the ARN",
        shows=("topic-arn-impossible",),
        alarm={"AlarmActions": [TOPIC_ARN.replace(ACCOUNT, ACCOUNT[:-1])]},
    ),
    passes(
        "topic-arn-misspelt-beside-another",
        "one of the alarm's topics is misspelt, the other works",
        alarm={"AlarmActions": [TOPIC_ARN.replace(REGION, "us-esat-1"), TOPIC_ARN]},
    ),
    unseen(
        "topic-of-another-account",
        "the alarm names a topic of another account",
        OTHER_ACCOUNT,
        shows=("topic-foreign",),
        alarm={"AlarmActions": [TOPIC_ARN.replace(ACCOUNT, OTHER_ACCOUNT)]},
    ),
    fails(
        "topic-fifo",
        "the topic is a FIFO topic",
        "FIFO",
        shows=("topic-is-fifo",),
        alarm={"AlarmActions": [f"{TOPIC_ARN}.fifo"]},
        topic=None,
        afterwards=(_fifo_topic,),
    ),
)
_POLICIES = (
    fails(
        "topic-policy-refuses",
        "the topic's policy lets the account's own users publish, and not CloudWatch",
        "policy",
        shows=("topic-refuses-cloudwatch",),
        **_policy(allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, _PUBLISH)),
    ),
    passes(
        "topic-policy-cloudwatch",
        "the topic's policy lets CloudWatch publish",
        **_policy(allow(_CLOUDWATCH, _PUBLISH)),
    ),
    passes(
        "topic-policy-this-account",
        "the topic's policy lets CloudWatch publish for this account",
        **_if("StringEquals", "aws:SourceAccount", ACCOUNT),
    ),
    fails(
        "topic-policy-another-account",
        "the topic's policy lets CloudWatch publish for another account",
        "aws:SourceAccount",
        **_if("StringEquals", "aws:SourceAccount", OTHER_ACCOUNT),
    ),
    passes(
        "topic-policy-all-alarms",
        "the topic's policy lets all alarms of the account publish",
        **_if("ArnLike", "aws:SourceArn", f"arn:aws:cloudwatch:*:{ACCOUNT}:alarm:*"),
    ),
    passes(
        "topic-policy-this-alarm",
        "the topic's policy lets this very alarm publish",
        **_if("ArnEquals", "aws:SourceArn", _ALARM_ARN),
    ),
    fails(
        "topic-policy-another-alarm",
        "the topic's policy lets another alarm publish",
        "aws:SourceArn",
        **_if("ArnEquals", "aws:SourceArn", f"{_ALARM_ARN}-of-old"),
    ),
    fails(
        "topic-policy-event-rules",
        "the topic's policy lets event rules publish, and not alarms",
        "events.amazonaws.com",
        **_policy(allow({"Service": "events.amazonaws.com"}, _PUBLISH)),
    ),
    fails(
        "topic-policy-subscribe-only",
        "the topic's policy lets everybody subscribe, and nobody publish",
        "sns:Subscribe",
        **_policy(allow("*", "sns:Subscribe")),
    ),
    fails(
        "topic-policy-denies",
        "one statement of the topic's policy lets CloudWatch publish, another denies it",
        "denies it",
        **_policy(
            allow(_CLOUDWATCH, _PUBLISH),
            {"Sid": "NoServices", "Effect": "Deny", "Principal": _CLOUDWATCH, "Action": "sns:*", "Resource": "*"},
        ),
    ),
    passes(
        "topic-policy-denies-plain-http",
        "the topic's policy denies only what comes without TLS",
        **_policy(
            allow(_CLOUDWATCH, _PUBLISH),
            {
                **allow("*", _PUBLISH, Condition={"Bool": {"aws:SecureTransport": "false"}}),
                "Effect": "Deny",
            },
        ),
    ),
    passes(
        "topic-policy-data-perimeter",
        "the topic's policy denies whoever is outside the organisation and no AWS service",
        **_policy(allow("*", _PUBLISH), _perimeter(BoolIfExists={"aws:PrincipalIsAWSService": "false"})),
    ),
    fails(
        "topic-policy-data-perimeter-without-services",
        "the topic's policy denies whoever is outside the organisation, AWS services among them",
        'add "Bool": {"aws:PrincipalIsAWSService": "false"} to that condition',
        **_policy(allow("*", _PUBLISH), _perimeter()),
    ),
    passes(
        "topic-policy-this-region",
        "the topic's policy lets CloudWatch publish to this Region's topics",
        **_if("StringEquals", "aws:RequestedRegion", REGION),
    ),
    fails(
        "topic-policy-from-a-vpc",
        "the topic's policy lets only calls from a VPC publish, and CloudWatch's come from none",
        "aws:SourceVpc",
        **_if("StringEquals", "aws:SourceVpc", "vpc-12345678"),
    ),
    unseen(
        "topic-policy-undecided",
        "the topic's policy asks for something of which nobody knows whether CloudWatch says it",
        "aws:SourceOrgID",
        shows=("topic-policy-undecided",),
        **_if("StringEquals", "aws:SourceOrgID", "o-1234567890"),
    ),
    unseen(
        "topic-policy-not-told",
        "AWS tells nothing of the topic's policy",
        "was not read",
        shows=("topic-policy-unread",),
        afterwards=(lambda _: moto_gaps.forget_topic_policy(TOPIC_ARN, REGION),),
    ),
)
_WAY_OUT = {
    "alarm": {"ActionsEnabled": False},
    "topic": {"Policy": policy(allow({"Service": "events.amazonaws.com"}, _PUBLISH))},
    "afterwards": (_rule_on_alarms,),
}
_BESIDE_TOPICS = (
    fails(
        "rule-on-alarm-state-changes",
        "the alarm's actions are disabled, and an EventBridge rule hears of its state and tells somebody",
        "But EventBridge tells somebody of every such event",
        **_WAY_OUT,
    ),
    passes(
        "rule-on-alarm-state-changes-accepted",
        "the same rule, and the configuration lets such rules count",
        "by EventBridge, which accept_alternatives counts",
        settings={"accept_alternatives": "pass"},
        **_WAY_OUT,
    ),
    fails(
        "log-group-sent-on",
        "no filter stands on the log group, and a subscription filter sends its events on to a stream",
        "Subscription filters send such events on",
        metric_filter=None,
        afterwards=(_send_logs_on,),
    ),
)
SCENARIOS = (*_FORM, *_POLICIES, *_BESIDE_TOPICS)
