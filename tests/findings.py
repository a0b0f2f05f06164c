"""Runs a real check on the account at hand, as Prowler does."""

from __future__ import annotations

from importlib import import_module

from prowler_cis_monitoring.controls import CONTROLS


def finding_of(slug="root_usage"):
    check_id = CONTROLS[slug].check_id
    module = import_module(f"prowler_cis_monitoring.services.cloudwatch.{check_id}.{check_id}")
    (finding,) = getattr(module, check_id)().execute()
    return finding
