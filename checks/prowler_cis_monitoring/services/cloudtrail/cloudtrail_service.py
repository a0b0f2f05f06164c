"""CloudTrail: trails, whether they log, and which events they select."""

from __future__ import annotations

from typing import Any

from prowler_cis_monitoring.alert_path.resources import (
    AdvancedEventSelector,
    Arn,
    BasicEventSelector,
    EventSelectors,
    FieldSelector,
    Scope,
    Trail,
    TrailStatus,
    Unread,
)
from prowler_cis_monitoring.services.path_service import PathService


class CloudTrail(PathService):
    """Reads trails in their home Region."""

    name = "cloudtrail"

    def trails(self, scope: Scope) -> tuple[dict[str, Any], ...] | Unread:
        """Return DescribeTrails' answer, shadow trails of other Regions included."""
        answer = self.call("describe_trails", scope)
        return answer if isinstance(answer, Unread) else tuple(answer.get("trailList", ()))

    def status(self, arn: str, home: Scope) -> TrailStatus | Unread:
        """Return GetTrailStatus of a trail; `home` is its owner and home Region."""
        answer = self.call("get_trail_status", home, arn, Name=arn)
        if isinstance(answer, Unread):
            return answer
        return TrailStatus(
            is_logging=bool(answer.get("IsLogging")),
            log_delivery_error=answer.get("LatestCloudWatchLogsDeliveryError") or None,
            latest_log_delivery=answer.get("LatestCloudWatchLogsDeliveryTime"),
            latest_bucket_delivery=answer.get("LatestDeliveryTime"),
            logging_since=answer.get("StartLoggingTime"),
        )

    def selectors(self, arn: str, home: Scope) -> EventSelectors | Unread:
        """Return GetEventSelectors of a trail; `home` is its owner and home Region."""
        answer = self.call("get_event_selectors", home, arn, TrailName=arn)
        if isinstance(answer, Unread):
            return answer
        advanced = tuple(_advanced(selector) for selector in answer.get("AdvancedEventSelectors") or ())
        # A trail has one kind; where both are shown the advanced ones are in force.
        basic = () if advanced else tuple(_basic(selector) for selector in answer.get("EventSelectors") or ())
        return EventSelectors(basic=basic, advanced=advanced)


def make_trail(described: dict[str, Any], status: TrailStatus | Unread, selectors: EventSelectors | Unread) -> Trail:
    """Join what DescribeTrails, GetTrailStatus and GetEventSelectors said of one trail."""
    return Trail(
        arn=described["TrailARN"],
        name=described["Name"],
        account=owner_of(described),
        home_region=described["HomeRegion"],
        multi_region=bool(described.get("IsMultiRegionTrail")),
        organization=bool(described.get("IsOrganizationTrail")),
        log_group_arn=described.get("CloudWatchLogsLogGroupArn") or None,
        role_arn=described.get("CloudWatchLogsRoleArn") or None,
        status=status,
        selectors=selectors,
    )


def owner_of(described: dict[str, Any]) -> str:
    """Return the account that owns a trail: an organisation trail is listed in its members too."""
    arn = Arn.parse(described["TrailARN"])
    return arn.account if arn else ""


def _basic(selector: dict[str, Any]) -> BasicEventSelector:
    return BasicEventSelector(
        read_write_type=selector.get("ReadWriteType", "All"),
        include_management_events=selector.get("IncludeManagementEvents", True),
        excluded_sources=tuple(selector.get("ExcludeManagementEventSources", ())),
    )


def _advanced(selector: dict[str, Any]) -> AdvancedEventSelector:
    return AdvancedEventSelector(
        name=selector.get("Name", ""),
        fields=tuple(
            FieldSelector(
                field=field["Field"],
                equals=tuple(field.get("Equals") or ()),
                starts_with=tuple(field.get("StartsWith") or ()),
                ends_with=tuple(field.get("EndsWith") or ()),
                not_equals=tuple(field.get("NotEquals") or ()),
                not_starts_with=tuple(field.get("NotStartsWith") or ()),
                not_ends_with=tuple(field.get("NotEndsWith") or ()),
            )
            for field in selector.get("FieldSelectors", ())
        ),
    )
