"""The formats of a scan that are pictures: written once all accounts are known, by the room of pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prowler_cis_monitoring.picture import Answer, Drawing, drawing_of, mermaid, svg

_PREFIX = "cloudwatch_alerting_"
_WRITERS: Mapping[str, Callable[[Drawing], str]] = {"svg": svg, "mermaid": mermaid}


class PictureError(RuntimeError):
    """There is nothing that could be drawn; the message says why."""


@dataclass(frozen=True)
class DrawnAccount:
    """What a picture shows of one account."""

    title: str
    answers: Sequence[Answer]


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


def draw(output_format: str, accounts: Sequence[DrawnAccount]) -> str:
    """Return the text of a picture file.

    Raises:
        PictureError: the format shows one account, and there are several.
    """
    if len(accounts) != 1:
        raise PictureError(f"{output_format} shows one account, and these are {len(accounts)}")
    return _WRITERS[output_format](drawing_of(accounts[0].title, accounts[0].answers))


class PictureFile:
    """Writes a picture as Prowler's writers write their files: batch by batch, an account each.

    Attributes:
        close_file: whether the batch at hand is the last.
        data: nothing; what is kept of the batches is not for others.
    """

    def __init__(self, output_format: str, findings: Sequence[Any], file_path: str, *, from_cli: bool) -> None:  # noqa: ARG002 - as Prowler's
        """Begin with the findings of the first account."""
        self.close_file = False
        self._file_descriptor = None  # as Prowler's; nothing stays open here
        self.data: list[Any] = []
        self._format, self._path = output_format, Path(file_path)
        self._accounts: list[DrawnAccount] = []
        self.transform(findings)

    def transform(self, findings: Sequence[Any]) -> None:
        """Keep as much of an account's findings as the picture needs."""
        first = findings[0]
        name = first.account_name
        title = f"Account {first.account_uid}{f' ({name})' if name else ''}"
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
        self._accounts.append(DrawnAccount(title, answers))

    def batch_write_data_to_file(self) -> None:
        """Write the file once everything is known."""
        if self.close_file:
            self._path.write_text(draw(self._format, self._accounts), encoding="utf-8")
