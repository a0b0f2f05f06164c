"""Would a resource policy let an AWS service act? Decided in three values, for a service principal as the caller.

Knows the policy language of IAM, but nothing of alarms: who calls, what and in which context comes in as a `Request`.
A decision takes at most `MOST_VALUES` comparisons, each linear in the text that it looks at.
"""

from __future__ import annotations

import json
from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.alert_path.languages.json_text import JsonTextError, read_json
from prowler_cis_monitoring.alert_path.languages.wildcard import matches
from prowler_cis_monitoring.alert_path.three_valued import all_hold, any_holds, negation
from prowler_cis_monitoring.filter_pattern.work import kept
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

MOST_CHARACTERS = 32_768
"""The longest policy that AWS stores: a key's has 32 KB at most, a topic's 30 KB (KMS and SNS quotas)."""
MOST_VALUES = 1_000
"""Principals, actions, resources and condition values that one policy may name (count)."""
_ARN_PARTS = 6
# Estimated, of what is remembered.
_BYTES_OF_A_CHARACTER = 40
_BYTES_OF_A_DECISION = 1_000
# How much of a foreign policy a sentence repeats.
_SHOWN_VALUES, _SHOWN_CHARACTERS = 3, 120


class Access(Enum):
    """What a policy does with a request."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"


Values = tuple[str, ...]


@dataclass(frozen=True)
class OneOf:
    """A condition key of which it is known only that it has one of several lists of values."""

    possible: tuple[Values, ...]


@dataclass(frozen=True)
class Request:
    """A call made by an AWS service to one resource.

    Attributes:
        service: the service principal that calls, for example `cloudwatch.amazonaws.com`.
        action: the IAM action, for example `sns:Publish`.
        resource: the ARN of what is called.
        context: condition key in lower case to its values; an empty tuple says that the request does not carry the
            key, and a key that is not in the mapping is not known. A key that ends in `/` or `:` speaks for all keys
            that begin with it and are not there themselves.
    """

    service: str
    action: str
    resource: str
    context: Mapping[str, Values | OneOf] = field(default_factory=dict)

    def possible(self, key: str) -> tuple[Values, ...] | None:
        """Return the lists of values that a condition key may have, None when nobody knows."""
        name = key.lower()
        found = self.context.get(name)
        family = (prefix for prefix in self.context if prefix.endswith(("/", ":")) and name.startswith(prefix))
        if found is None:
            found = next((self.context[prefix] for prefix in family), None)
        if found is None:
            return None
        return found.possible if isinstance(found, OneOf) else (found,)


@dataclass(frozen=True)
class Decision:
    """What the policy decides, and the clause that says why.

    Attributes:
        access: the decision.
        reason: which statement decided, and by what.
        denied_by_statement: whether a statement denies it; otherwise none allows it.
        by_condition: whether that statement has a condition, so that it spares other calls.
    """

    access: Access
    reason: str
    denied_by_statement: bool = False
    by_condition: bool = False


def decide(policy: str, request: Request) -> Decision:
    """Decide a request by a resource policy.

    An explicit deny wins over every allow; a statement that cannot be decided leaves the answer unknown where it
    could change it.

    Args:
        policy: the policy's JSON text.
        request: who calls what, and the context the caller brings along.

    Returns:
        The decision with its reason. A text that is no policy, or too hard to read, is `UNKNOWN`.

    Source: IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements reference".
    """
    parsed = _parsed(policy)
    if isinstance(parsed, str):
        return Decision(Access.UNKNOWN, parsed)
    # Alarms of an account differ by keys that few policies look at: the others share one decision.
    context = tuple(sorted(((k, v) for k, v in request.context.items() if parsed.looks_at(k)), key=lambda kv: kv[0]))
    return _decide(policy, request.service, request.action, request.resource, context)


@kept(lambda key, _decided: _BYTES_OF_A_DECISION + len(key[0]))
def _decide(
    policy: str, service: str, action: str, resource: str, context: tuple[tuple[str, Values | OneOf], ...]
) -> Decision:
    parsed = _parsed(policy)
    if isinstance(parsed, str):
        return Decision(Access.UNKNOWN, parsed)
    request = Request(service, action, resource, dict(context))
    judged = [(statement, _applies(statement, request)) for statement in parsed.statements]
    denies = [(s, a) for s, a in judged if s.effect == "Deny"]
    allows = [(s, a) for s, a in judged if s.effect == "Allow"]
    for statement, application in denies:
        if application.holds:
            return _denied(statement)
    undecided = [(s, a) for s, a in denies if a.holds is None]
    if not any(application.holds for _, application in allows):
        open_allows = [(s, a) for s, a in allows if a.holds is None]
        if not open_allows:
            return Decision(Access.DENIED, _why_nothing_allows(allows))
        undecided += open_allows
    if undecided:
        return Decision(Access.UNKNOWN, _listed(f"{s.name} depends on {a.reason}" for s, a in undecided))
    return Decision(Access.ALLOWED, next(f"{s.name} allows it" for s, a in allows if a.holds))


def _denied(statement: _Statement) -> Decision:
    conditions = [f"{operator} {key} {_shown(wished)}" for operator, key, wished in statement.conditions or ()]
    if not conditions:
        return Decision(Access.DENIED, f"{statement.name} denies it", denied_by_statement=True)
    by = " and ".join(conditions[:_SHOWN_VALUES])
    told = f"{statement.name} denies it, as its condition {by} holds"
    return Decision(Access.DENIED, told, denied_by_statement=True, by_condition=True)


@dataclass(frozen=True)
class _Statement:
    """One statement of a policy, with the name a person finds it by.

    Attributes:
        conditions: operator, key and values of each condition; None where they have not the form of conditions.
        variables: whether `${...}` stands for a value of the request.
    """

    name: str
    effect: str
    elements: Mapping[str, Any]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...] | None
    variables: bool


@dataclass(frozen=True)
class _Policy:
    """A policy's statements, and the condition keys that they look at, in lower case."""

    statements: tuple[_Statement, ...]
    keys: frozenset[str]

    def looks_at(self, key: str) -> bool:
        return key in self.keys or (key.endswith(("/", ":")) and any(one.startswith(key) for one in self.keys))


@dataclass(frozen=True)
class _Application:
    """Whether a statement applies to a request, and which element decided."""

    holds: bool | None
    reason: str


@kept(lambda key, _policy: _BYTES_OF_A_CHARACTER * len(key[0]))
def _parsed(policy: str) -> _Policy | str:
    """Read a policy's text, or say why it cannot be read."""
    try:
        document = read_json(policy, most=MOST_CHARACTERS)
    except JsonTextError as error:
        return f"the policy's text could not be read, as it is {error}"
    found = _as_list(document.get("Statement", [])) if isinstance(document, dict) else [None]
    if not all(isinstance(statement, dict) for statement in found):
        return "the policy's text could not be read, as it has not the form of a policy"
    if sum(_values_in(statement) for statement in found) > MOST_VALUES:
        return f"the policy is too hard to decide, as it names more than {MOST_VALUES} values"
    variables = document.get("Version") == "2012-10-17"
    statements = tuple(_statement(one, number, variables=variables) for number, one in enumerate(found, start=1))
    keys = frozenset(key.lower() for one in statements for _, key, _ in one.conditions or ())
    return _Policy(statements, keys)


def _values_in(value: object) -> int:
    if isinstance(value, dict):
        return sum(map(_values_in, value.values()))
    return sum(map(_values_in, value)) if isinstance(value, list) else 1


def _statement(elements: Mapping[str, Any], number: int, *, variables: bool) -> _Statement:
    sid = elements.get("Sid")
    name = f'statement "{_cut(str(sid))}"' if sid else f"statement {number}"
    return _Statement(name, str(elements.get("Effect")), elements, _conditions_of(elements), variables)


def _conditions_of(elements: Mapping[str, Any]) -> tuple[tuple[str, str, tuple[str, ...]], ...] | None:
    conditions = elements.get("Condition", {})
    if not isinstance(conditions, dict) or not all(isinstance(keys, dict) for keys in conditions.values()):
        return None
    return tuple(
        (operator, key, tuple(_text(value) for value in _as_list(wanted)))
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _why_nothing_allows(allows: list[tuple[_Statement, _Application]]) -> str:
    if not allows:
        return "no statement allows anything"
    return _listed(f"{statement.name} does not apply: {application.reason}" for statement, application in allows)


def _applies(statement: _Statement, request: Request) -> _Application:
    """Whether all elements of a statement hold; the reason names the first that fails, else all that are unknown."""
    tests = []
    for test in _tests(statement, request):
        if test.holds is False:
            return test
        tests.append(test)
    return _Application(
        all_hold(test.holds for test in tests), " and ".join(test.reason for test in tests if test.holds is None)
    )


def _tests(statement: _Statement, request: Request) -> Iterator[_Application]:
    action = request.action.lower()
    yield _element(statement, "Principal", lambda principal: _is_principal(principal, request.service))
    yield _element(statement, "Action", lambda text: matches(str(text).lower(), action))
    yield _element(statement, "Resource", lambda text: _resource(str(text), request.resource, statement.variables))
    if statement.conditions is None:
        yield _Application(None, f"its Condition {_cut(_text(statement.elements['Condition']))}")
    for operator, key, wished in statement.conditions or ():
        unresolved = statement.variables and any("${" in value for value in wished)
        holds = None if unresolved else _condition(operator, wished, request.possible(key))
        yield _Application(holds, f"its condition {operator} {key} {_shown(wished)}")


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
    return None if variables and "${" in pattern else matches(pattern, resource)


def _condition(operator: str, wanted: tuple[str, ...], possible: tuple[Values, ...] | None) -> bool | None:
    """One condition: `wanted` are the policy's values, `possible` those that the request may have; None: not known."""
    if possible is None:
        return None
    decided = {_holds(operator, wanted, actual) for actual in possible}
    return decided.pop() if len(decided) == 1 else None


def _holds(operator: str, wanted: tuple[str, ...], actual: Values) -> bool | None:
    """One condition on the request's values; none of them say that the request does not carry the key.

    Source: IAM User Guide, "Condition operators" and "Set operators for multi-valued context keys".
    """
    quantifier, _, plain = operator.rpartition(":")
    plain, if_exists = plain.removesuffix("IfExists"), plain.endswith("IfExists")
    if quantifier not in ("", "ForAllValues", "ForAnyValue"):
        return None
    if plain == "Null":
        return any(value.lower() == str(not actual).lower() for value in wanted)
    if plain not in _OPERATORS:
        return None
    compare, negated = _OPERATORS[plain]
    if not actual:
        # An absent key satisfies "not equal" and "all of none"; with ForAnyValue there must be a value.
        return if_exists or quantifier == "ForAllValues" or (negated and quantifier != "ForAnyValue")
    each = [
        negation(any_holds(compare(wish, value) for wish in wanted))
        if negated
        else any_holds(compare(wish, value) for wish in wanted)
        for value in actual
    ]
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
    return len(parts) == _ARN_PARTS and all(map(matches, wished, parts))


def _not_compared(_wish: str, _value: str) -> None:
    """Numbers, times, addresses and binaries: no key that a service's call is known to have carries one."""


# Operator to its comparison and whether it is negated.
_OPERATORS: Mapping[str, tuple[Callable[[str, str], bool | None], bool]] = {
    "StringEquals": (_equal, False),
    "StringNotEquals": (_equal, True),
    "StringEqualsIgnoreCase": (_equal_ignoring_case, False),
    "StringNotEqualsIgnoreCase": (_equal_ignoring_case, True),
    "StringLike": (matches, False),
    "StringNotLike": (matches, True),
    "ArnEquals": (_arn_like, False),
    "ArnLike": (_arn_like, False),
    "ArnNotEquals": (_arn_like, True),
    "ArnNotLike": (_arn_like, True),
    "Bool": (_equal_ignoring_case, False),
    "BinaryEquals": (_not_compared, False),
    "IpAddress": (_not_compared, False),
    "NotIpAddress": (_not_compared, True),
    **{
        f"{kind}{comparison}": (_not_compared, comparison == "NotEquals")
        for kind in ("Numeric", "Date")
        for comparison in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    },
}


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: object) -> str:
    """A condition value as text: JSON's true is written `true` as in the policy."""
    return value if isinstance(value, str) else json.dumps(value)


def _shown(values: Iterable[object]) -> str:
    told = [_cut(_text(value)) for value in values]
    return ", ".join(told[:_SHOWN_VALUES]) + (f" and {more} more" if (more := len(told) - _SHOWN_VALUES) > 0 else "")


def _listed(clauses: Iterable[str]) -> str:
    told = list(clauses)
    more = len(told) - _SHOWN_VALUES
    return "; ".join(told[:_SHOWN_VALUES]) + (f"; and {more} more like these" if more > 0 else "")


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
