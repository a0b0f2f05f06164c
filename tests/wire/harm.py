"""Every fault at every call of a scenario's scan, and what must hold whatever goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from prowler.providers.common.provider import Provider

from prowler_cis_monitoring.alert_path.alarm_events import followed
from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import demand_of
from prowler_cis_monitoring.services.history_calls import Pace
from prowler_cis_monitoring.services.path_service import once_for
from prowler_cis_monitoring.settings import Settings
from tests.findings import finding_of
from tests.stand_in_provider import StandInProvider
from tests.wire.faults import WHOLE, kinds, places, spoilt

_BESIDES = ("cloudwatch:DescribeAlarmHistory", "cloudtrail:LookupEvents", "cloudwatch:GetMetricData")
REGIONS = {"us-east-1", "eu-west-1"}
# On which links something may become unseen when a call of an action comes to harm.
_LINKS = {
    # What a trail that was not read may record, everyday events among it, may keep an alarm on.
    "cloudtrail:DescribeTrails": {"account", "trail", "alarm", "composite alarm"},
    "cloudtrail:GetTrailStatus": {"trail", "alarm", "composite alarm"},
    "cloudtrail:GetEventSelectors": {"trail", "alarm", "composite alarm"},
    "logs:DescribeLogGroups": {"log group"},
    "logs:DescribeMetricFilters": {"log group", "metric filter", "metric", "alarm", "composite alarm"},
    "cloudwatch:DescribeAlarms": {"metric", "alarm", "composite alarm"},
    "cloudwatch:DescribeAlarmHistory": {"alarm", "composite alarm"},
    "sns:GetTopicAttributes": {"topic"},
    "sns:ListSubscriptionsByTopic": {"topic", "subscription"},
    "sns:GetSubscriptionAttributes": {"topic", "subscription"},
    "kms:DescribeKey": {"topic"},
    "kms:GetKeyPolicy": {"topic"},
}


@dataclass(frozen=True)
class Harm:
    """One fault at one call."""

    action: str
    number: int | None
    what: str
    fault: Any

    def __str__(self) -> str:
        return f"{self.what} at {self.action} {self.number}"


def harms(wire) -> Iterator[Harm]:
    """Yield every fault at every call that was recorded."""
    for (action, number), (operation, body) in sorted(wire.calls.items(), key=lambda item: item[0]):
        for what, fault in WHOLE.items():
            yield Harm(action, number, what, fault)
        yield Harm(action, None, "throttled for ever", WHOLE["throttled"])
        xml = operation.service_model.protocol == "query"
        try:
            found = places(operation, body)
        except ValueError:
            continue  # moto does not know the call.
        for place in found:
            for kind in kinds(place, xml=xml):
                at = ".".join(map(str, place.path)) if not xml else f"{place.name} {place.path}"
                yield Harm(action, number, f"{kind} {at}", spoilt(place, kind, xml=xml))


def scan(scenario):
    """Scan the account that is there once more, as a new run would."""
    provider = StandInProvider(REGIONS, config=scenario.configuration)
    once_for(provider, Pace, lambda _: Pace(0))
    Provider.set_global_provider(provider)
    logging.disable(logging.CRITICAL)
    try:
        return finding_of()
    finally:
        logging.disable(logging.NOTSET)


def unseen(paths):
    """The links of paths of which something could not be seen, by rule."""
    return {
        (remark["link"], remark["rule"]) for path in paths for remark in path["remarks"] if remark["effect"] == "unseen"
    }


def all_paths():
    """The paths of the account as it was scanned last, also those that its finding does not rest on."""
    paths = once_for(Provider.get_global_provider(), AlertPaths, None)
    demand = demand_of(CONTROLS["root_usage"], Settings.read(Provider.get_global_provider().audit_config))
    return [path.evidence() for path in followed(paths, demand)]


def complaint(harm, whole, finding, known):
    """Say what must not be: None when all that must hold does; `known` are all paths of the whole account."""
    if "defect" in finding.status_extended:
        return "an error of ours"
    if harm.action in _BESIDES and finding.status == "PASS":
        # What the settings ask for besides is noted where it could not be read.
        told = whole.status == "PASS" or harm.action in finding.status_extended
        return None if told else "what was not read is not named"
    if finding.status not in (whole.status, "MANUAL"):
        return f"{whole.status} became {finding.status}"
    new = {link for link, _ in unseen(finding.resource["paths"]) - unseen(known)}
    if harm.action in _LINKS and not new <= _LINKS[harm.action]:
        return f"{sorted(new - _LINKS[harm.action])} became unseen"
    return None
