"""Filters on the noun of a control's calls: with the reading calls they are always on, without them they are good."""

import pytest

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.verdict import Status
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decide
from prowler_cis_monitoring.filter_pattern import EVERYDAY_EVENTS, parse
from prowler_cis_monitoring.settings import Settings
from tests.alert_path.builders import metric_filter
from tests.alert_path.test_verdict import resources

NOUNS = {
    "iam_policy_changes": ["Policy"],
    "cloudtrail_configuration_changes": ["Trail", "Logging"],
    "kms_key_disable_or_deletion": ["Key"],
    "s3_bucket_policy_changes": ["BucketPolicy", "BucketAcl", "BucketCors", "BucketLifecycle", "BucketReplication"],
    "config_configuration_changes": ["DeliveryChannel", "ConfigurationRecorder"],
    "security_group_changes": ["SecurityGroup"],
    "network_acl_changes": ["NetworkAcl"],
    "network_gateway_changes": ["Gateway"],
    "route_table_changes": ["Route"],
    "vpc_changes": ["Vpc"],
    "organizations_changes": ["Account", "Organization", "Policy", "Handshake", "Organizational"],
}
EVERY_NOUN = pytest.mark.parametrize(("slug", "nouns"), NOUNS.items(), ids=NOUNS)


def matching(nouns):
    return " || ".join(f'($.eventName = "*{noun}*")' for noun in nouns)


def verdict(slug, pattern):
    return decide(CONTROLS[slug], AlertPaths(resources(metric_filter(pattern=pattern))), Settings(), None)


@pytest.mark.parametrize("noun", sorted({noun for nouns in NOUNS.values() for noun in nouns}))
def test_every_noun_alone_matches_calls_of_every_day(noun):
    pattern = parse(f'{{ $.eventName = "*{noun}*" }}')
    assert any(pattern.matches(event.record) for event in EVERYDAY_EVENTS)


@EVERY_NOUN
def test_a_filter_on_nouns_is_always_on(slug, nouns):
    found = verdict(slug, f"{{ {matching(nouns)} }}")
    assert found.status is Status.FAIL
    assert "everyday" in found.sentence


@EVERY_NOUN
def test_it_is_good_without_the_reading_calls(slug, nouns):
    found = verdict(slug, f"{{ ({matching(nouns)}) && ($.readOnly IS FALSE) }}")
    assert found.status is Status.PASS, found.sentence


ABOUT_NO_NOUN = {
    "root_usage",
    "console_signin_without_mfa",
    "console_authentication_failures",
    "unauthorized_api_calls",
}


def test_every_control_about_calls_has_its_nouns():
    assert CONTROLS.keys() - NOUNS.keys() == ABOUT_NO_NOUN, (
        "fill NOUNS, and the everyday calls on these nouns in filter_pattern/everyday.py"
    )


@pytest.mark.parametrize("slug", sorted(ABOUT_NO_NOUN))
def test_controls_that_are_not_about_calls_of_a_noun_have_no_noise(slug):
    assert verdict(slug, CONTROLS[slug].suggested_pattern).status is Status.PASS
