import itertools
import random
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prowler_cis_monitoring.filter_pattern.automata import (
    DEAD,
    Glob,
    Number,
    OneOf,
    TooManyDigitsError,
    glob,
    witnesses,
)
from prowler_cis_monitoring.filter_pattern.regex import Regex, RegexError, compile_regex
from prowler_cis_monitoring.filter_pattern.work import TooHardError, Work

ATOMS = [
    "a",
    "b",
    ".",
    "[ab]",
    "[^a]",
    "^",
    "$",
    r"\d",
    r"\W",
    "x?",
    "a*",
    "b+",
    "a{1,2}",
    "a{2}",
    "b{0,}",
    "[a-c]*",
    "|",
    r"\x61",
    r"\.",
]
SMALL_TEXT = st.text(alphabet="abcx1.", max_size=6)


def walked(language, text):
    """Membership by single steps, as the walk over several languages reads a text."""
    state = language.start
    for character in text:
        state = language.step(state, character)
    return language.accepts(state)


@given(st.lists(st.sampled_from(ATOMS), min_size=1, max_size=6).map("".join), SMALL_TEXT)
def test_a_regex_is_found_where_python_finds_it(expression, text):
    expected = re.search(expression.replace("$", r"\Z"), text) is not None
    assert compile_regex(expression).contains(text) is expected
    assert walked(compile_regex(expression), text) is expected


@pytest.mark.parametrize(
    ("expression", "text", "expected"),
    [
        ("^$", "", True),
        ("^$", "a", False),
        ("$^", "", True),
        ("a$b*", "a", True),
        ("a$b", "ab", False),
        ("a^b", "ab", False),
        ("x*^a", "a", True),
        ("x*^a", "xa", False),
        ("a|^b", "cb", False),
        ("a||b", "c", True),
        ("a.c", "a\nc", False),
        ("a.c", "aéc", True),
        (r"a\sb", "a\tb", True),
        (r"a\Sb", "a b", False),
        (r"\w+@\w+", "x kim@home", True),
        (r"\D", "12", False),
        (r"[\d_]{2}", "a1_", True),
        (r"[a\-z]", "-", True),
        ("[a-]", "-", True),
        ("[-a]", "-", True),
        ("[a-]b", "-b", True),
        (r"[\]]", "]", True),
        ("[^^]", "^", False),
        ("[.*]", "x", False),
        ("[{}|+?$]", "$", True),
        (r"\x2D", "-", True),
        (r"\\", "\\", True),
        (r"\^\$\?\[\]\{\}\|\*\+\.", "^$?[]{}|*+.", True),
        (":_#=@/;,- ", ":_#=@/;,- ", True),
        ("^a{0}b$", "b", True),
        ("^ab?$", "abb", False),
        ("^ab+$", "a", False),
        ("^ab+$", "ab", True),
        ("^a{1000}$", "a" * 1000, True),
        ("^a{1,}$", "", False),
        ("^a{2,}$", "aaaa", True),
        ("^a{2,}$", "a", False),
        ("^a{2,3}$", "aaaa", False),
        ("^a{2}$", "aa", True),
        ("^a{2}$", "aaa", False),
        ("^aX$", "aX", True),
        ("X", "", False),
        ("^[a-a]$", "a", True),
        (r"^[\x41-\x43]$", "B", True),
    ],
)
def test_the_regex_subset_of_aws_is_understood(expression, text, expected):
    assert compile_regex(expression).contains(text) is expected


@pytest.mark.parametrize(
    ("expression", "inside", "outside"),
    [
        (r"\d", "09", "/:"),
        (r"\w", "09AZaz_", "/:@[`{^"),
        (r"\s", "\t\n\v\f\r ", "\x08\x0e\x1f!"),
        ("[b-y]", "by", "az"),
        ("[ac-e]", "ace", "bf"),
        ("[a-cb-d]", "abcd", "`e"),
        ("[ba-c]", "abc", "`d"),
        (".", "\0\t\x0b\U0010ffff", "\n"),
        ("[^ac]", "\0b\U0010ffff", "ac"),
        (r"[^\x00]", "\x01", "\0"),
        (r"\W", "/:@[`{^\U0010ffff", "09AZaz_"),
    ],
)
def test_a_class_of_characters_ends_where_it_should(expression, inside, outside):
    language = compile_regex(f"^{expression}$")
    assert all(language.contains(character) for character in inside)
    assert not any(language.contains(character) for character in outside)


PLACE = "a letter, a digit, one of : _ # = @ / ; , - or an operator of the regular expressions of AWS"
REPETITION = "a repetition such as {2}, {2,} or {2,5}, of at most 1000"
BOUNDS = "a repetition from 0 to 1000, the smaller number first"
RANGE = "a range from a smaller to a larger character"
ESCAPE = "one of \\d \\D \\s \\S \\w \\W \\xhh or an escaped symbol"
HEXADECIMAL = "two hexadecimal digits after \\x"
PLACES = "an expression of at most 4096 places"
ONCE = "one quantifier only"


@pytest.mark.parametrize(
    ("expression", "position", "expected"),
    [
        ("a(b)", 1, PLACE),
        ("a!", 1, PLACE),
        ("é", 0, PLACE),
        ("*a", 0, PLACE),
        ("a|*", 2, PLACE),
        ("a**", 2, ONCE),
        ("a+?", 2, ONCE),
        ("^*", 0, "a quantifier after a character, not after ^ or $"),
        ("a{", 1, REPETITION),
        ("a{x}", 1, REPETITION),
        ("a{1,2,3}", 1, REPETITION),
        ("a{,2}", 1, REPETITION),
        ("a{2", 1, REPETITION),
        ("a{1,-2}", 1, REPETITION),
        ("a{²}", 1, REPETITION),
        ("a{3,2}", 1, BOUNDS),
        ("a{1001}", 1, BOUNDS),
        ("a{1,1001}", 1, BOUNDS),
        ("a{1001,}", 1, BOUNDS),
        ("a{" + "9" * 5000 + "}", 1, REPETITION),
        ("a{00001}", 1, REPETITION),
        ("a{1,99999}", 1, REPETITION),
        ("a{2}{2}", 4, ONCE),
        ("[ab", 0, "a closing ]"),
        ("a[]", 1, "a character between [ and ]"),
        ("[b-a]", 1, RANGE),
        (r"[\d-z]", 1, RANGE),
        ("[a!]", 2, "a letter, a digit or a symbol that the regular expressions of AWS allow"),
        (r"\b", 0, ESCAPE),
        (r"\X", 0, ESCAPE),
        (r"\<", 0, ESCAPE),
        (r"\x2", 0, HEXADECIMAL),
        (r"\xzz", 0, HEXADECIMAL),
        (r"\x2z", 0, HEXADECIMAL),
        ("a\\", 1, ESCAPE),
        ("a" + "b{1000}" * 5, 29, PLACES),
        ("}", 0, PLACE),
        ("]", 0, PLACE),
        ("[a-", 0, "a closing ]"),
        (r"[#-\d]", 1, RANGE),
        (r"[\s-z]", 1, RANGE),
        ("a{1000}" * 4 + "b{97}", 28, PLACES),
        ("a{0}" * 4097, 4 * 4096, PLACES),
        ("a{0,1000}" * 5, 36, PLACES),
        ("a{1000,}" * 5, 32, PLACES),
    ],
)
def test_other_regular_expressions_are_rejected_with_their_column(expression, position, expected):
    with pytest.raises(RegexError) as caught:
        compile_regex(expression)
    assert (caught.value.position, caught.value.expected, str(caught.value)) == (position, expected, expected)


def test_4096_places_are_enough_for_a_regular_expression():
    assert compile_regex("a{1000}" * 4 + "b{96}").contains("a" * 4000 + "b" * 96)


def test_regular_expressions_are_equal_if_their_texts_are():
    assert Regex("a+") == Regex("a+")
    assert hash(Regex("a+")) == hash(Regex("a+"))
    assert Regex("a+") != Regex("aa*")
    assert Regex("a+") != glob("a+")


@pytest.mark.parametrize(
    "language",
    [glob("a*"), glob("ab"), compile_regex("a"), OneOf(frozenset({"a", ""})), Number()],
    ids=["stars", "text", "regex", "texts", "numbers"],
)
def test_nothing_is_accepted_behind_a_dead_end(language):
    assert language.step(DEAD, "a") is DEAD
    assert language.accepts(DEAD) is False


@given(st.text(alphabet="ab*", max_size=8), st.text(alphabet="ab", max_size=8))
def test_a_wildcard_stands_for_any_characters(pattern, text):
    expected = re.fullmatch(pattern.replace("*", ".*"), text) is not None
    assert glob(pattern).contains(text) is expected
    assert walked(glob(pattern), text) is expected


def test_every_short_wildcard_reads_every_short_text_right():
    texts = ["".join(text) for length in range(7) for text in itertools.product("ab", repeat=length)]
    for length in range(6):
        for pattern in map("".join, itertools.product("ab*", repeat=length)):
            language, expected = glob(pattern), re.compile(pattern.replace("*", ".*"))
            assert all(walked(language, text) is bool(expected.fullmatch(text)) for text in texts), pattern


def never_reconsidering(pattern):
    """The leftmost reading for Python's matcher: what is captured in a lookahead is not tried again."""
    first, *others, last = pattern.split("*")
    steps = [f"(?=(.*?{piece}))\\{number}" for number, piece in enumerate([*others, last], 1)]
    return re.compile(first + "".join(steps) + ("" if last else ".*"))


def test_every_short_wildcard_is_read_leftmost_where_that_is_asked_for():
    texts = ["".join(text) for length in range(7) for text in itertools.product("ab", repeat=length)]
    for length in range(6):
        for pattern in map("".join, itertools.product("ab*", repeat=length)):
            if "*" in pattern:
                language, expected = Glob(glob(pattern).pieces, leftmost=True), never_reconsidering(pattern)
                for text in texts:
                    matched = bool(expected.fullmatch(text))
                    assert (language.contains(text), walked(language, text)) == (matched, matched), (pattern, text)


@given(st.text(alphabet="ab*", max_size=8), st.text(alphabet="ab", max_size=8))
def test_the_leftmost_matcher_reads_the_same_by_steps_and_at_once(pattern, text):
    language = Glob(glob(pattern).pieces, leftmost=True)
    assert walked(language, text) is language.contains(text)
    assert glob(pattern).contains(text) or not language.contains(text)


@pytest.mark.parametrize("pattern", ["*a", "a*b"])
def test_a_text_behind_a_star_makes_the_matchers_differ(pattern):
    assert glob(pattern).depends_on_matcher


@pytest.mark.parametrize("pattern", ["ab", "a*", "*", "*a*", ""])
def test_without_a_text_behind_a_star_the_matchers_agree(pattern):
    assert not glob(pattern).depends_on_matcher


def test_runs_of_stars_mean_one_star():
    assert glob("a**b***") == glob("a*b*")


CANONICAL = re.compile(r"-?(0|[1-9]\d*)(\.(0|\d*[1-9]))?")
COMPARE = {
    "<": lambda one, two: one < two,
    "<=": lambda one, two: one <= two,
    ">": lambda one, two: one > two,
    ">=": lambda one, two: one >= two,
    "=": lambda one, two: one == two,
}


@given(
    st.text(alphabet="-0125.", max_size=6),
    st.sampled_from(sorted(COMPARE)),
    st.sampled_from(["0", "5", "-5", "12.5", "0.05", "100", "-0.1", "3.14", "-0", "1e2", "2.50"]),
)
def test_numbers_compare_digit_by_digit(text, comparison, constant):
    expected = bool(CANONICAL.fullmatch(text)) and COMPARE[comparison](Decimal(text), Decimal(constant))
    assert Number(comparison, Decimal(constant)).contains(text) is expected


@pytest.mark.parametrize("constant", ["0", "7", "-7", "10.5", "0.05", "99", "-12.25"])
@pytest.mark.parametrize("comparison", sorted(COMPARE))
def test_numbers_near_a_constant_are_compared_exactly(comparison, constant):
    near = [Decimal(constant) + Decimal(step) / 100 for step in range(-150, 151)]
    for number in near:
        text = format(number.normalize(), "f")
        text = "0" if text == "-0" else text
        assert Number(comparison, Decimal(constant)).contains(text) is COMPARE[comparison](number, Decimal(constant)), (
            text
        )


@pytest.mark.parametrize("constant", ["0", "5", "-5", "0.5", "0.05", "50"])
def test_every_short_number_is_compared_exactly(constant):
    for length in range(6):
        for text in map("".join, itertools.product("-05.", repeat=length)):
            for comparison, compare in COMPARE.items():
                expected = bool(CANONICAL.fullmatch(text)) and compare(Decimal(text), Decimal(constant))
                assert Number(comparison, Decimal(constant)).contains(text) is expected, (comparison, text)


def test_any_plain_number_is_a_number():
    assert all(Number().contains(text) for text in ("0", "-0", "10", "0.5", "-1.05", "12.0"))
    assert not any(
        Number().contains(text)
        for text in (
            "",
            "-",
            "01",
            "1.",
            ".5",
            "1.50",
            "1.00",
            "1e3",
            "+1",
            "1.0.0",
            "--1",
            "1-",
            "x",
            "1:",
            "1A",
            ":",
            "/",
        )
    )


def test_a_constant_with_too_many_digits_is_refused():
    with pytest.raises(TooManyDigitsError, match=r"^1E\+400 has more than 400 digits$"):
        Number("<", Decimal("1e400")).contains("1")
    assert Number("<", Decimal("1e399")).contains("1")
    assert Number("<", Decimal("0e999")).contains("-1")
    with pytest.raises(TooManyDigitsError):
        Number("<", Decimal("1e-400")).contains("1")
    assert Number(">", Decimal("1e-399")).contains("1")


def test_the_first_character_behind_a_range_is_tried():
    wide, narrow = compile_regex(r"^[\x80-\x83]$"), compile_regex(r"^[\x80-\x82]$")
    assert "\x83" in witnesses((wide, narrow), None, Work())


def test_a_finite_set_holds_its_texts_only():
    texts = OneOf(frozenset({"cat", "cart"}))
    assert [text for text in ("", "ca", "cat", "cart", "carts", "dog") if texts.contains(text)] == ["cat", "cart"]
    assert not OneOf(frozenset()).contains("")


@given(st.integers(0, 2**32))
def test_there_is_a_witness_for_every_combination_of_memberships(seed):
    dice = random.Random(seed)
    values = ["a*", "*a", "*b*", "a*b", "ab", "", "*ab*"]
    languages = (
        *map(glob, dice.sample(values, 2)),
        compile_regex(dice.choice(["^a+$", "b[ab]b", "a|b$"])),
        OneOf(frozenset({"ab", "b"})),
    )
    found = witnesses(languages, None, Work())
    seen = [tuple(language.contains(text) for language in languages) for text in found]
    assert len(seen) == len(set(seen))
    for _ in range(30):
        text = "".join(dice.choice("abx") for _ in range(dice.randint(0, 7)))
        assert tuple(language.contains(text) for language in languages) in seen


def test_witnesses_stay_within_a_language():
    found = witnesses((Number("<", Decimal(5)), glob("*1")), Number(), Work())
    assert all(Number().contains(text) for text in found)
    assert {(Decimal(text) < 5, text.endswith("1")) for text in found} == {
        (True, True),
        (True, False),
        (False, True),
        (False, False),
    }


def test_witnesses_prefer_readable_characters():
    found = witnesses((compile_regex("[^a-z]"), glob("*é*"), compile_regex(r"\x01")), None, Work())
    assert any("é" in text for text in found)
    assert any("\x01" in text for text in found)
    rest = "".join(found).replace("é", "").replace("\x01", "")
    assert rest.isascii()
    assert rest.isprintable()


def test_witnesses_are_as_short_and_plain_as_can_be():
    assert witnesses((glob("*a*"),), None, Work()) == ("", "a")
    assert witnesses((glob(""), glob("*x*")), None, Work()) == ("", "x", "a")
    assert witnesses((Number(">", Decimal(5)), Number("<", Decimal(0))), Number(), Work()) == ("0", "6", "-1")


def test_a_witness_may_need_the_first_character_of_all():
    found = witnesses((compile_regex(r"[^\x00]"), compile_regex("^$")), None, Work())
    assert "\0" in found


def test_a_witness_can_be_written_as_utf_8():
    found = witnesses((glob("*\ud800*"), glob("*\udfff*"), glob("*\ud7ff*"), glob("*\ue000*")), None, Work())
    assert "".join(found).encode()
    assert witnesses((glob("*\U0010ffff*"),), None, Work()) == ("", "\U0010ffff")
    assert {"\ud7ff", "\ue000"} <= set("".join(found))


def test_a_walk_over_too_many_states_is_refused():
    languages = tuple(glob(f"*{letter}{letter}*") for letter in "abcdefghijkl")
    with pytest.raises(TooHardError, match="more steps together"):
        witnesses(languages, None, Work(100_000))
