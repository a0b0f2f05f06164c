"""Prowler's report files, written account by account so that memory does not grow with their number."""

from __future__ import annotations

import copy
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from prowler.config.config import (
    csv_file_suffix,
    html_file_suffix,
    json_asff_file_suffix,
    json_ocsf_file_suffix,
)

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.scan.arguments import PICTURES
from prowler_cis_monitoring.scan.report_folder import ReportError, ReportFolder
from prowler_cis_monitoring.scan.row_count import UnreadableError, rows_in

if TYPE_CHECKING:
    from prowler.lib.check.compliance_models import ComplianceFramework
    from prowler.lib.outputs.finding import Finding
    from prowler.lib.outputs.output import Output

    from prowler_cis_monitoring.scan.pictures import Insight

_SUFFIXES = {
    "csv": csv_file_suffix,
    "json-ocsf": json_ocsf_file_suffix,
    "html": html_file_suffix,
    "json-asff": json_asff_file_suffix,
    **PICTURES,
}
_MOST_TEXTS = 256
_PLACES = {control.check_id: place for place, control in enumerate(CONTROLS.values())}


@dataclass
class ReportFiles:
    """The files of one scan, as they are made in a private folder.

    Attributes:
        folder: where they are made, and what all file names begin with; compliance reports in a folder `compliance`.
        formats: Prowler's names of output formats.
        frameworks: compliance frameworks by Prowler's name.
        provider: whose identity the HTML report shows.
        statistics: Prowler's statistics of all findings, for the HTML report.
        insight: what pictures tell of a single account beside its findings.
        accounts: how many accounts there are (count); of several, the HTML report names each finding's own.
    """

    folder: ReportFolder
    formats: Sequence[str]
    frameworks: Mapping[str, ComplianceFramework]
    provider: Any
    statistics: Mapping[str, Any]
    insight: Insight | None = None
    accounts: int = 1
    _writers: dict[str, Output] = field(default_factory=dict, init=False)
    _compliance: dict[str, list[Any]] = field(default_factory=lambda: {"compliance": []}, init=False)
    _owed: Counter[Path] = field(default_factory=Counter, init=False)

    def write(self, batches: Iterable[list[Finding]]) -> list[Path]:
        """Write the findings of all accounts, a batch each, and deliver the files that hold all of them.

        Returns:
            The files written; none where there is no finding or no format.

        Raises:
            ReportError: a file could not be written; the message says which, and how many findings are missing.
        """
        if not self.formats:
            return []
        (self.folder.private / "compliance").mkdir()
        refused: OSError | None = None
        try:
            for batch, last in _with_last(batch for batch in batches if batch):
                self._write(batch, last=last)
        except SystemExit:  # as Prowler ends where it cannot open a file; it has logged why
            pass
        except OSError as error:
            refused = error
        finally:
            refused = self._close() or refused
        missing = {path: problem for path in self._owed if (problem := self._problem(path))}
        delivered = self.folder.deliver(path for path in self._owed if path not in missing)
        if missing:
            raise ReportError(self._told(missing, refused))
        return delivered

    def _write(self, batch: list[Finding], *, last: bool) -> None:
        for output_format in self.formats:
            self._owed[self._path(output_format)] += sum(
                output_format != "json-asff" or finding.status != "MANUAL" for finding in batch
            )
        for path, framework in self._asking(batch):
            # Prowler adds the requirements that it cannot check, once.
            self._owed[path] = self._owed.get(path, len(_manual(framework))) + _rows(framework, batch)
        for output_format in self.formats:
            self._write_format(output_format, batch, last=last)
        self._write_compliance(batch, last=last)

    def _write_format(self, output_format: str, batch: list[Finding], *, last: bool) -> None:
        if output_format == "html":
            batch = [_for_html(finding, named=self.accounts > 1) for finding in batch]
        if output_format in self._writers:
            writer = self._writers[output_format]
            writer.transform(batch)
        else:
            writer = self._writers[output_format] = self._writer_class(output_format)(
                findings=batch, file_path=str(self._path(output_format)), from_cli=False
            )
        writer.close_file = last
        if output_format == "json-asff":
            # Prowler's writer can only write the whole list.
            if last:
                _write_asff(writer)
            return
        if output_format == "html":
            provider = self.provider if self.accounts == 1 else _OfMany(self.provider, self.accounts)
            writer.batch_write_data_to_file(provider=provider, stats=self.statistics)
        else:
            writer.batch_write_data_to_file()
        writer.data.clear()

    def _writer_class(self, output_format: str) -> Any:  # noqa: ANN401 - Prowler's classes, and ours
        if output_format in PICTURES:
            from prowler_cis_monitoring.scan.pictures import PictureFile  # noqa: PLC0415 - only for pictures

            return partial(PictureFile, output_format, self.insight)
        return _writer_class(output_format)

    def _write_compliance(self, batch: list[Finding], *, last: bool) -> None:
        from prowler.lib.outputs.compliance.compliance import (  # noqa: PLC0415 - loads while AWS answers
            process_universal_compliance_frameworks,
        )

        process_universal_compliance_frameworks(
            input_compliance_frameworks=self._owed_frameworks(),
            universal_frameworks=self.frameworks,
            # Prowler writes rows in the order of findings, which is that of the names of checks.
            finding_outputs=sorted(batch, key=lambda finding: _PLACES[finding.metadata.CheckID]),
            output_directory=str(self.folder.private),
            output_filename=self.folder.name,
            provider="aws",
            generated_outputs=self._compliance,
            from_cli=False,
            is_last=last,
        )

    def _path(self, output_format: str) -> Path:
        return self.folder.private / f"{self.folder.name}{_SUFFIXES[output_format]}"

    def _compliance_paths(self, framework: str) -> list[Path]:
        stem = f"{self.folder.name}_{framework}"
        return [self.folder.private / "compliance" / f"{stem}{end}" for end in (csv_file_suffix, json_ocsf_file_suffix)]

    def _asking(self, batch: list[Finding]) -> Iterator[tuple[Path, ComplianceFramework]]:
        """Yield the files that have rows of a batch: of other frameworks Prowler would write empty tables."""
        for name, framework in self.frameworks.items():
            if _rows(framework, batch):
                for path in self._compliance_paths(name):
                    yield path, framework

    def _owed_frameworks(self) -> set[str]:
        return {name for name in self.frameworks if self._owed.keys() & set(self._compliance_paths(name))}

    def _close(self) -> OSError | None:
        """Close all files; return why one could not be written to the end."""
        problem = None
        for writer in (*self._writers.values(), *self._compliance["compliance"]):
            file = writer._file_descriptor  # noqa: SLF001 - not every writer has a public name for it
            if file is None or file.closed:
                continue
            try:
                with file:
                    # Prowler leaves a file open when the last batch has nothing for it.
                    if file.name.endswith(json_ocsf_file_suffix):
                        _end_array(file)
            except OSError as error:
                problem = error
        return problem

    def _problem(self, path: Path) -> str | None:
        """Return what is missing in a file: Prowler's writers log an error and go on."""
        try:
            if path in map(self._path, PICTURES):
                return None if path.stat().st_size else "empty"  # written at once, not finding by finding
            found = rows_in(path, path.suffix)
        except (OSError, UnreadableError) as error:
            return str(error.strerror if isinstance(error, OSError) else error)
        owed = self._owed[path]
        return None if found == owed else f"{found} of {owed} findings"

    def _told(self, missing: Mapping[Path, str], refused: OSError | None) -> str:
        files = ", ".join(f"{self.folder.target(path)} ({problem})" for path, problem in missing.items())
        full = not shutil.disk_usage(self.folder.private).free
        why = refused.strerror if refused else "no space left on device" if full else "--log-level ERROR says more"
        return f"not written, for findings would be missing: {files}; {why}"


class _OfMany:
    """A provider as the head of an HTML report shows it: its one account would be taken for that of all findings."""

    def __init__(self, provider: Any, accounts: int) -> None:  # noqa: ANN401 - Prowler's, or one of a saved account
        self._provider = provider
        self.identity = copy.copy(provider.identity)
        self.identity.account = f"{accounts} accounts, scanned from {provider.identity.account}"

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - likewise
        return getattr(self._provider, name)


def _for_html(finding: Finding, *, named: bool) -> Finding:
    """Return a finding with what Prowler's HTML report lacks: a page to read on, and the account where there are many.

    Prowler takes no page of others for a check, so the link of a row would lead nowhere.
    """
    other: dict[str, Any] = {}
    recommendation = finding.metadata.Remediation.Recommendation
    if not recommendation.Url and finding.metadata.AdditionalURLs:
        # Only what differs is copied: the rest of the texts is large. The address is checked when a check is read.
        recommendation = recommendation.copy(update={"Url": finding.metadata.AdditionalURLs[0]})
        remediation = finding.metadata.Remediation.copy(update={"Recommendation": recommendation})
        other["metadata"] = finding.metadata.copy(update={"Remediation": remediation})
    if named:
        name = f" ({harmless(finding.account_name)})" if finding.account_name else ""
        other["status_extended"] = f"Account {finding.account_uid}{name}. {finding.status_extended}"
    # Not by the standard library: what its copies of such models change, changes in the original.
    return finding.copy(update=other)


def _rows(framework: ComplianceFramework, batch: Iterable[Finding]) -> int:
    """Return how many rows of a framework's table tell of findings: one a finding and requirement that asks for it."""
    asked = Counter(check for requirement in framework.requirements for check in requirement.checks.get("aws", ()))
    return sum(asked[finding.metadata.CheckID] for finding in batch)


def _manual(framework: ComplianceFramework) -> list[Any]:
    return [requirement for requirement in framework.requirements if not requirement.checks.get("aws")]


def _end_array(file: TextIO) -> None:
    """End a JSON array as Prowler does, in place of the comma after its last element."""
    file.seek(max(file.tell() - 1, 1))
    file.truncate()
    file.write("]")


def _writer_class(output_format: str) -> Any:  # noqa: ANN401 - Prowler's classes
    """Import a writer when it is used: OCSF's models alone take longer than all AWS calls of a small account."""
    if output_format == "csv":
        from prowler.lib.outputs.csv.csv import CSV as writer  # noqa: N811, PLC0415
    elif output_format == "json-ocsf":
        from prowler.lib.outputs.ocsf.ocsf import OCSF as writer  # noqa: N811, PLC0415
    elif output_format == "html":
        from prowler.lib.outputs.html.html import HTML as writer  # noqa: N811, PLC0415

        if not hasattr(writer.process_markdown, "cache_info"):
            # The texts of checks are the same for every account, and Prowler makes a converter for each anew.
            writer.process_markdown = staticmethod(lru_cache(_MOST_TEXTS)(writer.process_markdown))
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


def preload(formats: Sequence[str]) -> None:
    """Import what `write` will need; meant for the time in which AWS answers."""
    if not formats:
        return
    import prowler.lib.outputs.compliance.compliance  # noqa: PLC0415
    import prowler.lib.outputs.finding  # noqa: F401, PLC0415

    for output_format in set(formats) - PICTURES.keys():
        _writer_class(output_format)


def _with_last(batches: Iterator[list[Finding]]) -> Iterator[tuple[list[Finding], bool]]:
    """Yield each batch and whether it is the last one."""
    waiting = next(batches, None)
    while waiting is not None:
        following = next(batches, None)
        yield waiting, following is None
        waiting = following
