"""Rules of composite alarms: a table and nothing else."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.rules.rule import NOT_ALWAYS, Effect, Hidden, Rule

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
        "its last notification failed on {at}: {summary:200}; none was sent since",
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
        "its action {action} goes to {service:prose} and not to an SNS topic",
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
        opening="Somebody is told too late when",
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
        "composite-unread-child",
        "composite alarm",
        Effect.UNSEEN,
        "its rule {rule:160} depends on alarms of which AWS's answer is not as documented: {others:prose}",
        "CloudWatch API, DescribeAlarms",
        meaning="What AWS answers of an alarm that the rule names lacks a member or has an unknown value, so when the "
        "rule becomes true is not known.",
        remedy="Scan again; where it stays so, look for a proxy between the scan and AWS, or report it.",
        hidden_by=Hidden.ANSWER,
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
        "its rule {rule:160} is true before anything happened{because:prose}, so {child} changes nothing",
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
    Rule(
        "composite-in-alarm-long",
        "composite alarm",
        Effect.BROKEN,
        "it has been in ALARM since {since:%Y-%m-%d}, and actions are taken when the state changes: a new event is "
        "silent",
        "CloudWatch User Guide, Alarm actions",
        meaning=(
            "Actions are taken when the state changes. An alarm that has been in ALARM for more than a day tells "
            "nobody of anything new."
        ),
        remedy="Look which of its children keeps it in ALARM, and mend that one.",
    ),
    Rule(
        "composite-in-alarm-now",
        "composite alarm",
        Effect.NOTE,
        "it is in ALARM now: a new event is silent until it has left that state",
        "CloudWatch User Guide, Alarm actions",
        meaning="Actions are taken when the state changes; until the alarm is back in OK a new event is silent.",
        remedy="Look why the alarm rang.",
    ),
    Rule(
        "composite-too-hard",
        "composite alarm",
        Effect.UNSEEN,
        "the account has more or longer alarm rules than are looked at, so nobody can say whether it rings",
        "this program's own bound",
        meaning="The rules of the composite alarms of this Region are too many or too long to be decided.",
        remedy="Test the alarm by hand, or let the alarm on the metric notify the topic itself.",
    ),
    Rule(
        "composite-held-back-at-rest",
        "composite alarm",
        Effect.BROKEN,
        "its rule {rule:160} stays false when {child} goes into ALARM because of {others:prose}",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
        meaning="Another alarm that the rule looks at is usually in a state that keeps the rule from becoming true.",
        remedy="Take the other alarm out of the rule, or mend it so that it rests in another state.",
    ),
    Rule(
        "composite-unreliable",
        "composite alarm",
        Effect.BROKEN,
        "its rule {rule:160} becomes true with {child} only at times, depending on what else goes on in the account",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
        meaning="How busy the account is decides whether the rule becomes true, so the alarm cannot be relied on.",
        remedy="Let the rule depend on the alarm of the event alone.",
        opening=NOT_ALWAYS,
    ),
    Rule(
        "composite-suppressed-for-good",
        "composite alarm",
        Effect.BROKEN,
        "its actions are suppressed by {suppressor}, which is in ALARM all the time or stays there",
        "CloudWatch User Guide, Suppressing composite alarm actions",
        meaning="Actions are withheld while the suppressor is in ALARM, and it does not leave that state.",
        remedy="Mend the suppressor so that it rests in OK, or take it away.",
    ),
    Rule(
        "composite-wait-outlasts",
        "composite alarm",
        Effect.BROKEN,
        "its actions wait {wait} seconds for its suppressor {suppressor}, and by then it is no longer in ALARM, so "
        "nobody is told",
        "CloudWatch User Guide, Suppressing composite alarm actions",
        meaning="Actions are taken after the WaitPeriod only if the alarm is still in ALARM then.",
        remedy="Choose a WaitPeriod shorter than the alarm stays in ALARM; AWS advises 60 seconds.",
    ),
    Rule(
        "composite-wait-ends-with-alarm",
        "composite alarm",
        Effect.UNSEEN,
        "its actions wait {wait} seconds for its suppressor {suppressor}, just as long as it stays in ALARM: what "
        "happens then is not documented",
        "CloudWatch User Guide, Suppressing composite alarm actions",
        meaning="Actions are taken after the WaitPeriod only if the alarm is still in ALARM then.",
        remedy="Choose a WaitPeriod shorter than the alarm stays in ALARM; AWS advises 60 seconds.",
    ),
    Rule(
        "composite-late",
        "composite alarm",
        Effect.BROKEN,
        "it takes its actions {delay} seconds after the event, later than the {limit} seconds allowed",
        "CloudWatch API, PutCompositeAlarm.AlarmRule",
        meaning="Its rule becomes true, or its suppressor lets go, too long after the event.",
        remedy="Let it depend on alarms with shorter periods, or allow a longer delay in the settings.",
    ),
    Rule(
        "composite-child-unsettled",
        "composite alarm",
        Effect.UNSEEN,
        "whether its rule {rule:160} becomes true when {child} goes into ALARM depends on {others:prose}, which no "
        "metric filter feeds and which changed its state within the last day",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
        meaning="The rule looks at an alarm whose metric this program does not read. It has changed its state lately, "
        "so its present state does not tell where it rests.",
        remedy="Look in which state the other alarm usually is, or let the rule depend on the alarm of the event "
        "alone.",
    ),
    Rule(
        "composite-suppressor-unsettled",
        "composite alarm",
        Effect.UNSEEN,
        "whether its suppressor {suppressor} holds its actions back depends on {others:prose}, which no metric filter "
        "feeds and which changed its state within the last day",
        "CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data",
        meaning="The suppressor rests on a metric that this program does not read. It has changed its state lately, so "
        "its present state does not tell where it rests.",
        remedy="Look in which state the suppressor usually is.",
    ),
    Rule(
        "composite-suppressor-lets-go",
        "composite alarm",
        Effect.UNSEEN,
        "it goes into ALARM in the very moment in which its suppressor {suppressor} leaves that state: whether its "
        "actions then wait {wait} or {extension} seconds is not documented",
        "CloudWatch User Guide, Suppressing composite alarm actions",
        meaning="The WaitPeriod counts when the suppressor is not in ALARM as the alarm rings, the ExtensionPeriod "
        "when it leaves that state later.",
        remedy="Make both periods equal, or choose a suppressor that the same event does not move.",
    ),
)
