"""The findings of one account for a person: a block each, what failed first; what several share is told once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any, Final

from prowler_cis_monitoring.alert_path.rules import RULES, Hidden
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.foreign_text import shown
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.scan.found import Found, Paint

_PREFIX = "cloudwatch_alerting_"
_ARROW = " \N{RIGHTWARDS ARROW} "
_NO_BREAK = "\N{NO-BREAK SPACE}"
_CUT = "\N{HORIZONTAL ELLIPSIS}"
# What stands before the link at which a path ends: it is broken there, or nobody could look further.
_MARKS: Final = {"FAIL": "\N{BALLOT X} ", "MANUAL": "? "}
_EFFECTS: Final = {"FAIL": "broken", "MANUAL": "unseen"}
_KINDS: Final = ("trail", "log group", "metric filter", "metric", "composite alarm", "alarm", "topic", "subscription")
_ORDER: Final = ("FAIL", "MANUAL", "MUTED", "PASS")
_INDENT: Final = 8
_LONGEST_NAMES: Final = (32, 24, 18, 12)
_NARROWEST_PATH: Final = 16
_MOST_RULES: Final = 2
_MOST_NAMED: Final = 3
_CONTINUED: Final = " \\"
# A word of a shell's command line; quotes hold its spaces together.
_WORD: Final = re.compile(r"(?:'[^']*'|[^ ])+")


@dataclass(frozen=True)
class _Finding:
    """A finding in the parts that stand on lines of their own."""

    number: str
    slug: str
    severity: str
    status: str
    muted: bool
    opening: str
    way: tuple[str, ...]
    grounds: str
    next_step: str
    mended_by: str
    rules: tuple[str, ...]
    heard: str
    hidden_by_a_call: bool

    @property
    def shown_as(self) -> str:
        return "MUTED" if self.muted else self.status

    @property
    def cause(self) -> object:
        """What is equal where one thing that is mended mends several controls.

        A call that failed is one cause, whichever link of each control it hides.
        """
        where = () if self.hidden_by_a_call else self.way[-1:]
        return self.status, where, self.grounds, self.next_step

    @property
    def name(self) -> str:
        return f"{self.number} {self.slug}".lstrip()


def account_blocks(
    found: Found, numbers: Mapping[str, Mapping[str, str]], *, width: int, paint: Paint, everything: bool = False
) -> str:
    """Return what was found in one account.

    Args:
        found: the account's reports.
        numbers: by benchmark, its number by check id.
        width: of the terminal, in columns.
        paint: colours a text as its verdict.
        everything: a block for each finding, with its whole path; otherwise PASS takes one line, and a cause that
            several controls share is told once, that of most controls first.
    """
    findings = [_finding_of(report, numbers) for report in _in_order(found.reports, numbers)]
    lines: list[str] = []
    for status in _ORDER:
        of_status = [finding for finding in findings if finding.shown_as == status]
        if everything:
            groups = [[finding] for finding in of_status]
        elif status in _EFFECTS:
            groups = _by_cause(of_status)
        else:
            lines += [_one_line(finding, width, paint) for finding in of_status]
            continue
        for group in groups:
            lines += [*_block(group, width, paint, whole=everything), ""]
    return "\n".join(lines).rstrip("\n")


def count_line(found: Found) -> str:
    """Return how many controls have each verdict, and how many causes there are for those that are not PASS."""
    findings = [_finding_of(report, {}) for report in found.reports]
    counted = Counter(finding.shown_as for finding in findings)
    parts = []
    for status in _ORDER:
        if counted[status]:
            causes = len(_by_cause(finding for finding in findings if finding.shown_as == status))
            told = f" by {causes} cause{'' if causes == 1 else 's'}" if status in _EFFECTS else ""
            parts.append(f"{counted[status]} {status}{told}")
    return ", ".join(parts) or "No finding to report."


def hints(found: Found, *, everything: bool) -> str:
    """Return what to do next, in one sentence; empty where nothing failed or is unknown."""
    statuses = {report.status for report in found.reports if not report.muted}
    told = [] if everything else ["--all tells everything"]
    if statuses & _EFFECTS.keys():
        told += ["cis-monitoring rule NAME explains what stands in brackets"] if _has_rules(found) else []
    return f"{'; '.join(told)}." if statuses & _EFFECTS.keys() else ""


def _has_rules(found: Found) -> bool:
    return any(report.status in _EFFECTS and any(_rules(report)) for report in found.reports)


def _in_order(reports: Iterable[Any], numbers: Mapping[str, Mapping[str, str]]) -> list[Any]:
    def place(report: Any) -> list[tuple[bool, list[int]]]:  # noqa: ANN401 - Prowler's report, or a saved one
        found = (by_check.get(report.check_metadata.CheckID, "") for by_check in numbers.values())
        return [(not number, [int(part) for part in number.split(".") if part.isdigit()]) for number in found]

    return sorted(reports, key=place)


def _finding_of(report: Any, numbers: Mapping[str, Mapping[str, str]]) -> _Finding:  # noqa: ANN401 - likewise
    check_id, evidence = report.check_metadata.CheckID, report.resource
    told = {"opening": "", "way": "", "next_step": "", "hint": "", **(evidence.get("told") or {})}
    before, grounds, hint = told["opening"], report.status_extended, told["hint"]
    if hint:
        grounds = grounds.replace(hint, "", 1).rstrip()
    if before and grounds.startswith(f"{before}: "):
        grounds = grounds.removeprefix(f"{before}: ")
    else:
        before = ""
    way = told["way"] if told["way"] and grounds.startswith(told["way"]) else ""
    grounds = grounds.removeprefix(way).lstrip(":. ")
    step = told["next_step"]
    if step and step in grounds:
        # Whatever follows the next step belongs to it.
        grounds, _, more = grounds.rpartition(step)
        step = f"{step}{more}"
    rules = tuple(_rules(report))
    return _Finding(
        number=" / ".join(filter(None, (by_check.get(check_id) for by_check in numbers.values()))),
        slug=check_id.removeprefix(_PREFIX),
        severity=report.check_metadata.Severity.value,
        status=report.status,
        muted=report.muted,
        opening=before,
        way=tuple(way.split(_ARROW)) if way else (),
        grounds=grounds.strip(),
        next_step=step.strip(),
        mended_by=hint.removeprefix("Run ").rpartition(" --control ")[0],
        rules=rules,
        heard=_heard(evidence),
        hidden_by_a_call=bool(rules) and all(rule in RULES and RULES[rule].hidden_by is Hidden.CALL for rule in rules),
    )


def _heard(evidence: Mapping[str, Any]) -> str:
    """Return who hears of a control: how many subscriptions of which protocol."""
    found = {one["arn"]: one["protocol"] for path in evidence.get("paths", ()) for one in path["subscriptions"]}
    return ", ".join(f"{number} {shown(protocol)}" for protocol, number in sorted(Counter(found.values()).items()))


def _rules(report: Any) -> Iterator[str]:  # noqa: ANN401 - likewise
    """Yield the rules behind a verdict; of a PASS those of its notes."""
    effect = _EFFECTS.get(report.status, "note")
    told = (remark for path in report.resource.get("paths", ())[:1] for remark in path["remarks"])
    yield from dict.fromkeys(remark["rule"] for remark in told if remark["effect"] == effect)


def _by_cause(findings: Iterable[_Finding]) -> list[list[_Finding]]:
    groups: dict[object, list[_Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.cause, []).append(finding)
    # What concerns many stands above; all else stays in order.
    return sorted(groups.values(), key=lambda group: -len(group))


def _block(group: Sequence[_Finding], width: int, paint: Paint, *, whole: bool) -> list[str]:
    first = group[0]
    status = f"MUTED ({first.status})" if first.muted else first.status
    label = paint(f"{status:{_INDENT - 1}}", first.shown_as)
    if len(group) == 1:
        lines = [f"{label} {first.name} · {first.severity}"]
        lines += _wrapped(f"{first.opening}.", width) if first.opening else []
    else:
        lines = [f"{label} {len(group)} controls, one cause"]
        lines += _wrapped(f"{_of_all(group)}:", width)
        lines += _wrapped(", ".join(_together(f"{one.name} ({one.severity})") for one in group), width)
    way = first.way if len(group) == 1 else _last_of_all(group)
    if whole:
        lines += _wrapped(_ARROW.join(way), width)
    elif way:
        lines.append(f"{' ' * _INDENT}{path_line(way, width - _INDENT, _MARKS.get(first.status, ''))}")
    rules = f" [{', '.join(first.rules[:_MOST_RULES])}]" if first.rules and first.grounds else ""
    lines += _wrapped(f"{_capital(first.grounds)}{rules}", width)
    lines += _wrapped(f"Next: {first.next_step}" if first.next_step else "", width)
    if first.mended_by:
        named = "".join(f" --control {one.slug}" for one in group) if len(group) <= _MOST_NAMED else ""
        lines += _command("Fix:  ", f"{first.mended_by}{named}", width)
    return lines


def _command(label: str, command: str, width: int) -> list[str]:
    """Return a command that a shell takes as it is shown: a line that is not its last ends in a backslash."""
    parts: list[str] = []
    for word in _WORD.findall(command):
        # An option stays with its first value, the command with its name.
        if parts and " " not in parts[-1] and not word.startswith("-"):
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    lines = [f"{' ' * _INDENT}{label}{parts[0]}"]
    for part in parts[1:]:
        if len(lines[-1]) + len(part) + len(_CONTINUED) < width:
            lines[-1] += f" {part}"
        else:
            lines[-1] += _CONTINUED
            lines.append(f"{' ' * (_INDENT + len(label))}{part}")
    return lines


def _last_of_all(group: Sequence[_Finding]) -> tuple[str, ...]:
    ends = {finding.way[-1:] for finding in group}
    return ends.pop() if len(ends) == 1 else ()


def _of_all(group: Sequence[_Finding]) -> str:
    openings = {finding.opening.partition(" when ")[0] for finding in group}
    return openings.pop() if len(openings) == 1 and "" not in openings else "The same holds"


def _one_line(finding: _Finding, width: int, paint: Paint) -> str:
    was = f" ({finding.status})" if finding.muted else ""
    label = f"{finding.shown_as}{was}"
    notes = f" [{', '.join(finding.rules[:_MOST_RULES])}]" if finding.rules and not finding.muted else ""
    name = f"{finding.name} · {finding.severity}{notes}"
    room = width - max(_INDENT, len(label) + 1) - len(name) - 2
    way = path_line((*finding.way[:-1], finding.heard), room, "") if finding.heard and room >= _NARROWEST_PATH else ""
    return f"{paint(f'{label:{_INDENT - 1}}', finding.shown_as)} {name}{f'  {way}' if way else ''}"


def path_line(way: Sequence[str], width: int, mark: str) -> str:
    """Return a path in one line, its last link with a mark before it; shortened until it fits.

    Args:
        way: the links in words, each with its kind.
        width: how many columns there are.
        mark: what stands before the last link.
    """
    *before, last = way
    last = f"{mark}{last}"
    whole = _ARROW.join((*before, last))
    if len(whole) <= width:
        return whole
    names = [_without_kind(link) for link in before]
    sizes = (max(map(len, names), default=0), *_LONGEST_NAMES)
    for left_out in range(len(names) + 1):
        ahead = [_CUT] if left_out else []
        for longest in sizes:
            line = _ARROW.join((*ahead, *(_cut(name, longest) for name in names[left_out:]), last))
            if len(line) <= width:
                return line
    return _cut(f"{_CUT}{_ARROW}{last}" if before else last, max(width, 1))


def _without_kind(link: str) -> str:
    return next((link.removeprefix(f"{kind} ") for kind in _KINDS if link.startswith(f"{kind} ")), link)


def _cut(text: str, longest: int) -> str:
    """Shorten a text in its middle: names of one account differ at both ends."""
    if len(text) <= longest:
        return text
    tail = (longest - 1) // 2
    return f"{text[: longest - 1 - tail]}{_CUT}{text[len(text) - tail :]}"


def _capital(text: str) -> str:
    # A control's or a resource's name keeps its letters.
    word = text.split(" ", 1)[0]
    return f"{text[:1].upper()}{text[1:]}" if word.isalpha() and word not in CONTROLS else text


def _together(text: str) -> str:
    return text.replace(" ", _NO_BREAK)


def _wrapped(text: str, width: int) -> list[str]:
    indent = " " * _INDENT
    lines = wrap(
        text,
        max(width, _INDENT + _NARROWEST_PATH),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_NO_BREAK, " ") for line in lines]
