"""A second evaluator of filter patterns: simple, with Python's own regular expressions, written from the rules."""

import json
import re
from decimal import Decimal

from prowler_cis_monitoring.filter_pattern.syntax import AllOf, AnyOf, Form, Not, Operator, Wildcard

GONE = object()


def matches(expression, event):
    if isinstance(expression, AllOf):
        return all(matches(part, event) for part in expression.parts)
    if isinstance(expression, AnyOf):
        return any(matches(part, event) for part in expression.parts)
    if isinstance(expression, Not):
        return not matches(expression.part, event)
    nodes = walk(event, expression.selector.steps)
    if expression.operator is Operator.NOT_EXISTS:
        return all(node is GONE for node in nodes)
    return any(passes(expression.operator, expression.value, node) for node in nodes)


def walk(node, steps):
    if not steps:
        return [node]
    step, *rest = steps
    if step is Wildcard.ITEMS:
        return [found for item in node for found in walk(item, rest)] if isinstance(node, list) else []
    if step is Wildcard.MEMBERS:
        return [found for item in node.values() for found in walk(item, rest)] if isinstance(node, dict) else []
    try:
        if not isinstance(node, dict if isinstance(step, str) else list):
            return [GONE]
        return walk(node[step], rest)
    except (KeyError, IndexError, TypeError):
        return [GONE]


def passes(operator, value, node):
    if node is GONE or node is None or isinstance(node, (dict, list)):
        return node is None and operator is Operator.IS_NULL
    if isinstance(node, bool):
        return operator is (Operator.IS_TRUE if node else Operator.IS_FALSE)
    if operator in (Operator.EQUAL, Operator.UNEQUAL):
        return equal(value, node) is (operator is Operator.EQUAL)
    if value is None or isinstance(node, str):
        return False
    left, right = Decimal(str(node)), Decimal(value.text)
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator.value]


def equal(value, node):
    if not isinstance(node, str):
        if value.form is Form.BARE and re.fullmatch(r"[+-]?\d+(\.\d+)?", value.text):
            return Decimal(str(node)) == Decimal(value.text)
        node = json.dumps(node)
    if value.form is Form.REGEX:
        return re.search(value.text.replace("$", r"\Z"), node) is not None
    return re.fullmatch(".*".join(map(re.escape, value.text.split("*"))), node, re.DOTALL) is not None
