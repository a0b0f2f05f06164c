import operator
import re
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prowler_cis_monitoring.reader import Reader

NUMBER = re.compile(r"\d+")
SIGN = re.compile(r"[-+*]")
STRENGTHS = {"-": 0, "+": 0, "*": 1}
COMPUTE = {"-": operator.sub, "+": operator.add, "*": operator.mul}


class UnreadError(Exception):
    pass


def reader(text):
    return Reader(text, lambda message, column: UnreadError(f"{message} at {column}"))


class Sum(Reader):
    """Sums with parentheses: the smallest language that uses all of the reader."""

    def __init__(self, text):
        super().__init__(text, lambda message, column: UnreadError(f"{message} at {column}"))

    def sum(self):
        return self.joined(self.operand, self.operator, STRENGTHS, lambda sign, parts: reduce(COMPUTE[sign], parts))

    def operator(self):
        found = self.next(SIGN)
        return found and found[0]

    def operand(self):
        if self.take("("):
            return self.enclosed(self.sum, ")")
        found = self.next(NUMBER)
        if found is None:
            raise self.error("a number expected")
        return int(found[0])


def test_blanks_before_and_behind_what_is_read_do_not_count():
    text = reader("  7 \t seven \n")
    assert text.next(NUMBER)[0] == "7"
    assert not text.ended
    assert text.take("seven")
    assert text.ended


def test_what_does_not_stand_there_is_not_read():
    text = reader("seven")
    assert text.next(NUMBER) is None
    assert not text.take("eight")
    assert text.at == 0


def test_what_is_missing_is_told_with_its_column():
    text = reader("a  b")
    text.take("a")
    with pytest.raises(UnreadError, match=r"^c expected at 3$"):
        text.expect("c")


def test_a_list_ends_with_its_sign():
    text = reader("1, 2 ,3] rest")
    assert [found[0] for found in text.listed(lambda: text.next(NUMBER), "]")] == ["1", "2", "3"]
    assert text.take("rest")


def test_operators_that_bind_alike_are_joined_from_the_left():
    assert Sum("10 - 3 + 2 - 1 - 1").sum() == 7


def test_a_hundred_parentheses_are_read_and_more_are_an_error():
    assert Sum("(" * 100 + "1" + ")" * 100).sum() == 1
    with pytest.raises(UnreadError, match=r"^nested too deeply at 101$"):
        Sum("(" * 101 + "1" + ")" * 101).sum()


def test_parentheses_beside_each_other_are_not_nested():
    assert Sum("+".join(["(1)"] * 1000)).sum() == 1000


def test_a_long_chain_needs_no_recursion():
    assert Sum("+".join(["1"] * 100_000)).sum() == 100_000


SUMS = st.recursive(
    st.integers(0, 9).map(str),
    lambda inner: st.lists(st.tuples(inner, st.sampled_from("+-*")), min_size=1, max_size=4).map(
        lambda parts: "(" + "".join(part + sign for part, sign in parts) + "1)"
    ),
)


@given(SUMS)
def test_sums_are_read_as_python_reads_them(text):
    assert Sum(text).sum() == eval(text)
