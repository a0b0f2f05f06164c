"""EventBridge: the rules on an account's own event bus, and where they lead."""

from __future__ import annotations

from typing import Any

from prowler_cis_monitoring.alert_path.resources import EventRule, EventTarget, Scope, Unread
from prowler_cis_monitoring.services.path_service import PathService


class Events(PathService):
    """Reads the default event bus, on which CloudTrail's events arrive."""

    name = "events"

    def rules(self, scope: Scope) -> tuple[EventRule, ...] | Unread:
        """Return the enabled rules that may hear CloudTrail events, their targets not yet read."""
        answer = self.call("list_rules", scope)
        if isinstance(answer, Unread):
            return answer
        return tuple(_rule(described, scope) for described in answer.get("Rules", ()) if _may_hear(described))

    def with_targets(self, rule: EventRule) -> EventRule:
        """Return the rule with its targets, or with the reason why they could not be read."""
        scope = Scope(account=rule.account, region=rule.region)
        answer = self.call("list_targets_by_rule", scope, rule.name, Rule=rule.name)
        if isinstance(answer, Unread):
            return rule.model_copy(update={"targets": answer})
        targets = tuple(
            EventTarget(arn=target["Arn"], role_arn=target.get("RoleArn")) for target in answer.get("Targets", ())
        )
        return rule.model_copy(update={"targets": targets})


def _may_hear(described: dict[str, Any]) -> bool:
    """Whether to ask for a rule's targets; a cheap look, judgement reads the pattern."""
    pattern = described.get("EventPattern") or ""
    of_a_service = bool(described.get("ManagedBy"))
    # An operator such as prefix or wildcard may stand for the detail type of a call.
    about_calls = "via CloudTrail" in pattern or '"detail-type"' not in pattern or "{" in pattern[1:]
    return bool(pattern) and described.get("State") != "DISABLED" and not of_a_service and about_calls


def _rule(described: dict[str, Any], scope: Scope) -> EventRule:
    return EventRule(
        arn=described["Arn"],
        name=described["Name"],
        region=scope.region,
        account=scope.account,
        pattern=described["EventPattern"],
        state=described.get("State", "ENABLED"),
    )
