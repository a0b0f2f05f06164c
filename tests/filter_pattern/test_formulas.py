"""The formulas that coverage is decided with."""

import pytest

from prowler_cis_monitoring.filter_pattern import parse
from prowler_cis_monitoring.filter_pattern.formulas import (
    MAXIMUM_DEPTH,
    MAXIMUM_INSTANCES,
    PRESENT,
    Field,
    Joint,
    Literal,
    Text,
    assigned,
    depth,
    distinct_tests,
    first_literal,
    formula_of,
    instances_of,
    interned,
    joined,
    literals,
    paths_of,
    plain_formula,
    variables_of,
    wildcard_conditions,
)
from prowler_cis_monitoring.filter_pattern.matching import Number, Reading
from prowler_cis_monitoring.filter_pattern.message_texts import held_texts, text_outcome
from prowler_cis_monitoring.filter_pattern.pattern import all_of, any_of, without
from prowler_cis_monitoring.filter_pattern.syntax import Form, Operator, Value, Wildcard
from prowler_cis_monitoring.filter_pattern.work import TooHardError, Work

HERE = Reading()
A, B = Field(("a",)), Field(("b",))


def equal(text, form=Form.BARE, texts=None):
    return interned(Operator.EQUAL, Value(text, form), texts)


def is_a(text, *, positive=True, form=Form.BARE):
    return Literal(A, equal(text, form), positive=positive)


def leaf(text):
    return parse(text).expression


@pytest.mark.parametrize(
    ("test", "node", "held"),
    [
        (equal("x"), "x", ["x"]),
        (equal("x"), "y", []),
        (equal("*ab*c"), "zabc", ["ab", "c"]),
        (equal("*"), "z", []),
        (equal("x", Form.REGEX), "x", []),
        (equal("x", texts=frozenset({"x", "y"})), "y", ["y"]),
        (equal("x", texts=frozenset({"x", "y"})), "z", []),
        (equal("1"), Number("1"), []),
        (interned(Operator.UNEQUAL, Value("x", Form.BARE)), "x", []),
        (interned(Operator.NOT_EXISTS, None), "x", []),
        (PRESENT, "x", []),
    ],
)
def test_texts_that_every_value_with_the_same_outcome_holds(test, node, held):
    assert held_texts(test, node, HERE) == held


@pytest.mark.parametrize(
    ("pattern", "fragments", "outcome"),
    [
        ("ERROR", ["an ERROR here"], True),
        ("ERROR", ["error"], None),
        ("-ERROR", ["ERROR"], False),
        ("-ERROR", [], None),
        ("A B", ["A", "B"], True),
        ("A B", ["A"], None),
        ("A -B", ["A B"], False),
        ("A -B", ["A"], None),
        ("?A ?B", ["B"], True),
        ("?A ?B", ["C"], None),
        ("?A B", ["B"], True),
        ("?A B", ["A"], None),
        ('"a\\"b"', ['a"b'], None),
        ("%ERR.R%", ["ERROR"], True),
        ("%ERR.R%", ["WARN"], None),
        ("%XERROR%", ["XERROR"], True),
        ("%^ERROR%", ["ERROR"], None),
        ("%ERROR$%", ["ERROR"], None),
        ("[]", [], None),
        ("[a, b]", ["a b"], None),
    ],
)
def test_what_certain_texts_say_of_a_pattern_on_the_message(pattern, fragments, outcome):
    assert text_outcome(leaf(pattern), fragments) is outcome


@pytest.mark.parametrize("is_and", [True, False])
def test_joining_drops_what_decides_nothing(is_and):
    one, other = is_a("x"), Literal(B, PRESENT, positive=True)
    assert joined([], is_and=is_and) is is_and
    assert joined([is_and, one], is_and=is_and) is one
    assert joined([one, not is_and], is_and=is_and) is not is_and
    both = joined([one, joined([other, is_and], is_and=is_and)], is_and=is_and)
    assert (both.parts, both.is_and) == ([one, other], is_and)
    flat = joined([one, Joint([other, other], is_and=is_and)], is_and=is_and)
    assert len(flat.parts) == 3
    nested = joined([one, Joint([other, other], is_and=not is_and)], is_and=is_and)
    assert len(nested.parts) == 2


def test_tests_for_texts_of_one_field_become_one():
    either = joined([is_a("x"), is_a("y")], is_and=False)
    assert (either.test.texts, either.positive) == ({"x", "y"}, True)
    neither = joined([is_a("x", positive=False), is_a("y", positive=False)], is_and=True)
    assert (neither.test.texts, neither.positive) == ({"x", "y"}, False)


@pytest.mark.parametrize("form", [Form.BARE, Form.QUOTED])
def test_one_test_for_several_texts_holds_where_one_of_them_does(form):
    test = joined([is_a("true", form=form), is_a("5x", form=form), is_a("y", form=form)], is_and=False).test
    lenient = Reading(booleans_are_text=True)
    assert [test.holds(node, lenient) for node in ("5x", "x", True, False, Number("5"))] == [
        True,
        False,
        True,
        False,
        False,
    ]
    assert test.holds(True, Reading(booleans_are_text=True, quoted_booleans=False)) is (form is Form.BARE)
    assert not test.holds(True, HERE)


@pytest.mark.parametrize(
    ("first", "second", "is_and"),
    [
        (is_a("x"), is_a("y"), True),
        (is_a("x", positive=False), is_a("y", positive=False), False),
        (is_a("x"), is_a("y", positive=False), False),
        (is_a("x"), is_a("y", form=Form.QUOTED), False),
        (is_a("x"), is_a("y*"), False),
        (is_a("x"), is_a("1"), False),
        (is_a("x"), Literal(B, equal("y"), positive=True), False),
        (is_a("x"), Literal(A, PRESENT, positive=True), False),
        (is_a("x"), Literal(A, interned(Operator.UNEQUAL, Value("y", Form.BARE)), positive=True), False),
    ],
)
def test_other_tests_stay_apart(first, second, is_and):
    assert joined([first, second], is_and=is_and).parts == [first, second]


def test_what_is_known_of_a_variable_simplifies_a_formula():
    x, y, b = is_a("x"), is_a("y", positive=False), Literal(B, PRESENT, positive=True)
    known = {x.test: True, y.test: None}.get
    assert assigned(True, "$.a", known) is True
    assert assigned(x, "$.a", known) is True
    assert assigned(is_a("x", positive=False), "$.a", known) is False
    assert assigned(y, "$.a", known) is y
    assert assigned(b, "$.a", known) is b
    assert assigned(Joint([x, b], is_and=True), "$.a", known) is b
    assert assigned(Joint([x, b], is_and=False), "$.a", known) is True
    assert assigned(Joint([x, x], is_and=True), "$.a", known) is True
    assert assigned(Joint([x, y, b], is_and=True), "$.a", known).parts == [y, b]
    only_b = Joint([b, b], is_and=True)
    assert assigned(only_b, "$.a", known) is only_b


def test_literals_and_tests_are_found_by_variable():
    x, b = is_a("x"), Literal(B, PRESENT, positive=True)
    formula = Joint([x, Joint([b, x], is_and=False)], is_and=True)
    assert list(literals(formula)) == [x, b, x]
    assert first_literal(formula) is x
    assert distinct_tests([True, formula, x, b], "$.a") == (x.test,)
    assert distinct_tests([b, formula], "$.c") == ()
    assert list(literals(True)) == []
    assert variables_of(formula) == {"$.a": A, "$.b": B}
    assert variables_of(x) == {"$.a": A}
    assert variables_of(False) == {}


def test_a_pattern_on_the_message_is_one_variable():
    formula = plain_formula(Work(), parse("ERROR"), False)
    assert (formula.variable, formula.test, formula.positive) == (Text(leaf("ERROR")), PRESENT, False)


def test_depth_counts_nested_conjunctions_and_disjunctions():
    assert depth(parse("{ $.a = 1 }")) == 0
    assert depth(parse("{ $.a = 1 && ($.b = 1 || $.c = 1) }")) == 2


def test_patterns_are_nested_as_deeply_as_allowed_and_no_deeper():
    one, two = parse("{ $.a = 1 }"), parse("{ $.b = 1 }")
    deep = one
    for level in range(MAXIMUM_DEPTH):
        deep = any_of(two, deep) if level % 2 else all_of(two, deep)
    formula_of(Work(), deep, positive=True, instances={}, reading=HERE)
    with pytest.raises(TooHardError, match=f"more than {MAXIMUM_DEPTH} deep"):
        formula_of(Work(), all_of(one, any_of(two, all_of(one, deep))), positive=True, instances={}, reading=HERE)


@pytest.mark.parametrize(
    ("pattern", "paths", "keys"),
    [
        ("{ $.r[*].x = 1 }", [], (0,)),
        ("{ $.r[*].x = 1 }", [("r", 2)], (0, 1, 2, 3)),
        ("{ $.r[*].x = 1 && $.r[*].y = 1 }", [], (0, 1)),
        ("{ $.r.* = 1 }", [("r", "known")], ("known", "member1")),
        ("{ $.r.* = 1 }", [("s", "known")], ("member1",)),
        ("{ $.r.* = 1 }", [("r",)], ("member1",)),
        ("{ $.r.* = 1 }", [("r", "member1")], ("member1", "member2")),
        ("{ $.r.* = 1 && $.r.* = 2 }", [("s", "member2")], ("member1", "member3")),
    ],
)
def test_a_wildcard_stands_for_what_is_named_and_one_more_for_each_condition(pattern, paths, keys):
    found = instances_of(wildcard_conditions(parse(pattern)), paths, (), HERE)
    assert list(found.values()) == [keys]


@pytest.mark.parametrize(
    ("condition", "reading", "wanted", "negated"),
    [
        ("$.r.* = x", HERE, 1, 0),
        ("$.r.* != x", HERE, 1, 0),
        ("$.r.* != x", Reading(every_node=True), 2, 1),
        ("$.r.* IS NULL", Reading(every_node=True), 2, 1),
        ("$.r.* = x", Reading(every_node=True), 1, 0),
        ("$.r.*.b NOT EXISTS", HERE, 0, 1),
        ("$.r.*.b NOT EXISTS", Reading(absent_somewhere=True), 1, 1),
    ],
)
def test_a_condition_asks_for_as_many_nodes_as_its_meaning_needs(condition, reading, wanted, negated):
    def nodes(*, positive):
        (keys,) = instances_of([(leaf(f"{{ {condition} }}"), positive)], [], (), reading).values()
        return len(keys)

    assert (nodes(positive=True), nodes(positive=False)) == (wanted, negated)


def test_a_wildcard_at_the_root_stands_for_what_every_event_has():
    found = instances_of(wildcard_conditions(parse("{ $.* = 1 }")), [], ("always",), HERE)
    assert found == {((), Wildcard.MEMBERS): ("always", "member1")}
    below = instances_of(wildcard_conditions(parse("{ $.r.* = 1 }")), [], ("always",), HERE)
    assert below == {(("r",), Wildcard.MEMBERS): ("member1",)}


def test_wildcards_over_too_many_nodes_are_too_hard():
    conditions = wildcard_conditions(parse("{ $.r[*].x = 1 }"))
    instances_of(conditions, [("r", MAXIMUM_INSTANCES - 2)], (), HERE)
    with pytest.raises(TooHardError, match=r"^wildcard selectors over many nodes$"):
        instances_of(conditions, [("r", MAXIMUM_INSTANCES - 1)], (), HERE)


def test_a_negation_turns_the_sign_of_what_is_below():
    once = without(parse("{ $.a = 1 }"), parse("{ $.b[*] = 1 }"))
    assert [positive for _, positive in wildcard_conditions(once)] == [False]
    twice = without(parse("{ $.c[*] = 1 }"), once)
    assert [positive for _, positive in wildcard_conditions(twice)] == [True, True]


def test_as_many_members_as_conditions_are_needed_or_it_is_too_hard():
    conditions = wildcard_conditions(parse("{ $.r.* = 1 }")) * (MAXIMUM_INSTANCES + 1)
    (keys,) = instances_of(conditions[1:], [], (), HERE).values()
    assert len(keys) == MAXIMUM_INSTANCES
    with pytest.raises(TooHardError):
        instances_of(conditions, [], (), HERE)


def test_paths_of_a_pattern_include_wildcards():
    assert set(paths_of(parse("{ $.a = 1 && $.r[*].x = 1 }"))) == {("a",), ("r", Wildcard.ITEMS, "x")}
    assert paths_of(parse("ERROR")) == ()
