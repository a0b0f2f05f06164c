"""Rules of composite alarms: a table and nothing else."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.rules.rule import Effect, Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "composite-history-unread",
        "composite alarm",
        Effect.NOTE,
        "whether its last notification failed is not known: {action} in {region} gave {error}",
        "CloudWatch API, DescribeAlarmHistory",
    ),
    Rule(
        "composite-action-failed",
        "composite alarm",
        Effect.BROKEN,
        "its last notification failed on {at}: {summary}",
        "CloudWatch API, DescribeAlarmHistory",
    ),
    Rule(
        "composite-action-failed-before",
        "composite alarm",
        Effect.UNSEEN,
        "its last notification failed on {at}: {summary}; none was sent since, so test the alarm to see whether it is "
        "mended",
        "CloudWatch API, DescribeAlarmHistory",
    ),
    Rule(
        "composite-actions-disabled",
        "composite alarm",
        Effect.BROKEN,
        "its actions are disabled (ActionsEnabled is false), so {topics} is never told",
        "CloudWatch API, PutCompositeAlarm.ActionsEnabled",
    ),
    Rule(
        "composite-without-actions",
        "composite alarm",
        Effect.BROKEN,
        "it has no action for the state ALARM, so it tells nobody",
        "CloudWatch API, PutCompositeAlarm.AlarmActions",
    ),
    Rule(
        "composite-action-not-a-topic",
        "composite alarm",
        Effect.UNSEEN,
        "its action {action} goes to {service} and not to an SNS topic: look whether that tells somebody",
        "CloudWatch API, PutCompositeAlarm.AlarmActions",
    ),
    Rule(
        "composite-suppressor-unseen",
        "composite alarm",
        Effect.UNSEEN,
        "its actions are suppressed by {suppressor}, which was not found",
        "CloudWatch API, PutCompositeAlarm.ActionsSuppressor",
    ),
    Rule(
        "composite-suppresses-itself",
        "composite alarm",
        Effect.BROKEN,
        "its actions are suppressed by {suppressor}, which goes into ALARM with the very event",
        "CloudWatch API, PutCompositeAlarm.ActionsSuppressor",
    ),
    Rule(
        "composite-waits",
        "composite alarm",
        Effect.BROKEN,
        "its actions wait {wait} seconds for its suppressor {suppressor}: somebody is told {delay} seconds after "
        "the event, later than the {limit} seconds allowed",
        "CloudWatch API, PutCompositeAlarm.ActionsSuppressorWaitPeriod",
    ),
    Rule(
        "composite-may-suppress-itself",
        "composite alarm",
        Effect.UNSEEN,
        "its actions are suppressed by {suppressor}, which may go into ALARM with the very event",
        "CloudWatch API, PutCompositeAlarm.ActionsSuppressor",
    ),
    Rule(
        "composite-moved-together",
        "composite alarm",
        Effect.BROKEN,
        "its rule {rule} does not become true when {child} goes into ALARM, because the same event moves {others}",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
    ),
    Rule(
        "composite-suppressed-now",
        "composite alarm",
        Effect.UNSEEN,
        "its actions are suppressed while {suppressor} is in ALARM, as it is now",
        "CloudWatch API, PutCompositeAlarm.ActionsSuppressor",
    ),
    Rule(
        "composite-rule-unreadable",
        "composite alarm",
        Effect.UNSEEN,
        "its rule {rule} could not be read ({error})",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
    ),
    Rule(
        "composite-cycle",
        "composite alarm",
        Effect.BROKEN,
        "it depends on itself through its rule, and CloudWatch stops evaluating such alarms",
        "CloudWatch API, PutCompositeAlarm",
    ),
    Rule(
        "composite-unknown-child",
        "composite alarm",
        Effect.UNSEEN,
        "its rule {rule} depends on alarms that were not found: {others}",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
    ),
    Rule(
        "composite-already-in-alarm",
        "composite alarm",
        Effect.UNSEEN,
        "its rule {rule} is true already because of {others}, so {child} changes nothing until that has passed",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
    ),
    Rule(
        "composite-held-back",
        "composite alarm",
        Effect.UNSEEN,
        "its rule {rule} stays false when {child} goes into ALARM because of {others}",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
    ),
    Rule(
        "composite-always-in-alarm",
        "composite alarm",
        Effect.BROKEN,
        "its rule {rule} is true before anything happened, so {child} changes nothing",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
    ),
    Rule(
        "composite-ignores-child",
        "composite alarm",
        Effect.BROKEN,
        "its rule {rule} never becomes true because {child} goes into ALARM",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
    ),
    Rule(
        "composite-needs-another",
        "composite alarm",
        Effect.BROKEN,
        "its rule {rule} needs {others} in ALARM besides {child}",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
    ),
)
