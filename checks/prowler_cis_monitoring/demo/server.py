"""A moto server on loopback, and the environment in which a command talks to it and to nothing else."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.request import Request, urlopen

import boto3
from moto.server import ThreadedMotoServer

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import REGION
from prowler_cis_monitoring.records import dataclass

_LOOPBACK = "127.0.0.1"
DEMO_CREDENTIALS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "aws_session_token": "testing"}


class LoopbackSession(boto3.Session):  # type: ignore[misc]
    """A session whose clients talk to one endpoint only."""

    def __init__(self, endpoint: str, credentials: Mapping[str, str] = DEMO_CREDENTIALS) -> None:
        """Use credentials that no real account knows."""
        super().__init__(region_name=REGION, **credentials)
        self._endpoint = endpoint

    def like(self, credentials: Mapping[str, str]) -> LoopbackSession:
        """Return a session with other credentials for the same endpoint."""
        return LoopbackSession(self._endpoint, credentials)

    def client(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - boto3 is untyped
        """Return a client for the endpoint."""
        return super().client(*arguments, **{**options, "endpoint_url": self._endpoint})


@dataclass(frozen=True)
class DemoServer:
    """A running server: where it listens."""

    endpoint: str

    def session(self) -> LoopbackSession:
        """Return a session of the embedded account."""
        return LoopbackSession(self.endpoint)

    def environment(self, credentials: Mapping[str, str] = DEMO_CREDENTIALS) -> dict[str, str]:
        """Return the environment for a child process that must see the embedded account, and no real one."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {
            **kept,
            **{name.upper(): value for name, value in credentials.items()},
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


@contextmanager
def demo_server() -> Iterator[DemoServer]:
    """Run a server on a free port of the loopback interface until the block ends; its account starts empty."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line a request would bury Prowler's output
    moto_gaps.leave_out_images()
    moto_gaps.answer_for_missing_services()
    server = ThreadedMotoServer(_LOOPBACK, port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        demo = DemoServer(f"http://{host}:{port}")
        _forget_everything(demo)
        yield demo
    finally:
        server.stop()


def _forget_everything(server: DemoServer) -> None:
    with urlopen(Request(f"{server.endpoint}/moto-api/reset", method="POST"), timeout=10):  # noqa: S310 - loopback
        pass
