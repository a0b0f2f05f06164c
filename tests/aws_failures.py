"""Makes chosen AWS calls fail as AWS makes them fail, below our own code: in botocore's one place for all calls."""

from __future__ import annotations

import botocore.client
from botocore.exceptions import ClientError, EndpointConnectionError
from moto.iam.models import get_account_id_from


class Failures:
    """Operations that fail from now on, and a record of all operations that were tried."""

    def __init__(self, monkeypatch):
        self._errors = {}
        self._answers = {}
        self._changes = {}
        self.calls = []
        self.called = []
        original = botocore.client.BaseClient._make_api_call
        failures = self

        def call(client, operation, parameters):
            failures.calls.append((client.meta.service_model.service_name, operation, client.meta.region_name))
            # moto writes the account into the access keys that AssumeRole gives.
            account = get_account_id_from(client._request_signer._credentials.access_key)
            failures.called.append((account, client.meta.service_model.service_name, operation))
            if operation in failures._answers:
                return failures._answers[operation]
            error = failures._errors.get(operation)
            if error is not None:
                region, make = error
                if region in (None, client.meta.region_name):
                    raise make(operation)
            answer = original(client, operation, parameters)
            return failures._changes.get(operation, lambda same: same)(answer)

        monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", call)

    def refuse(self, operation, code="AccessDeniedException", region=None):
        """Let `operation` fail with an error code."""
        self._errors[operation] = (region, lambda name: ClientError({"Error": {"Code": code, "Message": "no"}}, name))

    def answer(self, operation, response):
        """Let `operation`, which moto does not know, give an answer."""
        self._answers[operation] = response

    def change(self, operation, change):
        """Let what `operation` answers be changed before it comes."""
        self._changes[operation] = change

    def disconnect(self, operation):
        """Let the endpoint of `operation` be out of reach."""
        self._errors[operation] = (None, lambda _: EndpointConnectionError(endpoint_url="https://aws.example.com"))

    def restore(self):
        """Let every operation work again."""
        self._errors.clear()
