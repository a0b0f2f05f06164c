"""Whatever is in an account, deciding it takes bounded work: counted in calls of functions, not in seconds."""

import cProfile
import pstats

import pytest

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.verdict import Status
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decide
from prowler_cis_monitoring.filter_pattern import parse
from prowler_cis_monitoring.filter_pattern.work import forget
from prowler_cis_monitoring.settings import Settings
from tests.hostile_accounts import PATTERNS, WORST, beside_what_works

SOME = [CONTROLS[slug] for slug in ("root_usage",)]
# What takes two to three seconds; nothing bounded hundreds of times as many.
MOST_CALLS = 30_000_000


def decided(account):
    paths = AlertPaths(account)
    return [decide(control, paths, Settings(), None) for control in SOME]


@pytest.mark.parametrize("name", WORST)
def test_the_work_is_bounded(name):
    account = WORST[name]()
    forget()
    profile = cProfile.Profile()
    verdicts = profile.runcall(decided, account)
    assert all(verdict.status in Status for verdict in verdicts)
    assert pstats.Stats(profile).total_calls < MOST_CALLS


def test_hard_filters_take_nothing_from_those_that_work():
    paths = AlertPaths(beside_what_works(PATTERNS["overlapping wildcards"]))
    verdicts = [decide(control, paths, Settings(), None) for control in CONTROLS.values()]
    assert {verdict.status for verdict in verdicts} == {Status.PASS}


@pytest.mark.parametrize("name", ["many conditions", "overlapping wildcards", "text repetitions"])
def test_the_verdict_does_not_depend_on_what_is_remembered(name):
    forget()
    account = WORST[name]()
    first = decided(account)
    assert [verdict.sentence for verdict in decided(WORST[name]())] == [verdict.sentence for verdict in first]


@pytest.mark.parametrize("name", PATTERNS)
def test_cloudwatch_would_take_the_patterns(name):
    for number in range(0, 100, 11):
        parse(PATTERNS[name](number))
