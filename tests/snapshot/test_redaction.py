import json
from datetime import datetime, timezone

import pytest

from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    Alarms,
    Alternatives,
    EventSelectors,
    FailedAction,
    Scope,
    Trail,
    TrailStatus,
    Unread,
)
from prowler_cis_monitoring.alert_path.verdict import Status
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decide
from prowler_cis_monitoring.settings import Settings
from prowler_cis_monitoring.snapshot import Snapshot, dump
from prowler_cis_monitoring.snapshot.redaction import redacted
from tests.alert_path.builders import (
    ACCOUNT,
    OTHER_ACCOUNT,
    REGION,
    TOPIC_ARN,
    alarm,
    composite,
    event_rule,
    filtered,
    log_group,
    metric_filter,
    policy,
    statement,
    subscription,
    topic,
)

ROOT = CONTROLS["root_usage"]
GROUP = log_group("Acme-Trail")
SCOPE = Scope(account=ACCOUNT, region=REGION)


def trail(**changes):
    defaults = {
        "arn": f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/acme-main",
        "name": "acme-main",
        "account": ACCOUNT,
        "home_region": REGION,
        "multi_region": True,
        "log_group_arn": f"{GROUP.arn}:*",
        "role_arn": f"arn:aws:iam::{ACCOUNT}:role/AcmeTrailRole",
        "status": TrailStatus(is_logging=True),
        "selectors": EventSelectors(),
    }
    return Trail(**{**defaults, **changes})


def snapshot(topics=None, alarms=None, pattern=ROOT.suggested_pattern, **changes):
    root = metric_filter(
        name="acme-root", log_group="Acme-Trail", pattern=pattern, metric_name="AcmeRoot", namespace="AcmeNs"
    )
    group = GROUP.model_copy(update={"metric_filters": (root,)})
    rings = alarm("acme-alarm", metric_name="AcmeRoot", namespace="AcmeNs")
    resources = AccountResources(
        account=ACCOUNT,
        trails=(trail(),),
        log_groups={group.arn: group},
        alarms={SCOPE: alarms or Alarms(metric_alarms=(rings,))},
        topics=topics or {TOPIC_ARN: topic()},
        listed_regions=(REGION,),
    )
    return Snapshot(**{"resources": resources, **changes})


def verdict(found, slug="root_usage"):
    settings = Settings.read({"cis_monitoring": found.settings})
    return decide(CONTROLS[slug], AlertPaths(found.resources), settings, found.alternatives)


def text_of(found):
    return json.dumps(dump(found))


def test_no_account_name_or_address_of_a_good_account_is_left():
    before = snapshot(profile="acme-audit", organization={"account_name": "Acme"})
    after = redacted(before)
    assert verdict(before).status is verdict(after).status
    text = text_of(after).lower()
    for told in (ACCOUNT, "acme", "security@example.com", ":alerts"):
        assert told not in text, told
    assert "person-1@example.com" in text


def test_the_same_name_has_the_same_pseudonym_everywhere():
    after = redacted(snapshot())
    (found,) = after.resources.trails
    (group,) = after.resources.log_groups.values()
    (topic_arn,) = after.resources.topics
    (rings,) = after.resources.alarms[Scope(account=after.account, region=REGION)].metric_alarms
    assert found.log_group_arn == f"{group.arn}:*"
    assert group.metric_filters[0].metric_name == rings.metric_name
    assert rings.alarm_actions == (topic_arn,)
    assert found.account == after.account == group.account


def test_pseudonyms_keep_the_order_of_the_names():
    names = [f"acme-{letter}" for letter in "kbxa"]
    many = Alarms(metric_alarms=tuple(alarm(name, metric_name="AcmeRoot", namespace="AcmeNs") for name in names))
    after = redacted(snapshot(alarms=many))
    written = [one.name for one in after.resources.alarms[Scope(account=after.account, region=REGION)].metric_alarms]
    assert sorted(range(4), key=names.__getitem__) == sorted(range(4), key=written.__getitem__)


def test_rules_of_composite_alarms_speak_of_the_pseudonyms():
    alarms = Alarms(
        metric_alarms=(alarm("acme-alarm", metric_name="AcmeRoot", namespace="AcmeNs", alarm_actions=()),),
        composite_alarms=(composite("acme-any", 'ALARM("acme-alarm") OR ALARM("acme-gone")'),),
    )
    before = snapshot(alarms=alarms)
    after = redacted(before)
    assert verdict(after).status is verdict(before).status
    assert "acme" not in text_of(after)


def test_a_rule_that_cannot_be_read_stays_but_for_accounts():
    alarms = Alarms(
        metric_alarms=(alarm("acme-alarm", metric_name="AcmeRoot", namespace="AcmeNs"),),
        composite_alarms=(composite("acme-any", f"ALARM({ACCOUNT}"),),
    )
    assert ACCOUNT not in text_of(redacted(snapshot(alarms=alarms)))


def test_account_ids_in_patterns_and_exclusions_change_together():
    excluded = f'{{ $.userIdentity.arn = "arn:aws:iam::{OTHER_ACCOUNT}:root" }}'
    pattern = f'{{ $.userIdentity.type = "Root" && $.userIdentity.arn != "arn:aws:iam::{OTHER_ACCOUNT}:root" }}'
    settings = {"controls": {"root_usage": {"exclusions": [excluded]}}}
    before = snapshot(pattern=pattern, settings=settings)
    after = redacted(before)
    assert verdict(after).status is verdict(before).status
    assert OTHER_ACCOUNT not in text_of(after)


def test_names_that_a_wildcard_of_a_policy_means_are_kept_and_no_others():
    allowed = policy(statement(principal={"Service": "cloudwatch.amazonaws.com"}, resource="arn:aws:sns:*:*:al*"))
    before = snapshot(topics={TOPIC_ARN: topic(policy=allowed)})
    after = redacted(before)
    assert verdict(after).status is verdict(before).status
    assert ":alerts" in text_of(after)
    assert ACCOUNT not in text_of(after)
    assert "AcmeRoot" not in text_of(after)


def test_descriptions_are_left_out_unless_a_filter_policy_reads_them():
    alarms = Alarms(
        metric_alarms=(alarm("acme-alarm", metric_name="AcmeRoot", namespace="AcmeNs", description="acme desk"),)
    )
    assert "acme desk" not in text_of(redacted(snapshot(alarms=alarms)))
    reads = filtered({"AlarmDescription": ["acme desk"]}, scope="MessageBody")
    before = snapshot(alarms=alarms, topics={TOPIC_ARN: topic(reads)})
    after = redacted(before)
    assert verdict(after).status is verdict(before).status is Status.PASS
    assert "acme desk" in text_of(after)


def test_a_policy_that_is_no_json_stays_but_for_accounts():
    before = snapshot(topics={TOPIC_ARN: topic(policy=f"account {ACCOUNT}")})
    assert ACCOUNT not in text_of(redacted(before))


def test_the_texts_of_failures_are_dropped():
    failed = FailedAction(action=TOPIC_ARN, at=datetime(2026, 1, 1, tzinfo=timezone.utc), summary="Acme forbids it")
    alarms = Alarms(metric_alarms=(alarm("acme-alarm", metric_name="AcmeRoot", namespace="AcmeNs", history=(failed,)),))
    assert "Acme forbids" not in text_of(redacted(snapshot(alarms=alarms)))


@pytest.mark.parametrize(
    ("protocol", "endpoint", "written"),
    [
        ("sms", "+15550001111", "+15550000001"),
        ("https", "https://hooks.acme.example/x", "https://hook-1.example.com/"),
        ("sqs", f"arn:aws:sqs:{REGION}:{ACCOUNT}:acme-queue", None),
    ],
)
def test_addresses_have_pseudonyms_of_their_kind(protocol, endpoint, written):
    after = redacted(snapshot(topics={TOPIC_ARN: topic(subscription(protocol, endpoint=endpoint))}))
    (found,) = after.resources.topics.values()
    told = found.subscriptions[0].endpoint
    assert written in (told, None)
    assert ACCOUNT not in told
    assert "hooks.acme" not in told


def test_what_was_not_read_and_other_ways_out_have_no_names_either():
    unread = Unread(
        action="sns:GetTopicAttributes", region=REGION, account=ACCOUNT, resource=TOPIC_ARN, error="AccessDenied"
    )
    rules = Alternatives(rules=(event_rule({"source": ["aws.signin"]}, name="acme-rule"),), topics={TOPIC_ARN: topic()})
    text = text_of(redacted(snapshot(topics={TOPIC_ARN: unread}, alternatives=rules)))
    assert ACCOUNT not in text
    assert "acme" not in text
