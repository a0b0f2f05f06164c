"""What public templates install, judged: those that watch root with a threshold of one pass, and AWS's old one fails.

Only what a template itself decides is judged: trail, log group, topic and subscription are in order, except for the
policy of the topic that automated-security-response 1.3.0 made.
"""

from __future__ import annotations

import pytest

from tests.benchmark_controls import BENCHMARK
from tests.findings import finding_of
from tests.public_setups import SETUPS, build

_NEWER_EVENT = "misses $.eventName ModifySecurityGroupRules"  # demanded since version 5.0 of the benchmark
_NOT_WATCHED = "is meant for such events"  # the template has no filter for organisations
_UNIT = "asks for datapoints in the unit Seconds"
_THREE = "(3 events in one period would be needed)"
_FIVE_ON_AVERAGE = "threshold is 5 with GreaterThanOrEqualToThreshold on Average"  # an average of ones is never 5
# The controls that a set-up fails, with the reason; it passes all others.
_FAILS = {
    "nozaq": {"security_group_changes": _NEWER_EVENT},
    "trussworks": {"security_group_changes": _NEWER_EVENT, "organizations_changes": _NOT_WATCHED},
    "terraform-aws-modules": {"security_group_changes": _NEWER_EVENT},
    "cloudposse": {
        "iam_policy_changes": _THREE,
        "console_authentication_failures": _THREE,
        "security_group_changes": _NEWER_EVENT,
        "organizations_changes": _NOT_WATCHED,
    },
    "widdix": {"security_group_changes": _NEWER_EVENT, "organizations_changes": _NOT_WATCHED},
    "asr-1.3.0": {
        **dict.fromkeys(BENCHMARK, _UNIT),
        # AccessDenied and UnauthorizedOperation only: AccessDeniedException and Client.… slip through besides.
        "unauthorized_api_calls": "$.errorCode is none of AccessDenied, UnauthorizedOperation",
        "security_group_changes": _NEWER_EVENT,
        "organizations_changes": _NOT_WATCHED,
    },
    "asr-3.1.5": {"security_group_changes": _NEWER_EVENT, "organizations_changes": _NOT_WATCHED},
    "landing-zone-accelerator": {
        "unauthorized_api_calls": _FIVE_ON_AVERAGE,
        "security_group_changes": _NEWER_EVENT,
        "organizations_changes": _NOT_WATCHED,
    },
}


@pytest.fixture(params=SETUPS)
def setup_name(request, provider):
    """Build each set-up."""
    build(request.param)
    return request.param


def test_verdicts_of_a_public_setup(setup_name):
    findings = {slug: finding_of(slug) for slug in BENCHMARK}
    failed = {slug: finding.status_extended for slug, finding in findings.items() if finding.status == "FAIL"}
    assert {finding.status for finding in findings.values()} <= {"PASS", "FAIL"}
    assert set(failed) == set(_FAILS[setup_name])
    for slug, reason in _FAILS[setup_name].items():
        assert reason in failed[slug], slug


def test_the_setup_that_aws_mended_names_every_break(provider):
    build("asr-1.3.0")
    (path,) = finding_of("root_usage").resource["paths"]
    told = "; ".join(remark["sentence"] for remark in path["remarks"])
    for broken in (
        _UNIT,
        "rings 71700 seconds after the event (it waits for 240 of 240 periods",
        "ActionsEnabled is false",
        "access policy does not let CloudWatch alarms publish",
    ):
        assert broken in told
