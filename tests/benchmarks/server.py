"""A moto server in a process of its own that answers like AWS: late, many calls at the same time, and it counts them.

As AWS it speaks TLS, and who asks trusts it beside the authorities of certifi's list: reading that list takes time.
`python -m tests.benchmarks.server --trusted FILE` prints its address when it is ready and serves until its standard
input is closed.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from urllib.parse import parse_qs
from urllib.request import urlopen

from botocore.httpsession import get_cert_path
from moto import mock_aws
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server, make_ssl_devcert

from prowler_cis_monitoring.demo.blueprint import ACCOUNT
from prowler_cis_monitoring.demo.server import DemoServer
from prowler_cis_monitoring.records import dataclass
from tests.benchmarks.accounts import Size, fill

ALARMS_A_PAGE = 100
_COUNTS = "/benchmark/calls"
# Whose call it is, and in which Region.
_CREDENTIAL = re.compile(r"Credential=(([^/]+)[^,]+)")
# The account whose role is wanted, and the key that is handed out for it.
_ROLE = re.compile(rb"RoleArn=arn%3Aaws%3Aiam%3A%3A(\d{12})%3Arole")
_KEY = re.compile(rb"<AccessKeyId>([^<]{20})</AccessKeyId>")
_SERVICE = re.compile(r"Credential=[^/]+/[^/]+/[^/]+/([^/]+)/")


class _LikeAws:
    """Answers `delay` seconds after the question, each in its own thread, and counts the calls by name.

    moto is slow and shares the machine with what is measured, so an answer is computed once: the accounts do not change
    while they are served. Those whose role is assumed are alike but for their ids: moto holds the first alone.
    """

    def __init__(self, application, delay, first):
        self._application, self._delay, self._first = application, delay, first.encode()
        self._key_of_first = ""
        self._accounts = {}
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
        credential, key = found.groups() if found else ("", "")
        role = _ROLE.search(body) if name == "sts:AssumeRole" else None
        account = role[1] if role else self._accounts.get(key)
        if account is None:
            return self._computed(environ, body, name, credential)
        own = environ if role else {**environ, "HTTP_AUTHORIZATION": self._by_first(environ, key)}
        asked = credential if role else credential.replace(key, self._key_of_first)
        status, headers, answer = self._computed(own, body.replace(account, self._first), name, asked)
        answer = answer.replace(self._first, account)
        if role:
            given = _KEY.search(answer)[1]
            self._key_of_first = given.decode()
            # As long as the one that moto gave: the length of the answer is in its headers.
            handed_out = b"ASIA" + account + b"AAAA"
            self._accounts[handed_out.decode()] = account
            answer = answer.replace(given, handed_out)
        return status, headers, answer

    def _by_first(self, environ, key):
        return environ["HTTP_AUTHORIZATION"].replace(key, self._key_of_first)

    def _computed(self, environ, body, name, credential):
        question = (credential, name, environ["PATH_INFO"], environ.get("QUERY_STRING"), body)
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
        page = {"MetricAlarms": alarms[start : start + ALARMS_A_PAGE], "CompositeAlarms": found["CompositeAlarms"]}
        if start + ALARMS_A_PAGE < len(alarms):
            page["NextToken"] = str(start + ALARMS_A_PAGE)
        return ActionResult(page)

    return describe


def serve(size, first, delay, trusted):
    """Serve accounts of `size`, alike but for their ids, with `delay` seconds a call until standard input is closed.

    Writes certifi's authorities and its own certificate to the file `trusted`.
    """
    CloudWatchResponse.describe_alarms = _describe_alarms_in_pages(CloudWatchResponse.describe_alarms)
    # Leaving the block would empty the accounts.
    with mock_aws():
        fill(size, first)
        application = _LikeAws(DomainDispatcherApplication(create_backend_app), delay, first)
        certificate, key = make_ssl_devcert(str(Path(trusted).parent / "own"), host="localhost")
        Path(trusted).write_text(Path(get_cert_path(True)).read_text() + Path(certificate).read_text())
        server = make_server(
            "localhost", 0, application, threaded=True, request_handler=_KeepAlive, ssl_context=(certificate, key)
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdout.write(f"https://localhost:{server.server_port}\n")
        sys.stdout.flush()
        sys.stdin.read()
        server.shutdown()


@dataclass(frozen=True)
class BenchmarkServer(DemoServer):
    """A server in another process, and the file that says whom to trust."""

    trusted: str

    def environment(self):
        """Return the environment of a process that asks the server."""
        return {**super().environment(), "AWS_CA_BUNDLE": self.trusted}

    def calls(self):
        """Return the calls made since the last time of asking, by name."""
        with urlopen(
            self.endpoint + _COUNTS, timeout=30, context=ssl.create_default_context(cafile=self.trusted)
        ) as answer:
            return json.load(answer)


@contextmanager
def running(size, first=ACCOUNT, delay=0.0):
    """Run a server in another process until the block ends; `first` is filled, any account with a role like it."""
    with tempfile.TemporaryDirectory() as folder:
        trusted = str(Path(folder) / "trusted.pem")
        arguments = ["--delay", str(delay), "--size", *map(str, astuple(size)), "--first", first, "--trusted", trusted]
        command = [sys.executable, "-m", "tests.benchmarks.server", *arguments]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            yield BenchmarkServer(process.stdout.readline().strip(), trusted)
        finally:
            process.stdin.close()
            process.kill()  # Emptying a large account would take long.
            process.wait()
            process.stdout.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--size", type=int, nargs="+", required=True)
    parser.add_argument("--first", default=ACCOUNT)
    parser.add_argument("--trusted", required=True)
    given = parser.parse_args()
    serve(Size(*given.size), given.first, given.delay, given.trusted)
