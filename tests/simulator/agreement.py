"""Whether the verdict on an account agrees with what the simulation hears."""

import re
from dataclasses import dataclass, field, replace

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.rules import Effect
from prowler_cis_monitoring.alert_path.verdict import Demand, Status, judge
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.filter_pattern import parse
from tests.simulator.delivery import is_match, published
from tests.simulator.records import EVERYDAY, required
from tests.simulator.simulation import AT_TIMES, BUSY, ONE_CALL, QUIET, Choices, lead, order, outcome, rare

_ONLY_IN = "Somebody is told only in"
WORLDS = (QUIET, BUSY, ONE_CALL)


@dataclass
class Comparison:
    """What the judgement says and what the simulation hears.

    Attributes:
        verdict: the judgement.
        kind: "agrees", "manual", "undecided" (MANUAL although nothing is open), "open" (not documented, so that no
            verdict is wrong), "audit" (all is heard, but the benchmark demands a multi-Region trail), "rare" (a FAIL,
            and an event is missed only where one everyday call alone is made), or one of the disagreements "false
            PASS", "false FAIL", "wrong missed event".
        event: the record that shows it, None when no single one does.
        outcomes: what was heard of it, by world.
        reasons: the rules that make a verdict MANUAL.
        is_lost_at_times: a PASS, and an event is not heard in an account that is busy for ten of twenty minutes.
        is_untrue: the sentence says that nobody is told, and somebody hears of a required event; or it says that
            somebody is, and nobody does.
    """

    verdict: object
    kind: str
    event: dict | None = None
    outcomes: dict = field(default_factory=dict)
    reasons: tuple = ()
    is_lost_at_times: bool = False
    is_untrue: bool = False

    @property
    def is_disagreement(self):
        """Whether one of the two sides is wrong."""
        return self.kind in ("false PASS", "false FAIL", "wrong missed event")


def demand_of(control):
    """What a control asks for."""
    known = CONTROLS[control]
    return Demand(event=known.event, required=parse(known.required_pattern))


def variants(resources):
    """The undocumented choices that can matter in an account, one changed at a time."""
    usual = Choices()
    alarms = [one for listed in resources.alarms.values() for one in listed.metric_alarms]
    composites = [one for listed in resources.alarms.values() for one in listed.composite_alarms]
    texts = "".join(query.expression or "" for one in alarms for query in one.queries)
    statistics = {one.statistic or "" for one in alarms} | {
        query.metric.statistic for one in alarms for query in one.queries if query.metric
    }
    delivered = [trail.log_group_arn for trail in resources.trails if trail.log_group_arn]
    filters = [one for group in resources.log_groups.values() if group for one in group.metric_filters]
    units = {one.unit or "None" for one in filters}
    matter = (
        (composites or any(one.evaluation_periods > 8 for one in alarms), ({"extra_points": 1}, {"extra_points": 4})),
        (composites and any(one.evaluation_periods > 1 for one in alarms), ({"young_keeps_state": False},)),
        ("MIN(" in texts or "MAX(" in texts, ({"gaps_are_zero": False},)),
        (any(name.startswith("p") for name in statistics), ({"upper_neighbour": False},)),
        (any(one.state == "ALARM" for one in (*alarms, *composites)), ({"latched": False},)),
        (len(order(composites)) < len(composites), ({"cycles_spread": False},)),
        (any(one.suppressor for one in composites), ({"wait_ends_first": False}, {"told_again": True})),
        (any(is_match(one.pattern, each) for one in filters for each in EVERYDAY), ({"traffic": 20},)),
        # How much goes on decides about a share of it.
        ("/" in texts or "AVG" in texts or "Average" in statistics, ({"traffic": 1000},)),
        (len(units) > 1, tuple({"unit": unit} for unit in sorted(units))),
        (len(set(delivered)) < len(delivered), ({"every_copy": False},)),
    )
    changed = [one for matters, ones in matter if matters for one in ones]
    return [usual, *(replace(usual, **one) for one in changed)]


class Listener:
    """Plays events in an account; events that publish the same are played once."""

    def __init__(self, resources):
        self.resources = resources
        self.choices = variants(resources)
        self.known = {}

    def outcomes(self, event):
        """What comes of an event, by world: "heard", "silent", or "open" where AWS leaves it open."""
        return {world.name: self.outcome(world, event) for world in WORLDS}

    def usual(self, event):
        """What comes of an event, by world, with the usual choices alone."""
        found = {world.name: self.played(world, event, Choices()) for world in WORLDS}
        return {world: "open" if one == "return" else one for world, one in found.items()}

    def outcome(self, world, event):
        """What comes of an event in a world."""
        found = {self.played(world, event, choices) for choices in self.choices}
        return found.pop() if len(found) == 1 and found != {"return"} else "open"

    def loses_at_times(self, heard):
        """Whether one of the first events is lost in some minute of an account that is busy at times."""
        return any(
            self.played(AT_TIMES, event, Choices(), wait) == "silent"
            for event, _ in heard[:3]
            for wait in (0, 4, 10, 14)
        )

    def is_lost_when_rare(self, heard):
        """Whether one of the first events is lost where one everyday call alone is made, in whichever minute."""
        return any(
            self.played(world, event, Choices(), wait) == "silent"
            for world, waits in rare(self.resources)
            for event, _ in heard[:3]
            for wait in waits
        )

    def played(self, world, event, choices, wait=0):
        """Play an event once."""
        start = lead(self.resources) + wait
        records = (*world.records(start, choices.traffic), event)
        samples = published(self.resources, records, choices.every_copy)
        key = (
            world.name,
            start,
            choices,
            repr(sorted((repr(one), sorted(counts.items())) for one, counts in samples.items())),
        )
        if key not in self.known:
            self.known[key] = outcome(self.resources, world, event, choices, wait)
        return self.known[key]


def compare(control, resources):
    """Judge an account and play it."""
    verdict = verdict_on(control, resources)
    listener = Listener(resources)
    heard = [(event, listener.usual(event)) for event in required(control)]
    if not _is_settled(verdict, listener, heard):
        heard = [(event, listener.outcomes(event)) for event in required(control)]
    found = _compared(verdict, listener, heard)
    return replace(
        found,
        is_untrue=_is_untrue(verdict.sentence, heard),
        is_lost_at_times=found.kind == "agrees" and verdict.status is Status.PASS and listener.loses_at_times(heard),
    )


def _is_untrue(sentence, heard):
    found = [set(outcomes.values()) for _, outcomes in heard]
    if sentence.startswith("Nobody is told"):
        return {"heard"} in found
    if sentence.startswith(_ONLY_IN):
        regions = re.findall(r"[\w-]+-\d", sentence.removeprefix(_ONLY_IN).partition("when")[0])
        here = [set(outcomes.values()) for event, outcomes in heard if event["awsRegion"] in regions]
        spoken = "of global services" not in sentence.partition("when")[0]
        return not any("heard" in one or "open" in one for one in found) or (spoken and {"silent"} in here)
    return sentence.startswith("Somebody is told, but") and {"silent"} in found


def _is_settled(verdict, listener, heard):
    """Whether the usual choices confirm the verdict, so that what AWS leaves open need not be played."""
    silent = any("silent" in found.values() for _, found in heard)
    if verdict.status is Status.PASS:
        return all(set(found.values()) == {"heard"} for _, found in heard)
    if verdict.status is Status.FAIL and verdict.missed_event is not None:
        return "silent" in listener.usual(verdict.missed_event).values()
    return verdict.status is Status.FAIL and silent


def _compared(verdict, listener, heard):
    silent = [(event, found) for event, found in heard if "silent" in found.values()]
    is_open = any("open" in found.values() for _, found in heard)
    if verdict.status is Status.MANUAL:
        return _undecided(verdict, heard, is_open)
    if verdict.status is Status.PASS:
        return Comparison(verdict, "false PASS", *silent[0]) if silent else _agrees(verdict, is_open)
    if verdict.missed_event is not None:
        found = listener.usual(verdict.missed_event)
        if "silent" not in found.values():
            found = listener.outcomes(verdict.missed_event)
        kind = "agrees" if "silent" in found.values() else "open" if "open" in found.values() else "wrong missed event"
        return Comparison(verdict, kind, verdict.missed_event, found)
    if silent or is_open:
        return _agrees(verdict, not silent)
    if not all(trail.multi_region for trail in listener.resources.trails):
        return Comparison(verdict, "audit", *heard[0])
    return Comparison(verdict, "rare" if listener.is_lost_when_rare(heard) else "false FAIL", *heard[0])


def _agrees(verdict, is_open):
    return Comparison(verdict, "open" if is_open else "agrees")


def _undecided(verdict, heard, is_open):
    found = {outcome for _, outcomes in heard for outcome in outcomes.values()}
    kind = "undecided" if len(found) == 1 and not is_open else "manual"
    return Comparison(verdict, kind, *heard[0], _reasons(verdict))


def verdict_on(control, resources):
    """Judge an account."""
    return judge(AlertPaths(resources), demand_of(control))


def _reasons(verdict):
    found = {one.rule.slug for path in verdict.paths for one in path.remarks if one.effect is Effect.UNSEEN}
    return tuple(sorted(found)) or ("no remark",)
