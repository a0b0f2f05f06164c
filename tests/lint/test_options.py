"""What the options of `cis-monitoring lint` change, each on the template that shows it."""

import json

import pytest

from prowler_cis_monitoring import snapshot
from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.demo.scenarios import find
from tests.lint.templates import GOOD, written
from tests.scenario_accounts import of_scenario

TRAIL = GOOD[GOOD.index("  Trail:\n") : GOOD.index("  Filter:\n")]
# Filters on a group that another stack makes: what most templates of this field are.
WITHOUT_TRAIL = GOOD.replace(TRAIL, "").replace("LogGroupName: !Ref Group", "LogGroupName: CloudTrail/logs")


def told(capsys, *arguments):
    status = main(["lint", *map(str, arguments), "--format", "json"])
    out, err = capsys.readouterr()
    assert err == ""
    said = json.loads(out)
    return status, {one["control"]: one for one in said["controls"]}, said["findings"]


def root_usage(capsys, *arguments):
    status, controls, findings = told(capsys, *arguments, "--control", "root_usage")
    return status, controls["root_usage"]["state"], findings


def test_a_good_trail_is_assumed_and_said(tmp_path, capsys):
    path = written(tmp_path, WITHOUT_TRAIL)
    _, controls, findings = told(capsys, path, "--control", "root_usage")
    assert (controls["root_usage"]["state"], findings) == ("holds", [])
    assert controls["root_usage"]["provided_trail_delivers_to"] == ["CloudTrail/logs"]
    main(["lint", str(path), "--control", "root_usage"])
    assert "Provided that a multi-Region trail delivers to CloudTrail/logs" in capsys.readouterr().out


def test_without_assumption_a_trail_is_what_it_depends_on(tmp_path, capsys):
    path = written(tmp_path, WITHOUT_TRAIL)
    status, state, findings = root_usage(capsys, path, "--trail", "unknown")
    assert (status, state) == (0, "depends")
    assert "whether a multi-Region trail delivers to CloudTrail/logs is not in these files" in findings[0]["message"]
    assert root_usage(capsys, path, "--trail", "unknown", "--strict")[0] == 3


def test_a_trail_of_the_files_is_not_replaced_by_an_assumed_one(tmp_path, capsys):
    path = written(tmp_path, GOOD.replace("      CloudWatchLogsLogGroupArn: !GetAtt Group.Arn\n", ""))
    assert root_usage(capsys, path)[:2] == (3, "broken")


@pytest.mark.parametrize(
    ("scenario", "state"),
    [("healthy", "holds"), ("trail-not-logging", "broken"), ("denied-trails", "depends")],
)
def test_a_saved_account_is_the_other_half_of_the_path(scenario, state, tmp_path, capsys):
    saved = tmp_path / "account.json"
    account = of_scenario(find(scenario))
    saved.write_text(json.dumps(snapshot.dump(account.resources)), encoding="utf-8")
    # The saved account has a filter and an alarm for this control, too: the template's must be what counts.
    bare = json.loads(saved.read_text(encoding="utf-8"))
    for group in bare["resources"].get("log_groups", {}).values():
        group["metric_filters"] = []
    saved.write_text(json.dumps(bare), encoding="utf-8")
    path = written(tmp_path, WITHOUT_TRAIL)
    _, found, findings = root_usage(capsys, path, "--account", saved)
    assert found == state, findings
    if state == "broken":
        assert "logging is stopped" in findings[0]["message"]


def test_an_account_that_is_none_is_invalid_input(tmp_path, capsys):
    saved = tmp_path / "account.json"
    saved.write_text("{}", encoding="utf-8")
    assert main(["lint", str(written(tmp_path, GOOD)), "--account", str(saved)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert str(saved) in err


PARAMETERS = {
    "a list as the AWS CLI takes it": [{"ParameterKey": "Most", "ParameterValue": "%s"}],
    "texts as deploy takes them": ["Most=%s"],
    "the object of CodePipeline": {"Parameters": {"Most": "%s"}},
    "a plain object": {"Most": "%s"},
}


@pytest.mark.parametrize("form", PARAMETERS)
def test_parameters_are_given_in_each_form_that_the_aws_cli_takes(form, tmp_path, capsys):
    text = GOOD.replace("Parameters:\n", "Parameters:\n  Most: {Type: Number}\n").replace(
        "Threshold: 1", "Threshold: !Ref Most"
    )
    path = written(tmp_path, text)
    assert root_usage(capsys, path)[1] == "depends"
    given = tmp_path / "parameters.json"
    for most, state in (("1", "holds"), ("5", "broken")):
        given.write_text(json.dumps(PARAMETERS[form]).replace("%s", most), encoding="utf-8")
        assert root_usage(capsys, path, "--parameters", given)[1] == state


@pytest.mark.parametrize("content", ["[1]", '"text"', '[{"ParameterKey": "A"}]', "{"])
def test_parameters_that_are_none_are_invalid_input(content, tmp_path, capsys):
    given = tmp_path / "parameters.json"
    given.write_text(content, encoding="utf-8")
    assert main(["lint", str(written(tmp_path, GOOD)), "--parameters", str(given)]) == 2
    assert str(given) in capsys.readouterr().err


def test_all_makes_a_control_that_is_not_there_broken(tmp_path, capsys):
    path = written(tmp_path, GOOD)
    status, controls, findings = told(capsys, path)
    assert (status, controls["vpc_changes"]["state"]) == (0, "absent")
    assert {found["level"] for found in findings} == {"absent"}
    status, _, findings = told(capsys, path, "--all")
    assert status == 3
    assert {found["level"] for found in findings} == {"broken"}
    assert len(findings) == 14


def test_the_settings_of_a_scan_count_here(tmp_path, capsys):
    path = written(tmp_path, GOOD.replace("Threshold: 1", "Threshold: 3"))
    settings = tmp_path / "settings.yaml"
    for events, state in ((1, "broken"), (3, "holds")):
        settings.write_text(
            f"aws:\n  cis_monitoring:\n    controls:\n      root_usage:\n        events: {events}\n", encoding="utf-8"
        )
        assert root_usage(capsys, path, "--config-file", settings)[1] == state
    settings.write_text("aws:\n  cis_monitoring:\n    event: 1\n", encoding="utf-8")
    assert main(["lint", str(path), "--config-file", str(settings)]) == 2
    assert "there is no such setting" in capsys.readouterr().err


def test_the_region_is_where_the_templates_are_deployed(tmp_path, capsys):
    topic = "arn:aws:sns:eu-west-1:210987654321:alerts"
    path = written(tmp_path, GOOD.replace("AlarmActions: [!Ref Topic]", f'AlarmActions: ["{topic}"]'))
    assert root_usage(capsys, path, "--region", "eu-west-1")[1] == "depends"
    _, state, findings = root_usage(capsys, path, "--region", "us-east-1")
    assert (state, findings[0]["rule"]) == ("broken", "topic-in-other-region")


def test_a_control_that_does_not_exist_is_invalid_input(tmp_path, capsys):
    assert main(["lint", str(written(tmp_path, GOOD)), "--control", "root_usages"]) == 2
    assert "root_usage" in capsys.readouterr().err


# --- conditions -----------------------------------------------------------------------------------------------------


def with_conditions(count, threshold):
    """A template whose alarm has this threshold where so many open conditions all hold, and 1 elsewhere."""
    parameters = "".join(f"  P{number}: {{Type: String}}\n" for number in range(count))
    conditions = "".join(f'  C{number}: !Equals [!Ref P{number}, "yes"]\n' for number in range(count))
    for number in range(count):
        threshold = f"!If [C{number}, {threshold}, 1]"
    text = GOOD.replace("Parameters:\n", f"Conditions:\n{conditions}Parameters:\n{parameters}")
    return text.replace("Threshold: 1", f"Threshold: {threshold}")


def test_the_worst_combination_of_conditions_is_named(tmp_path, capsys):
    status, controls, findings = told(capsys, written(tmp_path, with_conditions(6, "5")), "--control", "root_usage")
    assert (status, controls["root_usage"]["state"]) == (3, "broken")
    assert controls["root_usage"]["when"] == {f"P{number}": "yes" for number in range(6)}
    assert findings[0]["when"] == " and ".join(f"P{number} is yes" for number in reversed(range(6)))


def test_a_condition_that_changes_nothing_is_not_named(tmp_path, capsys):
    text = with_conditions(2, "1")
    _, controls, findings = told(capsys, written(tmp_path, text), "--control", "root_usage")
    assert (controls["root_usage"]["state"], controls["root_usage"]["when"], findings) == ("holds", {}, [])


def test_what_more_than_64_combinations_hold_is_left_open(tmp_path, capsys):
    parameters = "".join(f"  P{number}: {{Type: String}}\n" for number in range(7))
    conditions = "".join(f'  C{number}: !Equals [!Ref P{number}, "yes"]\n' for number in range(7))
    alarms = "".join(f"  Topic{number}:\n    Type: AWS::SNS::Topic\n    Condition: C{number}\n" for number in range(7))
    text = GOOD.replace("Parameters:\n", f"Conditions:\n{conditions}Parameters:\n{parameters}").rstrip("\n")
    path = written(tmp_path, f"{text}\n{alarms}")
    _, state, findings = root_usage(capsys, path)
    assert state == "depends"
    assert "more combinations than are tried" in findings[0]["message"]
    main(["lint", str(path), "--control", "root_usage"])
    assert "Not all combinations of conditions were tried." in capsys.readouterr().out


def test_allowed_values_are_the_answers_that_are_tried(tmp_path, capsys):
    text = GOOD.replace(
        "Parameters:\n",
        "Conditions:\n  Prod: !Equals [!Ref Stage, prod]\n"
        "Parameters:\n  Stage: {Type: String, AllowedValues: [prod, test]}\n",
    ).replace("Threshold: 1", "Threshold: !If [Prod, 1, 5]")
    _, controls, _ = told(capsys, written(tmp_path, text), "--control", "root_usage")
    assert controls["root_usage"]["when"] == {"Stage": "test"}
