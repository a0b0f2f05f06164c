"""Other programs that resolve CloudFormation's functions agree with ours where they can."""

import json
import random

import cfnlint.decode.cfn_yaml
import pytest
from cfnlint.context import create_context_for_template
from cfnlint.jsonschema import CfnTemplateValidator
from cfnlint.template import Template
from moto.cloudformation.parsing import ResourceMap, clean_json

from prowler_cis_monitoring.templates.choices import Choices
from prowler_cis_monitoring.templates.declared import Place
from prowler_cis_monitoring.templates.files import read_files
from prowler_cis_monitoring.templates.values import plain

PROPERTIES = 40
PLACE = Place(account="123456789012", region="eu-west-1", said=True)
PARAMETERS = {
    "Prefix": {"Type": "String", "Default": "sec"},
    "Dotted": {"Type": "String", "Default": "one.two.three"},
    "Words": {"Type": "CommaDelimitedList", "Default": "a,b,c"},
}
MAPPINGS = {"Map": {"sec": {"x": "mapped", "y": "other"}, "eu-west-1": {"x": "here", "y": "there"}}}
CONDITIONS = {
    "Yes": {"Fn::Equals": [{"Ref": "Prefix"}, "sec"]},
    "No": {"Fn::Not": [{"Condition": "Yes"}]},
    "Both": {"Fn::And": [{"Condition": "Yes"}, {"Fn::Or": [{"Condition": "No"}, {"Fn::Equals": ["a", "a"]}]}]},
}


def literal(dice, _):
    return dice.choice(("x", "a-b", "text.with.dots", "1"))


def reference(dice, _):
    return {"Ref": dice.choice(("Prefix", "Dotted", "AWS::Region"))}


def substituted(dice, depth):
    texts = ("${Prefix}/${AWS::Region}", "plain", "<${Dotted}>", ["${v}-${Prefix}", {"v": made(dice, depth - 1)}])
    return {"Fn::Sub": dice.choice(texts)}


def joined(dice, depth):
    return {"Fn::Join": [dice.choice(("", "-", "/")), [made(dice, depth - 1) for _ in range(dice.randint(1, 3))]]}


def selected(dice, depth):
    listed = dice.choice((["p", made(dice, depth - 1), "q"], {"Ref": "Words"}))
    return {"Fn::Select": [str(dice.randint(0, 2)), listed]}


def split(dice, depth):
    return {"Fn::Select": ["0", {"Fn::Split": [".", made(dice, depth - 1)]}]}


def chosen(dice, depth):
    return {"Fn::If": [dice.choice(tuple(CONDITIONS)), made(dice, depth - 1), made(dice, depth - 1)]}


def mapped(dice, _):
    return {"Fn::FindInMap": ["Map", {"Ref": dice.choice(("Prefix", "AWS::Region"))}, dice.choice("xy")]}


def made(dice, depth):
    """A random expression that gives a text."""
    inner = (substituted, joined, selected, split, chosen, mapped) if depth else ()
    return dice.choice((literal, reference, *inner))(dice, depth)


def template_of(number):
    dice = random.Random(number)
    properties = {f"P{each}": made(dice, 3) for each in range(PROPERTIES)}
    return {
        "Parameters": PARAMETERS,
        "Mappings": MAPPINGS,
        "Conditions": CONDITIONS,
        "Resources": {"Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}},
    }


def by_ours(path):
    (one,) = read_files([path], PLACE, None).declared(Choices())
    return {name: plain(value) for name, value in one.properties.items()}


def by_cfn_lint(path):
    document = cfnlint.decode.cfn_yaml.load(str(path))
    template = Template(str(path), document, [PLACE.region])
    validator = CfnTemplateValidator({}).evolve(context=create_context_for_template(template), cfn=template)
    found = {}
    for name, value in document["Resources"]["Alarm"]["Properties"].items():
        found[name] = {str(each) for each, _, error in validator.resolve_value(value) if error is None}
    return found


def by_moto(template):
    # It takes the default of a list for a text.
    template = json.loads(json.dumps(template).replace('{"Ref": "Words"}', '["a", "b", "c"]'))
    known = ResourceMap("stack-id", "stack", {}, {}, PLACE.region, PLACE.account, template, None)
    known.load_mapping()
    known.load_parameters()
    known.load_conditions()
    return clean_json(template["Resources"]["Alarm"]["Properties"], known)


@pytest.mark.parametrize("number", range(4))
def test_functions_give_what_other_programs_say(number, tmp_path):
    template = template_of(number)
    path = tmp_path / "template.json"
    path.write_text(json.dumps(template), encoding="utf-8")
    ours, lints = by_ours(path), by_cfn_lint(path)
    assert ours == {name: str(value) for name, value in by_moto(template).items()}
    for name, value in ours.items():
        # It follows both branches of a condition, and gives up on what is nested too deeply for it.
        assert not lints[name] or value in lints[name], (
            template["Resources"]["Alarm"]["Properties"][name],
            lints[name],
        )
    assert sum(bool(found) for found in lints.values()) > PROPERTIES / 2
