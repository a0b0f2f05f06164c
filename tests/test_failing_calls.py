"""Any single AWS call may fail, in any way: the finding then says what was not read, and never guesses."""

from __future__ import annotations

import pytest
from prowler.providers.common.provider import Provider

from prowler_cis_monitoring.demo.scenarios import find
from tests.findings import finding_of
from tests.shared_session import SESSION
from tests.stand_in_provider import StandInProvider

_REGIONS = {"us-east-1", "eu-west-1"}
# One or two of every family of scenarios: whole paths, paths with a known break, and paths out of sight.
_FAMILIES = (
    "healthy",
    "advanced-read-and-write",
    "two-trails-share",
    "second-trail-works",
    "organization-trail-of-a-delegated-administrator",
    "organization-trail-of-another-account",
    "alarm-in-the-region-of-another-trail",
    "trail-not-logging",
    "log-group-of-another-account",
    "split-filters",
    "pattern-without-sign-in",
    "metric-dimension-root",
    "no-alarm",
    "threshold-3",
    "second-alarm-works",
    "last-action-failed",
    "action-of-another-topic-failed",
    "math-sum",
    "math-rate",
    "composite-notifies",
    "composite-nested",
    "composite-needs-another",
    "second-topic-works",
    "topic-policy-this-account",
    "topic-policy-refuses",
    "topic-key-suitable",
    "topic-key-default-policy",
    "filter-policy-on-body",
    "filter-policy-on-attributes",
    "many-subscriptions",
    "queues-only",
    "no-trail",
)
_WITH_EVERY_FAULT = ("healthy", "composite-notifies", "topic-key-suitable", "last-action-failed")
_FAULTS = {
    "denied": lambda failures, operation: failures.refuse(operation, "AccessDeniedException"),
    "throttled": lambda failures, operation: failures.refuse(operation, "ThrottlingException"),
    "unknown": lambda failures, operation: failures.refuse(operation, "UnknownOperationException"),
    "unreachable": lambda failures, operation: failures.disconnect(operation),
}


def _scan(scenario):
    """Scan the account that is there once more, as a new run of Prowler would."""
    Provider.set_global_provider(StandInProvider(_REGIONS, config=scenario.configuration))
    return finding_of()


@pytest.fixture
def account(provider, failures):
    """Build a scenario's account; return the scenario, its finding and the actions that were needed for it."""

    def build(slug):
        scenario = find(slug)
        scenario.blueprint().build(SESSION)
        failures.calls.clear()
        finding = _scan(scenario)
        return scenario, finding, sorted({f"{service}:{operation}" for service, operation, _ in failures.calls})

    return build


@pytest.mark.parametrize(
    ("slug", "fault"),
    [(slug, fault) for slug in _FAMILIES for fault in (_FAULTS if slug in _WITH_EVERY_FAULT else ("denied",))],
)
def test_a_call_that_fails_is_named_and_never_guessed_at(slug, fault, account, failures):
    scenario, whole, actions = account(slug)
    for action in actions:
        _FAULTS[fault](failures, action.partition(":")[2])
        finding = _scan(scenario)
        failures.restore()
        assert "defect of the check" not in finding.status_extended, action
        if finding.status == "MANUAL" and whole.status != "MANUAL":
            # What its administrator could not read of an organisation's trail, its owner was not asked.
            named = action in finding.status_extended or "cross_account_role" in finding.status_extended
            assert named, (action, finding.status_extended)
        elif action == "cloudwatch:DescribeAlarmHistory" and finding.status == "PASS":
            assert action in finding.status_extended
        elif finding.status != whole.status:
            pytest.fail(f"{action}: {whole.status} became {finding.status}: {finding.status_extended}")
        elif finding.status == "PASS":
            pytest.fail(f"{action} was not needed: {finding.status_extended}")
        elif finding.status == "FAIL":
            assert _breaks(finding) <= _breaks(whole) | {"no-alarm"}, (action, finding.status_extended)


def _breaks(finding):
    """What the finding calls broken."""
    return {
        remark["rule"]
        for path in finding.resource["paths"]
        for remark in path["remarks"]
        if remark["effect"] == "broken"
    }


@pytest.mark.parametrize("slug", ["healthy", "second-trail-works", "composite-notifies"])
def test_one_region_that_does_not_list_its_trails_changes_nothing(slug, account, failures):
    scenario, whole, _ = account(slug)
    failures.refuse("DescribeTrails", region="eu-west-1")
    assert _scan(scenario).status_extended == whole.status_extended


@pytest.mark.parametrize("fault", _FAULTS)
def test_when_nothing_can_be_read_the_first_call_is_named(fault, account, failures):
    scenario, _, actions = account("topic-key-suitable")
    for action in actions:
        _FAULTS[fault](failures, action.partition(":")[2])
    finding = _scan(scenario)
    assert (finding.status, "cloudtrail:DescribeTrails" in finding.status_extended) == ("MANUAL", True)


@pytest.mark.parametrize("fault", _FAULTS)
def test_a_finding_is_about_the_same_resource_whatever_fails_behind_the_trail(fault, account, failures):
    scenario, whole, actions = account("composite-notifies")
    for action in actions:
        if action != "cloudtrail:DescribeTrails":
            _FAULTS[fault](failures, action.partition(":")[2])
    finding = _scan(scenario)
    assert (finding.resource_id, finding.resource_arn, finding.region) == (
        whole.resource_id,
        whole.resource_arn,
        whole.region,
    )
