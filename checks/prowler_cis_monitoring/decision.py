"""The verdict of one control on what is known of an account: no AWS, no Prowler, the same for every source."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import join
from typing import TYPE_CHECKING, Any, Final

from prowler_cis_monitoring.alert_path.alternatives import consider
from prowler_cis_monitoring.alert_path.verdict import Answer, Demand, Status, Verdict, answer
from prowler_cis_monitoring.benchmarks import NEWEST, is_older
from prowler_cis_monitoring.filter_pattern import parse
from prowler_cis_monitoring.foreign_text import harmless, without_surrogates

if TYPE_CHECKING:
    from prowler_cis_monitoring.alert_path.paths import AlertPaths
    from prowler_cis_monitoring.alert_path.resources import Alternatives
    from prowler_cis_monitoring.controls import Control
    from prowler_cis_monitoring.settings import Settings

_LONGEST_PATH: Final = 4_096  # PATH_MAX of Linux: a path that is cut names nothing


def demand_of(control: Control, settings: Settings) -> Demand:
    """Return what `control` asks for, with what the user approves of."""
    chosen = settings.of(control.slug)
    approved: dict[str, Any] = {
        "exclusions": tuple(parse(exclusion) for exclusion in chosen.exclusions),
        "events": chosen.events,
        "delay_limit": settings.delay_limit_seconds,
    }
    if _judged_by_earlier(control, settings):
        names = ", ".join(control.newer_events)
        said = f"Judged by version {settings.benchmark} of the benchmark, which does not ask for {names}."
        return Demand(control.event, parse(control.earlier_pattern), judged_by=said, **approved)
    return Demand(
        event=control.event,
        required=parse(control.required_pattern),
        earlier=parse(control.earlier_pattern) if control.earlier_pattern else None,
        newer=f"{', '.join(control.newer_events)}, demanded since version {control.newer_since} of the benchmark,",
        **approved,
    )


def _judged_by_earlier(control: Control, settings: Settings) -> bool:
    """Whether the user has chosen a version of the benchmark that does not demand all of the newest one."""
    since = control.newer_since
    return settings.benchmark is not None and bool(since) and is_older(settings.benchmark, since)


def evidence_of(control: Control, verdict: Verdict, settings: Settings | None) -> dict[str, Any]:
    """Return the grounds of a verdict as JSON values, with what was asked for.

    Args:
        control: the control.
        verdict: the verdict on it.
        settings: what it was judged with; None where that could not be read.
    """
    grounds: dict[str, Any] = without_surrogates(verdict.evidence())
    earlier = settings is not None and _judged_by_earlier(control, settings)
    return {
        "control": control.slug,
        "benchmark": (settings.benchmark if settings else None) or NEWEST,
        "required_pattern": control.earlier_pattern if earlier else control.required_pattern,
        **grounds,
    }


def with_fix(control: Control, verdict: Verdict, source: Sequence[str] = ()) -> Verdict:
    """Return the verdict on an account as a finding tells it: a FAIL names the command that prints what mends it.

    Args:
        control: the control.
        verdict: the verdict on it.
        source: the arguments that name the account: the file that it was read from, or the credentials; none for those
            that everything is asked with.
    """
    if verdict.status is not Status.FAIL:
        return verdict
    command = harmless(join(["cis-monitoring", "fix", *source, "--control", control.slug]), _LONGEST_PATH)
    return verdict.hinting(f"Run {command} for what mends it.")


def decide(control: Control, paths: AlertPaths, settings: Settings, alternatives: Alternatives | None) -> Verdict:
    """Decide a control.

    Args:
        control: the control.
        paths: the alert paths of the account.
        settings: what the user approves of and lets count.
        alternatives: what else may tell somebody; None when nobody looked.
    """
    return decision(control, paths, settings, alternatives)[1]()


def decision(control: Control, paths: AlertPaths, settings: Settings, alternatives: Alternatives | None) -> Answer:
    """Decide a control as `decide` does; the words for it are found when somebody asks for them."""
    demand = demand_of(control, settings)
    status, tell = answer(paths, demand)
    if status is Status.PASS or alternatives is None:
        return status, tell
    verdict = consider(tell(), demand, paths, alternatives, settings.accept_alternatives)
    return verdict.status, lambda: verdict
