"""What `cis-monitoring lint` takes to start: memory, CPU, what it loads; and that it never opens a connection."""

import json
import os
import subprocess
import sys

from prowler_cis_monitoring.controls import CONTROLS
from tests.lint.templates import written

HEAD = """\
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsMultiRegionTrail: true
      IsLogging: true
      S3BucketName: bucket
      CloudWatchLogsLogGroupArn: !GetAtt Group.Arn
      CloudWatchLogsRoleArn: arn:aws:iam::111122223333:role/delivery
  Group: {Type: "AWS::Logs::LogGroup"}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {Subscription: [{Protocol: email, Endpoint: a@example.com}]}
"""
ALARM = """\
  Filter%(number)d:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: !Ref Group
      FilterPattern: '%(pattern)s'
      MetricTransformations: [{MetricName: m%(number)d, MetricNamespace: Alerts, MetricValue: "1"}]
  Alarm%(number)d:
    Type: AWS::CloudWatch::Alarm
    Properties:
      MetricName: m%(number)d
      Namespace: Alerts
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref Topic]
"""
# Runs the command where no socket can be made, and tells what the process took and loaded.
RUN = """
import io, json, pathlib, re, resource, socket, sys, time

def most_memory():
    own = pathlib.Path("/proc/self/status")
    if own.exists():  # What getrusage tells there may be of the process that this one was forked from.
        return int(re.search(r"VmHWM:\\s*(\\d+) kB", own.read_text())[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)

def refuse(*_arguments, **_options):
    raise AssertionError("lint opens a connection")

socket.socket = socket.create_connection = socket.getaddrinfo = refuse
sys.stdout, told = io.StringIO(), sys.stdout
from prowler_cis_monitoring.cli import main
status = main(["lint", sys.argv[1]])
said, sys.stdout = sys.stdout.getvalue(), told
from prowler_cis_monitoring.alert_path import resources
print(json.dumps({
    "status": status,
    "said": said,
    "seconds": time.process_time(),
    "megabytes": most_memory(),
    "modules": sorted(sys.modules),
    "checked": sorted(c.__name__ for c in resources.Resource.__subclasses__() if c.__pydantic_complete__),
}))
"""
NEEDED = {
    "annotated_types",
    "cython_runtime",
    "prowler_cis_monitoring",
    "pydantic",
    "pydantic_core",
    "sitecustomize",
    "typing_extensions",
    "typing_inspection",
    "yaml",
}
# The parser holds the options of every command.
WORDS_OF_SCAN = {"scan", "scan.arguments", "scan.exit_status", "scan.merge_arguments", "scan.s3_address"}
ROOMS_NOT_NEEDED = ("services", "scan", "demo", "snapshot", "picture", "remedy", "proof", "finding", "schemas")


def test_a_template_of_a_hundred_alarms_is_judged_at_once_and_offline(tmp_path):
    patterns = [control.suggested_pattern for control in CONTROLS.values()]
    alarms = [ALARM % {"number": number, "pattern": patterns[number % len(patterns)]} for number in range(100)]
    path = written(tmp_path, HEAD + "".join(alarms))
    before = os.times()
    ran = subprocess.run([sys.executable, "-c", RUN, str(path)], capture_output=True, text=True, check=False)
    after = os.times()
    assert ran.stderr == ""
    took = json.loads(ran.stdout)
    whole = after.children_user + after.children_system - before.children_user - before.children_system
    # For whoever runs it with -rP; a slow machine is no fault.
    print(f"lint of 100 alarms: {whole:.2f} s of CPU, {took['megabytes']:.0f} MB")  # noqa: T201
    assert (took["status"], took["said"]) == (0, "As far as these files go, of 15 controls 15 hold.\n")
    assert took["megabytes"] < 100
    loaded = {name.partition(".")[0] for name in took["modules"]} - set(sys.stdlib_module_names)
    assert {name for name in loaded if not name.startswith("_")} - NEEDED == set()
    own = "prowler_cis_monitoring."
    rooms = {name.removeprefix(own) for name in took["modules"] if name.startswith(own)}
    assert {name for name in rooms - WORDS_OF_SCAN if name.split(".")[0] in ROOMS_NOT_NEEDED} == set()
    assert "templates.terraform" not in rooms
    assert "importlib.metadata" not in took["modules"]
    # What checks answers of AWS takes longer to build than the template to judge.
    assert took["checked"] == []
