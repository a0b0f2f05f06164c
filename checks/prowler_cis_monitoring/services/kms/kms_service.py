"""KMS: the key that encrypts a topic, and whether its policy lets CloudWatch use it."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.resources import Arn, Key, Scope, Unread
from prowler_cis_monitoring.services.path_service import PathService
from prowler_cis_monitoring.services.reading import Record, one_of, some_text, text

_NOT_FOUND = "NotFoundException"
_MANAGERS = one_of({"AWS", "CUSTOMER"})


class KMS(PathService):
    """Reads single keys; never lists."""

    name = "kms"

    def key(self, key_id: str, topic_scope: Scope) -> Key | Unread | None:
        """Return a key by id, ARN or alias as a topic names it; None for what can be no key of the topic.

        Args:
            key_id: KmsMasterKeyId of the topic.
            topic_scope: the topic's account and Region, where an id or alias without ARN belongs.
        """
        arn = Arn.parse(key_id)
        if arn is not None and (arn.service, arn.region) != ("kms", topic_scope.region):
            return None
        scope = Scope(account=arn.account, region=arn.region) if arn else topic_scope

        def read(answer: Record) -> Key:
            metadata = answer.record("KeyMetadata")
            return Key(
                arn=metadata.required("Arn", some_text, ""),
                key_id=metadata.required("KeyId", some_text, ""),
                account=scope.account,
                state=metadata.required("KeyState", some_text, ""),
                manager=metadata.required("KeyManager", _MANAGERS, ""),
            )

        key = self.call("describe_key", scope, key_id, read=read, KeyId=key_id)
        if isinstance(key, Unread):
            gone = arn is not None and key.error == _NOT_FOUND
            # A key that was deleted is in no listing any more; an alias or an id may have been another's all along.
            return Key(arn=key_id, key_id=key_id, account=scope.account, state="Deleted") if gone else key
        return key.model_copy(update={"policy": self._policy(key.key_id, scope)}) if key.manager == "CUSTOMER" else key

    def _policy(self, key_id: str, scope: Scope) -> str | Unread:
        # GetKeyPolicy takes a key id or ARN, no alias.
        def read(answer: Record) -> str:
            return answer.required("Policy", text, "")

        return self.call("get_key_policy", scope, key_id, read=read, KeyId=key_id, PolicyName="default")
