"""The remediation texts: what can be parsed or run is parsed or run."""

import json
import re
import shlex
import subprocess

import boto3
import pytest
import yaml
from cfnlint.api import lint_all

from compliance import remediation
from prowler_cis_monitoring.controls import CONTROLS

EVERY_CONTROL = pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)


class CloudFormationLoader(yaml.SafeLoader):
    pass


CloudFormationLoader.add_constructor("!Ref", lambda loader, node: {"Ref": loader.construct_scalar(node)})


def calls_of(script):
    """Run `script` with a stand-in for `aws` that prints its arguments; return the arguments of each call."""
    stand_in = 'aws() { printf "%s\\0" "$@" >&2; printf "\\n" >&2; echo arn:aws:sns:us-east-1:123456789012:topic; }\n'
    done = subprocess.run(
        ["bash", "-eu", "-c", stand_in + script], capture_output=True, text=True, check=True, timeout=30
    )
    return [line.rstrip("\0").split("\0") for line in done.stderr.splitlines()]


def option(call, name):
    return call[call.index(name) + 1]


@EVERY_CONTROL
def test_the_script_makes_four_calls_that_build_the_path(control):
    put_filter, create_topic, subscribe, put_alarm = calls_of(remediation.cli(control))
    topic = "arn:aws:sns:us-east-1:123456789012:topic"
    assert put_filter[:2] == ["logs", "put-metric-filter"]
    assert option(put_filter, "--filter-pattern") == control.suggested_pattern
    assert option(put_filter, "--metric-transformations") == (
        f"metricName={control.slug},metricNamespace=CISBenchmark,metricValue=1"
    )
    assert create_topic[:2] == ["sns", "create-topic"]
    assert option(subscribe, "--topic-arn") == option(put_alarm, "--alarm-actions") == topic
    assert option(put_alarm, "--metric-name") == control.slug
    assert option(put_alarm, "--namespace") == "CISBenchmark"
    assert {name: option(put_alarm, name) for name in ("--statistic", "--period", "--threshold")} == {
        "--statistic": "Sum",
        "--period": "300",
        "--threshold": "1",
    }
    assert option(put_alarm, "--comparison-operator") == "GreaterThanOrEqualToThreshold"
    assert option(put_alarm, "--treat-missing-data") == "notBreaching"


@EVERY_CONTROL
def test_the_aws_cli_would_know_every_option_of_the_script(control):
    """Each option is a parameter of the operation in the API's own model, spelled as the AWS CLI spells it."""
    session = boto3.session.Session()
    for call in calls_of(remediation.cli(control)):
        service, operation = call[:2]
        client = session.client(service, region_name="us-east-1")
        method = operation.replace("-", "_")
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])
        known = {"--" + re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower() for name in model.input_shape.members}
        used = {argument for argument in call if argument.startswith("--")}
        # The AWS CLI renames this one parameter.
        used = {"--endpoint" if argument == "--notification-endpoint" else argument for argument in used}
        assert used <= known | {"--query", "--output"}


@EVERY_CONTROL
def test_the_template_builds_the_same_path(control):
    template = yaml.load(remediation.cloudformation(control), Loader=CloudFormationLoader)
    made = {name: one["Properties"] for name, one in template["Resources"].items()}
    assert made["Filter"]["FilterPattern"] == control.suggested_pattern
    assert made["Filter"]["MetricTransformations"] == [
        {"MetricNamespace": "CISBenchmark", "MetricName": control.slug, "MetricValue": "1"}
    ]
    alarm = made["Alarm"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("CISBenchmark", control.slug)
    assert (alarm["Statistic"], alarm["Period"], alarm["Threshold"]) == ("Sum", 300, 1)
    assert alarm["AlarmActions"] == [{"Ref": "Topic"}]
    assert made["Topic"]["Subscription"] == [{"Protocol": "email", "Endpoint": {"Ref": "Email"}}]


# The templates differ in pattern and name only; these two have the most quotation marks and the longest text.
@pytest.mark.parametrize("slug", ["root_usage", "organizations_changes"])
def test_cloudformations_linter_has_no_objection_to_the_template(slug):
    objections = lint_all(remediation.cloudformation(CONTROLS[slug]))
    assert [one.message for one in objections if one.rule.severity != "informational"] == []


@EVERY_CONTROL
def test_terraform_holds_the_same_pattern_and_balanced_blocks(control):
    text = remediation.terraform(control)
    (pattern,) = re.findall(r"^  pattern +=( \".*\")$", text, flags=re.MULTILINE)
    assert json.loads(pattern) == control.suggested_pattern
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)
    assert outside.count("{") == outside.count("}") > 0
    assert "${" not in text
    types = {"log_metric_filter", "metric_alarm"}
    assert {f"aws_cloudwatch_{one}" for one in types} | {"aws_sns_topic", "aws_sns_topic_subscription"} == set(
        re.findall(r'^resource "(\w+)"', text, flags=re.MULTILINE)
    )


@EVERY_CONTROL
def test_the_console_steps_give_the_pattern_to_paste(control):
    assert f"pattern: {control.suggested_pattern}\n" in remediation.console(control)


@EVERY_CONTROL
def test_nothing_in_the_script_needs_more_quoting(control):
    assert f"'{control.suggested_pattern}'" == shlex.quote(control.suggested_pattern)
