import pytest

from prowler_cis_monitoring.alert_path.rules import RULES
from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.rule import page
from prowler_cis_monitoring.templates.rules import TEMPLATE_RULES
from tests.root import ROOT


def test_a_rule_is_shown_as_its_page_says(capsys):
    assert main(["rule", "trail-not-logging"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("trail-not-logging\n  Link: trail\n  Effect: broken: ")
    assert not {"#", "*", "`"} & set(said)
    assert page(RULES["trail-not-logging"]) in (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert "“trail org-trail: logging is stopped (IsLogging is false)”" in said
    assert "cis-monitoring demo --scenario trail-not-logging" in said


def test_without_a_name_all_rules_are_listed_by_link(capsys):
    assert main(["rule"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {*RULES, *TEMPLATE_RULES} == {line.split()[0] for line in lines if line.startswith("  ")}
    assert lines.index("trail:") < lines.index("topic:")


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("trail-not-loging", "did you mean trail-not-logging"),
        ("something else", "cis-monitoring rule lists them"),
    ],
)
def test_an_unknown_rule_is_refused_with_near_names(asked, hint, capsys):
    assert main(["rule", asked]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert repr(asked) in said.err
    assert hint in said.err


def test_every_rule_has_a_page_with_effect_and_source():
    for rule in RULES.values():
        shown = page(rule)
        assert rule.source in shown
        assert f"**Effect**: {rule.effect.value}" in shown


def test_a_rule_may_be_copied_from_a_finding_with_its_brackets(capsys):
    assert main(["rule", "[filter-gap]"]) == 0
    assert capsys.readouterr().out.startswith("filter-gap\n")


def test_several_rules_are_shown_one_after_the_other(capsys):
    assert main(["rule", "no-alarm", "filter-gap"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line and line[0] != " "] == ["no-alarm", "filter-gap"]


def test_the_name_of_a_link_is_answered_with_how_its_rules_are_listed(capsys):
    assert main(["rule", "ALARM"]) == 2
    assert "cis-monitoring rule --list alarm lists those of this link" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["alarm", "Alarm", "alarm-"])
def test_a_list_keeps_to_the_word_that_is_asked_for(word, capsys):
    assert main(["rule", "--list", word]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "alarm:" in lines
    assert "trail:" not in lines
    rules = [line.split()[0] for line in lines if line.startswith("  ")]
    assert "alarm-actions-disabled" in rules
    assert all("alarm" in slug or RULES[slug].link == "alarm" for slug in rules)
