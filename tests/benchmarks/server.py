"""A moto server in a process of its own that answers like AWS: late, many calls at the same time, and it counts them.

`python -m tests.benchmarks.server` prints its address when it is ready and serves until its standard input is closed.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import astuple
from urllib.parse import parse_qs
from urllib.request import urlopen

from moto import mock_aws
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from prowler_cis_monitoring.demo.blueprint import ACCOUNT
from prowler_cis_monitoring.demo.server import DemoServer
from tests.benchmarks.accounts import Size, fill

_ALARMS_A_PAGE = 100
_COUNTS = "/benchmark/calls"
# Whose call it is, and in which Region.
_CREDENTIAL = re.compile(r"Credential=[^,]+")
_SERVICE = re.compile(r"Credential=[^/]+/[^/]+/[^/]+/([^/]+)/")


class _LikeAws:
    """Answers `delay` seconds after the question, each in its own thread, and counts the calls by name.

    moto is slow and shares the machine with what is measured, so an answer is computed once: the accounts do not change
    while they are served.
    """

    def __init__(self, application, delay):
        self._application, self._delay = application, delay
        self._calls = Counter()
        self._answers = {}
        self._lock = threading.Lock()

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == _COUNTS:
            with self._lock:
                counted, self._calls = self._calls, Counter()
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps(counted).encode()]
        due = time.monotonic() + self._delay
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        name = _operation(environ, body)
        with self._lock:
            self._calls[name] += 1
        status, headers, answer = self._answer(environ, body, name)
        time.sleep(max(due - time.monotonic(), 0))
        start_response(status, headers)
        return [answer]

    def _answer(self, environ, body, name):
        found = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        question = (found and found[0], name, environ["PATH_INFO"], environ.get("QUERY_STRING"), body)
        if question not in self._answers:
            said = []
            asked = {**environ, "wsgi.input": io.BytesIO(body)}
            answer = b"".join(self._application(asked, lambda *head: said.append(head)))
            self._answers[question] = (*said[0][:2], answer)
        return self._answers[question]


def _operation(environ, body):
    found = _SERVICE.search(environ.get("HTTP_AUTHORIZATION", ""))
    service = found[1] if found else "?"
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return f"{service}:{target.rpartition('.')[2]}"
    action = parse_qs(body.decode(errors="replace")).get("Action")
    return f"{service}:{action[0] if action else environ['PATH_INFO'].rpartition('/')[2]}"


class _KeepAlive(MotoRequestHandler):
    """AWS keeps connections open."""

    protocol_version = "HTTP/1.1"

    def log(self, *arguments):
        pass


def _describe_alarms_in_pages(original):
    """AWS gives at most 100 alarms a page, moto gives all."""

    def describe(responses):
        found = original(responses).result
        start = int(responses._get_param("NextToken") or 0)
        alarms = found["MetricAlarms"]
        page = {"MetricAlarms": alarms[start : start + _ALARMS_A_PAGE], "CompositeAlarms": found["CompositeAlarms"]}
        if start + _ALARMS_A_PAGE < len(alarms):
            page["NextToken"] = str(start + _ALARMS_A_PAGE)
        return ActionResult(page)

    return describe


def serve(size, accounts, delay):
    """Serve `accounts` of `size` with `delay` seconds a call until standard input is closed."""
    CloudWatchResponse.describe_alarms = _describe_alarms_in_pages(CloudWatchResponse.describe_alarms)
    # Leaving the block would empty the accounts.
    with mock_aws():
        for account in accounts:
            fill(size, account)
        application = _LikeAws(DomainDispatcherApplication(create_backend_app), delay)
        server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_KeepAlive)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
        sys.stdout.flush()
        sys.stdin.read()
        server.shutdown()


class BenchmarkServer(DemoServer):
    """A server in another process."""

    def calls(self):
        """Return the calls made since the last time of asking, by name."""
        with urlopen(self.endpoint + _COUNTS, timeout=30) as answer:
            return json.load(answer)


@contextmanager
def running(size, accounts=(ACCOUNT,), delay=0.0):
    """Run a server with filled accounts in another process until the block ends."""
    arguments = ["--delay", str(delay), "--size", *map(str, astuple(size)), "--accounts", *accounts]
    command = [sys.executable, "-m", "tests.benchmarks.server", *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield BenchmarkServer(process.stdout.readline().strip())
    finally:
        process.stdin.close()
        process.kill()  # Emptying a hundred accounts would take long.
        process.wait()
        process.stdout.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--size", type=int, nargs="+", required=True)
    parser.add_argument("--accounts", nargs="+", default=[ACCOUNT])
    given = parser.parse_args()
    serve(Size(*given.size), given.accounts, given.delay)
