"""The pages in a real browser: they open without a complaint, answer mouse and keyboard, and shut nobody out."""

import random
import re

import pytest

from prowler_cis_monitoring.picture import drawing_of, fleet_page, page
from tests.evil_names import EVIL_NAMES
from tests.picture.accounts import answer, estate, made_up, path, thousands
from tests.picture.browser import AXE, ask, needs_axe, needs_chromium, opened

pytestmark = needs_chromium
EVENTS = """
const name = (one) => one.querySelector("title").textContent;
const on = () => [...document.querySelectorAll("svg .on[data-box]")].map(name);
const hanging = () => [...document.querySelectorAll("li.hangs .title")].map((one) => one.textContent);
const said = () => document.querySelector(".say").textContent;
const press = (target, key) => target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
const settled = () => new Promise((done) => setTimeout(done, 50));
"""
DARK = ("--blink-settings=preferredColorScheme=0",)


@pytest.fixture(scope="module")
def account():
    return page(drawing_of("Account 123456789012", estate()))


@pytest.fixture(scope="module")
def fleet():
    return fleet_page(thousands(60))


@pytest.mark.parametrize("of", ["account", "fleet"])
def test_a_page_opens_without_a_complaint(request, tmp_path, of):
    dom, console = opened(request.getfixturevalue(of), tmp_path)
    assert console == []
    assert 'role="button"' in dom or "<tbody><tr>" in dom


def test_choosing_a_control_shows_its_path(account, tmp_path):
    told, _ = ask(
        account,
        EVENTS
        + """
document.querySelectorAll("summary")[1].click();
await settled();
return { on: on(), says: said(), lines: document.querySelectorAll("svg .w.on").length };
""",
        tmp_path,
    )
    assert [name.split()[0] for name in told["on"]] == [
        *("event", "trail", "log", "metric", "metric", "alarm", "topic", "person")
    ]
    assert told["lines"] == 7
    assert "Nobody is told of 1" in told["says"]


def test_choosing_a_resource_shows_what_hangs_on_it(account, tmp_path):
    told, _ = ask(
        account,
        EVENTS
        + """
const boxes = [...document.querySelectorAll("[data-box]")];
const topic = boxes.find((one) => one.querySelector("title").textContent.startsWith("topic"));
topic.dispatchEvent(new MouseEvent("click", { bubbles: true }));
const first = { hanging: hanging(), says: said(), pressed: topic.getAttribute("aria-pressed") };
topic.dispatchEvent(new MouseEvent("click", { bubbles: true }));
return { first, then: hanging() };
""",
        tmp_path,
    )
    assert len(told["first"]["hanging"]) == 4
    assert "4 controls hang on it" in told["first"]["says"]
    assert told["first"]["pressed"] == "true"
    assert told["then"] == []


def test_the_keyboard_goes_from_box_to_box_and_chooses(account, tmp_path):
    told, _ = ask(
        account,
        EVENTS
        + """
const start = document.querySelector('[data-box][tabindex="0"]');
start.focus();
press(document.activeElement, "ArrowRight");
press(document.activeElement, "ArrowRight");
const reached = document.activeElement.querySelector("title").textContent;
press(document.activeElement, "Enter");
const chosen = hanging().length;
press(document.activeElement, "Escape");
const stops = document.querySelectorAll('[data-box][tabindex="0"]').length;
return { reached, chosen, after: hanging().length, stops };
""",
        tmp_path,
    )
    assert told == {"reached": told["reached"], "chosen": 4, "after": 0, "stops": 1}
    assert told["reached"].startswith("log group")


@pytest.mark.parametrize("names", [None, list(EVIL_NAMES.values())], ids=["names", "evil-names"])
def test_every_text_fits_into_its_box_as_the_browser_draws_it(tmp_path, names):
    told, _ = ask(
        page(drawing_of("", made_up(random.Random(7), 30, names))),
        """
const out = [];
for (const box of document.querySelectorAll("svg [data-box]")) {
  const outline = box.querySelector(".o").getBBox();
  for (const text of box.querySelectorAll(":scope > text")) {
    const one = text.getBBox();
    if (one.x < outline.x || one.x + one.width > outline.x + outline.width + 1) out.push(text.textContent);
  }
}
return out;
""",
        tmp_path,
    )
    assert told == []


@pytest.mark.parametrize("name", ["script", "image", "closed-cell", "template"])
def test_no_name_runs_or_makes_an_element(tmp_path, name):
    evil = EVIL_NAMES[name]
    remarks = [("alarm-actions-disabled", "alarm", evil, "broken")]
    found = answer("root_usage", path(*[evil] * 6, remarks=remarks), status="FAIL", sentence=evil)
    question = """
const headings = document.querySelectorAll("h1").length;
return { owned: String(window.owned), images: document.images.length, headings };
"""
    told, console = ask(page(drawing_of(evil, [found])), question, tmp_path)
    assert told == {"owned": "undefined", "images": 0, "headings": 1}
    assert console == []


@needs_axe
@pytest.mark.parametrize("options", [(), DARK], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("of", ["account", "fleet"])
def test_axe_finds_no_violation(request, tmp_path, of, width, options):
    question = """
for (const one of document.querySelectorAll("details")) { one.open = true; break; }
const found = await axe.run(document, { resultTypes: ["violations"] });
return found.violations.map((one) => [one.id, one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200))]);
"""
    script = AXE.read_text(encoding="utf-8")
    told, _ = ask(request.getfixturevalue(of), question, tmp_path, script, width=width, options=options)
    assert told == []


def test_five_thousand_accounts_open_and_are_searched_in_less_than_two_seconds(tmp_path):
    text = fleet_page(thousands(5000))
    assert len(text.encode()) < 5_000_000
    told, console = ask(
        text,
        """
const loaded = performance.now();
const begun = performance.now();
document.getElementById("search").value = "000000004321";
document.getElementById("search").dispatchEvent(new Event("input"));
const rows = document.querySelectorAll("tbody tr").length;
const searched = performance.now() - begun;
const sorting = performance.now();
document.getElementById("search").value = "";
document.querySelector('[data-sort="lost"]').click();
const sorted = performance.now() - sorting;
return { loaded, searched, sorted, rows, count: document.getElementById("count").textContent };
""",
        tmp_path,
        clock=(),
    )
    assert console == []
    assert told["rows"] == 1
    assert told["count"] == "5000 of 5000 accounts"
    assert max(told["loaded"], told["searched"], told["sorted"]) < 2000


def test_a_fleet_is_searched_told_and_narrowed_to_a_cause(fleet, tmp_path):
    told, _ = ask(
        fleet,
        """
const input = document.getElementById("search");
input.value = "TEAM 59";
input.dispatchEvent(new Event("input"));
const found = [...document.querySelectorAll("tbody th button")].map((one) => one.textContent);
document.querySelector("tbody th button").click();
const says = document.getElementById("account").textContent;
document.querySelector("[data-cause]").click();
return { found, says, count: document.getElementById("count").textContent };
""",
        tmp_path,
    )
    assert told["found"] == ["000000000059"]
    assert "Account 000000000059 (team 59)" in told["says"]
    assert "config configuration changes, FAIL" not in told["says"]
    assert told["count"] == "6 of 60 accounts"


def test_an_account_is_printed_on_one_page(account, tmp_path):
    printed = tmp_path / "map.pdf"
    opened(account, tmp_path, options=("--no-pdf-header-footer", f"--print-to-pdf={printed}"))
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed.read_bytes())) == 1
