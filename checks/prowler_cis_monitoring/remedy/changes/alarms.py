"""Changes of metric filters and alarms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any, ClassVar

from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Alarms,
    CompositeAlarm,
    LogGroup,
    MetricAlarm,
    MetricFilter,
    Scope,
    Unread,
)
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.remedy.changes.change import Change, log_group_name


@dataclass(frozen=True, kw_only=True)
class PutMetricFilter(Change):
    """Create a metric filter that publishes 1 for each event. Source: CloudWatch Logs API, PutMetricFilter."""

    log_group: str
    name: str
    pattern: str
    namespace: str
    metric: str
    unit: str | None = None
    weight = 3

    @property
    def log_group_name(self) -> str:
        """Name of the log group."""
        return log_group_name(self.log_group)

    @property
    def says(self) -> str:
        return (
            f"Create metric filter {self.name} on log group {self.log_group_name}, "
            f"which publishes {self.namespace}/{self.metric}"
        )

    def apply(self, resources: AccountResources) -> AccountResources:
        group = resources.log_groups.get(self.log_group)
        if not isinstance(group, LogGroup) or isinstance(group.metric_filters, Unread):
            return resources
        made = MetricFilter(
            name=self.name,
            log_group=self.log_group_name,
            pattern=self.pattern,
            metric_name=self.metric,
            namespace=self.namespace,
            unit=self.unit,
        )
        others = tuple(other for other in group.metric_filters if other.name != self.name)
        changed = group.model_copy(update={"metric_filters": (*others, made)})
        return resources.model_copy(update={"log_groups": {**resources.log_groups, self.log_group: changed}})


@dataclass(frozen=True, kw_only=True)
class PutMetricAlarm(Change):
    """Create an alarm that rings at one event: Sum of at least 1 in 300 seconds, missing data not breaching.

    Source: CloudWatch API, PutMetricAlarm; CIS AWS Foundations Benchmark, Monitoring.
    """

    name: str
    namespace: str
    metric: str
    topic: str
    description: str = ""
    unit: str | None = None
    partition: str = "aws"
    period: ClassVar[int] = 300
    threshold: ClassVar[int] = 1
    weight = 3

    @property
    def arn(self) -> str:
        """ARN of the alarm."""
        return f"arn:{self.partition}:cloudwatch:{self.region}:{self.account}:alarm:{self.name}"

    @property
    def says(self) -> str:
        return f"Create alarm {self.name} on metric {self.namespace}/{self.metric}, which tells topic {self.topic}"

    @property
    def made(self) -> MetricAlarm:
        """The alarm as it will be read."""
        return MetricAlarm(
            arn=self.arn,
            name=self.name,
            region=self.region,
            account=self.account,
            alarm_actions=(self.topic,),
            description=self.description or None,
            namespace=self.namespace,
            metric_name=self.metric,
            statistic="Sum",
            unit=self.unit,
            period=self.period,
            threshold=float(self.threshold),
            comparison="GreaterThanOrEqualToThreshold",
            treat_missing_data="notBreaching",
        )

    def apply(self, resources: AccountResources) -> AccountResources:
        scope = Scope(account=self.account, region=self.region)
        alarms = resources.alarms.get(scope, Alarms())
        if isinstance(alarms, Unread):
            return resources
        others = tuple(other for other in alarms.metric_alarms if other.name != self.name)
        changed = alarms.model_copy(update={"metric_alarms": (*others, self.made)})
        return resources.model_copy(update={"alarms": {**resources.alarms, scope: changed}})


@dataclass(frozen=True, kw_only=True)
class EnableAlarmActions(Change):
    """Let an alarm or a composite alarm take its actions. Source: CloudWatch API, EnableAlarmActions."""

    alarm: str
    name: str
    weight = 1

    @property
    def says(self) -> str:
        return f"Enable the actions of alarm {self.name}"

    def apply(self, resources: AccountResources) -> AccountResources:
        return _with_alarm(resources, self.alarm, lambda alarm: alarm.model_copy(update={"actions_enabled": True}))


@dataclass(frozen=True, kw_only=True)
class AddAlarmAction(Change):
    """Let an alarm tell a topic too, when it goes into ALARM; all else of the alarm stays as `before` shows it.

    Source: CloudWatch API, PutMetricAlarm and PutCompositeAlarm, which replace the whole alarm.
    """

    before: MetricAlarm | CompositeAlarm = field(hash=False)
    topic: str
    weight = 2

    @property
    def says(self) -> str:
        return f"Let alarm {self.before.name} tell topic {self.topic}"

    @property
    def after(self) -> MetricAlarm | CompositeAlarm:
        """The alarm with the action."""
        return self.before.model_copy(update={"alarm_actions": (*self.before.alarm_actions, self.topic)})

    def apply(self, resources: AccountResources) -> AccountResources:
        def told(alarm: Any) -> Any:  # noqa: ANN401 - either kind, returned as it came
            if self.topic in alarm.alarm_actions:
                return alarm
            return alarm.model_copy(update={"alarm_actions": (*alarm.alarm_actions, self.topic)})

        return _with_alarm(resources, self.before.arn, told)


def _with_alarm(resources: AccountResources, arn: str, changed: Callable[[Any], Any]) -> AccountResources:
    def all_changed(alarms: Alarms) -> Alarms:
        update = {
            "metric_alarms": tuple(changed(one) if one.arn == arn else one for one in alarms.metric_alarms),
            "composite_alarms": tuple(changed(one) if one.arn == arn else one for one in alarms.composite_alarms),
        }
        return alarms.model_copy(update=update)

    alarms = {
        scope: found if isinstance(found, Unread) else all_changed(found) for scope, found in resources.alarms.items()
    }
    return resources.model_copy(update={"alarms": alarms})
