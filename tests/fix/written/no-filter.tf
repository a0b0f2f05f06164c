# What mends the alert paths of account 123456789012 in us-east-1, planned on
# what was read.
#
# Afterwards:
# - Confirm the subscription of security@example.com to topic arn:aws:sns:us-east-1:123456789012:cis-monitoring by the link in the e-mail that it gets.
#

# Create metric filter cis-monitoring-root-usage on log group CloudTrail/logs, which publishes CISMonitoring/RootUsage.
# mends: log group CloudTrail/logs: it has no metric filter
resource "aws_cloudwatch_log_metric_filter" "root_usage" {
  name           = "cis-monitoring-root-usage"
  log_group_name = "CloudTrail/logs"
  pattern        = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"

  metric_transformation {
    namespace = "CISMonitoring"
    name      = "RootUsage"
    value     = "1"
  }
}

# Create topic cis-monitoring.
# mends: log group CloudTrail/logs: it has no metric filter
resource "aws_sns_topic" "alerts" {
  name = "cis-monitoring"
  tags = { CreatedBy = "cis-monitoring" }
}

# Subscribe security@example.com to topic arn:aws:sns:us-east-1:123456789012:cis-monitoring.
# mends: log group CloudTrail/logs: it has no metric filter
resource "aws_sns_topic_subscription" "alerts" {
  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = "security@example.com"
}

# Create alarm cis-monitoring-root-usage on metric CISMonitoring/RootUsage, which tells topic arn:aws:sns:us-east-1:123456789012:cis-monitoring.
# mends: log group CloudTrail/logs: it has no metric filter
resource "aws_cloudwatch_metric_alarm" "root_usage" {
  alarm_name          = "cis-monitoring-root-usage"
  alarm_description   = "Rings when somebody uses the root user (cloudwatch_alerting_root_usage)."
  namespace           = "CISMonitoring"
  metric_name         = "RootUsage"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
}
