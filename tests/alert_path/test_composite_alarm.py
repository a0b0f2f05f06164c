from __future__ import annotations

import pytest

from prowler_cis_monitoring.alert_path.composite_alarm import Motion, notifying_parents
from prowler_cis_monitoring.alert_path.resources import Alarms
from prowler_cis_monitoring.alert_path.verdict import Status
from tests.alert_path.builders import alarm, composite, slugs
from tests.alert_path.test_verdict import resources, verdict

CHILD = alarm("root-usage", state="OK")


def parents(*composites, others=(), child=CHILD):
    family = Alarms(metric_alarms=(child, *others), composite_alarms=composites)
    return {parent.alarm.name: parent for parent in notifying_parents(child, family)}


def other(state="OK", name="other"):
    return alarm(name, state=state)


@pytest.mark.parametrize(
    "rule",
    [
        "ALARM(root-usage)",
        'ALARM("root-usage")',
        f"ALARM({CHILD.arn})",
        f'ALARM("{CHILD.arn}")',
        "ALARM(root-usage) OR ALARM(other)",
        "ALARM(root-usage) AND NOT ALARM(other)",
        "ALARM(root-usage) AND OK(other)",
        "NOT OK(root-usage)",
        "AT_LEAST(1, ALARM, (root-usage, other))",
        "AT_LEAST(50%, NOT OK, (root-usage, other))",
        "(ALARM(root-usage) OR FALSE) AND TRUE",
    ],
)
def test_parent_rises_with_its_child(rule):
    parent = parents(composite(rule=rule), others=[other()])["parent"]
    assert parent.rises
    assert slugs(parent) == []
    assert parent.via == ()


@pytest.mark.parametrize(
    ("rule", "state", "slug", "told"),
    [
        (
            "ALARM(root-usage) AND ALARM(other)",
            "OK",
            "composite-needs-another",
            "needs other in ALARM besides root-usage",
        ),
        ("ALARM(root-usage) AND ALARM(other)", "ALARM", "composite-needs-another", "needs other in ALARM"),
        ("AT_LEAST(2, ALARM, (root-usage, other))", "OK", "composite-needs-another", "needs other in ALARM"),
        ("AT_LEAST(100%, ALARM, (root-usage, other))", "OK", "composite-needs-another", "needs other in ALARM"),
        ("ALARM(root-usage) AND NOT ALARM(other)", "ALARM", "composite-held-back", "because of other (ALARM)"),
        ("ALARM(root-usage) AND OK(other)", "INSUFFICIENT_DATA", "composite-held-back", "other (INSUFFICIENT_DATA)"),
        ("ALARM(root-usage) OR ALARM(other)", "ALARM", "composite-already-in-alarm", "because of other (ALARM)"),
        ("ALARM(root-usage) OR TRUE", "OK", "composite-always-in-alarm", "true before anything happened"),
        ("ALARM(root-usage) OR OK(other)", "OK", "composite-always-in-alarm", "true before anything happened"),
        ("OK(root-usage)", "OK", "composite-always-in-alarm", "true before anything happened"),
        ("ALARM(root-usage) AND FALSE", "OK", "composite-ignores-child", "never becomes true because root-usage"),
        ("INSUFFICIENT_DATA(root-usage)", "OK", "composite-ignores-child", "never becomes true"),
        ("ALARM(root-usage) AND ALARM(gone)", "OK", "composite-unknown-child", "were not found: gone"),
        ("ALARM(root-usage) AND INSUFFICIENT_DATA(other)", "OK", "composite-ignores-child", "never becomes true"),
        ("ALARM(root-usage", "OK", "composite-rule-unreadable", ") expected at column 16"),
    ],
)
def test_parent_that_does_not_rise_tells_what_stands_in_the_way(rule, state, slug, told):
    parent = parents(composite(rule=rule), others=[other(state)])["parent"]
    assert not parent.rises
    assert slugs(parent) == [slug]
    assert told in parent.remarks[0].sentence


def test_alarm_that_would_do_is_named_among_several():
    rule = "ALARM(root-usage) AND (ALARM(x) OR ALARM(y)) AND NOT ALARM(z)"
    parent = parents(composite(rule=rule), others=[other(name=name) for name in "zyx"])["parent"]
    assert "needs x or y in ALARM besides root-usage" in parent.remarks[0].sentence


def test_two_alarms_needed_together_are_not_named_one_by_one():
    rule = "ALARM(root-usage) AND ALARM(x) AND ALARM(y)"
    parent = parents(composite(rule=rule), others=[other(name=name) for name in "xy"])["parent"]
    assert slugs(parent) == ["composite-ignores-child"]


def test_two_guards_in_alarm_are_told_without_names():
    rule = "ALARM(root-usage) AND NOT ALARM(x) AND NOT ALARM(y)"
    parent = parents(composite(rule=rule), others=[other("ALARM", name) for name in "xy"])["parent"]
    assert slugs(parent) == ["composite-held-back"]
    assert "because of other alarms" in parent.remarks[0].sentence


def test_missing_alarm_does_not_matter_where_the_rule_does_not_depend_on_it():
    assert parents(composite(rule="ALARM(root-usage) OR (ALARM(gone) AND FALSE)"))["parent"].rises


def test_missing_alarm_that_may_hold_the_parent_in_alarm_leaves_it_unknown():
    parent = parents(composite(rule="ALARM(root-usage) OR ALARM(gone)"))["parent"]
    assert slugs(parent) == ["composite-unknown-child"]


def test_composite_that_does_not_refer_to_the_child_is_no_parent():
    assert parents(composite(rule="ALARM(other)"), others=[other()]) == {}


def test_unreadable_rule_without_the_childs_name_is_no_parent():
    assert parents(composite(rule="ALARM(other"), others=[other()]) == {}


def test_child_in_alarm_now_is_taken_as_ok_before_the_event():
    child = alarm("root-usage", state="ALARM")
    assert parents(composite(rule="ALARM(root-usage)", state="ALARM"), child=child)["parent"].rises


def test_grandparent_rises_through_its_parent():
    found = parents(
        composite("parent", "ALARM(root-usage)"),
        composite("grandparent", "ALARM(parent)"),
        composite("great-grandparent", f"ALARM({composite('grandparent').arn})"),
    )
    assert [parent.via for parent in found.values()] == [(), ("parent",), ("parent", "grandparent")]
    assert list(found) == ["parent", "grandparent", "great-grandparent"]
    assert all(parent.rises for parent in found.values())


def test_grandparent_stays_silent_when_the_alarm_between_needs_another():
    found = parents(
        composite("parent", "ALARM(root-usage) AND ALARM(other)"),
        composite("grandparent", "ALARM(parent)"),
        others=[other()],
    )
    assert slugs(found["grandparent"]) == ["composite-needs-another"]
    assert "needs other in ALARM besides root-usage" in found["grandparent"].remarks[0].sentence


def test_composite_alarm_can_be_the_child():
    child = composite("middle", "ALARM(root-usage)")
    top = composite("top", "ALARM(middle)")
    (parent,) = notifying_parents(child, Alarms(metric_alarms=(CHILD,), composite_alarms=(child, top)))
    assert parent.alarm == top
    assert parent.rises


def test_parents_of_a_level_come_by_name():
    found = parents(composite("b", "ALARM(root-usage)"), composite("a", "ALARM(root-usage)"))
    assert list(found) == ["a", "b"]


def test_parent_that_sees_the_child_twice_is_judged_once():
    found = parents(
        composite("a", "ALARM(root-usage)"),
        composite("z", "ALARM(root-usage) AND ALARM(a)"),
    )
    assert found["z"].rises
    assert found["z"].via == ()


def test_parent_rises_only_when_all_alarms_between_do():
    found = parents(
        composite("b", "ALARM(root-usage)"),
        composite("a", "ALARM(b) AND ALARM(c)"),
        composite("c", "ALARM(root-usage) AND FALSE"),
    )
    assert found["b"].rises
    assert slugs(found["a"]) == ["composite-ignores-child"]


def test_composite_that_depends_on_itself_is_broken():
    found = parents(
        composite("a", "ALARM(root-usage) OR ALARM(b)"),
        composite("b", "ALARM(a)"),
        composite("c", "ALARM(a)"),
        composite("d", "ALARM(root-usage) AND NOT ALARM(a)"),
    )
    assert slugs(found["a"]) == slugs(found["b"]) == ["composite-cycle"]
    assert slugs(found["c"]) == ["composite-needs-another"] or not found["c"].rises
    assert found["d"].rises


def test_composite_that_names_itself_is_a_cycle():
    assert slugs(parents(composite("a", "ALARM(root-usage) OR ALARM(a)"))["a"]) == ["composite-cycle"]


def test_very_long_chain_is_followed():
    chain = [composite("c0", "ALARM(root-usage)")]
    chain += [composite(f"c{number}", f"ALARM(c{number - 1})") for number in range(1, 400)]
    found = parents(*chain)
    assert found["c399"].rises
    assert len(found["c399"].via) == 399


@pytest.mark.parametrize(
    ("suppressor", "state", "expected"),
    [
        ("other", "OK", []),
        ("other", "INSUFFICIENT_DATA", []),
        ("other", "ALARM", ["composite-suppressed-now"]),
        (alarm("other").arn, "ALARM", ["composite-suppressed-now"]),
        ("root-usage", "OK", ["composite-suppresses-itself"]),
        (CHILD.arn, "OK", ["composite-suppresses-itself"]),
        ("sibling", "OK", ["composite-suppresses-itself"]),
        ("gone", "OK", ["composite-suppressor-unseen"]),
    ],
)
def test_suppressor_withholds_the_actions(suppressor, state, expected):
    found = parents(
        composite(rule="ALARM(root-usage)", suppressor=suppressor),
        composite("sibling", "ALARM(root-usage)"),
        others=[other(state)],
    )
    assert slugs(found["parent"]) == expected
    assert found["parent"].rises is not bool(expected)


SPARSE = frozenset({"INSUFFICIENT_DATA"})
EITHER = frozenset({"OK", "INSUFFICIENT_DATA"})


@pytest.mark.parametrize(
    ("rule", "rests", "expected"),
    [
        ("ALARM(root-usage)", SPARSE, []),
        ("ALARM(root-usage)", EITHER, []),
        ("NOT OK(root-usage)", SPARSE, ["composite-always-in-alarm"]),
        ("ALARM(root-usage) OR INSUFFICIENT_DATA(root-usage)", SPARSE, ["composite-always-in-alarm"]),
        ("NOT INSUFFICIENT_DATA(root-usage)", SPARSE, []),
        ("NOT OK(root-usage)", EITHER, ["composite-already-in-alarm"]),
        ("OK(root-usage) OR INSUFFICIENT_DATA(root-usage)", EITHER, ["composite-always-in-alarm"]),
        ("OK(root-usage)", EITHER, ["composite-ignores-child"]),
        ("NOT OK(root-usage) AND ALARM(gone)", EITHER, ["composite-unknown-child"]),
        ("NOT OK(root-usage) AND NOT ALARM(busy)", EITHER, ["composite-held-back"]),
    ],
)
def test_parent_rises_from_every_state_in_which_the_child_may_rest(rule, rests, expected):
    family = Alarms(metric_alarms=(CHILD, other("ALARM", "busy")), composite_alarms=(composite(rule=rule),))
    (parent,) = notifying_parents(CHILD, family, rests=rests)
    assert slugs(parent) == expected


def test_states_in_which_the_child_may_rest_are_told():
    family = Alarms(metric_alarms=(CHILD,), composite_alarms=(composite(rule="NOT OK(root-usage)"),))
    (parent,) = notifying_parents(CHILD, family, rests=EITHER)
    assert "because of root-usage (which rests in OK or in INSUFFICIENT_DATA)" in parent.remarks[0].sentence


@pytest.mark.parametrize(
    ("rule", "suppressor", "in_step", "expected"),
    [
        ("ALARM(root-usage) AND ALARM(flood)", None, True, []),
        ("ALARM(root-usage) AND NOT ALARM(flood)", None, True, ["composite-moved-together"]),
        ("ALARM(root-usage) AND OK(flood)", None, True, ["composite-moved-together"]),
        ("ALARM(root-usage) OR INSUFFICIENT_DATA(flood)", None, True, ["composite-always-in-alarm"]),
        ("ALARM(root-usage)", "flood", True, ["composite-suppresses-itself"]),
        ("ALARM(root-usage)", "flood", False, ["composite-suppresses-itself"]),
        ("ALARM(root-usage) OR ALARM(flood)", None, False, []),
        ("ALARM(root-usage) AND ALARM(flood)", None, False, ["composite-held-back"]),
        ("ALARM(root-usage) AND NOT ALARM(flood)", None, False, ["composite-held-back"]),
    ],
)
def test_alarms_that_the_same_event_moves_are_not_taken_at_rest(rule, suppressor, in_step, expected):
    parent = composite(rule=rule, suppressor=suppressor)
    family = Alarms(metric_alarms=(CHILD, other(name="flood")), composite_alarms=(parent,))
    (found,) = notifying_parents(CHILD, family, rests=SPARSE, moved={"flood": Motion(SPARSE, in_step=in_step)})
    assert slugs(found) == expected


def test_alarms_that_move_together_rest_in_states_of_their_own():
    parent = composite(rule="ALARM(root-usage) OR INSUFFICIENT_DATA(flood)")
    family = Alarms(metric_alarms=(CHILD, other(name="flood")), composite_alarms=(parent,))
    (found,) = notifying_parents(CHILD, family, rests=SPARSE, moved={"flood": Motion()})
    assert slugs(found) == []


@pytest.mark.parametrize(
    "rule", ["ALARM(root-usage) AND NOT OK(other)", "ALARM(root-usage) AND INSUFFICIENT_DATA(other)"]
)
def test_parent_that_rises_only_while_another_has_no_data_is_unseen(rule):
    parent = parents(composite(rule=rule), others=[other("INSUFFICIENT_DATA")])["parent"]
    assert slugs(parent) == ["composite-held-back"]
    assert "because of other (unless INSUFFICIENT_DATA)" in parent.remarks[0].sentence


def test_suppressor_that_is_in_alarm_before_the_event_suppresses():
    family = Alarms(
        metric_alarms=(CHILD,),
        composite_alarms=(composite(suppressor="sibling"), composite("sibling", "NOT OK(root-usage)")),
    )
    found = {parent.alarm.name: parent for parent in notifying_parents(CHILD, family, rests=SPARSE)}
    assert slugs(found["parent"]) == ["composite-suppresses-itself"]


@pytest.mark.parametrize(
    ("rule", "suppressor", "flood", "status"),
    [
        ('NOT OK("root-usage")', None, {}, Status.FAIL),
        ('ALARM("root-usage") OR INSUFFICIENT_DATA("root-usage")', None, {}, Status.FAIL),
        ('ALARM("root-usage")', None, {}, Status.PASS),
        ('ALARM("root-usage") AND NOT ALARM("flood")', None, {}, Status.FAIL),
        ('ALARM("root-usage") AND NOT ALARM("flood")', None, {"threshold": 1000.0}, Status.PASS),
        ('ALARM("root-usage") AND NOT ALARM("flood")', None, {"metric_name": "Other"}, Status.PASS),
        ('ALARM("root-usage") AND ALARM("flood")', None, {}, Status.PASS),
        ('ALARM("root-usage") AND ALARM("flood")', None, {"evaluation_periods": 2}, Status.MANUAL),
        ('ALARM("root-usage") AND ALARM("flood")', None, {"metric_name": "Other"}, Status.FAIL),
        ('ALARM("root-usage")', "flood", {}, Status.FAIL),
    ],
)
def test_account_whose_alarms_notify_through_a_composite_alarm(rule, suppressor, flood, status):
    alarms = [alarm(name, alarm_actions=(), **changes) for name, changes in (("root-usage", {}), ("flood", flood))]
    parent = composite(rule=rule, suppressor=suppressor)
    assert verdict(resources(alarms=alarms, parents=(parent,))).status is status
