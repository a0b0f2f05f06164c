from datetime import timedelta

import pytest

from prowler_cis_monitoring.alert_path.outcomes import MOST_ALIKE
from prowler_cis_monitoring.alert_path.paths import AlertPaths, State
from prowler_cis_monitoring.alert_path.resources import (
    FOREIGN_ACCOUNT,
    AccountResources,
    AdvancedEventSelector,
    Alarms,
    EventSelectors,
    FailedAction,
    FieldSelector,
    LogGroup,
    MetricQuery,
    Scope,
    TrailStatus,
    Unread,
)
from prowler_cis_monitoring.alert_path.verdict import Demand, Status, judge, subject_of
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.filter_pattern import parse
from tests.alert_path.builders import (
    ACCOUNT,
    OTHER_ACCOUNT,
    REGION,
    TOPIC_ARN,
    alarm,
    composite,
    filtered,
    math_alarm,
    metric_filter,
    stat,
    subscription,
    topic,
)
from tests.alert_path.test_trail import NOW, basic, trail

HERE = Scope(account=ACCOUNT, region=REGION)
GROUP_ARN = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:trail"
DELETES = "{ ($.eventSource = ec2.amazonaws.com) && (($.eventName = DeleteVpc) || ($.eventName = CreateVpc)) }"
DENIED = Unread(action="logs:DescribeMetricFilters", region=REGION, account=ACCOUNT, error="AccessDeniedException")
FOREIGN = Unread(action="", region=REGION, account=OTHER_ACCOUNT, error=FOREIGN_ACCOUNT)


def group(*filters, **changes):
    defaults = {"arn": GROUP_ARN, "name": "trail", "region": REGION, "account": ACCOUNT, "metric_filters": filters}
    return LogGroup(**{**defaults, **changes})


def resources(*filters, alarms=None, parents=(), **changes):
    filters = filters or (metric_filter(pattern=DELETES),)
    defaults = {
        "account": ACCOUNT,
        "trails": (trail(),),
        "log_groups": {GROUP_ARN: group(*filters)},
        "alarms": {HERE: Alarms(metric_alarms=tuple(alarms or (alarm(),)), composite_alarms=tuple(parents))},
        "topics": {TOPIC_ARN: topic()},
        "listed_regions": (REGION,),
        "read_at": NOW,
    }
    if "alarms_of_the_region" in changes:
        changes["alarms"] = {HERE: changes.pop("alarms_of_the_region")}
    return AccountResources(**{**defaults, **changes})


def verdict(found, required=DELETES, **demand):
    return judge(AlertPaths(found), Demand(event="a VPC comes or goes", required=parse(required), **demand))


def rules(found):
    return [remark["rule"] for path in found.evidence()["paths"] for remark in path["remarks"]]


def test_a_whole_path_passes_and_is_named():
    found = verdict(resources())
    assert found.status is Status.PASS
    assert found.sentence == (
        "Somebody is told when a VPC comes or goes: trail all → log group trail → metric filter root → "
        "alarm root-usage → topic alerts → 1 confirmed subscription (email)."
    )
    (path,) = found.evidence()["paths"]
    assert (path["state"], path["seconds_to_ring"], [link["kind"] for link in path["links"]]) == (
        "live",
        0,
        ["trail", "log group", "metric filter", "alarm", "topic"],
    )
    assert [heard["protocol"] for heard in path["subscriptions"]] == ["email"]


def test_one_working_path_is_enough():
    dead = alarm("dead", actions_enabled=False)
    assert verdict(resources(alarms=(dead, alarm()))).status is Status.PASS


def test_the_shortest_way_to_pass_is_told():
    everything = metric_filter(name="all-vpc", pattern="{ $.eventName = *Vpc }", metric_name="Vpc")
    part = metric_filter(name="part", pattern="{ $.eventName = DeleteVpc }", metric_name="Part")
    alarms = (alarm("on-all", metric_name="Vpc"), alarm("on-part", metric_name="Part"))
    found = verdict(resources(part, everything, alarms=alarms))
    assert [path.name_of("metric filter") for path in found.paths] == ["all-vpc"]


def test_two_filters_may_share_the_events_and_both_are_named():
    filters = [metric_filter(name=name, pattern=f"{{ $.eventName = {name} }}") for name in ("CreateVpc", "DeleteVpc")]
    found = verdict(resources(*filters, metric_filter(name="other", pattern="{ $.eventName = Stop }")))
    assert found.status is Status.PASS
    assert {path.name_of("metric filter") for path in found.paths} == {"CreateVpc", "DeleteVpc"}
    assert "2 metric filters (CreateVpc, DeleteVpc)" in found.sentence


@pytest.mark.parametrize("seen", ["CreateVpc", "DeleteVpc", "ModifyVpcAttribute"])
@pytest.mark.parametrize("unseen", ["CreateVpc", "DeleteVpc", "ModifyVpcAttribute"])
def test_the_missed_event_is_one_that_no_unseen_path_may_catch(seen, unseen):
    names = {"CreateVpc", "DeleteVpc", "ModifyVpcAttribute"}
    required = " || ".join(f"$.eventName = {name}" for name in sorted(names))
    live = metric_filter(name="live", pattern=f"{{ $.eventName = {seen} }}")
    hoped = metric_filter(name="hoped", pattern=f"{{ $.eventName = {unseen} }}", value="$.n", metric_name="Hoped")
    alarms = (alarm(), alarm("on-hoped", metric_name="Hoped"))
    found = verdict(resources(live, hoped, alarms=alarms), f"{{ $.eventSource = ec2.amazonaws.com && ({required}) }}")
    assert found.status is Status.FAIL
    assert found.missed_event["eventName"] in names - {seen, unseen}


def test_two_trails_may_share_the_events():
    reads = trail(name="reads", arn=f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/reads")
    kinds = {
        name: EventSelectors.model_validate({"basic": [{"read_write_type": name}]})
        for name in ("ReadOnly", "WriteOnly")
    }
    both = (
        trail(selectors=kinds["WriteOnly"]),
        reads.model_copy(update={"selectors": kinds["ReadOnly"]}),
    )
    every_root_call = metric_filter(pattern='{ $.userIdentity.type = "Root" }')
    found = verdict(resources(every_root_call, trails=both), '{ $.userIdentity.type = "Root" }')
    assert (found.status, len(found.paths)) == (Status.PASS, 2)


def test_no_trail_fails():
    found = verdict(resources(trails=(), log_groups={}, alarms_of_the_region=Alarms()))
    assert (found.status, found.sentence) == (
        Status.FAIL,
        (
            "Nobody is told when a VPC comes or goes: there is no trail. Create a multi-Region trail that delivers to "
            "a CloudWatch Logs log group."
        ),
    )


def test_trails_that_no_region_would_list_are_manual_with_the_permission():
    unread = Unread(action="cloudtrail:DescribeTrails", region="eu-west-1", account=ACCOUNT, error="AccessDenied")
    found = verdict(resources(trails=(), listed_regions=(), unread=(unread,)))
    assert found.status is Status.MANUAL
    assert "cloudtrail:DescribeTrails in eu-west-1 gave AccessDenied" in found.sentence


def test_an_account_of_which_no_region_was_scanned_is_manual():
    found = verdict(resources(trails=(), listed_regions=()))
    assert (found.status, "none of the audited Regions" in found.sentence) == (Status.MANUAL, True)


def test_one_region_that_refuses_does_not_make_a_failure_unknown():
    unread = Unread(action="cloudtrail:DescribeTrails", region="eu-west-1", account=ACCOUNT, error="AccessDenied")
    assert (
        verdict(resources(trails=(), log_groups={}, alarms_of_the_region=Alarms(), unread=(unread,))).status
        is Status.FAIL
    )


def test_every_broken_link_is_named():
    found = verdict(resources(alarms=(alarm(actions_enabled=False, threshold=5.0),), topics={TOPIC_ARN: None}))
    assert found.status is Status.FAIL
    assert found.sentence.startswith(
        "Nobody is told when a VPC comes or goes: trail all → log group trail → metric filter root → alarm root-usage: "
    )
    assert "threshold is 5" in found.sentence
    assert "ActionsEnabled is false" in found.sentence
    assert ". Also, topic alerts: it does not exist" in found.sentence


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"log_groups": {GROUP_ARN: group(metric_filters=DENIED)}}, "logs:DescribeMetricFilters"),
        ({"alarms_of_the_region": DENIED}, "metric CIS/RootUsage: logs:DescribeMetricFilters"),
        ({"topics": {TOPIC_ARN: DENIED}}, "topic alerts: logs:DescribeMetricFilters"),
        ({"trails": (trail(status=DENIED),)}, "trail all: logs:DescribeMetricFilters"),
        ({"trails": (trail(selectors=DENIED),)}, "trail all: logs:DescribeMetricFilters"),
    ],
)
def test_what_could_not_be_read_is_manual_with_the_call(changes, words):
    found = verdict(resources(**changes))
    assert (found.status, words in found.sentence) == (Status.MANUAL, True), found.sentence


def test_a_certain_break_stays_one_whatever_could_not_be_read():
    found = verdict(resources(trails=(trail(multi_region=False),), topics={TOPIC_ARN: DENIED}))
    assert found.status is Status.FAIL


def test_an_unseen_path_that_could_not_help_does_not_hide_a_failure():
    part = metric_filter(name="part", pattern="{ $.eventName = DeleteVpc }")
    found = verdict(resources(part, topics={TOPIC_ARN: DENIED}))
    assert (found.status, found.missed_event["eventName"]) == (Status.FAIL, "CreateVpc")


def test_a_trail_of_another_account_may_hold_the_path():
    foreign = trail(
        arn=f"arn:aws:cloudtrail:{REGION}:{OTHER_ACCOUNT}:trail/org",
        account=OTHER_ACCOUNT,
        organization=True,
        status=Unread(action="", region=REGION, account=OTHER_ACCOUNT, error=FOREIGN_ACCOUNT),
        selectors=Unread(action="", region=REGION, account=OTHER_ACCOUNT, error=FOREIGN_ACCOUNT),
        log_group_arn=None,
    )
    found = verdict(
        resources(trails=(foreign.model_copy(update={"log_group_arn": GROUP_ARN}),), log_groups={GROUP_ARN: DENIED})
    )
    assert (found.status, OTHER_ACCOUNT in found.sentence) == (Status.MANUAL, True)


def test_a_gap_of_the_filter_comes_with_the_missed_event():
    found = verdict(resources(metric_filter(pattern="{ $.eventName = DeleteVpc }")))
    assert (found.status, found.missed_event["eventName"]) == (Status.FAIL, "CreateVpc")
    assert found.sentence.startswith("Somebody is not always told")
    assert "missed event: CreateVpc of ec2.amazonaws.com by" in found.sentence
    assert rules(found) == ["filter-gap"]
    assert found.evidence()["missed_event"] == found.missed_event


def test_a_gap_of_the_trail_is_laid_at_its_door():
    selectors = EventSelectors.model_validate({"basic": [{"excluded_sources": ["ec2.amazonaws.com"]}]})
    found = verdict(resources(trails=(trail(selectors=selectors),)))
    assert (found.status, rules(found)) == (Status.FAIL, ["trail-gap"])


def test_a_broken_path_tells_its_gap_too():
    found = verdict(
        resources(metric_filter(pattern="{ $.eventName = DeleteVpc }"), alarms=(alarm(actions_enabled=False),))
    )
    assert found.sentence.startswith("Nobody is told")
    assert set(rules(found)) == {"filter-gap", "alarm-actions-disabled"}


def test_the_filter_that_was_meant_is_spoken_of_not_its_neighbours():
    others = [
        metric_filter(name=f"a-{name}", pattern=f"{{ $.eventName = {name} }}", metric_name="Other")
        for name in ("StopLogging", "DeleteTrail")
    ]
    meant = metric_filter(name="vpc", pattern="{ ($.eventName = DeleteVpc) || ($.eventName = CreateVpcs) }")
    alarms = (alarm(), alarm("other", metric_name="Other"))
    found = verdict(resources(*others, meant, alarms=alarms))
    assert [path.name_of("metric filter") for path in found.paths] == ["vpc"]


def test_a_noisy_filter_is_not_spoken_of_when_another_is_nearly_right():
    noise = metric_filter(name="a-noise", pattern="", metric_name="Noise")
    meant = metric_filter(name="vpc", pattern="{ $.eventName = DeleteVpc }")
    found = verdict(resources(noise, meant, alarms=(alarm(), alarm("noise", metric_name="Noise"))))
    assert [path.name_of("metric filter") for path in found.paths] == ["vpc"]


def test_a_group_whose_filters_are_for_other_things_says_so():
    other = metric_filter(name="sign-ins", pattern='{ $.userIdentity.type = "Root" }')
    found = verdict(resources(other))
    assert (found.status, rules(found)) == (Status.FAIL, ["no-matching-filter"])
    assert "(sign-ins)" in found.sentence


def test_many_filters_are_not_all_listed():
    filters = [metric_filter(name=f"f{n}", pattern=f"{{ $.errorCode = E{n} }}") for n in range(5)]
    assert "(f0, f1, f2 and 2 more)" in verdict(resources(*filters)).sentence


def test_a_group_without_filters_says_so():
    assert rules(verdict(resources(log_groups={GROUP_ARN: group()}))) == ["no-metric-filter"]


def test_a_group_that_is_gone_says_so():
    assert rules(verdict(resources(log_groups={}, alarms_of_the_region=Alarms()))) == ["log-group-missing"]


def test_a_trail_without_a_group_says_so():
    assert rules(verdict(resources(trails=(trail(log_group_arn=None),)))) == ["trail-without-log-group"]


def test_a_pattern_that_is_not_understood_is_manual():
    found = verdict(resources(metric_filter(pattern="{ $.eventName = }")))
    assert found.status is Status.MANUAL
    assert "metric filter root: its pattern could not be understood" in found.sentence


def test_a_question_that_the_documentation_leaves_open_is_manual():
    found = verdict(resources(metric_filter(pattern="{ $.managementEvent = true }")), "{ $.managementEvent IS TRUE }")
    assert (found.status, "AWS does not document" in found.sentence) == (Status.MANUAL, True), found.sentence


def test_an_alarm_that_everyday_events_keep_on_is_no_alert():
    found = verdict(resources(metric_filter(pattern="{ $.eventName = * }")))
    assert (found.status, rules(found)) == (Status.FAIL, ["filter-everyday"])


def test_a_dimension_keeps_everyday_events_from_the_alarm():
    wide = metric_filter(pattern="{ $.eventName = * }", dimensions={"name": "$.eventName"})
    watched = [alarm(name, dimensions={"name": name}) for name in ("DeleteVpc", "CreateVpc")]
    assert verdict(resources(wide, alarms=watched)).status is Status.PASS


def test_a_noisy_neighbour_on_the_same_metric_keeps_the_alarm_on():
    noise = metric_filter(name="noise", pattern="{ $.eventName = * }")
    found = verdict(resources(metric_filter(pattern=DELETES), noise))
    assert found.status is Status.FAIL
    assert "alarm-fed-by-noise" in rules(found)


def test_a_noisy_neighbour_whose_pattern_is_not_understood_is_left_alone():
    unread = metric_filter(name="unread", pattern="{ $.eventName = }", metric_name="Other")
    assert verdict(resources(metric_filter(pattern=DELETES), unread)).status is Status.PASS


@pytest.mark.parametrize(
    ("statistic", "slug"), [("Average", "alarm-noise-at-times"), ("Maximum", "alarm-fed-by-noise")]
)
def test_everyday_events_keep_an_alarm_on_at_times_where_others_pull_its_value_down(statistic, slug):
    filters = (
        metric_filter(pattern=DELETES, value="100000"),
        metric_filter(name="reads", pattern="{ $.eventName = DescribeInstances }", value="2"),
        metric_filter(name="all", value="0"),
    )
    judged = verdict(resources(*filters, alarms=(alarm(statistic=statistic),)))
    assert (judged.status, slug in rules(judged)) == (Status.FAIL, True)
    assert judged.sentence.startswith("Somebody is not always told when") is (slug == "alarm-noise-at-times")


def test_everyday_events_in_another_series_of_the_same_filter_keep_the_alarm_on():
    """SUM over the series of a filter with dimensions counts what every one of them counts."""
    everything = metric_filter(pattern="{ $.eventName = * }", dimensions={"Type": "$.userIdentity.type"})
    kinds = ("Root", "IAMUser", "AssumedRole")
    queries = tuple(
        MetricQuery(id=f"m{number}", metric=stat(dimensions={"Type": kind}), return_data=False)
        for number, kind in enumerate(kinds, start=1)
    )
    for last, status in ((3, Status.FAIL), (1, Status.PASS)):
        summed = MetricQuery(id="e1", expression=f"SUM([{', '.join(f'm{n}' for n in range(1, last + 1))}])")
        watching = math_alarm("", queries=(summed, *queries[:last]), treat_missing_data="notBreaching")
        root = '{ ($.userIdentity.type = "Root") && ($.eventName = CreateVpc) }'
        judged = verdict(resources(everything, alarms=(watching,)), root)
        assert (judged.status, "filter-everyday" in rules(judged)) == (status, status is Status.FAIL)


def test_metric_math_on_a_dimension_narrows_what_the_alarm_sees():
    wide = metric_filter(pattern="{ $.eventName = *Vpc }", dimensions={"name": "$.eventName"})
    one = math_alarm("m1", m1=stat(dimensions={"name": "DeleteVpc"}))
    found = verdict(resources(wide, alarms=(one,)))
    assert (found.status, found.missed_event["eventName"]) == (Status.FAIL, "CreateVpc")


def test_the_alarm_that_almost_watches_is_named():
    near = alarm("near", namespace="Elsewhere")
    found = verdict(resources(alarms=(alarm("far", namespace="X", metric_name="Y"), near)))
    assert "no alarm watches it; alarm near: " in found.sentence
    assert "Elsewhere" in found.sentence


def test_an_alarm_that_differs_in_all_is_not_named():
    assert "no alarm watches it." in verdict(resources(alarms=(alarm(namespace="X", metric_name="Y"),))).sentence


def test_an_alarm_that_names_no_metric_may_watch_and_is_manual():
    nameless = alarm("query", namespace=None, metric_name=None, statistic=None, period=None)
    found = verdict(resources(alarms=(nameless,)))
    assert (found.status, "alarm query" in found.sentence) == (Status.MANUAL, True)


@pytest.mark.parametrize(("expression", "status"), [("RootUsage", Status.MANUAL), ("Latency", Status.FAIL)])
def test_a_query_may_watch_a_metric_that_it_names(expression, status):
    query = math_alarm(f"SELECT SUM({expression}) FROM CIS")
    query = query.model_copy(update={"queries": query.queries[:1]})
    assert verdict(resources(alarms=(query,))).status is status


def test_a_path_that_a_failed_call_hides_is_named_before_one_that_nobody_can_decide():
    dim = alarm("a-dim", metric_name="Dim", evaluation_state="IN_WARM_UP")
    filters = (metric_filter(name="dim", pattern=DELETES, metric_name="Dim"), metric_filter(name="z", pattern=DELETES))
    other = f"{TOPIC_ARN}-other"
    alarms = (dim, alarm("z-hidden", alarm_actions=(other,)))
    found = verdict(resources(*filters, alarms=alarms, topics={TOPIC_ARN: topic(), other: DENIED}))
    assert found.status is Status.MANUAL
    assert "alarm z-hidden" in found.sentence
    assert "a-dim" not in found.sentence


def test_of_many_like_composite_alarms_above_one_alarm_a_few_are_followed():
    many = tuple(composite(f"parent-{number:03}") for number in range(60))
    paths = AlertPaths(resources(alarms=(alarm(alarm_actions=()),), parents=many)).follow()
    above = [path for path in paths if path.name_of("composite alarm")]
    assert len(above) == MOST_ALIKE
    assert all(path.state is State.LIVE for path in above)


@pytest.mark.parametrize("expression", ["m1 * PERIOD(m1) / 300", "m1 / PERIOD(m1) * PERIOD(m1)"])
def test_the_period_of_a_metric_is_known_to_expressions(expression):
    assert verdict(resources(alarms=(math_alarm(expression),))).status is Status.PASS


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        ('ALARM("root-usage") OR FALSE', Status.PASS),
        ('ALARM("root-usage") AND TRUE', Status.PASS),
        ("FALSE", Status.FAIL),
        ("TRUE", Status.FAIL),
        ('ALARM("root-usage") XOR TRUE', Status.MANUAL),
    ],
)
def test_a_rule_may_have_constants_and_one_that_cannot_be_read_may_mean_the_alarm(rule, status):
    found = resources(alarms=(alarm(alarm_actions=()),), parents=(composite(rule=rule),))
    assert verdict(found).status is status


def test_a_composite_alarm_notifies_for_its_child():
    child = alarm(alarm_actions=())
    found = verdict(resources(alarms=(child,), parents=(composite(),)))
    assert found.status is Status.PASS
    assert "alarm root-usage → composite alarm parent → topic alerts" in found.sentence


@pytest.mark.parametrize(("recorded", "status"), [("All", Status.PASS), ("ReadOnly", Status.FAIL)])
def test_an_event_counts_in_each_log_group_that_it_certainly_reaches(recorded, status):
    """Where another trail delivers it too, a filter that does not match it publishes its default value."""
    selectors = EventSelectors.model_validate({"basic": [{"read_write_type": recorded}]})
    other_arn = GROUP_ARN.replace(":trail", ":other")
    trails = (
        trail(),
        trail(name="other", arn=f"{trail().arn}2", log_group_arn=f"{other_arn}:*", selectors=selectors),
    )
    beside = metric_filter(log_group="other", pattern="{ $.eventName = Never }", metric_name="Beside", default=1.0)
    groups = {GROUP_ARN: group(metric_filter(pattern=DELETES)), other_arn: group(beside, arn=other_arn, name="other")}
    alarms = (alarm(alarm_actions=()), alarm("beside", metric_name="Beside", alarm_actions=()))
    both = composite(rule='ALARM("root-usage") AND ALARM("beside")')
    found = verdict(resources(trails=trails, log_groups=groups, alarms=alarms, parents=(both,)))
    assert found.status is status, found.sentence


@pytest.mark.parametrize("order", [("CreateVpc", "DisableKey"), ("DisableKey", "CreateVpc")])
def test_filters_that_are_alike_are_told_apart_by_the_log_groups_that_their_events_reach(order):
    """What was found of the one filter is no answer for the other, in whatever order they stand."""
    other_arn = GROUP_ARN.replace(":trail", ":other")
    but_keys = basic({"excluded_sources": ("kms.amazonaws.com",)})
    other = trail(name="other", arn=f"{trail().arn}2", log_group_arn=f"{other_arn}:*", selectors=but_keys)
    filters = [metric_filter(name=name, pattern=f"{{ $.eventName = {name} }}") for name in order]
    beside = metric_filter(log_group="other", pattern="{ $.eventName = Never }", metric_name="Beside", default=1.0)
    groups = {GROUP_ARN: group(*filters), other_arn: group(beside, arn=other_arn, name="other")}
    alarms = (alarm(alarm_actions=()), alarm("beside", metric_name="Beside", alarm_actions=()))
    both = composite(rule='ALARM("root-usage") AND ALARM("beside")')
    account = resources(trails=(trail(), other), log_groups=groups, alarms=alarms, parents=(both,))
    assert verdict(account, "{ $.eventName = CreateVpc }").status is Status.PASS
    assert verdict(account, "{ $.eventName = CreateVpc || $.eventName = DisableKey }").status is Status.FAIL


def test_trails_that_share_the_events_deliver_no_copies():
    trails = tuple(
        trail(name=kind, arn=f"{trail().arn}{kind}", selectors=basic({"read_write_type": kind}))
        for kind in ("ReadOnly", "WriteOnly")
    )
    found = verdict(resources(trails=trails, alarms=(alarm(threshold=2.0),)))
    assert set(rules(found)) == {"alarm-threshold-out-of-reach"}


def test_copies_of_two_trails_ring_an_alarm_at_times():
    trails = (trail(), trail(name="other", arn=f"{trail().arn}2"))
    found = verdict(resources(trails=trails, alarms=(alarm(threshold=2.0),)))
    assert (found.status, set(rules(found))) == (Status.FAIL, {"alarm-needs-copies"})
    assert found.sentence.startswith("Somebody is not always told")
    assert "alarm-threshold-out-of-reach" in rules(verdict(resources(trails=trails, alarms=(alarm(threshold=3.0),))))


def test_nobody_is_not_said_where_another_filter_that_matches_some_events_makes_the_alarm_ring_at_times():
    """A root user who describes instances: both metrics of the quotient have data, and everyday calls lower it."""
    root, beside = '{ $.userIdentity.type = "Root" }', "{ $.eventName = DescribeInstances }"
    filters = (metric_filter(pattern=root), metric_filter(name="beside", pattern=beside, metric_name="metric-m2"))
    found = verdict(resources(*filters, alarms=(math_alarm("100 * m1 / m2", "m2"),)), root)
    assert (found.status, "Nobody" in found.sentence) == (Status.FAIL, False), found.sentence


@pytest.mark.parametrize(
    ("pattern", "status"),
    [("{ $.eventName = * }", Status.PASS), ("", Status.PASS), ("{ $.eventName = Describe* }", Status.FAIL)],
)
def test_a_filter_that_leaves_no_event_out_never_publishes_its_default_value(pattern, status):
    beside = metric_filter(name="beside", pattern=pattern, value="0", default=1.0)
    found = verdict(resources(metric_filter(pattern=DELETES), beside))
    assert found.status is status, found.sentence


def test_a_parent_that_leaves_alarm_may_raise_another():
    parents = (
        composite("quiet", rule='NOT ALARM("root-usage")', alarm_actions=(), state="ALARM"),
        composite("loud", rule='OK("quiet")'),
    )
    found = verdict(resources(alarms=(alarm(alarm_actions=(), state="OK"),), parents=parents))
    assert found.status is Status.PASS, found.sentence


@pytest.mark.parametrize(
    ("minutes", "action", "status"),
    [(1, TOPIC_ARN, Status.FAIL), (-1, TOPIC_ARN, Status.PASS), (1, f"{TOPIC_ARN}-other", Status.PASS)],
)
@pytest.mark.parametrize("make", [alarm, composite])
def test_a_notification_that_failed_since_the_last_change_breaks_the_path(make, minutes, action, status):
    failed = FailedAction(action=action, at=NOW + timedelta(minutes=minutes), summary="Failed to execute action")
    told = make(configuration_updated=NOW, history=(failed,))
    found = (
        resources(alarms=(told,)) if make is alarm else resources(alarms=(alarm(alarm_actions=()),), parents=(told,))
    )
    assert verdict(found).status is status


@pytest.mark.parametrize(("hours", "status"), [(24, Status.FAIL), (25, Status.MANUAL)])
@pytest.mark.parametrize("make", [alarm, composite])
def test_a_notification_that_failed_long_ago_may_be_mended(make, hours, status):
    failed = FailedAction(action=TOPIC_ARN, at=NOW - timedelta(hours=hours), summary="Failed to execute action")
    told = make(history=(failed,))
    found = (
        resources(alarms=(told,)) if make is alarm else resources(alarms=(alarm(alarm_actions=()),), parents=(told,))
    )
    judged = verdict(found.model_copy(update={"read_at": NOW}))
    assert judged.status is status
    assert judged.paths[0].remarks[-1].rule.slug.endswith("-before") is (status is Status.MANUAL)


def test_a_history_that_could_not_be_read_changes_nothing():
    assert verdict(resources(alarms=(alarm(history=DENIED),))).status is Status.PASS


def test_notes_stand_behind_the_path():
    status = TrailStatus(is_logging=True, latest_log_delivery=NOW.replace(year=2025))
    found = verdict(resources(trails=(trail(status=status),)))
    assert found.status is Status.PASS
    assert ". Note: trail all: it last delivered" in found.sentence


def test_approved_exclusions_are_left_out_and_repeated():
    narrowed = metric_filter(pattern="{ $.eventName = *Vpc && $.sourceIPAddress != 10.1.2.3 }")
    assert verdict(resources(narrowed)).status is Status.FAIL
    approved = verdict(resources(narrowed), exclusions=(parse("{ $.sourceIPAddress = 10.1.2.3 }"),))
    assert approved.status is Status.PASS
    assert approved.sentence.endswith("Approved exclusions: { $.sourceIPAddress = 10.1.2.3 }.")


def test_a_raised_number_of_events_lets_a_higher_threshold_pass_and_says_so():
    third = resources(alarms=(alarm(threshold=3.0),))
    assert "3 events in one period would be needed" in verdict(third).sentence
    allowed = verdict(third, events=3)
    assert allowed.status is Status.PASS
    assert allowed.sentence.endswith("3 events may pass before the alarm rings.")


@pytest.mark.parametrize(
    ("wait", "status", "delay"), [(0, Status.PASS, 0), (3600, Status.PASS, 3600), (3601, Status.FAIL, 3601)]
)
def test_a_composite_alarm_that_waits_for_its_suppressor_tells_later(wait, status, delay):
    quiet = alarm("quiet", metric_name="Other")
    parent = composite(suppressor="quiet", suppressor_wait=wait)
    found = verdict(resources(alarms=(alarm(alarm_actions=(), period=3600), quiet), parents=(parent,)))
    assert found.status is status
    (path,) = found.evidence()["paths"]
    assert path["seconds_to_ring"] == delay


def test_a_wait_without_a_suppressor_means_nothing():
    parent = composite(suppressor_wait=7200)
    assert verdict(resources(alarms=(alarm(alarm_actions=()),), parents=(parent,))).status is Status.PASS


def test_the_delay_limit_is_the_users():
    late = resources(alarms=(alarm(evaluation_periods=3),))
    assert verdict(late, delay_limit=3600).status is Status.PASS
    assert verdict(late, delay_limit=60).status is Status.FAIL


@pytest.mark.parametrize(("name", "says"), [("DeleteVpc", True), ("CreateVpc", False)])
def test_a_failure_that_only_the_newest_benchmark_sees_says_so(name, says):
    found = verdict(
        resources(metric_filter(pattern=f"{{ $.eventName = {name} }}")),
        earlier=parse("{ $.eventSource = ec2.amazonaws.com && $.eventName = DeleteVpc }"),
        newer="CreateVpc, demanded since version 9.9,",
    )
    assert ("Nothing but CreateVpc, demanded since version 9.9, is missing." in found.sentence) is says


def test_the_same_question_is_followed_once():
    paths = AlertPaths(resources())
    assert paths.follow() is paths.follow()
    assert paths.follow(events=2) is not paths.follow()
    assert [path.state for path in paths.follow()] == [State.LIVE]


def test_a_finding_keeps_its_subject_whatever_the_verdict():
    before = subject_of(resources())
    assert (before.name, before.arn, before.region) == ("trail", GROUP_ARN, REGION)
    assert subject_of(resources(log_groups={}, alarms_of_the_region=Alarms(), topics={})) == before


def test_the_subject_is_the_own_multi_region_trail_with_a_group():
    trails = (
        trail(name="a", arn="arn:aws:cloudtrail:us-east-1:1:trail/a", multi_region=False, log_group_arn="arn:x"),
        trail(name="b", arn="arn:aws:cloudtrail:us-east-1:1:trail/b", log_group_arn=None),
        trail(),
        trail(name="z", account=OTHER_ACCOUNT, arn="arn:aws:cloudtrail:us-east-1:0:trail/z", log_group_arn="arn:y"),
    )
    assert subject_of(resources(trails=trails)).arn == GROUP_ARN


def test_there_is_no_subject_without_a_log_group():
    assert subject_of(resources(trails=(trail(log_group_arn=None),))) is None


def test_a_log_group_arn_of_unknown_form_is_its_own_name():
    assert subject_of(resources(trails=(trail(log_group_arn="odd"),))).name == "odd"
    assert rules(verdict(resources(trails=(trail(log_group_arn="odd"),)))) == ["log-group-missing"]


def test_a_path_that_others_make_needless_is_not_named():
    names = ("CreateVpc", "DeleteVpc", "CreateVp*")
    filters = [metric_filter(name=name, pattern=f"{{ $.eventName = {name} }}") for name in names]
    found = verdict(resources(*filters))
    assert len(found.paths) == 2


def test_filters_of_another_trails_group_are_not_on_the_path():
    arn = GROUP_ARN + "-of-others"
    others = group(metric_filter(), arn=arn, name="trail-of-others")
    found = resources(log_groups={GROUP_ARN: group(), arn: others})
    assert rules(verdict(found)) == ["no-metric-filter"]


def test_a_trail_that_records_no_management_events_is_told_once():
    selectors = EventSelectors.model_validate({"basic": [{"include_management_events": False}]})
    assert rules(verdict(resources(trails=(trail(selectors=selectors),)))) == ["trail-no-management-events"]


def test_the_owner_of_an_organization_trail_hears_that_the_alert_holds_for_all():
    found = verdict(resources(trails=(trail(organization=True),)))
    assert (found.status, "every account" in found.sentence) == (Status.PASS, True), found.sentence


def test_the_owner_of_an_organization_trail_hears_that_the_alert_holds_for_itself_only():
    own = metric_filter(pattern=f"{{ $.eventName = *Vpc && $.recipientAccountId = {ACCOUNT} }}")
    found = verdict(resources(own, trails=(trail(organization=True),)))
    assert found.status is Status.PASS
    assert f"account {ACCOUNT}" in found.sentence


def test_a_subscription_that_drops_alarms_is_named_behind_the_topic():
    dropping = topic(filtered({"severity": ["high"]}))
    found = verdict(resources(topics={TOPIC_ARN: dropping}))
    assert found.status is Status.FAIL
    assert "topic alerts" in found.sentence


@pytest.mark.parametrize("account", [ACCOUNT, OTHER_ACCOUNT])
@pytest.mark.parametrize("selector", ["$.recipientAccountId", "$.userIdentity.accountId"])
def test_everyday_events_are_those_of_the_scanned_account(account, selector):
    arn = GROUP_ARN.replace(ACCOUNT, account)
    topic_arn = TOPIC_ARN.replace(ACCOUNT, account)
    wide = metric_filter(pattern=f'{{ ({selector} = "{account}") || ($.eventSource = ec2.amazonaws.com) }}')
    found = AccountResources(
        account=account,
        trails=(trail(account=account, arn=f"arn:aws:cloudtrail:{REGION}:{account}:trail/all", log_group_arn=arn),),
        log_groups={arn: group(wide, arn=arn, account=account)},
        alarms={
            Scope(account=account, region=REGION): Alarms(
                metric_alarms=(alarm(account=account, alarm_actions=(topic_arn,)),)
            )
        },
        topics={topic_arn: topic(arn=topic_arn, account=account)},
        listed_regions=(REGION,),
    )
    assert verdict(found).status is Status.FAIL
    assert "filter-everyday" in rules(verdict(found))


def test_noise_that_no_trail_records_does_not_matter():
    writes = EventSelectors.model_validate({"basic": [{"read_write_type": "WriteOnly"}]})
    reads = metric_filter(name="reads", pattern="{ $.readOnly IS TRUE }")
    both = (metric_filter(pattern=DELETES), reads)
    assert verdict(resources(*both, trails=(trail(selectors=writes),))).status is Status.PASS
    assert verdict(resources(*both)).status is Status.FAIL


@pytest.mark.parametrize(("partition", "status"), [("aws", Status.PASS), ("aws-us-gov", Status.FAIL)])
def test_where_global_services_record_is_known_of_the_standard_partition_only(partition, status):
    required = "{ $.eventSource = iam.amazonaws.com && $.eventName = PutRolePolicy }"
    narrowed = metric_filter(pattern="{ $.eventName = PutRolePolicy && $.awsRegion = us-east-1 }")
    assert verdict(resources(narrowed, partition=partition), required).status is status


WHOLE = "trail all → log group trail → metric filter root → alarm root-usage → topic alerts"
HEARD = f"Somebody is told when a VPC comes or goes: {WHOLE} → 1 confirmed subscription (email)."
UNREAD = (
    "logs:DescribeMetricFilters in us-east-1 gave AccessDeniedException: allow logs:DescribeMetricFilters to the "
    "scanning role"
)
OF_ORGANIZATION = "it is an organisation trail,"
HELD_HERE = f"but the alert holds for account {ACCOUNT} and not for every other account"


def test_the_whole_sentence_of_a_path_that_could_not_be_seen():
    found = verdict(resources(topics={TOPIC_ARN: DENIED}))
    assert found.sentence == f"Unknown whether somebody is told when a VPC comes or goes: {WHOLE}: {UNREAD}."


def test_unseen_paths_that_differ_in_names_only_are_told_in_one_line():
    names = ("CreateVpc", "DeleteVpc")
    filters = [metric_filter(name=name, pattern=f"{{ $.eventName = {name} }}", metric_name=name) for name in names]
    alarms = tuple(alarm(name, metric_name=name) for name in names)
    both = "(CreateVpc, DeleteVpc)"
    line = f"trail all → log group trail → 2 metric filters {both} → 2 alarms {both} → topic alerts: {UNREAD}"
    found = verdict(resources(*filters, alarms=alarms, topics={TOPIC_ARN: DENIED}))
    assert found.sentence == f"Unknown whether somebody is told when a VPC comes or goes: {line}."


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({}, f"{OF_ORGANIZATION} and the alert holds for every account of the organisation"),
        (
            {"pattern": f"{{ $.eventName = *Vpc && $.recipientAccountId = {ACCOUNT} }}"},
            f"{OF_ORGANIZATION} {HELD_HERE}: does not match when $.recipientAccountId is not {ACCOUNT}",
        ),
    ],
)
def test_the_whole_note_of_an_organization_trail(changes, note):
    filters = metric_filter(**{"pattern": DELETES, **changes})
    found = verdict(resources(filters, trails=(trail(organization=True),)))
    assert found.sentence == f"{HEARD} Note: trail all: {note}."


def test_a_filter_that_selects_by_account_is_not_taken_to_serve_the_organization():
    selecting = metric_filter(pattern=DELETES, field_selection=f'@aws.account = "{ACCOUNT}"')
    found = verdict(resources(selecting, trails=(trail(organization=True),)))
    assert found.sentence.endswith(
        f"Note: trail all: {OF_ORGANIZATION} {HELD_HERE}: its filter selects log events by account."
    )


def test_the_whole_sentence_of_a_path_in_another_account():
    def closed():
        return Unread(action="", region=REGION, account=OTHER_ACCOUNT, error=FOREIGN_ACCOUNT)

    arn = GROUP_ARN.replace(ACCOUNT, OTHER_ACCOUNT)
    foreign = trail(
        arn=f"arn:aws:cloudtrail:{REGION}:{OTHER_ACCOUNT}:trail/org",
        name="org",
        account=OTHER_ACCOUNT,
        organization=True,
        status=closed(),
        selectors=closed(),
        log_group_arn=f"{arn}:*",
    )
    found = verdict(resources(trails=(foreign,), log_groups={arn: closed()}, alarms_of_the_region=Alarms()))
    assert found.sentence == (
        f"Unknown whether somebody is told when a VPC comes or goes: trail org of account {OTHER_ACCOUNT} → log group "
        f"trail: it runs through account {OTHER_ACCOUNT}, which this scan does not read: scan account {OTHER_ACCOUNT}, "
        "or name it and a role to read it with (cross_account_accounts, cross_account_role); seen from here, the trail "
        f"is an organisation trail of every Region and delivers to log group trail of account {OTHER_ACCOUNT}."
    )


def test_two_closed_accounts_are_named_together():
    third = "777788889999"
    arn = GROUP_ARN.replace(ACCOUNT, third)
    of_other, of_third = (
        Unread(action="", region=REGION, account=account, error=FOREIGN_ACCOUNT) for account in (OTHER_ACCOUNT, third)
    )
    foreign = trail(account=OTHER_ACCOUNT, status=of_other, selectors=of_other, log_group_arn=f"{arn}:*")
    found = verdict(resources(trails=(foreign,), log_groups={arn: of_third}, alarms_of_the_region=Alarms()))
    assert f"it runs through account {OTHER_ACCOUNT} and account {third}" in found.sentence


def test_the_whole_sentence_with_concessions():
    wide = metric_filter(pattern="{ $.eventName = *Vpc && $.sourceIPAddress != 10.1.2.3 }")
    approved = (parse("{ $.sourceIPAddress = 10.1.2.3 }"), parse("{ $.userAgent = x }"))
    found = verdict(resources(wide, alarms=(alarm(threshold=3.0),)), exclusions=approved, events=3)
    assert found.sentence == (
        f"{HEARD} Approved exclusions: {{ $.sourceIPAddress = 10.1.2.3 }}, {{ $.userAgent = x }}. "
        "3 events may pass before the alarm rings."
    )


def test_the_whole_sentence_of_two_breaks_of_one_link():
    found = verdict(resources(alarms=(alarm(actions_enabled=False, threshold=5.0),)))
    assert found.sentence == (
        "Nobody is told when a VPC comes or goes: trail all → log group trail → metric filter root → alarm "
        "root-usage: its threshold is 5 with GreaterThanOrEqualToThreshold on Sum: one event gives 1 and never rings "
        "it (5 events in one period would be needed); its actions are disabled (ActionsEnabled is false), so alerts is "
        "never told. Let the alarm ring at one event: statistic Sum, GreaterThanOrEqualToThreshold, threshold 1."
    )


def test_the_whole_evidence_of_a_path():
    (path,) = verdict(resources(topics={TOPIC_ARN: None})).evidence()["paths"]
    assert path == {
        "state": "broken",
        "organization": False,
        "pattern": str(parse(DELETES)),
        "metric": "CIS/RootUsage",
        "links": [
            {"kind": "trail", "name": "all", "arn": f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/all"},
            {"kind": "log group", "name": "trail", "arn": GROUP_ARN},
            {"kind": "metric filter", "name": "root", "arn": ""},
            {"kind": "alarm", "name": "root-usage", "arn": alarm().arn},
            {"kind": "topic", "name": "alerts", "arn": TOPIC_ARN},
        ],
        "subscriptions": [],
        "seconds_to_ring": 0,
        "remarks": [
            {
                "rule": "topic-missing",
                "link": "topic",
                "resource": "alerts",
                "effect": "broken",
                "sentence": f"it does not exist ({TOPIC_ARN}), though the alarm root-usage names it",
                "source": "SNS API, GetTopicAttributes",
            }
        ],
    }
    assert verdict(resources()).evidence()["event_rules"] == []


def test_evidence_names_who_hears():
    (path,) = verdict(resources()).evidence()["paths"]
    assert path["subscriptions"] == [{"arn": f"{TOPIC_ARN}:0001", "protocol": "email"}]


def test_a_missing_topic_weighs_less_than_an_alarm_without_one():
    filters = [metric_filter(name=name, pattern=DELETES, metric_name=name) for name in "ab"]
    alarms = (alarm("a", metric_name="a", alarm_actions=()), alarm("b", metric_name="b"))
    found = verdict(resources(*filters, alarms=alarms, topics={TOPIC_ARN: None}))
    assert [path.name_of("metric filter") for path in found.paths] == ["b"]


def test_live_paths_are_told_before_those_that_were_not_seen():
    gone = f"{TOPIC_ARN}-z"
    names = {"a": "CreateVpc", "b": "DeleteVpc", "z": "CreateVpc"}
    filters = [
        metric_filter(name=name, pattern=f"{{ $.eventName = {event} }}", metric_name=name)
        for name, event in names.items()
    ]
    alarms = [alarm(name, metric_name=name, alarm_actions=(TOPIC_ARN if name == "z" else gone,)) for name in names]
    found = verdict(resources(*filters, alarms=alarms, topics={TOPIC_ARN: topic(), gone: DENIED}))
    assert found.status is Status.MANUAL
    assert [path.name_of("metric filter") for path in found.paths] == ["z", "b"]


def test_an_open_question_is_told_with_the_way_to_it():
    found = verdict(resources(metric_filter(pattern="{ $.managementEvent = true }")), "{ $.managementEvent IS TRUE }")
    way = "trail all → log group trail → metric filter root"
    assert found.sentence.startswith(f"Unknown whether somebody is told when a VPC comes or goes: {way}: ")


def test_what_a_filter_lacks_is_told():
    found = verdict(resources(metric_filter(pattern="{ $.eventName = DeleteVpc }")))
    (gap,) = found.evidence()["paths"][0]["remarks"]
    assert "CreateVpc" in gap["sentence"].partition("missed event")[0]


def test_alarm_of_another_metric_name_is_a_farther_miss():
    elsewhere = alarm("z-near", namespace="Elsewhere")
    other_name = alarm("a-far", metric_name="Other")
    found = verdict(resources(alarms=(other_name, elsewhere)))
    assert "no alarm watches it; alarm z-near: " in found.sentence


def test_failure_of_an_unknown_age_is_taken_for_recent():
    failed = FailedAction(action=TOPIC_ARN, at=NOW - timedelta(days=9), summary="Failed to execute action")
    assert rules(verdict(resources(alarms=(alarm(history=(failed,)),), read_at=None))) == ["alarm-action-failed"]


def test_an_hour_and_one_event_are_what_is_demanded_by_default():
    demand = Demand(event="x", required=parse(DELETES))
    assert (demand.delay_limit, demand.events, demand.exclusions, demand.newer) == (3600, 1, (), "")


def of_second(found, **changes):
    """The account with a second trail that delivers to a log group of its own, with the same filter."""
    arn = f"{GROUP_ARN}-2"
    second = trail(name="second", arn=f"{trail().arn}-2", log_group_arn=arn, **changes)
    filters = found.log_groups[GROUP_ARN].metric_filters
    groups = {**found.log_groups, arn: group(*filters, arn=arn, name="trail-2")}
    return found.model_copy(update={"trails": (*found.trails, second), "log_groups": groups})


@pytest.mark.parametrize(("multi_region", "status"), [(True, Status.PASS), (False, Status.FAIL)])
def test_event_counts_twice_only_where_both_trails_record_it(multi_region, status):
    found = of_second(resources(alarms=(alarm(threshold=2.0),)), multi_region=multi_region)
    assert verdict(found).status is status


def test_filters_that_were_not_read_may_keep_the_alarms_of_their_region_on_if_a_trail_delivers_to_them():
    """Filters of several log groups may feed one metric (CloudWatch User Guide, Metrics)."""
    found = resources(metric_filter(pattern=DELETES))
    for region, changes, status in (
        (REGION, {"metric_filters": DENIED}, Status.MANUAL),
        (REGION, None, Status.MANUAL),
        ("eu-west-1", {"metric_filters": DENIED}, Status.PASS),
        (REGION, {}, Status.PASS),
    ):
        arn = f"{GROUP_ARN}-2".replace(REGION, region)
        unread = DENIED if changes is None else group(arn=arn, name="trail-2", region=region).model_copy(update=changes)
        second = trail(name="second", arn=f"{trail().arn}-2", log_group_arn=arn)
        for delivers, expected in ((True, status), (False, Status.PASS)):
            trails = (*found.trails, second) if delivers else found.trails
            judged = verdict(
                found.model_copy(update={"log_groups": {**found.log_groups, arn: unread}, "trails": trails})
            )
            assert judged.status is expected
            assert ("alarm-noise-filters-unread" in rules(judged)) is (expected is Status.MANUAL)
            assert expected is Status.PASS or "metric filters of log group trail-2" in judged.sentence


@pytest.mark.parametrize(
    ("changes", "slugs"),
    [
        ({"selectors": FOREIGN}, {"alarm-noise-foreign"}),
        ({"status": FOREIGN, "selectors": FOREIGN}, {"alarm-noise-foreign"}),
        ({"status": DENIED, "selectors": FOREIGN}, {"alarm-noise-unseen"}),
        ({"selectors": DENIED}, {"alarm-noise-unseen"}),
    ],
)
def test_why_noise_is_unseen_is_told_by_what_hides_the_trail(changes, slugs):
    found = resources(metric_filter(pattern=DELETES))
    arn = f"{GROUP_ARN}-2"
    groups = {**found.log_groups, arn: group(metric_filter(name="noisy", pattern=""), arn=arn, name="trail-2")}
    second = trail(name="second", arn=f"{trail().arn}-2", account=OTHER_ACCOUNT, log_group_arn=arn, **changes)
    beside = found.model_copy(update={"log_groups": groups, "trails": (*found.trails, second)})
    judged = verdict(beside)
    assert (judged.status, {slug for slug in rules(judged) if "noise" in slug}) == (Status.MANUAL, slugs)
    asked = {OTHER_ACCOUNT} if slugs == {"alarm-noise-foreign"} else {""}
    assert {one.closed_account for path in judged.paths for one in path.remarks} == asked


def test_event_that_another_trail_carries_over_the_same_broken_link_is_not_told_as_missed():
    composites = (composite(rule="ALARM(root-usage) OR TRUE"),)
    found = of_second(
        resources(
            alarms=(alarm(alarm_actions=()),),
            parents=composites,
            trails=(trail(selectors=basic({"read_write_type": "ReadOnly"})),),
        )
    )
    judged = verdict(found)
    assert (judged.status, judged.missed_event) == (Status.FAIL, None)
    assert set(rules(judged)) == {"composite-always-in-alarm"}
    alone = found.model_copy(update={"trails": found.trails[:1]})
    assert set(rules(verdict(alone))) == {"composite-always-in-alarm", "trail-gap"}


@pytest.mark.parametrize(
    ("narrower", "expected"),
    [
        ("", Status.PASS),
        ('&& ($.awsRegion = "us-east-1")', Status.FAIL),
        ('&& ($.awsRegion = "us-*")', Status.FAIL),
        ('&& ($.userIdentity.arn != "*deployer*")', Status.FAIL),
        ("&& ($.userAgent = *)", Status.PASS),
    ],
)
def test_everyday_events_of_another_region_or_caller_count_as_well(narrower, expected):
    queries = [
        MetricQuery(id="e", expression="m - t"),
        *(MetricQuery(id=key, metric=stat(name), return_data=False) for key, name in (("m", "RootUsage"), ("t", "T"))),
    ]
    plain = {"namespace": None, "metric_name": None, "statistic": None, "period": None}
    noise = "($.eventName = DescribeInstances)"
    filters = (
        metric_filter(pattern=DELETES),
        metric_filter(name="noise", pattern=f"{{ {noise} }}"),
        metric_filter(name="same", pattern=f"{{ {noise} {narrower} }}", metric_name="T"),
    )
    judged = verdict(resources(*filters, alarms=(alarm(**plain, queries=tuple(queries)),)))
    assert judged.status is expected
    assert ("alarm-fed-by-noise" in rules(judged)) is (expected is Status.FAIL)


def test_event_that_another_trail_may_record_is_not_counted_for_certain():
    found = of_second(resources(alarms=(alarm(threshold=2.0),)), selectors=DENIED)
    assert verdict(found).status is Status.MANUAL


def test_alarm_that_only_other_events_of_an_unread_trail_would_release_is_unknown():
    latched = alarm(treat_missing_data="ignore", state="ALARM", state_transitioned=NOW - timedelta(minutes=10))
    filters = (metric_filter(pattern=DELETES, default=0.0),)
    assert verdict(resources(*filters, alarms=(latched,))).status is Status.PASS
    found = resources(*filters, alarms=(latched,), trails=(trail(status=DENIED),))
    assert verdict(found).status is Status.MANUAL


def test_log_group_without_metric_filters_makes_no_noise():
    found = of_second(resources())
    arn = f"{GROUP_ARN}-2"
    noisy = metric_filter(name="noisy", pattern="")
    silent = group(noisy, arn=arn, name="trail-2", log_class="INFREQUENT_ACCESS")
    groups = {**found.log_groups, arn: silent}
    assert verdict(found.model_copy(update={"log_groups": groups})).status is Status.PASS


def test_default_value_of_a_trail_that_was_not_read_breaks_nothing():
    idle = metric_filter(name="idle", pattern="{ $.eventName = Never }", metric_name="Idle", default=1.0)
    found = of_second(resources())
    arn = f"{GROUP_ARN}-2"
    groups = {**found.log_groups, arn: group(idle, arn=arn, name="trail-2")}
    parent = composite(rule='ALARM("root-usage") AND NOT ALARM("idle")')
    alarms = (
        alarm(alarm_actions=()),
        alarm("idle", metric_name="Idle", alarm_actions=(), treat_missing_data="notBreaching"),
    )
    changes = {"log_groups": groups, "alarms": {HERE: Alarms(metric_alarms=alarms, composite_alarms=(parent,))}}
    unread = found.trails[1].model_copy(update={"status": DENIED})
    stopped = found.trails[1].model_copy(update={"status": TrailStatus(is_logging=False)})
    for second, status in ((stopped, Status.PASS), (found.trails[1], Status.FAIL), (unread, Status.MANUAL)):
        account = found.model_copy(update={**changes, "trails": (found.trails[0], second)})
        assert verdict(account).status is status


def test_an_event_that_is_heard_in_the_region_of_its_trail_is_not_the_missed_one():
    writes = trail(multi_region=False, selectors=basic({"read_write_type": "WriteOnly"}))
    reads = trail(
        name="reads",
        arn=f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/reads",
        selectors=basic({"read_write_type": "ReadOnly"}),
    )
    root = '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS }'
    found = verdict(resources(metric_filter(pattern=root), trails=(writes, reads)), root)
    assert found.status is Status.FAIL
    assert found.sentence.startswith("Somebody is not always told when")
    assert found.missed_event["awsRegion"] != REGION


_BUT = "Somebody is told, but not by a multi-Region trail as the benchmark demands, when"
_IN = "Somebody is told only in"


@pytest.mark.parametrize(
    ("control", "region", "global_events", "opening"),
    [
        ("organizations_changes", "us-east-1", True, _BUT),
        ("organizations_changes", "us-east-1", False, _BUT),
        ("organizations_changes", "eu-west-1", True, "Nobody is told when"),
        ("iam_policy_changes", "us-east-1", True, _BUT),
        ("iam_policy_changes", "us-east-1", False, "Nobody is told when"),
        ("iam_policy_changes", "eu-west-1", False, "Nobody is told when"),
        ("console_authentication_failures", "us-east-1", True, f"{_IN} us-east-1 when"),
        ("console_authentication_failures", "us-east-1", False, "Nobody is told when"),
        ("root_usage", "us-east-1", True, f"{_IN} us-east-1 when"),
        ("root_usage", "us-east-1", False, f"{_IN} us-east-1, and not of global services, when"),
        ("root_usage", "eu-west-1", True, f"{_IN} eu-west-1 when"),
        ("vpc_changes", "eu-west-1", False, f"{_IN} eu-west-1 when"),
    ],
)
def test_what_a_trail_of_one_region_tells_depends_on_where_events_are_recorded(control, region, global_events, opening):
    known = CONTROLS[control]
    one = trail(multi_region=False, home_region=region, global_events=global_events)
    found = verdict(resources(metric_filter(pattern=known.suggested_pattern), trails=(one,)), known.required_pattern)
    assert (found.status, found.missed_event) == (Status.FAIL, None)
    assert found.sentence.startswith(opening)
    nowhere = f"CloudTrail records no such event in {region}." in found.sentence
    assert nowhere is (opening.startswith("Nobody") and region == "eu-west-1")


def test_that_somebody_is_told_in_one_region_is_said_where_all_is_told_there():
    told = {}
    for pattern in (
        CONTROLS["vpc_changes"].suggested_pattern,
        "{ $.eventName = CreateVpc }",
        "{ $.eventName = DeleteVpc }",
    ):
        found = resources(metric_filter(pattern=pattern), trails=(trail(multi_region=False),))
        told[pattern] = verdict(found, CONTROLS["vpc_changes"].required_pattern).sentence.partition(" when ")[0]
    assert list(told.values()) == ["Somebody is told only in us-east-1", *["Somebody is not always told"] * 2]


def test_that_somebody_is_told_in_one_region_is_not_said_of_a_path_that_was_not_seen_to_the_end():
    one = {"trails": (trail(multi_region=False),), "topics": {TOPIC_ARN: DENIED}}
    assert verdict(resources(**one)).sentence.startswith("Somebody is not always told when")


def test_a_trail_whose_selectors_record_nothing_is_told():
    star = AdvancedEventSelector(
        fields=(
            FieldSelector(field="eventCategory", equals=("Management",)),
            FieldSelector(field="eventSource", equals=("*",)),
        )
    )
    found = verdict(resources(trails=(trail(selectors=EventSelectors(advanced=(star,))),)))
    assert found.status is Status.FAIL
    assert "its event selectors record no management events" in found.sentence


def test_two_trails_of_one_region_tell_of_all_that_is_recorded_there():
    known = CONTROLS["iam_policy_changes"]
    attach = "($.eventName = Attach*) || ($.eventName = Detach*)"
    halves = (
        f"{{ {attach} }}",
        "{ ($.eventSource = iam.amazonaws.com) && ($.eventName != Attach*) && ($.readOnly IS FALSE) }",
    )
    found = resources(metric_filter(pattern=halves[0]), trails=(trail(multi_region=False),))
    arn = f"{GROUP_ARN}-2"
    second = trail(name="second", arn=f"{trail().arn}-2", log_group_arn=arn, multi_region=False)
    groups = {**found.log_groups, arn: group(metric_filter(pattern=halves[1]), arn=arn, name="trail-2")}
    both = found.model_copy(update={"trails": (*found.trails, second), "log_groups": groups})
    assert verdict(both, known.required_pattern).sentence.startswith(_BUT)
    assert verdict(found, known.required_pattern).sentence.startswith("Somebody is not always told when")


def test_everyday_calls_of_global_services_make_no_noise_where_they_are_not_recorded():
    required = "{ $.eventName = CreateVpc }"
    noisy = metric_filter(pattern="{ ($.eventName = CreateVpc) || ($.eventSource = iam.amazonaws.com) }")
    writes = resources(metric_filter(pattern=required))
    assert verdict(resources(noisy), required).status is Status.FAIL
    arn = f"{GROUP_ARN}-2"
    second = trail(name="second", arn=f"{trail().arn}-2", log_group_arn=arn, multi_region=False)
    for region, status in (("us-east-1", Status.FAIL), ("eu-west-1", Status.PASS)):
        beside = second.model_copy(update={"home_region": region})
        groups = {**writes.log_groups, arn: group(noisy, arn=arn, name="trail-2")}
        account = writes.model_copy(update={"trails": (*writes.trails, beside), "log_groups": groups})
        assert verdict(account, required).status is status


def test_an_event_that_one_of_two_trails_hears_in_its_region_is_not_missed_by_the_other():
    names = ("DeleteVpc", "CreateVpc")
    filters = [metric_filter(name=name, pattern=f"{{ $.eventName = {name} }}", metric_name=name) for name in names]
    found = resources(*filters, alarms=tuple(alarm(f"on-{name}", metric_name=name) for name in names))
    arn = f"{GROUP_ARN}-2"
    writes = trail(multi_region=False, home_region="eu-west-1", selectors=basic({"read_write_type": "WriteOnly"}))
    reads = basic({"read_write_type": "ReadOnly"})
    both = (writes, trail(name="second", arn=f"{writes.arn}-2", log_group_arn=arn, selectors=reads))
    groups = {**found.log_groups, arn: group(*filters, arn=arn, name="trail-2")}
    judged = verdict(found.model_copy(update={"trails": both, "log_groups": groups}))
    assert judged.status is Status.FAIL
    assert judged.sentence.startswith("Somebody is told only in eu-west-1 when")
    assert judged.missed_event is None or judged.missed_event["awsRegion"] != "eu-west-1"


_UNSEEN_DETAILS = (
    {"evaluation_state": "IN_WARM_UP"},
    {"evaluation_window": "MoonWindow"},
    {"period": 30},
    {"statistic": "tm90"},
    {"history": DENIED},
)
_CERTAIN_BREAKS = ({"actions_enabled": False}, {"alarm_actions": ()}, {"alarm_actions": ("arn:aws:sns:eu-west-1:1:x",)})


@pytest.mark.parametrize("broken", _CERTAIN_BREAKS)
@pytest.mark.parametrize("unseen", _UNSEEN_DETAILS)
def test_a_certain_break_is_not_hidden_behind_an_unseen_detail_of_the_same_alarm(unseen, broken):
    found = verdict(resources(alarms=(alarm(**unseen, **broken),)))
    assert found.status is Status.FAIL
    assert found.sentence.startswith("Nobody is told")


def test_a_threshold_out_of_reach_is_certain_while_the_alarm_warms_up():
    found = verdict(resources(alarms=(alarm(evaluation_state="IN_WARM_UP", threshold=3.0),)))
    assert found.status is Status.FAIL
    assert "its threshold is 3" in found.sentence
    assert verdict(resources(alarms=(alarm(evaluation_state="IN_WARM_UP"),))).status is Status.MANUAL


def test_nobody_subscribed_is_certain_though_the_policy_was_not_read():
    pending = topic(subscription(arn="PendingConfirmation"), policy=DENIED)
    assert verdict(resources(topics={TOPIC_ARN: pending})).status is Status.FAIL
