"""Patterns that are seen to be apart without a search: the search agrees, and what is common is seen."""

import random

import pytest

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.filter_pattern import parse
from prowler_cis_monitoring.filter_pattern.apart import are_apart
from prowler_cis_monitoring.filter_pattern.coverage import _decide
from prowler_cis_monitoring.filter_pattern.facts import FACTS
from prowler_cis_monitoring.filter_pattern.pattern import all_of, any_of
from prowler_cis_monitoring.filter_pattern.work import Work


def by_search(one, other, facts):
    return _decide(Work(), (one, other), (), facts, tells=False)[0]


def some(dice, size):
    if size > 1:
        left = dice.randint(1, size - 1)
        return dice.choice((all_of, any_of))(some(dice, left), some(dice, size - left))
    operator, value = dice.choice(("=", "=", "=", "!=")), dice.choice(("a", "b", "a", "b", "a*", "true", "12"))
    return parse(f"{{ $.{dice.choice('ab')} {operator} {value} }}")


@pytest.mark.parametrize("number", range(4))
def test_what_is_apart_is_apart_to_the_search(number):
    dice, apart = random.Random(number), 0
    for _ in range(150):
        one, other = (some(dice, dice.randint(1, 4)) for _ in range(2))
        if are_apart(one, other):
            apart += 1
            assert by_search(one, other, ()) == "covered", (str(one), str(other))
    assert apart


def test_controls_of_other_events_are_apart():
    vpc, iam = CONTROLS["vpc_changes"].required_pattern, CONTROLS["iam_policy_changes"].suggested_pattern
    assert are_apart(parse(vpc), parse(iam))
    assert by_search(parse(vpc), parse(iam), FACTS) == "covered"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{ $.a = x }", "{ $.a = x }"),
        ("{ $.a = x }", "{ $.a = * }"),
        ("{ $.a = x }", "{ $.b = y }"),
        ("{ $.a = x || $.b = y }", "{ $.a = z }"),
        ("{ $.a = true }", '{ $.a = "TRUE" }'),
        ("{ $.a = 1 }", '{ $.a = "1.0" }'),
        ("{ $.a[*] = x }", "{ $.a[*] = y }"),
        ("{ $.a = x }", "{ $.a != y }"),
        ("{ $.a = x }", "ERROR"),
    ],
)
def test_what_may_be_common_is_not_apart(one, other):
    assert not are_apart(parse(one), parse(other))
