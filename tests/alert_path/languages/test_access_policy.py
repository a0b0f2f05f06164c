from __future__ import annotations

import fnmatch
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prowler_cis_monitoring.alert_path.languages.access_policy import (
    MOST_CHARACTERS,
    MOST_VALUES,
    Access,
    OneOf,
    Request,
    decide,
)
from tests.alert_path.builders import ACCOUNT, OTHER_ACCOUNT, TOPIC_ARN, alarm_arn, policy, statement

CLOUDWATCH = "cloudwatch.amazonaws.com"
ALARM = alarm_arn("root-usage")
REQUEST = Request(
    service=CLOUDWATCH,
    action="sns:Publish",
    resource=TOPIC_ARN,
    context={
        "aws:sourceaccount": (ACCOUNT,),
        "aws:sourcearn": (ALARM,),
        "aws:securetransport": ("true",),
        "aws:username": (),
        "aws:tagkeys": ("team", "stage"),
    },
)
ALLOWED, DENIED, UNKNOWN = Access.ALLOWED, Access.DENIED, Access.UNKNOWN


def access(*statements, version="2012-10-17"):
    return decide(policy(*statements, version=version), REQUEST).access


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", ALLOWED),
        ({"AWS": "*"}, ALLOWED),
        ({"AWS": ["*"]}, ALLOWED),
        ({"AWS": [f"arn:aws:iam::{ACCOUNT}:root", "*"]}, ALLOWED),
        ({"Service": CLOUDWATCH}, ALLOWED),
        ({"Service": ["events.amazonaws.com", CLOUDWATCH]}, ALLOWED),
        ({"Service": "*"}, ALLOWED),
        ({"Service": "events.amazonaws.com", "AWS": "*"}, ALLOWED),
        ({"Service": "events.amazonaws.com"}, DENIED),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, DENIED),
        ({"AWS": ACCOUNT}, DENIED),
        ({"AWS": CLOUDWATCH}, DENIED),
        ({"Federated": "*"}, DENIED),
        ("cloudwatch", DENIED),
    ],
)
def test_principal_names_the_service_everybody_or_somebody_else(principal, expected):
    assert access(statement(principal=principal)) is expected


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("sns:Publish", ALLOWED),
        ("SNS:publish", ALLOWED),
        ("sns:*", ALLOWED),
        ("*", ALLOWED),
        ("sns:Pub*", ALLOWED),
        ("sns:Publis?", ALLOWED),
        (["sns:Subscribe", "sns:Publish"], ALLOWED),
        ("sns:Publish?", DENIED),
        ("sns:Subscribe", DENIED),
        ("sqs:*", DENIED),
        ([], DENIED),
    ],
)
def test_action_matches_by_wildcard_whatever_its_case(action, expected):
    assert access(statement(action=action)) is expected


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (TOPIC_ARN, ALLOWED),
        ("*", ALLOWED),
        ("arn:aws:sns:*:*:alert?", ALLOWED),
        (TOPIC_ARN.upper(), DENIED),
        ("arn:aws:sns:us-east-1:111122223333:other", DENIED),
        ("arn:aws:sns:us-east-1:${aws:SourceAccount}:alerts", UNKNOWN),
    ],
)
def test_resource_matches_by_wildcard_and_keeps_its_case(resource, expected):
    assert access(statement(resource=resource)) is expected


def test_policy_of_2008_knows_no_variables():
    assert access(statement(resource="arn:aws:sns:us-east-1:${x}:alerts"), version="2008-10-17") is DENIED


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, ALLOWED),
        ({"StringEquals": {"AWS:SOURCEACCOUNT": [OTHER_ACCOUNT, ACCOUNT]}}, ALLOWED),
        ({"StringEquals": {"aws:SourceAccount": OTHER_ACCOUNT}}, DENIED),
        ({"StringEquals": {"aws:SourceAccount": "1111*"}}, DENIED),
        ({"StringNotEquals": {"aws:SourceAccount": OTHER_ACCOUNT}}, ALLOWED),
        ({"StringNotEquals": {"aws:SourceAccount": [OTHER_ACCOUNT, ACCOUNT]}}, DENIED),
        ({"StringEqualsIgnoreCase": {"aws:SecureTransport": "TRUE"}}, ALLOWED),
        ({"StringNotEqualsIgnoreCase": {"aws:SecureTransport": "TRUE"}}, DENIED),
        ({"StringLike": {"aws:SourceAccount": "1111*"}}, ALLOWED),
        ({"StringLike": {"aws:SourceArn": "arn:aws:cloudwatch:*:alarm:root-*"}}, ALLOWED),
        ({"StringNotLike": {"aws:SourceAccount": "1111*"}}, DENIED),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:*"}}, ALLOWED),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:*:{ACCOUNT}:*"}}, ALLOWED),
        ({"ArnEquals": {"aws:SourceArn": "arn:aws:cloudwatch:*:*:alarm:root-usag?"}}, ALLOWED),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:*"}}, DENIED),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:events:*:{ACCOUNT}:rule/*"}}, DENIED),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:*:root-usage"}}, DENIED),
        ({"ArnLike": {"aws:SourceAccount": "*:*:*:*:*:*"}}, DENIED),
        ({"ArnLike": {"aws:SourceArn": "*"}}, UNKNOWN),
        ({"ArnLike": {"aws:SourceAccount": "a:b:c:d:e:f"}}, DENIED),
        ({"ArnNotLike": {"aws:SourceArn": "arn:aws:cloudwatch:*:*:alarm:x*"}}, ALLOWED),
        ({"ArnNotEquals": {"aws:SourceArn": ALARM}}, DENIED),
        ({"Bool": {"aws:SecureTransport": "true"}}, ALLOWED),
        ({"Bool": {"aws:SecureTransport": True}}, ALLOWED),
        ({"Bool": {"aws:SecureTransport": "false"}}, DENIED),
        ({"Null": {"aws:SourceArn": "false"}}, ALLOWED),
        ({"Null": {"aws:SourceArn": True}}, DENIED),
        ({"Null": {"aws:username": "true"}}, ALLOWED),
        ({"Null": {"aws:username": "false"}}, DENIED),
        ({"Null": {"aws:PrincipalOrgID": "false"}}, UNKNOWN),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, UNKNOWN),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}, UNKNOWN),
        ({"StringEquals": {"aws:username": "root"}}, DENIED),
        ({"StringEqualsIfExists": {"aws:username": "root"}}, ALLOWED),
        ({"StringEqualsIfExists": {"aws:SourceAccount": OTHER_ACCOUNT}}, DENIED),
        ({"StringNotEquals": {"aws:username": "root"}}, ALLOWED),
        ({"ForAnyValue:StringNotEquals": {"aws:username": "root"}}, DENIED),
        ({"ForAllValues:StringEquals": {"aws:username": "root"}}, ALLOWED),
        ({"ForAnyValue:StringEquals": {"aws:username": "root"}}, DENIED),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["team"]}}, ALLOWED),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["owner"]}}, DENIED),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}, DENIED),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "stage"]}}, ALLOWED),
        ({"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["team"]}}, ALLOWED),
        ({"ForAllValues:StringNotEquals": {"aws:TagKeys": ["team"]}}, DENIED),
        ({"NumericLessThan": {"aws:SourceAccount": "5"}}, UNKNOWN),
        ({"StringEquals": {"aws:SourceAccount": "${aws:PrincipalAccount}"}}, UNKNOWN),
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT}, "Bool": {"aws:SecureTransport": "false"}}, DENIED),
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT, "aws:PrincipalOrgID": "o-1"}}, UNKNOWN),
    ],
)
def test_condition_decides_over_an_allow(condition, expected):
    assert access(statement(condition=condition)) is expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([statement(), statement("Deny")], DENIED),
        ([statement("Deny"), statement()], DENIED),
        ([statement(), statement("Deny", condition={"Bool": {"aws:SecureTransport": "false"}})], ALLOWED),
        ([statement(), statement("Deny", condition={"StringNotEquals": {"aws:PrincipalOrgID": "o"}})], UNKNOWN),
        ([statement(), statement("Deny", principal={"Service": "events.amazonaws.com"})], ALLOWED),
        ([statement(principal=None, NotPrincipal={"AWS": "*"})], DENIED),
        ([statement(principal=None, NotPrincipal={"Service": "events.amazonaws.com"})], ALLOWED),
        ([statement(), statement("Deny", principal=None, NotPrincipal={"AWS": ACCOUNT})], DENIED),
        ([statement(action=None, NotAction="sns:Publish")], DENIED),
        ([statement(action=None, NotAction=["sns:Subscribe"])], ALLOWED),
        ([statement(resource=None, NotResource=TOPIC_ARN)], DENIED),
        ([statement(resource=None, NotResource="arn:x")], ALLOWED),
        ([statement(resource=None)], UNKNOWN),
        ([statement(principal=None)], UNKNOWN),
        ([statement(action="sns:Subscribe"), statement()], ALLOWED),
        ([statement(condition={"StringEquals": {"aws:PrincipalOrgID": "o"}}), statement()], ALLOWED),
        ([statement(condition={"StringEquals": {"aws:PrincipalOrgID": "o"}}), statement("Deny")], DENIED),
        ([statement(effect="allow")], DENIED),
        ([statement(condition=["x"])], UNKNOWN),
        ([statement(condition={"StringEquals": "x"})], UNKNOWN),
        ([], DENIED),
    ],
)
def test_statements_together_decide(statements, expected):
    assert access(*statements) is expected


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "[]", "3", '{"Statement": "x"}', '{"Statement": [1]}'])
def test_text_that_is_no_policy_is_unknown(text):
    assert decide(text, REQUEST).access is UNKNOWN


def test_policy_with_one_statement_need_not_be_a_list():
    assert decide(json.dumps({"Statement": statement()}), REQUEST).access is ALLOWED


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        ([], "no statement allows anything"),
        ([statement("Deny")], "statement 1 denies it"),
        ([statement("Deny", Sid="no")], 'statement "no" denies it'),
        ([statement(action="x"), statement()], "statement 2 allows it"),
        (
            [statement(principal={"Service": "events.amazonaws.com"}, Sid="e"), statement(action=["a", "b"])],
            (
                'statement "e" does not apply: its Principal is {"Service": "events.amazonaws.com"}; '
                "statement 2 does not apply: its Action is a, b"
            ),
        ),
        ([statement(action=None, NotAction="*")], "statement 1 does not apply: its NotAction is *"),
        (
            [statement(condition={"StringEquals": {"aws:PrincipalOrgID": ["o-1", "o-2"]}}, resource=None)],
            (
                "statement 1 depends on its Resource, which is missing and "
                "its condition StringEquals aws:PrincipalOrgID o-1, o-2"
            ),
        ),
        (
            [statement("Deny", condition={"Null": {"aws:x": "true"}}), statement(principal=None)],
            (
                "statement 1 depends on its condition Null aws:x true; "
                "statement 2 depends on its Principal, which is missing"
            ),
        ),
    ],
)
def test_reason_names_the_statement_and_the_element(statements, reason):
    assert decide(policy(*statements), REQUEST).reason == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "could not be read, as it is no JSON"),
        ('{"Statement": NaN}', "as it is no JSON: NaN is none of its numbers"),
        ('{"Statement": [], "Statement": []}', "as it is naming a key twice"),
        ('{"Statement": "x"}', "has not the form of a policy"),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, "as it is nested too deeply"),
        ('{"Statement": [' + "[" * 40 + "]" * 40 + "]}", "as it is nested too deeply"),
        ('{"Statement": "' + "x" * MOST_CHARACTERS + '"}', "longer than 32768 characters"),
        (policy(statement(action=["a"] * MOST_VALUES)), "too hard to decide, as it names more than 1000 values"),
    ],
)
def test_reason_for_a_policy_that_is_unreadable_or_too_hard(text, reason):
    decided = decide(text, REQUEST)
    assert decided.access is UNKNOWN
    assert reason in decided.reason


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("*a" * 400 + "*b", "a" * 255),
        ("*a" * 120 + "*b", "a" * 255),
        ("*" + "?a" * 60 + "*b", "a" * 255),
        ("?*" * 1_000, "a" * 255),
        ("*" * 1_000 + "b", "a" * 255),
    ],
)
def test_wildcards_that_defeat_backtracking_end_at_once(pattern, text):
    began = time.process_time()
    resources = [f"{number}{pattern}" for number in range(20)]
    text = policy(statement(resource=[pattern, *resources]))
    assert decide(text, Request(CLOUDWATCH, "sns:Publish", "a" * 255)).access in (DENIED, UNKNOWN)
    assert time.process_time() - began < 1


def test_the_hardest_policy_that_is_decided_at_all_is_decided_soon():
    conditions = {"ArnLike": {"aws:SourceArn": [f"arn:*:{'?*a' * 6}{number}:*:*:*b" for number in range(800)]}}
    text = policy(statement(condition=conditions))
    assert len(text) < MOST_CHARACTERS
    began = time.process_time()
    assert access(statement(condition=conditions)) is DENIED
    assert time.process_time() - began < 1


def test_values_of_a_policy_are_cut_in_its_reason():
    values = [f"{number}{'x' * 200}" for number in range(20)]
    reason = decide(policy(*(statement(action=values, Sid="y" * 500) for _ in range(6))), REQUEST).reason
    assert len(reason) < 2_000
    assert "and 17 more" in reason
    assert reason.endswith("and 3 more like these")


def test_as_many_values_as_are_shown_have_no_more():
    reason = decide(policy(statement(action=["sns:a", "sns:b", "sns:c"])), REQUEST).reason
    assert "sns:a, sns:b, sns:c" in reason
    assert "more" not in reason


UNDECIDED_KEYS = Request(
    CLOUDWATCH,
    "sns:Publish",
    TOPIC_ARN,
    {"aws:via": OneOf(((), ("sns",))), "aws:principaltag/": (), "aws:principaltag/team": ("blue",)},
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:via": "sns"}}, UNKNOWN),
        ({"StringEquals": {"aws:via": "sqs"}}, DENIED),
        ({"StringEqualsIfExists": {"aws:via": "sns"}}, ALLOWED),
        ({"StringNotEquals": {"aws:via": "sqs"}}, ALLOWED),
        ({"Null": {"aws:via": "true"}}, UNKNOWN),
        ({"StringEquals": {"aws:PrincipalTag/team": "blue"}}, ALLOWED),
        ({"StringEquals": {"aws:PrincipalTag/stage": "prod"}}, DENIED),
        ({"StringNotEquals": {"aws:PrincipalTag/stage": "prod"}}, ALLOWED),
        ({"IpAddress": {"aws:PrincipalTag/stage": "10.0.0.0/8"}}, DENIED),
        ({"NotIpAddress": {"aws:PrincipalTag/stage": "10.0.0.0/8"}}, ALLOWED),
        ({"NumericLessThanIfExists": {"aws:PrincipalTag/stage": "1"}}, ALLOWED),
        ({"NumericLessThan": {"aws:PrincipalTag/team": "1"}}, UNKNOWN),
        ({"DateNotEquals": {"aws:PrincipalTag/stage": "2020-01-01"}}, ALLOWED),
        ({"ForSomeValues:StringEquals": {"aws:PrincipalTag/team": "blue"}}, UNKNOWN),
    ],
)
def test_a_key_with_several_possible_values_or_of_a_family_decides_where_all_agree(condition, expected):
    assert decide(policy(statement(condition=condition)), UNDECIDED_KEYS).access is expected


@pytest.mark.parametrize(
    ("statements", "denied", "conditional"),
    [
        ([statement(), statement("Deny")], True, False),
        ([statement(), statement("Deny", condition={"Bool": {"aws:SecureTransport": "true"}})], True, True),
        ([statement(action="x")], False, False),
    ],
)
def test_a_decision_tells_a_deny_from_a_missing_allow(statements, denied, conditional):
    decided = decide(policy(*statements), REQUEST)
    assert (decided.denied_by_statement, decided.by_condition) == (denied, conditional)


def test_a_conditional_deny_names_its_conditions():
    deny = statement("Deny", Sid="net", condition={"StringNotEquals": {"aws:username": ["a", "b"]}})
    assert decide(policy(statement(), deny), REQUEST).reason == (
        'statement "net" denies it, as its condition StringNotEquals aws:username a, b holds'
    )


LETTERS = st.text("ab:/*?.", max_size=8)


@given(LETTERS, st.text("ab:/.", max_size=8))
def test_wildcards_agree_with_the_shell(pattern, text):
    request = Request(service=CLOUDWATCH, action="sns:Publish", resource=text)
    decided = decide(policy(statement(resource=pattern)), request).access
    assert (decided is ALLOWED) is fnmatch.fnmatchcase(text, pattern)
