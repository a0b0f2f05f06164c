"""The part of CloudWatch metric math that can be decided for one period: text to syntax tree, tree to a number.

What is left out raises `Unanalysed` with the name of what was met; nothing is guessed.

Source: CloudWatch User Guide, "Using math expressions with CloudWatch metrics".
"""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from prowler_cis_monitoring.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Number = float | None
"""A series in one period: a number, or None for no datapoint."""

METRICS = "METRICS()"
"""The id under which `series_of` reports a call of METRICS()."""

# Far beyond what people write; keeps the recursion over a chain within bounds.
_MAX_OPERATORS = 100


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
class Call:
    """A function or an operator with its operands; `[…]` is the function `[]`."""

    function: str
    operands: tuple[Expression, ...]


Expression = Constant | Series | Call


@dataclass(frozen=True)
class Assumption:
    """What is supposed where AWS or the account gives no answer.

    Attributes:
        other: value of a metric that no known filter feeds.
        missing: what an operator takes for an operand without a datapoint while another has one, and IF for a
            condition without one.
        upward: whether a percentile that falls between two samples is the larger one.
    """

    other: Number
    missing: Number
    upward: bool = False


AT_REST = tuple(Assumption(other, missing) for other in (None, 0.0) for missing in (None, 0.0))
"""Nothing but the event happens: other metrics have no datapoints, or zeros."""
IN_MOTION = tuple(Assumption(other, missing) for other in (1.0, -1.0, 1e6, -1e6) for missing in (None, 0.0))
"""Other metrics have values of their own."""


def parse(text: str) -> Expression:
    """Read an expression.

    Raises:
        Unanalysed: the text holds something that this module does not decide.
    """
    return _Reader(text).whole()


def series_of(expression: Expression) -> Iterator[str]:
    """The ids that an expression refers to, and `METRICS` for METRICS()."""
    if isinstance(expression, Series):
        yield expression.id
    elif isinstance(expression, Call):
        if expression.function == "METRICS":
            yield METRICS
        for operand in expression.operands:
            yield from series_of(operand)


def value_of(
    expression: Expression, series: Callable[[str], Number], metrics: Callable[[], list[Number]], assumption: Assumption
) -> Number:
    """The value of an expression in one period.

    Args:
        expression: the expression.
        series: the value of an id in this period.
        metrics: the values of METRICS().
        assumption: what is supposed where there is no answer.

    Raises:
        Unanalysed: the expression uses a function in a way that is not decided here.
    """
    return _Evaluator(series, metrics, assumption).number(expression)


@dataclass(frozen=True)
class _Evaluator:
    series: Callable[[str], Number]
    metrics: Callable[[], list[Number]]
    assumption: Assumption

    def number(self, expression: Expression) -> Number:
        value = self.value(expression)
        if isinstance(value, list):
            raise Unanalysed("several time series where one is expected")
        return value

    def value(self, expression: Expression) -> Number | list[Number]:
        if isinstance(expression, Constant):
            return expression.value
        if isinstance(expression, Series):
            return self.series(expression.id)
        function, operands = expression.function, expression.operands
        if function == "[]":
            return [self.number(operand) for operand in operands]
        if function == "METRICS" and not operands:
            return self.metrics()
        if function in _AGGREGATES:
            return self.aggregate(function, operands)
        if function == "FILL":
            return self.filled(operands)
        if function == "IF":
            return self.choice(operands)
        return self.arithmetic(function, operands)

    def arithmetic(self, function: str, operands: tuple[Expression, ...]) -> Number:
        """Operators and functions of numbers; they give no datapoint where no series has one."""
        arity, compute = _FUNCTIONS.get(function, (None, None))
        if compute is None or len(operands) != arity:
            raise Unanalysed(f"{function} with {len(operands)} operands")
        numbers = [self.number(operand) for operand in operands]
        seen = any(
            number is not None and any(series_of(operand)) for number, operand in zip(numbers, operands, strict=True)
        )
        filled = [self.assumption.missing if seen and number is None else number for number in numbers]
        if None in filled:
            return None
        try:
            result = float(compute(*filled))
        except (ArithmeticError, TypeError):  # division by zero, overflow, a power that is no real number
            return None
        return result if math.isfinite(result) else None

    def aggregate(self, function: str, operands: tuple[Expression, ...]) -> Number:
        """SUM, AVG, MIN and MAX of several series; of one series they are scalars, which AWS advises against."""
        values = self.value(operands[0]) if len(operands) == 1 else None
        if not isinstance(values, list):
            raise Unanalysed(f"{function} of a single time series")
        numbers = [value for value in values if value is not None]
        return _AGGREGATES[function](numbers) if numbers else None

    def filled(self, operands: tuple[Expression, ...]) -> Number | list[Number]:
        if len(operands) != 2 or not isinstance(filler := operands[1], Constant):  # noqa: PLR2004 - series and filler
            raise Unanalysed("FILL with anything but a number")
        value = self.value(operands[0])
        if isinstance(value, list):
            return [filler.value if one is None else one for one in value]
        return filler.value if value is None else value

    def choice(self, operands: tuple[Expression, ...]) -> Number:
        if len(operands) not in (2, 3):
            raise Unanalysed(f"IF with {len(operands)} operands")
        condition = self.number(operands[0])
        if condition is None:
            condition = self.assumption.missing
        if condition is None:
            return None
        if condition:
            return self.number(operands[1])
        return self.number(operands[2]) if operands[2:] else None


def _average(numbers: list[float]) -> float:
    return math.fsum(numbers) / len(numbers)


_AGGREGATES: Mapping[str, Callable[[list[float]], float]] = {
    "SUM": math.fsum,
    "AVG": _average,
    "MIN": min,
    "MAX": max,
}
_BINARY: Mapping[str, Callable[[float, float], float]] = {
    "||": lambda left, right: float(bool(left) or bool(right)),
    "&&": lambda left, right: float(bool(left) and bool(right)),
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
}
_FUNCTIONS: Mapping[str, tuple[int, Callable[..., float]]] = {
    **{sign: (2, compute) for sign, compute in _BINARY.items()},
    "negative": (1, operator.neg),
    "ABS": (1, abs),
    "CEIL": (1, math.ceil),
    "FLOOR": (1, math.floor),
}
_CALLABLE = {*_AGGREGATES, "METRICS", "FILL", "IF", "ABS", "CEIL", "FLOOR"}
# Loosest first. AWS gives no table of precedences; this is the usual one.
_LEVELS = (("||",), ("&&",), ("==", "!=", "<", "<=", ">", ">="), ("+", "-"), ("*", "/"), ("^",))
_STRENGTHS = {sign: strength for strength, signs in enumerate(_LEVELS) for sign in signs}
_WORDS = {"AND": "&&", "OR": "||"}
_NUMBER = re.compile(r"\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+")
_NAME = re.compile(r"[A-Za-z_]\w*")
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


def _joined(operator: str, operands: list[Expression]) -> Expression:
    return reduce(lambda left, right: Call(operator, (left, right)), operands)


def _unread(message: str, column: int) -> Unanalysed:
    return Unanalysed(f"column {column} ({message})")
