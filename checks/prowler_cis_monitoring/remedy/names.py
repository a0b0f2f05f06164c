"""Names for what is created: after the control, and none that the account uses already."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from prowler_cis_monitoring.alert_path.resources import AccountResources, Alarms, LogGroup, Scope

PREFIX = "cis-monitoring"
NAMESPACE = "CISMonitoring"
LOG_GROUP = f"{PREFIX}-cloudtrail"
ROLE = f"{PREFIX}-cloudtrail-to-logs"


def of_control(slug: str) -> str:
    """Return the name of a control's filter and alarm, before it is made unique."""
    return f"{PREFIX}-{slug.replace('_', '-')}"


def metric_of_control(slug: str) -> str:
    """Return the name of a control's metric, before it is made unique."""
    return "".join(word.capitalize() for word in slug.split("_"))


def free(name: str, taken: Collection[str]) -> str:
    """Return the name, or the first of name-2, name-3 … that is not taken."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found


def filters_in(resources: AccountResources, group_arn: str) -> set[str]:
    """Return the names of a log group's metric filters, as far as they were read."""
    group = resources.log_groups.get(group_arn)
    found = group.metric_filters if isinstance(group, LogGroup) else ()
    return {one.name for one in found} if isinstance(found, tuple) else set()


def alarms_in(resources: AccountResources, scope: Scope) -> set[str]:
    """Return the names of the alarms of an account and Region, of whatever kind, as far as they were read."""
    alarms = resources.alarms.get(scope)
    if not isinstance(alarms, Alarms):
        return set()
    composite = (one.name for one in alarms.composite_alarms)
    return {*(one.name for one in alarms.metric_alarms), *composite, *(one.name for one in alarms.log_alarms)}


def metrics_in(resources: AccountResources, scope: Scope) -> set[str]:
    """Return the names in our namespace that filters or alarms of an account and Region use."""
    return set(_metrics_in(resources, scope))


def _metrics_in(resources: AccountResources, scope: Scope) -> Iterator[str]:
    for group in resources.log_groups.values():
        if isinstance(group, LogGroup) and (group.account, group.region) == (scope.account, scope.region):
            filters = group.metric_filters if isinstance(group.metric_filters, tuple) else ()
            yield from (one.metric_name for one in filters if one.namespace == NAMESPACE)
    alarms = resources.alarms.get(scope)
    if isinstance(alarms, Alarms):
        for alarm in alarms.metric_alarms:
            if alarm.namespace == NAMESPACE and alarm.metric_name:
                yield alarm.metric_name
            yield from (
                one.metric.metric_name for one in alarm.queries if one.metric and one.metric.namespace == NAMESPACE
            )


def topics_in(resources: AccountResources, scope: Scope) -> set[str]:
    """Return the names of the topics of an account and Region that are known, those that do not exist included."""
    beginning = f":sns:{scope.region}:{scope.account}:"
    return {arn.partition(beginning)[2] for arn in resources.topics if beginning in arn}


def log_groups_in(resources: AccountResources, scope: Scope) -> set[str]:
    """Return the names of the log groups of an account and Region that are known."""
    beginning = f":logs:{scope.region}:{scope.account}:log-group:"
    return {arn.partition(beginning)[2] for arn in resources.log_groups if beginning in arn}
