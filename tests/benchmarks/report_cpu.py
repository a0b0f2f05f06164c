"""CPU of writing the reports of a fleet: `python -m tests.benchmarks.report_cpu 40`, in seconds an account."""

from __future__ import annotations

import cProfile
import os
import pstats
import sys
import tempfile
import time
from pathlib import Path

from moto import mock_aws
from prowler.lib.outputs.outputs import extract_findings_statistics

from prowler_cis_monitoring.cli import parser
from prowler_cis_monitoring.scan.findings import Checks
from prowler_cis_monitoring.scan.frameworks import load_frameworks
from prowler_cis_monitoring.scan.options import read
from prowler_cis_monitoring.scan.provider import open_account
from prowler_cis_monitoring.scan.report_files import ReportFiles
from prowler_cis_monitoring.scan.report_folder import reserve
from tests.benchmarks.accounts import SMALL, fill


def measure(accounts: int, profiled: bool) -> None:
    """Scan one account, and write its findings as those of so many."""
    options = read(parser().parse_args(["scan", "--region", "us-east-1"]))
    with mock_aws():
        fill(SMALL)
        provider = open_account(options)
        checks = Checks(options)
        saved = checks.run(provider).saved()
    frameworks = load_frameworks(options.frameworks)
    with tempfile.TemporaryDirectory() as folder, reserve(Path(folder), "found", "") as reserved:
        statistics = extract_findings_statistics(checks.findings(checks.restored(saved)))
        files = ReportFiles(reserved, options.outputs.formats, frameworks, provider, statistics)
        profile = cProfile.Profile()
        start = time.process_time()
        if profiled:
            profile.enable()
        files.write(checks.findings(checks.restored(saved)) for _ in range(accounts))
        profile.disable()
        sys.stdout.write(f"{(time.process_time() - start) / accounts * 1000:.1f} ms an account\n")
        if profiled:
            pstats.Stats(profile).sort_stats("cumulative").print_stats(40)


if __name__ == "__main__":
    os.environ.update(dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "testing"))
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
    measure(int(sys.argv[1]), "--profile" in sys.argv)
