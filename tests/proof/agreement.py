"""Whether what the histories of a played account prove is what happened there; and with one record spoilt."""

from dataclasses import replace
from datetime import timedelta

from prowler_cis_monitoring.proof.histories import ALARM, Kept
from prowler_cis_monitoring.proof.proof import Grade
from prowler_cis_monitoring.proof.traces import End


def disagreement(played, proof, ways=None):
    """What a proof says that did not happen; empty where all did. `ways` are those that were known."""
    ways = played.inquiry.ways if ways is None else ways
    if proof.lost is not None:
        # Where somebody may have been told by what was not read, it is said of what was read only.
        alarms = {way.notifier.arn for way in ways if way.path.events.matches(proof.lost.event.record)}
        told = [one for one in played.told_after(proof.lost.event) if proof.lost.certain or one[1] in alarms]
        if told:
            return f"nobody was told of {proof.lost.event.id}, and somebody was"
    if proof.grade is Grade.PROVED:
        trace = proof.trace
        told = {one[1] for event in (trace.event, *trace.others) for one in played.told_after(event)}
        if trace.way.notifier.arn not in told:
            return f"proved by {trace.event.id}, and nobody was told by {trace.way.notifier.name}"
    return ""


def _each(mapping, change):
    return {key: Kept(tuple(change(one) for one in kept.items), kept.since) for key, kept in mapping.items()}


def _none(mapping):
    return {key: Kept((), kept.since) for key, kept in mapping.items()}


def spoilt(histories, trace):
    """Each way to spoil the records of one trace: its name, the histories, and the link that must be named."""
    series = {metric: histories.datapoints[metric] for metric in trace.way.metrics}
    yield "no datapoint", replace(histories, datapoints={**histories.datapoints, **_none(series)}), End.FILTER
    quiet = {trace.way.incoming: Kept((), histories.events.since)}
    yield (
        "no log event",
        replace(histories, datapoints={**histories.datapoints, **_none(series), **quiet}),
        End.DELIVERY,
    )
    yield "no transition", replace(histories, transitions=_none(histories.transitions)), End.ALARM
    yield "no action", replace(histories, actions=_none(histories.actions)), End.ACTION
    yield "failed action", _acting(histories, succeeded=False), End.ACTION
    yield "no delivery", replace(histories, deliveries=_none(histories.deliveries)), End.TOPIC
    nothing = _each(histories.deliveries, lambda one: replace(one, delivered=0, failed=1))
    yield "failed delivery", replace(histories, deliveries=nothing), End.TOPIC
    late = _each(histories.transitions, lambda one: replace(one, at=one.at + timedelta(days=1)))
    yield "late transition", replace(histories, transitions=late), End.ALARM


def _acting(histories, **changes):
    return replace(histories, actions=_each(histories.actions, lambda one: replace(one, **changes)))


def harmless(histories):
    """Each way to spoil records that changes nothing: its name and the histories."""

    def doubled(mapping):
        return {key: Kept(kept.items * 2, kept.since) for key, kept in mapping.items()}

    yield "doubled events", replace(histories, events=Kept(histories.events.items * 2, histories.events.since))
    yield "doubled transitions", replace(histories, transitions=doubled(histories.transitions))
    yield "doubled actions", replace(histories, actions=doubled(histories.actions))


def wrong_link(played, proof):
    """What is named wrongly when one record of a proof is spoilt; empty where all is right or nothing can be said.

    Only accounts with one event and one way are asked: elsewhere another way still tells.
    """
    inquiry = played.inquiry
    if proof.grade is not Grade.PROVED or len(inquiry.ways) != 1 or len(inquiry.histories.events.items) != 1:
        return ""
    if len(played.told) != 1 or proof.trace.way.notifier.state == ALARM:
        return ""
    histories = replace(inquiry.histories, around=dict.fromkeys(inquiry.histories.around, Kept()))
    for name, less, end in spoilt(histories, proof.trace):
        found = played.with_histories(less).prove()
        if found.lost is None or found.lost.end is not end or found.grade is Grade.PROVED:
            return f"{name}: {found.grade.value}, {found.lost and found.lost.end}"
    for name, more in harmless(inquiry.histories):
        found = played.with_histories(more).prove()
        if found.grade is not Grade.PROVED or found.lost is not None:
            return f"{name}: {found.grade.value}, {found.lost and found.lost.end}"
    unseen = replace(histories, events=Kept((), histories.events.since))
    found = played.with_histories(unseen).prove()
    is_ground = proof.trace.way.path.names in {path.names for path in inquiry.grounds}
    left = Grade.RANG if is_ground else Grade.NEVER
    if found.grade is not left or found.lost is not None:
        return f"no event: {found.grade.value}"
    skewed = Kept(
        tuple(replace(e, at=e.at - timedelta(hours=2)) for e in histories.events.items), histories.events.since
    )
    found = played.with_histories(replace(histories, events=skewed)).prove()
    return f"skewed event: {found.grade.value}" if found.grade is not left else ""


def wrong(played):
    """What the histories of a played account prove wrongly: a sentence for each."""
    proof, less = played.inquiry.prove(), played.less_known
    found = disagreement(played, proof), wrong_link(played, proof), disagreement(played, less.prove(), less.ways)
    return [one for one in found if one]
