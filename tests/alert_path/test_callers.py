from __future__ import annotations

import json

import pytest

from prowler_cis_monitoring.alert_path.callers import CONTEXT_KEYS, call_of
from prowler_cis_monitoring.alert_path.topic import judge_topic
from tests.alert_path.builders import (
    ACCOUNT,
    KEY_ARN,
    OTHER_ACCOUNT,
    REGION,
    TOPIC_ARN,
    alarm,
    alarm_arn,
    event_rule,
    key,
    policy,
    slugs,
    statement,
    topic,
)

OPEN = statement()
REFUSED, UNDECIDED = ["topic-refuses-cloudwatch"], ["topic-policy-undecided"]
KEY_REFUSED, KEY_UNDECIDED = ["topic-key-refuses-cloudwatch"], ["topic-key-undecided"]


def of_topic(*statements, sender=None):
    return slugs(judge_topic(topic(policy=policy(*statements)), sender or alarm()))


def of_key(condition):
    allow = statement(action="kms:*", resource="*", condition=condition)
    return slugs(judge_topic(topic(kms_key_id=KEY_ARN, key=key(policy=policy(allow))), alarm()))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:RequestedRegion": REGION}}, []),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, REFUSED),
        ({"Bool": {"aws:ViaAWSService": "false"}}, []),
        ({"Bool": {"aws:ViaAWSService": "true"}}, REFUSED),
        ({"ForAnyValue:StringEquals": {"aws:PrincipalServiceNamesList": "cloudwatch.amazonaws.com"}}, []),
        ({"ForAnyValue:StringEquals": {"aws:PrincipalServiceNamesList": "events.amazonaws.com"}}, REFUSED),
        ({"ForAllValues:StringLike": {"aws:PrincipalServiceNamesList": "cloudwatch.*"}}, []),
        ({"ForAllValues:StringEquals": {"aws:PrincipalServiceNamesList": "cloudwatch.amazonaws.com"}}, UNDECIDED),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, REFUSED),
        ({"StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}, []),
        ({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}, REFUSED),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/*"}}, REFUSED),
        ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, REFUSED),
        ({"Null": {"aws:PrincipalAccount": "true"}}, []),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, REFUSED),
        ({"Bool": {"aws:MultiFactorAuthPresent": "false"}}, UNDECIDED),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}, []),
        ({"StringEquals": {"aws:ResourceAccount": ACCOUNT}}, []),
        ({"StringEquals": {"sns:Protocol": "https"}}, REFUSED),
        ({"StringEquals": {"aws:PrincipalTag/team": "blue"}}, REFUSED),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, UNDECIDED),
        ({"StringEquals": {"aws:SourceOrgID": "o-1"}}, UNDECIDED),
    ],
)
def test_condition_on_the_call_of_cloudwatch_is_decided_where_aws_documents_the_key(condition, expected):
    assert of_topic(statement(condition=condition)) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": TOPIC_ARN}}, []),
        ({"StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": f"{TOPIC_ARN}-other"}}, KEY_REFUSED),
        ({"StringLike": {"kms:EncryptionContext:aws:sns:topicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:*"}}, []),
        ({"StringEquals": {"kms:EncryptionContext:department": "finance"}}, KEY_REFUSED),
        ({"ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": "aws:sns:topicArn"}}, []),
        ({"StringEquals": {"kms:CallerAccount": ACCOUNT}}, KEY_REFUSED),
        ({"StringNotEquals": {"kms:CallerAccount": ACCOUNT}}, []),
        ({"StringEquals": {"kms:ViaService": f"sns.{REGION}.amazonaws.com"}}, KEY_UNDECIDED),
        ({"StringEquals": {"kms:ViaService": f"sqs.{REGION}.amazonaws.com"}}, KEY_REFUSED),
        ({"StringEqualsIfExists": {"kms:ViaService": f"sns.{REGION}.amazonaws.com"}}, []),
        ({"StringEquals": {"aws:RequestedRegion": REGION}}, []),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, KEY_REFUSED),
    ],
)
def test_condition_on_the_use_of_a_key_is_decided_where_aws_documents_the_key(condition, expected):
    assert of_key(condition) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, []),
        ({"StringEquals": {"aws:PrincipalServiceName": "events.amazonaws.com"}}, []),
        ({"StringEquals": {"aws:PrincipalServiceName": "cloudwatch.amazonaws.com"}}, REFUSED),
        ({"StringEquals": {"AWS:SourceOwner": ACCOUNT}}, REFUSED),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, REFUSED),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:events:*:{ACCOUNT}:rule/*"}}, UNDECIDED),
    ],
)
def test_condition_on_the_call_of_eventbridge_has_values_of_its_own(condition, expected):
    assert of_topic(statement(condition=condition), sender=event_rule({"source": ["x"]})) == expected


def perimeter(*, networks=True, services=True, mine="o-mine"):
    """Denies in the form of a data perimeter: whoever is outside an organisation, whoever comes from elsewhere."""
    spared = {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}} if services else {}
    outside = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": mine, "aws:PrincipalAccount": [OTHER_ACCOUNT]}}
    elsewhere = {
        "NotIpAddressIfExists": {"aws:SourceIp": "192.0.2.0/24"},
        "StringNotEqualsIfExists": {"aws:SourceVpc": "vpc-1", "aws:PrincipalTag/exempt": "true"},
        "ArnNotLikeIfExists": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/*"},
        "BoolIfExists": {"aws:ViaAWSService": "false", **spared.get("BoolIfExists", {})},
    }
    denies = [statement("Deny", Sid="Identity", resource="*", condition={**outside, **spared})]
    if networks:
        denies.append(statement("Deny", Sid="Network", resource="*", condition=elsewhere))
    return denies


def test_data_perimeter_that_spares_services_lets_alarms_through():
    assert of_topic(OPEN, *perimeter()) == []


def test_data_perimeter_on_a_key_that_spares_services_lets_alarms_through():
    denies = [{**one, "Action": "kms:*"} for one in perimeter()]
    allow = statement(action="kms:*", resource="*")
    assert slugs(judge_topic(topic(kms_key_id=KEY_ARN, key=key(policy=policy(allow, *denies))), alarm())) == []


def test_data_perimeter_for_tagged_principals_only_does_not_concern_services():
    tagged = {"StringEquals": {"aws:PrincipalTag/inside": "true"}, "NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    assert of_topic(OPEN, statement("Deny", condition=tagged)) == []


def test_data_perimeter_that_forgets_services_refuses_and_names_condition_and_cure():
    (found,) = judge_topic(topic(policy=policy(OPEN, *perimeter(services=False, networks=False))), alarm()).remarks
    assert found.rule.slug == "topic-refuses-cloudwatch"
    assert (
        'statement "Identity" denies it, as its condition StringNotEqualsIfExists aws:PrincipalOrgID' in found.sentence
    )
    assert 'add "Bool": {"aws:PrincipalIsAWSService": "false"} to that condition' in found.sentence


@pytest.mark.parametrize(
    ("statements", "cure"),
    [
        ([statement("Deny"), OPEN], "let that statement spare cloudwatch.amazonaws.com"),
        ([], "allow sns:Publish to cloudwatch.amazonaws.com"),
    ],
)
def test_refusal_says_what_would_cure_it(statements, cure):
    (found,) = judge_topic(topic(policy=policy(*statements)), alarm()).remarks
    assert found.sentence.endswith(cure)


def test_a_cure_cures():
    (deny,) = perimeter(services=False, networks=False)
    cured = json.loads(json.dumps(deny))
    cured["Condition"]["Bool"] = {"aws:PrincipalIsAWSService": "false"}
    assert of_topic(OPEN, deny) == REFUSED
    assert of_topic(OPEN, cured) == []


def test_every_key_has_a_source_and_stands_once():
    assert all(key.source for key in CONTEXT_KEYS)
    assert len({key.name for key in CONTEXT_KEYS}) == len(CONTEXT_KEYS)
    assert all(key.name == key.name.lower() for key in CONTEXT_KEYS)


def test_alarms_that_a_policy_tells_apart_are_decided_apart():
    lock = statement(condition={"ArnEquals": {"aws:SourceArn": alarm_arn("root-usage")}})
    assert of_topic(lock) == []
    other = alarm("other")
    assert of_topic(lock, sender=other) == REFUSED
    escaped = policy(lock).replace("aws:SourceArn", "aws:\\u0053ourceArn")
    assert slugs(judge_topic(topic(policy=escaped), alarm())) == []
    assert slugs(judge_topic(topic(policy=escaped), other)) == REFUSED


def test_call_is_made_to_the_account_and_region_of_the_resource():
    call = call_of(
        alarm(), "kms:Decrypt", KEY_ARN.replace(REGION, "eu-west-1").replace(ACCOUNT, OTHER_ACCOUNT), TOPIC_ARN
    )
    assert call.possible("AWS:RequestedRegion") == (("eu-west-1",),)
    assert call.possible("aws:ResourceAccount") == ((OTHER_ACCOUNT,),)
