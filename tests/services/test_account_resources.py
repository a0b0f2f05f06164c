from collections import Counter

import boto3
import pytest

from prowler_cis_monitoring.alert_path.resources import Scope, Topic, Unread
from prowler_cis_monitoring.demo.blueprint import ACCOUNT, LOG_GROUP_ARN, REGION, TOPIC_ARN, healthy_path
from prowler_cis_monitoring.services.account_resources import resources_of
from prowler_cis_monitoring.services.sns.sns_service import A_PAGE, MOST_ATTRIBUTES, MOST_PAGES
from tests.findings import finding_of
from tests.stand_in_provider import StandInProvider

HERE = Scope(account=ACCOUNT, region=REGION)


@pytest.fixture
def healthy(provider):
    healthy_path().build(boto3.Session())
    return provider


def test_the_whole_path_is_read(healthy):
    resources = resources_of(healthy)
    (trail,) = resources.trails
    assert (trail.name, trail.home_region, trail.multi_region, trail.status.is_logging) == (
        "org-trail",
        REGION,
        True,
        True,
    )
    (metric_filter,) = resources.log_groups[LOG_GROUP_ARN].metric_filters
    assert (metric_filter.name, metric_filter.value, metric_filter.namespace) == ("root-usage", "1", "CISBenchmark")
    (alarm,) = resources.alarms[HERE].metric_alarms
    assert (alarm.statistic, alarm.period, alarm.threshold, alarm.treat_missing_data) == (
        "Sum",
        300,
        1.0,
        "notBreaching",
    )
    topic = resources.topics[TOPIC_ARN]
    assert [subscription.protocol for subscription in topic.subscriptions] == ["email"]


def test_a_second_question_makes_no_call(healthy, failures):
    first = resources_of(healthy)
    made = len(failures.calls)
    assert resources_of(healthy) is first
    assert len(failures.calls) == made


def test_another_provider_reads_for_itself(healthy):
    assert resources_of(StandInProvider({REGION})) is not resources_of(healthy)


def test_only_what_lies_on_a_path_is_asked_for(healthy, failures):
    session = boto3.Session()
    for number in range(30):
        session.client("logs").create_log_group(logGroupName=f"unrelated-{number}")
        session.client("sns").create_topic(Name=f"unrelated-{number}")
    failures.calls.clear()
    resources_of(healthy)
    assert Counter(operation for _, operation, _ in failures.calls) == {
        "DescribeTrails": 2,
        "GetTrailStatus": 1,
        "GetEventSelectors": 1,
        "DescribeLogGroups": 1,
        "DescribeMetricFilters": 1,
        "DescribeAlarms": 1,
        "GetTopicAttributes": 1,
        "ListSubscriptionsByTopic": 1,
        "GetSubscriptionAttributes": 1,
    }


def test_a_trail_is_read_in_its_home_region_when_another_is_scanned(healthy, failures):
    resources = resources_of(StandInProvider({"eu-west-1"}))
    assert [trail.name for trail in resources.trails] == ["org-trail"]
    assert {region for _, operation, region in failures.calls if operation == "GetTrailStatus"} == {REGION}


def test_metric_filters_of_many_pages_are_all_read(healthy):
    logs = boto3.client("logs")
    for number in range(60):
        logs.put_metric_filter(
            logGroupName="CloudTrail/logs",
            filterName=f"filter-{number:02}",
            filterPattern="ERROR",
            metricTransformations=[{"metricName": "Errors", "metricNamespace": "Team", "metricValue": "1"}],
        )
    assert len(resources_of(healthy).log_groups[LOG_GROUP_ARN].metric_filters) == 61


def test_a_log_group_is_found_by_its_exact_name(healthy):
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName="CloudTrail/logs-of-another-team")
    logs.delete_log_group(logGroupName="CloudTrail/logs")
    assert resources_of(healthy).log_groups[LOG_GROUP_ARN] is None


def test_a_log_group_of_which_two_answers_differ_is_unread(healthy, failures):
    failures.answer("DescribeLogGroups", {"logGroups": []})
    group = resources_of(healthy).log_groups[LOG_GROUP_ARN]
    assert (group.error, group.cause) == ("OtherThanDescribeMetricFilters", "answer")
    assert finding_of().status == "MANUAL"


def test_a_log_group_of_another_account_is_not_asked_for(provider, failures):
    foreign = LOG_GROUP_ARN.replace(ACCOUNT, "999999999999")
    healthy_path().changed(trail={"CloudWatchLogsLogGroupArn": f"{foreign}:*"}).build(boto3.Session())
    failures.calls.clear()
    group = resources_of(provider).log_groups[foreign]
    assert isinstance(group, Unread)
    assert (group.account, group.error) == ("999999999999", "ForeignAccount")
    assert "DescribeLogGroups" not in {operation for _, operation, _ in failures.calls}


def test_a_topic_of_another_account_is_not_asked_for(provider, failures):
    foreign = TOPIC_ARN.replace(ACCOUNT, "999999999999")
    healthy_path().changed(alarm={"AlarmActions": [foreign]}).build(boto3.Session())
    failures.calls.clear()
    assert resources_of(provider).topics[foreign].error == "ForeignAccount"
    assert "GetTopicAttributes" not in {operation for _, operation, _ in failures.calls}


def test_a_topic_that_does_not_exist_is_told_from_one_that_cannot_be_read(healthy, failures):
    failures.refuse("GetTopicAttributes", "NotFound")
    assert resources_of(healthy).topics[TOPIC_ARN] is None


@pytest.mark.parametrize(
    ("operation", "action", "found"),
    [
        ("GetTrailStatus", "cloudtrail:GetTrailStatus", lambda r: r.trails[0].status),
        ("GetEventSelectors", "cloudtrail:GetEventSelectors", lambda r: r.trails[0].selectors),
        ("DescribeMetricFilters", "logs:DescribeMetricFilters", lambda r: r.log_groups[LOG_GROUP_ARN].metric_filters),
        ("DescribeAlarms", "cloudwatch:DescribeAlarms", lambda r: r.alarms[HERE]),
        ("GetTopicAttributes", "sns:GetTopicAttributes", lambda r: r.topics[TOPIC_ARN].policy),
        ("ListSubscriptionsByTopic", "sns:ListSubscriptionsByTopic", lambda r: r.topics[TOPIC_ARN].subscriptions),
        (
            "GetSubscriptionAttributes",
            "sns:GetSubscriptionAttributes",
            lambda r: r.topics[TOPIC_ARN].subscriptions[0].attributes,
        ),
    ],
)
def test_an_error_is_kept_with_the_permission_and_the_region(operation, action, found, healthy, failures):
    failures.refuse(operation)
    unread = found(resources_of(healthy))
    assert isinstance(unread, Unread)
    assert (unread.action, unread.region, unread.error) == (action, REGION, "AccessDeniedException")


def test_an_endpoint_out_of_reach_is_kept_like_a_refusal(healthy, failures):
    failures.disconnect("DescribeAlarms")
    assert resources_of(healthy).alarms[HERE].error == "EndpointConnectionError"


def test_a_region_that_refuses_does_not_hide_the_others(healthy, failures):
    failures.refuse("DescribeTrails", region="eu-west-1")
    resources = resources_of(healthy)
    assert [unread.region for unread in resources.unread] == ["eu-west-1"]
    assert resources.listed_regions == (REGION,)
    assert [trail.name for trail in resources.trails] == ["org-trail"]


def test_a_topic_key_is_read_with_its_policy(provider):
    key = boto3.client("kms").create_key()["KeyMetadata"]
    healthy_path().changed(topic={"KmsMasterKeyId": key["KeyId"]}).build(boto3.Session())
    topic = resources_of(provider).topics[TOPIC_ARN]
    assert isinstance(topic, Topic)
    assert (topic.key.manager, topic.key.state) == ("CUSTOMER", "Enabled")
    assert "kms:*" in topic.key.policy


def test_no_attributes_are_asked_for_after_the_first_subscription_that_hears_everything(provider, failures):
    healthy_path().build(boto3.Session())
    for number in range(5):
        boto3.client("sns").subscribe(TopicArn=TOPIC_ARN, Protocol="email", Endpoint=f"person-{number}@example.com")
    failures.calls.clear()
    resources_of(provider)
    assert [operation for _, operation, _ in failures.calls].count("GetSubscriptionAttributes") == 1


FILTERED = {"FilterPolicy": '{"severity": ["high"]}'}


def subscribe_many(number, protocol="email", attributes=FILTERED):
    endpoint = {
        "email": "{:04}@example.com",
        "sqs": f"arn:aws:sqs:{REGION}:{ACCOUNT}:queue-{{:04}}",
        "sms": "+1202555{:04}",
    }[protocol]
    sns = boto3.client("sns")
    for each in range(number):
        sns.subscribe(TopicArn=TOPIC_ARN, Protocol=protocol, Endpoint=endpoint.format(each), Attributes=attributes)


def calls_of(failures):
    return Counter(operation for _, operation, _ in failures.calls)


def test_attributes_of_two_thousand_filtered_subscriptions_are_asked_for_within_a_bound(provider, failures):
    healthy_path().changed(subscription=None).build(boto3.Session())
    subscribe_many(2_050)
    failures.calls.clear()
    topic = resources_of(provider).topics[TOPIC_ARN]
    calls = calls_of(failures)
    assert calls["GetSubscriptionAttributes"] == MOST_ATTRIBUTES
    assert calls["ListSubscriptionsByTopic"] == MOST_PAGES
    assert topic.more_subscriptions
    assert len(topic.subscriptions) == MOST_PAGES * A_PAGE
    assert sum(one.attributes is not None for one in topic.subscriptions) == MOST_ATTRIBUTES
    assert finding_of().status == "MANUAL"


def test_pages_are_read_until_a_subscription_settles_the_topic(provider, failures):
    healthy_path().changed(subscription=None).build(boto3.Session())
    subscribe_many(130, "sqs", {})
    subscribe_many(1, attributes={})
    subscribe_many(150, "sms", {})
    failures.calls.clear()
    topic = resources_of(provider).topics[TOPIC_ARN]
    assert calls_of(failures)["ListSubscriptionsByTopic"] == 2
    assert calls_of(failures)["GetSubscriptionAttributes"] == 1
    assert topic.more_subscriptions
    assert finding_of().status == "PASS"


def test_a_refusal_of_attributes_is_not_asked_for_again(provider, failures):
    healthy_path().build(boto3.Session())
    subscribe_many(20)
    failures.calls.clear()
    failures.refuse("GetSubscriptionAttributes")
    topic = resources_of(provider).topics[TOPIC_ARN]
    assert calls_of(failures)["GetSubscriptionAttributes"] == 1
    assert {one.attributes.resource for one in topic.subscriptions} == {one.arn for one in topic.subscriptions}


def test_a_topic_whose_attributes_are_refused_keeps_its_subscriptions(healthy, failures):
    failures.refuse("GetTopicAttributes")
    topic = resources_of(healthy).topics[TOPIC_ARN]
    assert topic.policy.error == "AccessDeniedException"
    assert len(topic.subscriptions) == 1


def test_a_topic_that_the_listing_does_not_find_does_not_exist(healthy, failures):
    failures.refuse("GetTopicAttributes")
    failures.refuse("ListSubscriptionsByTopic", "NotFound")
    assert resources_of(healthy).topics[TOPIC_ARN] is None


@pytest.mark.parametrize(
    "misspelt", [TOPIC_ARN.replace(REGION, "us-esat-1"), TOPIC_ARN.replace(REGION, "eu-west-1"), "arn:aws:sns:::x"]
)
def test_a_topic_in_a_region_where_the_alarm_cannot_publish_is_not_asked_about(misspelt, provider, failures):
    healthy_path().changed(alarm={"AlarmActions": [misspelt, TOPIC_ARN]}).build(boto3.Session())
    failures.calls.clear()
    assert set(resources_of(provider).topics) == {TOPIC_ARN}
    assert finding_of().status == "PASS"


def test_a_key_of_another_region_is_not_asked_about(provider, failures):
    elsewhere = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
    healthy_path().changed(topic={"KmsMasterKeyId": elsewhere}).build(boto3.Session())
    failures.calls.clear()
    assert resources_of(provider).topics[TOPIC_ARN].key is None
    assert "DescribeKey" not in calls_of(failures)
    assert finding_of().status == "FAIL"


def test_what_filter_policies_may_look_at_is_read_of_an_alarm(provider):
    told = {"AlarmDescription": "CIS 5.3", "OKActions": [TOPIC_ARN], "InsufficientDataActions": [TOPIC_ARN]}
    healthy_path().changed(alarm=told).build(boto3.Session())
    (alarm,) = resources_of(provider).alarms[HERE].metric_alarms
    assert (alarm.description, alarm.ok_actions, alarm.insufficient_data_actions) == (
        "CIS 5.3",
        (TOPIC_ARN,),
        (TOPIC_ARN,),
    )
