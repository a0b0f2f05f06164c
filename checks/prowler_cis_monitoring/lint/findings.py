"""What is to be told of templates: findings with their place, made of the verdicts and of the rules of resources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from enum import Enum

from prowler_cis_monitoring.alert_path.path import AlertPath
from prowler_cis_monitoring.alert_path.rules import Effect, Remark
from prowler_cis_monitoring.alert_path.telling import clause
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.foreign_text import harmless, shown
from prowler_cis_monitoring.lint.breaches import Breach, breaches
from prowler_cis_monitoring.lint.judging import Judged, OpenValue, Report, State
from prowler_cis_monitoring.lint.places import Spot, spot_of, spot_of_property
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.templates.building import ASSUMED_TRAIL, OUTSIDE
from prowler_cis_monitoring.templates.declared import Declared, Place
from prowler_cis_monitoring.templates.rules import TEMPLATE_RULES
from prowler_cis_monitoring.templates.values import Position, reasons

_MOST_OF_A_MESSAGE = 2_000
_KINDS = {
    "AWS::CloudTrail::Trail": "trail",
    "AWS::Logs::LogGroup": "log group",
    "AWS::Logs::MetricFilter": "metric filter",
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::CloudWatch::CompositeAlarm": "composite alarm",
    "AWS::SNS::Topic": "topic",
    "AWS::SNS::TopicPolicy": "topic policy",
    "AWS::SNS::TopicInlinePolicy": "topic policy",
    "AWS::SNS::Subscription": "subscription",
    "AWS::KMS::Key": "key",
    "AWS::KMS::Alias": "alias",
    "AWS::Events::Rule": "EventBridge rule",
}


class Level(Enum):
    """How much a finding weighs."""

    BROKEN = "broken"
    DEPENDS = "depends"
    ABSENT = "absent"


@dataclass(frozen=True)
class Finding:
    """One thing that is told.

    Attributes:
        rule: the rule's or control's permanent name.
        level: how much it weighs.
        message: a clause for a person.
        at: where it stands.
        address: the resource in its file.
        property_name: the property that is spoken of, empty for the resource.
        controls: the controls that it concerns.
        when: the combination of conditions under which it is so; empty for all.
        column: the 0-based column in the text of the property that is meant.
        missed_event: a record that would reach nobody.
        also: what else may tell somebody, in sentences.
    """

    rule: str
    level: Level
    message: str
    at: Position
    address: str = ""
    property_name: str = ""
    controls: tuple[str, ...] = ()
    when: str = ""
    column: int | None = None
    missed_event: dict[str, object] | None = field(default=None, hash=False, compare=False)
    also: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What stays the same when lines move: rule, file, resource and property."""
        import hashlib  # noqa: PLC0415 - slow to import, and of no use to a reader of text

        parts = f"{self.rule}\0{self.at.file}\0{self.address}\0{self.property_name}"
        return hashlib.sha256(parts.encode("utf-8", "replace")).hexdigest()[:32]


def findings_of(report: Report, files: Sequence[str], *, absent_fails: bool) -> tuple[Finding, ...]:
    """Return what is to be told, by file and line.

    Args:
        report: what was judged.
        files: the files that were read; a finding without a place of its own stands at the first.
        absent_fails: whether a control that is not in these files is broken.
    """
    here = Position(files[0] if files else "", 1, 1)
    found: list[Finding] = []
    for judged in report.judged:
        if judged.state is State.BROKEN:
            found += _broken(judged, here)
        elif judged.state is State.DEPENDS:
            found += _depending(judged, here)
        elif judged.state is State.ABSENT:
            found.append(_absent(judged, here, fails=absent_fails))
    found = _with_resources(found, report.declared)
    return tuple(sorted(_merged(found), key=lambda one: (one.at, list(Level).index(one.level), one.rule, one.address)))


def _tokens(declared: Iterable[Declared]) -> dict[str, str]:
    return {
        outside.token: f"${{{outside.name}}}"
        for one in declared
        for value in one.properties.values()
        for outside in reasons(value)
    }


def told(message: str, declared: Sequence[Declared]) -> str:
    """Write outside values as templates do; and so the account, where no file names it."""
    for token, name in _tokens(declared).items():
        message = message.replace(token, name)
    assumed = Place().account
    if all(one.place.account == assumed for one in declared):
        message = message.replace(assumed, "${AWS::AccountId}")
    return harmless(message.replace(ASSUMED_TRAIL, "that is assumed"), _MOST_OF_A_MESSAGE)


def _finding(rule: str, level: Level, message: str, spot: Spot, judged: Judged) -> Finding:
    return Finding(
        rule=rule,
        level=level,
        message=told(message, judged.declared),
        at=spot.at,
        address=spot.address,
        property_name=spot.property_name,
        controls=(judged.control.slug,),
        when=harmless(str(judged.choices)),
        missed_event=judged.verdict.missed_event,
        also=tuple(told(sentence, judged.declared) for sentence in judged.verdict.alternatives),
    )


def _broken(judged: Judged, here: Position) -> Iterator[Finding]:
    count = 0
    for path in judged.verdict.paths:
        for remark in path.having(Effect.BROKEN):
            spot = spot_of(remark, path, judged.declared) or Spot(here)
            yield _finding(remark.rule.slug, Level.BROKEN, clause(remark), spot, judged)
            count += 1
    if not count:
        first = judged.verdict.paths[0] if judged.verdict.paths else None
        spot = _pattern_of(first, judged.declared) or Spot(here)
        yield _finding(judged.control.slug, Level.BROKEN, judged.verdict.sentence, spot, judged)


def _pattern_of(path: AlertPath | None, declared: Sequence[Declared]) -> Spot | None:
    name = path.name_of("metric filter") if path is not None else ""
    for one in declared:
        if name and one.type == "AWS::Logs::MetricFilter" and one.name == name:
            return spot_of_property(one, "FilterPattern")
    return None


def _depending(judged: Judged, here: Position) -> Iterator[Finding]:
    count = 0
    for value in judged.outside:
        yield _outside(judged, value, here)
        count += 1
    for path in judged.verdict.paths:
        for remark in path.having(Effect.UNSEEN):
            spot = spot_of(remark, path, judged.declared) or Spot(here)
            yield _unseen(remark, spot, judged)
            count += 1
    if not count:
        yield _finding(judged.control.slug, Level.DEPENDS, judged.verdict.sentence, Spot(here), judged)


def _outside(judged: Judged, value: OpenValue, here: Position) -> Finding:
    one = value.declared
    if one is None:
        return _finding("outside-value", Level.DEPENDS, value.why.reason, Spot(here), judged)
    name = f"{_KINDS.get(one.type, 'resource')} {shown(one.name)}"
    open_ = TEMPLATE_RULES["outside-value"].sentence.format(name=value.property_name, reason=harmless(value.why.reason))
    return _finding(
        "outside-value", Level.DEPENDS, f"{name}: {open_}", spot_of_property(one, value.property_name), judged
    )


def _unseen(remark: Remark, spot: Spot, judged: Judged) -> Finding:
    if remark.values.get("error") != OUTSIDE:
        return _finding(remark.rule.slug, Level.DEPENDS, clause(remark), spot, judged)
    name = f"{remark.rule.link} {shown(remark.resource)}"
    message = f"{name}: what it does is not in these files: {harmless(str(remark.values['action']))}"
    return _finding("outside-value", Level.DEPENDS, message, spot, judged)


def _absent(judged: Judged, here: Position, *, fails: bool) -> Finding:
    level = Level.BROKEN if fails else Level.ABSENT
    message = f"no metric filter of these files is meant to tell when {judged.control.event}"
    # What is not there stands on no line: the file is the one in which its neighbours are.
    filters = (one.at.file for one in judged.declared if one.type == "AWS::Logs::MetricFilter")
    return _finding(judged.control.slug, level, message, Spot(Position(next(filters, here.file))), judged)


def _with_resources(known: Sequence[Finding], combinations: Sequence[Sequence[Declared]]) -> list[Finding]:
    """Add the rules that single resources break, each thing said once."""
    found, said = list(known), list[Finding]()
    for declared in combinations:
        for breach in breaches(declared):
            same = [one for one in known if one.address in breach.addresses and one.rule.startswith(breach.rule.also)]
            made = _of_breach(breach, declared)
            if not breach.rule.also or not same:
                said.append(made)
            elif breach.rule.replaces:
                controls = dict.fromkeys(slug for one in same for slug in one.controls)
                said.append(replace(made, controls=tuple(controls)))
                found = [one for one in found if one not in same]
    return [*found, *said]


def _of_breach(breach: Breach, declared: Sequence[Declared]) -> Finding:
    one = breach.declared
    spot = spot_of_property(one, breach.property_name)
    message = f"{_KINDS.get(one.type, 'resource')} {shown(one.name)}: {breach.sentence}"
    return Finding(
        rule=breach.rule.slug,
        level=Level.BROKEN if breach.rule.certain else Level.DEPENDS,
        message=told(message, declared),
        at=spot.at,
        address=spot.address,
        property_name=spot.property_name,
        column=breach.column,
    )


def _merged(found: Iterable[Finding]) -> Iterator[Finding]:
    """Tell a thing once, with all controls that it concerns."""
    by_thing: dict[tuple[str, str, Position, str, str], Finding] = {}
    for one in found:
        control = one.rule if one.rule in CONTROLS else ""
        key = (one.rule, one.address, one.at, one.property_name, control or one.message)
        before = by_thing.get(key)
        if before is None:
            by_thing[key] = one
            continue
        controls = tuple(dict.fromkeys((*before.controls, *one.controls)))
        weighs = min(before.level, one.level, key=list(Level).index)
        by_thing[key] = replace(before, controls=controls, level=weighs)
    yield from by_thing.values()
