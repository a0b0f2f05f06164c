"""`cis-monitoring rule`: what there is to say of a rule, as docs/rules.md says it; offline."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from prowler_cis_monitoring.alert_path.rules import RULES, Effect, Rule
from prowler_cis_monitoring.benchmarks import controls_by_number
from prowler_cis_monitoring.broken_lines import fitting
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.near_names import is_control, suggestion
from prowler_cis_monitoring.templates.rules import TEMPLATE_RULES, TemplateRule

INVALID_INPUT = 2
EXAMPLES = Path(__file__).with_name("rule_examples.json")
"""Of each rule that a scenario of the demo shows: the scenario's name and the clause that its finding tells."""

EFFECTS = {
    Effect.BROKEN: "breaks the path; FAIL unless other paths tell somebody of every event",
    Effect.UNSEEN: "leaves the path unseen; MANUAL if the verdict depends on it",
    Effect.NOTE: "is a note and changes no verdict",
}
LINT_EFFECTS = {
    True: "broken: exit status 3",
    False: "depends on what is not in these files; exit status 3 with `--strict`",
}


def show(slugs: Collection[str], *, listed: bool = False) -> int:
    """Print the pages of rules, or all slugs by link when none is named.

    Args:
        slugs: of the rules.
        listed: whether the slugs are printed in which one of these words stands, or whose link is called so.

    Returns:
        0, or 2 when there is no such rule (near names are then suggested on stderr).
    """
    if listed or not slugs:
        return _list(slugs)
    known: dict[str, Rule | TemplateRule] = {**RULES, **TEMPLATE_RULES}
    pages = []
    for named in slugs:
        slug = _slug(named)
        found = known.get(slug)
        if found is None:
            advice = suggestion(slug, known, "cis-monitoring rule")
            if is_control(slug, controls_by_number()):
                advice = f"cis-monitoring control {slug} shows the control"
            elif slug in _links():
                advice = f"cis-monitoring rule --list {slug} lists those of this link"
            return _refuse(f"there is no rule {slug!r}; {advice}")
        pages.append(_plain(found))
    _say("\n\n".join(pages))
    return 0


def _slug(named: str) -> str:
    """Return what is meant by a name as findings, shells and people write it: in brackets, with _, in capitals."""
    return named.strip("[] ").lower().replace("_", "-")


def _links() -> dict[str, dict[str, str]]:
    """Return by link the slugs of its rules, each with its effect in a word."""
    links = {link: {rule.slug: rule.effect.value for rule in rules} for link, rules in by_link().items()}
    links["template"] = {slug: "broken" if rule.certain else "depends" for slug, rule in TEMPLATE_RULES.items()}
    return links


def _list(words: Collection[str]) -> int:
    links, wanted = _links(), [_slug(word) for word in words]
    lines = []
    for link, effects in links.items():
        rows = [
            f"  {slug:36} {effect}"
            for slug, effect in effects.items()
            if not wanted or any(word in slug or word == link for word in wanted)
        ]
        lines += [f"{link}:", *rows] if rows else []
    if not lines:
        return _refuse(
            f"no rule has {' or '.join(map(repr, words))} in its name; there are rules of {', '.join(links)}"
        )
    _say("\n".join([*lines, "", "cis-monitoring rule SLUG tells what one means and how to mend it."]))
    return 0


def _refuse(why: str) -> int:
    said = harmless(f"cis-monitoring rule: {why}")
    print(fitting(said, sys.stderr), file=sys.stderr)  # noqa: T201 - what a command line program is for
    return INVALID_INPUT


def by_link() -> dict[str, list[Rule]]:
    """Return the rules by their link, in the order of the tables."""
    links: dict[str, list[Rule]] = {}
    for rule in RULES.values():
        links.setdefault(rule.link, []).append(rule)
    return links


def page(rule: Rule) -> str:
    """Return what there is to say of a rule, as Markdown with a heading of the third level."""
    return _page(rule.slug, _rows(rule))


def _rows(rule: Rule) -> dict[str, str]:
    example = examples().get(rule.slug)
    return {
        "Link": rule.link,
        "Effect": f"{rule.effect.value}: {EFFECTS[rule.effect]}",
        "Meaning": rule.meaning,
        "Example": f"“{example['sentence']}”" if example else "",
        "Mend it": rule.remedy,
        "Source": rule.source,
        "See it": f"`cis-monitoring demo --scenario {example['scenario']}`" if example else "",
    }


def lint_page(rule: TemplateRule) -> str:
    """Return what there is to say of a rule that only `cis-monitoring lint` knows, in the same form."""
    return _page(rule.slug, _lint_rows(rule))


def _lint_rows(rule: TemplateRule) -> dict[str, str]:
    return {
        "Told by": f"`cis-monitoring lint`, of {rule.kind}",
        "Effect": LINT_EFFECTS[rule.certain],
        "Meaning": rule.meaning,
        "Mend it": rule.remedy,
        "Source": rule.source,
        "Also": _also(rule),
    }


def _plain(rule: Rule | TemplateRule) -> str:
    """Return what `page` and `lint_page` say, without Markdown: a terminal shows its marks as they are."""
    rows = _rows(rule) if isinstance(rule, Rule) else _lint_rows(rule)
    return "\n".join([rule.slug, *(f"  {label}: {text.replace('`', '')}" for label, text in rows.items() if text)])


def _also(rule: TemplateRule) -> str:
    if not rule.also:
        return ""
    slugs = " or ".join(rule.also)
    return f"stands for {slugs} of a control" if rule.replaces else f"of a control it is told as {slugs}"


def _page(slug: str, rows: Mapping[str, str]) -> str:
    lines = [f"* **{label}**: {_escaped(text)}" for label, text in rows.items() if text]
    return "\n".join([f"### {slug}", "", *lines])


@cache
def examples() -> Mapping[str, Mapping[str, str]]:
    """Return the examples by the rule's slug, each with its `scenario` and `sentence`."""
    shipped: Mapping[str, Mapping[str, str]] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return shipped


def _escaped(text: str) -> str:
    # An asterisk is a wildcard here and never emphasis, and an angle bracket starts no tag.
    return text if text.startswith("`") else text.replace("*", "\\*").replace("<", "\\<")


def _say(text: str) -> None:
    print(fitting(text, sys.stdout))  # noqa: T201 - what a command line program is for
