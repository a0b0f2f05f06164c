"""Prowler's command, loaded once for many runs: each is a fork of a process that has what every start loads anew.

Starting `prowler aws` takes some twenty CPU seconds, all but a few of them for modules and for the files of Prowler's
checks and frameworks, which are the same each time.
"""

from __future__ import annotations

import functools
import gc
import json
import os
import subprocess
import sys


class Prowler:
    """A process that waits with Prowler loaded."""

    def __init__(self):
        command = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, arguments, environment, said):
        """Run `prowler` with `arguments`; return its exit status. What it says goes to the file `said`."""
        self._process.stdin.write(json.dumps([arguments, environment, str(said)]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self):
        """End the process."""
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


def _loaded():
    # ruff: noqa: PLC0415 - only the process that waits loads them
    import prowler.__main__ as command
    from prowler.lib.check.compliance_models import Compliance
    from prowler.lib.check.models import CheckMetadata
    from prowler.lib.cli.parser import ProwlerArgumentParser

    ProwlerArgumentParser()  # loads every provider
    for owner in (Compliance, CheckMetadata):
        owner.get_bulk = staticmethod(functools.cache(owner.get_bulk))
    once = functools.cache(command.get_bulk_compliance_frameworks_universal)
    once("aws")
    command.get_bulk_compliance_frameworks_universal = once
    told = command.update_checks_metadata_with_compliance(Compliance.get_bulk("aws"), CheckMetadata.get_bulk("aws"))
    command.update_checks_metadata_with_compliance = lambda frameworks, checks: told
    gc.freeze()  # so that a fork shares what is loaded
    return command.prowler


def _forked(command, arguments, environment, said):
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["prowler", *arguments]
    output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(output, stream)
    command()
    sys.exit(0)


def main():
    """Run what lines of the standard input ask for, and answer each with the exit status."""
    command, answers = _loaded(), os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        print(_forked(command, *json.loads(line)), file=answers, flush=True)


if __name__ == "__main__":
    main()
