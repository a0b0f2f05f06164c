"""`python -m prowler_cis_monitoring` is `cis-monitoring`."""

from __future__ import annotations

import sys

from prowler_cis_monitoring.cli import main

if __name__ == "__main__":
    sys.exit(main())
