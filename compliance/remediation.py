"""How to build an alert path that passes its check: command-line script, CloudFormation, Terraform, console steps.

Four spellings of the same filter, alarm, topic and subscription: every matching event adds one to a metric, one event
in five minutes raises the alarm, the alarm tells the topic. The topic keeps the access policy that SNS gives it, which
already lets the account's own alarms publish. What none of them can do is confirm the subscription.

Source: the remediation steps of the benchmark's Monitoring section (filter, topic, subscription, alarm; Sum, 300 s,
threshold 1), with missing data spelled out, so that the alarm returns to OK.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prowler_cis_monitoring.controls import Control

NAMESPACE = "CISBenchmark"
"""Metric namespace that the benchmark's own commands use."""

TOPIC = "cis-monitoring-alerts"
"""Name of the one topic that all fifteen remediations share."""


def cli(control: Control) -> str:
    """A script for bash and the AWS CLI, to paste after its first lines have been set.

    It may be run again: every call replaces or returns what an earlier run created. Version 2 of the AWS CLI takes the
    Region from AWS_REGION, version 1 from AWS_DEFAULT_REGION.
    """
    return f"""\
export AWS_REGION=us-east-1       # home Region of the multi-Region trail
export AWS_DEFAULT_REGION=$AWS_REGION
LOG_GROUP=aws-cloudtrail-logs     # log group to which that trail delivers
EMAIL=security@example.com        # who shall be told
NAME={control.slug}

aws logs put-metric-filter --log-group-name "$LOG_GROUP" --filter-name "$NAME" \\
  --filter-pattern '{control.suggested_pattern}' \\
  --metric-transformations "metricName=$NAME,metricNamespace={NAMESPACE},metricValue=1"
TOPIC_ARN=$(aws sns create-topic --name {TOPIC} --query TopicArn --output text)
aws sns subscribe --topic-arn "$TOPIC_ARN" --protocol email --notification-endpoint "$EMAIL"
aws cloudwatch put-metric-alarm --alarm-name "$NAME" --namespace {NAMESPACE} --metric-name "$NAME" \\
  --statistic Sum --period 300 --evaluation-periods 1 --threshold 1 \\
  --comparison-operator GreaterThanOrEqualToThreshold --treat-missing-data notBreaching \\
  --alarm-actions "$TOPIC_ARN"
# The alert works once $EMAIL has confirmed the subscription."""


def cloudformation(control: Control) -> str:
    """A CloudFormation template in YAML, for the home Region of the trail."""
    return f"""\
AWSTemplateFormatVersion: "2010-09-09"
Description: {control.title}. Deploy in the home Region of the multi-Region trail.
Parameters:
  LogGroupName:
    Type: String
    Description: Log group to which the trail delivers
  Email:
    Type: String
    Description: Who shall be told; has to confirm the subscription
Resources:
  Filter:
    Type: AWS::Logs::MetricFilter
    Properties:
      FilterName: {control.slug}
      LogGroupName: !Ref LogGroupName
      FilterPattern: '{control.suggested_pattern}'
      MetricTransformations:
        - MetricNamespace: {NAMESPACE}
          MetricName: {control.slug}
          MetricValue: "1"
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      Subscription:
        - Protocol: email
          Endpoint: !Ref Email
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: {control.slug}
      Namespace: {NAMESPACE}
      MetricName: {control.slug}
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions:
        - !Ref Topic"""


def terraform(control: Control) -> str:
    """Terraform resources, for a provider in the home Region of the trail."""
    # JSON and Terraform escape quotation marks alike, and no pattern holds "${" or "%{", which only Terraform reads.
    pattern = json.dumps(control.suggested_pattern)
    return f"""\
variable "log_group_name" {{
  type        = string
  description = "Log group to which the multi-Region trail delivers"
}}

variable "email" {{
  type        = string
  description = "Who shall be told; has to confirm the subscription"
}}

resource "aws_cloudwatch_log_metric_filter" "{control.slug}" {{
  name           = "{control.slug}"
  log_group_name = var.log_group_name
  pattern        = {pattern}

  metric_transformation {{
    namespace = "{NAMESPACE}"
    name      = "{control.slug}"
    value     = "1"
  }}
}}

resource "aws_sns_topic" "{control.slug}" {{
  name = "{control.slug}"
}}

resource "aws_sns_topic_subscription" "{control.slug}" {{
  topic_arn = aws_sns_topic.{control.slug}.arn
  protocol  = "email"
  endpoint  = var.email
}}

resource "aws_cloudwatch_metric_alarm" "{control.slug}" {{
  alarm_name          = "{control.slug}"
  namespace           = "{NAMESPACE}"
  metric_name         = "{control.slug}"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.{control.slug}.arn]
}}"""


def console(control: Control) -> str:
    """Steps for the AWS console."""
    return f"""\
1. In CloudTrail, open the multi-Region trail that records all management events; note its home Region and the log \
group under CloudWatch Logs. Work in that Region.
2. In CloudWatch, open that log group, tab Metric filters, and choose Create metric filter.
3. Paste as filter pattern: {control.suggested_pattern}
4. Name the filter and the metric {control.slug}, take {NAMESPACE} as namespace and 1 as metric value, leave the \
default value empty, and create it.
5. Select the new filter and choose Create alarm: statistic Sum, period 5 minutes, threshold static, \
greater than or equal to 1, 1 out of 1 datapoints, missing data treated as good.
6. Under Notification choose In alarm and create an SNS topic with the address of those who shall be told.
7. Name the alarm {control.slug} and create it.
8. Have the recipient follow the link of the confirmation message."""


def recommendation(control: Control) -> str:
    """What to do, in two sentences for every reader."""
    return (
        f"Build a path that works end to end when {control.event}: a multi-Region trail that sends all "
        "management events to a log group, a metric filter for every listed event, an alarm that one event raises, "
        "and a topic in its Region with a confirmed subscriber. Cause the event and see who is told."
    )


def read_on(control: Control, page: str) -> str:
    """Where to read on, as Markdown, which Prowler's HTML report shows as a link.

    Args:
        control: the control.
        page: address of AWS's documentation of its events.
    """
    return f"More: `cis-monitoring control {control.slug}`, [AWS]({page})."
