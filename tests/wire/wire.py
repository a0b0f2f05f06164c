"""Between botocore and the embedded account: records every call, and lets one of them come to harm."""

from __future__ import annotations

import threading
from collections import Counter
from types import SimpleNamespace

import botocore.endpoint
from moto.core.botocore_stubber import BotocoreStubber


class Wire:
    """What goes over the wire.

    Attributes:
        calls: the calls since `clear`, as (action, how many there were of it before) to (operation, body).
    """

    def __init__(self, monkeypatch):
        self.calls = {}
        self._counts = Counter()
        self._lock = threading.Lock()
        self._harm = None
        self._operations = threading.local()
        self._watch(monkeypatch)
        # Nobody waits between tries.
        monkeypatch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=lambda _: None))

    def _watch(self, monkeypatch):
        answer, send = BotocoreStubber.__call__, botocore.endpoint.Endpoint._send_request

        def sent(endpoint, request, operation):
            action = f"{operation.service_model.service_name}:{operation.name}"
            with self._lock:
                number = self._counts[action]
                self._counts[action] += 1
            self._operations.now = (action, number), operation
            return send(endpoint, request, operation)

        def answered(stubber, event_name, request, **others):
            response = answer(stubber, event_name, request, **others)
            call, operation = self._operations.now
            with self._lock:
                self.calls.setdefault(call, (operation, response.content))
            if self._harm is not None and self._harm[0] in (call, (call[0], None)):
                return self._harm[1](operation, response)
            return response

        monkeypatch.setattr(BotocoreStubber, "__call__", answered)
        monkeypatch.setattr(botocore.endpoint.Endpoint, "_send_request", sent)

    def clear(self):
        """Forget the calls, and let all work."""
        self.calls.clear()
        self._counts.clear()
        self._harm = None

    def harm(self, action, number, fault):
        """Let a fault befall a call, at each try; with no number every call of the action."""
        self.clear()
        self._harm = ((action, number), fault)
