"""Does an SNS filter policy let a message through?

Decided in three values, on messages of which some fields have values that nobody can foretell.
"""

from __future__ import annotations

import ipaddress
import json
import operator
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any

from prowler_cis_monitoring.alert_path.three_valued import all_hold, any_holds, negation


class Unforeseen(Enum):
    """A field of a message that is there, with a value that nobody knows beforehand."""

    VALUE = "value"


def passes(policy: str, message: Mapping[str, Any]) -> bool | None:
    """Whether a message passes a filter policy.

    Args:
        policy: the filter policy's JSON text.
        message: the message's body or its attributes by name; `Unforeseen.VALUE` stands for what is not known.

    Returns:
        True or False where every message of this form is delivered or dropped; None where it depends on a value that
        is not known, or on an operator whose meaning is not documented.

    Source: SNS Developer Guide, "Amazon SNS subscription filter policies".
    """
    try:
        document = json.loads(policy)
    except (ValueError, RecursionError):
        return None
    return _matches(document, message) if isinstance(document, dict) else None


def _matches(policy: Mapping[str, Any], message: object) -> bool | None:
    """All keys of a policy object must hold; a list of objects in the message passes when one of them does."""
    if message is Unforeseen.VALUE:
        return None
    if isinstance(message, list):
        return any_holds(_matches(policy, element) for element in message)
    fields = message if isinstance(message, Mapping) else {}
    return all_hold(_key_holds(key, wanted, fields) for key, wanted in policy.items())


def _key_holds(key: str, wanted: object, fields: Mapping[str, Any]) -> bool | None:
    if key == "$or" and isinstance(wanted, list) and all(isinstance(choice, dict) for choice in wanted):
        return any_holds(_matches(choice, fields) for choice in wanted)
    if isinstance(wanted, dict):
        return _matches(wanted, fields.get(key))
    if isinstance(wanted, list):
        return any_holds(_rule_holds(rule, key in fields, fields.get(key)) for rule in wanted)
    return None


def _rule_holds(rule: object, present: bool, value: object) -> bool | None:  # noqa: FBT001 - whether the key is there
    if isinstance(rule, dict):
        if len(rule) != 1:
            return None
        ((name, operand),) = rule.items()
        if name == "exists":
            return _exists(operand, present, value)
        test = _OPERATORS.get(name)
        if not present:
            return False if test else None
        return _on_values(value, lambda one: test(operand, one)) if test else None
    return _on_values(value, lambda one: _same(rule, one)) if present else False


def _exists(operand: object, present: bool, value: object) -> bool | None:  # noqa: FBT001 - whether the key is there
    """`exists` looks at leaves only; what it does on an object is not documented."""
    if not isinstance(operand, bool) or isinstance(value, Mapping):
        return None
    return present is operand


def _on_values(value: object, test: Callable[[object], bool | None]) -> bool | None:
    """Test a value, or each value of a list: one is enough."""
    if isinstance(value, list):
        return any_holds(_on_values(element, test) for element in value)
    return None if value is Unforeseen.VALUE else test(value)


def _same(wanted: object, value: object) -> bool:
    """Equality that keeps the types of JSON apart: true is not 1, and "1" is not 1."""
    if isinstance(wanted, bool) or isinstance(value, bool):
        return wanted is value
    return wanted == value


def _prefix(operand: object, value: object) -> bool | None:
    return _on_texts(str.startswith, operand, value)


def _suffix(operand: object, value: object) -> bool | None:
    return _on_texts(str.endswith, operand, value)


def _equals_ignore_case(operand: object, value: object) -> bool | None:
    return _on_texts(lambda text, wish: text.lower() == wish.lower(), operand, value)


def _on_texts(test: Callable[[str, str], bool], operand: object, value: object) -> bool | None:
    if not isinstance(operand, str):
        return None
    return isinstance(value, str) and test(value, operand)


def _anything_but(operand: object, value: object) -> bool | None:
    """None of the operand's values, or not its one inner operator."""
    if isinstance(operand, dict):
        return negation(_rule_holds(operand, present=True, value=value)) if set(operand) <= _INVERTIBLE else None
    unwanted = operand if isinstance(operand, list) else [operand]
    return not any(_same(one, value) for one in unwanted)


def _numeric(operand: object, value: object) -> bool | None:
    """Pairs of a comparison and a bound, all of which must hold."""
    if not isinstance(operand, list) or not operand or len(operand) % 2:
        return None
    pairs: Sequence[tuple[Any, Any]] = list(zip(operand[::2], operand[1::2], strict=True))
    if not all(_COMPARISONS.get(str(sign)) and _is_number(bound) for sign, bound in pairs):
        return None
    return _is_number(value) and all(_COMPARISONS[sign](value, bound) for sign, bound in pairs)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _cidr(operand: object, value: object) -> bool | None:
    try:
        network = ipaddress.ip_network(str(operand), strict=False)
    except ValueError:
        return None
    try:
        return ipaddress.ip_address(str(value)) in network
    except ValueError:
        return False


_OPERATORS: Mapping[str, Callable[[object, object], bool | None]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _equals_ignore_case,
    "anything-but": _anything_but,
    "numeric": _numeric,
    "cidr": _cidr,
}
_INVERTIBLE = {"prefix", "suffix"}
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
