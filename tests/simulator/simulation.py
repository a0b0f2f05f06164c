"""Plays an account minute by minute: what is published, how alarms move, which actions are taken and who hears."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from tests.simulator import alarm_rules
from tests.simulator.alarm_states import ALARM, OK, Watched
from tests.simulator.delivery import published
from tests.simulator.records import EVERYDAY
from tests.simulator.subscribers import hears

WITHIN = 60  # minutes in which somebody must have heard


@dataclass(frozen=True)
class Choices:
    """What AWS does not document. An outcome that depends on one of these is nobody's fault.

    Attributes:
        extra_points: by how many datapoints the evaluation range exceeds the evaluation periods.
        young_keeps_state: an alarm whose only datapoint breaches, too young to count, keeps its state (else OK).
        gaps_are_zero: MIN and MAX over an array count a missing value as 0.
        upper_neighbour: a percentile between two samples takes the upper one.
        wait_ends_first: a suppressor that goes into ALARM when the wait period ends comes too late.
        told_again: when an extension period ends, actions are taken even for a state that was acted on before.
        latched: an alarm that is in ALARM for less than a day is left in it (else it has come back to OK).
        traffic: how often each everyday call is made in a minute of a busy account.
        unit: the one unit that an alarm without a unit sees of a metric published in several (all, if None).
        cycles_spread: composite alarms that depend on a cycle without being on it are not evaluated either.
        every_copy: a record that two trails deliver to one log group counts twice.
    """

    extra_points: int = 2
    young_keeps_state: bool = True
    gaps_are_zero: bool = True
    upper_neighbour: bool = True
    wait_ends_first: bool = True
    told_again: bool = False
    latched: bool = True
    traffic: int = 1
    unit: str | None = None
    cycles_spread: bool = True
    every_copy: bool = True


class Minutes:
    """The minutes so far, each as the number of its kind; minutes of a kind publish the same samples."""

    def __init__(self):
        self.kinds = []
        self.numbers = {}
        self.passed = bytearray()

    def add(self, everyday, events, samples_of):
        """Let a minute pass in which these records happen."""
        key = (id(everyday), *map(id, events))
        if key not in self.numbers:
            self.numbers[key] = len(self.kinds)
            self.kinds.append(samples_of((*everyday, *events)))
        self.passed.append(self.numbers[key])

    def __len__(self):
        return len(self.passed)

    def counts(self, start, end):
        """How many minutes of each kind lie in a window."""
        window = self.passed[start:end]
        return tuple(window.count(number) for number in range(len(self.kinds)))


@dataclass(frozen=True)
class World:
    """What else happens: in each minute that `is_busy` says, everyday calls."""

    name: str
    is_busy: object = field(compare=False)
    calls: tuple = field(default=EVERYDAY, compare=False)

    def records(self, minute, traffic=1):
        """The everyday records of a minute."""
        return _calls(self, traffic) if self.is_busy(minute) else ()


@cache
def _calls(world, traffic):
    return world.calls * traffic


QUIET = World("quiet", lambda minute: False)
BUSY = World("busy", lambda minute: True)
# Filters that match what the busy account does publish their default values here.
ONE_CALL = World("one call", lambda minute: True, EVERYDAY[-1:])
AT_TIMES = World("busy at times", lambda minute: minute % 20 < 10)


def rare(resources):
    """The worlds in which one everyday call alone is made, once in each period of an alarm, and minutes to wait in."""
    alarms = [one for listed in resources.alarms.values() for one in listed.metric_alarms]
    stats = [query.metric for one in alarms for query in one.queries if query.metric]
    minutes = {(one.period or 0) // 60 for one in (*alarms, *stats)} - {0}
    for each in sorted(minutes):
        waits = range(0, each, max(1, each // 5))
        yield from ((World(f"rare {n}, {each}", _every(each), (call,)), waits) for n, call in enumerate(EVERYDAY))


def _every(minutes):
    return lambda minute: minute % minutes == 0


@dataclass(frozen=True)
class Notification:
    """One taking of actions for the state ALARM that somebody hears."""

    minute: int
    alarm: str
    subscriptions: frozenset


class Suppression:
    """The suppressor of a composite alarm, with its wait and extension period in seconds.

    Source: CloudWatch User Guide, "Suppressing composite alarm actions".
    """

    def __init__(self, wait, extension, state, suppressor, choices):
        self.wait, self.extension, self.choices = wait, extension, choices
        self.state, self.suppressor = state, suppressor
        self.until = None
        self.is_extension = False
        self.is_acted_on = True

    def move(self, now, state, suppressor):
        """Move on to a time in seconds; return the states of the composite alarm whose actions are taken then."""
        moved, uncovered = state != self.state, self.suppressor and not suppressor
        covered = suppressor and not self.suppressor
        taken = self.taken(now) if self.choices.wait_ends_first or not (moved or covered) else []
        self.is_acted_on = self.is_acted_on and not moved
        self.state, self.suppressor = state, suppressor
        if suppressor:
            self.until = None
        elif moved:
            self.until, self.is_extension = now + self.wait, False
        elif uncovered:
            self.until, self.is_extension = now + self.extension, True
        return [*taken, *self.taken(now)]

    def taken(self, now):
        """The state whose actions are taken because a period has ended."""
        if self.until is None or now < self.until:
            return []
        again = self.is_acted_on and self.is_extension and not self.choices.told_again
        self.until, self.is_acted_on = None, True
        return [] if again else [self.state]


def order(composites, *, cycles_spread=True):
    """The composite alarms of one Region, children and suppressors first, without those on a cycle.

    What depends on a cycle is left out too if cycles spread: "evaluation of composite alarms stops if CloudWatch
    detects a cycle in the evaluation path" (CloudWatch API, PutCompositeAlarm).
    """
    names = {name: one for one in composites for name in (one.name, one.arn)}
    needs = {
        one.arn: {
            names[name].arn
            for name in (*alarm_rules.names_in(one.rule), *([one.suppressor] if one.suppressor else []))
            if name in names
        }
        for one in composites
    }
    ordered = []
    if not cycles_spread:
        cyclic = {arn for arn in needs if arn in _reached(arn, needs)}
        composites = [one for one in composites if one.arn not in cyclic]
        needs = {arn: needed - cyclic for arn, needed in needs.items()}
    while ready := [one for one in composites if one not in ordered and needs[one.arn] <= {x.arn for x in ordered}]:
        ordered.extend(ready)
    return ordered


def _reached(arn, needs):
    found, left = set(), list(needs[arn])
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left.extend(needs[one])
    return found


class Simulation:
    """An account in a world, from its present state on."""

    def __init__(self, resources, world, choices):
        self.resources, self.world, self.choices = resources, world, choices
        alarms = [one for listed in resources.alarms.values() for one in listed.metric_alarms]
        self.watched = {one.arn: Watched(one, choices) for one in alarms if one.evaluation_state != "EVALUATION_ERROR"}
        self.alarms = {one.arn: one for one in alarms}
        composites = [one for listed in resources.alarms.values() for one in listed.composite_alarms]
        self.composites = order(composites, cycles_spread=choices.cycles_spread)
        self.states = {one.arn: self.present(one) for one in (*alarms, *composites)}
        self.arn_of = {(one.region, name): one.arn for one in (*alarms, *composites) for name in (one.name, one.arn)}
        self.rules = {}
        span = max((one.points * one.period // 60 for one in self.watched.values()), default=0)
        self.minutes = Minutes()
        for minute in range(-span, 0):
            self.minutes.add(world.records(minute, choices.traffic), (), self.samples)
        self.now = 0
        self.heard = []
        self.suppressions = {
            one.arn: Suppression(
                one.suppressor_wait,
                one.suppressor_extension,
                self.states[one.arn],
                self.state_of(one, one.suppressor) == ALARM,
                choices,
            )
            for one in composites
            if one.suppressor
        }

    def present(self, one):
        """The state that an alarm starts in."""
        moved = one.state_transitioned
        recent = moved is not None and self.resources.read_at - moved < timedelta(days=1)
        return OK if recent and one.state == ALARM and not self.choices.latched else one.state

    def samples(self, records):
        """What is published in a minute in which these records happen."""
        return published(self.resources, records, self.choices.every_copy)

    def state_of(self, composite, name):
        """The state of an alarm that a composite alarm names."""
        return self.states[self.arn_of[composite.region, name]]

    def play(self, minutes, *events):
        """Let time pass; `events` happen in its first minute."""
        for _ in range(minutes):
            everyday = self.world.records(self.now, self.choices.traffic)
            self.minutes.add(everyday, events, self.samples)
            events = ()
            self.step()
            self.now += 1

    def step(self):
        """Evaluate all alarms at the end of a minute: metric alarms, then composite alarms, then actions."""
        before = dict(self.states)
        for arn, watched in self.watched.items():
            self.states[arn] = watched.state(self.minutes, before[arn])
        for one in self.composites:
            self.states[one.arn] = ALARM if self.is_true(one) else OK
        for one in (*self.alarms.values(), *self.composites):
            if ALARM in self.acted_on(one, before[one.arn]) and (subscriptions := hears(self.resources, one)):
                self.heard.append(Notification(self.now, one.arn, subscriptions))

    def is_true(self, one):
        """Whether the rule of a composite alarm holds now."""
        if one.rule not in self.rules:
            self.rules[one.rule] = (alarm_rules.names_in(one.rule), {})
        names, known = self.rules[one.rule]
        states = {name: self.state_of(one, name) for name in names}
        key = tuple(states.values())
        if key not in known:
            known[key] = alarm_rules.is_true(one.rule, states.get)
        return known[key]

    def acted_on(self, one, before):
        """The states whose actions an alarm takes now."""
        state = self.states[one.arn]
        if one.arn not in self.suppressions:
            return [] if state == before else [state]
        suppressor = self.state_of(one, one.suppressor) == ALARM
        return self.suppressions[one.arn].move(60 * self.now, state, suppressor)


def lead(resources):
    """Minutes after which an account is at rest: all wait and extension periods are over."""
    periods = [
        one.suppressor_wait + one.suppressor_extension
        for listed in resources.alarms.values()
        for one in listed.composite_alarms
    ]
    return 3 + sum(-(-seconds // 60) for seconds in periods)


def rest(resources, world, choices):
    """The state of each alarm, by ARN, that the account comes to when nothing but the everyday happens."""
    simulation = Simulation(resources, world, choices)
    simulation.play(lead(resources))
    return simulation.states


def outcome(resources, world, event, choices, wait=0):
    """Whether somebody hears of an event, and how: "heard", "silent", or "return" (see below).

    "return": the only alarms that tell were in ALARM before the event, left that state, and came back. Somebody gets
    a message, but one that the account's own rest sends: no rule says whether that is an alert.
    """
    simulation = Simulation(resources, world, choices)
    quiet = lead(resources) + wait
    simulation.play(quiet)
    in_alarm = {arn for arn, state in simulation.states.items() if state == ALARM}
    simulation.heard.clear()
    simulation.play(WITHIN + 1, event)
    heard = simulation.heard
    if any(one.alarm not in in_alarm for one in heard):
        return "heard"
    return "return" if heard else "silent"
