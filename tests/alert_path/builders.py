"""A healthy alert path's resources; a test names only what it changes."""

from __future__ import annotations

import json

from prowler_cis_monitoring.alert_path.metric import publication
from prowler_cis_monitoring.alert_path.resources import (
    CompositeAlarm,
    EventRule,
    EventTarget,
    Key,
    LogGroup,
    MetricAlarm,
    MetricFilter,
    MetricQuery,
    MetricStat,
    Subscription,
    SubscriptionAttributes,
    Topic,
)

ACCOUNT = "111122223333"
OTHER_ACCOUNT = "444455556666"
REGION = "us-east-1"
TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd"


def alarm_arn(name):
    return f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"


def log_group(name="trail", account=ACCOUNT, region=REGION):
    arn = f"arn:aws:logs:{region}:{account}:log-group:{name}"
    return LogGroup(arn=arn, name=name, region=region, account=account)


def metric_filter(**changes):
    defaults = {"name": "root", "log_group": "trail", "pattern": "", "metric_name": "RootUsage", "namespace": "CIS"}
    return MetricFilter(**{**defaults, **changes})


def feed(group=None, **changes):
    return publication(metric_filter(**changes), group or log_group())


def alarm(name="root-usage", **changes):
    defaults = {
        "arn": alarm_arn(name),
        "name": name,
        "region": REGION,
        "account": ACCOUNT,
        "alarm_actions": (TOPIC_ARN,),
        "namespace": "CIS",
        "metric_name": "RootUsage",
        "statistic": "Sum",
        "period": 300,
        "threshold": 1.0,
        "comparison": "GreaterThanOrEqualToThreshold",
    }
    return MetricAlarm(**{**defaults, **changes})


def stat(metric_name="RootUsage", **changes):
    defaults = {"namespace": "CIS", "metric_name": metric_name, "period": 300, "statistic": "Sum"}
    return MetricStat(**{**defaults, **changes})


def math_alarm(expression, *others, m1=None, **changes):
    """An alarm on an expression over m1, the metric of the filter, and over others, which no filter feeds."""
    queries = [
        MetricQuery(id="e1", expression=expression),
        MetricQuery(id="m1", metric=m1 or stat(), return_data=False),
        *(MetricQuery(id=other, metric=stat(f"metric-{other}"), return_data=False) for other in others),
    ]
    plain = {"namespace": None, "metric_name": None, "statistic": None, "period": None}
    return alarm(**{**plain, "queries": tuple(queries), **changes})


def composite(name="parent", rule='ALARM("root-usage")', **changes):
    defaults = {
        "arn": alarm_arn(name),
        "name": name,
        "region": REGION,
        "account": ACCOUNT,
        "alarm_actions": (TOPIC_ARN,),
        "rule": rule,
    }
    return CompositeAlarm(**{**defaults, **changes})


def statement(effect="Allow", principal="*", action="sns:Publish", resource=TOPIC_ARN, condition=None, **more):
    made = {"Effect": effect, "Principal": principal, "Action": action, "Resource": resource, **more}
    if condition:
        made["Condition"] = condition
    return {key: value for key, value in made.items() if value is not None}


def policy(*statements, version="2012-10-17"):
    return json.dumps({"Version": version, "Statement": list(statements)})


DEFAULT_POLICY = policy(
    statement(
        principal={"AWS": "*"},
        action=["SNS:GetTopicAttributes", "SNS:Publish"],
        condition={"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
        Sid="__default_statement_ID",
    ),
    version="2008-10-17",
)


def subscription(protocol="email", **changes):
    defaults = {
        "arn": f"{TOPIC_ARN}:0001",
        "protocol": protocol,
        "endpoint": "security@example.com",
        "attributes": SubscriptionAttributes(),
    }
    return Subscription(**{**defaults, **changes})


def filtered(filter_policy, scope="MessageAttributes", protocol="email"):
    text = filter_policy if isinstance(filter_policy, str) else json.dumps(filter_policy)
    return subscription(protocol, attributes=SubscriptionAttributes(filter_policy=text, filter_policy_scope=scope))


def topic(*subscriptions, **changes):
    defaults = {
        "arn": TOPIC_ARN,
        "name": "alerts",
        "region": REGION,
        "account": ACCOUNT,
        "policy": DEFAULT_POLICY,
        "subscriptions": subscriptions or (subscription(),),
    }
    return Topic(**{**defaults, **changes})


def key(**changes):
    allow = statement(
        principal={"Service": "cloudwatch.amazonaws.com"},
        action=["kms:Decrypt", "kms:GenerateDataKey*"],
        resource="*",
    )
    return Key(**{"arn": KEY_ARN, "key_id": "1234abcd", "account": ACCOUNT, "policy": policy(allow), **changes})


def event_rule(pattern, name="on-event", **changes):
    defaults = {
        "arn": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}",
        "name": name,
        "region": REGION,
        "account": ACCOUNT,
        "pattern": pattern if isinstance(pattern, str) else json.dumps(pattern),
        "state": "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
        "targets": (EventTarget(arn=TOPIC_ARN),),
    }
    return EventRule(**{**defaults, **changes})


def slugs(found):
    """The slugs of remarks, or of the remarks of a judgement."""
    return [one.rule.slug for one in getattr(found, "remarks", found)]
