"""What becomes of each control when the templates are deployed: the verdict that holds whatever the outside values are.

Accounts are built for every combination of conditions and for each guess at what is outside. Where the guesses agree,
their verdict stands; where they do not, it depends. Of the combinations the worst stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import field
from enum import Enum
from functools import cached_property

from prowler_cis_monitoring.alert_path.likeness import alike
from prowler_cis_monitoring.alert_path.paths import AlertPath, AlertPaths
from prowler_cis_monitoring.alert_path.resources import AccountResources, Alternatives
from prowler_cis_monitoring.alert_path.verdict import Status, Verdict
from prowler_cis_monitoring.controls import CONTROLS, Control
from prowler_cis_monitoring.decision import decide
from prowler_cis_monitoring.filter_pattern import EVERYTHING, FilterPattern, FilterPatternError, parse
from prowler_cis_monitoring.filter_pattern.work import Work
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.settings import Settings
from prowler_cis_monitoring.templates.building import (
    ASSUMED_TRAIL,
    Guess,
    Options,
    alternatives_of,
    build,
    has_outside,
    open_values,
)
from prowler_cis_monitoring.templates.choices import Choices, every
from prowler_cis_monitoring.templates.declared import (
    ALARM,
    COMPOSITE_ALARM,
    EVENT_RULE,
    METRIC_FILTER,
    SUBSCRIPTION,
    Declared,
)
from prowler_cis_monitoring.templates.files import Files
from prowler_cis_monitoring.templates.values import Outside, Value, plain, reasons, text


class State(Enum):
    """What is said of a control."""

    HOLDS = "holds"
    BROKEN = "broken"
    DEPENDS = "depends"
    ABSENT = "absent"


@dataclass(frozen=True)
class Judged:
    """What becomes of a control.

    Attributes:
        control: the control.
        state: what is said of it.
        verdict: the verdict on the account that shows it.
        declared: the resources of the combination that shows it.
        choices: the answers to conditions under which that is so; empty where it is so under all.
        outside: what it depends on, with the resource and property where there is one.
        provided: the log groups that a trail is assumed to deliver to.
    """

    control: Control
    state: State
    verdict: Verdict
    declared: tuple[Declared, ...] = field(default=(), repr=False)
    choices: Choices = field(default_factory=Choices)
    outside: tuple[OpenValue, ...] = ()
    provided: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenValue:
    """What a verdict depends on."""

    why: Outside
    declared: Declared | None = None
    property_name: str = ""


@dataclass(frozen=True)
class Request:
    """What is asked of `judge`.

    Attributes:
        settings: what the user approves of and lets count.
        trail_known: whether a good trail is assumed where no template holds one.
        base: a saved account on top of which the templates are deployed.
        alternatives: what else may tell somebody there.
        controls: the controls to judge.
    """

    settings: Settings = field(default_factory=lambda: Settings.read(None))
    trail_known: bool = True
    base: AccountResources | None = None
    alternatives: Alternatives | None = None
    controls: tuple[Control, ...] = tuple(CONTROLS.values())


@dataclass(frozen=True)
class Report:
    """All that was judged: the controls, and the resources of every combination of conditions."""

    judged: tuple[Judged, ...]
    declared: tuple[tuple[Declared, ...], ...]
    complete: bool = True


def judge_files(files: Files, request: Request) -> Report:
    """Judge every control that is asked for; raises TemplateError for templates that cannot be resolved."""
    built, complete = every(files.declared)
    combinations: list[_Combination] = []
    for choices, declared in built:
        if all(declared != known.declared for known in combinations):
            combinations.append(_Combination(choices, declared, files, request))
    judged = tuple(_worst([one.judged(control) for one in combinations]) for control in request.controls)
    if not complete:
        judged = tuple(_incomplete(one) for one in judged)
    return Report(judged, tuple(one.declared for one in combinations), complete)


def _worst(found: Sequence[Judged]) -> Judged:
    order = (State.BROKEN, State.DEPENDS, State.ABSENT, State.HOLDS)
    worst = min(found, key=lambda one: order.index(one.state))
    if all(one.state is worst.state for one in found):
        return Judged(**{**worst.__dict__, "choices": Choices()})
    # Where some combination has a filter for it, its absence from others is a break.
    if worst.state is State.ABSENT:
        return Judged(**{**worst.__dict__, "state": State.BROKEN})
    return worst


def _incomplete(one: Judged) -> Judged:
    if one.state is not State.HOLDS:
        return one
    why = Outside("conditions", "its conditions have more combinations than are tried")
    return Judged(**{**one.__dict__, "state": State.DEPENDS, "outside": (OpenValue(why),)})


@dataclass
class _Combination:
    """The resources under one combination of conditions."""

    choices: Choices
    declared: tuple[Declared, ...]
    files: Files
    request: Request
    _accounts: dict[tuple[Guess, bool, str], tuple[AlertPaths, Alternatives | None]] = field(default_factory=dict)

    @cached_property
    def _guesses(self) -> tuple[Guess, ...]:
        return tuple(Guess) if has_outside(self.declared) else (Guess.HOPEFUL,)

    @cached_property
    def _pattern_is_outside(self) -> bool:
        return any(reasons(one.get("FilterPattern")) for one in self.declared if one.type == METRIC_FILTER)

    def _account(self, guess: Guess, control: Control, *, assume: bool) -> tuple[AlertPaths, Alternatives | None]:
        pattern = control.suggested_pattern if self._pattern_is_outside else ""
        key = (guess, assume, pattern)
        if key not in self._accounts:
            options = Options(guess, assume, pattern, self.request.base)
            place, before = self.files.place, self.request.alternatives
            account = build(self.declared, place, options)
            others = alternatives_of(self.declared, place, options, account, before)
            self._accounts[key] = AlertPaths(account), others
        return self._accounts[key]

    def _verdicts(self, control: Control) -> Iterator[tuple[Guess, bool, Verdict]]:
        assumptions = (True,) if self.request.trail_known or self.request.base is not None else (True, False)
        for assume in assumptions:
            for guess in self._guesses:
                paths, alternatives = self._account(guess, control, assume=assume)
                yield guess, assume, decide(control, paths, self.request.settings, alternatives)

    def judged(self, control: Control) -> Judged:
        found = list(self._verdicts(control))
        statuses = {verdict.status for _, _, verdict in found}
        best = next((verdict for _, _, verdict in found if verdict.status is Status.PASS), None)
        best = best or next((verdict for _, _, verdict in found if verdict.status is Status.MANUAL), found[0][2])
        if statuses == {Status.FAIL}:
            # The account on which the names meet shows the nearest path.
            nearest = max((verdict for _, _, verdict in found), key=_length)
            if open_ := (*self._beyond_guessing(), *self._open_rules(nearest)):
                return Judged(control, State.DEPENDS, nearest, self.declared, self.choices, open_)
            state = State.BROKEN if self._meant(control) else State.ABSENT
            return Judged(control, state, nearest, self.declared, self.choices, provided=_provided(nearest.paths))
        if statuses == {Status.PASS} and (unmet := tuple(self._unmet())):
            return Judged(control, State.DEPENDS, best, self.declared, self.choices, unmet)
        if statuses == {Status.PASS}:
            return Judged(control, State.HOLDS, best, self.declared, self.choices, provided=_provided(best.paths))
        outside = tuple(self._open_on(best.paths)) if len(statuses) > 1 else ()
        if len(statuses) > 1 and not outside:
            others = [verdict for _, _, verdict in found if verdict.status is not best.status]
            outside = tuple(one for verdict in others for one in self._open_on(verdict.paths))
            outside = outside or tuple(self._all_open())
        return Judged(
            control, State.DEPENDS, best, self.declared, self.choices, outside, provided=_provided(best.paths)
        )

    def _open_on(self, paths: Sequence[AlertPath]) -> Iterator[OpenValue]:
        """What is outside of the resources on paths, and whether a trail delivers."""
        names = {link.name for path in paths for link in path.links}
        for one in self.declared:
            if one.name in names:
                yield from _open_of(one)
        if ASSUMED_TRAIL in names and not self.request.trail_known:
            groups = ", ".join(_provided(paths))
            yield OpenValue(
                Outside("trail", f"whether a multi-Region trail delivers to {groups} is not in these files")
            )

    def _beyond_guessing(self) -> Iterator[OpenValue]:
        """What is outside and may be of a kind that no guess is sure to meet: a break is not certain then."""
        named_elsewhere = any(one.type in (COMPOSITE_ALARM, SUBSCRIPTION) for one in self.declared) or any(
            ":alarm" in json.dumps(plain(one.get("PolicyDocument"))) for one in self.declared
        )
        for one in self.declared:
            transformations = one.get("MetricTransformations")
            if transformations is not None and transformations.outside:
                yield OpenValue(transformations.outside[0], one, "MetricTransformations")
            if one.type not in (ALARM, COMPOSITE_ALARM):
                continue
            if named_elsewhere or any(one.get(name) for name in ("Dimensions", "Unit", "Metrics")):
                yield from (OpenValue(why[0], one, name) for name, why in open_values(one).items())
            if not named_elsewhere:
                continue
            for name in ("AlarmName", "Namespace", "MetricName"):
                for why in reasons(one.get(name)):
                    yield OpenValue(why, one, name)

    def _open_rules(self, verdict: Verdict) -> Iterator[OpenValue]:
        """What is outside of EventBridge rules, where the user lets them count."""
        if self.request.settings.accept_alternatives == "named":
            return
        for one in self.declared:
            if one.type == EVENT_RULE:
                yield from _open_of(one)
        if verdict.alternatives and self.request.alternatives is None:
            yield OpenValue(Outside("rules", "which EventBridge rules other Regions have is not in these files"))

    def _unmet(self) -> Iterator[OpenValue]:
        """Alarms beside composite ones whose metric is outside and meets no filter: they may hold others back."""
        if all(one.type != COMPOSITE_ALARM for one in self.declared):
            return
        items = [item for one in self.declared for item in _transformations_of(one)]
        published = {(text(item.get("MetricNamespace")), text(item.get("MetricName"))) for item in items}
        for one in self.declared:
            metric = one.get("Namespace"), one.get("MetricName")
            if one.type == ALARM and (text(metric[0]), text(metric[1])) not in published:
                for name, value in zip(("Namespace", "MetricName"), metric, strict=True):
                    for why in reasons(value):
                        yield OpenValue(why, one, name)

    def _all_open(self) -> Iterator[OpenValue]:
        for one in self.declared:
            yield from _open_of(one)

    def _meant(self, control: Control) -> bool:
        """Whether a filter of these files is a try at a control."""
        required, work = parse(control.required_pattern), Work()
        return any(
            pattern is None or pattern == EVERYTHING or alike(required, pattern, work) for pattern in self._patterns
        )

    @cached_property
    def _patterns(self) -> tuple[FilterPattern | None, ...]:
        """The patterns of the filters; None for one that is outside."""
        found: dict[str, FilterPattern | None] = {}
        for one in self.declared:
            written = one.get("FilterPattern")
            if one.type == METRIC_FILTER and written is not None and text(written) not in found:
                try:
                    found[text(written)] = None if reasons(written) else parse(text(written))
                except FilterPatternError:
                    continue
        return tuple(found.values())


def _length(verdict: Verdict) -> int:
    return max((len(path.links) for path in verdict.paths), default=0)


def _transformations_of(one: Declared) -> tuple[Value, ...]:
    found = one.get("MetricTransformations")
    return found.items if found is not None else ()


def _open_of(one: Declared) -> Iterator[OpenValue]:
    named = {name: reasons(one.get(name)) for name in _NAMES}
    for name, why in {**named, **open_values(one)}.items():
        for outside in why:
            yield OpenValue(outside, one, name)
    for item in transformations.items if (transformations := one.get("MetricTransformations")) else ():
        for name in ("MetricName", "MetricNamespace"):
            for outside in reasons(item.get(name)):
                yield OpenValue(outside, one, name)


_NAMES = ("LogGroupName", "CloudWatchLogsLogGroupArn", "MetricName", "Namespace", "TopicArn", "Topics", "AlarmActions")


def _provided(paths: Sequence[AlertPath]) -> tuple[str, ...]:
    """The log groups on paths that begin with an assumed trail."""
    found = (path.name_of("log group") for path in paths if path.name_of("trail") == ASSUMED_TRAIL)
    return tuple(sorted({name for name in found if name}))
