"""One boto3 session for all tests: its clients are made once, as making one costs more than all calls of a test.

A client made while moto is imported asks moto whenever an account is mocked, whichever account that is at the time.
"""

from __future__ import annotations

import threading

import boto3

from prowler_cis_monitoring.services.sdk_extras import learn


class SharedSession(boto3.Session):
    """Makes each client once; every account in memory is asked through the same ones."""

    def __init__(self):
        super().__init__(
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            aws_session_token="testing",
        )
        # As the service of CloudWatch lets every session: here clients may have been made before.
        learn(self)
        self._clients = {}
        self._clients_lock = threading.Lock()

    def client(self, service_name, region_name=None, **options):
        key = (service_name, region_name or self.region_name, tuple(sorted(options)))
        with self._clients_lock:
            if key not in self._clients:
                self._clients[key] = super().client(service_name, region_name=key[1], **options)
            return self._clients[key]


SESSION = SharedSession()
