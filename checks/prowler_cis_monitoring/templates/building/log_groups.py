"""Log groups of templates, and those that they name."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Arn,
    LogGroup,
    Unread,
)
from prowler_cis_monitoring.templates import declared as types
from prowler_cis_monitoring.templates.building.guesses import Guess, World
from prowler_cis_monitoring.templates.declared import Place
from prowler_cis_monitoring.templates.values import reasons, text

Groups = dict[str, LogGroup | Unread | None]


def groups_of(world: World, base: AccountResources) -> Groups:
    """Return the log groups by ARN, with those of the account that the templates are deployed on."""
    groups: Groups = dict(base.log_groups)
    # Who names a log group that is not there would find a good one: what does nothing is one of the other class.
    supposed = "INFREQUENT_ACCESS" if world.options.guess is Guess.ABSENT else "STANDARD"
    for one in (each for each in world.declared if each.type == types.LOG_GROUP):
        kind = one.get("LogGroupClass")
        hidden = bool(one.get("DataProtectionPolicy"))
        groups[one.arn] = LogGroup.model_construct(
            arn=one.arn,
            name=one.name,
            region=one.place.region,
            account=one.place.account,
            log_class=supposed if reasons(kind) else text(kind) or "STANDARD",
            data_protection="ACTIVATED" if hidden else None,
        )
    return groups


def ensure_group(world: World, groups: Groups, arn: str | None, place: Place) -> None:
    """Add a log group that an ARN names, if it is not known; it may be one of the files whose name is outside."""
    bare = (arn or "").removesuffix(":*")
    parsed = Arn.parse(bare)
    if not bare or bare in groups or parsed is None:
        return
    named = LogGroup.model_construct(
        arn=bare,
        name=parsed.resource.removeprefix("log-group:"),
        region=parsed.region or place.region,
        account=parsed.account or place.account,
    )
    same = _met(world, groups)
    kept = {} if same is None else {"log_class": same.log_class, "data_protection": same.data_protection}
    groups[bare] = named.model_copy(update=kept)


def _met(world: World, groups: Groups) -> LogGroup | None:
    """Return a log group whose name is outside, where outside names are taken to be those that meet."""
    if world.options.meets:
        for one in world.of(types.LOG_GROUP):
            written, group = one.get("LogGroupName"), groups.get(one.arn)
            if written is not None and reasons(written) and isinstance(group, LogGroup):
                return group
    return None
