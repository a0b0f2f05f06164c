"""Which CloudTrail events does an EventBridge rule hear? Its event pattern as a filter pattern.

The filter pattern matches no event that the rule does not match, so that what it covers is certain. Where EventBridge
looks into arrays it may match fewer: a filter pattern has no such test.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from prowler_cis_monitoring.alert_path.languages.filter_policy import Unforeseen, matches_pattern
from prowler_cis_monitoring.alert_path.languages.json_text import JsonTextError, read_json
from prowler_cis_monitoring.filter_pattern import FilterPattern
from prowler_cis_monitoring.filter_pattern.facts import FACTS, SERVICE_OF, SEVERAL_SERVICES, FieldFact
from prowler_cis_monitoring.filter_pattern.pattern import of_expression
from prowler_cis_monitoring.filter_pattern.regex import RegexError, compile_regex
from prowler_cis_monitoring.filter_pattern.syntax import (
    AllOf,
    AnyOf,
    Condition,
    Expression,
    Form,
    Not,
    Operator,
    Selector,
    Value,
)
from prowler_cis_monitoring.filter_pattern.work import kept

_EVERYTHING, _NOTHING = AllOf(()), AnyOf(())
# CloudTrail User Guide, CloudTrail record contents, eventType; EventBridge Reference, events delivered via CloudTrail.
# The reference also spells "Signin", which no event carries.
_EVENT_TYPES = {
    "AWS API Call via CloudTrail": "AwsApiCall",
    "AWS Service Event via CloudTrail": "AwsServiceEvent",
    "AWS Console Action via CloudTrail": "AwsConsoleAction",
    "AWS Console Sign In via CloudTrail": "AwsConsoleSignIn",
}
ALARM_STATE_CHANGE = "CloudWatch Alarm State Change"
"""The detail type of what CloudWatch tells EventBridge of an alarm (CloudWatch User Guide, Alarm events)."""
_ENVELOPE = ("version", "id", "source", "account", "time", "region", "resources", "detail")
_SOURCES = {
    f"aws.{source.split('.', maxsplit=1)[0]}": source
    for source in sorted({*SERVICE_OF.values(), *SEVERAL_SERVICES.values()})
}
_ORDERINGS = {
    "<": (Operator.LESS,),
    "<=": (Operator.LESS_OR_EQUAL,),
    ">": (Operator.GREATER,),
    ">=": (Operator.GREATER_OR_EQUAL,),
    "=": (Operator.GREATER_OR_EQUAL, Operator.LESS_OR_EQUAL),
}
_BYTES_OF_A_CHARACTER = 50
MOST_CHARACTERS = 4096
"""The longest pattern that EventBridge stores (EventBridge API, PutRule.EventPattern)."""
MOST_COMBINATIONS = 1000
"""Combinations of rules that the alternatives of `$or` may make (EventBridge User Guide, comparison operators)."""
MOST_VALUES = 500
"""Values that a pattern may test, so that it is decided in a bounded time (count)."""
# Of a pattern that was read, for each character of its text, estimated.
_BYTES_OF_READ_TEXT = 40
# Fields in which no record has a number.
_TEXTS = {
    fact.selector for fact in FACTS if isinstance(fact, FieldFact) and fact.kinds <= {"string", "missing", "null"}
}


class EventPatternError(ValueError):
    """An event pattern that cannot be written as a filter pattern; the message says what stands in the way."""


@kept(lambda key, heard: _BYTES_OF_A_CHARACTER * (len(key[0]) + len(heard.text)))
def heard_events(pattern: str, account: str, region: str) -> FilterPattern:
    """Return the CloudTrail events that match an event pattern.

    Args:
        pattern: the rule's EventPattern, JSON text.
        account: the account on whose bus the rule stands.
        region: the Region of the bus.

    Returns:
        A filter pattern on the CloudTrail record, which is the event's `detail`.

    Raises:
        EventPatternError: the pattern is invalid or uses what a filter pattern cannot express.

    Source: EventBridge User Guide, "Comparison operators for use in event patterns".
    """
    read = _read(pattern)
    try:
        return of_expression(_Reader(account, region).envelope(read))
    except RegexError as error:
        raise EventPatternError(str(error)) from None


def may_concern_calls_or_alarms(pattern: str) -> bool:
    """Whether a rule may hear CloudTrail records or alarms that change their state, whatever is in them."""
    envelope = dict.fromkeys(_ENVELOPE, Unforeseen.VALUE)
    kinds = (*_EVENT_TYPES, ALARM_STATE_CHANGE)
    return any(hears(pattern, {**envelope, "detail-type": kind}) is not False for kind in kinds)


def hears(pattern: str, event: Mapping[str, Any]) -> bool | None:
    """Whether a rule with an event pattern hears one event, of which some fields may be `Unforeseen`.

    Returns:
        None where that depends on a value that is not known, or the pattern cannot be read.
    """
    try:
        read = _read(pattern)
    except EventPatternError:
        return None
    return matches_pattern(read, event)


@kept(lambda key, _read: _BYTES_OF_READ_TEXT * len(key[0]))
def _read(pattern: str) -> Mapping[str, Any]:
    """Read a pattern's text; of a key that stands twice the last one counts, as in EventBridge's own matcher."""
    try:
        read = read_json(pattern, most=MOST_CHARACTERS, twice=True)
    except JsonTextError as error:
        raise EventPatternError(f"the event pattern is {error}") from None
    if not isinstance(read, dict):
        raise EventPatternError("it is no object with members")
    if _values(read) > MOST_VALUES:
        raise EventPatternError(f"it is too hard to decide, as it has more than {MOST_VALUES} values")
    if _combinations(read) > MOST_COMBINATIONS:
        raise EventPatternError(f"its $or make more than {MOST_COMBINATIONS} combinations, which EventBridge refuses")
    return read


def _values(pattern: object) -> int:
    if isinstance(pattern, dict):
        return sum(map(_values, pattern.values()))
    return sum(map(_values, pattern)) if isinstance(pattern, list) else 1


def _combinations(pattern: object) -> int:
    if not isinstance(pattern, dict):
        return 1
    made = 1
    for key, wanted in pattern.items():
        alternatives = key == "$or" and isinstance(wanted, list)
        made *= max(1, sum(map(_combinations, wanted)) if alternatives else _combinations(wanted))
    return made


class _Reader:
    def __init__(self, account: str, region: str) -> None:
        self.known = {"account": account, "region": region, "version": "0"}

    def envelope(self, pattern: object) -> Expression:
        """The event around the CloudTrail record."""
        parts: list[Expression] = []
        for key, wanted in _members(pattern):
            if key == "$or":
                parts.append(AnyOf(tuple(self.envelope(one) for one in _alternatives(wanted))))
            elif key == "detail":
                parts.append(self.members(wanted, ()))
            elif key == "detail-type":
                parts.append(self.named(wanted, _EVENT_TYPES, "eventType"))
            elif key == "source":
                parts.append(_EVERYTHING if _any_aws_source(wanted) else self.named(wanted, _SOURCES, "eventSource"))
            elif key in self.known:
                parts.append(_EVERYTHING if self.accepts(wanted, self.known[key]) else _NOTHING)
            else:
                raise EventPatternError(f"it tests {key}, which is not part of the CloudTrail record")
        return AllOf(tuple(parts))

    def named(self, wanted: object, names: Mapping[str, str], field: str) -> Expression:
        """The records whose envelope carries one of the names that the matchers accept."""
        accepted = [value for name, value in names.items() if self.accepts(wanted, name)]
        return AnyOf(tuple(_equal((field,), value) for value in accepted))

    def accepts(self, wanted: object, text: str) -> bool:
        return of_expression(self.leaf(wanted, ("value",))).matches({"value": text})

    def members(self, pattern: object, path: tuple[str, ...]) -> Expression:
        parts: list[Expression] = []
        for key, wanted in _members(pattern):
            if key == "$or":
                parts.append(AnyOf(tuple(self.members(one, path) for one in _alternatives(wanted))))
            elif isinstance(wanted, dict):
                parts.append(self.members(wanted, (*path, key)))
            else:
                parts.append(self.leaf(wanted, (*path, key)))
        return AllOf(tuple(parts))

    def leaf(self, matchers: object, path: tuple[str, ...]) -> Expression:
        if not isinstance(matchers, list) or not matchers:
            raise EventPatternError(f"{'.'.join(path)} has no list of values")
        return AnyOf(tuple(_matcher(one, path) for one in matchers))


def _members(pattern: object) -> Iterable[tuple[str, Any]]:
    if not isinstance(pattern, dict) or not pattern:
        raise EventPatternError("it is no object with members")
    return pattern.items()


def _alternatives(pattern: object) -> list[Any]:
    if not isinstance(pattern, list) or not pattern:
        raise EventPatternError("$or has no list of patterns")
    return pattern


def _any_aws_source(matchers: object) -> bool:
    """Whether every source of an AWS service is accepted; only some of them are known by name."""
    return isinstance(matchers, list) and any(
        one == {"exists": True}
        or (isinstance(one, dict) and isinstance(one.get("prefix"), str) and "aws.".startswith(one["prefix"]))
        for one in matchers
    )


def _matcher(wanted: object, path: tuple[str, ...]) -> Expression:
    if isinstance(wanted, dict):
        if len(wanted) != 1:
            raise EventPatternError(f"{'.'.join(path)} has a matcher with several operators")
        ((operator, operand),) = wanted.items()
        return _operator(operator, operand, path)
    return _scalar(wanted, path)


def _scalar(wanted: object, path: tuple[str, ...]) -> Expression:
    selector = Selector(path)
    if wanted is None:
        return Condition(selector, Operator.IS_NULL)
    if isinstance(wanted, bool):
        return Condition(selector, Operator.IS_TRUE if wanted else Operator.IS_FALSE)
    if isinstance(wanted, (int, float)):
        return _numeric(["=", wanted], path)
    if isinstance(wanted, str):
        return _equal(path, wanted)
    raise EventPatternError(f"{'.'.join(path)} has a value that is no text, number, boolean or null")


def _operator(operator: str, operand: object, path: tuple[str, ...]) -> Expression:
    if operator == "exists" and isinstance(operand, bool):
        return _is_leaf(path) if operand else Condition(Selector(path), Operator.NOT_EXISTS)
    if operator == "numeric":
        return _numeric(operand, path)
    if operator == "anything-but":
        return AllOf((_is_text(path), Not(_listed(operand, path))))
    if operator in ("prefix", "suffix") and isinstance(operand, dict) and set(operand) == {"equals-ignore-case"}:
        return _text(operator, operand["equals-ignore-case"], path, any_case=True)
    if operator in ("prefix", "suffix", "wildcard", "equals-ignore-case"):
        return _text(operator, operand, path, any_case=operator == "equals-ignore-case")
    raise EventPatternError(f"{'.'.join(path)} is tested with {operator}, which a filter pattern cannot express")


def _listed(operand: object, path: tuple[str, ...]) -> Expression:
    """What anything-but refuses: a value, several, or one operator with a text or several."""
    if not isinstance(operand, dict):
        return AnyOf(tuple(_scalar(one, path) for one in (operand if isinstance(operand, list) else [operand])))
    if len(operand) == 1:
        ((operator, texts),) = operand.items()
        if operator in ("prefix", "suffix", "wildcard", "equals-ignore-case"):
            several = texts if isinstance(texts, list) else [texts]
            return AnyOf(tuple(_operator(operator, text, path) for text in several))
    raise EventPatternError(f"{'.'.join(path)} has an anything-but that a filter pattern cannot express")


def _text(operator: str, text: object, path: tuple[str, ...], *, any_case: bool) -> Expression:
    if not isinstance(text, str):
        raise EventPatternError(f"{'.'.join(path)} is tested with {operator} and no text")
    pieces = _wildcard_pieces(text) if operator == "wildcard" else [text]
    body = ".*".join("".join(_escaped(character, any_case=any_case) for character in piece) for piece in pieces)
    begins, ends = operator != "suffix", operator != "prefix"
    regex = f"{'^' if begins else ''}{body}{'$' if ends else ''}"
    compile_regex(regex)
    return _of_text(Condition(Selector(path), Operator.EQUAL, Value(regex, Form.REGEX)), path)


def _wildcard_pieces(text: str) -> list[str]:
    pieces, escaped = [""], False
    for character in text:
        if character == "*" and not escaped:
            pieces.append("")
        elif character == "\\" and not escaped:
            escaped = True
            continue
        else:
            pieces[-1] += character
        escaped = False
    return pieces


def _escaped(character: str, *, any_case: bool) -> str:
    if any_case and character.lower() != character.upper():
        return f"[{character.lower()}{character.upper()}]"
    return character if character.isalnum() or character in "_ " else f"\\{character}"


def _equal(path: tuple[str, ...], text: str) -> Expression:
    if "*" in text:
        return _text("equals", text, path, any_case=False)
    return _of_text(Condition(Selector(path), Operator.EQUAL, Value(text, Form.QUOTED)), path)


def _of_text(condition: Condition, path: tuple[str, ...]) -> Expression:
    """The condition on texts only: a filter pattern compares a number by its text, EventBridge does not."""
    if str(condition.selector) in _TEXTS:
        return condition
    zero = Value("0", Form.BARE)
    a_number = AnyOf(tuple(Condition(Selector(path), one, zero) for one in (Operator.LESS, Operator.GREATER_OR_EQUAL)))
    return AllOf((condition, Not(a_number)))


def _is_text(path: tuple[str, ...]) -> Expression:
    """A text, or a number: a filter pattern sees no difference that AWS documents."""
    return Condition(Selector(path), Operator.EQUAL, Value("*", Form.QUOTED))


def _is_leaf(path: tuple[str, ...]) -> Expression:
    """EventBridge User Guide: exists looks at leaves only."""
    operators = (Operator.IS_NULL, Operator.IS_TRUE, Operator.IS_FALSE)
    return AnyOf((_is_text(path), *(Condition(Selector(path), operator) for operator in operators)))


def _numeric(operand: object, path: tuple[str, ...]) -> Expression:
    if not isinstance(operand, list) or not operand or len(operand) % 2:
        raise EventPatternError(f"{'.'.join(path)} has a numeric test that cannot be read")
    parts: list[Expression] = []
    for sign, number in zip(operand[::2], operand[1::2], strict=True):
        if (
            not isinstance(sign, str)
            or sign not in _ORDERINGS
            or isinstance(number, bool)
            or not isinstance(number, (int, float))
        ):
            raise EventPatternError(f"{'.'.join(path)} has a numeric test that cannot be read")
        value = Value(json.dumps(number), Form.BARE)
        if value.number is None:
            raise EventPatternError(f"{'.'.join(path)} is compared with {number}, which is no plain number")
        parts += [Condition(Selector(path), operator, value) for operator in _ORDERINGS[sign]]
    return AllOf(tuple(parts))
