"""The table of strategies is complete: no rule breaks a path without an answer to what is done about it."""

import pytest

from prowler_cis_monitoring.alert_path.rules import RULES, Effect
from prowler_cis_monitoring.remedy.strategies import STRATEGIES

_BREAKING = [slug for slug, rule in RULES.items() if rule.effect is Effect.BROKEN]


@pytest.mark.parametrize("slug", _BREAKING)
def test_a_rule_that_breaks_a_path_has_a_strategy(slug):
    strategy = STRATEGIES[slug]
    assert strategy.mend or strategy.beside or strategy.person


def test_no_strategy_is_for_a_rule_that_breaks_nothing():
    assert set(STRATEGIES) == set(_BREAKING)
