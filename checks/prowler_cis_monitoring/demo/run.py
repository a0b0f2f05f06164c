"""The demo: builds the embedded account, scans it, runs the real `prowler` command on it, shows where reports are."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from shlex import join, quote

from prowler_cis_monitoring.broken_lines import fitting, row
from prowler_cis_monitoring.demo.estate import build_estate
from prowler_cis_monitoring.demo.organization import (
    ACCOUNTS,
    ARCHIVE,
    MEMBER,
    OTHER_MEMBER,
    ROLE,
    healthy_organization,
)
from prowler_cis_monitoring.demo.scenarios import BY_LINK, SCENARIOS, Scenario, find
from prowler_cis_monitoring.demo.server import DEMO_CREDENTIALS, DemoServer, demo_server
from prowler_cis_monitoring.file_errors import refusal
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.near_names import suggestion

ORGANIZATION = "organization"
_ROOT_CHECK = "cloudwatch_alerting_root_usage"
_FRAMEWORK = "cis_monitoring_7.0_aws"
_REGIONS = ("--region", "us-east-1", "eu-west-1")
_FAILED_CHECKS = 3  # prowler's exit status when a finding is FAIL


def list_scenarios() -> int:
    """Print a line a scenario, by the link that is changed; return 0."""
    width = max(len(scenario.slug) for scenario in SCENARIOS)
    for link, scenarios in BY_LINK.items():
        _say(f"{link}:")
        for scenario in scenarios:
            _say(row(f"  {scenario.slug:{width}}  {scenario.verdict:6}  ", scenario.says, sys.stdout))
    _say("several accounts:")
    says = "four accounts, one trail: what members find without and with a role"
    _say(row(f"  {ORGANIZATION:{width}}  {'':6}  ", says, sys.stdout))
    return 0


def run_demo(slug: str | None, output: Path) -> int:
    """Run one scenario, or the whole demo account when `slug` is None.

    Returns:
        0 when Prowler ran and, for a scenario, found what the scenario promises; 1 when not, and where nothing can be
        written; 2 for an unknown name.
    """
    try:
        scenario = None if slug is None or slug == ORGANIZATION else find(slug)
    except KeyError:
        known = [ORGANIZATION, *(scenario.slug for scenario in SCENARIOS)]
        advice = suggestion(slug or "", known, "cis-monitoring demo --list-scenarios")
        return _complain(f"there is no scenario {slug!r}; {advice}", 2)
    if output.exists() and not output.is_dir():
        return _complain(f"--output-directory {output}: is no folder", 2)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return _complain(f"--output-directory {refusal(error, output)}", 1)
    if scenario is not None:
        return _one_scenario(scenario, output)
    return _organization(output) if slug == ORGANIZATION else _whole_account(output)


def _complain(what: str, status: int) -> int:
    told = harmless(f"cis-monitoring demo: {what}")
    print(fitting(told, sys.stderr), file=sys.stderr)  # noqa: T201 - what a command line program is for
    return status


def _one_scenario(scenario: Scenario, output: Path) -> int:
    with demo_server() as server:
        _say(f"An AWS account in which {scenario.says}; {scenario.verdict} is the right answer.")
        scenario.blueprint().build(server.session())
        asked = ["--checks", _ROOT_CHECK, "--verbose", *_configuration(scenario, output)]
        status = _prowler(server, output, scenario.slug, asked)
    if any(row["STATUS"] == "MANUAL" for row in _findings(output, scenario.slug)):
        _say("Prowler's summary counts PASS and FAIL; the finding that is MANUAL stands above it and in the files.\n")
    _say_files(output, scenario.slug)
    found = [row["STATUS"] for row in _findings(output, scenario.slug)]
    return 0 if status in (0, _FAILED_CHECKS) and found == [scenario.verdict] else 1


def _configuration(scenario: Scenario, output: Path) -> list[str]:
    """Write the scenario's settings where Prowler reads them; JSON is YAML too."""
    if not scenario.configuration:
        return []
    path = output / "prowler-config.yaml"
    path.write_text(json.dumps({"aws": scenario.configuration}, indent=2), encoding="utf-8")
    return ["--config-file", str(path)]


def _whole_account(output: Path) -> int:
    with demo_server() as server:
        _say("An AWS account with several trails, fifteen controls in different states, and other teams' alarms.")
        build_estate(server.session())
        _say("First with the command of its own:\n")
        saved = output / "account.json"
        statuses = [_scan(server, saved)]
        _say("\nThen the same checks in Prowler, with its reports:\n")
        statuses.append(_prowler(server, output, "cis", ["--compliance", _FRAMEWORK]))
    _say_files(output, "cis")
    _say(f"\nThe account is gone. What was read of it is {saved}, and needs no AWS; this shows what mends a control:")
    _say(f"  cis-monitoring fix --from {quote(str(saved))} --control 5.5")
    return 0 if all(status in (0, _FAILED_CHECKS) for status in statuses) else 1


def _organization(output: Path) -> int:
    """Scan two members of an organisation whose alert path leaves one of them out."""
    configuration = output / f"{ORGANIZATION}.yaml"
    configuration.write_text(
        f"aws:\n  cis_monitoring:\n    cross_account_role: {ROLE}\n"
        f"    cross_account_accounts: {json.dumps([*ACCOUNTS])}\n",
        encoding="utf-8",
    )
    found = []
    with demo_server() as server:
        _say("An organisation: its trail belongs to the management account, log group, filter, alarm and topic to the")
        _say(f"log archive, and the filter leaves account {OTHER_MEMBER} out.")
        left_out = f'{{ $.userIdentity.type = "Root" && $.recipientAccountId != "{OTHER_MEMBER}" }}'
        sessions = healthy_organization().changed(metric_filter={"filterPattern": left_out}).build(server.session())
        for number, (account, says, verdict, arguments) in enumerate(_visits(configuration), start=1):
            _say(f"\nAccount {account}, {ACCOUNTS[account]}, {says}: {verdict} is the right answer.")
            name = f"{ORGANIZATION}-{number}"
            checks = ["--checks", _ROOT_CHECK, "--verbose"]
            status = _prowler(server, output, name, [*arguments, *checks], sessions.credentials(account))
            statuses = [row["STATUS"] for row in _findings(output, name)]
            found.append(status in (0, _FAILED_CHECKS) and statuses == [verdict])
            _say_files(output, name)
    return 0 if all(found) else 1


def _visits(configuration: Path) -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield who is scanned, how, what must be found, and Prowler's arguments."""
    with_role = ["--config-file", str(configuration)]
    yield MEMBER, "without a role for other accounts", "MANUAL", []
    yield MEMBER, "with a role for them", "PASS", with_role
    yield OTHER_MEMBER, "with a role for them", "FAIL", with_role
    yield ARCHIVE, "with a role for them", "PASS", with_role


def _scan(server: DemoServer, saved: Path) -> int:
    arguments = ["scan", *_REGIONS, "--save", str(saved), "--output-formats"]
    _say(f"$ cis-monitoring {join(arguments)}")
    command = [sys.executable, "-m", "prowler_cis_monitoring", *arguments]
    return subprocess.run(command, env=server.environment(), check=False).returncode  # noqa: S603 - our own words


def _prowler(
    server: DemoServer,
    output: Path,
    name: str,
    arguments: Sequence[str],
    credentials: Mapping[str, str] = DEMO_CREDENTIALS,
) -> int:
    command = [
        *(sys.executable, "-m", "prowler", "aws", "--no-banner", *_REGIONS),
        *("--output-directory", str(output), "--output-filename", name, "--output-formats", "csv", "json-ocsf", "html"),
        *([] if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else ["--no-color"]),
        *arguments,
    ]
    for leftover in _files(output, name):
        leftover.unlink()  # Prowler appends to files that are there.
    _say("$ prowler " + " ".join(command[3:]))
    return subprocess.run(command, env=server.environment(credentials), check=False).returncode  # noqa: S603 - our own words


def _files(output: Path, name: str) -> Iterator[Path]:
    yield from sorted(path for path in output.rglob(f"{name}*") if path.is_file())


def _findings(output: Path, name: str) -> list[dict[str, str]]:
    path = output / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=";"))


def _say_files(output: Path, name: str) -> None:
    for path in _files(output, name):
        _say(f"written: {path}")


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - what a command line program is for
