"""Proof on paths through several accounts: events of the member, alarms, metrics and topics of their owner."""

from datetime import datetime, timedelta, timezone

import pytest

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import LOG_GROUP, NAMESPACE, REGION, TOPIC
from prowler_cis_monitoring.demo.organization import ARCHIVE, MANAGEMENT, MEMBER, OTHER_MEMBER, topic_arn
from prowler_cis_monitoring.demo.scenarios.scenario import ALARM, METRIC
from prowler_cis_monitoring.services.history_calls import Pace
from prowler_cis_monitoring.services.path_service import once_for, share_with
from prowler_cis_monitoring.services.sessions import ForeignAccounts
from tests.cross_account.conftest import WITH_ROLE
from tests.simulator.records import ROOT, call

PROOF = {"cis_monitoring": {**WITH_ROLE["cis_monitoring"], "proof": True}}
AT = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(days=7)
RINGS = AT + timedelta(minutes=7)


def event_of(account, at=AT, source="s3.amazonaws.com", name="ListBuckets", **changes):
    record = call(source, name, {**ROOT, "arn": f"arn:aws:iam::{account}:root"}, REGION, **changes)
    moto_gaps.add_event(
        {**record, "eventTime": f"{at:%Y-%m-%dT%H:%M:%SZ}", "eventID": f"{name}-{account}"}, REGION, account
    )


def count(sessions, namespace, counts, **dimensions):
    named = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    data = [{"MetricName": n, "Dimensions": named, "Timestamp": RINGS, "Value": value} for n, value in counts.items()]
    sessions.of(ARCHIVE).client("cloudwatch", region_name=REGION).put_metric_data(Namespace=namespace, MetricData=data)


def past(sessions, *, told=True):
    """What a root call in the member leaves behind in the account that owns log group, alarm and topic."""
    event_of(MEMBER)
    moto_gaps.let_filters_be_old(LOG_GROUP, REGION, ARCHIVE, days=100)
    moto_gaps.let_alarm_be_old(ALARM, REGION, ARCHIVE, days=100)
    count(sessions, "AWS/Logs", {"IncomingLogEvents": 9}, LogGroupName=LOG_GROUP)
    count(sessions, NAMESPACE, {METRIC: 1})
    where = {"at": RINGS, "region": REGION, "account": ARCHIVE}
    reason = {"stateReasonData": {"queryDate": "2026-04-01"}}
    data = {"oldState": {"stateValue": "OK"}, "newState": {"stateValue": "ALARM", **reason}}
    moto_gaps.add_alarm_history(ALARM, "StateUpdate", "Alarm updated", data, **where)
    if told:
        arn = topic_arn(ARCHIVE)
        moto_gaps.add_alarm_history(ALARM, "Action", f"Successfully executed action {arn}", {}, **where)
        count(
            sessions, "AWS/SNS", {"NumberOfMessagesPublished": 1, "NumberOfNotificationsDelivered": 2}, TopicName=TOPIC
        )


@pytest.fixture
def proof_of(build):
    """Builds the organisation with a past, and returns findings with what it proves."""

    def proof_of(account, config=PROOF, **what):
        estate = build()
        past(estate.sessions, **what)
        provider = estate.provider(account, config)
        once_for(provider, Pace, lambda _: Pace(0))
        return estate.finding(account, provider=provider)

    return proof_of


def test_a_member_is_proved_by_its_event_and_the_owners_alarm(proof_of):
    finding = proof_of(MEMBER)
    assert finding.status == "PASS"
    assert finding.resource["proof"]["grade"] == "proved"
    assert f"ListBuckets-{MEMBER}" in finding.status_extended


def test_another_member_has_seen_the_alarm_and_no_event_of_its_own(proof_of):
    proof = proof_of(OTHER_MEMBER).resource["proof"]
    assert proof["grade"] == "rang"
    assert proof["trace"]["event"] is None


def test_an_event_of_a_member_that_was_lost_in_the_owners_account_is_unexpected(proof_of):
    finding = proof_of(MEMBER, told=False)
    assert finding.status == "MANUAL"
    assert finding.resource["proof"]["nobody_was_told"]["ends_at"] == "action"


def test_without_a_role_nothing_of_other_accounts_is_read(proof_of, calls):
    finding = proof_of(MEMBER, config={"cis_monitoring": {"proof": True}})
    assert finding.status == "MANUAL"
    assert finding.resource["proof"]["nobody_was_told"] is None
    asked = {(account, operation) for account, _, operation in calls.called if operation == "DescribeAlarmHistory"}
    assert asked == set()


def test_a_change_of_the_owners_topic_voids_the_members_proof(build):
    estate = build()
    past(estate.sessions)
    parameters = {"topicArn": topic_arn(ARCHIVE)}
    event_of(ARCHIVE, AT + timedelta(days=1), "sns.amazonaws.com", "Unsubscribe", requestParameters=parameters)
    provider = estate.provider(MEMBER, PROOF)
    once_for(provider, Pace, lambda _: Pace(0))
    proof = estate.finding(MEMBER, provider=provider).resource["proof"]
    assert (proof["grade"], proof["void"]["by"]) == ("never seen", "Unsubscribe")


def test_a_change_of_the_organisations_trail_voids_the_members_proof(build):
    estate = build()
    past(estate.sessions)
    parameters = {"name": "org-trail"}
    event_of(
        MANAGEMENT, AT + timedelta(days=1), "cloudtrail.amazonaws.com", "StopLogging", requestParameters=parameters
    )
    provider = estate.provider(MEMBER, PROOF)
    once_for(provider, Pace, lambda _: Pace(0))
    assert estate.finding(MEMBER, provider=provider).resource["proof"]["void"]["changed"] == "trail"


def test_the_owners_history_is_read_once_for_two_members(build, calls):
    estate = build()
    past(estate.sessions)
    shared = None
    for member in (MEMBER, OTHER_MEMBER):
        provider = estate.provider(member, PROOF)
        shared = shared or ForeignAccounts.of(provider)
        share_with(provider, shared)
        once_for(provider, Pace, lambda _: Pace(0))
        estate.finding(member, provider=provider)
    operations = [operation for account, _, operation in calls.called if account == ARCHIVE]
    assert operations.count("DescribeAlarmHistory") == 1
    assert operations.count("GetMetricData") == 1
