"""What a map shows, before anything has a place: boxes, lines between them, where events are lost, and for whom.

It is made of the evidence of verdicts alone, as findings carry it, so that whoever has a report can draw it. A resource
is one box however many controls pass through it, and each step of the evidence one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from enum import Enum
from typing import Any

from prowler_cis_monitoring.alert_path.resources import Arn
from prowler_cis_monitoring.alert_path.rules import RULES, Effect, Remark
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.records import dataclass

Key = tuple[str, ...]

EVENT, PERSON = "event", "person"
COLUMNS = (
    EVENT,
    "trail",
    "log group",
    "metric filter",
    "metric",
    "alarm",
    "composite alarm",
    "topic",
    PERSON,
)
_EVENT_RULE = "event rule"
# Where an EventBridge rule stands, which tells somebody without trail and metric.
_COLUMN_OF = {_EVENT_RULE: "alarm"}


class Standing(Enum):
    """What can be said of a box or of what travels a line; the worse, the later."""

    HOLDS = "holds"
    UNSEEN = "not seen"
    BROKEN = "broken"


_ORDER = tuple(Standing)
_OF_EFFECT = {Effect.UNSEEN.value: Standing.UNSEEN, Effect.BROKEN.value: Standing.BROKEN}
_OF_STATUS = {"PASS": Standing.HOLDS, "MANUAL": Standing.UNSEEN, "FAIL": Standing.BROKEN}


@dataclass(frozen=True)
class Answer:
    """What was decided of one control.

    Attributes:
        control: its slug.
        status: PASS, FAIL or MANUAL.
        sentence: the finding's sentence.
        evidence: the grounds as JSON values, as `decision.evidence_of` gives them.
        muted: whether the user muted the finding.
        mending: what would mend it, proved, as whole sentences; empty where nobody proposed anything.
    """

    control: str
    status: str
    sentence: str
    evidence: Mapping[str, Any]
    muted: bool = False
    mending: tuple[str, ...] = ()

    @property
    def standing(self) -> Standing:
        """Whether somebody is told."""
        return _OF_STATUS[self.status]

    @property
    def title(self) -> str:
        """The control's name in words."""
        return self.control.replace("_", " ")

    @property
    def event(self) -> str:
        """The event, as the end of "when …"; empty of a control that is not known here."""
        return CONTROLS[self.control].event if self.control in CONTROLS else ""


@dataclass(frozen=True)
class Fault:
    """Why events are lost, or may be, at one box.

    Attributes:
        number: by which the drawing refers to it.
        rule: the rule's name, empty where none was applied.
        sentence: a clause without the resource's name, as the evidence has it.
        standing: whether the link is broken or was not seen.
        mend: what to do about it, empty where the sentence says so itself.
        controls: the slugs of the controls that it concerns.
    """

    number: int
    rule: str
    sentence: str
    standing: Standing
    mend: str
    controls: tuple[str, ...]


@dataclass(frozen=True)
class Box:
    """An event, a resource or who is told.

    Attributes:
        kind: what it is; a name of `COLUMNS` or `event rule`.
        name: its name, as somebody else chose it.
        key: what tells it from all others.
        aside: what else is to be said of it, in our words.
        standing: the worst of what was found.
        faults: why.
        controls: the slugs of the controls whose paths pass through it.
        alone: the slugs of the controls that would tell nobody without it.
    """

    kind: str
    name: str
    key: Key
    aside: str
    standing: Standing
    faults: tuple[Fault, ...]
    controls: tuple[str, ...]
    alone: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """The column in which it stands."""
        return _COLUMN_OF.get(self.kind, self.kind)

    @property
    def shared(self) -> bool:
        """Whether its faults concern some of its controls only."""
        concerned = {control for fault in self.faults for control in fault.controls}
        return bool(concerned) and not concerned.issuperset(self.controls)


@dataclass(frozen=True)
class Line:
    """A step from one box to the next.

    Attributes:
        source: the place of the box where it begins, in `Drawing.boxes`.
        target: that of the next; None where the path ends.
        carried: per control, what becomes of its events on this step.
    """

    source: int
    target: int | None
    carried: Mapping[str, Standing]

    @property
    def standing(self) -> Standing:
        """What becomes of the events that fare best."""
        return min(self.carried.values(), key=_ORDER.index)


@dataclass(frozen=True)
class Drawing:
    """The alert paths of one account or of many.

    Attributes:
        title: whose paths they are.
        answers: what was decided, in the order of the controls.
        boxes: column by column.
        lines: each once.
        events: by control, the place of its event's box.
    """

    title: str
    answers: tuple[Answer, ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    events: Mapping[str, int] = field(default_factory=dict)

    @property
    def faults(self) -> tuple[tuple[Box, Fault], ...]:
        """Each fault with its box, by number."""
        found = [(box, fault) for box in self.boxes for fault in box.faults]
        return tuple(sorted(found, key=lambda one: one[1].number))

    def lines_of(self, control: str) -> tuple[Line, ...]:
        """Return the steps that a control's events take, or would."""
        return tuple(line for line in self.lines if control in line.carried)


def drawing_of(title: str, answers: Iterable[Answer], alone: Mapping[Key, Sequence[str]] | None = None) -> Drawing:
    """Return what a map of these answers shows.

    Args:
        title: whose paths they are.
        answers: what was decided.
        alone: by key (see `key_of`), the slugs of the controls that would tell nobody without that one resource.
    """
    order = {slug: place for place, slug in enumerate(CONTROLS)}
    chosen = tuple(sorted(answers, key=lambda answer: (order.get(answer.control, len(order)), answer.control)))
    sketch = Sketch()
    for answer in chosen:
        sketch.add(answer)
    return sketch.finished(title, chosen, alone or {})


def key_of(kind: str, name: str, arn: str, within: str = "") -> Key:
    """Return what tells a resource of a path from all others.

    Args:
        kind: the link's kind.
        name: its name.
        arn: its ARN; metric filters and metrics have none.
        within: the ARN of the log group or topic to which it belongs.
    """
    if kind in ("alarm", "composite alarm"):
        parsed = Arn.parse(arn)
        return ("alarm", parsed.account, parsed.region, name) if parsed else ("alarm", arn, name)
    if kind in ("trail", "log group", "topic") and arn:
        return (kind, arn)
    if kind == "metric":
        # It belongs to a Region, not to the log group that feeds it.
        parsed = Arn.parse(within)
        within = f"{parsed.account} {parsed.region}" if parsed else within
    return (kind, within, name)


@dataclass(frozen=True)
class Step:
    """One link of a path that is being drawn: its box, and what is wrong there, as remarks of the evidence."""

    key: Key
    kind: str
    name: str
    aside: str = ""
    faults: tuple[Mapping[str, Any], ...] = ()

    @property
    def standing(self) -> Standing:
        """What can be said of it."""
        return max((_OF_EFFECT[told["effect"]] for told in self.faults), key=_ORDER.index, default=Standing.HOLDS)


class Sketch:
    """Collects boxes and lines, each once."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._steps: dict[Key, Step] = {}
        self._controls: dict[Key, dict[str, None]] = {}
        self._faults: dict[tuple[Key, str, str], tuple[Mapping[str, Any], dict[str, None]]] = {}
        self._lines: dict[tuple[Key, Key | None], dict[str, Standing]] = {}

    def add(self, answer: Answer) -> None:
        """Draw the paths on which an answer rests."""
        event = Step((EVENT, answer.control), EVENT, answer.title)
        self._visit(event, answer)
        routes = [*map(steps_of, answer.evidence.get("paths", ())), *_rules(answer)]
        if not routes and answer.standing is not Standing.HOLDS:
            told = {"rule": "", "sentence": answer.sentence, "effect": _effect(answer)}
            self._blame(event, told, answer)
            self._draw(event, None, answer, answer.standing)
        for route in routes:
            self._follow(event, route, answer)

    def _follow(self, event: Step, route: Sequence[Step], answer: Answer) -> None:
        standing, before = Standing.HOLDS, event
        for step in route:
            self._draw(before, step, answer, standing)
            self._visit(step, answer)
            for told in step.faults:
                self._blame(step, told, answer)
            standing = max(standing, step.standing, key=_ORDER.index)
            before = step
        if before.kind != PERSON:
            # Nobody is at its end, for whatever reason.
            self._draw(before, None, answer, max(standing, Standing.UNSEEN, key=_ORDER.index))

    def _visit(self, step: Step, answer: Answer) -> None:
        self._steps.setdefault(step.key, step)
        self._controls.setdefault(step.key, {})[answer.control] = None

    def _blame(self, step: Step, told: Mapping[str, Any], answer: Answer) -> None:
        _, concerned = self._faults.setdefault((step.key, told["rule"], told["sentence"]), (told, {}))
        concerned[answer.control] = None

    def _draw(self, source: Step, target: Step | None, answer: Answer, standing: Standing) -> None:
        carried = self._lines.setdefault((source.key, target.key if target else None), {})
        # Of several paths of one control over the same step the best counts: somebody is told by it.
        carried[answer.control] = min(carried.get(answer.control, standing), standing, key=_ORDER.index)

    def finished(self, title: str, answers: tuple[Answer, ...], alone: Mapping[Key, Sequence[str]]) -> Drawing:
        """Return the drawing, its boxes column by column in the order in which paths came to them."""
        standings: dict[Key, Standing] = {(EVENT, answer.control): answer.standing for answer in answers}
        faults = self._numbered()
        boxes = [
            Box(
                step.kind,
                step.name,
                key,
                step.aside,
                standings.get(key) or max((f.standing for f in found), key=_ORDER.index, default=Standing.HOLDS),
                found,
                tuple(self._controls[key]),
                tuple(alone.get(key, ())) or _hanging(key, alone),
            )
            for key, step in self._steps.items()
            for found in [faults.get(key, ())]
        ]
        boxes.sort(key=lambda box: COLUMNS.index(box.column))
        place = {box.key: number for number, box in enumerate(boxes)}
        lines = tuple(
            Line(place[source], None if target is None else place[target], carried)
            for (source, target), carried in self._lines.items()
        )
        events = {answer.control: place[EVENT, answer.control] for answer in answers}
        return Drawing(title, answers, tuple(boxes), lines, events)

    def _numbered(self) -> dict[Key, tuple[Fault, ...]]:
        """Return the faults of each box, numbered in the order of the controls that they concern."""
        found: dict[Key, tuple[Fault, ...]] = {}
        for number, ((key, slug, sentence), (told, concerned)) in enumerate(self._faults.items(), start=1):
            standing = _OF_EFFECT[told["effect"]]
            fault = Fault(number, slug, sentence, standing, _mend(slug), tuple(concerned))
            found[key] = (*found.get(key, ()), fault)
        return found


def _hanging(key: Key, alone: Mapping[Key, Sequence[str]]) -> tuple[str, ...]:
    """Return the controls that hang on the one subscription of a topic, which no evidence tells from others."""
    if key[0] != PERSON or key[-1] != "1":
        return ()
    found = [controls for other, controls in alone.items() if other[:3] == ("subscription", *key[1:3])]
    return tuple(found[0]) if len(found) == 1 else ()


def _mend(slug: str) -> str:
    return Remark(RULES[slug], "").next_step if slug in RULES else ""


def _effect(answer: Answer) -> str:
    effect = Effect.BROKEN if answer.standing is Standing.BROKEN else Effect.UNSEEN
    return str(effect.value)


def steps_of(path: Mapping[str, Any]) -> list[Step]:
    """Return the links of a path of the evidence as steps, with metric and subscriptions, and what is wrong there."""
    steps: list[Step] = []
    within, here = "", ""
    for link in path["links"]:
        kind, name, arn = link["kind"], link["name"], link["arn"]
        if kind in ("alarm", "composite alarm") and not any(step.kind == "metric" for step in steps):
            steps += _metric(path, within)
        parsed = Arn.parse(arn)
        aside = ""
        if parsed is not None and parsed.account:
            aside = f"account {parsed.account}" if here and parsed.account != here else ""
            here = parsed.account
        steps.append(Step(key_of(kind, name, arn, within), kind, name, aside))
        within = arn or within
    faults = [told for told in path["remarks"] if told["effect"] in _OF_EFFECT]
    placed = [
        Step(step.key, step.kind, step.name, step.aside, tuple(f for f in faults if _place(f, steps) == at))
        for at, step in enumerate(steps)
    ]
    return placed + _listeners(path, within)


def _metric(path: Mapping[str, Any], within: str) -> Iterator[Step]:
    if name := path.get("metric", ""):
        yield Step(key_of("metric", name, "", within), "metric", name)


def _place(fault: Mapping[str, Any], steps: Sequence[Step]) -> int:
    """Say at which step a path is broken: that of the remark's link, else the last one, to which it came."""
    exact = [at for at, step in enumerate(steps) if (step.kind, step.name) == (fault["link"], fault["resource"])]
    return exact[0] if exact else len(steps) - 1


def _listeners(path: Mapping[str, Any], topic: str) -> list[Step]:
    """Return one step for all confirmed subscriptions, by protocol: they are told together or not at all."""
    protocols = sorted({heard["protocol"] for heard in path["subscriptions"]})
    if not protocols:
        return []
    number = len({heard["arn"] for heard in path["subscriptions"]})
    aside = f"{number} confirmed {'subscription' if number == 1 else 'subscriptions'}"
    return [Step((PERSON, topic, *protocols, str(number)), PERSON, ", ".join(protocols), aside)]


def _rules(answer: Answer) -> Iterator[list[Step]]:
    """Return the EventBridge rules that tell somebody, where the user lets them count."""
    for rule in answer.evidence.get("event_rules", ()):
        key = (_EVENT_RULE, rule["arn"])
        told = Step((PERSON, *key), PERSON, "target of the rule", "as far as the rule was read")
        yield [Step(key, _EVENT_RULE, rule["name"], f"EventBridge, {rule['region']}"), told]
