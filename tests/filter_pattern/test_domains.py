import pytest

from prowler_cis_monitoring.filter_pattern import FieldFact, parse
from prowler_cis_monitoring.filter_pattern.domains import (
    ARRAY,
    OBJECT,
    candidates,
    distinct,
    doubts,
    fits,
    fitting,
    may_stand,
    null_parent,
    wildcard_doubts,
)
from prowler_cis_monitoring.filter_pattern.formulas import Test as FieldTest
from prowler_cis_monitoring.filter_pattern.formulas import interned
from prowler_cis_monitoring.filter_pattern.matching import MISSING, PLAUSIBLE, UNDER_NULL, Number, kind_of
from prowler_cis_monitoring.filter_pattern.syntax import Form, Operator, Value
from prowler_cis_monitoring.filter_pattern.work import Work


def bare(operator, text):
    return interned(operator, Value(text, Form.BARE))


def fact_of(**kinds):
    facts = {name.replace("_", "."): FieldFact(name, frozenset(words.split()), "here") for name, words in kinds.items()}
    return lambda path: facts.get(".".join(map(str, path)))


NO_FACTS = fact_of()


# --- Values ---------------------------------------------------------------------------------------


def test_without_facts_every_kind_is_a_candidate():
    nodes, _ = candidates(Work(), (bare(Operator.EQUAL, "x"),), None, ())
    assert {kind_of(node) for node in nodes} == {
        *("missing", "null", "object", "array", "true", "false", "number", "string"),
    }
    assert UNDER_NULL in nodes


def test_a_fact_limits_kinds_and_texts():
    fact = FieldFact("$.a", frozenset({"string", "missing"}), "here", ("Yes", "No"))
    nodes, exact = candidates(Work(), (bare(Operator.EQUAL, "x"),), fact, ("natural",))
    assert nodes == ("Yes", "No", MISSING, UNDER_NULL)
    assert exact == {"Yes", "No"}


def test_a_fact_about_texts_says_nothing_of_numbers():
    fact = FieldFact("$.a", frozenset({"string", "number"}), "here", ("Yes", "No"))
    nodes, _ = candidates(Work(), (interned(Operator.EQUAL, Value("7", Form.QUOTED)),), fact, ())
    assert "7" in {node.text for node in nodes if isinstance(node, Number)}


def test_exact_values_natural_values_and_one_other_are_candidates():
    nodes, exact = candidates(Work(), (bare(Operator.EQUAL, "b"), bare(Operator.UNEQUAL, "other")), None, ("known",))
    assert [node for node in nodes if isinstance(node, str)] == ["known", "b", "other", "otherx"]
    assert exact == {"b", "other"}


def test_numbers_around_every_constant_are_candidates():
    nodes, _ = candidates(Work(), (bare(Operator.GREATER, "4"), bare(Operator.EQUAL, "5")), None, ())
    numbers = {node.value for node in nodes if isinstance(node, Number)}
    assert any(number <= 4 for number in numbers)
    assert any(number > 4 and number != 5 for number in numbers)
    assert 5 in numbers


def test_numbers_whose_text_fits_a_wildcard_are_candidates():
    nodes, _ = candidates(Work(), (bare(Operator.EQUAL, "2*"),), None, ())
    texts = [node.text for node in nodes if isinstance(node, Number)]
    assert {text.startswith("2") for text in texts} == {True, False}


def test_an_exact_text_that_a_wildcard_also_matches_leaves_room_for_another_text():
    nodes, _ = candidates(Work(), (bare(Operator.EQUAL, "a*"), bare(Operator.EQUAL, "a")), None, ())
    texts = [node for node in nodes if isinstance(node, str)]
    assert any(text.startswith("a") and text != "a" for text in texts)
    assert any(not text.startswith("a") for text in texts)


def test_texts_around_every_constant_are_candidates():
    nodes, _ = candidates(Work(), (bare(Operator.GREATER, "4"),), None, ())
    texts = {node for node in nodes if isinstance(node, str)}
    numbers = {float(text) for text in texts if text.isdigit()}
    assert any(number > 4 for number in numbers)
    assert any(number <= 4 for number in numbers)
    assert any(not text.isdigit() for text in texts)


def test_a_text_on_which_the_matchers_of_wildcards_differ_is_a_candidate():
    nodes, _ = candidates(Work(), (bare(Operator.EQUAL, "*ab"),), None, ())
    assert {"ab", "abab"} <= {node for node in nodes if isinstance(node, str)}


def test_only_one_of_several_values_that_nothing_tells_apart_is_kept():
    tests = (bare(Operator.EQUAL, "x"),)
    kept = distinct(Work(), ("y", "z", "x", MISSING, UNDER_NULL, OBJECT, ARRAY), tests, PLAUSIBLE, frozenset())
    assert [entry.node for entry in kept] == ["y", "x", MISSING, UNDER_NULL, OBJECT, ARRAY]
    assert [entry.outcome[tests[0]] for entry in kept] == [False, True, False, False, False, False]


def test_singled_out_texts_are_kept():
    tests = (bare(Operator.EQUAL, "x"),)
    kept = distinct(Work(), ("y", "z", "w"), tests, PLAUSIBLE, frozenset({"z"}))
    assert [entry.node for entry in kept] == ["y", "z"]
    assert [entry.node for entry in distinct(Work(), (True, False), tests, PLAUSIBLE, frozenset())] == [True]
    both = distinct(Work(), (True, False, "z"), tests, PLAUSIBLE, frozenset({True, False}))
    assert [entry.node for entry in both] == [True, False, "z"]


@pytest.mark.parametrize(
    ("test", "node", "doubt"),
    [
        (bare(Operator.EQUAL, "x"), True, {"booleans_are_text"}),
        (bare(Operator.UNEQUAL, "x"), False, {"booleans_are_text"}),
        (bare(Operator.LESS, "5"), True, set()),
        (FieldTest(Operator.IS_TRUE), True, set()),
        (FieldTest(None), True, set()),
        (bare(Operator.LESS, "5"), "4", {"texts_have_size"}),
        (bare(Operator.LESS, "5"), "four", set()),
        (bare(Operator.LESS, "5"), Number("4"), set()),
        (bare(Operator.EQUAL, "5"), "4", set()),
        (bare(Operator.EQUAL, "*a"), "aa", {"leftmost_wildcards"}),
        (bare(Operator.EQUAL, "*a"), "ba", set()),
        (bare(Operator.EQUAL, "*a"), "b", set()),
        (bare(Operator.EQUAL, "*1"), Number("11"), {"leftmost_wildcards"}),
        (bare(Operator.EQUAL, "a*"), "aa", set()),
        (FieldTest(Operator.NOT_EXISTS), UNDER_NULL, {"missing_under_null"}),
        (FieldTest(Operator.IS_NULL), UNDER_NULL, set()),
        (FieldTest(Operator.NOT_EXISTS), MISSING, set()),
        (bare(Operator.EQUAL, "x"), None, set()),
        (bare(Operator.EQUAL, "x"), OBJECT, set()),
    ],
)
def test_the_undocumented_is_known_value_by_value(test, node, doubt):
    assert doubts([test], node) == doubt


PRESENCE = FieldTest(None)
MEMBERSHIP = interned(Operator.EQUAL, Value("5", Form.QUOTED), frozenset({"5", "6"}))


@pytest.mark.parametrize(
    "first", [PRESENCE, MEMBERSHIP, interned(Operator.NOT_EXISTS, None), bare(Operator.EQUAL, "x")]
)
def test_each_test_adds_its_doubts(first):
    assert doubts([first, bare(Operator.GREATER, "3")], "5") == {"texts_have_size"}
    assert doubts([first, bare(Operator.GREATER, "3")], Number("5")) == frozenset()
    assert doubts([first, bare(Operator.GREATER, "3"), bare(Operator.EQUAL, "*11")], "111") == {
        "texts_have_size",
        "leftmost_wildcards",
    }
    assert doubts([first, bare(Operator.EQUAL, "*11")], Number("111")) == {"leftmost_wildcards"}


@pytest.mark.parametrize("first", [PRESENCE, MEMBERSHIP, interned(Operator.NOT_EXISTS, None)])
def test_numbers_around_the_constants_of_each_test_are_candidates(first):
    nodes, _ = candidates(Work(), (first, bare(Operator.GREATER, "4")), None, ())
    numbers = {float(node.text) for node in nodes if isinstance(node, Number)}
    assert any(number > 4 for number in numbers)
    assert any(number <= 4 for number in numbers)


def test_without_constants_one_number_is_a_candidate():
    nodes, exact = candidates(Work(), (PRESENCE,), None, ())
    assert [node.text for node in nodes if isinstance(node, Number)] == ["1"]
    assert ([node for node in nodes if isinstance(node, str)], exact) == (["other"], frozenset())


def test_the_other_text_is_no_exact_one():
    nodes, _ = candidates(Work(), (bare(Operator.EQUAL, "other"), bare(Operator.EQUAL, "otherx")), None, ())
    assert {"other", "otherx", "otherxx"} <= {node for node in nodes if isinstance(node, str)}


def test_conditions_with_wildcard_selectors_leave_open_what_they_mean_for_several_nodes():
    def doubted(condition):
        return wildcard_doubts([parse(f"{{ $.a[*]{condition} }}").expression])

    assert doubted(" = x") == doubted(" > 1") == frozenset()
    assert doubted(" != x") == doubted(" IS NULL") == doubted(" IS TRUE") == doubted(" IS FALSE") == {"every_node"}
    assert doubted(".b NOT EXISTS") == {"absent_somewhere"}


# --- Structure ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "node", "other", "value", "expected"),
    [
        (("a",), "x", ("b",), "y", True),
        (("a",), "x", ("a", "b"), "y", False),
        (("a",), OBJECT, ("a", "b"), "y", True),
        (("a",), ARRAY, ("a", "b"), "y", False),
        (("a",), ARRAY, ("a", 0), "y", True),
        (("a",), OBJECT, ("a", 0), "y", False),
        (("a",), None, ("a", "b"), "y", False),
        (("a",), MISSING, ("a", "b"), "y", False),
        (("a",), MISSING, ("a", "b"), MISSING, True),
        (("a",), "x", ("a", "b"), MISSING, True),
        (("a",), None, ("a", "b"), MISSING, False),
        (("a",), None, ("a", "b"), UNDER_NULL, True),
        (("a",), UNDER_NULL, ("a", "b"), UNDER_NULL, True),
        (("a",), UNDER_NULL, ("a", "b"), MISSING, False),
        (("a",), OBJECT, ("a", "b"), UNDER_NULL, True),
        (("a",), "x", ("a", "b"), UNDER_NULL, False),
        (("a",), ARRAY, ("a", "b"), UNDER_NULL, False),
        (("a", "b"), "x", ("a", 0), "y", False),
        (("a", "b"), "x", ("a", 0), MISSING, True),
        (("a", 0), MISSING, ("a", 1), "y", False),
        (("a", 0), "x", ("a", 1), MISSING, True),
        (("a", 0), MISSING, ("a", 1, "b"), "y", False),
        (("a", 0, "b"), MISSING, ("a", 1), "y", True),
        (("a", 1), MISSING, ("a", 0), "y", True),
        (("b", 0), MISSING, ("a", 1), "y", True),
    ],
)
def test_two_fields_of_one_document_fit_or_do_not(path, node, other, value, expected):
    assert fits(path, node, [(other, value)]) is expected
    assert fits(other, value, [(path, node)]) is expected


def test_fitting_values_are_those_that_agree_with_some_value_of_another_field():
    test = (bare(Operator.EQUAL, "x"),)

    def entries(*nodes):
        return distinct(Work(), nodes, test, PLAUSIBLE, frozenset())

    parents, children = entries("x", OBJECT, None, ARRAY), frozenset(["scalar"])
    assert [entry.node for entry in fitting(("a",), parents, ("a", "b"), children)] == [OBJECT]
    nodes = [entry.node for entry in fitting(("a",), parents, ("a", "b"), children | {"under null"})]
    assert nodes == [OBJECT, None]
    assert fitting(("a",), parents, ("b", "c"), children) == parents


def test_facts_about_parents_forbid_children():
    facts = fact_of(a="string", b="object", c="array missing")
    assert not may_stand(("a", "x"), "y", facts)
    assert may_stand(("a", "x"), MISSING, facts)
    assert may_stand(("b", "x"), "y", facts)
    assert not may_stand(("b", 0), "y", facts)
    assert may_stand(("c", 0), "y", facts)
    assert may_stand(("d", "x"), "y", facts)
    nothing = fact_of(a="null", b="null missing")
    assert not may_stand(("a", "x"), MISSING, nothing)
    assert may_stand(("a", "x"), UNDER_NULL, nothing)
    assert may_stand(("b", "x"), MISSING, nothing)
    assert may_stand(("c", "x"), MISSING, nothing)


@pytest.mark.parametrize(
    ("path", "values", "facts", "parent"),
    [
        (("a", "b"), [], NO_FACTS, ("a",)),
        (("a", "b", "c"), [], NO_FACTS, ("a", "b")),
        (("a", "b", "c"), [(("a", "b"), UNDER_NULL)], NO_FACTS, ("a",)),
        (("a", "b", "c"), [(("a", "b"), None)], NO_FACTS, ("a", "b")),
        (("a", "b"), [(("a",), OBJECT)], NO_FACTS, None),
        (("a", "b"), [(("a", "c"), "x")], NO_FACTS, None),
        (("a", "b"), [(("a", "c"), MISSING)], NO_FACTS, None),
        (("a", "b"), [(("a", "c"), UNDER_NULL)], NO_FACTS, ("a",)),
        (("a", "b"), [(("d", "c"), "x")], NO_FACTS, ("a",)),
        (("a", "b"), [], fact_of(a="object"), None),
        (("a", "b"), [], fact_of(a="object null"), ("a",)),
        (("a", "b", "c"), [], fact_of(a="object"), ("a", "b")),
        (("a", "b", "c"), [], fact_of(a="null string"), ("a",)),
        (("a", "b", "c"), [], fact_of(a="array"), None),
        (("a", 0, "c"), [], fact_of(a="object"), None),
        (("a", 0, "c"), [], fact_of(a="array"), ("a", 0)),
        (("a", "b", "c"), [], fact_of(a_b="object", a="null object"), ("a",)),
        (("a", "b", "c"), [(("a", "d"), "x")], NO_FACTS, ("a", "b")),
    ],
)
def test_a_member_is_missing_under_null_if_a_parent_can_be_null(path, values, facts, parent):
    assert null_parent(path, [(path, UNDER_NULL), *values], facts) == parent
