"""KMS: the key that encrypts a topic, and whether its policy lets CloudWatch use it."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.resources import Arn, Key, Scope, Unread
from prowler_cis_monitoring.services.path_service import PathService

_NOT_FOUND = "NotFoundException"


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
        answer = self.call("describe_key", scope, key_id, KeyId=key_id)
        if isinstance(answer, Unread):
            gone = arn is not None and answer.error == _NOT_FOUND
            # A key that was deleted is in no listing any more; an alias or an id may have been another's all along.
            return Key(arn=key_id, key_id=key_id, account=scope.account, state="Deleted") if gone else answer
        metadata = answer.get("KeyMetadata") or {}
        for member in ("Arn", "KeyId", "KeyState", "KeyManager"):
            if not metadata.get(member):
                return self.lacking("describe_key", scope, key_id, member)
        manager = metadata["KeyManager"]
        return Key(
            arn=metadata["Arn"],
            key_id=metadata["KeyId"],
            account=scope.account,
            state=metadata["KeyState"],
            manager=manager,
            policy=self._policy(metadata["KeyId"], scope) if manager == "CUSTOMER" else None,
        )

    def _policy(self, key_id: str, scope: Scope) -> str | Unread:
        # GetKeyPolicy takes a key id or ARN, no alias.
        answer = self.call("get_key_policy", scope, key_id, KeyId=key_id, PolicyName="default")
        if isinstance(answer, Unread):
            return answer
        return str(answer["Policy"]) if "Policy" in answer else self.lacking("get_key_policy", scope, key_id, "Policy")
