"""The map as SVG: nothing overlaps, every step is there once, and no name does harm."""

import random
import re
import unicodedata
from collections import Counter
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prowler_cis_monitoring.picture import drawing_of, svg
from tests.evil_names import EVIL_NAMES
from tests.picture import geometry
from tests.picture.accounts import answer, judged, made_up, path, steps_of
from tests.scenario_accounts import each_scenario, of_scenario
from tests.simulator.accounts import account
from tests.simulator.draws import Draws

WHOLE = ("org", "trail-logs", "root", "root-alarm", None, "alerts")
MANY = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def draws(draw):
    return Draws(lambda limit: draw(st.integers(0, limit - 1)))


def steps_drawn(drawing, text):
    """Every step that the SVG shows, by the names of what it joins."""
    found = []
    for line in geometry.read(text).lines:
        if line.get("data-to") is None:
            continue
        source, target = (drawing.boxes[int(line.get(end))] for end in ("data-from", "data-to"))
        found.append((_named(drawing, source), _named(drawing, target)))
    return Counter(found)


def _named(drawing, box):
    if box.kind == "metric filter":
        return (box.kind, f"{box.key[1].rpartition(':log-group:')[2]} {box.name}")
    if box.kind == "person":
        return (box.kind, f"{','.join(box.key[2:-1])} {box.key[-1]} {box.key[1].rpartition(':')[2]}")
    return (box.kind, box.name)


def is_well_drawn(answers):
    drawing = drawing_of("Account 111122223333", answers)
    text = svg(drawing)
    assert geometry.faults(text) == []
    assert steps_drawn(drawing, text) == steps_of(answers)
    return text


@each_scenario()
def test_the_map_of_a_scenario_is_well_drawn(scenario):
    account = of_scenario(scenario)
    is_well_drawn(judged(account.resources, account.settings))


@MANY
@given(draws())
def test_the_map_of_a_simulated_account_is_well_drawn(draws):
    _, resources = account(draws)
    drawing = drawing_of("Account", judged(resources))
    assert geometry.faults(svg(drawing)) == []


@pytest.mark.parametrize("alarms", [1, 3, 10, 40, 150, 500])
@pytest.mark.parametrize("seed", range(2))
def test_the_map_of_a_made_up_account_is_well_drawn(alarms, seed):
    is_well_drawn(made_up(random.Random(f"{alarms} {seed}"), alarms))


@pytest.mark.parametrize("name", EVIL_NAMES)
def test_an_evil_name_is_shown_without_harm(name):
    evil = EVIL_NAMES[name]
    broken = [("alarm-actions-disabled", "alarm", evil, "broken")]
    text = svg(drawing_of(evil, [answer("root_usage", path(evil, evil, evil, evil, evil, evil, remarks=broken))]))
    assert geometry.faults(text) == []
    root = ET.fromstring(text.encode())
    assert {element.tag.removeprefix(geometry.SVG) for element in root.iter()} <= {
        *("svg", "title", "desc", "style", "rect", "text", "g", "path")
    }
    shown = "".join(root.itertext()) + "".join(value for element in root.iter() for value in element.attrib.values())
    assert {char for char in shown if unicodedata.category(char)[0] in "CZ"} <= {" ", "\n"}
    assert len(text) < 40_000


def test_evil_names_of_many_resources_overlap_nothing():
    is_evil = list(EVIL_NAMES.values())
    for seed in range(5):
        text = svg(drawing_of("", made_up(random.Random(seed), 30, is_evil)))
        assert geometry.faults(text) == []


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs():
    text = svg(drawing_of("", [answer("root_usage", path(*WHOLE))]))
    assert re.findall(r"https?:[^\"]*", text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"<script|href|url\(|@import|\son\w+=", text)


def test_a_control_keeps_its_row_where_it_shares_nothing():
    answers = [
        answer(slug, path(f"t-{slug}", f"g-{slug}", f"f-{slug}", f"a-{slug}", None, f"s-{slug}"))
        for slug in ("root_usage", "iam_policy_changes", "vpc_changes")
    ]
    tops = Counter(box.top for box in geometry.read(svg(drawing_of("", answers))).boxes)
    assert sorted(tops.values()) == [8, 8, 8]


def test_a_long_name_keeps_its_beginning_and_end():
    name = "organization-security-account-alarm-for-the-use-of-the-root-user-eu"
    root = ET.fromstring(svg(drawing_of("", [answer("root_usage", path("org", "logs", "root", name, None, "a"))])))
    lines = [element.text for element in root.iter(f"{geometry.SVG}text") if element.get("class") == "n"]
    told = "".join(lines)
    assert "organization" in told
    assert "user-eu" in told
    assert "\N{HORIZONTAL ELLIPSIS}" in told
    assert name in "".join(element.text for element in root.iter(f"{geometry.SVG}title"))


def test_state_is_told_by_word_and_shape():
    broken = [("alarm-actions-disabled", "alarm", "root-alarm", "broken")]
    text = svg(drawing_of("", [answer("root_usage", path(*WHOLE, remarks=broken), status="FAIL")]))
    root = ET.fromstring(text)
    (alarm,) = [one for one in root.iter(f"{geometry.SVG}g") if "alarm root-alarm" in one.get("aria-label", "")]
    (topic,) = [one for one in root.iter(f"{geometry.SVG}g") if "topic alerts" in one.get("aria-label", "")]
    shapes = ["".join(re.findall("[a-z]", one.find(f"{geometry.SVG}path").get("d"))) for one in (alarm, topic)]
    assert shapes == ["hlvlhlvz", "hqvqhqvqz"]
    assert "\N{MULTIPLICATION X} broken" in "".join(alarm.itertext())
    assert "it is broken (alarm-actions-disabled)" in "".join(root.itertext())
