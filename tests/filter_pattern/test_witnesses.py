"""Every event that is shown may occur in CloudTrail, and every gap that may occur is shown."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.filter_pattern import FACTS, coverage, parse
from prowler_cis_monitoring.filter_pattern.events import SESSION
from prowler_cis_monitoring.filter_pattern.facts import facts_in
from prowler_cis_monitoring.filter_pattern.plausibility import objection
from tests.filter_pattern import generators

ALL_WRITTEN = {value for values in generators.WRITTEN.values() for value in values}
_DEPLOYS = "arn:aws:sts::111122223333:assumed-role/deploy/bob"
UNSEEN = ("events that no filter matches, none of which is known to occur in CloudTrail",)


def narrowed(slug, condition):
    """The control's events with a further condition, and what covers of them."""
    required = parse(CONTROLS[slug].required_pattern)
    return coverage(required, [parse(f"{{ ({CONTROLS[slug].required_pattern[1:-1]}) && {condition} }}")])


@settings(max_examples=300)
@given(st.integers(0, 2**32), st.sampled_from(list(CONTROLS)))
def test_what_is_shown_obeys_all_facts_is_plausible_and_is_missed(seed, slug):
    dice, required = random.Random(seed), CONTROLS[slug].required_pattern
    texts = [generators.narrowed(dice, required) for _ in range(dice.randint(1, 3))]
    filters = [parse(text) for text in texts if len(text) <= 1024]
    answer = coverage(parse(required), filters)
    event = answer.missed_event
    assert (event is not None) is (answer.verdict == "gap")
    if event is not None:
        assert [fact for fact in FACTS if not fact.allows(event)] == []
        assert objection(event, ALL_WRITTEN) is None
        assert parse(required).matches(event)
        assert not any(each.matches(event) for each in filters)


@pytest.mark.parametrize(
    ("slug", "condition", "shown"),
    [
        ("root_usage", "$.eventName != Decrypt", {"eventName": "Decrypt", "eventSource": "kms.amazonaws.com"}),
        ("root_usage", "$.eventName != DescribeTrails", {"eventSource": "cloudtrail.amazonaws.com", "readOnly": True}),
        ("root_usage", "$.sourceIPAddress != 10.*", {"sourceIPAddress": "10.113.0.7"}),
        ("root_usage", '$.sourceIPAddress != "*.amazonaws.com"', {"sourceIPAddress": "cloudformation.amazonaws.com"}),
        ("root_usage", "$.eventSource != signin.amazonaws.com", {"eventName": "ConsoleLogin"}),
        ("root_usage", "$.recipientAccountId != 123456789012", {"recipientAccountId": "123456789012"}),
        ("root_usage", "$.eventType != AwsConsoleAction", {"eventName": "SetContactAddress"}),
        ("unauthorized_api_calls", "$.eventName != ListTables", {"eventSource": "dynamodb.amazonaws.com"}),
        ("unauthorized_api_calls", "$.eventName != DescribeInsta*", {"eventSource": "ec2.amazonaws.com"}),
        ("unauthorized_api_calls", "$.eventName != *Default*", {"eventName": "UpdateDefaultAutoScalingConfiguration"}),
        ("unauthorized_api_calls", "$.eventName != *VpcEndpoint*", {"eventName": "BatchGetVpcEndpoint"}),
        ("vpc_changes", "$.errorMessage NOT EXISTS", {"errorCode": "AccessDenied"}),
        (
            "root_usage",
            "(($.errorCode NOT EXISTS) || ($.errorCode != *Operation) || ($.eventSource = ec2*))",
            {"errorCode": "UnauthorizedOperation"},
        ),
        ("unauthorized_api_calls", "$.errorCode != *UnauthorizedOperation", {"eventSource": "ec2.amazonaws.com"}),
        ("unauthorized_api_calls", "$.userIdentity.identityProvider NOT EXISTS", {"eventSource": "sts.amazonaws.com"}),
        ("vpc_changes", "$.awsRegion != eu-*", {"awsRegion": "eu-west-1"}),
        ("vpc_changes", "$.awsRegion != ap-*", {"awsRegion": "ap-southeast-2"}),
        ("vpc_changes", "$.errorCode NOT EXISTS", {"errorCode": "AccessDenied"}),
        ("vpc_changes", "$.vpcEndpointId NOT EXISTS", {}),
        ("console_authentication_failures", "$.additionalEventData.MFAUsed = Yes", {"eventName": "ConsoleLogin"}),
    ],
)
def test_a_plausible_event_is_shown(slug, condition, shown):
    answer = narrowed(slug, condition)
    assert answer.verdict == "gap"
    assert shown.items() <= answer.missed_event.items()
    assert objection(answer.missed_event, ALL_WRITTEN) is None


@pytest.mark.parametrize(
    ("condition", "kind", "arn"),
    [
        ("$.userIdentity.userName NOT EXISTS", "IAMUser", "arn:aws:iam::111122223333:user/alice"),
        ("$.userIdentity.type != AssumedRole", "AssumedRole", "arn:aws:sts::111122223333:assumed-role/Admin/bob"),
        ("$.userIdentity.arn != *deploy*", "AssumedRole", "arn:aws:sts::111122223333:assumed-role/deploy/bob"),
        ("$.userIdentity.arn != *:root", "Root", "arn:aws:iam::111122223333:root"),
        ("$.userIdentity.userName != carol", "IAMUser", "arn:aws:iam::111122223333:user/carol"),
        ("$.userIdentity.accountId != 123456789012", "IAMUser", "arn:aws:iam::123456789012:user/alice"),
        (
            '$.userIdentity.arn != "arn:aws:iam::123456789012:user/deploy"',
            "IAMUser",
            "arn:aws:iam::123456789012:user/deploy",
        ),
        (
            '$.userIdentity.arn != "arn:aws:sts::*:assumed-role/Build/*"',
            "AssumedRole",
            "arn:aws:sts::111122223333:assumed-role/Build/alice",
        ),
        (
            '$.userIdentity.sessionContext.sessionIssuer.userName != "deploy*"',
            "AssumedRole",
            "arn:aws:sts::111122223333:assumed-role/deploy/bob",
        ),
        (
            '$.userIdentity.sessionContext.sessionIssuer.arn != "arn:aws:iam::123456789012:role/deploy"',
            "AssumedRole",
            "arn:aws:sts::123456789012:assumed-role/deploy/bob",
        ),
        (
            '$.userIdentity.principalId != "AROAEXAMPLE2ADMIN23K4:carol"',
            "AssumedRole",
            "arn:aws:sts::111122223333:assumed-role/Admin/carol",
        ),
        *(
            (f"$.userIdentity.sessionContext.sessionIssuer.arn != {text}", "AssumedRole", _DEPLOYS)
            for text in ('"*role/deploy"', '"*:role/ci/deploy"', '"*deploy*"', "%role/deploy%")
        ),
        ('$.userIdentity.arn != "*:user/deploy"', "IAMUser", "arn:aws:iam::111122223333:user/deploy"),
        ('$.userIdentity.arn != "*/deploy/*"', "AssumedRole", "arn:aws:sts::000000000000:assumed-role/deploy/alice"),
        ('$.userIdentity.arn != "*:user/*/deploy"', "IAMUser", "arn:aws:iam::111122223333:user/x/deploy"),
    ],
)
def test_the_caller_is_one_identity(condition, kind, arn):
    field, _, test = condition.partition(" ")
    guarded = condition if test == "NOT EXISTS" else f"(({field} NOT EXISTS) || ({condition}))"
    answer = narrowed("vpc_changes", guarded)
    assert answer.verdict == "gap"
    assert (answer.missed_event["userIdentity"]["type"], answer.missed_event["userIdentity"]["arn"]) == (kind, arn)


@pytest.mark.parametrize("text", ['"*role/deploy"', '"*:role/ci/deploy"', '"*deploy*"', "%role/deploy%"])
def test_the_issuer_of_a_session_has_an_arn_whatever_part_of_it_a_filter_names(text):
    issuer = "$.userIdentity.sessionContext.sessionIssuer.arn"
    matched = parse(f"{{ ($.eventName = CreateVpc) && (({issuer} NOT EXISTS) || ({issuer} != {text})) }}")
    answer = coverage(parse("{ $.eventName = CreateVpc }"), [matched])
    assert answer.verdict == "gap"
    assert answer.missed_event["userIdentity"]["arn"] == _DEPLOYS


def test_a_root_user_of_another_account_has_the_id_of_that_account():
    found = narrowed("root_usage", "$.userIdentity.principalId = 1*").missed_event
    identity = found["userIdentity"]
    account = identity["principalId"]
    assert account == identity["accountId"] == found["recipientAccountId"] == "444455556666"
    assert identity["arn"] == f"arn:aws:iam::{account}:root"


def test_a_session_of_who_assumes_root_is_whole():
    condition = "$.userIdentity.sessionContext.assumedRoot NOT EXISTS"
    identity = narrowed("root_usage", condition).missed_event["userIdentity"]
    assert (identity["type"], identity["accessKeyId"][:4]) == ("Root", "ASIA")
    assert identity["sessionContext"] == {"assumedRoot": "true", "attributes": SESSION}


@pytest.mark.parametrize(
    ("slug", "condition"),
    [
        ("console_signin_without_mfa", '$.sourceIPAddress != "*.amazonaws.com"'),
        ("root_usage", "$.userIdentity.sessionContext.sessionIssuer.userName NOT EXISTS"),
        ("console_authentication_failures", "$.userIdentity.type != AWSService"),
        ("config_configuration_changes", "($.errorCode NOT EXISTS || $.errorCode != Client.UnauthorizedOperation)"),
    ],
)
def test_a_gap_of_events_that_nobody_has_seen_is_no_gap_but_unknown(slug, condition):
    answer = narrowed(slug, condition)
    assert (answer.verdict, answer.constructs, answer.missed_event) == ("unknown", UNSEEN, None)
    assert answer.reason == "the filter misses required events, but none was found that is known to occur in CloudTrail"
    assert answer.differences == ()


def test_a_seen_event_of_the_gap_is_looked_for_beyond_the_unseen():
    answer = narrowed("console_signin_without_mfa", '$.sourceIPAddress != "*.amazonaws.com" && $.userAgent != curl*')
    assert answer.verdict == "gap"
    assert answer.missed_event["userAgent"].startswith("curl")
    assert answer.missed_event["sourceIPAddress"] == "203.0.113.64"


@pytest.mark.parametrize("slug", CONTROLS)
def test_a_control_without_filters_is_shown_an_event_of_its_own(slug):
    required = parse(CONTROLS[slug].required_pattern)
    event = coverage(required, []).missed_event
    assert objection(event) is None
    assert required.matches(event)


def test_what_several_filters_miss_together_is_told_of_all_of_them():
    required = parse(CONTROLS["vpc_changes"].required_pattern)
    filters = [parse("{ $.userAgent = %.% }"), parse("{ $.userAgent NOT EXISTS }")]
    assert coverage(required, filters).reason == (
        "the 2 filters together miss required events, but none was found that is known to occur in CloudTrail"
    )


@pytest.mark.parametrize(
    ("partition", "region"), [("aws", "us-east-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")]
)
@pytest.mark.parametrize("slug", CONTROLS)
def test_an_event_of_a_partition_is_shown_with_its_regions_and_arns(slug, partition, region):
    required, facts = parse(CONTROLS[slug].required_pattern), facts_in(partition)
    elsewhere = parse(f"{{ $.awsRegion != {region} }}")
    for filters in ([], [elsewhere]):
        event = coverage(required, filters, facts).missed_event
        assert [fact for fact in facts if not fact.allows(event)] == []
        assert objection(event) is None
        assert event["userIdentity"]["arn"].startswith(f"arn:{partition}:")
    assert event["awsRegion"] == region


def test_the_regions_of_a_partition_are_all_there_are():
    required = parse(CONTROLS["vpc_changes"].required_pattern)
    both = parse("{ $.awsRegion = cn-north-1 || $.awsRegion = cn-northwest-1 }")
    assert coverage(required, [both]).verdict == "gap"
    assert coverage(required, [both], facts_in("aws-cn")).verdict == "unknown"
    assert coverage(required, [parse("{ $.awsRegion = cn-* }")], facts_in("aws-cn")).verdict == "covered"
    assert coverage(required, [parse("{ $.awsRegion != cn-* }")]).verdict == "covered"


def test_nothing_is_assumed_of_other_records():
    answer = coverage(parse("{ $.eventName = Decrypt && $.eventSource = signin.amazonaws.com }"), [], facts=())
    assert answer.verdict == "gap"
    assert coverage(parse("{ $.eventName = Decrypt && $.eventSource = signin.amazonaws.com }"), []).verdict == "unknown"
