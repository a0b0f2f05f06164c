"""An error of the program stays on the link where it happens, and a finding is written whatever goes wrong."""

import pytest
from prowler.providers.common.provider import Provider

from prowler_cis_monitoring.alert_path.rules import RULES, Hidden
from prowler_cis_monitoring.demo.scenarios import find
from tests.findings import finding_of
from tests.shared_session import SESSION
from tests.stand_in_provider import StandInProvider


class Unforeseen(dict):
    """A structure that nobody foresaw: it cannot be read."""

    def get(self, *_):
        raise RuntimeError("unforeseen")


_IN_A_LIST = {
    "account-defect": ("DescribeTrails", "trailList"),
    "log-group-defect": ("DescribeLogGroups", "logGroups"),
    "metric-defect": ("DescribeAlarms", "MetricAlarms"),
}
_ALONE = {
    "topic-defect": ("GetTopicAttributes", "Attributes"),
    "subscription-defect": ("GetSubscriptionAttributes", "Attributes"),
}


@pytest.mark.parametrize("rule", [slug for slug, rule in RULES.items() if rule.hidden_by is Hidden.DEFECT])
def test_an_error_of_ours_is_told_of_its_link(rule, provider, failures):
    find("filter-policy-on-body").blueprint().build(SESSION)
    if rule in _IN_A_LIST:
        operation, member = _IN_A_LIST[rule]
        failures.change(operation, lambda answer: {**answer, member: [Unforeseen()]})
    elif rule in _ALONE:
        operation, member = _ALONE[rule]
        failures.change(operation, lambda answer: {**answer, member: Unforeseen()})
    else:
        assert rule == "trail-defect"
        operation = "GetTrailStatus"
        failures.change(operation, Unforeseen)
    finding = finding_of()
    assert finding.status == "MANUAL"
    told = {remark["rule"] for path in finding.resource["paths"] for remark in path["remarks"]}
    assert rule in told or (rule == "account-defect" and not finding.resource["paths"])
    assert f":{operation} in " in finding.status_extended
    assert "was answered, but the answer could not be read (RuntimeError)" in finding.status_extended
    assert "this is a defect of the check; please report it" in finding.status_extended


def test_a_finding_is_written_whatever_goes_wrong(aws):
    provider = StandInProvider({"us-east-1"})
    provider.audit_config = Unforeseen(cis_monitoring={})
    Provider.set_global_provider(provider)
    finding = finding_of()
    assert finding.status == "MANUAL"
    assert "the check failed with RuntimeError in get. This is a defect of the check; please report it." in (
        finding.status_extended
    )
    assert finding.resource_id == provider.identity.account
