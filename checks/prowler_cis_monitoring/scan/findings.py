"""The checks of a scan on one account: their reports, and Prowler's findings made of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.alert_path.verdict import Status, Verdict
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import evidence_of
from prowler_cis_monitoring.foreign_text import without_surrogates
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.scan.frameworks import compliance_of
from prowler_cis_monitoring.scan.manifest import as_saved
from prowler_cis_monitoring.scan.said_of_account import in_a_cell, organization_shown
from prowler_cis_monitoring.scan.undecided import is_undecided
from prowler_cis_monitoring.services import cloudwatch
from prowler_cis_monitoring.services.account_resources import resources_of
from prowler_cis_monitoring.settings import Settings
from prowler_cis_monitoring.snapshot import dump
from prowler_cis_monitoring.snapshot.weak_points import weak_points

if TYPE_CHECKING:
    from prowler.lib.check.models import Check_Report_AWS
    from prowler.lib.outputs.finding import Finding
    from prowler.providers.aws.aws_provider import AwsProvider

    from prowler_cis_monitoring.scan.options import Options

_CONTROLS = {control.check_id: control for control in CONTROLS.values()}
_CHECKS = Path(cloudwatch.__path__[0])
_VERDICTS = ("PASS", "FAIL", "MANUAL")
_ESCAPED_SURROGATE = r"\ud"
_SAVED = {
    "status": str,
    "status_extended": str,
    "muted": bool,
    "region": str,
    "resource_id": str,
    "resource_arn": str,
    "resource": dict,
}


@dataclass(frozen=True)
class ScannedAccount:
    """What a finding says of the account and of how it was reached."""

    account: str
    partition: str
    profile: str | None
    organization: Mapping[str, Any] | None

    @classmethod
    def of(cls, provider: AwsProvider) -> ScannedAccount:
        """Return what `provider` knows of its account."""
        metadata = provider.organizations_metadata
        return cls(
            account=provider.identity.account,
            partition=provider.identity.partition,
            profile=provider.identity.profile,
            organization=asdict(metadata) if metadata is not None else None,
        )

    def as_provider(self) -> Any:  # noqa: ANN401 - as much of a provider as Prowler's Finding reads
        """Return an object that Prowler takes for a provider when it writes findings."""
        return SimpleNamespace(
            type="aws",
            identity=SimpleNamespace(account=self.account, partition=self.partition, profile=in_a_cell(self.profile)),
            organizations_metadata=organization_shown(self.organization),
        )


@dataclass(frozen=True)
class AccountReports:
    """The reports of one account, a check each.

    Attributes:
        scanned: the account.
        reports: the reports.
        snapshot: what was read, as JSON values, if it is to be saved.
        weak_points: on which single resources which controls hang, as JSON values, if that was asked.
        undecided: whether nothing could be decided because calls failed.
    """

    scanned: ScannedAccount
    reports: Sequence[Check_Report_AWS]
    snapshot: Mapping[str, Any] | None = None
    weak_points: Sequence[Mapping[str, Any]] | None = None
    undecided: bool = False

    def saved(self) -> str:
        """Return one line of JSON, from which `Checks.restored` makes the same reports."""
        reports = [
            {"check_id": report.check_metadata.CheckID, **{name: getattr(report, name) for name in _SAVED}}
            for report in self.reports
        ]
        more = {"snapshot": self.snapshot, "weak_points": self.weak_points, "undecided": self.undecided}
        return json.dumps({**asdict(self.scanned), "reports": reports, **more}, default=str)


class Checks:
    """The checks that a scan runs, made once for all accounts."""

    def __init__(self, options: Options) -> None:
        """Make the checks that `options` name."""
        from prowler_cis_monitoring.finding import finding_of, report_on  # noqa: PLC0415 - loads while AWS answers

        self._finding_of, self._report_on = finding_of, report_on
        self._options = options
        self._metadata = {check_id: _metadata(check_id) for check_id in options.check_ids}
        self._compliance = compliance_of(options.check_ids)

    def run(self, provider: AwsProvider, one_more: Callable[[], None] = lambda: None) -> AccountReports:
        """Run the checks on `provider`'s account, in Prowler's order, with its status filter and mutelist.

        Args:
            provider: Prowler's provider of the account.
            one_more: is called after each check.
        """
        reports = []
        for check_id, text in self._metadata.items():
            reports.append(self._finding_of(_CONTROLS[check_id], provider, text))
            one_more()
        for report in reports:
            if provider.mutelist.mutelist:
                report.muted = provider.mutelist.is_finding_muted(
                    finding=report, aws_account_id=provider.identity.account
                )
        kept = [report for report in reports if not self._options.statuses or report.status in self._options.statuses]
        snapshot = self._snapshot(provider, reports) if self._options.save else None
        points = _weak_points(provider) if self._options.what_if else None
        return AccountReports(ScannedAccount.of(provider), kept, snapshot, points, is_undecided(reports))

    def _snapshot(self, provider: AwsProvider, reports: Iterable[Check_Report_AWS]) -> dict[str, Any]:
        from prowler_cis_monitoring.scan.saved import snapshot_of  # noqa: PLC0415 - only to save
        from prowler_cis_monitoring.snapshot.redaction import redacted  # noqa: PLC0415 - likewise

        # Other ways out are looked at when a control is not PASS by alert paths alone.
        accepts = Settings.read(provider.audit_config).accept_alternatives == "pass"
        looked = accepts or any(report.status != "PASS" for report in reports)
        snapshot = snapshot_of(provider, with_alternatives=looked)
        return dump(redacted(snapshot) if self._options.redact else snapshot)

    def can_restore(self, line: str) -> bool:
        """Whether a line is one that this version, with these checks, can use."""
        try:
            found = self.restored(line)
            _check_types(found)
            self.findings(found)
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
            return False
        return self._are_whole(found.reports)

    def _are_whole(self, reports: Sequence[Check_Report_AWS]) -> bool:
        """Whether reports are one of each check, or with a status filter some of them, and hold what they should."""
        checked = [report.check_metadata.CheckID for report in reports]
        lacking = self._metadata.keys() - set(checked)
        return (
            len(set(checked)) == len(checked)
            and not (lacking and not self._options.statuses)
            and all(report.status in _VERDICTS for report in reports)
        )

    def restored(self, line: str) -> AccountReports:
        """Return the reports that `AccountReports.saved` wrote."""
        account = json.loads(line)
        snapshot = account.pop("snapshot", None)
        if _ESCAPED_SURROGATE in line.lower():
            # A scan saves none; with one that somebody else wrote, the reports of no account could be written.
            account = without_surrogates(account)
        points = account.pop("weak_points", None)
        undecided = account.pop("undecided", False)
        reports = [self._restored(saved) for saved in account.pop("reports")]
        return AccountReports(ScannedAccount(**account), reports, snapshot, points, undecided)

    def not_scanned(self, account: str, partition: str, region: str, problem: str) -> AccountReports:
        """Return reports of an account that could not be scanned: MANUAL, with the reason.

        Args:
            account: its id.
            partition: that of the scan.
            region: the default Region of the scan.
            problem: why it could not be scanned.
        """
        step = "Scan it again with --resume."
        reports = []
        for check_id in self._metadata:
            control = _CONTROLS[check_id]
            opening = f"Unknown whether somebody is told when {control.event}"
            reports.append(
                self._restored(
                    {
                        "check_id": check_id,
                        "status": "MANUAL",
                        "status_extended": f"{opening}: not scanned: {problem.rstrip('.')}. {step}",
                        "muted": False,
                        "region": region,
                        "resource_id": account,
                        "resource_arn": f"arn:{partition}:iam::{account}:root",
                        "resource": {
                            **evidence_of(control, Verdict(Status.MANUAL, ""), None),
                            "not_scanned": problem,
                            "told": {"opening": opening, "way": "", "next_step": step, "hint": ""},
                        },
                    }
                )
            )
        kept = [report for report in reports if not self._options.statuses or report.status in self._options.statuses]
        return AccountReports(ScannedAccount(account, partition, None, None), kept, undecided=True)

    def _restored(self, saved: dict[str, Any]) -> Check_Report_AWS:
        report = self._report_on(self._metadata[saved.pop("check_id")], saved["resource"])
        for name in _SAVED:
            setattr(report, name, saved[name])
        return report

    def findings(self, found: AccountReports) -> list[Finding]:
        """Return Prowler's findings of an account's reports."""
        from prowler.lib.outputs.finding import Finding  # noqa: PLC0415 - loads while AWS answers

        provider = found.scanned.as_provider()
        options = SimpleNamespace(unix_timestamp=self._options.outputs.unix_timestamp)
        for report in found.reports:
            report.compliance = self._compliance[report.check_metadata.CheckID]
        return [Finding.generate_output(provider, report, options) for report in found.reports]


def _check_types(found: AccountReports) -> None:
    """Raise ValueError where a result that was saved holds something else than what tables, maps and reports read."""
    from prowler_cis_monitoring.schemas import Evidence, WeakPoint  # noqa: PLC0415 - only to resume and to merge

    as_saved(ScannedAccount, asdict(found.scanned))
    place = found.scanned.organization or {}
    as_saved(dict[str, str | None], {name: one for name, one in place.items() if name != "account_tags"})
    as_saved(list[WeakPoint] | None, found.weak_points)
    as_saved(bool, found.undecided)
    for report in found.reports:
        as_saved(Evidence, report.resource)
        if not all(isinstance(getattr(report, name), kind) for name, kind in _SAVED.items()):
            raise ValueError("a report holds something else")


def _weak_points(provider: AwsProvider) -> list[dict[str, Any]]:
    found = weak_points(resources_of(provider), Settings.read(provider.audit_config))
    return [{"resource": str(point.item), "controls": list(point.controls)} for point in found]


def _metadata(check_id: str) -> str:
    """Return the metadata of a check as its class would: making the classes takes longer than all decisions."""
    return (_CHECKS / check_id / f"{check_id}.metadata.json").read_text(encoding="utf-8")
