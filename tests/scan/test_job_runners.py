"""The recipes for AWS Batch and Step Functions run on moto, each job a process; one is killed and tried again."""

import csv
import io
import json
import signal
import time

import boto3
import cfnlint.api
import pytest
from moto import mock_aws
from moto.server import ThreadedMotoServer

from prowler_cis_monitoring.demo.server import DemoServer
from prowler_cis_monitoring.scan.shard import Shard
from tests.benchmarks.accounts import SMALL, fill
from tests.root import ROOT
from tests.scan.batch_in_processes import Processes, mend_step_functions

RECIPES = ROOT / "docs" / "recipes"
JOB_DEFINITION = json.loads((RECIPES / "batch-job-definition.json").read_text(encoding="utf-8"))
STATE_MACHINE = (RECIPES / "state-machine.json").read_text(encoding="utf-8")
ACCOUNTS = tuple(str(number) * 12 for number in range(1, 6))
SHARDS = 3
INPUT = {"accounts": "s3://audit/accounts.txt", "role": "Auditor", "output": "s3://audit/night", "shards": SHARDS}
MOST_SECONDS = 120


@pytest.fixture
def server(monkeypatch):
    """All of AWS that the recipes need, for this process and, over HTTP, for those that it starts."""
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}, "batch": {"use_docker": True}}):
        running = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
        running.start()
        host, port = running.get_host_and_port()
        for account in ACCOUNTS:
            fill(SMALL, account)
        boto3.client("s3").create_bucket(Bucket="audit")
        boto3.client("s3").put_object(Bucket="audit", Key="accounts.txt", Body="\n".join(ACCOUNTS).encode())
        yield DemoServer(f"http://{host}:{port}")
        running.stop()


@pytest.fixture
def batch(server):
    """A queue, and the job definition of the recipe, with less to do."""
    role = boto3.client("iam").create_role(RoleName="batch", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    client = boto3.client("batch")
    client.create_compute_environment(computeEnvironmentName="any", type="UNMANAGED", state="ENABLED", serviceRole=role)
    order = [{"order": 1, "computeEnvironment": "any"}]
    client.create_job_queue(jobQueueName="cis-monitoring", state="ENABLED", priority=1, computeEnvironmentOrder=order)
    container = JOB_DEFINITION["containerProperties"]
    command = [*container["command"], "--region", "us-east-1", "--parallel", "1", "--control", "root_usage"]
    client.register_job_definition(**{**JOB_DEFINITION, "containerProperties": {**container, "command": command}})
    return client


class Shards:
    """What is seen of the shards from outside: where they work, and in S3."""

    def __init__(self, folder):
        self.folder = folder

    def here(self, shard):
        """How many accounts a shard has finished where it works."""
        return sum(map(finished, (path.read_bytes() for path in self.folder.glob(f"*/fleet{shard.in_names}.*.jsonl"))))

    def in_s3(self, shard):
        return reports()[f"fleet{shard.in_names}.accounts.jsonl"]


@pytest.fixture
def shards(tmp_path):
    return Shards(tmp_path)


def finished(state):
    return state.count(b'"account": ')


def reports():
    objects = boto3.resource("s3").Bucket("audit").objects.filter(Prefix="night/")
    return {one.key.removeprefix("night/"): one.get()["Body"].read() for one in objects}


def accounts_reported():
    rows = csv.DictReader(io.StringIO(reports()["fleet.csv"].decode()), delimiter=";")
    return [row["ACCOUNT_UID"] for row in rows]


def until(is_done):
    end = time.monotonic() + MOST_SECONDS
    while not is_done():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_the_state_machine_is_well_formed():
    definition = {"Definition": json.loads(STATE_MACHINE), "RoleArn": "arn:aws:iam::111122223333:role/states"}
    template = {"Resources": {"Fleet": {"Type": "AWS::StepFunctions::StateMachine", "Properties": definition}}}
    assert errors(json.dumps(template)) == []
    assert errors(json.dumps(template).replace('"ItemProcessor"', '"ItemProcesor"')) != []


def errors(template):
    return [match for match in cfnlint.api.lint_all(template) if match.rule.severity == "error"]


@pytest.mark.end_to_end
def test_a_distributed_map_scans_all_shards_though_one_process_is_killed(server, batch, shards, tmp_path, monkeypatch):
    mend_step_functions(monkeypatch)
    processes = Processes(monkeypatch, {**server.environment(), "TMPDIR": str(tmp_path)})
    largest = Shard.holding(ACCOUNTS[0], SHARDS)
    processes.end_once(signal.SIGKILL, lambda command, _: str(largest) in command and shards.here(largest) > 0)
    states = boto3.client("stepfunctions")
    role = boto3.client("iam").create_role(RoleName="states", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    definition = STATE_MACHINE.replace('"IntervalSeconds": 30', '"IntervalSeconds": 1')
    machine = states.create_state_machine(name="fleet", definition=definition, roleArn=role)["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine, input=json.dumps(INPUT))["executionArn"]
    until(lambda: states.describe_execution(executionArn=execution)["status"] != "RUNNING")
    ended = states.describe_execution(executionArn=execution)
    assert ended["status"] == "SUCCEEDED", (ended, processes.ended)
    assert sorted(status for _, _, status, _ in processes.ended) == [-signal.SIGKILL, 0, 0, 0, 0]
    assert accounts_reported() == list(ACCOUNTS)


@pytest.mark.end_to_end
def test_an_array_job_scans_all_shards_and_goes_on_where_one_was_ended(server, batch, shards, tmp_path, monkeypatch):
    processes = Processes(monkeypatch, {**server.environment(), "TMPDIR": str(tmp_path)}, attempts=3)
    ended, left = Shard.holding(ACCOUNTS[0], SHARDS), []
    number = str(ended.number - 1)

    def note(_, environment):
        if environment["AWS_BATCH_JOB_ATTEMPT"] == "2":
            left.append(shards.in_s3(ended))

    def is_time(_, environment):
        return environment.get("AWS_BATCH_JOB_ARRAY_INDEX") == number and shards.here(ended) > 0

    processes.before = note
    processes.end_once(signal.SIGTERM, is_time)
    common = {"jobQueue": "cis-monitoring", "jobDefinition": "cis-monitoring"}
    array = batch.submit_job(jobName="night", arrayProperties={"size": SHARDS}, **common)["jobId"]
    output = INPUT["output"]
    command = ["merge", output, "--output-directory", output, "--output-filename", "fleet", "--ignore-exit-code-3"]
    merged = batch.submit_job(
        jobName="merge", dependsOn=[{"jobId": array}], containerOverrides={"command": command}, **common
    )["jobId"]
    until(lambda: [job["status"] for job in batch.describe_jobs(jobs=[array, merged])["jobs"]] == ["SUCCEEDED"] * 2)
    ((_, _, _, said),) = [one for one in processes.ended if one[2] == 128 + signal.SIGTERM]
    assert "accounts are finished, --resume goes on with the others" in said
    (before,) = left
    assert 0 < finished(before) < finished(shards.in_s3(ended))
    assert shards.in_s3(ended).startswith(before)
    assert accounts_reported() == list(ACCOUNTS)
