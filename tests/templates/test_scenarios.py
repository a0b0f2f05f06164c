"""Every account of the demo that a template can describe: judged from a template as it is judged live."""

import json
from pathlib import Path

import pytest

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.resources import Resource
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decide
from prowler_cis_monitoring.lint.judging import Request, State, judge_files
from prowler_cis_monitoring.templates.building import Guess, Options, build
from prowler_cis_monitoring.templates.declared import Place
from prowler_cis_monitoring.templates.files import read_files
from tests.scenario_accounts import each_scenario, of_scenario
from tests.templates.exporter import NotExportableError, cloudformation
from tests.templates.plan_exporter import plan

ROOT = CONTROLS["root_usage"]
SAME = {"PASS": {State.HOLDS}, "FAIL": {State.BROKEN, State.ABSENT}, "MANUAL": {State.DEPENDS}}


def checked(cls, **members):
    return cls(**members)


@each_scenario()
def test_a_template_of_an_account_gets_the_verdict_of_its_scan(scenario, tmp_path, monkeypatch):
    account = of_scenario(scenario)
    try:
        template = cloudformation(account.resources)
    except NotExportableError as why:
        pytest.skip(str(why))
    path = Path(tmp_path) / "template.json"
    path.write_text(json.dumps(template, indent=2), encoding="utf-8")
    place = Place(account="123456789012", region="us-east-1", said=True)
    # The scan looks at nothing else that may tell somebody when it is about the path alone.
    live = decide(ROOT, AlertPaths(account.resources), account.settings, None)
    if any(remark.rule.slug.startswith("trail-delivery") for path in live.paths for remark in path.remarks):
        pytest.skip("deliveries")
    request = Request(settings=account.settings, controls=(ROOT,))
    files = read_files([path], place, None)
    (judged,) = judge_files(files, request).judged
    assert judged.state in SAME[live.status.value], (live.sentence, judged.verdict.sentence)
    try:
        planned = plan(template)
    except NotExportableError:
        planned = None
    if planned is not None:
        path.write_text(json.dumps(planned), encoding="utf-8")
        (of_plan,) = judge_files(read_files([path], place, None), request).judged
        assert of_plan.state is judged.state, (judged.verdict.sentence, of_plan.verdict.sentence)
    # What is built of templates is not checked, for speed; it is what the check would let pass.
    for guess in Guess:
        built = build(judged.declared, place, Options(guess))
        with monkeypatch.context() as patched:
            patched.setattr(Resource, "model_construct", classmethod(checked))
            assert build(judged.declared, place, Options(guess)) == built
