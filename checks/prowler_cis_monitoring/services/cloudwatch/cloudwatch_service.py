"""CloudWatch: the alarms of a Region, with all that decides whether they ring."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.alert_path.resources import (
    Alarms,
    CompositeAlarm,
    FailedAction,
    LogAlarm,
    MetricAlarm,
    MetricQuery,
    MetricStat,
    Scope,
    Unread,
)
from prowler_cis_monitoring.services.answers import UNITS
from prowler_cis_monitoring.services.path_service import PathService
from prowler_cis_monitoring.services.reading import (
    Kind,
    Record,
    count,
    flag,
    moment,
    number,
    one_of,
    some_text,
    structure,
    structures,
    text,
    texts,
)
from prowler_cis_monitoring.services.sdk_extras import learn

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider

_KINDS = ("MetricAlarm", "CompositeAlarm")
# How a Region that has no log alarms answers who asks for them (common errors of the Query API).
_UNKNOWN_KIND = frozenset({"ValidationError", "InvalidParameterValue", "InvalidParameterCombination"})
_ARN = re.compile(r"arn:[^\s\"]+")
# CloudWatch words a history item so when an action could not be taken.
_FAILED = "Failed to execute action"
# CloudWatch API, MetricAlarm and CompositeAlarm.
_OF_A_METRIC = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period")
_STATES = one_of({"OK", "ALARM", "INSUFFICIENT_DATA"})
_STATISTICS = one_of({"SampleCount", "Average", "Sum", "Minimum", "Maximum"})
_UNITS = one_of(UNITS)
_TREATMENTS = one_of({"breaching", "notBreaching", "ignore", "missing"})
_LOW_SAMPLES = one_of({"evaluate", "ignore"})
_EVALUATION_STATES = one_of({"PARTIAL_DATA", "EVALUATION_ERROR", "EVALUATION_FAILURE", "IN_WARM_UP"})
_COMPARISONS = one_of(
    {
        "GreaterThanOrEqualToThreshold",
        "GreaterThanThreshold",
        "LessThanThreshold",
        "LessThanOrEqualToThreshold",
        "LessThanLowerOrGreaterThanUpperThreshold",
        "LessThanLowerThreshold",
        "GreaterThanUpperThreshold",
    }
)


class CloudWatch(PathService):
    """Reads alarms, composite alarms included."""

    name = "cloudwatch"

    def __init__(self, provider: AwsProvider) -> None:
        """Prepare for `provider`, as every service does, with clients that know the newer members of alarms."""
        learn(provider.session.current_session)
        super().__init__(provider)

    def failed_actions(self, name: str, scope: Scope) -> tuple[FailedAction, ...] | Unread:
        """Return the actions of an alarm whose latest execution failed, at most one entry an action."""
        return self.call(
            "describe_alarm_history",
            scope,
            name,
            read=_failed_actions,
            most_pages=1,
            AlarmName=name,
            AlarmTypes=list(_KINDS),
            HistoryItemType="Action",
            ScanBy="TimestampDescending",
            MaxRecords=100,
        )

    def alarms(self, scope: Scope, on_page: Callable[[Alarms], None]) -> Alarms | Unread:
        """Return all alarms of an account and Region; `on_page` is told of each page before."""
        found = self._alarms(scope, on_page, (*_KINDS, "LogAlarm"))
        if isinstance(found, Unread) and found.error in _UNKNOWN_KIND:
            return self._alarms(scope, on_page, _KINDS)
        return found

    def _alarms(self, scope: Scope, on_page: Callable[[Alarms], None], kinds: Sequence[str]) -> Alarms | Unread:
        def read(answer: Record) -> Alarms:
            return Alarms(
                metric_alarms=tuple(self._metric_alarm(alarm, scope) for alarm in answer.apart("MetricAlarms")),
                composite_alarms=tuple(self._composite_alarm(one, scope) for one in answer.apart("CompositeAlarms")),
                log_alarms=tuple(self._log_alarm(alarm, scope) for alarm in answer.apart_if_any("LogAlarms")),
            )

        # Without AlarmTypes, DescribeAlarms tells of metric alarms only; 100 is the largest page.
        return self.call(
            "describe_alarms",
            scope,
            read=read,
            join=_together,
            on_page=on_page,
            AlarmTypes=list(kinds),
            MaxRecords=100,
        )

    def _metric_alarm(self, alarm: Record, scope: Scope) -> MetricAlarm:
        watched = _watched(alarm)
        if alarm.problem:
            watched = {}
        elif watched["metric_name"] or watched["queries"]:
            watched |= _evaluated(alarm)
        members = {
            **watched,
            **_of_any_alarm(alarm, scope),
            "treat_missing_data": alarm.optional("TreatMissingData", _TREATMENTS, "missing"),
            "low_sample_percentile": alarm.optional("EvaluateLowSampleCountPercentile", _LOW_SAMPLES, None),
            "evaluation_state": alarm.optional("EvaluationState", _EVALUATION_STATES, None),
            "evaluation_window": _window(alarm),
            "warm_up_minutes": _warm_up(alarm),
        }
        return MetricAlarm(**members, unread=self.flaw("describe_alarms", scope, members["name"], alarm))

    def _composite_alarm(self, alarm: Record, scope: Scope) -> CompositeAlarm:
        suppressor = alarm.optional("ActionsSuppressor", some_text, None)
        seconds: Callable[[str, Kind[int], int], int] = alarm.required if suppressor else alarm.optional
        members = {
            "rule": alarm.required("AlarmRule", some_text, ""),
            "suppressor": suppressor,
            "suppressor_wait": seconds("ActionsSuppressorWaitPeriod", count, 0),
            "suppressor_extension": seconds("ActionsSuppressorExtensionPeriod", count, 0),
            **_of_any_alarm(alarm, scope),
        }
        return CompositeAlarm(**members, unread=self.flaw("describe_alarms", scope, members["name"], alarm))

    def _log_alarm(self, alarm: Record, scope: Scope) -> LogAlarm:
        query = alarm.record("ScheduledQueryConfiguration")
        members: dict[str, Any] = {
            "arn": alarm.required("AlarmArn", some_text, ""),
            "name": alarm.required("AlarmName", some_text, ""),
            "region": scope.region,
            "account": scope.account,
            "actions_enabled": alarm.required("ActionsEnabled", flag, True),  # noqa: FBT003 - says nothing wrong
            "alarm_actions": alarm.optional("AlarmActions", texts, ()),
            "state": alarm.required("StateValue", _STATES, "INSUFFICIENT_DATA"),
            "state_transitioned": alarm.optional("StateTransitionedTimestamp", moment, None),
            "configuration_updated": alarm.optional("AlarmConfigurationUpdatedTimestamp", moment, None),
            "query": query.required("QueryString", text, ""),
            "log_groups": query.optional("LogGroupIdentifiers", texts, ()),
        }
        return LogAlarm(**members, unread=self.flaw("describe_alarms", scope, members["name"], alarm))


def _window(alarm: Record) -> str | None:
    """Return the one member of a union that is there, known or not."""
    window = alarm.optional("EvaluationWindow", structure, {})
    name: str | None = next(iter(window), None)
    return str(window[name].get("name", name)) if name == "SDK_UNKNOWN_MEMBER" else name


def _warm_up(alarm: Record) -> int | None:
    if not alarm.has("WarmUpConfiguration"):
        return None
    return alarm.record("WarmUpConfiguration").required("WarmUpPeriodDurationInMinutes", count, None)


def _together(pages: Sequence[Alarms]) -> Alarms:
    return Alarms(
        metric_alarms=tuple(alarm for page in pages for alarm in page.metric_alarms),
        composite_alarms=tuple(alarm for page in pages for alarm in page.composite_alarms),
        log_alarms=tuple(alarm for page in pages for alarm in page.log_alarms),
    )


def _failed_actions(answer: Record) -> tuple[FailedAction, ...]:
    latest: dict[str, FailedAction | None] = {}
    for item in answer.records("AlarmHistoryItems"):
        summary = item.required("HistorySummary", text, "")
        at = item.required("Timestamp", moment, None)
        found = _ARN.search(summary)
        if found and at:
            # The ARN ends a sentence.
            action = found[0].rstrip(".,")
            failed = FailedAction(action=action, at=at, summary=summary) if summary.startswith(_FAILED) else None
            latest.setdefault(action, failed)
    return tuple(failed for failed in latest.values() if failed)


def _of_any_alarm(alarm: Record, scope: Scope) -> dict[str, Any]:
    """Return what metric and composite alarms have in common."""
    return {
        "arn": alarm.required("AlarmArn", some_text, ""),
        "name": alarm.required("AlarmName", some_text, ""),
        "region": scope.region,
        "account": scope.account,
        "actions_enabled": alarm.required("ActionsEnabled", flag, True),  # noqa: FBT003 - says nothing wrong
        "alarm_actions": alarm.required("AlarmActions", texts, ()),
        "ok_actions": alarm.optional("OKActions", texts, ()),
        "insufficient_data_actions": alarm.optional("InsufficientDataActions", texts, ()),
        "description": alarm.optional("AlarmDescription", text, "") or None,
        "state": alarm.required("StateValue", _STATES, "INSUFFICIENT_DATA"),
        "state_transitioned": alarm.optional("StateTransitionedTimestamp", moment, None),
        "configuration_updated": alarm.optional("AlarmConfigurationUpdatedTimestamp", moment, None),
    }


def _watched(alarm: Record) -> dict[str, Any]:
    """Return which metric an alarm watches, or which elements of metric math."""
    queries = tuple(_query(query) for query in alarm.records("Metrics"))
    if queries or not any(alarm.has(member) for member in _OF_A_METRIC):
        return {"queries": queries, "metric_name": None}
    return {
        "queries": (),
        "metric_name": alarm.required("MetricName", some_text, ""),
        "namespace": alarm.required("Namespace", some_text, ""),
        "dimensions": _dimensions(alarm, alarm.required),
        "period": alarm.required("Period", count, 0),
        "statistic": _either(alarm, "Statistic", _STATISTICS, "ExtendedStatistic", some_text),
        "unit": alarm.optional("Unit", _UNITS, None),
    }


def _evaluated(alarm: Record) -> dict[str, Any]:
    """Return how what an alarm watches is compared."""
    threshold_metric_id = alarm.optional("ThresholdMetricId", some_text, None)
    compared = alarm.optional if threshold_metric_id else alarm.required
    return {
        "evaluation_periods": alarm.required("EvaluationPeriods", count, 1),
        "datapoints_to_alarm": alarm.optional("DatapointsToAlarm", count, None),
        "threshold": compared("Threshold", number, None),
        "threshold_metric_id": threshold_metric_id,
        "comparison": alarm.required("ComparisonOperator", _COMPARISONS, ""),
    }


def _either(record: Record, member: str, kind: Kind[str], other: str, other_kind: Kind[str]) -> str:
    """Return the one of two members that is there; there is a problem where neither is."""
    return record.optional(other, other_kind, "") if record.has(other) else record.required(member, kind, "")


def _query(query: Record) -> MetricQuery:
    return MetricQuery(
        id=query.required("Id", some_text, ""),
        expression=None if query.has("MetricStat") else query.required("Expression", some_text, ""),
        metric=_stat(query.record("MetricStat")) if query.has("MetricStat") else None,
        return_data=query.required("ReturnData", flag, True),  # noqa: FBT003
        period=query.optional("Period", count, None),
        account=query.optional("AccountId", some_text, None),
    )


def _stat(stat: Record) -> MetricStat:
    metric = stat.record("Metric")
    return MetricStat(
        namespace=metric.required("Namespace", some_text, ""),
        metric_name=metric.required("MetricName", some_text, ""),
        dimensions=_dimensions(metric, metric.optional),
        period=stat.required("Period", count, 0),
        statistic=stat.required("Stat", some_text, ""),
        unit=stat.optional("Unit", _UNITS, None),
    )


def _dimensions(holder: Record, take: Callable[..., Any]) -> dict[str, str]:
    take("Dimensions", structures, ())
    return {
        dimension.required("Name", some_text, ""): dimension.required("Value", text, "")
        for dimension in holder.records("Dimensions")
    }
