import json

import pytest

from prowler_cis_monitoring.alert_path.accounts import (
    coverage_everywhere,
    coverage_in,
    events_of,
    everyday_events,
    may_match,
    own_facts,
)
from prowler_cis_monitoring.filter_pattern import EVERYDAY_EVENTS, coverage, parse
from prowler_cis_monitoring.filter_pattern.work import Work
from tests.alert_path.builders import ACCOUNT, OTHER_ACCOUNT

THIRD_ACCOUNT = "777788889999"
ROOT = parse('{ $.userIdentity.type = "Root" }')
SIGN_IN = parse("{ $.eventName = ConsoleLogin }")
EVERY = parse("")


def of(*accounts, field="recipientAccountId"):
    conditions = " || ".join(f'($.{field} = "{account}")' for account in accounts)
    return parse(f"{{ {conditions} }}")


def not_of(account, field="recipientAccountId"):
    return parse(f'{{ $.{field} != "{account}" }}')


def test_events_of_an_account_are_those_it_records():
    assert events_of(ACCOUNT).matches({"recipientAccountId": ACCOUNT})
    assert not events_of(ACCOUNT).matches({"recipientAccountId": OTHER_ACCOUNT})
    assert not events_of(ACCOUNT).matches({})


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([EVERY], "covered"),
        ([ROOT], "covered"),
        ([], "gap"),
        ([SIGN_IN], "gap"),
        ([of(ACCOUNT)], "gap"),
        ([of(ACCOUNT), not_of(ACCOUNT)], "covered"),
        ([of(ACCOUNT), of(OTHER_ACCOUNT)], "gap"),
    ],
)
def test_coverage_of_every_account(filters, expected):
    assert coverage_everywhere(ROOT, filters).verdict == expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([EVERY], "covered"),
        ([], "gap"),
        ([SIGN_IN], "gap"),
        ([of(ACCOUNT)], "gap"),
        ([of(OTHER_ACCOUNT)], "covered"),
        ([of(ACCOUNT, OTHER_ACCOUNT)], "covered"),
        ([not_of(ACCOUNT)], "covered"),
        ([not_of(OTHER_ACCOUNT)], "gap"),
        ([of(OTHER_ACCOUNT, field="userIdentity.accountId")], "covered"),
        ([of(ACCOUNT, field="userIdentity.accountId")], "gap"),
        ([parse(f'{{ $.recipientAccountId = "{OTHER_ACCOUNT}" && $.eventName = ConsoleLogin }}')], "gap"),
    ],
)
def test_coverage_in_one_account(filters, expected):
    found = coverage_in(OTHER_ACCOUNT, ROOT, filters)
    assert found.verdict == expected
    if expected == "gap":
        assert found.missed_event["recipientAccountId"] == OTHER_ACCOUNT
        assert ACCOUNT not in json.dumps(found.missed_event)
        assert ROOT.matches(found.missed_event)
        assert not any(pattern.matches(found.missed_event) for pattern in filters)


@pytest.mark.parametrize(
    ("required", "expected"),
    [
        ('{ $.userIdentity.type = "Root" }', "covered"),
        ('{ $.userIdentity.type = "IAMUser" }', "covered"),
        ("{ $.eventName = ConsoleLogin }", "covered"),
        ('{ $.userIdentity.type = "AWSAccount" }', "gap"),
        ('{ $.userIdentity.type = "AssumedRole" }', "gap"),
    ],
)
def test_root_users_and_sign_ins_belong_to_the_account(required, expected):
    own = [of(OTHER_ACCOUNT, field="userIdentity.accountId")]
    assert coverage_in(OTHER_ACCOUNT, parse(required), own).verdict == expected


def test_missed_event_is_sought_anew_where_the_moved_one_is_not_missed():
    catches = parse('{ $.recipientAccountId = "777788889999" && $.sourceIPAddress != "198.51.100.*" }')
    for account in (ACCOUNT, OTHER_ACCOUNT, THIRD_ACCOUNT):
        found = coverage_in(account, SIGN_IN, [catches])
        assert found.verdict == "gap"
        assert found.missed_event["recipientAccountId"] == account
        assert not catches.matches(found.missed_event)


@pytest.mark.parametrize(("partition", "expected"), [("aws", "covered"), ("aws-us-gov", "gap"), ("aws-cn", "gap")])
def test_global_services_record_in_one_region_of_the_standard_partition(partition, expected):
    required = parse("{ $.eventSource = iam.amazonaws.com && $.eventName = CreateUser }")
    here = parse('{ $.awsRegion = "us-east-1" }')
    assert coverage_everywhere(required, [here], partition).verdict == expected
    assert coverage_in(OTHER_ACCOUNT, required, [here], partition).verdict == expected
    by_account = parse(f'{{ $.awsRegion = "us-east-1" && $.recipientAccountId = "{OTHER_ACCOUNT}" }}')
    assert coverage_in(OTHER_ACCOUNT, required, [by_account], partition).verdict == expected
    assert coverage(required, [here], own_facts(OTHER_ACCOUNT, partition)).verdict == expected


def test_standard_partition_is_meant_where_none_is_named():
    required = parse("{ $.eventSource = iam.amazonaws.com && $.eventName = CreateUser }")
    here = [parse('{ $.awsRegion = "us-east-1" }')]
    assert coverage_everywhere(required, here).verdict == "covered"
    assert coverage_in(OTHER_ACCOUNT, required, here).verdict == "covered"
    assert coverage(required, here, own_facts(OTHER_ACCOUNT)).verdict == "covered"


@pytest.mark.parametrize(
    ("condition", "difference"),
    [
        (
            f'$.recipientAccountId = "{OTHER_ACCOUNT}"',
            f"does not match when $.recipientAccountId is not {OTHER_ACCOUNT}",
        ),
        ('$.recipientAccountId != "999999999999"', "does not match when $.recipientAccountId is 999999999999"),
        ("$.awsRegion = *", None),
    ],
)
def test_differences_are_told_of_events_that_name_their_account(condition, difference):
    found = coverage_in(OTHER_ACCOUNT, ROOT, [parse(f"{{ {condition} && $.eventName = A* }}")])
    name = "does not match when $.eventName is not A*"
    assert found.differences == ((difference, name) if difference else (name,))


def test_everyday_events_keep_their_names_and_move_to_the_account():
    moved = everyday_events(OTHER_ACCOUNT)
    assert [event.name for event in moved] == [event.name for event in EVERYDAY_EVENTS]
    assert {event.record["recipientAccountId"] for event in moved} == {OTHER_ACCOUNT}
    assert ACCOUNT not in json.dumps([event.record for event in moved])


def test_the_id_of_a_root_user_is_its_account():
    own, other = (of(account, field="userIdentity.principalId") for account in (ACCOUNT, OTHER_ACCOUNT))
    assert coverage_in(ACCOUNT, ROOT, [own]).verdict == "covered"
    missed = coverage_in(ACCOUNT, ROOT, [other])
    assert (missed.verdict, missed.missed_event["userIdentity"]["principalId"]) == ("gap", ACCOUNT)


@pytest.mark.parametrize(("units", "may"), [(0, True), (100_000, False)])
def test_patterns_may_match_one_event_as_long_as_nobody_could_look(units, may):
    create, delete = parse('{ $.eventName = "Create*" }'), parse('{ $.eventName = "Delete*" }')
    assert may_match(create, delete, Work(units)) is may


def test_a_question_for_which_no_work_is_left_is_unknown():
    found = coverage_in(ACCOUNT, ROOT, (SIGN_IN,), work=Work(0))
    assert (found.verdict, found.missed_event) == ("unknown", None)
    assert found.reason
