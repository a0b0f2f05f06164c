"""Records every call that the program makes in any test, and compares: exactly the actions of the README.

A pytest plug-in. Whose call it is shows the stack: the nearest module of the program, of Prowler or of the tests. The
demo builds the account that is scanned, so its calls are those of a test.
"""

from __future__ import annotations

import sys

import botocore.client
import pytest

from tests.test_readme import permissions, permissions_besides

BY_ROLE = frozenset({"sts:AssumeRole", "organizations:ListAccounts", "sts:GetCallerIdentity"})
"""What many accounts and a user's own credentials need; docs/many-accounts.md tells."""
_ACTIONS = {"s3:ListObjectsV2": "s3:ListBucket"}
"""Actions that are not called as the operation that they allow."""
_OURS, _OTHERS = "prowler_cis_monitoring.", ("prowler_cis_monitoring.demo.", "prowler.", "tests.")
_BETWEEN = {"tests.aws_failures", "prowler_cis_monitoring.services.shared_clients"}
"""Modules that pass on calls of others."""
_KEY = "actions"


class Recorder:
    """The actions that the program asked for in this process."""

    def __init__(self):
        self.actions = set()

    def watch(self):
        """Look at every call that botocore makes from now on."""
        make, actions = botocore.client.BaseClient._make_api_call, self.actions

        def call(client, operation, parameters):
            if is_ours(sys._getframe(1)):
                called = f"{client.meta.service_model.service_name}:{operation}"
                actions.add(_ACTIONS.get(called, called))
            return make(client, operation, parameters)

        botocore.client.BaseClient._make_api_call = call

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session, exitstatus):
        """A worker hands its actions over; whoever collects them compares."""
        config = session.config
        if hasattr(config, "workeroutput"):
            config.workeroutput[_KEY] = sorted(self.actions)
            return
        complaints = wrong(self.actions, whole=exitstatus == 0 and is_whole(config))
        if complaints:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        for complaint in complaints:
            config.get_terminal_writer().line(complaint, red=True)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node):
        """Take over what a worker recorded."""
        self.actions.update(getattr(node, "workeroutput", {}).get(_KEY, ()))


def is_ours(frame):
    """Whether a call comes from the program itself."""
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name not in _BETWEEN and name.startswith((*_OTHERS, _OURS)):
            return not name.startswith(_OTHERS)
        frame = frame.f_back
    return False


def is_whole(config):
    """Whether all tests were asked for."""
    chosen = ("keyword", "markexpr", "lf", "last_failed", "deselect")
    return not config.option.file_or_dir and not any(getattr(config.option, name, None) for name in chosen)


def wrong(actions, *, whole):
    """Say what was asked for without being in the README, and after all tests also what never was."""
    more = sorted(actions - permissions() - permissions_besides() - BY_ROLE)
    less = sorted((permissions() | permissions_besides()) - actions) if whole else []
    told = (("the README lacks actions that are used", more), ("no test uses actions of the README", less))
    return [f"{what}: {', '.join(found)}" for what, found in told if found]
