"""Rules of topics and subscriptions: a table and nothing else."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.rules.rule import Effect, Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "topic-in-other-region",
        "topic",
        Effect.BROKEN,
        "it is in Region {region}, the alarm in {alarm_region}: an alarm can only notify topics of its own Region",
        "CloudWatch API, PutMetricAlarm.AlarmActions",
        meaning="CloudWatch notifies only topics of the alarm's own Region.",
        remedy="Name a topic in the alarm's Region as the action.",
    ),
    Rule(
        "topic-not-asked-for",
        "topic",
        Effect.UNSEEN,
        "it was not read ({arn})",
        "SNS API, GetTopicAttributes",
        meaning="Nothing is known of the topic.",
        remedy="Look whether the topic has a confirmed subscription and lets CloudWatch publish.",
    ),
    Rule(
        "topic-missing",
        "topic",
        Effect.BROKEN,
        "it does not exist ({arn}), though the alarm {alarm} names it",
        "SNS API, GetTopicAttributes",
        meaning="The alarm sends its message to a topic that is gone.",
        remedy="Create the topic again, or name one that exists as the action.",
    ),
    Rule(
        "topic-arn-impossible",
        "topic",
        Effect.BROKEN,
        "no topic can have the ARN {arn}, which the alarm {alarm} names",
        "SNS API, CreateTopic.Name; an account id has twelve digits",
        meaning="The alarm's action has a misspelt account id or topic name.",
        remedy="Let the alarm name a topic that exists.",
    ),
    Rule(
        "topic-is-fifo",
        "topic",
        Effect.BROKEN,
        "it is a FIFO topic, which delivers neither to email nor to SMS nor to HTTPS endpoints",
        "SNS Developer Guide, Amazon SNS FIFO topics",
        meaning="A FIFO topic delivers to queues only, which tell no person.",
        remedy="Name a standard topic as the action.",
    ),
    Rule(
        "topic-policy-unread",
        "topic",
        Effect.UNSEEN,
        "its access policy was not read",
        "SNS API, GetTopicAttributes",
        meaning="Whether CloudWatch may publish to the topic is not known.",
        remedy=(
            "Allow sns:GetTopicAttributes to the scanning role, in the topic's policy too if another account owns it."
        ),
    ),
    Rule(
        "topic-refuses-cloudwatch",
        "topic",
        Effect.BROKEN,
        "its access policy does not let {sender:prose} publish ({reason:prose}): {cure:prose}",
        "AWS re:Post, Why didn't I receive an SNS notification for my CloudWatch alarm trigger?",
        meaning="The alarm rings and its message is refused.",
        remedy="Allow sns:Publish on the topic to cloudwatch.amazonaws.com in the topic's access policy.",
    ),
    Rule(
        "topic-policy-undecided",
        "topic",
        Effect.UNSEEN,
        "whether its access policy lets {sender:prose} publish cannot be decided ({reason:prose})",
        "AWS re:Post, Why didn't I receive an SNS notification for my CloudWatch alarm trigger?",
        meaning=(
            "The policy holds a condition of which AWS does not document what it gives for a message of this sender."
        ),
        remedy="Allow sns:Publish to the sender in a statement without that condition, or test the alarm.",
    ),
    Rule(
        "topic-key-of-aws",
        "topic",
        Effect.BROKEN,
        "it is encrypted with {key}, a key managed by AWS whose policy never lets {sender:prose} use it",
        "AWS re:Post, Why didn't I receive an SNS notification for my CloudWatch alarm trigger?",
        meaning=(
            "The topic's messages are encrypted with a key that AWS services may not use for an alarm, so each "
            "message is lost."
        ),
        remedy=(
            "Encrypt the topic with a customer managed key that allows the sender kms:Decrypt and "
            "kms:GenerateDataKey, or with none."
        ),
    ),
    Rule(
        "topic-key-elsewhere",
        "topic",
        Effect.BROKEN,
        "it is encrypted with {key}, which is no KMS key of its Region {region}",
        "KMS Developer Guide, Multi-Region keys: every key is used in its own Region",
        meaning="The topic names a key that it cannot use, so nothing that is published to it can be encrypted.",
        remedy="Encrypt the topic with a KMS key of its own Region.",
    ),
    Rule(
        "topic-key-not-asked-for",
        "topic",
        Effect.UNSEEN,
        "it is encrypted with {key}, whose policy was not read",
        "KMS API, GetKeyPolicy",
        meaning="Whether the sender may use the topic's key is not known.",
        remedy="Look whether the key's policy allows the sender kms:Decrypt and kms:GenerateDataKey.",
    ),
    Rule(
        "topic-key-deleted",
        "topic",
        Effect.BROKEN,
        "it is encrypted with {key}, which does not exist any more",
        "KMS Developer Guide, Deleting AWS KMS keys",
        meaning="No message can be encrypted, so each is lost.",
        remedy="Encrypt the topic with a key that exists.",
    ),
    Rule(
        "topic-key-unusable",
        "topic",
        Effect.BROKEN,
        "it is encrypted with {key}, which is {state}",
        "KMS Developer Guide, Key states of AWS KMS keys",
        meaning="No message can be encrypted, so each is lost.",
        remedy="Enable the key or cancel its deletion, or encrypt the topic with another one.",
    ),
    Rule(
        "topic-key-state-unknown",
        "topic",
        Effect.UNSEEN,
        "it is encrypted with {key}, which is {state}",
        "KMS Developer Guide, Key states of AWS KMS keys",
        meaning="AWS answered with a state of the key of which it is not documented whether it can be used.",
        remedy="Look at the key in the KMS console.",
    ),
    Rule(
        "topic-key-refuses-cloudwatch",
        "topic",
        Effect.BROKEN,
        "it is encrypted with {key}, whose policy does not let {sender:prose} call {action} ({reason:prose}): "
        "{cure:prose}",
        "AWS re:Post, Why didn't I receive an SNS notification for my CloudWatch alarm trigger?",
        meaning="The sender may not encrypt its message, so the message is lost.",
        remedy="Allow kms:Decrypt and kms:GenerateDataKey* to the sender in the key's policy.",
    ),
    Rule(
        "topic-key-undecided",
        "topic",
        Effect.UNSEEN,
        "it is encrypted with {key}, and whether its policy lets {sender:prose} call {action} cannot be "
        "decided ({reason:prose})",
        "AWS re:Post, Why didn't I receive an SNS notification for my CloudWatch alarm trigger?",
        meaning=(
            "The key's policy holds a condition of which AWS does not document what it gives for a call of this sender."
        ),
        remedy=(
            "Allow the sender kms:Decrypt and kms:GenerateDataKey* in a statement without that condition, or "
            "test the alarm."
        ),
    ),
    Rule(
        "topic-subscriptions-silent",
        "topic",
        Effect.NOTE,
        "{silent} of its {total} subscriptions do not count: {reasons:prose}",
        "SNS API, ListSubscriptionsByTopic",
        meaning="Some who are subscribed to the topic do not get this alarm's messages; at least one does.",
        remedy="Look whether those who should be told are among the others.",
    ),
    Rule(
        "topic-nobody-hears",
        "topic",
        Effect.BROKEN,
        "none of its {total} subscriptions gets the message: {reasons:prose}",
        "SNS API, ListSubscriptionsByTopic",
        meaning="The topic has confirmed subscriptions, and the filter policy of each drops this alarm's messages.",
        remedy="Remove the filter policy of one of them, or let it accept the alarm's messages.",
    ),
    Rule(
        "topic-hearers-unknown",
        "topic",
        Effect.UNSEEN,
        "none of its {total} subscriptions certainly tells somebody: {reasons:prose}",
        "SNS API, ListSubscriptionsByTopic",
        meaning="Some subscriptions may tell somebody, and what can be read of them does not say so.",
        remedy="Look at those that end at a machine or were not read, or subscribe an address that somebody reads.",
    ),
    Rule(
        "topic-subscriptions-too-many",
        "topic",
        Effect.UNSEEN,
        "none of the first {looked} of its subscriptions certainly tells somebody, and more were not looked at",
        "SNS API, ListSubscriptionsByTopic",
        meaning="So many subscriptions are looked at and no more, so that one topic cannot hold up a scan.",
        remedy="Look whether one of the others tells somebody, or subscribe an address to a topic of its own.",
    ),
    Rule(
        "topic-nobody-confirmed",
        "topic",
        Effect.BROKEN,
        "it has no confirmed subscription (waiting for confirmation: {pending}, deleted: {deleted})",
        "SNS API, ListSubscriptionsByTopic",
        meaning="Messages go only to subscriptions that their owner has confirmed.",
        remedy="Let the subscribers confirm by the link in the message that they got, or subscribe again.",
    ),
    Rule(
        "topic-without-subscriptions",
        "topic",
        Effect.BROKEN,
        "it has no subscription, so nobody is told",
        "SNS API, ListSubscriptionsByTopic",
        meaning="Messages that arrive at the topic go nowhere.",
        remedy="Subscribe an address that somebody reads, and confirm it.",
    ),
    Rule(
        "subscription-filters-out",
        "subscription",
        Effect.BROKEN,
        "its filter policy {policy:160} on {scope} drops the notifications of this alarm",
        "SNS Developer Guide, Amazon SNS subscription filter policies",
        meaning="The subscription asks only for messages that this alarm does not send.",
        remedy="Remove the filter policy, or let it accept the alarm's messages.",
    ),
    Rule(
        "subscription-filter-undecided",
        "subscription",
        Effect.UNSEEN,
        "whether its filter policy {policy:160} on {scope} lets the alarm's notification through cannot be decided",
        "SNS Developer Guide, Amazon SNS subscription filter policies",
        meaning="Whether the alarm's message fits the filter policy depends on what is not known of the message.",
        remedy="Remove the filter policy, or test the alarm.",
    ),
    Rule(
        "subscription-of-a-machine",
        "subscription",
        Effect.UNSEEN,
        "it ends at {protocol}: look whether what runs there tells somebody",
        "SNS API, ListSubscriptionsByTopic",
        meaning="The message reaches a program; whether a person hears of it depends on that program.",
        remedy="Look whether what runs there tells somebody, or subscribe an address that somebody reads.",
    ),
    Rule(
        "subscription-not-asked-for",
        "subscription",
        Effect.UNSEEN,
        "its filter policy was not read",
        "SNS API, GetSubscriptionAttributes",
        meaning="Whether the subscription accepts the alarm's message is not known.",
        remedy="Allow sns:GetSubscriptionAttributes to the scanning role.",
    ),
)
