"""The script of AWS CLI calls, run by the real AWS CLI: it mends, can be run again, and takes everything back."""

import itertools
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.validate import ParamValidator

from prowler_cis_monitoring.alert_path.resources import CompositeAlarm
from prowler_cis_monitoring.alert_path.verdict import Status
from prowler_cis_monitoring.demo import scenarios
from prowler_cis_monitoring.demo.estate import build_estate
from prowler_cis_monitoring.demo.organization import ARCHIVE, MANAGEMENT, MEMBER
from prowler_cis_monitoring.demo.scenarios import SCENARIOS
from prowler_cis_monitoring.demo.server import demo_server
from prowler_cis_monitoring.remedy import changes, propose_all
from prowler_cis_monitoring.remedy.forms import FORMS, documents
from prowler_cis_monitoring.remedy.forms.steps import steps_of
from prowler_cis_monitoring.remedy.parts import parts_of
from tests.cross_account.scenarios import row
from tests.fix.aws_command import writes
from tests.fix.played import (
    ADDRESS,
    ROOT,
    Account,
    MemberAccount,
    configuration_of,
    fix_of,
    problems,
    script_of,
    scripts_of,
)
from tests.scenario_accounts import judged
from tests.shared_session import SESSION
from tests.stand_in_provider import StandInProvider

# Each makes other kinds of changes; `python -m tests.fix.played` runs the scripts of all scenarios.
PLAYED = (
    "no-trail",
    "single-region-trail",
    "trail-not-logging",
    "trail-without-log-group",
    "trail-without-role",
    "write-only",
    "advanced-data-only",
    "log-group-deleted",
    "no-filter",
    "pattern-without-sign-in",
    "actions-disabled",
    "no-action",
    "topic-policy-refuses",
    "topic-key-default-policy",
    "deleted-subscription",
    "rule-on-alarm-state-changes",
)
KINDS = [kind for kind in changes.Change.__subclasses__() if kind is not changes.ConfirmSubscription]


@pytest.mark.parametrize("slug", PLAYED)
def test_the_script_mends_can_be_run_again_and_takes_everything_back(slug, aws_command):
    assert list(problems(Account(scenarios.find(slug)), aws_command)) == []


def test_one_script_mends_all_that_fails_in_the_demo_account(aws_command):
    def read():
        return judged(StandInProvider(regions={"us-east-1", "eu-west-1"}))

    build_estate(SESSION)
    before = read()
    failing = [slug for slug, verdict in before.verdicts.items() if verdict.status is Status.FAIL]
    fixes = propose_all(before.resources, alternatives=before.alternatives, email=ADDRESS)
    assert [fix.control for fix in fixes if fix.mends] == failing
    (part,) = parts_of(fixes, by_region=False)
    status, said = aws_command.run(FORMS["cli"].write(part, "what was read"))
    assert status == 0, said
    mended = {slug: verdict.status for slug, verdict in before.verdicts.items()} | dict.fromkeys(failing, Status.PASS)
    assert len(failing) == 10
    assert {slug: verdict.status for slug, verdict in read().verdicts.items()} == mended


def test_the_scripts_of_an_organization_mend_with_the_credentials_of_each_account(aws_command):
    changes = {"logging": False, "alarm": {"ActionsEnabled": False}, "topic_account": MEMBER}
    account = MemberAccount(row("all at once", MEMBER, "FAIL", **changes))
    assert list(problems(account, aws_command)) == []
    assert list(scripts_of(fix_of(account.read()))) == [MANAGEMENT, ARCHIVE, MEMBER]


def test_every_kind_of_change_can_be_written_as_shell_code():
    missing = [kind.__name__ for kind in KINDS if steps_of.dispatch(kind) is steps_of.dispatch(object)]
    assert missing == []


def test_the_script_stops_in_another_account(aws_command):
    account = Account(scenarios.find("actions-disabled"))
    account.build()
    before = configuration_of(account)
    script = script_of(fix_of(account.read())).replace("!= 123456789012", "!= 999999999999")
    status, said = aws_command.run(script)
    assert status == 1
    assert "123456789012" in said
    assert configuration_of(account) == before


def test_the_script_stops_where_somebody_has_changed_what_it_would_replace(aws_command):
    account = Account(scenarios.find("topic-policy-refuses"))
    account.build()
    script = script_of(fix_of(account.read()))
    changed = '{"Version":"2012-10-17","Statement":[]}'
    (arn,) = account.read().resources.topics
    SESSION.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=changed)
    status, said = aws_command.run(script)
    assert status == 1
    assert "run cis-monitoring fix again" in said
    assert account.read().resources.topics[arn].policy == changed


def test_the_script_stops_at_the_first_call_that_fails(aws_command):
    account = Account(scenarios.find("trail-not-logging"))
    account.build()
    script = script_of(fix_of(account.read()))
    SESSION.client("cloudtrail").delete_trail(Name="org-trail")
    status, said = aws_command.run(script)
    assert status != 0
    assert "TrailNotFoundException" in said
    assert "done:" not in said


def test_an_alarm_whose_topic_is_gone_and_whose_actions_are_disabled_gets_both(aws_command):
    scenario = scenarios.find("actions-disabled")
    account = Account(replace(scenario, changes={"alarm": {"ActionsEnabled": False}, "topic": None}))
    assert list(problems(account, aws_command)) == []
    assert {"put-metric-alarm", "enable-alarm-actions"} <= {word for words in aws_command.calls for word in words}


def roles_and_buckets():
    roles, buckets = SESSION.client("iam").list_roles()["Roles"], SESSION.client("s3").list_buckets()["Buckets"]
    return sorted([*(one["RoleName"] for one in roles), *(one["Name"] for one in buckets)])


@pytest.mark.parametrize(
    ("slug", "failing"),
    [
        ("no-trail", "put-bucket-policy"),
        ("no-trail", "put-role-policy"),
        ("no-trail", "start-logging"),
        ("trail-without-log-group", "update-trail"),
    ],
)
def test_what_a_script_has_made_before_a_call_failed_can_be_taken_back(slug, failing, aws_command):
    account = Account(scenarios.find(slug))
    account.build()
    script = script_of(fix_of(account.read())).replace("left=12", "left=1")
    before = configuration_of(account), roles_and_buckets()
    aws_command.refused = lambda words: failing in words
    assert aws_command.run(script)[0] != 0
    assert roles_and_buckets() != before[1]
    assert aws_command.run(script, "rollback")[0] == 0
    assert (configuration_of(account), roles_and_buckets()) == before


@pytest.mark.parametrize("slug", ["no-trail", "trail-without-log-group"])
def test_a_script_goes_on_where_a_call_has_failed(slug, aws_command):
    account = Account(scenarios.find(slug))
    account.build()
    script = script_of(fix_of(account.read())).replace("left=12", "left=1")
    met = set()

    def for_the_first_time(words):
        known = not writes(words) or tuple(words) in met
        met.add(tuple(words))
        return not known

    aws_command.refused = for_the_first_time
    ended = itertools.takewhile(lambda run: run[0] != 0, (aws_command.run(script) for _ in range(20)))
    assert len(list(ended)) == sum(map(writes, met))
    assert account.read().verdict(ROOT).status is Status.PASS


@pytest.mark.parametrize("there", [True, False])
def test_a_log_group_that_was_there_before_is_not_deleted(there, aws_command):
    account, logs = Account(scenarios.find("trail-without-log-group")), SESSION.client("logs")
    account.build()
    script = script_of(fix_of(account.read()))
    if there:
        logs.create_log_group(logGroupName="cis-monitoring-cloudtrail")
    for words in ((), ("rollback",)):
        status, said = aws_command.run(script, *words)
        assert status == 0, said
    found = logs.describe_log_groups(logGroupNamePrefix="cis-monitoring")["logGroups"]
    assert bool(found) == there
    assert ("was there before" in said) == there


@pytest.mark.parametrize("slug", ["composite-without-actions", "no-action"])
def test_an_alarm_that_gets_an_action_is_otherwise_put_as_it_was(slug, aws_command):
    account = Account(scenarios.find(slug))
    account.build()
    (added,) = [one for one in fix_of(account.read()).changes if isinstance(one, changes.AddAlarmAction)]
    composite = isinstance(added.before, CompositeAlarm)
    service = SESSION.client("cloudwatch").meta.service_model
    shape = service.operation_model("PutCompositeAlarm" if composite else "PutMetricAlarm").input_shape
    before, after = documents.alarm_parameters(added.before), documents.alarm_parameters(added.after)
    for parameters in (before, after):
        assert not ParamValidator().validate(parameters, shape).has_errors()
    assert after.pop("AlarmActions") == [*before.pop("AlarmActions", []), added.topic]
    assert after == before


def test_an_unknown_word_is_no_reason_to_change_anything(aws_command):
    account = Account(scenarios.find("actions-disabled"))
    account.build()
    before = configuration_of(account)
    status, said = aws_command.run(script_of(fix_of(account.read())), "undo")
    assert (status, configuration_of(account)) == (1, before)
    assert "apply or rollback" in said


@pytest.mark.end_to_end
@pytest.mark.xdist_group("moto-server")
def test_the_command_that_users_have_installed_runs_the_script():
    scenario = next(one for one in SCENARIOS if one.slug == "actions-disabled")
    with demo_server() as server:
        scenario.blueprint().build(server.session())
        environment = server.environment()
        fix = ["cis-monitoring", "fix", "--control", "root_usage", "--region", "us-east-1"]
        folder = str(Path(sys.executable).parent)
        environment["PATH"] = f"{folder}:{environment['PATH']}"
        script = subprocess.run(fix, env=environment, capture_output=True, text=True, check=True).stdout
        done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.startswith("done: Enable the actions of alarm root-usage")
        again = subprocess.run(fix, env=environment, capture_output=True, text=True, check=True)
        assert again.stdout == ""
        assert "1 of 1 pass already" in again.stderr
