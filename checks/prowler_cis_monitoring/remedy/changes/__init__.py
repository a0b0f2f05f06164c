"""The changes that can mend an alert path: each a frozen value that says what it does to what is known of an account.

How a change is written for the AWS CLI, CloudFormation or Terraform is the business of `forms`. A change only adds, or
completes what exists: none deletes anything, and none takes away what somebody else has set.
"""

from prowler_cis_monitoring.remedy.changes.alarms import (
    AddAlarmAction,
    EnableAlarmActions,
    PutMetricAlarm,
    PutMetricFilter,
)
from prowler_cis_monitoring.remedy.changes.change import Change, apply_all, is_writable
from prowler_cis_monitoring.remedy.changes.topics import (
    ConfirmSubscription,
    CreateTopic,
    PutKeyPolicy,
    SetTopicPolicy,
    Subscribe,
)
from prowler_cis_monitoring.remedy.changes.trails import (
    ALL_MANAGEMENT_EVENTS,
    AddEventSelector,
    CreateLogGroup,
    CreateTrail,
    DeliverToLogGroup,
    RecordEveryRegion,
    StartLogging,
)

__all__ = [
    "ALL_MANAGEMENT_EVENTS",
    "AddAlarmAction",
    "AddEventSelector",
    "Change",
    "ConfirmSubscription",
    "CreateLogGroup",
    "CreateTopic",
    "CreateTrail",
    "DeliverToLogGroup",
    "EnableAlarmActions",
    "PutKeyPolicy",
    "PutMetricAlarm",
    "PutMetricFilter",
    "RecordEveryRegion",
    "SetTopicPolicy",
    "StartLogging",
    "Subscribe",
    "apply_all",
    "is_writable",
]
