"""AWS's answers, page by page: asked for, received and compared with the shape that AWS documents.

An answer of another shape is none: an empty body, the page of a captive portal, or a service that is not AWS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from prowler_cis_monitoring.alert_path.resources import Cause
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.services.reading import Record, flag, structure, structures, text

if TYPE_CHECKING:
    from botocore.client import BaseClient


@dataclass(frozen=True)
class Shape:
    """What every page of an answer has.

    Attributes:
        lists: members that are lists of structures.
        structures: members that are structures.
        texts: members that are texts.
        flags: members that are true or false.
        either: lists of which at least one is there.
    """

    lists: tuple[str, ...] = ()
    structures: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    either: tuple[str, ...] = ()

    def problem(self, page: Mapping[str, Any]) -> str | None:
        """Return what a page lacks, as the name of an error; None when it is of this shape."""
        record = Record(page)
        for member in self.lists:
            record.required(member, structures, ())
        for member in self.structures:
            record.required(member, structure, {})
        for member in self.texts:
            record.required(member, text, "")
        for member in self.flags:
            record.required(member, flag, False)  # noqa: FBT003 - what stands in its place
        for member in self.either:
            record.optional(member, structures, ())
        if self.either and not any(record.has(member) for member in self.either):
            record.lacks(self.either[0])
        return record.problem


# CloudWatch API, StandardUnit.
_SIZES = tuple(
    f"{scale}{unit}".capitalize() for scale in ("", "Kilo", "Mega", "Giga", "Tera") for unit in ("bits", "bytes")
)
UNITS = frozenset(
    {"Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "Count/Second", "None"}
    | set(_SIZES)
    | {f"{size}/Second" for size in _SIZES}
)
"""The units of metrics."""

# By the IAM action: every call that this package makes. Source: the API reference of each operation.
SHAPES: Mapping[str, Shape] = {
    "cloudtrail:DescribeTrails": Shape(lists=("trailList",)),
    "cloudtrail:GetTrailStatus": Shape(flags=("IsLogging",)),
    "cloudtrail:GetEventSelectors": Shape(either=("EventSelectors", "AdvancedEventSelectors")),
    "logs:DescribeLogGroups": Shape(lists=("logGroups",)),
    "logs:DescribeMetricFilters": Shape(lists=("metricFilters",)),
    "logs:DescribeSubscriptionFilters": Shape(lists=("subscriptionFilters",)),
    # Both are there since AlarmTypes asks for both.
    "cloudwatch:DescribeAlarms": Shape(lists=("MetricAlarms", "CompositeAlarms")),
    "cloudwatch:DescribeAlarmHistory": Shape(lists=("AlarmHistoryItems",)),
    "sns:GetTopicAttributes": Shape(structures=("Attributes",)),
    "sns:ListSubscriptionsByTopic": Shape(lists=("Subscriptions",)),
    "sns:GetSubscriptionAttributes": Shape(structures=("Attributes",)),
    "kms:DescribeKey": Shape(structures=("KeyMetadata",)),
    "kms:GetKeyPolicy": Shape(texts=("Policy",)),
    "events:ListRules": Shape(lists=("Rules",)),
    "events:ListTargetsByRule": Shape(lists=("Targets",)),
    "oam:ListLinks": Shape(lists=("Items",)),
    "cloudtrail:LookupEvents": Shape(lists=("Events",)),
    "cloudwatch:GetMetricData": Shape(lists=("MetricDataResults",)),
    "logs:FilterLogEvents": Shape(lists=("events",)),
    "logs:TestMetricFilter": Shape(lists=("matches",)),
    "organizations:ListAccounts": Shape(lists=("Accounts",)),
    "cloudtrail:ListTags": Shape(lists=("ResourceTagList",)),
    "cloudwatch:ListTagsForResource": Shape(lists=("Tags",)),
    "sns:ListTagsForResource": Shape(lists=("Tags",)),
    "kms:ListResourceTags": Shape(lists=("Tags",)),
    "sts:AssumeRole": Shape(structures=("Credentials",)),
}


_END = object()


class NoAnswerError(Exception):
    """A call gave no answer; `code` is AWS's error code or says what is wrong with what came instead."""

    def __init__(self, code: str, cause: Cause, message: str = "") -> None:
        """Say what happened; `message` is for a log."""
        super().__init__(message or code)
        self.code = code
        self.cause: Cause = cause


def action_of(service: str, operation: str) -> str:
    """Return the IAM action of a client's method: `cloudwatch`, `describe_alarms` is `cloudwatch:DescribeAlarms`."""
    return f"{service}:{''.join(part.capitalize() for part in operation.split('_'))}"


def made(client: Callable[[], BaseClient]) -> BaseClient:
    """Make a client.

    Raises:
        NoAnswerError: botocore makes none, for example for a Region whose name is none.
    """
    try:
        return client()
    except (BotoCoreError, ValueError) as error:
        raise NoAnswerError(type(error).__name__, "call", str(error)) from error


def pages(
    client: BaseClient, operation: str, parameters: Mapping[str, Any], most: int | None = None
) -> Iterator[dict[str, Any]]:
    """Make a call and yield the pages of its answer, at most `most`; one page where AWS does not paginate it.

    Raises:
        NoAnswerError: the call failed, or what came is not of the shape that AWS documents.
    """
    action = action_of(client.meta.service_model.service_name, operation)
    received = islice(_received(client, operation, parameters, single=most == 1), most)
    while (page := _next(received)) is not _END:
        if not isinstance(page, dict):
            raise NoAnswerError("AnswerOfAnotherType", "answer")
        if problem := SHAPES[action].problem(page):
            raise NoAnswerError(problem, "answer")
        yield page


def _received(client: BaseClient, operation: str, parameters: Mapping[str, Any], *, single: bool) -> Iterator[Any]:
    if single or not client.can_paginate(operation):
        yield getattr(client, operation)(**parameters)
    else:
        yield from client.get_paginator(operation).paginate(**parameters)


def _next(received: Iterator[Any]) -> Any:  # noqa: ANN401 - what botocore made of the page
    """Take a page from botocore, whose parsers raise anything on what they do not know."""
    try:
        return next(received, _END)
    except NoAnswerError:
        raise  # Credentials are refreshed on the way.
    except (ClientError, BotoCoreError) as error:
        raise NoAnswerError(error_code(error), "call", str(error)) from error
    except Exception as error:
        raise NoAnswerError(type(error).__name__, "answer", str(error)) from error


def error_code(error: Exception) -> str:
    """Return AWS's code of an error, or the name of its type."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code") or "ClientError")
    return type(error).__name__
