import pickle
import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from prowler_cis_monitoring.filter_pattern import EVERYTHING, FilterPatternError, parse
from prowler_cis_monitoring.filter_pattern.pattern import of_expression
from prowler_cis_monitoring.filter_pattern.syntax import (
    ACCEPT,
    REJECT,
    AllOf,
    AnyOf,
    Columns,
    Condition,
    Form,
    Not,
    Operator,
    Selector,
    Sign,
    Terms,
    Value,
    Wildcard,
    conjunction,
    disjunction,
    fold,
    program,
)
from tests.filter_pattern import generators

A = '{ $.a = "x" }'


def condition(text):
    return parse(f"{{ {text} }}").expression


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("$.door", ("door",)),
        ("$.door.lock-2_b", ("door", "lock-2_b")),
        ("$.doors[3]", ("doors", 3)),
        ("$.grid[0][12]", ("grid", 0, 12)),
        ("$.doors[*].name", ("doors", Wildcard.ITEMS, "name")),
        ("$.*", (Wildcard.MEMBERS,)),
        ("$.['a.b c']", ("a.b c",)),
        ("$.['door']", ("door",)),
        ("$[0]", (0,)),
    ],
)
def test_a_selector_is_read_step_by_step(text, steps):
    assert condition(f"{text} = 1").selector.steps == steps


def test_two_spellings_of_one_selector_are_the_same_pattern():
    assert parse("{ $.['door'].lock = 1 }") == parse("{$.door.lock=1}")


@pytest.mark.parametrize("operator", list(Operator))
def test_every_operator_is_read(operator):
    value = " 5" if operator.value[0] in "=!<>" else ""
    assert condition(f"$.a {operator.value}{value}").operator is operator


@pytest.mark.parametrize(
    ("text", "value", "form"),
    [
        ('"two words"', "two words", Form.QUOTED),
        (r'"say \"hi\" \\ \d"', r'say "hi" \ \d', Form.QUOTED),
        ('""', "", Form.QUOTED),
        ("kms.amazonaws.com", "kms.amazonaws.com", Form.BARE),
        ("10.*", "10.*", Form.BARE),
        ("a-b/c:d@e+f,g", "a-b/c:d@e+f,g", Form.BARE),
        ("%^a[bc]+$%", "^a[bc]+$", Form.REGEX),
    ],
)
def test_a_value_is_read_in_its_form(text, value, form):
    assert condition(f"$.a = {text}").value == Value(value, form)


@pytest.mark.parametrize(
    ("text", "number"), [("7", "7"), ("-7", "-7"), ("+7", "7"), ("7.25", "7.25"), ("7e2", "700"), ("-1.5E-1", "-0.15")]
)
def test_a_bare_number_is_a_number(text, number):
    assert str(format(condition(f"$.a = {text}").value.number, "f")) == number


@pytest.mark.parametrize("text", ['"7"', "7*", "7.7.7", "e7", "7e", "%7%", "-", "7-"])
def test_other_values_are_no_numbers(text):
    assert condition(f"$.a = {text}").value.number is None


def test_and_binds_tighter_than_or():
    assert parse("{$.a=1||$.b=2&&$.c=3}") == parse("{$.a=1||($.b=2&&$.c=3)}")
    assert parse("{$.a=1||$.b=2&&$.c=3}") != parse("{($.a=1||$.b=2)&&$.c=3}")


def test_redundant_parentheses_and_blanks_mean_nothing():
    assert parse("{ ( ( $.a\t= 1 )\r\n&& ((($.b != 2))) ) }  ") == parse("{$.a=1&&$.b!=2}")


@pytest.mark.parametrize("text", ["{$.a IS  true}", "{ $.a\nis\tTRUE }", "{$.a iS TrUe }"])
def test_words_may_be_in_any_case_with_any_blanks(text):
    assert parse(text) == parse("{ $.a IS TRUE }")


@pytest.mark.parametrize("text", ["", " ", "\t\n", '" "', ' " " '])
def test_a_blank_pattern_is_everything(text):
    assert parse(text) == EVERYTHING


SELECTOR = "( or a selector such as $.eventName"
OPERATOR = "an operator: = != < <= > >= IS NULL, IS TRUE, IS FALSE or NOT EXISTS"
VALUE = "a value: a word, a number, a text in double quotes or a %regular expression%"
TERM = "a term: letters, digits and _, or a text in double quotes"
PLACE = "a letter, a digit, one of : _ # = @ / ; , - or an operator of the regular expressions of AWS"
JOINT = "&&, || or } at the end"
BLANK = "a blank between terms; quote a term with other characters"
COMMA = "a comma, && or || or ] at the end"
EXPRESSION = "a regular expression between the percent signs"


@pytest.mark.parametrize(
    ("text", "position", "expected", "found"),
    [
        ("{", 1, "} because the pattern starts with {", ""),
        ("{ $.a = 1", 9, "} because the pattern starts with {", ""),
        ("{}", 1, SELECTOR, "}"),
        ("{ }", 2, SELECTOR, "}"),
        ("{ a = 1 }", 2, SELECTOR, "a = 1 }"),
        ("{ $ = 1 }", 2, SELECTOR, "$ = 1 }"),
        ("{ $.a[-1] = 1 }", 5, OPERATOR, "[-1] = 1 }"),
        ("{ $.a[1:2] = 1 }", 5, OPERATOR, "[1:2] = 1 }"),
        ("{ $.a }", 6, OPERATOR, "}"),
        ("{ $.a == 1 }", 7, VALUE, "= 1 }"),
        ("{ $.a = }", 8, VALUE, "}"),
        ("{ $.a = 'x' }", 8, VALUE, "'x' }"),
        ("{ $.a = two words }", 12, JOINT, "words }"),
        ('{ $.a = "x }', 12, "a closing quote", ""),
        ("{ $.a = %x }", 12, "a closing percent sign", ""),
        ("{ $.a = %% }", 9, EXPRESSION, ""),
        ("{ $.a = %x!% }", 10, PLACE, "!"),
        ("{ $.a = %(x)% }", 9, PLACE, "(x)"),
        ("{ $.a < x }", 8, "a bare number after <", "x }"),
        ('{ $.a >= "7" }', 9, "a bare number after >=", '"7" }'),
        ("{ $.a > %7% }", 8, "a bare number after >", "%7% }"),
        ("{ $.aNOT EXISTS }", 9, OPERATOR, "EXISTS }"),
        ("{ $.a EXISTS }", 6, OPERATOR, "EXISTS }"),
        ("{ $.a IS NOT NULL }", 6, OPERATOR, "IS NOT NULL }"),
        ("{ $.a IS NULLS }", 6, OPERATOR, "IS NULLS }"),
        ("{ $.a = 1 && }", 13, SELECTOR, "}"),
        ("{ && $.a = 1 }", 2, SELECTOR, "&& $.a = 1 }"),
        ("{ $.a = 1 & $.b = 2 }", 10, JOINT, "& $.b = 2 }"),
        ("{ $.a = 1 || || $.b = 2 }", 13, SELECTOR, "|| $.b = 2 }"),
        ("{ ($.a = 1 }", 11, "&&, || or )", "}"),
        ("{ $.a = 1) }", 9, JOINT, ") }"),
        ("{ $.a = 1 } x }", 10, JOINT, "} x }"),
        ("{ !($.a = 1) }", 2, SELECTOR, "!($.a = 1) }"),
        ("{ $.a[*].b[*] = 1 }", 2, "one wildcard in a selector", "$.a[*].b[*]"),
        ("{ $.a[*]=1||$.b[*]=1||$.c[*]=1||$.d.*=1 }", 32, "at most 3 selectors with a wildcard", "$.d.*"),
        ("{ $.a=%x%||$.b=%y%||$.c=%z% }", 24, "at most 2 regular expressions", "%z% }"),
        (" { $.a = 1 }", 1, TERM, "{ $.a = 1 }"),
        ("ERROR:", 5, BLANK, ":"),
        ('"a"b', 3, BLANK, "b"),
        ('"a"-b', 3, BLANK, "-b"),
        ("-", 1, TERM, ""),
        ("? a", 1, TERM, " a"),
        ("(a)", 0, TERM, "(a)"),
        ('a ""', 2, "a term that is not empty", '""'),
        ('a "b', 4, "a closing quote", ""),
        ("a 'b'", 2, TERM, "'b'"),
        ("a !", 2, TERM, "!"),
        ("%a", 2, "a closing percent sign", ""),
        ("%a% b", 3, "the end of the pattern", " b"),
        ("%%", 1, EXPRESSION, ""),
        ("[a", 2, "] because the pattern starts with [", ""),
        ("[a-b]", 2, COMMA, "-b]"),
        ("[a, a]", 4, "every column name only once", "a]"),
        ("[..., a, ...]", 9, "every column name only once", "...]"),
        ("[a = 4* && b > 1]", 11, "another test of the same column, a", "b > 1]"),
        ("[a = 4* && a]", 12, "an operator: = != < <= > >=", "]"),
        ("[a = x b = y]", 7, COMMA, "b = y]"),
        ("[a > x]", 5, "a bare number after >", "x]"),
        ("[a=%x%, b=%y%, c=%z%]", 15, "at most 2 regular expressions", "c=%z%]"),
        ("[a] b]", 2, COMMA, "] b]"),
        ("[... = 1]", 5, COMMA, "= 1]"),
        ("[= 1]", 1, COMMA, "= 1]"),
        ("[a > 1 && a < x]", 14, "a bare number after <", "x]"),
        ("[a = %x!%]", 7, PLACE, "!"),
        ('[a = "x]', 8, "a closing quote", ""),
        ("{ $.a = 1 }\v", 12, "} because the pattern starts with {", ""),
        ("[a]\v", 4, "] because the pattern starts with [", ""),
        ("%a%\v", 3, "the end of the pattern", "\v"),
    ],
)
def test_what_aws_rejects_is_rejected_with_the_column_and_what_was_expected(text, position, expected, found):
    with pytest.raises(FilterPatternError) as caught:
        parse(text)
    told = f"{expected}, found {found!r}" if found else expected
    assert str(caught.value) == f"column {position + 1}: expected {told}"
    assert (caught.value.position, caught.value.expected) == (position, expected)


def test_1024_characters_are_accepted_and_one_more_is_not():
    assert parse("x" * 1024)
    with pytest.raises(FilterPatternError, match=r"column 1025: expected at most 1024 characters$"):
        parse("x" * 1025)


def test_three_wildcard_selectors_and_two_regexes_are_accepted():
    assert parse("{ $.a[*]=%x% || $.b[*]=%y% || $.c.*=1 }")
    assert parse("[a=%x%, b=%y%]")
    assert parse("{ $.a[*]=1 || $.b[*]=1 || $.c[*]=1 || $.['x**']=1 }")


def test_the_error_quotes_what_it_found_and_survives_a_pickle():
    with pytest.raises(FilterPatternError, match="found 'nonsense}'") as caught:
        parse("{ nonsense}")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.position, again.expected) == (
        str(caught.value),
        caught.value.position,
        caught.value.expected,
    )


def test_the_error_quotes_twenty_characters():
    with pytest.raises(FilterPatternError, match=r"found 'nonsense_of_many_let'$"):
        parse("{ nonsense_of_many_letters }")


def test_a_value_and_a_selector_print_without_what_follows_from_them():
    assert repr(Value("7", Form.BARE)) == "Value(text='7', form=<Form.BARE: 'bare'>)"
    assert repr(Value("x", Form.QUOTED)) == "Value(text='x', form=<Form.QUOTED: 'quoted'>)"
    assert repr(Value("x", Form.REGEX)) == "Value(text='x', form=<Form.REGEX: 'regex'>)"
    assert repr(Selector(("a", Wildcard.ITEMS))) == "Selector(steps=('a', <Wildcard.ITEMS: '[*]'>))"
    assert repr(parse("{ $.a = 1 }")) == "FilterPattern('{ $.a = 1 }')"


def test_500_nested_parentheses_are_read_printed_and_hashed():
    deep = parse("{" + "(" * 500 + "$.a=1" + ")" * 500 + "}")
    assert deep == parse("{$.a=1}")
    assert hash(deep) == hash(parse("{$.a=1}"))


def test_deep_alternation_of_and_and_or_keeps_its_text():
    text = "$.a=1"
    for level in range(100):
        text = f"($.b=2{'&&' if level % 2 else '||'}{text})" if len(text) < 1000 else text
    deep = parse("{" + text + "}")
    assert parse(str(deep)) == deep


def test_a_pattern_at_the_length_limit_still_prints_within_it():
    text = "{" + "||".join(f"$.a={number:03}" for number in range(102)) + "}"
    assert len(text) <= 1024
    assert len(str(parse(text))) <= 1024
    assert parse(str(parse(text))) == parse(text)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("{$.a=1&&($.b=2||$.c=3)}", "{ $.a = 1 && ($.b = 2 || $.c = 3) }"),
        ("{(($.a=1&&$.b=2))||$.c=3}", "{ $.a = 1 && $.b = 2 || $.c = 3 }"),
        ("{$.a.*=1||$.b[*].c[0]!=x}", "{ $.a.* = 1 || $.b[*].c[0] != x }"),
        ("{$.['x y'] not exists}", "{ $.['x y'] NOT EXISTS }"),
        (r'{$.a="\"\\"}', r'{ $.a = "\"\\" }'),
        (r'{$.a="\d\\"}', r'{ $.a = "\d\\" }'),
        ("{$.a=%x%}", "{ $.a = %x% }"),
        ('  ERROR   -"not this" ?b', 'ERROR -"not this" ?b'),
        ("one-two", "one -two"),
        ("X  -X ?Xa", "X -X ?Xa"),
        ("%a b%  ", "%a b%"),
        ("[a,b=1||b=2&&b!=3,...]", "[a, b = 1 || b = 2 && b != 3, ...]"),
        ("[a,]", "[a, ]"),
        ("[ ]", "[]"),
    ],
)
def test_the_canonical_text_is_readable(text, canonical):
    assert str(parse(text)) == canonical
    assert parse(canonical) == parse(text)


def test_columns_at_the_length_limit_print_within_it():
    text = "[" + ",".join(f"c{number:03}=1" for number in range(140)) + "]"
    assert len(text) <= 1024
    assert parse(str(parse(text))) == parse(text)


def test_terms_at_the_length_limit_print_within_it():
    text = "-".join("x" * 500 for _ in range(2)) + "-"
    pattern = parse(text + "y" * (1024 - len(text)))
    assert parse(str(pattern)) == pattern


def test_a_term_behind_a_quoted_one_keeps_its_blank_at_the_length_limit():
    text = 'x-y "q r" -'
    text += "z" * (1024 - len(text))
    assert str(parse(text)) == text


def test_terms_know_their_signs():
    expression = parse('a -b ?c -"d e" ?"f"').expression
    assert [(term.text, term.sign) for term in expression.terms] == [
        ("a", Sign.PRESENT),
        ("b", Sign.ABSENT),
        ("c", Sign.OPTIONAL),
        ("d e", Sign.ABSENT),
        ("f", Sign.OPTIONAL),
    ]


def test_empty_brackets_are_a_pattern_without_columns():
    assert parse("[]").expression == Columns(())


@given(st.integers(0, 2**32))
def test_text_and_pattern_are_two_forms_of_the_same(seed):
    dice = random.Random(seed)
    pattern = of_expression(generators.expression(dice, size=dice.randint(1, 12)))
    assume(str(pattern).count("%") <= 4)
    again = parse(str(pattern))
    assert again == pattern
    assert again.expression == pattern.expression


TOKENS = [
    *"{}()$=<%\\x1-?,[] \n*'",
    "$.",
    "a",
    ".b",
    "[0]",
    "[*]",
    ".*",
    "!=",
    "IS",
    " NULL",
    "NOT EXISTS",
    "&&",
    "||",
    "...",
    "é",
]
BYTES = st.binary(max_size=60).map(lambda raw: raw.decode("utf-8", "replace"))
SOUP = st.lists(st.sampled_from([*TOKENS, '"']), max_size=40).map("".join)


def read(text):
    try:
        return parse(text), None
    except FilterPatternError as error:
        return None, error


@given(st.one_of(st.text(max_size=60), SOUP, BYTES))
def test_no_text_raises_anything_but_a_filter_pattern_error(text):
    pattern, error = read(text)
    if error is None:
        assert parse(str(pattern)) == pattern
    else:
        assert 0 <= error.position <= len(text)
        assert error.expected


@given(st.text(alphabet='a"\\*%x', max_size=12))
def test_any_quoted_text_survives_printing(text):
    pattern = of_expression(Condition(Selector(("a",)), Operator.EQUAL, Value(text, Form.QUOTED)))
    assert parse(str(pattern)).expression.value.text == text


def test_joining_drops_needless_nesting():
    one, two, three = (condition(f"$.{name} = 1") for name in "abc")
    assert conjunction([one, AllOf((two, three))]) == AllOf((one, two, three))
    assert disjunction([AnyOf((one, two)), three]) == AnyOf((one, two, three))
    assert conjunction([one]) == one
    assert conjunction([one, AnyOf(())]) == AnyOf(())
    assert disjunction([one, AllOf(())]) == AllOf(())


def test_fold_gives_parts_in_order():
    tree = AllOf((condition("$.a = 1"), AnyOf((condition("$.b = 1"), Not(condition("$.c = 1"))))))
    assert fold(tree, lambda leaf: str(leaf.selector), lambda node, parts: [type(node).__name__, *parts]) == [
        "AllOf",
        "$.a",
        ["AnyOf", "$.b", ["Not", "$.c"]],
    ]


def test_a_program_of_everything_accepts_and_of_nothing_rejects():
    assert program(AllOf(())) == (ACCEPT, ())
    assert program(AnyOf(())) == (REJECT, ())
    assert program(Not(AnyOf(()))) == (ACCEPT, ())


def test_terms_of_a_parsed_pattern_are_a_tuple():
    assert isinstance(parse("a b").expression, Terms)
