from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from prowler_cis_monitoring.alert_path.composite_alarm import Motion
from prowler_cis_monitoring.alert_path.graph import AlarmGraph
from prowler_cis_monitoring.alert_path.resources import Alarms
from prowler_cis_monitoring.alert_path.timeline import UNKNOWN, Timeline
from prowler_cis_monitoring.alert_path.verdict import Status
from tests.alert_path.builders import alarm, composite, slugs
from tests.alert_path.test_verdict import resources, verdict

CHILD = alarm("root-usage", state="OK")


RINGS = Timeline("OK", ((0, "ALARM"), (900, "OK")))
READ_AT = datetime(2026, 3, 2, tzinfo=timezone.utc)


def rising(start, end, rest="OK"):
    return Timeline(rest, ((start, "ALARM"), (end, "OK")))


def parents(*composites, others=(), child=CHILD, moves=(), **options):
    """Judge the parents of the child, which the event moves from OK to ALARM for 15 minutes unless `moves` differs."""
    graph = AlarmGraph(Alarms(metric_alarms=(child, *others), composite_alarms=composites))
    moved = {
        child.name: [RINGS],
        **{name: one if isinstance(one, list) else [one] for name, one in dict(moves).items()},
    }
    motion = Motion(graph, moved, **options)
    return {parent.alarm.name: parent for parent in motion.parents(child.name)}


def suppressed(timeline, wait=0, extension=0, child=RINGS, **options):
    """Judge a parent whose suppressor moves so."""
    parent = composite(suppressor="s", suppressor_wait=wait, suppressor_extension=extension)
    return parents(parent, others=[other(name="s")], moves={"s": timeline, "root-usage": child}, **options)["parent"]


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


SPARSE = [rising(0, 900, "INSUFFICIENT_DATA")]
EITHER = [rising(0, 900, "INSUFFICIENT_DATA"), rising(0, 900)]
IDLES = ("INSUFFICIENT_DATA", "OK")


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
        ("NOT OK(root-usage) AND ALARM(gone)", EITHER, ["composite-unknown-child"]),
        ("NOT OK(root-usage) AND NOT ALARM(busy)", EITHER, ["composite-already-in-alarm"]),
    ],
)
def test_parent_rises_from_every_state_in_which_the_child_may_rest(rule, rests, expected):
    found = parents(
        composite(rule=rule),
        others=[other("ALARM", "busy")],
        moves={"root-usage": rests},
        idles=IDLES[: len(rests)],
    )
    assert slugs(found["parent"]) == expected


def test_states_in_which_the_child_may_rest_are_told():
    (parent,) = parents(composite(rule="NOT OK(root-usage)"), moves={"root-usage": EITHER}, idles=IDLES).values()
    assert "because of root-usage (which rests in OK or in INSUFFICIENT_DATA)" in parent.remarks[0].sentence


@pytest.mark.parametrize(
    ("rule", "suppressor", "flood", "expected"),
    [
        ("ALARM(root-usage) AND ALARM(flood)", None, RINGS, []),
        ("ALARM(root-usage) AND NOT ALARM(flood)", None, RINGS, ["composite-moved-together"]),
        ("ALARM(root-usage) AND OK(flood)", None, RINGS, ["composite-moved-together"]),
        ("ALARM(root-usage) OR INSUFFICIENT_DATA(flood)", None, SPARSE[0], ["composite-always-in-alarm"]),
        ("ALARM(root-usage) OR INSUFFICIENT_DATA(flood)", None, RINGS, []),
        ("ALARM(root-usage)", "flood", RINGS, ["composite-suppresses-itself"]),
        ("ALARM(root-usage) AND NOT ALARM(flood)", None, rising(0, 180), []),
        ("ALARM(root-usage) AND NOT ALARM(flood)", None, rising(60, 900), []),
        ("ALARM(root-usage) AND ALARM(flood)", None, rising(840, 1200), []),
        ("ALARM(root-usage) AND ALARM(flood)", None, rising(900, 1200), ["composite-moved-together"]),
        ("ALARM(root-usage) OR ALARM(flood)", None, UNKNOWN, ["composite-held-back"]),
        ("ALARM(root-usage) AND NOT ALARM(flood)", None, UNKNOWN, ["composite-held-back"]),
        ("ALARM(root-usage)", "flood", UNKNOWN, ["composite-may-suppress-itself"]),
    ],
)
def test_alarms_that_the_same_event_moves_go_through_their_own_states(rule, suppressor, flood, expected):
    parent = composite(rule=rule, suppressor=suppressor)
    found = parents(parent, others=[other(name="flood")], moves={"flood": flood})["parent"]
    assert slugs(found) == expected


@pytest.mark.parametrize(
    ("rule", "second", "delay"),
    [
        ("ALARM(root-usage)", RINGS, 0),
        ("ALARM(root-usage) AND NOT ALARM(b)", rising(0, 180), 180),
        ("ALARM(root-usage) AND ALARM(b)", rising(120, 900), 120),
        ("ALARM(root-usage) OR ALARM(b)", rising(120, 900), 0),
    ],
)
def test_delay_is_that_of_the_rule(rule, second, delay):
    found = parents(composite(rule=rule), others=[other(name="b")], moves={"b": second})["parent"]
    assert found.delay == delay


def test_rule_that_becomes_true_too_late_is_broken():
    late = rising(600, 900)
    parent = composite(rule="ALARM(root-usage) AND ALARM(b)")
    found = parents(parent, others=[other(name="b")], moves={"b": late}, delay_limit=300)["parent"]
    assert slugs(found) == ["composite-late"]
    assert "600 seconds after the event" in found.remarks[0].sentence


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"two": "ALARM(b)", "top": "ALARM(root-usage) AND NOT ALARM(two)"}, ["composite-moved-together"]),
        ({"two": "ALARM(b)", "three": "ALARM(root-usage)", "top": "ALARM(two) AND ALARM(three)"}, []),
        ({"two": "ALARM(b)", "three": "ALARM(two)", "top": "ALARM(three) AND ALARM(root-usage)"}, []),
        ({"calm": "NOT ALARM(m)", "top": "ALARM(root-usage) AND ALARM(calm)"}, []),
        ({"calm": "NOT ALARM(m)", "top": "ALARM(root-usage) AND OK(calm)"}, ["composite-needs-another"]),
        ({"calm": "NOT ALARM(m)", "top": "ALARM(root-usage) AND INSUFFICIENT_DATA(calm)"}, ["composite-ignores-child"]),
        ({"calm": "OK(m)", "top": "ALARM(root-usage) OR ALARM(calm)"}, ["composite-always-in-alarm"]),
    ],
)
def test_the_whole_graph_moves_and_rests(rules, expected):
    composites = [composite(name, rule) for name, rule in rules.items()]
    found = parents(*composites, others=[other(name="b"), other(name="m")], moves={"b": RINGS})["top"]
    assert slugs(found) == expected


ALWAYS = Timeline("ALARM")


@pytest.mark.parametrize(
    ("rule", "rest", "expected", "told"),
    [
        ("ALARM(root-usage) OR ALARM(b)", "ALARM", "composite-always-in-alarm", "because b is in ALARM"),
        ("ALARM(root-usage) AND NOT ALARM(b)", "ALARM", "composite-held-back-at-rest", "b (which rests in ALARM)"),
        ("ALARM(root-usage) AND OK(b)", "INSUFFICIENT_DATA", "composite-held-back-at-rest", "rests in INSUFFICIENT"),
        ("ALARM(root-usage) AND NOT INSUFFICIENT_DATA(b)", "INSUFFICIENT_DATA", "composite-held-back-at-rest", "b ("),
    ],
)
def test_alarms_that_filters_feed_rest_as_their_filters_let_them(rule, rest, expected, told):
    found = parents(composite(rule=rule), others=[other(name="b")], moves={"b": Timeline(rest)})["parent"]
    assert slugs(found) == [expected]
    assert told in found.remarks[0].sentence


@pytest.mark.parametrize(
    ("rule", "expected", "told"),
    [
        ("ALARM(root-usage) OR ALARM(b)", "composite-always-in-alarm", "b is in ALARM at times"),
        ("ALARM(root-usage) AND NOT ALARM(b)", "composite-held-back-at-rest", "b"),
    ],
)
def test_what_holds_at_times_only_is_broken(rule, expected, told):
    moves = {"root-usage": [RINGS, RINGS], "b": [Timeline("OK"), ALWAYS]}
    options = {"moves": moves, "idles": ("OK", "OK")}
    found = parents(composite(rule=rule), others=[other(name="b"), other(name="c")], **options)["parent"]
    assert slugs(found) == [expected]
    assert told in found.remarks[0].sentence


@pytest.mark.parametrize(
    ("rule", "suppressor", "b", "at_times"),
    [
        ("ALARM(root-usage) OR ALARM(b)", None, [Timeline("OK"), ALWAYS], True),
        ("ALARM(root-usage) OR ALARM(b)", None, [ALWAYS, ALWAYS], False),
        ("ALARM(root-usage) AND NOT ALARM(b)", None, [Timeline("OK"), ALWAYS], True),
        ("ALARM(root-usage)", "b", [Timeline("OK"), ALWAYS], True),
        ("ALARM(root-usage)", "b", [ALWAYS, ALWAYS], False),
        # Nobody is told in the world in which the rule becomes true.
        ("ALARM(root-usage) AND ALARM(b)", "b", [ALWAYS, Timeline("OK")], False),
        ("ALARM(root-usage) OR ALARM(b)", "gone", [Timeline("OK"), ALWAYS], False),
    ],
)
def test_parent_that_works_at_times_says_so(rule, suppressor, b, at_times):
    moves = {"root-usage": [RINGS, RINGS], "b": b}
    parent = composite(rule=rule, suppressor=suppressor)
    found = parents(parent, others=[other(name="b")], moves=moves, idles=("OK", "OK"))["parent"]
    assert not found.rises
    assert [one.at_times for one in found.remarks] == [at_times]


@pytest.mark.parametrize(("works", "at_times"), [((0, 2), True), ((0,), False)])
def test_what_works_at_times_does_so_in_whichever_state_alarms_rest(works, at_times):
    silent = Timeline("OK")
    moves = {"root-usage": [RINGS if world in works else silent for world in range(4)]}
    found = parents(composite(), moves=moves, idles=("OK", "OK", "INSUFFICIENT_DATA", "INSUFFICIENT_DATA"))["parent"]
    assert [one.at_times for one in found.remarks] == [at_times]


def test_parent_that_rises_at_times_only_without_one_to_blame_is_unreliable():
    moves = {"root-usage": [RINGS, Timeline("OK")]}
    found = parents(composite(), moves=moves, idles=("OK", "OK"))["parent"]
    assert slugs(found) == ["composite-unreliable"]


@pytest.mark.parametrize(
    ("suppressor", "wait", "extension", "expected", "delay"),
    [
        (Timeline("OK"), 0, 0, [], 0),
        (Timeline("OK"), 60, 60, [], 60),
        (rising(0, 180), 0, 60, [], 240),
        (rising(0, 180), 60, 60, [], 240),
        (rising(60, 180), 0, 60, [], 0),
        (rising(60, 180), 120, 60, [], 240),
        # A WaitPeriod is discarded by the suppressor, and none begins while that is in ALARM.
        (rising(0, 180), 1800, 0, [], 180),
        (rising(60, 180), 1800, 60, [], 240),
        (rising(0, 840), 0, 60, ["composite-suppresses-itself"], None),
        (rising(0, 900), 0, 0, ["composite-suppresses-itself"], None),
        (Timeline("OK"), 1800, 0, ["composite-wait-outlasts"], None),
        (Timeline("OK"), 900, 0, ["composite-wait-ends-with-alarm"], None),
        (ALWAYS, 0, 0, ["composite-suppressed-for-good"], None),
        (Timeline("OK", ((0, "ALARM"),)), 0, 0, ["composite-suppressed-for-good"], None),
        (Timeline("ALARM", ((0, "OK"),)), 0, 120, [], 120),
        (Timeline("OK", ((0, "ALARM"), (60, "OK"), (120, "ALARM"), (300, "OK"))), 0, 60, [], 360),
        # Rings in the moment in which its suppressor leaves ALARM: the WaitPeriod or the ExtensionPeriod.
        (Timeline("ALARM", ((0, "OK"),)), 1800, 0, ["composite-suppressor-lets-go"], None),
        (Timeline("ALARM", ((0, "OK"),)), 0, 1800, ["composite-suppressor-lets-go"], None),
    ],
)
def test_actions_wait_and_are_suppressed_as_documented(suppressor, wait, extension, expected, delay):
    found = suppressed(suppressor, wait, extension)
    assert slugs(found) == expected
    assert found.delay == delay


def test_actions_lost_in_one_alarm_are_taken_in_the_next():
    twice = Timeline("OK", ((0, "ALARM"), (180, "OK"), (600, "ALARM"), (1500, "OK")))
    assert suppressed(rising(0, 300), child=twice).delay == 600


def test_actions_that_wait_too_long_are_late():
    assert slugs(suppressed(Timeline("OK"), 600, delay_limit=300)) == ["composite-waits"]
    assert slugs(suppressed(rising(0, 600), 0, delay_limit=300)) == ["composite-late"]


@pytest.mark.parametrize(
    ("hours", "expected"), [(25, ["composite-in-alarm-long"]), (23, ["composite-in-alarm-now"]), (None, [])]
)
def test_parent_that_has_been_in_alarm_for_more_than_a_day_tells_nobody_of_anything_new(hours, expected):
    since = None if hours is None else READ_AT - timedelta(hours=hours)
    parent = composite(state="ALARM", state_transitioned=since)
    assert slugs(parents(parent, read_at=READ_AT)["parent"]) == expected


@pytest.mark.parametrize(
    ("rule", "state", "hours", "expected"),
    [
        ("ALARM(root-usage) OR ALARM(other)", "ALARM", 25, "composite-always-in-alarm"),
        ("ALARM(root-usage) OR ALARM(other)", "ALARM", 1, "composite-already-in-alarm"),
        ("ALARM(root-usage) AND OK(other)", "INSUFFICIENT_DATA", 25, "composite-held-back-at-rest"),
        ("ALARM(root-usage) AND OK(other)", "INSUFFICIENT_DATA", 1, "composite-held-back"),
    ],
)
def test_state_of_an_alarm_that_no_filter_feeds_is_its_rest_after_a_day(rule, state, hours, expected):
    sibling = alarm("other", state=state, state_transitioned=READ_AT - timedelta(hours=hours))
    assert slugs(parents(composite(rule=rule), others=[sibling], read_at=READ_AT)["parent"]) == [expected]


@pytest.mark.parametrize("name", ['a "b"', "a\\b", "with (parentheses), commas", "arn:no", "ALARM"])
def test_names_are_looked_up_exactly(name):
    child = alarm(name, state="OK")
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    found = parents(composite(rule=f'ALARM("{quoted}")'), composite("b", 'ALARM("other")'), child=child)
    assert list(found) == ["parent"]
    assert found["parent"].rises


@pytest.mark.parametrize(
    "rule", ["ALARM(root-usage) AND NOT OK(other)", "ALARM(root-usage) AND INSUFFICIENT_DATA(other)"]
)
def test_parent_that_rises_only_while_another_has_no_data_is_unseen(rule):
    parent = parents(composite(rule=rule), others=[other("INSUFFICIENT_DATA")])["parent"]
    assert slugs(parent) == ["composite-held-back"]
    assert "because of other (unless INSUFFICIENT_DATA)" in parent.remarks[0].sentence


def test_suppressor_that_is_in_alarm_before_the_event_suppresses():
    found = parents(
        composite(suppressor="sibling"),
        composite("sibling", "NOT OK(root-usage)"),
        moves={"root-usage": SPARSE},
    )
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
        ('ALARM("root-usage") AND ALARM("flood")', None, {"evaluation_periods": 2}, Status.PASS),
        ('ALARM("root-usage") AND ALARM("flood")', None, {"metric_name": "Other"}, Status.FAIL),
        ('ALARM("root-usage")', "flood", {}, Status.FAIL),
    ],
)
def test_account_whose_alarms_notify_through_a_composite_alarm(rule, suppressor, flood, status):
    alarms = [alarm(name, alarm_actions=(), **changes) for name, changes in (("root-usage", {}), ("flood", flood))]
    parent = composite(rule=rule, suppressor=suppressor)
    assert verdict(resources(alarms=alarms, parents=(parent,))).status is status


@pytest.mark.parametrize(
    ("rule", "without_data", "expected"),
    [
        ("ALARM(root-usage) AND ALARM(other)", "ALARM", ["composite-child-unsettled"]),
        ("ALARM(root-usage) AND NOT ALARM(other)", "ALARM", ["composite-child-unsettled"]),
        ("ALARM(root-usage) AND NOT INSUFFICIENT_DATA(other)", "INSUFFICIENT_DATA", ["composite-child-unsettled"]),
        ("ALARM(root-usage) OR ALARM(other)", "ALARM", ["composite-child-unsettled"]),
        ("ALARM(root-usage) AND NOT ALARM(other)", "INSUFFICIENT_DATA", []),
        ("ALARM(root-usage) AND NOT ALARM(other)", "OK", []),
        ("ALARM(root-usage) AND ALARM(other)", "INSUFFICIENT_DATA", ["composite-needs-another"]),
        ("ALARM(other) AND FALSE AND ALARM(root-usage)", "ALARM", ["composite-ignores-child"]),
    ],
)
def test_alarm_that_changed_lately_may_rest_where_it_comes_to_without_data(rule, without_data, expected):
    options = {"others": [other()], "without_data": {"other": without_data}}
    assert slugs(parents(composite(rule=rule), **options)["parent"]) == expected


def test_nothing_is_certain_of_an_alarm_that_changed_lately_and_one_that_nobody_can_follow():
    options = {"others": [other()], "without_data": {"other": "ALARM"}, "moves": {"root-usage": UNKNOWN}}
    found = parents(composite(rule="ALARM(root-usage) AND ALARM(other)"), **options)["parent"]
    assert slugs(found) == ["composite-held-back"]


def test_suppressor_that_changed_lately_may_be_in_alarm_without_data():
    parent = composite(suppressor="s")
    options = {"others": [other(name="s")], "without_data": {"s": "ALARM"}}
    found = parents(parent, **options)["parent"]
    assert slugs(found) == ["composite-suppressor-unsettled"]
    assert "depends on s (ALARM when its metric has no data)" in found.remarks[0].sentence


def test_what_is_beneath_a_composite_alarm_is_looked_for_once_and_no_more_is_kept_than_fits():
    alarms = Alarms(
        metric_alarms=(alarm("a"), alarm("b")),
        composite_alarms=(composite("low", 'ALARM("a") OR ALARM("b")'), composite("top", 'ALARM("low")')),
    )
    graph, full = AlarmGraph(alarms), AlarmGraph(alarms)
    full._names_left = 2
    for one in (graph, full):
        assert one.beneath("top") == {"low", "a", "b"}
    assert graph.beneath("top") is graph.beneath("top")
    assert full.beneath("top") is not full.beneath("top")


def test_equal_rules_count_once_among_the_characters_that_are_read():
    rule = " OR ".join(f'ALARM("a{number}")' for number in range(700))
    graph = AlarmGraph(Alarms(composite_alarms=tuple(composite(f"c{number:03}", rule) for number in range(250))))
    assert all(read.rule is not None for read in graph.rules.values())
