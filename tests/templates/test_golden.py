"""Each construct that templates of this field contain, with what it resolves to: a file of ours and one beside it.

`UPDATE_SNAPSHOTS=1` writes what is resolved now; look at the difference.
"""

import json
import os
from pathlib import Path

import pytest

from prowler_cis_monitoring.templates.choices import Choices
from prowler_cis_monitoring.templates.declared import Place
from prowler_cis_monitoring.templates.files import read_files
from prowler_cis_monitoring.templates.values import plain, reasons

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
PLANS = HERE / "plans"
CASES = {
    **{path.name: path for path in sorted(GOLDEN.glob("*.yaml"))},
    "duplicates.json": GOLDEN / "duplicates.json",
    "nested": GOLDEN / "nested",
    "cdk": GOLDEN / "cdk",
    **{path.name: path for path in sorted(PLANS.glob("*.json"))},
}


def resolved(path, **options):
    files = read_files([path], Place(**options), None)
    told = []
    for one in files.declared(Choices()):
        properties = {name: plain(value) for name, value in one.properties.items() if value.data is not None}
        outside = {each.name: each.reason for value in one.properties.values() for each in reasons(value)}
        told.append(
            {
                "address": one.address,
                "type": one.type,
                "name": one.name,
                "arn": one.arn,
                "line": one.at.line,
                "properties": properties,
                **({"outside": outside} if outside else {}),
            }
        )
    return told


@pytest.mark.parametrize("case", CASES)
def test_a_template_resolves_to_what_stands_beside_it(case):
    expected = GOLDEN / "resolved" / f"{case}.json"
    found = resolved(CASES[case])
    if os.environ.get("UPDATE_SNAPSHOTS"):
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", ["functions.yaml", "parameters.yaml", "mappings.yaml", "sam.yaml"])
def test_the_long_forms_of_json_resolve_to_the_same(case, tmp_path):
    files = read_files([GOLDEN / case], Place(), None)
    path = tmp_path / "template.json"
    path.write_text(json.dumps(plain(files.templates[0].document), indent=2), encoding="utf-8")
    without_lines = [{**one, "line": 0} for one in resolved(GOLDEN / case)]
    assert [{**one, "line": 0} for one in resolved(path)] == without_lines


def test_the_region_chooses_from_a_mapping():
    (alarm,) = resolved(GOLDEN / "mappings.yaml", region="eu-west-1", said=True)
    assert alarm["properties"]["AlarmActions"] == ["arn:aws:sns:eu-west-1:210987654321:alerts"]
