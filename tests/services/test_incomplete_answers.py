"""An answer without a member that AWS documents is no answer, whatever the member's default might be."""

import boto3
import pytest

from prowler_cis_monitoring.alert_path.resources import Unread
from prowler_cis_monitoring.demo.blueprint import REGION, TOPIC_ARN, healthy_path
from prowler_cis_monitoring.services.account_resources import resources_of
from prowler_cis_monitoring.services.alternatives import alternatives_of
from tests.findings import finding_of

KEY = {"Arn": f"arn:aws:kms:{REGION}:123456789012:key/1", "KeyId": "1", "KeyState": "Enabled", "KeyManager": "CUSTOMER"}
LISTED = {"SubscriptionArn": "Paused", "Protocol": "email", "Endpoint": "somebody@example.com"}


def found(topic):
    """The places where a topic may hold what was not read."""
    places = [topic, getattr(topic, "policy", None), getattr(topic, "subscriptions", None), getattr(topic, "key", None)]
    places.append(getattr(topic.key, "policy", None) if hasattr(topic, "key") else None)
    subscriptions = getattr(topic, "subscriptions", ())
    places += [one.attributes for one in subscriptions] if isinstance(subscriptions, tuple) else []
    return {(one.action, one.error) for one in places if isinstance(one, Unread)}


@pytest.mark.parametrize(
    ("action", "answer", "lacking"),
    [
        ("sns:GetTopicAttributes", {}, "Attributes"),
        ("sns:GetTopicAttributes", {"Attributes": {}}, "TopicArn"),
        ("sns:ListSubscriptionsByTopic", {}, "Subscriptions"),
        ("sns:ListSubscriptionsByTopic", {"Subscriptions": [LISTED]}, "SubscriptionArn"),
        ("sns:GetSubscriptionAttributes", {}, "Attributes"),
        ("kms:DescribeKey", {}, "KeyMetadata"),
        *(
            ("kms:DescribeKey", {"KeyMetadata": {**KEY, member: None}}, member)
            for member in ("Arn", "KeyId", "KeyState", "KeyManager")
        ),
        ("kms:GetKeyPolicy", {}, "Policy"),
    ],
)
def test_topic_is_unseen_where_an_answer_lacks_a_member(action, answer, lacking, provider, failures):
    use = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}
    key = boto3.client("kms").create_key(Policy=str({"Statement": [use]}).replace("'", '"'))["KeyMetadata"]
    healthy_path().changed(topic={"KmsMasterKeyId": key["KeyId"]}).build(boto3.Session())
    failures.answer(action.partition(":")[2], answer)
    assert (action, f"AnswerWithout{lacking}") in found(resources_of(provider).topics[TOPIC_ARN])
    finding = finding_of()
    assert finding.status == "MANUAL", finding.status_extended
    assert f"AnswerWithout{lacking}" in finding.status_extended


@pytest.mark.parametrize("operation", ["ListRules", "ListLinks", "DescribeSubscriptionFilters"])
def test_alternatives_are_unread_where_an_answer_lacks_its_list(operation, provider, failures):
    healthy_path().changed(alarm=None).build(boto3.Session())
    failures.answer(operation, {})
    assert [one.action.partition(":")[2] for one in alternatives_of(provider).unread] == [operation]


def test_targets_are_unread_where_an_answer_lacks_them(provider, failures):
    healthy_path().changed(alarm=None).build(boto3.Session())
    boto3.client("events").put_rule(Name="all", EventPattern='{"source": ["aws.iam"]}')
    failures.answer("ListTargetsByRule", {})
    (rule,) = alternatives_of(provider).rules
    assert rule.targets.error == "AnswerWithoutTargets"


@pytest.mark.parametrize(
    ("selector", "status"),
    [
        ([{"Field": "eventCategory", "Equals": ["Management"]}], "PASS"),
        ([{"Field": "eventCategory", "Equals": ["Everything"]}], "MANUAL"),
        ([{"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "readOnly", "Equals": ["yes"]}], "MANUAL"),
        ([{"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "readOnly", "NotEquals": ["no"]}], "MANUAL"),
    ],
)
def test_a_trail_is_unseen_where_a_selector_has_a_value_that_aws_does_not_document(
    selector, status, provider, failures
):
    healthy_path().build(boto3.Session())
    failures.answer("GetEventSelectors", {"AdvancedEventSelectors": [{"FieldSelectors": selector}]})
    assert finding_of().status == status
