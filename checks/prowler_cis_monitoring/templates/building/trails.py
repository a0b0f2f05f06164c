"""Trails of templates, and those that are supposed to be elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prowler_cis_monitoring.alert_path.resources import (
    AdvancedEventSelector,
    Arn,
    BasicEventSelector,
    EventSelectors,
    FieldSelector,
    LogGroup,
    Trail,
    TrailStatus,
)
from prowler_cis_monitoring.templates import declared as types
from prowler_cis_monitoring.templates.building.guesses import ASSUMED_TRAIL, Guess, World, hoped, unread
from prowler_cis_monitoring.templates.building.log_groups import Groups, ensure_group
from prowler_cis_monitoring.templates.declared import Place
from prowler_cis_monitoring.templates.values import Value, boolean, items, reasons, text


def trails_of(world: World, groups: Groups) -> Iterator[Trail]:
    """Yield the trails; the log groups that they name are added to `groups`."""
    for one in world.of(types.TRAIL):
        logging, written = one.get("IsLogging"), one.get("CloudWatchLogsLogGroupArn")
        selectors = [one.get("EventSelectors"), one.get("AdvancedEventSelectors")]
        hidden = [why for value in selectors for why in reasons(value)]
        arns = [text(written) or None] if written is not None else [None]
        if written is not None and reasons(written) and world.options.meets:
            arns += [f"{group.arn}:*" for group in groups.values() if isinstance(group, LogGroup)]
        for number_, arn in enumerate(dict.fromkeys(_log_group_arn(arn, one.place) for arn in arns)):
            ensure_group(world, groups, arn, one.place)
            yield Trail.model_construct(
                arn=one.arn if not number_ else f"{one.arn}-{number_}",
                name=one.name,
                account=one.place.account,
                home_region=one.place.region,
                multi_region=hoped(one.get("IsMultiRegionTrail"), default=False),
                global_events=hoped(one.get("IncludeGlobalServiceEvents"), default=True),
                organization=boolean(one.get("IsOrganizationTrail"), default=False),
                log_group_arn=arn,
                role_arn=text(one.get("CloudWatchLogsRoleArn")) or None,
                status=unread(reasons(logging), one, "logging")
                or TrailStatus.model_construct(is_logging=boolean(logging, default=True)),
                selectors=unread(tuple(hidden), one, "selectors") or _selectors(*selectors),
            )


def assumed_trails(world: World, groups: Groups, trails: Sequence[Trail]) -> Iterator[Trail]:
    """Yield a good trail for each group with filters that no trail feeds and that may be fed from elsewhere."""
    made_here = {one.arn for one in world.declared if one.type == types.LOG_GROUP}
    outside = {
        one.place.arn("logs", f"log-group:{text(written)}")
        for one in world.declared
        if one.type == types.METRIC_FILTER and (written := one.get("LogGroupName")) and reasons(written)
    }
    trails_here = any(one.type == types.TRAIL for one in world.declared)
    fed = {(trail.log_group_arn or "").removesuffix(":*") for trail in trails}
    for arn, group in groups.items():
        if not isinstance(group, LogGroup) or not group.metric_filters or arn in fed:
            continue
        # A group that is outside may be another than one that the trails of these files deliver to.
        doubted = world.options.guess is Guess.ABSENT and arn in outside
        if trails_here and (arn in made_here or doubted):
            continue
        yield Trail.model_construct(
            arn=f"arn:{world.place.partition}:cloudtrail:{group.region}:{group.account}:trail/{ASSUMED_TRAIL}",
            name=ASSUMED_TRAIL,
            account=group.account,
            home_region=group.region,
            multi_region=True,
            log_group_arn=f"{arn}:*",
            role_arn=f"arn:{world.place.partition}:iam::{group.account}:role/assumed",
            status=TrailStatus.model_construct(is_logging=True),
            selectors=EventSelectors.model_construct(),
        )


def _log_group_arn(arn: str | None, place: Place) -> str | None:
    """Return a log group's ARN; what is outside as a whole is the name of a group at the same place."""
    if arn is None or Arn.parse(arn) is not None:
        return arn
    return f"{place.arn('logs', f'log-group:{arn}')}:*"


def _selectors(basic: Value | None, advanced: Value | None) -> EventSelectors:
    def texts(holder: Value, name: str) -> tuple[str, ...]:
        return tuple(text(item) for item in items(holder.get(name)))

    return EventSelectors.model_construct(
        basic=tuple(
            BasicEventSelector.model_construct(
                read_write_type=text(one.get("ReadWriteType"), "All"),
                include_management_events=boolean(one.get("IncludeManagementEvents"), default=True),
                excluded_sources=texts(one, "ExcludeManagementEventSources"),
            )
            for one in items(basic)
        )
        if not items(advanced)
        else (),
        advanced=tuple(
            AdvancedEventSelector.model_construct(
                name=text(one.get("Name")),
                fields=tuple(
                    FieldSelector.model_construct(
                        field=text(selector.get("Field")),
                        equals=texts(selector, "Equals"),
                        starts_with=texts(selector, "StartsWith"),
                        ends_with=texts(selector, "EndsWith"),
                        not_equals=texts(selector, "NotEquals"),
                        not_starts_with=texts(selector, "NotStartsWith"),
                        not_ends_with=texts(selector, "NotEndsWith"),
                    )
                    for selector in items(one.get("FieldSelectors"))
                ),
            )
            for one in items(advanced)
        ),
    )
