"""What is outside only ever moves a verdict towards `depends`."""

import json

import pytest

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.demo.scenarios import SCENARIOS
from prowler_cis_monitoring.lint.judging import Request, State, judge_files
from prowler_cis_monitoring.templates.declared import Place
from prowler_cis_monitoring.templates.files import read_files
from tests.scenario_accounts import each_scenario, of_scenario
from tests.templates.exporter import NotExportableError, cloudformation

ROOT = CONTROLS["root_usage"]
DEPENDS = {
    State.HOLDS: {State.HOLDS, State.DEPENDS},
    State.BROKEN: {State.BROKEN, State.DEPENDS, State.ABSENT},
    State.ABSENT: {State.BROKEN, State.DEPENDS, State.ABSENT},
    State.DEPENDS: {State.DEPENDS},
}


def judged(template, folder, settings):
    path = folder / "template.json"
    path.write_text(json.dumps(template), encoding="utf-8")
    files = read_files([path], Place(account="123456789012", said=True), None)
    return judge_files(files, Request(settings=settings, controls=(ROOT,))).judged[0].state


def with_one_outside(template):
    """Yield the template with each value of a property replaced by a parameter without default."""
    for name, resource in template["Resources"].items():
        for key in resource["Properties"]:
            properties = {**resource["Properties"], key: {"Ref": "Unknown"}}
            changed = {**template["Resources"], name: {**resource, "Properties": properties}}
            yield f"{name}.{key}", {"Parameters": {"Unknown": {"Type": "String"}}, "Resources": changed}


# Those whose names are here went the wrong way once.
ONCE_WRONG = {
    "filter-policy-on-another-description",
    "filter-policy-on-description",
    "log-group-of-an-unknown-class",
    "metric-system-dimension",
}


@each_scenario([one for place, one in enumerate(SCENARIOS) if not place % 12 or one.slug in ONCE_WRONG])
def test_a_value_turned_outside_moves_the_verdict_towards_depends(scenario, tmp_path):
    account = of_scenario(scenario)
    try:
        template = cloudformation(account.resources)
    except NotExportableError as why:
        pytest.skip(str(why))
    before = judged(template, tmp_path, account.settings)
    for name, changed in with_one_outside(template):
        after = judged(changed, tmp_path, account.settings)
        assert after in DEPENDS[before], (name, before, after)
