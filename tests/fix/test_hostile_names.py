"""Whoever may name an alarm, a metric or a trail writes into our scripts: nothing of it is run, expanded or lost."""

import json
import re
import subprocess
from dataclasses import replace

import hcl2
import jmespath
import pytest
import yaml

from prowler_cis_monitoring.alert_path.resources import MetricAlarm
from prowler_cis_monitoring.demo import scenarios
from prowler_cis_monitoring.remedy import changes
from prowler_cis_monitoring.remedy.changes import is_writable
from prowler_cis_monitoring.remedy.forms import FORMS
from prowler_cis_monitoring.remedy.forms.steps import literal, steps_of
from prowler_cis_monitoring.remedy.parts import Part
from tests.fix.played import Account, problems

EVIL = (
    "$(touch evil)",
    "`touch evil`",
    "'; touch evil; '",
    '"; touch evil; "',
    "a\ntouch evil\n",
    "${jsonencode(1)}",
    "%{ if true }evil%{ endif }",
    "\\\"'\\'",
    "# evil",
    "!Sub ${AWS::AccountId}",
    "*/ {} [] : - ? &a *a",
    "\u202eevil\u2028\x1b[31m\x85",
    "--region=evil",
    "-e",
    "file:///etc/hostname",
    "fileb:///etc/hostname",
    "http://localhost/evil",
)
AT = {"account": "123456789012", "region": "us-east-1"}


def evil_changes(name):
    topic = f"arn:aws:sns:us-east-1:123456789012:{name}"
    group = f"arn:aws:logs:us-east-1:123456789012:log-group:{name}"
    alarm = MetricAlarm(
        arn=f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}",
        name=name,
        **AT,
        metric_name=name,
        namespace=name,
        description=name,
        statistic="Sum",
        period=300,
        threshold=1.0,
        comparison="GreaterThanOrEqualToThreshold",
    )
    trail = {"trail": name, "name": name}
    made = (
        changes.StartLogging(**AT, **trail),
        changes.RecordEveryRegion(**AT, **trail),
        changes.AddEventSelector(**AT, **trail, advanced=True),
        changes.CreateLogGroup(**AT, arn=group, name=name),
        changes.DeliverToLogGroup(**AT, **trail, log_group=group, role="role"),
        changes.CreateTrail(**AT, name=name, bucket=name, log_group=group, role="role"),
        changes.PutMetricFilter(**AT, log_group=group, name="f", pattern=name, namespace=name, metric=name),
        changes.PutMetricAlarm(**AT, name="a", namespace=name, metric=name, topic=topic, description=name),
        changes.EnableAlarmActions(**AT, alarm=alarm.arn, name=name),
        changes.AddAlarmAction(**AT, before=alarm, topic=topic),
        changes.CreateTopic(**AT, name=name),
        changes.SetTopicPolicy(**AT, topic=topic, before=name, after=name, sid="Sid"),
        changes.PutKeyPolicy(**AT, key=name, before=name, after=name, sid="Sid"),
        changes.Subscribe(**AT, topic=topic, address=f"{name}@example.com"),
    )
    return tuple(change.for_reasons(f"alarm {name}: it is broken") for change in made)


def words_of(commands):
    """What each call of the AWS CLI is given by bash."""
    listening = 'aws() { printf "%s\\0" "$#" "$@" >&2; }'
    code = "\n".join(["set -euo pipefail", "current='[]'", 'again() { "$@"; }', listening, *commands])
    done = subprocess.run(["bash", "-s"], input=code, capture_output=True, text=True, check=True)
    words, told = done.stderr.split("\0")[:-1], []
    while words:
        end = int(words[0]) + 1
        told.append(words[1:end])
        words = words[end:]
    assert len(told) == len(commands)
    return told


@pytest.mark.parametrize("name", EVIL)
def test_bash_gives_every_name_to_the_aws_cli_as_it_is(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    calls = [
        command
        for change in evil_changes(name)
        for step in steps_of(change)
        for command in (*step.make, *step.take_back)
        if command.startswith(("aws ", "again aws "))
    ]
    told = words_of(calls)
    assert all(words[:2] == ["--region", "us-east-1"] or words[0] == "iam" for words in told)
    given = {part for words in told for word in words for part in (word, *_inside(word))}
    assert name in given
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["--region=evil", "-e", "file://evil"])
def test_no_name_is_a_word_that_the_aws_cli_would_read_in_its_own_way(name):
    named = (*evil_changes(name)[3:4], *evil_changes(name)[6:10])
    steps = [step for change in named for step in steps_of(change)]
    states = [step.state.partition(" ")[2].partition(" ")[2] for step in steps]
    commands = [command for step in steps for command in (*step.make, *step.take_back)]
    calls = [*states, *(command for command in commands if command.startswith("aws "))]
    assert len(calls) == 15
    assert not any(name in words for words in words_of(calls))


@pytest.mark.parametrize("name", ["--region=evil", "file:///etc/hostname"])
def test_the_real_aws_cli_changes_the_alarm_of_that_name(name, aws_command):
    scenario = scenarios.find("actions-disabled")
    named = replace(scenario, changes={**scenario.changes, "alarm": {"AlarmName": name, "ActionsEnabled": False}})
    assert list(problems(Account(named), aws_command)) == []
    assert any(f'"AlarmNames": [{json.dumps(name)}]' in word for words in aws_command.calls for word in words)


@pytest.mark.parametrize("name", [*EVIL, "a\\b", "\\", "\\'", "a`b", "x\\\\'y", "\U0001f600"])
def test_jmespath_finds_every_name(name):
    assert jmespath.search(f"[?a=={literal(name)}] | length(@)", [{"a": name}, {"a": name + "x"}]) == 1


def test_an_alarm_whose_description_holds_everything_gets_an_action(aws_command):
    scenario, said = scenarios.find("no-action"), "'\"`\\ $(touch evil)\\' \u202e"
    alarm = {**scenario.changes["alarm"], "AlarmDescription": said, "AlarmName": "a\\'`b"}
    assert list(problems(Account(replace(scenario, changes={**scenario.changes, "alarm": alarm})), aws_command)) == []
    assert any("put-metric-alarm" in words for words in aws_command.calls)


def _inside(word):
    try:
        values = json.loads(word)
    except ValueError:
        return [word.partition("=")[2]]
    return [value for value in _values(values) if isinstance(value, str)]


def _values(value):
    if isinstance(value, dict):
        value = list(value.values())
    return [inner for one in value for inner in _values(one)] if isinstance(value, list) else [value]


@pytest.mark.parametrize("name", EVIL)
def test_the_whole_script_is_valid_and_does_nothing_by_itself(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    script = FORMS["cli"].write(Part("123456789012", "", evil_changes(name)), name)
    # An AWS CLI that knows another account: the script stops before the first step, having read all of itself.
    code = f"aws() {{ printf other; }}\n{script}"
    done = subprocess.run(["bash", "-s"], input=code, capture_output=True, text=True, check=False)
    assert (done.returncode, "credentials are of account other" in done.stderr) == (1, True), done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", EVIL)
def test_cloudformation_holds_every_name_as_it_is(name):
    text = FORMS["cloudformation"].write(Part("123456789012", "us-east-1", evil_changes(name)), name)
    resources = yaml.safe_load(text)["Resources"]
    assert resources["FFilter"]["Properties"]["FilterPattern"] == name
    assert resources["LogGroup"]["Properties"]["LogGroupName"] == name
    assert resources["AAlarm"]["Properties"]["AlarmDescription"] == name
    assert len(resources) == 10
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    assert not re.search(r"Fn::Sub|: !", code)


def test_a_name_that_cloudformation_would_expand_is_left_to_a_person():
    secret = "{{resolve:secretsmanager:all}}"
    change = changes.PutMetricAlarm(**AT, name="a", namespace=secret, metric="m", topic="t")
    text = FORMS["cloudformation"].write(Part("123456789012", "us-east-1", (change,)), "what was read")
    assert yaml.safe_load(text) is None
    assert "By hand" in text


@pytest.mark.parametrize("name", EVIL)
def test_terraform_holds_every_name_as_it_is(name):
    text = FORMS["terraform"].write(Part("123456789012", "us-east-1", evil_changes(name)), name)
    code = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    assert len(hcl2.loads(text)["resource"]) == 13
    assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", code)
    (pattern,) = re.findall(r'^  pattern +=\s"(.*)"$', code, re.MULTILINE)
    assert json.loads(f'"{pattern}"').replace("$${", "${").replace("%%{", "%{") == name


@pytest.mark.parametrize("name", ["half \ud800", "nothing \0"])
def test_a_name_that_no_file_can_hold_is_not_written(name):
    assert not any(map(is_writable, evil_changes(name)[:3]))
