from prowler_cis_monitoring.alert_path.rules import RULES
from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.demo.scenarios import BY_LINK, SCENARIOS
from tests.demo.rules_shown import rules_shown
from tests.findings import finding_of
from tests.scenario_accounts import each_scenario
from tests.shared_session import SESSION
from tests.told import keeps_to_the_rules

# Why no change of the embedded account shows these.
_NOT_SHOWN = {
    "no-region": "every Region of the embedded account has CloudTrail",
    "alarm-not-fed": "a path reaches an alarm only through a metric that it watches",
    "alarm-across-accounts": "alarms are looked for in the account that owns the metric",
    "topic-not-asked-for": "every topic on a path is read",
    "topic-key-not-asked-for": "a key is read with its topic",
    "subscription-not-asked-for": "subscriptions are read until one is found that hears everything",
    "topic-subscriptions-too-many": "needs more than two thousand subscriptions: tests/services",
    "composite-too-hard": "needs more rules than are looked at: tests/alert_path",
    "trail-selectors-too-long": "needs more values than are looked at: tests/alert_path",
    "filter-pattern-too-hard": "needs more patterns than are looked at: tests/alert_path",
    "alarms-too-many": "needs more than a hundred alarms: tests/alert_path",
    "alarm-window-unanalysed": "needs an evaluation window that no AWS has yet: tests/alert_path",
    **dict.fromkeys(
        ("account-unreadable", "metric-unreadable", "topic-unreadable", "subscription-unreadable"),
        "moto forms whole answers: tests/services",
    ),
    **dict.fromkeys((slug for slug in RULES if slug.endswith("-defect")), "needs an error of our own: tests/services"),
    "organization-not-covered": "needs a second account: tests/cross_account",
    "metric-filter-selection-by-account": "needs a second account: tests/cross_account",
    "metric-filter-selection-of-others": "needs a second account: tests/cross_account",
}


@each_scenario()
def test_scenario_is_judged_as_promised(scenario, provider):
    provider.audit_config = scenario.configuration
    scenario.blueprint().build(SESSION)
    finding = finding_of()
    assert (finding.status, scenario.reason in finding.status_extended) == (scenario.verdict, True), (
        finding.status_extended
    )
    keeps_to_the_rules(finding)
    assert set(scenario.shows) <= rules_shown(finding, provider)


def test_every_rule_has_a_scenario_that_shows_it():
    shown = [slug for scenario in SCENARIOS for slug in scenario.shows]
    untold = set(RULES) - set(shown) - set(_NOT_SHOWN)
    assert untold == set(), "give each a scenario in demo/scenarios/, or its reason in _NOT_SHOWN"
    assert set(shown) | set(_NOT_SHOWN) <= set(RULES)
    assert set(shown).isdisjoint(_NOT_SHOWN)


def test_scenario_names_are_unique():
    assert len({scenario.slug for scenario in SCENARIOS}) == len(SCENARIOS)


def test_at_least_two_hundred_scenarios():
    assert len(SCENARIOS) >= 200


def test_the_list_shows_each_scenario_under_its_link(capsys):
    assert main(["demo", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    links = [line.rstrip(":") for line in lines if not line.startswith(" ")]
    assert links == [*BY_LINK, "several accounts"]
    assert [line.split()[0] for line in lines if line.startswith(" ")] == [
        *(one.slug for one in SCENARIOS),
        "organization",
    ]
