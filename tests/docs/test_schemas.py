import copy
import json

import jsonschema
import pytest
import yaml

from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.demo.estate import build_estate
from prowler_cis_monitoring.demo.scenarios import find
from prowler_cis_monitoring.schemas import FOLDER, SCHEMAS
from prowler_cis_monitoring.settings import Settings
from tests.findings import finding_of
from tests.shared_session import SESSION

EXPLAIN = {
    "covered": ["root_usage", "{ $.userIdentity.type = Root }"],
    "gap": ["vpc_changes", "{ $.eventName = *Vpc }"],
    "unknown": ["root_usage", "{ ($.userIdentity.type = Root) && ($.managementEvent = true) }"],
}


def schema(name):
    return json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))


def closed(content):
    """Return a schema that allows no other members than those it names: so a test sees a member that it lacks."""
    content = copy.deepcopy(content)
    for part in [content, *content.get("$defs", {}).values()]:
        if "properties" in part:
            part["additionalProperties"] = False
    return content


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name):
    jsonschema.Draft202012Validator.check_schema(schema(name))


def test_every_schema_is_shipped_and_no_other():
    assert {path.name for path in FOLDER.glob("*.json")} == {f"{name}.schema.json" for name in SCHEMAS}


@pytest.mark.parametrize(("verdict", "asked"), EXPLAIN.items())
def test_what_explain_prints_is_what_its_schema_says(verdict, asked, capsys):
    main(["explain", *asked, "--json"])
    said = json.loads(capsys.readouterr().out)
    assert said["verdict"] == verdict
    jsonschema.validate(said, closed(schema("explain")))


def test_what_a_scan_prints_is_what_its_schema_says(aws, tmp_path, capsys):
    build_estate(SESSION)
    main(["scan", "--json", "--region", "us-east-1", "eu-west-1", "--output-directory", str(tmp_path)])
    said = json.loads(capsys.readouterr().out)
    jsonschema.validate(said, closed(schema("scan")))
    findings = said["accounts"][0]["findings"]
    assert {finding["verdict"] for finding in findings} == {"PASS", "FAIL", "MANUAL"}
    assert any(finding["evidence"]["missed_event"] for finding in findings)


@pytest.mark.parametrize(
    ("slug", "settings"),
    [
        ("proved-last-week", {"proof_events": True}),
        ("proof-void", {}),
        ("happened-and-told-nobody", {"proof_events": True}),
        ("filters-match-nothing", {}),
        ("denied-proof", {}),
    ],
)
def test_what_a_finding_says_of_the_past_is_what_the_schema_says(slug, settings, provider):
    scenario = find(slug)
    provider.audit_config = {"cis_monitoring": {**scenario.settings, **settings}}
    scenario.blueprint().build(SESSION)
    described = closed(schema("scan"))
    jsonschema.validate(finding_of().resource, {**described["$defs"]["Evidence"], "$defs": described["$defs"]})


def test_a_schema_of_an_output_allows_members_that_a_later_release_adds(capsys):
    main(["explain", *EXPLAIN["gap"], "--json"])
    said = {**json.loads(capsys.readouterr().out), "added_later": 1}
    jsonschema.validate(said, schema("explain"))


def test_the_schema_of_the_settings_knows_each_with_its_default():
    described = schema("settings")["$defs"]["Settings"]
    defaults = Settings().model_dump(mode="json")
    assert {name: one.get("default", {}) for name, one in described["properties"].items()} == defaults


@pytest.mark.parametrize(
    "settings",
    [
        "{}",
        "{delay_limit_seconds: 900, alarm_history: true}",
        "{controls: {root_usage: {events: 3, exclusions: ['{ $.sourceIPAddress = 10.* }']}}}",
        "{accept_alternatives: manual}",
    ],
)
def test_good_settings_obey_the_schema(settings):
    content = {"aws": {"cis_monitoring": yaml.safe_load(settings), "another_key_of_prowler": 1}}
    jsonschema.validate(content, schema("settings"))
    Settings.read(content["aws"])


@pytest.mark.parametrize(
    "settings",
    [
        "{delay_limit_secunds: 900}",
        "{delay_limit_seconds: 1}",
        "{alarm_history: 'yes'}",
        "{accept_alternatives: perhaps}",
        "{controls: {root_usag: {events: 3}}}",
        "{controls: {root_usage: {events: 0}}}",
        "{controls: {root_usage: {exclusions: 7}}}",
    ],
)
def test_bad_settings_break_the_schema(settings):
    content = {"aws": {"cis_monitoring": yaml.safe_load(settings)}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, schema("settings"))


def test_the_schema_names_the_controls():
    names = schema("settings")["$defs"]["Settings"]["properties"]["controls"]["propertyNames"]
    assert names["enum"] == list(CONTROLS), "run .venv/bin/python -m docs.generate"
