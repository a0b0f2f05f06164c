"""An alert path as the past knows it: which series, which alarms and which topic keep records of what travelled it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from prowler_cis_monitoring.alert_path.graph import AlarmGraph, TooHardError, Truth
from prowler_cis_monitoring.alert_path.path import AlertPath, State
from prowler_cis_monitoring.alert_path.reading import metrics_read
from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Alarms,
    CompositeAlarm,
    LogAlarm,
    LogGroup,
    MetricAlarm,
    MetricFilter,
    Scope,
    Unread,
)
from prowler_cis_monitoring.proof.histories import ALARM, Metric
from prowler_cis_monitoring.records import dataclass

INCOMING = ("AWS/Logs", "IncomingLogEvents")


@dataclass(frozen=True)
class Way:
    """One alert path and where its records are kept.

    Attributes:
        path: the path.
        trail: ARN of the trail.
        group: ARN of the log group.
        filter_name: name of the metric filter.
        incoming: the series that counts the log group's events.
        metrics: the series of the filter's metric that the alarm reads.
        counts: whether a sum above zero in such a series can come of an event only.
        alarm: the alarm on the metric.
        notifier: the alarm whose action it is: the same, or a composite alarm above it.
        heeded: the alarms on which the notifier's actions depend, itself among them.
        made: when its log group and metric filter were made, as far as AWS says, by their kind.
        topic: ARN of the topic, None when the action leads to none.
    """

    path: AlertPath
    trail: str
    group: str
    filter_name: str
    incoming: Metric
    metrics: tuple[Metric, ...]
    counts: bool
    alarm: MetricAlarm
    notifier: MetricAlarm | CompositeAlarm
    heeded: tuple[MetricAlarm | CompositeAlarm | LogAlarm, ...]
    made: Mapping[str, datetime]
    topic: str | None

    @property
    def filter(self) -> str:
        """What changes of the metric filter are filed under."""
        return f"{self.group}:{self.filter_name}"

    @property
    def wait(self) -> int:
        """Seconds for which a suppressor may hold its actions back."""
        if isinstance(self.notifier, MetricAlarm):
            return 0
        return self.notifier.suppressor_wait + self.notifier.suppressor_extension


def ways_of(paths: Iterable[AlertPath], resources: AccountResources) -> tuple[Way, ...]:
    """Return the ways of the paths that reach an alarm, live ones first; what others left cannot be told apart."""
    return tuple(sorted(_ways(paths, resources), key=lambda way: list(State).index(way.path.state)))


def _ways(paths: Iterable[AlertPath], resources: AccountResources) -> Iterator[Way]:
    listed = [found for found in resources.alarms.values() if isinstance(found, Alarms)]
    metric_alarms = {one.arn: one for found in listed for one in found.metric_alarms}
    composite_alarms = {one.arn: one for found in listed for one in found.composite_alarms}
    graphs = {scope: AlarmGraph(found) for scope, found in resources.alarms.items() if isinstance(found, Alarms)}
    for path in paths:
        links = {link.kind: link for link in path.links}
        group = resources.log_groups.get(links["log group"].arn) if "log group" in links else None
        alarm = metric_alarms.get(links["alarm"].arn) if "alarm" in links else None
        if not isinstance(group, LogGroup) or alarm is None:
            continue
        notifier: MetricAlarm | CompositeAlarm | None = alarm
        if "composite alarm" in links:
            notifier = composite_alarms.get(links["composite alarm"].arn)
        found = _filter(group, links["metric filter"].name)
        if notifier is None or found is None:
            continue
        yield Way(
            path=path,
            trail=links["trail"].arn,
            group=group.arn,
            filter_name=found.name,
            incoming=Metric(group.account, group.region, *INCOMING, (("LogGroupName", group.name),)),
            metrics=tuple(_series(alarm, found)),
            counts=found.default in (None, 0) and _is_positive(found.value),
            alarm=alarm,
            notifier=notifier,
            heeded=tuple(_heeded(graphs[Scope(account=alarm.account, region=alarm.region)], alarm, notifier)),
            made={kind: at for kind, at in (("log group", group.created), ("metric filter", found.created)) if at},
            topic=links["topic"].arn if "topic" in links else None,
        )


def _heeded(
    graph: AlarmGraph, alarm: MetricAlarm, notifier: MetricAlarm | CompositeAlarm
) -> Iterator[MetricAlarm | CompositeAlarm | LogAlarm]:
    """Yield the alarms that decide whether a notifying alarm acts when the alarm on the metric rings."""
    if isinstance(notifier, MetricAlarm):
        yield notifier
        return
    names = {notifier.name, *graph.beneath(notifier.name)}
    if _rings_alone(graph, alarm, notifier):
        names = {name for name in names if name == alarm.name or alarm.name in graph.beneath(name)}
    if notifier.suppressor:
        suppressor = graph.name_of(notifier.suppressor)
        names |= {suppressor, *graph.beneath(suppressor)}
    yield from (graph.known[name] for name in sorted(names) if name in graph.known)


def _rings_alone(graph: AlarmGraph, alarm: MetricAlarm, notifier: CompositeAlarm) -> bool:
    """Whether a composite alarm is in ALARM whenever an alarm is, whatever all others do."""

    def leaf(state: str, name: str) -> Truth:
        return Truth(int(state == ALARM), int(state == ALARM)) if name == alarm.name else Truth(0, 1)

    try:
        return graph.truths([notifier.name], leaf, 1)[notifier.name].certain == 1
    except TooHardError:
        return False


def _filter(group: LogGroup, name: str) -> MetricFilter | None:
    filters = () if isinstance(group.metric_filters, Unread) else group.metric_filters
    return next((one for one in filters if one.name == name), None)


def _series(alarm: MetricAlarm, found: MetricFilter) -> Iterator[Metric]:
    for read in metrics_read(alarm).values():
        stat = read.stat
        if (stat.namespace, stat.metric_name) == (found.namespace, found.metric_name):
            dimensions = tuple(sorted(stat.dimensions.items()))
            yield Metric(alarm.account, alarm.region, stat.namespace, stat.metric_name, dimensions)


def _is_positive(value: str) -> bool:
    try:
        return float(value) > 0
    except ValueError:
        return False
