"""Prints what a scan costs: time, CPU, memory and AWS calls, of Prowler and of `cis-monitoring scan`, from one run.

`python -m tests.benchmarks.whole_run` does everything, which takes about twenty minutes on two idle cores.
Parts: `commands` (small and large account), `growth` (10 to 10,000 unrelated resources), `fleet` (100 accounts; only
where they are asked for also `fleet-1000` and `fleet-5000`), `start` (what the plug-in adds to Prowler's start, and
imports), `offline` (commands that need no AWS). `--before PYTHON` names the interpreter of an older installation, whose
scan is measured in the same run.
Never fails on a time; compare ratios, not seconds.

Every AWS call is answered after 60 ms by a moto server in a process of its own, which waits in as many threads as there
are calls, speaks TLS and gives alarms in pages of 100, as AWS does. Each command runs three times, the commands in
turn, and the fastest run counts: other work on the machine only ever adds.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from tabulate import tabulate

from prowler_cis_monitoring.controls import CONTROLS
from tests.benchmarks.accounts import LARGE, REGIONS, SMALL
from tests.benchmarks.server import ALARMS_A_PAGE, running

DELAY = 0.06
RUNS = 3
# Accounts, and seconds a call: of thousands the CPU is what counts, and few calls are waited for at a time.
FLEETS = {"fleet": (100, DELAY), "fleet-1000": (1000, 0.01), "fleet-5000": (5000, 0.01)}
GROWTH = (10, 100, 1000, 10_000)
# Calls of a scan that need each other's answers: who we are, Regions and trails; then pages of alarms or, if there are
# fewer pages, one page, the topics that it names and their subscriptions.
_BEFORE_ALARMS, _FROM_ALARMS_ON = 3, 3
_BETWEEN_LOOKS = 0.5
"""Seconds between two looks at the memory of a fleet's processes."""
# Where this is set, every start compiles everything anew: no user's machine is like that.
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
_FILTER = "cloudwatch_log_metric_filter_"
_ALARM = "cloudwatch_changes_to_"
# Prowler's own checks of the same fifteen controls.
BUILT_IN = (
    *(f"{_FILTER}{name}" for name in ("unauthorized_api_calls", "sign_in_without_mfa", "root_usage", "policy_changes")),
    f"{_FILTER}and_alarm_for_cloudtrail_configuration_changes_enabled",
    f"{_FILTER}authentication_failures",
    f"{_FILTER}disable_or_scheduled_deletion_of_kms_cmk",
    f"{_FILTER}for_s3_bucket_policy_changes",
    f"{_FILTER}and_alarm_for_aws_config_configuration_changes_enabled",
    f"{_FILTER}security_group_changes",
    *(f"{_ALARM}{name}_alarm_configured" for name in ("network_acls", "network_gateways", "network_route_tables")),
    f"{_ALARM}vpcs_alarm_configured",
    f"{_FILTER}aws_organizations_changes",
)
_OURS = tuple(control.check_id for control in CONTROLS.values())
_OWN = ("-c", "import sys; from prowler_cis_monitoring.cli import main; sys.exit(main())")
_SCAN = (*_OWN, "scan")
# The pages of alarms and nothing else, as an account of one Region hands them out.
_PAGES_ALONE = (
    "import boto3; pages = boto3.client('cloudwatch', 'us-east-1').get_paginator('describe_alarms').paginate(\n"
    "    AlarmTypes=['MetricAlarm', 'CompositeAlarm'], MaxRecords=100)\n"
    "for page in pages: pass"
)
_TEMPLATE = Path(__file__).parents[1] / "lint" / "good.yaml"
_PROWLER = ("-m", "prowler", "aws", "--no-banner")


@dataclass(frozen=True)
class Cost:
    """What a command cost: seconds, MB of its largest process and of all together, calls, exit status."""

    wall: float
    cpu: float
    memory: float
    calls: int
    status: int
    memory_of_all: float = 0


def _fastest(runs: Iterable[Cost]) -> Cost:
    return min(runs, key=lambda cost: cost.wall)


def measure(
    arguments: Iterable[str], environment: dict[str, str], server=None, look_at_all=False, python=sys.executable
) -> Cost:
    """Run Python with `arguments` to its end; on Linux `look_at_all` measures the memory of all its processes."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        with (Path(folder) / "said").open("w") as said:
            process = subprocess.Popen(
                [python, *arguments], env=environment, stdout=said, stderr=subprocess.STDOUT, cwd=folder
            )
            most = _most_memory(process.pid) if look_at_all else 0
            _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    calls = sum(server.calls().values()) if server else 0
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, calls, process.returncode, most)


def _most_memory(leader: int) -> float:
    """Wait until a process has ended; return the most MB that it and its children held, shared pages counted once."""
    most = 0.0
    while os.waitid(os.P_PID, leader, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        most = max(most, sum(_proportional(process) for process in (leader, *_children(leader))))
        time.sleep(_BETWEEN_LOOKS)
    return most


def _children(leader: int) -> list[int]:
    return [int(one) for told in Path(f"/proc/{leader}/task").glob("*/children") for one in told.read_text().split()]


def _proportional(process: int) -> float:
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):  # It has ended meanwhile.
        return 0
    return int(re.search(r"^Pss:\s*(\d+) kB", rollup, re.MULTILINE)[1]) / 1024


def _versions(before: str | None) -> dict[str, str]:
    """The interpreters whose scans are measured, by what is added to their label."""
    return {"": sys.executable, **({", before": before} if before else {})}


def _commands(size_names: Iterable[str], before: str | None) -> None:
    regions = ("--region", *REGIONS)
    for name in size_names:
        size = {"small": SMALL, "large": LARGE}[name]
        commands = {
            "(a) prowler, built-in checks": (sys.executable, *_PROWLER, "--checks", *BUILT_IN),
            "(b) prowler, our checks": (sys.executable, *_PROWLER, "--checks", *_OURS),
            **{f"(c) cis-monitoring scan{when}": (python, *_SCAN) for when, python in _versions(before).items()},
        }
        runs: dict[str, list[Cost]] = {label: [] for label in commands}
        with running(size, delay=DELAY) as server:
            for _ in range(RUNS):
                for label, (python, *command) in commands.items():
                    runs[label].append(measure((*command, *regions), server.environment(), server, python=python))
        costs = {label: _fastest(done) for label, done in runs.items()}
        first = costs["(a) prowler, built-in checks"]
        more = {"times faster": lambda _, cost, first=first: f"{first.wall / cost.wall:.1f}"}
        _show(f"{name} account: {size}", costs, more)


def _growth(before: str | None) -> None:
    costs, floors = {}, {}
    for number in GROWTH:
        pages = -(-(number + SMALL.alarms_on_paths) // ALARMS_A_PAGE)
        scan = (*_SCAN, "--region", *REGIONS)
        runs = {f"{number:,}{when}": (python, scan) for when, python in _versions(before).items()}
        runs[f"{number:,}, boto3 alone with the pages of alarms"] = (sys.executable, ("-c", _PAGES_ALONE))
        with running(SMALL.with_unrelated(number), delay=DELAY) as server:
            for label, (python, command) in runs.items():
                measured = (measure(command, server.environment(), server, python=python) for _ in range(RUNS))
                costs[label] = _fastest(measured)
                floors[label] = DELAY * (_BEFORE_ALARMS + max(pages, _FROM_ALARMS_ON))
    more = {
        "floor s": lambda label, _: f"{floors[label]:.2f}",
        "above it s": lambda label, cost: f"{cost.wall - floors[label]:.2f}",
    }
    _show("cis-monitoring scan among unrelated log groups and alarms", costs, more)


def _fleet(number: int, delay: float, before: str | None) -> None:
    accounts = [f"{first:012d}" for first in range(200000000000, 200000000000 + number)]
    costs = {}
    for when, python in _versions(before).items():
        with tempfile.TemporaryDirectory() as folder, running(SMALL, accounts[0], delay) as server:
            path = Path(folder) / "accounts.txt"
            path.write_text("\n".join(accounts))
            command = (*_SCAN, "--accounts", str(path), "--role", "Auditor", "--region", *REGIONS)
            label = f"{number:,} accounts, {delay * 1000:.0f} ms a call{when}"
            costs[label] = measure(command, server.environment(), server, look_at_all=True, python=python)
    more = {
        "MB of all": lambda _, cost: f"{cost.memory_of_all:.0f}",
        "wall ms an account": lambda _, cost: f"{cost.wall / number * 1000:.0f}",
        "CPU ms an account": lambda _, cost: f"{cost.cpu / number * 1000:.0f}",
    }
    _show("cis-monitoring scan of many accounts", costs, more)


def _start(before: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        # A second installation without the plug-in would measure the disk: entry points are hidden instead.
        hide = (
            "import importlib.metadata as m; kept = m.entry_points\n"
            "def visible(**wanted):\n"
            "    return m.EntryPoints(e for e in kept(**wanted) if 'prowler_cis_monitoring' not in e.value)\n"
            "m.entry_points = visible\n"
        )
        run = (
            "import sys, runpy\n"
            "sys.argv = ['prowler', 'aws', '--list-checks']\n"
            "runpy.run_module('prowler', run_name='__main__')"
        )
        environment = {**os.environ, "HOME": folder}
        measure(("-c", run), environment)
        costs = {
            "prowler aws --list-checks, plug-in hidden": _least(hide + run, environment),
            "prowler aws --list-checks, with the plug-in": _least(run, environment),
            "python -c pass": _least("pass", environment),
            "import prowler_cis_monitoring.filter_pattern": _least(
                "import prowler_cis_monitoring.filter_pattern", environment
            ),
            "import boto3": _least("import boto3", environment),
            "import prowler_cis_monitoring.scan.command": _least(
                "import prowler_cis_monitoring.scan.command", environment
            ),
        }
    _show("starting", costs)


def _offline(before: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        account = str(Path(folder) / "account.json")
        with running(SMALL) as server:
            measure((*_SCAN, "--region", *REGIONS, "-M", "none", "--save", account), server.environment())
        commands = {
            "import boto3": ("-c", "import boto3"),
            "explain": (*_OWN, "explain", "kms_key_disable_or_deletion", "{ $.eventName = DisableKey }"),
            "lint": (*_OWN, "lint", str(_TEMPLATE)),
            "diff": (*_OWN, "diff", account, account),
            "scan --from": (*_SCAN, "--from", account, "-M", "none"),
            "fix --from": (*_OWN, "fix", "--from", account),
        }
        costs = {label: _least_of(command, dict(os.environ)) for label, command in commands.items()}
    _show("commands that need no AWS", costs)


def _least(code: str, environment: dict[str, str]) -> Cost:
    return _least_of(("-c", code), environment)


def _least_of(command: Iterable[str], environment: dict[str, str]) -> Cost:
    arguments = tuple(command)
    return min((measure(arguments, environment) for _ in range(RUNS)), key=lambda cost: cost.cpu)


def _show(
    title: str, costs: dict[str, Cost], more: Mapping[str, Callable[[str, Cost], str]] = MappingProxyType({})
) -> None:
    headers = ["", "wall s", "CPU s", "memory MB", "AWS calls", "exit", *more]
    rows = [
        [
            label,
            f"{cost.wall:.2f}",
            f"{cost.cpu:.2f}",
            f"{cost.memory:.0f}",
            cost.calls,
            cost.status,
            *(tell(label, cost) for tell in more.values()),
        ]
        for label, cost in costs.items()
    ]
    sys.stdout.write(f"\n{title} (load of the machine now: {os.getloadavg()[0]:.1f})\n")
    sys.stdout.write(tabulate(rows, headers, tablefmt="github", disable_numparse=True) + "\n")
    sys.stdout.flush()


_PARTS = {
    "commands": partial(_commands, ("small", "large")),
    "growth": _growth,
    **{name: partial(_fleet, *fleet) for name, fleet in FLEETS.items()},
    "start": _start,
    "offline": _offline,
}

_USUAL = ["commands", "growth", "fleet", "start", "offline"]

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=tuple(_PARTS), default=_USUAL, help="default: %(default)s")
    parser.add_argument("--before", metavar="PYTHON", help="the interpreter of an older installation")
    os.environ.pop(_NO_BYTECODE, None)
    wanted = parser.parse_args()
    for part in wanted.parts:
        _PARTS[part](before=wanted.before)
