"""What a hostile file does to the reader: it ends, with the file and the line."""

import json

import pytest

from prowler_cis_monitoring.templates.reading import read_value
from prowler_cis_monitoring.templates.values import TemplateError, plain


def test_a_bomb_of_aliases_is_an_error():
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    bomb = "\n".join(["a0: &a0 [x, x, x, x, x, x, x, x, x]", *levels])
    with pytest.raises(TemplateError, match=r"bomb\.yaml:\d+: more than 400,000 values"):
        read_value(bomb, "bomb.yaml")


@pytest.mark.parametrize("text", ["[" * 100_000, "a: " + "[" * 5_000, '{"a":' * 5_000])
def test_deep_nesting_is_an_error(text):
    with pytest.raises(TemplateError, match="nest"):
        read_value(text, "deep")


def test_an_alias_of_itself_is_an_error():
    with pytest.raises(TemplateError, match="stands for nothing, or for itself"):
        read_value("a: &a [*a]", "self.yaml")


def test_the_last_of_equal_keys_counts():
    assert plain(read_value("a: 1\na: 2\n", "twice.yaml")) == {"a": 2}
    assert plain(read_value('{"a": 1, "a": 2}', "twice.json")) == {"a": 2}


def test_a_place_is_the_same_in_yaml_and_json():
    document = {"a": {"b": [1, {"c": "d"}]}}
    text = json.dumps(document, indent=2)
    found = read_value(text, "x")
    assert plain(found) == document
    assert found.get("a").get("b").items[1].get("c").at.line == 6


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("!Ref a", {"Ref": "a"}),
        ("!GetAtt a.b.c", {"Fn::GetAtt": ["a", "b.c"]}),
        ("!Sub '${a}'", {"Fn::Sub": "${a}"}),
        ("!Join [',', [a, !Ref b]]", {"Fn::Join": [",", ["a", {"Ref": "b"}]]}),
        ("!Condition a", {"Condition": "a"}),
        ("2012-10-17", "2012-10-17"),
        ("012345678901", "012345678901"),
        ("1.50", 1.5),
    ],
)
def test_a_short_form_is_written_out(written, meant):
    assert plain(read_value(f"x: {written}", "short.yaml")) == {"x": meant}
