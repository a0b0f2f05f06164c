"""Whether anything could be decided of an account, or everything is hidden by errors of ours or of AWS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prowler_cis_monitoring.alert_path.rules import RULES, Hidden


def is_undecided(reports: Sequence[Any]) -> bool:
    """Whether nothing was decided of an account because calls, or the checks themselves, failed.

    Args:
        reports: all reports of the account, in Prowler's form: `status`, `muted` and the evidence as `resource`.

    Returns:
        True when each is MANUAL for such an error, unless the user muted them all.
    """
    failed = all(report.status == "MANUAL" and _for_an_error(report.resource) for report in reports)
    return failed and not all(report.muted for report in reports)


def _for_an_error(evidence: dict[str, Any]) -> bool:
    if not evidence["paths"]:
        # Without a path: trails could not be listed, or the check itself failed.
        return not evidence["event_rules"]
    rules = (RULES[remark["rule"]] for path in evidence["paths"] for remark in path["remarks"])
    # A link of an account that nobody asked is no error.
    return any(rule.hidden_by not in {None, Hidden.OWNER} for rule in rules)
