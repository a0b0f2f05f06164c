import pytest

from prowler_cis_monitoring.alert_path.alternatives import consider
from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.resources import (
    FOREIGN_ACCOUNT,
    Alarms,
    Alternatives,
    EventSelectors,
    EventTarget,
    LogSubscription,
    MonitoringLink,
    TrailStatus,
    Unread,
)
from prowler_cis_monitoring.alert_path.telling import MOST_OF_A_SENTENCE
from prowler_cis_monitoring.alert_path.verdict import Demand, Status, Verdict, judge
from prowler_cis_monitoring.filter_pattern import parse
from prowler_cis_monitoring.filter_pattern.facts import SERVICE_OF, SEVERAL_SERVICES
from tests.alert_path.builders import (
    ACCOUNT,
    OTHER_ACCOUNT,
    REGION,
    TOPIC_ARN,
    alarm,
    composite,
    event_rule,
    filtered,
    metric_filter,
    policy,
    statement,
    subscription,
    topic,
)
from tests.alert_path.test_trail import basic, trail
from tests.alert_path.test_verdict import DELETES, HERE, resources

ELSEWHERE = "eu-west-1"
ROOT = '{ $.userIdentity.type = "Root" }'
ROOT_SIGN_IN = '{ $.userIdentity.type = "Root" && $.eventName = "ConsoleLogin" }'
BY_ROOT = {"detail": {"userIdentity": {"type": ["Root"]}}}
VPC = {"detail": {"eventSource": ["ec2.amazonaws.com"], "eventName": ["DeleteVpc", "CreateVpc"]}}
UNTRANSLATED = {"detail": {"userIdentity": {"type": ["Root"]}, "sourceIPAddress": [{"cidr": "10.0.0.0/8"}]}}
FOR_EVENTBRIDGE = policy(statement(principal={"Service": "events.amazonaws.com"}))
DENIED = Unread(action="events:ListTargetsByRule", region=REGION, account=ACCOUNT, error="AccessDeniedException")
BROKEN = Verdict(Status.FAIL, "Nobody is told.", missed_event={"eventName": "CreateVpc"})
UNCERTAIN = "it tells of some such events; that it tells of every one is not certain"


def open_topic(*subscriptions, **changes):
    return topic(*subscriptions, **{"policy": FOR_EVENTBRIDGE, **changes})


def alternatives(*rules, **changes):
    defaults = {
        "rules": rules,
        "topics": {TOPIC_ARN: open_topic()},
        "regions": (REGION,),
        "everywhere": True,
    }
    return Alternatives(**{**defaults, **changes})


def considered(found, required=ROOT, accept="pass", account=None, verdict=BROKEN, **demand):
    asked = Demand(event="root acts", required=parse(required), **demand)
    return consider(verdict, asked, AlertPaths(account or resources()), found, accept)


def covers(*rules, required=ROOT, account=None, **changes):
    return considered(alternatives(*rules, **changes), required, account=account).status is Status.PASS


def named(*rules, required=ROOT, **changes):
    """What is said of rules that do not count."""
    found = considered(alternatives(*rules, everywhere=False, **changes), required, accept="named")
    assert found.status is Status.FAIL
    return found.sentence.removeprefix(BROKEN.sentence).strip()


def test_without_alternatives_the_verdict_stays():
    assert considered(alternatives()) is BROKEN


WAY = "rule on-event → topic alerts → 1 confirmed subscription (email) (in us-east-1)"
BY_RULE = f"But EventBridge tells somebody of every such event, which the benchmark's audit does not count: {WAY}."
BESIDE = {"missed_event": BROKEN.missed_event, "alternatives": (BY_RULE,)}


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("named", Verdict(Status.FAIL, f"Nobody is told. {BY_RULE}", **BESIDE)),
        ("manual", Verdict(Status.MANUAL, f"Nobody is told. {BY_RULE}", **BESIDE)),
        (
            "pass",
            Verdict(
                Status.PASS,
                "Somebody is told when root acts by EventBridge, which accept_alternatives counts and the "
                f"benchmark's audit does not: {WAY}. By alarms alone it would be FAIL.",
                rules=(event_rule(BY_ROOT),),
            ),
        ),
    ],
)
def test_covering_rule_counts_as_accepted(accept, expected):
    assert considered(alternatives(event_rule(BY_ROOT)), accept=accept) == expected


UNREAD_TARGETS = event_rule(BY_ROOT, targets=DENIED)


@pytest.mark.parametrize(
    ("accept", "status"), [("named", Status.FAIL), ("manual", Status.MANUAL), ("pass", Status.MANUAL)]
)
@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (alternatives(UNREAD_TARGETS), "what one of them does was not seen"),
        (alternatives(unread=(DENIED,)), "not all of them could be read"),
    ],
)
def test_where_rules_count_one_that_could_not_be_read_leaves_the_control_open(found, reason, accept, status):
    verdict = considered(found, accept=accept)
    assert verdict.status is status
    assert (reason in verdict.sentence) is (accept != "named")


HEARS_SOME = event_rule({"detail": {"eventName": ["CreateVpc"]}}, "some")


def told_beside(found):
    """What is said of alarms that have no action, beside alternatives."""
    account = resources(alarms=(alarm(alarm_actions=()),))
    failed = judge(AlertPaths(account), Demand(event="a VPC comes or goes", required=parse(DELETES)))
    assert failed.sentence.startswith("Nobody is told when a VPC comes or goes: trail all")
    return considered(found, DELETES, accept="named", account=account, verdict=failed), failed.parts.told.next_step


@pytest.mark.parametrize(
    "found",
    [
        alternatives(HEARS_SOME, everywhere=False),
        alternatives(event_rule(VPC, "both")),
        alternatives(event_rule(VPC, "function", targets=(EventTarget(arn="arn:aws:lambda:us-east-1:1:function:f"),))),
        alternatives(log_subscriptions=(LogSubscription(name="siem", log_group="trail", destination="arn:aws:x"),)),
        alternatives(unread=(DENIED,)),
    ],
    ids=["some", "both", "function", "logs", "unread"],
)
def test_where_something_else_may_tell_no_alarm_does_and_the_next_step_is_last(found):
    beside, next_step = told_beside(found)
    assert beside.status is Status.FAIL
    assert beside.sentence.startswith("No alarm tells anybody when a VPC comes or goes: trail all")
    assert beside.sentence.endswith(f" {next_step}")
    assert next_step
    assert beside.sentence.count(next_step) == 1
    assert all(told in beside.sentence for told in beside.alternatives)
    assert beside.evidence()["alternatives"] == list(beside.alternatives)


def test_where_a_rule_certainly_tells_nobody_nobody_is_told():
    found, _ = told_beside(alternatives(event_rule(VPC, targets=())))
    assert found.sentence.startswith("Nobody is told when a VPC comes or goes: trail all")
    assert "rule on-event (in us-east-1): it has no target" in found.sentence


def test_many_alternatives_stay_within_a_sentence_and_are_in_the_evidence():
    rules = [event_rule(VPC, f"{'long-' * 12}{n}", targets=()) for n in range(9)]
    found, next_step = told_beside(alternatives(*rules, unread=(DENIED,)))
    assert len(found.sentence) <= MOST_OF_A_SENTENCE
    assert "more in the evidence." in found.sentence
    assert found.sentence.endswith(next_step)


def test_same_rule_in_two_regions_is_told_once():
    targets = {region: TOPIC_ARN.replace(REGION, region) for region in (REGION, ELSEWHERE)}
    rules = [
        event_rule(BY_ROOT, region=region, targets=(EventTarget(arn=arn),), arn=f"arn:aws:events:{region}:1:rule/x")
        for region, arn in targets.items()
    ]
    allowed = policy(statement(principal={"Service": "events.amazonaws.com"}, resource="*"))
    topics = {arn: open_topic(arn=arn, region=region, policy=allowed) for region, arn in targets.items()}
    found = considered(alternatives(*rules, topics=topics, regions=(REGION, ELSEWHERE)))
    assert found.status is Status.PASS
    assert "1 confirmed subscription (email) (in eu-west-1, us-east-1)." in found.sentence
    assert found.sentence.count("rule on-event") == 1
    assert found.rules == tuple(rules)


def test_two_rules_share_the_events():
    rules = [event_rule({"detail": {"eventName": [name]}}, name) for name in ("CreateVpc", "DeleteVpc")]
    assert covers(*rules, required=DELETES)
    assert not covers(rules[0], required=DELETES)


def test_excluded_events_need_no_rule():
    create = event_rule({"detail": {"eventName": ["CreateVpc"]}})
    exclusions = (parse("{ $.eventName = DeleteVpc }"),)
    assert considered(alternatives(create), DELETES, exclusions=exclusions).status is Status.PASS


def test_rule_in_one_of_two_regions_is_not_enough():
    assert not covers(event_rule(BY_ROOT), regions=(REGION, ELSEWHERE))


def test_unlisted_region_is_not_covered():
    assert not covers(event_rule(BY_ROOT), everywhere=False)


@pytest.mark.parametrize(
    ("partition", "region", "elsewhere", "expected"),
    [("aws", REGION, ELSEWHERE, True), ("aws-us-gov", "us-gov-west-1", "us-gov-east-1", False)],
)
def test_root_signs_in_in_one_region_of_the_standard_partition(partition, region, elsewhere, expected):
    account, arn = resources(partition=partition), TOPIC_ARN.replace(REGION, region)
    allowed = policy(statement(principal={"Service": "events.amazonaws.com"}, resource="*"))
    topics = {arn: open_topic(arn=arn, region=region, policy=allowed)}
    rule = event_rule(BY_ROOT, region=region, targets=(EventTarget(arn=arn),))

    def covered(*regions):
        return covers(rule, required=ROOT_SIGN_IN, account=account, topics=topics, regions=regions)

    assert covered(region)
    assert covered(region, elsewhere) is expected


@pytest.mark.parametrize(
    "pattern",
    [{"detail": {"eventName": ["ConsoleLogin"]}}, {"detail-type": ["AWS Console Sign In via CloudTrail"]}],
)
def test_users_sign_in_anywhere(pattern):
    required = ROOT_SIGN_IN.replace("Root", "IAMUser")
    rule = event_rule(pattern)
    assert not covers(rule, required=required, regions=(REGION, ELSEWHERE))
    assert covers(rule, required=required)


@pytest.mark.parametrize(
    ("kind", "required", "expected"),
    [
        ("AWS API Call via CloudTrail", DELETES, True),
        ("AWS API Call via CloudTrail", ROOT, False),
        ("AWS API Call via CloudTrail", ROOT_SIGN_IN, False),
        ("AWS Console Sign In via CloudTrail", ROOT_SIGN_IN, True),
        ("AWS Console Sign In via CloudTrail", DELETES, False),
    ],
)
def test_calls_and_sign_ins_have_their_own_kind(kind, required, expected):
    rule = event_rule({**(VPC if required == DELETES else BY_ROOT), "detail-type": [kind]})
    assert covers(rule, required=required) is expected


def test_every_known_call_has_the_kind_of_a_call():
    calls = sorted({*SERVICE_OF, *SEVERAL_SERVICES} - {"ConsoleLogin"})
    for call in calls:
        rule = event_rule({"detail-type": ["AWS API Call via CloudTrail"], "detail": {"eventName": [call]}})
        assert covers(rule, required=f"{{ $.eventName = {call} }}"), call


@pytest.mark.parametrize(
    ("trails", "expected"),
    [
        ((), False),
        ((trail(status=TrailStatus(is_logging=False)),), False),
        ((trail(status=DENIED),), False),
        ((trail(selectors=DENIED),), False),
        ((trail(selectors=EventSelectors()),), True),
        ((trail(selectors=basic({"read_write_type": "WriteOnly"})),), False),
        ((trail(selectors=basic({"read_write_type": "WriteOnly"})), trail()), True),
        (tuple(trail(selectors=basic({"read_write_type": kind})) for kind in ("WriteOnly", "ReadOnly")), True),
        ((trail(multi_region=False),), True),
        ((trail(multi_region=False, home_region=ELSEWHERE),), False),
    ],
)
def test_rules_hear_only_what_a_trail_logs(trails, expected):
    assert covers(event_rule(BY_ROOT), account=resources(trails=trails)) is expected


@pytest.mark.parametrize(
    ("state", "required", "expected"),
    [
        ("ENABLED", DELETES, True),
        ("ENABLED", ROOT, False),
        ("ENABLED", ROOT_SIGN_IN, True),
        ("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", ROOT, True),
    ],
)
def test_reads_need_a_state_of_their_own(state, required, expected):
    assert covers(event_rule(VPC if required == DELETES else BY_ROOT, state=state), required=required) is expected


@pytest.mark.parametrize(("account", "expected"), [(ACCOUNT, True), (OTHER_ACCOUNT, False)])
def test_rule_may_choose_the_account(account, expected):
    rule = event_rule({"detail": {**BY_ROOT["detail"], "recipientAccountId": [account]}})
    assert covers(rule) is expected


def test_rule_for_another_account_is_not_relevant():
    other = {**BY_ROOT, "account": [OTHER_ACCOUNT]}
    assert considered(alternatives(event_rule(other))) is BROKEN


@pytest.mark.parametrize(
    ("state", "everyday", "relevant"),
    [
        ("ENABLED", "DescribeInstances", True),
        ("ENABLED", "CreateLogStream", False),
        ("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", "DescribeInstances", False),
        ("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", "CreateLogStream", False),
    ],
)
def test_rule_that_speaks_all_day_tells_nothing(state, everyday, relevant):
    pattern = {"detail": {"eventName": [everyday, "CreateVpc", "DeleteVpc"]}}
    found = considered(alternatives(event_rule(pattern, state=state)), DELETES)
    assert (found is not BROKEN) is relevant
    assert (found.status is Status.PASS) is relevant


def test_everyday_events_are_those_of_the_account_of_the_rule():
    # The everyday events of the example account must not speak for the others.
    daily = {"detail": {"eventName": ["DescribeInstances", "DeleteVpc"], "recipientAccountId": [OTHER_ACCOUNT]}}
    assert named(event_rule(daily, account=OTHER_ACCOUNT), required=DELETES) == ""
    assert "rule on-event" in named(event_rule(daily), required=DELETES)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"targets": ()}, "rule on-event (in us-east-1): it has no target."),
        (
            {"targets": DENIED},
            "rule on-event (in us-east-1): events:ListTargetsByRule in us-east-1 gave AccessDeniedException",
        ),
        (
            {"targets": DENIED.model_copy(update={"error": FOREIGN_ACCOUNT, "account": OTHER_ACCOUNT})},
            f"rule on-event (in us-east-1): it runs through account {OTHER_ACCOUNT}",
        ),
        (
            {"targets": DENIED.model_copy(update={"action": "sts:AssumeRole", "resource": "Reader"})},
            f"rule on-event (in us-east-1): it runs through account {ACCOUNT}",
        ),
        (
            {"targets": (EventTarget(arn="not-an-arn"),)},
            "rule on-event → not-an-arn (in us-east-1): look whether that target tells somebody.",
        ),
        (
            {"targets": (EventTarget(arn="arn:aws:lambda:us-east-1:1:function:page"),)},
            "rule on-event → arn:aws:lambda:us-east-1:1:function:page (in us-east-1): look whether",
        ),
        (
            {"targets": (EventTarget(arn=f"{TOPIC_ARN}-gone"),)},
            f"rule on-event → topic alerts-gone (in us-east-1): topic {TOPIC_ARN}-gone does not exist.",
        ),
        (
            {"targets": (EventTarget(arn=TOPIC_ARN, role_arn="arn:aws:iam::1:role/r"),)},
            "(in us-east-1): it publishes with role arn:aws:iam::1:role/r, which was not read.",
        ),
        ({"pattern": UNTRANSLATED}, "(email) (in us-east-1): sourceIPAddress is tested with cidr, which"),
        ({"state": "PAUSED"}, "(email) (in us-east-1): its state PAUSED is not known."),
        ({}, f"1 confirmed subscription (email) (in us-east-1): {UNCERTAIN}."),
    ],
)
def test_rule_that_does_not_count_is_named_with_its_reason(changes, told):
    rule = event_rule(**{"pattern": BY_ROOT, **changes})
    sentence = named(rule)
    assert sentence.startswith("EventBridge, which the benchmark's audit does not count: rule on-event")
    assert told in sentence
    assert covers(rule) is (changes == {})


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (None, "topic alerts (in us-east-1): topic arn:aws:sns:us-east-1:111122223333:alerts does not exist."),
        (
            DENIED.model_copy(update={"action": "sns:GetTopicAttributes"}),
            "topic alerts (in us-east-1): sns:GetTopicAttributes in us-east-1 gave AccessDeniedException",
        ),
        (topic(), "topic alerts (in us-east-1): its access policy does not let EventBridge publish"),
        (open_topic(subscription(arn="PendingConfirmation")), "(in us-east-1): it has no confirmed subscription"),
        (open_topic(subscriptions=DENIED), "(in us-east-1): events:ListTargetsByRule in us-east-1 gave"),
        (topic(policy=None), "(in us-east-1): its access policy was not read."),
    ],
)
def test_topic_that_tells_nobody_for_certain_does_not_count(found, told):
    topics = {TOPIC_ARN: found}
    assert told in named(event_rule(BY_ROOT), topics=topics)
    assert not covers(event_rule(BY_ROOT), topics=topics)


def test_reasons_of_pattern_and_target_are_joined():
    rule = event_rule(UNTRANSLATED, targets=(EventTarget(arn=f"{TOPIC_ARN}-gone"),))
    assert "cannot express; topic arn:aws:sns:" in named(rule)


def test_several_remarks_on_a_topic_are_joined_and_notes_left_out():
    waiting = subscription(arn="PendingConfirmation")
    found = topic(waiting, fifo=True, policy=FOR_EVENTBRIDGE)
    sentence = named(event_rule(BY_ROOT), topics={TOPIC_ARN: found})
    assert "; it has no confirmed subscription" in sentence
    noted = topic(subscription(), waiting, fifo=True, policy=FOR_EVENTBRIDGE)
    assert "do not" not in named(event_rule(BY_ROOT), topics={TOPIC_ARN: noted}).partition("(in us-east-1)")[2]


def test_subscriptions_are_counted_and_their_protocols_told_once():
    protocols = ("sms", "email", "email")
    topics = {TOPIC_ARN: open_topic(*(subscription(protocol) for protocol in protocols))}
    assert "→ 3 confirmed subscriptions (email, sms) (in" in named(event_rule(BY_ROOT), topics=topics)


def test_every_target_is_judged():
    targets = (EventTarget(arn=f"{TOPIC_ARN}-gone"), EventTarget(arn=TOPIC_ARN))
    rule = event_rule(BY_ROOT, targets=targets)
    assert covers(rule)
    assert named(rule).count("EventBridge, which") == 2


@pytest.mark.parametrize(
    ("scope", "wanted", "expected"),
    [
        ("MessageBody", {"source": ["aws.iam"]}, "subscription"),
        ("MessageBody", {}, "subscription"),
        ("MessageAttributes", {"severity": ["high"]}, "subscription"),
    ],
)
def test_filter_policy_leaves_open_or_drops_what_a_rule_sends(scope, wanted, expected):
    topics = {TOPIC_ARN: open_topic(filtered(wanted, scope))}
    assert not covers(event_rule(BY_ROOT), topics=topics)
    assert expected not in named(event_rule(BY_ROOT), topics=topics).partition("(in us-east-1)")[0]


def test_filter_policy_of_attributes_that_lets_all_through_tells():
    assert covers(event_rule(BY_ROOT), topics={TOPIC_ARN: open_topic(filtered({}))})


@pytest.mark.parametrize(
    ("pattern", "required", "relevant"),
    [
        (UNTRANSLATED, ROOT, True),
        (UNTRANSLATED, ROOT_SIGN_IN, True),
        (UNTRANSLATED, DELETES, False),
        ({"detail": {"eventName": ["DeleteVpc", {"cidr": ""}]}}, DELETES, True),
        ({"detail": {"NOT": [{"cidr": "EXISTS"}]}}, "{ $.eventName = DeleteVpc && $.errorCode NOT EXISTS }", False),
        ({"detail": {"errorCode": [{"cidr": ""}]}}, "{ $.eventName = DeleteVpc && $.errorCode NOT EXISTS }", False),
    ],
)
def test_rule_that_is_not_understood_is_named_where_it_speaks_of_the_control(pattern, required, relevant):
    assert bool(named(event_rule(pattern), required=required)) is relevant


def test_rule_that_hears_such_events_without_speaking_of_them_is_not_named():
    writes = {"detail": {"readOnly": [False], "eventSource": ["ec2.amazonaws.com"], "errorCode": ["x"]}}
    assert named(event_rule(writes), required="{ $.eventName = DeleteVpc }") == ""


def test_same_rule_is_named_once_for_all_its_regions():
    rules = [event_rule(BY_ROOT, region=region, targets=()) for region in (REGION, ELSEWHERE)]
    assert named(*rules).endswith("count: rule on-event (in eu-west-1, us-east-1): it has no target.")


def test_three_rules_are_named_in_order():
    sentence = named(*(event_rule(BY_ROOT, name, targets=()) for name in "dcba"))
    assert [name for name in "abcd" if f"rule {name} " in sentence] == ["a", "b", "c"]
    assert sentence.index("rule a") < sentence.index("rule b") < sentence.index("rule c")


def whole(**changes):
    """A whole path for what root does, but for `changes`."""
    return resources(metric_filter(pattern=ROOT)).model_copy(update=changes)


METRICS, LOGS = "AWS::CloudWatch::Metric", "AWS::Logs::LogGroup"


def link(*shares, account="999999999999", region=REGION):
    return MonitoringLink(account=account, region=region, shares=shares)


@pytest.mark.parametrize(
    ("links", "told"),
    [
        ([link(METRICS)], "The account shares its metrics with monitoring account 999999999999, where an alarm"),
        ([link(LOGS)], "The account shares its log groups with monitoring account 999999999999"),
        ([link(LOGS, account="2"), link(LOGS, account="1")], "log groups with monitoring account 1, 2, where"),
        ([link("AWS::XRay::Trace")], ""),
    ],
)
def test_monitoring_accounts_are_named_by_what_they_see(links, told):
    sentence = named(links=tuple(links))
    assert told in sentence
    assert bool(told) is bool(sentence)


UNWATCHED = {"alarms": {HERE: Alarms()}}


@pytest.mark.parametrize(
    ("links", "changes", "status"),
    [
        ([link(METRICS)], UNWATCHED, Status.MANUAL),
        ([link()], UNWATCHED, Status.MANUAL),
        ([link(LOGS)], UNWATCHED, Status.FAIL),
        ([link(METRICS, region=ELSEWHERE)], UNWATCHED, Status.FAIL),
        ([link(METRICS)], {**UNWATCHED, "trails": (trail(status=TrailStatus(is_logging=False)),)}, Status.FAIL),
        ([link(METRICS)], {"alarms": {HERE: Alarms(metric_alarms=(alarm(threshold=9.0),))}}, Status.FAIL),
        ([], UNWATCHED, Status.FAIL),
    ],
)
def test_alarm_may_stand_where_the_metric_is_shared(links, changes, status):
    account = whole(**changes)
    failed = judge(AlertPaths(account), Demand(event="root acts", required=parse(ROOT)))
    assert failed.status is Status.FAIL
    found = considered(alternatives(links=tuple(links)), account=account, verdict=failed)
    assert found.status is status
    if status is Status.MANUAL:
        assert found.sentence.startswith(
            "Unknown whether somebody is told when root acts: the account shares its metrics"
        )
        assert "no alarm watches it" in found.sentence


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("", True),
        ('{ $.userIdentity.type = "Root" }', True),
        ('{ $.userIdentity.type = "IAMUser" }', False),
        ("{ broken", True),
    ],
)
def test_subscription_filter_that_sends_such_events_on_is_named(pattern, told):
    arn = "arn:aws:lambda:us-east-1:111122223333:function:to-siem"
    sent = LogSubscription(name="siem", log_group="trail", pattern=pattern, destination=arn)
    sentence = named(log_subscriptions=(sent,))
    assert (f"siem on log group trail to {arn}" in sentence) is told


def state_rule(wanted=None, **changes):
    pattern = {"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"], **(wanted or {})}
    return event_rule(pattern, "on-alarm", **{"state": "ENABLED", **changes})


def silent(**changes):
    """An account whose alarm rings and has no action."""
    return whole(alarms={HERE: Alarms(metric_alarms=(alarm(alarm_actions=(), **changes),))})


def by_rule(*rules, account=None, accept="pass", **changes):
    account = account or silent()
    failed = judge(AlertPaths(account), Demand(event="root acts", required=parse(ROOT)))
    assert failed.status is Status.FAIL
    return considered(alternatives(*rules, **changes), account=account, verdict=failed, accept=accept)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, True),
        ({"detail": {"state": {"value": ["ALARM"]}}}, True),
        ({"detail": {"state": {"value": ["OK"]}}}, False),
        ({"detail": {"alarmName": [{"prefix": "root"}]}}, True),
        ({"detail": {"alarmName": ["other"]}}, False),
        ({"resources": [alarm().arn]}, True),
        ({"resources": [{"wildcard": "*:alarm:cis-*"}]}, False),
        ({"detail": {"previousState": {"value": ["OK", "INSUFFICIENT_DATA"]}}}, True),
        ({"detail": {"previousState": {"value": ["OK"]}}}, None),
        ({"detail": {"state": {"reason": [{"prefix": "Threshold"}]}}}, None),
        ({"detail": {"configuration": {"metrics": {"metricStat": {"metric": {"name": ["RootUsage"]}}}}}}, True),
        ({"detail": {"configuration": {"metrics": {"metricStat": {"metric": {"name": ["Other"]}}}}}}, False),
        ({"detail": {"operation": ["delete"]}}, False),
        ({"account": [OTHER_ACCOUNT]}, False),
    ],
)
def test_rule_on_alarm_state_changes_hears_of_the_alarm_or_not(wanted, expected):
    found = by_rule(state_rule(wanted))
    assert (found.status is Status.PASS) is (expected is True)
    assert ("alarm root-usage → rule on-alarm" in found.sentence) is (expected is not False)
    if expected is None:
        assert "whether it hears of that alarm's state is not certain" in found.sentence


@pytest.mark.parametrize(
    ("accept", "status"), [("named", Status.FAIL), ("manual", Status.MANUAL), ("pass", Status.PASS)]
)
def test_rule_on_alarm_state_changes_counts_as_accepted_in_one_region(accept, status):
    found = by_rule(state_rule(), accept=accept, everywhere=False, regions=())
    assert found.status is status
    assert "alarm root-usage → rule on-alarm → topic alerts → 1 confirmed subscription (email)" in found.sentence


@pytest.mark.parametrize(
    ("changes", "account"),
    [
        ({"region": ELSEWHERE, "targets": (EventTarget(arn=TOPIC_ARN.replace(REGION, ELSEWHERE)),)}, None),
        ({"account": OTHER_ACCOUNT}, None),
        ({}, silent(threshold=5.0)),
        ({}, silent(statistic="Average", metric_name="Other")),
        ({"targets": ()}, None),
        ({"targets": (EventTarget(arn="arn:aws:lambda:us-east-1:1:function:page"),)}, None),
    ],
)
def test_rule_on_alarm_state_changes_that_tells_nobody_does_not_count(changes, account):
    assert by_rule(state_rule(**changes), account=account).status is not Status.PASS


def test_rule_on_the_state_changes_of_an_alarm_that_only_may_ring_may_tell():
    unread = Unread(action="cloudtrail:GetTrailStatus", region=REGION, account=ACCOUNT, error="AccessDenied")
    account = silent()
    (trail,) = account.trails
    verdict = by_rule(state_rule(), account=account.model_copy(update={"trails": (with_(trail, status=unread),)}))
    assert verdict.status is Status.MANUAL
    assert "whether that alarm rings was not seen" in verdict.sentence


def with_(resource, **changes):
    return resource.model_copy(update=changes)


def test_rule_on_alarm_state_changes_hears_of_composite_alarms():
    rings = composite(alarm_actions=())
    account = whole(
        alarms={HERE: Alarms(metric_alarms=(alarm(alarm_actions=()),), composite_alarms=(rings,))},
    )
    rule = state_rule({"detail": {"configuration": {"alarmRule": [{"exists": True}]}}})
    found = by_rule(rule, account=account)
    assert found.status is Status.PASS
    assert "alarm parent → rule on-alarm" in found.sentence


def test_rule_on_alarm_state_changes_in_an_unknown_state_does_not_count():
    found = by_rule(state_rule(state="PAUSED"))
    assert found.status is Status.MANUAL
    assert "its state PAUSED is not known" in found.sentence


def test_more_patterns_than_can_be_decided_are_named_and_never_count():
    hard = {"detail": {"userIdentity": {"type": ["Root"]}, "x": [{"wildcard": f"*{'y' * 3_000}*"}]}}
    rules = [event_rule({**hard, "id": [str(number)]}, f"hard-{99 - number}", targets=()) for number in range(20)]
    sentence = named(*rules)
    assert "rule hard-80" in sentence
    assert "its pattern was not decided, as there are too many of them; it has no target" in sentence
    assert covers(*rules, event_rule(BY_ROOT))


def test_disabled_actions_and_topics_that_are_gone_do_not_silence_a_rule():
    for changes in ({"actions_enabled": False}, {"alarm_actions": (f"{TOPIC_ARN}-gone",)}):
        account = whole(alarms={HERE: Alarms(metric_alarms=(alarm(**changes),))}, topics={f"{TOPIC_ARN}-gone": None})
        assert by_rule(state_rule(), account=account).status is Status.PASS


def test_topic_of_another_region_is_no_target():
    rule = event_rule(BY_ROOT, targets=(EventTarget(arn=TOPIC_ARN.replace(REGION, ELSEWHERE)),))
    assert "it is in Region eu-west-1" in named(rule)


def test_listing_that_failed_is_said_once():
    failed = [Unread(action="events:ListRules", region=region, account=ACCOUNT, error="Denied") for region in "ab"]
    links = Unread(action="oam:ListLinks", region=REGION, account=ACCOUNT, error="Throttled")
    assert named(unread=(*failed, links)) == (
        "Alternatives were not looked at as a whole: events:ListRules gave Denied. "
        "Alternatives were not looked at as a whole: oam:ListLinks gave Throttled."
    )


@pytest.mark.parametrize(
    ("changes", "named"), [({}, True), ({"unread": DENIED}, False), ({"pattern": "{ oops"}, False)]
)
def test_filters_on_groups_without_a_trail_are_named_as_far_as_they_were_read(changes, named):
    one = metric_filter(**{"name": "astray", "log_group": "lonely", "pattern": ROOT, **changes})
    found = considered(alternatives(other_filters=(one,)))
    assert ("astray on log group lonely" in " ".join(found.alternatives)) is named
