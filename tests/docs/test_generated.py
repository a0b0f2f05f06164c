import pytest

from docs import generate
from prowler_cis_monitoring.alert_path.rules import RULES
from prowler_cis_monitoring.demo.scenarios import SCENARIOS
from prowler_cis_monitoring.rule import examples


@pytest.mark.parametrize("path", generate.PAGES, ids=lambda path: path.name)
def test_a_generated_page_is_what_the_generator_writes(path):
    assert path.read_text(encoding="utf-8") == generate.PAGES[path](), "run python -m docs.generate"


def test_examples_are_what_the_scenarios_tell():
    assert examples() == generate.rule_examples(), "run python -m docs.generate"


def test_each_example_is_of_a_rule_and_names_a_scenario_that_shows_it():
    shows = {scenario.slug: scenario.shows for scenario in SCENARIOS}
    for slug, example in examples().items():
        assert slug in RULES
        assert slug in shows[example["scenario"]]


def test_examples_are_the_same_whenever_they_are_told():
    told = "changed on 2026-03-04 05:06 UTC, key 01234567-89ab-cdef-0123-456789abcdef, at 2027-03-04T05:06:07.89+00:00"
    again = "changed on 2029-01-01 23:59 UTC, key ffffffff-89ab-cdef-0123-456789abcdef, at 2028-01-01T01:01:01+00:00"
    assert generate.steady(told) == generate.steady(again)
