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
        meaning=(
            "The alarm's history would tell whether its last notification failed; the call for it gave no answer."
        ),
        remedy="Allow cloudwatch:DescribeAlarmHistory to the scanning role.",
    ),
    Rule(
        "composite-action-failed",
        "composite alarm",
        Effect.BROKEN,
        "its last notification failed on {at}: {summary:200}",
        "CloudWatch API, DescribeAlarmHistory",
        meaning="The alarm rang and its message was not delivered; the next one would fail in the same way.",
        remedy="Mend what the alarm's history names, often the topic's policy or key, and test the alarm.",
    ),
    Rule(
        "composite-action-failed-before",
        "composite alarm",
        Effect.UNSEEN,
        "its last notification failed on {at}: {summary:200}; none was sent since, so test the alarm to see "
        "whether it is "
        "mended",
        "CloudWatch API, DescribeAlarmHistory",
        meaning=(
            "The last message that this alarm tried to send was not delivered, and nobody knows whether that "
            "has been mended since."
        ),
        remedy="Test the alarm, for example with aws cloudwatch set-alarm-state.",
    ),
    Rule(
        "composite-actions-disabled",
        "composite alarm",
        Effect.BROKEN,
        "its actions are disabled (ActionsEnabled is false), so {topics:prose} is never told",
        "CloudWatch API, PutCompositeAlarm.ActionsEnabled",
        meaning="The alarm changes its state and nobody is told.",
        remedy="Enable the composite alarm's actions.",
    ),
    Rule(
        "composite-without-actions",
        "composite alarm",
        Effect.BROKEN,
        "it has no action for the state ALARM, so it tells nobody",
        "CloudWatch API, PutCompositeAlarm.AlarmActions",
        meaning="The alarm changes its state and nobody is told.",
        remedy="Give the composite alarm an SNS topic as its action for the state ALARM.",
    ),
    Rule(
        "composite-action-not-a-topic",
        "composite alarm",
        Effect.UNSEEN,
        "its action {action} goes to {service:prose} and not to an SNS topic: look whether that tells somebody",
        "CloudWatch API, PutCompositeAlarm.AlarmActions",
        meaning="The action reaches something that may or may not tell a person.",
        remedy="Look where the action ends, or add an SNS topic with a confirmed subscription.",
    ),
    Rule(
        "composite-suppressor-unseen",
        "composite alarm",
        Effect.UNSEEN,
        "its actions are suppressed by {suppressor}, which was not found",
        "CloudWatch API, PutCompositeAlarm.ActionsSuppressor",
        meaning=(
            "While its suppressor is in ALARM the composite alarm takes no actions, and nothing is known of "
            "the suppressor."
        ),
        remedy="Look whether the suppressor exists, or remove it from the composite alarm.",
    ),
    Rule(
        "composite-suppresses-itself",
        "composite alarm",
        Effect.BROKEN,
        "its actions are suppressed by {suppressor}, which goes into ALARM with the very event",
        "CloudWatch API, PutCompositeAlarm.ActionsSuppressor",
        meaning="The event that should ring the alarm also silences it.",
        remedy="Choose a suppressor that the same event does not move, or remove it.",
    ),
    Rule(
        "composite-waits",
        "composite alarm",
        Effect.BROKEN,
        "its actions wait {wait} seconds for its suppressor {suppressor}: somebody is told {delay} seconds after "
        "the event, later than the {limit} seconds allowed",
        "CloudWatch API, PutCompositeAlarm.ActionsSuppressorWaitPeriod",
        meaning="The message leaves when it may be too late to act.",
        remedy="Shorten the suppressor's wait period, or raise delay_limit_seconds if the delay is acceptable.",
    ),
    Rule(
        "composite-may-suppress-itself",
        "composite alarm",
        Effect.UNSEEN,
        "its actions are suppressed by {suppressor}, which may go into ALARM with the very event",
        "CloudWatch API, PutCompositeAlarm.ActionsSuppressor",
        meaning="The event that should ring the alarm may also silence it.",
        remedy="Choose a suppressor that the same event does not move, or remove it.",
    ),
    Rule(
        "composite-moved-together",
        "composite alarm",
        Effect.BROKEN,
        "its rule {rule:160} does not become true when {child} goes into ALARM, because the same event moves "
        "{others:prose}",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
        meaning="The rule asks for a combination of states that this event does not produce.",
        remedy="Change the rule so that the one alarm is enough.",
    ),
    Rule(
        "composite-suppressed-now",
        "composite alarm",
        Effect.UNSEEN,
        "its actions are suppressed while {suppressor} is in ALARM, as it is now",
        "CloudWatch API, PutCompositeAlarm.ActionsSuppressor",
        meaning="While its suppressor is in ALARM the composite alarm takes no actions.",
        remedy="Look how long the suppressor stays in ALARM, and whether it should.",
    ),
    Rule(
        "composite-rule-unreadable",
        "composite alarm",
        Effect.UNSEEN,
        "its rule {rule:160} could not be read ({error})",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
        meaning="When the composite alarm rings is not known.",
        remedy="Compare the rule with the syntax of alarm rules in the CloudWatch API reference.",
    ),
    Rule(
        "composite-cycle",
        "composite alarm",
        Effect.BROKEN,
        "it depends on itself through its rule, and CloudWatch stops evaluating such alarms",
        "CloudWatch API, PutCompositeAlarm",
        meaning="CloudWatch does not evaluate composite alarms that depend on themselves.",
        remedy="Remove the circle from the rules.",
    ),
    Rule(
        "composite-unknown-child",
        "composite alarm",
        Effect.UNSEEN,
        "its rule {rule:160} depends on alarms that were not found: {others:prose}",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
        meaning="The rule names alarms that are gone or stand elsewhere, so when it becomes true is not known.",
        remedy="Remove the alarms that do not exist from the rule.",
    ),
    Rule(
        "composite-already-in-alarm",
        "composite alarm",
        Effect.UNSEEN,
        "its rule {rule:160} is true already because of {others:prose}, so {child} changes nothing until "
        "that has passed",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
        meaning=(
            "Actions are taken when the state changes; as long as the rule is true already, the event changes nothing."
        ),
        remedy="Look at the alarms that keep the rule true.",
    ),
    Rule(
        "composite-held-back",
        "composite alarm",
        Effect.UNSEEN,
        "its rule {rule:160} stays false when {child} goes into ALARM because of {others:prose}",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
        meaning="Other alarms keep the rule false at the moment, so the event changes nothing.",
        remedy="Look at the alarms that keep the rule false, or change the rule so that the one alarm is enough.",
    ),
    Rule(
        "composite-always-in-alarm",
        "composite alarm",
        Effect.BROKEN,
        "its rule {rule:160} is true before anything happened, so {child} changes nothing",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
        meaning="Actions are taken when the state changes; a rule that is always true never changes it.",
        remedy="Change the rule so that it is false while nothing happens.",
    ),
    Rule(
        "composite-ignores-child",
        "composite alarm",
        Effect.BROKEN,
        "its rule {rule:160} never becomes true because {child} goes into ALARM",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
        meaning="Whatever the child alarm does, the composite alarm does not ring.",
        remedy="Change the rule so that the one alarm is enough.",
    ),
    Rule(
        "composite-needs-another",
        "composite alarm",
        Effect.BROKEN,
        "its rule {rule:160} needs {others:prose} in ALARM besides {child}",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
        meaning="The event moves one alarm, and the rule asks for another one besides.",
        remedy="Change the rule so that the one alarm is enough.",
    ),
)
