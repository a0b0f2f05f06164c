import re

import pytest

from prowler_cis_monitoring.filter_pattern.api_calls import calls, sources_of
from tests.filter_pattern.write_api_calls import calls_of_models


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("Decrypt", "kms"),
        ("AssumeRole", "sts"),
        ("PutMetricAlarm", "monitoring"),
        ("ConsoleLogin", "signin"),
        ("PutBucketPublicAccessBlock", "s3"),
        ("RegisterScalableTarget", "autoscaling"),
        ("GetRoleCredentials", "sso"),
    ],
)
def test_a_call_is_of_its_service(name, source):
    assert sources_of(name) == (f"{source}.amazonaws.com",)


def test_a_call_may_carry_the_version_of_its_api():
    assert "lambda.amazonaws.com" in sources_of("CreateFunction20150331")
    assert sources_of("UpdateFunctionCode20150331v2") == ("lambda.amazonaws.com",)
    assert "cloudfront.amazonaws.com" in sources_of("CreateDistribution2020_05_31")


def test_an_unknown_call_has_no_service():
    assert sources_of("CreateNonsense") == ()
    assert sources_of("") == ()


def test_names_and_sources_are_spelt_as_in_records():
    assert all(re.fullmatch(r"[a-z0-9-]+\.amazonaws\.com", source) for source in calls())
    assert all(re.fullmatch("[A-Z][A-Za-z0-9]+", name) for names in calls().values() for name in names)


@pytest.mark.xdist_group("service models")
def test_the_table_knows_nearly_all_that_the_installed_sdk_knows():
    models = {(f"{source}.amazonaws.com", name) for source, names in calls_of_models().items() for name in names}
    known = {(source, name) for source, names in calls().items() for name in names}
    assert len(models - known) < len(models) / 5
    assert len(known - models) < len(known) / 5
