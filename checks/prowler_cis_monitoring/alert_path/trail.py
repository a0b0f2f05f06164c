"""Which events does a trail deliver to its log group?

Event selectors become filter patterns, so that one question about coverage serves all links.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain

from prowler_cis_monitoring.alert_path.resources import (
    FOREIGN_ACCOUNT,
    AdvancedEventSelector,
    Arn,
    BasicEventSelector,
    EventSelectors,
    FieldSelector,
    LogGroup,
    Trail,
    TrailStatus,
    Unread,
)
from prowler_cis_monitoring.alert_path.rules import Remark, remark, unread_remark
from prowler_cis_monitoring.filter_pattern import NOTHING, FilterPattern, all_of, any_of, parse
from prowler_cis_monitoring.filter_pattern.facts import GLOBAL, GLOBAL_REGION
from prowler_cis_monitoring.filter_pattern.work import kept
from prowler_cis_monitoring.foreign_text import shown

_BYTES_OF_A_CHARACTER = 50
MOST_CHARACTERS = 20_000
"""Of all fields and values of a trail's advanced event selectors, so that deciding takes a bounded time (count)."""
EVERY_EVENT = parse("")
# Events without readOnly, sign-ins among them, count as writes (CloudTrail User Guide, "Read and write events").
_BY_TYPE = {
    "All": EVERY_EVENT,
    "ReadOnly": parse("{ $.readOnly IS TRUE }"),
    "WriteOnly": parse("{ ($.readOnly IS FALSE) || ($.readOnly NOT EXISTS) }"),
}
_BY_KIND = {"true": _BY_TYPE["ReadOnly"], "false": _BY_TYPE["WriteOnly"]}
# CloudTrail API, AdvancedFieldSelector.Field: a trail takes the first three for management events; the others are
# those of event data stores, should a trail ever take them. `present` says that every event carries the field.
_FIELDS = {
    "eventSource": ("$.eventSource", True),
    "eventName": ("$.eventName", True),
    "eventType": ("$.eventType", True),
    "userIdentity.arn": ("$.userIdentity.arn", False),
    "sessionCredentialFromConsole": ("$.sessionCredentialFromConsole", False),
}
_BUT_GLOBALS = tuple(parse(f'{{ $.eventSource != "{one.event_source}" }}') for one in GLOBAL if one.left_out)
_OLD = timedelta(days=1)
# CloudTrail delivers within minutes; a trail that has just been started or given a log group is not blamed.
_SETTLING = timedelta(hours=1)
_LOG_CLASSES_WITH_FILTERS = ("STANDARD",)
# CloudWatch Logs API, LogGroup.dataProtectionStatus: a group without a policy, or that had one in the past.
_WITHOUT_DATA_PROTECTION = (None, "DELETED", "ARCHIVED", "DISABLED")
_ACCOUNT_DATA_PROTECTION = "ACCOUNT_DATA_PROTECTION"
_LOG_CLASSES_WITHOUT_FILTERS = ("INFREQUENT_ACCESS", "DELIVERY")


def judge_trail(trail: Trail, read_at: datetime | None = None) -> tuple[Remark, ...]:
    """Return what is wrong with a trail, its event selectors aside: those narrow `recorded_events`.

    `read_at` is when the trail was read; None leaves out how old its last delivery is.

    Source: CIS AWS Foundations Benchmark, Monitoring, audit step 1; CloudTrail API, Trail and GetTrailStatus.
    """
    described = (unread_remark("trail", trail.name, trail.unread),) if trail.unread else tuple(_judge_described(trail))
    remarks = list(described)
    if isinstance(trail.status, Unread):
        remarks.append(_unread(trail, trail.status))
    elif not trail.status.is_logging:
        remarks.append(remark("trail-not-logging", trail.name))
    elif trail.status.log_delivery_error:
        remarks.append(remark("trail-delivery-failing", trail.name, error=trail.status.log_delivery_error))
    elif trail.log_group_arn is not None and read_at is not None:
        remarks.extend(_judge_delivery(trail.name, trail.status, read_at))
    if isinstance(trail.selectors, Unread):
        remarks.append(_unread(trail, trail.selectors))
    else:
        remarks.extend(_judge_selectors(trail.name, trail.selectors))
    return tuple(dict.fromkeys(remarks))


def _judge_described(trail: Trail) -> Iterator[Remark]:
    """Say what is wrong with what DescribeTrails tells of a trail."""
    if not trail.multi_region:
        slug = "trail-without-global-events" if _leaves_out_globals(trail) else "trail-single-region"
        yield remark(slug, trail.name, region=trail.home_region)
    if trail.log_group_arn is None:
        yield remark("trail-without-log-group", trail.name)
    elif trail.role_arn is None:
        yield remark("trail-without-role", trail.name)


def _unread(trail: Trail, status: Unread) -> Remark:
    """Say why a trail's status is not known; of a trail that another account owns, also what its shadow shows."""
    if status.error != FOREIGN_ACCOUNT:
        return unread_remark("trail", trail.name, status)
    kind = "is an organisation trail" if trail.organization else "is a trail"
    records = "of every Region" if trail.multi_region else f"of {shown(trail.home_region)} only"
    group = Arn.parse((trail.log_group_arn or "").removesuffix(":*"))
    name = group.resource.removeprefix("log-group:") if group else ""
    delivers = (
        f"delivers to log group {shown(name)} of account {shown(group.account)}"
        if group
        else "delivers to no log group"
    )
    return remark(
        "organization-trail-foreign", trail.name, account=trail.account, seen=f"{kind} {records} and {delivers}"
    )


def _judge_delivery(name: str, status: TrailStatus, read_at: datetime) -> list[Remark]:
    """Return what the times of the last deliveries tell; the bucket and the log group get the same events."""
    since, bucket, logs = status.logging_since, status.latest_bucket_delivery, status.latest_log_delivery
    if (since is not None and read_at - since < _SETTLING) or (logs is not None and read_at - logs <= _OLD):
        return []
    if bucket is not None and read_at - bucket <= _OLD and (logs is None or bucket - logs > _SETTLING):
        last = "never" if logs is None else f"{logs:%Y-%m-%d}"
        return [remark("trail-delivery-stopped", name, last=last, bucket=bucket)]
    # An account in which nothing happens delivers nothing: old age alone breaks no link.
    if logs is None:
        return [] if bucket is None else [remark("trail-delivery-never", name, bucket=bucket)]
    return [remark("trail-delivery-old", name, at=logs)]


def are_too_long(selectors: EventSelectors | Unread) -> bool:
    """Whether selectors name so much that they are not decided: what the trail records is not known then."""
    return isinstance(selectors, EventSelectors) and _characters(selectors) > MOST_CHARACTERS


@kept(lambda _key, _count: _BYTES_OF_A_CHARACTER * _BYTES_OF_A_CHARACTER)
def _characters(selectors: EventSelectors) -> int:
    fields = [field for selector in selectors.advanced for field in selector.fields]
    listed = (values for field in fields for _, values in field if isinstance(values, tuple))
    return sum(len(field.field) for field in fields) + sum(len(value) for values in listed for value in values)


def _judge_selectors(name: str, selectors: EventSelectors) -> list[Remark]:
    if are_too_long(selectors):
        return [remark("trail-selectors-too-long", name, most=MOST_CHARACTERS)]
    unread = [_unknown_fields(selector) if _is_management(selector) else [] for selector in selectors.advanced]
    known = tuple(one for one, fields in zip(selectors.advanced, unread, strict=True) if not fields)
    # What the others record already, an unknown condition cannot take away.
    enough = bool(known) and recorded_events(EventSelectors(advanced=known)) == EVERY_EVENT
    fields = () if enough else dict.fromkeys(chain.from_iterable(unread))
    remarks = [remark("trail-selector-unknown", name, field=field) for field in fields]
    if recorded_events(selectors) is NOTHING:
        remarks.append(remark("trail-no-management-events", name))
    return remarks


def _unknown_fields(selector: AdvancedEventSelector) -> list[str]:
    return [field.field for field in selector.fields if field.field not in {*_FIELDS, "eventCategory", "readOnly"}]


def judge_log_group(name: str, group: LogGroup | Unread | None) -> tuple[Remark, ...]:
    """Return what is wrong with the log group `name` that a trail delivers to."""
    if group is None:
        return (remark("log-group-missing", name),)
    if isinstance(group, Unread):
        return (unread_remark("log group", name, group),)
    remarks = []
    if group.log_class in _LOG_CLASSES_WITHOUT_FILTERS:
        remarks.append(remark("log-group-class", name, log_class=group.log_class))
    elif group.log_class not in _LOG_CLASSES_WITH_FILTERS and group.log_class != "UNREAD":
        remarks.append(remark("log-group-class-unknown", name, log_class=group.log_class))
    if isinstance(group.data_protection, Unread):
        remarks.append(unread_remark("log group", name, group.data_protection))
    elif group.data_protection not in _WITHOUT_DATA_PROTECTION:
        remarks.append(remark("log-group-masked", name, status=group.data_protection))
    elif _ACCOUNT_DATA_PROTECTION in group.inherited_properties:
        remarks.append(remark("log-group-masked-by-account", name))
    if isinstance(group.metric_filters, Unread):
        remarks.append(unread_remark("log group", name, group.metric_filters))
    return tuple(remarks)


def recorded_events(selectors: EventSelectors | Unread) -> FilterPattern:
    """Return the management events that a trail records, as a filter pattern.

    Selectors that could not be read, or are too long, may record everything. Selectors are alternatives; the fields
    of an advanced one must all hold (CloudTrail API, PutEventSelectors).
    """
    if isinstance(selectors, Unread) or are_too_long(selectors):
        return EVERY_EVENT
    return _recorded_events(selectors)


def events_in_reach(trail: Trail) -> FilterPattern:
    """Return the events that happen where a trail records, whatever its selectors choose of them.

    Source: CloudTrail User Guide, "CloudTrail concepts", global service events.
    """
    if trail.multi_region:
        return EVERY_EVENT
    here = parse(f"{{ $.awsRegion = {_quoted(trail.home_region)} }}")
    return all_of(here, *_BUT_GLOBALS) if _leaves_out_globals(trail) else here


def events_of_trail(trail: Trail) -> FilterPattern:
    """Return the management events that a trail records while it logs, those of its Regions alone."""
    return _all([recorded_events(trail.selectors), events_in_reach(trail)])


def _leaves_out_globals(trail: Trail) -> bool:
    """Whether IncludeGlobalServiceEvents makes a difference: in the one Region where such events are recorded."""
    return not trail.multi_region and not trail.global_events and trail.home_region == GLOBAL_REGION


@kept(lambda _key, recorded: _BYTES_OF_A_CHARACTER * len(recorded.text))
def _recorded_events(selectors: EventSelectors) -> FilterPattern:
    if selectors.advanced:
        return _any(_advanced_events(selector) for selector in selectors.advanced if _is_management(selector))
    if selectors.basic:
        return _any(_basic_events(selector) for selector in selectors.basic if selector.include_management_events)
    # A trail without selectors of its own records all management events.
    return EVERY_EVENT


def _any(alternatives: Iterable[FilterPattern]) -> FilterPattern:
    patterns = tuple(pattern for pattern in alternatives if pattern != NOTHING)
    if EVERY_EVENT in patterns or set(patterns) == set(_BY_KIND.values()):
        return EVERY_EVENT
    return any_of(*patterns) if patterns else NOTHING


def _basic_events(selector: BasicEventSelector) -> FilterPattern:
    excluded = [parse(f"{{ $.eventSource != {_quoted(source)} }}") for source in selector.excluded_sources]
    return _all([_BY_TYPE.get(selector.read_write_type, EVERY_EVENT), *excluded])


def _is_management(selector: AdvancedEventSelector) -> bool:
    return any(field.field == "eventCategory" and "Management" in field.equals for field in selector.fields)


def _advanced_events(selector: AdvancedEventSelector) -> FilterPattern:
    return _all([_field_events(field) for field in selector.fields])


def _all(patterns: list[FilterPattern]) -> FilterPattern:
    if NOTHING in patterns:
        return NOTHING
    narrowing = [pattern for pattern in patterns if pattern != EVERY_EVENT]
    return all_of(*narrowing) if narrowing else EVERY_EVENT


def _field_events(field: FieldSelector) -> FilterPattern:
    if field.field == "readOnly":
        kinds = (set(field.equals) or {"true", "false"}) - set(field.not_equals)
        return _any(pattern for kind, pattern in _BY_KIND.items() if kind in kinds)
    if field.field not in _FIELDS:
        return EVERY_EVENT
    selector, present = _FIELDS[field.field]
    conditions = []
    if field.equals or field.starts_with or field.ends_with:
        wanted = _values(field.equals, field.starts_with, field.ends_with)
        conditions.append(_any(parse(f"{{ {selector} = {_quoted(text)} }}") for text in wanted))
    for text in _values(field.not_equals, field.not_starts_with, field.not_ends_with):
        other = parse(f"{{ {selector} != {_quoted(text)} }}")
        conditions.append(other if present else any_of(other, parse(f"{{ {selector} NOT EXISTS }}")))
    return _all(conditions)


def _values(equal: Iterable[str], starting: Iterable[str], ending: Iterable[str]) -> Iterator[str]:
    """Yield what values of a selector mean in a filter pattern.

    A `*` in them is no wildcard but a character (CloudTrail API, AdvancedFieldSelector), which stands in no source,
    name or identity of a record: such a value means nothing.
    """
    yield from (text for text in equal if "*" not in text)
    yield from (f"{text}*" for text in starting if "*" not in text)
    yield from (f"*{text}" for text in ending if "*" not in text)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
