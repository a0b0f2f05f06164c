"""Log groups of templates, and those that they name."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Arn,
    LogGroup,
    Unread,
)
from prowler_cis_monitoring.templates import declared as types
from prowler_cis_monitoring.templates.building.guesses import World
from prowler_cis_monitoring.templates.declared import Place
from prowler_cis_monitoring.templates.values import reasons, text

Groups = dict[str, LogGroup | Unread | None]


def groups_of(world: World, base: AccountResources) -> Groups:
    """Return the log groups by ARN, with those of the account that the templates are deployed on."""
    groups: Groups = dict(base.log_groups)
    for one in world.of(types.LOG_GROUP):
        kind = one.get("LogGroupClass")
        hidden = bool(one.get("DataProtectionPolicy"))
        groups[one.arn] = LogGroup.model_construct(
            arn=one.arn,
            name=one.name,
            region=one.place.region,
            account=one.place.account,
            log_class="STANDARD" if reasons(kind) else text(kind) or "STANDARD",
            data_protection="ACTIVATED" if hidden else None,
        )
    return groups


def ensure_group(groups: Groups, arn: str | None, place: Place) -> None:
    """Add a log group that an ARN names, if it is not known."""
    bare = (arn or "").removesuffix(":*")
    parsed = Arn.parse(bare)
    if not bare or bare in groups or parsed is None:
        return
    groups[bare] = LogGroup.model_construct(
        arn=bare,
        name=parsed.resource.removeprefix("log-group:"),
        region=parsed.region or place.region,
        account=parsed.account or place.account,
    )
