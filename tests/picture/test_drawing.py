"""What a map shows, before anything has a place."""

from prowler_cis_monitoring.picture import drawing_of
from prowler_cis_monitoring.picture.drawing import Standing
from tests.picture.accounts import answer, arn_of, path

WHOLE = ("org", "trail-logs", "root", "root-alarm", None, "alerts")


def box(drawing, kind, name):
    (found,) = [box for box in drawing.boxes if (box.kind, box.name) == (kind, name)]
    return found


def line(drawing, source, target):
    (found,) = [
        one
        for one in drawing.lines
        if drawing.boxes[one.source].name == source
        and (drawing.boxes[one.target].name if one.target is not None else None) == target
    ]
    return found


def test_a_path_has_its_metric_and_who_is_told_beside_its_links():
    drawing = drawing_of("", [answer("root_usage", path(*WHOLE))])
    assert [box.kind for box in drawing.boxes] == [
        *("event", "trail", "log group", "metric filter", "metric", "alarm", "topic", "person")
    ]
    assert len(drawing.lines) == 7
    assert box(drawing, "person", "email").aside == "1 confirmed subscription"


def test_a_resource_of_several_controls_is_one_box_with_many_lines():
    other = ("org", "trail-logs", "vpc", "vpc-alarm", None, "alerts")
    drawing = drawing_of("", [answer("root_usage", path(*WHOLE)), answer("vpc_changes", path(*other))])
    assert box(drawing, "trail", "org").controls == ("root_usage", "vpc_changes")
    assert set(line(drawing, "org", "trail-logs").carried) == {"root_usage", "vpc_changes"}


def test_filters_of_two_log_groups_are_two_boxes_though_they_have_one_name():
    other = ("org", "other-logs", "root", "root-alarm", None, "alerts")
    drawing = drawing_of("", [answer("root_usage", path(*WHOLE), path(*other))])
    assert [box.name for box in drawing.boxes if box.kind == "metric filter"] == ["root", "root"]


def test_events_pass_up_to_the_broken_link_and_not_behind_it():
    broken = path(*WHOLE, remarks=[("alarm-actions-disabled", "alarm", "root-alarm", "broken")])
    drawing = drawing_of("", [answer("root_usage", broken, status="FAIL")])
    assert box(drawing, "alarm", "root-alarm").standing is Standing.BROKEN
    assert line(drawing, "root", "CIS/root").standing is Standing.HOLDS
    assert line(drawing, "CIS/root", "root-alarm").standing is Standing.HOLDS
    assert line(drawing, "root-alarm", "alerts").standing is Standing.BROKEN
    assert line(drawing, "alerts", "email").standing is Standing.BROKEN


def test_a_link_that_is_broken_for_one_control_carries_the_others():
    gap = [("trail-gap", "trail", "org", "broken")]
    drawing = drawing_of("", [answer("root_usage", path(*WHOLE)), answer("vpc_changes", path(*WHOLE, remarks=gap))])
    assert box(drawing, "trail", "org").shared
    carried = line(drawing, "org", "trail-logs").carried
    assert carried == {"root_usage": Standing.HOLDS, "vpc_changes": Standing.BROKEN}
    assert line(drawing, "org", "trail-logs").standing is Standing.HOLDS


def test_what_was_not_seen_makes_the_rest_uncertain():
    unseen = path(*WHOLE, heard=(), remarks=[("topic-foreign", "topic", "alerts", "unseen")])
    drawing = drawing_of("", [answer("root_usage", unseen, status="MANUAL")])
    assert box(drawing, "topic", "alerts").standing is Standing.UNSEEN
    assert line(drawing, "alerts", None).standing is Standing.UNSEEN


def test_a_remark_on_what_is_no_link_stands_at_the_end_of_its_path():
    remarks = [("subscription-filters-out", "subscription", "arn:x", "broken")]
    drawing = drawing_of("", [answer("root_usage", path(*WHOLE, heard=(), remarks=remarks), status="FAIL")])
    assert [fault.rule for fault in box(drawing, "topic", "alerts").faults] == ["subscription-filters-out"]


def test_one_remark_of_several_controls_has_one_number():
    remarks = [("trail-not-logging", "trail", "org", "broken")]
    broken = [answer(slug, path(*WHOLE, remarks=remarks), status="FAIL") for slug in ("root_usage", "vpc_changes")]
    drawing = drawing_of("", broken)
    ((where, fault),) = drawing.faults
    assert (where.name, fault.number, fault.controls) == ("org", 1, ("root_usage", "vpc_changes"))
    assert fault.mend


def test_without_a_path_the_event_itself_says_why():
    sentence = "Nobody is told when somebody uses the root user: there is no trail."
    drawing = drawing_of("", [answer("root_usage", status="FAIL", sentence=sentence)])
    ((where, fault),) = drawing.faults
    assert (where.kind, fault.sentence) == ("event", sentence)


def test_a_rule_that_counts_is_drawn_without_trail_and_metric():
    rule = {"name": "tell", "region": "us-east-1", "arn": "arn:aws:events:us-east-1:111122223333:rule/tell"}
    drawing = drawing_of("", [answer("root_usage", event_rules=[rule])])
    assert [(box.kind, box.column) for box in drawing.boxes][1] == ("event rule", "alarm")
    assert line(drawing, "tell", "target of the rule").standing is Standing.HOLDS


def test_a_box_of_another_account_says_so():
    found = path(*WHOLE)
    found["links"][-1]["arn"] = found["links"][-1]["arn"].replace("111122223333", "999988887777")
    drawing = drawing_of("", [answer("root_usage", found)])
    assert box(drawing, "topic", "alerts").aside == "account 999988887777"


def test_what_controls_hang_on_alone_is_known_by_its_key():
    alone = {("trail", arn_of("trail", "org")): ["root_usage"], ("trail", "arn:other"): ["vpc_changes"]}
    drawing = drawing_of("", [answer("root_usage", path(*WHOLE))], alone)
    assert [(box.name, box.alone) for box in drawing.boxes if box.alone] == [("org", ("root_usage",))]


def test_events_stand_in_the_order_of_the_controls():
    drawing = drawing_of("", [answer("vpc_changes", path(*WHOLE)), answer("root_usage", path(*WHOLE))])
    assert [box.name for box in drawing.boxes if box.kind == "event"] == ["root usage", "vpc changes"]
