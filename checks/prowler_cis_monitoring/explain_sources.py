"""Where `cis-monitoring explain` finds patterns: command line, standard input, templates and other files."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prowler_cis_monitoring.file_errors import UnreadableFileError, as_text, bounded, read_text
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.templates.choices import every
from prowler_cis_monitoring.templates.declared import METRIC_FILTER, Place
from prowler_cis_monitoring.templates.files import read_files
from prowler_cis_monitoring.templates.values import TemplateError, text

STANDARD_INPUT = "-"
_INPUT = "standard input"
_RESOURCE = "aws_cloudwatch_log_metric_filter"
_OUTSIDE = "${"


@dataclass(frozen=True)
class Written:
    """A pattern and where it stands; without `text` where the file alone does not tell it."""

    where: str
    text: str | None


class SourceError(ValueError):
    """There is no pattern to be read; the message names the file."""


def on_command_line(texts: list[str]) -> list[Written]:
    """Return the patterns that are given one by one; `-` stands for standard input, with a pattern a line."""
    found = []
    for number, given in enumerate(texts, start=1):
        if given == STANDARD_INPUT:
            found += _lines(_INPUT, _read_input())
        else:
            found.append(Written(f"pattern {number}", given))
    return found


def _read_input() -> str:
    try:
        return as_text(bounded(sys.stdin.buffer, _INPUT), _INPUT)
    except UnreadableFileError as error:
        raise SourceError(str(error)) from None


def in_file(path: Path) -> list[Written]:
    """Return the patterns of the metric filters in a file.

    Args:
        path: CloudFormation, `terraform show -json` of a plan or state, a .tf file, the answer of
            `aws logs describe-metric-filters`, or a text with a pattern a line.

    Raises:
        SourceError: the file cannot be read, or holds no pattern.
    """
    try:
        content = read_text(path)
    except UnreadableFileError as error:
        raise SourceError(str(error)) from None
    if path.suffix == ".tf":
        found = list(_of_terraform(path, content))
    elif path.suffix in (".txt", ".pattern", ".patterns"):
        found = _lines(str(path), content)
    else:
        found = list(_of_answer(path, content)) or list(_of_templates(path))
    if not found:
        raise SourceError(f"{path}: holds no metric filter")
    return found


def _lines(where: str, content: str) -> list[Written]:
    lines = enumerate(content.splitlines(), start=1)
    return [Written(f"{where}, line {number}", line.strip()) for number, line in lines if line.strip()]


def _of_answer(path: Path, content: str) -> Iterator[Written]:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        # Whatever else it is, the reader of templates says.
        return
    for filter_ in answer.get("metricFilters", ()) if isinstance(answer, dict) else ():
        if isinstance(filter_, dict) and isinstance(filter_.get("filterPattern"), str):
            yield Written(f"{path}, {harmless(str(filter_.get('filterName')))}", filter_["filterPattern"])


def _of_templates(path: Path) -> Iterator[Written]:
    try:
        files = read_files([path], Place(), None)
        variants, _ = every(files.declared)
    except TemplateError as error:
        raise SourceError(str(error)) from None
    seen = set()
    for one in (declared for _, all_of_them in variants for declared in all_of_them if declared.type == METRIC_FILTER):
        pattern = one.get("FilterPattern")
        at = one.at_of("FilterPattern")
        known = pattern is not None and not pattern.outside
        written = Written(f"{at.file}:{at.line}, {harmless(one.address)}", text(pattern) if known else None)
        if written not in seen:
            seen.add(written)
            yield written


def _of_terraform(path: Path, content: str) -> Iterator[Written]:
    import hcl2  # noqa: PLC0415 - only for .tf files

    try:
        document = hcl2.loads(content if content.endswith("\n") else f"{content}\n")
    except Exception as error:  # noqa: BLE001 - the reader's own errors are of many kinds
        told = harmless(" ".join(str(error).split()), 200)
        raise SourceError(f"{path}: no valid Terraform: {told}") from None
    for block in document.get("resource", ()):
        for kind, named in block.items():
            if kind.strip('"') == _RESOURCE:
                for name, values in named.items():
                    where = f"{path}, {_RESOURCE}.{harmless(name.strip(chr(34)))}"
                    yield Written(where, _terraform_text(values.get("pattern")))


def _terraform_text(value: Any) -> str | None:  # noqa: ANN401 - as the reader gives it
    """Return a text as it is meant, None where it depends on something else."""
    if not isinstance(value, str) or _OUTSIDE in value:
        return None
    if value.startswith('"<<') and value.endswith('"'):
        return "\n".join(value[1:-1].splitlines()[1:-1]).strip()
    if value.startswith('"') and value.endswith('"'):
        try:
            return str(json.loads(value))
        except ValueError:
            return None
    return value
