"""Rows of the table of scenarios: what is changed in the organisation, who is scanned, and the right answer."""

from __future__ import annotations

import json
from dataclasses import dataclass

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import LOG_GROUP, NAMESPACE, REGION, TRAIL
from prowler_cis_monitoring.demo.organization import (
    ARCHIVE,
    MANAGEMENT,
    MEMBER,
    OTHER_MEMBER,
    healthy_organization,
    topic_arn,
)

ROOT = CONTROLS["root_usage"].suggested_pattern.strip("{} ")


@dataclass(frozen=True)
class Row:
    """One scan; `role` says whether the configuration names a role for other accounts."""

    name: str
    account: str
    role: bool
    status: str
    words: tuple[str, ...]
    changes: dict


def row(name, account, status, *words, role=True, **changes):
    return Row(name, account, role, status, words, changes)


def pattern(text):
    return {"metric_filter": {"filterPattern": f"{{ {text} }}"}}


def selectors(**selector):
    whole = {"ReadWriteType": "All", "IncludeManagementEvents": True, **selector}
    return {"selectors": {"EventSelectors": [whole]}}


def client(sessions, account, service):
    return sessions.of(account).client(service, region_name=REGION)


def selection(criteria):
    return {
        "afterwards": (
            lambda _: moto_gaps.set_metric_filter_fields(
                "root-usage", {"fieldSelectionCriteria": criteria}, REGION, ARCHIVE
            ),
        )
    }


def by_account_dimension(account):
    return {
        "transformation": {"dimensions": {"account": "$.recipientAccountId"}},
        "alarm": {"Dimensions": [{"Name": "account", "Value": account}]},
    }


def second_filter(text):
    def build(sessions):
        client(sessions, ARCHIVE, "logs").put_metric_filter(
            logGroupName=LOG_GROUP,
            filterName="second",
            filterPattern=f"{{ {text} }}",
            metricTransformations=[{"metricName": "Second", "metricNamespace": NAMESPACE, "metricValue": "1"}],
        )
        alarm = {**healthy_organization().path.alarm, "AlarmName": "second", "MetricName": "Second"}
        client(sessions, ARCHIVE, "cloudwatch").put_metric_alarm(**alarm)

    return build


def statement(principal, action, resource, account=None):
    condition = {"Condition": {"StringEquals": {"aws:SourceAccount": account}}} if account else {}
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource, **condition}
            ],
        }
    )


CLOUDWATCH = {"Service": "cloudwatch.amazonaws.com"}


def central_topic(source=None, owner=MANAGEMENT):
    policy = statement(CLOUDWATCH, "sns:Publish", topic_arn(owner), source)
    return {"topic_account": owner, "topic": {"Policy": policy}}


def foreign_key(policy=None, owner=MANAGEMENT, *, disabled=False):
    def build(sessions):
        kms = client(sessions, owner, "kms")
        key = kms.create_key(**({"Policy": policy} if policy else {}))["KeyMetadata"]
        if disabled:
            kms.disable_key(KeyId=key["KeyId"])
        client(sessions, ARCHIVE, "sns").set_topic_attributes(
            TopicArn=topic_arn(ARCHIVE), AttributeName="KmsMasterKeyId", AttributeValue=key["Arn"]
        )

    return {"afterwards": (build,)}


KEY_POLICY = statement(CLOUDWATCH, ["kms:Decrypt", "kms:GenerateDataKey*"], "*")


def local_copy(*, live):
    """A log group of the same name in the member, with filter, alarm and topic; a trail of its own when `live`."""

    def build(sessions):
        path = healthy_organization().path
        own = topic_arn(MEMBER)
        trail = {
            "Name": "own-trail",
            "S3BucketName": "own-trail",
            "IsOrganizationTrail": False,
            "CloudWatchLogsLogGroupArn": f"arn:aws:logs:{REGION}:{MEMBER}:log-group:{LOG_GROUP}:*",
        }
        changed = path.changed(trail=trail if live else {}, alarm={"AlarmActions": [own]})
        (changed if live else changed.changed(trail=None)).build(sessions.of(MEMBER))

    return {"afterwards": (build,)}


def delete_log_group(sessions):
    client(sessions, ARCHIVE, "logs").delete_log_group(logGroupName=LOG_GROUP)


def delete_topic(sessions):
    client(sessions, ARCHIVE, "sns").delete_topic(TopicArn=topic_arn(ARCHIVE))


ONLY_MEMBER = f'{ROOT} && $.recipientAccountId = "{MEMBER}"'
ALL_BUT_MEMBER = f'{ROOT} && $.recipientAccountId != "{MEMBER}"'
SHARED = {**pattern(ONLY_MEMBER), "afterwards": (second_filter(ALL_BUT_MEMBER),)}

ROWS = (
    # Healthy
    row("healthy-member", MEMBER, "PASS", f"trail {TRAIL} of account {MANAGEMENT}", f"of account {ARCHIVE}", "email"),
    row("healthy-other-member", OTHER_MEMBER, "PASS", "email"),
    row("healthy-archive", ARCHIVE, "PASS", "every account of the organisation"),
    row("healthy-archive-without-role", ARCHIVE, "PASS", "every account of the organisation", role=False),
    row("healthy-management", MANAGEMENT, "PASS", "every account of the organisation"),
    # Without a role
    row("member-without-role", MEMBER, "MANUAL", f"scan account {MANAGEMENT}", "seen from here", role=False),
    row("management-without-role", MANAGEMENT, "MANUAL", f"scan account {ARCHIVE}", role=False),
    row(
        "single-region-without-role",
        MEMBER,
        "FAIL",
        "IsMultiRegionTrail is false",
        role=False,
        trail={"IsMultiRegionTrail": False},
    ),
    row(
        "broken-far-away-without-role", MEMBER, "MANUAL", "cross_account_role", role=False, alarm={"Threshold": 1000.0}
    ),
    row("local-group-of-that-name", MEMBER, "MANUAL", "cross_account_role", role=False, **local_copy(live=False)),
    row("local-path-without-role", MEMBER, "PASS", "trail own-trail", role=False, **local_copy(live=True)),
    # Broken in the management account
    row("no-trail", MEMBER, "FAIL", "there is no trail", trail=None),
    row("trail-not-logging", MEMBER, "FAIL", "IsLogging is false", logging=False),
    row("trail-not-logging-management", MANAGEMENT, "FAIL", "IsLogging is false", logging=False),
    row("single-region", MEMBER, "FAIL", "IsMultiRegionTrail is false", trail={"IsMultiRegionTrail": False}),
    row(
        "no-log-group",
        MEMBER,
        "FAIL",
        "delivers to no log group",
        trail={"CloudWatchLogsLogGroupArn": None, "CloudWatchLogsRoleArn": None},
    ),
    row("write-only", MEMBER, "FAIL", "missed event", **selectors(ReadWriteType="WriteOnly")),
    row("no-management-events", MEMBER, "FAIL", "no management events", **selectors(IncludeManagementEvents=False)),
    row(
        "kms-excluded",
        MEMBER,
        "FAIL",
        "kms.amazonaws.com",
        **selectors(ExcludeManagementEventSources=["kms.amazonaws.com"]),
    ),
    row(
        "delivery-failing",
        MEMBER,
        "FAIL",
        "AccessDenied",
        afterwards=(
            lambda _: moto_gaps.set_trail_status(
                TRAIL, {"LatestCloudWatchLogsDeliveryError": "AccessDenied"}, REGION, MANAGEMENT
            ),
        ),
    ),
    # Broken in the log archive
    row("log-group-deleted", MEMBER, "FAIL", "does not exist", afterwards=(delete_log_group,)),
    row(
        "log-group-class",
        MEMBER,
        "FAIL",
        "INFREQUENT_ACCESS",
        afterwards=(lambda _: moto_gaps.set_log_group_class(LOG_GROUP, "INFREQUENT_ACCESS", REGION, ARCHIVE),),
    ),
    row("no-filter", MEMBER, "FAIL", "no metric filter", metric_filter=None),
    row("filter-too-narrow", MEMBER, "FAIL", "ConsoleLogin", **pattern(f"{ROOT} && $.eventName != ConsoleLogin")),
    row("no-alarm", MEMBER, "FAIL", "no alarm", alarm={"MetricName": "Other"}),
    row("threshold", MEMBER, "FAIL", "1000", alarm={"Threshold": 1000.0}),
    row("alarm-elsewhere", MEMBER, "FAIL", "no alarm", alarm_region="eu-west-1"),
    row("actions-disabled", MEMBER, "FAIL", "ActionsEnabled is false", alarm={"ActionsEnabled": False}),
    row("topic-deleted", MEMBER, "FAIL", "does not exist", afterwards=(delete_topic,)),
    row("nobody-subscribed", MEMBER, "FAIL", "no subscription", subscription=None),
    row(
        "pending",
        MEMBER,
        "FAIL",
        "confirm",
        afterwards=(lambda _: moto_gaps.leave_subscription_pending(topic_arn(ARCHIVE), REGION, ARCHIVE),),
    ),
    # Filters that look at some accounts
    row("scoped-to-this-member", MEMBER, "PASS", "email", **pattern(ONLY_MEMBER)),
    row("scoped-to-another-member", OTHER_MEMBER, "FAIL", "recipientAccountId", "missed event", **pattern(ONLY_MEMBER)),
    row("scoped-to-a-member-management", MANAGEMENT, "FAIL", "recipientAccountId", **pattern(ONLY_MEMBER)),
    row("all-but-this-member", MEMBER, "FAIL", "recipientAccountId", **pattern(ALL_BUT_MEMBER)),
    row("all-but-another-member", OTHER_MEMBER, "PASS", "email", **pattern(ALL_BUT_MEMBER)),
    row(
        "all-but-another-member-archive",
        ARCHIVE,
        "PASS",
        f"holds for account {ARCHIVE} and not for every other",
        **pattern(ALL_BUT_MEMBER),
    ),
    row("shared-by-account", MEMBER, "PASS", "root-usage", **SHARED),
    row("shared-by-account-other", OTHER_MEMBER, "PASS", "second", **SHARED),
    row("shared-by-account-archive", ARCHIVE, "PASS", "every account of the organisation", **SHARED),
    row("by-identity-account", MEMBER, "PASS", "email", **pattern(f'{ROOT} && $.userIdentity.accountId = "{MEMBER}"')),
    row(
        "by-another-identity-account",
        OTHER_MEMBER,
        "FAIL",
        "accountId",
        **pattern(f'{ROOT} && $.userIdentity.accountId = "{MEMBER}"'),
    ),
    row("dimension-of-this-member", MEMBER, "PASS", "email", **by_account_dimension(MEMBER)),
    row("dimension-of-another-member", OTHER_MEMBER, "FAIL", "recipientAccountId", **by_account_dimension(MEMBER)),
    row("selection-of-this-member", MEMBER, "MANUAL", "not documented", **selection(f'@aws.account = "{MEMBER}"')),
    row(
        "selection-of-another-member",
        OTHER_MEMBER,
        "FAIL",
        f"leaves out account {OTHER_MEMBER}",
        **selection(f'@aws.account = "{MEMBER}"'),
    ),
    row("selection-of-the-archive", MEMBER, "MANUAL", "not documented", **selection(f'@aws.account = "{ARCHIVE}"')),
    row(
        "selection-of-both", MEMBER, "PASS", "admits account", **selection(f'@aws.account IN ["{ARCHIVE}", "{MEMBER}"]')
    ),
    row(
        "selection-archive",
        ARCHIVE,
        "PASS",
        f"holds for account {ARCHIVE} and not",
        **selection(f'@aws.account = "{ARCHIVE}"'),
    ),
    # Topics and keys elsewhere
    row("central-topic", MEMBER, "PASS", f"topic security-alerts of account {MANAGEMENT}", **central_topic()),
    row("central-topic-of-the-alarms-account", MEMBER, "PASS", "email", **central_topic(ARCHIVE)),
    row("central-topic-of-another-account", MEMBER, "FAIL", "does not let CloudWatch", **central_topic(MEMBER)),
    row("central-topic-refuses", MEMBER, "FAIL", "does not let CloudWatch", topic_account=MANAGEMENT),
    row("central-topic-without-role", ARCHIVE, "MANUAL", f"scan account {MANAGEMENT}", role=False, **central_topic()),
    row("topic-in-the-member", MEMBER, "PASS", "email", **central_topic(owner=MEMBER)),
    row("central-topic-unsubscribed", MEMBER, "FAIL", "no subscription", subscription=None, **central_topic()),
    row("foreign-key", MEMBER, "PASS", "email", **foreign_key(KEY_POLICY)),
    row("foreign-key-refuses", MEMBER, "FAIL", "does not let CloudWatch call kms:Decrypt", **foreign_key()),
    row("foreign-key-disabled", MEMBER, "FAIL", "Disabled", **foreign_key(KEY_POLICY, disabled=True)),
    row(
        "foreign-key-without-role",
        ARCHIVE,
        "MANUAL",
        f"scan account {MANAGEMENT}",
        role=False,
        **foreign_key(KEY_POLICY),
    ),
    row("foreign-key-of-a-third-account", MEMBER, "PASS", "email", **foreign_key(KEY_POLICY, OTHER_MEMBER)),
)
