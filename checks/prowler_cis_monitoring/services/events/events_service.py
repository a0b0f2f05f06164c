"""EventBridge: the rules on an account's own event bus, and where they lead."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.languages.event_pattern import may_concern_calls_or_alarms
from prowler_cis_monitoring.alert_path.resources import EventRule, EventTarget, Scope, Unread
from prowler_cis_monitoring.services.path_service import PathService
from prowler_cis_monitoring.services.reading import Record, some_text, text

MOST_RULES = 100
"""Rules of an account that are asked for their targets (count)."""


class Events(PathService):
    """Reads the default event bus, on which CloudTrail's events arrive."""

    name = "events"

    def rules(self, scope: Scope) -> tuple[EventRule, ...] | Unread:
        """Return the enabled rules that may hear of calls or of alarms, their targets not yet read."""

        def read(answer: Record) -> tuple[EventRule, ...]:
            made = (_rule(record, scope) for record in answer.records("Rules"))
            return tuple(rule for rule in made if rule is not None)

        return self.call("list_rules", scope, read=read)

    def with_targets(self, rule: EventRule) -> EventRule:
        """Return the rule with its targets, or with the reason why they could not be read."""
        scope = Scope(account=rule.account, region=rule.region)

        def read(answer: Record) -> tuple[EventTarget, ...]:
            return tuple(_target(record) for record in answer.records("Targets"))

        targets = self.call("list_targets_by_rule", scope, rule.name, read=read, Rule=rule.name)
        return rule.model_copy(update={"targets": targets})


def _rule(record: Record, scope: Scope) -> EventRule | None:
    """A rule, None when it hears nothing that matters, so that its targets are not asked for."""
    pattern = record.optional("EventPattern", text, "")
    state = record.required("State", some_text, "")
    enabled = state != "DISABLED" and not record.optional("ManagedBy", text, "")
    rule = EventRule(
        arn=record.required("Arn", some_text, ""),
        name=record.required("Name", some_text, ""),
        region=scope.region,
        account=scope.account,
        pattern=pattern,
        state=state,
    )
    return rule if pattern and enabled and may_concern_calls_or_alarms(pattern) else None


def _target(record: Record) -> EventTarget:
    return EventTarget(arn=record.required("Arn", some_text, ""), role_arn=record.optional("RoleArn", text, "") or None)
