"""The map as the text of a Mermaid flow chart."""

import random
import re

import pytest

from prowler_cis_monitoring.picture import drawing_of, mermaid
from tests.evil_names import EVIL_NAMES
from tests.picture.accounts import answer, made_up, path, steps_of

WHOLE = ("org", "trail-logs", "root", "root-alarm", None, "alerts")
_LINE = re.compile(
    r"%% .*|flowchart LR"
    r'|  b\d+(\(\["[^"\\`<>]*(<br/>[^"`<>]*)*"\]\)|\("[^"`]*"\)|\["[^"`]*"\]|\{\{"[^"`]*"\}\}):::[hub]'
    r'|  e\d+\[" "\]:::n'
    r'|  b\d+ (-->|-\.->|-\.-x)(\|"[^"`<>]*"\|)? [be]\d+'
    r"|  classDef [hubn] [\w:#, -]+|  %% \d+: .*"
)


def test_a_path_is_a_chain_of_nodes():
    text = mermaid(drawing_of("Account 1", [answer("root_usage", path(*WHOLE))]))
    assert text.startswith("%% Account 1\nflowchart LR\n")
    assert "b0 --> b1\n" in text
    assert '"alarm<br/>root-alarm<br/>#10003; holds"' in text


def test_where_events_are_lost_the_arrow_is_crossed_and_says_why():
    remarks = [("alarm-actions-disabled", "alarm", "root-alarm", "broken")]
    text = mermaid(drawing_of("", [answer("root_usage", path(*WHOLE, remarks=remarks), status="FAIL")]))
    assert '-.-x|"it is broken #40;alarm-actions-disabled#41;"| b6' in text


@pytest.mark.parametrize("seed", range(5))
def test_every_step_is_one_arrow(seed):
    answers = made_up(random.Random(seed), 40)
    arrows = re.findall(r"^  (b\d+) [^ ]+(?:\|.*\|)? (b\d+)$", mermaid(drawing_of("", answers)), re.MULTILINE)
    assert len(arrows) == len(set(arrows)) == steps_of(answers).total()


@pytest.mark.parametrize("name", EVIL_NAMES)
def test_an_evil_name_is_nothing_but_text(name):
    evil = EVIL_NAMES[name]
    broken = [("alarm-actions-disabled", "alarm", evil, "broken")]
    ends = path(evil, evil, remarks=[("log-group-missing", "log group", evil, "broken")], heard=())
    answers = [answer("root_usage", path(*[evil] * 6, remarks=broken), ends, status="FAIL")]
    for line in mermaid(drawing_of(evil, answers)).splitlines():
        assert _LINE.fullmatch(line), line
