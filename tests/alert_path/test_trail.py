from datetime import datetime, timedelta, timezone

import pytest

from prowler_cis_monitoring.alert_path.resources import (
    FOREIGN_ACCOUNT,
    AdvancedEventSelector,
    BasicEventSelector,
    EventSelectors,
    FieldSelector,
    LogGroup,
    Trail,
    TrailStatus,
    Unread,
)
from prowler_cis_monitoring.alert_path.trail import (
    EVERY_EVENT,
    MOST_CHARACTERS,
    events_of_trail,
    judge_log_group,
    judge_trail,
    recorded_events,
)
from prowler_cis_monitoring.filter_pattern import NOTHING
from tests.alert_path.builders import ACCOUNT, OTHER_ACCOUNT, REGION, slugs

NOW = datetime(2026, 5, 4, 12, tzinfo=timezone.utc)
GROUP_ARN = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:trail:*"
DENIED = Unread(action="cloudtrail:GetTrailStatus", region=REGION, account=ACCOUNT, error="AccessDeniedException")
FOREIGN = Unread(action="cloudtrail:GetTrailStatus", region=REGION, account=OTHER_ACCOUNT, error=FOREIGN_ACCOUNT)
MANAGEMENT = FieldSelector(field="eventCategory", equals=("Management",))


def trail(**changes):
    defaults = {
        "arn": f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/all",
        "name": "all",
        "account": ACCOUNT,
        "home_region": REGION,
        "multi_region": True,
        "log_group_arn": GROUP_ARN,
        "role_arn": f"arn:aws:iam::{ACCOUNT}:role/ToLogs",
        "status": TrailStatus(is_logging=True),
        "selectors": EventSelectors(),
    }
    return Trail(**{**defaults, **changes})


def basic(*selectors):
    return EventSelectors(basic=tuple(BasicEventSelector(**selector) for selector in selectors))


def advanced(*selectors):
    return EventSelectors(advanced=tuple(AdvancedEventSelector(fields=(MANAGEMENT, *fields)) for fields in selectors))


def test_selectors_that_name_more_than_is_decided_leave_the_trail_unseen():
    values = tuple(f"{number:0100}" for number in range(MOST_CHARACTERS // 100))
    # The category is a value as well, and fields count.
    full = (*values[1:], "x" * (100 - len("eventCategoryManagementeventName")))
    short, long = (advanced((FieldSelector(field="eventName", not_equals=some),)) for some in (full, values))
    assert judge_trail(trail(selectors=short), NOW) == ()
    (found,) = judge_trail(trail(selectors=long), NOW)
    assert (found.rule.slug, found.effect.value) == ("trail-selectors-too-long", "unseen")
    assert recorded_events(long) == EVERY_EVENT


def event(**fields):
    return {"eventSource": "ec2.amazonaws.com", "eventName": "RunInstances", "readOnly": False, **fields}


def test_nothing_is_said_of_a_good_trail():
    assert judge_trail(trail(), NOW) == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"multi_region": False}, ["trail-single-region"]),
        ({"multi_region": False, "global_events": False}, ["trail-without-global-events"]),
        ({"multi_region": False, "global_events": False, "home_region": "eu-west-1"}, ["trail-single-region"]),
        ({"global_events": False}, []),
        ({"status": TrailStatus(is_logging=False)}, ["trail-not-logging"]),
        ({"status": TrailStatus(is_logging=True, log_delivery_error="AccessDenied")}, ["trail-delivery-failing"]),
        ({"status": TrailStatus(is_logging=False, log_delivery_error="AccessDenied")}, ["trail-not-logging"]),
        ({"status": DENIED}, ["trail-unread"]),
        ({"status": FOREIGN}, ["organization-trail-foreign"]),
        ({"selectors": DENIED}, ["trail-unread"]),
        ({"selectors": basic({"include_management_events": False})}, ["trail-no-management-events"]),
        ({"log_group_arn": None}, ["trail-without-log-group"]),
        ({"role_arn": None}, ["trail-without-role"]),
        ({"log_group_arn": None, "role_arn": None}, ["trail-without-log-group"]),
        ({"multi_region": False, "role_arn": None}, ["trail-single-region", "trail-without-role"]),
    ],
)
def test_each_break_of_a_trail_is_said(changes, expected):
    assert slugs(judge_trail(trail(**changes), NOW)) == expected


@pytest.mark.parametrize(
    ("age", "read_at", "expected"),
    [
        (timedelta(days=1), NOW, []),
        (timedelta(days=1, seconds=1), NOW, ["trail-delivery-old"]),
        (timedelta(days=9), None, []),
        (None, NOW, []),
    ],
)
def test_a_delivery_of_more_than_a_day_ago_is_worth_a_note(age, read_at, expected):
    status = TrailStatus(is_logging=True, latest_log_delivery=None if age is None else NOW - age)
    assert slugs(judge_trail(trail(status=status), read_at)) == expected


@pytest.mark.parametrize(
    "fields",
    [
        (FieldSelector(field="eventSource", equals=("*",)),),
        (FieldSelector(field="readOnly", equals=("true",), not_equals=("true",)),),
        (FieldSelector(field="readOnly", equals=("false",)), FieldSelector(field="eventSource", starts_with=("*",))),
    ],
)
def test_a_selector_that_no_event_can_meet_records_nothing(fields):
    found = trail(selectors=advanced(fields))
    assert recorded_events(found.selectors) is NOTHING
    assert slugs(judge_trail(found, NOW)) == ["trail-no-management-events"]
    assert events_of_trail(found.model_copy(update={"multi_region": False})) is NOTHING


IAM, ORGANIZATIONS, SIGN_IN, STS = (
    {"eventSource": f"{name}.amazonaws.com", "awsRegion": "us-east-1"}
    for name in ("iam", "organizations", "signin", "sts")
)
REGIONAL_STS = {**STS, "awsRegion": "eu-west-1"}
EC2 = {"eventSource": "ec2.amazonaws.com", "awsRegion": "us-east-1"}


@pytest.mark.parametrize(
    ("changes", "recorded"),
    [
        ({}, [IAM, ORGANIZATIONS, SIGN_IN, STS, REGIONAL_STS, EC2]),
        ({"global_events": False}, [IAM, ORGANIZATIONS, SIGN_IN, STS, REGIONAL_STS, EC2]),
        ({"multi_region": False}, [IAM, ORGANIZATIONS, SIGN_IN, STS, EC2]),
        ({"multi_region": False, "global_events": False}, [ORGANIZATIONS, EC2]),
        ({"multi_region": False, "home_region": "eu-west-1"}, [REGIONAL_STS]),
        ({"multi_region": False, "home_region": "eu-west-1", "global_events": False}, [REGIONAL_STS]),
    ],
)
def test_what_global_services_record_depends_on_the_region_and_on_the_setting(changes, recorded):
    events = [IAM, ORGANIZATIONS, SIGN_IN, STS, REGIONAL_STS, EC2]
    assert [one for one in events if events_of_trail(trail(**changes)).matches(one)] == recorded


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("logs", "bucket", "since", "expected"),
    [
        (None, HOUR, 9 * DAY, ["trail-delivery-stopped"]),
        (2 * DAY, HOUR, 9 * DAY, ["trail-delivery-stopped"]),
        (2 * DAY, HOUR, None, ["trail-delivery-stopped"]),
        (DAY, HOUR, 9 * DAY, []),
        (HOUR, 9 * DAY, 9 * DAY, []),
        (DAY + HOUR / 6, DAY - HOUR / 6, 9 * DAY, ["trail-delivery-old"]),
        (2 * DAY, 2 * DAY, 9 * DAY, ["trail-delivery-old"]),
        (2 * DAY, None, 9 * DAY, ["trail-delivery-old"]),
        (None, 2 * DAY, 9 * DAY, ["trail-delivery-never"]),
        (None, 2 * DAY, HOUR / 2, []),
        (None, None, 9 * DAY, []),
        (None, HOUR / 60, HOUR / 2, []),
        (2 * DAY, HOUR / 60, HOUR / 2, []),
    ],
)
def test_a_log_group_that_gets_nothing_while_the_bucket_does_breaks_the_trail(logs, bucket, since, expected):
    times = {"latest_log_delivery": logs, "latest_bucket_delivery": bucket, "logging_since": since}
    status = TrailStatus(is_logging=True, **{name: age and NOW - age for name, age in times.items()})
    assert slugs(judge_trail(trail(status=status), NOW)) == expected
    assert judge_trail(trail(status=status)) == ()


def test_what_the_log_group_gets_does_not_matter_for_a_trail_without_one():
    status = TrailStatus(is_logging=True, latest_bucket_delivery=NOW - HOUR)
    found = judge_trail(trail(status=status, log_group_arn=None, role_arn=None), NOW)
    assert slugs(found) == ["trail-without-log-group"]


def test_a_field_that_trails_are_not_known_to_select_by_leaves_the_trail_unseen():
    selectors = advanced((FieldSelector(field="vpcEndpointId", not_equals=("vpce-1",)),))
    (found,) = judge_trail(trail(selectors=selectors), NOW)
    assert (found.rule.slug, "vpcEndpointId" in found.sentence) == ("trail-selector-unknown", True)


def test_an_unknown_field_of_a_data_event_selector_does_not_matter():
    data = AdvancedEventSelector(
        fields=(FieldSelector(field="eventCategory", equals=("Data",)), FieldSelector(field="resources.type")),
    )
    whole = AdvancedEventSelector(fields=(MANAGEMENT,))
    assert judge_trail(trail(selectors=EventSelectors(advanced=(data, whole))), NOW) == ()


@pytest.mark.parametrize(
    ("selectors", "read", "write", "without"),
    [
        (EventSelectors(), True, True, True),
        (basic({}), True, True, True),
        (basic({"read_write_type": "ReadOnly"}), True, False, False),
        (basic({"read_write_type": "WriteOnly"}), False, True, True),
        (basic({"read_write_type": "ReadOnly"}, {"read_write_type": "WriteOnly"}), True, True, True),
        (basic({"include_management_events": False}, {"read_write_type": "ReadOnly"}), True, False, False),
        (advanced(()), True, True, True),
        (advanced((FieldSelector(field="readOnly", equals=("true",)),)), True, False, False),
        (advanced((FieldSelector(field="readOnly", equals=("false",)),)), False, True, True),
        (advanced((FieldSelector(field="readOnly", equals=("true", "false")),)), True, True, True),
        (advanced((FieldSelector(field="readOnly", not_equals=("true",)),)), False, True, True),
        (advanced((FieldSelector(field="readOnly", equals=("perhaps",)),)), False, False, False),
    ],
)
def test_selectors_by_kind_of_call(selectors, read, write, without):
    recorded = recorded_events(selectors)
    plain = event()
    del plain["readOnly"]
    assert recorded.matches(event(readOnly=True)) is read
    assert recorded.matches(event(readOnly=False)) is write
    assert recorded.matches(plain) is without


@pytest.mark.parametrize(
    ("field", "source", "recorded"),
    [
        ({"equals": ("ec2.amazonaws.com", "iam.amazonaws.com")}, "iam.amazonaws.com", True),
        ({"equals": ("ec2.amazonaws.com", "iam.amazonaws.com")}, "kms.amazonaws.com", False),
        ({"starts_with": ("ec2",)}, "ec2.amazonaws.com", True),
        ({"starts_with": ("ec2",)}, "iam.amazonaws.com", False),
        ({"ends_with": (".com",)}, "iam.amazonaws.com", True),
        ({"ends_with": (".net",)}, "iam.amazonaws.com", False),
        ({"not_equals": ("kms.amazonaws.com", "rdsdata.amazonaws.com")}, "rdsdata.amazonaws.com", False),
        ({"not_equals": ("kms.amazonaws.com", "rdsdata.amazonaws.com")}, "s3.amazonaws.com", True),
        ({"equals": ("*",)}, "ec2.amazonaws.com", False),
        ({"equals": ("ec2*", "s3.amazonaws.com")}, "ec2.amazonaws.com", False),
        ({"equals": ("ec2*", "s3.amazonaws.com")}, "s3.amazonaws.com", True),
        ({"starts_with": ("e*",)}, "ec2.amazonaws.com", False),
        ({"not_equals": ("*",)}, "ec2.amazonaws.com", True),
        ({"not_ends_with": ("*.com",)}, "ec2.amazonaws.com", True),
        ({"not_starts_with": ("kms",)}, "kms.amazonaws.com", False),
        ({"not_starts_with": ("kms",)}, "s3.amazonaws.com", True),
        ({"not_ends_with": ("s3.amazonaws.com",)}, "s3.amazonaws.com", False),
        ({"not_ends_with": ("s3.amazonaws.com",)}, "ec2.amazonaws.com", True),
        ({"equals": ("s3.amazonaws.com",), "not_starts_with": ("s3",)}, "s3.amazonaws.com", False),
        ({}, "s3.amazonaws.com", True),
    ],
)
def test_advanced_selectors_by_event_source(field, source, recorded):
    selectors = advanced((FieldSelector(field="eventSource", **field),))
    assert recorded_events(selectors).matches(event(eventSource=source)) is recorded


def test_what_basic_selectors_exclude_is_not_recorded():
    recorded = recorded_events(basic({"excluded_sources": ("kms.amazonaws.com",)}))
    assert not recorded.matches(event(eventSource="kms.amazonaws.com"))
    assert recorded.matches(event(eventSource="ec2.amazonaws.com"))


def test_an_event_without_the_field_passes_an_exclusion_by_it():
    root = f"arn:aws:iam::{ACCOUNT}:root"
    recorded = recorded_events(advanced((FieldSelector(field="userIdentity.arn", not_equals=(root,)),)))
    assert recorded.matches(event(userIdentity={"type": "AWSService"}))
    assert not recorded.matches(event(userIdentity={"type": "Root", "arn": root}))


def test_quotes_and_backslashes_in_a_selector_are_only_text():
    recorded = recorded_events(advanced((FieldSelector(field="eventName", equals=('a"b\\c',)),)))
    assert recorded.matches(event(eventName='a"b\\c'))
    assert not recorded.matches(event(eventName="abc"))


def test_selectors_that_could_not_be_read_may_record_everything():
    assert recorded_events(DENIED) == EVERY_EVENT


def test_selectors_of_data_events_record_no_management_event():
    data = AdvancedEventSelector(fields=(FieldSelector(field="eventCategory", equals=("Data",)),))
    assert recorded_events(EventSelectors(advanced=(data,))) == NOTHING


def group(**changes):
    return LogGroup(**{"arn": GROUP_ARN, "name": "trail", "region": REGION, "account": ACCOUNT, **changes})


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (group(), []),
        (None, ["log-group-missing"]),
        (DENIED, ["log-group-unread"]),
        (FOREIGN, ["log-group-foreign"]),
        (group(log_class="INFREQUENT_ACCESS"), ["log-group-class"]),
        (group(log_class="DELIVERY"), ["log-group-class"]),
        (group(log_class="ESSENTIALS"), ["log-group-class-unknown"]),
        (group(log_class="UNREAD"), []),
        (group(data_protection="ACTIVATED"), ["log-group-masked"]),
        (group(data_protection="SOMETHING_NEW"), ["log-group-masked"]),
        (group(data_protection="DELETED"), []),
        (group(data_protection="DISABLED"), []),
        (group(inherited_properties=("ACCOUNT_DATA_PROTECTION",)), ["log-group-masked-by-account"]),
        (group(inherited_properties=("SOMETHING_NEW",)), []),
        (group(data_protection=DENIED), ["log-group-unread"]),
        (group(metric_filters=DENIED), ["log-group-unread"]),
    ],
)
def test_each_break_of_a_log_group_is_said(found, expected):
    assert slugs(judge_log_group("trail", found)) == expected


@pytest.mark.parametrize("field", ["userIdentity.arn", "sessionCredentialFromConsole"])
def test_event_without_a_field_is_none_of_its_unwanted_values(field):
    recorded = recorded_events(advanced((FieldSelector(field=field, not_equals=("true",)),)))
    assert recorded.matches(event())
