from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prowler_cis_monitoring.alert_path.languages.selection import SelectionError, admits

HERE = {"@aws.account": "111122223333", "@aws.region": "us-east-1"}


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ('@aws.account = "111122223333"', True),
        ("@aws.account='111122223333'", True),
        ('@aws.account = "1"', False),
        ('@aws.account != "1"', True),
        ('@aws.account != "111122223333"', False),
        ('@aws.account IN ["1", "111122223333"]', True),
        ('@aws.account in ["1"]', False),
        ('@aws.account NOT IN ["1"]', True),
        ('@aws.account NOT IN ["1","111122223333"]', False),
        ('@aws.region = "us-east-1" AND @aws.account = "1"', False),
        ('@aws.region = "us-east-1" OR @aws.account = "1"', True),
        ('@aws.region = "x" AND @aws.account = "1" OR @aws.region = "us-east-1"', True),
        ('@aws.region = "x" AND (@aws.account = "1" OR @aws.region = "us-east-1")', False),
        ('@AWS.region = "us-east-1"', True),
    ],
)
def test_criteria_admit_or_leave_out_a_log_event(criteria, expected):
    assert admits(criteria, HERE) is expected


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ('@aws.region = "us-east-1"', None),
        ('@aws.region NOT IN ["us-east-1"]', None),
        ('@aws.region = "us-east-1" OR @aws.account = "111122223333"', True),
        ('@aws.region = "us-east-1" AND @aws.account = "1"', False),
    ],
)
def test_unknown_region_leaves_open_what_depends_on_it(criteria, expected):
    assert admits(criteria, {"@aws.account": "111122223333"}) is expected


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ("", r"a system field \(@aws.account or @aws.region\) expected at column 0"),
        ("@aws.account", "=, !=, IN or NOT IN expected at column 12"),
        ("@aws.account =", "a value in quotes expected"),
        ("@aws.account = 1", "a value in quotes expected"),
        ('@aws.account NOT "1"', "IN or NOT IN expected at column 17"),
        ('@aws.account IN "1"', r"\[ expected"),
        ('@aws.account IN ["1"', r"\] expected"),
        ('@aws.account IN ["1",]', "a value in quotes expected"),
        ('@aws.stream = "1"', r"a system field \(@aws.account or @aws.region\) expected at column 0"),
        ('@aws.account = "1" "2"', "AND, OR or the end expected at column 19"),
        ('(@aws.account = "1"', r"\) expected"),
        ('@aws.account = "1', "a value in quotes expected at column 15"),
        ("(" * 1000, "nested too deeply"),
    ],
)
def test_criteria_that_cannot_be_read_are_an_error(criteria, message):
    with pytest.raises(SelectionError, match=message):
        admits(criteria, HERE)


def test_criteria_nested_a_hundred_times_are_read():
    assert admits("(" * 100 + '@aws.account = "1"' + ")" * 100, HERE) is False
    with pytest.raises(SelectionError, match="nested too deeply"):
        admits("(" * 101 + '@aws.account = "1"' + ")" * 101, HERE)


@given(st.text("@aws.count=!\"'[]() INOTADR1", max_size=40))
def test_any_text_is_read_or_is_an_error(criteria):
    with contextlib.suppress(SelectionError):
        assert admits(criteria, HERE) in (True, False)
