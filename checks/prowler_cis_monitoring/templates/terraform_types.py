"""What the AWS provider of Terraform calls things: its types and arguments, with CloudFormation's names for the same.

Source: the AWS provider's pages of the resources.
"""

from __future__ import annotations

from collections.abc import Mapping

from prowler_cis_monitoring.templates import declared as types

_ACTIONS = {
    "alarm_name": "AlarmName",
    "alarm_description": "AlarmDescription",
    "actions_enabled": "ActionsEnabled",
    "alarm_actions": "AlarmActions",
    "ok_actions": "OKActions",
    "insufficient_data_actions": "InsufficientDataActions",
}
# Terraform's types and arguments, with CloudFormation's names for the same.
TYPES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "aws_cloudtrail": (
        types.TRAIL,
        {
            "name": "TrailName",
            "is_multi_region_trail": "IsMultiRegionTrail",
            "include_global_service_events": "IncludeGlobalServiceEvents",
            "is_organization_trail": "IsOrganizationTrail",
            "enable_logging": "IsLogging",
            "cloud_watch_logs_group_arn": "CloudWatchLogsLogGroupArn",
            "cloud_watch_logs_role_arn": "CloudWatchLogsRoleArn",
            "event_selector": "EventSelectors",
            "advanced_event_selector": "AdvancedEventSelectors",
        },
    ),
    "aws_cloudwatch_log_group": (types.LOG_GROUP, {"name": "LogGroupName", "log_group_class": "LogGroupClass"}),
    "aws_cloudwatch_log_metric_filter": (
        types.METRIC_FILTER,
        {
            "name": "FilterName",
            "pattern": "FilterPattern",
            "log_group_name": "LogGroupName",
            "metric_transformation": "MetricTransformations",
            "apply_on_transformed_logs": "ApplyOnTransformedLogs",
        },
    ),
    "aws_cloudwatch_metric_alarm": (
        types.ALARM,
        {
            **_ACTIONS,
            "comparison_operator": "ComparisonOperator",
            "evaluation_periods": "EvaluationPeriods",
            "metric_name": "MetricName",
            "namespace": "Namespace",
            "period": "Period",
            "statistic": "Statistic",
            "extended_statistic": "ExtendedStatistic",
            "threshold": "Threshold",
            "datapoints_to_alarm": "DatapointsToAlarm",
            "dimensions": "Dimensions",
            "treat_missing_data": "TreatMissingData",
            "unit": "Unit",
            "evaluate_low_sample_count_percentiles": "EvaluateLowSampleCountPercentile",
            "metric_query": "Metrics",
            "threshold_metric_id": "ThresholdMetricId",
        },
    ),
    "aws_cloudwatch_composite_alarm": (
        types.COMPOSITE_ALARM,
        {**_ACTIONS, "alarm_rule": "AlarmRule", "actions_suppressor": "ActionsSuppressor"},
    ),
    "aws_sns_topic": (
        types.TOPIC,
        {"name": "TopicName", "policy": "Policy", "kms_master_key_id": "KmsMasterKeyId", "fifo_topic": "FifoTopic"},
    ),
    "aws_sns_topic_policy": (types.TOPIC_POLICY, {"arn": "Topics", "policy": "PolicyDocument"}),
    "aws_sns_topic_subscription": (
        types.SUBSCRIPTION,
        {
            "topic_arn": "TopicArn",
            "protocol": "Protocol",
            "endpoint": "Endpoint",
            "filter_policy": "FilterPolicy",
            "filter_policy_scope": "FilterPolicyScope",
        },
    ),
    "aws_cloudwatch_event_rule": (
        types.EVENT_RULE,
        {"name": "Name", "event_pattern": "EventPattern", "state": "State", "event_bus_name": "EventBusName"},
    ),
    "aws_kms_key": (types.KEY, {"policy": "KeyPolicy", "is_enabled": "Enabled"}),
    "aws_kms_alias": (types.ALIAS, {"name": "AliasName", "target_key_id": "TargetKeyId"}),
}
BLOCKS = {
    "MetricTransformations": {
        "name": "MetricName",
        "namespace": "MetricNamespace",
        "value": "MetricValue",
        "default_value": "DefaultValue",
        "unit": "Unit",
        "dimensions": "Dimensions",
    },
    "EventSelectors": {
        "read_write_type": "ReadWriteType",
        "include_management_events": "IncludeManagementEvents",
        "exclude_management_event_sources": "ExcludeManagementEventSources",
    },
    "AdvancedEventSelectors": {"name": "Name", "field_selector": "FieldSelectors"},
    "FieldSelectors": {
        "field": "Field",
        "equals": "Equals",
        "starts_with": "StartsWith",
        "ends_with": "EndsWith",
        "not_equals": "NotEquals",
        "not_starts_with": "NotStartsWith",
        "not_ends_with": "NotEndsWith",
    },
    "Metrics": {
        "id": "Id",
        "expression": "Expression",
        "metric": "MetricStat",
        "return_data": "ReturnData",
        "period": "Period",
        "account_id": "AccountId",
    },
    "MetricStat": {
        "metric_name": "MetricName",
        "namespace": "Namespace",
        "period": "Period",
        "stat": "Stat",
        "unit": "Unit",
        "dimensions": "Dimensions",
    },
}
NAME_ARGUMENTS = {
    types.TRAIL: "name",
    types.LOG_GROUP: "name",
    types.METRIC_FILTER: "name",
    types.ALARM: "alarm_name",
    types.COMPOSITE_ALARM: "alarm_name",
    types.TOPIC: "name",
    types.ALIAS: "name",
    types.EVENT_RULE: "name",
}
ARNS = {
    types.TRAIL: ("cloudtrail", "trail/"),
    types.LOG_GROUP: ("logs", "log-group:"),
    types.ALARM: ("cloudwatch", "alarm:"),
    types.COMPOSITE_ALARM: ("cloudwatch", "alarm:"),
    types.TOPIC: ("sns", ""),
    types.KEY: ("kms", "key/"),
    types.ALIAS: ("kms", ""),
    types.EVENT_RULE: ("events", "rule/"),
}
# What an argument takes of a resource that is referred to as a whole, as by a splat.
WANTED = {"log_group_name": "name", "metric_name": "id", "kms_master_key_id": "id", "target_key_id": "key_id"}
LISTS = {"alarm_actions", "ok_actions", "insufficient_data_actions"}
# Arguments that name another resource: what is known after apply there is what the references lead to. Elsewhere, as in
# a policy that is put together of an ARN, nothing but what was planned is the value.
NAMING = frozenset(
    (
        *LISTS,
        "alarm",
        "arn",
        "cloud_watch_logs_group_arn",
        "cloud_watch_logs_role_arn",
        "key_id",
        "kms_master_key_id",
        "log_group_name",
        "metric_name",
        "name",
        "namespace",
        "role_arn",
        "rule",
        "target_key_id",
        "topic_arn",
        *NAME_ARGUMENTS.values(),
    )
)
