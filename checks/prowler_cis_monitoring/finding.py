"""The finding of one control on one account: reads the account once, asks for the verdict, writes the report."""

from __future__ import annotations

import copy
import traceback
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from prowler.lib.check.models import Check_Report_AWS
from prowler.lib.logger import logger

from prowler_cis_monitoring.alert_path.alternatives import consider, not_judged
from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.verdict import Status, Subject, Verdict, judge, subject_of
from prowler_cis_monitoring.controls import Control
from prowler_cis_monitoring.decision import demand_of, evidence_of, with_fix
from prowler_cis_monitoring.foreign_text import harmless, standing_alone
from prowler_cis_monitoring.services.account_resources import resources_of
from prowler_cis_monitoring.services.alternatives import alternatives_of
from prowler_cis_monitoring.services.path_service import once_for
from prowler_cis_monitoring.settings import Settings, SettingsError

_MOST_OF_A_TRACEBACK = 20_000

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider


def finding_of(control: Control, provider: AwsProvider, metadata: str) -> Check_Report_AWS:
    """Decide a control for `provider`'s account.

    Args:
        control: the control.
        provider: Prowler's provider of the account.
        metadata: the metadata of the control's check, as JSON.

    Returns:
        The one finding. An unexpected error becomes a MANUAL finding that names it: Prowler would show nothing at all.
    """
    subject = _account_subject(provider)
    try:
        subject, verdict = _decided(control, provider, subject)
        return _report(control, metadata, subject, verdict, _settings(provider))
    except Exception as error:  # noqa: BLE001 - see Returns
        logger.error(f"{control.check_id} -- {_traceback()}")
        return _report(control, metadata, subject, _undecided(control, error), None)


def _decided(control: Control, provider: AwsProvider, subject: Subject) -> tuple[Subject, Verdict]:
    """Return the verdict and what it is about: `subject` where no trail delivers to a log group."""
    try:
        settings = Settings.read(provider.audit_config)
    except SettingsError as error:
        logger.critical(f"{control.check_id} -- {harmless(str(error))}")
        return subject, _misconfigured(control, error)
    try:
        paths = once_for(provider, AlertPaths, lambda scanned: AlertPaths(resources_of(scanned)))
        subject = subject_of(paths.resources) or subject
        demand = demand_of(control, settings)
        verdict = judge(paths, demand)
    except Exception as error:  # noqa: BLE001 - see finding_of
        logger.error(f"{control.check_id} -- {_traceback()}")
        return subject, _undecided(control, error)
    by_paths = verdict.status is Status.PASS
    if not by_paths:
        verdict = _considered(control, provider, verdict, paths, settings)
    if settings.proof and _has_past(provider):
        verdict = _proved(control, provider, verdict, paths, settings, by_paths=by_paths)
    return subject, with_fix(control, verdict, _source(provider, settings))


def _source(provider: AwsProvider, settings: Settings) -> tuple[str, ...]:
    """Return the arguments that name the account, as a scan or a file knows them.

    Prowler's own command tells none, and not its configuration file either: the version to judge by is named alone.
    """
    of_settings = ("--benchmark", settings.benchmark) if settings.benchmark else ()
    return getattr(provider, "source", of_settings)


def _has_past(provider: AwsProvider) -> bool:
    """Whether the account can be asked: of a saved one only its resources are left."""
    return getattr(provider, "session", None) is not None


def _considered(
    control: Control, provider: AwsProvider, verdict: Verdict, paths: AlertPaths, settings: Settings
) -> Verdict:
    """Look at the alternatives too; what goes wrong there takes nothing from what has been decided."""
    try:
        found = alternatives_of(provider)
        return consider(verdict, demand_of(control, settings), paths, found, settings.accept_alternatives)
    except Exception as error:  # noqa: BLE001 - see finding_of
        logger.error(f"{control.check_id} -- {_traceback()}")
        return not_judged(verdict, type(error).__name__)


def _proved(  # noqa: PLR0913 - all that was decided so far
    control: Control,
    provider: AwsProvider,
    verdict: Verdict,
    paths: AlertPaths,
    settings: Settings,
    *,
    by_paths: bool,
) -> Verdict:
    """Add what the past proves; what goes wrong there takes nothing from what has been decided."""
    from prowler_cis_monitoring.proof.words import not_proved, with_proof  # noqa: PLC0415 - only for --proof
    from prowler_cis_monitoring.services.history import proof_of  # noqa: PLC0415 - likewise

    try:
        demand = demand_of(control, settings)
        proof = proof_of(provider, paths, demand, verdict, by_paths=by_paths, filters=settings.proof_filters)
        return with_proof(verdict, control.event, proof, contents=settings.proof_events)
    except Exception as error:  # noqa: BLE001 - see finding_of
        logger.error(f"{control.check_id} -- {_traceback()}")
        return not_proved(verdict, type(error).__name__)


def _settings(provider: AwsProvider) -> Settings | None:
    try:
        return Settings.read(provider.audit_config)
    except SettingsError:
        return None


def _report(
    control: Control, metadata: str, subject: Subject, verdict: Verdict, settings: Settings | None
) -> Check_Report_AWS:
    report = report_on(metadata, evidence_of(control, verdict, settings))
    report.status = verdict.status.value
    report.status_extended = verdict.sentence
    report.resource_id, report.resource_arn = standing_alone(subject.name), standing_alone(subject.arn)
    report.region = standing_alone(subject.region)
    return report


def report_on(metadata: str, evidence: dict[str, Any]) -> Check_Report_AWS:
    """Return Prowler's report of a check, for all else to be filled in.

    Args:
        metadata: the metadata of the check, as JSON; parsed once, which takes longer than all the rest of a report.
        evidence: the report's resource, of JSON values.
    """
    report = copy.copy(_report_of(metadata))
    report.resource, report.resource_tags = evidence, []
    return report


@lru_cache(maxsize=32)
def _report_of(metadata: str) -> Check_Report_AWS:
    return Check_Report_AWS(metadata=metadata, resource={})


def _account_subject(provider: AwsProvider) -> Subject:
    """Return what a finding is about when no trail delivers to a log group: the account, in its default Region."""
    account, partition = provider.identity.account, provider.identity.partition
    return Subject(
        name=account,
        arn=f"arn:{partition}:iam::{account}:root",
        region=provider.get_default_region("cloudtrail", global_service=True),
    )


def _misconfigured(control: Control, error: SettingsError) -> Verdict:
    return Verdict(
        status=Status.MANUAL,
        sentence=(
            f"Unknown whether somebody is told when {control.event}: the configuration file is invalid, and "
            f"nothing was asked of AWS. {harmless(str(error))}."
        ),
    )


def _undecided(control: Control, error: Exception) -> Verdict:
    where = traceback.extract_tb(error.__traceback__)[-1]
    return Verdict(
        status=Status.MANUAL,
        sentence=(
            f"Unknown whether somebody is told when {control.event}: the check failed with "
            f"{type(error).__name__} in {where.name}. This is a defect of the check; please report it."
        ),
    )


def _traceback() -> str:
    """Return the present error's traceback for a log; what the account gave stands in its message."""
    return harmless(traceback.format_exc(), _MOST_OF_A_TRACEBACK, keep="\n")
