"""What README and docs name exists: options, slugs, commands, files, functions and links; and no option is unnamed."""

import argparse
import pkgutil
import re
import shlex
from functools import cache
from importlib import import_module
from itertools import pairwise

import pytest
from prowler.lib.cli.parser import ProwlerArgumentParser

import prowler_cis_monitoring
from docs.generate import subcommands
from prowler_cis_monitoring.alert_path.rules import RULES
from prowler_cis_monitoring.cli import parser
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.demo.run import ORGANIZATION
from prowler_cis_monitoring.demo.scenarios import SCENARIOS
from tests.root import ROOT

# Prowler's parser takes seconds to load, in each process anew.
pytestmark = pytest.mark.xdist_group("prowler")

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
PACKAGE = ROOT / "checks" / "prowler_cis_monitoring"
# Where a file that a page names may lie.
BASES = (ROOT, PACKAGE, PACKAGE / "alert_path", PACKAGE / "filter_pattern")
# Files that commands write and users have, options of other programs.
EXAMPLES = {"mute.yaml", "accounts.txt", "account.json", "fleet.jsonl", "snapshots/"}
# A role with a path looks like a file.
ROLES = {"audit/Auditor"}
# Of pip, pipx, uv and docker.
OTHER_OPTIONS = {
    *("--no-cache-dir", "--upgrade"),
    *("--include-apps", "--force"),
    *("--with-executables-from", "--reinstall"),
    *("--tag", "--rm", "--entrypoint", "--build-arg"),
}
MODULES = [
    found.name
    for found in pkgutil.walk_packages(prowler_cis_monitoring.__path__, "prowler_cis_monitoring.")
    if "cloudwatch_alerting" not in found.name and "_client" not in found.name
]


def text_of(page):
    return page.read_text(encoding="utf-8")


def code_of(page):
    """Every piece of code of a page: spans, fenced and indented blocks, a line each."""
    text = text_of(page)
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    rest = re.sub(r"^```\w*\n.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    spans = re.findall(r"`([^`\n]+)`", rest)
    indented = re.findall(r"^(?: {4}|\t)(.*)$", rest, re.MULTILINE)
    return [*spans, *indented, *(line for block in fenced for line in block.splitlines())]


def options_of(command):
    return {name: action for action in command._actions for name in action.option_strings}


OURS = subcommands(parser())


@cache
def prowlers_options():
    top = ProwlerArgumentParser().parser
    (commands,) = [action for action in top._actions if isinstance(action, argparse._SubParsersAction)]
    return set(options_of(top)) | set(options_of(commands.choices["aws"]))


def words(line):
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        return line.split()


def commands_in(page):
    """Every call of our command that a page shows: the subcommand and what follows it."""
    for line in code_of(page):
        found = words(line.removeprefix("$ "))
        for at, word in enumerate(found):
            if word.rpartition("/")[2] == "cis-monitoring" and found[at + 1 :]:
                yield found[at + 1], found[at + 2 :]


@EVERY_PAGE
def test_every_command_has_such_a_subcommand_and_such_options(page):
    for name, rest in commands_in(page):
        if name.startswith("--") or name.isupper():
            continue
        assert name in OURS, f"cis-monitoring {name}"
        known = options_of(OURS[name])
        unknown = [word for word in rest if word.startswith("--") and word != "--" and word not in known]
        assert unknown == [], f"cis-monitoring {name}"


@EVERY_PAGE
def test_every_rule_scenario_and_control_that_a_command_names_exists(page):
    scenarios = {scenario.slug for scenario in SCENARIOS} | {ORGANIZATION}
    for name, rest in commands_in(page):
        following = dict(pairwise(rest))
        if name == "rule" and rest:
            assert rest[0] in RULES or rest[0].isupper()
        if "--scenario" in following:
            assert following["--scenario"] in scenarios | {"slug"}
        if "--control" in following:
            assert following["--control"] in CONTROLS


@EVERY_PAGE
def test_every_option_is_one_of_ours_or_of_prowlers(page):
    ours = {option for command in OURS.values() for option in options_of(command)}
    named = {word for line in code_of(page) for word in re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", line)}
    aws = {word for line in code_of(page) if re.search(r"\baws [a-z]", line) for word in re.findall(r"--[\w-]+", line)}
    assert named - aws - ours - OTHER_OPTIONS <= prowlers_options()


def test_every_option_of_ours_is_named_by_a_page():
    named = {word for page in PAGES for line in code_of(page) for word in re.findall(r"--[a-z][a-z0-9-]+", line)}
    for name, command in OURS.items():
        missing = {option for option in options_of(command) if option.startswith("--")} - named - {"--help"}
        assert missing == set(), f"cis-monitoring {name}"


@EVERY_PAGE
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if target.startswith("https://"):
            continue
        path, _, heading = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.is_file(), target
        if heading:
            assert heading in headings_of(linked), target


def headings_of(page):
    titles = re.findall(r"^#+ (.*)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 _-]", "", title.lower()).replace(" ", "-") for title in titles}


@EVERY_PAGE
def test_every_file_that_is_named_exists(page):
    for span in re.findall(r"`([\w./-]+)`", text_of(page)):
        is_path = "/" in span or span.endswith((".py", ".md", ".toml", ".json", ".yml"))
        if not is_path or span.isupper() or span.startswith(("s3:", "AWS/", "alias/", "/")) or span in EXAMPLES | ROLES:
            continue
        if re.fullmatch(r"[\w/-]+(\.\w+)?/?", span) is None or span.count(".") > 1:
            continue
        assert any((base / span).exists() for base in BASES), span


def test_every_function_that_the_architecture_names_exists():
    named = re.findall(r"`(\w+)\.(\w+)`", text_of(ROOT / "docs" / "architecture.md"))
    functions = [(owner, name) for owner, name in named if name not in {"py", "md", "toml"}]
    assert len(functions) > 10
    for owner, name in functions:
        modules = [import_module(module) for module in MODULES]
        owners = [module for module in modules if module.__name__.endswith(f".{owner}")]
        owners += [getattr(module, owner) for module in modules if hasattr(module, owner)]
        assert any(hasattr(found, name) for found in owners), f"{owner}.{name}"


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        for line in code_of(page):
            for target in re.findall(r"^(?:\$ )?make ([a-z-]+)", line):
                assert target in targets, f"{page.name}: make {target}"


def test_the_readme_is_short():
    assert len(text_of(ROOT / "README.md").splitlines()) <= 200
