"""The AWS CLI as a command on the path of a script: the real one, kept running in this process, where moto answers.

Starting the AWS CLI takes a second, and a script calls it dozens of times. The command that the script finds hands its
words over a connection on loopback to `awscli`'s own driver here, and prints what that answers.
"""

from __future__ import annotations

import contextlib
import io
import os
import socketserver
import subprocess
import threading
from pathlib import Path
from unittest import mock

from awscli.clidriver import create_clidriver

_COMMAND = """#!/usr/bin/env bash
exec 3<> /dev/tcp/127.0.0.1/{port}
printf '%s\\0' "$#" "$@" >&3
IFS= read -r -d '' -u 3 status
IFS= read -r -d '' -u 3 errors
printf '%s' "$errors" >&2
cat <&3
exit "$status"
"""


def writes(words):
    """Whether a call of the AWS CLI changes something."""
    return not any(word.startswith(("get-", "describe-", "list-")) for word in words)


class AwsCommand:
    """A running AWS CLI; `calls` are the words of each call, `refused` says of the words of one whether it fails."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.calls = []
        self.refused = lambda words: False
        self._credentials = {}
        self._drivers = {}
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"command": self})
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        command = self.folder / "aws"
        command.write_text(_COMMAND.format(port=self._server.server_address[1]))
        command.chmod(0o755)
        # It looks so often (s) whether it is to end.
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def run(self, script, *arguments, credentials=None):
        """Run a script; return its exit status and what it printed."""
        self._credentials = {name.upper(): value for name, value in (credentials or {}).items()}
        environment = {**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}"}
        done = subprocess.run(
            ["bash", "-s", "--", *arguments], input=script, env=environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def answer(self, words):
        self.calls.append(words)
        if self.refused(words):
            return 254, b"", "An error occurred (ThrottlingException): slow down"
        out, errors = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True), io.StringIO()
        with (
            self._lock,
            mock.patch.dict(os.environ, self._credentials),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(errors),
        ):
            status = self._driver().main(words)
        return status, out.buffer.getvalue(), errors.getvalue()

    def _driver(self):
        key = tuple(sorted(self._credentials.items()))
        if key not in self._drivers:
            self._drivers[key] = create_clidriver()
        return self._drivers[key]


class _Handler(socketserver.StreamRequestHandler):
    command = None

    def handle(self):
        count = int(self._text())
        words = [self._text() for _ in range(count)]
        status, out, errors = self.command.answer(words)
        self.wfile.write(f"{status}\0{errors}\0".encode() + out)

    def _text(self):
        read = bytearray()
        while (byte := self.rfile.read(1)) != b"\0":
            assert byte, "the command ended in the middle of a word"
            read += byte
        return read.decode()
