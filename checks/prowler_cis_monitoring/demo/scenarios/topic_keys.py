"""Scenarios of the topic's key: can CloudWatch use it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import ACCOUNT, REGION, TOPIC_ARN
from prowler_cis_monitoring.demo.scenarios.scenario import (
    OTHER_ACCOUNT,
    OTHER_REGION,
    allow,
    fails,
    passes,
    policy,
    unseen,
)

if TYPE_CHECKING:
    from boto3.session import Session

_OWNER = allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "kms:*", "*")
_CLOUDWATCH = {"Service": "cloudwatch.amazonaws.com"}
_USE = ["kms:Decrypt", "kms:GenerateDataKey*"]
_SUITABLE = policy(_OWNER, allow(_CLOUDWATCH, _USE, "*"))


def _encrypted(key_policy: str, then: Callable[[Any, str], object] | None = None) -> dict[str, Any]:
    """Encrypt the topic with a new key, and do something to that key afterwards."""

    def build(session: Session) -> None:
        kms = session.client("kms", region_name=REGION)
        key = kms.create_key(Policy=key_policy, Description="alerts")["KeyMetadata"]
        session.client("sns", region_name=REGION).set_topic_attributes(
            TopicArn=TOPIC_ARN, AttributeName="KmsMasterKeyId", AttributeValue=key["Arn"]
        )
        if then:
            then(kms, key["KeyId"])

    return {"afterwards": (build,)}


def _if(operator: str, conditions: Mapping[str, str]) -> str:
    return policy(_OWNER, allow(_CLOUDWATCH, _USE, "*", Condition={operator: dict(conditions)}))


SCENARIOS = (
    fails(
        "topic-key-of-aws",
        "the topic is encrypted with the key that AWS manages for SNS",
        "managed by AWS",
        shows=("topic-key-of-aws",),
        topic={"KmsMasterKeyId": "alias/aws/sns"},
    ),
    passes(
        "topic-key-suitable", "the topic's key lets CloudWatch decrypt and generate data keys", **_encrypted(_SUITABLE)
    ),
    passes(
        "topic-key-this-account",
        "the topic's key lets CloudWatch use it for this account",
        **_encrypted(_if("StringEquals", {"aws:SourceAccount": ACCOUNT})),
    ),
    fails(
        "topic-key-default-policy",
        "the topic's key has the policy that new keys have",
        "does not let CloudWatch call kms:Decrypt",
        shows=("topic-key-refuses-cloudwatch",),
        **_encrypted(policy(_OWNER)),
    ),
    fails(
        "topic-key-decrypt-only",
        "the topic's key lets CloudWatch decrypt, and not generate data keys",
        "kms:GenerateDataKey",
        **_encrypted(policy(_OWNER, allow(_CLOUDWATCH, "kms:Decrypt", "*"))),
    ),
    fails(
        "topic-key-another-account",
        "the topic's key lets CloudWatch use it for another account",
        "aws:SourceAccount",
        **_encrypted(_if("StringEquals", {"aws:SourceAccount": OTHER_ACCOUNT})),
    ),
    unseen(
        "topic-key-undecided",
        "the topic's key asks for something of which nobody knows whether CloudWatch says it",
        "kms:ViaService",
        shows=("topic-key-undecided",),
        **_encrypted(_if("StringEquals", {"kms:ViaService": f"sns.{REGION}.amazonaws.com"})),
    ),
    passes(
        "topic-key-for-this-topic",
        "the topic's key lets CloudWatch use it for this topic",
        **_encrypted(_if("StringEquals", {"kms:EncryptionContext:aws:sns:topicArn": TOPIC_ARN})),
    ),
    fails(
        "topic-key-for-another-topic",
        "the topic's key lets CloudWatch use it for another topic",
        "kms:EncryptionContext:aws:sns:topicArn",
        **_encrypted(_if("StringEquals", {"kms:EncryptionContext:aws:sns:topicArn": f"{TOPIC_ARN}-of-old"})),
    ),
    fails(
        "topic-key-by-caller-account",
        "the topic's key asks for callers of this account, and CloudWatch calls from one of AWS",
        "kms:CallerAccount",
        **_encrypted(_if("StringEquals", {"kms:CallerAccount": ACCOUNT})),
    ),
    fails(
        "topic-key-in-another-region",
        "the topic names a key of another Region",
        "no KMS key of its Region",
        shows=("topic-key-elsewhere",),
        topic={"KmsMasterKeyId": f"arn:aws:kms:{OTHER_REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"},
    ),
    fails(
        "topic-key-disabled",
        "the topic's key is disabled",
        "Disabled",
        shows=("topic-key-unusable",),
        **_encrypted(_SUITABLE, lambda kms, key: kms.disable_key(KeyId=key)),
    ),
    fails(
        "topic-key-pending-deletion",
        "the topic's key is about to be deleted",
        "PendingDeletion",
        **_encrypted(_SUITABLE, lambda kms, key: kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)),
    ),
    fails(
        "topic-key-deleted",
        "the topic's key is gone",
        "does not exist any more",
        shows=("topic-key-deleted",),
        **_encrypted(_SUITABLE, lambda _, key: moto_gaps.forget_key(key, REGION)),
    ),
    unseen(
        "topic-key-in-an-unknown-state",
        "the topic's key is in a state that KMS does not have today",
        "Migrating",
        shows=("topic-key-state-unknown",),
        **_encrypted(_SUITABLE, lambda _, key: moto_gaps.set_key_state(key, "Migrating", REGION)),
    ),
    unseen(
        "topic-key-of-another-account",
        "the topic is encrypted with a key of another account",
        OTHER_ACCOUNT,
        topic={"KmsMasterKeyId": f"arn:aws:kms:{REGION}:{OTHER_ACCOUNT}:key/11111111-2222-3333-4444-555555555555"},
    ),
)
