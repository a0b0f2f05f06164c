"""Does an SNS filter policy let a message through?

Decided in three values, on messages of which some fields have values that nobody can foretell, within a bound of work.
"""

from __future__ import annotations

import ipaddress
import operator
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any

from prowler_cis_monitoring.alert_path.languages.json_text import JsonTextError, read_json
from prowler_cis_monitoring.alert_path.languages.wildcard import matches
from prowler_cis_monitoring.alert_path.three_valued import all_hold, any_holds, negation
from prowler_cis_monitoring.filter_pattern.work import kept
from prowler_cis_monitoring.records import dataclass

_BYTES_OF_A_CHARACTER = 40
MOST_CHARACTERS = 16_384
"""The longest policy that is read: AWS stores 256 KB, but no more than five keys and 150 combinations of values."""
MOST_TESTS = 1_000
"""Tests of a value that a decision takes (count). AWS stores policies of 150 combinations of values at most."""
# SNS Developer Guide, "AND/OR logic": an object that names one of these is no alternative of an $or.
_RESERVED = {"prefix", "suffix", "equals-ignore-case", "anything-but", "numeric", "cidr", "wildcard", "exists"}
_FEWEST_ALTERNATIVES = 2


class Unforeseen(Enum):
    """A field of a message of which nobody knows the value beforehand: it is there, or it may be."""

    VALUE = "value"
    PERHAPS = "perhaps"


@dataclass
class Budget:
    """How many tests of a value may still be made; several decisions may share one."""

    left: int = MOST_TESTS

    def spend(self, tests: int = 1) -> None:
        """Take tests off; raises when none are left."""
        self.left -= tests
        if self.left < 0:
            raise _TooHardError


class _TooHardError(Exception):
    """The decision takes more tests than are left."""


def passes(policy: str, message: Mapping[str, Any], budget: Budget | None = None) -> bool | None:
    """Whether a message passes a filter policy.

    Args:
        policy: the filter policy's JSON text.
        message: the message's body or its attributes by name; `Unforeseen` stands for what is not known.
        budget: the tests that it may take; `MOST_TESTS` when there is none.

    Returns:
        True or False where every message of this form is delivered or dropped; None where it depends on a value that
        is not known, on an operator whose meaning is not documented, or is too hard to decide.

    Source: SNS Developer Guide, "Amazon SNS subscription filter policies".
    """
    document = _read(policy)
    if document is None:
        return None
    if document and not message:
        # "Key matching": even exists false matches only where at least one attribute is present.
        return False
    return matches_pattern(document, message, budget)


def matches_pattern(
    pattern: Mapping[str, Any], message: Mapping[str, Any], budget: Budget | None = None
) -> bool | None:
    """Decide a pattern that has been read, of a filter policy or of an EventBridge rule: they speak one language."""
    try:
        return _Decision(budget or Budget()).matches(pattern, message)
    except _TooHardError:
        return None


@kept(lambda key, _read: _BYTES_OF_A_CHARACTER * len(key[0]))
def _read(policy: str) -> dict[str, Any] | None:
    try:
        document = read_json(policy, most=MOST_CHARACTERS)
    except JsonTextError:
        return None
    return document if isinstance(document, dict) else None


@dataclass
class _Decision:
    """One decision, with the tests that it may take."""

    budget: Budget

    def matches(self, policy: Mapping[str, Any], message: object) -> bool | None:
        """All keys of a policy object must hold; a list of objects in the message passes when one of them does."""
        if isinstance(message, Unforeseen):
            return None
        if isinstance(message, list):
            return any_holds(self.matches(policy, element) for element in message)
        fields = message if isinstance(message, Mapping) else {}
        return all_hold(self._key_holds(key, wanted, fields) for key, wanted in policy.items())

    def _key_holds(self, key: str, wanted: object, fields: Mapping[str, Any]) -> bool | None:
        if key == "$or" and _is_choice(wanted) and isinstance(wanted, list):
            return any_holds(self.matches(choice, fields) for choice in wanted)
        if isinstance(wanted, dict):
            return self.matches(wanted, fields.get(key))
        if isinstance(wanted, list):
            return any_holds(self._rule_holds(rule, key in fields, fields.get(key)) for rule in wanted)
        return None

    def _rule_holds(self, rule: object, present: bool, value: object) -> bool | None:  # noqa: FBT001 - the key is there
        self.budget.spend()
        if not isinstance(rule, dict):
            return self._on_values(value, lambda one: _same(rule, one)) if present else False
        if len(rule) != 1:
            return None
        ((name, operand),) = rule.items()
        if name == "exists":
            return _exists(operand, present, value)
        test = _OPERATORS.get(name)
        if test is None:
            return None
        if not present:
            return False
        if name == "anything-but" and isinstance(value, list):
            return self._on_none(value, lambda one: test(operand, one))
        return self._on_values(value, lambda one: test(operand, one))

    def _on_values(self, value: object, test: Callable[[object], bool | None]) -> bool | None:
        """Test a value, or each value of a list: one is enough."""
        if isinstance(value, list):
            self.budget.spend(len(value))
            return any_holds(self._on_values(element, test) for element in value)
        return None if isinstance(value, Unforeseen) else test(value)

    def _on_none(self, values: list[Any], test: Callable[[object], bool | None]) -> bool | None:
        """Test each value of a list where AWS's pages differ on whether one is enough or all are needed."""
        found = {self._on_values(element, test) for element in values}
        return found.pop() if len(found) == 1 else None


def _is_choice(wanted: object) -> bool:
    """Whether AWS takes an `$or` for a choice, not for a field of that name ("AND/OR logic")."""
    return (
        isinstance(wanted, list)
        and len(wanted) >= _FEWEST_ALTERNATIVES
        and all(isinstance(choice, dict) and choice and _RESERVED.isdisjoint(choice) for choice in wanted)
    )


def _exists(operand: object, present: bool, value: object) -> bool | None:  # noqa: FBT001 - whether the key is there
    """`exists` looks at leaves only, and true asks for a value that is neither null nor empty ("Key matching")."""
    if not isinstance(operand, bool) or isinstance(value, Mapping) or value is Unforeseen.PERHAPS:
        return None
    if present and value in (None, "", []):
        return False if operand else None
    return present is operand


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


def _wildcard(operand: object, value: object) -> bool | None:
    """`*` stands for any characters; how it is escaped is not documented."""
    if isinstance(operand, str) and ("\\" in operand or "?" in operand):
        return None
    return _on_texts(lambda text, wish: matches(wish, text), operand, value)


def _on_texts(test: Callable[[str, str], bool], operand: object, value: object) -> bool | None:
    if not isinstance(operand, str):
        return None
    return isinstance(value, str) and test(value, operand)


def _anything_but(operand: object, value: object) -> bool | None:
    """None of the operand's values, or not its one inner operator."""
    if isinstance(operand, dict):
        if len(operand) != 1:
            return None
        ((name, texts),) = operand.items()
        test = _INVERTIBLE.get(name)
        several = texts if isinstance(texts, list) else [texts]
        return negation(any_holds(test(text, value) for text in several)) if test else None
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
    "wildcard": _wildcard,
}
_INVERTIBLE: Mapping[str, Callable[[object, object], bool | None]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "wildcard": _wildcard,
    "equals-ignore-case": _equals_ignore_case,
}
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
