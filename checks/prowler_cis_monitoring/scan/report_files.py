"""Prowler's report files, written account by account so that memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prowler.config.config import (
    csv_file_suffix,
    html_file_suffix,
    json_asff_file_suffix,
    json_ocsf_file_suffix,
)

if TYPE_CHECKING:
    from prowler.lib.check.compliance_models import ComplianceFramework
    from prowler.lib.outputs.finding import Finding
    from prowler.lib.outputs.output import Output

_SUFFIXES = {
    "csv": csv_file_suffix,
    "json-ocsf": json_ocsf_file_suffix,
    "html": html_file_suffix,
    "json-asff": json_asff_file_suffix,
}


class ReportError(RuntimeError):
    """A report could not be written; the message names the file."""


@dataclass
class ReportFiles:
    """The files of one scan.

    Attributes:
        directory: where the files are written; compliance reports in its folder `compliance`.
        name: what all file names begin with.
        formats: Prowler's names of output formats.
        frameworks: compliance frameworks by Prowler's name.
        provider: whose identity the HTML report shows.
        statistics: Prowler's statistics of all findings, for the HTML report.
    """

    directory: Path
    name: str
    formats: Sequence[str]
    frameworks: Mapping[str, ComplianceFramework]
    provider: Any
    statistics: Mapping[str, Any]
    _writers: dict[str, Output] = field(default_factory=dict, init=False)
    _compliance: dict[str, list[Any]] = field(default_factory=lambda: {"compliance": []}, init=False)
    _decided: set[str] = field(default_factory=set, init=False)

    def write(self, batches: Iterable[list[Finding]]) -> list[Path]:
        """Write the findings of all accounts, a batch each; files of the same names are replaced.

        Returns:
            The files written; none where there is no finding or no format.

        Raises:
            ReportError: a file could not be written.
        """
        if not self.formats:
            return []
        (self.directory / "compliance").mkdir(parents=True, exist_ok=True)
        for path in self._paths():
            path.unlink(missing_ok=True)  # Prowler would append.
        some = False
        for batch, last in _with_last(batch for batch in batches if batch):
            some = True
            self._decided |= {finding.metadata.CheckID for finding in batch}
            for output_format in self.formats:
                self._write_format(output_format, batch, last=last)
            self._write_compliance(batch, last=last)
        return self._written() if some else []

    def _write_format(self, output_format: str, batch: list[Finding], *, last: bool) -> None:
        if output_format in self._writers:
            writer = self._writers[output_format]
            writer.transform(batch)
        else:
            writer = self._writers[output_format] = _writer_class(output_format)(
                findings=batch, file_path=str(self._path(output_format)), from_cli=False
            )
        writer.close_file = last
        if output_format == "json-asff":
            # Prowler's writer can only write the whole list.
            if last:
                _write_asff(writer)
            return
        if output_format == "html":
            writer.batch_write_data_to_file(provider=self.provider, stats=self.statistics)
        else:
            writer.batch_write_data_to_file()
        writer.data.clear()

    def _write_compliance(self, batch: list[Finding], *, last: bool) -> None:
        from prowler.lib.outputs.compliance.compliance import (  # noqa: PLC0415 - loads while AWS answers
            process_universal_compliance_frameworks,
        )

        process_universal_compliance_frameworks(
            input_compliance_frameworks=set(self._asking()),
            universal_frameworks=self.frameworks,
            finding_outputs=batch,
            output_directory=str(self.directory),
            output_filename=self.name,
            provider="aws",
            generated_outputs=self._compliance,
            from_cli=False,
            is_last=last,
        )

    def _path(self, output_format: str) -> Path:
        return self.directory / f"{self.name}{_SUFFIXES[output_format]}"

    def _paths(self, frameworks: Iterable[str] | None = None) -> list[Path]:
        compliance = self.directory / "compliance"
        return [self._path(output_format) for output_format in self.formats] + [
            compliance / f"{self.name}_{framework}{suffix}"
            for framework in (self.frameworks if frameworks is None else frameworks)
            for suffix in (csv_file_suffix, json_ocsf_file_suffix)
        ]

    def _written(self) -> list[Path]:
        """Prowler's writers log an error and go on: look whether the files are there."""
        for path in (owed := self._paths(self._asking())):
            if not path.is_file() or not path.stat().st_size:
                raise ReportError(f"{path} could not be written; --log-level ERROR says more")
        return owed

    def _asking(self) -> list[str]:
        """Return the frameworks that ask for a control that was decided: of others Prowler would write empty tables."""
        return [
            name
            for name, framework in self.frameworks.items()
            if any(self._decided & set(one.checks.get("aws", ())) for one in framework.requirements)
        ]


def _writer_class(output_format: str) -> Any:  # noqa: ANN401 - Prowler's classes
    """Import a writer when it is used: OCSF's models alone take longer than all AWS calls of a small account."""
    if output_format == "csv":
        from prowler.lib.outputs.csv.csv import CSV as writer  # noqa: N811, PLC0415
    elif output_format == "json-ocsf":
        from prowler.lib.outputs.ocsf.ocsf import OCSF as writer  # noqa: N811, PLC0415
    elif output_format == "html":
        from prowler.lib.outputs.html.html import HTML as writer  # noqa: N811, PLC0415
    else:
        from prowler.lib.outputs.asff.asff import ASFF as writer  # noqa: N811, PLC0415
    return writer


def _write_asff(writer: Output) -> None:
    if writer.data:
        writer.batch_write_data_to_file()
        return
    # MANUAL findings have no ASFF. Prowler leaves an empty file, which is no JSON.
    with writer.file_descriptor as file:
        file.write("[]")


def preload(formats: Iterable[str]) -> None:
    """Import what `write` will need; meant for the time in which AWS answers."""
    import prowler.lib.outputs.compliance.compliance  # noqa: PLC0415
    import prowler.lib.outputs.finding  # noqa: F401, PLC0415

    for output_format in formats:
        _writer_class(output_format)


def _with_last(batches: Iterator[list[Finding]]) -> Iterator[tuple[list[Finding], bool]]:
    """Yield each batch and whether it is the last one."""
    waiting = next(batches, None)
    while waiting is not None:
        following = next(batches, None)
        yield waiting, following is None
        waiting = following
