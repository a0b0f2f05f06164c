"""EventBridge: the rules on an account's own event bus, and where they lead."""

from __future__ import annotations

from typing import Any

from prowler_cis_monitoring.alert_path.languages.event_pattern import may_concern_calls_or_alarms
from prowler_cis_monitoring.alert_path.resources import EventRule, EventTarget, Scope, Unread
from prowler_cis_monitoring.services.path_service import PathService

MOST_RULES = 100
"""Rules of an account that are asked for their targets (count)."""


class Events(PathService):
    """Reads the default event bus, on which CloudTrail's events arrive."""

    name = "events"

    def rules(self, scope: Scope) -> tuple[EventRule, ...] | Unread:
        """Return the enabled rules that may hear of calls or of alarms, their targets not yet read."""
        answer = self.call("list_rules", scope)
        if isinstance(answer, Unread):
            return answer
        if "Rules" not in answer:
            return self.lacking("list_rules", scope, "", "Rules")
        return tuple(_rule(described, scope) for described in answer["Rules"] if _may_hear(described))

    def with_targets(self, rule: EventRule) -> EventRule:
        """Return the rule with its targets, or with the reason why they could not be read."""
        scope = Scope(account=rule.account, region=rule.region)
        answer = self.call("list_targets_by_rule", scope, rule.name, Rule=rule.name)
        if isinstance(answer, Unread):
            return rule.model_copy(update={"targets": answer})
        if "Targets" not in answer:
            unread = self.lacking("list_targets_by_rule", scope, rule.name, "Targets")
            return rule.model_copy(update={"targets": unread})
        targets = tuple(
            EventTarget(arn=target.get("Arn", ""), role_arn=target.get("RoleArn")) for target in answer["Targets"]
        )
        return rule.model_copy(update={"targets": targets})


def _may_hear(described: dict[str, Any]) -> bool:
    """Whether to ask for a rule's targets."""
    pattern = described.get("EventPattern") or ""
    enabled = described.get("State") != "DISABLED" and not described.get("ManagedBy")
    return bool(pattern) and enabled and may_concern_calls_or_alarms(pattern)


def _rule(described: dict[str, Any], scope: Scope) -> EventRule:
    return EventRule(
        arn=described.get("Arn", ""),
        name=described.get("Name", ""),
        region=scope.region,
        account=scope.account,
        pattern=described["EventPattern"],
        state=described.get("State", "UNKNOWN"),
    )
