"""Whatever is in an account, deciding it takes bounded work: counted in calls of Python functions, not in seconds."""

import cProfile
import pstats

import pytest

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.sources import MOST_SERIES, Sources
from prowler_cis_monitoring.alert_path.verdict import Status
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decide, demand_of
from prowler_cis_monitoring.filter_pattern import parse
from prowler_cis_monitoring.filter_pattern.work import forget
from prowler_cis_monitoring.settings import Settings
from tests.alert_path.test_verdict import HERE
from tests.hostile_accounts import BESIDE, PATTERNS, WORST, beside_what_works, in_every_region, ordinary

SOME = [CONTROLS[slug] for slug in ("root_usage",)]
# What takes two to three seconds; nothing bounded hundreds of times as many.
MOST_CALLS = 15_000_000


def decided(account, beside=None, controls=SOME):
    paths = AlertPaths(account)
    return [decide(control, paths, Settings(), beside) for control in controls]


@pytest.mark.parametrize("name", WORST)
def test_the_work_is_bounded(name):
    account, beside = WORST[name](), BESIDE.get(name, lambda: None)()
    forget()
    profile = cProfile.Profile(subcalls=False, builtins=False)
    verdicts = profile.runcall(decided, account, beside)
    assert all(verdict.status in Status for verdict in verdicts)
    assert pstats.Stats(profile).total_calls < MOST_CALLS


def test_hard_filters_take_nothing_from_those_that_work():
    paths = AlertPaths(beside_what_works(PATTERNS["overlapping wildcards"]))
    verdicts = [decide(control, paths, Settings(), None) for control in CONTROLS.values()]
    assert {verdict.status for verdict in verdicts} == {Status.PASS}


def test_ordinary_filters_in_every_region_are_decided_within_the_work_of_one_account():
    account = in_every_region(ordinary, kept=CONTROLS)
    forget()
    profile = cProfile.Profile(subcalls=False, builtins=False)
    verdicts = profile.runcall(decided, account, controls=CONTROLS.values())
    assert {verdict.status for verdict in verdicts} == {Status.PASS}
    assert pstats.Stats(profile).total_calls < MOST_CALLS // 2


def test_what_one_filter_misses_is_held_against_the_others():
    control, found = CONTROLS["iam_policy_changes"], {}
    for number in (100, 1700):
        paths = AlertPaths(in_every_region(PATTERNS["overlapping wildcards"], trails=1, regions=number // 100))
        forget()
        assert decide(control, paths, Settings(), None).status is Status.FAIL
        work = paths.allowance(demand_of(control, Settings())).coverages
        found[number] = work.spent
    assert found[1700] < 4 * found[100]


def test_of_a_metric_with_very_many_series_some_are_followed():
    account = WORST["values of dimensions"]()
    sources = Sources(account)
    assert MOST_SERIES / 2 < sum(map(len, sources.by_feed.values())) <= MOST_SERIES
    (feed, *_) = sources.by_feed
    assert sources.beyond(feed) == 5000 - MOST_SERIES // 20
    child = account.alarms[HERE].metric_alarms[0]
    alone, below = (
        {one.rule.slug for one in sources.unread_beside(sources.of(child)[0], child, has_parents=has_parents)}
        for has_parents in (False, True)
    )
    assert (alone, below) == (set(), {"alarms-too-many"})
    said = {one.sentence for one in sources.unread_beside(sources.of(child)[0], child, has_parents=True)}
    # Alarms are not counted: one that uses metric math reads many series.
    assert said == {"5000 of its series are read by alarms, more than are followed for one filter"}


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
