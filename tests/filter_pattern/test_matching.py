import json
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prowler_cis_monitoring.filter_pattern import EVERYTHING, NOTHING, all_of, any_of, parse, without
from prowler_cis_monitoring.filter_pattern.matching import MISSING, UNDER_NULL, Reading
from prowler_cis_monitoring.filter_pattern.pattern import of_expression
from tests.filter_pattern import generators, naive

GATE = {
    "name": "North",
    "code": "123",
    "empty": "",
    "ticket": "10.20.30.40",
    "count": 12,
    "weight": 12.5,
    "whole": 12.0,
    "open": True,
    "locked": False,
    "owner": None,
    "guard": {"name": "Kim", "shift": {"hour": 7}},
    "lanes": ["slow", "fast", 3],
    "cars": [{"plate": "AB-1", "tons": 2}, {"plate": "CD-2"}],
    "x.y": "dotted",
}


def matches(condition, event=GATE, **reading):
    return parse(f"{{ {condition} }}").matches(event, Reading(**reading))


TRUE_CONDITIONS = [
    "$.name = North",
    '$.name = "North"',
    "$.name != South",
    "$.name = N*",
    "$.name = *th",
    "$.name = *or*",
    "$.name = N*h",
    "$.name = *",
    "$.name = **",
    "$.name = %or%",
    "$.name != %ar%",
    '$.empty = ""',
    "$.empty = *",
    "$.ticket = 10.20.*",
    "$.code = 123",
    "$.count = 12",
    "$.count = 12.0",
    "$.whole = 12",
    '$.count = "12"',
    '$.count != "12.0"',
    '$.whole = "12.0"',
    "$.count = 1*",
    "$.count != 2*",
    "$.count = %^12$%",
    "$.weight = *.5",
    "$.weight > 12",
    "$.weight >= 12.5",
    "$.weight <= 12.5",
    "$.weight < 1.3e1",
    "$.count != 13",
    "$.open IS TRUE",
    "$.locked IS FALSE",
    "$.owner IS NULL",
    "$.nobody NOT EXISTS",
    "$.guard.dog NOT EXISTS",
    "$.nobody.at.all NOT EXISTS",
    "$.name.first NOT EXISTS",
    "$.name[0] NOT EXISTS",
    "$.lanes[3] NOT EXISTS",
    "$.lanes.first NOT EXISTS",
    "$.guard[0] NOT EXISTS",
    "$.guard.shift.hour = 7",
    "$.lanes[1] = fast",
    "$.lanes[*] = slow",
    "$.lanes[*] > 2",
    "$.cars[*].plate = CD*",
    "$.cars[1].tons NOT EXISTS",
    "$.['x.y'] = dotted",
    "$.* = North",
    "$.guard.* = Kim",
    "$.lanes[*] != slow",
    "$.cars[*].wheels NOT EXISTS",
    "$.nobody[*] NOT EXISTS",
]

FALSE_CONDITIONS = [
    "$.name = north",
    "$.name = Nort",
    "$.name = N*x",
    "$.name = *th*h",
    "$.name = %^or%",
    "$.name != %or%",
    "$.code = 123.0",
    "$.count = 13",
    '$.count = "12.0"',
    '$.whole = "12"',
    "$.count != 12",
    '$.count != "12"',
    "$.weight > 12.5",
    "$.weight < 12.5",
    "$.weight < 12",
    "$.weight <= 12",
    "$.count >= 13",
    "$.code > 1",
    "$.code < 1000",
    "$.name > 1",
    "$.open > 0",
    "$.owner < 1",
    "$.guard <= 1",
    "$.nobody >= 0",
    "$.locked IS TRUE",
    "$.open IS FALSE",
    "$.name IS TRUE",
    "$.count IS FALSE",
    "$.name IS NULL",
    "$.nobody IS NULL",
    "$.guard IS NULL",
    "$.owner NOT EXISTS",
    "$.guard NOT EXISTS",
    "$.empty NOT EXISTS",
    "$.locked NOT EXISTS",
    "$.lanes = slow",
    "$.lanes != slow",
    "$.lanes = *",
    "$.guard = *",
    "$.guard != x",
    "$.nobody = x",
    "$.nobody != x",
    "$.nobody = *",
    "$.nobody IS TRUE",
    "$.owner = *",
    "$.owner != x",
    "$.owner = null",
    "$.open = true",
    "$.open != false",
    "$.open = *",
    "$.name[0] = N",
    "$.guard[0] = Kim",
    "$.lanes[*] = x",
    "$.lanes[*] > 3",
    "$.name[*] = North",
    "$.lanes.* = slow",
    "$.cars[*].plate NOT EXISTS",
    "$.cars[*].tons NOT EXISTS",
    "$.guard.* = 7",
    "$.name != *",
]


@pytest.mark.parametrize("condition", TRUE_CONDITIONS)
def test_a_condition_that_holds_matches(condition):
    assert matches(condition)


@pytest.mark.parametrize("condition", FALSE_CONDITIONS)
def test_a_condition_that_does_not_hold_does_not_match(condition):
    assert not matches(condition)


@pytest.mark.parametrize("condition", [*TRUE_CONDITIONS, *FALSE_CONDITIONS])
def test_the_raw_line_and_the_parsed_record_give_the_same_answer(condition):
    assert matches(condition, json.dumps(GATE)) == matches(condition, GATE)


@pytest.mark.parametrize("operator", ["=", "!="])
def test_neither_equal_nor_unequal_sees_a_field_that_is_missing_null_or_composite(operator):
    for field in ("nobody", "owner", "guard", "lanes"):
        assert not matches(f"$.{field} {operator} x")


def test_a_false_condition_fails_its_alternative_only():
    assert matches("$.nobody != x || $.name = North")
    assert matches("$.nobody NOT EXISTS || $.nobody != x")
    assert not matches("$.nobody != x && $.name = North")


def test_and_binds_tighter_than_or_when_matching():
    assert matches("$.name = North || $.name = South && $.count = 0")
    assert not matches("($.name = North || $.name = South) && $.count = 0")


def test_booleans_compare_as_text_only_under_another_reading():
    assert matches("$.open = true", booleans_are_text=True)
    assert matches('$.open = "tr*"', booleans_are_text=True)
    assert matches("$.open != false", booleans_are_text=True)
    assert not matches("$.open != true", booleans_are_text=True)
    assert matches("$.locked = false", booleans_are_text=True)
    assert not matches("$.open > 0", booleans_are_text=True)


def test_quoted_values_may_be_excepted_from_comparing_booleans():
    assert matches("$.open = true", booleans_are_text=True, quoted_booleans=False)
    assert not matches('$.open = "true"', booleans_are_text=True, quoted_booleans=False)
    assert not matches("$.open = %true%", booleans_are_text=True, quoted_booleans=False)


def test_texts_have_a_size_only_under_another_reading():
    assert matches("$.code > 1", texts_have_size=True)
    assert not matches("$.code > 123", texts_have_size=True)
    assert not matches("$.ticket > 1", texts_have_size=True)
    assert not matches("$.empty < 1", texts_have_size=True)


def test_a_member_of_null_exists_only_under_another_reading():
    assert matches("$.owner.name NOT EXISTS")
    assert not matches("$.owner.name NOT EXISTS", missing_under_null=False)
    assert not matches("$.owner.name.first NOT EXISTS", missing_under_null=False)
    assert not matches("$.owner[0] NOT EXISTS", missing_under_null=False)
    assert matches("$.nobody.name NOT EXISTS", missing_under_null=False)
    assert not matches("$.owner.name = x")


def test_the_leftmost_reading_never_reconsiders():
    event = {"ip": "111.111.111.111"}
    assert matches("$.ip = *111.111.111", event)
    assert not matches("$.ip = *111.111.111", event, leftmost_wildcards=True)
    assert matches("$.ip = *.111.111.111", event, leftmost_wildcards=True)
    assert not matches("$.ip = 111*111", event, leftmost_wildcards=True)
    assert matches("$.ip != 111*111", event, leftmost_wildcards=True)
    assert matches("$.ip = 111*", event, leftmost_wildcards=True)


def test_what_is_not_there_says_why():
    assert (repr(MISSING), repr(UNDER_NULL)) == ("missing", "missing under null")


def test_unequal_may_mean_every_node():
    assert not matches("$.lanes[*] != slow", every_node=True)
    assert matches("$.lanes[*] != none", every_node=True)
    assert not matches("$.nobody[*] != none", every_node=True)
    assert matches("$.cars[*].tons != 5", every_node=True)
    assert matches("$.lanes[*] = slow", every_node=True)


def test_not_exists_may_mean_absent_somewhere():
    assert matches("$.cars[*].tons NOT EXISTS", absent_somewhere=True)
    assert not matches("$.cars[*].plate NOT EXISTS", absent_somewhere=True)
    assert matches("$.nobody[*].plate NOT EXISTS", absent_somewhere=True)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "North",
        '{"name": "North"',
        'I {"name": "North"}',
        '{"name": "North"} x',
        '"North"',
        "12",
        "null",
        '{"name": NaN}',
    ],
)
def test_a_json_pattern_needs_the_whole_line_to_be_a_json_document(line):
    assert not matches("$.name = North || $.other NOT EXISTS", line)


def test_a_document_nested_too_deeply_is_no_document():
    assert not matches("$.a NOT EXISTS", "[" * 100_000)


def test_an_array_at_the_root_is_a_document():
    assert matches("$[0].a = 1", '[{"a": 1}]')
    assert matches("$.a NOT EXISTS", "[]")


@pytest.mark.parametrize(
    ("literal", "condition", "expected"),
    [
        ("12.50", '$.n = "12.5"', True),
        ("12.00", '$.n = "12.0"', True),
        ("1e3", "$.n = 1000", True),
        ("1.5e10", "$.n = 15000000000", True),
        ("1.5E10", "$.n = 15000000000", True),
        ("1.50e1", '$.n = "1.50e1"', True),
        ("1e3", '$.n = "1e3"', True),
        ("-0.50", "$.n = -0.5", True),
        ("100", '$.n = "100"', True),
        ("99999999999999999999999999999999", "$.n > 99999999999999999999999999999998", True),
        ("9" * 5000, "$.n > 1", True),
        ("1e400", "$.n > 1", True),
        ("1e999999999", "$.n > 1", True),
    ],
)
def test_numbers_keep_their_precision(literal, condition, expected):
    assert matches(condition, f'{{"n": {literal}}}') is expected


def test_numbers_that_are_not_finite_have_no_size():
    assert not matches("$.n > 0 || $.n < 0", {"n": float("nan")})
    assert not matches("$.n > 0", {"n": float("inf")})


# --- Text patterns ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "line", "expected"),
    [
        ("gate", "the gate opens", True),
        ("gate", "the Gate opens", False),
        ("gate", "delegates", True),
        ("opens gate", "the gate opens", True),
        ("gate shuts", "the gate opens", False),
        ('"gate opens"', "the gate opens", True),
        ('"opens gate"', "the gate opens", False),
        ("gate -opens", "the gate opens", False),
        ("gate -shuts", "the gate opens", True),
        ("-shuts", "the gate opens", True),
        ("-gate", "the gate opens", False),
        ("?gate ?door", "the door", True),
        ("?gate ?door", "the wall", False),
        ("?gate ?door wall", "the wall", True),
        ("?gate -wall", "the door", True),
        ("north-gate", "the north-gate", False),
        ("north-gate", "the north", True),
        (r'"\"gate\":1"', '{"gate":1}', True),
        ("", "anything", True),
        ("%g[ae]te%", "the gate", True),
        ("%^gate%", "the gate", False),
        ("%gate$%", "the gate", True),
        ("%gate$|door$%", "the gate", True),
        ("%gate$|door$%", "the door", True),
        ("%gate$|door$%", "the gate and door", True),
        ("%gate$|door$%", "the gate is shut", False),
        ("%^the|^a%", "the gate", True),
    ],
)
def test_text_patterns_look_at_the_raw_line(pattern, line, expected):
    assert parse(pattern).matches(line) is expected


def test_a_record_is_searched_as_compact_json():
    assert parse(r'"\"guard\":{\"name\":\"Kim\""').matches(GATE)
    assert parse('"é"').matches({"a": "é"})


@pytest.mark.parametrize(
    ("pattern", "line", "expected"),
    [
        ("[]", "anything at all", True),
        ("[a, b]", "one two", True),
        ("[a, b]", "one", False),
        ("[a, b]", "one two three", True),
        ("[a = one, b]", "one two", True),
        ("[a = two, b]", "one two", False),
        ("[a != two, b]", "one two", True),
        ("[a = o*, b = *o]", "one two", True),
        ("[a = %^o%]", "one", True),
        ("[a = one || a = two]", "two", True),
        ("[a = o* && a != one]", "one", False),
        ("[a = t* || a = o* && a != one]", "two", True),
        ("[..., z = three]", "one two three", True),
        ("[..., y, z = two]", "one two three", False),
        ("[a = one, ...]", "one two three", True),
        ("[a, ..., z = three]", "one two three", True),
        ("[a, ..., z]", "one", False),
        ("[a, ..., z]", "one two", True),
        ('[a, b = "two words"]', 'one "two words"', True),
        ('[a, b = "two words", c]', "one [two words] three", True),
        ("[a, b = two]", "one\ttwo", True),
        ("[a > 4]", "5", True),
        ("[a > 4]", "4", False),
        ("[a >= 4]", "4", True),
        ("[a < 4]", "3.5", True),
        ("[a <= 4]", "4.5", False),
        ("[a > 4]", "five", False),
        ("[a = 200]", "200", True),
        ("[a = 200]", "200.0", False),
        ("[a, b]", 'x ""', True),
    ],
)
def test_space_delimited_patterns_look_at_columns(pattern, line, expected):
    assert parse(pattern).matches(line) is expected


# --- Combined patterns ------------------------------------------------------------------------------------------------


def test_combined_patterns_of_different_kinds_match_together():
    both = all_of(parse("{ $.name = North }"), parse("Kim"), parse("%AB-[0-9]%"))
    assert both.matches(GATE)
    assert not both.matches({**GATE, "name": "South"})
    assert not both.matches({"name": "North"})
    assert any_of(parse("{ $.name = South }"), parse("Kim")).matches(GATE)


def test_without_leaves_out_what_an_exclusion_matches():
    narrowed = without(parse("{ $.name = N* }"), parse("{ $.name = North }"), parse("{ $.name = Nord }"))
    assert not narrowed.matches(GATE)
    assert not narrowed.matches({"name": "Nord"})
    assert narrowed.matches({"name": "Nice"})


def test_nothing_and_everything_are_neutral():
    pattern = parse("{ $.name = North }")
    assert all_of() == EVERYTHING
    assert any_of() == NOTHING
    assert all_of(EVERYTHING, pattern) == pattern
    assert any_of(NOTHING, pattern) == pattern
    assert any_of(EVERYTHING, pattern) == EVERYTHING
    assert all_of(NOTHING, pattern) == NOTHING
    assert EVERYTHING.matches("x")
    assert not NOTHING.matches("x")


def test_nothing_prints_as_a_pattern_that_aws_does_not_know():
    assert (str(NOTHING), str(EVERYTHING)) == ("{}", "")


def test_combined_json_patterns_print_as_a_json_pattern():
    assert str(all_of(parse("{ $.a = 1 || $.b = 2 }"), parse("{ $.c = 3 }"))) == "{ ($.a = 1 || $.b = 2) && $.c = 3 }"


def test_a_pattern_with_exclusions_prints_them_in_words_that_aws_does_not_know():
    narrowed = without(parse("{ $.a = 1 }"), parse("{ $.b = 1 || $.c = 1 }"), parse("word"))
    assert str(narrowed) == "{ $.a = 1 && !($.b = 1 || $.c = 1) && !(message matches <word>) }"
    assert repr(narrowed) == f"FilterPattern({str(narrowed)!r})"
    columns = without(parse("{ $.a = 1 }"), parse("[x, y = 1]"))
    assert str(columns) == "{ $.a = 1 && !(message matches <[x, y = 1]>) }"


def test_patterns_that_mean_different_things_have_different_texts():
    assert str(without(parse("{ $.a = 1 }"), EVERYTHING)) == "{ $.a = 1 && !(everything) }"
    assert str(without(parse("{ $.a = 1 }"), NOTHING)) == "{ $.a = 1 && !(nothing) }"
    a, b, word = parse("{ $.a = 1 }"), parse("{ $.b = 1 }"), parse("word")
    mixed = (all_of(a, word), any_of(a, word), word)
    assert len({str(each) for each in (all_of(a, b), any_of(a, b), without(a, b), without(b, a), *mixed)}) == 7


def test_very_deep_combinations_match_without_recursion():
    deep = parse("{ $.a = 1 }")
    for _ in range(1200):
        deep = any_of(parse("{ $.b = 1 }"), all_of(deep, parse("{ $.c = 1 }")))
    assert deep.matches({"a": 1, "c": 1})
    assert not deep.matches({"a": 1})


@given(st.integers(0, 2**32))
def test_a_second_evaluator_agrees(seed):
    dice = random.Random(seed)
    expression = generators.expression(dice, size=dice.randint(1, 8), wild=True)
    pattern = of_expression(expression)
    for _ in range(10):
        event = generators.event(dice)
        assert pattern.matches(event) == naive.matches(expression, event), (str(pattern), event)
        assert pattern.matches(json.dumps(event)) == pattern.matches(event)


@pytest.mark.parametrize(
    "pattern",
    [
        '{ $.a = "' + "*a" * 300 + '*b" }',
        "{ $.a = %a*a*a*a*a*a*a*a*a*a*b% }",
        "{ $.a = %^.*.*.*.*.*.*.*.*.*=$% }",
        "{ $.a = %a{0,500}a{0,500}b% }",
    ],
)
def test_hostile_values_are_matched_in_linear_time(pattern):
    compiled = parse(pattern)
    compiled.matches({"a": "a" * 1000})

    def seconds(length):
        start = time.perf_counter()
        assert not compiled.matches({"a": "a" * length})
        return time.perf_counter() - start

    short = min(seconds(5_000) for _ in range(3))
    assert seconds(50_000) < 100 * short + 0.5
