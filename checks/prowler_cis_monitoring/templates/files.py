"""Finds the templates in files and folders, and what they declare together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.templates.choices import Choices
from prowler_cis_monitoring.templates.cloudformation import Stack, Work
from prowler_cis_monitoring.templates.declared import Declared, Place
from prowler_cis_monitoring.templates.reading import MOST_BYTES_OF_A_TEMPLATE, plain_json, read_text, read_value
from prowler_cis_monitoring.templates.values import Position, TemplateError, Value, boolean, text

if TYPE_CHECKING:
    from prowler_cis_monitoring.templates.terraform import Plan

SUFFIXES = (".yaml", ".yml", ".json", ".template", ".cform", ".cfn")
_MOST_FILES = 2_000
_OF_TERRAFORM = (".tf", ".tfvars", ".hcl", ".tfplan")
_MANIFEST = "manifest.json"
_DEEPEST_STAGE = 8
_ARN = re.compile(r"arn:(aws[a-z-]*):(?:sns|logs|cloudwatch|cloudtrail):([a-z]{2}(?:-[a-z]+)+-\d):(\d{12}):")
_ENVIRONMENT = re.compile(r"aws://(\d{12}|unknown-account)/([a-z0-9-]+|unknown-region)")


@dataclass(frozen=True)
class Template:
    """A CloudFormation template that was read.

    Attributes:
        path: its file.
        document: what it holds.
        stack: the stack's name, where a CDK manifest tells it.
        place: where it is deployed, where a CDK manifest tells it.
    """

    path: Path
    document: Value
    stack: str = ""
    place: Place | None = None


@dataclass
class Files:
    """All that was given.

    Attributes:
        templates: CloudFormation templates, nested ones included.
        plans: Terraform plans and states.
        skipped: files that are no templates.
        place: where what says nothing of it is deployed.
        parameters: values of parameters, by name.
    """

    place: Place = field(default_factory=Place)
    templates: list[Template] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    skipped: list[Path] = field(default_factory=list)
    parameters: Mapping[str, Value] = field(default_factory=dict)

    def declared(self, choices: Choices) -> tuple[Declared, ...]:
        """Return the resources of all files, with the answers given so far."""
        return (*_Stacks(self, choices).declared(), *(one for plan in self.plans for one in plan.declared()))


def read_files(paths: Sequence[Path], place: Place, parameters: Path | None, *, skip_others: bool = False) -> Files:
    """Read templates, plans, `cdk.out` folders and folders of templates.

    Args:
        paths: files and folders.
        place: where they are deployed, as far as the caller says.
        parameters: a file with parameters as the AWS CLI takes it.
        skip_others: whether a file that is no template is passed over instead of being an error.

    Raises:
        TemplateError: something cannot be read.
    """
    files = Files(place)
    if parameters is not None:
        files.parameters = read_parameters(parameters)
    for path in paths:
        if path.is_dir():
            _read_folder(path, files)
        else:
            _read_file(path, files, named=not skip_others)
    if not files.place.said:
        files.place = _guessed_place(files)
        for plan in files.plans:
            plan.place = plan.place if plan.place.said else files.place
    return files


def _read_folder(folder: Path, files: Files) -> None:
    if (folder / _MANIFEST).is_file():
        _read_assembly(folder, folder, files, 0)
        return
    found = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    if len(found) > _MOST_FILES:
        raise TemplateError(f"holds more than {_MOST_FILES:,} files that may be templates", Position(str(folder)))
    for path in found:
        _read_file(path, files, named=False)
    if not files.templates and not files.plans:
        raise TemplateError("holds no template and no plan", Position(str(folder)))


def _read_file(path: Path, files: Files, *, named: bool) -> None:
    content = read_text(path)
    is_plan = '"format_version"' in content[:4096] or '"planned_values"' in content[:4096]
    if content.lstrip()[:1] == "{" and is_plan:
        document = plain_json(content, str(path))
        if isinstance(document, dict) and ("planned_values" in document or "values" in document):
            from prowler_cis_monitoring.templates.terraform import Plan  # noqa: PLC0415 - only for plans

            files.plans.append(Plan(document, str(path), files.place))
            return
    elif "AWS::" in content:
        if len(content) > MOST_BYTES_OF_A_TEMPLATE:
            most = MOST_BYTES_OF_A_TEMPLATE // 2**20
            raise TemplateError(f"larger than {most} MB, which no template is", Position(str(path)))
        document = read_value(content, str(path))
        if document.get("Resources") is not None:
            files.templates.append(Template(path, document))
            return
    if named:
        raise TemplateError(_told_of(path, content), Position(str(path)))
    files.skipped.append(path)


def _told_of(path: Path, content: str) -> str:
    """Return what a file is that was named and is no template."""
    if '"schema_version"' in content[:64]:
        return "a snapshot of an account and no template; cis-monitoring scan --from judges it"
    if path.suffix in _OF_TERRAFORM:
        return (
            "Terraform's own language, whose values only Terraform knows: terraform show -json PLAN > plan.json writes "
            "what is judged here; cis-monitoring explain --file takes a .tf as it is"
        )
    if path.suffix in SUFFIXES and len(content) <= MOST_BYTES_OF_A_TEMPLATE:
        read_value(content, str(path))  # tells what is wrong with its JSON or YAML, and where
    return "neither a CloudFormation template nor the JSON of a Terraform plan (terraform show -json)"


def _read_assembly(folder: Path, top: Path, files: Files, depth: int) -> None:
    """Read what `cdk synth` wrote: the stacks that its manifest names."""
    manifest = read_any(folder / _MANIFEST)
    artifacts = manifest.get("artifacts")
    for name, artifact in artifacts.data.items() if artifacts and isinstance(artifacts.data, Mapping) else ():
        properties = artifact.get("properties")
        kind = text(artifact.get("type"))
        if kind == "cdk:cloud-assembly" and properties is not None and depth < _DEEPEST_STAGE:
            inner = _below(folder, text(properties.get("directoryName")), top, artifact.at)
            _read_assembly(inner, top, files, depth + 1)
        if kind == "aws:cloudformation:stack" and properties is not None:
            path = _below(folder, text(properties.get("templateFile")), top, artifact.at)
            place = _environment(text(artifact.get("environment")), files.place)
            stack = text(properties.get("stackName")) or name
            files.templates.append(Template(path, read_any(path), stack, place))


def _below(folder: Path, name: str, top: Path, at: Position) -> Path:
    """Return a file that a manifest names; raise TemplateError when it lies elsewhere."""
    path = folder / name
    if not name or not path.resolve().is_relative_to(top.resolve()):
        raise TemplateError(f"{name!r} is not below {top}", at)
    return path


def _environment(written: str, place: Place) -> Place | None:
    found = _ENVIRONMENT.fullmatch(written)
    if found is None or place.said:
        return None
    account = found[1] if found[1].isdigit() else place.account
    if found[2] == "unknown-region":
        return None if account == place.account else replace(place, account=account)
    return replace(place, account=account, region=found[2], said=True)


def _guessed_place(files: Files) -> Place:
    """Return the place that ARNs in the files name most often: whoever writes one deploys there."""
    named = [plan.place for plan in files.plans if plan.place.said]
    if named:
        return named[0]
    known = [template.place for template in files.templates if template.place is not None]
    if known:
        return replace(known[0], said=False)
    counts: Counter[tuple[str, ...]] = Counter()
    for template in files.templates:
        counts.update(found.groups() for found in _ARN.finditer(_arns_of(template.document)))
    if not counts:
        return files.place
    (partition, region, account), _ = max(counts.items(), key=lambda found: (found[1], found[0]))
    return replace(files.place, partition=partition, region=region, account=account)


def _arns_of(document: Value) -> str:
    """Return the ARNs that resources name; parameters' defaults may be examples."""
    waiting, texts = [document.get("Resources") or document], []
    while waiting:
        inner = waiting.pop().data
        if isinstance(inner, Mapping):
            waiting += inner.values()
        elif isinstance(inner, tuple):
            waiting += inner
        elif isinstance(inner, str) and inner.startswith("arn:"):
            texts.append(inner)
    return "\n".join(texts)


def read_parameters(path: Path) -> dict[str, Value]:
    """Return the parameters of a file: a list as the AWS CLI takes it, `Key=Value` texts, or CodePipeline's object."""
    document = read_any(path)
    resources = document.get("Resources")
    if resources is not None and isinstance(resources.data, Mapping):
        raise TemplateError("a template, and no parameters", document.at)
    held = (document.get("Parameters") or document).data
    if isinstance(held, Mapping):
        return dict(held)
    if not isinstance(held, tuple):
        raise TemplateError("a list of parameters is expected", document.at)
    found = {}
    for item in held:
        if isinstance(item.data, str) and "=" in item.data:
            key, _, value = item.data.partition("=")
            found[key] = Value(value, item.at)
            continue
        key, given = text(item.get("ParameterKey")), item.get("ParameterValue")
        if key and given is not None:
            found[key] = given
        elif not boolean(item.get("UsePreviousValue"), default=False):
            raise TemplateError("ParameterKey and ParameterValue are expected", item.at)
    return found


def read_any(path: Path) -> Value:
    """Return what a JSON or YAML file of a template's size holds."""
    return read_value(read_text(path, MOST_BYTES_OF_A_TEMPLATE), str(path))


class _Stacks:
    """The stacks of all templates: exports meet imports, nested stacks their templates."""

    def __init__(self, files: Files, choices: Choices) -> None:
        self.files, self.choices, self.work = files, choices, Work()
        self.looking: set[str] = set()
        self.known = {template.path.resolve(): template for template in files.templates}
        nested = set(self._nested_paths())
        tops = [template for path, template in self.known.items() if path not in nested]
        several = len(tops) > 1
        self.stacks = [
            self._stack(template, f"{template.stack or template.path.stem}." if several else "") for template in tops
        ]

    def declared(self) -> Iterator[Declared]:
        for stack in self.stacks:
            yield from stack.declared()

    def _stack(self, template: Template, prefix: str) -> Stack:
        return Stack(
            template.document,
            name=template.stack,
            place=template.place or self.files.place,
            choices=self.choices,
            given=self.files.parameters,
            imports=self._imported,
            nested=self._nested,
            prefix=prefix,
            work=self.work,
        )

    def _imported(self, name: str, value: Value) -> Value | None:
        if name in self.looking:
            raise TemplateError(f"the export {name} depends on itself", value.at)
        self.looking.add(name)
        try:
            for stack in self.stacks:
                for output in stack.section("Outputs").values():
                    exported = output.get("Export")
                    written = exported.get("Name") if exported else None
                    exports = output.get("Value")
                    if written is not None and exports is not None and text(stack.resolve(written)) == name:
                        return stack.resolve(exports)
        finally:
            self.looking.discard(name)
        return None

    def _nested_paths(self) -> Iterator[Path]:
        for template in self.files.templates:
            resources = template.document.get("Resources")
            for resource in resources.data.values() if resources and isinstance(resources.data, Mapping) else ():
                if text(resource.get("Type")) == "AWS::CloudFormation::Stack":
                    found = self._template_of(template.document.at.file, resource)
                    if found is not None:
                        yield found.path.resolve()

    def _template_of(self, file: str, resource: Value) -> Template | None:
        """Return the template of a nested stack, if it was given: by its path, or by its file's name alone."""
        properties, metadata = resource.get("Properties"), resource.get("Metadata")
        asset = text(metadata.get("aws:asset:path")) if metadata else ""
        url = properties.get("TemplateURL") if properties else None
        written = asset or text(url)
        if not written:
            return None
        path = (Path(file).parent / written).resolve() if "://" not in written else None
        if path is not None and path in self.known:
            return self.known[path]
        if asset and path is not None and path.parent == Path(file).parent.resolve() and path.is_file():
            return Template(path, read_any(path))
        named = [template for at, template in self.known.items() if at.name == written.rpartition("/")[2]]
        return named[0] if len(named) == 1 else None

    def _nested(self, outer: Stack, logical_id: str, resource: Value) -> Stack | None:
        template = self._template_of(outer.template.at.file, resource)
        if template is None:
            return None
        properties = resource.get("Properties")
        given = properties.get("Parameters") if properties else None
        resolved = outer.resolve(given) if given is not None else None
        inner = self._stack(template, prefix=f"{outer.prefix}{logical_id}.")
        inner.given = resolved.data if resolved is not None and isinstance(resolved.data, Mapping) else {}
        inner.place, inner.level, inner.name = outer.place, outer.level + 1, ""
        return inner
