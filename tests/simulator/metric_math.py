"""Metric math over the last datapoints of an alarm, point by point (CloudWatch User Guide, "Using metric math").

A value is a scalar (float), a time series (list of floats and None, the newest first) or an array (tuple of series).
"""

import math
import operator
import re

_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|[A-Za-z_]\w*|\"[^\"]*\"|==|!=|<=|>=|&&|\|\||[-+*/^<>(),\[\]])")
_LEVELS = (
    {"OR": "or", "||": "or"},
    {"AND": "and", "&&": "and"},
    {name: name for name in ("==", "!=", "<", "<=", ">", ">=")},
    {"+": "+", "-": "-"},
    {"*": "*", "/": "/"},
    {"^": "^"},
)
_OPERATIONS = {
    "or": lambda left, right: float(bool(left) or bool(right)),
    "and": lambda left, right: float(bool(left) and bool(right)),
    "==": lambda left, right: float(left == right),
    "!=": lambda left, right: float(left != right),
    "<": lambda left, right: float(left < right),
    "<=": lambda left, right: float(left <= right),
    ">": lambda left, right: float(left > right),
    ">=": lambda left, right: float(left >= right),
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda left, right: left / right if right else None,
    "^": operator.pow,
}
_EACH_POINT = {"ABS": abs, "CEIL": math.ceil, "FLOOR": math.floor}
_OF_AN_ARRAY = {"SUM": sum, "AVG": lambda values: sum(values) / len(values), "MAX": max, "MIN": min}


def evaluate(expression, metrics, expressions=None, *, period=60, points=5, gaps_are_zero=True):
    """Compute an expression.

    `metrics` are series by id, `expressions` texts by id; `gaps_are_zero` is whether MIN and MAX of an array count a
    missing value as 0, as AVG does.
    """
    given = {"metrics": metrics, "period": period, "points": points, "gaps_are_zero": gaps_are_zero}
    return _Reader(expression, expressions or {}, given).whole()


class _Reader:
    def __init__(self, text, expressions, given):
        self.tokens = _tokens(text)
        self.expressions, self.given = expressions, given
        self.metrics = given["metrics"]
        self.at = 0

    def whole(self):
        value = self.level(0)
        assert self.at == len(self.tokens), self.tokens[self.at :]
        return value

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, wanted=None):
        token = self.tokens[self.at]
        assert wanted in (None, token), (wanted, token)
        self.at += 1
        return token

    def level(self, number):
        if number == len(_LEVELS):
            return self.unary()
        value = self.level(number + 1)
        while self.peek() in _LEVELS[number]:
            name = _LEVELS[number][self.take()]
            value = joined(_OPERATIONS[name], value, self.level(number + 1))
        return value

    def unary(self):
        if self.peek() == "-":
            self.take()
            return joined(operator.mul, -1.0, self.unary())
        return self.atom()

    def atom(self):
        token = self.take()
        if token == "(":
            value = self.level(0)
            self.take(")")
            return value
        if token == "[":
            return self.array()
        if token[0].isdigit():
            return float(token)
        if self.peek() == "(":
            return self.function(token)
        if token in self.metrics:
            return self.metrics[token]
        return evaluate(self.expressions[token], expressions=self.expressions, **self.given)

    def array(self):
        members = []
        while self.peek() != "]":
            member = self.level(0)
            members.extend(member if isinstance(member, tuple) else (member,))
            if self.peek() == ",":
                self.take()
        self.take("]")
        return tuple(members)

    def function(self, name):
        self.take("(")
        if name == "METRICS":
            part = self.take().strip('"') if self.peek() != ")" else ""
            self.take(")")
            return tuple(values for key, values in self.metrics.items() if part in key)
        arguments = []
        while self.peek() != ")":
            arguments.append(self.level(0))
            if self.peek() == ",":
                self.take()
        self.take(")")
        return self.applied(name, *arguments)

    def applied(self, name, first, *rest):
        if name in _EACH_POINT:
            return mapped(lambda value: float(_EACH_POINT[name](value)), first)
        if name in _OF_AN_ARRAY:
            assert isinstance(first, tuple), f"{name} of one series is a scalar over the whole range"
            zero = self.given["gaps_are_zero"] or name in ("SUM", "AVG")
            return [_across(_OF_AN_ARRAY[name], values, zero) for values in zip(*first, strict=True)]
        if name == "PERIOD":
            return float(self.given["period"])
        if name == "FILL":
            return mapped_gaps(first, rest[0])
        if name == "TIME_SERIES":
            return [first] * self.given["points"]
        assert name == "IF", name
        return chosen(first, rest[0], rest[1] if len(rest) > 1 else None, self.given["points"])


def _tokens(text):
    tokens, at = [], 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        tokens.append(found.group(1))
        at = found.end()
    return tokens


def _across(function, values, zero):
    there = [value for value in values if value is not None]
    if not there:
        return None
    return function([value or 0.0 for value in values] if zero else there)


def mapped(function, value):
    """Apply a function to each point that is there."""
    if isinstance(value, tuple):
        return tuple(mapped(function, one) for one in value)
    if isinstance(value, list):
        return [None if point is None else function(point) for point in value]
    return function(value)


def mapped_gaps(value, filler):
    """FILL: put a scalar or another series' point where a point is missing."""
    if isinstance(value, tuple):
        return tuple(mapped_gaps(one, filler) for one in value)
    fillers = filler if isinstance(filler, list) else [filler] * len(value)
    return [other if point is None else point for point, other in zip(value, fillers, strict=True)]


def joined(function, left, right):
    """Apply an operator; of two series a missing value counts as 0 where the other one has a value."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return tuple(joined(function, one, other) for one, other in zip(left, right, strict=True))
    if isinstance(left, tuple):
        return tuple(joined(function, one, right) for one in left)
    if isinstance(right, tuple):
        return tuple(joined(function, left, one) for one in right)
    if isinstance(left, list) and isinstance(right, list):
        return [
            None if one is None and other is None else function(one or 0.0, other or 0.0)
            for one, other in zip(left, right, strict=True)
        ]
    if isinstance(left, list):
        return [None if point is None else function(point, right) for point in left]
    if isinstance(right, list):
        return [None if point is None else function(left, point) for point in right]
    return function(left, right)


def chosen(condition, true, false, points):
    """IF: a true condition without value gives 0, a false one without value and a missing condition give no point."""
    conditions = condition if isinstance(condition, list) else [condition] * points
    return [
        None if test is None else (_point(true, number) or 0.0) if test else _point(false, number)
        for number, test in enumerate(conditions)
    ]


def _point(value, number):
    return value[number] if isinstance(value, list) else value
