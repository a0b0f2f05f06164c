"""Many accounts: one cause is one line, whatever it breaks, and every account has its row."""

import json
import re
from dataclasses import replace
from random import Random

from prowler_cis_monitoring.alert_path.rules import RULES
from prowler_cis_monitoring.picture import Fleet, fleet_page, svg
from tests.evil_names import EVIL_NAMES
from tests.picture import geometry
from tests.picture.accounts import SLUGS, answer, path, thousands

REFUSED = ("topic-refuses-cloudwatch", "topic", "central", "broken")


def fleet_of(*accounts):
    fleet = Fleet()
    for place, answers in enumerate(accounts):
        fleet.add(f"{place:012}", "", answers)
    return fleet


def own(place, slug="root_usage", *, topic="central", remarks=(), status="PASS"):
    names = (f"trail-{place}", f"logs-{place}", slug, f"alarm-{place}", None, topic)
    return answer(slug, path(*names, remarks=remarks, heard=() if remarks else ("email",)), status=status)


def broken(place, *slugs):
    return [own(place, slug, remarks=[REFUSED], status="FAIL") for slug in slugs]


def test_one_broken_topic_is_one_cause_in_all_accounts():
    causes = fleet_of(*(broken(place, "root_usage", "vpc_changes") for place in range(40))).causes()
    (cause,) = causes
    assert str(cause) == (
        "1 cause breaks 2 controls in 40 accounts: topic central: it is broken (topic-refuses-cloudwatch) "
        "[topic-refuses-cloudwatch] (root_usage, vpc_changes)"
    )


def test_the_same_fault_of_different_resources_is_told_once():
    accounts = [
        [own(place, remarks=[("alarm-actions-disabled", "alarm", f"alarm-{place}", "broken")], status="FAIL")]
        for place in range(3)
    ]
    for place, account in enumerate(accounts):
        account[0].evidence["paths"][0]["links"][3]["arn"] += str(place)
    (cause,) = fleet_of(*accounts).causes()
    assert str(cause).startswith("the same fault breaks 1 control in 3 accounts: alarm: ")
    # Two rules may mean the same to whoever should be told.
    assert str(cause).endswith(" [alarm-actions-disabled] (root_usage)")


def test_an_abbreviation_stays_as_it_is_written():
    stopped = [own(0, remarks=[("trail-no-management-events", "trail", "trail-0", "broken")], status="FAIL")]
    (cause,) = fleet_of(stopped).causes()
    assert "trail: API calls and sign-ins" in str(cause)


def test_what_is_not_seen_is_a_cause_of_its_own_and_what_passes_is_none():
    unseen = [own(0, remarks=[("topic-foreign", "topic", "central", "unseen")], status="MANUAL")]
    (cause,) = fleet_of(unseen, [own(1)]).causes()
    assert str(cause).startswith("1 cause leaves unknown 1 control in account 000000000000: topic: ")


def test_an_account_without_any_path_has_a_cause_too():
    (cause,) = fleet_of([answer("root_usage", status="FAIL")]).causes()
    assert str(cause) == "1 cause breaks 1 control in account 000000000000: no path was found (root_usage)"


def test_an_account_without_any_path_is_told_of_as_its_finding_tells():
    found = answer("root_usage", status="FAIL")
    told = {"opening": "Nobody is told", "hint": "Run cis-monitoring fix."}
    found = replace(found, sentence="Nobody is told: there is no trail. Create one. Run cis-monitoring fix.")
    found.evidence["told"] = told
    (cause,) = fleet_of([found], [found]).causes()
    assert str(cause) == ("the same fault breaks 1 control in 2 accounts: there is no trail. Create one (root_usage)")


def test_a_call_that_failed_is_one_cause_with_its_name_its_error_and_what_to_do_whatever_it_was_about():
    refused = "cloudwatch:DescribeAlarms in us-east-1 gave AccessDenied: allow cloudwatch:DescribeAlarms to the role"
    accounts = [[own(n, remarks=[("metric-unread", "metric", f"m-{n}", "unseen")], status="MANUAL")] for n in range(2)]
    for account in accounts:
        account[0].evidence["paths"][0]["remarks"][0]["sentence"] = refused
    (cause,) = fleet_of(*accounts).causes()
    assert str(cause) == (
        f"the same fault leaves unknown 1 control in 2 accounts: metric: {refused} [metric-unread] (root_usage)"
    )


def test_accounts_whose_trails_nobody_may_list_are_one_cause_with_the_call():
    opening, refused = "Unknown whether somebody is told", "cloudtrail:DescribeTrails gave AccessDenied: allow it"
    accounts = [
        [
            answer(
                "root_usage",
                status="MANUAL",
                sentence=f"{opening}: account {n:012}: {refused}.",
                told={"opening": opening},
            )
        ]
        for n in range(2)
    ]
    (cause,) = fleet_of(*accounts).causes()
    assert str(cause) == f"the same fault leaves unknown 1 control in 2 accounts: {refused} (root_usage)"


def test_accounts_whose_paths_differ_in_names_only_share_a_shape():
    fleet = fleet_of([own(0)], [own(1)], broken(2, "root_usage"))
    assert [(shape.status, len(accounts)) for shape, accounts in fleet.shapes().items()] == [("PASS", 2), ("FAIL", 1)]
    assert fleet.matrix(fleet.shapes()) == [[0], [0], [1]]


def test_the_page_has_every_account_with_each_control_and_the_shape_of_its_paths():
    text = fleet_page(fleet_of([own(0)], [], broken(2, "root_usage")))
    (data,) = re.findall(r'id="data">(.*?)</script>', text)
    found = json.loads(data)
    assert [row[0] for row in found["rows"]] == ["000000000000", "000000000001", "000000000002"]
    assert [[found["shapes"][shape][0] for shape in row[2] if shape >= 0] for row in found["rows"]] == [
        ["h"],
        [],
        ["b"],
    ]
    assert found["causes"] == [[2]]


def test_evil_names_end_no_script_and_make_no_element():
    fleet = Fleet()
    for place, evil in enumerate(EVIL_NAMES.values()):
        remarks = [("topic-refuses-cloudwatch", "topic", evil, "broken")]
        fleet.add(f"{place:012}", evil, [own(place, topic=evil, remarks=remarks, status="FAIL")])
        fleet.add(f"1{place:011}", evil, [own(place, topic=evil, remarks=remarks, status="FAIL")])
    text = fleet_page(fleet)
    assert text.count("<script") == text.count("</script") == 2
    assert not re.search(r"<(?:img|h1>all)", text)
    assert geometry.faults(svg(fleet.drawing())) == []


def test_the_drawing_of_a_fleet_has_one_box_for_what_accounts_share():
    fleet = thousands(50)
    drawing = fleet.drawing()
    assert sorted((box.name, box.standing.value) for box in drawing.boxes if box.kind == "topic") == [
        ("central", "broken"),
        ("each account's own", "holds"),
    ]
    assert drawing.title == "50 accounts"
    assert geometry.faults(svg(drawing)) == []


def test_the_page_is_small_even_where_no_account_is_like_another():
    fleet, random = Fleet(), Random(5)
    rules = sorted(slug for slug, rule in RULES.items() if rule.effect.value == "broken")
    for place in range(500):
        faults = [[(random.choice(rules), "alarm", f"alarm-{place}", "broken") for _ in range(3)] for _ in SLUGS]
        fleet.add(
            f"{place:012}",
            "n" * 300,
            [own(place, slug, remarks=found, status="FAIL") for slug, found in zip(SLUGS, faults, strict=True)],
        )
    assert len(fleet_page(fleet).encode()) < 5_000_000 // 10 + 200_000  # a tenth, and what does not grow
