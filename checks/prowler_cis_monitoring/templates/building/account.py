"""Declared resources → `AccountResources`."""

from __future__ import annotations

from collections.abc import Sequence

from prowler_cis_monitoring.alert_path.resources import AccountResources, Alarms, LogGroup, Scope
from prowler_cis_monitoring.templates.building.alarms import alarms_of
from prowler_cis_monitoring.templates.building.filters import attach_filters
from prowler_cis_monitoring.templates.building.guesses import Options, World
from prowler_cis_monitoring.templates.building.log_groups import groups_of
from prowler_cis_monitoring.templates.building.topics import topics_of
from prowler_cis_monitoring.templates.building.trails import assumed_trails, trails_of
from prowler_cis_monitoring.templates.declared import Declared, Place


def build(declared: Sequence[Declared], place: Place, options: Options) -> AccountResources:
    """Return the account after the deployment, as far as these files tell."""
    world = World(declared, place, options)
    base = options.base or AccountResources.model_construct(account=place.account, partition=place.partition)
    groups = groups_of(world, base)
    trails = [*base.trails, *trails_of(world, groups)]
    attach_filters(world, groups)
    if options.assume_trail and options.base is None:
        trails += assumed_trails(world, groups, trails)
    fed = {(trail.log_group_arn or "").removesuffix(":*") for trail in trails}
    alarms = alarms_of(world, base)
    scopes = {
        Scope.model_construct(account=group.account, region=group.region)
        for group in groups.values()
        if isinstance(group, LogGroup)
    }
    return AccountResources.model_construct(
        account=base.account,
        partition=base.partition,
        trails=tuple(trails),
        log_groups={arn: group for arn, group in groups.items() if arn in fed or arn in base.log_groups},
        alarms={scope: alarms.get(scope, Alarms.model_construct()) for scope in {*scopes, *alarms}},
        topics=topics_of(world, base, alarms),
        unread=base.unread,
        # Of a saved account no more is known than was read of it.
        listed_regions=base.listed_regions if options.base else (place.region,),
    )
