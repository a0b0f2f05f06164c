"""Histories of made-up accounts, as the slow simulator makes them from events: an oracle for what they prove."""

from dataclasses import dataclass, replace
from datetime import timedelta

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.question import Question
from prowler_cis_monitoring.alert_path.verdict import Status, judge
from prowler_cis_monitoring.proof.histories import (
    Action,
    Datapoint,
    Delivery,
    Event,
    Histories,
    Kept,
    Transition,
)
from prowler_cis_monitoring.proof.proof import Inquiry
from prowler_cis_monitoring.proof.ways import ways_of
from tests.simulator.accounts import READ_AT, account
from tests.simulator.agreement import demand_of
from tests.simulator.alarm_states import ALARM
from tests.simulator.delivery import taken_in
from tests.simulator.hiding import hidden
from tests.simulator.records import required
from tests.simulator.simulation import BUSY, QUIET, Choices, Simulation, lead
from tests.simulator.subscribers import FILTERS, HUMAN, _accepts

NOW = READ_AT
MINUTES = 150
AFTERWARDS = 80
START = NOW - timedelta(minutes=MINUTES + AFTERWARDS)
SINCE = NOW - timedelta(days=30)
BIN = 5


class Recorded(Simulation):
    """A simulation that keeps what AWS keeps."""

    def __init__(self, resources, world, choices):
        super().__init__(resources, world, choices)
        self.moves, self.acted = [], []

    def step(self):
        """As the simulation does; and note transitions and actions."""
        before = dict(self.states)
        for arn, watched in self.watched.items():
            self.states[arn] = watched.state(self.minutes, before[arn])
        for one in self.composites:
            self.states[one.arn] = ALARM if self.is_true(one) else "OK"
        for one in (*self.alarms.values(), *self.composites):
            now = self.states[one.arn]
            if now != before[one.arn]:
                self.moves.append((self.now, one.arn, before[one.arn], now))
            if ALARM in self.acted_on(one, before[one.arn]) and one.actions_enabled:
                self.acted.append((self.now, one))


@dataclass(frozen=True)
class Scene:
    """An account in which events can happen, and what is known of it.

    Attributes:
        control: the control.
        known: the account, its verdict and its paths, without histories.
        less_known: the same as somebody sees it who could not read a part of the account.
    """

    control: str
    known: Inquiry
    less_known: Inquiry

    @property
    def resources(self):
        """The account."""
        return self.known.resources


def scene(draws):
    """Make up an account and judge it."""
    control, resources = account(draws)
    paths, demand = AlertPaths(resources), demand_of(control)
    verdict = judge(paths, demand)
    ways = ways_of(Question(paths, demand).paths, resources)
    known = Inquiry(demand, verdict.status is Status.PASS, verdict.paths, ways, resources, Histories(), NOW)
    _, less = hidden(draws, resources)
    fewer = ways_of(Question(AlertPaths(less), demand).paths, less)
    return Scene(control, known, replace(known, resources=less, ways=fewer, passes=False))


@dataclass(frozen=True)
class Played:
    """What happened in an account, and what is left of it.

    Attributes:
        scene: the account.
        histories: what is left.
        arrived: by the event's id, the minute in which trails delivered it.
        told: the minute, alarm and people of each notification that a person got.
    """

    scene: Scene
    histories: Histories
    arrived: dict
    told: list

    def told_after(self, event, minutes=120):
        """The notifications that people got within two hours of an event's arrival."""
        return [one for one in self.told if 0 <= one[0] - self.arrived[event.id] <= minutes]

    @property
    def inquiry(self):
        """The account, its verdict and its histories."""
        return self.with_histories(self.histories)

    @property
    def less_known(self):
        """The same for somebody who could not read a part of the account."""
        return replace(self.scene.less_known, histories=self.histories)

    def with_histories(self, histories):
        """The account with other histories."""
        return replace(self.scene.known, histories=histories)


def play(scene, draws):
    """Make up events, let them happen in an account, and keep the records."""
    resources, records = scene.resources, required(scene.control)
    simulation = Recorded(resources, draws.one_of((QUIET, BUSY)), Choices())
    quiet = lead(resources)
    simulation.play(quiet)
    simulation.moves, simulation.acted = [], []
    arrivals, events = {}, []
    for number in range(draws.one_of((1, 1, 2, 3))):
        minute = draws.below(MINUTES - 80)
        late = timedelta(minutes=draws.below(15), seconds=draws.below(60))
        event = Event(f"event-{number}", _at(minute) - late, "us-east-1", draws.one_of(records))
        arrivals.setdefault(minute, []).append(event)
        events.append(event)
    samples, incoming = [], []
    for minute in range(MINUTES):
        happened = [event.record for event in arrivals.get(minute, ())]
        simulation.play(1, *happened)
        everyday = simulation.world.records(simulation.now - 1, 1)
        samples.append(simulation.minutes.kinds[simulation.minutes.passed[-1]])
        incoming.append(taken_in(resources, [*everyday, *happened], every_copy=True))
    told = [(minute - quiet, one.arn, _people(resources, one)) for minute, one in simulation.acted]
    histories = _histories(resources, scene.known.ways, simulation, quiet, samples, incoming, events)
    arrived = {event.id: minute for minute, some in arrivals.items() for event in some}
    return Played(scene, histories, arrived, [one for one in told if one[2]])


def _at(minute):
    return START + timedelta(minutes=minute)


def _people(resources, alarm):
    return frozenset(
        subscription.arn
        for arn in alarm.alarm_actions
        if (topic := resources.topics.get(arn)) is not None and _accepts(topic, alarm)
        for subscription in topic.subscriptions
        if _gets(subscription) and subscription.protocol in HUMAN
    )


def _gets(subscription):
    attributes = subscription.attributes
    if not subscription.arn.startswith("arn:"):
        return False
    return attributes is None or FILTERS[attributes.filter_policy, attributes.filter_policy_scope]


def _histories(resources, ways, simulation, quiet, samples, incoming, events):  # noqa: PLR0917 - all that was
    metrics = {metric for way in ways for metric in way.metrics}
    datapoints = {metric: Kept(tuple(_binned(_sum(one, metric) for one in samples)), SINCE) for metric in metrics}
    for way in ways:
        arrived = (len(one.get(way.group, ())) or None for one in incoming)
        datapoints[way.incoming] = Kept(tuple(_binned(arrived)), SINCE)
    # An evaluation comes at the end of its minute.
    transitions = [
        Transition(arn, _at(minute - quiet) + timedelta(seconds=59), before, state)
        for minute, arn, before, state in simulation.moves
    ]
    actions = [
        Action(one.arn, arn, _at(minute - quiet) + timedelta(seconds=59), succeeded=_publishes(resources, one, arn))
        for minute, one in simulation.acted
        for arn in one.alarm_actions
    ]
    arns = {alarm.arn for way in ways for alarm in (way.alarm, way.notifier)}
    return Histories(
        events=Kept(tuple(events), SINCE),
        datapoints=datapoints,
        transitions={arn: Kept(tuple(one for one in transitions if one.alarm == arn), SINCE) for arn in arns},
        actions={arn: Kept(tuple(one for one in actions if one.alarm == arn), SINCE) for arn in arns},
        deliveries={
            way.topic: Kept(tuple(_deliveries(resources.topics.get(way.topic), way.topic, actions)), SINCE)
            for way in ways
            if way.topic
        },
        changes=Kept((), SINCE),
        trail_changes=Kept((), SINCE),
        around={
            event.id: Kept(
                tuple(
                    one
                    for one in actions
                    if event.at - timedelta(minutes=5) <= one.at <= event.at + timedelta(minutes=140)
                ),
                SINCE,
            )
            for event in events
        },
    )


def _binned(minutes):
    """What is counted each minute, summed every five minutes; nothing where nothing is counted."""
    counted = list(minutes)
    for start in range(0, len(counted), BIN):
        found = [value for value in counted[start : start + BIN] if value is not None]
        if found:
            yield Datapoint(_at(start), sum(found), BIN * 60)


def _sum(samples, metric):
    key = metric.account, metric.region, metric.namespace, metric.name, frozenset(dict(metric.dimensions).items())
    return sum(value for value, _ in samples[key]) if key in samples else None


def _publishes(resources, alarm, arn):
    topic = resources.topics.get(arn)
    return topic is not None and _accepts(topic, alarm)


def _deliveries(topic, arn, actions):
    for one in actions:
        if one.target == arn and one.succeeded:
            confirmed = [subscription for subscription in topic.subscriptions if subscription.arn.startswith("arn:")]
            delivered = sum(map(_gets, confirmed))
            at = one.at - timedelta(minutes=one.at.minute % BIN, seconds=one.at.second)
            yield Delivery(at, 1, delivered, 0, len(confirmed) - delivered, BIN * 60)
