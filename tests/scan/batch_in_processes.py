"""AWS Batch as moto knows it, with processes of this machine in place of containers."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from datetime import datetime

from botocore.session import Session
from moto.batch.models import Job
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_batch import (
    StateTaskServiceBatch,
)

_OURS = "import sys; from prowler_cis_monitoring.cli import main; sys.exit(main())"


def mend_step_functions(monkeypatch):
    """Let moto's Step Functions call Batch with Batch's names, JobName of a state is jobName there; and wait again.

    It would take the second attempt of a job for one that has timed out: the token of the first attempt, for which no
    job of this kind waits, is used up.
    """
    wait = StateTaskServiceBatch._eval_sync
    batch = Session().get_service_model("batch")

    def parameters(task, given):
        task._to_boto_request(given, batch.operation_model("SubmitJob").input_shape)

    def answer(task, response, service_action_name="submit_job"):
        operation = {"submit_job": "SubmitJob", "describe_jobs": "DescribeJobs"}[service_action_name]
        task._from_boto_response(response, batch.operation_model(operation).output_shape)

    monkeypatch.setattr(StateTaskServiceBatch, "_normalise_parameters", parameters)
    monkeypatch.setattr(StateTaskServiceBatch, "_normalise_response", answer)
    monkeypatch.setattr(
        StateTaskServiceBatch, "_eval_sync", lambda task, **more: wait(task, **{**more, "callback_endpoint": None})
    )


class Processes:
    """Runs each job's command in a process; one of them may be ended by a signal while it works.

    Attributes:
        environment: of the processes.
        attempts: how often a job is tried, which moto does not know.
        ended: what ran: the command, the attempt, the exit status, standard error.
        before: is called with command and environment when a process is about to begin.
    """

    def __init__(self, monkeypatch, environment, attempts=1):
        self.environment, self.attempts, self.ended = environment, attempts, []
        self.before = lambda command, environment: None
        self._ends, self._lock = [], threading.Lock()
        # A plain function, which becomes a method of the job.
        monkeypatch.setattr(Job, "run", lambda job: self._run(job))  # noqa: PLW0108

    def end_once(self, number, is_time):
        """Send a signal to the first process for whose command `is_time` becomes true."""
        self._ends.append((number, is_time))

    def _run(self, job):
        if job.depends_on and not job._wait_for_dependencies():
            return
        command = job._add_parameters_to_command(job._get_container_property("command", []))
        job.job_started_at, job.status = datetime.now(), "RUNNING"  # noqa: DTZ005 - as moto does
        for attempt in range(1, self.attempts + 1):
            status, said = self._process(command, self._environment(job, attempt))
            self.ended.append((command, attempt, status, said))
            if status == 0:
                break
        job.exit_code = status
        job._mark_stopped(success=status == 0)

    def _environment(self, job, attempt):
        found = {**self.environment, "AWS_BATCH_JOB_ID": job.job_id, "AWS_BATCH_JOB_ATTEMPT": str(attempt)}
        if "index" in job.array_properties:
            parent = job.all_jobs[job.job_id.rpartition(":")[0]]
            found["AWS_BATCH_JOB_ARRAY_INDEX"] = str(job.array_properties["index"])
            found["AWS_BATCH_JOB_ARRAY_SIZE"] = str(parent.array_properties["size"])
        return found

    def _process(self, command, environment):
        self.before(command, environment)
        process = subprocess.Popen(
            [sys.executable, "-c", _OURS, *command],
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        while process.poll() is None:
            with self._lock:
                if self._ends and self._ends[0][1](command, environment):
                    process.send_signal(self._ends.pop()[0])
            time.sleep(0.01)
        return process.returncode, process.communicate()[1]
