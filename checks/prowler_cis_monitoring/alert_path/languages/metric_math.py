"""The part of CloudWatch metric math that can be decided for one period: text to syntax tree, tree to a number.

What is left out raises `Unanalysed` with the name of what was met; nothing is guessed.

Source: CloudWatch User Guide, "Using math expressions with CloudWatch metrics".
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any, Protocol, cast

from prowler_cis_monitoring.filter_pattern.work import kept
from prowler_cis_monitoring.reader import Reader
from prowler_cis_monitoring.records import dataclass

Number = float | None
"""A series in one period: a number, or None for no datapoint."""

# Far beyond what people write; keeps the recursion over a chain within bounds.
_MAX_OPERATORS = 100
# Estimated, of what is remembered.
_BYTES_OF_A_CHARACTER = 150
_BYTES_OF_A_PART = 16
_BYTES_OF_A_WORD = 70


class Unanalysed(Exception):  # noqa: N818 - not an error of the expression but a limit of this module
    """An expression that this module does not decide; the message names what it met."""


@dataclass(frozen=True)
class Constant:
    """A number."""

    value: float


@dataclass(frozen=True)
class Series:
    """A reference to another element of the alarm's metrics."""

    id: str


@dataclass(frozen=True)
class Text:
    """A text in quotation marks, as METRICS takes one."""

    value: str


@dataclass(frozen=True)
class Call:
    """A function or an operator with its operands; `[…]` is the function `[]`."""

    function: str
    operands: tuple[Expression, ...]


Expression = Constant | Series | Text | Call


@dataclass(frozen=True)
class Assumption:
    """What is supposed where AWS or the account gives no answer.

    Attributes:
        other: value of a metric that no known filter feeds.
        upward: whether a percentile that falls between two samples is the larger one.
    """

    other: Number
    upward: bool = False


AT_REST = (Assumption(None), Assumption(0.0))
"""Nothing but the event happens: other metrics have no datapoints, or zeros."""
IN_MOTION = tuple(Assumption(other) for other in (1.0, -1.0, 1e6, -1e6))
"""Other metrics have values of their own."""


@kept(lambda key, _parsed: _BYTES_OF_A_CHARACTER * len(key[0]))
def parse(text: str) -> Expression:
    """Read an expression.

    Raises:
        Unanalysed: the text holds something that this module does not decide.
    """
    return _Reader(text).whole()


class Elements(Protocol):
    """What an expression can ask of the other elements of the alarm's metrics, in one period."""

    def value(self, key: str) -> Number:
        """Return the value of an element."""

    def metrics(self, part: str) -> list[Number]:
        """Return the values of the metrics whose id contains `part`."""

    def period(self, key: str) -> int:
        """Return the period of a metric (seconds)."""


def ids_read(text: str, metrics: Iterable[str]) -> list[str]:
    """Return the ids that an expression refers to, in words that are enough for it: no syntax tree is made.

    This is asked of every expression of an account, and there may be very many long ones; what they amount to is asked
    of few.

    Args:
        text: the expression.
        metrics: the ids that METRICS chooses from.

    Raises:
        Unanalysed: the expression may refer to other ids than those that stand in it.
    """
    found: dict[str, None] = {}
    for word in _mentioned(text):
        if word.endswith(")"):
            chosen = _TEXT.search(word)
            part = _content(chosen) if chosen else ""
            found.update(dict.fromkeys(key for key in metrics if part in key))
        elif word.endswith("("):
            raise Unanalysed(word[:-1].rstrip())
        else:
            found[word] = None
    return list(found)


@kept(lambda key, words: len(key[0]) + _BYTES_OF_A_WORD * len(words))
def _mentioned(text: str) -> tuple[str, ...]:
    """What an expression names: METRICS with its text, other ids, and functions with which it may read more."""
    return tuple(word for word in dict.fromkeys(_MENTION.findall(text)) if _refers(word))


def _refers(word: str) -> bool:
    if word.endswith(")"):
        return True
    if word.endswith("("):
        return word[:-1].rstrip() not in _READING_OPERANDS
    return _NAME.match(word) is not None and word not in _WORDS


def value_of(text: str, elements: Elements) -> Number:
    """The value of an expression in one period.

    Args:
        text: the expression.
        elements: the other elements of the alarm's metrics.

    Raises:
        Unanalysed: the expression uses a function in a way that is not decided here.
    """
    stack: list[_Value] = []
    for step in _postfix(text):
        if isinstance(step, Constant):
            stack.append(_Scalar(step.value))
        elif isinstance(step, Series):
            stack.append(elements.value(step.id))
        elif step.function == "METRICS":
            stack.append(elements.metrics(_part(step.operands)))
        elif step.function == "PERIOD":
            stack.append(_Scalar(elements.period(_only_series(step.operands))))
        else:
            operands = stack[len(stack) - len(step.operands) :]
            del stack[len(stack) - len(step.operands) :]
            stack.append(_called(step.function, operands))
    (value,) = stack
    if isinstance(value, list):
        raise Unanalysed("several time series where one is expected")
    return value


class _Scalar(float):
    """A number that is no time series: it has a value whenever somebody asks, and lends data to nothing."""


_Value = Number | list[Number]


@kept(lambda key, parts: len(key[0]) + _BYTES_OF_A_PART * len(parts))
def _postfix(text: str) -> tuple[Constant | Series | Call, ...]:
    """The parts of an expression, operands before what takes them: evaluation needs no recursion."""
    found: list[Constant | Series | Call] = []
    waiting = [parse(text)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Text):
            raise Unanalysed(f'the text "{one.value}"')
        found.append(one)
        if isinstance(one, Call) and one.function not in ("METRICS", "PERIOD"):
            waiting += one.operands
    return tuple(reversed(found))


def _part(operands: tuple[Expression, ...]) -> str:
    if not operands:
        return ""
    if len(operands) > 1 or not isinstance(operands[0], Text):
        raise Unanalysed("METRICS of anything but a text")
    return operands[0].value


def _only_series(operands: tuple[Expression, ...]) -> str:
    if len(operands) != 1 or not isinstance(operands[0], Series):
        raise Unanalysed("PERIOD of anything but a metric")
    return operands[0].id


def _called(function: str, operands: list[_Value]) -> _Value:
    if function == "[]":
        return [one for operand in operands for one in (operand if isinstance(operand, list) else [operand])]
    if function in _AGGREGATES:
        return _aggregate(function, operands)
    if function == "FILL":
        return _filled(operands)
    if function == "IF":
        return _choice(operands)
    return _computed(function, operands)


def _computed(function: str, operands: list[_Value]) -> _Value:
    """Operators and functions of numbers, on each time series of an array."""
    arity, compute = _FUNCTIONS[function]
    arrays = [operand for operand in operands if isinstance(operand, list)]
    if len(operands) != arity:
        raise Unanalysed(f"{function} with {len(operands)} operands")
    if not arrays:
        return _number(compute, operands)
    if len(arrays) > 1 or function in _COMPARING:
        raise Unanalysed(f"{function} of several time series")
    (array,) = arrays
    return [_number(compute, [one if operand is array else operand for operand in operands]) for one in array]


def _number(compute: Callable[..., float], operands: list[Any]) -> Number:
    """Compute a datapoint. A time series without one counts as 0 where another has one, and gives none otherwise."""
    series = [operand for operand in operands if not isinstance(operand, _Scalar)]
    if series and all(operand is None for operand in series):
        return None
    try:
        result = float(compute(*(0.0 if operand is None else operand for operand in operands)))
    except (ArithmeticError, TypeError, ValueError):  # division by zero, overflow, a power that is no real number
        return None
    if not math.isfinite(result):
        return None
    return result if series else _Scalar(result)


def _aggregate(function: str, operands: list[_Value]) -> Number:
    """SUM, AVG, MIN and MAX of several series; of one series they are scalars, which AWS advises against."""
    (values,) = operands if len(operands) == 1 else (None,)
    if not isinstance(values, list):
        raise Unanalysed(f"{function} of a single time series")
    if all(value is None for value in values):
        return None
    return _AGGREGATES[function]([value or 0.0 for value in values])


def _filled(operands: list[_Value]) -> _Value:
    if len(operands) != 2:  # noqa: PLR2004 - series and filler
        raise Unanalysed(f"FILL with {len(operands)} operands")
    value, filler = operands
    if isinstance(filler, list):
        raise Unanalysed("FILL with several time series")
    if isinstance(value, list):
        return [filler if one is None else one for one in value]
    return _series(filler if value is None else value)


def _choice(operands: list[_Value]) -> Number:
    """IF: without a condition there is no datapoint; what a true condition chooses counts as 0 where it has none."""
    if len(operands) not in (2, 3) or any(isinstance(operand, list) for operand in operands):
        raise Unanalysed(f"IF with {len(operands)} operands or several time series")
    condition, chosen, *otherwise = cast("list[Number]", operands)
    if condition is None:
        return None
    if not condition:
        return _series(otherwise[0]) if otherwise else None
    absent = None if isinstance(condition, _Scalar) else 0.0
    return _series(absent if chosen is None else chosen)


def _series(value: Number) -> Number:
    """The datapoint that a scalar gives where a time series is made of it."""
    return None if value is None else float(value)


def _average(numbers: list[float]) -> float:
    return math.fsum(numbers) / len(numbers)


_AGGREGATES: Mapping[str, Callable[[list[float]], float]] = {
    "SUM": math.fsum,
    "AVG": _average,
    "MIN": min,
    "MAX": max,
}
_COMPARING: Mapping[str, Callable[[float, float], float]] = {
    "||": lambda left, right: float(bool(left) or bool(right)),
    "&&": lambda left, right: float(bool(left) and bool(right)),
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
}
_FUNCTIONS: Mapping[str, tuple[int, Callable[..., float]]] = {
    **{sign: (2, compute) for sign, compute in {**_COMPARING, **_ARITHMETIC}.items()},
    "negative": (1, operator.neg),
    "ABS": (1, abs),
    "CEIL": (1, math.ceil),
    "FLOOR": (1, math.floor),
    "LOG": (1, math.log),
    "LOG10": (1, math.log10),
}
_CALLABLE = {*_AGGREGATES, "METRICS", "PERIOD", "FILL", "IF", "ABS", "CEIL", "FLOOR", "LOG", "LOG10"}
_READING_OPERANDS = _CALLABLE - {"METRICS"}
_TEXT = re.compile(r"\"([^\"]*)\"|'([^']*)'")
# Loosest first. AWS gives no table of precedences; this is the usual one.
_LEVELS = (("||",), ("&&",), ("==", "!=", "<", "<=", ">", ">="), ("+", "-"), ("*", "/"), ("^",))
_STRENGTHS = {sign: strength for strength, signs in enumerate(_LEVELS) for sign in signs}
_WORDS = {"AND": "&&", "OR": "||"}
_NUMBER = re.compile(r"\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+")
_NAME = re.compile(r"[A-Za-z_]\w*")
# What an expression says of other elements: METRICS with its text, texts and numbers as such, functions, names.
_MENTION = re.compile(
    r"""METRICS\s*\(\s*(?:(?:"[^"]*"|'[^']*')\s*)?\)|"[^"]*"|'[^']*'|"""
    r"""\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|[A-Za-z_]\w*(?:\s*\()?"""
)
_OPERATOR = re.compile(r"==|!=|<=|>=|&&|\|\||[-+*/^<>]|(?:AND|OR)\b")


class _Reader(Reader):
    """The grammar, one method a kind of operand."""

    def __init__(self, text: str) -> None:
        super().__init__(text, _unread)
        self.operators = 0

    def whole(self) -> Expression:
        expression = self.expression()
        if not self.ended:
            raise self.error("the end expected")
        return expression

    def expression(self) -> Expression:
        return self.joined(self.operand, self.operator, _STRENGTHS, _joined)

    def operator(self) -> str | None:
        found = self.next(_OPERATOR)
        if found is None:
            return None
        self.operators += 1
        if self.operators > _MAX_OPERATORS:
            raise self.error("too many operators")
        return _WORDS.get(found[0], found[0])

    def operand(self) -> Expression:
        if number := self.next(_NUMBER):
            return Constant(float(number[0]))
        if text := self.next(_TEXT):
            return Text(_content(text))
        if name := self.next(_NAME):
            return self.named(name[0])
        if self.take("-"):
            operand = self.nested(self.operand)
            return Constant(-operand.value) if isinstance(operand, Constant) else Call("negative", (operand,))
        if self.take("("):
            return self.enclosed(self.expression, ")")
        if self.take("["):
            return Call("[]", self.operands("]"))
        raise self.error("an operand expected")

    def named(self, name: str) -> Expression:
        if not self.take("("):
            return Series(name)
        if name not in _CALLABLE:
            raise Unanalysed(name)
        return Call(name, self.operands(")"))

    def operands(self, end: str) -> tuple[Expression, ...]:
        return () if self.take(end) else self.nested(lambda: self.listed(self.expression, end))


def _content(text: re.Match[str]) -> str:
    return text[1] or text[2] or ""


def _joined(operator: str, operands: list[Expression]) -> Expression:
    return reduce(lambda left, right: Call(operator, (left, right)), operands)


def _unread(message: str, column: int) -> Unanalysed:
    return Unanalysed(f"column {column} ({message})")
