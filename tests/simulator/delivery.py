"""From a record to samples of metrics: which trails record it, which log groups take it in, what filters publish."""

import json
from collections import Counter
from functools import lru_cache

from prowler_cis_monitoring.alert_path.resources import LogGroup
from prowler_cis_monitoring.filter_pattern import parse
from tests.filter_pattern import naive

_LINES = {}
_MOST_LINES = 5000


def _line(record):
    """A record as a log event; the records of one account are asked for many times."""
    known, text = _LINES.get(id(record), (None, ""))
    if known is not record:
        text = json.dumps(record, sort_keys=True)
        if len(_LINES) > _MOST_LINES:
            _LINES.clear()
        _LINES[id(record)] = record, text
    return text


def is_recorded(trail, record):
    """Whether a trail records an event (CloudTrail User Guide, "Logging management events", "Logging data events")."""
    if not trail.status.is_logging:
        return False
    if not trail.multi_region and (record["awsRegion"] != trail.home_region or _is_left_out(trail, record)):
        return False
    selectors = trail.selectors
    if not selectors.basic and not selectors.advanced:
        return True
    return any(_basic(one, record) for one in selectors.basic) or any(
        all(_field(condition, record) for condition in one.fields) for one in selectors.advanced
    )


def _is_left_out(trail, record):
    """Whether a trail of one Region leaves a global service's event out.

    The four that AWS calls global services of CloudTrail all record in US East (N. Virginia); a trail elsewhere has
    none of theirs to leave out (CloudTrail User Guide, "Global service events"; its notice of November 2021).
    """
    service = record["eventSource"].partition(".")[0]
    of_one_place = service in ("iam", "cloudfront", "sts", "signin") and record["awsRegion"] == "us-east-1"
    return of_one_place and not trail.global_events


def _basic(selector, record):
    kinds = {"All": (True, False, None), "ReadOnly": (True,), "WriteOnly": (False,)}[selector.read_write_type]
    # Which data events a selector names is not read; one without management events is there for them alone.
    asked = selector.include_management_events == record["managementEvent"]
    recorded = asked and record.get("readOnly") in kinds
    return recorded and record["eventSource"] not in selector.excluded_sources


def _field(condition, record):
    value = record.get(condition.field)
    text = json.dumps(value) if isinstance(value, bool) else value
    return (not condition.equals or text in condition.equals) and text not in condition.not_equals


def taken_in(resources, records, every_copy):
    """The records that each log group takes in, with a copy for every trail that delivers it or without."""
    taken = {}
    for trail in resources.trails:
        failing = trail.status.log_delivery_error is not None
        if trail.log_group_arn is None or trail.role_arn is None or failing:
            continue
        arn = trail.log_group_arn.removesuffix(":*")
        events = taken.setdefault(arn, [])
        new = [record for record in records if is_recorded(trail, record)]
        events.extend(new if every_copy else [record for record in new if record not in events])
    return taken


@lru_cache(maxsize=65536)
def _is_match(pattern, line):
    return naive.matches(parse(pattern).expression, json.loads(line))


def is_match(pattern, record):
    """Whether a filter pattern matches a record."""
    return _is_match(pattern, _line(record))


def _at(selector, record):
    for step in selector.removeprefix("$.").split("."):
        record = record.get(step, {})
    return record if isinstance(record, str) else None


def published(resources, records, every_copy=True):
    """The samples of one minute by series: how often each (value, unit) is published.

    A filter publishes its value for each log event that it matches, and its default value once for a minute in which
    its group takes in log events of which it matches none. With dimensions it has no default value
    (CloudWatch Logs User Guide, "Creating metrics from log events using filters").
    """
    samples = {}
    # Records that happen many times are looked at once.
    times = Counter(map(id, records))
    alone = list({id(record): record for record in records}.values())
    for arn, events in taken_in(resources, alone, every_copy).items():
        group = resources.log_groups.get(arn)
        if not isinstance(group, LogGroup) or group.log_class != "STANDARD" or not events:
            continue
        for one in group.metric_filters:
            matched = [event for event in events if is_match(one.pattern, event)]
            for event in matched:
                dimensions = {name: _at(field, event) for name, field in one.dimensions.items()}
                _add(samples, group, one, (dimensions, float(one.value)), times[id(event)])
            if not matched and one.default is not None and not one.dimensions:
                _add(samples, group, one, ({}, one.default))
    return samples


def _add(samples, group, one, datapoint, times=1):
    dimensions, value = datapoint
    key = series(group.account, group.region, one.namespace, one.metric_name, dimensions)
    samples.setdefault(key, Counter())[value, one.unit or "None"] += times


def series(account, region, namespace, name, dimensions):
    """The identity of a metric."""
    return account, region, namespace, name, frozenset(dimensions.items())
