"""The controls table keeps its promises to those who read it."""

import re
import subprocess
import sys

import pytest

from prowler_cis_monitoring.controls import CONTROLS

SLUGS_IN_BENCHMARK_ORDER = [
    "unauthorized_api_calls",
    "console_signin_without_mfa",
    "root_usage",
    "iam_policy_changes",
    "cloudtrail_configuration_changes",
    "console_authentication_failures",
    "kms_key_disable_or_deletion",
    "s3_bucket_policy_changes",
    "config_configuration_changes",
    "security_group_changes",
    "network_acl_changes",
    "network_gateway_changes",
    "route_table_changes",
    "vpc_changes",
    "organizations_changes",
]

EVENTS_PER_CONTROL = {
    "iam_policy_changes": 16,
    "cloudtrail_configuration_changes": 5,
    "kms_key_disable_or_deletion": 2,
    "s3_bucket_policy_changes": 9,
    "config_configuration_changes": 4,
    "security_group_changes": 7,
    "network_acl_changes": 6,
    "network_gateway_changes": 6,
    "route_table_changes": 7,
    "vpc_changes": 11,
    "organizations_changes": 18,
}

CONTROLS_BY_ID = pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)


def event_names(pattern):
    return re.findall(r'\$\.eventName = "?(\w+)"?', pattern)


def test_the_fifteen_controls_stand_in_the_order_of_the_benchmark():
    assert [slug for slug in CONTROLS if slug in SLUGS_IN_BENCHMARK_ORDER] == SLUGS_IN_BENCHMARK_ORDER


def test_nobody_can_change_the_table():
    with pytest.raises(TypeError):
        CONTROLS["root_usage"] = None
    with pytest.raises(AttributeError):
        CONTROLS["root_usage"].severity = "low"


@CONTROLS_BY_ID
def test_a_control_is_complete(control):
    assert control.check_id == f"cloudwatch_alerting_{control.slug}"
    assert control.severity in {"critical", "high", "medium", "low"}
    for text in (control.title, control.event, control.risk, control.reading):
        assert text == text.strip()
        assert text
    assert not control.event.endswith(".")
    assert bool(control.newer_events) == bool(control.newer_since) == bool(control.earlier_pattern)


@CONTROLS_BY_ID
def test_patterns_fit_into_a_metric_filter(control):
    for pattern in (control.required_pattern, control.suggested_pattern):
        assert len(pattern) <= 1024
        assert pattern.startswith("{ ")
        assert pattern.endswith(" }")
        assert "'" not in pattern  # remediation puts patterns between single quotes
        assert "${" not in pattern  # nor may Terraform find anything to fill in
        assert "%{" not in pattern


@pytest.mark.parametrize(("slug", "count"), EVENTS_PER_CONTROL.items())
def test_an_api_call_control_requires_each_of_its_calls_once_from_its_own_service(slug, count):
    required = CONTROLS[slug].required_pattern
    names = event_names(required)
    assert len(names) == len(set(names)) == count
    assert re.match(r"\{ \(\$\.eventSource = \w+\.amazonaws\.com\) && \(.*\) \}$", required)
    assert event_names(CONTROLS[slug].suggested_pattern) == names


def test_only_security_groups_have_an_event_that_older_versions_lack():
    newer = {slug: control for slug, control in CONTROLS.items() if control.newer_events}
    assert set(newer) == {"security_group_changes"}
    control = newer["security_group_changes"]
    left = set(event_names(control.required_pattern)) - set(event_names(control.earlier_pattern))
    assert left == set(control.newer_events) == {"ModifySecurityGroupRules"}
    assert control.newer_since == "5.0"


def test_the_table_imports_nothing_slow():
    code = (
        "import sys, prowler_cis_monitoring.controls; "
        "print(*{name.partition('.')[0] for name in sys.modules} & {'boto3', 'botocore', 'prowler', 'pydantic'})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
