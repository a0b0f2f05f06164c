"""A report is counted by reading it again: one that ends too early, or is damaged, is noticed."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prowler_cis_monitoring.scan.row_count import UnreadableError, elements, rows_in

OBJECTS = st.lists(
    st.dictionaries(st.text(max_size=5), st.recursive(st.text(max_size=5) | st.integers(), st.lists, max_leaves=5)),
    max_size=5,
)


@given(OBJECTS, st.integers(1, 40), st.sampled_from([None, 4]))
def test_a_json_array_is_read_element_by_element(objects, piece, indent):
    text = json.dumps(objects, indent=indent)
    assert list(elements(io.StringIO(text), piece)) == objects


@given(OBJECTS, st.integers(1, 40), st.data())
def test_a_json_array_that_ends_too_early_is_none(objects, piece, data):
    text = json.dumps(objects)
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    with pytest.raises(UnreadableError):
        list(elements(io.StringIO(cut), piece))


@pytest.mark.parametrize("text", ["", "{}", "[1]", "[{}]]", "[{},]", "[{} {}]", "[{}]{}", "[,{}]", "null"])
def test_what_is_no_array_of_objects_is_refused(text):
    with pytest.raises(UnreadableError):
        list(elements(io.StringIO(text)))


def counted(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return rows_in(path, path.suffix)


@pytest.mark.parametrize(
    ("name", "content", "rows"),
    [
        ("a.csv", "A;B\r\n1;2\r\n", 1),
        ("a.csv", 'A;B\r\n1;"a;""b""\r\nc"\r\n3;4\r\n', 2),
        ("a.csv", "A;B\r\n", 0),
        ("a.html", '<html><table><tr>\n<tr class="x">\n<tr class="y"></tr></html>\n', 2),
        ("a.json", "[]", 0),
        ("a.json", "[{\n},{\n}]", 2),
    ],
)
def test_rows_are_counted(name, content, rows, tmp_path):
    assert counted(tmp_path, name, content) == rows


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "A;B\r\n1\r\n"),
        ("a.csv", 'A;B\r\n1;"2'),
        ("a.csv", b"A;B\r\n1;\xff\r\n"),
        ("a.html", '<html><tr class="x">'),
        ("a.html", ""),
        ("a.json", "[{"),
    ],
)
def test_a_damaged_file_has_no_rows(name, content, tmp_path):
    with pytest.raises(UnreadableError):
        counted(tmp_path, name, content)
