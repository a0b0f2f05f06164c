"""Many accounts at once: what each control is in each, by which path, and which causes they have in common.

Accounts are taken one after the other and of each only its row is kept, so that thousands fit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Any, Final

from prowler_cis_monitoring.alert_path.rules import RULES, Hidden
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.foreign_text import harmless, shown
from prowler_cis_monitoring.picture.drawing import Answer, Drawing, drawing_of
from prowler_cis_monitoring.records import dataclass

OWN: Final = "each account's own"
_NOT_SCANNED: Final = "not scanned"
_MOST_PATHS: Final = 3
_MOST_DRAWN: Final = 40
_MOST_NAMED: Final = 3
_MOST_SAID: Final = 300
_EFFECTS: Final = {"FAIL": "broken", "MANUAL": "unseen"}
# What gave no answer: the same call, error and way out in every account, whichever resource it was about.
_OF_CALLS: Final = {Hidden.CALL, Hidden.ANSWER, Hidden.DEFECT}


@dataclass(frozen=True)
class Step:
    """One link of a path: its kind, its ARN, and the rules that break it or leave it unseen."""

    kind: str
    arn: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """What paths of many accounts have in common.

    Attributes:
        status: the verdict.
        paths: the steps of each path; the ARN of a resource only where several accounts share it.
    """

    status: str
    paths: tuple[tuple[Step, ...], ...]

    @property
    def faults(self) -> tuple[str, ...]:
        """The rules on its paths, each once."""
        return tuple(dict.fromkeys(rule for path in self.paths for step in path for rule in step.rules))


@dataclass(frozen=True)
class Cause:
    """Why controls are not PASS in several accounts.

    Attributes:
        status: FAIL or MANUAL.
        told: what is the matter, as a clause.
        rule: the slug of the rule that says so; empty where none does, as when there is no path.
        shared: whether it is one resource that the accounts share.
        controls: the slugs of the controls.
        accounts: the places of the accounts in `Fleet.rows`.
        findings: how many controls of accounts are not PASS for it (count).
        account: the id of the account, where it is one.
    """

    status: str
    told: str
    rule: str
    shared: bool
    controls: tuple[str, ...]
    accounts: tuple[int, ...]
    findings: int
    account: str = ""

    def __str__(self) -> str:
        does = "breaks" if self.status == "FAIL" else "leaves unknown"
        what = "1 cause" if self.shared or len(self.accounts) == 1 else "the same fault"
        controls = _counted(len(self.controls), "control")
        rule = f" [{self.rule}]" if self.rule else ""
        named = f" ({', '.join(self.controls)})" if len(self.controls) <= _MOST_NAMED else ""
        where = f"account {self.account}" if self.account else _counted(len(self.accounts), "account")
        return f"{what} {does} {controls} in {where}: {self.told}{rule}{named}"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class Row:
    """One account: its id, its name, and by control what its paths look like."""

    account: str
    name: str
    shapes: Mapping[str, Shape]


@dataclass(frozen=True)
class _Blamed:
    """What is equal where answers of several accounts have one cause.

    Attributes:
        status: FAIL or MANUAL.
        link: the kind of the link; empty where there is no path.
        rule: the slug of the rule; likewise.
        arn: of the resource; empty where the cause is not a resource.
        said: what the finding itself says, where that is the same for every account.
    """

    status: str
    link: str = ""
    rule: str = ""
    arn: str = ""
    said: str = ""

    def in_general(self) -> str:
        """Return what is the matter, for any resource."""
        place = f"{self.link}: " if self.link else ""
        if self.said:
            return f"{place}{harmless(self.said, _MOST_SAID)}"
        if self.rule == _NOT_SCANNED:
            return "the account could not be scanned"
        if self.rule not in RULES:
            return "no path was found"
        meaning = RULES[self.rule].meaning.removesuffix(".")
        return f"{place}{meaning if meaning[1:2].isupper() else f'{meaning[:1].lower()}{meaning[1:]}'}"


@dataclass
class Fleet:
    """Accounts that have been judged; `add` takes one more."""

    rows: list[Row] = field(default_factory=list)
    _of_resource: dict[_Blamed, dict[int, set[str]]] = field(default_factory=dict)
    _sentences: dict[_Blamed, tuple[str, str]] = field(default_factory=dict)
    _common: list[dict[str, Shape]] = field(default_factory=list)

    def add(self, account: str, name: str, answers: Iterable[Answer]) -> None:
        """Take one account more."""
        place = len(self.rows)
        shapes = {}
        for answer in answers:
            shape = Shape(answer.status, tuple(map(_steps, answer.evidence.get("paths", ())[:_MOST_PATHS])))
            shapes[answer.control] = shape
            for key, sentence in _blamed(answer, account):
                self._of_resource.setdefault(key, {}).setdefault(place, set()).add(answer.control)
                self._sentences.setdefault(key, sentence)
        self.rows.append(Row(account, name, shapes))

    @property
    def controls(self) -> tuple[str, ...]:
        """The controls that were decided, in their order."""
        found = {control for row in self.rows for control in row.shapes}
        return tuple(slug for slug in CONTROLS if slug in found)

    def causes(self) -> list[Cause]:
        """Return what is the matter, the cause of most first; what accounts share counts as one cause."""
        found, own = [], defaultdict[_Blamed, dict[int, set[str]]](dict)
        for key, concerned in self._of_resource.items():
            if key.arn and len(concerned) > 1:
                name, sentence = self._sentences[key]
                told = f"{key.link} {shown(name)}: {harmless(sentence, _MOST_SAID)}"
                found.append(_cause(key, told, concerned, shared=True))
                continue
            for place, controls in concerned.items():
                own[replace(key, arn="")].setdefault(place, set()).update(controls)
        found += [_cause(key, key.in_general(), concerned, shared=False) for key, concerned in own.items()]
        named = (
            replace(cause, account=self.rows[cause.accounts[0]].account) if len(cause.accounts) == 1 else cause
            for cause in found
        )
        return sorted(named, key=lambda cause: (-cause.findings, cause.told))

    def shapes(self) -> dict[Shape, tuple[int, ...]]:
        """Return the distinct shapes, those of most accounts first, each with the places of its accounts."""
        found: dict[Shape, dict[int, None]] = {}
        for place, row in enumerate(self._common_rows()):
            for shape in row.values():
                found.setdefault(shape, {})[place] = None
        ordered = sorted(found.items(), key=lambda one: (-len(one[1]), one[0].status, str(one[0].faults)))
        return {shape: tuple(places) for shape, places in ordered}

    def matrix(self, shapes: Iterable[Shape]) -> list[list[int]]:
        """Return per account the place of each control's shape in `shapes`; -1 where it was not decided."""
        # Like shapes are one object: its identity is quicker than its value.
        number = {id(shape): place for place, shape in enumerate(shapes)}
        controls = self.controls
        return [
            [number[id(row[control])] if control in row else -1 for control in controls] for row in self._common_rows()
        ]

    def _common_rows(self) -> list[dict[str, Shape]]:
        """Return per account and control the shape without what is the account's own; like ones are one object."""
        if len(self._common) != len(self.rows):
            shared = self._shared()
            known: dict[Shape, Shape] = {}
            self._common = []
            for row in self.rows:
                plain = {control: _without_own(shape, shared) for control, shape in row.shapes.items()}
                self._common.append({control: known.setdefault(shape, shape) for control, shape in plain.items()})
        return self._common

    def _shared(self) -> set[str]:
        """Return the ARNs that paths of several accounts lead through."""
        seen: dict[str, int] = {}
        shared = set()
        for place, row in enumerate(self.rows):
            arns = {step.arn for shape in row.shapes.values() for path in shape.paths for step in path if step.arn}
            for arn in arns:
                if seen.setdefault(arn, place) != place:
                    shared.add(arn)
        return shared

    def drawing(self) -> Drawing:
        """Return one drawing of all accounts: what each has for itself is one box, what they share another."""
        found: dict[str, Counter[Shape]] = defaultdict(Counter)
        concerned: dict[tuple[str, str], set[int]] = defaultdict(set)
        for place, row in enumerate(self._common_rows()):
            for control, shape in row.items():
                found[control][shape] += 1
                for step in (step for path in shape.paths for step in path):
                    for rule in step.rules:
                        concerned[step.arn, rule].add(place)
        numbers = {key: _counted(len(places), "account") for key, places in concerned.items()}
        answers = [_drawn(control, counted, len(self.rows), numbers) for control, counted in found.items()]
        return drawing_of(_counted(len(self.rows), "account"), answers)


def _without_own(shape: Shape, shared: Collection[str]) -> Shape:
    paths = (
        tuple(Step(step.kind, step.arn if step.arn in shared else "", step.rules) for step in path)
        for path in shape.paths
    )
    return Shape(shape.status, tuple(dict.fromkeys(paths)))


def _steps(path: Mapping[str, Any]) -> tuple[Step, ...]:
    rules: dict[int, list[str]] = defaultdict(list)
    for told in path["remarks"]:
        if told["effect"] != "note":
            rules[_link_of(told, path["links"])].append(told["rule"])
    steps = [Step(link["kind"], link["arn"], tuple(rules[place])) for place, link in enumerate(path["links"])]
    return (*steps, Step("person", "", ())) if path["subscriptions"] else tuple(steps)


def _link_of(told: Mapping[str, Any], links: Sequence[Mapping[str, Any]]) -> int:
    exact = [at for at, link in enumerate(links) if (link["kind"], link["name"]) == (told["link"], told["resource"])]
    return exact[0] if exact else len(links) - 1


def _blamed(answer: Answer, account: str) -> Iterator[tuple[_Blamed, tuple[str, str]]]:
    """Yield the causes of an answer, each with the resource's name and the sentence on it."""
    effect = _EFFECTS.get(answer.status)
    if effect is None:
        return
    some = False
    for path in answer.evidence.get("paths", ())[:_MOST_PATHS]:
        for told in path["remarks"]:
            if told["effect"] == effect:
                some = True
                link = path["links"][_link_of(told, path["links"])] if path["links"] else {"arn": ""}
                yield _of_remark(answer.status, told, link["arn"]), (told["resource"], told["sentence"])
    if answer.evidence.get("not_scanned"):
        yield _Blamed(answer.status, "account", _NOT_SCANNED), ("", "")
    elif not some:
        yield _Blamed(answer.status, said=_grounds(answer, account)), ("", "")


def _of_remark(status: str, told: Mapping[str, Any], arn: str) -> _Blamed:
    rule = RULES.get(told["rule"])
    if rule is not None and rule.hidden_by in _OF_CALLS:
        return _Blamed(status, told["link"], told["rule"], said=told["sentence"])
    return _Blamed(status, told["link"], told["rule"], arn)


def _grounds(answer: Answer, account: str) -> str:
    """Return why an answer is unknown or has no path; empty where a path has what no remark tells."""
    told = answer.evidence.get("told") or {}
    opening = told.get("opening")
    if not opening or (answer.status != "MANUAL" and answer.evidence.get("paths")):
        return ""
    grounds = answer.sentence.removesuffix(told.get("hint") or "").rstrip()
    grounds = grounds.removeprefix(f"{opening}: ").removeprefix(f"account {account}: ")
    return grounds.removesuffix(".")


def _cause(key: _Blamed, told: str, concerned: Mapping[int, set[str]], *, shared: bool) -> Cause:
    controls = {control for found in concerned.values() for control in found}
    ordered = tuple(slug for slug in CONTROLS if slug in controls)
    slug = key.rule if key.rule in RULES else ""
    return Cause(key.status, told, slug, shared, ordered, tuple(concerned), sum(map(len, concerned.values())))


def rule_in_words(rule: str) -> str:
    """Return what a rule means, for any resource."""
    return RULES[rule].meaning if rule in RULES else ""


def _drawn(control: str, counted: Counter[Shape], total: int, numbers: Mapping[tuple[str, str], str]) -> Answer:
    statuses: Counter[str] = Counter()
    for shape, number in counted.items():
        statuses[shape.status] += number
    worst = next(status for status in ("FAIL", "MANUAL", "PASS") if statuses[status])
    paths = [_as_evidence(path, numbers) for shape, _ in counted.most_common(_MOST_DRAWN) for path in shape.paths]
    said = ", ".join(f"{number:,} {status}" for status, number in statuses.most_common())
    return Answer(control, worst, f"Of {total:,} accounts: {said}.", {"paths": paths, "event_rules": []})


def _as_evidence(path: Sequence[Step], numbers: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    links = [
        {"kind": step.kind, "name": step.arn.rpartition(":")[2] or OWN, "arn": step.arn}
        for step in path
        if step.kind != "person"
    ]
    remarks = [
        {
            "rule": rule,
            "link": step.kind,
            "resource": step.arn.rpartition(":")[2] or OWN,
            "effect": RULES[rule].effect.value if rule in RULES else "broken",
            "sentence": f"{rule_in_words(rule).removesuffix('.')} ({numbers[step.arn, rule]})",
        }
        for step in path
        for rule in step.rules
    ]
    heard = [{"arn": "", "protocol": "somebody"}] if path and path[-1].kind == "person" else []
    return {"metric": "", "links": links, "subscriptions": heard, "remarks": remarks}
