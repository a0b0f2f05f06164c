"""Topics of templates with their policies, keys and subscriptions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Alarms,
    Arn,
    Key,
    Scope,
    Subscription,
    SubscriptionAttributes,
    Topic,
    Unread,
)
from prowler_cis_monitoring.alert_path.topic import default_policy
from prowler_cis_monitoring.templates import declared as types
from prowler_cis_monitoring.templates.building.guesses import OUTSIDE, Guess, World, unread
from prowler_cis_monitoring.templates.declared import Declared
from prowler_cis_monitoring.templates.values import Outside, Value, boolean, items, plain, reasons, text


def topics_of(
    world: World, base: AccountResources, alarms: Mapping[Scope, Alarms | Unread]
) -> dict[str, Topic | Unread | None]:
    """Return the topics by ARN: those of the templates, and that nobody looked at others that alarms name."""
    topics: dict[str, Topic | Unread | None] = dict(base.topics)
    policies, keys = _policies(world), _keys(world)
    subscriptions = _subscriptions(world)
    for one in world.of(types.TOPIC):
        topics[one.arn] = _topic(world, one, policies, keys, subscriptions)
    why = {text(action): reasons(action) for one in world.declared for action in items(one.get("AlarmActions"))}
    for found in alarms.values():
        for action in _actions(found):
            arn = Arn.parse(action)
            if arn is not None and arn.service == "sns" and action not in topics:
                topics[action] = _other_topic(action, arn, why, subscriptions)
    return topics


def _other_topic(
    action: str,
    arn: Arn,
    why: Mapping[str, tuple[Outside, ...]],
    subscriptions: Mapping[str, list[Subscription]],
) -> Unread:
    """A topic that is not in these files; that nobody looked is all that can be said of it."""
    token = arn.resource
    outside = next((found for text_, found in why.items() if found and text_ in (action, token)), ())
    reason = outside[0].reason if outside else "the topic is not in these files"
    if not outside and subscriptions.get(action):
        reason = "the topic's policy is not in these files"
    return Unread.model_construct(action=reason, region=arn.region, account=arn.account, resource=action, error=OUTSIDE)


def _topic(
    world: World,
    one: Declared,
    policies: Mapping[str, Value | None],
    keys: Mapping[str, Key],
    subscriptions: Mapping[str, list[Subscription]],
) -> Topic:
    written = policies.get(one.arn, one.get("Policy"))
    if "*" in policies and one.arn not in policies and world.options.meets:
        written = policies["*"]
    policy: str | Unread = default_policy(one.arn, one.place.account)
    if written is not None:
        whole_ = plain(written)
        policy = unread(reasons(written), one, "policy") or (whole_ if isinstance(whole_, str) else json.dumps(whole_))
    key_id = one.get("KmsMasterKeyId")
    arn = text(key_id)
    key: Key | Unread | None = keys.get(_key_name(arn))
    if key is None and key_id is not None:
        why = reasons(key_id) or (Outside(arn, "the key is not in these files"),)
        key = unread(why, one, "key")
    heard = [*subscriptions.get(one.arn, ()), *_inline_subscriptions(world, one)]
    if world.options.guess is not Guess.ABSENT:
        heard += subscriptions.get("*", ())
    return Topic.model_construct(
        arn=one.arn,
        name=one.name,
        region=one.place.region,
        account=one.place.account,
        policy=policy,
        fifo=boolean(one.get("FifoTopic"), default=False),
        kms_key_id=arn or None,
        key=key,
        subscriptions=tuple(heard),
    )


def _policies(world: World) -> dict[str, Value | None]:
    """The policies by the ARN of their topic; under `*` those whose topics are outside."""
    found: dict[str, Value | None] = {}
    for one in world.of(types.TOPIC_POLICY, types.TOPIC_INLINE_POLICY):
        topics = [*items(one.get("Topics")), *items(one.get("TopicArn"))]
        for topic in topics:
            known = text(topic)
            declared_here = any(each.arn == known for each in world.declared if each.type == types.TOPIC)
            found["*" if reasons(topic) and not declared_here else known] = one.get("PolicyDocument")
    return found


def _keys(world: World) -> dict[str, Key]:
    """The keys by id, and by alias."""
    found: dict[str, Key] = {}
    for one in world.of(types.KEY):
        policy, enabled = one.get("KeyPolicy"), one.get("Enabled")
        written = plain(policy)
        found[one.name] = Key.model_construct(
            arn=one.arn,
            key_id=one.name,
            account=one.place.account,
            state="Enabled" if boolean(enabled, default=True) else "Disabled",
            policy=unread((*reasons(policy), *reasons(enabled)), one, "policy")
            or (written if isinstance(written, str) else json.dumps(written) if written else _default_key(one)),
        )
    for one in world.of(types.ALIAS):
        target = text(one.get("TargetKeyId")).rpartition(":key/")[2]
        if target in found:
            found[text(one.get("AliasName")) or one.name] = found[target]
    return found


def _subscriptions(world: World) -> dict[str, list[Subscription]]:
    """The subscriptions by the ARN of their topic; under `*` those whose topic is outside."""
    found: dict[str, list[Subscription]] = {}
    known = {one.arn for one in world.declared if one.type == types.TOPIC}
    for one in world.declared:
        if one.type != types.SUBSCRIPTION:
            continue
        topic = one.get("TopicArn")
        elsewhere = bool(reasons(topic)) and text(topic) not in known
        if world.options.guess is Guess.ABSENT and (elsewhere or reasons(one.get("Protocol"))):
            continue
        found.setdefault("*" if elsewhere else text(topic), []).append(_subscription(one.properties, one))
    return found


def _inline_subscriptions(world: World, one: Declared) -> Iterator[Subscription]:
    for item in items(one.get("Subscription")):
        if world.options.guess is Guess.ABSENT and (item.outside or reasons(item.get("Protocol"))):
            continue
        yield _subscription(item.data if isinstance(item.data, Mapping) else {}, one)


def _actions(found: Alarms | Unread) -> Iterator[str]:
    if isinstance(found, Alarms):
        for alarm in found.metric_alarms:
            yield from alarm.alarm_actions
        for composite in found.composite_alarms:
            yield from composite.alarm_actions


def _subscription(properties: Mapping[str, Value], one: Declared) -> Subscription:
    protocol, policy, scope = (properties.get(name) for name in ("Protocol", "FilterPolicy", "FilterPolicyScope"))
    written = plain(policy)
    told = "email" if protocol is not None and reasons(protocol) else text(protocol)
    endpoint = properties.get("Endpoint")
    return Subscription.model_construct(
        # Whether somebody confirms it no template says; that it is asked for does.
        arn=f"{one.place.arn('sns', one.name)}:{told}-{text(endpoint) or one.address}"[:250],
        protocol=told,
        endpoint="" if endpoint is not None and reasons(endpoint) else text(endpoint),
        owner=one.place.account,
        attributes=unread((*reasons(policy), *reasons(scope)), one, "filter policy")
        or SubscriptionAttributes.model_construct(
            filter_policy=(written if isinstance(written, str) else json.dumps(written)) if written else None,
            filter_policy_scope=text(scope) or "MessageAttributes",
        ),
    )


def _key_name(written: str) -> str:
    """Return the id or alias of a key that is written as an ARN, an id or an alias."""
    _, alias, name = written.rpartition(":alias/")
    return f"alias/{name}" if alias else written.rpartition(":key/")[2]


def _default_key(one: Declared) -> str:
    """Return the policy of a key that is made without one (KMS Developer Guide, "Default key policy")."""
    root = f"arn:{one.place.partition}:iam::{one.place.account}:root"
    statement = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
