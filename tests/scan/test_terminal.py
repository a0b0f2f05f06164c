"""What a person sees: blocks that fit the terminal, one cause told once, colours only where they are wanted."""

import io
import sys
from types import SimpleNamespace

import pytest

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.scan.blocks import account_blocks, count_line, hints, path_line
from prowler_cis_monitoring.scan.fleet_table import FleetRow, fleet_table
from prowler_cis_monitoring.scan.terminal import painter, say_account

NUMBERS = {"7.0": {control.check_id: f"5.{place}" for place, control in enumerate(CONTROLS.values(), start=1)}}
WAY = "trail org-trail → log group CloudTrail/logs → metric filter {0} → alarm {0} → topic alerts"
STEP = "Let the subscribers confirm."


def plain(text, status):
    return text


def report(slug, status="FAIL", grounds="it has no confirmed subscription", *, muted=False, rule="topic-empty"):
    control, way = CONTROLS[slug], WAY.format(slug)
    opening = f"Nobody is told when {control.event}"
    remarks = [{"rule": rule, "effect": {"FAIL": "broken", "MANUAL": "unseen", "PASS": "note"}[status]}] if rule else []
    heard = [{"arn": "a", "protocol": "email"}] if status == "PASS" else []
    sentence = f"{opening}: {way}." if status == "PASS" else f"{opening}: {way}: {grounds}. {STEP}"
    return SimpleNamespace(
        check_metadata=SimpleNamespace(CheckID=control.check_id, Severity=SimpleNamespace(value=control.severity)),
        status=status,
        status_extended=sentence,
        muted=muted,
        resource={
            "paths": [{"remarks": remarks, "subscriptions": heard}],
            "told": {"opening": opening, "way": way, "next_step": "" if status == "PASS" else STEP},
        },
    )


def account(*reports):
    return SimpleNamespace(scanned=SimpleNamespace(account="111122223333"), reports=reports, weak_points=None)


def blocks(*reports, width=80, everything=False):
    return account_blocks(account(*reports), NUMBERS, width=width, paint=plain, everything=everything)


def words(text):
    return " ".join(text.split())


@pytest.mark.parametrize("width", [60, 80, 110])
@pytest.mark.parametrize("everything", [False, True])
def test_no_line_is_wider_than_the_terminal(width, everything):
    shown = blocks(*map(report, CONTROLS), report("vpc_changes", "PASS", rule=""), width=width, everything=everything)
    assert max(map(len, shown.splitlines())) <= width


def test_failures_stand_first_and_a_pass_takes_one_line():
    shown = blocks(report("root_usage", "PASS", rule=""), report("vpc_changes"), report("iam_policy_changes", "MANUAL"))
    assert [line.split()[0] for line in shown.splitlines() if line[:1].isalpha()] == ["FAIL", "MANUAL", "PASS"]
    last = shown.splitlines()[-1]
    assert last.startswith("PASS    5.3 root_usage · high  ")
    assert last.endswith("→ 1 email")


def test_a_block_names_number_severity_path_break_rule_and_what_to_do_last():
    lines = blocks(report("vpc_changes"), width=100).splitlines()
    assert lines[0] == "FAIL    5.14 vpc_changes · medium"
    assert lines[2].strip() == "org-trail → CloudTrail/logs → vpc_changes → vpc_changes → ✗ topic alerts"
    assert (
        words(" ".join(lines[3:]))
        == "It has no confirmed subscription. [topic-empty] Next: Let the subscribers confirm."
    )


def test_a_cause_that_several_share_is_told_once_above_the_others():
    shared = [report(slug) for slug in ("root_usage", "vpc_changes", "iam_policy_changes")]
    shown = blocks(report("unauthorized_api_calls", grounds="it is encrypted"), *shared)
    assert shown.startswith("FAIL    3 controls, one cause\n")
    assert words(shown).count("no confirmed subscription") == 1
    assert "5.3 root_usage (high), 5.4 iam_policy_changes (high), 5.14 vpc_changes (medium)" in words(shown)
    assert count_line(account(*shared, report("kms_key_disable_or_deletion", "PASS"))) == "3 FAIL by 1 cause, 1 PASS"


@pytest.mark.parametrize(("rule", "causes"), [("metric-unread", 1), ("alarm-search", 3)])
def test_a_call_that_failed_is_one_cause_whichever_links_it_hides(rule, causes):
    hidden = [report(slug, "MANUAL", rule=rule) for slug in ("root_usage", "vpc_changes", "iam_policy_changes")]
    for one in hidden:
        told = one.resource["told"]
        one.status_extended = one.status_extended.replace(" → topic alerts", "")
        told["way"] = told["way"].removesuffix(" → topic alerts")
    assert count_line(account(*hidden)) == f"3 MANUAL by {causes} cause{'s' if causes > 1 else ''}"
    assert ("MANUAL  3 controls, one cause" in blocks(*hidden)) is (causes == 1)
    assert ("? alarm root_usage" in words(blocks(*hidden))) is (causes > 1)


def test_everything_tells_each_finding_with_its_whole_path():
    shown = words(
        blocks(report("root_usage"), report("vpc_changes"), report("iam_policy_changes", "PASS"), everything=True)
    )
    for slug in ("root_usage", "vpc_changes", "iam_policy_changes"):
        assert WAY.format(slug) in shown
    assert shown.count("no confirmed subscription") == 2


def test_what_is_muted_is_one_line_with_its_verdict():
    assert blocks(report("root_usage", muted=True)).startswith("MUTED (FAIL) 5.3 root_usage · high")


def test_a_sentence_that_was_written_as_a_whole_is_shown_as_it_is():
    found = report("root_usage", "MANUAL")
    found.status_extended, found.resource = "Unknown: the configuration file is invalid.", {"paths": [], "told": None}
    assert "Unknown: the configuration file is invalid." in blocks(found)


def test_what_follows_the_next_step_stands_behind_it():
    found = report("root_usage")
    found.status_extended += " More is known."
    assert words(blocks(found)).endswith(f"Next: {STEP} More is known.")


def test_the_command_that_prints_what_mends_stands_last_and_divides_no_cause():
    found = [report(slug) for slug in ("root_usage", "vpc_changes")]
    for one, slug in zip(found, ("root_usage", "vpc_changes"), strict=True):
        one.resource["told"]["hint"] = hint = f"Run cis-monitoring fix --control {slug} for what mends it."
        one.status_extended += f" {hint}"
    lines = blocks(*found).splitlines()
    assert lines[0] == "FAIL    2 controls, one cause"
    assert words(" ".join(lines)).endswith(
        f"Next: {STEP} Fix: cis-monitoring fix --control root_usage --control vpc_changes"
    )


def test_next_steps_are_named_for_what_there_is():
    assert hints(account(report("root_usage", "PASS")), everything=False) == ""
    assert "rule NAME" in hints(account(report("root_usage")), everything=False)
    assert "--all" not in hints(account(report("root_usage")), everything=True)
    assert "rule NAME" not in hints(account(report("root_usage", rule="")), everything=False)


@pytest.mark.parametrize("width", range(16, 120, 7))
def test_a_path_fits_its_line_and_keeps_its_end(width):
    line = path_line(WAY.format("console_authentication_failures").split(" → "), width, "✗ ")
    assert len(line) <= width
    assert line.endswith("✗ topic alerts") or width < 18


def row(account, name="", **verdicts):
    decided = {control.check_id: verdicts.get(control.slug, "PASS") for control in CONTROLS.values()}
    return FleetRow(account, name, decided)


ROWS = (
    row("111111111111", "log archive", root_usage="FAIL", vpc_changes="MANUAL"),
    row("222222222222", "a name that is far longer than any table should show in one line", root_usage="FAIL"),
    FleetRow("333333333333", "", dict.fromkeys((control.check_id for control in CONTROLS.values()), "MANUAL"), False),
)


@pytest.mark.parametrize("width", [60, 80, 110])
def test_accounts_have_a_line_each_and_a_total(width):
    lines = fleet_table(ROWS, NUMBERS, width=width, paint=plain).splitlines()
    assert max(map(len, lines)) <= width
    assert "✓✓✗✓✓ ✓✓✓✓✓ ✓✓✓?✓" in lines[1]
    assert lines[1].split()[-3:] == ["13", "1", "1"]
    assert "not scanned" in lines[3]
    assert lines[3].split()[-3:] == ["0", "0", "15"]
    assert lines[4].split() == ["3", "accounts", "27", "2", "16"]
    assert ("log archive" in lines[1]) == (width >= 80)


def test_names_are_harmless():
    assert "\x1b" not in fleet_table([row("111111111111", "\x1b[31mred")], NUMBERS, width=80, paint=plain)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("environment", "wanted", "colored"),
    [({}, True, True), ({}, False, False), ({"NO_COLOR": "1"}, True, False), ({"TERM": "dumb"}, True, False)],
)
def test_colours_are_for_terminals_that_want_them(environment, wanted, colored, monkeypatch):
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Terminal())
    say_account(account(report("root_usage")), ["CIS"], NUMBERS, color=wanted, everything=False)
    assert ("\x1b[31m" in sys.stdout.getvalue()) == colored


def test_no_escape_codes_are_written_into_a_file(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert painter(wanted=True)("FAIL", "FAIL") == "FAIL"
