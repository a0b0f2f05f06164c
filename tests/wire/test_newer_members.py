"""Members of alarms that are newer than Prowler's botocore reach the verdict, from the bytes on the wire on."""

import json
import re
from pathlib import Path

import boto3
import pytest
from botocore.loaders import ExtrasProcessor, Loader, create_loader
from botocore.model import ServiceModel

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import REGION, TOPIC_ARN
from prowler_cis_monitoring.demo.scenarios import find
from prowler_cis_monitoring.services import sdk_extras
from prowler_cis_monitoring.services.sdk_extras import learn
from tests.shared_session import SESSION
from tests.wire.harm import scan
from tests.wire.wire import Wire

_LOG_ALARM = """<LogAlarms><member><AlarmName>queries</AlarmName>
<AlarmArn>arn:aws:cloudwatch:us-east-1:123456789012:alarm:queries</AlarmArn>
<ActionsEnabled>true</ActionsEnabled><StateValue>OK</StateValue>
<AlarmActions><member>arn:aws:sns:us-east-1:123456789012:security-alerts</member></AlarmActions>
<ScheduledQueryConfiguration><QueryString>filter userIdentity.type = "{}"</QueryString>
<LogGroupIdentifiers><member>CloudTrail/logs</member></LogGroupIdentifiers></ScheduledQueryConfiguration>
</member></LogAlarms>"""


@pytest.fixture
def wire(provider, monkeypatch):
    return Wire(monkeypatch)


def answered(wire, slug, *, within="", beside="", rule=""):
    """Scan a scenario whose DescribeAlarms has more members: in its first alarm, and beside its alarms."""
    scenario = find(slug)
    scenario.blueprint().build(SESSION)
    if rule:
        moto_gaps.put_composite_alarm("security", rule, [TOPIC_ARN], REGION)

    def changed(_operation, response):
        text = response.content.decode()
        text = re.sub(r"(<MetricAlarms>\s*<member>)", rf"\1{within}", text, count=1)
        text = text.replace("</DescribeAlarmsResult>", f"{beside}</DescribeAlarmsResult>")
        response._content = text.encode()
        return response

    wire.harm("cloudwatch:DescribeAlarms", None, changed)
    return scan(scenario)


@pytest.mark.parametrize(
    ("window", "status", "told"),
    [
        ("<SlidingWindow/>", "PASS", "Somebody is told"),
        ("<WallClockWindow><Timezone>UTC</Timezone></WallClockWindow>", "PASS", "Somebody is told"),
        ("<MoonWindow/>", "MANUAL", "MoonWindow"),
    ],
)
def test_evaluation_window_is_read(window, status, told, wire):
    finding = answered(wire, "healthy", within=f"<EvaluationWindow>{window}</EvaluationWindow>")
    assert finding.status == status
    assert told in finding.status_extended


def test_wall_clock_window_of_a_day_is_too_late(wire):
    window = "<EvaluationWindow><WallClockWindow/></EvaluationWindow>"
    finding = answered(wire, "period-a-day", within=window)
    assert finding.status == "FAIL"
    assert "it rings 86400 seconds after the event" in finding.status_extended


def test_warm_up_says_when_it_is_over(wire):
    warm = (
        "<EvaluationState>IN_WARM_UP</EvaluationState><WarmUpConfiguration><WarmUpPeriodDurationInMinutes>90"
        "</WarmUpPeriodDurationInMinutes></WarmUpConfiguration>"
    )
    finding = answered(wire, "healthy", within=warm)
    assert finding.status == "MANUAL"
    until = r"not evaluated until that has passed, at \d{4}-\d\d-\d\d \d\d:\d\d UTC at the latest"
    assert re.search(until, finding.status_extended)


def test_log_alarm_that_is_meant_for_the_control_is_named(wire):
    finding = answered(wire, "no-alarm", beside=_LOG_ALARM.format("Root"))
    assert finding.status == "MANUAL"
    assert "log alarms run queries over what a trail delivers" in finding.status_extended
    assert "queries in us-east-1" in finding.status_extended


def test_composite_alarm_over_a_log_alarm_does_not_call_it_missing(wire):
    finding = answered(
        wire, "composite-notifies", beside=_LOG_ALARM.format("Root"), rule='ALARM("root-usage") AND ALARM(queries)'
    )
    assert finding.status == "MANUAL"
    assert "queries (of which nobody can tell whether the same event moves it)" in finding.status_extended


def test_log_alarm_for_something_else_changes_nothing(wire):
    finding = answered(wire, "no-alarm", beside=_LOG_ALARM.format("AWSAccount"))
    assert finding.status == "FAIL"


def test_region_without_log_alarms_is_asked_for_the_others(wire):
    def refused(_operation, response):
        error = "<ErrorResponse><Error><Code>ValidationError</Code><Message/></Error></ErrorResponse>"
        if "LogAlarm" in asked[-1]:
            response.status_code, response._content = 400, error.encode()
        return response

    def seen(params, **_):
        asked.append(params["AlarmTypes"])

    asked = []
    find("healthy").blueprint().build(SESSION)
    events, name = SESSION.client("cloudwatch", region_name=REGION).meta.events, "before-parameter-build"
    events.register(name, seen)
    wire.harm("cloudwatch:DescribeAlarms", None, refused)
    finding = scan(find("healthy"))
    events.unregister(name, seen)
    assert finding.status == "PASS"
    assert asked == [["MetricAlarm", "CompositeAlarm", "LogAlarm"], ["MetricAlarm", "CompositeAlarm"]]


def test_clients_know_the_members_though_others_were_made_before(monkeypatch):
    # A scan lets the sessions of its process know them from the start, and tests share one.
    monkeypatch.setattr("botocore.session.create_loader", create_loader)
    session = boto3.Session()
    before = session.client("cloudwatch", region_name=REGION).meta.service_model
    learn(session)
    learn(session)
    model = session.client("cloudwatch", region_name=REGION).meta.service_model
    assert "EvaluationWindow" not in before.shape_for("MetricAlarm").members
    assert "EvaluationWindow" in model.shape_for("MetricAlarm").members
    assert "LogAlarms" in model.operation_model("DescribeAlarms").output_shape.members
    assert session.resource("sns", region_name=REGION) is not None


def test_a_botocore_that_knows_the_members_keeps_its_own():
    path = Path(sdk_extras.__file__).parent / "cloudwatch/2010-08-01/service-2.sdk-extras.json"
    extras = json.loads(path.read_text())
    model = Loader().load_service_model("cloudwatch", "service-2", "2010-08-01")
    shapes = model["shapes"]
    shapes["MetricAlarm"]["members"]["EvaluationWindow"] = {"shape": "EvaluationWindow", "documentation": "known"}
    shapes["WallClockWindow"] = {"type": "structure", "members": {"Timezone": {"shape": "String"}}}
    for _ in range(2):
        ExtrasProcessor().process(model, [extras])
    found = ServiceModel(model, "cloudwatch").shape_for("MetricAlarm").members["EvaluationWindow"]
    assert found.documentation == "known"
    assert found.is_tagged_union
    assert "Timezone" in shapes["WallClockWindow"]["members"]


def test_the_models_are_parsed_once_for_all_sessions():
    sessions = [boto3.Session(region_name="us-east-1") for _ in range(2)]
    for session in sessions:
        learn(session)
    first, second = (session._session.get_component("data_loader") for session in sessions)
    assert first is second
