"""Would a resource policy let an AWS service act? Decided in three values, for a service principal as the caller.

Knows the policy language of IAM, but nothing of alarms: who calls, what and in which context comes in as a `Request`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.alert_path.three_valued import all_hold, any_holds, negation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_ARN_PARTS = 6


class Access(Enum):
    """What a policy does with a request."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Request:
    """A call made by an AWS service to one resource.

    Attributes:
        service: the service principal that calls, for example `cloudwatch.amazonaws.com`.
        action: the IAM action, for example `sns:Publish`.
        resource: the ARN of what is called.
        context: condition key in lower case to its values; an empty tuple says that the request does not carry the
            key, and a key that is not in the mapping is not known.
    """

    service: str
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """What the policy decides, and the clause that says why."""

    access: Access
    reason: str


def decide(policy: str, request: Request) -> Decision:
    """Decide a request by a resource policy.

    An explicit deny wins over every allow; a statement that cannot be decided leaves the answer unknown where it
    could change it.

    Args:
        policy: the policy's JSON text.
        request: who calls what, and the context the caller brings along.

    Returns:
        The decision with its reason. A text that is no policy is `UNKNOWN`.

    Source: IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements reference".
    """
    statements = _statements(policy)
    if statements is None:
        return Decision(Access.UNKNOWN, "the policy's text could not be read")
    judged = [(statement, _applies(statement, request)) for statement in statements]
    denies = [(s, a) for s, a in judged if s.effect == "Deny"]
    allows = [(s, a) for s, a in judged if s.effect == "Allow"]
    for statement, application in denies:
        if application.holds:
            return Decision(Access.DENIED, f"{statement.name} denies it")
    undecided = [(s, a) for s, a in denies if a.holds is None]
    if not any(application.holds for _, application in allows):
        open_allows = [(s, a) for s, a in allows if a.holds is None]
        if not open_allows:
            return Decision(Access.DENIED, _why_nothing_allows(allows))
        undecided += open_allows
    if undecided:
        return Decision(Access.UNKNOWN, "; ".join(f"{s.name} depends on {a.reason}" for s, a in undecided))
    return Decision(Access.ALLOWED, next(f"{s.name} allows it" for s, a in allows if a.holds))


@dataclass(frozen=True)
class _Statement:
    """One statement of a policy, with the name a person finds it by."""

    name: str
    effect: str
    elements: Mapping[str, Any]
    variables: bool


@dataclass(frozen=True)
class _Application:
    """Whether a statement applies to a request, and which element decided."""

    holds: bool | None
    reason: str


def _statements(policy: str) -> list[_Statement] | None:
    """The statements of a policy's text; None when it has not the form of a policy."""
    try:
        document = json.loads(policy)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    found = _as_list(document.get("Statement", []))
    if not all(isinstance(statement, dict) for statement in found):
        return None
    variables = document.get("Version") == "2012-10-17"
    return [
        _Statement(_name(statement, number), str(statement.get("Effect")), statement, variables)
        for number, statement in enumerate(found, start=1)
    ]


def _name(statement: Mapping[str, Any], number: int) -> str:
    return f'statement "{statement["Sid"]}"' if statement.get("Sid") else f"statement {number}"


def _why_nothing_allows(allows: list[tuple[_Statement, _Application]]) -> str:
    if not allows:
        return "no statement allows anything"
    return "; ".join(f"{statement.name} does not apply: {application.reason}" for statement, application in allows)


def _applies(statement: _Statement, request: Request) -> _Application:
    """Whether all elements of a statement hold; the reason names the first that fails, else all that are unknown."""
    tests = [
        _element(statement, "Principal", lambda principal: _is_principal(principal, request.service)),
        _element(statement, "Action", lambda text: _wildcard(str(text).lower(), request.action.lower())),
        _element(statement, "Resource", lambda text: _resource(str(text), request.resource, statement.variables)),
        *_conditions(statement, request),
    ]
    holds = all_hold(test.holds for test in tests)
    if holds is False:
        return next(test for test in tests if test.holds is False)
    return _Application(holds, " and ".join(test.reason for test in tests if test.holds is None))


def _element(statement: _Statement, element: str, test: Callable[[Any], bool | None]) -> _Application:
    """Test `element` or its negated form; a statement that has neither is not one that AWS would store."""
    for key, turned in ((element, False), (f"Not{element}", True)):
        if key in statement.elements:
            values = _as_list(statement.elements[key])
            holds = any_holds(test(value) for value in values)
            return _Application(negation(holds) if turned else holds, f"its {key} is {_shown(values)}")
    return _Application(None, f"its {element}, which is missing")


def _is_principal(principal: object, service: str) -> bool | None:
    """Whether a Principal element names everybody or the service; an account or a role in it never does."""
    if not isinstance(principal, dict):
        return principal == "*"
    everybody = "*" in _as_list(principal.get("AWS", []))
    return everybody or any(name in ("*", service) for name in _as_list(principal.get("Service", [])))


def _resource(pattern: str, resource: str, variables: bool) -> bool | None:  # noqa: FBT001 - of the policy's version
    return None if variables and "${" in pattern else _wildcard(pattern, resource)


def _wildcard(pattern: str, text: str) -> bool:
    """IAM's wildcards: `*` stands for any characters, `?` for exactly one; everything else is literal."""
    expression = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


def _conditions(statement: _Statement, request: Request) -> Iterator[_Application]:
    conditions = statement.elements.get("Condition", {})
    if not isinstance(conditions, dict) or not all(isinstance(keys, dict) for keys in conditions.values()):
        yield _Application(None, f"its Condition {_text(conditions)}")
        return
    for operator, keys in conditions.items():
        for key, wanted in keys.items():
            wished = tuple(_text(value) for value in _as_list(wanted))
            unresolved = statement.variables and any("${" in value for value in wished)
            holds = None if unresolved else _condition(operator, wished, request.context.get(key.lower()))
            yield _Application(holds, f"its condition {operator} {key} {_shown(list(wished))}")


def _condition(operator: str, wanted: tuple[str, ...], actual: tuple[str, ...] | None) -> bool | None:
    """One condition: `wanted` are the policy's values, `actual` the request's (empty: absent, None: not known).

    Source: IAM User Guide, "Condition operators" and "Set operators for multi-valued context keys".
    """
    quantifier, _, plain = operator.rpartition(":")
    plain, if_exists = plain.removesuffix("IfExists"), plain.endswith("IfExists")
    if actual is None:
        return None
    if plain == "Null":
        return any(value.lower() == str(not actual).lower() for value in wanted)
    if plain not in _OPERATORS:
        return None
    compare, negated = _OPERATORS[plain]
    if not actual:
        # An absent key satisfies "not equal" and "all of none"; with ForAnyValue there must be a value.
        return if_exists or quantifier == "ForAllValues" or (negated and quantifier != "ForAnyValue")
    each = (
        negation(any_holds(compare(wish, value) for wish in wanted))
        if negated
        else any_holds(compare(wish, value) for wish in wanted)
        for value in actual
    )
    return any_holds(each) if quantifier == "ForAnyValue" else all_hold(each)


def _equal(wish: str, value: str) -> bool:
    return wish == value


def _equal_ignoring_case(wish: str, value: str) -> bool:
    return wish.lower() == value.lower()


def _arn_like(wish: str, value: str) -> bool | None:
    """ARNs are compared part by part; whether AWS matches a pattern that is no ARN is not documented."""
    wished, parts = wish.split(":", _ARN_PARTS - 1), value.split(":", _ARN_PARTS - 1)
    if len(wished) != _ARN_PARTS:
        return None
    return len(parts) == _ARN_PARTS and all(map(_wildcard, wished, parts))


# Operator to its comparison and whether it is negated. Numeric, date, address and binary operators are left out:
# no key that an alarm's call brings along has such a value.
_OPERATORS: Mapping[str, tuple[Callable[[str, str], bool | None], bool]] = {
    "StringEquals": (_equal, False),
    "StringNotEquals": (_equal, True),
    "StringEqualsIgnoreCase": (_equal_ignoring_case, False),
    "StringNotEqualsIgnoreCase": (_equal_ignoring_case, True),
    "StringLike": (_wildcard, False),
    "StringNotLike": (_wildcard, True),
    "ArnEquals": (_arn_like, False),
    "ArnLike": (_arn_like, False),
    "ArnNotEquals": (_arn_like, True),
    "ArnNotLike": (_arn_like, True),
    "Bool": (_equal_ignoring_case, False),
}


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: object) -> str:
    """A condition value as text: JSON's true is written `true` as in the policy."""
    return value if isinstance(value, str) else json.dumps(value)


def _shown(values: list[Any]) -> str:
    return ", ".join(_text(value) for value in values)
