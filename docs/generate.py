"""Write the generated pages of docs/ and what the package ships of them: `python -m docs.generate`.

Made from the tables of rules, controls and scenarios, from the command line's parsers and from the settings; tests hold
that the committed files are what this writes. Examples of rules are told by running the scenario that shows them.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import os
import re
import shlex
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

from compliance.benchmark import VERSIONS, requirements
from prowler_cis_monitoring.cli import main, parser
from prowler_cis_monitoring.controls import CONTROLS, Control
from prowler_cis_monitoring.demo.estate import build_estate
from prowler_cis_monitoring.demo.scenarios import SCENARIOS, Scenario
from prowler_cis_monitoring.picture import drawing_of, svg
from prowler_cis_monitoring.rule import EFFECTS, EXAMPLES, by_link, examples, lint_page, page
from prowler_cis_monitoring.scan.exit_status import MEANINGS
from prowler_cis_monitoring.scan.pictures import answers_of
from prowler_cis_monitoring.schemas import FOLDER, SCHEMAS
from prowler_cis_monitoring.services.account_resources import resources_of
from prowler_cis_monitoring.settings import Settings
from prowler_cis_monitoring.snapshot.weak_points import weak_points
from prowler_cis_monitoring.templates.rules import TEMPLATE_RULES

DOCS = Path(__file__).parent
README = DOCS.parent / "README.md"
_HEAD = "<!-- Written by `python -m docs.generate`; change the tables, not this page. -->\n"

# Of the demo account's findings the README quotes these; of `explain`, this call.
_QUOTED = (
    "root_usage",
    "cloudtrail_configuration_changes",
    "security_group_changes",
    "s3_bucket_policy_changes",
)
_EXPLAINED = ("kms_key_disable_or_deletion", "{ $.eventName = DisableKey }")

# What differs from run to run.
_VARYING = (
    (re.compile(r"\d{4}-\d{2}-\d{2}"), "2026-01-31"),
    (re.compile(r"(?<!\d)\d{2}:\d{2}(?=:\d{2}| UTC)(:\d{2}(\.\d+)?)?"), "12:00"),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "11112222-3333-4444-5555-666677778888"),
)


def rule_examples() -> dict[str, dict[str, str]]:
    """Run the first scenario that shows a rule, for each rule; return what `rule.examples` reads."""
    first: dict[str, Scenario] = {}
    for scenario in SCENARIOS:
        for slug in scenario.shows:
            first.setdefault(slug, scenario)
    told = {scenario.slug: _told(scenario) for scenario in first.values()}
    return {
        slug: {"scenario": scenario.slug, "sentence": told[scenario.slug][slug]}
        for slug, scenario in sorted(first.items())
    }


def _told(scenario: Scenario) -> dict[str, str]:
    from tests.demo.rules_shown import sentences_shown  # noqa: PLC0415 - loads Prowler
    from tests.findings import finding_of  # noqa: PLC0415 - likewise

    with _account(scenario.blueprint().build, scenario.configuration) as provider:
        sentences = sentences_shown(finding_of(), provider)
    return {slug: steady(sentence) for slug, sentence in sentences.items()}


@contextmanager
def _account(build: Callable[[Any], object], configuration: dict[str, Any]) -> Iterator[Any]:
    """Build an account in memory; the block gets a provider that scans two Regions of it."""
    from moto import mock_aws  # noqa: PLC0415 - slow, and not needed for most pages
    from prowler.providers.common.provider import Provider  # noqa: PLC0415 - likewise

    from tests.shared_session import SESSION  # noqa: PLC0415 - likewise
    from tests.stand_in_provider import StandInProvider  # noqa: PLC0415 - likewise

    with mock_aws():
        provider = StandInProvider(regions={"us-east-1", "eu-west-1"}, config=configuration)
        Provider.set_global_provider(provider)
        build(SESSION)
        yield provider


def steady(sentence: str) -> str:
    """Return a sentence without the times and ids that differ from run to run."""
    for varying, instead in _VARYING:
        sentence = varying.sub(instead, sentence)
    return sentence


def _rules() -> str:
    lines = [
        _HEAD,
        "# Rules\n",
        "What can be said of a link of an alert path. A rule's name is permanent; it stands in the evidence of a",
        "finding, and `cis-monitoring rule NAME` prints what stands here.\n",
        *(f"* **{effect.value}** {says}." for effect, says in EFFECTS.items()),
        "",
    ]
    for link, rules in by_link().items():
        lines += [f"## {link.capitalize()}\n", *(f"{page(rule)}\n" for rule in rules)]
    lines += ["## Template\n", *(f"{lint_page(rule)}\n" for rule in TEMPLATE_RULES.values())]
    return "\n".join(lines)


def _controls() -> str:
    lines = [
        _HEAD,
        "# Controls\n",
        "The controls, in the order of the Monitoring section. *Required* is what an alert path must catch: the",
        f"weakest reading of version {VERSIONS[-1]} of the benchmark, so that every equivalent or broader filter",
        "passes.",
        "*Suggested* is what the remediation installs. The numbers are the benchmark's own; `A` and `M` say whether it",
        "calls its audit automated or manual, `L` is the level of the profile.\n",
        "| control | " + " | ".join(VERSIONS) + " |",
        "|---|" + "---|" * len(VERSIONS),
        *(f"| [{slug}](#{slug}) | " + " | ".join(_numbers(slug)) + " |" for slug in CONTROLS),
        "",
    ]
    for control in CONTROLS.values():
        lines += [_control(control), ""]
    return "\n".join(lines)


def _numbers(slug: str) -> Iterator[str]:
    for version in VERSIONS:
        found = next((requirement for requirement in requirements(version) if requirement.slug == slug), None)
        yield f"{found.number} L{found.level} {found.assessment[0]}" if found else "-"


def _control(control: Control) -> str:
    newer = (
        f"\nDemanded since version {control.newer_since} only: {', '.join(control.newer_events)}.\n"
        if control.newer_events
        else ""
    )
    built_in = f"; Prowler's own check of the same control is\n`{control.built_in}`" if control.built_in else ""
    return f"""\
## {control.slug}

{control.title}. Check `{control.check_id}`, severity {control.severity}{built_in}.

{control.risk}

**Reading.** {control.reading}
{newer}
Required:

```
{control.required_pattern}
```

Suggested:

```
{control.suggested_pattern}
```
"""


def _commands() -> str:
    lines = [
        _HEAD,
        "# Commands\n",
        "What `cis-monitoring --help` and `cis-monitoring COMMAND --help` say, in tables.\n",
    ]
    for name, command in subcommands(parser()).items():
        lines += [f"## cis-monitoring {name}\n", f"{' '.join((command.description or '').split())}\n"]
        lines += ["| argument | meaning |", "|---|---|", *_arguments(command), ""]
    return "\n".join(lines)


def subcommands(top: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the parsers of the subcommands by name."""
    (action,) = [action for action in top._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001 - argparse has no other way
    return dict(action.choices)


def _arguments(command: argparse.ArgumentParser) -> Iterator[str]:
    for action in command._actions:  # noqa: SLF001 - likewise
        if action.dest == "help":
            continue
        values = action.metavar or (f"{{{','.join(action.choices)}}}" if action.choices else action.dest.upper())
        takes = "" if action.nargs == 0 else f" {values}"
        names = ", ".join(action.option_strings) + takes if action.option_strings else str(values)
        meaning = (action.help or "") % {"default": action.default, "prog": command.prog}
        yield f"| `{names}` | {meaning} |".replace("{", "{").replace("|", "|")


def _settings() -> str:
    definitions = SCHEMAS["settings"]()["$defs"]
    rows = [
        *_setting_rows("", definitions["Settings"]["properties"]),
        *_setting_rows("controls.NAME.", definitions["ControlSettings"]["properties"]),
    ]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


def _setting_rows(prefix: str, properties: dict[str, dict[str, Any]]) -> Iterator[str]:
    for name, setting in properties.items():
        if name == "controls":
            continue
        default = json.dumps(setting["default"]) if setting.get("default") is not None else ""
        meaning = " ".join(setting["description"].split())
        yield f"| `{prefix}{name}` | {f'`{default}`' if default else 'none'} | {meaning} |"


def _findings() -> str:
    from tests.findings import finding_of  # noqa: PLC0415 - loads Prowler

    with _account(build_estate, {}):
        found = {control: finding_of(control) for control in _QUOTED}
    return "\n\n".join(
        _wrapped(f"{finding.status} {CONTROLS[control].check_id}: {finding.status_extended}")
        for control, finding in found.items()
    )


def _map() -> str:
    """Draw the demo account, with what hangs on a single resource."""
    from tests.findings import finding_of  # noqa: PLC0415 - loads Prowler

    with _account(build_estate, {}) as provider:
        reports = [finding_of(slug) for slug in CONTROLS]
        alone = {point.item.key: point.controls for point in weak_points(resources_of(provider), Settings())}
    answers = [replace(one, sentence=steady(one.sentence)) for one in answers_of(reports)]
    return steady(svg(drawing_of("The demo account", answers, alone)))


def _statuses() -> str:
    rows = (f"| {status} | {meaning} |" for status, meaning in MEANINGS.items())
    return "\n".join(("| exit status | of a scan |", "|---|---|", *rows))


def _lint_rules() -> str:
    rows = (
        f"| [`{rule.slug}`](rules.md#{rule.slug}) | {rule.kind} | {rule.meaning} |" for rule in TEMPLATE_RULES.values()
    )
    return "\n".join(("| rule | of | what it means |", "|---|---|---|", *rows))


def _explained() -> str:
    said = io.StringIO()
    with redirect_stdout(said):
        main(["explain", *_EXPLAINED])
    text, _, record = said.getvalue().partition("{\n")
    shown = "\n".join(record.splitlines()[:3])
    command = shlex.join(["cis-monitoring", "explain", *_EXPLAINED])
    lines = [f"    $ {command}", *map(_wrapped, text.splitlines()), "    {"]
    return "\n".join([*lines, textwrap.indent(shown, "    "), "      … (the rest of the record)"])


def _wrapped(line: str) -> str:
    margin = " " * (4 + len(line) - len(line.lstrip()))
    return textwrap.fill(
        line.strip(),
        width=118,
        initial_indent=margin,
        subsequent_indent=margin if len(margin) == len("    ") else f"{margin}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _filled(path: Path, **regions: Callable[[], str]) -> str:
    """Return the text of a page with what stands between its marks written anew."""
    text = path.read_text(encoding="utf-8")
    for name, content in regions.items():
        before, begin, rest = text.partition(f"<!-- generated: {name} -->\n")
        _, end, after = rest.partition("<!-- end -->\n")
        if not end:
            raise ValueError(f"{path.name} has no place for {name}")
        text = f"{before}{begin}{content()}\n{end}{after}"
    return text


def _json(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


PAGES: dict[Path, Callable[[], str]] = {
    DOCS / "rules.md": _rules,
    DOCS / "controls.md": _controls,
    DOCS / "commands.md": _commands,
    DOCS / "map.svg": _map,
    DOCS / "lint.md": lambda: _filled(DOCS / "lint.md", rules=_lint_rules),
    DOCS / "configuration.md": lambda: _filled(DOCS / "configuration.md", settings=_settings),
    README: lambda: _filled(README, findings=_findings, explained=_explained, statuses=_statuses),
    **{FOLDER / f"{name}.schema.json": lambda schema=schema: _json(schema()) for name, schema in SCHEMAS.items()},
}
"""What makes the content of every generated file but the examples of rules."""


def write() -> None:
    """Write the files in place, the examples first: the page of rules quotes them."""
    logging.disable()  # scenarios of refused calls log them
    os.environ.update(dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "testing"))
    EXAMPLES.write_text(_json(rule_examples()), encoding="utf-8")
    examples.cache_clear()
    for path, content in PAGES.items():
        path.write_text(content(), encoding="utf-8")


if __name__ == "__main__":
    write()
