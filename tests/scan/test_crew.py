"""How many processes and threads scan a fleet; what they do is seen in test_kill_and_resume.py."""

import os
import sys
import threading

import pytest

from prowler_cis_monitoring.scan.crew import Told, crew, threads_for


@pytest.fixture
def eight_cores(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(threading, "active_count", lambda: 1)


@pytest.mark.parametrize(
    ("accounts", "parallel", "threads"),
    [
        (0, None, (8,)),
        (5, None, (8,)),
        (6, None, (8, 8)),
        (1000, None, (8, 8, 8, 8)),
        (1000, 1, (1,)),
        (1000, 3, (1, 1, 1)),
        (1000, 6, (2, 2, 1, 1)),
        (1000, 64, (16, 16, 16, 16)),
        (6, 64, (32, 32)),
    ],
)
def test_as_many_accounts_at_a_time_as_are_wanted_in_as_many_processes_as_are_worth_while(
    eight_cores, accounts, parallel, threads
):
    assert threads_for(accounts, parallel) == threads


@pytest.mark.parametrize(
    ("where", "name", "value"), [(threading, "active_count", lambda: 2), (sys, "platform", "darwin")]
)
def test_one_process_where_forking_is_not_safe(eight_cores, monkeypatch, where, name, value):
    monkeypatch.setattr(where, name, value)
    assert threads_for(1000, 6) == (6,)


def test_a_result_is_kept_before_it_is_told_and_not_held():
    kept = []
    with crew((2,), lambda account: Told(account, f"result of {account}")) as scanning:
        for told in scanning.told(["1", "2", "3"], kept.append):
            assert told.account in {one.account for one in kept}
            assert told.result is None
    assert sorted(one.result for one in kept) == ["result of 1", "result of 2", "result of 3"]


def test_what_would_happen_to_all_others_as_well_ends_the_scan():
    asked = []

    def scan(account):
        asked.append(account)
        return Told(account, fatal=RuntimeError("expired"))

    with crew((1,), scan) as scanning, pytest.raises(RuntimeError, match="expired"):
        list(scanning.told([str(number) for number in range(1000)], lambda _: None))
    assert len(asked) == 1
