"""Writes what is known of an account as a CloudFormation template and as the JSON of a Terraform plan."""

from prowler_cis_monitoring.alert_path.resources import Alarms, LogGroup, Topic, Unread


class NotExportableError(Exception):
    """Something of the account stands in no template: a denied call, a state, a confirmation."""


def _plain(value):
    return {key: item for key, item in value.items() if item not in (None, "", [], {}, ())}


def _needs(condition, what):
    if not condition:
        raise NotExportableError(what)


def cloudformation(resources):
    """Return the template; raises NotExportableError for what no template says."""
    _needs(not resources.unread, "unread listings")
    made = {}
    for number, trail in enumerate(resources.trails):
        made[f"Trail{number}"] = _trail(trail)
    for number, (arn, group) in enumerate(resources.log_groups.items()):
        _needs(isinstance(group, LogGroup) and not isinstance(group.metric_filters, Unread), f"log group {arn}")
        _needs(group.data_protection is None and not group.inherited_properties, "data protection")
        _needs(group.account == resources.account, "foreign log group")
        kind = None if group.log_class == "STANDARD" else group.log_class
        made[f"Group{number}"] = _resource("AWS::Logs::LogGroup", LogGroupName=group.name, LogGroupClass=kind)
        for place, one in enumerate(group.metric_filters):
            made[f"Filter{number}x{place}"] = _filter(one, group)
    for scope, alarms in resources.alarms.items():
        _needs(isinstance(alarms, Alarms), "unread alarms")
        _needs(scope.account == resources.account, "foreign alarms")
        for number, alarm in enumerate(alarms.metric_alarms):
            made[f"Alarm{number}"] = _alarm(alarm)
        for number, alarm in enumerate(alarms.composite_alarms):
            made[f"Composite{number}"] = _composite(alarm)
    for number, (arn, topic) in enumerate(resources.topics.items()):
        _needs(isinstance(topic, Topic) and isinstance(topic.policy, str), f"topic {arn}")
        made |= _topic(topic, number)
    regions = {trail.home_region for trail in resources.trails} | {scope.region for scope in resources.alarms}
    regions |= {topic.region for topic in resources.topics.values()}
    _needs(regions == {"us-east-1"}, "several Regions")
    return {"Resources": made}


def _resource(kind, /, **properties):
    return {"Type": kind, "Properties": _plain(properties)}


def _trail(trail):
    status, selectors = trail.status, trail.selectors
    _needs(not isinstance(status, Unread) and not isinstance(selectors, Unread), "unread trail")
    _needs(trail.unread is None, "unread trail")
    _needs(status.log_delivery_error is None, "delivery error")
    _needs(not trail.organization, "organisation")
    made = _resource(
        "AWS::CloudTrail::Trail",
        TrailName=trail.name,
        S3BucketName="bucket",
        CloudWatchLogsLogGroupArn=trail.log_group_arn,
        CloudWatchLogsRoleArn=trail.role_arn,
        EventSelectors=[
            {
                "ReadWriteType": one.read_write_type,
                "IncludeManagementEvents": one.include_management_events,
                "ExcludeManagementEventSources": list(one.excluded_sources),
            }
            for one in selectors.basic
        ],
        AdvancedEventSelectors=[
            {"Name": one.name, "FieldSelectors": [_selector(field) for field in one.fields]}
            for one in selectors.advanced
        ],
    )
    made["Properties"] |= {
        "IsMultiRegionTrail": trail.multi_region,
        "IncludeGlobalServiceEvents": trail.global_events,
        "IsLogging": status.is_logging,
    }
    return made


def _selector(field):
    lists = ("Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith")
    values = (
        field.equals,
        field.starts_with,
        field.ends_with,
        field.not_equals,
        field.not_starts_with,
        field.not_ends_with,
    )
    return {"Field": field.field, **_plain(dict(zip(lists, map(list, values), strict=True)))}


def _filter(one, group):
    _needs(one.unread is None, "unread filter")
    made = _resource(
        "AWS::Logs::MetricFilter",
        FilterName=one.name,
        LogGroupName=group.name,
        EmitSystemFieldDimensions=list(one.system_dimensions),
        FieldSelectionCriteria=one.field_selection,
    )
    made["Properties"] |= {
        "FilterPattern": one.pattern,
        "ApplyOnTransformedLogs": one.on_transformed_logs,
        "MetricTransformations": [
            _plain(
                {
                    "MetricName": one.metric_name,
                    "MetricNamespace": one.namespace,
                    "MetricValue": one.value,
                    "Unit": one.unit,
                    "Dimensions": [{"Key": key, "Value": value} for key, value in one.dimensions.items()],
                }
            )
            | ({} if one.default is None else {"DefaultValue": one.default})
        ],
    }
    return made


def _of_any(alarm):
    _needs(alarm.unread is None, "unread alarm")
    _needs(alarm.state in ("OK", "INSUFFICIENT_DATA"), "in ALARM now")
    _needs(alarm.state_transitioned is None, "in its state since")
    _needs(alarm.history in (None, ()), "history")
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "ActionsEnabled": alarm.actions_enabled,
        "AlarmActions": list(alarm.alarm_actions),
        "OKActions": list(alarm.ok_actions),
        "InsufficientDataActions": list(alarm.insufficient_data_actions),
    }


def _dimensions(found):
    return [{"Name": key, "Value": value} for key, value in found.items()]


def _alarm(alarm):
    _needs(alarm.evaluation_state is None and alarm.evaluation_window is None, "evaluation")
    percentile = alarm.statistic not in (None, "Sum", "Average", "Minimum", "Maximum", "SampleCount")
    made = _resource(
        "AWS::CloudWatch::Alarm",
        **_of_any(alarm),
        **{"ExtendedStatistic" if percentile else "Statistic": alarm.statistic},
        Namespace=alarm.namespace,
        MetricName=alarm.metric_name,
        Dimensions=_dimensions(alarm.dimensions),
        Unit=alarm.unit,
        Period=alarm.period,
        EvaluationPeriods=alarm.evaluation_periods,
        DatapointsToAlarm=alarm.datapoints_to_alarm,
        ComparisonOperator=alarm.comparison,
        TreatMissingData=alarm.treat_missing_data,
        EvaluateLowSampleCountPercentile=alarm.low_sample_percentile,
        ThresholdMetricId=alarm.threshold_metric_id,
        Metrics=[_query(query) for query in alarm.queries],
    )
    if alarm.threshold is not None:
        made["Properties"]["Threshold"] = alarm.threshold
    made["Properties"]["ActionsEnabled"] = alarm.actions_enabled
    return made


def _query(query):
    stat = query.metric
    metric = None
    if stat is not None:
        named = {
            "Namespace": stat.namespace,
            "MetricName": stat.metric_name,
            "Dimensions": _dimensions(stat.dimensions),
        }
        metric = _plain({"Metric": _plain(named), "Period": stat.period, "Stat": stat.statistic, "Unit": stat.unit})
    made = {"Id": query.id, "Expression": query.expression, "MetricStat": metric, "AccountId": query.account}
    return _plain(made | {"Period": query.period}) | {"ReturnData": query.return_data}


def _composite(alarm):
    _needs(alarm.history in (None, ()), "history")
    made = _resource(
        "AWS::CloudWatch::CompositeAlarm",
        **_of_any(alarm),
        AlarmRule=alarm.rule,
        ActionsSuppressor=alarm.suppressor,
        ActionsSuppressorWaitPeriod=alarm.suppressor_wait,
        ActionsSuppressorExtensionPeriod=alarm.suppressor_extension,
    )
    made["Properties"]["ActionsEnabled"] = alarm.actions_enabled
    return made


def _topic(topic, number):
    _needs(topic.key is None and not topic.kms_key_id, "key")
    _needs(not isinstance(topic.subscriptions, Unread) and not topic.more_subscriptions, "unread subscriptions")
    name = f"Topic{number}"
    made = {name: _resource("AWS::SNS::Topic", TopicName=topic.name, FifoTopic=topic.fifo or None)}
    if topic.policy:
        made[f"{name}Policy"] = _resource("AWS::SNS::TopicPolicy", Topics=[topic.arn], PolicyDocument=topic.policy)
    for place, one in enumerate(topic.subscriptions):
        _needs(one.arn.startswith("arn:") and not isinstance(one.attributes, Unread), "unconfirmed")
        attributes = one.attributes
        made[f"{name}Subscription{place}"] = _resource(
            "AWS::SNS::Subscription",
            TopicArn=topic.arn,
            Protocol=one.protocol,
            Endpoint=one.endpoint,
            FilterPolicy=attributes.filter_policy if attributes else None,
            FilterPolicyScope=attributes.filter_policy_scope if attributes else None,
        )
    return made
