from __future__ import annotations

import pytest

from prowler_cis_monitoring.alert_path.metric import Narrowing, narrowing, publication
from prowler_cis_monitoring.alert_path.resources import Scope
from prowler_cis_monitoring.filter_pattern import parse
from tests.alert_path.builders import ACCOUNT, OTHER_ACCOUNT, REGION, feed, log_group, metric_filter, slugs


def test_publication_tells_where_what_and_how_much():
    published = feed(default=0.0, unit="Count")
    assert published.filter_name == "root"
    assert published.scope == Scope(account=ACCOUNT, region=REGION)
    assert published.log_group == log_group().arn
    assert (published.namespace, published.name) == ("CIS", "RootUsage")
    assert (published.value, published.default, published.unit) == (1.0, 0.0, "Count")
    assert published.dimension_names == frozenset()
    assert published.remarks == ()


def test_metric_lives_in_the_account_and_region_of_the_log_group():
    published = feed(log_group(account=OTHER_ACCOUNT, region="eu-west-1"))
    assert published.scope == Scope(account=OTHER_ACCOUNT, region="eu-west-1")


def test_filter_without_unit_publishes_in_the_unit_none():
    assert feed().unit == "None"


@pytest.mark.parametrize(("text", "value"), [("1", 1.0), ("0.5", 0.5), ("-2", -2.0), (" 3 ", 3.0), ("1e2", 100.0)])
def test_value_is_the_number_of_its_text(text, value):
    published = feed(value=text)
    assert published.value == value
    assert published.remarks == ()


@pytest.mark.parametrize(
    ("changes", "slug", "told"),
    [
        ({"value": "$.responseElements.count"}, "metric-value-of-a-field", "the number in $.responseElements.count"),
        ({"value": "$size"}, "metric-value-of-a-field", "$size"),
        ({"value": "one"}, "metric-value-no-number", "publishes one, which is not a number"),
        ({"value": "nan"}, "metric-value-no-number", "nan"),
        ({"value": "inf"}, "metric-value-no-number", "inf"),
        ({"value": "-Infinity"}, "metric-value-no-number", "-Infinity"),
        ({"value": "0"}, "metric-value-zero", "publishes 0 for every event"),
        ({"on_transformed_logs": True}, "metric-filter-on-transformed-logs", "the transformed log events of trail"),
        (
            {"default": 0.0, "dimensions": {"type": "$.userIdentity.type"}},
            "metric-default-with-dimensions",
            "its default value 0 is never published",
        ),
        (
            {"field_selection": f'@aws.account = "{ACCOUNT}"'},
            "metric-filter-selection-admits",
            f"admits account {ACCOUNT}",
        ),
        (
            {"field_selection": '@aws.region = "us-east-1"'},
            "metric-filter-selection-by-region",
            "the Region of the log group (us-east-1)",
        ),
        (
            {"field_selection": '@aws.account = "444455556666"'},
            "metric-filter-selection-of-others",
            f"leaves out account {ACCOUNT}",
        ),
        (
            {"field_selection": '@aws.region = "eu-west-1"'},
            "metric-filter-selection-elsewhere",
            '@aws.region = "eu-west-1"',
        ),
        ({"field_selection": "region is here"}, "metric-filter-selection-unreadable", "a system field"),
    ],
)
def test_filter_is_remarked_upon(changes, slug, told):
    (found,) = feed(**changes).remarks
    assert found.rule.slug == slug
    assert found.resource == "root"
    assert told in found.sentence


@pytest.mark.parametrize("text", ["$.count", "one", "nan"])
def test_value_that_is_no_number_is_not_known(text):
    assert feed(value=text).value is None


def test_default_is_not_published_with_dimensions():
    assert feed(default=0.0, dimensions={"type": "$.userIdentity.type"}).default is None


def test_all_remarks_on_one_filter_are_kept():
    published = feed(value="x", on_transformed_logs=True, field_selection="x", default=1.0, dimensions={"a": "$.b"})
    assert slugs(published) == [
        "metric-filter-on-transformed-logs",
        "metric-value-no-number",
        "metric-default-with-dimensions",
        "metric-filter-selection-unreadable",
    ]


def test_alarm_without_dimensions_sees_all_of_a_metric_without_dimensions():
    assert narrowing(feed(), {}) == Narrowing()


@pytest.mark.parametrize(
    ("published", "watched"),
    [
        ({}, {"type": "Root"}),
        ({"dimensions": {"type": "$.userIdentity.type"}}, {}),
        ({"dimensions": {"type": "$.userIdentity.type"}}, {"kind": "Root"}),
        ({"dimensions": {"type": "$.userIdentity.type"}}, {"type": "Root", "kind": "x"}),
        ({"dimensions": {"a": "$.a", "b": "$.b"}}, {"a": "1"}),
        ({"system_dimensions": ("@aws.account",)}, {}),
    ],
)
def test_alarm_on_other_dimension_names_never_sees_the_metric(published, watched):
    assert narrowing(feed(**published), watched) is None


def test_dimension_narrows_to_the_events_with_the_watched_value():
    seen = narrowing(feed(dimensions={"type": "$.userIdentity.type"}), {"type": "Root"})
    assert seen.condition == parse('{ $.userIdentity.type = "Root" }')
    assert seen.remarks == ()
    assert seen.condition.matches({"userIdentity": {"type": "Root"}})
    assert not seen.condition.matches({"userIdentity": {"type": "IAMUser"}})


def test_two_dimensions_narrow_together():
    seen = narrowing(feed(dimensions={"a": "$.x", "b": "$.y"}), {"b": "2", "a": "1"})
    assert seen.condition.matches({"x": "1", "y": "2"})
    assert not seen.condition.matches({"x": "1", "y": "3"})
    assert not seen.condition.matches({"x": "2", "y": "2"})


@pytest.mark.parametrize(
    ("field", "value"),
    [("$.a", 'say "x"'), ("$.a", "all*"), ("$.a", "a\\b"), ("$.a", "%x%"), ("$size", "1"), ("", "1")],
)
def test_dimension_that_no_pattern_can_express_is_unseen(field, value):
    seen = narrowing(feed(dimensions={"a": field}), {"a": value})
    assert slugs(seen) == ["metric-dimension-unreadable"]
    assert seen.condition is None


def test_system_dimension_is_unseen_and_leaves_the_others():
    published = feed(dimensions={"type": "$.userIdentity.type"}, system_dimensions=("@aws.account",))
    assert published.dimension_names == {"type", "@aws.account"}
    seen = narrowing(published, {"type": "Root", "@aws.account": ACCOUNT})
    assert slugs(seen) == ["metric-system-dimension"]
    assert f"which events carry {ACCOUNT} there" in seen.remarks[0].sentence
    assert seen.condition == parse('{ $.userIdentity.type = "Root" }')


def test_publication_does_not_change_with_the_mapping_it_was_made_from():
    dimensions = {"type": "$.userIdentity.type"}
    published = publication(metric_filter(dimensions=dimensions), log_group())
    with pytest.raises(TypeError):
        published.dimensions["x"] = "y"


@pytest.mark.parametrize(
    ("criteria", "slug"),
    [
        (f'@aws.account = "{ACCOUNT}"', "metric-filter-selection-by-account"),
        (f'@aws.account = "{OTHER_ACCOUNT}"', "metric-filter-selection-by-account"),
        (f'@aws.account IN ["{ACCOUNT}", "{OTHER_ACCOUNT}"]', "metric-filter-selection-admits"),
        ('@aws.account = "777788889999"', "metric-filter-selection-of-others"),
    ],
)
def test_selection_may_tell_the_account_of_the_group_from_the_audited_one(criteria, slug):
    found = publication(metric_filter(field_selection=criteria), log_group(account=OTHER_ACCOUNT), ACCOUNT)
    assert slugs(found) == [slug]
