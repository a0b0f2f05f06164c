import json
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prowler_cis_monitoring.explain import explain
from prowler_cis_monitoring.foreign_text import harmless, pattern_shown, shown, standing_alone, without_surrogates
from tests.evil_names import EVIL_NAMES

ANY_TEXT = st.text(st.characters(codec=None), max_size=300)


def is_visible(character):
    return character == " " or unicodedata.category(character)[0] not in "CZ"


@pytest.mark.parametrize(
    "name",
    [
        "root-usage",
        "CIS/RootUsage",
        "aws-cloudtrail-logs-123456789012-1a2b3c4d",
        "arn:aws:sns:us-east-1:123456789012:alerts",
        "arn:aws:logs:us-east-1:123456789012:log-group:trail:*",
        "$.userIdentity.type",
        "GreaterThanOrEqualToThreshold",
        "security@example.com",
    ],
)
def test_an_ordinary_name_is_shown_as_it_is(name):
    assert shown(name) == name


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", '""'),
        ("CIS 3.3 root", '"CIS 3.3 root"'),
        (" lead", '" lead"'),
        ("trail ", '"trail "'),
        ("a.", '"a."'),
        ("a:", '"a:"'),
        ("a, b", '"a, b"'),
        ("a → topic b", '"a → topic b"'),
        ('say "hi"', "'say \"hi\"'"),
        ('it\'s "both"', '"it\'s \\"both\\""'),
        ("back\\slash", '"back\\\\slash"'),
        ("Überwachung", '"Überwachung"'),
        ("line\nfeed", '"line\\u000afeed"'),
        ("\x1b[31mred", '"\\u001b[31mred"'),
        ("\x9b31m", '"\\u009b31m"'),
        ("abc\u202egnp", '"abc\\u202egnp"'),
        ("\ud800", '"\\ud800"'),
        ("\ue000", '"\\ue000"'),
        ("zero\u200bwidth", '"zero\\u200bwidth"'),
        ("no\u00a0break", '"no\\u00a0break"'),
        ("\U000e0041tag", '"\\U000e0041tag"'),
        ("\u3164", '"\\u3164"'),
    ],
)
def test_an_unusual_name_is_quoted_and_visible(name, told):
    assert shown(name) == told


def test_a_name_that_spells_an_escape_is_not_taken_for_the_character():
    assert shown("\u202e") != shown("\\u202e")


def test_a_long_name_is_shortened_with_its_length():
    told = shown("n" * 5000)
    assert told.startswith('"nnn')
    assert told.endswith('…" (5,000 characters)')
    assert len(told) < 110


def test_a_flood_of_combining_marks_is_escaped_after_the_second():
    assert shown("a" + "\u0300" * 4) == '"a\u0300\u0300\\u0300\\u0300"'


def test_a_pattern_in_braces_needs_no_quotation_marks():
    assert pattern_shown('{ $.eventName = "a" }') == '{ $.eventName = "a" }'
    assert pattern_shown("ERROR text") == '"ERROR text"'
    assert pattern_shown("{ $.a = \u202e }") == "{ $.a = \\u202e }"
    assert pattern_shown("{" + "x" * 999 + "}").endswith('…" (1,001 characters)')


def test_a_log_may_keep_its_line_feeds():
    assert harmless("one\ntwo\x1b", keep="\n") == "one\ntwo\\u001b"


@pytest.mark.parametrize("name", EVIL_NAMES.values(), ids=EVIL_NAMES.keys())
def test_no_evil_name_reaches_a_person(name):
    for told in (shown(name), harmless(name), pattern_shown(name)):
        assert all(map(is_visible, told))
        assert len(told) <= 600
        told.encode()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("aws-cloudtrail-logs", "aws-cloudtrail-logs"),
        ("CIS root usage", "CIS root usage"),
        ("=1+1", '"=1+1"'),
        (" @SUM(1)", '" @SUM(1)"'),
        ("-2+3", '"-2+3"'),
        ("+1", '"+1"'),
        ("\t=1", "\\u0009=1"),
        ("", '""'),
    ],
)
def test_a_field_of_its_own_is_no_formula_and_not_empty(name, told):
    assert standing_alone(name) == told


@given(ANY_TEXT)
def test_whatever_is_shown_is_visible_and_ends_where_it_ends(text):
    told = shown(text)
    assert all(map(is_visible, told))
    if told[:1] in ("'", '"'):
        closing = told.rindex(told[0])
        inner = told[1:closing].replace("\\\\", "").replace(f"\\{told[0]}", "")
        assert told[0] not in inner
    else:
        assert set(told) <= set(string.ascii_letters + string.digits + "_$@+*./:=~%#&[]-")


@given(ANY_TEXT)
def test_what_is_harmless_stays_as_it_is(text):
    once = harmless(text)
    assert harmless(once) == once
    assert all(map(is_visible, once))


@given(
    st.recursive(ANY_TEXT | st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner))
)
def test_values_without_surrogates_are_valid_json_in_utf8(value):
    json.dumps(without_surrogates(value), ensure_ascii=False).encode()


def test_values_that_hold_no_surrogate_are_equal():
    value = {"a": ["\u202e", "ä", 1, None, {"b": ("c",)}]}
    assert without_surrogates(value) == {"a": ["\u202e", "ä", 1, None, {"b": ["c"]}]}


@pytest.mark.parametrize("name", EVIL_NAMES.values(), ids=EVIL_NAMES.keys())
@pytest.mark.parametrize("form", ["{{ $.eventName = {} }}", '{{ $.eventName = "{}" }}', "{}"])
def test_explain_shows_no_evil_pattern_raw(name, form, capsys):
    explain("vpc_changes", [form.format(name[:2000])], as_json=False)
    explain(name[:2000], ["{ $.eventName = a }"], as_json=False)
    said = capsys.readouterr()
    assert all(is_visible(character) or character in "\n\t" for character in said.out + said.err)


def test_the_caret_stands_under_its_column_beside_characters_that_are_escaped(capsys):
    explain("vpc_changes", ['{ $.eventName = "\u202e"\t== }'], as_json=False)
    line, caret = capsys.readouterr().err.splitlines()[-2:]
    assert line.expandtabs()[caret.expandtabs().index("^")] == "="
