import pytest
from prowler_cis_monitoring.demo.scenarios import SCENARIOS

from tests.findings import finding_of
from tests.shared_session import SESSION


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.slug)
def test_scenario_is_judged_as_promised(scenario, provider):
    provider.audit_config = scenario.configuration
    scenario.blueprint().build(SESSION)
    finding = finding_of()
    assert (finding.status, scenario.reason in finding.status_extended) == (scenario.verdict, True), (
        finding.status_extended
    )


def test_scenario_names_are_unique():
    assert len({scenario.slug for scenario in SCENARIOS}) == len(SCENARIOS)


def test_at_least_a_hundred_and_ten_scenarios():
    assert len(SCENARIOS) >= 110
