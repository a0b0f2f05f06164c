"""Writes a template that the exporter made as the JSON of a Terraform plan, with the AWS provider's own names."""

from tests.templates.exporter import NotExportableError

_TRAIL = {
    "TrailName": "name",
    "S3BucketName": "s3_bucket_name",
    "IsMultiRegionTrail": "is_multi_region_trail",
    "IncludeGlobalServiceEvents": "include_global_service_events",
    "IsLogging": "enable_logging",
    "CloudWatchLogsLogGroupArn": "cloud_watch_logs_group_arn",
    "CloudWatchLogsRoleArn": "cloud_watch_logs_role_arn",
}
_OF_ANY_ALARM = {
    "AlarmName": "alarm_name",
    "AlarmDescription": "alarm_description",
    "ActionsEnabled": "actions_enabled",
    "AlarmActions": "alarm_actions",
    "OKActions": "ok_actions",
    "InsufficientDataActions": "insufficient_data_actions",
}
_ALARM = {
    **_OF_ANY_ALARM,
    "Namespace": "namespace",
    "MetricName": "metric_name",
    "Statistic": "statistic",
    "ExtendedStatistic": "extended_statistic",
    "Unit": "unit",
    "Period": "period",
    "EvaluationPeriods": "evaluation_periods",
    "DatapointsToAlarm": "datapoints_to_alarm",
    "Threshold": "threshold",
    "ComparisonOperator": "comparison_operator",
    "TreatMissingData": "treat_missing_data",
    "EvaluateLowSampleCountPercentile": "evaluate_low_sample_count_percentiles",
    "ThresholdMetricId": "threshold_metric_id",
}


def _named(properties, names):
    left = {key for key in properties if key not in names}
    if left - {"Dimensions", "Metrics", "EventSelectors", "AdvancedEventSelectors", "AlarmRule"} - _SUPPRESSOR:
        raise NotExportableError(f"no argument of the provider for {', '.join(sorted(left))}")
    return {names[key]: value for key, value in properties.items() if key in names}


_SUPPRESSOR = {"ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod"}


def _trail(properties):
    made = _named(properties, _TRAIL)
    made["event_selector"] = [
        {
            "read_write_type": one["ReadWriteType"],
            "include_management_events": one["IncludeManagementEvents"],
            "exclude_management_event_sources": one["ExcludeManagementEventSources"],
            "data_resource": [],
        }
        for one in properties.get("EventSelectors", ())
    ]
    snake = {"Equals": "equals", "StartsWith": "starts_with", "EndsWith": "ends_with"}
    snake |= {f"Not{key}": f"not_{value}" for key, value in snake.items()} | {"Field": "field"}
    made["advanced_event_selector"] = [
        {
            "name": one["Name"],
            "field_selector": [{snake[key]: value for key, value in field.items()} for field in one["FieldSelectors"]],
        }
        for one in properties.get("AdvancedEventSelectors", ())
    ]
    return made


def _filter(properties):
    if properties.get("EmitSystemFieldDimensions") or properties.get("FieldSelectionCriteria"):
        raise NotExportableError("system fields")
    (one,) = properties["MetricTransformations"]
    return {
        "name": properties["FilterName"],
        "pattern": properties["FilterPattern"],
        "log_group_name": properties["LogGroupName"],
        "apply_on_transformed_logs": properties["ApplyOnTransformedLogs"],
        "metric_transformation": [
            {
                "name": one["MetricName"],
                "namespace": one["MetricNamespace"],
                "value": one["MetricValue"],
                # The provider holds this number as a text.
                "default_value": str(one["DefaultValue"]) if "DefaultValue" in one else "",
                "unit": one.get("Unit", "None"),
                "dimensions": {each["Key"]: each["Value"] for each in one.get("Dimensions", ())} or None,
            }
        ],
    }


def _dimensions(found):
    return {each["Name"]: each["Value"] for each in found} or None


def _alarm(properties):
    made = _named(properties, _ALARM)
    made["dimensions"] = _dimensions(properties.get("Dimensions", ()))
    made["metric_query"] = [
        {
            "id": one["Id"],
            "expression": one.get("Expression", ""),
            "account_id": one.get("AccountId", ""),
            "label": "",
            "period": one.get("Period"),
            "return_data": one["ReturnData"],
            "metric": [_metric(one["MetricStat"])] if "MetricStat" in one else [],
        }
        for one in properties.get("Metrics", ())
    ]
    return made


def _metric(stat):
    return {
        "namespace": stat["Metric"]["Namespace"],
        "metric_name": stat["Metric"]["MetricName"],
        "dimensions": _dimensions(stat["Metric"].get("Dimensions", ())),
        "period": stat["Period"],
        "stat": stat["Stat"],
        "unit": stat.get("Unit", ""),
    }


def _composite(properties):
    made = {**_named(properties, _OF_ANY_ALARM), "alarm_rule": properties["AlarmRule"], "actions_suppressor": []}
    if "ActionsSuppressor" in properties:
        made["actions_suppressor"] = [
            {
                "alarm": properties["ActionsSuppressor"],
                "wait_period": properties["ActionsSuppressorWaitPeriod"],
                "extension_period": properties["ActionsSuppressorExtensionPeriod"],
            }
        ]
    return made


_TYPES = {
    "AWS::CloudTrail::Trail": ("aws_cloudtrail", _trail),
    "AWS::Logs::LogGroup": (
        "aws_cloudwatch_log_group",
        lambda own: {"name": own["LogGroupName"], "log_group_class": own.get("LogGroupClass", "STANDARD")},
    ),
    "AWS::Logs::MetricFilter": ("aws_cloudwatch_log_metric_filter", _filter),
    "AWS::CloudWatch::Alarm": ("aws_cloudwatch_metric_alarm", _alarm),
    "AWS::CloudWatch::CompositeAlarm": ("aws_cloudwatch_composite_alarm", _composite),
    "AWS::SNS::Topic": (
        "aws_sns_topic",
        lambda own: {"name": own["TopicName"], "fifo_topic": bool(own.get("FifoTopic")), "kms_master_key_id": ""},
    ),
    "AWS::SNS::TopicPolicy": (
        "aws_sns_topic_policy",
        lambda own: {"arn": own["Topics"][0], "policy": own["PolicyDocument"]},
    ),
    "AWS::SNS::Subscription": (
        "aws_sns_topic_subscription",
        lambda own: {
            "topic_arn": own["TopicArn"],
            "protocol": own["Protocol"],
            "endpoint": own.get("Endpoint"),
            "filter_policy": own.get("FilterPolicy", ""),
            "filter_policy_scope": own.get("FilterPolicyScope", ""),
        },
    ),
}


def plan(template):
    """Return the plan of a template; raises NotExportableError for what the provider has no argument for."""
    resources = []
    for name, one in template["Resources"].items():
        kind, write = _TYPES[one["Type"]]
        address = {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name}
        resources.append({**address, "values": write(one["Properties"])})
    region = {"aws": {"name": "aws", "expressions": {"region": {"constant_value": "us-east-1"}}}}
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": resources}},
        "configuration": {"provider_config": region, "root_module": {}},
    }
