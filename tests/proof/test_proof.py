"""What one event's records prove, and what they still prove when one of them is missing, late, doubled or changed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from prowler_cis_monitoring.alert_path.resources import Alarms, Scope, Unread
from prowler_cis_monitoring.alert_path.verdict import Status
from prowler_cis_monitoring.proof.histories import (
    NOT_READ,
    Action,
    Change,
    Datapoint,
    Delivery,
    Kept,
    Metric,
    Transition,
)
from prowler_cis_monitoring.proof.proof import Grade
from prowler_cis_monitoring.proof.traces import End
from prowler_cis_monitoring.proof.words import with_proof
from tests.alert_path.builders import (
    ACCOUNT,
    REGION,
    TOPIC_ARN,
    alarm,
    composite,
    event_rule,
    log_group,
    math_alarm,
    metric_filter,
)
from tests.proof.world import (
    ALARM_ARN,
    AT,
    CONTROL,
    INCOMING,
    LONG_AGO,
    NOW,
    SERIES,
    SINCE,
    TRAIL_ARN,
    account,
    event,
    histories_of,
    inquiry,
    judged,
    prove,
)

EMPTY = Kept((), SINCE)
OTHER_ALARM = ALARM_ARN.replace("root-usage", "cpu")


def test_event_alarm_action_and_delivery_are_a_proof():
    proof = prove(histories_of(event()))
    assert proof.grade is Grade.PROVED
    assert proof.trace.seconds == 7 * 60
    assert proof.unchanged
    assert proof.lost is None


def test_the_finding_names_day_event_delay_and_deliveries():
    sentence = judged(histories_of(event())).sentence
    assert "Last proved on 2026-11-03: ListBuckets by" in sentence
    assert "alarm root-usage rang 7 minutes later and the topic delivered 2 notifications." in sentence


def test_the_newest_proof_is_told():
    newer = event(AT + timedelta(days=1), 2)
    assert prove(histories_of(event(), newer)).trace.event == newer


def test_records_that_came_twice_prove_the_same():
    made = histories_of(event())
    doubled = replace(
        made,
        transitions={ALARM_ARN: Kept(made.transitions[ALARM_ARN].items * 2, SINCE)},
        actions={ALARM_ARN: Kept(made.actions[ALARM_ARN].items * 2, SINCE)},
        events=Kept(made.events.items * 2, SINCE),
    )
    assert prove(doubled).grade is Grade.PROVED
    assert prove(doubled).lost is None


def test_an_alarm_without_an_event_behind_it_rang():
    proof = prove(histories_of(event(), events=EMPTY))
    assert proof.grade is Grade.RANG
    assert proof.lost is None


def test_an_event_of_another_time_is_not_behind_the_alarm():
    made = histories_of(event())
    assert prove(replace(made, events=Kept((event(AT - timedelta(minutes=40)),), SINCE))).grade is Grade.RANG


def test_an_event_that_is_not_required_is_not_behind_the_alarm():
    assert prove(histories_of(event(eventType="AwsServiceEvent"))).grade is Grade.RANG


def test_an_alarm_that_was_set_by_hand_is_a_drill():
    made = histories_of(event())
    by_hand = tuple(replace(one, by_hand=True) for one in made.transitions[ALARM_ARN].items)
    drilled = replace(made, transitions={ALARM_ARN: Kept(by_hand, SINCE)}, events=EMPTY)
    assert prove(drilled).grade is Grade.DRILLED
    assert "was set by hand" in judged(drilled).sentence


def test_nothing_on_record_is_never_seen():
    verdict = judged(histories_of())
    assert verdict.status is Status.PASS
    assert verdict.proof["grade"] == "never seen"
    assert "No alert of it is on record." in verdict.sentence


def test_a_notification_that_failed_for_one_of_two_is_no_proof():
    made = histories_of(event())
    (counted,) = made.deliveries[TOPIC_ARN].items
    part = Kept((replace(counted, delivered=1, failed=1),), SINCE)
    proof = prove(replace(made, deliveries={TOPIC_ARN: part}))
    assert proof.grade is Grade.RANG
    assert proof.lost is None


@pytest.mark.parametrize(
    ("lacking", "end"),
    [
        ({"datapoints": {SERIES: EMPTY, INCOMING: EMPTY}}, End.DELIVERY),
        ({"datapoints": {SERIES: EMPTY, INCOMING: Kept((Datapoint(AT, 3.0),), SINCE)}}, End.FILTER),
        ({"transitions": {ALARM_ARN: EMPTY}}, End.ALARM),
        ({"actions": {ALARM_ARN: EMPTY}}, End.ACTION),
        ({"actions": {ALARM_ARN: Kept((Action(ALARM_ARN, TOPIC_ARN, AT, succeeded=False),), SINCE)}}, End.ACTION),
        ({"deliveries": {TOPIC_ARN: EMPTY}}, End.TOPIC),
        ({"deliveries": {TOPIC_ARN: Kept((Delivery(AT + timedelta(minutes=5), 1, 0, 2),), SINCE)}}, End.TOPIC),
    ],
)
def test_the_trace_ends_at_the_link_that_left_no_record(lacking, end):
    proof = prove(histories_of(event(), **lacking))
    assert proof.lost.end is end
    assert proof.grade is Grade.NEVER


def test_an_event_that_was_lost_on_a_good_path_makes_the_verdict_manual():
    verdict = judged(histories_of(event(), actions={ALARM_ARN: EMPTY}))
    assert verdict.status is Status.MANUAL
    assert "unexpected" in verdict.sentence
    assert "It has happened, and no alarm told anybody: ListBuckets by" in verdict.sentence
    assert verdict.proof["nobody_was_told"]["ends_at"] == "action"


def test_an_event_that_was_lost_on_a_broken_path_leaves_the_verdict_and_is_told():
    verdict = judged(histories_of(event(), actions={ALARM_ARN: EMPTY}), account(actions_enabled=False))
    assert verdict.status is Status.FAIL
    assert "(event event-1)" in verdict.sentence


def test_a_proof_leaves_a_broken_path_broken():
    verdict = judged(histories_of(event()), account(actions_enabled=False))
    assert verdict.status is Status.FAIL
    assert verdict.proof["grade"] == "proved"


def test_an_alarm_that_rang_much_later_than_simulated_did_not_ring_for_the_event():
    made = histories_of(event())
    late = tuple(replace(one, at=one.at + timedelta(hours=1)) for one in made.transitions[ALARM_ARN].items)
    proof = prove(replace(made, transitions={ALARM_ARN: Kept(late, SINCE)}))
    assert proof.lost.end is End.ALARM
    assert proof.grade is Grade.NEVER


def test_an_event_during_an_alarm_of_an_earlier_one_is_not_lost():
    first, second = event(), event(AT + timedelta(minutes=4), 2)
    made = histories_of(first)
    point = Datapoint(AT + timedelta(minutes=10), 1.0)
    points = Kept((*made.datapoints[SERIES].items, point), SINCE)
    both = replace(
        made,
        events=Kept((first, second), SINCE),
        datapoints={**made.datapoints, SERIES: points},
        around={first.id: EMPTY, second.id: EMPTY},
    )
    assert prove(both).lost is None


def test_what_happened_just_now_is_not_lost_yet():
    just_now = event(NOW - timedelta(minutes=15))
    assert prove(histories_of(just_now, transitions={ALARM_ARN: EMPTY})).lost is None


@pytest.mark.parametrize(
    "change",
    [
        Change(
            "metric filter", f"{account().trails[0].log_group_arn[:-2]}:root", AT + timedelta(days=1), "PutMetricFilter"
        ),
        Change("topic", TOPIC_ARN, AT + timedelta(days=1), "SetTopicAttributes"),
        Change("subscription", f"{TOPIC_ARN}:1234", AT + timedelta(days=1), "Unsubscribe"),
        Change("trail", TRAIL_ARN, AT + timedelta(days=1), "StopLogging"),
        Change("topic", "", AT + timedelta(days=1), "SetTopicAttributes"),
    ],
)
def test_a_link_that_was_changed_since_voids_the_proof(change):
    made = histories_of(event(), changes=Kept((change,), SINCE))
    proof = prove(made)
    assert proof.grade is Grade.NEVER
    assert proof.void.change == change
    assert f"What was proved on 2026-11-03 is void: {change.how}" in judged(made).sentence


def test_an_alarm_that_was_changed_since_voids_the_proof():
    proof = prove(histories_of(event()), account(configuration_updated=AT + timedelta(days=1)))
    assert proof.grade is Grade.NEVER
    assert proof.void.change.kind == "alarm"


def test_a_change_before_the_event_voids_nothing():
    before = Change("topic", TOPIC_ARN, AT - timedelta(days=1), "SetTopicAttributes")
    assert prove(histories_of(event(), changes=Kept((before,), SINCE))).grade is Grade.PROVED


def test_a_change_of_another_topic_voids_nothing():
    other = Change("topic", f"{TOPIC_ARN}-of-others", AT + timedelta(days=1), "SetTopicAttributes")
    assert prove(histories_of(event(), changes=Kept((other,), SINCE))).grade is Grade.PROVED


def test_where_changes_are_not_known_the_proof_says_so():
    made = histories_of(event(), changes=NOT_READ)
    assert "have changed since is not known" in judged(made).sentence


def test_nobody_is_said_to_be_untold_while_a_link_may_have_been_changed():
    changed = Change("metric filter", "", AT + timedelta(days=1), "PutMetricFilter")
    assert prove(histories_of(event(), actions={ALARM_ARN: EMPTY}, changes=Kept((changed,), SINCE))).lost is None
    assert prove(histories_of(event(), actions={ALARM_ARN: EMPTY}, changes=NOT_READ)).lost is None


@pytest.mark.parametrize(
    "around",
    [
        {},
        {"event-1": Kept((Action("", TOPIC_ARN, AT + timedelta(minutes=9), succeeded=True),), SINCE)},
        {"event-1": Kept((Action(OTHER_ALARM, TOPIC_ARN, AT + timedelta(minutes=9), succeeded=True),), SINCE)},
    ],
)
def test_nobody_is_said_to_be_untold_while_another_alarm_may_have_told(around):
    assert prove(histories_of(event(), actions={ALARM_ARN: EMPTY}, around=around)).lost is None


def test_trails_that_were_changed_since_may_have_told():
    changed = Change(
        "trail", "arn:aws:cloudtrail:eu-west-1:111122223333:trail/old", AT + timedelta(days=1), "DeleteTrail"
    )
    made = histories_of(event(), actions={ALARM_ARN: EMPTY}, trail_changes=Kept((changed,), SINCE))
    assert prove(made).lost is None


@pytest.mark.parametrize("kind", ["events", "datapoints", "transitions", "actions", "deliveries", "changes", "around"])
def test_who_knows_less_proves_less_and_changes_no_verdict(kind):
    refused = Unread(action="cloudwatch:GetMetricData", region=REGION, account="111122223333", error="AccessDenied")
    unread = Kept((), None, refused)
    whole = histories_of(event())
    before = getattr(whole, kind)
    lacking = dict.fromkeys(before, unread) if isinstance(before, dict) else unread
    if kind == "around":
        lacking = {}
    verdict, _ = inquiry(whole)
    found = judged(replace(whole, **{kind: lacking}))
    assert found.status is verdict.status
    assert found.proof["nobody_was_told"] is None
    assert kind in ("changes", "around") or found.proof["grade"] in ("rang", "never seen")
    assert (kind == "around") or "Not read for the proof: cloudwatch:GetMetricData in us-east-1" in found.sentence


def test_records_of_the_event_are_in_the_evidence_only_when_asked_for():
    made = histories_of(event(requestParameters={"bucketName": "secret"}))
    assert "secret" not in str(judged(made).proof)
    assert judged(made, contents=True).proof["trace"]["event"]["record"]["requestParameters"]["bucketName"] == "secret"


def test_several_events_that_may_pass_may_pass():
    made = histories_of(event(), actions={ALARM_ARN: EMPTY})
    assert prove(made, settings={"controls": {"root_usage": {"events": 2}}}).lost is None


def test_a_topic_that_delivers_late_may_have_told():
    made = histories_of(event())
    (counted,) = made.deliveries[TOPIC_ARN].items
    late = Kept((replace(counted, delivered=0), Delivery(counted.at + timedelta(minutes=40), 0, 1)), SINCE)
    proof = prove(replace(made, deliveries={TOPIC_ARN: late}))
    assert proof.lost is None
    assert proof.grade is Grade.RANG


def test_an_alarm_rang_by_hand_only_at_the_time_of_an_event_did_not_ring_for_it():
    made = histories_of(event())
    by_hand = Kept((Transition(ALARM_ARN, AT + timedelta(minutes=7), "OK", "ALARM", by_hand=True),), SINCE)
    assert prove(replace(made, transitions={ALARM_ARN: by_hand})).grade is Grade.DRILLED


def test_an_alarm_that_an_event_puts_out_and_that_comes_back_is_not_proved():
    back = Kept(
        (
            Transition(ALARM_ARN, AT + timedelta(minutes=7), "ALARM", "OK"),
            Transition(ALARM_ARN, AT + timedelta(minutes=9), "OK", "ALARM"),
        ),
        SINCE,
    )
    assert prove(replace(histories_of(event()), transitions={ALARM_ARN: back})).grade is not Grade.PROVED


def unread(action, region=REGION):
    return Unread(action=action, region=region, account="111122223333", error="AccessDenied")


@pytest.mark.parametrize("lacking", [{}, {"trails": (), "log_groups": {}, "alarms": {}}])
def test_who_could_list_no_trails_says_of_nobody_that_he_was_not_told(lacking):
    less = account().model_copy(update={**lacking, "listed_regions": ()})
    assert prove(histories_of(event(), actions={ALARM_ARN: EMPTY}), less).lost is None


def with_more(**more):
    """The account with something beside its path that could not be read."""
    resources = account()
    return resources.model_copy(update={name: {**getattr(resources, name), **value} for name, value in more.items()})


def _without_filters(name, region):
    return log_group(name, region=region).model_copy(update={"metric_filters": unread("logs:DescribeMetricFilters")})


def _with_a_trail(**changes):
    resources = account()
    (trail,) = resources.trails
    nameless = trail.model_copy(update={"arn": "", "account": "", "log_group_arn": None, **changes})
    return resources.model_copy(update={"trails": (trail, nameless)})


_OTHER_GROUP = "arn:aws:logs:eu-west-1:111122223333:log-group:other"
_DOUBTS = [
    (account().model_copy(update={"unread": (unread("cloudtrail:DescribeTrails"),)}), {}),
    (_with_a_trail(unread=unread("cloudtrail:DescribeTrails")), {}),
    (with_more(log_groups={_OTHER_GROUP: unread("logs:DescribeLogGroups")}), {}),
    (with_more(log_groups={_OTHER_GROUP: _without_filters("other", "eu-west-1")}), {}),
    (with_more(alarms={Scope(account="111122223333", region="eu-west-1"): unread("cloudwatch:DescribeAlarms")}), {}),
    (account(), {"around": {"event-1": Kept((), None, unread("cloudwatch:DescribeAlarmHistory"))}}),
    (account(), {"trail_changes": Kept((), None, unread("cloudtrail:LookupEvents"))}),
]


@pytest.mark.parametrize(("resources", "histories"), _DOUBTS)
def test_an_event_that_was_lost_on_a_good_path_stays_so_whatever_else_was_not_read(resources, histories):
    verdict = judged(histories_of(event(), actions={ALARM_ARN: EMPTY}, **histories), resources)
    assert verdict.status is Status.MANUAL
    assert "It has happened, and no alarm that was read told anybody: ListBuckets by" in verdict.sentence
    assert "Not read for the proof: " in verdict.sentence
    assert verdict.proof["nobody_was_told"] is None
    assert verdict.proof["no_alarm_read_told"]["ends_at"] == "action"


@pytest.mark.parametrize(("resources", "histories"), _DOUBTS)
def test_a_proof_stays_one_whatever_else_was_not_read(resources, histories):
    found = judged(histories_of(event(), **histories), resources)
    assert (found.status, found.proof["grade"]) == (Status.PASS, "proved")
    assert found.proof["unchanged_since"]


def test_a_region_that_does_not_list_its_trails_hides_none_that_records_events_of_others():
    less = account().model_copy(update={"unread": (unread("cloudtrail:DescribeTrails", "eu-west-1"),)})
    assert prove(histories_of(event(), actions={ALARM_ARN: EMPTY}), less).lost.certain


@pytest.mark.parametrize("what", ["log group", "metric filter"])
def test_what_was_made_after_the_event_voids_the_proof(what):
    later = AT + timedelta(days=1)
    resources = account()
    ((arn, group),) = resources.log_groups.items()
    (one,) = group.metric_filters
    made = (
        {"created": later} if what == "log group" else {"metric_filters": (one.model_copy(update={"created": later}),)}
    )
    resources = resources.model_copy(update={"log_groups": {arn: group.model_copy(update=made)}})
    found = judged(histories_of(event()), resources)
    assert found.proof["grade"] == "never seen"
    assert f"What was proved on 2026-11-03 is void: the {what} was made on 2026-11-04 12:00 UTC." in found.sentence
    assert prove(histories_of(event(), actions={ALARM_ARN: EMPTY}), resources).lost is None


@pytest.mark.parametrize(
    ("rule", "suppressor", "is_void"),
    [
        ("ALARM(root-usage) OR ALARM(cpu)", None, False),
        ("ALARM(root-usage) AND NOT ALARM(cpu)", None, True),
        ("ALARM(root-usage)", "cpu", True),
    ],
)
def test_a_change_of_an_alarm_that_a_composite_alarm_depends_on_voids_the_proof(rule, suppressor, is_void):
    resources = account(alarm_actions=())
    ((scope, listed),) = resources.alarms.items()
    above = composite("above", rule, configuration_updated=LONG_AGO, suppressor=suppressor)
    other = alarm("cpu", metric_name="Other", state="OK", configuration_updated=AT + timedelta(days=1))
    known = listed.model_copy(update={"metric_alarms": (*listed.metric_alarms, other), "composite_alarms": (above,)})
    made = histories_of(event())
    moves, acted = made.transitions[ALARM_ARN], made.actions[ALARM_ARN]
    found = prove(
        replace(
            made,
            transitions={**made.transitions, above.arn: replace_alarm(moves, above.arn)},
            actions={above.arn: replace_alarm(acted, above.arn)},
        ),
        resources.model_copy(update={"alarms": {scope: known}}),
    )
    assert (found.void is not None, found.grade is Grade.PROVED) == (is_void, not is_void)


def replace_alarm(kept, arn):
    return replace(kept, items=tuple(replace(one, alarm=arn) for one in kept.items))


def test_an_event_on_no_path_at_all_is_told():
    bare = account().model_copy(update={"trails": (), "log_groups": {}, "alarms": {}})
    lost = prove(histories_of(event()), bare).lost
    assert (lost.event, lost.end) == (event(), None)


def test_an_event_rule_that_counts_leaves_the_verdict():
    made = histories_of(event(), actions={ALARM_ARN: EMPTY})
    verdict, asked = inquiry(made)
    by_rule = replace(verdict, rules=(event_rule({}),))
    found = with_proof(by_rule, CONTROL.event, replace(asked, passes=False).prove())
    assert found.status is Status.PASS
    assert "no alarm told anybody" in found.sentence


def test_what_others_wrote_cannot_pass_for_our_words():
    evil = "carol\n\x1b[31mPASS"
    made = histories_of(event(userIdentity={"type": "Root", "arn": evil}, eventName=evil))
    sentence = judged(made).sentence
    assert "\n" not in sentence
    assert "\x1b" not in sentence


def with_another_alarm(pattern, **changes):
    """The account with one more filter, and an alarm on its metric."""
    more = metric_filter(name="other", pattern=pattern, metric_name="Other")
    other = alarm("cpu", **{"metric_name": "Other", "configuration_updated": AT - timedelta(days=9), **changes})
    resources = account()
    ((arn, group),) = resources.log_groups.items()
    ((scope, listed),) = resources.alarms.items()
    return resources.model_copy(
        update={
            "log_groups": {arn: group.model_copy(update={"metric_filters": (*group.metric_filters, more)})},
            "alarms": {scope: listed.model_copy(update={"metric_alarms": (*listed.metric_alarms, other)})},
        }
    )


@pytest.mark.parametrize(
    ("pattern", "changes", "may_have_told"),
    [
        ("{ $.eventName = StopLogging }", {}, False),
        ("{ $.eventName = ListBuckets }", {}, True),
        ("{ $.eventName = ListBuckets && ", {}, True),
        ("{ $.eventName = StopLogging }", {"configuration_updated": AT + timedelta(days=1)}, True),
        ("{ $.eventName = StopLogging }", {"configuration_updated": None}, True),
        ("{ $.eventName = ListBuckets }", {"metric_name": "CPUUtilization", "namespace": "AWS/EC2"}, False),
    ],
)
def test_an_alarm_of_something_else_did_not_tell(pattern, changes, may_have_told):
    action = Action(OTHER_ALARM, TOPIC_ARN, AT + timedelta(minutes=9), succeeded=True)
    made = histories_of(event(), actions={ALARM_ARN: EMPTY}, around={"event-1": Kept((action,), SINCE)})
    assert (prove(made, with_another_alarm(pattern, **changes)).lost is None) is may_have_told


def test_a_filter_that_was_changed_since_may_have_fed_another_alarm():
    action = Action(OTHER_ALARM, TOPIC_ARN, AT + timedelta(minutes=9), succeeded=True)
    changed = Change("metric filter", "arn:of:another", AT + timedelta(days=1), "DeleteMetricFilter")
    made = histories_of(
        event(),
        actions={ALARM_ARN: EMPTY},
        around={"event-1": Kept((action,), SINCE)},
        changes=Kept((changed,), SINCE),
    )
    assert prove(made, with_another_alarm("{ $.eventName = StopLogging }")).lost is None


def test_an_event_of_another_filter_may_be_behind_the_same_ringing():
    def matching(name, metric):
        pattern = f"{{ ($.userIdentity.type = Root) && ($.eventName = {name}) }}"
        return metric_filter(name=name, pattern=pattern, metric_name=metric)

    group = log_group().model_copy(
        update={"metric_filters": (matching("ListBuckets", "RootUsage"), matching("GetObject", "metric-m2"))}
    )
    rest = {"evaluation_periods": 2, "state": "OK", "configuration_updated": LONG_AGO}
    alarms = {scope: Alarms(metric_alarms=(math_alarm("m1 + m2", "m2", **rest),)) for scope in account().alarms}
    resources = account().model_copy(update={"log_groups": {group.arn: group}, "alarms": alarms})
    # It came after eleven minutes, and the alarm takes a period more.
    older = event(AT - timedelta(minutes=16), number=2, eventName="GetObject")
    told = histories_of(event())
    points = Kept((Datapoint(AT - timedelta(minutes=5), 1.0),), SINCE)
    series = {**told.datapoints, Metric(ACCOUNT, REGION, "CIS", "metric-m2"): points}
    proof = prove(replace(told, events=Kept((older, event()), SINCE), datapoints=series), resources)
    assert (proof.grade, proof.trace.event, proof.trace.others) == (Grade.PROVED, event(), (older,))
