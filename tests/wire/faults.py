"""What can come over the wire instead of an answer: applied to an answer's bytes, below botocore."""

from __future__ import annotations

import copy
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from moto.core.botocore_stubber import MockRawResponse

URL = "https://aws.example.com"
HTML = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Please sign in<br></body></html>"
HUGE = "9" * 400

# Members that AWS leaves out when there is nothing to say: without them an answer says something else, and truly so.
MAY_BE_ABSENT = frozenset(
    [
        "NextToken",
        "nextToken",
        "CloudWatchLogsLogGroupArn",
        "CloudWatchLogsRoleArn",
        "IsOrganizationTrail",
        "StartLoggingTime",
        "LatestDeliveryTime",
        "LatestCloudWatchLogsDeliveryError",
        "LatestCloudWatchLogsDeliveryTime",
        "ExcludeManagementEventSources",
        "EventSelectors",
        "AdvancedEventSelectors",
        "Equals",
        "NotEquals",
        "StartsWith",
        "NotStartsWith",
        "EndsWith",
        "NotEndsWith",
        "defaultValue",
        "unit",
        "dimensions",
        "emitSystemFieldDimensions",
        "fieldSelectionCriteria",
        "applyOnTransformedLogs",
        "logGroupClass",
        "dataProtectionStatus",
        "inheritedProperties",
        "OKActions",
        "InsufficientDataActions",
        "AlarmDescription",
        "Dimensions",
        "Unit",
        "TreatMissingData",
        "DatapointsToAlarm",
        "EvaluationState",
        "EvaluateLowSampleCountPercentile",
        "StateTransitionedTimestamp",
        "AlarmConfigurationUpdatedTimestamp",
        "ActionsSuppressor",
        "AccountId",
        "ThresholdMetricId",
        "Metrics",
        "MetricStat",
        "Owner",
        "Endpoint",
        "EventPattern",
        "ManagedBy",
        "RoleArn",
    ]
)


@dataclass(frozen=True)
class Place:
    """A member of an answer: where it stands in the document, its name, and its shape in the service model."""

    path: tuple[Any, ...]
    name: str
    shape: Any


def _reset(_operation, _response):
    raise ConnectionClosedError(endpoint_url=URL)


def _timeout(_operation, _response):
    raise ReadTimeoutError(endpoint_url=URL)


def _with_body(body: Callable[[bytes], bytes], status: int | None = None):
    def fault(_operation, response):
        return AWSResponse(
            URL, status or response.status_code, response.headers, MockRawResponse(body(response.content))
        )

    return fault


def _throttled(operation, response):
    if operation.service_model.protocol == "query":
        body = "<ErrorResponse><Error><Code>Throttling</Code><Message>slow</Message></Error></ErrorResponse>"
    else:
        body = '{"__type": "ThrottlingException", "message": "slow"}'
    return AWSResponse(URL, 400, response.headers, MockRawResponse(body))


WHOLE = {
    "reset": _reset,
    "timeout": _timeout,
    "truncated": _with_body(lambda body: body[: len(body) // 2]),
    "empty": _with_body(lambda _: b""),
    "html": _with_body(lambda _: HTML, 200),
    "html error": _with_body(lambda _: HTML, 503),
    "invalid": _with_body(lambda body: b"<a>{]" + body[5:]),
    "null": _with_body(lambda _: b"null"),
    "list": _with_body(lambda _: b"[]"),
    "throttled": _throttled,
}


def places(operation, body: bytes) -> list[Place]:
    """Return the members of an answer."""
    if operation.service_model.protocol == "query":
        root = ET.fromstring(body)
        wrapper = operation.output_shape.serialization.get("resultWrapper")
        at = next((place for place, child in enumerate(root) if _name(child) == wrapper), None)
        return [] if at is None else list(_xml_places(root[at], operation.output_shape, (at,)))
    return list(_json_places(json.loads(body), operation.output_shape, ()))


def _name(element) -> str:
    return element.tag.rpartition("}")[2]


def _json_places(value, shape, path) -> Iterator[Place]:
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, member in shape.members.items():
            if name in value:
                yield Place((*path, name), name, member)
                yield from _json_places(value[name], member, (*path, name))
    elif shape.type_name == "list" and isinstance(value, list):
        for place, each in enumerate(value):
            yield from _json_places(each, shape.member, (*path, place))


def _xml_places(element, shape, path) -> Iterator[Place]:
    if shape.type_name == "structure":
        members = {member.serialization.get("name", name): (name, member) for name, member in shape.members.items()}
        for place, child in enumerate(element):
            if _name(child) in members:
                name, member = members[_name(child)]
                yield Place((*path, place), name, member)
                yield from _xml_places(child, member, (*path, place))
    elif shape.type_name == "list":
        for place, child in enumerate(element):
            yield from _xml_places(child, shape.member, (*path, place))


_NUMBERS = ("integer", "long", "double", "float")


def kinds(place: Place, *, xml: bool) -> Iterator[str]:
    """Yield what may be wrong with a member: not what only says something else, as a text instead of another."""
    kind = place.shape.type_name
    if place.name not in MAY_BE_ABSENT:
        yield "missing"
        # In XML an empty element is an empty list, an empty text, or false.
        if not xml:
            yield "null"
    if getattr(place.shape, "enum", None):
        yield "unknown"
    if kind in _NUMBERS or kind == "timestamp":
        yield "wrong"
        yield "huge"
    elif not xml:
        yield "wrong"


def spoilt(place: Place, kind: str, *, xml: bool):
    """Return the fault of one member."""

    def fault(_operation, response):
        body = response.content
        changed = _spoil_xml(body, place, kind) if xml else _spoil_json(body, place, kind)
        return AWSResponse(URL, response.status_code, response.headers, MockRawResponse(changed))

    return fault


def _spoil_json(body, place, kind):
    document = copy.deepcopy(json.loads(body))
    *way, last = place.path
    try:
        holder = document
        for step in way:
            holder = holder[step]
        before = holder[last]
    except (KeyError, IndexError, TypeError):
        return body
    wrong = "wrong" if not isinstance(before, str) else 7
    if kind == "missing":
        del holder[last]
    else:
        holder[last] = {"null": None, "unknown": "Bogus", "wrong": wrong, "huge": int(HUGE)}[kind]
    return json.dumps(document).encode()


def _spoil_xml(body, place, kind):
    root = ET.fromstring(body)
    *way, last = place.path
    try:
        holder = root
        for step in way:
            holder = holder[step]
        element = holder[last]
    except IndexError:
        return body
    if kind == "missing":
        holder.remove(element)
    else:
        element.text = {"unknown": "Bogus", "wrong": "wrong", "huge": HUGE}[kind]
    return ET.tostring(root)
