"""The page of an account: one file, strict about what runs, with everything that is to be said of a control."""

import random
import re
import unicodedata
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from prowler_cis_monitoring.picture import drawing_of, page
from tests.evil_names import EVIL_NAMES
from tests.picture.accounts import answer, made_up, path

WHOLE = ("org", "trail-logs", "root", "root-alarm", None, "alerts")


class Elements(HTMLParser):
    """Tags with their attributes, and the text outside of script and style."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self._silent = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._silent = tag in ("script", "style")

    def handle_endtag(self, tag):
        self._silent = False

    def handle_data(self, data):
        if not self._silent:
            self.texts.append(data)


def hashed(content):
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def test_only_what_is_hashed_runs_and_nothing_is_loaded():
    text = page(drawing_of("Account 1", [answer("root_usage", path(*WHOLE))]))
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert policy.startswith("default-src 'none'; ")
    assert f"script-src {hashed(script)};" in policy
    assert f"style-src {hashed(style)};" in policy
    assert set(re.findall(r"https?:[^\"]*", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\s(src|href|style|on\w+)=|url\(|@import", text)


def test_a_control_has_its_sentence_path_missed_event_and_what_mends_it():
    remarks = [("alarm-actions-disabled", "alarm", "root-alarm", "broken")]
    event = {"eventName": "ConsoleLogin", "userIdentity": {"type": "Root"}}
    told = answer("root_usage", path(*WHOLE, remarks=remarks), status="FAIL", missed_event=event)
    text = "".join(Elements(page(drawing_of("", [told]))).texts)
    assert "It is said." in text
    assert "alarm root-alarm \N{MULTIPLICATION X} brokenit is broken (alarm-actions-disabled)" in text
    assert '"eventName": "ConsoleLogin"' in text
    assert "Enable the alarm's actions." in text


def test_what_was_proved_to_mend_stands_in_place_of_the_rule_s_advice():
    remarks = [("alarm-actions-disabled", "alarm", "root-alarm", "broken")]
    broken = answer("root_usage", path(*WHOLE, remarks=remarks), status="FAIL")
    mended = type(broken)(broken.control, "FAIL", "", broken.evidence, mending=("Enable the actions of root-alarm.",))
    text = "".join(Elements(page(drawing_of("", [mended]))).texts)
    assert "What mends itEnable the actions of root-alarm." in text


@pytest.mark.parametrize("name", EVIL_NAMES)
def test_an_evil_name_makes_no_element(name):
    evil = EVIL_NAMES[name]
    remarks = [("alarm-actions-disabled", "alarm", evil, "broken")]
    paths = path(evil, evil, evil, evil, evil, evil, remarks=remarks)
    event = {evil: evil, "requestParameters": [evil]}
    plain = answer("root_usage", path(*["a"] * 6, remarks=[("alarm-actions-disabled", "alarm", "a", "broken")]))
    wanted = Elements(
        page(drawing_of("", [type(plain)("root_usage", "FAIL", "", {**plain.evidence, "missed_event": {}})]))
    )
    text = page(drawing_of(evil, [answer("root_usage", paths, status="FAIL", sentence=evil, missed_event=event)]))
    found = Elements(text)
    assert {tag for tag, _ in found.tags} == {tag for tag, _ in wanted.tags}
    assert {key for _, attributes in found.tags for key in attributes} == {
        key for _, attributes in wanted.tags for key in attributes
    }
    assert {sign for sign in text if unicodedata.category(sign)[0] in "CZ"} <= {" ", "\n"}


@pytest.mark.parametrize("seed", range(3))
def test_the_page_of_five_hundred_alarms_is_below_a_megabyte(seed):
    assert len(page(drawing_of("Account", made_up(random.Random(seed), 500))).encode()) < 1_000_000
