"""Made-up accounts that are broken in several places at once, and what must be true of every remedy for them."""

from __future__ import annotations

import json
from collections import Counter

from prowler_cis_monitoring.alert_path.resources import Alarms, LogGroup, MetricFilter, Topic, Unread
from prowler_cis_monitoring.alert_path.verdict import Status
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.remedy import propose
from prowler_cis_monitoring.remedy.changes import apply_all
from prowler_cis_monitoring.remedy.proof import Judged, worse
from prowler_cis_monitoring.settings import Settings
from tests.simulator.accounts import HERE, READ_AT, SLUGS, account, alarm, arn_of
from tests.simulator.agreement import compare
from tests.simulator.records import ACCOUNT, LEADER

ADDRESS = "security@example.com"
# CloudWatch Logs User Guide, "CloudWatch Logs quotas"; CloudWatch API, PutMetricAlarm.
MOST_FILTERS, LONGEST_PATTERN, MOST_ACTIONS, MOST_SELECTORS = 100, 1024, 5, 5


def broken_account(draws):
    """Make up an account with several faults; return a control to mend, and the account.

    Its alarms are where they come to rest; some of the other controls have been mended before, so that they can get
    worse, and names like those of a remedy may be taken.
    """
    control, resources = account(draws, numbers_of_faults=(1, 1, 2, 2, 3, 4))
    if draws.chance(40):
        for other in draws.some_of([slug for slug in SLUGS[:4] if slug != control]):
            resources = mended(resources, other)
    for _ in range(draws.one_of((0, 0, 1, 2))):
        resources = draws.one_of(_FAULTS)(draws, control, resources)
    return control, resources


def mended(resources, control):
    """The account once a control's remedy has been applied and its alarms have come to rest."""
    fix = propose(resources, control, email=ADDRESS)
    return at_rest(apply_all(resources, (*fix.changes, *fix.by_person)))


def at_rest(resources):
    """The account, its new alarms in OK since long: with missing data not breaching they rest there."""

    def rested(one):
        if one.state_transitioned is not None:
            return one
        return one.model_copy(update={"state": "OK", "state_transitioned": READ_AT.replace(day=1)})

    alarms = {
        scope: found.model_copy(update={"metric_alarms": tuple(map(rested, found.metric_alarms))})
        for scope, found in resources.alarms.items()
    }
    return resources.model_copy(update={"alarms": alarms})


def _no_trail(draws, control, resources):
    return resources.model_copy(update={"trails": ()})


def _nothing_in_the_group(draws, control, resources):
    return _with_filters(resources, lambda found: ())


def _full_group(draws, control, resources):
    number = draws.one_of((100, 99, 98))

    def filled(found):
        new = (f"full-{place}" for place in range(len(found), number))
        return (*found, *(_filter(name, "{ $.eventName = NobodyCallsThis }", name) for name in new))

    return _with_filters(resources, filled)


def _filter_of_our_name(draws, control, resources):
    name = f"cis-monitoring-{control.replace('_', '-')}"
    taken = _filter(name, "{ $.eventName = Other }", "RootUsage")
    return _with_filters(resources, lambda found: (*(one for one in found if one.name != name), taken))


def _alarm_of_our_name(draws, control, resources):
    name = f"cis-monitoring-{control.replace('_', '-')}"
    taken = alarm(name, (), metric_name="Taken", state="OK", state_transitioned=READ_AT.replace(day=1))
    return _with_alarms(resources, lambda found: (*(one for one in found if one.name != name), taken))


def _no_alarm(draws, control, resources):
    return resources.model_copy(update={"alarms": {HERE: Alarms()}})


def _full_actions(draws, control, resources):
    """All alarms have five actions, none for a topic that anybody hears."""
    functions = tuple(f"arn:aws:lambda:{LEADER}:{ACCOUNT}:function:f{number}" for number in range(MOST_ACTIONS))
    return _with_alarms(
        resources, lambda found: tuple(one.model_copy(update={"alarm_actions": functions}) for one in found)
    )


def _actions_off(draws, control, resources):
    return _with_alarms(
        resources, lambda found: tuple(one.model_copy(update={"actions_enabled": False}) for one in found)
    )


def _topic_of_our_name(draws, control, resources):
    """There is a topic of our name, and CloudWatch may not publish to it."""
    policy = {"Version": "2012-10-17", "Statement": []}
    arn = arn_of("sns", "cis-monitoring")
    taken = Topic(arn=arn, name="cis-monitoring", region=LEADER, account=ACCOUNT, policy=json.dumps(policy))
    return resources.model_copy(update={"topics": {**resources.topics, arn: taken}})


def _topics_with_nobody(draws, control, resources):
    topics = {arn: topic and topic.model_copy(update={"subscriptions": ()}) for arn, topic in resources.topics.items()}
    return resources.model_copy(update={"topics": topics})


def _unread_topics(draws, control, resources):
    refused = _refused("sns:GetTopicAttributes")
    return resources.model_copy(update={"topics": dict.fromkeys(resources.topics, refused)})


def _unread_filters(draws, control, resources):
    refused = _refused("logs:DescribeMetricFilters")
    groups = dict(resources.log_groups)
    arn = draws.one_of(tuple(groups))
    if groups[arn] is not None:
        groups[arn] = groups[arn].model_copy(update={"metric_filters": refused})
    return resources.model_copy(update={"log_groups": groups})


_FAULTS = (
    _nothing_in_the_group,
    _no_trail,
    _full_group,
    _filter_of_our_name,
    _alarm_of_our_name,
    _no_alarm,
    _full_actions,
    _actions_off,
    _topic_of_our_name,
    _topics_with_nobody,
    _unread_topics,
    _unread_filters,
)


def _refused(action):
    return Unread(action=action, account=ACCOUNT, region=LEADER, error="AccessDenied")


def _filter(name, pattern, metric):
    return MetricFilter(name=name, log_group="trail", pattern=pattern, metric_name=metric, namespace="CISMonitoring")


def _with_filters(resources, changed):
    groups = {
        arn: group.model_copy(update={"metric_filters": changed(group.metric_filters)})
        if isinstance(group, LogGroup) and isinstance(group.metric_filters, tuple)
        else group
        for arn, group in resources.log_groups.items()
    }
    return resources.model_copy(update={"log_groups": groups})


def _with_alarms(resources, changed):
    alarms = {
        scope: found.model_copy(update={"metric_alarms": changed(found.metric_alarms)})
        for scope, found in resources.alarms.items()
    }
    return resources.model_copy(update={"alarms": alarms})


def problems(control, resources, fix):
    """Yield what is wrong with the remedy for an account: what the remedy says of itself is not believed."""
    before = Judged(resources, Settings())
    status = before.verdict(control).status
    everything = (*fix.changes, *fix.by_person)
    if not everything:
        yield from _without_reason(fix)
        return
    if status is not Status.FAIL:
        yield f"changes where the verdict is {status.value}"
    after = Judged(apply_all(resources, everything), Settings())
    if after.verdict(control).status is not Status.PASS:
        yield f"not mended: {after.verdict(control).sentence}"
    if worse(before, after):
        yield f"made worse: {worse(before, after)}"
    for left_out in everything:
        rest = tuple(one for one in everything if one is not left_out)
        if Judged(apply_all(resources, rest), Settings()).verdict(control).status is Status.PASS:
            yield f"superfluous: {left_out.says}"
    if not all(change.mends for change in everything):
        yield "a change that mends nothing"
    yield from _taken_away(resources, after.resources)
    yield from sorted({*_beyond_quotas(after.resources)} - {*_beyond_quotas(resources)})
    if heard := _not_heard(control, resources, fix):
        yield f"not heard: {heard}"


def _without_reason(fix):
    if not fix.reason or fix.after is not None:
        yield "neither changes nor a reason"
    if fix.before.status is Status.FAIL and not fix.steps:
        yield f"a reason without a step: {fix.reason}"


def _not_heard(control, resources, fix):
    """What a simulation of the mended account, which shares no code with the judgement, says against its PASS.

    It plays no account in which something was not read.
    """
    filters = (group.metric_filters for group in resources.log_groups.values() if group)
    if any(isinstance(one, Unread) for one in (*filters, *resources.topics.values())):
        return ""
    compared = compare(control, at_rest(apply_all(resources, (*fix.changes, *fix.by_person))))
    return f"{compared.kind}: {compared.event}" if compared.is_disagreement else ""


def _taken_away(before, after):
    """Yield what somebody had set and is gone, or another than it was."""
    for trail in before.trails:
        (now,) = (one for one in after.trails if one.arn == trail.arn)
        yield from (f"{what} of {trail.name}" for what in _lost_of_trail(trail, now))
    for arn, group in before.log_groups.items():
        if group is not None and not _is_kept(group, after.log_groups[arn]):
            yield f"log group {arn}"
    for scope, found in before.alarms.items():
        if found.log_alarms != after.alarms[scope].log_alarms:
            yield "log alarms"
        now = {one.arn: one for one in (*after.alarms[scope].metric_alarms, *after.alarms[scope].composite_alarms)}
        for one in (*found.metric_alarms, *found.composite_alarms):
            if not _is_completed(one, now[one.arn]):
                yield f"alarm {one.name}"
    for arn, topic in before.topics.items():
        if isinstance(topic, Topic):
            yield from (f"{what} of {arn}" for what in _lost_of_topic(topic, after.topics[arn]))


def _lost_of_trail(trail, now):
    if not set(trail.selectors.basic) <= set(now.selectors.basic):
        yield "selectors"
    if not set(trail.selectors.advanced) <= set(now.selectors.advanced):
        yield "advanced selectors"
    if trail.log_group_arn and now.log_group_arn != trail.log_group_arn:
        yield "log group"
    if trail.log_group_arn and trail.role_arn and now.role_arn != trail.role_arn:
        yield "role"


def _is_kept(group, now):
    """Whether a log group has what it had, and metric filters at most beside its own."""
    if isinstance(group.metric_filters, Unread):
        return now == group
    kept = now.metric_filters[: len(group.metric_filters)]
    return now.model_copy(update={"metric_filters": kept}) == group


def _is_completed(one, now):
    """Whether an alarm is as it was, but for actions more or for being allowed to take them."""
    kept = {"alarm_actions": now.alarm_actions, "actions_enabled": now.actions_enabled or one.actions_enabled}
    return one.model_copy(update=kept) == now and set(one.alarm_actions) <= set(now.alarm_actions)


def _lost_of_topic(topic, now):
    if any(one not in now.subscriptions for one in topic.subscriptions if one.arn.startswith("arn:")):
        yield "subscriptions"
    if any(one not in _statements(now.policy) for one in _statements(topic.policy)):
        yield "policy"


def _statements(policy):
    return json.loads(policy)["Statement"]


def _beyond_quotas(resources):
    filters = {
        arn: group.metric_filters
        for arn, group in resources.log_groups.items()
        if isinstance(group, LogGroup) and isinstance(group.metric_filters, tuple)
    }
    yield from (f"too many filters in {arn}" for arn, found in filters.items() if len(found) > MOST_FILTERS)
    every = [one for found in filters.values() for one in found]
    yield from (f"pattern of {one.name}" for one in every if len(one.pattern) > LONGEST_PATTERN)
    alarms = [one for found in resources.alarms.values() for one in (*found.metric_alarms, *found.composite_alarms)]
    yield from (f"actions of {one.name}" for one in alarms if len(one.alarm_actions) > MOST_ACTIONS)
    yield from (f"selectors of {one.name}" for one in resources.trails if len(one.selectors.basic) > MOST_SELECTORS)
    names = [(arn, one.name) for arn, found in filters.items() for one in found] + [one.arn for one in alarms]
    yield from (f"two of name {name}" for name, number in Counter(names).items() if number > 1)


def kind_of(fix):
    """How a remedy ended, in a word to count."""
    if fix.mends:
        return "mended"
    return fix.before.status.value if fix.before.status is not Status.FAIL else "by a person"


assert set(SLUGS) == set(CONTROLS)
