"""The formats of a scan that are pictures: written once all accounts are known, by the room of pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from prowler_cis_monitoring.alert_path.resources import AccountResources, Alternatives
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.picture import Answer, Drawing, Fleet, drawing_of, fleet_page, mermaid, page, svg
from prowler_cis_monitoring.picture.drawing import Key
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.remedy import propose_all
from prowler_cis_monitoring.settings import Settings
from prowler_cis_monitoring.snapshot.inventory import items
from prowler_cis_monitoring.snapshot.weak_points import weak_points

_PREFIX = "cloudwatch_alerting_"
_WRITERS: Mapping[str, Callable[[Drawing], str]] = {"map": page, "svg": svg, "mermaid": mermaid}


# Each weak point and each remedy is proved by judging the account again.
_MOST_ITEMS = 250


@dataclass(frozen=True)
class Insight:
    """What a picture tells of an account beside its findings.

    Attributes:
        alone: by key, the slugs of the controls that hang on a single resource.
        mending: by control, what would mend it, as sentences.
    """

    alone: Mapping[Key, Sequence[str]] = field(default_factory=dict)
    mending: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def into(cls, resources: AccountResources, settings: Settings, alternatives: Alternatives | None) -> Insight:
        """Ask what hangs on one resource and what would mend what is broken; nothing of too large an account."""
        if sum(1 for _ in items(resources)) > _MOST_ITEMS:
            return cls()
        return cls(
            {point.item.key: point.controls for point in weak_points(resources, settings)},
            {
                fix.control: tuple(map(_sentence, [*(change.says for change in fix.changes), *fix.steps]))
                for fix in propose_all(resources, settings=settings, alternatives=alternatives)
                if fix.mends and (fix.changes or fix.steps)
            },
        )


def _sentence(said: str) -> str:
    return f"{harmless(said, 1200).removesuffix('.')}."


class Gathered:
    """Accounts as pictures show them: the first one with its answers, and all as a fleet."""

    def __init__(self) -> None:
        """Begin with none."""
        self.fleet = Fleet()
        self._first: Sequence[Answer] = ()

    def add(self, account: str, name: str, answers: Sequence[Answer]) -> None:
        """Take one account more."""
        self._first = self._first if self.fleet.rows else answers
        self.fleet.add(account, name, answers)

    def drawn(self, output_format: str, insight: Insight) -> str:
        """Return the text of a picture file.

        Args:
            output_format: its format.
            insight: what else is known, where there is one account only.
        """
        if len(self.fleet.rows) != 1:
            if output_format == "map":
                return fleet_page(self.fleet)
            return _WRITERS[output_format](self.fleet.drawing())
        (row,) = self.fleet.rows
        title = f"Account {row.account}{f' ({row.name})' if row.name else ''}"
        answers = [replace(one, mending=insight.mending.get(one.control, ())) for one in self._first]
        return _WRITERS[output_format](drawing_of(title, answers, insight.alone))


def answers_of(reports: Iterable[Any]) -> list[Answer]:
    """Return what was decided, of the reports of one account or of what `scan --from` makes in their place."""
    return [
        Answer(
            control=report.check_metadata.CheckID.removeprefix(_PREFIX),
            status=report.status,
            sentence=report.status_extended,
            evidence=report.resource,
            muted=report.muted,
        )
        for report in reports
    ]


class PictureFile:
    """Writes a picture as Prowler's writers write their files: batch by batch, an account each.

    Attributes:
        close_file: whether the batch at hand is the last.
        data: nothing; what is kept of the batches is not for others.
    """

    def __init__(
        self,
        output_format: str,
        insight: Insight | None,
        findings: Sequence[Any],
        file_path: str,
        *,
        from_cli: bool,  # noqa: ARG002 - as Prowler's
    ) -> None:
        """Begin with the findings of the first account."""
        self._insight = insight or Insight()
        self.close_file = False
        self._file_descriptor = None  # as Prowler's; nothing stays open here
        self.data: list[Any] = []
        self._format, self._path = output_format, Path(file_path)
        self._gathered = Gathered()
        self.transform(findings)

    def transform(self, findings: Sequence[Any]) -> None:
        """Keep as much of an account's findings as the picture needs."""
        first = findings[0]
        answers = [
            Answer(
                control=finding.metadata.CheckID.removeprefix(_PREFIX),
                status=str(finding.status.value),
                sentence=finding.status_extended,
                evidence=finding.resource_metadata,
                muted=finding.muted,
            )
            for finding in findings
        ]
        self._gathered.add(first.account_uid, first.account_name or "", answers)

    def batch_write_data_to_file(self) -> None:
        """Write the file once everything is known."""
        if self.close_file:
            self._path.write_text(self._gathered.drawn(self._format, self._insight), encoding="utf-8")
