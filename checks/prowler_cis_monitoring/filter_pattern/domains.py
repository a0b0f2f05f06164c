"""The values of a field that a question can tell apart, and which of them AWS leaves undocumented.

Numbers are taken as JSON writers print them, without an exponent: how a number like 1e30 reads as a text is unknown.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from prowler_cis_monitoring.filter_pattern.automata import (
    Glob,
    Language,
    OneOf,
    witnesses,
)
from prowler_cis_monitoring.filter_pattern.automata import (
    Number as NumberTexts,
)
from prowler_cis_monitoring.filter_pattern.matching import (
    MISSING,
    SPREADING,
    UNDER_NULL,
    Number,
    Reading,
    kind_of,
)
from prowler_cis_monitoring.filter_pattern.syntax import Condition, Operator, Value
from prowler_cis_monitoring.filter_pattern.work import Work, remembered
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prowler_cis_monitoring.filter_pattern.facts import FieldFact
    from prowler_cis_monitoring.filter_pattern.formulas import Path, Test
    from prowler_cis_monitoring.filter_pattern.regex import Regex

# Characters of a text that one unit of work compares.
_CHARACTERS_IN_A_UNIT: Final = 32
_SIZES: Final = {
    Operator.LESS: "<",
    Operator.LESS_OR_EQUAL: "<=",
    Operator.GREATER: ">",
    Operator.GREATER_OR_EQUAL: ">=",
    Operator.EQUAL: "=",
    Operator.UNEQUAL: "=",
}


class _EmptyObject(dict[str, object]):
    """An object of which nothing is known; compared by identity so that it can be remembered."""

    __hash__ = object.__hash__  # type: ignore[assignment]


class _EmptyArray(list[object]):
    """An array of which nothing is known."""

    __hash__ = object.__hash__  # type: ignore[assignment]


OBJECT: Final = _EmptyObject()
ARRAY: Final = _EmptyArray()
_UNTYPED: Final = (MISSING, None, OBJECT, ARRAY, True, False, UNDER_NULL)


def stands_alone(node: object) -> bool:
    """Whether a node is the only one of its kind that conditions can see.

    Args:
        node: The node.

    Returns:
        Whether it is neither a text nor a number.
    """
    return not isinstance(node, (str, Number))


@remembered(lambda key, result: 200 * len(key[0]) + 200 * len(result[0]))
def candidates(
    work: Work, tests: tuple[Test, ...], fact: FieldFact | None, natural: tuple[str, ...]
) -> tuple[tuple[object, ...], frozenset[str]]:
    """Values of a field such that every possible value passes exactly the same tests as one of them.

    Args:
        work: How much may be done.
        tests: The tests.
        fact: What is known of the field.
        natural: Texts to prefer over made-up ones.

    Returns:
        The values, and the texts that stand for themselves alone.
    """
    work.spend(len(tests))
    kinds = fact.kinds if fact else None
    nodes: list[object] = []
    exact = asked = frozenset(text for test in tests for text in test.exact_texts)
    if kinds is None or "string" in kinds:
        if fact and fact.texts is not None:
            exact = frozenset(fact.texts)
            nodes.extend(fact.texts)
        else:
            nodes.extend(text for text in natural if fact is None or fact.allows_text(text))
            nodes.extend(_texts(work, tests, exact, fact.language if fact else None))
            exact = exact if fact is None else frozenset(filter(fact.allows_text, exact))
    if kinds is None or "number" in kinds:
        nodes.extend(Number(text) for text in _number_texts(work, tests, asked))
    nodes.extend(node for node in _UNTYPED if kinds is None or kind_of(node) in kinds)
    return tuple(nodes), exact


def _texts(work: Work, tests: tuple[Test, ...], exact: frozenset[str], shape: Regex | None) -> Iterable[str]:
    """Texts of a shape in all combinations of the tests' languages, and the exact ones."""
    languages = frozenset(language for test in tests for language in _text_languages(test))
    shaped = sorted(text for text in exact if shape is None or shape.contains(text))
    if languages or shape is not None:
        return (*shaped, *_others(work, languages, exact, shape))
    other = "other"
    while other in exact:
        other += "x"
    return (*shaped, other)


def _others(work: Work, languages: frozenset[Language], exact: frozenset[str], shape: Regex | None) -> Iterable[str]:
    """Texts in all the languages' combinations, none of them an exact text unless its combination has no other."""
    for text in _walk(work, languages, shape):
        if text not in exact:
            yield text
            continue
        work.spend(len(languages) * len(exact))
        combination = {language: language.contains(text) for language in languages}
        like = frozenset(
            each for each in exact if all(language.contains(each) is combination[language] for language in languages)
        )
        yield from _walk(work, languages | {OneOf(like)}, shape)


def _text_languages(test: Test) -> Iterable[Language]:
    value = test.value
    if value is None or test.operator is None or test.texts is not None:
        return ()
    if test.is_ordering:
        return (NumberTexts(_SIZES[test.operator], value.number), NumberTexts())
    if value.is_exact:
        return ()
    language = value.language
    if isinstance(language, Glob) and language.depends_on_matcher:
        return (language, Glob(language.pieces, leftmost=True))
    return (language,)


def _number_texts(work: Work, tests: tuple[Test, ...], exact: frozenset[str]) -> Iterable[str]:
    numbers = frozenset(text for text in exact if NumberTexts().contains(text))
    languages: set[Language] = set()
    for test in tests:
        value = test.value
        if value is None or test.operator is None or test.texts is not None:
            continue
        if value.number is not None:
            languages.add(NumberTexts(_SIZES[test.operator], value.number))
        elif not value.is_exact:
            languages.update(_text_languages(test))
    if not languages and not numbers:
        return ("1",)
    return _walk(work, frozenset({*languages, *(OneOf(frozenset({text})) for text in numbers)}), NumberTexts())


@remembered(lambda key, result: 200 * len(key[0]) + sum(100 + len(text) for text in result))
def _walk(work: Work, languages: frozenset[Language], within: NumberTexts | Regex | None) -> tuple[str, ...]:
    # Where no pattern has a say, the walk is as long as our own facts make it.
    return witnesses(tuple(languages), within, work if languages else Work())


def doubts(tests: Iterable[Test], node: object) -> frozenset[str]:
    """The undocumented choices (fields of ``Reading``) on which it depends whether a node passes.

    Args:
        tests: The tests.
        node: The node.

    Returns:
        The names of the choices.
    """
    if isinstance(node, bool):
        on_value = any(test.value is not None and test.operator is not None and not test.is_ordering for test in tests)
        return frozenset({"booleans_are_text"}) if on_value else frozenset()
    if node is UNDER_NULL:
        asked = any(test.operator is Operator.NOT_EXISTS for test in tests)
        return frozenset({"missing_under_null"}) if asked else frozenset()
    if not isinstance(node, (str, Number)):
        return frozenset()
    found: set[str] = set()
    for test in tests:
        if test.value is None or test.operator is None or test.texts is not None:
            continue
        if test.is_ordering:
            if isinstance(node, str) and NumberTexts().contains(node):
                found.add("texts_have_size")
        elif not test.value.is_exact:
            text = node if isinstance(node, str) else node.text
            if _matcher_decides(test.value, text):
                found.add("leftmost_wildcards")
    return frozenset(found)


def _matcher_decides(value: Value, text: str) -> bool:
    language = value.language
    if not isinstance(language, Glob) or not language.depends_on_matcher:
        return False
    return language.contains(text) and not Glob(language.pieces, leftmost=True).contains(text)


@dataclass(frozen=True, eq=False)
class Entry:
    """A value that stands for all that nothing in the question tells apart from it.

    Attributes:
        node: The value.
        outcome: Which tests it passes.
        doubts: The undocumented choices on which that depends.
        structure: What a document can see of it: its kind, or ``scalar``.
    """

    node: object
    outcome: dict[Test, bool]
    doubts: frozenset[str]
    structure: str


@remembered(lambda key, result: 100 * len(key[0]) + 100 * (len(key[1]) + 2) * (len(result) + 1))
def distinct(
    work: Work,
    nodes: tuple[object, ...],
    tests: tuple[Test, ...],
    reading: Reading,
    singled_out: frozenset[str | bool],
) -> tuple[Entry, ...]:
    """Keep one node of those that nothing in the question tells apart.

    Args:
        work: How much may be done.
        nodes: The nodes.
        tests: The tests of the question.
        reading: What to assume where AWS documents nothing.
        singled_out: Texts and booleans to keep anyway.

    Returns:
        The nodes that are kept.
    """
    seen: set[object] = set()
    kept = []
    effort = sum(test.effort for test in tests)
    for node in nodes:
        work.spend(effort * (1 + len(node) // _CHARACTERS_IN_A_UNIT if isinstance(node, str) else 1))
        outcome = {test: test.holds(node, reading) for test in tests}
        doubt = doubts(tests, node)
        apart = node if isinstance(node, (str, bool)) and node in singled_out else None
        structure = structure_of(node)
        key = (structure, apart, doubt, tuple(outcome.values()))
        if key not in seen:
            seen.add(key)
            kept.append(Entry(node, outcome, doubt, structure))
    return tuple(kept)


def structure_of(node: object) -> str:
    """What the structure of a document can see of a node.

    Args:
        node: The node.

    Returns:
        Its kind, with all scalars alike and members of a null parent apart.
    """
    if node is UNDER_NULL:
        return "under null"
    return "scalar" if isinstance(node, (str, Number, bool)) else kind_of(node)


# --- Structure of a document ------------------------------------------------------------------------------------------


def may_stand(path: Path, node: object, fact_of: Callable[[Path], FieldFact | None]) -> bool:
    """Whether the facts about its parents allow a field to have a value.

    Args:
        path: The field.
        node: The value.
        fact_of: What is known of a field.

    Returns:
        Whether they do.
    """
    if node is UNDER_NULL:
        return True
    facts = [(fact_of(path[:end]), path[end]) for end in range(1, len(path))]
    if node is MISSING:
        return all(fact is None or fact.kinds != {"null"} for fact, _ in facts)
    return all(fact is None or _container(step) in fact.kinds for fact, step in facts)


def fits(path: Path, node: object, others: Iterable[tuple[Path, object]]) -> bool:
    """Whether a field can have a value, given other fields of the same document.

    Args:
        path: The field.
        node: The value.
        others: Other fields with their values.

    Returns:
        Whether one document can hold them, as far as two fields at a time can tell.
    """
    structure = structure_of(node)
    return all(_agree(path, structure, other, structure_of(value)) for other, value in others)


def fitting(path: Path, entries: tuple[Entry, ...], other: Path, structures: frozenset[str]) -> tuple[Entry, ...]:
    """The values of a field that fit some value of another one.

    Args:
        path: The field.
        entries: Its values.
        other: Another field below the same root.
        structures: What the other's values are.

    Returns:
        Those that fit.
    """
    allowed = _structures_beside(path, frozenset([entry.structure for entry in entries]), other, structures)
    return entries if allowed is None else tuple(entry for entry in entries if entry.structure in allowed)


@lru_cache(maxsize=8192)
def _structures_beside(
    path: Path, own: frozenset[str], other: Path, structures: frozenset[str]
) -> frozenset[str] | None:
    """Those structures of one field that fit some of another's; None for all."""
    allowed = frozenset(
        structure for structure in own if any(_agree(path, structure, other, value) for value in structures)
    )
    return None if allowed == own else allowed


def _container(step: object) -> str:
    return "object" if isinstance(step, str) else "array"


_ABSENT: Final = ("missing", "under null")


@lru_cache(maxsize=16384)
def _agree(path: Path, node: str, other: Path, value: str) -> bool:
    """Whether one document can hold two fields of given structures."""
    return _agrees_with(path, node, other, value) and _agrees_with(other, value, path, node)


def _agrees_with(path: Path, node: str, other: Path, value: str) -> bool:
    """Whether two fields agree, looking from the first to the second."""
    common, least = 0, min(len(path), len(other))
    while common < least and path[common] == other[common]:
        common += 1
    if common == len(path):
        return common == len(other) or _parent_agrees(node, value, _container(other[common]))
    if common == len(other):
        return True
    step, sibling = path[common], other[common]
    if node not in _ABSENT and value not in _ABSENT and _container(step) != _container(sibling):
        return False
    # Arrays have no holes: an element that is there makes every element before it be there.
    earlier = isinstance(step, int) and isinstance(sibling, int) and step < sibling
    return not (earlier and value not in _ABSENT and len(path) == common + 1 and node in _ABSENT)


def _parent_agrees(parent: str, value: str, container: str) -> bool:
    if value not in _ABSENT:
        return parent == container
    if value == "under null":
        return parent in ("null", "under null", container)
    return parent not in ("null", "under null")


def null_parent(
    path: Path, values: Iterable[tuple[Path, object]], fact_of: Callable[[Path], FieldFact | None]
) -> Path | None:
    """A parent that can be null so that a field is missing under it.

    Args:
        path: The field.
        values: All fields with their values.
        fact_of: What is known of a field.

    Returns:
        The path of the parent, or None when there is none.
    """
    known = list(values)
    for end in range(len(path) - 1, 0, -1):
        parent = path[:end]
        facts = [fact_of(path[:upto]) for upto in range(1, end + 1)]
        if facts[-1] is not None and "null" not in facts[-1].kinds:
            continue
        if any(fact is not None and _container(path[at + 1]) not in fact.kinds for at, fact in enumerate(facts[:-1])):
            continue
        if fits(parent, None, [(other, value) for other, value in known if other != parent]) and all(
            value is None for other, value in known if other == parent
        ):
            return parent
    return None


def wildcard_doubts(conditions: Iterable[Condition]) -> frozenset[str]:
    """The undocumented choices on which conditions with wildcard selectors depend.

    Args:
        conditions: Such conditions.

    Returns:
        The names of the choices.
    """
    found = set()
    for condition in conditions:
        if condition.operator is Operator.NOT_EXISTS:
            found.add("absent_somewhere")
        elif condition.operator in SPREADING:
            found.add("every_node")
    return frozenset(found)
