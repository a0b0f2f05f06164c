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
from prowler_cis_monitoring.services.reading import Record, flag, moment, one_of, some_of, some_text, text, texts

_READ_WRITE_TYPES = one_of({"All", "ReadOnly", "WriteOnly"})
# CloudTrail API, AdvancedFieldSelector: the fields whose values are few.
_VALUES = {
    "eventCategory": some_of({"Management", "Data", "NetworkActivity", "Insight"}),
    "readOnly": some_of({"true", "false"}),
}
_WHOLE_VALUES = frozenset({"equals", "not_equals"})
_OPERATORS = {
    "equals": "Equals",
    "starts_with": "StartsWith",
    "ends_with": "EndsWith",
    "not_equals": "NotEquals",
    "not_starts_with": "NotStartsWith",
    "not_ends_with": "NotEndsWith",
}


class CloudTrail(PathService):
    """Reads trails in their home Region."""

    name = "cloudtrail"
    threads = 40
    """More than there are Regions: their answers do not need each other's, and AWS counts the calls of each apart."""

    def trails(self, scope: Scope) -> tuple[Trail, ...] | Unread:
        """Return DescribeTrails' answer, shadow trails of other Regions included; nothing else is asked of them yet."""

        def read(answer: Record) -> tuple[Trail, ...]:
            return tuple(self._trail(record, scope) for record in answer.apart("trailList"))

        return self.call("describe_trails", scope, read=read)

    def _trail(self, record: Record, scope: Scope) -> Trail:
        arn = record.required("TrailARN", some_text, "")
        parsed = Arn.parse(arn)
        if parsed is None:
            record.lacks("TrailARN")
        members: dict[str, Any] = {
            "arn": arn if parsed else "",
            "name": record.required("Name", some_text, arn),
            # An organisation trail is listed in the accounts of its members too.
            "account": parsed.account if parsed else "",
            "home_region": record.required("HomeRegion", some_text, parsed.region if parsed else ""),
            "multi_region": record.required("IsMultiRegionTrail", flag, True),  # noqa: FBT003 - says nothing wrong
            "global_events": record.optional("IncludeGlobalServiceEvents", flag, True),  # noqa: FBT003
            "organization": record.optional("IsOrganizationTrail", flag, False),  # noqa: FBT003
            "log_group_arn": record.optional("CloudWatchLogsLogGroupArn", text, "") or None,
            "role_arn": record.optional("CloudWatchLogsRoleArn", text, "") or None,
        }
        not_asked = self.not_asked("get_trail_status", scope, arn)
        unread = self.flaw("describe_trails", scope, arn, record)
        return Trail(**members, status=unread or not_asked, selectors=unread or not_asked, unread=unread)

    def status(self, arn: str, home: Scope) -> TrailStatus | Unread:
        """Return GetTrailStatus of a trail; `home` is its owner and home Region."""
        return self.call("get_trail_status", home, arn, read=_status, Name=arn)

    def selectors(self, arn: str, home: Scope) -> EventSelectors | Unread:
        """Return GetEventSelectors of a trail; `home` is its owner and home Region."""
        return self.call("get_event_selectors", home, arn, read=_selectors, TrailName=arn)


def _status(answer: Record) -> TrailStatus:
    return TrailStatus(
        is_logging=answer.required("IsLogging", flag, True),  # noqa: FBT003
        log_delivery_error=answer.optional("LatestCloudWatchLogsDeliveryError", text, "") or None,
        latest_log_delivery=answer.optional("LatestCloudWatchLogsDeliveryTime", moment, None),
        latest_bucket_delivery=answer.optional("LatestDeliveryTime", moment, None),
        logging_since=answer.optional("StartLoggingTime", moment, None),
    )


def _selectors(answer: Record) -> EventSelectors:
    advanced = tuple(_advanced(selector) for selector in answer.records("AdvancedEventSelectors"))
    # A trail has one kind; where both are shown the advanced ones are in force.
    basic = () if advanced else tuple(_basic(selector) for selector in answer.records("EventSelectors"))
    return EventSelectors(basic=basic, advanced=advanced)


def _basic(selector: Record) -> BasicEventSelector:
    return BasicEventSelector(
        read_write_type=selector.required("ReadWriteType", _READ_WRITE_TYPES, "All"),
        include_management_events=selector.required("IncludeManagementEvents", flag, True),  # noqa: FBT003
        excluded_sources=selector.optional("ExcludeManagementEventSources", texts, ()),
    )


def _advanced(selector: Record) -> AdvancedEventSelector:
    fields = selector.records("FieldSelectors")
    if not fields:
        selector.lacks("FieldSelectors")
    return AdvancedEventSelector(
        name=selector.optional("Name", text, ""), fields=tuple(_field(field) for field in fields)
    )


def _field(field: Record) -> FieldSelector:
    about = field.required("Field", some_text, "")
    values = _VALUES.get(about, texts)
    operators = {
        name: field.optional(member, values if name in _WHOLE_VALUES else texts, ())
        for name, member in _OPERATORS.items()
    }
    if not any(operators.values()):
        # One that botocore does not know yet would narrow the selector all the same.
        field.lacks("Operator")
    return FieldSelector(field=about, **operators)
