"""EventBridge rules of templates: what else may tell somebody, beside alarms."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Alternatives,
    Arn,
    EventRule,
    EventTarget,
    Topic,
    Unread,
)
from prowler_cis_monitoring.templates import declared as types
from prowler_cis_monitoring.templates.building.guesses import OUTSIDE, Options, World, open_values, unread
from prowler_cis_monitoring.templates.declared import Declared, Place
from prowler_cis_monitoring.templates.values import items, plain, reasons, text

_DISABLED = "DISABLED"


def alternatives_of(
    declared: Sequence[Declared],
    place: Place,
    options: Options,
    account: AccountResources,
    before: Alternatives | None,
) -> Alternatives | None:
    """Return what else may tell somebody after the deployment; None where nobody can say anything of it.

    Args:
        declared: the resources of the templates.
        place: where what says nothing of it is deployed.
        options: what is supposed of everything else.
        account: the account after the deployment.
        before: what may tell somebody in the account that the templates are deployed on.
    """
    rules = tuple(_rules(World(declared, place, options)))
    if not rules:
        return before
    known = before or Alternatives.model_construct()
    made = {(rule.region, rule.name) for rule in rules}
    kept = [rule for rule in known.rules if (rule.region, rule.name) not in made]
    topics: Mapping[str, Topic | Unread | None] = {**known.topics, **account.topics}
    targets = [target.arn for rule in rules if not isinstance(rule.targets, Unread) for target in rule.targets]
    others = {arn: _other_topic(arn) for arn in targets if arn not in topics}
    regions = tuple(dict.fromkeys((*known.regions, *(rule.region for rule in rules))))
    return known.model_copy(update={"rules": (*kept, *rules), "topics": {**topics, **others}, "regions": regions})


def _rules(world: World) -> Iterator[EventRule]:
    for one in world.of(types.EVENT_RULE):
        pattern, state = one.get("EventPattern"), one.get("State")
        bus = text(one.get("EventBusName"), "default")
        elsewhere = bus.rpartition("/")[2] != "default" and not reasons(one.get("EventBusName"))
        if pattern is None or elsewhere or text(state) == _DISABLED:
            continue
        written = plain(pattern)
        why = tuple(outside for outsides in open_values(one).values() for outside in outsides)
        yield EventRule.model_construct(
            arn=one.arn,
            name=one.name,
            region=one.place.region,
            account=one.place.account,
            pattern=written if isinstance(written, str) else json.dumps(written),
            state="ENABLED" if reasons(state) else text(state, "ENABLED"),
            targets=unread(why, one, one.name)
            or tuple(
                EventTarget.model_construct(arn=text(target.get("Arn")), role_arn=text(target.get("RoleArn")) or None)
                for target in items(one.get("Targets"))
            ),
        )


def _other_topic(arn: str) -> Unread | None:
    """A target that is not in these files."""
    parsed = Arn.parse(arn)
    if parsed is None:
        return None
    reason = "the topic is not in these files"
    return Unread.model_construct(
        action=reason, region=parsed.region, account=parsed.account, resource=arn, error=OUTSIDE
    )
