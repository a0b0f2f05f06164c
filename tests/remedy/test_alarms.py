"""Alarms beside which a remedy stands: kinds and settings that it must neither lose nor collide with."""

import pytest

from prowler_cis_monitoring.alert_path.resources import LogAlarm, MetricFilter
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.remedy import propose
from prowler_cis_monitoring.remedy.changes import AddAlarmAction, PutMetricAlarm, apply_all
from tests.simulator.accounts import HERE, READ_AT, Plan, _group, _trail, alarm, arn_of
from tests.simulator.records import ACCOUNT, LEADER

ADDRESS = "security@example.com"
OF_LOGS = LogAlarm(
    arn=arn_of("cloudwatch", "alarm:cis-monitoring-root-usage"),
    name="cis-monitoring-root-usage",
    region=LEADER,
    account=ACCOUNT,
)


def account(**changes):
    """An account with one filter and one alarm, which differs from a good one by changes, beside a log alarm."""
    plan = Plan("root_usage", trails=[_trail("all", "trail")], groups=[("trail", _group("trail"))])
    pattern = CONTROLS["root_usage"].suggested_pattern
    found = MetricFilter(name="f", log_group="trail", pattern=pattern, metric_name="M", namespace="Monitoring")
    plan.filters, plan.alarms = [(0, found)], [alarm("a", (), metric_name="M", **changes)]
    resources = plan.resources()
    alarms = resources.alarms[HERE].model_copy(update={"log_alarms": (OF_LOGS,)})
    return resources.model_copy(update={"alarms": {HERE: alarms}})


def made(resources):
    """The changes by which an account is mended; the log alarm is still there after them."""
    fix = propose(resources, "root_usage", email=ADDRESS)
    assert fix.mends, fix.reason
    assert apply_all(resources, fix.changes).alarms[HERE].log_alarms == (OF_LOGS,)
    return fix.changes


def test_a_log_alarm_is_neither_lost_nor_overwritten():
    changes = made(account(threshold=100.0))
    (created,) = [change for change in changes if isinstance(change, PutMetricAlarm)]
    assert created.name == "cis-monitoring-root-usage-2"


def test_a_log_alarm_stays_where_another_alarm_gets_an_action():
    assert any(isinstance(change, AddAlarmAction) for change in made(account()))


@pytest.mark.parametrize("setting", [{"evaluation_window": "WallClockWindow"}, {"warm_up_minutes": 30}])
def test_an_alarm_with_settings_that_an_aws_cli_may_not_know_is_not_put_again(setting):
    past = READ_AT.replace(day=1)
    changes = made(account(configuration_updated=past, **setting))
    assert not any(isinstance(change, AddAlarmAction) for change in changes)
