import re

import pytest

from prowler_cis_monitoring.alert_path.rules import (
    RULES,
    alarms,
    composite_alarms,
    log_groups,
    metric_filters,
    topics,
    trails,
    unread,
)

LINKS = {
    "account",
    "trail",
    "log group",
    "metric filter",
    "metric",
    "alarm",
    "composite alarm",
    "topic",
    "subscription",
}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.slug)
def test_a_rule_is_told_as_its_readers_expect(rule):
    assert rule.link in LINKS
    assert rule.sentence[0].islower() or rule.sentence[0] == "{"
    assert not rule.sentence.endswith(".")
    assert rule.source
    for told in (rule.meaning, rule.remedy):
        assert told[0].isupper(), told
        assert told.endswith("."), told
        assert "{" not in told, "meaning and remedy hold for any resource"


def test_each_slug_stands_in_one_table():
    tables = (trails, log_groups, metric_filters, alarms, composite_alarms, topics, unread)
    assert sum(len(table.RULES) for table in tables) == len(RULES)


def test_a_sentence_ends_with_what_to_do_only_where_no_other_sentence_says_it():
    advice = re.compile(r"[:,;] (?:so )?(?:look|allow|test|scan|mend|remove|let) ")
    double = [rule.slug for rule in RULES.values() if not rule.advises and advice.search(rule.sentence)]
    assert double == []
