from __future__ import annotations

import time

import pytest

from prowler_cis_monitoring.alert_path.resources import FOREIGN_ACCOUNT, SubscriptionAttributes, Unread
from prowler_cis_monitoring.alert_path.topic import judge_actions, judge_topic
from tests.alert_path.builders import (
    ACCOUNT,
    DEFAULT_POLICY,
    KEY_ARN,
    OTHER_ACCOUNT,
    REGION,
    TOPIC_ARN,
    alarm,
    composite,
    filtered,
    key,
    math_alarm,
    policy,
    slugs,
    statement,
    subscription,
    topic,
)

CLOUDWATCH = {"Service": "cloudwatch.amazonaws.com"}
DENIED = Unread(action="sns:X", region=REGION, account=ACCOUNT, error="AccessDenied")
FOREIGN = Unread(action="kms:X", region=REGION, account=OTHER_ACCOUNT, error=FOREIGN_ACCOUNT)
TLS_ONLY = statement("Deny", condition={"Bool": {"aws:SecureTransport": "false"}}, action="sns:*")


def test_healthy_topic_delivers():
    judged = judge_topic(topic(), alarm())
    assert judged.delivers
    assert not judged.broken
    assert judged.remarks == ()
    assert judged.reached == (subscription(),)


@pytest.mark.parametrize(
    "text",
    [
        DEFAULT_POLICY,
        policy(statement(principal=CLOUDWATCH)),
        policy(statement(principal=CLOUDWATCH), TLS_ONLY),
        policy(statement(principal=CLOUDWATCH, condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}})),
        policy(statement(condition={"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:*:{ACCOUNT}:alarm:*"}})),
        policy(statement(condition={"Bool": {"aws:PrincipalIsAWSService": "true"}})),
        policy(statement(condition={"StringEquals": {"aws:PrincipalServiceName": "cloudwatch.amazonaws.com"}})),
    ],
)
def test_policy_that_lets_cloudwatch_alarms_publish_is_no_break(text):
    assert slugs(judge_topic(topic(policy=text), alarm())) == []


@pytest.mark.parametrize(
    ("text", "slug", "told"),
    [
        (
            policy(statement(principal={"Service": "events.amazonaws.com"})),
            "topic-refuses-cloudwatch",
            'its Principal is {"Service": "events.amazonaws.com"}',
        ),
        (
            policy(statement(principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})),
            "topic-refuses-cloudwatch",
            "its Principal is",
        ),
        (
            policy(statement(condition={"StringEquals": {"AWS:SourceOwner": OTHER_ACCOUNT}})),
            "topic-refuses-cloudwatch",
            f"its condition StringEquals AWS:SourceOwner {OTHER_ACCOUNT}",
        ),
        (
            policy(statement(condition={"ArnEquals": {"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:1:alarm:x"}})),
            "topic-refuses-cloudwatch",
            "aws:SourceArn",
        ),
        (policy(statement(action="sns:Subscribe")), "topic-refuses-cloudwatch", "its Action is sns:Subscribe"),
        (policy(statement(resource=TOPIC_ARN + "x")), "topic-refuses-cloudwatch", "its Resource is"),
        (policy(statement(), statement("Deny", Sid="lock")), "topic-refuses-cloudwatch", 'statement "lock" denies it'),
        (policy(), "topic-refuses-cloudwatch", "no statement allows anything"),
        (
            policy(statement(condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})),
            "topic-refuses-cloudwatch",
            "aws:PrincipalOrgID",
        ),
        (
            policy(statement(condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}})),
            "topic-refuses-cloudwatch",
            "aws:SourceVpc",
        ),
        (
            policy(statement(condition={"StringEquals": {"aws:SourceOrgID": "o-1"}})),
            "topic-policy-undecided",
            "aws:SourceOrgID",
        ),
        ("{", "topic-policy-undecided", "could not be read"),
        (None, "topic-policy-unread", "its access policy was not read"),
    ],
)
def test_policy_that_refuses_or_leaves_open_is_told_with_its_reason(text, slug, told):
    judged = judge_topic(topic(policy=text), alarm())
    (found,) = judged.remarks
    assert found.rule.slug == slug
    assert found.resource == "alerts"
    assert told in found.sentence
    assert not judged.delivers
    assert judged.broken is (slug == "topic-refuses-cloudwatch")


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"fifo": True}, "topic-is-fifo"),
        ({"name": "alerts.fifo"}, "topic-is-fifo"),
        ({"region": "eu-west-1"}, "topic-in-other-region"),
        ({"region": "us-west-2"}, "topic-in-other-region"),
    ],
)
def test_form_of_the_topic_breaks_the_path(changes, slug):
    judged = judge_topic(topic(**changes), alarm())
    assert slugs(judged) == [slug]
    assert judged.broken


USABLE = [
    policy(statement(principal=CLOUDWATCH, action="kms:*", resource="*")),
    policy(statement(principal=CLOUDWATCH, action=["kms:Decrypt", "kms:GenerateDataKey*"], resource=KEY_ARN)),
    policy(
        statement(
            principal=CLOUDWATCH,
            action=["kms:Decrypt*", "kms:Generate*"],
            resource="*",
            condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        )
    ),
]


@pytest.mark.parametrize("text", USABLE)
def test_key_that_cloudwatch_may_use_is_no_break(text):
    assert slugs(judge_topic(topic(kms_key_id="alias/alerts", key=key(policy=text)), alarm())) == []


def test_key_that_is_being_updated_is_usable():
    assert slugs(judge_topic(topic(kms_key_id=KEY_ARN, key=key(state="Updating")), alarm())) == []


ROOT_ONLY = policy(statement(principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, action="kms:*", resource="*"))
DECRYPT_ONLY = policy(statement(principal=CLOUDWATCH, action="kms:Decrypt", resource="*"))
ENCRYPT_ONLY = policy(statement(principal=CLOUDWATCH, action="kms:GenerateDataKey*", resource="*"))
VIA = policy(
    statement(
        action="kms:*", resource="*", condition={"StringEquals": {"kms:ViaService": f"sns.{REGION}.amazonaws.com"}}
    )
)


@pytest.mark.parametrize(
    ("changes", "slug", "told"),
    [
        ({"kms_key_id": "alias/aws/sns"}, "topic-key-of-aws", "encrypted with alias/aws/sns, a key managed by AWS"),
        ({"kms_key_id": f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/sns"}, "topic-key-of-aws", "managed by AWS"),
        ({"key": key(manager="AWS")}, "topic-key-of-aws", "encrypted with alias/alerts"),
        ({"key": None}, "topic-key-not-asked-for", "encrypted with alias/alerts, whose policy was not read"),
        ({"key": DENIED}, "topic-unread", "sns:X in us-east-1 gave AccessDenied"),
        ({"key": FOREIGN}, "topic-foreign", f"runs through account {OTHER_ACCOUNT}"),
        ({"key": key(policy=None)}, "topic-key-not-asked-for", KEY_ARN),
        ({"key": key(policy=DENIED)}, "topic-unread", "AccessDenied"),
        *(
            ({"key": key(state=state)}, "topic-key-unusable", f"{KEY_ARN}, which is {state}")
            for state in (
                "Disabled",
                "PendingDeletion",
                "PendingImport",
                "PendingReplicaDeletion",
                "Unavailable",
                "Creating",
            )
        ),
        ({"key": key(state="Deleted", policy=None)}, "topic-key-deleted", f"{KEY_ARN}, which does not exist any more"),
        ({"key": key(state="Tired")}, "topic-key-state-unknown", "which is Tired"),
        (
            {"key": key(policy=ROOT_ONLY)},
            "topic-key-refuses-cloudwatch",
            "call kms:Decrypt (statement 1 does not apply",
        ),
        ({"key": key(policy=DECRYPT_ONLY)}, "topic-key-refuses-cloudwatch", "call kms:GenerateDataKey"),
        ({"key": key(policy=ENCRYPT_ONLY)}, "topic-key-refuses-cloudwatch", "call kms:Decrypt"),
        ({"key": key(policy=VIA)}, "topic-key-undecided", "kms:ViaService"),
    ],
)
def test_key_that_cloudwatch_cannot_use_or_that_was_not_read(changes, slug, told):
    judged = judge_topic(topic(**{"kms_key_id": "alias/alerts", **changes}), alarm())
    (found,) = judged.remarks
    assert found.rule.slug == slug
    assert told in found.sentence


def test_unusable_key_that_also_refuses_tells_both():
    judged = judge_topic(topic(kms_key_id=KEY_ARN, key=key(state="Disabled", policy=ROOT_ONLY)), alarm())
    assert slugs(judged) == ["topic-key-unusable", "topic-key-refuses-cloudwatch"]


PENDING = subscription(arn="PendingConfirmation", attributes=None)
DELETED = subscription(arn="Deleted", attributes=None)
QUEUE = subscription("sqs", endpoint="arn:aws:sqs:us-east-1:1:q")
DROPPED = filtered({"severity": ["high"]})
UNREAD_ATTRIBUTES = subscription(attributes=DENIED)


@pytest.mark.parametrize("protocol", ["email", "email-json", "sms", "application", "http", "https"])
def test_protocol_that_tells_somebody_is_reached(protocol):
    assert judge_topic(topic(subscription(protocol)), alarm()).delivers


@pytest.mark.parametrize("protocol", ["lambda", "sqs", "firehose", "something-new"])
def test_protocol_that_ends_at_a_machine_is_unseen(protocol):
    judged = judge_topic(topic(subscription(protocol, endpoint="arn:x")), alarm())
    assert slugs(judged) == ["subscription-of-a-machine"]
    assert judged.remarks[0].resource == f"{protocol} arn:x"
    assert not judged.delivers
    assert not judged.broken


@pytest.mark.parametrize(
    ("subscriptions", "expected"),
    [
        ([], ["topic-without-subscriptions"]),
        ([PENDING], ["topic-nobody-confirmed"]),
        ([DELETED], ["topic-nobody-confirmed"]),
        ([DROPPED], ["subscription-filters-out"]),
        ([DROPPED, PENDING], ["topic-nobody-hears", "subscription-filters-out"]),
        ([DROPPED, DROPPED], ["topic-nobody-hears", "subscription-filters-out"]),
        ([UNREAD_ATTRIBUTES], ["subscription-unread"]),
        ([subscription(attributes=None)], ["subscription-not-asked-for"]),
        ([filtered({"a": ["b"]}, scope="Elsewhere")], ["subscription-filter-undecided"]),
        ([filtered("{")], ["subscription-filter-undecided"]),
        ([QUEUE, DROPPED], ["topic-hearers-unknown", "subscription-of-a-machine"]),
        ([UNREAD_ATTRIBUTES, QUEUE, DROPPED], ["topic-hearers-unknown", "subscription-unread"]),
        ([subscription("sqs", attributes=DENIED)], ["subscription-of-a-machine"]),
        ([filtered({"severity": ["high"]}, protocol="sqs")], ["subscription-filters-out"]),
        ([subscription()], []),
        ([subscription(), PENDING], ["topic-subscriptions-silent"]),
        ([DROPPED, subscription(), UNREAD_ATTRIBUTES], ["topic-subscriptions-silent"]),
    ],
)
def test_subscriptions_together_decide(subscriptions, expected):
    judged = judge_topic(topic().model_copy(update={"subscriptions": tuple(subscriptions)}), alarm())
    assert slugs(judged) == expected
    assert judged.delivers is (subscription() in subscriptions)


def test_pending_and_deleted_subscriptions_are_counted():
    judged = judge_topic(topic(PENDING, PENDING, DELETED), alarm())
    assert "waiting for confirmation: 2, deleted: 1" in judged.remarks[0].sentence


def test_silent_subscriptions_beside_a_working_one_are_counted():
    judged = judge_topic(topic(subscription(), PENDING, QUEUE), alarm())
    assert "2 of its 3 subscriptions" in judged.remarks[0].sentence


def test_reasons_of_silent_subscriptions_are_kept_apart():
    others = [PENDING, PENDING, DELETED, QUEUE, DROPPED, UNREAD_ATTRIBUTES]
    (found,) = judge_topic(topic(subscription(), *others), alarm()).remarks
    assert found.sentence == (
        "6 of its 7 subscriptions do not count: 1 filtered, 1 deleted, 2 not confirmed, 1 ending at a machine, "
        "1 of which it is not known whether they are filtered"
    )


def test_what_is_said_of_subscriptions_does_not_depend_on_their_arns():
    endpoints = [filtered({"a": [str(number)]}).model_copy(update={"endpoint": f"{number}@x"}) for number in range(6)]
    told = set()
    for order in (endpoints, endpoints[::-1], endpoints[3:] + endpoints[:3]):
        renamed = [one.model_copy(update={"arn": f"{TOPIC_ARN}:{place}"}) for place, one in enumerate(order)]
        told.add(tuple(found.sentence for found in judge_topic(topic(*renamed, PENDING), alarm()).remarks))
    ((summary, example),) = told
    assert summary == "none of its 7 subscriptions gets the message: 6 filtered, 1 not confirmed"
    assert '{"a": ["0"]}' in example


def test_filter_policies_of_a_topic_share_a_bound_of_work():
    hard = {"Trigger": {"Dimensions": {"name": [{"wildcard": f"*a{number}*"} for number in range(150)]}}}
    many = [filtered(hard, BODY).model_copy(update={"endpoint": f"{number:03}@x"}) for number in range(100)]
    watching = alarm(dimensions={f"d{number}": "v" for number in range(10)})
    began = time.process_time()
    judged = judge_topic(topic(*many), watching)
    assert time.process_time() - began < 1
    assert slugs(judged) == ["topic-hearers-unknown", "subscription-filter-undecided"]
    assert judge_topic(topic(*many, subscription(endpoint="001@x")), watching).delivers


def test_a_long_filter_policy_is_cut_in_its_sentence():
    (found,) = judge_topic(topic(filtered({"a": ["x" * 5_000]})), alarm()).remarks
    assert len(found.sentence) < 400


def test_subscriptions_beyond_those_looked_at_may_tell_somebody():
    judged = judge_topic(topic(DROPPED, DROPPED, more_subscriptions=True), alarm())
    assert slugs(judged) == ["topic-subscriptions-too-many"]
    assert "none of the first 2 of its subscriptions" in judged.remarks[0].sentence
    assert judge_topic(topic(DROPPED, subscription(), more_subscriptions=True), alarm()).delivers


@pytest.mark.parametrize(
    ("subscriptions", "expected", "broken"),
    [
        ((), ["topic-unread", "topic-without-subscriptions"], True),
        ((PENDING,), ["topic-unread", "topic-nobody-confirmed"], True),
        ((subscription(),), ["topic-unread"], False),
    ],
)
def test_topic_whose_attributes_were_not_read_is_broken_where_nobody_has_confirmed(subscriptions, expected, broken):
    judged = judge_topic(topic().model_copy(update={"policy": DENIED, "subscriptions": subscriptions}), alarm())
    assert slugs(judged) == expected
    assert judged.broken is broken


@pytest.mark.parametrize(
    "key_id",
    [
        KEY_ARN.replace(REGION, "eu-west-1"),
        f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/aws/sns",
        f"arn:aws:sns:{REGION}:{ACCOUNT}:key/1234abcd",
    ],
)
def test_key_of_another_region_or_service_is_not_the_key_of_the_topic(key_id):
    judged = judge_topic(topic(kms_key_id=key_id, key=None), alarm())
    assert slugs(judged) == ["topic-key-elsewhere"]
    assert judged.broken


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sns:us-east-1:11112222333:alerts",
        "arn:aws:sns:us-east-1::alerts",
        f"arn:aws:sns:us-east-1:{ACCOUNT}:",
        f"arn:aws:sns:us-east-1:{ACCOUNT}:a b",
        f"arn:aws:sns:us-east-1:{ACCOUNT}:alerts:1234",
    ],
)
def test_arn_that_no_topic_can_have_breaks_its_own_action_only(arn):
    unread = Unread(action="sns:X", region=REGION, account="", error=FOREIGN_ACCOUNT)
    judged, works = judge_actions(alarm(alarm_actions=(arn, TOPIC_ARN)), {arn: unread, TOPIC_ARN: topic()})
    assert slugs(judged) == ["topic-arn-impossible"]
    assert works.remarks == ()
    assert works.reached


def test_subscriptions_that_could_not_be_listed_are_unseen():
    judged = judge_topic(topic().model_copy(update={"subscriptions": DENIED}), alarm())
    assert slugs(judged) == ["topic-unread"]
    assert judged.reached == ()


def test_subscription_without_endpoint_is_named_by_its_protocol():
    judged = judge_topic(topic(subscription("sqs", endpoint="")), alarm())
    assert judged.remarks[0].resource == "sqs"


BODY = "MessageBody"


@pytest.mark.parametrize(
    ("filter_policy", "expected"),
    [
        ({"NewStateValue": ["ALARM"]}, True),
        ({"NewStateValue": ["OK"]}, False),
        ({"NewStateValue": [{"anything-but": "OK"}]}, True),
        ({"AlarmName": ["root-usage"]}, True),
        ({"AlarmName": [{"prefix": "prod-"}]}, False),
        ({"AlarmArn": [alarm().arn]}, True),
        ({"AWSAccountId": [ACCOUNT]}, True),
        ({"AWSAccountId": [OTHER_ACCOUNT]}, False),
        ({"AlarmActions": [TOPIC_ARN]}, True),
        ({"OldStateValue": ["OK"]}, None),
        ({"OldStateValue": ["OK", "INSUFFICIENT_DATA"]}, True),
        ({"OldStateValue": [{"anything-but": "ALARM"}]}, True),
        ({"OldStateValue": ["ALARM"]}, False),
        ({"Region": ["US East (N. Virginia)"]}, True),
        ({"Region": ["us-east-1"]}, False),
        ({"AlarmDescription": [{"prefix": "CIS"}]}, True),
        ({"AlarmDescription": [{"prefix": "prod"}]}, False),
        ({"OKActions": [TOPIC_ARN]}, False),
        ({"InsufficientDataActions": [{"prefix": "arn:aws:sns"}]}, True),
        ({"AlarmActions": [{"wildcard": "arn:aws:sns:*:alerts"}]}, True),
        ({"NewStateReason": [{"exists": True}]}, True),
        ({"severity": ["high"]}, False),
        ({"Trigger": {"MetricName": ["RootUsage"], "Namespace": ["CIS"]}}, True),
        ({"Trigger": {"MetricName": ["Other"]}}, False),
        ({"Trigger": {"Threshold": [{"numeric": [">=", 1]}]}}, True),
        ({"Trigger": {"Period": [60]}}, False),
        ({"Trigger": {"EvaluationPeriods": [1]}}, True),
        ({"Trigger": {"ComparisonOperator": ["GreaterThanOrEqualToThreshold"]}}, True),
        ({"Trigger": {"Statistic": ["SUM"]}}, True),
        ({"Trigger": {"Statistic": ["AVERAGE"]}}, False),
        ({"Trigger": {"StatisticType": ["Statistic"]}}, True),
        ({"Trigger": {"ExtendedStatistic": ["p99"]}}, None),
        ({"Trigger": {"DatapointsToAlarm": [1]}}, None),
        ({"Trigger": {"TreatMissingData": [{"suffix": "missing"}]}}, None),
        ({"Trigger": {"Unit": [None]}}, True),
        ({"Trigger": {"Dimensions": {"name": ["type"], "value": ["Root"]}}}, True),
        ({"Trigger": {"Dimensions": {"value": ["IAMUser"]}}}, False),
        ({"AlarmRule": ["x"]}, False),
        ({"$or": [{"severity": ["high"]}, {"AlarmName": ["root-usage"]}]}, True),
    ],
)
def test_filter_policy_on_the_body_sees_the_notification_of_this_alarm(filter_policy, expected):
    watching = alarm(
        dimensions={"type": "Root"}, description="CIS 5.3", insufficient_data_actions=("arn:aws:sns:us-east-1:1:other",)
    )
    judged = judge_topic(topic(filtered(filter_policy, BODY)), watching)
    by_slug = {(): True, ("subscription-filters-out",): False, ("subscription-filter-undecided",): None}
    assert by_slug[tuple(slugs(judged))] is expected


@pytest.mark.parametrize(
    ("filter_policy", "expected"),
    [
        ({"AlarmName": ["root-usage"]}, False),
        ({"severity": [{"exists": False}]}, False),
        ({}, True),
    ],
)
def test_filter_policy_on_attributes_sees_none(filter_policy, expected):
    assert judge_topic(topic(filtered(filter_policy)), alarm()).delivers is expected


def test_filter_policy_is_quoted_with_its_scope():
    (found,) = judge_topic(topic(DROPPED), alarm()).remarks
    assert 'its filter policy \'{"severity": ["high"]}\' on MessageAttributes drops' in found.sentence
    assert found.resource == "email security@example.com"


@pytest.mark.parametrize(
    ("filter_policy", "slug"),
    [
        ({"AlarmRule": ['ALARM("root-usage")']}, None),
        ({"AlarmRule": ["x"]}, "subscription-filters-out"),
        ({"AlarmName": ["parent"]}, None),
        ({"TriggeringChildren": {"Arn": ["x"]}}, "subscription-filter-undecided"),
        ({"Trigger": {"MetricName": ["RootUsage"]}}, "subscription-filters-out"),
    ],
)
def test_notification_of_a_composite_alarm_has_another_body(filter_policy, slug):
    assert slugs(judge_topic(topic(filtered(filter_policy, BODY)), composite())) == ([slug] if slug else [])


@pytest.mark.parametrize(
    ("wanted", "slug"),
    [
        ({"MetricName": ["RootUsage"]}, "subscription-filters-out"),
        ({"Metrics": {"MetricStat": {"Metric": {"MetricName": ["RootUsage"]}}}}, None),
        ({"Metrics": {"MetricStat": {"Metric": {"MetricName": ["Other"]}}}}, "subscription-filters-out"),
        ({"Metrics": {"Expression": ["m1"]}}, None),
        ({"Metrics": {"Label": ["x"]}}, "subscription-filter-undecided"),
    ],
)
def test_trigger_of_a_metric_math_alarm_has_elements(wanted, slug):
    judged = judge_topic(topic(filtered({"Trigger": wanted}, BODY)), math_alarm("m1"))
    assert slugs(judged) == ([slug] if slug else [])


@pytest.mark.parametrize(
    ("rests", "expected"),
    [(["OK"], True), (["INSUFFICIENT_DATA"], False), (["INSUFFICIENT_DATA", "OK"], None), ([], None)],
)
def test_state_before_is_the_one_that_the_alarm_rests_in(rests, expected):
    judged = judge_topic(topic(filtered({"OldStateValue": ["OK"]}, BODY)), alarm(), rests)
    slug = {True: [], False: ["subscription-filters-out"], None: ["subscription-filter-undecided"]}
    assert slugs(judged) == slug[expected]


def test_composite_alarm_rests_in_ok():
    assert judge_topic(topic(filtered({"OldStateValue": ["OK"]}, BODY)), composite()).delivers


@pytest.mark.parametrize(
    ("region", "wanted", "slug"),
    [
        ("eu-west-1", ["EU (Ireland)", "Europe (Ireland)"], None),
        ("eu-west-1", ["EU (Ireland)"], "subscription-filter-undecided"),
        ("xx-west-1", ["EU (Ireland)"], "subscription-filter-undecided"),
        ("sa-east-1", ["South America (Sao Paulo)"], None),
    ],
)
def test_region_is_told_by_its_long_name(region, wanted, slug):
    here = topic(filtered({"Region": wanted}, BODY), region=region, arn=TOPIC_ARN.replace(REGION, region))
    open_policy = policy(statement(resource="*"))
    judged = judge_topic(here.model_copy(update={"policy": open_policy}), alarm(region=region))
    assert slugs(judged) == ([slug] if slug else [])


@pytest.mark.parametrize(
    ("arn", "topics", "slug", "told"),
    [
        (TOPIC_ARN, {TOPIC_ARN: None}, "topic-missing", f"does not exist ({TOPIC_ARN}), though the alarm root-usage"),
        (TOPIC_ARN, {}, "topic-not-asked-for", f"was not read ({TOPIC_ARN})"),
        (TOPIC_ARN, {TOPIC_ARN: DENIED}, "topic-unread", "gave AccessDenied"),
        (TOPIC_ARN, {TOPIC_ARN: FOREIGN}, "topic-foreign", f"account {OTHER_ACCOUNT}"),
        (
            TOPIC_ARN.replace(REGION, "eu-west-1"),
            {},
            "topic-in-other-region",
            "is in Region eu-west-1, the alarm in us-east-1",
        ),
        (
            TOPIC_ARN.replace(REGION, "us-west-2"),
            {},
            "topic-in-other-region",
            "is in Region us-west-2, the alarm in us-east-1",
        ),
    ],
)
def test_topic_that_was_not_read_is_judged_by_its_arn(arn, topics, slug, told):
    (action,) = judge_actions(alarm(alarm_actions=(arn,)), topics)
    (found,) = action.remarks
    assert (action.arn, action.topic, action.reached) == (arn, "alerts", ())
    assert found.rule.slug == slug
    assert found.resource == "alerts"
    assert told in found.sentence


@pytest.mark.parametrize(
    ("action", "service"),
    [
        ("arn:aws:ssm-incidents::111122223333:response-plan/root", "ssm-incidents"),
        ("arn:aws:lambda:us-east-1:111122223333:function:tell", "lambda"),
        ("arn:aws:swf:us-east-1:111122223333:action/actions/AWS_EC2.InstanceId.Stop/1.0", "swf"),
        ("arn:aws:autoscaling:us-east-1:111122223333:scalingPolicy:x", "autoscaling"),
        ("arn:aws:automate:us-east-1:ec2:stop", "automate"),
        ("alerts", "something that is no ARN"),
    ],
)
@pytest.mark.parametrize(("told_by", "kind"), [(alarm, "alarm"), (composite, "composite")])
def test_action_that_is_no_topic_is_unseen(action, service, told_by, kind):
    (judged,) = judge_actions(told_by(alarm_actions=(action,)), {})
    assert slugs(judged) == [f"{kind}-action-not-a-topic"]
    assert f"goes to {service} and" in judged.remarks[0].sentence
    assert judged.topic == ""


@pytest.mark.parametrize(("told_by", "kind"), [(alarm, "alarm"), (composite, "composite")])
def test_alarm_without_actions_tells_nobody(told_by, kind):
    (judged,) = judge_actions(told_by(alarm_actions=()), {})
    assert slugs(judged) == [f"{kind}-without-actions"]
    assert (judged.arn, judged.topic, judged.reached) == ("", "", ())


@pytest.mark.parametrize(("told_by", "kind"), [(alarm, "alarm"), (composite, "composite")])
def test_alarm_with_disabled_actions_tells_nobody(told_by, kind):
    elsewhere = "arn:aws:lambda:us-east-1:1:function:tell"
    first, second, third = judge_actions(
        told_by(actions_enabled=False, alarm_actions=(TOPIC_ARN, elsewhere, "x")), {TOPIC_ARN: topic()}
    )
    assert slugs(first) == [f"{kind}-actions-disabled"]
    assert "so alerts, function:tell, x is never told" in first.remarks[0].sentence
    assert slugs(second) == slugs(third) == [f"{kind}-actions-disabled", f"{kind}-action-not-a-topic"]


def test_every_action_is_judged_by_itself():
    broken = TOPIC_ARN + "2"
    first, second = judge_actions(alarm(alarm_actions=(TOPIC_ARN, broken)), {TOPIC_ARN: topic(), broken: None})
    assert first.remarks == ()
    assert first.reached == (subscription(),)
    assert slugs(second) == ["topic-missing"]


def test_topic_of_another_account_is_judged_by_its_policy():
    arn = f"arn:aws:sns:{REGION}:{OTHER_ACCOUNT}:alerts"
    central = topic(
        arn=arn,
        account=OTHER_ACCOUNT,
        policy=policy(
            statement(resource=arn, condition={"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:*:{ACCOUNT}:alarm:*"}})
        ),
    )
    (judged,) = judge_actions(alarm(alarm_actions=(arn,)), {arn: central})
    assert judged.remarks == ()
    assert judged.reached


def test_all_breaks_of_a_topic_are_told():
    judged = judge_topic(
        topic(PENDING, fifo=True, region="eu-west-1", policy=policy(), kms_key_id="alias/aws/sns"), alarm()
    )
    assert slugs(judged) == [
        "topic-in-other-region",
        "topic-is-fifo",
        "topic-refuses-cloudwatch",
        "topic-key-of-aws",
        "topic-nobody-confirmed",
    ]


def test_empty_filter_policy_text_is_no_filter_policy():
    attributes = SubscriptionAttributes(filter_policy="", filter_policy_scope="Elsewhere")
    assert judge_topic(topic(subscription(attributes=attributes)), alarm()).delivers


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([("Allow", ["kms:Decrypt", "kms:GenerateDataKey"])], []),
        ([("Allow", ["kms:Decrypt", "kms:GenerateDataKey*"])], []),
        ([("Allow", "kms:*"), ("Deny", "kms:GenerateDataKey")], ["topic-key-refuses-cloudwatch"]),
        ([("Allow", ["kms:Decrypt", "kms:GenerateDataKeyPair"])], ["topic-key-refuses-cloudwatch"]),
    ],
)
def test_the_key_must_allow_the_calls_themselves(statements, expected):
    service = {"Service": "cloudwatch.amazonaws.com"}
    text = policy(*(statement(effect, service, actions, "*") for effect, actions in statements))
    assert slugs(judge_topic(topic(kms_key_id=KEY_ARN, key=key(policy=text)), alarm())) == expected


def test_subscriptions_that_nobody_asked_about_are_not_doubtful():
    others = [subscription(arn=f"{TOPIC_ARN}:{number}", attributes=None) for number in range(2)]
    judged = judge_topic(topic(subscription(), *others), alarm())
    assert (judged.remarks, len(judged.reached)) == ((), 1)


@pytest.mark.parametrize(
    ("endpoint", "shown"),
    [
        ("https://user:secret@pager.example.com/key?token=1", "https://pager.example.com"),
        ("https://[bad", "https://[bad"),
        ("+15550100", "+15550100"),
    ],
)
def test_keys_in_an_address_are_not_shown(endpoint, shown):
    denied = subscription("https", endpoint=endpoint, attributes=DENIED)
    (found,) = judge_topic(topic(denied), alarm()).remarks
    assert found.resource == f"https {shown}"
