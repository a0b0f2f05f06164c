import json
from datetime import timedelta

import jsonschema
import pytest

from prowler_cis_monitoring.alert_path.resources import TrailStatus, Unread
from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.schemas import SCHEMAS
from prowler_cis_monitoring.snapshot import Snapshot, write_snapshots
from prowler_cis_monitoring.snapshot.comparison import Turn, compare
from tests.alert_path.builders import ACCOUNT, REGION, TOPIC_ARN, alarm, composite, metric_filter, subscription, topic
from tests.alert_path.test_trail import NOW, trail
from tests.alert_path.test_verdict import resources
from tests.test_broken_lines import Terminal

ROOT = CONTROLS["root_usage"].suggested_pattern
NARROW = f"{{ {ROOT.strip('{} ')} && $.eventName != ConsoleLogin }}"
PENDING = topic(subscription(arn="PendingConfirmation", attributes=None))
DENIED = Unread(action="sns:GetTopicAttributes", region=REGION, account=ACCOUNT, resource=TOPIC_ARN, error="Denied")


def snapshot(pattern=ROOT, settings=None, account=None, days=0, **changes):
    found = resources(metric_filter(pattern=pattern), read_at=NOW + timedelta(days=days), **changes)
    if account:
        found = found.model_copy(update={"account": account})
    return Snapshot(resources=found, settings=settings or {})


def of_root(old, new):
    (change,) = [change for change in compare(old, new) if change.slug == "root_usage"]
    return change


CHANGES = {
    "pattern": (snapshot(NARROW), "metric filter root: the pattern was narrowed, from"),
    "muted": (snapshot(alarms=(alarm(actions_enabled=False),)), "alarm root-usage: its actions were disabled"),
    "threshold": (snapshot(alarms=(alarm(threshold=5.0),)), "alarm root-usage: threshold was 1.0, is 5.0"),
    "alarm": (snapshot(alarms=(alarm(metric_name="Other"),)), "alarm root-usage: metric_name was RootUsage, is Other"),
    "subscription": (snapshot(topics={TOPIC_ARN: topic(subscription("sqs"))}), "is gone"),
    "unconfirmed": (snapshot(topics={TOPIC_ARN: PENDING}), "is not confirmed any more (PendingConfirmation)"),
    "topic": (snapshot(topics={TOPIC_ARN: None}), "topic alerts: is gone"),
    "policy": (snapshot(topics={TOPIC_ARN: topic(policy="{}")}), "topic alerts: its access policy changed"),
    "logging": (snapshot(trails=(trail(status=TrailStatus(is_logging=False)),)), "trail all: logging was stopped"),
    "region": (snapshot(trails=(trail(multi_region=False),)), "trail all: is a single-Region trail now"),
    "globals": (
        snapshot(trails=(trail(multi_region=False, global_events=False),)),
        "trail all: leaves out global services now",
    ),
    "denied": (snapshot(topics={TOPIC_ARN: DENIED}), "could not be read any more (sns:GetTopicAttributes gave Denied)"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_made_a_verdict_worse_is_named(name):
    new, reason = CHANGES[name]
    change = of_root(snapshot(), new)
    assert change.turn is Turn.WORSE
    assert any(reason in told for told in change.reasons), change.reasons


@pytest.mark.parametrize("name", CHANGES)
def test_what_made_it_worse_makes_it_better_again_the_other_way(name):
    change = of_root(CHANGES[name][0], snapshot())
    assert change.turn is Turn.BETTER
    assert change.reasons


def test_a_rule_that_was_rewritten_is_told_with_both_texts():
    first = {"alarms": (alarm(alarm_actions=()),)}
    old = snapshot(parents=(composite(),), **first)
    new = snapshot(parents=(composite(rule='OK("root-usage")'),), **first)
    assert "its rule was" in " ".join(of_root(old, new).reasons)


def test_settings_that_changed_are_told_first():
    old = snapshot(NARROW, {"controls": {"root_usage": {"exclusions": ["{ $.eventName = ConsoleLogin }"]}}})
    change = of_root(old, snapshot(NARROW))
    assert (change.turn, change.reasons[0]) == (Turn.WORSE, "the settings changed")


def test_a_verdict_that_stays_has_no_reasons():
    assert {change.turn for change in compare(snapshot(), snapshot())} == {Turn.SAME}
    assert of_root(snapshot(), snapshot(days=7)).reasons == ()


@pytest.fixture
def saved(tmp_path):
    def save(name, *snapshots):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        write_snapshots(path, snapshots)
        return str(path)

    return save


def test_what_got_worse_stands_first_with_its_reason_and_status_3(saved, capsys):
    old, new = saved("old.json", snapshot()), saved("new.json", snapshot(NARROW, days=7))
    assert main(["diff", old, new]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "Worse: root_usage was PASS, is FAIL"
    assert "the pattern was narrowed" in lines[2]
    assert lines[-1] == f"{len(CONTROLS) - 1} controls as before."


@pytest.mark.parametrize("width", [60, 80])
def test_what_changed_fits_the_terminal(saved, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    shown = Terminal()
    monkeypatch.setattr("sys.stdout", shown)
    assert main(["diff", saved("old.json", snapshot()), saved("new.json", snapshot(NARROW, days=7))]) == 3
    lines = shown.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert any(line.startswith("    ") for line in lines)


def test_better_is_status_0(saved, capsys):
    assert main(["diff", saved("old.json", snapshot(NARROW)), saved("new.json", snapshot())]) == 0
    assert "Better: root_usage was FAIL, is PASS" in capsys.readouterr().out


def test_json_says_the_same(saved, capsys):
    assert main(["diff", saved("old.json", snapshot()), saved("new.json", snapshot(NARROW)), "--json"]) == 3
    said = json.loads(capsys.readouterr().out)
    jsonschema.validate(said, SCHEMAS["diff"]())
    (account,) = said["accounts"]
    first = account["controls"][0]
    assert (first["control"], first["turn"], first["before"], first["after"]) == ("root_usage", "worse", "PASS", "FAIL")
    assert len(account["controls"]) == len(CONTROLS)


def test_a_fleet_is_a_table_with_causes_counted(saved, capsys):
    accounts = ("111111111111", "222222222222", "333333333333")
    old = saved("old.jsonl", *(snapshot(account=one) for one in accounts))
    muted = {"alarms": (alarm(actions_enabled=False),)}
    new = saved("new.jsonl", *(snapshot(account=one, **muted) for one in accounts[:2]), snapshot(account=accounts[2]))
    assert main(["diff", old, new]) == 3
    out = capsys.readouterr().out
    assert f"111111111111      1       0    {len(CONTROLS) - 1}" in out
    assert f"333333333333      0       0    {len(CONTROLS)}" in out
    assert "2 times: alarm root-usage: its actions were disabled" in out
    assert "Account 333333333333" not in out


def test_an_account_that_is_not_looked_at_any_more_is_worse(saved, capsys):
    old = saved("old.jsonl", snapshot(account="1" * 12), snapshot(account="2" * 12))
    new = saved("new.jsonl", snapshot(account="1" * 12), snapshot(account="3" * 12))
    assert main(["diff", old, new]) == 3
    out = capsys.readouterr().out
    assert f"Account {'2' * 12} is not looked at any more." in out
    assert f"Account {'3' * 12} is new." in out


def test_of_a_folder_the_two_newest_of_each_account_are_compared(saved, tmp_path, capsys):
    saved("job/c.json", snapshot(NARROW, days=1))
    saved("job/a.json", snapshot(days=3))
    saved("job/b.json", snapshot(days=2))
    assert main(["diff", "--from", str(tmp_path / "job")]) == 0
    assert f"{len(CONTROLS)} controls as before." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "OLD and NEW are expected, or --from FOLDER"),
        (["{one}"], "OLD and NEW are expected"),
        (["{one}", "nothing.json"], "nothing.json: No such file or directory"),
        (["{one}", "{one}", "--from", "x"], "not both"),
        (["{twice}", "{one}"], "is in it more than once; use --from"),
        (["--from", "{folder}"], "no account is in it twice"),
        (["{one}", "{bad_settings}"], "delay_limit_seconds"),
    ],
)
def test_what_cannot_be_compared_is_told_with_status_2(saved, tmp_path, capsys, arguments, message):
    places = {
        "one": saved("one/one.json", snapshot()),
        "twice": saved("twice.jsonl", snapshot(), snapshot()),
        "folder": str(tmp_path / "one"),
        "bad_settings": saved("bad.json", snapshot(settings={"delay_limit_seconds": 1})),
    }
    assert main(["diff", *(argument.format(**places) for argument in arguments)]) == 2
    said = capsys.readouterr()
    assert (said.out, message in said.err) == ("", True), said.err
