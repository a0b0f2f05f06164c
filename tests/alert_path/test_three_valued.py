from __future__ import annotations

import pytest

from prowler_cis_monitoring.alert_path.three_valued import all_hold, any_holds, negation


@pytest.mark.parametrize(
    ("values", "everything", "anything"),
    [
        ([], True, False),
        ([True, True], True, True),
        ([True, None], None, True),
        ([True, False], False, True),
        ([None, None], None, None),
        ([None, False], False, None),
        ([False, False], False, False),
    ],
)
def test_one_decisive_value_decides_and_else_the_unknown_wins(values, everything, anything):
    assert all_hold(values) is everything
    assert any_holds(values) is anything
    assert all_hold(iter(values)) is everything
    assert any_holds(iter(values)) is anything


@pytest.mark.parametrize(("value", "opposite"), [(True, False), (False, True), (None, None)])
def test_negation_leaves_the_unknown_unknown(value, opposite):
    assert negation(value) is opposite
