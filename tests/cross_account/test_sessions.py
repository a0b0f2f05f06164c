"""Which calls are made in which account, and how often."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from threading import Barrier

import pytest

from prowler_cis_monitoring.alert_path.resources import FOREIGN_ACCOUNT, Scope, Unread
from prowler_cis_monitoring.demo.organization import ARCHIVE, MANAGEMENT, MEMBER, OTHER_MEMBER, ROLE
from prowler_cis_monitoring.services.path_service import forget, share_with
from prowler_cis_monitoring.services.sessions import (
    MOST_VISITS,
    SESSION_NAME,
    ForeignAccounts,
    ForeignRole,
    Once,
    Visits,
)
from tests.cross_account.conftest import WITH_ROLE
from tests.cross_account.scenarios import ROOT, pattern

IN_MANAGEMENT = {"GetTrailStatus": 1, "GetEventSelectors": 1}
IN_ARCHIVE = {
    "DescribeLogGroups": 1,
    "DescribeMetricFilters": 1,
    "DescribeAlarms": 1,
    "GetTopicAttributes": 1,
    "ListSubscriptionsByTopic": 1,
    "GetSubscriptionAttributes": 1,
}


def made_in(calls, account):
    return Counter(operation for owner, _, operation in calls.called if owner == account)


def test_without_a_role_no_other_account_is_called_and_no_role_assumed(build, calls):
    estate = build()
    provider = estate.provider(MEMBER)
    calls.called.clear()
    assert estate.finding(MEMBER, provider=provider).status == "MANUAL"
    assert {account for account, _, _ in calls.called} == {MEMBER}
    assert made_in(calls, MEMBER) == {"DescribeTrails": 1, "ListRules": 1}


def test_each_account_is_asked_for_its_own_part_of_the_path(build, calls):
    estate = build()
    provider = estate.provider(MEMBER, WITH_ROLE)
    calls.called.clear()
    assert estate.finding(MEMBER, provider=provider).status == "PASS"
    assert made_in(calls, MEMBER) == {"DescribeTrails": 1, "AssumeRole": 2}
    assert made_in(calls, MANAGEMENT) == IN_MANAGEMENT
    assert made_in(calls, ARCHIVE) == IN_ARCHIVE


def test_owners_are_read_once_for_all_members(build, calls):
    estate = build()
    members = [estate.provider(account, WITH_ROLE) for account in (MEMBER, OTHER_MEMBER)]
    foreign = ForeignAccounts.of(members[0])
    calls.called.clear()
    for provider in members:
        share_with(provider, foreign)
        assert estate.finding(provider.identity.account, provider=provider).status == "PASS"
        forget(provider)
    assert made_in(calls, MANAGEMENT) == IN_MANAGEMENT
    assert made_in(calls, ARCHIVE) == IN_ARCHIVE
    assert sum(operation == "AssumeRole" for _, _, operation in calls.called) == 2


def test_owners_are_read_once_by_members_scanned_side_by_side(build, calls):
    estate = build()
    members = [estate.provider(account, WITH_ROLE) for account in (MEMBER, OTHER_MEMBER) * 3]
    foreign = ForeignAccounts.of(members[0])
    for provider in members:
        share_with(provider, foreign)
    calls.called.clear()
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda p: estate.finding(p.identity.account, provider=p).status, members))
    assert found == ["PASS"] * 6
    assert made_in(calls, MANAGEMENT) == IN_MANAGEMENT
    assert made_in(calls, ARCHIVE) == IN_ARCHIVE


def test_role_that_cannot_be_assumed_is_tried_once_an_account(build, calls):
    estate = build()
    members = [estate.provider(account, WITH_ROLE) for account in (MEMBER, OTHER_MEMBER)]
    foreign = ForeignAccounts.of(members[0])
    calls.refuse("AssumeRole", "AccessDenied")
    calls.called.clear()
    for provider in members:
        share_with(provider, foreign)
        finding = estate.finding(provider.identity.account, provider=provider)
        assert finding.status == "MANUAL"
        assert f"role {ROLE.format(account=MANAGEMENT)} could not be assumed" in finding.status_extended
        assert "sts:AssumeRole in us-east-1 gave AccessDenied" in finding.status_extended
    assert sum(operation == "AssumeRole" for _, _, operation in calls.called) == 2


def test_region_that_refuses_the_role_is_manual_with_the_reason(build, calls):
    estate = build()
    provider = estate.provider(MEMBER, WITH_ROLE)
    calls.refuse("DescribeMetricFilters", "UnrecognizedClientException")
    finding = estate.finding(MEMBER, provider=provider)
    assert finding.status == "MANUAL"
    assert "logs:DescribeMetricFilters in us-east-1 gave UnrecognizedClientException" in finding.status_extended


@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn"])
def test_role_of_another_partition_is_not_assumed(partition, build, calls):
    estate = build()
    provider = estate.provider(MEMBER, WITH_ROLE)
    provider.identity.partition = partition
    role = ForeignRole.of(provider)
    calls.called.clear()
    unread = role.session_in(MANAGEMENT)
    assert isinstance(unread, Unread)
    assert (unread.action, "RoleOfAnotherPartition" in unread.error) == ("sts:AssumeRole", True)
    assert calls.called == []


def test_no_role_is_assumed_for_what_is_no_account_id(build):
    role = ForeignRole.of(build().provider(MEMBER, WITH_ROLE))
    for account in ("", "aws", "12345678901", "*"):
        assert role.session_in(account).error == FOREIGN_ACCOUNT


def test_expired_credentials_are_refreshed(build, calls):
    session = ForeignRole.of(build().provider(MEMBER, WITH_ROLE)).session_in(ARCHIVE)
    session.get_credentials()._expiry_time = datetime.now(timezone.utc) - timedelta(minutes=1)
    calls.called.clear()
    assert session.client("sts").get_caller_identity()["Account"] == ARCHIVE
    assert [operation for _, _, operation in calls.called] == ["AssumeRole", "GetCallerIdentity"]


def test_session_name_and_external_id_say_who_comes(build, monkeypatch):
    configuration = {"cis_monitoring": {"cross_account_role": ROLE, "cross_account_external_id": "from-the-landlord"}}
    provider = build().provider(MEMBER, configuration)
    asked = []
    provider.session.original_session.events.register(
        "provide-client-params.sts.AssumeRole", lambda params, **_: asked.append(params)
    )
    ForeignRole.of(provider).session_in(ARCHIVE)
    assert asked == [
        {"RoleArn": ROLE.format(account=ARCHIVE), "RoleSessionName": SESSION_NAME, "ExternalId": "from-the-landlord"}
    ]


IN_ORGANIZATION = {"cross_account_accounts": "organization"}
ONLY_A_ROLE = {"cis_monitoring": {"cross_account_role": ROLE}}


def test_no_account_is_entered_that_nobody_named(build, calls):
    estate = build()
    provider = estate.provider(MEMBER, ONLY_A_ROLE)
    calls.called.clear()
    finding = estate.finding(MEMBER, provider=provider)
    assert finding.status == "MANUAL"
    assert "cross_account_accounts" in finding.status_extended
    assert {account for account, _, _ in calls.called} == {MEMBER}
    assert "AssumeRole" not in {operation for _, _, operation in calls.called}


def test_accounts_of_one_scan_may_be_read_for_each_other(build):
    provider = build().provider(MEMBER, ONLY_A_ROLE)
    foreign = ForeignAccounts.of(provider, [ARCHIVE])
    assert not isinstance(foreign.client("sns", Scope(account=ARCHIVE, region="us-east-1")), Unread)
    assert foreign.client("sns", Scope(account=MANAGEMENT, region="us-east-1")).error == FOREIGN_ACCOUNT


def test_organization_names_its_accounts_and_no_others(build, calls):
    provider = build().provider(MEMBER, {"cis_monitoring": {**ONLY_A_ROLE["cis_monitoring"], **IN_ORGANIZATION}})
    organizations = provider.session.original_session.client("organizations", "us-east-1")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(Email="a@example.com", AccountName="a")["CreateAccountStatus"]["AccountId"]
    foreign = ForeignAccounts.of(provider)
    calls.called.clear()
    assert not isinstance(foreign.client("sns", Scope(account=made, region="us-east-1")), Unread)
    assert foreign.client("sns", Scope(account="444455556666", region="us-east-1")).error == FOREIGN_ACCOUNT
    assert [operation for _, _, operation in calls.called].count("ListAccounts") == 1
    assert [operation for _, _, operation in calls.called].count("AssumeRole") == 1


def test_an_organization_that_cannot_be_listed_is_said(build, calls):
    estate = build()
    provider = estate.provider(MEMBER, {"cis_monitoring": {**ONLY_A_ROLE["cis_monitoring"], **IN_ORGANIZATION}})
    calls.refuse("ListAccounts", "AccessDeniedException")
    finding = estate.finding(MEMBER, provider=provider)
    assert finding.status == "MANUAL"
    assert "organizations:ListAccounts" in finding.status_extended
    assert "AccessDeniedException" in finding.status_extended


def test_one_account_leads_to_a_bounded_number_of_others(build):
    estate = build()
    provider = estate.provider(MEMBER, ONLY_A_ROLE)
    many = [f"{number:012}" for number in range(1, MOST_VISITS + 3)]
    foreign, visits = ForeignAccounts.of(provider, many), Visits()
    assert [foreign.may_enter(account, visits) for account in many] == [True] * MOST_VISITS + [False] * 2
    assert foreign.may_enter(many[0], visits)
    assert foreign.may_enter(many[-1], Visits())
    named = {**ONLY_A_ROLE["cis_monitoring"], "cross_account_accounts": many}
    foreign = ForeignAccounts.of(estate.provider(MEMBER, {"cis_monitoring": named}))
    assert all(foreign.may_enter(account, visits) for account in many)


def test_roles_are_assumed_side_by_side(build):
    provider = build().provider(MEMBER, WITH_ROLE)
    foreign, together = ForeignAccounts.of(provider), Barrier(2, timeout=20)
    session = provider.session.original_session

    def wait_for_the_other(**_):
        together.wait()

    session.events.register("provide-client-params.sts.AssumeRole", wait_for_the_other)
    scopes = [Scope(account=account, region="us-east-1") for account in (ARCHIVE, MANAGEMENT)]
    with ThreadPoolExecutor(2) as pool:
        assert not any(isinstance(one, Unread) for one in pool.map(lambda scope: foreign.client("sns", scope), scopes))


def test_an_error_is_not_asked_for_twice():
    once, asked = Once(), []

    def fail():
        asked.append(1)
        raise RuntimeError("no")

    for _ in range(2):
        with pytest.raises(RuntimeError):
            once.of("key", fail)
    assert asked == [1]


def test_own_account_is_read_with_the_scans_own_session(build, calls):
    estate = build()
    provider = estate.provider(ARCHIVE, WITH_ROLE)
    calls.called.clear()
    assert estate.finding(ARCHIVE, provider=provider).status == "PASS"
    assert {account for account, _, _ in calls.called} == {ARCHIVE}


def test_missed_event_carries_the_audited_account(build):
    estate = build(**pattern(f"{ROOT} && $.eventName != ConsoleLogin"))
    event = estate.finding(MEMBER, config=WITH_ROLE).resource["missed_event"]
    assert event["recipientAccountId"] == event["userIdentity"]["accountId"] == MEMBER


def test_scope_is_part_of_the_question(build, calls):
    foreign = ForeignAccounts.of(build().provider(MEMBER, WITH_ROLE))
    here, there = (
        foreign.client("sns", Scope(account=ARCHIVE, region=region)) for region in ("us-east-1", "eu-west-1")
    )
    assert here is foreign.client("sns", Scope(account=ARCHIVE, region="us-east-1"))
    assert here is not there
