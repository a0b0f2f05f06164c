import pytest

from tests.cross_account.conftest import WITH_ROLE
from tests.cross_account.scenarios import ROWS
from tests.told import keeps_to_the_rules


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_scenario_is_judged_as_promised(row, build):
    finding = build(**row.changes).finding(row.account, config=WITH_ROLE if row.role else None)
    assert (finding.status, [word for word in row.words if word not in finding.status_extended]) == (row.status, []), (
        finding.status_extended
    )
    keeps_to_the_rules(finding)


def test_at_least_forty_scenarios():
    assert len({row.name for row in ROWS}) == len(ROWS) >= 40
