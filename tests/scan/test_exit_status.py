"""Every exit status of the table is what a scan ends with, and nothing else is."""

import json
from string import Formatter
from types import SimpleNamespace

import pytest

from prowler_cis_monitoring.alert_path.rules import RULES, Effect, Hidden
from prowler_cis_monitoring.cli import parser
from prowler_cis_monitoring.scan.exit_status import MEANINGS, Exit, exit_status
from prowler_cis_monitoring.scan.undecided import is_undecided
from tests.root import ROOT

REGIONS = ("--region", "us-east-1", "eu-west-1")
UNREAD = {"paths": [{"remarks": [{"rule": "topic-unread"}, {"rule": "delivery-late"}]}], "event_rules": []}
FOREIGN = {"paths": [{"remarks": [{"rule": "topic-foreign"}]}], "event_rules": []}
NOTHING = {"paths": [], "event_rules": []}


def path_with(slug):
    return {"paths": [{"remarks": [{"rule": slug}]}], "event_rules": []}


def report(status, evidence=NOTHING, *, muted=False):
    return SimpleNamespace(status=status, resource=evidence, muted=muted)


def test_help_and_readme_tell_every_status(capsys):
    with pytest.raises(SystemExit):
        parser().parse_args(["scan", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for status in Exit:
        assert f" {status} {MEANINGS[status]}" in told
        assert f"| {status} | {MEANINGS[status]} |" in readme


@pytest.mark.usefixtures("aws")
def test_an_account_of_which_nothing_could_be_read_is_undecided(scan, failures):
    failures.refuse("DescribeTrails")
    done = scan(*REGIONS)
    assert done.status == Exit.UNDECIDED
    assert len(done.rows()) == 15
    assert scan(*REGIONS, "--ignore-exit-code-5").status == Exit.NOTHING_FAILED


@pytest.mark.usefixtures("estate")
def test_verdicts_that_are_not_reported_count_for_what_was_decided(scan, failures):
    failures.refuse("DescribeTrails")
    assert scan(*REGIONS, "--status", "PASS").status == Exit.UNDECIDED
    failures.restore()
    assert scan(*REGIONS, "--status", "MANUAL").status == Exit.NOTHING_FAILED


@pytest.mark.usefixtures("aws")
def test_a_saved_account_is_undecided_too(scan, failures, tmp_path):
    failures.refuse("DescribeTrails")
    saved = tmp_path / "account.json"
    scan(*REGIONS, "--save", saved)
    assert scan("--from", saved, "--output-formats").status == Exit.UNDECIDED
    assert scan("--from", saved).status == Exit.UNDECIDED
    assert scan("--from", saved, "--output-formats", "--ignore-exit-code-5").status == Exit.NOTHING_FAILED


@pytest.mark.usefixtures("aws")
def test_a_control_that_failed_counts_before_an_account_that_is_undecided(scan, failures, tmp_path):
    files = [tmp_path / "refused.json", tmp_path / "empty.json"]
    failures.refuse("DescribeTrails")
    scan(*REGIONS, "--save", files[0])
    failures.restore()
    scan(*REGIONS, "--save", files[1])
    documents = [json.loads(path.read_text()) for path in files]
    documents[1]["resources"]["account"] = "222222222222"
    both = tmp_path / "both.jsonl"
    both.write_text("".join(json.dumps(document) + "\n" for document in documents))
    assert scan("--from", both).status == Exit.FAILED
    assert scan("--from", both, "--ignore-exit-code-3").status == Exit.UNDECIDED


@pytest.mark.parametrize(
    ("reports", "undecided"),
    [
        ([report("MANUAL"), report("MANUAL", UNREAD)], True),
        ([report("MANUAL", UNREAD), report("PASS")], False),
        ([report("MANUAL", UNREAD), report("FAIL")], False),
        ([report("MANUAL", UNREAD), report("MANUAL", FOREIGN)], False),
        ([report("MANUAL", {"paths": [], "event_rules": [{"name": "told otherwise"}]})], False),
        ([report("MANUAL", UNREAD, muted=True), report("MANUAL", UNREAD)], True),
        ([report("MANUAL", UNREAD, muted=True)], False),
    ],
)
def test_only_errors_in_everything_leave_an_account_undecided(reports, undecided):
    assert is_undecided(reports) is undecided


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.slug)
def test_a_rule_of_what_a_call_hides_says_so(rule):
    failed = rule.effect is Effect.UNSEEN and {"action", "error"} <= fields(rule.sentence)
    assert failed is (
        rule.hidden_by in {Hidden.CALL, Hidden.ANSWER, Hidden.DEFECT} and "action" in fields(rule.sentence)
    )
    assert is_undecided([report("MANUAL", path_with(rule.slug))]) is (rule.hidden_by not in {None, Hidden.OWNER})


def fields(sentence):
    return {name for _, name, _, _ in Formatter().parse(sentence)}


@pytest.mark.parametrize(
    ("accounts", "ignored", "status"),
    [
        ([], (), 0),
        ([([report("PASS")], False), ([report("FAIL")], False)], (), 3),
        ([([report("FAIL", muted=True)], False)], (), 0),
        ([([report("FAIL")], False), ([report("MANUAL")], True)], (), 3),
        ([([report("FAIL")], False), ([report("MANUAL")], True)], (3,), 5),
        ([([report("FAIL")], False), ([report("MANUAL")], True)], (3, 5), 0),
    ],
)
def test_the_status_is_the_worst_that_the_user_does_not_ignore(accounts, ignored, status):
    assert exit_status(accounts, ignored) == status
